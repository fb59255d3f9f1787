"""Sweep plans: what a good one means, and each mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.sweep import cases, plan

PLAN = """\
title: a plan
kernels: [u8gemm_3x8, sgemm_6x8@a53-dual-neon]
cores: [a53]
whatif: [a53-vpadal-1]
parameters:
  issue_width: [1, 2]
  units.neon: 2..4
  classes.simd-padal.cycles: [as-is, 1..2 step 1/2]
  co_issue.vector-load-under-q-form: [true, false]
plot: {x: units.neon, y: schedule, log: [x]}
"""


def read(folder: Path, text: str) -> plan.Plan:
    path = folder / "plan.yaml"
    path.write_text(text)
    return plan.read(str(path))


def test_ranges_and_lists_are_the_values_of_a_parameter(tmp_path: Path):
    found = read(tmp_path, PLAN)
    assert [one.values for one in found.parameters] == [
        (1, 2),
        (2, 3, 4),
        ("as-is", 1, "3/2", 2),
        (True, False),
    ]
    assert found.combinations == 48
    assert found.plot == plan.PlotPlan("units.neon", "schedule", ("x",))


def test_the_last_parameter_varies_fastest_and_as_is_changes_nothing(tmp_path: Path):
    found = read(tmp_path, PLAN)
    assert cases.values_at(found.parameters, 0) == (1, 2, "as-is", True)
    assert cases.values_at(found.parameters, 1) == (1, 2, "as-is", False)
    assert cases.values_at(found.parameters, 47) == (2, 4, 2, False)
    assert [one.path for one in cases.settings_at(found.parameters, 0)] == [("issue_width",), ("units", "neon")]
    assert cases.settings_at(found.parameters, 47)[-1].path == ("co_issue", "remove", "vector-load-under-q-form")


def test_every_kernel_meets_every_core_that_runs_it(tmp_path: Path):
    text = PLAN.replace("cores: [a53]", "cores: [a53, a7]").replace("u8gemm_3x8", "aarch64/u8gemm_3x8")
    text = text.replace("  co_issue.vector-load-under-q-form: [true, false]\n", "").replace("2..4", "[2, 3]")
    found, notes = cases.build(read(tmp_path, text))
    assert [(one.kernel, one.core) for one in found] == [
        ("aarch64/u8gemm_3x8", "cortex-a53"),
        ("sgemm_6x8@a53-dual-neon", "cortex-a53"),
        ("sgemm_6x8@a53-dual-neon", "cortex-a7"),
    ]
    assert "a7 does not run aarch64/u8gemm_3x8: left out" in notes


def test_the_fingerprint_changes_with_what_decides_a_result(tmp_path: Path):
    def fingerprint(text: str) -> str:
        found = read(tmp_path, text)
        return cases.fingerprint(cases.build(found)[0], found)

    first = fingerprint(PLAN)
    assert fingerprint(PLAN) == first
    assert fingerprint(PLAN.replace("title: a plan", "title: another")) == first
    for old, new in (
        ("2..4", "2..5"),
        ("u8gemm_3x8", "u8gemm_6x4"),
        ("whatif: [a53-vpadal-1]\n", ""),
        ("[a53]", "[a55]"),
    ):
        text = PLAN.replace(old, new)
        if new == "[a55]":
            text = text.replace("  co_issue.vector-load-under-q-form: [true, false]\n", "")
        assert fingerprint(text) != first


MISTAKES = [
    ("title: a plan", "titel: a plan", "1:1 unknown key 'titel' in a sweep plan"),
    ("kernels: [u8gemm_3x8, sgemm_6x8@a53-dual-neon]\n", "", "1:1 a sweep plan has no `kernels`"),
    ("[u8gemm_3x8, sgemm", "[u8gemm_3x8, '@x', sgemm", "2:23 '@x' names no kernel or no what-if"),
    ("[u8gemm_3x8, sgemm", "[u8gemm_3x8, u8gemm_3x8, sgemm", "2:23 'u8gemm_3x8' is there twice"),
    ("cores: [a53]", "cores: [a54]", "3:9 no core named 'a54'"),
    ("cores: [a53]", "cores: []", "3:8 cores is empty"),
    ("cores: [a53]", "cores: [g52]", "3:9 mali-g52 schedules warps and does not run assembly"),
    ("[a53-vpadal-1]", "[nothing]", "4:10 what-if 'nothing': can't read what-if file"),
    ("issue_width: [1, 2]", "issue_width: [1, 17]", "6:16 issue_width is at most 16, not 17"),
    ("issue_width: [1, 2]", "issue_width: [1, wide]", "6:16 issue_width is a whole number, not 'wide'"),
    ("issue_width: [1, 2]", "issue_width: [1, 1]", "6:16 the value 1 is there twice"),
    ("issue_width: [1, 2]", "issue_width: []", "6:16 issue_width has no value"),
    ("issue_width: [1, 2]", "issue_with: [1, 2]", "6:3 no parameter 'issue_with'"),
    ("units.neon: 2..4", "units.neno: 2..4", "7:3 cortex-a53 has no unit 'neno'"),
    ("units.neon: 2..4", "units.neon: 4..2", "7:15 the range 4..2 is empty"),
    ("units.neon: 2..4", "units.neon: 2..4 step 0", "7:15 the range 2..4 step 0 is empty"),
    ("units.neon: 2..4", "units.neon: 2..4 step 1/0", "7:15 a range divides by zero"),
    ("units.neon: 2..4", "units.neon: 0..999999 step 1/999999", "7:15 the range 0..999999 step 1/999999 has more than"),
    ("units.neon: 2..4", "units.neon: {a: 1}", "7:15 a value is a number, a word or a range, not a mapping"),
    ("simd-padal.cycles", "simd-padl.cycles", "8:3 cortex-a53 has no class 'simd-padl'"),
    ("simd-padal.cycles", "simd-padal.colour", "8:3 no parameter 'classes.simd-padal.colour'"),
    ("1..2 step 1/2]", "fast]", "8:30 cycles is a number of cycles (3, 2.2 or 1/2), not 'fast'"),
    ("[true, false]", "[true, maybe]", "9:38 co_issue.remove.vector-load-under-q-form is true or false, not 'maybe'"),
    ("vector-load-under-q-form", "vector-load", "9:3 cortex-a53 has no refusal 'vector-load'"),
    ("x: units.neon", "x: units.alu", "10:11 x of plot is 'units.alu'"),
    ("log: [x]", "log: [z]", "10:42 an axis is 'z'"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[mistake[2] for mistake in MISTAKES])
def test_a_mistake_is_reported_where_it_stands(tmp_path: Path, old: str, new: str, message: str):
    assert old in PLAN
    with pytest.raises(CyclesimError) as caught:
        read(tmp_path, PLAN.replace(old, new, 1))
    found = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    texts = [f"{one.span.line}:{one.span.column} {one.message}" for one in found if one.span]
    assert any(text.startswith(message) for text in texts), texts


def test_all_mistakes_come_together(tmp_path: Path):
    with pytest.raises(ManyErrors) as caught:
        read(tmp_path, PLAN.replace("a53]", "a54]").replace("issue_width", "issue_with"))
    assert len(caught.value.errors) == 2


def test_a_plan_with_too_many_points_is_refused(tmp_path: Path):
    text = PLAN.replace("2..4", "1..60").replace("issue_width: [1, 2]", "taken_bubble: 0..9999")
    with pytest.raises(CyclesimError, match="points are more than"):
        read(tmp_path, text)


@pytest.mark.parametrize("content", [b"", b"\xff", b"a: [", b"[" * 4000, b"x: &a [*a]\n", b"- 1\n"])
def test_hostile_content_is_an_error_of_the_input(tmp_path: Path, content: bytes):
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    with pytest.raises(CyclesimError):
        plan.read(str(path))


def test_missing_plans_are_input_errors(tmp_path: Path):
    with pytest.raises(CyclesimError, match="can't read sweep plan"):
        plan.read(str(tmp_path / "nothing.yaml"))
