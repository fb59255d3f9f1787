"""A window of a schedule in full: every issue with its reason, its operands' producers, the units it holds, its slack.

The fast engine says when and by which rule; that rule is asked for its culprit, and only for what the window shows.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.issue import rules
from cyclesim.issue.body import KIND_CODES, Body
from cyclesim.issue.inorder import Pass, run
from cyclesim.issue.notbefore import KINDS, NotBefore
from cyclesim.issue.replay import Replay
from cyclesim.issue.schedule import Schedule
from cyclesim.issue.scoreboard import Scoreboard
from cyclesim.machine.timing import Timing
from cyclesim.record import NamedTuple

MOST_STEPS = 100_000
"""Issues that one window records; what is beyond is counted in `Window.left_out`."""

FEW_STEPS = 24
"""A steady-state window of a short loop shows as many periods as make up at least so many issues."""


class Extent(NamedTuple):
    """Which part of a schedule: `iterations` from number `first` (from 0), and of these the ticks `start` (from
    the first issue) up to `end`, None for all."""

    first: int
    iterations: int
    start: int = 0
    end: int | None = None


class Supply(NamedTuple):
    """A value that a step reads: who wrote it (position and iteration), which cells, and from which tick it can be used
    as this step uses it."""

    producer: int
    born: int
    cells: tuple[str, ...]
    kind: str
    tick: int


class Held(NamedTuple):
    """An instance of a unit, taken from `start` to `end`. Units: ticks."""

    unit: str
    instance: int
    start: int
    end: int


class Step(NamedTuple):
    """The issue of the instruction at `position` in `iteration`. Units: ticks from the start of the window.

    `waited`: since the issue of the instruction in front. `busy`: end of its issue cycles. `ready`: when its result can
    be a source, None without a result or with an unknown latency. `slack` as in `replay.Issued`.
    """

    position: int
    iteration: int
    tick: int
    slot: int
    waited: int
    binding: NotBefore
    slack: int | None
    busy: int
    ready: int | None
    supplies: tuple[Supply, ...]
    held: tuple[Held, ...]


class Window(NamedTuple):
    """`steps` in program order. `starts`: (iteration, tick of its first issue). `end`: tick of the next iteration, or
    the end of straight-line code. `left_out`: issues of the iterations that are not among the steps."""

    steps: tuple[Step, ...]
    starts: tuple[tuple[int, int], ...]
    end: int
    left_out: int


def steady_extent(body: Body, schedule: Schedule) -> Extent:
    """The steady state: whole periods from the second iteration on at the earliest; all of straight-line code."""
    if not schedule.loop:
        return Extent(0, 1)
    period = max(schedule.period, 1)
    repeats = max(1, -(-FEW_STEPS // max(period * len(body.operations), 1)))
    return Extent(max(schedule.transient, 1), period * repeats)


def record_window(body: Body, schedule: Schedule, extent: Extent) -> Window:
    """Record `extent` of the schedule of `body`."""
    if not body.operations:
        return Window((), (), 0, 0)
    board, last = Scoreboard(body), extent.first + extent.iterations
    passes = [run(body, board) for _ in range(last + 1 if schedule.loop else 1)]
    recorder = _Recorder(body, passes[extent.first].ticks[0], extent)
    for one in passes:
        recorder.walk(one)
    origin = recorder.first_tick
    starts = tuple((number, passes[number].ticks[0] - origin) for number in range(extent.first, last))
    end = passes[last].ticks[0] - origin if schedule.loop else int(schedule.cycles * body.ticks_per_cycle)
    steps = recorder.finished()
    left_out = len(body.operations) * extent.iterations - len(steps)
    return Window(steps, starts, end if extent.end is None else min(end, extent.end), left_out)


class _Recorder(Replay):
    """A replay that is told times and kinds of reasons, and asks the one rule that decided for its culprit."""

    def __init__(self, body: Body, first_tick: int, extent: Extent) -> None:
        super().__init__(body)
        self.origin = self.first_tick = first_tick
        self.extent = extent
        self.free = {unit: [0] * count for unit, count in body.core.units.items()}
        self.lengths = _all_lengths(body)
        self._rows: list[tuple[int, int, int, int, int, NotBefore, tuple[Supply, ...], tuple[Held, ...]]] = []

    def walk(self, issued: Pass) -> None:
        """One iteration, issued so. Before the window only the state moves on."""
        inside, over = self.iteration >= self.extent.first, self.iteration >= self.extent.first + self.extent.iterations
        operations, board = self.body.operations, self.board
        for position, (tick, code) in enumerate(zip(*issued, strict=True)):
            before = board.cycle
            if inside:
                self.spare(position, tick)
            if inside and self._wanted(tick - self.first_tick):
                answer = DECIDED_BY[KINDS[code]](operations[position], board)
                # A time inside the current cycle moves to the next one, as the issue group is closed.
                binding = self.named(answer if answer.tick == tick else NotBefore(tick, KINDS[code]))
                supplies = self._supplies(position)
                slot, held = board.place(position, tick), self._hold(position, tick)
                at = tick - self.first_tick
                self._rows.append((position, self.iteration, at, slot, tick - before, binding, supplies, held))
            else:
                board.place(position, tick)
                if not over:
                    self._hold(position, tick)
            self.remember(position)
        self.iteration += 1

    def finished(self) -> tuple[Step, ...]:
        """The steps of the window, once all iterations are walked."""
        steps = []
        for position, iteration, at, slot, waited, binding, supplies, held in self._rows:
            busy, ready = self.lengths[position]
            done, slack = None if ready is None else at + ready, self.slacks.get((position, iteration))
            steps.append(Step(position, iteration, at, slot, waited, binding, slack, at + busy, done, supplies, held))
        return tuple(steps)

    def _wanted(self, at: int) -> bool:
        extent = self.extent
        if self.iteration >= extent.first + extent.iterations or len(self._rows) >= MOST_STEPS:
            return False
        return at >= extent.start and (extent.end is None or at < extent.end)

    def _supplies(self, position: int) -> tuple[Supply, ...]:
        operation, names, ready = self.body.operations[position], self.body.locations, self.board.ready
        reads = [(location, 0, OPERAND) for location in operation.operands]
        found: dict[tuple[tuple[int, int], int], tuple[list[str], int]] = {}
        for location, need, code in (*reads, *operation.others):
            writer = self.writers.get(location)
            if writer is None or code == WRITE_ORDER:
                continue
            tick = ready[location] - need
            cells, latest = found.get((writer, code), ([], tick))
            cells.append(names[location])
            found[writer, code] = cells, max(latest, tick)
        return tuple(
            [
                Supply(producer, born, tuple(cells), KINDS[code], tick - self.first_tick)
                for ((producer, born), code), (cells, tick) in found.items()
            ]
        )

    def _hold(self, position: int, tick: int) -> tuple[Held, ...]:
        """Give the operation instances of its units: the first ones that are free."""
        held, start, end = [], tick - self.first_tick, tick + self.lengths[position][0]
        for unit, count in self.body.timings[position].uses:
            free = self.free[unit]
            chosen = [number for number, until in enumerate(free) if until <= tick][:count]
            if len(chosen) < count:
                chosen = sorted(range(len(free)), key=free.__getitem__)[:count]
            for instance in chosen:
                free[instance] = end
                held.append(Held(unit, instance, start, end - self.first_tick))
        return tuple(held)


DECIDED_BY: Mapping[str, rules.Rule] = {
    "start": rules.program_order,
    "order": rules.program_order,
    "unit": rules.unit_free,
    "blocked": rules.issue_open,
    "branch": rules.branch_taken,
    "operand": rules.operands_ready,
    "flag": rules.operands_ready,
    "memory": rules.operands_ready,
    "accumulate": rules.accumulator_ready,
    "write-order": rules.writes_in_order,
    "no-co-issue": rules.co_issue,
    "slot": rules.slot_free,
}
OPERAND = KIND_CODES["operand"]
WRITE_ORDER = KIND_CODES["write-order"]


def _all_lengths(body: Body) -> list[tuple[int, int | None]]:
    """(issue cycles, latency) of every instruction in ticks; alike ones are worked out once."""
    known: dict[tuple[int, tuple[str, ...]], tuple[int, int | None]] = {}
    lengths = []
    for timing, one in zip(body.timings, body.resolved, strict=True):
        key = (id(timing), tuple([write.role for write in one.writes]))
        if key not in known:
            known[key] = _lengths(timing, set(key[1]), body.ticks_per_cycle)
        lengths.append(known[key])
    return lengths


def _lengths(timing: Timing, roles: set[str], per_cycle: int) -> tuple[int, int | None]:
    """(issue cycles, latency) of an instruction in ticks; a result of unknown latency counts as none."""
    busy = int(timing.cycles * per_cycle)
    if "result" in roles:
        return busy, None if timing.latency is None else int(timing.latency * per_cycle)
    latencies = [{"flags": timing.flags, "base": timing.base}[role] for role in roles]
    return busy, int(max(latencies) * per_cycle) if latencies else None
