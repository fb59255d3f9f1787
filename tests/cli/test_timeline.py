"""`timeline` and `report` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cyclesim.cli import main

KERNEL = "aarch64/sgemm_6x8-a53.s"


def output(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("core", ["a53", "a55"])
@pytest.mark.parametrize("more", [[], ["--iterations", "3"], ["--iterations", "1-2"], ["--from", "4", "--to", "11.5"]])
def test_text_fits_a_hundred_columns(capsys: pytest.CaptureFixture[str], core: str, more: list[str]) -> None:
    text = output(capsys, "timeline", KERNEL, "--uarch", core, *more)
    assert max(map(len, text.splitlines())) <= 100
    assert "slot 0" in text and "why not earlier" in text


def test_iterations_choose_the_beginning_or_the_steady_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert "iterations 1 to 2, from an empty pipeline" in output(
        capsys, "timeline", KERNEL, "--uarch", "a53", "--iterations", "1-2"
    )
    assert "steady state" in output(capsys, "timeline", KERNEL, "--uarch", "a53", "--iterations", "2")


def test_cycles_cut_the_window(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["timeline", KERNEL, "--uarch", "a53", "--format", "json"]
    (whole,) = json.loads(output(capsys, *words))["timelines"]
    (part,) = json.loads(output(capsys, *words, "--from", "5", "--to", "9"))["timelines"]
    scale = whole["ticks_per_cycle"]
    inside = [bar["start"] for bar in whole["bars"] if 5 * scale <= bar["start"] < 9 * scale]
    assert [bar["start"] for bar in part["bars"]] == inside


@pytest.mark.parametrize(
    ("format", "start"),
    [("svg", "<svg "), ("html", "<!DOCTYPE html>"), ("konata", "Kanata\t0004\n"), ("perfetto", '{"displayTimeUnit"')],
)
def test_a_picture_is_written_to_a_file(tmp_path: Path, format: str, start: str) -> None:
    path = tmp_path / "picture"
    assert main(["timeline", KERNEL, "--uarch", "a53", "--format", format, "-o", str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    "words",
    [
        ["--iterations", "0"],
        ["--iterations", "x"],
        ["--iterations", "5-2"],
        ["--iterations", "99999999"],
        ["--from", "soon"],
        ["--from", "9", "--to", "3"],
        ["--to", "-1"],
    ],
)
def test_a_wrong_window_is_a_usage_error(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["timeline", KERNEL, "--uarch", "a53", *words]) == 2
    assert "error" in capsys.readouterr().err


def test_iterations_of_code_that_does_not_loop_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "once.s").write_text("add x0, x0, #1\n")
    assert main(["timeline", str(tmp_path / "once.s"), "--uarch", "a53", "--iterations", "2"]) == 2
    assert "--from and --to" in capsys.readouterr().err


def test_one_svg_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", KERNEL, "--uarch", "a53,a55", "--format", "svg"]) == 2
    assert "--uarch" in capsys.readouterr().err


def test_several_cores_share_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    page = output(capsys, "timeline", KERNEL, "--uarch", "a53,a55", "--format", "html")
    assert page.count("data-timeline=") == 2


def test_a_report_tells_the_first_core_and_compares_the_others(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert main(["report", "armv7/sgemm_6x8-a53.s", "--uarch", "a53,a7", "-o", str(path)]) == 0
    page = path.read_text(encoding="utf-8")
    assert page.count("<h1>") == 1 and "sgemm_6x8_a53 on Arm Cortex-A53" in page
    assert "Arm Cortex-A7" in page and "5.888 FLOPS/cycle" in page


def test_a_report_of_a_what_if_says_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert main(["report", "u8gemm_6x4_dp4a.s", "--uarch", "a53", "--whatif", "dp4a", "-o", str(path)]) == 0
    page = path.read_text(encoding="utf-8")
    assert "with dp4a" in page and "exist only in the what-if" in page


def test_a_report_of_several_files_has_contents(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert main(["report", "armv7/sgemm_6x6.s", "armv7/sgemm_6x8.s", "--uarch", "a53", "-o", str(path)]) == 0
    page = path.read_text(encoding="utf-8")
    assert page.count('<section class="story"') == 2 and 'href="#story-1"' in page


def test_errors_of_the_input_are_those_of_every_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.s"
    bad.write_text("ldrzz x0, [x1]\nadd x0, x0, #1\n")
    for verb in ("timeline", "report"):
        assert main([verb, str(bad), "--uarch", "a53"]) == 1
        assert "unknown-instruction" in capsys.readouterr().err


def test_serve_refuses_what_can_not_be(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--port", "70000"], ["--workers", "-1"], ["--seconds", "0"], ["--whatif", "no/such.yaml"]):
        assert main(["serve", *words]) == 2
        assert "error[usage]" in capsys.readouterr().err
    assert main(["serve", "no_such_file.s"]) == 1
    assert "doesn't exist" in capsys.readouterr().err
