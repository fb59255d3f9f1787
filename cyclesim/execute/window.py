"""The beginning of an executed run, issue by issue, as pictures show it."""

from __future__ import annotations

from cyclesim.execute.measure import Execution, timings_on
from cyclesim.execute.steps import steps_of
from cyclesim.execute.timing import TraceTimer
from cyclesim.issue.body import Body, Operation
from cyclesim.issue.schedule import Schedule
from cyclesim.issue.steady import run_once
from cyclesim.issue.window import MOST_STEPS, Extent, Window, record_window
from cyclesim.machine.timing import Core
from cyclesim.record import NamedTuple


class RunWindow(NamedTuple):
    """The first `executed` instructions of the first call on a core, in the order of their execution and from an empty
    pipeline. `body` has an operation for each, `instructions` is how many the call has."""

    core: Core
    body: Body
    window: Window
    executed: int
    instructions: int


def record_run(execution: Execution, core: Core, most: int = MOST_STEPS) -> RunWindow:
    """Record the first call. Raises UntimedInstruction and CoreError."""
    timings, numbers = timings_on(execution, core), execution.numbers
    timer = TraceTimer(core, execution.resolved, timings, numbers.positions, core.branches.redirects)
    trace = execution.traces[0]
    positions, operations = list[int](), list[Operation]()
    for step in steps_of(trace, numbers, timer, core.memory):
        places, found = timer.executed(step)
        positions += places
        operations += found
        if len(positions) >= most:
            break
    positions = positions[:most]
    body = timer.body._replace(
        operations=tuple(operations[:most]),
        resolved=tuple(execution.resolved[position] for position in positions),
        timings=tuple(timings[position] for position in positions),
    )
    once = Schedule(False, run_once(body)[1], 0, 1, {})
    window = record_window(body, once, Extent(0, 1))
    return RunWindow(core, body, window, len(positions), trace.instructions)
