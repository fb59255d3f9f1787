"""The in-order engine: event-driven, no cycle loop. The rules of `rules.RULES`, fused for speed.

Measured on a 60-instruction body the fused loop issues three to four times as many instructions per second as one
call per rule; `tests/property` holds both equal for every operation and reason.
"""

from __future__ import annotations

from typing import NamedTuple

from cyclesim.issue.body import KIND_CODES, Body
from cyclesim.issue.scoreboard import Scoreboard

ORDER = KIND_CODES["order"]
START = KIND_CODES["start"]
UNIT = KIND_CODES["unit"]
BLOCKED = KIND_CODES["blocked"]
BRANCH = KIND_CODES["branch"]
ACCUMULATE = KIND_CODES["accumulate"]
WRITE_ORDER = KIND_CODES["write-order"]
NO_CO_ISSUE = KIND_CODES["no-co-issue"]
SLOT = KIND_CODES["slot"]


class Pass(NamedTuple):
    """One pass over the body. Units: ticks. `slots`: position in the issue group; `kinds`: reason codes."""

    ticks: tuple[int, ...]
    slots: tuple[int, ...]
    kinds: tuple[int, ...]


def run(body: Body, board: Scoreboard) -> Pass:
    """Issue the body once, continuing from the state of `board`, which is updated."""
    width, one_cycle, bubble, refusals = body.core.issue_width, body.ticks_per_cycle, body.taken_bubble, body.refusals
    ready, accumulate_ready, accumulate_group = board.ready, board.accumulate_ready, board.accumulate_group
    pools, cycle, members, leads, pairs = board.pools, board.cycle, board.members, board.leads, board.pairs
    blocked_until, fetch_from = board.blocked_until, board.fetch_from
    ticks, slots, kinds = [], [], []
    for reads, accumulates, writes, units, busy, follows, lead, pair, blocks, ends_group in body.operations:
        tick = cycle
        kind = ORDER if members else START
        for unit, count in units:
            when = pools[unit][count - 1]
            if when > tick:
                tick, kind = when, UNIT
        if blocked_until > tick:
            tick, kind = blocked_until, BLOCKED
        if fetch_from > tick:
            tick, kind = fetch_from, BRANCH
        for location, need, reason in reads:
            when = ready[location] - need
            if when > tick:
                tick, kind = when, reason
        for location, need, group in accumulates:
            when = (accumulate_ready if group and accumulate_group[location] == group else ready)[location] - need
            if when > tick:
                tick, kind = when, ACCUMULATE
        for location, latency, _, _ in writes:
            when = ready[location] - latency
            if when > tick:
                tick, kind = when, WRITE_ORDER
        if members and tick < cycle + one_cycle:
            if members >= width:
                tick, kind = cycle + one_cycle, SLOT
            elif not (leads and follows) or any([refusals[older][pair] for older in pairs]):
                tick, kind = cycle + one_cycle, NO_CO_ISSUE
            elif tick > cycle:
                tick, kind = cycle + one_cycle, SLOT
        if members and tick == cycle:
            members += 1
            pairs += (pair,)
        else:
            cycle, members, pairs = tick, 1, (pair,)
        leads = lead
        until = tick + busy
        for unit, count in units:
            pool = pools[unit]
            if len(pool) == count:
                pool[:] = [until] * count
            else:
                pool[:count] = [until] * count
                pool.sort()
        for location, latency, accumulate, group in writes:
            ready[location] = tick + latency
            accumulate_ready[location] = tick + accumulate
            accumulate_group[location] = group
        if blocks:
            blocked_until = tick + blocks
        if ends_group:
            fetch_from = tick + one_cycle + bubble
        ticks.append(tick)
        slots.append(members - 1)
        kinds.append(kind)
    board.cycle, board.members, board.leads, board.pairs = cycle, members, leads, pairs
    board.blocked_until, board.fetch_from = blocked_until, fetch_from
    return Pass(tuple(ticks), tuple(slots), tuple(kinds))
