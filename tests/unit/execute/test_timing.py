"""Timing of an executed path: the same as issuing every instruction of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim import asm, isa, machine
from cyclesim.errors import UsageError
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.measure import time_on
from cyclesim.execute.steps import slow_accesses
from cyclesim.execute.timing import Step, TraceTimer, branch_kind
from cyclesim.issue.inorder import run
from cyclesim.issue.scoreboard import Scoreboard
from cyclesim.units import Cycles
from tests.unit.execute.programs import COPY, executed

BLOCKS = """\
a:      vmla.f32 q0, q1, d4[0]
        vld1.32 {d2-d3}, [r1]!
        subs    r0, r0, #1
        bne     b
b:      vmlal.s16 q8, d2, d3
        ldr     r2, [r3], #4
        add     r4, r4, r2
        beq     c
c:      vadd.i32 q0, q0, q8
        vmul.i32 q9, q0, q1
        vst1.32 {d18-d19}, [r5]!
        b       a
"""


def timer(core_name: str) -> TraceTimer:
    core = machine.load(core_name)
    program = asm.parse(BLOCKS, "t.s", "armv7")
    instructions = isa.load("armv7")
    resolved = [instructions.resolve(one) for one in program.instructions]
    timings = [machine.timing_of(core, one) for one in resolved]
    return TraceTimer(core, resolved, timings, [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)], core.branches.redirects)


def plain(one: TraceTimer, steps: list[int]) -> Cycles:
    """All operations of a trace through the engine, without any memory of blocks."""
    operations = [operation for step in steps for operation in one._bodies[step].operations]
    board = Scoreboard(one.body)
    run(one.body._replace(operations=tuple(operations)), board)
    return Cycles(board.cycle, one.body.ticks_per_cycle)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["a53", "a7", "a55"]),
    st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 2)), min_size=1, max_size=60),
)
def test_remembered_blocks_take_as_long_as_plain_ones(core: str, path: list[tuple[int, bool, int]]) -> None:
    one = timer(core)
    steps = [one.number(Step(block, taken, ((1, Cycles(late)),) if late else ())) for block, taken, late in path]
    timed = one.time(steps)
    assert timed.cycles == plain(one, steps)
    assert sum(timed.by_instruction.values(), Cycles(0)) == timed.cycles
    assert sum(timed.counts.values()) == 4 * len(path)


def test_a_long_trace_meets_few_states() -> None:
    one, order = timer("a53"), random.Random(3)
    steps = [one.number(Step(order.choice((0, 1, 2)), True, ())) for _ in range(20_000)]
    one.time(steps)
    assert one.states < 200


def test_a_late_access_delays_what_waits_for_it() -> None:
    one = timer("a53")
    early = one.time([one.number(Step(1, False, ()))] * 4).cycles
    late = one.time([one.number(Step(1, False, ((1, Cycles(3)),)))] * 4).cycles
    assert late > early


@pytest.mark.parametrize(
    ("address", "size", "slow"),
    [(64, 16, 0), (72, 16, 0), (68, 16, 2), (65, 8, 1), (66, 2, 0), (67, 2, 1), (3, 1, 0), (0, 16, 0), (2, 64, 8)],
)
def test_which_accesses_are_slow(address: int, size: int, slow: int) -> None:
    import numpy

    memory = machine.load("a53").memory
    assert slow_accesses(numpy.asarray([address], numpy.uint64), size, memory).tolist() == [slow]


def test_a_pointer_that_a_register_is_added_to_is_waited_for() -> None:
    """Cortex-A53: with one pointer a store every two cycles, with two in turn one a cycle."""
    cycles = []
    for pointers in (("x0", "x0"), ("x0", "x1")):
        lines = "".join(f"st1 {{v0.16b}}, [{pointers[step % 2]}], x2\n" for step in range(8))
        run_ = executed(f"f:\nadd x1, x0, #128\n{lines}ret\n", "aarch64", [("to", 0), 0, 16], (Buffer("to", 1024),))
        cycles.append(time_on(run_, machine.load("a53")).cycles)
    assert cycles[0] - cycles[1] == 7


def test_unaligned_accesses_hold_the_unit_even_where_every_row_holds_it_for_a_cycle() -> None:
    cycles = []
    for start in (0, 4):
        run_ = executed("f:\n" + "str d0, [x0], #8\n" * 8 + "ret\n", "aarch64", [("to", start)], (Buffer("to", 128),))
        cycles.append(time_on(run_, machine.load("a53")).cycles)
    assert cycles[1] - cycles[0] >= 7


def test_cycles_of_a_run_add_up_by_line_and_by_reason() -> None:
    execution = executed(COPY, "aarch64", [("to", 0), ("from", 0), 256], (Buffer("to", 256), Buffer("from", 256)))
    for core in ("a53", "a55"):
        timing = time_on(execution, machine.load(core))
        assert sum(timing.stalls.values(), Cycles(0)) == timing.cycles
        assert sum((line.cycles for line in timing.lines), Cycles(0)) == timing.cycles
        assert [line.count for line in timing.lines] == [16, 16, 16, 16, 1]
        assert sum(timing.evidence.values()) == 65


def test_an_unaligned_copy_takes_longer() -> None:
    buffers = (Buffer("to", 512), Buffer("from", 512))
    core = machine.load("a53")
    aligned = time_on(executed(COPY, "aarch64", [("to", 0), ("from", 0), 256], buffers), core)
    shifted = time_on(executed(COPY, "aarch64", [("to", 0), ("from", 1), 256], buffers), core)
    assert shifted.cycles > aligned.cycles


STREAM = "f:\n1:\n ld1 {v0.4s}, [x0], #16\n subs x1, x1, #16\n add v1.4s, v1.4s, v0.4s\n b.gt 1b\n ret\n"


@pytest.mark.parametrize(("size", "served"), [(8192, 0), (131_072, 1), (1_048_576, 2)])
def test_data_that_does_not_fit_comes_from_further_away(size: int, served: int) -> None:
    """A line of 64 bytes is four loads; the first of them waits for the level that has it."""
    core = machine.load("a53")
    execution = executed(STREAM, "aarch64", [("a", 0), size], (Buffer("a", size),))
    near, far = time_on(execution, core).cycles, time_on(execution, core, hierarchy=True).cycles
    late = [Cycles(0), core.memory.levels[1].latency, core.memory.beyond][served]
    assert abs(far - near - late * (size // 64)) <= size // 64


def test_a_core_without_caches_says_so() -> None:
    core = machine.load("a53")
    bare = core._replace(memory=core.memory._replace(levels=()))
    execution = executed(STREAM, "aarch64", [("a", 0), 64], (Buffer("a", 64),))
    with pytest.raises(UsageError, match="states no caches"):
        time_on(execution, bare, hierarchy=True)


@pytest.mark.parametrize(
    ("isa_name", "line", "kind"),
    [
        ("armv7", "bx r5", "exchange"),
        ("armv7", "blx r3", "exchange"),
        ("armv7", "bx lr", "return"),
        ("armv7", "pop {r4, pc}", "return"),
        ("armv7", "bl x", "call"),
        ("armv7", "b x", "loop"),
        ("aarch64", "br x5", "indirect"),
        ("aarch64", "blr x5", "indirect"),
        ("aarch64", "ret", "return"),
        ("aarch64", "b.ne x", "loop"),
    ],
)
def test_how_a_jump_finds_its_target(isa_name: str, line: str, kind: str) -> None:
    program = asm.parse(f"x:      {line}\n", "t.s", isa_name)
    assert branch_kind(isa.load(isa_name).resolve(program.instructions[0])) == kind
