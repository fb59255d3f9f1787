"""Shifts of general registers as Python source.

Source of the carries and of amounts of 32 and more: Arm ARM DDI 0406C, A8.4.3; extensions: DDI 0487, C6.2.4 (ADD,
extended register).
"""

from __future__ import annotations

from collections.abc import Callable

from cyclesim.ir import Register, Shift
from cyclesim.record import NamedTuple


class Shifted(NamedTuple):
    """The value and the carry out as expressions; `carry` is empty when the carry stays as it is."""

    source: str
    carry: str


def shifted(source: str, shift: Shift, bits: int, register: Callable[[Register], str]) -> Shifted:
    """`source`, an unsigned value of `bits` bits, shifted or extended."""
    if shift.kind == "rrx":
        return Shifted(f"(F[2] << 31 | {source} >> 1)", f"{source} & 1")
    if shift.kind in _EXTENSIONS:
        return Shifted(_extended(source, shift, bits), "")
    if shift.register is not None:
        return by_register(source, shift.kind, f"({register(shift.register)} & 255)")
    return by_constant(source, shift.kind, shift.amount or 0, bits)


_EXTENSIONS = {"uxtb": (8, False), "uxth": (16, False), "uxtw": (32, False), "uxtx": (64, False)}
_EXTENSIONS |= {"sxtb": (8, True), "sxth": (16, True), "sxtw": (32, True), "sxtx": (64, True)}


def _extended(source: str, shift: Shift, bits: int) -> str:
    width, signed = _EXTENSIONS[shift.kind]
    value = f"({source} & {(1 << width) - 1:#x})"
    if signed:
        value = f"(({value} ^ {1 << width - 1:#x}) - {1 << width - 1:#x})"
    return f"({value} << {shift.amount} & {(1 << bits) - 1:#x})" if shift.amount else value


def by_constant(source: str, kind: str, amount: int, bits: int) -> Shifted:
    """A shift by a constant; `lsr #32` and `asr #32` are allowed."""
    mask, top = (1 << bits) - 1, bits - 1
    if not amount:
        return Shifted(source, "")
    if kind == "lsl":
        return Shifted(f"({source} << {amount} & {mask:#x})", f"{source} >> {bits - amount} & 1")
    if kind == "msl":
        # Ones instead of zeros follow. Source: DDI 0487, C7.2 (MOVI).
        return Shifted(f"({source} << {amount} | {(1 << amount) - 1})", "")
    carry = f"{source} >> {amount - 1} & 1"
    if kind == "lsr":
        return Shifted(f"({source} >> {amount})", carry)
    if kind == "asr":
        sign = 1 << top
        return Shifted(f"(({source} ^ {sign:#x}) - {sign:#x} >> {amount} & {mask:#x})", carry)
    amount %= bits
    return Shifted(f"({source} >> {amount} | {source} << {bits - amount} & {mask:#x})", carry)


def by_register(source: str, kind: str, amount: str) -> Shifted:
    """A shift by an expression of 0 to 255, as A32 shifts by registers."""
    return Shifted(f"shift_by_register({kind!r}, {source}, {amount}, F[2])[0]", _carry(source, kind, amount))


def _carry(source: str, kind: str, amount: str) -> str:
    return f"shift_by_register({kind!r}, {source}, {amount}, F[2])[1]"


def shift_by_register(kind: str, value: int, amount: int, carry: int) -> tuple[int, int]:
    """A 32-bit shift by the low byte of a register: the value and the carry out."""
    if not amount:
        return value, carry
    if kind == "lsl":
        wide = value << min(amount, 33)
        return wide & 0xFFFFFFFF, wide >> 32 & 1
    if kind == "ror":
        amount &= 31
        turned = (value >> amount | value << 32 - amount) & 0xFFFFFFFF
        return turned, turned >> 31
    signed = (value ^ 0x80000000) - 0x80000000 if kind == "asr" else value
    amount = min(amount, 33)
    return signed >> amount & 0xFFFFFFFF, signed >> amount - 1 & 1
