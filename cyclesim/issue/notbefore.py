"""A rule never says no; it says not before which cycle, and because of what."""

from __future__ import annotations

from cyclesim.record import NamedTuple

KINDS = (
    "start",
    "order",
    "unit",
    "blocked",
    "branch",
    "operand",
    "accumulate",
    "flag",
    "memory",
    "write-order",
    "no-co-issue",
    "slot",
    "end",
)
"""The closed set of reasons of an in-order core. Each has a heading in docs/reference/reasons.md.

`end` is no rule's answer: it is the issue cycles of the last instructions of straight-line code."""


class NotBefore(NamedTuple):
    """The earliest time one rule allows, and the reason.

    Units: `tick` is in engine ticks (see `Body.ticks_per_cycle`). `producer` is the index of the instruction waited
    for, or -1; `ago` how many iterations back it issued. `detail` names the location, unit or refusal.
    """

    tick: int
    kind: str
    detail: str = ""
    producer: int = -1
    ago: int = 0
