"""`cyclesim uarch list|show|check`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cyclesim.cli import main
from tests.unit.machine.build import CORE, spoiled


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_list_names_every_core_and_its_evidence(capsys: pytest.CaptureFixture[str]):
    assert main(["uarch", "list"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in ("cortex-a7", "cortex-a53", "cortex-a55", "a55", "in-order", "measured"))
    assert main(["uarch", "list", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema_version"] == 1
    (a7,) = [core for core in found["cores"] if core["name"] == "cortex-a7"]
    assert a7["isas"] == ["armv7"]
    assert a7["rows"]["talk"] >= 4


@pytest.mark.parametrize("name", ["a7", "a53", "a55"])
def test_show_fits_a_hundred_columns(name: str, capsys: pytest.CaptureFixture[str]):
    assert main(["uarch", "show", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if len(line) > 100] == []
    for title in ("Sources", "Units", "Pairs that are refused", "Branches and memory", "Evidence of the timing rows"):
        assert title in lines


def test_show_puts_refusals_in_sentences(capsys: pytest.CaptureFixture[str]):
    main(["uarch", "show", "a53"])
    assert "A 64-bit vector load does not co-issue with a Q-form operation" in capsys.readouterr().out


def test_show_of_one_class_explains_every_key(capsys: pytest.CaptureFixture[str]):
    assert main(["uarch", "show", "a7", "--class", "simd-mlal"]) == 0
    text = capsys.readouterr().out
    assert "issue cycles, for which the units are held: 2.2" in text
    assert "note: no whole number" in text
    assert main(["uarch", "show", "a7", "--class", "simd-mlla"]) == 2
    assert "did you mean simd-mla" in capsys.readouterr().err


def test_show_has_machine_readable_forms(capsys: pytest.CaptureFixture[str]):
    main(["uarch", "show", "a53", "--format", "json"])
    core = json.loads(capsys.readouterr().out)["core"]
    assert core["timings"]["simd-mla"][0]["latency"] == 4
    main(["uarch", "show", "a53", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {"class": "simd-load", "when": "width 128", "cycles": "2"}.items() <= max(
        (row for row in rows if row["class"] == "simd-load"), key=lambda row: row["when"]
    ).items()
    main(["uarch", "show", "a53", "--class", "simd-load", "--format", "markdown"])
    assert capsys.readouterr().out.startswith("| when")


def test_check_of_all_shipped_files_finds_nothing(capsys: pytest.CaptureFixture[str]):
    assert main(["uarch", "check"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.count("no errors") == len(said.out.splitlines())


def test_check_prints_all_errors_in_the_usual_form_and_returns_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "tiny.yaml"
    path.write_text(spoiled("kind: in-order", "kind: slow", CORE))
    assert main(["uarch", "check", "a53", str(path)]) == 3
    said = capsys.readouterr()
    assert said.err.startswith(f"{path}:4:7: error[core-file]: kind is 'slow'\n    kind: slow\n          ^\n")
    assert "cortex-a53.yaml: no errors" in said.out
    assert main(["uarch", "check", str(path), "--format", "json"]) == 3
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert (errors[0]["line"], errors[0]["column"]) == (4, 7)


@pytest.mark.parametrize("words", [["check", "nobody"], ["show", "nobody"]])
def test_an_unknown_core_is_an_error_of_use(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(["uarch", *words]) == 2
    assert "no core named 'nobody'" in capsys.readouterr().err


def test_a_missing_path_fails_the_check(capsys: pytest.CaptureFixture[str]):
    assert main(["uarch", "check", "/nowhere/core.yaml"]) == 3
    assert "No such file" in capsys.readouterr().err
