"""What is resident on a core: warps, their work-groups, and the engines that they issue on. Time is in ticks."""

from __future__ import annotations

REASONS = 4
NOT_SELECTED, NO_READY_WARP, CLAUSE_WAIT, UNIT = range(REASONS)


class Warp:
    """A resident warp: where it stands, how often each loop has turned, when its slots are clear and through what."""

    __slots__ = ("clear", "counts", "group", "number", "place", "reason", "unit")

    def __init__(self, number: int, group: Group, loops: int) -> None:
        self.number = number
        self.group = group
        self.place = 0
        self.counts = [0] * loops
        self.clear: dict[int, tuple[int, str, int]] = {}
        self.reason = NO_READY_WARP
        self.unit = ""


class Group:
    """A resident work-group: warps that are not finished, and those that have come to a barrier."""

    __slots__ = ("arrived", "left", "number", "size")

    def __init__(self, number: int, size: int) -> None:
        self.number = number
        self.size = size
        self.left = size
        self.arrived: list[tuple[Warp, int]] = []


Totals = list[int]
"""Ticks by step and reason."""
Seen = tuple[int, int, list[Totals]]
"""When a state was seen, the rounds or groups until then, and the totals of the engines."""


class Engine:
    """An execution engine: free from `free` on; ready warps by the time since when they are."""

    __slots__ = ("free", "last", "number", "queue", "seen", "spent", "warps")

    def __init__(self, number: int, steps: int) -> None:
        self.number = number
        self.free = 0
        self.last = -1
        self.queue: list[tuple[int, int, Warp]] = []
        self.warps: list[Warp] = []
        self.spent: Totals = [0] * (steps * REASONS)
        self.seen: dict[int, dict[tuple[object, ...], Seen]] = {}

    def move(self, ticks: int) -> None:
        """Everything that is to come on this engine comes so many ticks later."""
        self.free += ticks
        self.queue = [(ready + ticks, order, warp) for ready, order, warp in self.queue]
        for warp in self.warps:
            warp.clear = {slot: (at + ticks, unit, served + ticks) for slot, (at, unit, served) in warp.clear.items()}


def engine_state(engine: Engine, now: int, loop: int, base: int, group: int) -> tuple[object, ...]:
    """Everything of an engine that the future depends on, relative to now, to a round of a loop and to a group."""
    return (
        max(0, engine.free - now),
        tuple(
            (
                max(0, ready - now),
                warp.place,
                tuple(count - base if at == loop else count for at, count in enumerate(warp.counts)),
                warp.group.number - group,
                tuple((slot, max(0, at - now), max(0, did - now)) for slot, (at, _, did) in sorted(warp.clear.items())),
            )
            for ready, _, warp in sorted(engine.queue, key=_by_order)
        ),
    )


def _by_order(entry: tuple[int, int, Warp]) -> tuple[int, int]:
    return entry[0], entry[1]
