"""Each rule of the engine, alone, for variants in arrays: known cycles, and the engine's own."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim import depgraph
from cyclesim.ir import Resolved
from cyclesim.issue.body import build_body
from cyclesim.issue.schedule import schedule
from cyclesim.machine.timing import Core, Timing
from cyclesim.sweep import batch
from cyclesim.sweep.batch import Program, cycles_once, fits, shape_of, steady_cycles
from cyclesim.sweep.variants import Variant
from tests.unit.issue.build import core, instruction, refusal, timing

ALU = core({"alu": 2})


def variant(machine: Core, timings: list[Timing], **changes: object) -> Variant:
    plain = Variant(
        0,
        tuple(timings),
        machine.issue_width,
        tuple(machine.units.values()),
        frozenset(),
        machine.branches.taken_bubble,
        machine.memory.store_to_load,
    )
    return plain._replace(**changes)


def in_arrays(machine: Core, code: list[Resolved], points: list[Variant], loop: bool = True) -> list[Fraction | None]:
    assert fits(points) and len({shape_of(one) for one in points}) == 1
    graph = depgraph.build(code, loop)
    taken = [index for index, one in enumerate(code) if one.features.get("branch")]
    program = Program(code, range(len(code)), graph, taken, points, tuple(machine.units), machine.refusals)
    found = steady_cycles(program) if loop else cycles_once(program)
    for point, cycles in zip(points, found, strict=True):
        same = machine._replace(
            issue_width=point.width,
            units=dict(zip(machine.units, point.units, strict=True)),
            refusals=tuple(one for one in machine.refusals if one.name not in point.removed),
            branches=machine.branches._replace(taken_bubble=point.bubble),
            memory=machine.memory._replace(store_to_load=point.store_to_load),
        )
        assert cycles == schedule(build_body(same, code, point.timings, graph.edges, taken), loop).cycles
    return found


def over(machine: Core, code: list[Resolved], *rows: list[Timing], loop: bool = True) -> list[Fraction | None]:
    return in_arrays(machine, code, [variant(machine, row) for row in rows], loop)


def test_a_chain_takes_its_latencies():
    code = [instruction(writes="s0", reads="s0")]
    assert over(ALU, code, *[[timing({"alu": 1}, latency=n)] for n in (1, 3, 7)]) == [1, 3, 7]


def test_a_result_does_not_overtake_a_slower_one():
    """The fast second writer waits until the slow first one is sure to come before it."""
    code = [instruction(writes="s0"), instruction(writes="s0"), instruction(reads="s0", writes="s1")]
    fast = timing({"alu": 1}, latency=1)
    rows = [[timing({"alu": 1}, latency=n), fast, fast] for n in (1, 5, 9)]
    found = over(ALU, code, *rows)
    assert found[0] is not None and found[1] is not None and found[2] == found[1] + 4 > found[0]


@pytest.mark.parametrize(("second", "cycles"), [("mla", [2, 2]), ("other", [18, 8])])
def test_accumulators_are_forwarded_early_inside_a_group(second: str, cycles: list[int]):
    code = [instruction(accumulator="s0", reads="s1"), instruction(accumulator="s0", reads="s1")]

    def row(latency: int) -> list[Timing]:
        first = timing({"alu": 1}, latency=latency, accumulate=1, forward="mla")
        return [first, first._replace(forward=second)]

    assert over(ALU, code, row(9), row(4)) == cycles


def test_a_read_that_is_needed_late_waits_less():
    code = [instruction(writes="s0", reads="s0")]
    rows = [[timing({"alu": 1}, latency=5, needs={"source": need})] for need in (-1, 1, 3)]
    assert over(ALU, code, *rows) == [6, 4, 2]


def test_a_load_waits_for_the_store_of_its_bytes():
    machine = core({"alu": 2}, store_to_load=Fraction(4))
    code = [instruction(store=("r0", 0)), instruction(load=("r0", 0), writes="s0")]
    row = [timing({"alu": 1}), timing({"alu": 1})]
    points = [variant(machine, row, store_to_load=Fraction(wait)) for wait in (1, 4, 6)]
    found = in_arrays(machine, code, points)
    assert found[1] is not None and found[2] == found[1] + 2


def test_a_taken_branch_ends_its_group():
    code = [instruction(), instruction(branch="taken")]
    row = [timing({"alu": 1}), timing({"alu": 1})]
    points = [variant(ALU, row, bubble=Fraction(bubble)) for bubble in (0, 1, 3)]
    assert in_arrays(ALU, code, points) == [1, 2, 4]


def test_what_blocks_issue_lets_nothing_in():
    code = [instruction(), instruction()]
    rows = [[timing({"alu": 1}, cycles=n, slots="alone", blocks=True), timing()] for n in (1, 2, 5)]
    assert over(ALU, code, *rows) == [2, 3, 6]


def test_units_and_slots_are_as_many_as_the_variant_has():
    code = [instruction() for _ in range(4)]
    row = [timing({"alu": 1}, cycles=2) for _ in range(4)]
    points = [
        variant(ALU, row, width=width, units=(units,)) for width, units in ((1, 4), (2, 1), (2, 2), (4, 4), (8, 2))
    ]
    assert in_arrays(ALU, code, points) == [4, 8, 4, 2, 4]


def test_fractional_cycles_are_exact():
    code = [instruction(), instruction()]
    rows = [[timing({"alu": 2}, cycles=Fraction(11, 5))] * 2, [timing({"alu": 2}, cycles=Fraction(7, 3))] * 2]
    assert over(ALU, code, *rows) == [Fraction(22, 5), Fraction(14, 3)]


def test_refused_pairs_and_slots_keep_apart():
    """Two refusals, or the second pair would share a cycle across the iterations."""
    machine = core({"alu": 2}, refusals=[refusal("q", "load"), refusal("load", "q")])
    code = [instruction(), instruction()]
    row = [timing({"alu": 1}, pairs_as="q"), timing({"alu": 1}, pairs_as="load")]
    assert in_arrays(machine, code, [variant(machine, row)]) == [2]
    assert in_arrays(machine, code, [variant(machine, row, removed=frozenset({"q+load"}))]) == [1]
    assert over(machine, code, [row[0], row[1]._replace(slots="alone", pairs_as="any")]) == [2]


def test_a_third_member_is_held_against_all_members_before_it():
    machine = core({"alu": 4}, width=3, refusals=[refusal("q", "load")])
    code = [instruction(), instruction(), instruction(branch="taken")]
    row = [timing({"alu": 1}, pairs_as="q"), timing({"alu": 1}), timing({"alu": 1}, pairs_as="load")]
    assert over(machine, code, row) == [2]


def test_an_operation_waits_for_as_many_instances_as_it_holds():
    code = [instruction(), instruction()]
    rows = [[timing({"alu": 1}, cycles=n), timing({"alu": 2}, cycles=1)] for n in (1, 3, 5)]
    assert over(ALU, code, *rows) == [2, 4, 6]


def test_straight_code_ends_with_its_last_issue_cycle():
    code = [instruction(writes="s0"), instruction(reads="s0")]
    rows = [[timing({"alu": 1}, latency=3), timing({"alu": 1}, cycles=n)] for n in (1, 4)]
    assert over(ALU, code, *rows, loop=False) == [4, 7]


def test_what_does_not_settle_soon_is_left_to_the_engine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batch, "MOST_ITERATIONS", 1)
    code = [instruction(writes="s0", reads="s0")]
    program = Program(code, [0], depgraph.build(code, True), [], [variant(ALU, [timing({"alu": 1})])], ("alu",), ())
    assert steady_cycles(program) == [None]


def test_finer_ticks_than_arrays_hold_are_left_to_the_engine():
    fine = [timing(latency=Fraction(1, denominator)) for denominator in (9973, 9967)]
    assert not fits([variant(ALU, fine)])
