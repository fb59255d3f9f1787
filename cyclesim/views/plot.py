"""Scatter and line plots as SVG: plain text, no library, readable without a style sheet.

A plot is data (`Plot`), `render` makes the picture. Every mark has its label as a tooltip (`<title>`); series are told
apart by colour and by the shape of their marks, so that a print without colours can be read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cyclesim.record import NamedTuple


class Point(NamedTuple):
    """A mark at (x, y), with the text that it shows under the pointer."""

    x: float
    y: float
    label: str = ""


class Series(NamedTuple):
    """Points of one kind. `line`: joined in their order."""

    name: str
    points: tuple[Point, ...]
    line: bool = False


class Plot(NamedTuple):
    """`x_log`, `y_log`: logarithmic axes, which leave out points that are not above zero. `diagonal`: draw x = y, and
    give both axes the same range, as where estimates stand over measurements."""

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    x_log: bool = False
    y_log: bool = False
    diagonal: bool = False


class _Axis(NamedTuple):
    """From values to places. `low`, `high`: values at `start`, `end`; with `log` all of them as decimal logarithms."""

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        value = math.log10(value) if self.log else value
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


WIDTH, HEIGHT = 800, 500
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 60
LEGEND_ROW = 18
GAP = 20
MOST_LEGEND = 24
LARGEST = 1e100
COLORS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7a4f9a", "#b8860b", "#20808d", "#9c2c5a", "#555555")
MARKS = ("circle", "square", "triangle", "diamond")


def render(plot: Plot) -> str:
    """The plot as an SVG document. Points that an axis can't show are left out: infinite ones, and those that are not
    above zero on a logarithmic one. With a diagonal, both axes are logarithmic or none is."""
    if plot.diagonal:
        plot = plot._replace(x_log=plot.x_log and plot.y_log, y_log=plot.x_log and plot.y_log)
    series = [one._replace(points=_shown(plot, one.points)) for one in plot.series]
    points = [point for one in series for point in one.points]
    x_axis = _axis([point.x for point in points], LEFT, WIDTH - RIGHT, plot.x_log)
    y_axis = _axis([point.y for point in points], HEIGHT - BOTTOM, TOP, plot.y_log)
    if plot.diagonal:
        both = [value for point in points for value in (point.x, point.y)]
        x_axis = _axis(both, LEFT, WIDTH - RIGHT, plot.x_log)
        y_axis = _axis(both, HEIGHT - BOTTOM, TOP, plot.y_log)
    legend = series[:MOST_LEGEND] if len(series) > 1 else []
    height = HEIGHT + LEGEND_ROW * ((len(legend) + 1) // 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escaped(plot.title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="24" font-size="15">{escaped(plot.title)}</text>',
        *_frame(plot, x_axis, y_axis),
        *[part for number, one in enumerate(series) for part in _drawn(number, one, x_axis, y_axis)],
        *[part for number, one in enumerate(legend) for part in _legend(number, one)],
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def stack(pictures: Sequence[Plot]) -> str:
    """Plots below each other in one SVG document."""
    inner, top = [], 0
    for picture in pictures:
        text = render(picture)
        height = int(text.partition('height="')[2].partition('"')[0])
        inner.append(text.replace("<svg ", f'<svg y="{top}" ', 1))
        top += height + GAP
    size = f'viewBox="0 0 {WIDTH} {max(top - GAP, 0)}" width="{WIDTH}" height="{max(top - GAP, 0)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{"".join(inner)}</svg>\n'


def escaped(text: str) -> str:
    """Text for SVG: markup and characters that XML doesn't have are replaced."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return "".join(one if one in "\t\n" or (one.isprintable() and one < "\ufffe") else "\ufffd" for one in text)


def _shown(plot: Plot, points: Sequence[Point]) -> tuple[Point, ...]:
    def fits(value: float, log: bool) -> bool:
        return abs(value) <= LARGEST and (value > 0 or not log)

    return tuple(point for point in points if fits(point.x, plot.x_log) and fits(point.y, plot.y_log))


def _axis(values: Sequence[float], start: float, end: float, log: bool) -> _Axis:
    """An axis that starts and ends at ticks around the values."""
    used = [math.log10(value) for value in values] if log else list(values)
    low, high = (min(used), max(used)) if used else (0.0, 1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        low, high = low - (abs(low) / 10 or 0.5), high + (abs(high) / 10 or 0.5)
    step = max(1.0, _step(high - low)) if log and high - low > 1 else _step(high - low)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(number * step for number in range(first, last + 1))
    return _Axis(ticks[0], ticks[-1], start, end, log, ticks)


def _step(extent: float) -> float:
    """A round distance of ticks: 1, 2 or 5 times a power of ten, for five to ten of them."""
    power = 10.0 ** math.floor(math.log10(extent / 5))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor * 8 >= extent)


def _frame(plot: Plot, x_axis: _Axis, y_axis: _Axis) -> list[str]:
    """Grid, tick labels, axis titles, diagonal."""
    top, bottom, left, right = TOP, HEIGHT - BOTTOM, LEFT, WIDTH - RIGHT
    parts = []
    for value in x_axis.ticks:
        x = _number(x_axis.start + (value - x_axis.low) / (x_axis.high - x_axis.low) * (x_axis.end - x_axis.start))
        parts.append(f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{_tick(value, x_axis.log)}</text>')
    for value in y_axis.ticks:
        y = _number(y_axis.start + (value - y_axis.low) / (y_axis.high - y_axis.low) * (y_axis.end - y_axis.start))
        parts.append(f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#dddddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y}" dy="4" text-anchor="end">{_tick(value, y_axis.log)}</text>')
    parts.append(
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none" stroke="#888888"/>'
    )
    if plot.diagonal:
        parts.append(
            f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{top}" stroke="#888888" stroke-dasharray="4 4"/>'
        )
    middle = _number((top + bottom) / 2)
    parts.append(
        f'<text x="{_number((left + right) / 2)}" y="{bottom + 40}" text-anchor="middle">{escaped(plot.x_title)}</text>'
    )
    turned = f'text-anchor="middle" transform="rotate(-90 18 {middle})"'
    parts.append(f'<text x="18" y="{middle}" {turned}>{escaped(plot.y_title)}</text>')
    return parts


def _drawn(number: int, series: Series, x_axis: _Axis, y_axis: _Axis) -> list[str]:
    color = COLORS[number % len(COLORS)]
    places = [(_number(x_axis.place(point.x)), _number(y_axis.place(point.y)), point.label) for point in series.points]
    parts = []
    if series.line and len(places) > 1:
        path = " ".join(f"{x},{y}" for x, y, _ in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.5"/>')
    return parts + [_mark(number, x, y, label or series.name) for x, y, label in places]


def _mark(number: int, x: str, y: str, label: str) -> str:
    color = COLORS[number % len(COLORS)]
    shape = MARKS[(number + number // len(COLORS)) % len(MARKS)]
    title = f"<title>{escaped(label)}</title>"
    style = f'fill="{color}" fill-opacity="0.8"'
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="3.5" {style}>{title}</circle>'
    path = {"square": "M-3 -3H3V3H-3Z", "triangle": "M0 -4L4 3H-4Z", "diamond": "M0 -4.5L4.5 0L0 4.5L-4.5 0Z"}[shape]
    return f'<path transform="translate({x} {y})" d="{path}" {style}>{title}</path>'


def _legend(number: int, series: Series) -> list[str]:
    x = LEFT + (number % 2) * (WIDTH - LEFT - RIGHT) // 2
    y = HEIGHT + LEGEND_ROW * (number // 2)
    return [_mark(number, str(x), str(y - 4), series.name), f'<text x="{x + 10}" y="{y}">{escaped(series.name)}</text>']


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _tick(value: float, log: bool) -> str:
    return f"{10**value if log else value:.6g}" if abs(value) > 1e-12 or log else "0"
