"""Instructions that a source gives as numbers: `.inst 0x4e80e400`, `.byte` and `.word` in the middle of code."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.asm.dialect import CONDITIONS
from cyclesim.asm.expressions import Scope, evaluate
from cyclesim.asm.fault import Fault, Undefined
from cyclesim.asm.pieces import split
from cyclesim.errors import InputError
from cyclesim.ir import Immediate, Instruction, Label, Register, RegisterList, Span

OPAQUE = ".inst"
"""Mnemonic of an encoding that nothing here decodes."""

SIZES = {".inst": 4, ".inst.n": 2, ".inst.w": 4, ".byte": 1, ".short": 2, ".hword": 2, ".word": 4, ".long": 4}
_PROGRAM_COUNTER = 15
_JUMPS = frozenset(("b", "bx", "br", "ret", "eret", "b.al", "bal", "udf", "bxj", "braa", "retaa", "retab"))


def values(text: str, column: int, scope: Scope) -> list[int | None]:
    """The numbers of a directive; None for what only a linker knows. Raises Fault."""
    found: list[int | None] = []
    for piece, place in split(text, column, "value"):
        try:
            value = evaluate(piece, place, scope)
        except Undefined:
            value = None
        found.append(value if isinstance(value, int) else None)
    return found


def ends_flow(instruction: Instruction) -> bool:
    """Whether what follows is not executed next: a jump, or a load of the program counter."""
    name = instruction.mnemonic
    if name in _JUMPS:
        return True
    if name[-2:] in CONDITIONS:
        return False
    operands = instruction.operands
    listed = [one for operand in operands if isinstance(operand, RegisterList) for one in operand.registers]
    written = listed if name.startswith(("pop", "ldm")) else [one for one in operands[:1] if isinstance(one, Register)]
    return any((register.kind, register.number) == ("r", _PROGRAM_COUNTER) for register in written)


def instructions(
    numbers: Sequence[int | None], size: int, isa: str, thumb: bool, span: Span, text: str, strict: bool
) -> list[Instruction]:
    """What the numbers encode, by capstone where it is installed; `strict`: nothing, if any is no encoding.

    Raises Fault for a number that doesn't fit.
    """
    data = bytearray()
    for number in numbers:
        if number is None or not -(1 << 8 * size - 1) <= number < 1 << 8 * size:
            if strict:
                return []
            if number is None:
                return [_opaque(None, span, text)]
            raise Fault(f"{number:#x} doesn't fit into {size} bytes", span.column, span.length)
        encoding = (number & (1 << 8 * size) - 1).to_bytes(size, "little")
        # A 32-bit T32 encoding is two halfwords, the first one first. Source: Arm ARM DDI 0406C, A6.1.
        data += encoding[2:] + encoding[:2] if thumb and size == 4 else encoding
    if strict and (len(data) % 4 or not data):
        return []
    return _decoded(bytes(data), isa, thumb, span, text, strict)


def _decoded(data: bytes, isa: str, thumb: bool, span: Span, text: str, strict: bool) -> list[Instruction]:
    from cyclesim.asm import objects

    state = objects.A64 if isa == "aarch64" else objects.THUMB if thumb else objects.ARM
    try:
        decoded = objects.decode_bytes(data, 0, isa, state).instructions
    except InputError:
        # Without capstone.
        decoded = ()
    found = [_placed(one.instruction, span, text) for one in decoded]
    if strict and any(one.mnemonic == OPAQUE for one in found):
        return []
    if not found and not strict:
        words = [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
        return [_opaque(word, span, text) for word in words]
    return found


def _placed(instruction: Instruction, span: Span, text: str) -> Instruction:
    """A decoded instruction where the source has its number; its branch target is nowhere in the text."""
    operands = tuple(one._replace(target=None) if isinstance(one, Label) else one for one in instruction.operands)
    return instruction._replace(operands=operands, span=span, text=text)


def _opaque(number: int | None, span: Span, text: str) -> Instruction:
    shown = "#?" if number is None else f"#{number:#010x}"
    return Instruction(OPAQUE, (Immediate(shown, number, span.column),), span, text)
