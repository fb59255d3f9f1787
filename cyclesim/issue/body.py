"""A region made ready for the engine: integer ticks, numbered locations, numbered units.

A location is what can be waited for: cells that are always touched together (the four 32-bit cells of a register that
is only used as a whole), the early copy of an accumulator that one forwarding group sees, or the bytes of a store.
What can never bind in this body is left out: results nobody reads, units that can't run short.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from cyclesim.depgraph import Edge
from cyclesim.ir import Resolved
from cyclesim.issue.notbefore import KINDS
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
READ_KINDS = {"flags": "flag"}

NO_FOLLOWER = -1
"""The `refuses` mask of an operation that must be the last of its group."""


class Pairing(NamedTuple):
    """Where an operation may stand in an issue group. `name`: its number in the refusal table; `momentary`: (unit, how
    many of it) of the units that everybody holds for one cycle, which only members of one group can want together."""

    name: int
    follows: bool
    leads: bool
    momentary: tuple[tuple[int, int], ...]


class Operation(NamedTuple):
    """One instruction as the engine sees it. Units: ticks.

    `operands`: locations needed at issue. `others`: (location, needed so long after issue, kind code); a result that
    could overtake a slower older one waits like a read that is needed its latency after issue. `unit`: the one unit
    that no two operations can hold at a time, held for `held` (the last number, which is no unit, for 0). `shared`:
    (unit, how many of it - 1) of other units, held for `cycles`. `results`: (location, latency). `bit` and `refuses`
    are masks: an operation joins a group when its `bit` meets no member's `refuses`; so are `holds` and `clashes` for
    units that are held for one cycle. `closes`: it blocks issue for
    `blocks` or, a taken branch, ends its group: `ends_group` is then 1 + the ticks that its target comes later than
    that of a predicted loop branch.
    """

    operands: tuple[int, ...]
    others: tuple[tuple[int, int, int], ...]
    unit: int
    held: int
    shared: tuple[tuple[int, int], ...]
    cycles: int
    results: tuple[tuple[int, int], ...]
    bit: int
    refuses: int
    holds: int
    clashes: int
    closes: bool
    blocks: int
    ends_group: int
    pairing: Pairing


class Body(NamedTuple):
    """A region on one core. `locations`: the cell that names each; `need_floor`: the least `needed` of all reads,
    which bounds how far in the past a result still matters. `refusals[older][younger]` is the number + 1 of the
    refusal, 0 where a pair is allowed. `taken_bubble` in ticks."""

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
    slow_accesses: bool = False,
) -> Body:
    """Translate; `edges` are the region's dependences, of which those through memory become locations; `taken` are the
    indices of the branches that are taken. `slow_accesses`: accesses can hold their units for longer than their rows
    say, as executed ones do."""
    taken = frozenset(taken)
    distinct = list({id(timing): timing for timing in timings}.values())
    ticks = _ticks_per_cycle(core, distinct)
    pairs = {name: number for number, name in enumerate(dict.fromkeys(t.pairs_as for t in distinct))}
    refusals = _refusal_table(core, pairs)
    locations = _Locations(resolved, timings, ticks, core, memory_locations(edges))
    stretched = [timing for one, timing in zip(resolved, timings, strict=True) if slow_accesses and one.accesses]
    holding = _Holding(core, distinct, {unit for timing in stretched for unit, _ in timing.uses})
    placings = {id(timing): _placing(timing, pairs, refusals, holding, ticks) for timing in distinct}
    operations = tuple(
        _operation(index, locations, placings[id(timing)], index in taken) for index, timing in enumerate(timings)
    )
    return Body(
        operations,
        tuple(resolved),
        tuple(timings),
        core,
        ticks,
        tuple(locations.names),
        tuple(core.units),
        tuple(core.units.values()),
        refusals,
        _ticks(core.branches.taken_bubble, ticks),
        min((need for one in operations for _, need, _ in one.others), default=0),
    )


class _Placing(NamedTuple):
    """The fields of an Operation that depend on its timing alone."""

    unit: int
    held: int
    shared: tuple[tuple[int, int], ...]
    cycles: int
    bit: int
    refuses: int
    holds: int
    clashes: int
    blocks: int
    pairing: Pairing


def _placing(
    timing: Timing, pairs: dict[str, int], refusals: Sequence[Sequence[int]], holding: _Holding, ticks: int
) -> _Placing:
    momentary = holding.momentary_of(timing)
    pairing = Pairing(pairs[timing.pairs_as], timing.slots in YOUNGER_SLOTS, timing.slots in OLDER_SLOTS, momentary)
    cycles = _ticks(timing.cycles, ticks)
    unit, shared = holding.of(timing)
    return _Placing(
        unit,
        cycles if unit < len(holding.core.units) else 0,
        shared,
        cycles,
        2 << pairing.name | (not pairing.follows),
        _refuses(refusals[pairing.name]) if pairing.leads else NO_FOLLOWER,
        *holding.masks(momentary),
        cycles if timing.blocks else 0,
        pairing,
    )


OPERAND = KIND_CODES["operand"]
WRITE_ORDER = KIND_CODES["write-order"]


def _operation(index: int, locations: _Locations, placing: _Placing, taken: bool) -> Operation:
    reads = sorted(locations.reads[index], key=register_first)
    guards = [(location, latency, WRITE_ORDER) for location, latency in locations.guards(index)]
    return Operation(
        tuple([location for location, need, kind in reads if kind == OPERAND and not need]),
        tuple([read for read in reads if read[2] != OPERAND or read[1]] + guards),
        placing.unit,
        placing.held,
        placing.shared,
        placing.cycles,
        locations.results(index),
        placing.bit,
        placing.refuses,
        placing.holds,
        placing.clashes,
        bool(placing.blocks or taken),
        placing.blocks,
        int(taken),
        placing.pairing,
    )


YOUNGER_SLOTS = ("either", "younger")
OLDER_SLOTS = ("either", "older")


def register_first(read: tuple[int, int, int]) -> tuple[int, bool]:
    """The order in which reads are asked: of several that tie, operands come before flags and memory."""
    return read[2], bool(read[1])


def memory_locations(edges: Iterable[Edge]) -> list[tuple[int, int]]:
    """(store, load) pairs that the engine can time: the store is the last one before the load in issue order."""
    return [
        (edge.producer, edge.consumer)
        for edge in edges
        if edge.kind == "memory" and (edge.producer < edge.consumer) == (edge.distance == 0)
    ]


def write_latency(timing: Timing, role: str) -> Cycles:
    """Cycles until a write of this role is usable; an unknown latency counts as the issue cycles alone."""
    if role == "base":
        return timing.base
    if role == "flags":
        return timing.flags
    return timing.latency if timing.latency is not None else timing.cycles


class _Locations:
    """Numbers the locations of a body and knows who reads and writes each. Units: ticks."""

    def __init__(
        self,
        resolved: Sequence[Resolved],
        timings: Sequence[Timing],
        ticks: int,
        core: Core,
        memory: Sequence[tuple[int, int]],
    ) -> None:
        self.names: list[str] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._ticks = ticks
        self._latencies: dict[tuple[int, str], tuple[int, int]] = {}
        self._needs: dict[tuple[int, str], tuple[int, bool, int]] = {}
        cells = _number_cells(resolved)
        self._early: dict[int, set[str]] = {}
        for one, timing in zip(resolved, timings, strict=True):
            for read in one.reads:
                if _is_forwarded(read.role, timing):
                    for cell in read.cells:
                        self._early.setdefault(cells[cell], set()).add(timing.forward)
        self._writes = [self._written(one, timing, cells) for one, timing in zip(resolved, timings, strict=True)]
        written = {location for writes in self._writes for location in writes}
        self.reads = [self._read(one, timing, cells, written) for one, timing in zip(resolved, timings, strict=True)]
        if core.memory.store_to_load is not None:
            self._add_memory(memory, _ticks(core.memory.store_to_load, ticks))
        self._slowest: dict[int, int] = {}
        for writes in self._writes:
            for location, latency in writes.items():
                self._slowest[location] = max(latency, self._slowest.get(location, 0))
        self._wanted = {location for reads in self.reads for location, _, _ in reads}
        self._copies = {number for key, number in self._numbers.items() if len(key) > 1}
        self._wanted |= {location for index in range(len(resolved)) for location, _ in self.guards(index)}

    def guards(self, index: int) -> tuple[tuple[int, int], ...]:
        """Results that a slower writer of the same location could still be about to write."""
        return tuple(
            (location, latency)
            for location, latency in self._writes[index].items()
            if self._slowest[location] > latency and location not in self._copies
        )

    def results(self, index: int) -> tuple[tuple[int, int], ...]:
        """What is written and waited for, by a reader or by a guard."""
        return tuple(
            (location, latency) for location, latency in self._writes[index].items() if location in self._wanted
        )

    def _number(self, name: str, *key: object) -> int:
        number = self._numbers.setdefault(key, len(self._numbers))
        if number == len(self.names):
            self.names.append(name)
        return number

    def _latency(self, timing: Timing, role: str) -> tuple[int, int]:
        """(latency, latency to an accumulator of the timing's own group) of a write."""
        key = (id(timing), role)
        if key not in self._latencies:
            latency = _ticks(write_latency(timing, role), self._ticks)
            early = role == "result" and timing.accumulate is not None
            ahead = _ticks(timing.accumulate, self._ticks) if early and timing.accumulate is not None else latency
            self._latencies[key] = latency, ahead
        return self._latencies[key]

    def _need(self, timing: Timing, role: str) -> tuple[int, bool, int]:
        """(needed so long after issue, seen early by forwarding, kind code) of a read."""
        key = (id(timing), role)
        if key not in self._needs:
            forwarded = _is_forwarded(role, timing)
            kind = KIND_CODES["accumulate" if forwarded else READ_KINDS.get(role, "operand")]
            self._needs[key] = _ticks(timing.needs.get(role, Cycles(0)), self._ticks), forwarded, kind
        return self._needs[key]

    def _written(self, one: Resolved, timing: Timing, cells: dict[str, int]) -> dict[int, int]:
        writes: dict[int, int] = {}
        for write in one.writes:
            latency, ahead = self._latency(timing, write.role)
            for cell in write.cells:
                place = cells[cell]
                writes[self._number(cell, place)] = latency
                for group in self._early.get(place, ()):
                    writes[self._number(cell, place, group)] = ahead if timing.forward == group else latency
        return writes

    def _read(
        self, one: Resolved, timing: Timing, cells: dict[str, int], written: set[int]
    ) -> list[tuple[int, int, int]]:
        reads: dict[tuple[int, int], int] = {}
        for read in one.reads:
            need, forwarded, kind = self._need(timing, read.role)
            for cell in read.cells:
                key = (cells[cell], timing.forward) if forwarded else (cells[cell],)
                location = self._numbers.get(key, -1)
                if location in written:
                    reads[location, kind] = min(need, reads.get((location, kind), need))
        return [(location, need, kind) for (location, kind), need in reads.items()]

    def _add_memory(self, memory: Sequence[tuple[int, int]], latency: int) -> None:
        for store, load in memory:
            location = self._number(f"memory of {store}", "memory", store)
            self._writes[store][location] = latency
            self.reads[load].append((location, 0, KIND_CODES["memory"]))


def _is_forwarded(role: str, timing: Timing) -> bool:
    return role == "accumulator" and timing.accumulate is not None and bool(timing.forward)


class _Holding:
    """Which units can run short in a body, and how. `stretched`: units that are held for longer than the rows say."""

    def __init__(self, core: Core, distinct: Sequence[Timing], stretched: Collection[str] = ()) -> None:
        self.core = core
        self._numbers = {unit: number for number, unit in enumerate(core.units)}
        uses: dict[str, list[tuple[int, Cycles]]] = {}
        for timing in distinct:
            for unit, count in timing.uses:
                uses.setdefault(unit, []).append((count, timing.cycles))
        self._plentiful = {
            unit
            for unit, held in uses.items()
            if unit not in stretched
            and all(count * core.issue_width <= core.units[unit] and cycles <= 1 for count, cycles in held)
        }
        # With two slots, what is held for one cycle is only ever wanted by the other member of the group.
        self._momentary = {
            unit
            for unit, held in uses.items()
            if core.issue_width == 2
            and unit not in self._plentiful
            and unit not in stretched
            and all(cycles == 1 for _, cycles in held)
        }
        self._signatures = list(dict.fromkeys(self.momentary_of(timing) for timing in distinct))
        self._exclusive = {
            unit for unit, held in uses.items() if all(2 * count > core.units[unit] for count, _ in held)
        }
        for timing in distinct:
            # An operation names one exclusive unit; others that it holds too are kept as pools, for everybody.
            held_alone = [unit for unit, _ in self._short(timing) if unit in self._exclusive]
            self._exclusive.difference_update(held_alone[1:])

    def of(self, timing: Timing) -> tuple[int, tuple[tuple[int, int], ...]]:
        """(the exclusive unit, the other units) of one instruction."""
        short = self._short(timing)
        exclusive = next((unit for unit, _ in short if unit in self._exclusive), None)
        shared = tuple((self._numbers[unit], count - 1) for unit, count in short if unit != exclusive)
        return len(self._numbers) if exclusive is None else self._numbers[exclusive], shared

    def momentary_of(self, timing: Timing) -> tuple[tuple[int, int], ...]:
        """(unit, how many of it) of the units that are held for one cycle by everybody."""
        return tuple((self._numbers[unit], count) for unit, count in timing.uses if unit in self._momentary)

    def masks(self, momentary: tuple[tuple[int, int], ...]) -> tuple[int, int]:
        """(own bit, mask of those that want more of a unit together with it than there is); 0 for no such unit."""
        if not momentary:
            return 0, 0
        counts = tuple(self.core.units.values())
        clashes = 0
        for number, other in enumerate(self._signatures):
            wanted = dict(other)
            if any(count + wanted.get(unit, 0) > counts[unit] for unit, count in momentary if unit in wanted):
                clashes |= 1 << number
        return 1 << self._signatures.index(momentary), clashes

    def _short(self, timing: Timing) -> list[tuple[str, int]]:
        return [use for use in timing.uses if use[0] not in self._plentiful and use[0] not in self._momentary]


def _number_cells(resolved: Sequence[Resolved]) -> dict[str, int]:
    """Cell to a number; cells with the same history of reads and writes share one."""
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


def _ticks_per_cycle(core: Core, distinct: Iterable[Timing]) -> int:
    denominators = {core.branches.taken_bubble.denominator}
    if core.memory.store_to_load is not None:
        denominators.add(core.memory.store_to_load.denominator)
    for timing in distinct:
        given = (timing.cycles, timing.base, timing.flags, *timing.needs.values())
        denominators.update(value.denominator for value in given)
        denominators.update(value.denominator for value in (timing.latency, timing.accumulate) if value is not None)
    return math.lcm(*denominators)


def _ticks(cycles: Cycles, ticks_per_cycle: int) -> int:
    return cycles.numerator * ticks_per_cycle // cycles.denominator


def _refuses(row: Sequence[int]) -> int:
    """Mask of the pairing names that a row of the refusal table refuses; bit 0 marks those that can't follow."""
    return 1 | sum(2 << younger for younger, refusal in enumerate(row) if refusal)


def _refusal_table(core: Core, pairs: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    def refusal(older: str, younger: str) -> int:
        for number, rule in enumerate(core.refusals, 1):
            if older in rule.older and younger in rule.younger:
                return number
        return 0

    return tuple(tuple(refusal(older, younger) for younger in pairs) for older in pairs)
