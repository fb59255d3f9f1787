"""For editors and scripts: JSON Lines, problem lines, the options of llvm-mca's users."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cyclesim.cli import main

BAD = " add x0, x0, #1\n fmlaa v0.4s, v1.4s, v2.4s\n fmla v0.4s, v1.4s\n"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_estimates_are_one_line_each(capsys):
    code, out, _ = run(capsys, "estimate", "sgemm_6x8-a53.s", "--uarch", "a53,a7", "--format", "jsonl")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["type"] for line in lines] == ["estimate", "estimate", "note"]
    assert [line.get("uarch") for line in lines[:2]] == ["cortex-a53", "cortex-a7"]


def test_errors_are_one_line_each_with_their_places(capsys, tmp_path: Path):
    path = tmp_path / "bad.s"
    path.write_text(BAD)
    code, out, err = run(capsys, "estimate", str(path), "--uarch", "a53", "--format", "jsonl")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert [(line["line"], line["code"]) for line in lines] == [(2, "unknown-instruction"), (3, "wrong-operands")]
    first = lines[0]
    assert BAD.splitlines()[1][first["column"] - 1 : first["end_column"] - 1] == "fmlaa"


def test_an_error_without_a_place_is_a_line_too(capsys):
    code, out, _ = run(capsys, "estimate", "sgemm_6x8-a53.s", "--uarch", "a54", "--format", "jsonl")
    assert code == 2 and json.loads(out)["line"] is None


def test_diagnostics_match_the_pattern_of_problem_matchers(capsys, tmp_path: Path):
    path = tmp_path / "bad.s"
    path.write_text(BAD)
    err = run(capsys, "estimate", str(path), "--uarch", "a53")[2]
    pattern = re.compile(r"^(.*?):(\d+):(\d+):\s+(error)\[([\w-]+)\]:\s+(.*)$", re.MULTILINE)
    assert [found[1] for found in pattern.findall(err)] == ["2", "3"]


@pytest.mark.parametrize(
    ("triple", "isa"),
    [
        ("armv7-linux-gnueabihf", "armv7"),
        ("thumbv7a-none-eabi", "armv7"),
        ("aarch64", "aarch64"),
        ("arm64-apple-ios", "aarch64"),
    ],
)
def test_a_triple_says_the_instruction_set(capsys, triple: str, isa: str):
    out = run(capsys, "estimate", "u8gemm_6x4.s", "-mcpu=a53", f"-mtriple={triple}", "--format", "json")[1]
    assert json.loads(out)["estimates"][0]["isa"] == isa


@pytest.mark.parametrize("triple", ["x86_64-linux-gnu", "armeb-none-eabi", ""])
def test_other_triples_are_refused(capsys, triple: str):
    assert run(capsys, "estimate", "u8gemm_6x4.s", "-mcpu=a53", f"-mtriple={triple}")[0] == 2
