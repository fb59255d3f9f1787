"""Conversions between formats and roundings to whole numbers, with saturation.

Source: Arm ARM DDI 0487, J1.3 (FPRoundInt, FPToFixed, FixedToFP, FPConvert, FPToFixedJS, BFRound).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute.floats import MANTISSA, bits_of, default_nan, handed_on, has_nan, to_odd
from cyclesim.execute.state import Lanes

EVEN, AWAY, DOWN, UP, ZERO = "n", "a", "m", "p", "z"


def whole(lanes: Lanes, mode: str) -> Lanes:
    """Whole numbers by rounding mode: `n` ties to even, `a` ties away from zero, `m` down, `p` up, `z` to zero. The
    sign of a zero is that of the operand."""
    if mode == AWAY:
        cut = numpy.trunc(lanes)
        rounded = numpy.where(
            numpy.absolute(lanes - cut) >= 0.5, cut + numpy.copysign(1, lanes).astype(lanes.dtype), cut
        )
    else:
        rounded = {EVEN: numpy.rint, DOWN: numpy.floor, UP: numpy.ceil, ZERO: numpy.trunc}[mode](lanes)
    made: Lanes = numpy.copysign(rounded, lanes)
    return made


def _frint(mode: str, name: str) -> Callable[[Lanes], Lanes]:
    def frint(lanes: Lanes) -> Lanes:
        result = whole(lanes, mode)
        return handed_on(result, lanes) if has_nan(result) else result

    frint.__name__ = f"frint{name}"
    return frint


_FRINTS = tuple(_frint(mode, name) for name, mode in zip("nampzxi", "nampznn", strict=True))


def _frint_bounded(bits: int, mode: str, name: str) -> Callable[[Lanes], Lanes]:
    """Values that don't fit integers of so many bits become the most negative one."""

    def frint(lanes: Lanes) -> Lanes:
        rounded = whole(lanes, mode)
        limit = 2.0 ** (bits - 1)
        fits = (rounded >= -limit) & (rounded < limit)
        return numpy.where(fits, rounded, lanes.dtype.type(-limit))

    frint.__name__ = f"frint{bits}{name}"
    return frint


_BOUNDED = tuple(_frint_bounded(bits, mode, name) for bits in (32, 64) for mode, name in (("n", "x"), ("z", "z")))


# To integers


def to_fixed(lanes: Lanes, bits: int, fraction: int, mode: str, signed: bool) -> Lanes:
    """Integers of `bits` bits, the last `fraction` of them behind the point; NaN is 0, what doesn't fit the nearest."""
    wide = lanes.astype(numpy.float64)
    if fraction:
        wide = wide * 2.0**fraction
    rounded = whole(wide, mode)
    low = -(1 << bits - 1) if signed else 0
    high = (1 << bits - 1) - 1 if signed else (1 << bits) - 1
    if bits <= 32:
        limited = numpy.minimum(numpy.maximum(numpy.where(rounded == rounded, rounded, 0.0), low), high)
        return limited.astype(numpy.int64)
    values = [0 if one != one else _limited(one, low, high) for one in rounded.tolist()]
    return numpy.array([value & (1 << bits) - 1 for value in values], numpy.uint64)


def _limited(value: float, low: int, high: int) -> int:
    if value <= low:
        return low
    return high if value >= high else int(value)


def _fcvt(mode: str, signed: bool) -> Callable[[Lanes, int, int], Lanes]:
    def fcvt(lanes: Lanes, bits: int, fraction: int) -> Lanes:
        return to_fixed(lanes, bits, fraction, mode, signed)

    fcvt.__name__ = f"fcvt{mode}{'s' if signed else 'u'}"
    return fcvt


_FCVTS = tuple(_fcvt(mode, signed) for mode in "nampz" for signed in (True, False))


def fjcvtzs(lanes: Lanes) -> tuple[int, int]:
    """The low 32 bits of the whole part, and Z where that is exact: both as JavaScript wants them."""
    value = float(lanes[0])
    if value - value != 0:
        return 0, 0
    cut = int(value)
    exact = cut == value and -(1 << 31) <= cut < 1 << 31 and not (cut == 0 and str(value)[0] == "-")
    return cut & 0xFFFFFFFF, 0b0100 if exact else 0


# From integers


def scvtf(values: object, like: Lanes, fraction: int) -> Lanes:
    """Integers (lanes, or one number) as floats like `like`, divided by 2 to the power of `fraction`."""
    if not isinstance(values, numpy.ndarray):
        values = numpy.array([values], object)
    if values.dtype.kind in "iu" and values.itemsize <= 4:
        wide = values.astype(numpy.float64)
        return (wide * 2.0**-fraction if fraction else wide).astype(like.dtype)
    return numpy.array([_rounded(int(one), fraction, like.itemsize) for one in values.tolist()], like.dtype)


def _rounded(value: int, fraction: int, size: int) -> float:
    """A fixed-point number as a double that the format holds, or that rounds to it: to odd for shorter ones."""
    if size == 8:
        return value / (1 << fraction)
    magnitude = abs(value)
    spare = max(0, magnitude.bit_length() - 50)
    kept = magnitude >> spare
    kept |= bool(magnitude & (1 << spare) - 1)
    odd = float(kept) * 2.0 ** (spare - fraction)
    return -odd if value < 0 else odd


def ucvtf(values: object, like: Lanes, fraction: int) -> Lanes:
    return scvtf(values, like, fraction)


# Between formats


def fcvt(lanes: Lanes, like: Lanes) -> Lanes:
    """Lanes in the format of `like`; NaNs keep the upper bits of their payload and become quiet."""
    result = lanes.astype(like.dtype)
    nan = lanes != lanes
    if not nan.any():
        return result
    return (
        numpy.where(nan, _nan_bits(lanes, like.itemsize), bits_of(result)).astype(f"<u{like.itemsize}").view(like.dtype)
    )


def _nan_bits(lanes: Lanes, size: int) -> Lanes:
    bits = bits_of(lanes).astype(numpy.uint64)
    source, target = MANTISSA[lanes.itemsize], MANTISSA[size]
    sign = bits >> numpy.uint64(8 * lanes.itemsize - 1)
    payload = bits & numpy.uint64((1 << source) - 1)
    payload = payload >> numpy.uint64(source - target) if source > target else payload << numpy.uint64(target - source)
    quiet = default_nan(numpy.empty(0, f"<f{size}"))
    return sign << numpy.uint64(8 * size - 1) | payload | numpy.uint64(quiet)


def fcvtxn(lanes: Lanes) -> Lanes:
    """Doubles to singles, rounded to odd, so that a later rounding is right."""
    narrow = lanes.astype(numpy.float32)
    wide = narrow.astype(numpy.float64)
    # The nearest single, and the one on the other side of the double: of both the odd one is taken.
    bits = bits_of(narrow).astype(numpy.int64)
    too_far = numpy.absolute(wide) > numpy.absolute(lanes)
    bits = numpy.where(too_far, bits - 1, bits)
    result = numpy.where(wide != lanes, bits | 1, bits).astype(numpy.uint32).view(numpy.float32)
    nan = lanes != lanes
    if nan.any():
        result = numpy.where(nan, _nan_bits(lanes, 4).astype(numpy.uint32).view(numpy.float32), result)
    return result


# bfloat16


def bfcvt(lanes: Lanes) -> Lanes:
    """The bits of singles rounded to bfloat16."""
    bits = bits_of(lanes)
    rounded = (bits + (((bits >> 16) & 1) + 0x7FFF)) >> 16
    return numpy.where(lanes != lanes, bits >> 16 | 0x40, rounded).astype(numpy.uint16)


def bf32(lanes: Lanes) -> Lanes:
    """bfloat16 bits as singles."""
    return (lanes.astype(numpy.uint32) << 16).view(numpy.float32)


def bfdot(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """Two products added, each step rounded to odd, denormals flushed. `second` may be one pair for all.

    Source: DDI 0487, J1.3 (BFDotAdd, without FEAT_EBF16).
    """
    left = bf32(first).reshape(-1, 2)
    right = numpy.broadcast_to(bf32(second).reshape(-1, 2), left.shape)
    total = odd_add(odd_mul(left[:, 0], right[:, 0]), odd_mul(left[:, 1], right[:, 1]))
    return odd_add(addend, total)


def bfmmla(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """A 2x4 matrix by the transpose of another, two products at a time."""
    left, right = first.reshape(2, 4), second.reshape(2, 4)
    for step in (0, 2):
        rows = numpy.repeat(left[:, step : step + 2], 2, axis=0).reshape(-1)
        columns = numpy.tile(right[:, step : step + 2], (2, 1)).reshape(-1)
        addend = bfdot(addend, rows, columns)
    return addend


def odd_mul(first: Lanes, second: Lanes) -> Lanes:
    """Products of singles rounded to odd; denormals are zeros, every NaN is the default one."""
    product = _flushed(first).astype(numpy.float64) * _flushed(second).astype(numpy.float64)
    return _odd_single(product)


def odd_add(first: Lanes, second: Lanes) -> Lanes:
    """Sums of singles rounded to odd; denormals are zeros, every NaN is the default one."""
    left, right = _flushed(first).astype(numpy.float64), _flushed(second).astype(numpy.float64)
    return _odd_single(to_odd(left + right, left, right))


def _odd_single(wide: Lanes) -> Lanes:
    small = numpy.absolute(wide) < 2.0**-126
    odd = fcvtxn(numpy.where(small, numpy.copysign(0.0, wide), wide))
    # Too large a sum is infinite: only the fraction is rounded to odd.
    odd = numpy.where(numpy.absolute(wide) >= 2.0**128, numpy.copysign(numpy.inf, wide).astype(numpy.float32), odd)
    nan = numpy.array([0x7FC00000], numpy.uint32).view(numpy.float32)
    return numpy.where(wide != wide, nan, odd)


def _flushed(lanes: Lanes) -> Lanes:
    return numpy.where(numpy.absolute(lanes) < 2.0**-126, numpy.copysign(numpy.float32(0), lanes), lanes)


PLAIN: tuple[Callable[..., object], ...] = (
    *_FRINTS, *_BOUNDED, *_FCVTS, fjcvtzs, scvtf, ucvtf, fcvt, fcvtxn, bfcvt, bf32, bfdot, bfmmla,
)  # fmt: skip
