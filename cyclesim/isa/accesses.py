"""The memory access of a form, and registers that step by a constant: write-back, `add rd, rn, #imm`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.ir import Access, Immediate, Memory, Operand, Register, Shift
from cyclesim.isa.cells import Getter
from cyclesim.isa.match import Bound
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.plan import Accesses, Operands, Step
from cyclesim.isa.sizes import access_kinds, transferred_bytes

Transfer = tuple[Accesses, Step | None]
"""An access, and the step of its base when it is written back."""


def transfer_of(pattern: Pattern, bound: Sequence[Bound], operands: Operands, general: Getter) -> Transfer | None:
    """The access of a form for the shape of `operands`; None when it has none. `general`: cells of a base register."""
    kinds = access_kinds(pattern)
    if not kinds:
        return None
    size = transferred_bytes(pattern, bound, operands)
    order = str(pattern.row.keys.get("order", "ia"))
    for token, place in bound:
        if isinstance(operands[place], Memory):
            return _addressed(kinds, place, size, operands[place], general)
        if token.writeback:
            return _block(kinds[0], place, size, order, operands[place], general)
    return _implicit(kinds[0], next(iter(implicit_cells(pattern)[0]), ""), size, order)


def implicit_cells(pattern: Pattern) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cells that the row reads and writes without an operand."""
    implicit = pattern.row.keys.get("implicit")
    if not isinstance(implicit, Mapping):
        return (), ()
    return tuple(implicit.get("reads", ())), tuple(implicit.get("writes", ()))


def _addressed(kinds: Sequence[str], place: int, size: int, shown: Operand, general: Getter) -> Transfer:
    """An access with an address operand."""

    def base(operands: Operands) -> str:
        memory = operands[place]
        return "".join(general(memory.base)) if isinstance(memory, Memory) else ""

    def access(operands: Operands) -> tuple[Access, ...]:
        memory = operands[place]
        if not isinstance(memory, Memory):
            return ()
        cell, offset = base(operands), _offset(memory)
        return tuple([Access(kind, cell, offset, size, memory.align) for kind in kinds])

    def amount(operands: Operands) -> int | None:
        memory = operands[place]
        return _integer(memory.offset) if isinstance(memory, Memory) and memory.offset else size

    steps = isinstance(shown, Memory) and shown.mode != "offset" and not shown.index
    return access, (base, base, amount) if steps else None


def _block(kind: str, place: int, size: int, order: str, shown: Operand, general: Getter) -> Transfer:
    """ldm, stm, vldm, vstm: the base is a register operand."""
    offset, amount = _first_offset(order, size), _direction(order) * size

    def base(operands: Operands) -> str:
        return "".join(general(operands[place]))

    steps = isinstance(shown, Register) and shown.writeback
    return (
        lambda operands: (Access(kind, base(operands), offset, size),),
        (base, base, lambda operands: amount) if steps else None,
    )


def _implicit(kind: str, base: str, size: int, order: str) -> Transfer:
    """push and pop, whose base the row names; a literal or a label has no base at all."""
    accesses = (Access(kind, base, _first_offset(order, size) if base else None, size),)
    amount = _direction(order) * size
    step = (lambda operands: base, lambda operands: base, lambda operands: amount)
    return lambda operands: accesses, step if base else None


def row_step(pattern: Pattern, bound: Sequence[Bound], operands: Operands, general: Getter) -> Step | None:
    """The step that the row states, when this shape of operands has it: an immediate."""
    stated = pattern.row.keys.get("step")
    if not isinstance(stated, str):
        return None
    name, sign, value = stated.split()
    by_name = {token.name: place for token, place in bound if token.kind != "shift"}
    amount, source = by_name[value.lstrip("#")], by_name[name[1:]]
    written = next(place for token, place in bound if token.access)
    shifts = [place for _, place in bound if isinstance(operands[place], Shift)]
    if not isinstance(operands[amount], Immediate):
        return None

    def by(operands: Operands) -> int | None:
        step = _integer(operands[amount])
        scale = sum(_left_shift(operands[place]) for place in shifts)
        return None if step is None else (step << scale) * (1 if sign == "+" else -1)

    return (
        lambda operands: "".join(general(operands[written])),
        lambda operands: "".join(general(operands[source])),
        by,
    )


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
