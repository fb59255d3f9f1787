"""Instruction operands against the operands of a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cyclesim.ir import Immediate, Label, Literal, Memory, Name, Operand, Register, RegisterList, Shift
from cyclesim.isa.notation import Token
from cyclesim.record import NamedTuple

CONDITIONS = frozenset(
    ["eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"]
)

Shape = tuple[object, ...] | str
"""What decides of an operand which form it fits and what it does, apart from which registers and values it names."""


class Bound(NamedTuple):
    """An operand of the form and the position of the instruction's operand that fits it."""

    token: Token
    place: int


class Mismatch(NamedTuple):
    """The position of the operand that doesn't fit, and the operand of the form it should have fitted (None: there
    is one too many)."""

    place: int
    token: Token | None


def bind(tokens: Sequence[Token], operands: Sequence[Operand]) -> list[Bound] | Mismatch:
    """Pair the operands of a form with those of an instruction, by shape."""
    bound: list[Bound] = []
    place = 0
    for token in tokens:
        operand = operands[place] if place < len(operands) else None
        if operand is None or not accepts(token, operand):
            if token.optional:
                continue
            return Mismatch(place, token)
        bound.append(Bound(token, place))
        place += 1
        if token.kind == "op2" and place < len(operands) and isinstance(operands[place], Shift):
            bound.append(Bound(OP2_SHIFT, place))
            place += 1
    return bound if place == len(operands) else Mismatch(place, None)


def bind_short(tokens: Sequence[Token], operands: Sequence[Operand]) -> list[Bound] | None:
    """The two-operand shorthand of A32, `add r0, #4` for `add r0, r0, #4`: the first operand is also the first source.

    Only for a result and two sources of which the first is of the result's kind, and an immediate behind them.
    """
    if len(tokens) < 3 or not operands or tokens[0].access != "=" or tokens[1].access:
        return None
    simple = [token.kind for token in tokens[:2]] == ["register"] * 2 and tokens[0].register == tokens[1].register
    behind = [token.kind for token in tokens[3:] if not token.optional]
    if not simple or tokens[2].kind not in _SECOND_SOURCES or behind not in ([], ["immediate"]):
        return None
    if behind and tokens[2].kind == "immediate":
        return None
    bound = bind(tokens, (operands[0], *operands))
    return [Bound(token, max(0, place - 1)) for token, place in bound] if isinstance(bound, list) else None


_SECOND_SOURCES = ("register", "op2", "immediate")

OP2_SHIFT = Token("shift?", "shift", "shift", optional=True)


def accepts(token: Token, operand: Operand) -> bool:
    """Whether an operand is of the kind that the form wants; values are looked at by `checks`."""
    return _ACCEPTS[token.kind](token, operand)


def _register(token: Token, operand: Operand) -> bool:
    return (
        isinstance(operand, Register)
        and operand.kind == token.register
        and operand.arrangement == token.arrangement
        and (operand.lane is not None) == bool(token.lane)
        and not operand.all_lanes
        and (token.writeback or not operand.writeback)
    )


def _list(token: Token, operand: Operand) -> bool:
    return (
        isinstance(operand, RegisterList)
        and token.counts[0] <= len(operand.registers) <= token.counts[1]
        and (operand.lane is not None) == bool(token.lane)
        and operand.all_lanes == token.all_lanes
        and all(
            register.kind == token.register and register.arrangement == token.arrangement
            for register in operand.registers
        )
    )


def _memory(token: Token, operand: Operand) -> bool:
    if isinstance(operand, Label):
        return "label" in token.modes
    mode = memory_mode(operand) if isinstance(operand, Memory) else None
    return mode is not None and (mode in token.modes or (not mode and token.modes != ("label",)))


def memory_mode(operand: Memory) -> str:
    """The address mode as the notation names it; empty for `[base]`, also with an offset of 0."""
    if operand.mode == "offset":
        return "index" if operand.index else "offset" if operand.offset and operand.offset.value != 0 else ""
    if operand.mode == "pre":
        return "pre-register" if operand.index else "pre" if operand.offset else "increment"
    return "post-register" if operand.index else "post"


def _op2(token: Token, operand: Operand) -> bool:
    if isinstance(operand, Register):
        return operand.kind == "r" and not operand.writeback
    return isinstance(operand, Immediate)


_ACCEPTS: dict[str, Callable[[Token, Operand], bool]] = {
    "register": _register,
    "list": _list,
    "memory": _memory,
    "op2": _op2,
    "immediate": lambda token, operand: isinstance(operand, Immediate),
    "shift": lambda token, operand: isinstance(operand, Shift),
    "label": lambda token, operand: isinstance(operand, Label),
    "name": lambda token, operand: isinstance(operand, Name),
    "cond": lambda token, operand: isinstance(operand, Name) and operand.text in CONDITIONS,
    "literal": lambda token, operand: isinstance(operand, Literal),
}


def shape_of(operand: Operand) -> Shape:
    """Instructions of one mnemonic whose operands have equal shapes resolve to the same form, features and count."""
    return _SHAPES[operand.__class__](operand)


def _register_shape(operand: Register) -> Shape:
    # A32 link register and program counter are apart: they make a branch or a return of an instruction.
    kind, number = operand.kind, operand.number
    lane = operand.all_lanes if operand.lane is None else 2
    return (kind, operand.arrangement, lane, operand.writeback, number if kind == "r" and 13 < number < 16 else 0)


def _list_shape(operand: RegisterList) -> Shape:
    registers = operand.registers
    first = registers[0]
    same = all(one.kind == first.kind and one.arrangement == first.arrangement for one in registers)
    pc = first.kind == "r" and any(one.number == 15 for one in registers)
    lane = operand.all_lanes if operand.lane is None else 2
    return ("list", len(registers), first.kind, first.arrangement, same, lane, pc)


def _memory_shape(operand: Memory) -> Shape:
    index, shift = operand.index, operand.shift
    return ("memory", memory_mode(operand), index and index.kind, shift and shift.kind)


def _shift_shape(operand: Shift) -> Shape:
    return ("shift", operand.kind, operand.register is None)


_SHAPES: dict[type, Callable[..., Shape]] = {
    Register: _register_shape,
    RegisterList: _list_shape,
    Memory: _memory_shape,
    Shift: _shift_shape,
    Immediate: lambda operand: "#",
    Literal: lambda operand: "=",
    Label: lambda operand: "label",
    Name: lambda operand: "cond" if operand.text in CONDITIONS else "name",
}
