"""A region made ready for the engine: integer ticks, numbered locations, numbered units.

Cells that are always touched together (the four 32-bit cells of a register that is only used as a whole) become one
location, so the engine looks at as few as the code allows.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from cyclesim.depgraph import Edge
from cyclesim.ir import Resolved
from cyclesim.issue.notbefore import KINDS
from cyclesim.machine.timing import Core, Timing
from cyclesim.units import Cycles

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
READ_KINDS = {"flags": "flag"}


class Operation(NamedTuple):
    """One instruction as the engine sees it. Units: ticks.

    `reads`: (location, needed so long after issue, kind code). `accumulates`: (location, needed, forwarding group).
    `writes`: (location, latency, accumulate latency, forwarding group). `units`: (unit, how many of it), held for
    `cycles`. `follows`: may join a group as a later member; `leads`: may be followed in its group. `pair`: its number
    in the refusals. `blocks`: issue is closed for so long after it issues. `ends_group`: a taken branch.
    """

    reads: tuple[tuple[int, int, int], ...]
    accumulates: tuple[tuple[int, int, int], ...]
    writes: tuple[tuple[int, int, int, int], ...]
    units: tuple[tuple[int, int], ...]
    cycles: int
    follows: bool
    leads: bool
    pair: int
    blocks: int
    ends_group: bool


class Body(NamedTuple):
    """A region on one core. `refusals[older][younger]` is the number + 1 of the refusal, 0 where a pair is allowed.

    `need_floor`: the least `needed` of all reads, which bounds how far in the past a result still matters.
    """

    operations: tuple[Operation, ...]
    resolved: tuple[Resolved, ...]
    timings: tuple[Timing, ...]
    core: Core
    ticks_per_cycle: int
    locations: tuple[str, ...]
    unit_names: tuple[str, ...]
    unit_counts: tuple[int, ...]
    refusals: tuple[tuple[int, ...], ...]
    taken_bubble: int
    need_floor: int


def build_body(
    core: Core,
    resolved: Sequence[Resolved],
    timings: Sequence[Timing],
    edges: Iterable[Edge],
    taken: Collection[int] = (),
) -> Body:
    """Translate; `edges` are the region's dependences, of which those through memory become locations; `taken` are the
    indices of the branches that are taken."""
    memory = memory_locations(edges)
    numbering = _number_cells(resolved)
    names = _location_names(numbering)
    memory_base = len(names)
    ticks = _ticks_per_cycle(core, timings)
    units = tuple(core.units)
    groups = {group: number for number, group in enumerate(sorted({t.forward for t in timings if t.forward}), 1)}
    pairs = {name: number for number, name in enumerate(dict.fromkeys(t.pairs_as for t in timings))}
    translate = _Translation(core, ticks, numbering, {unit: i for i, unit in enumerate(units)}, groups, pairs)
    operations = tuple(
        translate.operation(index, one, timing, memory, memory_base)._replace(ends_group=index in taken)
        for index, (one, timing) in enumerate(zip(resolved, timings, strict=True))
    )
    stores = sorted({store for store, _ in memory})
    return Body(
        operations,
        tuple(resolved),
        tuple(timings),
        core,
        ticks,
        names + tuple(f"memory of {store}" for store in stores),
        units,
        tuple(core.units[unit] for unit in units),
        _refusal_table(core, pairs),
        _ticks(core.branches.taken_bubble, ticks),
        min((need for op in operations for _, need, _ in op.reads + op.accumulates), default=0),
    )


def memory_locations(edges: Iterable[Edge]) -> list[tuple[int, int]]:
    """(store, load) pairs that the engine can time: the store is the last one before the load in issue order."""
    return [
        (edge.producer, edge.consumer)
        for edge in edges
        if edge.kind == "memory" and (edge.producer < edge.consumer) == (edge.distance == 0)
    ]


class _Translation(NamedTuple):
    core: Core
    ticks: int
    numbering: dict[str, int]
    units: dict[str, int]
    groups: dict[str, int]
    pairs: dict[str, int]

    def operation(
        self, index: int, resolved: Resolved, timing: Timing, memory: list[tuple[int, int]], memory_base: int
    ) -> Operation:
        reads, accumulates = self._reads(resolved, timing)
        writes = self._writes(resolved, timing)
        stores = sorted({store for store, _ in memory})
        store_to_load = self.core.memory.store_to_load
        if store_to_load is not None:
            for store, load in memory:
                if load == index:
                    reads.append((memory_base + stores.index(store), 0, KIND_CODES["memory"]))
            if index in stores:
                latency = _ticks(store_to_load, self.ticks)
                writes.append((memory_base + stores.index(index), latency, latency, 0))
        cycles = _ticks(timing.cycles, self.ticks)
        return Operation(
            tuple(reads),
            tuple(accumulates),
            tuple(writes),
            tuple((self.units[unit], count) for unit, count in timing.uses),
            cycles,
            timing.slots in ("either", "younger"),
            timing.slots in ("either", "older"),
            self.pairs[timing.pairs_as],
            cycles if timing.blocks else 0,
            False,
        )

    def _reads(
        self, resolved: Resolved, timing: Timing
    ) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
        reads: dict[tuple[int, int], int] = {}
        accumulates: dict[int, tuple[int, int, int]] = {}
        for read in resolved.reads:
            need = _ticks(timing.needs.get(read.role, Cycles(0)), self.ticks)
            kind = KIND_CODES[READ_KINDS.get(read.role, "operand")]
            forwarded = read.role == "accumulator" and timing.accumulate is not None
            for location in dict.fromkeys(self.numbering[cell] for cell in read.cells):
                if forwarded:
                    accumulates[location] = (location, need, self.groups.get(timing.forward, 0))
                else:
                    reads[location, kind] = min(need, reads.get((location, kind), need))
        return [(location, need, kind) for (location, kind), need in reads.items()], list(accumulates.values())

    def _writes(self, resolved: Resolved, timing: Timing) -> list[tuple[int, int, int, int]]:
        writes = {}
        for write in resolved.writes:
            latency = _ticks(write_latency(timing, write.role), self.ticks)
            accumulate, group = latency, 0
            if write.role == "result" and timing.accumulate is not None:
                accumulate, group = _ticks(timing.accumulate, self.ticks), self.groups.get(timing.forward, 0)
            for location in dict.fromkeys(self.numbering[cell] for cell in write.cells):
                writes[location] = (location, latency, accumulate, group)
        return list(writes.values())


def write_latency(timing: Timing, role: str) -> Cycles:
    """Cycles until a write of this role is usable; an unknown latency counts as the issue cycles alone."""
    if role == "base":
        return timing.base
    if role == "flags":
        return timing.flags
    return timing.latency if timing.latency is not None else timing.cycles


def _number_cells(resolved: Sequence[Resolved]) -> dict[str, int]:
    """Cell to location number; cells with the same history of reads and writes share one."""
    history: dict[str, list[tuple[int, int, int]]] = {}
    for index, one in enumerate(resolved):
        for slot, read in enumerate(one.reads):
            for cell in read.cells:
                history.setdefault(cell, []).append((index, 0, slot))
        for slot, write in enumerate(one.writes):
            for cell in write.cells:
                history.setdefault(cell, []).append((index, 1, slot))
    numbers: dict[tuple[tuple[int, int, int], ...], int] = {}
    return {cell: numbers.setdefault(tuple(touched), len(numbers)) for cell, touched in history.items()}


def _location_names(numbering: dict[str, int]) -> tuple[str, ...]:
    names: dict[int, str] = {}
    for cell, number in numbering.items():
        names.setdefault(number, cell)
    return tuple(names[number] for number in range(len(names)))


def _ticks_per_cycle(core: Core, timings: Iterable[Timing]) -> int:
    denominators = {core.branches.taken_bubble.denominator}
    if core.memory.store_to_load is not None:
        denominators.add(core.memory.store_to_load.denominator)
    for timing in timings:
        given = (timing.cycles, timing.base, timing.flags, *timing.needs.values())
        denominators.update(value.denominator for value in given)
        denominators.update(value.denominator for value in (timing.latency, timing.accumulate) if value is not None)
    return math.lcm(*denominators)


def _ticks(cycles: Cycles, ticks_per_cycle: int) -> int:
    return int(cycles * ticks_per_cycle)


def _refusal_table(core: Core, pairs: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    def refusal(older: str, younger: str) -> int:
        for number, rule in enumerate(core.refusals, 1):
            if older in rule.older and younger in rule.younger:
                return number
        return 0

    return tuple(tuple(refusal(older, younger) for younger in pairs) for older in pairs)
