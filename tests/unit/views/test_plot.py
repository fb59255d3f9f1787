"""Plots: every point where it belongs, text that can't break the picture."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim.views.plot import BOTTOM, GAP, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Plot, Point, Series, render, stack

SVG = "{http://www.w3.org/2000/svg}"


def drawn(plot: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(render(plot))


def marks(plot: Plot) -> list[tuple[float, float, str]]:
    """(x, y, label) of the circles."""
    return [
        (float(one.attrib["cx"]), float(one.attrib["cy"]), one.findtext(f"{SVG}title") or "")
        for one in drawn(plot).iter(f"{SVG}circle")
    ]


def one_series(*points: tuple[float, float], **options: bool) -> Plot:
    return Plot("title", "x", "y", (Series("s", tuple(Point(x, y, f"{x},{y}") for x, y in points)),), **options)


def test_points_stand_in_proportion_and_upwards_is_more():
    (x0, y0, first), (x1, y1, _), (x2, y2, _) = marks(one_series((0, 0), (5, 50), (10, 100)))
    assert first == "0,0"
    assert (x0, y0) == (LEFT, HEIGHT - BOTTOM) and (x2, y2) == (WIDTH - RIGHT, TOP)
    assert (x1, y1) == ((x0 + x2) / 2, (y0 + y2) / 2)


def test_a_logarithmic_axis_has_equal_steps_for_equal_ratios():
    places = [x for x, _, _ in marks(one_series((1, 1), (10, 1), (100, 1), x_log=True))]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.02)


def test_what_an_axis_can_not_show_is_left_out():
    assert len(marks(one_series((1, 1), (-1, 1), (0, 1), (2, 2), x_log=True))) == 2
    assert len(marks(one_series((1, 1), (math.nan, 1), (1, math.inf)))) == 1


def test_a_diagonal_gives_both_axes_one_range():
    (x0, y0, _), (x1, y1, _) = marks(one_series((10, 10), (20, 20), diagonal=True))
    assert (x1 - x0) / (WIDTH - LEFT - RIGHT) == pytest.approx((y0 - y1) / (HEIGHT - TOP - BOTTOM), abs=1e-3)


@pytest.mark.parametrize("points", [(), ((3.0, 7.0),), ((0.0, 0.0), (0.0, 0.0)), ((1e99, 1e-99), (2e99, 2e-99))])
def test_few_points_and_extreme_ones_are_drawn(points: tuple[tuple[float, float], ...]):
    assert len(marks(one_series(*points))) == len(points)


def test_text_is_escaped_everywhere():
    name = '<script>alert("1")</script> & \x00\ud800'
    plot = Plot(name, name, name, (Series(name, (Point(1, 1, name),)), Series("b", (Point(2, 2),), line=True)))
    text = render(plot)
    assert "<script>" not in text and "\x00" not in text
    texts = [one.text for one in drawn(plot).iter() if one.tag in (f"{SVG}text", f"{SVG}title")]
    assert sum("<script>" in (one or "") for one in texts) >= 6


def test_plots_below_each_other():
    first, second = one_series((1.0, 2.0)), one_series((3.0, 4.0), (5.0, 6.0))
    root = ElementTree.fromstring(stack([first, second]))
    inner = root.findall(f"{SVG}svg")
    heights = [float(one.attrib["height"]) for one in inner]
    assert [float(one.attrib["y"]) for one in inner] == [0, heights[0] + GAP]
    assert float(root.attrib["height"]) == sum(heights) + GAP
    assert [len(list(one.iter(f"{SVG}circle"))) for one in inner] == [1, 2]


def test_series_differ_in_more_than_colour():
    series = tuple(Series(f"s{n}", (Point(n, n), Point(n + 1, n)), line=True) for n in range(4))
    root = drawn(Plot("t", "x", "y", series))
    shapes = {one.attrib["d"] for one in root.iter(f"{SVG}path")}
    assert len(shapes) == 3 and len(list(root.iter(f"{SVG}circle"))) == 3  # two points and one mark in the legend
    assert len(list(root.iter(f"{SVG}polyline"))) == 4


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(allow_nan=True), st.floats(allow_nan=True), st.text(max_size=5)), max_size=8),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_every_picture_is_well_formed_and_inside_its_frame(points, x_log: bool, y_log: bool, diagonal: bool):
    series = (Series("s", tuple(Point(*one) for one in points), line=True),)
    for x, y, _ in marks(Plot("t", "x", "y", series, x_log, y_log, diagonal)):
        assert LEFT - 1 <= x <= WIDTH - RIGHT + 1 and TOP - 1 <= y <= HEIGHT - BOTTOM + 1
