"""Why each instruction of a schedule issues when it does: the window again, rule by rule, with every answer kept."""

from __future__ import annotations

from cyclesim.issue.body import Body
from cyclesim.issue.notbefore import KINDS, NotBefore
from cyclesim.issue.rules import ask
from cyclesim.issue.scoreboard import Scoreboard
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles


class Issued(NamedTuple):
    """The instruction at `position` of the region, in the window that is shown. Units: cycles from its start.

    `waited`: cycles between the issue of the instruction in front and this one. `binding`: the reason; `answers`: all
    rules' answers, ticks relative to the window. `slack`: by how many cycles its result could be later without any
    reader waiting for it, None when nothing in the window reads it.
    """

    position: int
    iteration: int
    cycle: Cycles
    slot: int
    waited: Cycles
    binding: NotBefore
    answers: tuple[NotBefore, ...]
    slack: Cycles | None


def explain_schedule(body: Body, loop: bool, transient: int, period: int) -> tuple[Issued, ...]:
    """Every instruction of one period (or of the straight-line code) with every rule's answer.

    The window starts with the issue of its first instruction.
    """
    replay = Replay(body)
    first = max(transient, 1) if loop else 0
    while replay.iteration < first:
        replay.iterate(record=False)
    issued = [replay.iterate(record=True) for _ in range(max(period, 1))]
    if loop:
        # Readers of the last iteration's results issue in the next one.
        replay.iterate(record=False)
    rows = [row for iteration in issued for row in iteration]
    return tuple(row._replace(slack=replay.slack_of(row)) for row in rows)


class Replay:
    """Rules one by one, with the writer of every location remembered."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.board = Scoreboard(body)
        self.iteration = 0
        self.writers: dict[int, tuple[int, int]] = {}
        self.holders: dict[int, tuple[int, int]] = {}
        self.blocker = (-1, 0)
        self.slacks: dict[tuple[int, int], int] = {}
        self.origin: int | None = None

    def iterate(self, record: bool) -> tuple[Issued, ...]:
        rows = []
        for position, operation in enumerate(self.body.operations):
            before = self.board.cycle
            binding, answers = ask(operation, self.board)
            self.spare(position, binding.tick)
            if record:
                self.origin = binding.tick if self.origin is None else self.origin
                rows.append(self._issued(position, before, binding, answers))
            slot = self.board.place(position, binding.tick)
            if record:
                rows[-1] = rows[-1]._replace(slot=slot)
            self.remember(position)
        self.iteration += 1
        return tuple(rows)

    def _issued(self, position: int, before: int, binding: NotBefore, answers: tuple[NotBefore, ...]) -> Issued:
        return Issued(
            position,
            self.iteration,
            self._cycles(binding.tick - (self.origin or 0)),
            0,
            self._cycles(binding.tick - before),
            self.named(binding),
            tuple(self.named(answer) for answer in answers),
            None,
        )

    def slack_of(self, row: Issued) -> Cycles | None:
        ticks = self.slacks.get((row.position, row.iteration))
        return None if ticks is None else self._cycles(ticks)

    def remember(self, index: int) -> None:
        operation = self.body.operations[index]
        for location, _ in operation.results:
            self.writers[location] = (index, self.iteration)
        pooled = [unit for unit, _ in (*operation.shared, *operation.pairing.momentary)]
        for unit in (operation.unit, *pooled):
            self.holders[unit] = (index, self.iteration)
        if operation.blocks or operation.ends_group:
            self.blocker = (index, self.iteration)

    def spare(self, index: int, tick: int) -> None:
        """How long each result that `index` reads had been ready: the least over its readers is its slack."""
        operation, ready = self.body.operations[index], self.board.ready
        for location in operation.operands:
            self._note_spare(location, tick - ready[location])
        for location, need, kind in operation.others:
            if KINDS[kind] == "write-order":
                continue
            self._note_spare(location, tick + need - ready[location])

    def _note_spare(self, location: int, ticks: int) -> None:
        writer = self.writers.get(location)
        if writer is not None:
            self.slacks[writer] = min(ticks, self.slacks.get(writer, ticks))

    def named(self, answer: NotBefore) -> NotBefore:
        """An answer with the location's name and its producer, ticks relative to the window."""
        producer, detail = (-1, 0), answer.detail
        if answer.kind in ("operand", "flag", "memory", "accumulate", "write-order") and detail:
            producer = self.writers.get(int(detail), (-1, 0))
            detail = self.body.locations[int(detail)]
        elif answer.kind == "unit" and detail:
            producer = self.holders.get(self.body.unit_names.index(detail), (-1, 0))
        elif answer.kind in ("blocked", "branch"):
            producer = self.blocker
        elif answer.kind == "no-co-issue" and detail.isdigit():
            detail = self.body.core.refusals[int(detail) - 1].sentence
        index, born = producer
        ago = self.iteration - born if index >= 0 else 0
        return NotBefore(answer.tick - (self.origin or 0), answer.kind, detail, index, ago)

    def _cycles(self, ticks: int) -> Cycles:
        return Cycles(ticks, self.body.ticks_per_cycle)
