"""All state of the in-order engine, and its relative key: two equal keys have equal futures."""

from __future__ import annotations

from cyclesim.issue.body import Body


class Scoreboard:
    """What the next instruction must wait for. Units: ticks; times are absolute.

    `cycle` is when the current issue group issued, `members` how many it has, `leads` whether its last member may
    be followed, `pairs` the members' numbers in the refusal table. `blocked_until` and `fetch_from` close issue.
    `ready[location]` is when a result is usable by anyone, `accumulate_ready` when by an accumulator of
    `accumulate_group`. `pools[unit]` holds when each of its instances falls free, earliest first.
    """

    __slots__ = (
        "accumulate_group",
        "accumulate_ready",
        "blocked_until",
        "body",
        "cycle",
        "fetch_from",
        "leads",
        "members",
        "pairs",
        "pools",
        "ready",
    )

    def __init__(self, body: Body) -> None:
        self.body = body
        self.cycle = 0
        self.members = 0
        self.leads = True
        self.pairs: tuple[int, ...] = ()
        self.blocked_until = 0
        self.fetch_from = 0
        self.ready = [0] * len(body.locations)
        self.accumulate_ready = [0] * len(body.locations)
        self.accumulate_group = [0] * len(body.locations)
        self.pools = [[0] * count for count in body.unit_counts]

    def key(self) -> tuple[object, ...]:
        """The state relative to `cycle`; what can't matter any more is clamped away, so that states recur."""
        now, floor = self.cycle, min(0, self.body.need_floor)
        accumulate = tuple(
            (group, max(when - now, floor)) if group and ready - now > floor else None
            for when, group, ready in zip(self.accumulate_ready, self.accumulate_group, self.ready, strict=True)
        )
        return (
            self.members,
            self.leads,
            self.pairs,
            max(self.blocked_until - now, 0),
            max(self.fetch_from - now, 0),
            tuple(max(when - now, floor) for when in self.ready),
            accumulate,
            tuple(max(when - now, 0) for pool in self.pools for when in pool),
        )

    def place(self, index: int, tick: int) -> int:
        """Record that operation `index` issues at `tick`; returns its position in its issue group, from 0."""
        operation = self.body.operations[index]
        if self.members and tick == self.cycle:
            self.members += 1
            self.pairs += (operation.pair,)
        else:
            self.cycle, self.members, self.pairs = tick, 1, (operation.pair,)
        self.leads = operation.leads
        for unit, count in operation.units:
            pool = self.pools[unit]
            pool[:count] = [tick + operation.cycles] * count
            pool.sort()
        for location, latency, accumulate, group in operation.writes:
            self.ready[location] = tick + latency
            self.accumulate_ready[location] = tick + accumulate
            self.accumulate_group[location] = group
        if operation.blocks:
            self.blocked_until = tick + operation.blocks
        if operation.ends_group:
            self.fetch_from = tick + self.body.ticks_per_cycle + self.body.taken_bubble
        return self.members - 1
