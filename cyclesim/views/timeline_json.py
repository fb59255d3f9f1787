"""A timeline as data: the versioned JSON form, and the compact columns that pages carry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from cyclesim.timeline import Timeline

Columns = dict[str, object]


def render(timelines: Sequence[Timeline], notes: Sequence[str]) -> str:
    """The versioned form (docs/reference/json.md)."""
    return json.dumps(
        {"schema_version": 1, "timelines": [_record(one) for one in timelines], "notes": list(notes)}, indent=1
    )


def _record(timeline: Timeline) -> dict[str, object]:
    return {
        "title": timeline.title,
        "facts": list(timeline.facts),
        "ticks_per_cycle": timeline.ticks_per_cycle,
        "end": timeline.end,
        "lanes": [one._asdict() for one in timeline.lanes],
        "items": [one._asdict() for one in timeline.items],
        "bars": [one._asdict() for one in timeline.bars],
        "holds": [one._asdict() for one in timeline.holds],
        "arrows": [one._asdict() for one in timeline.arrows],
        "kinds": {name: kind._asdict() for name, kind in timeline.kinds.items()},
        "marks": [{"tick": tick, "label": label} for tick, label in timeline.marks],
        "notes": list(timeline.notes),
        "rows": timeline.rows,
    }


def compact(timeline: Timeline) -> dict[str, object]:
    """The same in columns of small numbers: what grows along a column as differences, texts by number.

    `none` stands for no value in columns of times. The reader is the script of the pages.
    """
    texts = _Numbers()
    kinds = list(timeline.kinds)
    return {
        "title": timeline.title,
        "facts": list(timeline.facts),
        "tpc": timeline.ticks_per_cycle,
        "end": timeline.end,
        "lanes": [list(lane) for lane in timeline.lanes],
        "items": [
            [item.text, item.place, ", ".join(item.reads), ", ".join(item.writes), item.unit, texts.of(item.note)]
            for item in timeline.items
        ],
        "kinds": [[name, *timeline.kinds[name]] for name in kinds],
        "bars": _bars(timeline, kinds, texts),
        "holds": _holds(timeline),
        "arrows": _arrows(timeline, kinds, texts),
        "marks": [list(mark) for mark in timeline.marks],
        "notes": list(timeline.notes),
        "rows": timeline.rows,
        "texts": texts.all,
    }


class _Numbers:
    """Texts by the number of their first use."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {}

    def of(self, text: str) -> int:
        number = self._numbers.setdefault(text, len(self.all))
        if number == len(self.all):
            self.all.append(text)
        return number


def _differences(values: Iterable[int]) -> list[int]:
    before, found = 0, []
    for value in values:
        found.append(value - before)
        before = value
    return found


def _bars(timeline: Timeline, kinds: Sequence[str], texts: _Numbers) -> Columns:
    bars = timeline.bars
    numbers = {kind: number for number, kind in enumerate(kinds)}
    return {
        "item": _differences(bar.item for bar in bars),
        "lane": [bar.lane for bar in bars],
        "iteration": _differences(bar.iteration for bar in bars),
        "start": _differences(bar.start for bar in bars),
        "length": [bar.end - bar.start for bar in bars],
        "ready": [-1 if bar.ready is None else bar.ready - bar.start for bar in bars],
        "waited": [bar.waited for bar in bars],
        "lost": [bar.lost for bar in bars],
        "kind": [numbers.get(bar.kind, -1) for bar in bars],
        "why": [texts.of(bar.reason) for bar in bars],
        "slack": [-1 if bar.slack is None else bar.slack for bar in bars],
    }


def _holds(timeline: Timeline) -> Columns:
    holds = timeline.holds
    return {
        "bar": _differences(hold.bar for hold in holds),
        "lane": [hold.lane for hold in holds],
        "start": [hold.start - timeline.bars[hold.bar].start for hold in holds],
        "length": [hold.end - hold.start for hold in holds],
    }


def _arrows(timeline: Timeline, kinds: Sequence[str], texts: _Numbers) -> Columns:
    """`from`: how many bars before the consumer, 0 for one that is not in the window, which `source` names then."""
    arrows = timeline.arrows
    numbers = {kind: number for number, kind in enumerate(kinds)}
    return {
        "to": _differences(arrow.consumer for arrow in arrows),
        "from": [arrow.consumer - arrow.producer if arrow.producer >= 0 else 0 for arrow in arrows],
        "source": [0 if arrow.producer >= 0 else arrow.source for arrow in arrows],
        "kind": [numbers.get(arrow.kind, -1) for arrow in arrows],
        "label": [texts.of(arrow.label) for arrow in arrows],
        "tick": [arrow.tick - timeline.bars[arrow.consumer].start for arrow in arrows],
        "binding": [int(arrow.binding) for arrow in arrows],
    }
