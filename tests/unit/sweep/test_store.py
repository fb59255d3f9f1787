"""The journal: nothing lost, nothing twice, whatever interrupts."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim.errors import InputError
from cyclesim.sweep.cases import Result
from cyclesim.sweep.store import Journal


def results(*numbers: int) -> list[Result]:
    return [Result(number, f"{number}/3", "1", "neon", "") for number in numbers]


def test_finished_points_are_there_when_the_journal_is_opened_again(tmp_path: Path):
    path = str(tmp_path / "journal")
    with Journal(path, "f", 10) as journal:
        assert journal.add(results(3, 1)) == 2
        assert journal.add(results(1, 2)) == 1
    with Journal(path, "f", 10) as journal:
        assert journal.results == {one.number: one for one in results(1, 2, 3)}


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_line_that_was_cut_short_is_dropped_and_the_rest_kept(tmp_path: Path, cut: int):
    path = tmp_path / "journal"
    with Journal(str(path), "f", 10) as journal:
        journal.add(results(*range(5)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with Journal(str(path), "f", 10) as journal:
        kept = dict(journal.results)
        assert all(kept[number] == results(number)[0] for number in kept)
        assert len(kept) == whole[:-cut].count(b"\n") - 1
        journal.add(results(*(number for number in range(5) if number not in kept)))
    assert path.read_bytes() == whole


@pytest.mark.parametrize("left", [0, 1, 10])
def test_a_header_that_was_cut_short_begins_anew(tmp_path: Path, left: int):
    path = tmp_path / "journal"
    Journal(str(path), "f", 10).close()
    path.write_bytes(path.read_bytes()[:left])
    with Journal(str(path), "f", 10) as journal:
        assert journal.results == {}
        journal.add(results(1))
    with Journal(str(path), "f", 10) as journal:
        assert set(journal.results) == {1}


def test_damaged_lines_are_computed_again(tmp_path: Path):
    path = tmp_path / "journal"
    with Journal(str(path), "f", 10) as journal:
        journal.add(results(1))
    with path.open("a") as file:
        file.write('nonsense\n[77, "1", "1", "neon", ""]\n[2, 1, 1, 1, 1]\n[3]\n{}\n[true, "1", "1", "", ""]\n')
    with Journal(str(path), "f", 10) as journal:
        assert {number for number in journal.results if number is not True} == {1}


def test_the_journal_of_another_sweep_is_not_used(tmp_path: Path):
    path = tmp_path / "journal"
    with Journal(str(path), "f", 10) as journal:
        journal.add(results(1))
    with pytest.raises(InputError, match="belongs to another sweep"):
        Journal(str(path), "g", 10)
    with Journal(str(path), "g", 10, fresh=True) as journal:
        assert journal.results == {}


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("dear reader,")
    with pytest.raises(InputError, match="belongs to another sweep"):
        Journal(str(path), "f", 10)
    assert path.read_text() == "dear reader,"


def test_two_sweeps_do_not_share_a_journal(tmp_path: Path):
    pytest.importorskip("fcntl")
    path = str(tmp_path / "journal")
    with Journal(path, "f", 10), pytest.raises(InputError, match="another sweep is writing"):
        Journal(path, "f", 10)


def test_a_journal_that_can_not_be_written_says_so(tmp_path: Path):
    with pytest.raises(InputError, match="can't use the journal"):
        Journal(str(tmp_path), "f", 10)


def test_without_a_path_results_are_kept_in_memory():
    with Journal(None, "f", 10) as journal:
        assert journal.add(results(1, 2)) == 2
        journal.remove()
        assert set(journal.results) == {1, 2}
