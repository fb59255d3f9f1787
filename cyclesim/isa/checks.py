"""What a form demands of values and register numbers beyond the kinds of its operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.ir import Immediate, Operand, Register, RegisterList
from cyclesim.isa.match import Bound
from cyclesim.isa.names import type_bits, type_of
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.rows import RANGE
from cyclesim.isa.sizes import element_bits
from cyclesim.record import NamedTuple

# A scalar shares four bits of the encoding between register and lane, in A64 five for 16-bit elements.
# Source: Arm ARM DDI 0406C, A7.3.2, and DDI 0487, C7.2 (by element).
_SCALAR_REGISTERS = {("armv7", 16): 7, ("armv7", 32): 15, ("aarch64", 16): 15}


class Check(NamedTuple):
    """`what` of the operand at `place` is `low` to `high`: its `value`, its `lane` or its `number`. `sentence` and
    `hint` are what a user reads otherwise."""

    place: int
    what: str
    low: int
    high: int
    sentence: str
    hint: str = ""

    def passes(self, operands: Sequence[Operand]) -> bool:
        operand = operands[self.place]
        if self.what == "value":
            value: object = operand.value if isinstance(operand, Immediate) else None
        elif self.what == "lane":
            value = operand.lane if isinstance(operand, (Register, RegisterList)) else None
        else:
            value = operand.number if isinstance(operand, Register) and operand.number < 1000 else None
        return not isinstance(value, (int, float)) or self.low <= value <= self.high


def checks_of(pattern: Pattern, bound: Sequence[Bound], isa: str) -> tuple[Check, ...]:
    """All checks of a form, for the operands it is bound to."""
    found: list[Check] = []
    ranges = pattern.row.keys.get("ranges")
    named = ranges if isinstance(ranges, Mapping) else {}
    for token, place in bound:
        if token.value is not None:
            found.append(Check(place, "value", token.value, token.value, f"this immediate can only be {token.value}"))
        if token.kind == "immediate" and token.name in named:
            low, high = _limits(str(named[token.name]), pattern)
            sentence = f"the {token.name} of `{pattern.mnemonic}` is {_span(low, high)}"
            found.append(Check(place, "value", low, high, sentence))
        if token.kind == "register" and token.name in named:
            found.append(_number_check(token, place, *_limits(str(named[token.name]), pattern), ""))
        if pattern.row.keys.get("scalar") and token.lane:
            found += _scalar_check(pattern, token, place, isa)
        if token.lane:
            found += _lane_check(pattern, token, place, isa, named)
    return tuple(found)


def _limits(text: str, pattern: Pattern) -> tuple[int, int]:
    """`1..size` with the size of the first data type."""
    parts = RANGE.fullmatch(text)
    if parts is None:
        return 0, 0
    size = type_bits(type_of(pattern.mnemonic)) or _vector_size(pattern)
    high = {"size": size, "size-1": size - 1, "size/2": size // 2}.get(parts[2])
    return int(parts[1]), int(parts[2]) if high is None else high


def _vector_size(pattern: Pattern) -> int:
    """The element size of the first SIMD operand of an A64 form."""
    for token in pattern.tokens:
        if token.arrangement:
            return element_bits(token.arrangement)
        if token.register and token.register in "bhsdq":
            return element_bits(token.register)
    return 0


def _number_check(token: Token, place: int, low: int, high: int, what: str, hint: str = "") -> Check:
    kind = token.register
    return Check(place, "number", low, high, f"{what or token.text} must be {kind}{low}-{kind}{high}", hint)


def _scalar_check(pattern: Pattern, token: Token, place: int, isa: str) -> list[Check]:
    bits = element_bits(token.arrangement) if token.arrangement else type_bits(type_of(pattern.mnemonic))
    high = _SCALAR_REGISTERS.get((isa, bits))
    if high is None:
        return []
    hint = "copy the value to one of them first" if isa == "aarch64" else _A32_SCALARS
    return [_number_check(token, place, 0, high, f"the lane register of a {bits}-bit by-lane form", hint)]


_A32_SCALARS = "by lane: d0-d7, lanes 0-3, of 16-bit elements; d0-d15, lanes 0-1, of 32-bit elements"


def _lane_check(pattern: Pattern, token: Token, place: int, isa: str, named: Mapping[str, object]) -> list[Check]:
    """A64 lanes are checked by their arrangement when the text is read; those of A32 by the data type."""
    if token.lane in named:
        low, high = _limits(str(named[token.lane]), pattern)
        return [Check(place, "lane", low, high, f"the lane of this form is {_span(low, high)}")]
    if isa != "armv7":
        return []
    bits = type_bits(type_of(pattern.mnemonic)) or 32
    low, high = 0, 64 // bits - 1
    return [Check(place, "lane", low, high, f"a D register has lanes {low} to {high} of {bits} bits")]


def _span(low: int, high: int) -> str:
    return f"{low} to {high}" if low < high else str(low)
