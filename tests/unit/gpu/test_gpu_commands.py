"""The verbs on GPU listings and networks: formats, widths, errors and exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cyclesim.cli import main

SGEMM = ["sgemm_4x4", "--uarch", "mali-g52"]


def output(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(list(words)) == code
    return capsys.readouterr().out


@pytest.mark.parametrize("verb", ["estimate", "explain"])
@pytest.mark.parametrize("listing", ["t1", "t5b", "t6", "sgemm_4x4", "i8dot_2x2", "conv3x3_relu", "attention_scores"])
def test_reports_fit_a_hundred_columns(verb: str, listing: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, verb, listing, "--uarch", "g52")
    assert max(map(len, text.splitlines())) <= 100
    assert "in all" in text and "occupancy:" in text


def test_json_keeps_the_keys_that_scripts_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = json.loads(output(capsys, "estimate", *SGEMM, "--format", "json"))["estimates"]
    fixed = {"file", "region", "isa", "uarch", "instructions", "operations", "bound", "schedule", "ops_per_cycle"}
    assert fixed | {"stalls", "evidence", "statistics", "time", "occupancy"} <= set(one)
    assert one["bound"]["cycles"] <= one["schedule"]["cycles"]
    assert sum(one["stalls"].values()) == pytest.approx(one["schedule"]["cycles"])
    assert one["time"]["low_ms"] <= one["time"]["ms"] <= one["time"]["high_ms"]
    assert one["statistics"]["tuples"] == 71


def test_several_listings_and_cores_are_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "estimate", "t1", "t2", "--uarch", "g52,g76", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["file"].rpartition("/")[2], row["core"]) for row in rows] == [
        (f"{test}.bifrost.txt", core) for test in ("t1", "t2") for core in ("mali-g52", "mali-g76")
    ]
    assert "| t1.bifrost.txt" in output(
        capsys, "estimate", "t1", "t2", "--uarch", "g52", "--format", "markdown"
    ).replace("kernels_asm/bifrost/", "")


def test_options_take_the_place_of_the_sidecar(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--threads", "64x64", "--group", "8", "--trip", "all=2", "--memory-bytes", "0", "--format", "json")
    (one,) = json.loads(output(capsys, "estimate", *SGEMM, *words))["estimates"]
    assert one["dispatch"] == {"threads": [64, 64], "group": [8], "groups": 512, "trips": {"all": 2}}
    assert one["thread"]["memory_bytes"] == 0
    assert "memory" not in [bound["limit"] for bound in one["bounds"]]


def test_explain_says_for_every_clause_where_its_time_goes(capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = json.loads(output(capsys, "explain", *SGEMM, "--format", "json"))["explanations"]
    assert [clause["runs"] for clause in one["clauses"]] == [1, 1, 513, 1, 512, 512, 512, 512, 1, 1, 1, 1]
    assert one["events"][0]["reason"] == "start"
    assert all(event["start"] <= event["end"] for event in one["events"])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["estimate", "t6", "--uarch", "g52", "--trip", "clause_9=4"], 1, "error[trip-count]: no loop clause_9"),
        (["estimate", "t6", "--uarch", "g52", "--trip", "8"], 2, "--trip takes LOOP=N"),
        (["estimate", "t6", "--uarch", "g52", "--trip", "all=-1"], 2, "--trip takes LOOP=N"),
        (["estimate", "t6", "--uarch", "g52", "--memory-bytes", "-1"], 2, "--memory-bytes -1"),
        (["estimate", "t6", "--uarch", "g52", "--threads", "99", "--group", "8"], 1, "error[launch]"),
        (["estimate", "t6", "--uarch", "g52,a53"], 2, "cortex-a53 does not schedule warps"),
        (["estimate", "t6", "--uarch", "g52", "--region", "x"], 2, "a listing is estimated whole"),
        (["estimate", "t6", "--uarch", "g52", "--whatif", "dp4a"], 2, "GPU listings have no timing classes"),
        (["estimate", "t66", "--uarch", "g52"], 1, "no such file: t66"),
        (["graph", "t6", "--uarch", "g52"], 2, "mali-g52 schedules warps"),
        (["uarch", "show", "g52", "--class", "simd-alu"], 2, "has no timing classes"),
        (["network", "vgg17", "--uarch", "g52"], 1, "did you mean vgg16"),
        (["network", "vgg16", "--uarch", "g52", "--cores", "0"], 2, "--cores 0"),
        (["network", "vgg16", "--uarch", "a53", "--type", "f16"], 2, "no shipped kernel of element type f16"),
    ],
)
def test_what_is_wrong_is_said(words: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == code
    captured = capsys.readouterr()
    assert message in captured.err
    assert not captured.out and "Traceback" not in captured.err


def test_a_loop_without_trip_count_has_a_caret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cyclesim.gpu.shipped import shipped_path

    path = tmp_path / "alone.txt"
    path.write_text(Path(shipped_path("t6")).read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["estimate", str(path), "--uarch", "g52"]) == 1
    error = capsys.readouterr().err
    assert "loop clause_6 has no trip count" in error and "^~~~" in error and "--trip clause_6=N" in error


@pytest.mark.parametrize("format", ["text", "json", "csv", "markdown"])
def test_every_format_of_networks_and_printed_figures(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["network", "repvgg-a2", "--uarch", "g52,a53"], ["reproduce", "mali"], ["uarch", "show", "g52"]):
        text = output(capsys, *words, "--format", format)
        if format == "json":
            json.loads(text)
        if format == "text":
            wide = [line for line in text.splitlines() if len(line) > 100]
            assert not wide
        if format == "csv":
            assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1


def test_an_unexplained_disagreement_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    from cyclesim import printed

    true = printed.printed_figures
    monkeypatch.setattr(
        printed,
        "printed_figures",
        lambda name: (figures := true(name))._replace(rows=(figures.rows[0]._replace(agrees=False), *figures.rows[1:])),
    )
    assert main(["reproduce", "mali"]) == 3
