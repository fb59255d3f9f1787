"""`timeline` as trace events (the JSON that chrome://tracing and ui.perfetto.dev open): a cycle is a microsecond.

A timeline is a process, a lane a thread, an issue or a unit that is held a complete event; what an instruction waited
for is a flow from its producer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from cyclesim.timeline import Arrow, Bar, Timeline

Event = dict[str, object]


def render(timelines: Sequence[Timeline]) -> str:
    """One trace with a process for each timeline."""
    events = [event for process, timeline in enumerate(timelines, 1) for event in _events(timeline, process)]
    head = {"displayTimeUnit": "ns", "otherData": {"time": "one microsecond of the trace is one cycle"}}
    lines = ",\n".join(json.dumps(event, separators=(",", ":")) for event in events)
    return json.dumps(head)[:-1] + ', "traceEvents": [\n' + lines + "\n]}"


def _events(timeline: Timeline, process: int) -> Iterator[Event]:
    yield {"ph": "M", "pid": process, "tid": 0, "name": "process_name", "args": {"name": timeline.title}}
    for lane, one in enumerate(timeline.lanes):
        yield {"ph": "M", "pid": process, "tid": lane, "name": "thread_name", "args": {"name": one.title}}
        yield {"ph": "M", "pid": process, "tid": lane, "name": "thread_sort_index", "args": {"sort_index": lane}}
    for bar in timeline.bars:
        yield _complete(timeline, process, bar, bar.lane, bar.start, bar.end)
    for hold in timeline.holds:
        yield _complete(timeline, process, timeline.bars[hold.bar], hold.lane, hold.start, hold.end)
    for number, arrow in enumerate(timeline.arrows):
        if arrow.binding and arrow.producer >= 0:
            yield from _flow(timeline, process, number, arrow)
    for tick, label in timeline.marks:
        yield {"ph": "i", "s": "p", "pid": process, "tid": 0, "name": label, "ts": _time(timeline, tick)}


def _time(timeline: Timeline, tick: int) -> float:
    return tick / timeline.ticks_per_cycle


def _complete(timeline: Timeline, process: int, bar: Bar, lane: int, start: int, end: int) -> Event:
    item = timeline.items[bar.item]
    return {
        "ph": "X",
        "pid": process,
        "tid": lane,
        "ts": _time(timeline, start),
        "dur": _time(timeline, end - start),
        "name": item.text,
        "cat": bar.kind,
        "args": {
            "place": item.place,
            "iteration": bar.iteration,
            "waited": _time(timeline, bar.waited),
            "reason": bar.reason,
            "reads": ", ".join(item.reads),
            "writes": ", ".join(item.writes),
            "slack": None if bar.slack is None else _time(timeline, bar.slack),
        },
    }


def _flow(timeline: Timeline, process: int, number: int, arrow: Arrow) -> Iterator[Event]:
    """From the middle of the producer's issue to the consumer's: a flow binds to what encloses its ends."""
    producer, consumer = timeline.bars[arrow.producer], timeline.bars[arrow.consumer]
    common = {"pid": process, "cat": "waits", "name": arrow.kind, "id": number}
    for phase, bar in (("s", producer), ("f", consumer)):
        middle = _time(timeline, bar.start + bar.end) / 2
        yield {**common, "ph": phase, "tid": bar.lane, "ts": middle, **({"bp": "e"} if phase == "f" else {})}
