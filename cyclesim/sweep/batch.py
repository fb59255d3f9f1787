"""The in-order engine for many machine variants of one body in one pass of arrays.

Variants that differ in numbers alone (latencies, issue cycles, unit counts, issue width, bubbles) go through the same
rules together; what changes the shape of the rules (which units, slots, refusals, forwarding) puts them in groups of
their own. The results are those of `issue`, exactly: a property test holds them equal. Whatever doesn't settle soon is
left to the engine itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cyclesim.depgraph import DependenceGraph
from cyclesim.ir import Resolved
from cyclesim.issue.body import OLDER_SLOTS, YOUNGER_SLOTS, memory_locations, write_latency
from cyclesim.machine.timing import CoIssueRefusal, Timing
from cyclesim.record import NamedTuple
from cyclesim.sweep.variants import Variant
from cyclesim.units import Cycles

Array = np.ndarray[Any, np.dtype[np.int64]]
MOST_ITERATIONS = 24
"""Of a loop in arrays: nearly all settle within five. What doesn't goes to the engine, which has patience."""

MOST_TICKS = 1_000_000
"""Ticks a cycle that arrays count in; finer ones are left to the engine, whose numbers have no limit."""

MOST_NAMES = 60
"""Names in co-issue rules that a mask of 64 bits holds."""

NEVER = 1 << 60
"""When an instance that a variant doesn't have falls free."""

LONG_AGO = -(1 << 40)


class Shape(NamedTuple):
    """What the variants of a group have in common. `timings[d]`: (no latency, no accumulator latency, forward, uses,
    slots, blocks, pairs_as, roles with a need) of timing `d`."""

    timings: tuple[tuple[object, ...], ...]
    removed: frozenset[str]
    memory: bool


def shape_of(variant: Variant) -> Shape:
    """The group of a variant."""
    timings = tuple(
        (
            one.latency is None,
            one.accumulate is None,
            one.forward,
            one.uses,
            one.slots,
            one.blocks,
            one.pairs_as,
            *sorted(one.needs),
        )
        for one in variant.timings
    )
    return Shape(timings, variant.removed, variant.store_to_load is not None)


class Numbers:
    """The numbers of a group's variants in ticks. `of[name][d]`: an array over the variants."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        first = variants[0]
        self.ticks = ticks_per_cycle(variants)
        self.count = len(variants)
        self.width = np.array([one.width for one in variants], dtype=np.int64)
        self.units = np.array([one.units for one in variants], dtype=np.int64).T
        self.bubble = self._array([one.bubble for one in variants])
        self.store_to_load = self._array([one.store_to_load or Cycles(0) for one in variants])
        self._timings = [[one.timings[number] for one in variants] for number in range(len(first.timings))]
        self._roles: dict[tuple[int, str], Array] = {}
        self._needs: dict[tuple[int, str], Array] = {}
        self.cycles = [self._array([timing.cycles for timing in column]) for column in self._timings]

    def latency(self, number: int, role: str) -> Array:
        """Ticks until a write of this role is usable."""
        if (number, role) not in self._roles:
            self._roles[number, role] = self._array([write_latency(one, role) for one in self._timings[number]])
        return self._roles[number, role]

    def ahead(self, number: int) -> Array:
        """Ticks until a result is usable by accumulators of the same group."""
        if (number, "ahead") not in self._roles:
            self._roles[number, "ahead"] = self._array([one.accumulate or Cycles(0) for one in self._timings[number]])
        return self._roles[number, "ahead"]

    def need(self, number: int, role: str) -> Array:
        """Ticks after issue at which an operand of this role is needed."""
        if (number, role) not in self._needs:
            column = self._timings[number]
            self._needs[number, role] = self._array([one.needs.get(role, Cycles(0)) for one in column])
        return self._needs[number, role]

    def _array(self, values: Iterable[Cycles]) -> Array:
        return np.array([value.numerator * self.ticks // value.denominator for value in values], dtype=np.int64)


def ticks_per_cycle(variants: Sequence[Variant]) -> int:
    """Ticks in which all numbers of all variants are whole."""
    denominators = {1}
    for one in {id(timing): timing for variant in variants for timing in variant.timings}.values():
        given = (one.latency, one.accumulate, one.base, one.flags, one.cycles, *one.needs.values())
        denominators |= {value.denominator for value in given if value is not None}
    for variant in variants:
        denominators.add(variant.bubble.denominator)
        denominators.add((variant.store_to_load or Cycles(0)).denominator)
    return math.lcm(*denominators)


class _Step(NamedTuple):
    """One instruction for all variants. `reads`: (location, needed so many ticks after issue or None for 0); `writes`:
    (location, latency); `units`: (unit, how many of it)."""

    reads: tuple[tuple[int, Array | None], ...]
    writes: tuple[tuple[int, Array], ...]
    units: tuple[tuple[int, int], ...]
    cycles: Array
    bit: int
    refuses: int
    blocks: bool
    taken: bool


class Program:
    """A body for a group of variants: locations numbered, rules in arrays."""

    def __init__(
        self,
        instructions: Sequence[Resolved],
        numbers_of: Sequence[int],
        graph: DependenceGraph,
        taken: Iterable[int],
        variants: Sequence[Variant],
        units: Sequence[str],
        refusals: Sequence[CoIssueRefusal],
    ) -> None:
        self.values = Numbers(variants)
        self.timings = [variants[0].timings[number] for number in numbers_of]
        self._numbers_of = numbers_of
        self._places = _places(instructions)
        self._locations: dict[tuple[object, ...], int] = {}
        self._groups: dict[int, set[str]] = {}
        for one, timing in zip(instructions, self.timings, strict=True):
            for read in one.reads:
                if read.role == "accumulator" and timing.accumulate is not None and timing.forward:
                    for cell in read.cells:
                        self._groups.setdefault(self._places[cell], set()).add(timing.forward)
        writes = [self._writes(index, one) for index, one in enumerate(instructions)]
        memory = memory_locations(graph.edges) if variants[0].store_to_load is not None else []
        for store, _ in memory:
            writes[store][self._location("memory", store)] = self.values.store_to_load
        reads = [self._reads(index, one, writes) for index, one in enumerate(instructions)]
        for store, load in memory:
            reads[load].append((self._location("memory", store), None))
        self._add_guards(reads, writes)
        self.floor = self._floor(reads)
        wanted = {location for listed in reads for location, _ in listed}
        numbered = {name: number for number, name in enumerate(units)}
        pairs = {name: number for number, name in enumerate(dict.fromkeys(one.pairs_as for one in self.timings))}
        allowed = [one for one in refusals if one.name not in variants[0].removed]
        taken = frozenset(taken)
        self.steps = [
            _Step(
                tuple(reads[index]),
                tuple((location, latency) for location, latency in writes[index].items() if location in wanted),
                tuple((numbered[unit], count) for unit, count in timing.uses),
                self.values.cycles[numbers_of[index]],
                2 << pairs[timing.pairs_as] | (timing.slots not in YOUNGER_SLOTS),
                _refuses(timing, pairs, allowed),
                timing.blocks,
                index in taken,
            )
            for index, timing in enumerate(self.timings)
        ]
        self.units_used = sorted({unit for step in self.steps for unit, _ in step.units})
        self.closes = any(step.blocks or step.taken for step in self.steps)

    def _location(self, *key: object) -> int:
        return self._locations.setdefault(key, len(self._locations))

    @property
    def locations(self) -> int:
        return len(self._locations)

    def _writes(self, index: int, one: Resolved) -> dict[int, Array]:
        timing, number = self.timings[index], self._numbers_of[index]
        found: dict[int, Array] = {}
        for write in one.writes:
            late = self.values.latency(number, write.role)
            early = self.values.ahead(number) if write.role == "result" and timing.accumulate is not None else late
            for cell in write.cells:
                place = self._places[cell]
                found[self._location(place)] = late
                for group in self._groups.get(place, ()):
                    found[self._location(place, group)] = early if timing.forward == group else late
        return found

    def _reads(self, index: int, one: Resolved, writes: Sequence[dict[int, Array]]) -> list[tuple[int, Array | None]]:
        timing, number = self.timings[index], self._numbers_of[index]
        written = {location for listed in writes for location in listed}
        found: dict[tuple[int, str], Array | None] = {}
        for read in one.reads:
            forwarded = read.role == "accumulator" and timing.accumulate is not None and bool(timing.forward)
            need = self.values.need(number, read.role) if read.role in timing.needs else None
            for cell in read.cells:
                key = (self._places[cell], timing.forward) if forwarded else (self._places[cell],)
                location = self._locations.get(key, -1)
                if location in written:
                    found[location, read.role if need is not None else ""] = need
        return [(location, need) for (location, _), need in found.items()]

    def _add_guards(self, reads: Sequence[list[tuple[int, Array | None]]], writes: Sequence[dict[int, Array]]) -> None:
        """A result that could overtake a slower older one waits like a read that is needed its latency after issue."""
        plain = {number for key, number in self._locations.items() if len(key) == 1}
        slowest: dict[int, Array] = {}
        for listed in writes:
            for location, latency in listed.items():
                slowest[location] = np.maximum(latency, slowest[location]) if location in slowest else latency
        for index, listed in enumerate(writes):
            for location, latency in listed.items():
                if location in plain and bool(np.any(slowest[location] > latency)):
                    reads[index].append((location, latency))

    def _floor(self, reads: Sequence[list[tuple[int, Array | None]]]) -> Array:
        """How far in the past a result still matters: the least need of all reads, at most 0."""
        floor = np.zeros(self.values.count, dtype=np.int64)
        for listed in reads:
            for _, need in listed:
                if need is not None:
                    floor = np.minimum(floor, need)
        return floor


def _refuses(timing: Timing, pairs: dict[str, int], refusals: Sequence[CoIssueRefusal]) -> int:
    """Mask of what may not follow in the same group; -1 for everything."""
    if timing.slots not in OLDER_SLOTS:
        return -1
    mask = 1
    for rule in refusals:
        if timing.pairs_as in rule.older:
            for name, number in pairs.items():
                mask |= 2 << number if name in rule.younger else 0
    return mask


def _places(instructions: Sequence[Resolved]) -> dict[str, int]:
    """Cell to a number; cells that the same operands of the same instructions touch share one."""
    history: dict[str, list[tuple[int, bool, int]]] = {}
    for index, one in enumerate(instructions):
        for slot, read in enumerate(one.reads):
            for cell in read.cells:
                history.setdefault(cell, []).append((index, False, slot))
        for slot, write in enumerate(one.writes):
            for cell in write.cells:
                history.setdefault(cell, []).append((index, True, slot))
    numbers: dict[tuple[tuple[int, bool, int], ...], int] = {}
    return {cell: numbers.setdefault(tuple(touched), len(numbers)) for cell, touched in history.items()}


class _Board:
    """The state of all variants; rows of arrays, a column each."""

    def __init__(self, program: Program) -> None:
        values = program.values
        count = values.count
        self.columns = np.arange(count)
        self.cycle = np.zeros(count, dtype=np.int64)
        self.members = np.zeros(count, dtype=np.int64)
        self.refused = np.zeros(count, dtype=np.int64)
        self.blocked = np.zeros(count, dtype=np.int64)
        self.fetch = np.zeros(count, dtype=np.int64)
        self.ready = np.full((program.locations, count), LONG_AGO, dtype=np.int64)
        self.pools: dict[int, Array] = {}
        for unit in program.units_used:
            instances = np.arange(int(values.units[unit].max()), dtype=np.int64)[:, None]
            self.pools[unit] = np.where(instances < values.units[unit], 0, NEVER).astype(np.int64)

    def key(self, floor: Array) -> Array:
        """The state relative to now, what can't matter any more clamped away, in one array."""
        now = self.cycle
        rows = [
            self.members[None],
            self.refused[None],
            np.maximum(self.blocked - now, 0)[None],
            np.maximum(self.fetch - now, 0)[None],
            np.maximum(self.ready - now, floor[self.columns]),
            *[np.maximum(pool - np.where(pool < NEVER, now, 0), 0) for pool in self.pools.values()],
        ]
        return np.concatenate(rows)

    def keep(self, kept: Array) -> None:
        """Go on with some of the variants."""
        self.columns = self.columns[kept]
        for name in ("cycle", "members", "refused", "blocked", "fetch"):
            setattr(self, name, getattr(self, name)[kept])
        self.ready = self.ready[:, kept]
        self.pools = {unit: pool[:, kept] for unit, pool in self.pools.items()}


def _run(program: Program, board: _Board) -> None:
    """Issue the body once for all variants of the board."""
    values, columns = program.values, board.columns
    whole = len(columns) == values.count
    one_cycle = values.ticks
    width, bubble = values.width[columns], values.bubble[columns]

    def taken(array: Array) -> Array:
        return array if whole else array[columns]

    for step in program.steps:
        tick = board.cycle.copy()
        for unit, count in step.units:
            np.maximum(tick, board.pools[unit][count - 1], out=tick)
        if program.closes:
            np.maximum(tick, board.blocked, out=tick)
            np.maximum(tick, board.fetch, out=tick)
        for location, need in step.reads:
            when = board.ready[location]
            np.maximum(tick, when if need is None else when - taken(need), out=tick)
        next_cycle = board.cycle + one_cycle
        joins = (tick == board.cycle) & (board.members < width) & (board.refused & step.bit == 0)
        np.copyto(tick, next_cycle, where=(tick < next_cycle) & ~joins)
        board.members = np.where(joins, board.members + 1, 1)
        board.refused = np.where(joins, board.refused | step.refuses, step.refuses)
        board.cycle = tick
        cycles = taken(step.cycles)
        for unit, count in step.units:
            pool = board.pools[unit]
            pool[:count] = tick + cycles
            if len(pool) > 1:
                pool.sort(axis=0)
        for location, latency in step.writes:
            np.add(tick, taken(latency), out=board.ready[location])
        if step.blocks:
            board.blocked = np.where(cycles > 0, tick + cycles, board.blocked)
        if step.taken:
            board.fetch = tick + one_cycle + bubble


def fits(variants: Sequence[Variant]) -> bool:
    """Whether arrays can hold these variants."""
    names = {timing.pairs_as for timing in variants[0].timings}
    return len(names) <= MOST_NAMES and ticks_per_cycle(variants) <= MOST_TICKS


def steady_cycles(program: Program) -> list[Cycles | None]:
    """Cycles per iteration of a loop for each variant, exact; None where nothing recurred soon."""
    found: list[Cycles | None] = [None] * program.values.count
    board = _Board(program)
    # The empty pipeline, where `members` is 0, never recurs.
    seen: list[tuple[Array, Array]] = []
    for iteration in range(MOST_ITERATIONS):
        _run(program, board)
        key, now = board.key(program.floor), board.cycle.copy()
        settled = np.zeros(len(now), dtype=bool)
        for before, (older, then) in enumerate(seen):
            same = ~settled & np.all(older == key, axis=0)
            for column in np.flatnonzero(same):
                elapsed = int(now[column] - then[column])
                found[board.columns[column]] = Cycles(elapsed, program.values.ticks * (iteration - before))
            settled |= same
        if settled.all():
            return found
        seen.append((key, now))
        if settled.any():
            kept = np.flatnonzero(~settled)
            board.keep(kept)
            seen = [(older[:, kept], then[kept]) for older, then in seen]
    return found


def cycles_once(program: Program) -> list[Cycles | None]:
    """Cycles of straight-line code from an empty pipeline to the end of all issue cycles, for each variant."""
    board = _Board(program)
    _run(program, board)
    end = np.maximum(board.cycle + program.values.ticks, board.blocked)
    for pool in board.pools.values():
        end = np.maximum(end, np.where(pool < NEVER, pool, 0).max(axis=0))
    return [Cycles(int(tick), program.values.ticks) for tick in end]
