"""Helpers that set the saturation flag QC."""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute.lanes import exact, shifts
from cyclesim.execute.state import SATURATED, Helper, Lanes


def saturating(flags: list[int]) -> dict[str, Helper]:
    """The helpers, bound to the flags of one state."""

    def ssat(lanes: Lanes, like: Lanes) -> Lanes:
        """Lanes brought into the signed range of lanes like `like`."""
        return _clip(flags, lanes, 8 * like.itemsize, True)

    def usat(lanes: Lanes, like: Lanes) -> Lanes:
        """Lanes brought into the unsigned range of lanes like `like`."""
        return _clip(flags, lanes, 8 * like.itemsize, False)

    def sat(lanes: Lanes, like: Lanes) -> Lanes:
        """Lanes brought into the range of lanes like `like`, signed or not as those are."""
        return _clip(flags, lanes, 8 * like.itemsize, like.dtype.kind == "i")

    def sqdmulh(first: Lanes, second: Lanes) -> Lanes:
        """The upper half of the doubled product."""
        return ssat(exact(first) * exact(second) >> 8 * first.itemsize - 1, first)

    def sqrdmulh(first: Lanes, second: Lanes) -> Lanes:
        """The same, rounded."""
        bits = 8 * first.itemsize
        return ssat(exact(first) * exact(second) + (1 << bits - 2) >> bits - 1, first)

    def sqrdmlah(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
        """A rounded doubled product, upper half, added to lanes before rounding."""
        bits = 8 * first.itemsize
        return ssat((exact(addend) << bits - 1) + exact(first) * exact(second) + (1 << bits - 2) >> bits - 1, first)

    def sqrdmlsh(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
        bits = 8 * first.itemsize
        return ssat((exact(addend) << bits - 1) - exact(first) * exact(second) + (1 << bits - 2) >> bits - 1, first)

    def sqdmull(first: Lanes, second: Lanes) -> Lanes:
        """The doubled product, twice as wide."""
        product = exact(first) * exact(second)
        if first.itemsize == 4:
            product = product.astype(object)
        return _clip(flags, product * 2, 16 * first.itemsize, True)

    def sqshl(lanes: Lanes, amounts: Lanes) -> Lanes:
        """Shifts by register; the type of the lanes is that of the range."""
        return _clip(flags, shifts(lanes, amounts, 0), 8 * lanes.itemsize, lanes.dtype.kind == "i")

    def sqrshl(lanes: Lanes, amounts: Lanes) -> Lanes:
        return _clip(flags, shifts(lanes, amounts, 1), 8 * lanes.itemsize, lanes.dtype.kind == "i")

    def satleft(lanes: Lanes, amount: int) -> Lanes:
        """A shift left by a constant; the type of the lanes is that of the range."""
        return _clip(flags, _left(lanes, amount), 8 * lanes.itemsize, lanes.dtype.kind == "i")

    def usatleft(lanes: Lanes, amount: int) -> Lanes:
        """A shift left of signed lanes into the unsigned range."""
        return _clip(flags, _left(lanes, amount), 8 * lanes.itemsize, False)

    made: tuple[Callable[..., object], ...] = (
        ssat, usat, sat, sqdmulh, sqrdmulh, sqrdmlah, sqrdmlsh, sqdmull, sqshl, sqrshl, satleft, usatleft,
    )  # fmt: skip
    return {function.__name__: function for function in made}


def _left(lanes: Lanes, amount: int) -> Lanes:
    """Lanes of up to 16 bits stay within 64; longer ones become Python integers."""
    return lanes.astype(numpy.int64 if lanes.itemsize <= 2 else object) << amount


def _clip(flags: list[int], lanes: Lanes, bits: int, signed: bool) -> Lanes:
    """Values within a range, in its type; QC is set when one was outside."""
    low = -(1 << bits - 1) if signed else 0
    high = (1 << bits - 1) - 1 if signed else (1 << bits) - 1
    if lanes.dtype.kind == "u":
        clipped = numpy.minimum(lanes, min(high, int(numpy.iinfo(lanes.dtype).max)))
    else:
        if lanes.dtype.kind == "i" and high > numpy.iinfo(lanes.dtype).max:
            high = int(numpy.iinfo(lanes.dtype).max)
        clipped = numpy.minimum(numpy.maximum(lanes, low), high)
    if (clipped != lanes).any():
        flags[SATURATED] = 1
    dtype = f"<{'i' if signed else 'u'}{bits // 8}"
    if clipped.dtype.kind == "O":
        clipped = (clipped & ((1 << bits) - 1)).astype(f"<u{bits // 8}").view(dtype)
    limited: Lanes = clipped.astype(dtype)
    return limited
