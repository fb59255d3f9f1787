"""The baseline file, and which instructions grew since it was written."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from cyclesim.budgets import baseline
from cyclesim.budgets.changes import compare
from cyclesim.budgets.nouns import BaselineError, Figure, Line
from cyclesim.budgets.run import stable_names
from cyclesim.errors import InputError
from cyclesim.ir import Region, Span


def line(number: int, text: str, gap: str, reason: str = "operand") -> Line:
    return Line(number, text, Fraction(gap), reason)


FIGURE = Figure(
    "sub/k.s", "loop", "core", "armv7", Fraction(7, 2), 8, 2, (line(3, 'ldr "x"', "1/2"), line(4, "add", "3"))
)


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path):
    path = tmp_path / "base.json"
    path.write_text(baseline.text_of([FIGURE, FIGURE._replace(core="other")]))
    found = baseline.read(str(path))
    assert found.figures[("sub/k.s", "loop", "core")] == FIGURE
    assert len(found.figures) == 2
    assert found.name_of(str(tmp_path / "sub" / "k.s")) == "sub/k.s"


def test_a_baseline_has_one_line_an_instruction_and_a_fixed_order():
    text = baseline.text_of([FIGURE._replace(file="z.s"), FIGURE._replace(file="a.s")])
    assert text.index('"a.s"') < text.index('"z.s"')
    assert text.count("\n   [") == 4
    assert json.loads(text)["schema_version"] == 1
    assert json.loads(baseline.text_of([]))["kernels"] == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema_version": 2}',
        '{"schema_version": 1}',
        '{"schema_version": 1, "kernels": [{"file": 1}]}',
        "[" * 50_000,
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str):
    path = tmp_path / "base.json"
    path.write_text(content)
    with pytest.raises(BaselineError):
        baseline.read(str(path))


def test_a_missing_baseline_is_an_error_unless_it_is_to_be_written(tmp_path: Path):
    path = str(tmp_path / "base.json")
    with pytest.raises(InputError):
        baseline.read(path)
    assert not baseline.read(path, missing_ok=True).figures


def test_a_longer_wait_of_the_same_instruction_is_a_change():
    before = [line(1, "ldr", "1"), line(2, "add", "3"), line(3, "b", "1")]
    after = [line(1, "ldr", "1"), line(2, "add", "5", "unit"), line(3, "b", "1")]
    (change,) = compare(before, after)
    assert (change.text, change.growth, change.reason_before, change.reason_after) == ("add", 2, "operand", "unit")


def test_new_and_lost_instructions_are_changes_and_the_greatest_growth_comes_first():
    before = [line(1, "ldr", "1"), line(2, "add", "3"), line(3, "b", "1")]
    after = [line(1, "ldr", "1"), line(2, "mul", "1"), line(3, "b", "5")]
    found = [(change.text, change.before, change.after) for change in compare(before, after)]
    assert found == [("b", 1, 5), ("mul", None, 1), ("add", 3, None)]


def test_moved_lines_are_no_change():
    before = [line(1, "ldr", "1"), line(2, "add", "3")]
    assert compare(before, [one._replace(line=one.line + 40) for one in before]) == ()


def test_names_of_regions_survive_lines_added_above():
    def region(name: str) -> Region:
        return Region(name, 0, 1, "loop", True, Span("k.s", 1))

    names = ["loop@35", "loop@50", "A::run:120", "A::run:130.2", "marked"]
    assert stable_names([region(name) for name in names]) == ["loop#1", "loop#2", "A::run#1", "A::run#2", "marked"]
