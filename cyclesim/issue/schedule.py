"""The schedule of a region: what the engine found, as plain values for views and bounds.

Rates and the stall table come from the fast engine; `replay` explains the same window rule by rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.issue.body import Body
from cyclesim.issue.inorder import Pass
from cyclesim.issue.notbefore import KINDS
from cyclesim.issue.steady import ITERATION_CAP, find_steady_state, run_once
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles


class Schedule(NamedTuple):
    """Units: cycles per iteration (a loop) or in all (straight-line code).

    `transient`, `period`: iterations; period 0 means that no state recurred within the cap and `cycles` is a mean;
    straight-line code has transient 0 and period 1. `stalls`: reason to cycles, which add up to `cycles` exactly.
    """

    loop: bool
    cycles: Cycles
    transient: int
    period: int
    stalls: Mapping[str, Cycles]


def schedule(body: Body, loop: bool, cap: int = ITERATION_CAP) -> Schedule:
    """Schedule a region: a loop in steady state, other code once from an empty pipeline."""
    if not body.operations:
        return Schedule(loop, Cycles(0), 0, 1, {})
    if not loop:
        once, cycles = run_once(body)
        stalls = _stalls(body, (once,), 0)
        stalls["end"] = cycles - sum(stalls.values(), Cycles(0))
        return Schedule(False, cycles, 0, 1, _ordered(stalls, 1))
    steady = find_steady_state(body, cap)
    window = steady.passes[steady.transient :] if steady.period else steady.passes[cap // 2 :]
    # An empty pipeline never recurs, so there is always an iteration in front of the window.
    before = steady.passes[-len(window) - 1].ticks[-1]
    return Schedule(
        True, steady.cycles, steady.transient, steady.period, _ordered(_stalls(body, window, before), len(window))
    )


def _stalls(body: Body, window: Sequence[Pass], before: int) -> dict[str, Cycles]:
    """Ticks between neighbours, charged to the reason of the later one."""
    charged: dict[int, int] = {}
    for one in window:
        for tick, kind in zip(one.ticks, one.kinds, strict=True):
            charged[kind] = charged.get(kind, 0) + tick - before
            before = tick
    return {KINDS[kind]: Cycles(ticks, body.ticks_per_cycle) for kind, ticks in charged.items() if ticks}


def _ordered(stalls: Mapping[str, Cycles], iterations: int) -> dict[str, Cycles]:
    ranked = sorted(stalls.items(), key=lambda item: (-item[1], KINDS.index(item[0])))
    return {kind: cycles / iterations for kind, cycles in ranked if cycles}
