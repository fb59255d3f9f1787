"""What an instruction of a form reads, writes and accesses.

A Plan is made once for a form and a shape of operands; applying it to an instruction only names the registers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cyclesim.ir import (
    Access,
    Form,
    Immediate,
    Instruction,
    Memory,
    Operand,
    Read,
    Register,
    RegisterList,
    Resolved,
    Shift,
    Write,
)
from cyclesim.isa.cells import Cells, CellTables, Getter
from cyclesim.isa.checks import Check
from cyclesim.isa.match import Bound
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.sizes import access_kinds, lane_bits, token_bits, transferred_bytes

Touch = tuple[int, Getter, str, Callable[[Operand], str]]
"""Position of an operand, its cells, the role, its text."""

Amount = Callable[[Sequence[Operand]], int | None]


class Plan:
    """The effects of a form for one shape of operands. `fixed_reads` and `fixed_writes` name no operand."""

    __slots__ = (
        "access",
        "checks",
        "condition",
        "features",
        "fixed_reads",
        "fixed_writes",
        "form",
        "operations",
        "reads",
        "step",
        "writes",
    )

    def __init__(self, form: Form, condition: str, checks: tuple[Check, ...]) -> None:
        self.form = form
        self.condition = condition
        self.checks = checks
        self.reads: tuple[Touch, ...] = ()
        self.writes: tuple[Touch, ...] = ()
        self.fixed_reads: tuple[Read, ...] = ()
        self.fixed_writes: tuple[Write, ...] = ()
        self.access: Callable[[Sequence[Operand]], tuple[Access, ...]] | None = None
        self.step: tuple[Callable[[Sequence[Operand]], str], Callable[[Sequence[Operand]], str], Amount] | None = None
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
            self._steps(operands) if self.step else NO_STEPS,
        )

    def _steps(self, operands: Sequence[Operand]) -> Mapping[str, tuple[str, int]]:
        if self.step is None:
            return NO_STEPS
        written, source, amount = self.step
        by, cell, before = amount(operands), written(operands), source(operands)
        return {cell: (before, by)} if by is not None and cell and before else NO_STEPS


NO_STEPS: Mapping[str, tuple[str, int]] = {}


def text_of(operand: Operand) -> str:
    """The operand as the user wrote it."""
    return getattr(operand, "text", "")


def base_text(operand: Operand) -> str:
    return operand.base.text if isinstance(operand, Memory) else ""


class Planner:
    """Makes the plans of one instruction set."""

    def __init__(self, isa: str) -> None:
        self.isa = isa
        self._tables = CellTables()

    def fill(self, plan: Plan, pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand]) -> None:
        """Set reads, writes, access and step of a plan. Only the shape of the operands is looked at."""
        reads: list[Touch] = []
        writes: list[Touch] = []
        for token, place in bound:
            self._operand(pattern, token, place, operands[place], reads, writes)
        if plan.condition:
            # An instruction that is not executed leaves what it would have written; a base is read in any case.
            reads += [(place, getter, "merge", text) for place, getter, role, text in writes if role == "result"]
        plan.reads, plan.writes = tuple(reads), tuple(writes)
        self._fixed(plan, pattern, bound, operands)
        self._access(plan, pattern, bound, operands)
        if not plan.condition and plan.step is None:
            plan.step = self._row_step(pattern, bound, operands)
        if plan.condition:
            plan.step = None

    def _operand(
        self,
        pattern: Pattern,
        token: Token,
        place: int,
        operand: Operand,
        reads: list[Touch],
        writes: list[Touch],
    ) -> None:
        """The touches of one operand."""
        if isinstance(operand, Memory):
            self._memory(place, operand, reads, writes)
        elif isinstance(operand, Shift):
            if operand.register:
                getter = self._general()
                reads.append((place, lambda shift: getter(shift.register), "source", _shift_text))  # type: ignore[union-attr, arg-type]
        elif token.writeback:
            reads.append((place, self._general(), "address", _plain_text))
            if isinstance(operand, Register) and operand.writeback:
                writes.append((place, self._general(), "base", _plain_text))
        elif isinstance(operand, (Register, RegisterList)):
            read, written = self._cells(token, operand)
            if token.access != "=" and not (token.access and _whole_half(token, pattern)):
                reads.append((place, read, self._role(pattern, token), text_of))
            if token.access:
                writes.append((place, written, "result", text_of))

    def _role(self, pattern: Pattern, token: Token) -> str:
        if token.access == "+":
            keys = pattern.row.keys
            return "accumulator" if keys.get("accumulates") else "merge" if keys.get("merge") else "source"
        if "store" in access_kinds(pattern):
            return "data"
        return "accumulator" if token.name == "a" else "source"

    def _general(self) -> Getter:
        return self._tables.registers("r" if self.isa == "armv7" else "x")

    def _memory(self, place: int, operand: Memory, reads: list[Touch], writes: list[Touch]) -> None:
        general = self._general()

        def base(memory: Operand) -> Cells:
            return general(memory.base)  # type: ignore[union-attr]

        def index(memory: Operand) -> Cells:
            return general(memory.index)  # type: ignore[union-attr, arg-type]

        reads.append((place, base, "address", base_text))
        if operand.index:
            reads.append((place, index, "address", _index_text))
        if operand.mode != "offset":
            writes.append((place, base, "base", base_text))

    def _cells(self, token: Token, operand: Operand) -> tuple[Getter, Getter]:
        """The cells that reading and that writing a register operand touch."""
        kind = token.register
        make = self._tables.lists if token.kind == "list" else self._tables.registers
        if self.isa == "armv7":
            name = ("r+1" if token.next else "r") if kind in ("r", "") else f"A32 {kind}"
            return make(name), make(name)
        if kind in "wx":
            return make("x"), make("x")
        if token.lane:
            lanes = self._tables.lanes(lane_bits(token))
            return lanes, lanes
        if token.high:
            return (make("low"), make("high")) if token.access == "+" else (make("high"), make("high"))
        whole = token_bits(token) == 128
        # A write of a scalar or a 64-bit vector clears the upper half. Source: Arm ARM DDI 0487, B1.2.
        return make("both" if whole else "low"), make("both")

    def _fixed(self, plan: Plan, pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand]) -> None:
        keys = pattern.row.keys
        reads: list[Read] = []
        writes: list[Write] = []
        rotates_carry = any(isinstance(operand, Shift) and operand.kind == "rrx" for operand in operands)
        if "read" in _words(keys, "flags") or rotates_carry:
            reads.append(Read(("nzcv",), "flags", ""))
        if pattern.sets_flags:
            writes.append(Write(("nzcv",), "flags", ""))
        for key, cell in (("fp-flags", "fpscr"), ("ge-flags", "ge")):
            if "read" in _words(keys, key):
                reads.append(Read((cell,), "flags", ""))
            if "write" in _words(keys, key):
                writes.append(Write((cell,), "flags", ""))
        if plan.condition:
            merged = [Read(write.cells, "merge", "") for write in writes if write.cells != ("nzcv",)]
            reads = [*(read for read in reads if read.cells != ("nzcv",)), Read(("nzcv",), "flags", ""), *merged]
        implicit_reads, implicit_writes = implicit_cells(pattern)
        stack = "access" in keys
        reads += [Read((cell,), "address" if stack else "source", "") for cell in implicit_reads]
        writes += [Write((cell,), "base" if stack else "result", "") for cell in implicit_writes]
        if plan.condition and not stack:
            reads += [Read((cell,), "merge", "") for cell in implicit_writes]
        plan.fixed_reads, plan.fixed_writes = tuple(reads), tuple(writes)

    def _access(self, plan: Plan, pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand]) -> None:
        """The memory access, and the step of a base that it writes back."""
        kinds = access_kinds(pattern)
        if not kinds:
            return
        size = transferred_bytes(pattern, bound, operands)
        for token, place in bound:
            if isinstance(operands[place], Memory):
                self._memory_access(plan, kinds, place, size, operands)
                return
            if token.writeback:
                self._block_access(plan, pattern, kinds[0], place, size, operands)
                return
        base, order = next(iter(implicit_cells(pattern)[0]), ""), str(pattern.row.keys.get("order", "ia"))
        fixed = (Access(kinds[0], base, _first_offset(order, size) if base else None, size),)
        plan.access = lambda operands: fixed
        if base:
            plan.step = (lambda operands: base, lambda operands: base, lambda operands: _direction(order) * size)

    def _memory_access(
        self, plan: Plan, kinds: Sequence[str], place: int, size: int, operands: Sequence[Operand]
    ) -> None:
        general = self._general()

        def base(operands: Sequence[Operand]) -> str:
            return "".join(general(operands[place].base))  # type: ignore[union-attr]

        def access(operands: Sequence[Operand]) -> tuple[Access, ...]:
            memory = operands[place]
            if not isinstance(memory, Memory):
                return ()
            cell, offset = base(operands), _offset(memory)
            return tuple([Access(kind, cell, offset, size, memory.align) for kind in kinds])

        def amount(operands: Sequence[Operand]) -> int | None:
            memory = operands[place]
            if not isinstance(memory, Memory) or memory.index:
                return None
            return _integer(memory.offset) if memory.offset else size

        plan.access = access
        shown = operands[place]
        if isinstance(shown, Memory) and shown.mode != "offset" and not shown.index:
            plan.step = (base, base, amount)

    def _block_access(
        self, plan: Plan, pattern: Pattern, kind: str, place: int, size: int, operands: Sequence[Operand]
    ) -> None:
        """ldm, stm, vldm, vstm: the base is a register operand."""
        general = self._general()
        order = str(pattern.row.keys.get("order", "ia"))
        offset = _first_offset(order, size)

        def base(operands: Sequence[Operand]) -> str:
            return "".join(general(operands[place]))

        plan.access = lambda operands: (Access(kind, base(operands), offset, size),)
        shown = operands[place]
        if isinstance(shown, Register) and shown.writeback:
            plan.step = (base, base, lambda operands: _direction(order) * size)

    def _row_step(
        self, pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand]
    ) -> tuple[Callable[[Sequence[Operand]], str], Callable[[Sequence[Operand]], str], Amount] | None:
        """The step that the row states, when this shape of operands has it: an immediate."""
        stated = pattern.row.keys.get("step")
        if not isinstance(stated, str):
            return None
        name, sign, value = stated.split()
        by_name = {token.name: place for token, place in bound if token.kind != "shift"}
        amount, source = by_name[value.lstrip("#")], by_name[name[1:]]
        written = next(place for token, place in bound if token.access)
        shifts = [place for token, place in bound if isinstance(operands[place], Shift)]
        if not isinstance(operands[amount], Immediate):
            return None
        general = self._general()

        def by(operands: Sequence[Operand]) -> int | None:
            step = _integer(operands[amount])
            scale = sum(_left_shift(operands[place]) for place in shifts)
            return None if step is None else (step << scale) * (1 if sign == "+" else -1)

        return (
            lambda operands: "".join(general(operands[written])),
            lambda operands: "".join(general(operands[source])),
            by,
        )


def _whole_half(token: Token, pattern: Pattern) -> bool:
    """A 64-bit lane of an A64 register is a cell of its own: writing it keeps nothing of the old value."""
    return bool(token.lane) and token.register == "v" and lane_bits(token) == 64


def implicit_cells(pattern: Pattern) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cells that the row reads and writes without an operand."""
    implicit = pattern.row.keys.get("implicit")
    if not isinstance(implicit, Mapping):
        return (), ()
    return tuple(implicit.get("reads", ())), tuple(implicit.get("writes", ()))


def _words(keys: Mapping[str, object], key: str) -> list[object]:
    words = keys.get(key)
    return words if isinstance(words, list) else []


def _plain_text(operand: Operand) -> str:
    return text_of(operand).rstrip("! \t")


def _shift_text(operand: Operand) -> str:
    return operand.register.text if isinstance(operand, Shift) and operand.register else ""


def _index_text(operand: Operand) -> str:
    return operand.index.text if isinstance(operand, Memory) and operand.index else ""


def _integer(operand: Operand | None) -> int | None:
    value = operand.value if isinstance(operand, Immediate) else None
    return value if isinstance(value, int) else None


def _left_shift(operand: Operand) -> int:
    return operand.amount or 0 if isinstance(operand, Shift) and operand.kind == "lsl" else 0


def _offset(memory: Memory) -> int | None:
    """The offset of the first byte from the base as it is before the instruction."""
    if memory.mode == "post":
        return 0
    if memory.index:
        return None
    return _integer(memory.offset) if memory.offset else 0


def _direction(order: str) -> int:
    return 1 if order in ("ia", "ib") else -1


def _first_offset(order: str, size: int) -> int:
    """Where a block transfer starts: increment after, increment before, decrement after, decrement before."""
    return {"ia": 0, "ib": 4, "da": 4 - size, "db": -size}[order]
