"""Which machine parameter, changed by one step, would help a region most, and which instruction's removal would.

Every step is tried on the engine: one parameter, everything else as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from cyclesim import depgraph
from cyclesim.analysis import Analysis
from cyclesim.bounds import find_bounds
from cyclesim.issue.body import build_body
from cyclesim.issue.schedule import schedule
from cyclesim.machine.changes import LOAD_WIDTHS, VECTOR_LOADS, Evidence, Setting, changed, load_bits
from cyclesim.machine.rows import Rows, timing_of
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, decimal_text


class Effect(NamedTuple):
    """One step and what it does. Units: cycles per iteration.

    `parameter` and `subject` name what changes (`latency` of `vmlal.u16`), `before` and `after` say from what to what.
    `gain`: how much faster the schedule becomes, 0.31 for 31 %; `bound_gain` likewise. `place`: index of the
    instruction that is removed, -1 for a step of the machine.
    """

    parameter: str
    subject: str
    before: str
    after: str
    cycles: Cycles
    bound: Cycles
    gain: Cycles
    bound_gain: Cycles
    place: int = -1


class Sensitivity(NamedTuple):
    """Effects, the largest gain first. `analysis`: the region as it is."""

    analysis: Analysis
    steps: tuple[Effect, ...]
    removals: tuple[Effect, ...]


class _Step(NamedTuple):
    parameter: str
    subject: str
    before: str
    after: str
    core: Core
    timings: tuple[Timing, ...]


def find_sensitivity(analysis: Analysis) -> Sensitivity:
    """Try every step of the core and the removal of every instruction on one region."""
    count = len(analysis.body.operations)
    steps = [_effect(analysis, step) for step in _steps(analysis)] if count else []
    removals = [_without(analysis, index) for index in range(count)] if count > 1 else []
    return Sensitivity(analysis, _ranked(steps), _ranked(removals))


def _ranked(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    return tuple(sorted(effects, key=lambda one: (-one.gain, -one.bound_gain)))


def _gain(before: Cycles, after: Cycles) -> Cycles:
    return before / after - 1 if after else Cycles(0)


def _effect(analysis: Analysis, step: _Step) -> Effect:
    body = build_body(step.core, analysis.body.resolved, step.timings, analysis.graph.edges, _taken(analysis))
    cycles = schedule(body, analysis.region.loop).cycles
    bound = find_bounds(body, analysis.graph, analysis.region.loop).binding.cycles
    return Effect(
        step.parameter,
        step.subject,
        step.before,
        step.after,
        cycles,
        bound,
        _gain(analysis.schedule.cycles, cycles),
        _gain(analysis.bounds.binding.cycles, bound),
    )


def _taken(analysis: Analysis) -> list[int]:
    return [index for index, operation in enumerate(analysis.body.operations) if operation.ends_group]


def _without(analysis: Analysis, index: int) -> Effect:
    """The region without one instruction: whoever read its result reads what was there before."""
    resolved = [one for number, one in enumerate(analysis.body.resolved) if number != index]
    timings = [one for number, one in enumerate(analysis.body.timings) if number != index]
    taken = [number - (number > index) for number in _taken(analysis) if number != index]
    graph = depgraph.build(resolved, analysis.region.loop)
    body = build_body(analysis.core, resolved, timings, graph.edges, taken)
    cycles = schedule(body, analysis.region.loop).cycles
    bound = find_bounds(body, graph, analysis.region.loop).binding.cycles
    instruction = analysis.body.resolved[index].instruction
    return Effect(
        "instruction",
        " ".join(instruction.text.split()),
        f"line {instruction.span.root().line}",
        "gone",
        cycles,
        bound,
        _gain(analysis.schedule.cycles, cycles),
        _gain(analysis.bounds.binding.cycles, bound),
        index,
    )


def _steps(analysis: Analysis) -> Iterator[_Step]:
    """Every parameter of the core that this region touches, one step towards faster."""
    yield from _core_steps(analysis)
    timings = analysis.body.timings
    groups: dict[int, list[int]] = {}
    for index, timing in enumerate(timings):
        groups.setdefault(id(timing), []).append(index)
    for indices in groups.values():
        subject = _subject(analysis, indices)
        accumulates = any(read.role == "accumulator" for read in analysis.body.resolved[indices[0]].reads)
        for parameter, before, after, faster in timing_steps(timings[indices[0]], accumulates):
            places = set(indices)
            varied = tuple(faster if place in places else one for place, one in enumerate(timings))
            yield _Step(parameter, subject, before, after, analysis.core, varied)


def _subject(analysis: Analysis, indices: Sequence[int]) -> str:
    """The instructions of one timing, as a reader calls them: `48 x vmlal.u16`; with the line of the first one where
    others of that name have another timing."""
    names = [one.instruction.mnemonic for one in analysis.body.resolved]
    counts: dict[str, int] = {}
    for index in indices:
        counts[names[index]] = counts.get(names[index], 0) + 1
    text = ", ".join(f"{count} x {mnemonic}" for mnemonic, count in counts.items())
    if any(names.count(name) > count for name, count in counts.items()):
        text += f" (line {analysis.body.resolved[indices[0]].instruction.span.root().line})"
    return text


def timing_steps(timing: Timing, accumulates: bool) -> Iterator[tuple[str, str, str, Timing]]:
    """(parameter, before, after, the timing with it) for each key of a row that can be one step faster."""
    yield from _cycle_steps(timing, accumulates)
    for unit, count in timing.uses:
        if count > 1:
            fewer = tuple((one, number - (one == unit)) for one, number in timing.uses)
            yield f"{unit} held", str(count), str(count - 1), timing._replace(uses=fewer)
    if timing.slots != "either":
        yield "slots", timing.slots, "either", timing._replace(slots="either", blocks=False)


def _cycle_steps(timing: Timing, accumulates: bool) -> Iterator[tuple[str, str, str, Timing]]:
    if timing.cycles > 1:
        after = Cycles(math.ceil(timing.cycles) - 1)
        yield "issue cycles", decimal_text(timing.cycles, 3), decimal_text(after, 3), timing._replace(cycles=after)
    if timing.latency is not None and timing.latency > 1:
        after = timing.latency - 1
        yield "latency", decimal_text(timing.latency, 3), decimal_text(after, 3), timing._replace(latency=after)
        if accumulates and timing.accumulate is None:
            early = timing._replace(accumulate=after, forward=f"{timing.class_} alone")
            yield "accumulator latency", decimal_text(timing.latency, 3), decimal_text(after, 3), early
    if timing.accumulate is not None and timing.accumulate > 1:
        after = timing.accumulate - 1
        yield (
            "accumulator latency",
            decimal_text(timing.accumulate, 3),
            decimal_text(after, 3),
            timing._replace(accumulate=after),
        )


def _core_steps(analysis: Analysis) -> Iterator[_Step]:
    core, timings = analysis.core, analysis.body.timings
    width = core.issue_width
    yield _Step("issue width", "core", str(width), str(width + 1), core._replace(issue_width=width + 1), timings)
    used = {unit for timing in timings for unit, _ in timing.uses}
    for unit, count in core.units.items():
        if unit in used:
            more = core._replace(units={**core.units, unit: count + 1})
            yield _Step("unit count", unit, str(count), str(count + 1), more, timings)
    yield from _refusal_steps(analysis)
    yield from _load_step(analysis)
    bubble = core.branches.taken_bubble
    if bubble and _taken(analysis):
        less = core._replace(branches=core.branches._replace(taken_bubble=max(bubble - 1, Cycles(0))))
        yield _Step(
            "taken bubble", "branches", decimal_text(bubble), decimal_text(max(bubble - 1, Cycles(0))), less, timings
        )
    wait = core.memory.store_to_load
    if wait and any(edge.kind == "memory" for edge in analysis.graph.edges):
        sooner = max(wait - 1, Cycles(0))
        memory = core._replace(memory=core.memory._replace(store_to_load=sooner))
        yield _Step("store to load", "memory", decimal_text(wait), decimal_text(sooner), memory, timings)


def _refusal_steps(analysis: Analysis) -> Iterator[_Step]:
    """Refusals that keep two instructions of this region apart."""
    core = analysis.core
    met = {refusal for row in analysis.body.refusals for refusal in row if refusal}
    for number, refusal in enumerate(core.refusals, 1):
        if number in met:
            others = core._replace(refusals=tuple(one for one in core.refusals if one.name != refusal.name))
            yield _Step("co-issue refusal", refusal.name, "there", "gone", others, analysis.body.timings)


def _load_step(analysis: Analysis) -> Iterator[_Step]:
    """The load path of the vector unit, twice as wide."""
    core = analysis.core
    if "simd-ld1" not in core.rows or not any(timing.class_ in VECTOR_LOADS for timing in analysis.body.timings):
        return
    present = load_bits({"timings": core.rows})
    wider = next((width for width in LOAD_WIDTHS if width > present), None)
    if wider is None:
        return
    setting = Setting(("load_width",), wider)
    rows = changed({"timings": dict(core.rows)}, [setting], Evidence("inferred", "sensitivity"))["timings"]
    other = core._replace(rows=Rows(rows))
    timings = tuple(
        timing_of(other, one) if timing.class_ in VECTOR_LOADS else timing
        for one, timing in zip(analysis.body.resolved, analysis.body.timings, strict=True)
    )
    yield _Step("load width", "vector loads", f"{present} bits", f"{wider} bits", other, timings)
