"""Each rule alone: one hardware sentence, the smallest case, the reason asserted too."""

from __future__ import annotations

from fractions import Fraction

from cyclesim.issue.body import Body
from cyclesim.issue.replay import Issued, explain_schedule
from tests.unit.issue.build import body, core, instruction, refusal, timing

MACHINE = core({"neon": 2, "load-store": 1, "alu": 2})
Q_FORM = timing({"neon": 2}, latency=4, slots="older", pairs_as="q")
D_FORM = timing({"neon": 1}, latency=4, pairs_as="d")
GENERAL_LOAD = timing({"load-store": 1}, latency=3, pairs_as="load")
ALU = timing({"alu": 1})


def issue(region: Body) -> tuple[Issued, ...]:
    return explain_schedule(region, loop=False, transient=0, period=1)


def test_compute_and_general_load_share_a_cycle():
    first, second = issue(body(MACHINE, (instruction(writes="q0"), Q_FORM), (instruction(writes="r0"), GENERAL_LOAD)))
    assert (first.cycle, first.slot) == (0, 0)
    assert (second.cycle, second.slot) == (0, 1)


def test_two_q_forms_wait_for_both_halves_of_the_unit():
    _, second = issue(body(MACHINE, (instruction(writes="q0"), Q_FORM), (instruction(writes="q1"), Q_FORM)))
    assert second.cycle == 1
    assert (second.binding.kind, second.binding.detail) == ("unit", "neon")
    refusals = [answer for answer in second.answers if answer.kind == "no-co-issue"]
    assert refusals[0].tick == 1, "the slot rule gives the same answer, and it is kept"


def test_two_d_forms_take_one_half_each():
    _, second, third = issue(body(MACHINE, *[(instruction(writes=f"d{n}"), D_FORM) for n in range(3)]))
    assert second.cycle == 0
    assert third.cycle == 1


def test_an_older_only_form_never_issues_second():
    _, second = issue(body(MACHINE, (instruction(writes="r0"), GENERAL_LOAD), (instruction(writes="q0"), Q_FORM)))
    assert second.cycle == 1
    assert (second.binding.kind, second.binding.detail) == ("no-co-issue", "follows")


def test_a_younger_only_form_closes_its_group():
    younger = timing({"alu": 1}, slots="younger")
    _, second = issue(body(MACHINE, (instruction(writes="r0"), younger), (instruction(writes="r1"), ALU)))
    assert (second.cycle, second.binding.kind, second.binding.detail) == (1, "no-co-issue", "leads")


def test_a_refused_pair_says_the_sentence_of_the_core_file():
    machine = core({"neon": 2, "load-store": 1}, refusals=[refusal("q", "load", "a vector load does not pair")])
    _, second = issue(body(machine, (instruction(writes="q0"), Q_FORM), (instruction(writes="d9"), GENERAL_LOAD)))
    assert second.cycle == 1
    assert (second.binding.kind, second.binding.detail) == ("no-co-issue", "a vector load does not pair")


def test_the_third_operation_of_a_cycle_waits_for_a_slot():
    rows = issue(body(core({"alu": 3}), *[(instruction(writes=f"r{n}"), ALU) for n in range(3)]))
    assert (rows[2].cycle, rows[2].binding.kind) == (1, "slot")


def test_an_operand_is_waited_for_by_name_and_producer():
    _, second = issue(
        body(MACHINE, (instruction(writes="r0"), GENERAL_LOAD), (instruction(reads="r0", writes="r1"), ALU))
    )
    assert second.cycle == 3
    assert (second.binding.kind, second.binding.detail, second.binding.producer) == ("operand", "r0", 0)


def test_a_late_operand_shortens_the_wait():
    store = timing({"load-store": 1}, needs={"source": 2})
    _, second = issue(body(MACHINE, (instruction(writes="q0"), Q_FORM), (instruction(reads="q0"), store)))
    assert second.cycle == 2


def test_an_early_operand_lengthens_the_wait():
    shifted = timing({"alu": 1}, needs={"source": -1})
    _, second = issue(body(MACHINE, (instruction(writes="r0"), ALU), (instruction(reads="r0"), shifted)))
    assert second.cycle == 2


def test_accumulators_of_one_group_are_forwarded_early():
    mla = timing({"neon": 2}, latency=8, accumulate=4, forward="fma", slots="older")
    _, second = issue(body(MACHINE, (instruction(accumulator="q0"), mla), (instruction(accumulator="q0"), mla)))
    assert (second.cycle, second.binding.kind) == (4, "accumulate")


def test_an_accumulator_from_another_group_is_an_ordinary_operand():
    fma = timing({"neon": 2}, latency=8, accumulate=4, forward="fma", slots="older")
    mla = timing({"neon": 2}, latency=4, accumulate=1, forward="integer", slots="older")
    _, second = issue(body(MACHINE, (instruction(accumulator="q0"), fma), (instruction(accumulator="q0"), mla)))
    assert second.cycle == 8


def test_a_blocking_load_closes_issue_for_its_cycles():
    wide = timing({"load-store": 1}, latency=4, cycles=2, slots="alone", blocks=True)
    _, second = issue(body(MACHINE, (instruction(writes="q0"), wide), (instruction(writes="r1"), ALU)))
    assert (second.cycle, second.binding.kind, second.binding.producer) == (2, "blocked", 0)


def test_a_taken_branch_ends_its_group_and_costs_the_bubble():
    machine = core({"branch": 1, "alu": 2}, bubble=1)
    branch = timing({"branch": 1})
    _, second = issue(body(machine, (instruction("b", branch="taken"), branch), (instruction(writes="r0"), ALU)))
    assert (second.cycle, second.binding.kind) == (2, "branch")


def test_flags_are_waited_for_as_flags():
    _, second = issue(body(MACHINE, (instruction(flags_written=True), ALU), (instruction("bne", flags_read=True), ALU)))
    assert (second.cycle, second.binding.kind) == (1, "flag")


def test_a_load_of_stored_bytes_waits_for_the_store():
    machine = core({"load-store": 1}, store_to_load=Fraction(4))
    access = timing({"load-store": 1})
    _, same, other = issue(
        body(
            machine,
            (instruction(store=("r0", 8)), access),
            (instruction(writes="r1", load=("r0", 8)), access),
            (instruction(writes="r2", load=("r0", 16)), access),
            loop=False,
        )
    )
    assert (same.cycle, same.binding.kind) == (4, "memory")
    assert other.waited == 1, "other bytes don't wait"


def test_a_short_result_does_not_overtake_a_long_one():
    slow = timing({"neon": 2}, latency=9)
    _, second = issue(body(MACHINE, (instruction(writes="q0"), slow), (instruction(writes="q0"), ALU)))
    assert (second.cycle, second.binding.kind) == (8, "write-order")


def test_fractional_issue_cycles_are_exact():
    slow = timing({"neon": 2}, cycles=Fraction(11, 5), slots="alone")
    rows = issue(body(MACHINE, *[(instruction(writes=f"q{n}"), slow) for n in range(6)]))
    assert rows[5].cycle == 11


def test_a_group_never_starts_inside_a_cycle():
    slow = timing({"neon": 2}, cycles=Fraction(3, 2))
    rows = issue(
        body(
            MACHINE,
            (instruction(writes="q0"), slow),
            (instruction(writes="r0"), timing({"alu": 1}, slots="alone")),
            (instruction(writes="q1"), slow),
        )
    )
    assert [row.cycle for row in rows] == [0, 1, 2]
    assert rows[2].binding.kind == "no-co-issue"


def test_slack_is_the_least_over_all_readers():
    rows = issue(
        body(
            MACHINE,
            (instruction(writes="r0"), ALU),
            (instruction(writes="q0"), Q_FORM),
            (instruction(reads="q0", writes="r9"), ALU),
            (instruction(reads="r0", writes="r1"), ALU),
        )
    )
    assert rows[1].slack == 0
    assert rows[0].slack == 4
    assert rows[3].slack is None
