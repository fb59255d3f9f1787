"""Features of a resolved instruction: what cores time apart inside a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.ir import Immediate, Label, Literal, Memory, Operand, Register, RegisterList, Shift
from cyclesim.isa.match import Bound, memory_mode
from cyclesim.isa.names import type_of
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.sizes import element_bits, structure_of, token_bits, transferred_bytes

LINK_REGISTER, PROGRAM_COUNTER = 14, 15


def features_of(
    pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand], condition: str, isa: str
) -> dict[str, object]:
    """All features; the row's own `features` last."""
    found: dict[str, object] = {
        "mnemonic": pattern.mnemonic.partition(".")[0],
        "width": _width(bound, isa),
        "element": _element(pattern),
        "registers": _registers(bound, operands),
        "lane": any(token.lane and token.kind == "register" for token, _ in bound),
        "mode": _mode(pattern, bound, operands),
        "shift": _shift(operands),
        "bytes": transferred_bytes(pattern, bound, operands) if "access" in pattern.row.keys else 0,
        "immediate": any(isinstance(operand, Immediate) for operand in operands),
        "sets_flags": pattern.sets_flags,
        "conditional": bool(condition),
        "structure": structure_of(pattern.mnemonic),
        "branch": _branch(pattern, bound, operands, condition, isa),
    }
    own = pattern.row.keys.get("features")
    return found | dict(own) if isinstance(own, Mapping) else found


def _width(bound: Sequence[Bound], isa: str) -> int:
    """Bits of the widest SIMD register; of a lane alone 64; without SIMD registers, of the widest general one."""
    simd = [max(64, token_bits(token)) if token.lane else token_bits(token) for token, _ in bound if _is_simd(token)]
    general = [token_bits(token) for token, _ in bound if token.register and token.register in "wx"]
    return max(simd or general or [32 if isa == "armv7" else 64])


def _is_simd(token: Token) -> bool:
    return bool(token.register) and token.register in "bhsdqv"


def _element(pattern: Pattern) -> str:
    """The first data type of an A32 mnemonic; the element size of the first SIMD operand of A64."""
    if type_ := type_of(pattern.mnemonic):
        return type_ if not pattern.row.where.startswith("isa/aarch64") else ""
    for token in pattern.tokens:
        if token.arrangement:
            return str(element_bits(token.arrangement))
        if token.register and token.register in "bhsdq":
            return str(element_bits(token.register))
    return ""


def _registers(bound: Sequence[Bound], operands: Sequence[Operand]) -> int:
    """Registers of the list or pair that is moved; 1 when it is one register, 0 when none is."""
    for token, place in bound:
        operand = operands[place]
        if isinstance(operand, RegisterList):
            return len(operand.registers)
        if token.next:
            return 2
    return sum(token.kind == "register" and token.access == bound[0].token.access for token, _ in bound[:2])


def _mode(pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand]) -> str:
    """How the address is formed; empty when there is no access."""
    if "access" not in pattern.row.keys:
        return ""
    for token, place in bound:
        operand = operands[place]
        if isinstance(operand, Memory):
            return memory_mode(operand) or "offset"
        if isinstance(operand, (Label, Literal)):
            return "label"
        if token.writeback and isinstance(operand, Register):
            return "increment" if operand.writeback else "offset"
    return "increment" if "implicit" in pattern.row.keys else "offset"


def _shift(operands: Sequence[Operand]) -> str:
    """How a register operand or an index is shifted; shifted immediates don't count."""
    for before, operand in zip((None, *operands), operands, strict=False):
        if isinstance(operand, Memory) and operand.shift:
            return _shift_kind(operand.shift)
        if isinstance(operand, Shift) and isinstance(before, Register):
            return _shift_kind(operand)
    return ""


def _shift_kind(shift: Shift) -> str:
    if shift.kind[:3] in ("uxt", "sxt"):
        return "extend"
    return "register" if shift.register else "immediate"


def _branch(pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand], condition: str, isa: str) -> str:
    """How control leaves; an A32 instruction that writes the program counter is a branch as well."""
    kind = pattern.row.keys.get("branch", "")
    if isa == "armv7":
        from_stack = any(isinstance(operands[place], RegisterList) for _, place in bound)
        from_link = any(_is_general(operands[place], LINK_REGISTER) and token.access == "" for token, place in bound)
        if not kind and any(_writes_pc(token, operands[place]) for token, place in bound):
            kind = "indirect"
        if kind == "indirect" and (from_stack or from_link):
            kind = "return"
        if kind and condition:
            kind = "conditional"
    return str(kind)


def _is_general(operand: Operand, number: int) -> bool:
    return isinstance(operand, Register) and operand.kind == "r" and operand.number == number


def _writes_pc(token: Token, operand: Operand) -> bool:
    if not token.access:
        return False
    registers = operand.registers if isinstance(operand, RegisterList) else (operand,)
    return any(_is_general(register, PROGRAM_COUNTER) for register in registers)
