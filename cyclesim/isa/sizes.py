"""Sizes that operands and data types imply: bits of elements, lanes, bytes that move."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.ir import Operand, RegisterList
from cyclesim.isa.match import Bound
from cyclesim.isa.names import type_bits, type_of
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern

_ELEMENT_BITS = {"b": 8, "h": 16, "s": 32, "d": 64, "q": 128}
_REGISTER_BITS = {"b": 8, "h": 16, "s": 32, "d": 64, "q": 128, "r": 32, "w": 32, "x": 64, "": 32}


def element_bits(arrangement: str) -> int:
    """The size of an element in bits: 32 of `4s` and of `s`."""
    return _ELEMENT_BITS[arrangement[-1]]


def lane_bits(token: Token) -> int:
    """The size of what a lane index counts: 32 for `Vm.4b[x]` and `Vm.2h[x]`."""
    digits = token.arrangement.rstrip("bhsdq")
    return element_bits(token.arrangement) * int(digits or 1)


def token_bits(token: Token) -> int:
    """The size of the register that an operand names, of the vector as its arrangement says."""
    if token.register != "v":
        return _REGISTER_BITS[token.register]
    if token.lane:
        return lane_bits(token)
    return element_bits(token.arrangement) * int(token.arrangement.rstrip("bhsdq") or 1)


def lanes_of(pattern: Pattern, token: Token) -> int:
    """Lanes of an operand: of a vector by its arrangement, of an A32 register by the first data type."""
    if token.register == "v":
        return token_bits(token) // element_bits(token.arrangement)
    bits = type_bits(type_of(pattern.mnemonic))
    return max(1, token_bits(token) // bits) if bits else 1


def operation_count(pattern: Pattern) -> int:
    """The multiplies and adds that the row's rule gives: a number, or so many for every lane of an operand."""
    rule = pattern.row.operations
    if not rule:
        return 0
    count, _, operand = rule.partition("/")
    if not operand:
        return int(count)
    token = next(token for token in pattern.tokens if token.name == operand[1:])
    return int(float(count) * lanes_of(pattern, token))


def structure_of(mnemonic: str) -> int:
    """Elements of a structure that ld1-ld4, st1-st4 move; 0 for other instructions."""
    name = mnemonic.removeprefix("v")
    return int(name[2]) if name[:2] in ("ld", "st") and name[2:3] in ("1", "2", "3", "4") else 0


def access_kinds(pattern: Pattern) -> list[str]:
    """`load`, `store`, `prefetch`; an atomic instruction loads and stores."""
    kinds = pattern.row.keys.get("access", [])
    return [kinds] if isinstance(kinds, str) else list(kinds) if isinstance(kinds, list) else []


def transferred_bytes(pattern: Pattern, bound: Sequence[Bound], operands: Sequence[Operand]) -> int:
    """Bytes that the instruction loads or stores; 0 for a prefetch."""
    given = pattern.row.keys.get("bytes")
    kinds = access_kinds(pattern)
    if isinstance(given, int):
        return given
    if "prefetch" in kinds:
        return 0
    data = [(token, place) for token, place in bound if token.kind in ("register", "list") and not token.writeback]
    if len(kinds) == 2:
        return token_bits(data[0][0]) // 8 if data else 0
    wanted = ("=", "+") if kinds == ["load"] else ("",)
    return sum(_moved(pattern, token, operands[place]) for token, place in data if token.access in wanted)


def _moved(pattern: Pattern, token: Token, operand: Operand) -> int:
    """Bytes of one data operand."""
    count = len(operand.registers) if isinstance(operand, RegisterList) else 1 + token.next
    bits = element_bits(token.arrangement) if token.arrangement else type_bits(type_of(pattern.mnemonic))
    if token.all_lanes or pattern.row.class_.endswith("-replicate"):
        # One element for each register of the structure, however many registers it is copied to.
        return structure_of(pattern.mnemonic) * bits // 8
    if token.lane:
        return count * bits // 8
    return count * token_bits(token) // 8
