"""A picture's data: lanes, bars, arrows. Schedules of cores, warps on engines and executed runs all give this.

All values are frozen named tuples. Times are integer ticks, `Timeline.ticks_per_cycle` of them a cycle, so pictures are
exact. Nothing here knows an instruction set, a core or a way to draw.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.record import NamedTuple


class Lane(NamedTuple):
    """A row of the picture that holds one thing at a time: an issue slot, an instance of a unit, a warp, an engine.

    `group` puts lanes of a kind together (`issue`, `units`, `warps`); `title` says it in full.
    """

    name: str
    group: str
    title: str


class Item(NamedTuple):
    """What the source says once and the picture shows many times: an instruction, a clause.

    `place`: its source line, `12`, or the address in an object, `+0x1c`; empty when it has none. `reads`, `writes`:
    operands as written. `unit`: where it executes, by which it can be coloured. `note`: timing class and evidence, in
    words.
    """

    text: str
    place: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    unit: str
    note: str


class Bar(NamedTuple):
    """One issue of an item. Units: ticks.

    `start` to `end`: it takes its lane so long. `ready`: when its result can be used, None without a result or with an
    unknown latency. `waited`: what is charged to `kind`, on a core the time since the issue in front; `lost`: how much
    of it nothing issued. `reason`: why in words, empty when it did not wait. `slack`: by how much its result could be
    later unnoticed, None when nothing reads it. `iteration` counts from 1.
    """

    item: int
    lane: int
    iteration: int
    start: int
    end: int
    ready: int | None
    waited: int
    lost: int
    kind: str
    reason: str
    slack: int | None


class Hold(NamedTuple):
    """A lane that a bar takes beside its own: a unit that it keeps busy. `bar`: index. Units: ticks."""

    bar: int
    lane: int
    start: int
    end: int


class Arrow(NamedTuple):
    """A value on its way: the bar `consumer` reads `label` from the bar `producer`, or from the item `source` before
    the picture begins when `producer` is -1. `tick`: when the value can be used. `binding`: the consumer waited."""

    producer: int
    source: int
    consumer: int
    kind: str
    label: str
    tick: int
    binding: bool


class Kind(NamedTuple):
    """A reason in the legend. `family` (`data`, `unit`, `issue`, `front`, `none`) says what sort of limit it is."""

    words: str
    family: str


class Timeline(NamedTuple):
    """A window of a schedule. Units: ticks from its start; `end` is that of the window, results may come later.

    `title`, `facts`: what is shown, one sentence each. `bars` are in program order of each stream, so by start within a
    lane. `marks`: (tick, label) of places worth a line, such as the start of an iteration. `kinds`: every `Bar.kind`
    and `Arrow.kind`. `notes`: what was left out or assumed. `rows`: each bar also has a row of its own,
    with its text; without, the lanes are the whole picture.
    """

    title: str
    facts: tuple[str, ...]
    ticks_per_cycle: int
    end: int
    lanes: tuple[Lane, ...]
    items: tuple[Item, ...]
    bars: tuple[Bar, ...]
    holds: tuple[Hold, ...]
    arrows: tuple[Arrow, ...]
    kinds: Mapping[str, Kind]
    marks: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    rows: bool = True
