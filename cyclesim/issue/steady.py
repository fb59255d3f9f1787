"""The exact rate of a loop: iterate until the relative state at an iteration boundary recurs."""

from __future__ import annotations

from cyclesim.issue.body import Body
from cyclesim.issue.inorder import Pass, run
from cyclesim.issue.scoreboard import Scoreboard
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

ITERATION_CAP = 10_000
"""A queue that fills at the difference of two rates can take hundreds of iterations to settle; more than this is
answered as not periodic."""


class Steady(NamedTuple):
    """Iterations until the loop repeats itself.

    `passes`: one per simulated iteration. `transient`: how many come before the period, `period`: its length in
    iterations, 0 when no state recurred within the cap. `cycles`: per iteration, exact when `period` is not 0,
    otherwise the mean over the second half of the simulated iterations. `entry_tick`: the issue tick of the last
    instruction before the period.
    """

    passes: tuple[Pass, ...]
    transient: int
    period: int
    cycles: Cycles


def find_steady_state(body: Body, cap: int = ITERATION_CAP) -> Steady:
    """Iterate `body` until a state recurs, at most `cap` times. Units: `Steady.cycles` in cycles per iteration."""
    board = Scoreboard(body)
    seen: dict[tuple[object, ...], int] = {}
    boundaries = []
    passes: list[Pass] = []
    for iteration in range(cap + 1):
        key = board.key()
        boundaries.append(board.cycle)
        if key in seen:
            first = seen[key]
            elapsed = board.cycle - boundaries[first]
            return Steady(
                tuple(passes),
                first,
                iteration - first,
                Cycles(elapsed, body.ticks_per_cycle * (iteration - first)),
            )
        seen[key] = iteration
        if iteration < cap:
            passes.append(run(body, board))
    half = cap // 2
    mean = Cycles(boundaries[-1] - boundaries[half], body.ticks_per_cycle * (cap - half))
    return Steady(tuple(passes), cap, 0, mean)


def run_once(body: Body) -> tuple[Pass, Cycles]:
    """Straight-line code from an empty pipeline: the pass, and the cycles until the issue cycles of all its
    instructions are over (results may still be on their way)."""
    board = Scoreboard(body)
    once = run(body, board)
    if not once.ticks:
        return once, Cycles(0)
    busy = max([*board.free, *[pool[-1] for pool in board.pools]], default=0)
    end = max(board.cycle + body.ticks_per_cycle, board.blocked_until, busy)
    return once, Cycles(end, body.ticks_per_cycle)
