"""The in-order rules: one hardware sentence, one function, one test.

Each answers `NotBefore` for the next operation. Issue time is the latest answer; the reason is the first rule of
`RULES` that gives it. `inorder.run` is the same set of rules fused into one loop; a property test holds them equal.
"""

from __future__ import annotations

from collections.abc import Callable

from cyclesim.issue.body import Operation
from cyclesim.issue.notbefore import KINDS, NotBefore
from cyclesim.issue.scoreboard import Scoreboard

Rule = Callable[[Operation, Scoreboard], NotBefore]


def program_order(operation: Operation, board: Scoreboard) -> NotBefore:
    """Nothing issues before the instruction in front of it."""
    return NotBefore(board.cycle, "order" if board.members else "start")


def unit_free(operation: Operation, board: Scoreboard) -> NotBefore:
    """A unit takes an operation when as many of its instances are free as the operation holds."""
    latest, busy = 0, ""
    for unit, count in operation.units:
        free = board.pools[unit][count - 1]
        if free > latest:
            latest, busy = free, board.body.unit_names[unit]
    return NotBefore(latest, "unit", busy)


def issue_open(operation: Operation, board: Scoreboard) -> NotBefore:
    """An operation that blocks issue (a 128-bit load on A53) lets nothing in until its last issue cycle is over."""
    return NotBefore(board.blocked_until, "blocked")


def branch_taken(operation: Operation, board: Scoreboard) -> NotBefore:
    """A taken branch ends its issue group; the target comes a cycle later, plus the core's bubble."""
    return NotBefore(board.fetch_from, "branch")


def operands_ready(operation: Operation, board: Scoreboard) -> NotBefore:
    """Every source has been forwarded or written by the time the operation needs it."""
    latest = NotBefore(0, "operand")
    for location, need, kind in operation.reads:
        tick = board.ready[location] - need
        if tick > latest.tick:
            latest = NotBefore(tick, KINDS[kind], str(location))
    return latest


def accumulator_ready(operation: Operation, board: Scoreboard) -> NotBefore:
    """An accumulator is forwarded early between multiply-accumulates of one group, otherwise it is a source."""
    latest = NotBefore(0, "accumulate")
    for location, need, group in operation.accumulates:
        forwarded = group and board.accumulate_group[location] == group
        tick = (board.accumulate_ready if forwarded else board.ready)[location] - need
        if tick > latest.tick:
            latest = NotBefore(tick, "accumulate", str(location))
    return latest


def writes_in_order(operation: Operation, board: Scoreboard) -> NotBefore:
    """A result doesn't overtake an older result for the same register."""
    latest = NotBefore(0, "write-order")
    for location, latency, _, _ in operation.writes:
        tick = board.ready[location] - latency
        if tick > latest.tick:
            latest = NotBefore(tick, "write-order", str(location))
    return latest


def co_issue(operation: Operation, board: Scoreboard) -> NotBefore:
    """A group takes only operations that may stand in that slot and that no refusal of the core keeps apart."""
    next_cycle = board.cycle + board.body.ticks_per_cycle
    if not board.members:
        return NotBefore(board.cycle, "no-co-issue")
    if board.members >= board.body.core.issue_width:
        return NotBefore(board.cycle, "no-co-issue")
    if not board.leads:
        return NotBefore(next_cycle, "no-co-issue", "leads")
    if not operation.follows:
        return NotBefore(next_cycle, "no-co-issue", "follows")
    for older in board.pairs:
        refusal = board.body.refusals[older][operation.pair]
        if refusal:
            return NotBefore(next_cycle, "no-co-issue", str(refusal))
    return NotBefore(board.cycle, "no-co-issue")


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
