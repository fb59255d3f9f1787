"""`isa coverage PATH…`: formats, total, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cyclesim.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.s").write_text("add x0, x0, x1\nvfoo x0\n")
    (tmp_path / "b.s").write_text("add r0, r0, r1\nvmla.f32 q0, q1, q2\nbx lr\n")
    return tmp_path


def output(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["isa", "coverage", *words, "--jobs", "1"]) == code
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_text_has_a_row_a_file_a_total_and_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, ".").splitlines()
    assert lines[0].split() == ["file", "isa", "parsed", "resolved", "share"]
    assert [line.split() for line in lines[2:5]] == [
        ["./a.s", "aarch64", "2", "1", "50.00%"],
        ["./b.s", "armv7", "3", "3", "100.00%"],
        ["total", "5", "4", "80.00%"],
    ]
    assert lines[-1].split()[:2] == ["vfoo", "1"] and max(map(len, lines)) <= 100


def test_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output(capsys, ".", "--format", "json"))
    assert found["schema_version"] == 1 and found["total"]["parsed"] == 5
    assert set(found["files"][0]) == set(found["total"])
    assert found["files"][0]["unknown"][0]["mnemonic"] == "vfoo"
    rows = list(csv.DictReader(io.StringIO(output(capsys, "a.s", "b.s", "--format", "csv"))))
    assert [(row["file"], row["resolved"]) for row in rows] == [("a.s", "1"), ("b.s", "3")]


def test_missing_says_how_many_unknown_words(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "c.s").write_text("".join(f"vfoo{letter} x0\n" for letter in "abcdef"))
    text = output(capsys, "c.s", "--missing", "2")
    assert "vfooc" not in text and "and 4 more unknown mnemonics" in text


def test_a_file_that_cannot_be_read_is_shown_and_fails(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "bad.s").write_text("fmla v0.4s, v1.4s, v2.4q\n")
    text = output(capsys, "a.s", "bad.s", code=1)
    assert "not read: bad.s: bad.s:1:" in text and "errors" in text.splitlines()[0]


def test_one_instruction_set_alone(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "b.s", "--isa", "armv7")
    assert "armv7" in text
