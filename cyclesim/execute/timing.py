"""Cycles of an executed path: its trace of blocks through the same rules as `estimate`.

A block is issued from a state of the pipeline once; after that, (state, block) is looked up (FastSim's memoisation).
Every instruction that the run reached is one operation of one body, so that dependences reach from block to block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cyclesim.ir import Resolved
from cyclesim.issue.body import Body, Operation, build_body
from cyclesim.issue.inorder import run
from cyclesim.issue.notbefore import KINDS
from cyclesim.issue.scoreboard import Scoreboard
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles


class Step(NamedTuple):
    """One execution of a block, as the trace has it: `block` its number, `taken` whether the branch at its end jumps,
    `delays` the (position in the block, extra cycles) of accesses that are slower than aligned ones, `misses` those of
    loads that a further level of the memory serves."""

    block: int
    taken: bool
    delays: tuple[tuple[int, Cycles], ...]
    misses: tuple[tuple[int, Cycles], ...] = ()


class Visit(NamedTuple):
    """What issuing a step from a state does. Units: ticks. `gaps[i]`: from the issue of the instruction in front of
    instruction i to its own; `kinds[i]`: the reason, as a number of KINDS."""

    state: int
    ticks: int
    gaps: tuple[int, ...]
    kinds: tuple[int, ...]


LINK_CELLS = ("r14", "x30")


def _by_link(one: Resolved) -> bool:
    return any(cell in LINK_CELLS for read in one.reads for cell in read.cells)


def branch_kind(one: Resolved) -> str:
    """How a jump finds its target: `loop` (a direct branch, predicted), `call`, `return` (through the link register or
    a load of pc, predicted by the return stack), `exchange` (A32's BX and BLX of another register) or `indirect`."""
    kind = one.features.get("branch")
    if one.features.get("mnemonic") in ("bx", "blx") and not _by_link(one) and any(one.reads):
        return "exchange"
    if kind == "call":
        return "call" if not any(read.role == "source" for read in one.reads) else "indirect"
    if kind == "return" or one.accesses:
        return "return"
    if kind == "indirect":
        return "return" if _by_link(one) else "indirect"
    return "indirect" if not kind else "loop"


class Timed(NamedTuple):
    """Units: cycles. `by_instruction`: (index, reason) to cycles waited in front of it; they add up to `cycles`.
    `counts`: executions of each instruction."""

    cycles: Cycles
    by_instruction: Mapping[tuple[int, str], Cycles]
    counts: Mapping[int, int]
    states: int


class TraceTimer:
    """Times traces over one set of blocks on one core; what it has learned stays from trace to trace.

    `blocks[n]` are the positions in `resolved` of block n's instructions.
    """

    def __init__(
        self,
        core: Core,
        resolved: Sequence[Resolved],
        timings: Sequence[Timing],
        blocks: Sequence[Sequence[int]],
        redirects: Mapping[str, Cycles] = {},
    ) -> None:
        self.body = build_body(core, resolved, timings, (), slow_accesses=True)
        self._redirects = redirects
        self._blocks = [tuple(block) for block in blocks]
        self._steps: dict[Step, int] = {}
        self._bodies: list[Body] = []
        self._step_list: list[Step] = []
        self._boards: list[Scoreboard] = [Scoreboard(self.body)]
        self._states: dict[tuple[object, ...], int] = {self._boards[0].key(): 0}
        self._table: list[dict[int, Visit]] = [{}]

    @property
    def states(self) -> int:
        """How many states of the pipeline were met at block boundaries."""
        return len(self._boards)

    def number(self, step: Step) -> int:
        """A step by number: equal steps have equal numbers."""
        found = self._steps.get(step)
        if found is None:
            found = self._steps[step] = len(self._step_list)
            self._step_list.append(step)
            self._bodies.append(self.body._replace(operations=tuple(self._operations(step))))
        return found

    def executed(self, number: int) -> tuple[tuple[int, ...], tuple[Operation, ...]]:
        """Of a step: the positions of its instructions among all that were executed, and their operations."""
        return self._blocks[self._step_list[number].block], self._bodies[number].operations

    def _operations(self, step: Step) -> Iterator[Operation]:
        delays, misses = dict(step.delays), dict(step.misses)
        block = self._blocks[step.block]
        for place, index in enumerate(block):
            operation = self.body.operations[index]
            if place in misses:
                operation = self._missed(index, operation, int(misses[place] * self.body.ticks_per_cycle))
            if place in delays:
                operation = self._delayed(operation, int(delays[place] * self.body.ticks_per_cycle))
            if step.taken and place == len(block) - 1:
                late = self._redirects.get(branch_kind(self.body.resolved[index]), Cycles(0))
                operation = operation._replace(closes=True, ends_group=1 + int(late * self.body.ticks_per_cycle))
            yield operation

    def _missed(self, index: int, operation: Operation, ticks: int) -> Operation:
        """A load that the first level doesn't serve gives its data later; its units and its written-back address are
        not held up, so that loads behind it go on."""
        bases = {cell for write in self.body.resolved[index].writes if write.role == "base" for cell in write.cells}
        results = tuple(
            (location, latency if self.body.locations[location] in bases else latency + ticks)
            for location, latency in operation.results
        )
        return operation._replace(results=results)

    def _delayed(self, operation: Operation, ticks: int) -> Operation:
        """An access that takes longer holds its units and gives its data so much later."""
        return operation._replace(
            held=operation.held + ticks if operation.held else 0,
            cycles=operation.cycles + ticks,
            blocks=operation.blocks + ticks if operation.blocks else 0,
            results=tuple((location, latency + ticks) for location, latency in operation.results),
        )

    def time(self, steps: Sequence[int], repeats: int = 1) -> Timed:
        """Issue a trace `repeats` times in a row, from where the trace before it left the pipeline; the last time
        counts."""
        table, visits = self._table, dict[tuple[int, int], int]()
        state, total = 0, 0
        for repeat in range(repeats):
            total = 0
            visits = {}
            for step in steps:
                visit = table[state].get(step)
                if visit is None:
                    visit = self._visit(state, step)
                key = (state, step)
                visits[key] = visits.get(key, 0) + 1
                total += visit.ticks
                state = visit.state
            if repeat + 1 == repeats:
                break
        return self._timed(total, visits)

    def _visit(self, state: int, step: int) -> Visit:
        """Issue a step from a state for the first time."""
        board, body = self._copy(self._boards[state]), self._bodies[step]
        before = board.cycle
        once = run(body, board)
        edges = (before, *once.ticks)
        gaps = tuple(late - early for early, late in zip(edges, once.ticks, strict=False))
        key = board.key()
        number = self._states.get(key)
        if number is None:
            number = self._states[key] = len(self._boards)
            self._boards.append(board)
            self._table.append({})
        visit = Visit(number, board.cycle - before, gaps, once.kinds)
        self._table[state][step] = visit
        return visit

    def _copy(self, board: Scoreboard) -> Scoreboard:
        fresh = Scoreboard(self.body)
        fresh.cycle, fresh.members = board.cycle, board.members
        fresh.refused, fresh.clash = board.refused, board.clash
        fresh.blocked_until, fresh.fetch_from = board.blocked_until, board.fetch_from
        fresh.ready, fresh.free = list(board.ready), list(board.free)
        fresh.pools = [list(pool) for pool in board.pools]
        return fresh

    def _timed(self, total: int, visits: Mapping[tuple[int, int], int]) -> Timed:
        waits: dict[tuple[int, str], int] = {}
        counts: dict[int, int] = {}
        for (state, step), times in visits.items():
            visit = self._table[state][step]
            for place, index in enumerate(self._blocks[self._step_list[step].block]):
                counts[index] = counts.get(index, 0) + times
                if visit.gaps[place]:
                    key = (index, KINDS[visit.kinds[place]])
                    waits[key] = waits.get(key, 0) + times * visit.gaps[place]
        ticks = self.body.ticks_per_cycle
        return Timed(
            Cycles(total, ticks),
            {key: Cycles(waited, ticks) for key, waited in waits.items()},
            counts,
            self.states,
        )
