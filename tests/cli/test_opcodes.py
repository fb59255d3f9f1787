"""`cyclesim isa` on GPU opcodes and listings."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cyclesim.cli import main
from tests.unit.gpu.reading import SMALL, clause

WRITES_TWICE = clause("*MOV.i32 r1:t0, r0", "+MOV.i32 r2:t1, r0")


@pytest.fixture
def listings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.bifrost.txt").write_text(clause("*NOP t0", "+NOP t1"), encoding="utf-8")
    Path("bad.bifrost.txt").write_text(WRITES_TWICE, encoding="utf-8")
    Path("cut.bifrost.txt").write_text(SMALL[:-3], encoding="utf-8")
    Path("new.bifrost.txt").write_text(clause("*FMB.f32 t0, r0", "+NOP t1"), encoding="utf-8")


def test_the_list_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "list", "--isa", "bifrost"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 179 and max(map(len, lines)) <= 100
    assert any(line.startswith("*FMA ") for line in lines) and any(line.startswith("+ICMP ") for line in lines)


def test_the_list_of_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "list", "--isa", "bifrost", "--class", "branch", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["opcodes"]
    assert {"JUMP", "BRANCHZ"} <= {row["opcode"] for row in rows} and {row["kind"] for row in rows} == {"branch"}
    assert main(["isa", "list", "--isa", "bifrost", "--class", "simd-load"]) == 2
    assert "kinds: " in capsys.readouterr().err


def test_the_list_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "list", "--isa", "bifrost", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 179
    (load,) = [row for row in rows if row["opcode"] == "LOAD"]
    assert load["staging"].endswith("i96 3, i128 4") and load["message"] == "load"


@pytest.mark.parametrize("words", [["FMA.v2f16", "--isa", "bifrost"], ["*fma.V2F16"]])
def test_show(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "show", *words]) == 0
    shown = capsys.readouterr().out
    assert "FMA slot" in shown and "4 a thread, 2 a lane" in shown and "16 bits or fewer   yes" in shown


def test_show_both_slots(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "show", "FADD", "--isa", "bifrost", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["mnemonic"] == "FADD" and [row["unit"] for row in report["opcodes"]] == ["FMA", "ADD"]


def test_show_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "show", "FADDX", "--isa", "bifrost"]) == 1
    assert "did you mean FADD" in capsys.readouterr().err


def test_check_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "check", "--isa", "bifrost"]) == 0
    assert capsys.readouterr().out == "bifrost: no errors\n"


@pytest.mark.usefixtures("listings")
def test_check_listings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "check", "good.bifrost.txt", "t6"]) == 0
    shown = capsys.readouterr()
    assert "good.bifrost.txt: 1 clause, no broken rule" in shown.out and shown.err == ""
    assert main(["isa", "check", "good.bifrost.txt", "bad.bifrost.txt"]) == 3
    shown = capsys.readouterr()
    assert "bad.bifrost.txt: 1 clause, 1 broken rule" in shown.out
    assert "bad.bifrost.txt:4:5: error[last-tuple-writes]" in shown.err


@pytest.mark.usefixtures("listings")
def test_check_listings_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isa", "check", "bad.bifrost.txt", "--format", "json"]) == 3
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert shown.err == "" and report["listings"] == ["bad.bifrost.txt"]
    (error,) = report["errors"]
    assert (error["rule"], error["line"], error["column"]) == ("last-tuple-writes", 4, 5)


@pytest.mark.usefixtures("listings")
def test_check_broken_listings(capsys: pytest.CaptureFixture[str]) -> None:
    """Errors of all files together, and no result."""
    assert main(["isa", "check", "cut.bifrost.txt", "new.bifrost.txt", "good.bifrost.txt"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "clause_3 is cut" in shown.err and "no opcode FMB in the FMA slot" in shown.err


@pytest.mark.usefixtures("listings")
def test_a_listing_on_a_cpu_core(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "good.bifrost.txt", "--uarch", "a53"]) == 1
    assert capsys.readouterr().err.startswith("error[input]: good.bifrost.txt is a GPU listing")


@pytest.mark.usefixtures("listings")
def test_an_estimate_mentions_broken_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "bad.bifrost.txt", "--uarch", "mali-g52"]) == 0
    assert "1 broken rule of the hardware: last-tuple-writes" in capsys.readouterr().out
