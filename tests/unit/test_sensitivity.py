"""Sensitivity: steps that help, steps that don't, removals."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import pytest

from cyclesim.cli import main
from cyclesim.compare import column_of, compare
from cyclesim.sensitivity import Sensitivity, find_sensitivity, timing_steps
from tests.unit.issue.build import timing


def sensitivity(kernel: str, core: str) -> Sensitivity:
    (entry,) = compare([column_of(kernel)], [core]).entries
    assert entry.analysis is not None
    return find_sensitivity(entry.analysis)


def step(found: Sensitivity, parameter: str, subject: str) -> tuple[str, str, Fraction, Fraction]:
    one = next(one for one in found.steps if one.parameter == parameter and subject in one.subject)
    return one.before, one.after, one.cycles, one.gain


def test_vpadal_in_one_cycle_is_what_gemmlowps_kernel_lacks_most():
    found = sensitivity("u8gemm_3x8-a53", "a53")
    assert (found.steps[0].parameter, found.steps[0].subject) == ("issue cycles", "9 x vpadal.u16")
    assert step(found, "issue cycles", "vpadal") == ("2", "1", 21, Fraction(30, 21) - 1)


def test_a_step_is_what_a_what_if_file_gives():
    (entry,) = compare([column_of("u8gemm_3x8-a53@a53-vpadal-1")], ["a53"]).entries
    assert entry.analysis is not None
    assert step(sensitivity("u8gemm_3x8-a53", "a53"), "issue cycles", "vpadal")[2] == entry.analysis.schedule.cycles


def test_steps_are_ranked_by_gain():
    gains = [one.gain for one in sensitivity("aarch64/sgemm_6x8", "a53").steps]
    assert gains == sorted(gains, reverse=True) and gains[0] > 0


def test_every_kind_of_parameter_is_tried():
    found = {one.parameter for one in sensitivity("sgemm_6x8-a53", "a53").steps}
    assert {"issue width", "unit count", "co-issue refusal", "load width", "latency", "accumulator latency"} <= found
    assert {"neon held", "slots"} <= found
    assert "taken bubble" in {one.parameter for one in sensitivity("sgemm_6x8-a7", "a7").steps}


def test_a_twofold_load_path_is_a_step_where_vector_loads_are():
    assert step(sensitivity("aarch64/sgemm_6x8", "a53"), "load width", "vector loads")[:3] == (
        "64 bits",
        "128 bits",
        19,
    )


def test_a_step_that_changes_nothing_says_so():
    found = sensitivity("sgemm_6x8-a53", "a53")
    assert step(found, "latency", "vldr")[3] == 0


def test_the_removal_of_an_instruction_names_it():
    found = sensitivity("u8gemm_3x8-a53", "a53")
    assert found.removals[0].subject.startswith("vpadal.u16")
    assert found.removals[0].gain == Fraction(30, 28) - 1
    assert sorted(one.place for one in found.removals) == list(range(len(found.analysis.body.operations)))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"latency": 1, "cycles": 1}, []),
        ({"latency": None, "cycles": Fraction(11, 5)}, [("issue cycles", "2.2", "2")]),
        ({"latency": 3, "uses": {"neon": 2}}, [("latency", "3", "2"), ("neon held", "2", "1")]),
        ({"latency": 1, "slots": "alone"}, [("slots", "alone", "either")]),
        ({"latency": 1, "accumulate": 2, "forward": "a"}, [("accumulator latency", "2", "1")]),
    ],
)
def test_the_steps_of_a_row(given: dict[str, object], expected: list[tuple[str, str, str]]):
    assert [one[:3] for one in timing_steps(timing(**given), False)] == expected  # type: ignore[arg-type]


def test_an_accumulation_without_forwarding_may_get_it():
    steps = {one[0]: one[3] for one in timing_steps(timing(latency=4), True)}
    assert steps["accumulator latency"].accumulate == 3 and steps["accumulator latency"].forward


WORDS = ["sensitivity", "i8gemm_4x16-a53", "--uarch", "a53,a7"]


def test_the_formats_agree(capsys: pytest.CaptureFixture[str]):
    assert main([*WORDS, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["sensitivity"]
    assert main([*WORDS, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == sum(len(one["steps"]) + len(one["removals"]) for one in found)
    assert float(rows[0]["gain"]) == pytest.approx(found[0]["steps"][0]["gain"], abs=1e-5)


def test_text_is_short_and_fits_a_terminal(capsys: pytest.CaptureFixture[str]):
    assert main([*WORDS, "--top", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 40 and max(map(len, lines)) <= 100


def test_top_is_at_least_one(capsys: pytest.CaptureFixture[str]):
    assert main([*WORDS, "--top", "0"]) == 2
