"""A window of a schedule: the same answers as `explain`, with operands, units and slack."""

from __future__ import annotations

import itertools

import pytest

from cyclesim import asm, isa, machine, resources
from cyclesim.analysis import analyse, resolve_region
from cyclesim.asm import regions
from cyclesim.issue.replay import explain_schedule
from cyclesim.issue.window import Extent, steady_extent
from tests.unit.views.pictures import DOT, STRAIGHT, analysis_of, window_of

KERNELS = [
    ("armv7/u8gemm_6x4-a53.s", "a53"),
    ("armv7/u8gemm_3x8.s", "a7"),
    ("aarch64/i8gemm_4x16.s", "a55"),
]


@pytest.mark.parametrize(("kernel", "core"), KERNELS)
def test_a_window_of_one_period_says_what_explain_says(kernel: str, core: str) -> None:
    path = f"{resources.data_folder('kernels_asm')}/{kernel}"
    program = asm.parse(asm.read_source(path), kernel)
    region = regions.choose(program, None, None)[0]
    analysis = analyse(program, region, resolve_region(program, region, isa.load(program.isa)), machine.load(core))
    schedule, ticks = analysis.schedule, analysis.body.ticks_per_cycle
    window = window_of(analysis, Extent(max(schedule.transient, 1), schedule.period))
    rows = explain_schedule(analysis.body, True, schedule.transient, schedule.period)
    told = [(one.position, one.iteration, one.cycle * ticks, one.slot, one.waited * ticks, one.binding) for one in rows]
    assert told == [(one.position, one.iteration, one.tick, one.slot, one.waited, one.binding) for one in window.steps]
    slacks = [None if one.slack is None else one.slack * ticks for one in rows]
    assert slacks == [one.slack for one in window.steps]
    assert window.end == schedule.cycles * ticks * schedule.period


def test_the_steady_window_of_a_short_loop_shows_several_periods() -> None:
    analysis = analysis_of(DOT)
    window = window_of(analysis)
    assert len(window.steps) >= 24
    assert window.end == analysis.schedule.cycles * analysis.body.ticks_per_cycle * len(window.starts)


def test_an_operand_names_its_producer_and_when_it_can_be_used() -> None:
    window = window_of(analysis_of(DOT), Extent(1, 1))
    multiply = window.steps[2]
    supplies = {(one.producer, one.kind): one for one in multiply.supplies}
    loaded = supplies[1, "operand"]
    assert loaded.born == multiply.iteration and loaded.tick == multiply.tick
    accumulated = supplies[2, "accumulate"]
    assert accumulated.born == multiply.iteration - 1 and accumulated.tick < multiply.tick
    assert (multiply.binding.kind, multiply.binding.producer) == ("operand", 1)


def test_no_instance_of_a_unit_is_held_twice_at_a_time() -> None:
    window = window_of(analysis_of(DOT), Extent(0, 4))
    lanes: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for step in window.steps:
        for held in step.held:
            lanes.setdefault((held.unit, held.instance), []).append((held.start, held.end))
    assert ("load-store", 0) in lanes and ("neon", 1) in lanes
    for spans in lanes.values():
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


def test_straight_line_code_is_shown_from_an_empty_pipeline_to_its_end() -> None:
    analysis = analysis_of(STRAIGHT)
    assert steady_extent(analysis.body, analysis.schedule) == Extent(0, 1)
    window = window_of(analysis)
    assert [step.position for step in window.steps] == [0, 1, 2, 3]
    assert window.end == analysis.schedule.cycles * analysis.body.ticks_per_cycle


def test_cycles_outside_the_extent_are_counted_and_not_shown() -> None:
    analysis = analysis_of(DOT)
    whole = window_of(analysis, Extent(1, 2))
    part = window_of(analysis, Extent(1, 2, start=4, end=10))
    assert [step for step in whole.steps if 4 <= step.tick < 10] == list(part.steps)
    assert part.left_out == len(whole.steps) - len(part.steps) > 0


def test_a_window_records_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclesim.issue.window.MOST_STEPS", 7)
    window = window_of(analysis_of(DOT), Extent(1, 3))
    assert (len(window.steps), window.left_out) == (7, 8)


def test_nothing_to_show_is_an_empty_window() -> None:
    analysis = analysis_of(DOT)
    empty = analysis.body._replace(operations=())
    from cyclesim.issue.window import record_window

    assert record_window(empty, analysis.schedule, Extent(0, 1)).steps == ()
