"""Columns side by side: their syntax, what-ifs of one column, speed-ups, formats."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest

from cyclesim.cli import main
from cyclesim.compare import Column, column_of, compare
from cyclesim.errors import ManyErrors, UsageError

TALK = [
    ("armv7/u8gemm_6x4_dp4a-a7", "dp4a", "a7", "12.39"),
    ("armv7/u8gemm_6x4_dp4a-a53", "dp4a", "a53", "24.77"),
    ("aarch64/u8gemm_6x4_dp4a-a53", "dp4a", "a53", "24.77"),
    ("armv7/u8gemm_6x4_smlasd-a7", "smlasd", "a7", "6.98"),
    ("armv7/u8gemm_6x4_smlasd-a53", "smlasd", "a53", "13.96"),
    ("aarch64/u8gemm_6x4_smlasd-a53", "smlasd", "a53", "13.96"),
]


@pytest.mark.parametrize(("kernel", "whatif", "core", "printed"), TALK, ids=[f"{row[0]} {row[2]}" for row in TALK])
def test_scheduled_kernels_reach_slide_16_within_3_percent(kernel: str, whatif: str, core: str, printed: str):
    """Loop control, dependences and pairing included, which the slide's sums leave out."""
    (entry,) = compare([column_of(f"{kernel}@{whatif}")], [core]).entries
    assert entry.analysis is not None and entry.analysis.schedule.period
    rate = entry.analysis.operations / entry.analysis.schedule.cycles
    assert abs(rate / Fraction(printed) - 1) <= Fraction(3, 100)


def test_what_ifs_stand_behind_an_at():
    assert column_of("a.s@one+two", ["all"]) == Column("a.s@one+two", "a.s", ("all", "one", "two"))
    assert column_of("a.s", ["all"]) == Column("a.s", "a.s", ("all",))


def test_a_file_whose_name_has_an_at_is_a_file(tmp_path: Path):
    path = tmp_path / "a@b.s"
    path.write_text("")
    assert column_of(str(path)) == Column(str(path), str(path), ())


@pytest.mark.parametrize("text", ["@dp4a", "a.s@", "a.s@dp4a+"])
def test_empty_names_are_usage_errors(text: str):
    with pytest.raises(UsageError, match="names no kernel or no what-if"):
        column_of(text)


def test_a_what_if_reaches_its_own_column_alone():
    entries = compare([column_of("u8gemm_3x8-a53"), column_of("u8gemm_3x8-a53@a53-vpadal-1")], ["a53"]).entries
    cycles = [one.analysis.schedule.cycles for one in entries if one.analysis]
    assert cycles == [30, 21]
    assert [one.speedup for one in entries] == [1, Fraction(30, 21)]


def test_the_speed_up_is_per_operation():
    one, two = compare([column_of("sgemm_6x8"), column_of("aarch64/sgemm_6x8-a53")], ["a53"]).entries
    assert one.analysis and two.analysis and two.analysis.operations == 2 * one.analysis.operations
    rates = [entry.analysis.operations / entry.analysis.schedule.cycles for entry in (one, two) if entry.analysis]
    assert two.speedup == rates[1] / rates[0]


def test_code_without_operations_has_no_speed_up_over_other_code(tmp_path: Path):
    for name, text in (("a.s", ".La: subs r0, r0, #1\nbne .La\n"), ("b.s", ".La: subs r0, r0, #1\nnop\nbne .La\n")):
        (tmp_path / name).write_text(text)
    columns = [column_of(str(tmp_path / name)) for name in ("a.s", "b.s", "a.s")]
    assert [one.speedup for one in compare(columns, ["a7"]).entries] == [1, None, 1]


def test_a_core_that_does_not_run_a_kernel_leaves_it_out():
    found = compare([column_of("aarch64/sgemm_6x8"), column_of("sgemm_6x8")], ["a7", "a53"])
    assert [one.analysis is None for one in found.entries] == [True, False, False, False]
    assert found.entries[0].remark.startswith("cortex-a7 does not run aarch64")
    assert found.entries[1].speedup == 1


def test_pressure_is_held_against_what_a_what_if_file_gives(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "few.yaml"
    path.write_text("set: {a53: {registers: {simd: 16}, status: inferred, source: a test}}\n")
    assert main(["compare", f"sgemm_6x8@{path}", "--uarch", "a53"]) == 0
    assert "31 simd registers hold values at a time, and there are 16" in " ".join(capsys.readouterr().out.split())


def test_all_errors_of_all_columns_come_together():
    with pytest.raises(ManyErrors) as caught:
        compare([column_of("u8gemm_6x4_dp4a"), column_of("sgemm_6x8@nothing")], ["a53"])
    assert len(caught.value.errors) >= 2


WORDS = ["compare", "u8gemm_6x4", "u8gemm_6x4_dp4a@dp4a", "aarch64/u8gemm_6x4_smlasd-a53@smlasd", "--uarch", "a7,a53"]


def test_the_formats_agree(capsys: pytest.CaptureFixture[str]):
    assert main([*WORDS, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema_version"] == 1
    here = [one for one in found["comparison"] if "remark" not in one]
    assert main([*WORDS, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == len(here) == 5
    for row, one in zip(rows, here, strict=True):
        assert float(row["schedule"]) == pytest.approx(one["schedule"]["cycles"], abs=1e-5)
        assert float(row["speedup"]) == pytest.approx(one["speedup"]["schedule"], abs=1e-4)
        assert int(row["simd_registers"]) == one["registers"]["simd"]["most"]


def test_text_fits_a_terminal(capsys: pytest.CaptureFixture[str]):
    assert main([*WORDS]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100
