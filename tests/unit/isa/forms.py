"""Instructions made from the operands of a form, for tests that go through all forms."""

from __future__ import annotations

from cyclesim.ir import (
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
    Span,
)
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.rows import RANGE

SPAN = Span("form.s", 1)


def instructions_of(pattern: Pattern, isa: str) -> list[Instruction]:
    """One instruction without optional operands, one with them, one for each address mode."""
    modes = next((token.modes for token in pattern.tokens if token.kind == "memory"), ())
    plain = [token for token in pattern.tokens if not token.optional]
    made = [_instruction(pattern, plain, isa, mode) for mode in modes or ("",)]
    return made + ([_instruction(pattern, pattern.tokens, isa, "")] if len(plain) < len(pattern.tokens) else [])


def _instruction(pattern: Pattern, tokens: object, isa: str, mode: str) -> Instruction:
    condition = "eq" if pattern.row.keys.get("conditional") == "only" else ""
    assert isinstance(tokens, (list, tuple))
    operands = tuple(operand(token, number, pattern, isa, mode) for number, token in enumerate(tokens))
    return Instruction(pattern.mnemonic + condition, operands, SPAN, pattern.text)


def operand(token: Token, number: int, pattern: Pattern, isa: str, mode: str) -> Operand:
    """The operand for a token; different numbers give different registers."""
    base = Register("r9" if isa == "armv7" else "x9", "r" if isa == "armv7" else "x", 9)
    if token.kind == "register":
        return register(token, number)
    if token.kind == "list":
        registers = tuple(register(token, 4 + step) for step in range(token.counts[0]))
        return RegisterList("{…}", registers, registers[0].lane, token.all_lanes)
    if token.kind == "memory":
        return Label("place") if mode == "label" else address(mode, base, isa)
    simple: dict[str, Operand] = {
        "immediate": Immediate("#1", value_of(token, pattern)),
        "op2": Immediate("#1", 1),
        "shift": Shift("lsl", 1),
        "label": Label("place"),
        "name": Name("thing"),
        "cond": Name("eq"),
        "literal": Literal("=1", 1),
    }
    return simple[token.kind]


def value_of(token: Token, pattern: Pattern) -> int:
    ranges = pattern.row.keys.get("ranges")
    found = RANGE.fullmatch(str(ranges.get(token.name, ""))) if isinstance(ranges, dict) else None
    return token.value if token.value is not None else int(found[1]) if found else 1


def register(token: Token, number: int) -> Register:
    kind = token.register
    # Lane 1 of every element size exists; fmov takes no other.
    lane = 1 if token.lane else None
    return Register(f"{kind}{number}", kind, number, token.arrangement, lane, token.all_lanes)


def address(mode: str, base: Register, isa: str) -> Memory:
    index = Register("r8" if isa == "armv7" else "x8", base.kind, 8)
    offset = Immediate("#16", 16)
    plain = Memory("[…]", base)
    return {
        "": plain,
        "offset": plain._replace(offset=offset),
        "index": plain._replace(index=index),
        "pre": plain._replace(offset=offset, mode="pre"),
        "pre-register": plain._replace(index=index, mode="pre"),
        "post": plain._replace(offset=offset, mode="post"),
        "post-register": plain._replace(index=index, mode="post"),
        "increment": plain._replace(mode="pre"),
    }[mode]
