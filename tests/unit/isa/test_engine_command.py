"""`cyclesim isa list|show|check|coverage`: what they print, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cyclesim import resources
from cyclesim.cli import main
from cyclesim.isa import class_names, load


def output(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["isa", *words]) == code
    captured = capsys.readouterr()
    return captured.out if code in (0, 3) else captured.err


def test_list_names_every_row_once(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(output(capsys, "list", "--isa", "armv7", "--format", "json"))
    assert listed["schema_version"] == 1
    assert len(listed["rows"]) == len(load("armv7").index.rows)


def test_list_by_class_gives_that_class_alone(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(output(capsys, "list", "--class", "simd-mlal", "--format", "json"))["rows"]
    assert {row["class"] for row in rows} == {"simd-mlal"}
    assert {row["isa"] for row in rows} == {"armv7", "aarch64"}


def test_an_unknown_class_is_a_usage_error_with_the_nearest_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert "simd-mla" in output(capsys, "list", "--class", "simd-mlaa", code=2)
    assert "simd-mlaa" not in class_names()


def test_show_takes_the_mnemonic_as_sources_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(output(capsys, "show", "FMACDNE", "--format", "json"))
    assert [form["form"] for form in shown["forms"]] == ["vmla.f64 Dd, Dn, Dm"]
    assert (shown["forms"][0]["reads"], shown["forms"][0]["writes"]) == ("Dd Dn Dm", "Dd")


def test_show_counts_operations_and_says_flags(capsys: pytest.CaptureFixture[str]) -> None:
    forms = json.loads(output(capsys, "show", "vmla.f32", "--isa", "armv7", "--format", "json"))["forms"]
    assert {form["form"]: form["operations"] for form in forms} == {
        "vmla.f32 Dd, Dn, Dm": 4,
        "vmla.f32 Qd, Qn, Qm": 8,
        "vmla.f32 Dd, Dn, Dm[x]": 4,
        "vmla.f32 Qd, Qn, Dm[x]": 8,
        "vmla.f32 Sd, Sn, Sm": 2,
    }
    adcs = json.loads(output(capsys, "show", "adcs", "--isa", "armv7", "--format", "json"))["forms"]
    assert adcs[0]["flags"] == "reads nzcv, writes nzcv"


def test_show_lists_the_addresses_of_a_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[base]; [base]!; [base], index" in output(capsys, "show", "vld1.8", "--isa", "armv7")


def test_show_of_an_unknown_mnemonic_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean vmla" in output(capsys, "show", "vmlax", "--isa", "armv7", code=1)


def test_check_of_the_shipped_tables_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert output(capsys, "check").strip() == "armv7, aarch64: no errors"


def test_check_tells_all_errors_and_ends_with_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "armv7"
    shutil.copytree(resources.isa_folder("armv7"), folder)
    (folder / "broken.yaml").write_text("- form: foo Zn\n  class: alu\n- form: bar Rn\n  class: nothing\n")
    monkeypatch.setattr(resources, "isa_folder", lambda isa: str(folder))
    found = json.loads(output(capsys, "check", "--isa", "armv7", "--format", "json", code=3))["errors"]
    assert [(error["file"], error["line"]) for error in found] == [
        ("isa/armv7/broken.yaml", 1),
        ("isa/armv7/broken.yaml", 3),
    ]


def test_coverage_prints_the_share_and_as_many_missing_words_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output(capsys, "coverage", "--isa", "armv7", "--missing", "3", "--format", "json"))["coverage"]
    assert [len(one["missing"]) for one in found] == [3]
    assert found[0]["resolved_occurrences"] / found[0]["occurrences"] == found[0]["share"]
