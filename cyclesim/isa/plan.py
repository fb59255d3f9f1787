"""A Plan: the effects of a form for one shape of operands, applied to instruction after instruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cyclesim.ir import Access, Instruction, Operand, Read, Resolved, Write
from cyclesim.isa.cells import Getter
from cyclesim.isa.checks import Check
from cyclesim.isa.match import Bound
from cyclesim.isa.patterns import Pattern

Touch = tuple[int, Getter, str, Callable[[Operand], str]]
"""Position of an operand, its cells, the role, its text."""

Operands = Sequence[Operand]
Accesses = Callable[[Operands], tuple[Access, ...]]
Step = tuple[Callable[[Operands], str], Callable[[Operands], str], Callable[[Operands], int | None]]
"""The cell that is written, the cell it was computed from, the constant between them."""

NO_STEPS: Mapping[str, tuple[str, int]] = {}


class Plan:
    """What `effects` works out once; `apply` only names the registers. `fixed_reads` and `fixed_writes` name no
    operand; `checks` are the demands on values and register numbers; `binding` pairs the operands of the form with
    positions of the instruction's."""

    __slots__ = (
        "access",
        "binding",
        "checks",
        "condition",
        "features",
        "fixed_reads",
        "fixed_writes",
        "form",
        "operations",
        "pattern",
        "reads",
        "step",
        "writes",
    )

    def __init__(
        self, pattern: Pattern, condition: str, checks: tuple[Check, ...], binding: Sequence[Bound] = ()
    ) -> None:
        self.pattern = pattern
        self.form = pattern.form
        self.binding = tuple(binding)
        self.condition = condition
        self.checks = checks
        self.reads: tuple[Touch, ...] = ()
        self.writes: tuple[Touch, ...] = ()
        self.fixed_reads: tuple[Read, ...] = ()
        self.fixed_writes: tuple[Write, ...] = ()
        self.access: Accesses | None = None
        self.step: Step | None = None
        self.features: Mapping[str, object] = {}
        self.operations = 0

    def apply(self, instruction: Instruction) -> Resolved:
        """The instruction with its effects."""
        operands = instruction.operands
        reads, writes = [], []
        for place, getter, role, text in self.reads:
            operand = operands[place]
            if cells := getter(operand):
                reads.append(Read(cells, role, text(operand)))
        for place, getter, role, text in self.writes:
            operand = operands[place]
            if cells := getter(operand):
                writes.append(Write(cells, role, text(operand)))
        return Resolved(
            instruction,
            self.form,
            (*reads, *self.fixed_reads),
            (*writes, *self.fixed_writes),
            self.access(operands) if self.access else (),
            self.features,
            self.operations,
            self.condition,
            _steps(self.step, operands) if self.step else NO_STEPS,
        )


def _steps(step: Step, operands: Operands) -> Mapping[str, tuple[str, int]]:
    written, source, amount = step
    by, cell, before = amount(operands), written(operands), source(operands)
    return {cell: (before, by)} if by is not None and cell and before else NO_STEPS
