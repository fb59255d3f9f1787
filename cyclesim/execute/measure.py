"""One function executed and timed: the path of `cyclesim run` and `cyclesim validate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim import machine
from cyclesim.errors import CyclesimError, ManyErrors, UsageError
from cyclesim.execute.calls import Argument
from cyclesim.execute.run import INSTRUCTION_LIMIT, Observer, Trace
from cyclesim.execute.session import Session
from cyclesim.execute.steps import BlockNumbers, steps_of
from cyclesim.execute.timing import TraceTimer
from cyclesim.ir import Resolved
from cyclesim.isa.instruction_set import InstructionSet
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

REPEATS = 2
"""A call is timed as the second of two in a row: what the first one leaves in the pipeline overlaps with it."""


class Execution(NamedTuple):
    """What was executed. `traces`: one per call; `resolved[p]` is the instruction at position p of those executed, and
    `numbers.indices[p]` its index in the image."""

    session: Session
    traces: tuple[Trace, ...]
    numbers: BlockNumbers
    resolved: tuple[Resolved, ...]

    @property
    def instructions(self) -> float:
        """Dynamic instructions of a call, the mean over all calls."""
        return sum(trace.instructions for trace in self.traces) / len(self.traces)


class Line(NamedTuple):
    """One instruction of a run. `count`: executions of a call on average; `cycles`: waited in front of it, per call;
    `reasons` those cycles by reason."""

    resolved: Resolved
    count: float  # type: ignore[assignment]
    cycles: Cycles
    reasons: Mapping[str, Cycles]


class RunTiming(NamedTuple):
    """Cycles of a call on one core, the mean over all calls. `stalls`: reason to cycles, which add up to `cycles`.
    `evidence`: status of the timing rows to number of executed instructions of all calls."""

    core: Core
    cycles: Cycles
    stalls: Mapping[str, Cycles]
    lines: tuple[Line, ...]
    evidence: Mapping[str, int]


def execute(
    session: Session,
    instruction_set: InstructionSet,
    calls: Sequence[Sequence[Argument]],
    limit: int = INSTRUCTION_LIMIT,
    observe: Observer | None = None,
) -> Execution:
    """Make every call, each with fresh buffers. Raises ExecutionError."""
    traces = []
    for call in calls:
        session.reset()
        traces.append(session.call(call, limit, observe))
    numbers = BlockNumbers(traces[0].blocks if traces else {})
    placed = session.machine.image.placed
    resolved = tuple(instruction_set.resolve(placed[index].instruction) for index in numbers.indices)
    return Execution(session, tuple(traces), numbers, resolved)


def time_on(execution: Execution, core: Core, hierarchy: bool = False) -> RunTiming:
    """Time all calls on a core. `hierarchy`: accesses are served by the levels that the core file states, not all by
    the first one. Raises UntimedInstruction (all of them together), CoreError, and UsageError for a core without
    levels."""
    if hierarchy and not core.memory.levels:
        raise UsageError(f"{core.name} states no caches", hint="`caches:` in a core file, docs/reference/core-files.md")
    timings = timings_on(execution, core)
    timer = TraceTimer(core, execution.resolved, timings, execution.numbers.positions, core.branches.redirects)
    timed = [
        timer.time(steps_of(trace, execution.numbers, timer, core.memory, hierarchy), REPEATS)
        for trace in execution.traces
    ]
    calls = len(timed)
    waits: dict[int, dict[str, Cycles]] = {}
    counts: dict[int, int] = {}
    for one in timed:
        for (place, reason), cycles in one.by_instruction.items():
            reasons = waits.setdefault(place, {})
            reasons[reason] = reasons.get(reason, Cycles(0)) + cycles / calls
        for place, count in one.counts.items():
            counts[place] = counts.get(place, 0) + count
    lines = tuple(
        Line(one, counts.get(place, 0) / calls, sum(waits.get(place, {}).values(), Cycles(0)), waits.get(place, {}))
        for place, one in enumerate(execution.resolved)
    )
    evidence: dict[str, int] = {}
    for place, timing in enumerate(timings):
        evidence[timing.status] = evidence.get(timing.status, 0) + counts.get(place, 0)
    return RunTiming(core, sum((one.cycles for one in timed), Cycles(0)) / calls, _stalls(lines), lines, evidence)


def timings_on(execution: Execution, core: Core) -> list[Timing]:
    """The timing of every executed instruction. Raises UntimedInstruction (all of them together) and CoreError."""
    machine.require_isa(core, execution.session.machine.image.isa)
    timings, errors = [], []
    for one in execution.resolved:
        try:
            timings.append(machine.timing_of(core, one))
        except CyclesimError as error:
            error.span = error.span or one.instruction.span
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return timings


def _stalls(lines: Sequence[Line]) -> dict[str, Cycles]:
    stalls: dict[str, Cycles] = {}
    for line in lines:
        for reason, cycles in line.reasons.items():
            stalls[reason] = stalls.get(reason, Cycles(0)) + cycles
    return dict(sorted(stalls.items(), key=lambda item: -item[1]))
