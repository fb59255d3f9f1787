"""Laws of the engine that hold for every machine and every body."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings

from cyclesim import bounds, depgraph
from cyclesim.ir import Read, Resolved, Write
from cyclesim.issue.body import build_body
from cyclesim.issue.inorder import run
from cyclesim.issue.notbefore import KINDS
from cyclesim.issue.replay import explain_schedule
from cyclesim.issue.rules import ask
from cyclesim.issue.schedule import schedule
from cyclesim.issue.scoreboard import Scoreboard
from cyclesim.issue.steady import find_steady_state
from cyclesim.machine.timing import Core, Timing
from tests.property.strategies import programs
from tests.unit.issue.build import body

Program = tuple[Core, list[tuple[Resolved, Timing]]]


@settings(max_examples=300, deadline=None)
@given(programs())
def test_the_fused_loop_is_the_rules(program: Program):
    machine, operations = program
    region = body(machine, *operations)
    fused, ruled = Scoreboard(region), Scoreboard(region)
    for _ in range(3):
        fast = run(region, fused)
        for index, operation in enumerate(region.operations):
            binding, _ = ask(operation, ruled)
            ruled.place(index, binding.tick)
            assert (fast.ticks[index], KINDS[fast.kinds[index]]) == (binding.tick, binding.kind)
        assert fused.key() == ruled.key()


@settings(max_examples=200, deadline=None)
@given(programs())
def test_the_steady_state_repeats_for_ever(program: Program):
    machine, operations = program
    region = body(machine, *operations)
    steady = find_steady_state(region)
    assert steady.period > 0
    board = Scoreboard(region)
    for _ in range(steady.transient + 3 * steady.period):
        run(region, board)
    start = board.cycle
    for _ in range(7 * steady.period):
        run(region, board)
    assert Fraction(board.cycle - start, region.ticks_per_cycle) == 7 * steady.period * steady.cycles


@settings(max_examples=200, deadline=None)
@given(programs())
def test_reasons_add_up_to_the_total(program: Program):
    machine, operations = program
    for loop in (True, False):
        region = body(machine, *operations, loop=loop)
        found = schedule(region, loop)
        assert sum(found.stalls.values()) == found.cycles
        rows = explain_schedule(region, loop, found.transient, found.period)
        assert len(rows) == max(found.period, 1) * len(operations)
        if loop:
            assert sum(row.waited for row in rows) == found.period * found.cycles


@settings(max_examples=300, deadline=None)
@given(programs())
def test_no_schedule_is_faster_than_its_bounds(program: Program):
    machine, operations = program
    resolved = [one for one, _ in operations]
    for loop in (True, False):
        graph = depgraph.build(resolved, loop)
        region = build_body(machine, resolved, [one for _, one in operations], graph.edges)
        cycles = schedule(region, loop).cycles
        for bound in bounds.find_bounds(region, graph, loop).all:
            assert bound.cycles <= cycles, bound


@settings(max_examples=200, deadline=None)
@given(programs())
def test_a_longer_latency_never_makes_a_core_faster(program: Program):
    machine, operations = program
    before = schedule(body(machine, *operations), True)
    if "write-order" in before.stalls:
        return  # A slower result has less to wait for at the write port: the one case where the law does not hold.
    slower = [(one, time._replace(latency=time.latency + 1)) for one, time in operations if time.latency is not None]
    after = schedule(body(machine, *slower), True)
    assert after.cycles >= before.cycles


@settings(max_examples=100, deadline=None)
@given(programs())
def test_renaming_registers_changes_nothing(program: Program):
    machine, operations = program
    renamed = [(_rename(one), time) for one, time in operations]
    assert schedule(body(machine, *operations), True) == schedule(body(machine, *renamed), True)


def _rename(resolved: Resolved) -> Resolved:
    def cells(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"renamed-{name}" for name in names)

    return resolved._replace(
        reads=tuple(Read(cells(read.cells), read.role, read.operand) for read in resolved.reads),
        writes=tuple(Write(cells(write.cells), write.role, write.operand) for write in resolved.writes),
        accesses=tuple(access._replace(base=f"renamed-{access.base}") for access in resolved.accesses),
    )


@settings(max_examples=100, deadline=None)
@given(programs(size=6))
def test_unrolling_a_loop_without_memory_keeps_its_rate(program: Program):
    machine, operations = program
    register_only = [(one._replace(accesses=()), time) for one, time in operations]
    once = schedule(body(machine, *register_only), True)
    thrice = schedule(body(machine, *register_only * 3), True)
    assert thrice.cycles == 3 * once.cycles
