"""Helpers on general registers: bitfields, counts, division, packed arithmetic with GE, saturation with Q.

Arguments are unsigned values of registers unless said otherwise; results are cut to the register by the caller.
Sources: Arm ARM DDI 0406C, A8.8; DDI 0487, C6.2.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from cyclesim.execute.state import STICKY, Helper


def ror(value: int, amount: int, bits: int) -> int:
    """A rotation to the right."""
    amount %= bits
    return (value >> amount | value << bits - amount) & (1 << bits) - 1


def signed(value: int, bits: int) -> int:
    """The low bits as a signed number."""
    value &= (1 << bits) - 1
    return (value ^ 1 << bits - 1) - (1 << bits - 1)


# Bitfields: x extracts, iz inserts in zeros, m rotates and masks


def ubfx(value: int, lsb: int, length: int, bits: int) -> int:
    return value >> lsb & (1 << length) - 1


def sbfx(value: int, lsb: int, length: int, bits: int) -> int:
    return signed(value >> lsb, length)


def ubfiz(value: int, lsb: int, length: int, bits: int) -> int:
    return (value & (1 << length) - 1) << lsb


def sbfiz(value: int, lsb: int, length: int, bits: int) -> int:
    return signed(value, length) << lsb


def ubfm(value: int, right: int, last: int, bits: int) -> int:
    """Bits `right` to `last`, or as many from below to the top when `last` is smaller."""
    if last >= right:
        return ubfx(value, right, last - right + 1, bits)
    return ubfiz(value, bits - right, last + 1, bits)


def sbfm(value: int, right: int, last: int, bits: int) -> int:
    if last >= right:
        return sbfx(value, right, last - right + 1, bits)
    return sbfiz(value, bits - right, last + 1, bits)


def bfi(target: int, value: int, lsb: int, length: int, bits: int) -> int:
    """The low bits of a value in the place of those of the target."""
    field = (1 << length) - 1
    return target & ~(field << lsb) | (value & field) << lsb


def bfxil(target: int, value: int, lsb: int, length: int, bits: int) -> int:
    """Bits of a value in the place of the lowest ones of the target."""
    return bfi(target, value >> lsb, 0, length, bits)


def bfm(target: int, value: int, right: int, last: int, bits: int) -> int:
    if last >= right:
        return bfxil(target, value, right, last - right + 1, bits)
    return bfi(target, value, bits - right, last + 1, bits)


# Counts and orders


def clz(value: int, bits: int) -> int:
    """Leading zeros."""
    return bits - value.bit_length()


def cls(value: int, bits: int) -> int:
    """Leading bits that equal the sign, without it."""
    number = signed(value, bits)
    return bits - 1 - (number ^ number >> bits).bit_length()


def rbit(value: int, bits: int) -> int:
    return int(f"{value:0{bits}b}"[::-1], 2)


def rev(value: int, bits: int) -> int:
    """The bytes in opposite order."""
    return int.from_bytes(value.to_bytes(bits // 8, "little"), "big")


def rev16(value: int, bits: int) -> int:
    """Bytes exchanged within each half-word."""
    even = 0x00FF00FF00FF00FF & (1 << bits) - 1
    return (value & even) << 8 | value >> 8 & even


def rev32(value: int, bits: int) -> int:
    """Bytes in opposite order within each word."""
    return rev(value >> 32, 32) << 32 | rev(value & 0xFFFFFFFF, 32)


def revsh(value: int, bits: int) -> int:
    """The lower half-word with its bytes exchanged, sign-extended."""
    return signed(rev16(value & 0xFFFF, 16), 16)


def divide(first: int, second: int) -> int:
    """Signed or unsigned division towards zero; by zero it is zero."""
    if second == 0:
        return 0
    quotient = abs(first) // abs(second)
    return -quotient if (first < 0) != (second < 0) else quotient


def halves(value: int) -> tuple[int, int]:
    """The lower and the upper 32 bits of a number of 64."""
    return value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF


def addflags(first: int, second: int, carry: int, bits: int) -> int:
    """NZCV of a sum."""
    mask = (1 << bits) - 1
    first, second = first & mask, second & mask
    total = first + second + carry
    result = total & mask
    overflow = ((first ^ result) & (second ^ result)) >> bits - 1
    return result >> bits - 1 << 3 | (result == 0) << 2 | total >> bits << 1 | overflow


# Atomic operations: the new value of the location


def ldadd(old: int, value: int, bits: int) -> int:
    return old + value


def ldclr(old: int, value: int, bits: int) -> int:
    return old & ~value


def ldeor(old: int, value: int, bits: int) -> int:
    return old ^ value


def ldset(old: int, value: int, bits: int) -> int:
    return old | value


def ldsmax(old: int, value: int, bits: int) -> int:
    return max(signed(old, bits), signed(value, bits))


def ldsmin(old: int, value: int, bits: int) -> int:
    return min(signed(old, bits), signed(value, bits))


def ldumax(old: int, value: int, bits: int) -> int:
    return max(old, value & (1 << bits) - 1)


def ldumin(old: int, value: int, bits: int) -> int:
    return min(old, value & (1 << bits) - 1)


# Extensions of A32


def sxtb(value: int) -> int:
    return signed(value, 8)


def uxtb(value: int) -> int:
    return value & 0xFF


def sxth(value: int) -> int:
    return signed(value, 16)


def uxth(value: int) -> int:
    return value & 0xFFFF


def sxtb16(value: int) -> int:
    """Bytes 0 and 2, each extended to a half-word."""
    return signed(value, 8) & 0xFFFF | (signed(value >> 16, 8) & 0xFFFF) << 16


def uxtb16(value: int) -> int:
    return value & 0x00FF00FF


def _adding(extend: Callable[[int], int]) -> Callable[[int, int], int]:
    def add(base: int, value: int) -> int:
        return base + extend(value)

    add.__name__ = extend.__name__.replace("xt", "xta")
    return add


def _adding_pairs(extend: Callable[[int], int]) -> Callable[[int, int], int]:
    def add(base: int, value: int) -> int:
        low, high = extend(value) & 0xFFFF, extend(value) >> 16
        return (base + low & 0xFFFF) | ((base >> 16) + high & 0xFFFF) << 16

    add.__name__ = extend.__name__.replace("xt", "xta")
    return add


# Packed arithmetic


def _operation(name: str) -> tuple[tuple[int, ...], bool]:
    """What is done with each part, low to high (1 adds, -1 subtracts), and whether the second operand is crossed."""
    if name.endswith("8"):
        return (1 if "add" in name else -1,) * 4, False
    if name.endswith("16"):
        return (1 if "add" in name else -1,) * 2, False
    return ((-1, 1), True) if name.endswith("asx") else ((1, -1), True)


def _packed(name: str, prefix: str) -> Callable[[int, int], list[int]]:
    """The exact sums and differences of the parts."""
    signs, crossed = _operation(name)
    bits = 32 // len(signs)
    part = signed if prefix in ("s", "q", "sh") else lambda value, width: value & (1 << width) - 1

    def sums(first: int, second: int) -> list[int]:
        if crossed:
            second = ror(second, 16, 32)
        return [part(first >> bits * i, bits) + sign * part(second >> bits * i, bits) for i, sign in enumerate(signs)]

    return sums


def _joined(parts: list[int]) -> int:
    bits = 32 // len(parts)
    return sum((part & (1 << bits) - 1) << bits * i for i, part in enumerate(parts))


def _with_greater(name: str, prefix: str) -> Callable[[int, int], tuple[int, int]]:
    """The packed result, and the GE bits: of an unsigned sum its carry, else whether the result isn't negative."""
    sums, (signs, _) = _packed(name, prefix), _operation(name)
    bits = 32 // len(signs)
    ones = 0b11 if bits == 16 else 1

    def parallel(first: int, second: int) -> tuple[int, int]:
        parts, greater = sums(first, second), 0
        for i, (part, sign) in enumerate(zip(parts, signs, strict=True)):
            holds = part >> bits if prefix == "u" and sign > 0 else part >= 0
            greater |= (ones if holds else 0) << i * (bits // 8)
        return _joined(parts), greater

    parallel.__name__ = prefix + name
    return parallel


def _halving_or_saturating(name: str, prefix: str) -> Callable[[int, int], int]:
    sums, (signs, _) = _packed(name, prefix), _operation(name)
    bits = 32 // len(signs)
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if prefix == "q" else (0, (1 << bits) - 1)

    def parallel(first: int, second: int) -> int:
        parts = sums(first, second)
        if prefix in ("sh", "uh"):
            return _joined([part >> 1 for part in parts])
        return _joined([min(max(part, low), high) for part in parts])

    parallel.__name__ = prefix + name
    return parallel


def sel(first: int, second: int, greater: int) -> int:
    """Bytes of the first where GE is set, else of the second."""
    chosen = sum(0xFF << 8 * i for i in range(4) if greater >> i & 1)
    return first & chosen | second & ~chosen & 0xFFFFFFFF


def usad8(first: int, second: int) -> int:
    """The sum of the differences of bytes."""
    return sum(abs((first >> i & 0xFF) - (second >> i & 0xFF)) for i in (0, 8, 16, 24))


def dual(first: int, second: int, sign: int, crossed: int) -> int:
    """The products of the half-words, added or subtracted; crossed: the second operand's are exchanged."""
    if crossed:
        second = ror(second, 16, 32)
    return signed(first, 16) * signed(second, 16) + sign * signed(first >> 16, 16) * signed(second >> 16, 16)


def sticky(flags: list[int]) -> dict[str, Helper]:
    """The helpers that set the flag Q."""

    def limited(value: int, bits: int, low: int) -> int:
        high = low + (1 << bits) - 1
        if low <= value <= high:
            return value
        flags[STICKY] = 1
        return low if value < low else high

    def ssatq(value: int, bits: int) -> int:
        """A signed number in `bits` bits."""
        return limited(value, bits, -(1 << bits - 1))

    def usatq(value: int, bits: int) -> int:
        return limited(value, bits, 0)

    def ssat16q(value: int, bits: int) -> int:
        """Both half-words in `bits` bits."""
        return _joined([ssatq(signed(value, 16), bits), ssatq(signed(value >> 16, 16), bits)])

    def usat16q(value: int, bits: int) -> int:
        return _joined([usatq(signed(value, 16), bits), usatq(signed(value >> 16, 16), bits)])

    def qadd(first: int, second: int) -> int:
        return ssatq(first + second, 32)

    def qsub(first: int, second: int) -> int:
        return ssatq(first - second, 32)

    def qdadd(first: int, second: int) -> int:
        return ssatq(first + ssatq(2 * second, 32), 32)

    def qdsub(first: int, second: int) -> int:
        return ssatq(first - ssatq(2 * second, 32), 32)

    def sumq(value: int) -> int:
        """A sum that sets Q when 32 bits don't hold it, and wraps."""
        if not -(1 << 31) <= value < 1 << 31:
            flags[STICKY] = 1
        return value

    made: tuple[Callable[..., object], ...] = (
        ssatq, usatq, ssat16q, usat16q, qadd, qsub, qdadd, qdsub, sumq,
    )  # fmt: skip
    return {function.__name__: function for function in made}


_PACKED = ("add8", "add16", "sub8", "sub16", "asx", "sax")
PLAIN: tuple[Callable[..., object], ...] = (
    ror, ubfx, sbfx, ubfiz, sbfiz, ubfm, sbfm, bfi, bfxil, bfm, clz, cls, rbit, rev, rev16, rev32, revsh, divide,
    halves, addflags, ldadd, ldclr, ldeor, ldset, ldsmax, ldsmin, ldumax, ldumin, sxtb, uxtb, sxth, uxth,
    sxtb16, uxtb16, *map(_adding, (sxtb, uxtb, sxth, uxth)), *map(_adding_pairs, (sxtb16, uxtb16)), sel, usad8, dual,
    *(_with_greater(name, prefix) for name, prefix in product(_PACKED, ("s", "u"))),
    *(_halving_or_saturating(name, prefix) for name, prefix in product(_PACKED, ("q", "sh", "uq", "uh"))),
)  # fmt: skip
