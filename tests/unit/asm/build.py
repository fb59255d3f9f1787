"""Small texts and what the parser makes of them."""

from __future__ import annotations

import pytest

from cyclesim import asm
from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.ir import Immediate, Instruction, Label, Literal, Memory, Operand, Program, Register, RegisterList, Shift


def program(text: str, isa: str = "armv7") -> Program:
    return asm.parse(text, "test.s", isa)


def one(text: str, isa: str = "armv7") -> Instruction:
    """The only instruction of a text."""
    instructions = program(text, isa).instructions
    assert len(instructions) == 1
    return instructions[0]


def errors(text: str, isa: str = "armv7") -> list[CyclesimError]:
    """All errors of a text."""
    with pytest.raises(CyclesimError) as caught:
        program(text, isa)
    error = caught.value
    return list(error.errors) if isinstance(error, ManyErrors) else [error]


def place(error: CyclesimError) -> tuple[int, int]:
    assert error.span is not None
    return error.span.line, error.span.column


def only_error(text: str, isa: str = "armv7") -> tuple[int, int, str, str]:
    """Line, column, message and hint of the only error."""
    found = errors(text, isa)
    assert len(found) == 1
    assert found[0].span is not None and found[0].span.file == "test.s"
    return (*place(found[0]), found[0].message, found[0].hint)


def expanded(text: str, isa: str = "armv7", **flags: tuple[str, ...]) -> list[str]:
    """The instructions that a text expands to, blanks as one."""
    instructions = asm.parse(text, "test.S", isa, asm.Flags(**flags)).instructions
    return [" ".join(instruction.text.split()) for instruction in instructions]


def faults(text: str, isa: str = "armv7", **flags: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Line, column and message of every error of a text."""
    with pytest.raises(CyclesimError) as caught:
        asm.parse(text, "test.S", isa, asm.Flags(**flags))
    error = caught.value
    found = error.errors if isinstance(error, ManyErrors) else [error]
    return [(*place(one), one.message) for one in found]


def shown(operand: Operand) -> str:
    """An operand in a notation of the tests: all that matters but texts and columns."""
    match operand:
        case Register():
            lane = "[]" if operand.all_lanes else "" if operand.lane is None else f"[{operand.lane}]"
            arrangement = f".{operand.arrangement}" if operand.arrangement else ""
            return f"{operand.kind}{operand.number}{arrangement}{lane}{'!' if operand.writeback else ''}"
        case RegisterList():
            lane = "[]" if operand.all_lanes else "" if operand.lane is None else f"[{operand.lane}]"
            return "{" + " ".join(shown(register) for register in operand.registers) + "}" + lane
        case Immediate():
            return f"#{operand.value}"
        case Literal():
            return f"={operand.value}"
        case Label():
            return f"{operand.name}->{operand.target}"
        case Shift():
            return f"{operand.kind} {shown(operand.register) if operand.register else operand.amount}"
        case Memory():
            return _shown_memory(operand)
    return f"'{operand.text}'"


def _shown_memory(memory: Memory) -> str:
    parts = [shown(memory.base) + (f":{memory.align}" if memory.align else "")]
    if memory.index:
        parts.append(("-" if memory.subtract else "+") + shown(memory.index))
    if memory.offset:
        parts.append(shown(memory.offset))
    if memory.shift:
        parts.append(shown(memory.shift))
    return f"{memory.mode}[{', '.join(parts)}]"


def operands(text: str, isa: str = "armv7") -> list[str]:
    return [shown(operand) for operand in one(text, isa).operands]
