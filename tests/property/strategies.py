"""Random machines and bodies for property tests: small enough to shrink well, rich enough to meet every rule."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from cyclesim.ir import Resolved
from cyclesim.machine.timing import Core, Timing
from tests.unit.issue.build import core, instruction, refusal, timing

REGISTERS = [f"s{n}" for n in range(6)]
PAIR_NAMES = ["q", "d", "load", "alu"]


@st.composite
def cores(draw: st.DrawFn) -> Core:
    refusals = draw(st.lists(st.builds(refusal, st.sampled_from(PAIR_NAMES), st.sampled_from(PAIR_NAMES)), max_size=3))
    return core(
        {"neon": draw(st.integers(1, 3)), "load-store": 1, "alu": draw(st.integers(1, 2))},
        width=draw(st.integers(1, 3)),
        refusals=refusals,
        bubble=draw(st.integers(0, 2)),
        store_to_load=draw(st.sampled_from([None, Fraction(2), Fraction(7, 2)])),
    )


@st.composite
def timings(draw: st.DrawFn, machine: Core) -> Timing:
    unit = draw(st.sampled_from(sorted(machine.units)))
    accumulate = draw(st.sampled_from([None, None, 1, 2]))
    return timing(
        {unit: draw(st.integers(1, machine.units[unit]))},
        latency=draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(4), Fraction(9), Fraction(5, 2)])),
        cycles=draw(
            st.sampled_from([Fraction(1), Fraction(1), Fraction(1), Fraction(2), Fraction(11, 5), Fraction(7)])
        ),
        slots=draw(st.sampled_from(["either", "either", "older", "younger", "alone"])),
        blocks=draw(st.integers(0, 7)) == 0,
        accumulate=accumulate,
        forward="" if accumulate is None else draw(st.sampled_from(["one", "two"])),
        pairs_as=draw(st.sampled_from(PAIR_NAMES)),
        needs=draw(st.sampled_from([{}, {}, {"source": 1}, {"source": -1}, {"accumulator": 2}])),
    )


@st.composite
def instructions(draw: st.DrawFn) -> Resolved:
    register = st.sampled_from(REGISTERS)
    shape = draw(st.integers(0, 9))
    if shape == 0:
        return instruction(store=(draw(st.sampled_from(["r0", "r1"])), 4 * draw(st.integers(0, 2))))
    if shape == 1:
        return instruction(
            writes=draw(register), load=(draw(st.sampled_from(["r0", "r1"])), 4 * draw(st.integers(0, 2)))
        )
    if shape == 2:
        return instruction(writes="r0", reads="r0")
    if shape == 3:
        return instruction(accumulator=draw(register), reads=draw(register))
    if shape == 4:
        return instruction(flags_written=True, reads=draw(register))
    if shape == 5:
        return instruction(flags_read=True, branch=draw(st.sampled_from(["", "taken"])))
    return instruction(reads=" ".join(draw(st.lists(register, max_size=2))), writes=draw(register))


@st.composite
def programs(draw: st.DrawFn, size: int = 10) -> tuple[Core, list[tuple[Resolved, Timing]]]:
    machine = draw(cores())
    pairs = draw(st.lists(st.tuples(instructions(), timings(machine)), min_size=1, max_size=size))
    return machine, pairs
