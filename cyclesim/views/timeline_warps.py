"""From the first clauses of a GPU estimate to a `Timeline`: lanes for the first engine and for each of its warps."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.gpu import statistics
from cyclesim.gpu.estimate import Estimate
from cyclesim.gpu.memory import message_of
from cyclesim.gpu.nouns import Clause
from cyclesim.gpu.warps import Event
from cyclesim.timeline import Bar, Hold, Item, Kind, Lane, Timeline
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views.timeline_build import FAMILIES
from cyclesim.views.wording import STALL_WORDS

EVENTS = 2_048
"""Issues of the whole core that a picture is made of."""

MOST_WARPS = 48
FULL_SPEED = ("not-selected", "start")


def build_warps(one: Estimate, start: int = 0, end: int | None = None) -> Timeline:
    """The picture's data of the first engine's events from tick `start` up to `end`."""
    run = one.point.run
    events = [event for event in run.events if event.engine == 0] if run else []
    pauses = _pauses(events)
    inside = [
        (event, pause)
        for event, pause in zip(events, pauses, strict=True)
        if event.start >= start and (end is None or event.start < end)
    ]
    warps = list(dict.fromkeys(event.warp for event, _ in inside))
    places = {warp: place for place, warp in enumerate(warps[:MOST_WARPS])}
    shown = [(event, pause) for event, pause in inside if event.warp in places]
    lanes = [
        *[Lane(f"warp {warp}", "warps", f"warp {warp}") for warp in places],
        Lane("engine 0", "engines", "engine 0"),
    ]
    bars = tuple(_bar(event, pause, places[event.warp]) for event, pause in shown)
    return Timeline(
        f"{one.listing.file.rpartition('/')[2]} on {one.core.title}",
        _facts(one, bars),
        one.point.ticks,
        max((bar.end for bar in bars), default=0),
        tuple(lanes),
        tuple(_item(clause) for clause in one.listing.clauses),
        bars,
        tuple(Hold(index, len(lanes) - 1, bar.start, bar.end) for index, bar in enumerate(bars)),
        (),
        {kind: Kind(STALL_WORDS[kind], FAMILIES[kind]) for kind in dict.fromkeys(bar.kind for bar in bars)},
        (),
        (*one.notes, *_left_out(len(warps) - len(places), len(inside) - len(shown))),
        False,
    )


def _pauses(events: Sequence[Event]) -> list[int]:
    """Ticks without an issue of the engine in front of each event."""
    ends = [0, *[event.end for event in events[:-1]]]
    return [max(event.start - before, 0) for event, before in zip(events, ends, strict=False)]


def _bar(event: Event, pause: int, lane: int) -> Bar:
    reason = STALL_WORDS[event.reason] + (f" ({event.detail})" if event.detail else "")
    silent = not pause and event.reason in FULL_SPEED
    return Bar(
        event.clause, lane, 1, event.start, event.end, None, pause, pause, event.reason, "" if silent else reason, None
    )


def _item(clause: Clause) -> Item:
    message = message_of(clause)
    waits = ", ".join(f"slot {slot}" for slot in clause.header.waits)
    note = f"line {clause.span.line}; {counted(statistics.quadwords(clause), 'quadword')}"
    note += f"; waits at its end for {waits}" if waits else ""
    text = f"{clause.label}: {counted(len(clause.tuples), 'tuple')}" + (f" and a {message.kind}" if message else "")
    return Item(text, f"#{clause.number}", (), (), message.unit if message else "arithmetic", note)


def _facts(one: Estimate, bars: Sequence[Bar]) -> tuple[str, ...]:
    last = max((bar.end for bar in bars), default=0)
    return (
        f"{one.listing.file}: {counted(len(one.listing.clauses), 'clause')}",
        f"first engine of the core: its first {counted(len(bars), 'clause')}, "
        f"{decimal_text(Cycles(last, one.point.ticks))} cycles; the other engines work alike",
    )


def _left_out(warps: int, issues: int) -> list[str]:
    return [f"{counted(warps, 'warp')} with {counted(issues, 'issue')} left out of the picture"] if warps > 0 else []
