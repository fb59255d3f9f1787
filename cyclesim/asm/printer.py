"""The canonical spelling of instructions: parsing it again gives an equal instruction.

Lower case, registers by number, lists in full, constants in decimal. Names that stand for places stay as they are.
"""

from __future__ import annotations

from cyclesim.ir import (
    FIRST_VIRTUAL_REGISTER,
    ZERO_REGISTER,
    Immediate,
    Instruction,
    Label,
    Literal,
    Memory,
    Name,
    Operand,
    Register,
    RegisterList,
    Shift,
)

_STACK_POINTER = 31


def format_instruction(instruction: Instruction) -> str:
    """One line without a label, a comment or a line end."""
    operands = ", ".join(format_operand(operand) for operand in instruction.operands)
    return f"{instruction.mnemonic} {operands}" if operands else instruction.mnemonic


def format_operand(operand: Operand) -> str:
    match operand:
        case Register():
            return _register(operand)
        case RegisterList():
            return _list(operand)
        case Immediate():
            return _immediate(operand)
        case Shift():
            return _shift(operand)
        case Memory():
            return _memory(operand)
        case Literal():
            return operand.text if operand.value is None else f"={operand.value}"
        case Label():
            return operand.name
        case Name():
            return operand.text


def _register(register: Register) -> str:
    return _register_name(register) + _lane(register.lane, register.all_lanes) + ("!" if register.writeback else "")


def _register_name(register: Register) -> str:
    kind, number = register.kind, register.number
    if number >= FIRST_VIRTUAL_REGISTER:
        return register.text.rstrip("!")
    if kind in "xw" and number in (_STACK_POINTER, ZERO_REGISTER):
        return {"x31": "sp", "w31": "wsp", "x-1": "xzr", "w-1": "wzr"}[f"{kind}{number}"]
    return f"{kind}{number}" + (f".{register.arrangement}" if register.arrangement else "")


def _lane(lane: int | None, all_lanes: bool) -> str:
    if all_lanes:
        return "[]"
    return "" if lane is None else f"[{lane}]"


def _list(registers: RegisterList) -> str:
    """ARMv7 writes a lane at every register, AArch64 once behind the list."""
    lane = _lane(registers.lane, registers.all_lanes)
    names = [_register_name(register) for register in registers.registers]
    if registers.registers[0].kind == "v":
        return "{" + ", ".join(names) + "}" + lane
    return "{" + ", ".join(name + lane for name in names) + "}"


def _immediate(immediate: Immediate) -> str:
    if immediate.value is None:
        return immediate.text
    return f"#{immediate.value!r}"


def _shift(shift: Shift) -> str:
    if shift.register:
        return f"{shift.kind} {_register(shift.register)}"
    return shift.kind if shift.amount is None else f"{shift.kind} #{shift.amount}"


def _memory(memory: Memory) -> str:
    base = _register_name(memory.base) + (f" :{memory.align}" if memory.align else "")
    parts = []
    if memory.index:
        parts.append(("-" if memory.subtract else "") + _register(memory.index))
    if memory.offset:
        parts.append(_immediate(memory.offset))
    if memory.shift:
        parts.append(_shift(memory.shift))
    if memory.mode == "post":
        return ", ".join([f"[{base}]", *parts])
    return "[" + ", ".join([base, *parts]) + "]" + ("!" if memory.mode == "pre" else "")
