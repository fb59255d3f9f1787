"""Pictures of what is no loop on a core: executed runs, warps of a GPU."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from cyclesim import machine
from cyclesim.cli import main
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.measure import time_on
from cyclesim.execute.window import record_run
from cyclesim.views import timeline, timeline_html, timeline_svg
from cyclesim.views.timeline_run import build_run
from tests.unit.execute.programs import COPY, executed

COPIED = executed(COPY, "aarch64", [("to", 0), ("from", 0), 64], (Buffer("to", 64), Buffer("from", 64)))
LISTING = ["timeline", "sgemm_4x4", "--uarch", "g52", "--trip", "all=64"]


def test_a_run_shows_every_executed_instruction_in_order() -> None:
    shown = build_run("copy", record_run(COPIED, machine.load("a53")))
    assert [shown.items[bar.item].place for bar in shown.bars] == [*"23452345234523456"][: 4 * 4 + 1]
    assert len(shown.items) == 5, "each instruction once, however often it ran"
    assert [bar.start for bar in shown.bars] == sorted(bar.start for bar in shown.bars)


def test_the_steady_part_of_a_run_takes_as_long_as_the_run_is_timed() -> None:
    """A timed call is the second of two in a row, a picture begins empty: the rounds in between are the same."""
    shown = build_run("copy", record_run(COPIED, machine.load("a53")))
    starts = [bar.start for bar in shown.bars if shown.items[bar.item].place == "2"]
    rounds = {late - early for early, late in itertools.pairwise(starts[1:])}
    (cycles,) = rounds
    assert 4 * cycles <= time_on(COPIED, machine.load("a53")).cycles * shown.ticks_per_cycle


def test_a_run_says_what_it_leaves_out() -> None:
    run = record_run(COPIED, machine.load("a53"), most=6)
    shown = build_run("copy", run)
    assert len(shown.bars) == 6 and shown.notes == ("the last 11 instructions of the call left out",)


def test_the_command_draws_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copy.s").write_text(COPY)
    words = [
        "run",
        "copy.s",
        "--symbol",
        "copy",
        "--arg",
        "to:64",
        "--arg",
        "from:64",
        "--arg",
        "64",
        "--uarch",
        "a53,a55",
    ]
    assert main([*words, "--timeline", "call.html"]) == 0
    assert (tmp_path / "call.html").read_text(encoding="utf-8").count("data-timeline=") == 2
    assert main([*words, "--timeline", "call.json"]) == 0
    assert len(json.loads((tmp_path / "call.json").read_text())["timelines"]) == 2
    assert main([*words, "--timeline", "call.svg"]) == 0
    assert (tmp_path / "call.svg").read_text().startswith("<svg")


def test_warps_have_a_lane_each_and_the_engine_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LISTING, "--to", "400", "--format", "json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["timelines"]
    groups = [lane["group"] for lane in shown["lanes"]]
    assert groups.count("engines") == 1 and groups.count("warps") > 8 and not shown["rows"]
    engine = sorted((hold["start"], hold["end"]) for hold in shown["holds"])
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(engine)), "one clause at a time"
    assert {bar["item"] for bar in shown["bars"]} <= set(range(len(shown["items"])))


def test_a_pause_of_the_engine_is_charged_to_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LISTING, "--format", "json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["timelines"]
    paused = [bar for bar in shown["bars"] if bar["lost"]]
    assert paused and all(bar["kind"] != "not-selected" and bar["reason"] for bar in paused)


def test_warps_come_in_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LISTING, "--to", "900"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100 and "warp 0" in text and "one character is" in text
    for format in ("svg", "html", "konata", "perfetto"):
        assert main([*LISTING, "--to", "900", "--format", format, "-o", str(tmp_path / format)]) == 0
    svg = (tmp_path / "svg").read_text(encoding="utf-8")
    assert "load/store" in svg and "clause_14" not in svg.partition("<style>")[0]


def test_iterations_are_not_for_listings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LISTING, "--iterations", "2"]) == 2
    assert "--from and --to" in capsys.readouterr().err


def test_pictures_of_runs_are_pages_and_texts_too() -> None:
    shown = build_run("copy", record_run(COPIED, machine.load("a53")))
    assert "why not earlier" in timeline.render([shown], [])
    assert timeline_svg.render(shown) and timeline_html.render([shown], [])
