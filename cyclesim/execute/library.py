"""The helpers that meanings may name.

A helper takes lanes (numpy arrays) and integers and answers new lanes; it touches nothing but, where it says so, the
saturation flag. `exact` is how sums and shifts escape the wrap-around of their lanes: 64-bit integers for lanes of up
to 32 bits, Python integers for longer ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute.shifts import shift_by_register
from cyclesim.execute.state import SATURATED, Helper, Lanes, State


def library(state: State) -> dict[str, Helper]:
    """All helpers, bound to the flags of one state."""
    helpers: dict[str, Helper] = {function.__name__.rstrip("_"): function for function in PLAIN}
    helpers |= _saturation(state.flags)
    return helpers


def as_lanes(lanes: Lanes, kind: str, bits: int) -> Lanes:
    """The same bits as other lanes; 0 bits keeps the width."""
    dtype = f"<{ {'u': 'u', 's': 'i', 'f': 'f'}[kind] }{(bits or 8 * lanes.itemsize) // 8}"
    return numpy.ascontiguousarray(lanes).view(dtype)


def widen(lanes: Lanes) -> Lanes:
    """Lanes of twice the width with the same values; of 64 bits, Python integers."""
    if lanes.itemsize == 8:
        return lanes.astype(object)
    return lanes.astype(f"<{lanes.dtype.kind}{2 * lanes.itemsize}")


def exact(lanes: Lanes) -> Lanes:
    """Lanes wide enough for sums and products by constants: 64 bits, Python integers for lanes of 64 bits."""
    return lanes.astype(object if lanes.itemsize == 8 else numpy.int64)


def big(lanes: Lanes) -> Lanes:
    """Lanes as Python integers, which never overflow."""
    return lanes.astype(object)


def mask(condition: Lanes) -> Lanes:
    """All ones where a comparison holds: bytes of 0 or 255, widened by `masked`."""
    return numpy.asarray(condition)


def where(condition: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """Lane by lane the first where the condition holds, else the second."""
    return numpy.where(condition, first, second)


def maximum(first: Lanes, second: Lanes) -> Lanes:
    return numpy.maximum(first, second)


def minimum(first: Lanes, second: Lanes) -> Lanes:
    return numpy.minimum(first, second)


def join(*parts: Lanes) -> Lanes:
    """Lanes one behind the other; a list operand is one argument."""
    flat = [lanes for part in parts for lanes in (part if isinstance(part, tuple) else (part,))]
    return numpy.concatenate(flat)


def even(lanes: Lanes) -> Lanes:
    """Lanes 0, 2, 4 …"""
    return lanes[0::2]


def odd(lanes: Lanes) -> Lanes:
    """Lanes 1, 3, 5 …"""
    return lanes[1::2]


def low(lanes: Lanes) -> Lanes:
    """The lower half of the lanes."""
    return lanes[: len(lanes) // 2]


def high(lanes: Lanes) -> Lanes:
    """The upper half of the lanes."""
    return lanes[len(lanes) // 2 :]


def fill(lanes: Lanes, value: object) -> Lanes:
    """As many lanes as the first argument has, all of one value (an integer or a single lane)."""
    single = value[0] if isinstance(value, numpy.ndarray) else value
    bits = 8 * lanes.itemsize
    result = numpy.empty(len(lanes), f"<u{lanes.itemsize}")
    result[:] = int(single) & ((1 << bits) - 1)  # type: ignore[call-overload]
    return result


def dot4(first: Lanes, second: Lanes) -> Lanes:
    """Sums of four neighbouring products, in 32 bits; `second` is as long, or four elements for all."""
    return _dot(first, second, 4)


def dot2(first: Lanes, second: Lanes) -> Lanes:
    """Sums of two neighbouring products, in 32 bits."""
    return _dot(first, second, 2)


def _dot(first: Lanes, second: Lanes, count: int) -> Lanes:
    left = first.astype(numpy.int64).reshape(-1, count)
    right = second.astype(numpy.int64).reshape(-1, count)
    return (left * right).sum(axis=1).astype(numpy.int32)


def halves(value: int) -> tuple[int, int]:
    """The lower and the upper 32 bits of a product."""
    return value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF


PLAIN: tuple[Callable[..., object], ...] = (
    as_lanes, widen, exact, big, where, maximum, minimum, join, even, odd, low, high, fill, dot4, dot2, halves,
    shift_by_register,
)  # fmt: skip


def _saturation(flags: list[int]) -> dict[str, Helper]:
    """The helpers that set the saturation flag."""

    def saturate(lanes: Lanes, kind_bits: int, signed: int) -> Lanes:
        low = -(1 << kind_bits - 1) if signed else 0
        high = (1 << kind_bits - 1) - 1 if signed else (1 << kind_bits) - 1
        clipped = numpy.minimum(numpy.maximum(lanes, low), high)
        if (clipped != lanes).any():
            flags[SATURATED] = 1
        if clipped.dtype.kind == "O":
            return (clipped & ((1 << kind_bits) - 1)).astype(f"<u{kind_bits // 8}")
        return clipped.astype(f"<{'i' if signed else 'u'}{kind_bits // 8}")

    def saturated(signed: bool, bits: int) -> Helper:
        return lambda lanes: saturate(lanes, bits, signed)

    made: dict[str, Helper] = {}
    for bits in (8, 16, 32, 64):
        made[f"ssat{bits}"] = saturated(True, bits)
        made[f"usat{bits}"] = saturated(False, bits)
    return made
