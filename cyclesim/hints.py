"""Changes worth trying, each tried on the engine: what the loop costs after it, not a rule of thumb."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.analysis import Analysis
from cyclesim.depgraph import PointerTracker
from cyclesim.ir import Resolved
from cyclesim.issue.body import Body
from cyclesim.issue.schedule import schedule
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

TRIALS = 4_000
"""Schedules tried at most: a bound by count, so that the answer never depends on the machine's speed."""

SCHEDULE_BUDGET = 400_000
"""Instructions scheduled at most over all trials; long bodies get fewer trials."""


class Move(NamedTuple):
    """Put the instruction `moved` directly before (`after` False) or after the instruction `beside`. Units: `cycles`
    is the cost of an iteration with this move alone."""

    moved: int
    beside: int
    after: bool
    cycles: Cycles


class Hints(NamedTuple):
    """`moves`: single moves that gain, best first. `reordered`: cycles after a greedy series of moves, with the order
    that gives it (indices of the original instructions); None when no order tried is better. `trials`: how many
    schedules were tried; `complete`: whether that was all legal single moves."""

    moves: tuple[Move, ...]
    reordered: Cycles | None
    order: tuple[int, ...]
    trials: int
    complete: bool


def find_hints(analysis: Analysis, rounds: int = 12) -> Hints:
    """Try every legal move of one instruction within the iteration, then repeat from the best order found.

    Legal: no dependence of any kind changes (registers, flags, memory unless proven disjoint), and the branch that
    closes the loop stays last. Straight-line code is treated alike.
    """
    body, loop = analysis.body, analysis.region.loop
    search = _Search(body, loop, _predecessors(analysis))
    order = tuple(range(len(body.operations)))
    start = best = search.cycles(order)
    moves: list[Move] = []
    floor = analysis.bounds.binding.cycles
    complete = True
    for round_number in range(rounds):
        found, complete_round = search.improve(order, best)
        if round_number == 0:
            moves, complete = [move for _, move in found], complete_round
        if not found:
            break
        order, best = found[0][0], found[0][1].cycles
        if best == floor or search.spent():
            break
    improved = best < start
    return Hints(tuple(moves[:5]), best if improved else None, order if improved else (), search.trials, complete)


class _Search:
    def __init__(self, body: Body, loop: bool, predecessors: Sequence[frozenset[int]]) -> None:
        self.body, self.loop, self.predecessors = body, loop, predecessors
        self.trials = 0
        self.limit = min(TRIALS, SCHEDULE_BUDGET // max(1, len(body.operations)))

    def spent(self) -> bool:
        return self.trials >= self.limit

    def cycles(self, order: Sequence[int]) -> Cycles:
        self.trials += 1
        operations = tuple(self.body.operations[index] for index in order)
        return schedule(self.body._replace(operations=operations), self.loop, cap=64).cycles

    def improve(self, order: tuple[int, ...], best: Cycles) -> tuple[list[tuple[tuple[int, ...], Move]], bool]:
        """All single moves of `order` that beat `best`, best first, shorter ways first among equals."""
        found: list[tuple[tuple[int, ...], Move]] = []
        tried = {order}
        for position, target in self._moves(order):
            if self.spent():
                return sorted(found, key=_rank), False
            moved = order[position]
            rest = order[:position] + order[position + 1 :]
            candidate = (*rest[:target], moved, *rest[target:])
            if candidate in tried:
                continue
            tried.add(candidate)
            cycles = self.cycles(candidate)
            if cycles < best:
                after = target > position
                beside = rest[target - 1] if after else rest[target]
                found.append((candidate, Move(moved, beside, after, cycles)))
        return sorted(found, key=_rank), True

    def _moves(self, order: tuple[int, ...]) -> list[tuple[int, int]]:
        """(position, new position) of every legal move, near ones first."""
        moves = []
        last = len(order) - 1
        for position, index in enumerate(order):
            if self.body.operations[index].ends_group:
                continue
            for target in range(position - 1, -1, -1):
                if order[target] in self.predecessors[index] or self.body.operations[order[target]].ends_group:
                    break
                moves.append((position, target))
            for target in range(position + 1, last + 1):
                if index in self.predecessors[order[target]] or self.body.operations[order[target]].ends_group:
                    break
                moves.append((position, target))
        return sorted(moves, key=lambda move: (abs(move[1] - move[0]), move))


def _rank(item: tuple[tuple[int, ...], Move]) -> tuple[Cycles, int]:
    move = item[1]
    return move.cycles, abs(move.moved - move.beside)


def _predecessors(analysis: Analysis) -> list[frozenset[int]]:
    """For each instruction, those of the same iteration that must stay in front of it."""
    instructions = analysis.resolution.instructions
    before: list[set[int]] = [set() for _ in instructions]
    for edge in analysis.graph.edges:
        if edge.distance == 0 and edge.kind != "memory":
            before[edge.consumer].add(edge.producer)
    for one, other in _memory_order(instructions):
        before[other].add(one)
    return [frozenset(indices) for indices in before]


def _memory_order(instructions: Sequence[Resolved]) -> list[tuple[int, int]]:
    """Pairs of accesses, one of them a store, that may touch the same bytes: their order stays."""
    pointers = PointerTracker()
    seen: list[tuple[int, str, tuple[tuple[str, int], int] | None, int]] = []
    pairs = []
    for index, resolved in enumerate(instructions):
        for access in resolved.accesses:
            if access.kind == "prefetch":
                continue
            place = pointers.address(access)
            for earlier, kind, other, size in seen:
                if (
                    earlier != index
                    and "store" in (kind, access.kind)
                    and _may_overlap(place, access.bytes, other, size)
                ):
                    pairs.append((earlier, index))
            seen.append((index, access.kind, place, access.bytes))
        pointers.step(resolved)
    return pairs


def _may_overlap(
    one: tuple[tuple[str, int], int] | None, one_size: int, other: tuple[tuple[str, int], int] | None, other_size: int
) -> bool:
    if one is None or other is None or one[0] != other[0]:
        return True
    return one[1] < other[1] + other_size and other[1] < one[1] + one_size
