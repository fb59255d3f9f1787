"""The exact rate of a loop."""

from __future__ import annotations

from fractions import Fraction

from cyclesim.issue.replay import explain_schedule
from cyclesim.issue.schedule import schedule
from cyclesim.issue.steady import find_steady_state
from tests.unit.issue.build import body, core, instruction, timing

MACHINE = core({"neon": 2, "alu": 2, "divider": 1})


def test_an_odd_number_of_single_cycle_operations_repeats_every_second_iteration():
    found = schedule(body(MACHINE, *[(instruction(writes=f"r{n}"), timing({"alu": 1})) for n in range(3)]), True)
    assert found.cycles == Fraction(3, 2)
    assert found.period == 2


def test_the_stall_table_is_per_iteration():
    found = schedule(body(MACHINE, (instruction(accumulator="s0"), timing({"neon": 2}, 8))), True)
    assert found.stalls == {"operand": 8}


def test_a_loop_that_does_not_repeat_within_the_cap_says_so():
    region = body(MACHINE, *[(instruction(writes=f"r{n}"), timing({"alu": 1})) for n in range(3)])
    steady = find_steady_state(region, cap=2)
    assert steady.period == 0
    assert len(steady.passes) == 2
    assert schedule(region, True, cap=2).period == 0


def test_a_long_divide_is_exact_from_the_second_iteration_on():
    divide = timing({"divider": 1}, latency=19, cycles=10)
    found = schedule(body(MACHINE, (instruction(writes="s0"), divide), (instruction(writes="r0"), timing())), True)
    assert (found.cycles, found.period) == (10, 1)


def test_straight_line_code_counts_the_last_issue_cycles():
    found = schedule(body(MACHINE, (instruction(writes="s0"), timing({"divider": 1}, cycles=10)), loop=False), False)
    assert found.cycles == 10
    assert found.stalls == {"end": 10}


def test_an_empty_region_takes_no_time():
    assert schedule(body(MACHINE), True).cycles == 0


def test_the_explained_window_is_one_period():
    region = body(MACHINE, *[(instruction(writes=f"r{n}"), timing({"alu": 1})) for n in range(3)])
    found = schedule(region, True)
    rows = explain_schedule(region, True, found.transient, found.period)
    assert [row.slot for row in rows] in ([0, 1, 0, 1, 0, 1], [1, 0, 1, 0, 1, 0])
    assert len({row.iteration for row in rows}) == 2
