"""The talk's tables, figure by figure, and the scheduled kernels beside the measured rows."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim import isa, machine
from cyclesim.analysis import Analysis, analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.reproduce import Row, talk_claims, talk_rows

ESTIMATED = [
    ("SGEMM 6x8 (FB impl)", "cortex-a7", "1.745", Fraction(96, 55)),
    ("SGEMM 6x8 (FB impl)", "cortex-a53", "6.000", Fraction(6)),
    ("U8GEMM 6x4 X 4x8 (FB impl)", "cortex-a7", "3.03", 384 / Fraction("126.6")),
    ("U8GEMM 6x4 X 4x8 (FB impl)", "cortex-a53", "6.56", 384 / Fraction("58.5")),
    ("U8GEMM 3x8 X 8x3 (gemmlowp)", "cortex-a7", "2.40", Fraction(144, 60)),
    ("U8GEMM 3x8 X 8x3 (gemmlowp)", "cortex-a53", "4.80", Fraction(144, 30)),
    ("I8GEMM 4x16 X 16x2 (gemmlowp)", "cortex-a7", "3.30", 256 / Fraction("77.6")),
    ("I8GEMM 4x16 X 16x2 (gemmlowp)", "cortex-a53", "6.74", Fraction(256, 38)),
    ("U8GEMM 6x4 X 4x8 (NEON DP4A)", "cortex-a7", "12.39", Fraction(384, 31)),
    ("U8GEMM 6x4 X 4x8 (NEON DP4A)", "cortex-a53", "24.77", 384 / Fraction("15.5")),
    ("U8GEMM 6x4 X 4x8 (NEON SMLASD)", "cortex-a7", "6.98", Fraction(384, 55)),
    ("U8GEMM 6x4 X 4x8 (NEON SMLASD)", "cortex-a53", "13.96", 384 / Fraction("27.5")),
]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return talk_rows()


@pytest.mark.parametrize(("name", "core", "printed", "exact"), ESTIMATED)
def test_an_estimated_row_agrees_to_the_last_printed_digit(
    rows: list[Row], name: str, core: str, printed: str, exact: Fraction
):
    (row,) = [row for row in rows if (row.row, row.core, row.kind) == (name, core, "estimated")]
    assert (row.printed, row.estimated, row.exact, row.agrees) == (printed, printed, exact, True)


def test_there_are_twelve_estimated_and_three_measured_rows(rows: list[Row]):
    assert [row.kind for row in rows].count("estimated") == 12
    assert [row.kind for row in rows].count("measured") == 3


@pytest.mark.parametrize(
    ("name", "core", "slip"),
    [
        ("SGEMM 6x8 (FB impl)", "cortex-a53", "rounds"),
        ("U8GEMM 6x4 X 4x8 (FB impl)", "cortex-a53", "3.5"),
        ("U8GEMM 3x8 X 8x3 (gemmlowp)", "cortex-a7", "36"),
        ("U8GEMM 6x4 X 4x8 (FB impl)", "cortex-a7", "VMOVL.U8 Qd, Rm"),
        ("I8GEMM 4x16 X 16x2 (gemmlowp)", "cortex-a7", "VPADAL"),
    ],
)
def test_the_slides_slips_are_named(rows: list[Row], name: str, core: str, slip: str):
    (row,) = [row for row in rows if (row.row, row.core, row.kind) == (name, core, "estimated")]
    assert slip in row.note


def test_measured_rows_stand_beside_the_scheduled_kernels(rows: list[Row]):
    measured = {(row.row, row.core): row for row in rows if row.kind == "measured"}
    assert {row.printed for row in measured.values()} == {"1.619", "1.613", "5.888"}
    for row in measured.values():
        error = abs(row.exact / Fraction(row.printed) - 1)
        assert error <= (Fraction("0.03") if row.core == "cortex-a53" else Fraction("0.05")), row


def test_the_claims_follow_from_the_rows(rows: list[Row]):
    ratios = {(claim.slide, claim.core): claim.ratio for claim in talk_claims(rows)}
    assert ratios[15, "cortex-a7"] == 256 / Fraction("77.6") / Fraction(96, 55)
    assert ratios[17, "cortex-a53"] == 384 / Fraction("15.5") / 6


def scheduled(kernel: str, core: str) -> Analysis:
    program = read_program(kernel).program
    region = regions.choose(program)[0]
    return analyse(program, region, resolve_region(program, region, isa.load(program.isa)), machine.load(core))


def test_the_scheduled_u8gemm_reaches_its_rate_on_cortex_a53():
    found = scheduled("armv7/u8gemm_6x4-a53.s", "cortex-a53")
    assert found.operations / found.schedule.cycles >= Fraction("6.4")


def test_counted_operations_are_what_the_slides_count():
    for kernel in ("sgemm_6x6", "sgemm_6x8", "u8gemm_6x4", "u8gemm_3x8", "i8gemm_4x16"):
        found = scheduled(f"armv7/{kernel}.s", "cortex-a53")
        assert sum(one.operations for one in found.resolution.instructions) == found.region.operations
