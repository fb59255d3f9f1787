"""`timeline` as a log of the Konata pipeline viewer: format "Kanata" 0004, lines of tab-separated commands.

Stages: `W` waiting behind the instruction in front, `X` issue cycles, `L` until the result can be used. The format
knows whole cycles: where a core has fractions, one cycle of the log is one tick, and the log says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from cyclesim.timeline import Bar, Timeline


def render(timeline: Timeline) -> str:
    """The log. Retirement is in order, as the viewer wants it: no instruction retires before the one in front."""
    per_cycle = timeline.ticks_per_cycle if _whole(timeline) else 1
    lines = ["Kanata\t0004", "C=\t0"]
    now = 0
    for tick, _, text in sorted(_events(timeline, per_cycle), key=lambda event: event[:2]):
        if tick > now:
            lines.append(f"C\t{tick - now}")
            now = tick
        lines.append(text)
    return "\n".join(lines)


def _whole(timeline: Timeline) -> bool:
    """Whether every time of the window is a whole number of cycles."""
    per_cycle = timeline.ticks_per_cycle
    return all(
        time % per_cycle == 0 for bar in timeline.bars for time in (bar.start, bar.end, bar.waited, bar.ready or 0)
    )


def _events(timeline: Timeline, per_cycle: int) -> Iterator[tuple[int, int, str]]:
    """(time, order within it, line) of every command."""
    order, retired, producers = 0, 0, _producers(timeline)
    for number, bar in enumerate(timeline.bars):
        arrived = max(bar.start - bar.waited, 0) // per_cycle
        start, end = bar.start // per_cycle, bar.end // per_cycle
        ready = max(end, (bar.ready or 0) // per_cycle)
        retired = max(retired, ready)
        commands = [
            (arrived, f"I\t{number}\t{number}\t0"),
            (arrived, f"L\t{number}\t0\t{_clean(_label(timeline, bar))}"),
            (arrived, f"L\t{number}\t1\t{_clean(_detail(timeline, bar, per_cycle))}"),
        ]
        if start > arrived:
            commands += [(arrived, f"S\t{number}\t0\tW"), (start, f"E\t{number}\t0\tW")]
        commands += [(start, f"S\t{number}\t0\tX"), (end, f"E\t{number}\t0\tX")]
        if ready > end:
            commands += [(end, f"S\t{number}\t0\tL"), (ready, f"E\t{number}\t0\tL")]
        commands += [(start, f"W\t{number}\t{producer}\t0") for producer in producers.get(number, ())]
        commands.append((retired, f"R\t{number}\t{number}\t0"))
        for tick, text in commands:
            yield tick, order, text
            order += 1


def _producers(timeline: Timeline) -> dict[int, list[int]]:
    """Bar to the bars of the window that it waited for."""
    found: dict[int, list[int]] = {}
    for arrow in timeline.arrows:
        if arrow.binding and arrow.producer >= 0:
            found.setdefault(arrow.consumer, []).append(arrow.producer)
    return found


def _label(timeline: Timeline, bar: Bar) -> str:
    item = timeline.items[bar.item]
    return f"{item.place}: {item.text}" if item.place else item.text


def _detail(timeline: Timeline, bar: Bar, per_cycle: int) -> str:
    lane = timeline.lanes[bar.lane].name
    unit = "" if per_cycle == timeline.ticks_per_cycle else f"; {timeline.ticks_per_cycle} steps of the log are a cycle"
    return f"iteration {bar.iteration}, {lane}, {bar.reason or 'no wait'}{unit}"


def _clean(text: str) -> str:
    """Text of a tab-separated line."""
    return " ".join(text.split())
