"""Files of cores that schedule warps: every mistake with its line, ranges, and what is inherited."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim import machine
from cyclesim.errors import CyclesimError, SchedulesWarps
from cyclesim.machine.check import check_file
from cyclesim.machine.load import find_file, load_document
from cyclesim.machine.schema_warps import NUMBERS
from cyclesim.machine.warps import load_warps

TEXT = Path(find_file("g52")).read_text(encoding="utf-8")


def errors(tmp_path: Path, old: str, new: str) -> list[CyclesimError]:
    assert old in TEXT
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return list(check_file(str(path)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  engines:", "  motors:", "unknown number 'motors'"),
        ("  lanes: {value: 8,", "  lanes: {value: 8.5,", "value of lanes is a whole number"),
        ("  lanes: {value: 8,", "  lanes: {value: unknown,", "lanes can't be unknown"),
        ("status: vendor", "status: seen", "unknown status 'seen'"),
        ("    low: 508", "    low: 600", "low <= value <= high does not hold"),
        ('source: "CLINFO', 'source: "HEARSAY', "starts with none of the tags"),
        ("- warps: 16", "- warps: 40", "by falling number of warps"),
        ("fetch:\n", "fetching:\n", "unknown key 'fetching'"),
        ("  line: {value: 64, status: vendor, ", "  line: {value: 64, ", "has no `status`"),
    ],
)
def test_a_mistake_is_found_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = errors(tmp_path, old, new)
    assert any(message in error.message for error in found), [error.message for error in found]
    assert all(error.span is not None for error in found)


def test_a_source_that_nothing_cites_is_a_mistake(tmp_path: Path) -> None:
    (error,) = errors(tmp_path, "sources:\n", "sources:\n  NOBODY: a book\n")
    assert error.message == "no row cites source NOBODY"


def test_every_number_of_a_shipped_file_says_where_it_comes_from() -> None:
    for name in ("g31", "g52", "g72", "g76"):
        document = load_document(find_file(name))
        assert set(document["numbers"]) == set(NUMBERS)
        for entry in [*document["numbers"].values(), *document["fetch"]]:
            assert entry["status"] and entry["source"]


def test_a_number_of_another_core_is_an_inference_on_this_one() -> None:
    launch = load_document(find_file("g76"))["numbers"]["message_latency"]
    assert launch["status"] == "inferred" and launch["source"].startswith("as on mali-g52")


def test_unknown_numbers_are_not_there() -> None:
    assert "launch" in load_warps("g52").numbers
    assert "launch" not in load_warps("g76").numbers


def test_a_range_has_its_value_inside_and_certain_ones_have_none() -> None:
    numbers = load_warps("g52").numbers
    assert (numbers["tuple_latency"].low, numbers["tuple_latency"].high) == (1, 20)
    assert numbers["lanes"].certain and not numbers["launch"].certain


def test_neither_kind_is_loaded_as_the_other() -> None:
    with pytest.raises(SchedulesWarps, match="schedules warps"):
        machine.load("g52")
    with pytest.raises(CyclesimError, match="does not schedule warps"):
        load_warps("a53")


def test_a_file_is_not_based_on_a_core_of_another_kind(tmp_path: Path) -> None:
    found = errors(tmp_path, "kind: warps\n", "kind: warps\nbased_on: cortex-a53\n")
    assert any("of another kind" in error.message for error in found)
