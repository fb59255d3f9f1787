"""Values that budgets, baselines and their views share. All of them are plain data, so that processes can pass them."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.ir import Span
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

UNITS = ("cycles", "ops/cycle", "instructions")
RELATIONS = ("<=", ">=", "==")


class BudgetError(CyclesimError):
    """A comment that states a budget which can't be understood or belongs to nothing."""

    code = "budget"


class BaselineError(CyclesimError):
    """A baseline file that isn't one."""

    code = "baseline"


class Budget(NamedTuple):
    """`a53 <= 60 cycles`: at most, at least or exactly so much. `digits`: decimals as written; a figure is compared in
    that precision."""

    core: str
    relation: str
    amount: Cycles
    digits: int
    unit: str
    text: str
    span: Span


class Line(NamedTuple):
    """One instruction of a figure: cycles between the issue of the one before it and its own, per iteration, and the
    reason. `line`: in the source."""

    line: int
    text: str
    gap: Cycles
    reason: str
    sentence: str = ""


class Figure(NamedTuple):
    """One region on one core. Units: cycles per iteration of a loop, else in all; `lines` add up to them but for the
    issue cycles of the last instructions."""

    file: str
    region: str
    core: str
    isa: str
    cycles: Cycles
    operations: int
    instructions: int
    lines: tuple[Line, ...] = ()

    def amount(self, unit: str) -> Cycles:
        """The figure in a unit of `UNITS`."""
        if unit == "ops/cycle":
            return self.operations / self.cycles if self.cycles else Cycles(0)
        return self.cycles if unit == "cycles" else Cycles(self.instructions)


class Change(NamedTuple):
    """An instruction whose gap changed; `before` is None of a new one, `after` of one that is gone. Units: cycles."""

    line: int
    text: str
    before: Cycles | None
    after: Cycles | None
    reason_before: str
    reason_after: str
    sentence: str

    @property
    def growth(self) -> Cycles:
        return (self.after or Cycles(0)) - (self.before or Cycles(0))


class Check(NamedTuple):
    """One figure held against one limit.

    `kind`: `budget` or `baseline`. `limit`: what was allowed, as written. `state`: `passed`, `failed`, `faster` (than
    the baseline), `new` (not in it) or `gone` (only in it). `stalls`: reason to cycles, of a failed check.
    """

    kind: str
    line: int
    limit: str
    state: str
    figure: Figure
    before: Cycles | None = None
    changes: tuple[Change, ...] = ()
    stalls: Mapping[str, Cycles] = {}


class Problem(NamedTuple):
    """An error as plain data; `rendered` is the whole diagnostic."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    rendered: str
    exit_code: int


class Outcome(NamedTuple):
    """All that was found out about one file. `figures`: those that a new baseline would hold."""

    file: str
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]
    figures: tuple[Figure, ...] = ()


def problems_of(error: CyclesimError, file: str) -> tuple[Problem, ...]:
    """The errors inside of an error."""
    if isinstance(error, ManyErrors):
        return tuple(problem for one in error.errors for problem in problems_of(one, file))
    span = error.span.root() if error.span else Span(file, 1)
    return (
        Problem(
            span.file, span.line, span.column, error.code, error.message, error.hint, error.render(), error.exit_code
        ),
    )
