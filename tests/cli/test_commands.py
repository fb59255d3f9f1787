"""Every command on shipped kernels: the fixed keys, the formats, the width of text."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cyclesim.cli import main

KERNELS = ["u8gemm_6x4.s", "aarch64/sgemm_6x8-a53.s"]


def output(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    printed = capsys.readouterr()
    assert not printed.err
    return printed.out


def test_estimate_has_the_fixed_keys(capsys: pytest.CaptureFixture[str]):
    found = json.loads(output(capsys, "estimate", *KERNELS, "--uarch", "a53", "--format", "json"))
    assert found["schema_version"] == 1
    assert len(found["estimates"]) == 2
    for one in found["estimates"]:
        fixed = {"file", "region", "isa", "uarch", "instructions", "operations", "bound", "schedule", "ops_per_cycle"}
        assert fixed | {"stalls", "evidence"} <= set(one)
        assert set(one["bound"]) == {"cycles", "cycles_exact", "limit"}
        assert set(one["schedule"]) == {"cycles", "cycles_exact", "transient_iterations", "period_iterations"}
        assert set(one["ops_per_cycle"]) == {"bound", "schedule"}
        assert sum(one["stalls"].values()) == pytest.approx(one["schedule"]["cycles"])
        assert sum(one["evidence"].values()) == one["instructions"]
        assert one["bound"]["cycles"] <= one["schedule"]["cycles"]


def test_reproduce_has_the_fixed_keys(capsys: pytest.CaptureFixture[str]):
    rows = json.loads(output(capsys, "reproduce", "talk", "--format", "json"))["rows"]
    assert len(rows) == 15
    for row in rows:
        assert {"row", "core", "printed", "estimated", "exact", "unit", "agrees", "note"} <= set(row)
        assert row["agrees"] is True


def test_explain_gives_a_reason_for_every_instruction(capsys: pytest.CaptureFixture[str]):
    found = json.loads(output(capsys, "explain", KERNELS[1], "--uarch", "a53", "--format", "json"))["explanations"][0]
    assert sum(row["waited"] for row in found["issued"]) == found["schedule"]["cycles"]
    for row in found["issued"]:
        assert {"line", "cycle", "slot", "waited", "reason", "sentence", "slack", "gain", "status"} <= set(row)


def test_an_explanation_as_csv_has_a_row_an_instruction(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", KERNELS[1], "--uarch", "a53", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 49
    assert rows[0]["core"] == "cortex-a53"


@pytest.mark.parametrize("format", ["text", "dot", "json", "graphml"])
def test_the_graph_comes_in_every_format(capsys: pytest.CaptureFixture[str], format: str):
    text = output(capsys, "graph", KERNELS[1], "--uarch", "a53", "--format", format)
    start = {"text": "kernels_asm/", "dot": "digraph", "json": "{", "graphml": "<graphml"}[format]
    assert text.startswith(start)


def test_the_option_of_llvm_mcas_users_names_the_core(capsys: pytest.CaptureFixture[str]):
    assert output(capsys, "estimate", KERNELS[0], "-mcpu=cortex-a53") == output(
        capsys, "estimate", KERNELS[0], "--uarch", "A53"
    )


def test_a_loop_is_found_and_named(capsys: pytest.CaptureFixture[str], tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sum.s").write_text(
        "sum:\n.Lloop: ldr q0, [x1], #16\nfadd v1.4s, v1.4s, v0.4s\nsubs x0, x0, #4\nb.gt .Lloop\nret\n"
    )
    assert "innermost loop .Lloop, lines 2-5" in output(capsys, "estimate", "sum.s", "--uarch", "a55")


@pytest.mark.parametrize(
    "words",
    [
        ["estimate", *KERNELS, "--uarch", "a53,a53"],
        ["estimate", "u8gemm_6x4_smlasd.s", "--uarch", "a53,a7", "--whatif", "smlasd"],
        ["explain", KERNELS[0], "--uarch", "a7"],
        ["graph", KERNELS[1], "--uarch", "a55"],
        ["reproduce", "talk"],
        ["uarch", "list"],
        ["uarch", "show", "a7"],
        ["isa", "list"],
        ["isa", "show", "ldr"],
        ["isa", "coverage"],
    ],
)
def test_text_fits_a_hundred_columns(capsys: pytest.CaptureFixture[str], words: list[str]):
    assert max(map(len, output(capsys, *words).splitlines())) <= 100


def test_colour_is_for_terminals_and_on_demand(capsys: pytest.CaptureFixture[str]):
    assert "\x1b[" not in output(capsys, "explain", KERNELS[1], "--uarch", "a53")
    assert "\x1b[" in output(capsys, "explain", KERNELS[1], "--uarch", "a53", "--color", "always")
