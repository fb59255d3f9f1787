"""What an instruction of a form reads and writes, worked out once for a shape of operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.ir import Memory, Operand, Read, Register, RegisterList, Shift, Write
from cyclesim.isa.accesses import implicit_cells, row_step, transfer_of
from cyclesim.isa.cells import Cells, CellTables, Getter
from cyclesim.isa.match import Bound
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.plan import Operands, Plan, Touch
from cyclesim.isa.sizes import access_kinds, lane_bits, token_bits


class Planner:
    """Fills in the plans of one instruction set."""

    def __init__(self, isa: str) -> None:
        self.isa = isa
        self._tables = CellTables()
        self._general = self._tables.registers("r" if isa == "armv7" else "x")

    def fill(self, plan: Plan, pattern: Pattern, bound: Sequence[Bound], operands: Operands) -> None:
        """Set reads, writes, access and step of a plan. Only the shape of the operands is looked at."""
        reads: list[Touch] = []
        writes: list[Touch] = []
        for token, place in bound:
            self._touch(pattern, token, place, operands[place], reads, writes)
        if plan.condition:
            # An instruction that is not executed leaves what it would have written; a base is read in any case.
            reads += [(place, getter, "merge", text) for place, getter, role, text in writes if role == "result"]
        plan.reads, plan.writes = tuple(reads), tuple(writes)
        self._add_fixed(plan, pattern, operands)
        step = row_step(pattern, bound, operands, self._general)
        if transfer := transfer_of(pattern, bound, operands, self._general):
            plan.access, step = transfer
        plan.step = None if plan.condition else step

    def _touch(
        self,
        pattern: Pattern,
        token: Token,
        place: int,
        operand: Operand,
        reads: list[Touch],
        writes: list[Touch],
    ) -> None:
        """Add what one operand reads and writes."""
        general = self._general
        if isinstance(operand, Memory):
            self._touch_address(place, operand, reads, writes)
        elif isinstance(operand, Shift) and operand.register:
            reads.append((place, lambda shift: general(_shift_register(shift)), "source", _shift_text))
        elif token.writeback:
            reads.append((place, general, "address", _plain_text))
            if isinstance(operand, Register) and operand.writeback:
                writes.append((place, general, "base", _plain_text))
        elif isinstance(operand, (Register, RegisterList)):
            read, written = self._cells(token)
            if token.access != "=" and not (token.access and _is_whole_half(token)):
                reads.append((place, read, _role(pattern, token), _text))
            if token.access:
                writes.append((place, written, "result", _text))

    def _touch_address(self, place: int, operand: Memory, reads: list[Touch], writes: list[Touch]) -> None:
        general = self._general

        def base(memory: Operand) -> Cells:
            return general(memory.base) if isinstance(memory, Memory) else ()

        def index(memory: Operand) -> Cells:
            return general(memory.index) if isinstance(memory, Memory) and memory.index else ()

        reads.append((place, base, "address", _base_text))
        if operand.index:
            reads.append((place, index, "address", _index_text))
        if operand.mode != "offset":
            writes.append((place, base, "base", _base_text))

    def _cells(self, token: Token) -> tuple[Getter, Getter]:
        """The cells that reading and that writing a register operand touch."""
        kind = token.register
        make = self._tables.lists if token.kind == "list" else self._tables.registers
        if self.isa == "armv7":
            # A lane is written into its D register, which is read for that, as a half of an A64 register is.
            name = ("r+1" if token.next else "r") if kind in ("r", "") else f"A32 {kind}"
            return make(name), make(name)
        if kind in "wx":
            return make("x"), make("x")
        if token.lane:
            lanes = self._tables.lanes(lane_bits(token))
            return lanes, lanes
        if token.high:
            return (make("low"), make("high")) if token.access == "+" else (make("high"), make("high"))
        # A write of a scalar or a 64-bit vector clears the upper half. Source: Arm ARM DDI 0487, B1.2.
        return make("both" if token_bits(token) == 128 else "low"), make("both")

    def _add_fixed(self, plan: Plan, pattern: Pattern, operands: Operands) -> None:
        """Flags and implicit registers."""
        keys = pattern.row.keys
        rotates_carry = any(isinstance(operand, Shift) and operand.kind == "rrx" for operand in operands)
        reads = {cell: "flags" for cell, key in _FLAGS.items() if "read" in _words(keys, key)}
        writes = {cell: "flags" for cell, key in _FLAGS.items() if "write" in _words(keys, key)}
        if rotates_carry or plan.condition:
            reads["nzcv"] = "flags"
        if pattern.sets_flags:
            writes["nzcv"] = "flags"
        implicit_reads, implicit_writes = implicit_cells(pattern)
        stack = "access" in keys
        reads |= dict.fromkeys(implicit_reads, "address" if stack else "source")
        writes |= dict.fromkeys(implicit_writes, "base" if stack else "result")
        if plan.condition:
            reads |= {cell: "merge" for cell in writes if cell not in reads}
        plan.fixed_reads = tuple(Read((cell,), role, "") for cell, role in reads.items())
        plan.fixed_writes = tuple(Write((cell,), role, "") for cell, role in writes.items())


_FLAGS = {"nzcv": "flags", "fpscr": "fp-flags", "ge": "ge-flags"}


def _role(pattern: Pattern, token: Token) -> str:
    """The role of an operand that is read."""
    if token.access == "+":
        keys = pattern.row.keys
        return "accumulator" if keys.get("accumulates") else "merge" if keys.get("merge") else "source"
    if "store" in access_kinds(pattern):
        return "data"
    return "accumulator" if token.name == "a" else "source"


def _is_whole_half(token: Token) -> bool:
    """A 64-bit lane of an A64 register is a cell of its own: writing it keeps nothing of the old value."""
    return bool(token.lane) and token.register == "v" and lane_bits(token) == 64


def _words(keys: Mapping[str, object], key: str) -> list[object]:
    words = keys.get(key)
    return words if isinstance(words, list) else []


def _text(operand: Operand) -> str:
    """The operand as the user wrote it."""
    return operand.text if isinstance(operand, (Register, RegisterList)) else ""


def _plain_text(operand: Operand) -> str:
    return _text(operand).rstrip("! \t")


def _base_text(operand: Operand) -> str:
    return operand.base.text if isinstance(operand, Memory) else ""


def _index_text(operand: Operand) -> str:
    return operand.index.text if isinstance(operand, Memory) and operand.index else ""


def _shift_text(operand: Operand) -> str:
    return _shift_register(operand).text


def _shift_register(operand: Operand) -> Register:
    if isinstance(operand, Shift) and operand.register:
        return operand.register
    raise TypeError(f"not a shift by a register: {operand!r}")
