"""`timeline` as a picture that stands alone: lanes on top, one row an issue below, stalls named where they happen."""

from __future__ import annotations

from collections.abc import Iterator

from cyclesim.timeline import Bar, Timeline
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views.page import escape
from cyclesim.views.svg import CHARACTER, box, element, line, number, text

ROW, LANE, AXIS, MARGIN = 20, 16, 24, 16
MOST_TEXT = 44
MOST_BARS = 4_000
MOST_ROWS = 400
"""Rows of a picture; a longer window says what it leaves out."""

COLOURS = {
    "unit": ("#41729f", "#6e9fce"),
    "data": ("#c8553d", "#ee8166"),
    "issue": ("#d9a521", "#e3bd55"),
    "front": ("#4fa39b", "#72c3bb"),
    "none": ("#a9b2bd", "#6f7984"),
}
"""Families of reasons: on light, on dark paper. They differ in lightness too."""

UNITS = ("#4477aa", "#cc6644", "#ccaa33", "#44998f", "#7fb6dc", "#aa4477", "#8a8f3c", "#9aa3ad")
"""Units, where a picture has lanes alone; on both papers."""

INKS = {
    "paper": ("#ffffff", "#15181c"),
    "panel": ("#f6f7f9", "#1c2025"),
    "ink": ("#1c2127", "#e4e8ec"),
    "quiet": ("#66707c", "#9aa4af"),
    "faint": ("#98a1ac", "#6b7580"),
    "rule": ("#e3e7eb", "#2d343c"),
    "grid": ("#eef0f3", "#21262c"),
}
MONO = "DejaVu Sans Mono, Menlo, Consolas, monospace"
SANS = "system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif"


def style() -> str:
    """The style sheet of a picture: light, and dark where the reader's system is dark."""

    def rules(which: int) -> str:
        fills = {
            **{f"f-{name}": pair for name, pair in COLOURS.items()},
            **{f"f-u{place}": (colour, colour) for place, colour in enumerate(UNITS)},
            "paper": INKS["paper"],
            "panel": INKS["panel"],
        }
        texts = {"quiet": INKS["quiet"], "faint": INKS["faint"]}
        strokes = {"rule": INKS["rule"], "grid": INKS["grid"], "mark": INKS["faint"], "tie": INKS["faint"]}
        lines = [f"text{{fill:{INKS['ink'][which]}}}"]
        lines += [f".{name}{{fill:{pair[which]}}}" for name, pair in fills.items()]
        lines += [f"text.{name}{{fill:{pair[which]}}}" for name, pair in texts.items()]
        lines += [f".{name}{{stroke:{pair[which]};fill:none}}" for name, pair in strokes.items()]
        return "".join(lines)

    common = f"text{{font:12px {MONO}}}text.small{{font-size:10px}}text.head{{font:600 17px {SANS}}}"
    common += f"text.fact{{font:13px {SANS}}}text.end{{text-anchor:end}}text.in{{text-anchor:middle;font-size:10px}}"
    common += ".mark{stroke-dasharray:3 3}.tail{opacity:.35}.hatch{opacity:.28}"
    lights = "text.in{fill:#fff}text.in.dark{fill:#1c2127}"
    dark = f"@media (prefers-color-scheme:dark){{{rules(1)}text.in,text.in.dark{{fill:#14171a}}}}"
    return common + rules(0) + lights + dark


class _Picture:
    """Sizes and the pieces of one picture. Units: pixels."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.bars = timeline.bars[:MOST_ROWS] if timeline.rows else timeline.bars[:MOST_BARS]
        self.left_out = len(timeline.bars) - len(self.bars)
        self.last = max((bar.end for bar in self.bars), default=0) if self.left_out else timeline.end
        used = {hold.lane for hold in timeline.holds} | {bar.lane for bar in timeline.bars}
        first = timeline.lanes[0].group if timeline.lanes else ""
        self.lanes = [n for n, lane in enumerate(timeline.lanes) if n in used or lane.group == first]
        self.digits = max((len(item.place) for item in timeline.items), default=1)
        longest = max((len(timeline.items[bar.item].text) for bar in self.bars), default=0)
        longest = max(longest, *(len(timeline.lanes[n].name) for n in self.lanes)) if self.lanes else longest
        columns = self.digits + 2 + min(longest, MOST_TEXT) if timeline.rows else 12
        self.left = MARGIN + columns * CHARACTER + 14
        cycles = max(self.last / timeline.ticks_per_cycle, 1)
        self.scale = min(max(760 / cycles, 11.0), 26.0) if timeline.rows else min(1100 / cycles, 26.0)
        self.units = {unit: number for number, unit in enumerate(dict.fromkeys(one.unit for one in timeline.items))}
        self.head = MARGIN + 30 + 19 * len(timeline.facts)
        self.lanes_top = self.head + AXIS
        self.rows_top = self.lanes_top + LANE * len(self.lanes) + 8
        self.bottom = self.rows_top + (ROW * len(self.bars) if timeline.rows else 0)
        reach = max((self.x(max(bar.end, bar.ready or 0)) + self.words_width(bar) for bar in self.bars), default=0.0)
        facts = max((len(fact) for fact in timeline.facts), default=0) * 7.2
        self.width = max(reach, self.x(self.last), self.left + 200, facts) + MARGIN
        self.height = self.bottom + 34 + (18 if self.left_out else 0)

    def x(self, tick: float) -> float:
        return self.left + 6 + tick / self.timeline.ticks_per_cycle * self.scale

    def lost(self, bar: Bar) -> int:
        """Ticks lost before a bar, as far as the window shows them."""
        return min(bar.lost, bar.start)

    def words(self, bar: Bar) -> str:
        cycles = decimal_text(Cycles(self.lost(bar), self.timeline.ticks_per_cycle))
        return f"{cycles} lost: {bar.reason}" if self.lost(bar) and bar.reason else ""

    def words_width(self, bar: Bar) -> float:
        words = self.words(bar) if self.timeline.rows else ""
        return len(words) * 6.1 + 10 if words else 0.0

    def family(self, bar: Bar) -> str:
        """The class of a bar's colour: its reason, or its unit where lanes are the whole picture."""
        if not self.timeline.rows:
            return f"u{min(self.units[self.timeline.items[bar.item].unit], len(UNITS) - 1)}"
        kind = self.timeline.kinds.get(bar.kind)
        return kind.family if kind is not None and bar.waited else "none"


def render(timeline: Timeline) -> str:
    """One SVG document."""
    picture = _Picture(timeline)
    parts = [
        element("title", escape(timeline.title)),
        element("style", style()),
        box(0, 0, picture.width, picture.height, "paper"),
        *_heading(picture),
        *_lanes(picture),
        *_grid(picture),
        *[part for row, bar in enumerate(picture.bars) if timeline.rows for part in _row(picture, row, bar)],
        *_legend(picture),
    ]
    size = {"width": number(picture.width), "height": number(picture.height)}
    view = f"0 0 {size['width']} {size['height']}"
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size["width"]}" height="{size["height"]}" viewBox="{view}">'
    )
    return "\n".join([start, *parts, "</svg>"])


def _heading(picture: _Picture) -> Iterator[str]:
    yield text(MARGIN, MARGIN + 10, picture.timeline.title, "head")
    for place, fact in enumerate(picture.timeline.facts):
        yield text(MARGIN, MARGIN + 34 + 19 * place, fact, "fact quiet")


def _grid_step(picture: _Picture) -> int:
    return next(
        step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**9) if step * picture.scale >= 40
    )


def _lanes(picture: _Picture) -> Iterator[str]:
    """The axis and a line for each lane, with the source lines of what it holds."""
    timeline, step = picture.timeline, _grid_step(picture)
    top, bottom = picture.head, picture.rows_top
    yield box(0, top, picture.width, bottom - top, "panel")
    yield text(MARGIN, top + AXIS / 2, "cycle", "small quiet")
    for cycle in range(0, int(picture.last / timeline.ticks_per_cycle) + 1, step):
        x = picture.x(cycle * timeline.ticks_per_cycle)
        yield text(x + 3, top + AXIS / 2, str(cycle), "small quiet")
        yield line(x, top + 4, x, bottom, "rule")
    places = {lane: place for place, lane in enumerate(picture.lanes)}
    for lane, place in places.items():
        yield text(MARGIN, picture.lanes_top + LANE * (place + 0.5), timeline.lanes[lane].name, "small")
    for bar in picture.bars:
        yield from _lane_bar(picture, places[bar.lane], bar, bar.start, bar.end)
    for hold in timeline.holds:
        if hold.bar < len(picture.bars):
            yield from _lane_bar(picture, places[hold.lane], timeline.bars[hold.bar], hold.start, hold.end)
    yield line(0, bottom - 0.5, picture.width, bottom - 0.5, "rule")


def _lane_bar(picture: _Picture, place: int, bar: Bar, start: int, end: int) -> Iterator[str]:
    family = picture.family(bar)
    x, width = picture.x(start), (end - start) / picture.timeline.ticks_per_cycle * picture.scale
    y = picture.lanes_top + LANE * place
    if width > 4:
        yield box(x + 0.5, y + 2, width - 1, LANE - 4, f"f-{family}", rx=2)
    else:
        yield box(x, y + 2, max(width, 1), LANE - 4, f"f-{family}")
    label = picture.timeline.items[bar.item].place
    if label and width > len(label) * 6.2 + 2:
        dark = "in dark" if family in ("issue", "none") else "in"
        yield text(x + width / 2, y + LANE / 2 - 0.4, label, dark)


def _grid(picture: _Picture) -> Iterator[str]:
    timeline, step = picture.timeline, _grid_step(picture)
    for cycle in range(int(picture.last / timeline.ticks_per_cycle) + 1) if timeline.rows else ():
        x = picture.x(cycle * timeline.ticks_per_cycle)
        yield line(x, picture.rows_top, x, picture.bottom, "grid" if cycle % step else "rule")
    for tick, _ in timeline.marks:
        if tick <= picture.last:
            yield line(picture.x(tick), picture.head + 4, picture.x(tick), picture.bottom, "mark")


def _row(picture: _Picture, row: int, bar: Bar) -> Iterator[str]:
    """One issue: its source on the left, and what it did on the right."""
    timeline = picture.timeline
    item, middle = timeline.items[bar.item], picture.rows_top + ROW * (row + 0.5)
    code = MARGIN + (picture.digits + 1) * CHARACTER
    yield text(code - CHARACTER, middle, item.place, "faint end")
    yield text(code, middle, item.text if len(item.text) <= MOST_TEXT else item.text[: MOST_TEXT - 1] + "…")
    following = timeline.bars[row + 1] if row + 1 < len(picture.bars) else None
    if following is not None and following.start == bar.start and following.lane != bar.lane:
        bracket = f"M{number(picture.left - 2)} {number(middle)}h-4v{ROW}h4"
        yield element("path", class_="tie", d=bracket)
    yield from _marks(picture, bar, middle)


def _marks(picture: _Picture, bar: Bar, middle: float) -> Iterator[str]:
    """Lost cycles, the issue itself, the latency of its result, and in words why it was late."""
    family, lost = picture.family(bar), picture.lost(bar)
    left, end = picture.x(bar.start), picture.x(bar.end)
    if lost:
        start = picture.x(bar.start - lost)
        yield box(start, middle - 5, left - start, 10, f"f-{family} hatch")
    right = end
    if bar.ready is not None and bar.ready > bar.end:
        right = picture.x(bar.ready)
        yield box(end, middle - 1.5, right - end, 3, f"f-{family} tail")
        yield box(right - 1.5, middle - 3.5, 1.5, 7, f"f-{family}")
    yield box(left + 0.5, middle - 7, max(end - left - 1, 1.5), 14, f"f-{family}", rx=2)
    words = picture.words(bar)
    if words:
        yield text(right + 7, middle, words, "small quiet")


def _legend(picture: _Picture) -> Iterator[str]:
    """The reasons of the window with the cycles charged to each, most first; units where lanes are all there is."""
    x, y = float(MARGIN), picture.bottom + 18.0
    for words, family in _reasons(picture.timeline) if picture.timeline.rows else _units(picture):
        yield box(x, y - 5, 10, 10, f"f-{family}", rx=2)
        yield text(x + 15, y, words, "small")
        x += 15 + len(words) * 6.1 + 18
    if picture.left_out:
        words = f"{counted(picture.left_out, 'issue')} more left out of the picture"
        yield text(MARGIN, y + 18, words, "small quiet")


def _reasons(timeline: Timeline) -> Iterator[tuple[str, str]]:
    charged: dict[str, int] = {}
    for bar in timeline.bars:
        charged[bar.kind] = charged.get(bar.kind, 0) + bar.waited
    for kind, ticks in sorted(charged.items(), key=lambda pair: -pair[1]):
        if ticks:
            yield f"{kind} {counted(Cycles(ticks, timeline.ticks_per_cycle), 'cycle')}", timeline.kinds[kind].family


def _units(picture: _Picture) -> Iterator[tuple[str, str]]:
    used = {picture.timeline.items[bar.item].unit for bar in picture.bars}
    for unit, place in picture.units.items():
        if unit in used:
            yield unit, f"u{min(place, len(UNITS) - 1)}"
