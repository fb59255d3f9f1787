"""From a listing and trip counts to what a warp executes on one core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.gpu import control_flow, statistics
from cyclesim.gpu.memory import message_of, service
from cyclesim.gpu.nouns import Clause, Listing
from cyclesim.gpu.program import Repeat, Step
from cyclesim.machine.warps import WarpCore
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

Path = tuple[int | tuple["Path", int], ...]
"""Clause numbers in the order of execution; a loop is a pair of its path and its rounds."""


def path_of(listing: Listing, trips: Mapping[str, int]) -> Path:
    """The path of a warp. Of an `if` both sides are on it. Raises TripError for a loop without trip count."""
    control_flow.executed(listing, trips)
    found = {loop.header: loop for loop in control_flow.loops(listing)}
    reached = control_flow.reachable(listing)
    numbers = [clause.number for clause in listing.clauses if clause.number in reached]
    return _path(numbers, found, trips, None)


def _path(
    numbers: Sequence[int], found: Mapping[int, control_flow.Loop], trips: Mapping[str, int], inside: int | None
) -> Path:
    """The path through some clauses in order of address; loops among them become pairs, but not the loop `inside`."""
    parts: list[int | tuple[Path, int]] = []
    done: set[int] = set()
    for number in numbers:
        if number in done:
            continue
        loop = found.get(number)
        if loop is None or number == inside:
            parts.append(number)
            continue
        trip = trips.get(loop.name, trips.get("all", 0))
        header = _path(loop.once_more, found, trips, number)
        body = _path(loop.body, found, trips, number)
        parts.append(((*header, *body), trip))
        parts += header
        done.update(loop.clauses)
    return tuple(parts)


class Times(NamedTuple):
    """The times of one clause on a core. Units: cycles. `fetch` is part of `issue`."""

    clause: Clause
    issue: Cycles
    fetch: Cycles
    unit: str
    service: Cycles


def times_of(listing: Listing, core: WarpCore, numbers: Mapping[str, Cycles], fetch: Cycles) -> dict[int, Times]:
    """Clause number to its times. `fetch`: issue cycles a quadword of instructions takes."""
    found = {}
    for clause in listing.clauses:
        message = message_of(clause)
        words = fetch * statistics.quadwords(clause) if fetch else Cycles(0)
        issue = len(clause.tuples) * numbers["tuple_cycles"] + words
        unit = message.unit if message else ""
        found[clause.number] = Times(
            clause, issue, words, unit, service(core, message, numbers) if message and unit != "barrier" else Cycles(0)
        )
    return found


def ticks_a_cycle(times: Mapping[int, Times], numbers: Mapping[str, Cycles]) -> int:
    """The least number of ticks in which all times are whole."""
    from math import lcm

    values = [one for time in times.values() for one in (time.issue, time.service)]
    values += [numbers["message_latency"], numbers["tuple_latency"]]
    return lcm(*(value.denominator for value in values))


def steps(
    path: Path, listing: Listing, times: Mapping[int, Times], numbers: Mapping[str, Cycles], ticks: int
) -> tuple[Step | Repeat, ...]:
    """The path as the engine takes it."""
    parts: list[Step | Repeat] = []
    for part in path:
        if isinstance(part, tuple):
            parts.append(Repeat(steps(part[0], listing, times, numbers, ticks), part[1]))
            continue
        time = times[part]
        header = time.clause.header
        parts.append(
            Step(
                listing.places[part],
                int(time.issue * ticks),
                int(len(time.clause.tuples) * numbers["tuple_latency"] * ticks),
                time.unit,
                int(time.service * ticks),
                int(numbers["message_latency"] * ticks),
                header.slot,
                header.waits,
                header.staging_barrier,
            )
        )
    return tuple(parts)
