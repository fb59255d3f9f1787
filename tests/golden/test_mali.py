"""The published figures of Mali-G52: measured times, work-group sizes, and the text's own numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim.gpu.estimate import estimate
from cyclesim.gpu.launch import dispatch
from cyclesim.gpu.shipped import read_listing
from cyclesim.machine.warps import load_warps
from cyclesim.printed import Figures, printed_figures, unexplained

MEASURED = [
    ("t1", "4x2", "7.02", "0.12"),
    ("t2", "8x2", "10.00", "0.04"),
    ("t3", "8x2", "11.24", "0.12"),
    ("t4", "8x2", "10.24", "0.04"),
    ("t5", "16x2", "7.42", "0.02"),
    ("t5b", "4x8", "11.29", "0.045"),
    ("t6", "16x16", "22.77", "0.003"),
    ("t7", "16x16", "14.26", "0.003"),
]
"""Test, work-group, measured milliseconds (collabora/compute-benchmarks, nbs/A1 and A2), allowed error."""


@pytest.fixture(scope="module")
def figures() -> Figures:
    return printed_figures("mali")


@pytest.mark.parametrize(("test", "group", "measured", "allowed"), MEASURED)
def test_a_published_time(test: str, group: str, measured: str, allowed: str) -> None:
    core = load_warps("mali-g52")
    listing, _, launched = read_listing(test)
    shape = dispatch(launched["threads"], group, core)
    one = estimate(listing, core, shape, launched.get("trips") or {}, launched["memory_bytes"])
    assert abs(one.point.seconds * 1000 / Fraction(measured) - 1) <= Fraction(allowed)


def test_one_launch_time_serves_both_loops(figures: Figures) -> None:
    times = {row.row: row for row in figures.rows}
    assert times["T6"].estimated in ("22.77", "22.78") and times["T7"].estimated in ("14.25", "14.26")


def test_the_grids_of_work_group_sizes(figures: Figures) -> None:
    assert sum(len(grid.points) for grid in figures.grids) == 90
    assert figures.median_error < Fraction(3, 100)
    assert max(abs(error) for grid in figures.grids for error in grid.errors) < Fraction(6, 100)


CORRECTED = {
    "first-level bandwidth achieved": "23.8",
    "registers up to which all threads fit": "32",
    "register file of a core": "96",
    "register file of the GPU": "192",
    "convolutional layers": "22",
    "layers of 2.5 MB": "13",
}


def test_what_the_text_has_wrong_is_corrected_with_a_reason(figures: Figures) -> None:
    assert {row.row: row.estimated for row in figures.rows if not row.agrees} == CORRECTED
    assert unexplained(figures.rows) == []
    assert all(row.note for row in figures.rows if not row.agrees)


@pytest.mark.parametrize(
    ("row", "exact"),
    [
        ("peak instructions", Fraction("76.8")),
        ("peak multiplications", Fraction("38.4")),
        ("first-level caches of the GPU", Fraction(64)),
        ("threads per core", Fraction(768)),
        ("threads per core with more registers", Fraction(384)),
        ("parameters of RepVGG-A2", Fraction(24_083_136 * 2, 1024 * 1000)),
        ("intermediate values of RepVGG-A2", Fraction(6272, 1000)),
    ],
)
def test_a_figure_is_derived_exactly(figures: Figures, row: str, exact: Fraction) -> None:
    assert {one.row: one.exact for one in figures.rows}[row] == exact


def test_a_figure_that_neither_agrees_nor_is_explained_is_found(figures: Figures) -> None:
    wrong = figures.rows[0]._replace(agrees=False)
    assert unexplained([wrong, *figures.rows[1:]]) == [wrong]
