"""Machine variants in arrays give what the engine gives, one by one."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim import depgraph
from cyclesim.issue.body import build_body
from cyclesim.issue.schedule import schedule
from cyclesim.machine.timing import Core, Timing
from cyclesim.sweep.batch import Program, cycles_once, fits, shape_of, steady_cycles
from cyclesim.sweep.variants import Variant
from tests.property.strategies import programs

LATENCIES = st.sampled_from([Fraction(1), Fraction(2), Fraction(4), Fraction(9), Fraction(5, 2), Fraction(7, 3)])
CYCLES = st.sampled_from([Fraction(1), Fraction(2), Fraction(11, 5), Fraction(1, 2), Fraction(7), Fraction(5, 4)])


@st.composite
def variations(draw: st.DrawFn, timing: Timing) -> Timing:
    """The same timing with other numbers."""
    return timing._replace(
        latency=None if timing.latency is None else draw(LATENCIES),
        accumulate=None if timing.accumulate is None else draw(LATENCIES),
        cycles=draw(CYCLES),
        base=draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(3)])),
        needs={role: draw(st.sampled_from([Fraction(-1), Fraction(1), Fraction(3, 2)])) for role in timing.needs},
    )


@st.composite
def variants(draw: st.DrawFn, machine: Core, timings: list[Timing], number: int) -> Variant:
    """A point: everything that may vary drawn anew, never fewer units than an instruction holds."""
    held = {
        unit: max([count for one in timings for name, count in one.uses if name == unit], default=1)
        for unit in machine.units
    }
    wait = machine.memory.store_to_load
    return Variant(
        number,
        tuple(draw(variations(one)) for one in timings),
        draw(st.integers(1, 4)),
        tuple(draw(st.integers(held[unit], held[unit] + 2)) for unit in machine.units),
        frozenset(draw(st.sets(st.sampled_from([one.name for one in machine.refusals]))) if machine.refusals else ()),
        Fraction(draw(st.integers(0, 2)), draw(st.sampled_from([1, 2]))),
        None if wait is None else draw(st.sampled_from([Fraction(1), Fraction(4), Fraction(9, 2)])),
    )


@st.composite
def sweeps(draw: st.DrawFn) -> tuple[Core, list[depgraph.Resolved], list[Variant]]:
    machine, pairs = draw(programs())
    timings = [timing for _, timing in pairs]
    count = draw(st.integers(1, 5))
    return machine, [one for one, _ in pairs], [draw(variants(machine, timings, number)) for number in range(count)]


def core_of(machine: Core, variant: Variant) -> Core:
    return machine._replace(
        issue_width=variant.width,
        units=dict(zip(machine.units, variant.units, strict=True)),
        refusals=tuple(one for one in machine.refusals if one.name not in variant.removed),
        branches=machine.branches._replace(taken_bubble=variant.bubble),
        memory=machine.memory._replace(store_to_load=variant.store_to_load),
    )


@settings(max_examples=120, deadline=None)
@given(sweeps(), st.booleans())
def test_arrays_are_the_engine(sweep: tuple[Core, list[depgraph.Resolved], list[Variant]], loop: bool):
    machine, instructions, points = sweep
    graph = depgraph.build(instructions, loop)
    taken = [index for index, one in enumerate(instructions) if one.features.get("branch")]
    groups: dict[object, list[Variant]] = {}
    for point in points:
        groups.setdefault(shape_of(point), []).append(point)
    for group in groups.values():
        assert fits(group)
        numbers = range(len(instructions))
        program = Program(instructions, numbers, graph, taken, group, tuple(machine.units), machine.refusals)
        found = steady_cycles(program) if loop else cycles_once(program)
        for point, cycles in zip(group, found, strict=True):
            body = build_body(core_of(machine, point), instructions, point.timings, graph.edges, taken)
            expected = schedule(body, loop)
            assert cycles == expected.cycles or (cycles is None and loop)
