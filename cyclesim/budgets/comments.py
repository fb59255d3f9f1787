"""Budgets in comments: `@ cyclesim: a53 <= 60 cycles`, in any comment style, several with commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cyclesim.budgets.nouns import RELATIONS, UNITS, Budget, BudgetError
from cyclesim.errors import CyclesimError
from cyclesim.ir import Span
from cyclesim.units import Cycles

MARK = "cyclesim:"

_STATED = re.compile(r"^(?P<lead>[^\n]*?)(?<![\w./-])cyclesim:(?P<body>[^\n]*)", re.MULTILINE | re.IGNORECASE)
_STARTERS = ("//", "@", "#", ";", "/*", "--", "*")
_END = re.compile(r"\*/|\\n|\"")
_ITEM = re.compile(
    r"(?P<core>[A-Za-z][\w.-]*)\s*(?P<relation>[<>=]+)\s*(?P<amount>[\d.]+(?:/\d+)?)\s*(?P<unit>[a-z][a-z/ ]*)",
    re.IGNORECASE,
)
_UNIT_WORDS = {"cycle": "cycles", "ops per cycle": "ops/cycle", "instruction": "instructions"}
_HINT = "a budget is CORE <= 60 cycles or CORE >= 6.4 ops/cycle"


def find(text: str, file: str) -> tuple[list[Budget], list[CyclesimError]]:
    """The budgets of a text in their order, and what is wrong with others."""
    budgets: list[Budget] = []
    errors: list[CyclesimError] = []
    if MARK not in text.lower():
        return budgets, errors
    line, counted = 1, 0
    for found in _STATED.finditer(text):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        if not any(starter in found["lead"] for starter in _STARTERS):
            continue
        source_line = found[0]
        for item, column in _items(found):
            span = Span(file, line, column, max(1, len(item)))
            try:
                budgets.append(read_budget(item, span))
            except BudgetError as error:
                error.source_line = source_line
                errors.append(error)
    return budgets, errors


def _items(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    """The budgets of one comment with their columns."""
    body = _END.split(found["body"], maxsplit=1)[0]
    column = found.start("body") - found.start() + 1
    for piece in body.split(","):
        stripped = piece.strip().rstrip(".")
        yield stripped, column + len(piece) - len(piece.lstrip())
        column += len(piece) + 1


def read_budget(text: str, span: Span) -> Budget:
    """`a53 <= 60 cycles`. Raises BudgetError."""
    parts = _ITEM.fullmatch(text)
    if parts is None:
        what = f"`{text}` is no budget" if text else "a budget is missing here"
        raise BudgetError(what, span, _HINT)
    if parts["relation"] not in RELATIONS:
        raise BudgetError(f"`{parts['relation']}` is not known: {', '.join(RELATIONS)} are", span, _HINT)
    word = " ".join(parts["unit"].lower().split())
    unit = _UNIT_WORDS.get(word, word)
    if unit not in UNITS:
        raise BudgetError(f"`{parts['unit'].strip()}` is no unit: {', '.join(UNITS)} are", span, _HINT)
    try:
        amount = Cycles(parts["amount"])
    except (ValueError, ZeroDivisionError):
        raise BudgetError(f"`{parts['amount']}` is no number", span, _HINT) from None
    digits = len(parts["amount"].partition(".")[2]) if "/" not in parts["amount"] else -1
    return Budget(parts["core"], parts["relation"], amount, digits, unit, text, span)


def holds(budget: Budget, amount: Cycles) -> bool:
    """Whether a figure keeps a budget; it is rounded to the decimals that the budget has (never of a fraction)."""
    shown = amount if budget.digits < 0 else Cycles(round(amount * 10**budget.digits), 10**budget.digits)
    if budget.relation == "<=":
        # What is above by less than the last decimal is above nevertheless when the budget is a whole number.
        return (amount if budget.digits == 0 else shown) <= budget.amount
    if budget.relation == ">=":
        return (amount if budget.digits == 0 else shown) >= budget.amount
    return shown == budget.amount
