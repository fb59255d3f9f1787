"""Measured against estimated: the harness, the summaries, the pairs."""

from __future__ import annotations

import pytest

from cyclesim.execute.calls import Case, Measured
from cyclesim.validate import Estimate, evaluate, fit_harness, kendall_tau


def estimate(name: str, estimated: float, measured: float, tier: str = "A", core: str = "cortex-a53") -> Estimate:
    return Estimate(name, core, tier, 10, 10, estimated, measured)


def case(name: str, others: tuple[str, ...] = ()) -> Case:
    calls = ((1,),)
    return Case(
        name, "", "f", "", "f", None, "", "aarch64", "a64", "A", calls, (), 0, 10, (), (Measured("c", 1),), others
    )


def test_the_harness_is_one_number_for_all_rows() -> None:
    rows = [estimate(str(size), size, size + 7) for size in (50, 120, 300, 900)]
    assert fit_harness(rows) == 7
    found = evaluate(rows, [], [])
    assert found.summaries[0].harness == 7
    assert found.summaries[0].median_abs_error == 0
    assert found.summaries[0].count == 3


def test_the_harness_has_a_limit() -> None:
    assert fit_harness([estimate("a", 100, 160), estimate("b", 200, 260)]) == 15


def test_rows_that_do_not_count_are_listed_all_the_same() -> None:
    found = evaluate([estimate("a", 200, 200), estimate("b", 10, 90), estimate("c", 900, 300, "B")], [], [])
    assert [row.id for row in found.rows] == ["a", "b", "c"]
    assert found.summaries[0].count == 1


def test_an_unexpected_count_is_marked() -> None:
    wrong = estimate("a", 200, 200)._replace(expected=12)
    assert evaluate([wrong], [], []).rows[0].status == "count"


def test_rank_correlation() -> None:
    assert kendall_tau([(1, 1), (2, 2), (3, 3)]) == 1
    assert kendall_tau([(1, 3), (2, 2), (3, 1)]) == -1
    assert kendall_tau([(1, 1), (2, 3), (3, 2)]) == pytest.approx(1 / 3)


def test_before_and_after() -> None:
    rows = [estimate("lib-1.0-f", 190, 200), estimate("lib-2.0-f", 160, 180)]
    cases = [case("lib-1.0-f", ("lib-2.0-f",)), case("lib-2.0-f", ("lib-1.0-f",))]
    (pair,) = evaluate(rows, [], cases).pairs
    assert (pair.older, pair.newer) == ("lib-1.0-f", "lib-2.0-f")
    assert pair.measured == pytest.approx(-0.1)
    assert pair.predicted == pytest.approx(-0.15)
    assert pair.sign_right


def test_the_plot_is_two_pictures_with_a_mark_for_every_row() -> None:
    from xml.etree import ElementTree

    from cyclesim.views.validate import plot

    rows = [estimate("f", 150, 200), estimate("g", 300, 240), estimate("f", 90, 100, core="cortex-a7")]
    found = evaluate(rows, [], [])
    root = ElementTree.fromstring(plot(found))
    against, errors = root.findall("{http://www.w3.org/2000/svg}svg")
    for picture, title in ((against, "Estimated against measured"), (errors, "Error by function")):
        told = [one.text or "" for one in picture.iter("{http://www.w3.org/2000/svg}title")]
        assert told[0] == title
        assert sum(text.startswith("f: ") for text in told) == 2
        assert sum(text.startswith("g: ") and text.endswith(" %") for text in told) == 1
