"""Analytic floors and their witnesses."""

from __future__ import annotations

from fractions import Fraction

from cyclesim import depgraph
from cyclesim.bounds import find_bounds
from cyclesim.issue.body import build_body
from tests.unit.issue.build import core, instruction, refusal, timing

MACHINE = core({"neon": 2, "load-store": 1, "alu": 2}, refusals=[refusal("q", "load")])
Q_FORM = timing({"neon": 2}, latency=4, slots="older", pairs_as="q")
LOAD = timing({"load-store": 1}, latency=3, pairs_as="load")
ALU = timing({"alu": 1}, pairs_as="alu")


def bounds(*operations, machine=MACHINE, loop=True):
    resolved = [one for one, _ in operations]
    graph = depgraph.build(resolved, loop)
    body = build_body(machine, resolved, [one for _, one in operations], graph.edges)
    found = find_bounds(body, graph, loop)
    return {bound.limit: bound for bound in found.all}, found


def test_a_unit_is_shared_evenly_at_best():
    half = timing({"neon": 1})
    found, _ = bounds(*[(instruction(writes=f"d{n}"), half) for n in range(3)])
    assert found["neon"].cycles == Fraction(3, 2)
    assert found["neon"].witness == (0, 1, 2)


def test_two_slots_issue_two_a_cycle():
    found, _ = bounds(*[(instruction(writes=f"r{n}"), ALU) for n in range(5)])
    assert found["issue"].cycles == Fraction(5, 2)


def test_operations_that_issue_alone_take_whole_cycles():
    alone = timing({"neon": 2}, cycles=Fraction(11, 5), slots="alone", blocks=True)
    found, _ = bounds(*[(instruction(writes=f"q{n}"), alone) for n in range(5)])
    assert found["issue"].cycles == 11


def test_the_pairing_bound_names_what_never_shares_a_cycle():
    found, all_bounds = bounds(
        *[(instruction(writes=f"q{n}"), Q_FORM) for n in range(12)],
        *[(instruction(writes=f"d{n}"), LOAD) for n in range(7)],
        *[(instruction(writes=f"r{n}"), ALU) for n in range(4)],
    )
    assert found["pairing"].cycles == 19
    assert found["pairing"].sentence == "no two of these ever share a cycle: 12 q + 7 load"
    assert all_bounds.binding.limit == "pairing"


def test_the_recurrence_is_the_slowest_dependence_cycle():
    mla = timing({"neon": 2}, latency=8, accumulate=4, forward="fma", slots="older")
    found, _ = bounds(
        (instruction(accumulator="s0"), mla), (instruction(accumulator="s0"), mla), (instruction(accumulator="s4"), mla)
    )
    assert found["recurrence"].cycles == 8
    assert set(found["recurrence"].witness) == {0, 1}


def test_a_recurrence_over_two_registers_is_exact():
    slow = timing({"alu": 1}, latency=3)
    found, _ = bounds((instruction(reads="r0", writes="r1"), slow), (instruction(reads="r1", writes="r0"), slow))
    assert found["recurrence"].cycles == 6


def test_an_unknown_latency_that_is_read_switches_the_recurrence_off_and_says_so():
    unknown = timing({"alu": 1}, latency=None, status="unknown")
    found, all_bounds = bounds((instruction("vfoo", reads="r0", writes="r0"), unknown))
    assert "recurrence" not in found
    assert all_bounds.notes == ("no dependence bound: the latency of vfoo is unknown on test-core",)


def test_an_unknown_latency_that_nobody_reads_does_no_harm():
    unknown = timing({"alu": 1}, latency=None)
    _, all_bounds = bounds((instruction(writes="r9"), unknown), (instruction(reads="r0", writes="r0"), ALU))
    assert all_bounds.notes == ()


def test_straight_line_code_has_a_chain_instead():
    found, _ = bounds((instruction(writes="r0"), LOAD), (instruction(reads="r0", writes="r1"), ALU), loop=False)
    assert "recurrence" not in found
    assert found["dependence chain"].cycles == 4
    assert found["dependence chain"].witness == (0, 1)


def test_an_empty_dependence_graph_has_no_recurrence():
    found, _ = bounds((instruction(writes="r0"), ALU))
    assert "recurrence" not in found
