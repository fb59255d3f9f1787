"""One listing dispatched on one GPU: floors, the engine's schedule, memory, launch, and the range of all that."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.gpu import path as paths
from cyclesim.gpu import statistics, warps
from cyclesim.gpu.launch import Dispatch
from cyclesim.gpu.memory import LOAD_STORE, TEXTURE, VARYING, message_of
from cyclesim.gpu.nouns import Listing
from cyclesim.gpu.occupancy import Occupancy, occupancy, taken_whole
from cyclesim.gpu.opcodes import load
from cyclesim.gpu.program import Program, flatten
from cyclesim.machine.warps import Number, WarpCore
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, counted, decimal_text

ARITHMETIC, MEMORY = "arithmetic", "memory"
FASTER_WHEN_HIGH = ("load_store_threads", "samples", "varying", "dram", "clock")
HIDDEN_SHARE = Cycles(1, 2)
"""Messages that take up to this share of the engines' issue cycles pass beside them; their ranges don't matter."""


class Floor(NamedTuple):
    """What a dispatch can't be faster than. Units: cycles of the busiest core. `sentence`: how it comes about."""

    limit: str
    cycles: Cycles
    sentence: str


class Executed(NamedTuple):
    """What one thread executes. `fma`, `add`: filled slots. `clauses`: how often each runs, by number. `messages`: how
    many go to each unit. `memory_bytes`: traffic with memory; `least_bytes`: if all loads but the
    longest hit caches, which is the same where the user gave the number."""

    tuples: int
    clauses: Mapping[int, int]
    fma: int
    add: int
    operations: int
    integer_operations: int
    messages: Mapping[str, int]
    memory_bytes: int
    least_bytes: int

    @property
    def instructions(self) -> int:
        return self.fma + self.add


class Point(NamedTuple):
    """One reading of the core's numbers: floors, schedule and time. Units: cycles of the busiest core, seconds."""

    floors: tuple[Floor, ...]
    engine: Cycles
    schedule: Cycles
    seconds: Cycles
    run: warps.Run | None
    ticks: int

    @property
    def binding(self) -> Floor:
        return max(self.floors, key=lambda floor: floor.cycles)


class Estimate(NamedTuple):
    """A listing on a GPU. `fast` and `slow`: the ends of the range that the core's uncertain numbers leave; both are
    `point` where they don't matter. `matters`: the numbers that make the range. `cliff`: the dispatch at the other
    occupancy (more or fewer registers), None where the core has but one."""

    listing: Listing
    core: WarpCore
    dispatch: Dispatch
    trips: Mapping[str, int]
    occupancy: Occupancy
    statistics: Mapping[str, float]
    executed: Executed
    point: Point
    fast: Point
    slow: Point
    matters: tuple[str, ...]
    cliff: Point | None
    sixteen_bit: float
    evidence: Mapping[str, int]
    stalls: Mapping[str, Cycles]
    notes: tuple[str, ...]


def estimate(
    listing: Listing,
    core: WarpCore,
    dispatch: Dispatch,
    trips: Mapping[str, int],
    memory_bytes: int | None = None,
    window: int = 0,
) -> Estimate:
    """Estimate a dispatch. `memory_bytes`: traffic of a thread with memory, where the user knows it; `window`: so many
    issues are kept as events. Raises TripError for a loop without a trip count."""
    path = paths.path_of(listing, trips)
    executed = execute(listing, path, memory_bytes)
    holds = occupancy(core, dispatch, statistics.full_occupancy(listing), taken_whole(listing))
    study = _Study(listing, core, dispatch, path, executed, holds)
    point = study.point("value", window)
    matters = study.uncertain(point)
    ends = [point, *([study.likewise("low", point, study), study.likewise("high", point, study)] if matters else [])]
    fast, slow = min(ends, key=_seconds), max(ends, key=_seconds)
    return Estimate(
        listing,
        core,
        dispatch,
        trips,
        holds,
        statistics.count(listing),
        executed,
        point,
        fast,
        slow,
        matters,
        study.cliff(point),
        statistics.sixteen_bit_share(listing),
        study.evidence(),
        _stalls(point),
        _notes(listing, core, executed, point),
    )


def execute(listing: Listing, path: paths.Path, memory_bytes: int | None) -> Executed:
    """What a thread executes on a path. Messages in loops are taken to hit caches, others to move their bytes once."""
    counts: dict[int, int] = {}
    _count(path, 1, counts)
    table = load()
    clauses = [(listing.clauses[listing.places[number]], times) for number, times in counts.items()]
    slots = [(slot, times) for clause, times in clauses for pair in clause.tuples for slot in pair if not slot.idle]
    messages: dict[str, int] = {}
    loaded, stored = [0], 0
    straight = {part for part in path if isinstance(part, int)}
    for clause, times in clauses:
        message = message_of(clause)
        if message:
            messages[message.unit] = messages.get(message.unit, 0) + times
            if message.memory and clause.number in straight:
                stored += message.bytes if message.kind == "store" else 0
                loaded.append(0 if message.kind == "store" else message.bytes)
    return Executed(
        sum(len(clause.tuples) * times for clause, times in clauses),
        counts,
        sum(times for slot, times in slots if slot.unit == "FMA"),
        sum(times for slot, times in slots if slot.unit == "ADD"),
        sum(table.operations(slot) * times for slot, times in slots),
        sum(table.integer_operations(slot) * times for slot, times in slots),
        messages,
        stored + sum(loaded) if memory_bytes is None else memory_bytes,
        stored + max(loaded) if memory_bytes is None else memory_bytes,
    )


def _count(path: paths.Path, times: int, counts: dict[int, int]) -> None:
    for part in path:
        if isinstance(part, int):
            counts[part] = counts.get(part, 0) + times
        elif part[1]:
            _count(part[0], times * part[1], counts)


class _Study:
    """One dispatch, to be looked at with several readings of the core's numbers."""

    def __init__(
        self,
        listing: Listing,
        core: WarpCore,
        dispatch: Dispatch,
        path: paths.Path,
        executed: Executed,
        holds: Occupancy,
    ) -> None:
        self.listing, self.core, self.dispatch = listing, core, dispatch
        self.path, self.executed, self.holds = path, executed, holds
        self.full = statistics.full_occupancy(listing)
        self.groups = -(-dispatch.groups // core.whole("cores"))
        self.warps = self.groups * holds.group_warps

    def numbers(self, end: str) -> dict[str, Cycles]:
        """One reading: `value`, or the end of every range that makes the dispatch fast (`low`) or slow (`high`)."""
        opposite = {"low": "high", "high": "low"}
        return {
            name: getattr(number, opposite.get(end, end) if name in FASTER_WHEN_HIGH else end)
            for name, number in self.core.numbers.items()
        }

    def fetch(self, end: str) -> Cycles:
        """Issue cycles a quadword of instructions at this occupancy, between the rows of the table in proportion."""
        rows = self.core.fetch
        held = self.resident()
        above = rows[0]
        for row in rows:
            if row.warps <= held:
                share = (held - row.warps) / Cycles(above.warps - row.warps) if above.warps > row.warps else Cycles(0)
                share = min(share, Cycles(1))
                return _end(row.cycles, end) * (1 - share) + _end(above.cycles, end) * share
            above = row
        return _end(rows[-1].cycles, end)

    def resident(self) -> Cycles:
        """Warps per engine that the occupancy allows, a small dispatch or not: the contexts are what fetch goes by."""
        return Cycles(self.holds.resident * self.holds.admitted_warps, self.core.whole("engines"))

    def point(self, end: str, window: int = 0) -> Point:
        """The dispatch by the engine."""
        numbers = self.numbers(end)
        times = paths.times_of(self.listing, self.core, numbers, self.fetch(end))
        ticks = paths.ticks_a_cycle(times, numbers)
        if not self.executed.tuples:
            return self.timed(self.floors(times, numbers, 0), Cycles(0), numbers, None, ticks)
        program = self.program(times, numbers, ticks)
        # A split group is as many small ones to the engine.
        admitted = self.holds.admitted_warps
        groups = self.groups * (self.holds.group_warps // admitted)
        run = warps.run(program, self.core.whole("engines"), groups, admitted, min(self.holds.resident, groups), window)
        floors = self.floors(times, numbers, self.executed.memory_bytes)
        return self.timed(floors, Cycles(run.ticks, ticks), numbers, run, ticks)

    def timed(
        self,
        floors: tuple[Floor, ...],
        engine: Cycles,
        numbers: Mapping[str, Cycles],
        run: warps.Run | None,
        ticks: int,
    ) -> Point:
        schedule = max([engine, *[floor.cycles for floor in floors]])
        seconds = schedule / (numbers["clock"] * 1_000_000) + numbers.get("launch", Cycles(0)) / 1_000_000
        return Point(floors, engine, schedule, seconds, run, ticks)

    def likewise(self, end: str, point: Point, base: _Study) -> Point:
        """The dispatch with other numbers or another occupancy, without the engine: its schedule is taken to stand as
        far above what it can't be faster than as `point`, the engine's, stands above that of `base`."""
        numbers = self.numbers(end)
        times = paths.times_of(self.listing, self.core, numbers, self.fetch(end))
        moved = self.executed.least_bytes if end == "low" else self.executed.memory_bytes
        least = base.least("value")
        engine = self.least(end) * point.engine / least if least else Cycles(0)
        return self.timed(self.floors(times, numbers, moved), engine, numbers, None, 1)

    def least(self, end: str) -> Cycles:
        """The greatest of the floors without memory, instruction fetch and the messages' latency included."""
        numbers = self.numbers(end)
        times = paths.times_of(self.listing, self.core, numbers, self.fetch(end))
        counts = self.executed.clauses
        issue = sum((times[number].issue * count for number, count in counts.items()), Cycles(0))
        floors = [floor.cycles for floor in self.floors(times, numbers, 0)]
        return max([issue * self.warps / self.core.whole("engines"), self.alone(times, numbers), *floors])

    def program(self, times: Mapping[int, paths.Times], numbers: Mapping[str, Cycles], ticks: int) -> Program:
        return flatten(paths.steps(self.path, self.listing, times, numbers, ticks))

    def floors(
        self, times: Mapping[int, paths.Times], numbers: Mapping[str, Cycles], memory_bytes: int
    ) -> tuple[Floor, ...]:
        """Every floor of the busiest core, arithmetic first. `memory_bytes`: a thread's traffic with memory."""
        engines, counts = self.core.whole("engines"), self.executed.clauses
        issue = self.executed.tuples * numbers["tuple_cycles"]
        text = f"{self.executed.tuples} tuples a thread, {counted(self.warps, 'warp')} on {counted(engines, 'engine')}"
        floors = [Floor(ARITHMETIC, issue * self.warps / engines, text)]
        for unit in (LOAD_STORE, TEXTURE, VARYING):
            busy = sum(
                (times[number].service * count for number, count in counts.items() if times[number].unit == unit)
            )
            if busy:
                text = f"{self.executed.messages[unit]} messages a thread, {decimal_text(busy)} cycles a warp"
                floors.append(Floor(unit, busy * self.warps, text))
        moved = memory_bytes * self.dispatch.total
        if moved and "dram" in numbers:
            cycles = moved * numbers["clock"] / numbers["dram"]
            text = f"{memory_bytes} bytes a thread at {decimal_text(numbers['dram'])} MB/s"
            floors.append(Floor(MEMORY, cycles, text))
        return tuple(floors)

    def uncertain(self, point: Point) -> tuple[str, ...]:
        """The core's uncertain numbers that may matter here."""
        numbers = self.core.numbers
        slow = self.numbers("high")
        times = paths.times_of(self.listing, self.core, slow, self.fetch("high"))
        floors = {floor.limit: floor.cycles for floor in self.floors(times, slow, self.executed.memory_bytes)}
        arithmetic = floors[ARITHMETIC]
        units = [floors.get(unit, Cycles(0)) for unit in (LOAD_STORE, TEXTURE, VARYING)]
        names = []
        if any(unit > arithmetic * HIDDEN_SHARE for unit in units) or self.alone(times, slow) > arithmetic:
            names += ["load_store_threads", "message_latency"] if any(units) else []
        if floors.get(MEMORY, Cycles(0)) > point.engine:
            names.append("dram")
            names += ["memory_bytes"] if self.executed.least_bytes < self.executed.memory_bytes else []
        if self.holds.warps < slow["tuple_latency"] and self.executed.tuples:
            names.append("tuple_latency")
        names = [name for name in names if name not in numbers or not numbers[name].certain]
        if self.fetch("low") != self.fetch("high"):
            names.append("fetch")
        return tuple(names)

    def cliff(self, point: Point) -> Point | None:
        """The dispatch as if the kernel had registers for the other occupancy."""
        other = occupancy(self.core, self.dispatch, not self.full, taken_whole(self.listing))
        if other.registers == self.holds.registers or not self.executed.tuples:
            return None
        study = _Study(self.listing, self.core, self.dispatch, self.path, self.executed, other)
        return study.likewise("value", point, self)

    def alone(self, times: Mapping[int, paths.Times], numbers: Mapping[str, Cycles]) -> Cycles:
        """Cycles that the resident warps' tuples and messages take one after the other, wave by wave."""
        latency = numbers["message_latency"]
        counts = self.executed.clauses
        waits = sum(
            ((times[one].service + latency) * count for one, count in counts.items() if times[one].unit), Cycles(0)
        )
        path = self.executed.tuples * numbers["tuple_latency"] + waits
        return path * self.warps / (self.holds.warps * self.core.whole("engines"))

    def evidence(self) -> dict[str, int]:
        """Instructions a thread executes by the status of what times them."""
        counts: dict[str, int] = {}
        numbers = self.core.numbers
        issue = numbers["tuple_cycles"].status if not self.fetch("value") else self.core.fetch[-1].cycles.status
        unit_status = {
            LOAD_STORE: numbers["load_store_threads"].status,
            TEXTURE: numbers["samples"].status,
            VARYING: numbers["varying"].status,
        }
        for number, times in self.executed.clauses.items():
            clause = self.listing.clauses[self.listing.places[number]]
            filled = sum(not slot.idle for pair in clause.tuples for slot in pair)
            message = message_of(clause)
            if message and message.unit in unit_status:
                status = unit_status[message.unit]
                counts[status] = counts.get(status, 0) + times
                filled -= 1
            counts[issue] = counts.get(issue, 0) + filled * times
        return {status: count for status, count in counts.items() if count}


def _seconds(point: Point) -> Cycles:
    return point.seconds


def _end(number: Number, end: str) -> Cycles:
    return {"value": number.value, "low": number.low, "high": number.high}[end]


def _stalls(point: Point) -> dict[str, Cycles]:
    """The engine's gaps by reason in cycles, and what memory adds; they add up to the schedule."""
    stalls = {kind: Cycles(ticks, point.ticks) for kind, ticks in point.run.stalls.items()} if point.run else {}
    beyond = point.schedule - point.engine
    if beyond:
        stalls["unit"] = stalls.get("unit", Cycles(0)) + beyond
    return dict(sorted(stalls.items(), key=lambda item: -item[1]))


def _notes(listing: Listing, core: WarpCore, executed: Executed, point: Point) -> tuple[str, ...]:
    from cyclesim.gpu.control_flow import open_branches

    notes = []
    if not listing.clauses:
        notes.append("the listing has no clause: the program does nothing")
    if point.run and not point.run.exact:
        notes.append("work-groups do not recur exactly: the schedule is a mean rate")
    branches = open_branches(listing)
    if branches:
        names = ", ".join(f"clause_{number}" for number in branches[:4]) + (" …" if len(branches) > 4 else "")
        notes.append(f"both sides of the branch in {names} are counted, as in a warp that takes both")
    if executed.least_bytes < executed.memory_bytes:
        notes.append(
            f"memory: {executed.memory_bytes} bytes a thread assumed (messages outside loops miss every cache once, "
            "those in loops hit); --memory-bytes N says better"
        )
    for name, what in (("launch", "the time of a launch"), ("dram", "the memory bandwidth")):
        if name not in core.numbers:
            notes.append(f"{what} of {core.name} is unknown and left out")
    return tuple(notes)
