"""The in-order rules: one hardware sentence, one function, one test.

Each answers `NotBefore` for the next operation. Issue time is the latest answer; the reason is the first rule of
`RULES` that gives it. `inorder.run` is the same set of rules fused into one loop; a property test holds them equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cyclesim.issue.body import KIND_CODES, Operation
from cyclesim.issue.notbefore import KINDS, NotBefore
from cyclesim.issue.scoreboard import LONG_AGO, Scoreboard

Rule = Callable[[Operation, Scoreboard], NotBefore]


def program_order(operation: Operation, board: Scoreboard) -> NotBefore:
    """Nothing issues before the instruction in front of it."""
    return NotBefore(board.cycle, "order" if board.members else "start")


def unit_free(operation: Operation, board: Scoreboard) -> NotBefore:
    """A unit takes an operation when as many of its instances are free as the operation holds."""
    waits = [(board.free[operation.unit], operation.unit)] if operation.held else []
    waits += [(board.pools[unit][held], unit) for unit, held in operation.shared]
    next_cycle = board.cycle + board.body.ticks_per_cycle
    waits += [(next_cycle, unit) for unit, count in operation.pairing.momentary if _short(board, unit, count)]
    latest, busy = 0, ""
    for free, unit in waits:
        if free > latest:
            latest, busy = free, board.body.unit_names[unit]
    return NotBefore(latest, "unit", busy)


def _short(board: Scoreboard, unit: int, wanted: int) -> bool:
    """Whether a member of the issue group holds so many of a unit that `wanted` more are not there."""
    members = [dict(board.body.operations[index].pairing.momentary) for index in board.group]
    return any(held[unit] + wanted > board.body.unit_counts[unit] for held in members if unit in held)


def issue_open(operation: Operation, board: Scoreboard) -> NotBefore:
    """An operation that blocks issue (a 128-bit load on A53) lets nothing in until its last issue cycle is over."""
    return NotBefore(board.blocked_until, "blocked")


def branch_taken(operation: Operation, board: Scoreboard) -> NotBefore:
    """A taken branch ends its issue group; the target comes a cycle later, plus the core's bubble."""
    return NotBefore(board.fetch_from, "branch")


def operands_ready(operation: Operation, board: Scoreboard) -> NotBefore:
    """Every source has been forwarded or written by the time the operation needs it."""
    waits = [(location, 0, KIND_CODES["operand"]) for location in operation.operands]
    waits += [read for read in operation.others if KINDS[read[2]] in ("operand", "flag", "memory")]
    return _latest_read(waits, board, "operand")


def accumulator_ready(operation: Operation, board: Scoreboard) -> NotBefore:
    """An accumulator is forwarded early between multiply-accumulates of one group, otherwise it is a source."""
    waits = [read for read in operation.others if KINDS[read[2]] == "accumulate"]
    return _latest_read(waits, board, "accumulate")


def _latest_read(waits: Sequence[tuple[int, int, int]], board: Scoreboard, kind: str) -> NotBefore:
    latest = NotBefore(LONG_AGO, kind)
    for location, need, code in waits:
        tick = board.ready[location] - need
        if tick > latest.tick:
            latest = NotBefore(tick, KINDS[code], str(location))
    return latest._replace(tick=max(latest.tick, 0))


def writes_in_order(operation: Operation, board: Scoreboard) -> NotBefore:
    """A result doesn't overtake an older result for the same register."""
    waits = [read for read in operation.others if KINDS[read[2]] == "write-order"]
    return _latest_read(waits, board, "write-order")


def co_issue(operation: Operation, board: Scoreboard) -> NotBefore:
    """A group takes only operations that may stand in that slot and that no refusal of the core keeps apart."""
    if not board.members or board.members >= board.body.core.issue_width:
        return NotBefore(board.cycle, "no-co-issue")
    members = [board.body.operations[index] for index in board.group]
    why = "" if members[-1].pairing.leads else "leads"
    why = why or ("" if operation.pairing.follows else "follows")
    for older in members:
        refusal = board.body.refusals[older.pairing.name][operation.pairing.name]
        why = why or (str(refusal) if refusal else "")
    return NotBefore(board.cycle + board.body.ticks_per_cycle if why else board.cycle, "no-co-issue", why)


def slot_free(operation: Operation, board: Scoreboard) -> NotBefore:
    """A cycle issues at most as many operations as the core is wide."""
    full = board.members >= board.body.core.issue_width
    return NotBefore(board.cycle + board.body.ticks_per_cycle if full else board.cycle, "slot")


RULES: tuple[Rule, ...] = (
    program_order,
    unit_free,
    issue_open,
    branch_taken,
    operands_ready,
    accumulator_ready,
    writes_in_order,
    co_issue,
    slot_free,
)


def ask(operation: Operation, board: Scoreboard) -> tuple[NotBefore, tuple[NotBefore, ...]]:
    """The binding answer and all answers.

    An answer inside the current cycle (a fractional unit time) moves to the next one: a group issues as one.
    """
    answers = tuple(rule(operation, board) for rule in RULES)
    binding = max(answers, key=lambda answer: answer.tick)
    next_cycle = board.cycle + board.body.ticks_per_cycle
    if board.members and board.cycle < binding.tick < next_cycle:
        binding = NotBefore(next_cycle, "slot")
    return binding, answers
