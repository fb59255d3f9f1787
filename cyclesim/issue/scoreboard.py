"""All state of the in-order engine, and its relative key: two equal keys have equal futures."""

from __future__ import annotations

from cyclesim.issue.body import Body

LONG_AGO = -(1 << 40)
"""When everything became ready that is ready from the start."""


class Scoreboard:
    """What the next instruction must wait for. Units: ticks; times are absolute.

    `cycle` is when the current issue group issued, `members` how many it has, `refused` and `clash` the masks of
    operations that may not join it, by rule and for want of a unit. `blocked_until` and `fetch_from` close issue.
    `ready[location]` is when a result is usable. `free[unit]` is when an exclusive unit falls free (the last entry
    stands for none); `pools[unit]` holds the same for each instance of a shared unit, earliest first. `group` lists
    the members of the issue group; only `place` keeps it.
    """

    __slots__ = (
        "blocked_until",
        "body",
        "clash",
        "cycle",
        "fetch_from",
        "free",
        "group",
        "members",
        "pools",
        "ready",
        "refused",
    )

    def __init__(self, body: Body) -> None:
        self.body = body
        self.cycle = 0
        self.members = 0
        self.refused = 0
        self.clash = 0
        self.group: tuple[int, ...] = ()
        self.blocked_until = 0
        self.fetch_from = 0
        self.ready = [LONG_AGO] * len(body.locations)
        self.free = [0] * (len(body.unit_counts) + 1)
        self.pools = [[0] * count for count in body.unit_counts]

    def key(self) -> tuple[object, ...]:
        """The state relative to `cycle`; what can't matter any more is clamped away, so that states recur."""
        now, floor = self.cycle, min(0, self.body.need_floor)
        return (
            self.members,
            self.refused,
            self.clash,
            max(self.blocked_until - now, 0),
            max(self.fetch_from - now, 0),
            tuple([when - now if when - now > floor else floor for when in self.ready]),
            tuple([when - now if when > now else 0 for when in self.free]),
            tuple([when - now if when > now else 0 for pool in self.pools for when in pool]),
        )

    def place(self, index: int, tick: int) -> int:
        """Record that operation `index` issues at `tick`; returns its position in its issue group, from 0."""
        operation = self.body.operations[index]
        if self.members and tick == self.cycle:
            self.members += 1
            self.refused |= operation.refuses
            self.clash |= operation.clashes
            self.group += (index,)
        else:
            self.cycle, self.members, self.group = tick, 1, (index,)
            self.refused, self.clash = operation.refuses, operation.clashes
        self.free[operation.unit] = tick + operation.held
        for unit, held in operation.shared:
            pool = self.pools[unit]
            pool[: held + 1] = [tick + operation.cycles] * (held + 1)
            pool.sort()
        for location, latency in operation.results:
            self.ready[location] = tick + latency
        if operation.blocks:
            self.blocked_until = tick + operation.blocks
        if operation.ends_group:
            self.fetch_from = tick + self.body.ticks_per_cycle + self.body.taken_bubble + operation.ends_group - 1
        return self.members - 1
