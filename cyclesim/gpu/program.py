"""What a warp executes, as the engine takes it: clauses in order, loops with their number of rounds."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.record import NamedTuple


class Step(NamedTuple):
    """One clause as the engine sees it. `clause`: its index in the listing. Units: ticks.

    `issue`: for how long it holds the engine. `alone`: earliest distance to the warp's next clause. `unit`: which unit
    its message goes to, empty without one; `service`: for how long it holds it; `latency`: from there until `slot` is
    clear. `waits`: slots that must be clear before the warp's next clause. `drains`: all its messages must have been
    served by then.
    """

    clause: int
    issue: int
    alone: int
    unit: str
    service: int
    latency: int
    slot: int
    waits: tuple[int, ...]
    drains: bool = False


class Repeat(NamedTuple):
    """A loop: its steps and how often they run."""

    body: tuple[Step | Repeat, ...]
    rounds: int


class Turn(NamedTuple):
    """The end of a loop in the flat form: back to `start` until `rounds` are over. `loop` numbers it."""

    start: int
    rounds: int
    loop: int


class Program(NamedTuple):
    """Steps and turns in order; `loops`: (first, last) index of each loop's steps."""

    code: tuple[Step | Turn, ...]
    loops: tuple[tuple[int, int], ...]


def flatten(path: Sequence[Step | Repeat]) -> Program:
    """The flat form; loops of no round are left out."""
    code: list[Step | Turn] = []
    loops: list[tuple[int, int]] = []
    _flatten(path, code, loops)
    return Program(tuple(code), tuple(loops))


def _flatten(path: Sequence[Step | Repeat], code: list[Step | Turn], loops: list[tuple[int, int]]) -> None:
    for part in path:
        if isinstance(part, Step):
            code.append(part)
        elif part.rounds and part.body:
            start = len(code)
            _flatten(part.body, code, loops)
            if len(code) > start:
                loops.append((start, len(code) - 1))
                code.append(Turn(start, part.rounds, len(loops) - 1))


def steps_of(path: Sequence[Step | Repeat]) -> dict[int, int]:
    """Clause index to how often a warp executes it."""
    counts: dict[int, int] = {}
    _count(path, 1, counts)
    return counts


def _count(path: Sequence[Step | Repeat], times: int, counts: dict[int, int]) -> None:
    for part in path:
        if isinstance(part, Step):
            counts[part.clause] = counts.get(part.clause, 0) + times
        else:
            _count(part.body, times * part.rounds, counts)
