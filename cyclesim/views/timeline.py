"""`timeline` as text: time runs down, issue slots are columns, stalls stand where the cycles are lost.

A picture with many lanes (warps) is drawn across instead: a lane a line, a character for so many cycles.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from cyclesim.timeline import Arrow, Bar, Item, Timeline
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views.style import paint
from cyclesim.views.wording import WIDTH, wrap

MOST_COLUMNS = 3
"""Lanes of the first group that stand side by side; more are drawn across."""

MOST_TEXT = 24
MOST_ROWS = 4_000
"""Lines of a picture; a longer window says what it leaves out."""


def render(timelines: Sequence[Timeline], notes: Sequence[str], color: bool = False) -> str:
    """All pictures as one text in at most 100 columns. `color`: stalls marked."""
    heads = [line for note in notes for line in wrap(f"note: {note}")]
    pictures = ["\n".join(line.rstrip() for line in picture(one, color)) for one in timelines]
    return "\n".join([*heads, "\n\n".join(pictures)])


def picture(timeline: Timeline, color: bool = False) -> list[str]:
    """One timeline as lines."""
    lines = [*wrap(timeline.title), *[line for fact in timeline.facts for line in wrap(fact)], ""]
    columns = [number for number, lane in enumerate(timeline.lanes) if lane.group == timeline.lanes[0].group]
    drawn = _Down(timeline, columns, color).lines() if len(columns) <= MOST_COLUMNS else _across(timeline)
    lines += drawn[:MOST_ROWS]
    if len(drawn) > MOST_ROWS:
        lines.append(f"… {len(drawn) - MOST_ROWS} lines more: --from and --to choose the cycles")
    for note in timeline.notes:
        lines += wrap(f"note: {note}")
    return lines


class _Down:
    """Time down, the lanes `columns` side by side, one letter for each other lane that is busy."""

    def __init__(self, timeline: Timeline, columns: Sequence[int], color: bool) -> None:
        self.timeline, self.columns, self.color = timeline, columns, color
        self.others = [number for number in range(len(timeline.lanes)) if number not in columns]
        self.letters = lane_letters([timeline.lanes[number].name for number in self.others])
        self.line_width = max((len(item.place) for item in timeline.items), default=1)
        longest = max((len(timeline.items[bar.item].text) for bar in timeline.bars), default=0)
        self.width = min(longest, MOST_TEXT) + self.line_width + 1
        self.waits = {arrow.consumer: arrow for arrow in timeline.arrows if arrow.binding}
        self.busy: dict[int, list[tuple[int, int]]] = {}
        for hold in timeline.holds:
            self.busy.setdefault(hold.lane, []).append((hold.start, hold.end))

    def lines(self) -> list[str]:
        heads = [f"{self.timeline.lanes[number].name:<{self.width}}" for number in self.columns]
        lines = [f"{'cycle':>7}  {'  '.join(heads)}  {self._units_head()}  why not earlier"]
        marks = list(self.timeline.marks)
        indexed = list(enumerate(self.timeline.bars))
        for start, group in itertools.groupby(indexed, key=lambda pair: pair[1].start):
            while marks and marks[0][0] <= start:
                label = marks.pop(0)[1]
                lines += [f"{'':>7}  -- {label} --"] if len(self.timeline.marks) > 1 else []
            lines += self._group(start, list(group))
        return [*lines, "", *wrap(f"busy: {self._legend()}")] if self.others else lines

    def _group(self, start: int, group: list[tuple[int, Bar]]) -> Iterator[str]:
        index, first = group[0]
        lost = first.lost
        stalled = lost > 0 and bool(first.reason) and start > 0
        if stalled:
            cycles = Cycles(lost, self.timeline.ticks_per_cycle)
            empty = f"{counted(cycles, 'cycle')} lost".center(self._columns_width(), "·")
            yield paint(self._row("", empty, max(start - lost, 0), self._why(index, first)), "wait", self.color)
        cells = {bar.lane: self._cell(bar) for _, bar in group}
        slots = "  ".join(f"{cells.get(number, '·'):<{self.width}}" for number in self.columns)
        yield self._row(self._cycle(start), slots, start, "" if stalled else self._why(index, first))

    def _row(self, cycle: str, slots: str, tick: int, why: str) -> str:
        return cut(f"{cycle:>7}  {slots}  {self._units(tick)}  {why}".rstrip(), WIDTH)

    def _columns_width(self) -> int:
        return (self.width + 2) * len(self.columns) - 2

    def _cell(self, bar: Bar) -> str:
        item = self.timeline.items[bar.item]
        return f"{item.place:>{self.line_width}} {cut(item.text, self.width - self.line_width - 1)}"

    def _why(self, index: int, bar: Bar) -> str:
        """The reason in few words: `unit neon, line 12`; ` before` marks an earlier iteration."""
        if not bar.reason:
            return ""
        arrow = self.waits.get(index)
        if arrow is None:
            return bar.kind
        # `v28.8h` is `v28` here: the arrangement tells nothing of who wrote it.
        what = f"{bar.kind} {arrow.label.partition('.')[0]}" if arrow.label else bar.kind
        return f"{what}, {self._producer(arrow)}"

    def _producer(self, arrow: Arrow) -> str:
        place, bars = place_words(self.timeline.items[arrow.source]), self.timeline.bars
        same = arrow.producer >= 0 and bars[arrow.producer].iteration == bars[arrow.consumer].iteration
        return place if same else f"{place} before"

    def _units(self, start: int) -> str:
        return "".join(
            letter if any(one <= start < end for one, end in self.busy.get(number, ())) else "·"
            for number, letter in zip(self.others, self.letters, strict=True)
        ).ljust(len(self._units_head()))

    def _units_head(self) -> str:
        return "busy".ljust(len(self.others)) if self.others else ""

    def _legend(self) -> str:
        named: dict[str, list[str]] = {}
        for number, letter in zip(self.others, self.letters, strict=True):
            named.setdefault(letter, []).append(self.timeline.lanes[number].name)
        return ", ".join(f"{letter} {' and '.join(names)}" for letter, names in named.items())

    def _cycle(self, tick: int) -> str:
        return decimal_text(Cycles(tick, self.timeline.ticks_per_cycle))


def lane_letters(names: Sequence[str]) -> list[str]:
    """A letter for each lane, the same for instances of one unit (`neon 0`, `neon 1`), different otherwise."""
    taken: dict[str, str] = {}
    for name in names:
        unit = name.rstrip("0123456789 ")
        if unit not in taken:
            free = [letter for letter in (unit + "abcdefghijklmnopqrstuvwxyz").upper() if letter.isalpha()]
            taken[unit] = next((letter for letter in free if letter not in taken.values()), "#")
    return [taken[name.rstrip("0123456789 ")] for name in names]


def place_words(item: Item) -> str:
    """`line 12`; of code in an object `+0x1c`."""
    return item.place if item.place.startswith("+") else f"line {item.place}"


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def _across(timeline: Timeline) -> list[str]:
    """A lane a line. A character stands for a stretch of time: the letter of what last took a part of it."""
    name_width = min(max(len(lane.name) for lane in timeline.lanes), 16)
    room = WIDTH - name_width - 2
    step = max(1, -(-timeline.end // room))
    letters = _item_letters(timeline)
    rows = [["·"] * (-(-timeline.end // step)) for _ in timeline.lanes]
    for lane, item, start, end in _stretches(timeline):
        for place in range(start // step, max(-(-end // step), start // step + 1)):
            if place < len(rows[lane]):
                rows[lane][place] = letters[item]
    scale = decimal_text(Cycles(step, timeline.ticks_per_cycle))
    lines = [f"one character is {scale} cycles; {decimal_text(Cycles(timeline.end, timeline.ticks_per_cycle))} in all"]
    for one, row in zip(timeline.lanes, rows, strict=True):
        lines.append(f"{cut(one.name, name_width):<{name_width}}  {''.join(row)}")
    first = itertools.islice(letters.items(), 26)
    legend = "; ".join(f"{letter} {timeline.items[item].text}" for item, letter in first)
    return [*lines, "", *wrap(legend)]


def _stretches(timeline: Timeline) -> Iterator[tuple[int, int, int, int]]:
    """(lane, item, start, end) of bars and of what they hold."""
    for bar in timeline.bars:
        yield bar.lane, bar.item, bar.start, bar.end
    for hold in timeline.holds:
        yield hold.lane, timeline.bars[hold.bar].item, hold.start, hold.end


def _item_letters(timeline: Timeline) -> Mapping[int, str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    used = dict.fromkeys(bar.item for bar in timeline.bars)
    return {item: alphabet[number % len(alphabet)] for number, item in enumerate(used)}
