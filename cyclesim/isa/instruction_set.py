"""Resolving instructions against the tables of an instruction set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.ir import Form, Instruction, Operand, Resolved
from cyclesim.isa.cache import load_index
from cyclesim.isa.checks import checks_of
from cyclesim.isa.effects import Planner
from cyclesim.isa.features import features_of
from cyclesim.isa.match import Bound, Mismatch, bind, bind_short, shape_of
from cyclesim.isa.names import Reading, read_mnemonic
from cyclesim.isa.patterns import Pattern, patterns_of
from cyclesim.isa.plan import Plan
from cyclesim.isa.rows import Source
from cyclesim.isa.sizes import operation_count
from cyclesim.isa.tables import GivenRow, Index, add_rows
from cyclesim.record import NamedTuple

ExtraRow = tuple[Mapping[str, object], str, int]
"""A row of a user's: its values, the file it comes from and its line."""


class Known(NamedTuple):
    """What a mnemonic as written stands for: its condition and the forms to try, in order."""

    condition: str
    patterns: tuple[Pattern, ...]


class InstructionSet:
    """The forms of an instruction set. Keeps what it has worked out: an instruction whose mnemonic and operand shapes
    were seen before only names its registers."""

    def __init__(self, index: Index) -> None:
        self.isa = index.isa
        self.index = index
        self._planner = Planner(index.isa)
        self._patterns: dict[str, list[Pattern]] = {}
        self._known: dict[str, Known] = {}
        self._plans: dict[tuple[object, ...], list[Plan]] = {}

    def mnemonics(self) -> list[str]:
        """The mnemonics of the tables, in their order; A32 data types are part of them, conditions are not."""
        return list(self.index.forms)

    def forms(self, mnemonic: str) -> list[Form]:
        """The forms that a mnemonic as a source writes it can have; none when it is unknown."""
        return [pattern.form for pattern in self.known(mnemonic).patterns]

    def patterns(self, mnemonic: str) -> list[Pattern]:
        """The parsed forms of a mnemonic of the tables."""
        if mnemonic not in self._patterns:
            self._patterns[mnemonic] = patterns_of(self.index, mnemonic)
        return self._patterns[mnemonic]

    def known(self, mnemonic: str) -> Known:
        """The condition and the forms of a mnemonic as a source writes it; no forms when it is unknown."""
        found = self._known.get(mnemonic)
        if found is None:
            reading = read_mnemonic(mnemonic, self.index)
            found = self._known[mnemonic] = Known(reading.condition, self._allowed(reading))
        return found

    def _allowed(self, reading: Reading) -> tuple[Pattern, ...]:
        """The forms that can be executed under the condition, or without one."""
        refused = False if reading.condition else "only"
        patterns = [pattern for name in reading.mnemonics for pattern in self.patterns(name)]
        return tuple(pattern for pattern in patterns if pattern.row.keys.get("conditional", True) != refused)

    def resolve(self, instruction: Instruction) -> Resolved:
        """The instruction with its form and effects. Raises UnknownInstruction or WrongOperands."""
        return self.plan(instruction).apply(instruction)

    def plan(self, instruction: Instruction) -> Plan:
        """What the form of an instruction does with operands of these shapes. Raises as `resolve`."""
        operands = instruction.operands
        key = (instruction.mnemonic, *map(shape_of, operands))
        plans = self._plans.get(key)
        if plans is None:
            plans = self._plans[key] = self._make_plans(instruction)
        for plan in plans:
            for check in plan.checks:
                if not check.passes(operands):
                    break
            else:
                return plan
        from cyclesim.isa.messages import misfit

        raise misfit(self, instruction)

    def _make_plans(self, instruction: Instruction) -> list[Plan]:
        """Plans of the forms that the operands' shapes fit."""
        known = self.known(instruction.mnemonic)
        plans = []
        for pattern in known.patterns:
            bound = bind(pattern.tokens, instruction.operands)
            if isinstance(bound, Mismatch) and self.isa == "armv7":
                bound = bind_short(pattern.tokens, instruction.operands) or bound
            if isinstance(bound, list):
                plans.append(self._plan(pattern, bound, instruction.operands, known.condition))
        return plans

    def _plan(self, pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand], condition: str) -> Plan:
        plan = Plan(pattern, condition, checks_of(pattern, bound, self.isa), bound)
        plan.features = features_of(pattern, bound, operands, condition, self.isa)
        plan.operations = operation_count(pattern)
        self._planner.fill(plan, pattern, bound, operands)
        return plan


def load(isa: str, extra_rows: Iterable[ExtraRow] = ()) -> InstructionSet:
    """The instruction set `armv7` or `aarch64`, with rows of a user's added.

    Raises TableError, or ManyErrors with all of them, when extra rows are malformed or clash with a form.
    """
    if isa not in ISAS:
        from cyclesim.errors import UsageError

        raise UsageError(f"no instruction set {isa!r}", hint=f"{' and '.join(ISAS)} are known")
    index = load_index(isa)
    given = [GivenRow(values, Source(file, line, 0)) for values, file, line in extra_rows]
    errors: list[CyclesimError] = add_rows(index, given, None) if given else []
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return InstructionSet(index)


ISAS = ("armv7", "aarch64")
