"""IEEE arithmetic on lanes as A64 and VFP do it with the settings of a reset: round to nearest, denormals kept, NaNs
handed on.

Sums and products come from numpy; what differs on an Arm processor are NaNs: which one is handed on, and which one an
invalid operation makes. Source: Arm ARM DDI 0487, J1.3 (shared/functions/float). Lanes are float16, float32, float64.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute.state import Lanes

MANTISSA = {2: 10, 4: 23, 8: 52}
"""Bits of the fraction by bytes of the lane."""


def bits_of(lanes: Lanes) -> Lanes:
    """The bits of floating-point lanes."""
    return numpy.ascontiguousarray(lanes).view(f"<u{lanes.itemsize}")


def sign_bit(lanes: Lanes) -> int:
    return 1 << 8 * lanes.itemsize - 1


def quiet_bit(lanes: Lanes) -> int:
    return 1 << MANTISSA[lanes.itemsize] - 1


def default_nan(lanes: Lanes) -> int:
    """The NaN of an invalid operation: positive, quiet, no payload."""
    exponent = (1 << 8 * lanes.itemsize - 1) - (1 << MANTISSA[lanes.itemsize])
    return exponent | quiet_bit(lanes)


TOP_NAN = bytes((byte & 0x7F) == 0x7F for byte in range(256))
TOP_NAN_HALF = bytes((byte & 0x7C) == 0x7C for byte in range(256))
"""By the last byte of a number: whether it may be infinite or NaN."""


def has_nan(lanes: Lanes) -> bool:
    """Whether a lane is NaN. Bytes are looked at first: most results have none that could be one."""
    size = lanes.itemsize
    if b"\1" not in lanes.tobytes()[size - 1 :: size].translate(TOP_NAN if size > 2 else TOP_NAN_HALF):
        return False
    return bool((lanes != lanes).any())


def is_signalling(lanes: Lanes) -> Lanes:
    made: Lanes = (lanes != lanes) & (bits_of(lanes) & quiet_bit(lanes) == 0)
    return made


def handed_on(result: Lanes, *operands: Lanes) -> Lanes:
    """The result with its NaNs as FPProcessNaNs chooses them: the first signalling one of the operands, else the first
    quiet one, else the default NaN."""
    nan = result != result
    bits = bits_of(result).copy()
    bits[nan] = default_nan(result)
    signalling = [is_signalling(one) for one in operands]
    for one, loud in reversed(list(zip(operands, signalling, strict=True))):
        quiet = nan & (one != one) & ~loud
        bits = numpy.where(quiet, bits_of(one), bits)
    for one, loud in reversed(list(zip(operands, signalling, strict=True))):
        bits = numpy.where(nan & loud, bits_of(one) | quiet_bit(one), bits)
    return bits.astype(f"<u{result.itemsize}").view(result.dtype)


def fadd(first: Lanes, second: Lanes) -> Lanes:
    result = first + second
    return handed_on(result, first, second) if has_nan(result) else result


def fsub(first: Lanes, second: Lanes) -> Lanes:
    result = first - second
    return handed_on(result, first, second) if has_nan(result) else result


def fmul(first: Lanes, second: Lanes) -> Lanes:
    result = first * second
    return handed_on(result, first, second) if has_nan(result) else result


def fdiv(first: Lanes, second: Lanes) -> Lanes:
    result = first / second
    return handed_on(result, first, second) if has_nan(result) else result


def fsqrt(lanes: Lanes) -> Lanes:
    result = numpy.sqrt(lanes)
    return handed_on(result, lanes) if has_nan(result) else result


def fneg(lanes: Lanes) -> Lanes:
    """The sign inverted, that of NaNs too."""
    return (bits_of(lanes) ^ sign_bit(lanes)).view(lanes.dtype)


def fabs(lanes: Lanes) -> Lanes:
    """The sign cleared, that of NaNs too."""
    return (bits_of(lanes) & (sign_bit(lanes) - 1)).view(lanes.dtype)


def fabd(first: Lanes, second: Lanes) -> Lanes:
    """The magnitude of the difference."""
    return fabs(fsub(first, second))


def fnmul(first: Lanes, second: Lanes) -> Lanes:
    return fneg(fmul(first, second))


def fmulx(first: Lanes, second: Lanes) -> Lanes:
    """A product in which zero times infinity is two."""
    result = fmul(first, second)
    special = _zero_times_infinity(first, second)
    return numpy.where(special, _signed(first, second, 2.0), result) if special.any() else result


def _zero_times_infinity(first: Lanes, second: Lanes) -> Lanes:
    made: Lanes = (numpy.isinf(first) & (second == 0)) | ((first == 0) & numpy.isinf(second))
    return made


def _signed(first: Lanes, second: Lanes, value: float) -> Lanes:
    """The value with the sign of the product."""
    sign = (bits_of(first) ^ bits_of(second)) & sign_bit(first)
    made: Lanes = (bits_of(numpy.full(len(sign), value, first.dtype)) | sign).view(first.dtype)
    return made


# Fused multiply-add


def ffma(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """addend + first * second with a single rounding."""
    if addend.itemsize == 4:
        total = first.astype(DOUBLE) * second.astype(DOUBLE) + addend.astype(DOUBLE)
        if rounds_once(total):
            return total.astype(SINGLE)
    result = fused(addend, first, second)
    return _fused_nans(result, addend, first, second) if has_nan(result) else result


def ffmah(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """As `ffma` with factors of half precision, which singles hold exactly. A NaN's payload is that of a single."""
    from cyclesim.execute.rounding import fcvt

    result = fused(addend, first, second)
    if not has_nan(result):
        return result
    # Signalling halves stay signalling when they are seen as singles.
    return _fused_nans(result, addend, _as_singles(first, fcvt), _as_singles(second, fcvt))


def _as_singles(lanes: Lanes, convert: Callable[[Lanes, Lanes], Lanes]) -> Lanes:
    wide = convert(lanes, numpy.empty(0, numpy.float32))
    return numpy.where(is_signalling(lanes), (bits_of(wide) & ~numpy.uint32(1 << 22)).view(numpy.float32), wide)


def _fused_nans(result: Lanes, addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """Zero times infinity makes a NaN of its own also beside a quiet NaN. Source: FPMulAdd."""
    handed = handed_on(result, *numpy.broadcast_arrays(addend, first, second))
    invalid = _zero_times_infinity(first, second) & ~is_signalling(addend)
    return numpy.where(invalid, numpy.array([default_nan(result)], f"<u{result.itemsize}").view(result.dtype), handed)


DOUBLE = numpy.dtype("<f8")
SINGLE = numpy.dtype("<f4")

TIES = bytes((byte & 0x1F) == 0x10 for byte in range(256))
"""By byte 3 of a double whose bytes 0 to 2 are zero: whether it lies between two singles."""
EDGES = bytes(1 <= (byte & 0x7F) <= 0x38 or (byte & 0x7F) == 0x7F for byte in range(256))
"""By the last byte of a double: whether it is so small that its single is a denormal, or infinite, or NaN."""


def rounds_once(total: Lanes) -> bool:
    """Whether doubles that are themselves rounded give the right singles: they do when none of them is a tie."""
    raw = total.tobytes()
    if b"\1" in raw[7::8].translate(EDGES):
        return False
    return b"\0\0\0" not in raw or b"\1" not in raw[3::8].translate(TIES)


def fused(addend: Lanes, first: Lanes, second: Lanes, halved: bool = False) -> Lanes:
    """As `ffma` for numbers; NaNs are any NaN. `halved`: half of the sum is rounded."""
    if addend.itemsize == 8:
        return _fused_doubles(addend, first, second, halved)
    # Products of singles are exact in double precision.
    product = first.astype(DOUBLE) * second.astype(DOUBLE)
    wide = addend.astype(DOUBLE)
    total = product + wide
    if not halved and addend.itemsize == 4 and rounds_once(total):
        return total.astype(SINGLE)
    return halve_if(to_odd(total, product, wide), halved).astype(addend.dtype)


def halve_if(lanes: Lanes, halved: bool) -> Lanes:
    return lanes * 0.5 if halved else lanes


def to_odd(total: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """The sum of two doubles rounded to odd, of which every later rounding is right. `total` is their rounded sum.

    Source: S. Boldo and G. Melquiond, Emulation of a FMA and correctly rounded sums (IEEE Trans. Computers 57, 2008).
    """
    back = total - first
    error = (first - (total - back)) + (second - back)
    bits = total.view("<i8")
    inexact = (error != 0) & numpy.isfinite(total) & (bits & 1 == 0)
    # One step towards the exact sum: away from zero where the error has the sign of the sum.
    step = numpy.where((error > 0) == (total > 0), 1, -1)
    return numpy.where(inexact, bits + step, bits).view("<f8")


def _fused_doubles(addend: Lanes, first: Lanes, second: Lanes, halved: bool) -> Lanes:
    lanes = numpy.broadcast_arrays(addend, first, second)
    values = [fused_double(float(a), float(b), float(c), halved) for a, b, c in zip(*lanes, strict=True)]
    return numpy.array(values, DOUBLE)


def fused_double(addend: float, first: float, second: float, halved: bool = False) -> float:
    """addend + first * second, exactly added and rounded once."""
    rough = first * second + addend
    if first == 0 or second == 0 or rough != rough or rough in (_INFINITY, -_INFINITY):
        if not (_finite(addend) and _finite(first) and _finite(second)):
            return rough
        if first == 0 or second == 0:
            return rough * 0.5 if halved else rough
    numerator, denominator = _ratio(first, second, addend)
    if numerator == 0:
        # x - x is +0; with a zero addend and a product that isn't zero there is no cancellation.
        return 0.0
    try:
        return numerator / (2 * denominator if halved else denominator)
    except OverflowError:
        return _INFINITY if numerator > 0 else -_INFINITY


_INFINITY = float("inf")


def _finite(value: float) -> bool:
    return value - value == 0


def _ratio(first: float, second: float, addend: float) -> tuple[int, int]:
    """first * second + addend as a fraction with a power of two below."""
    a, b = first.as_integer_ratio()
    c, d = second.as_integer_ratio()
    e, f = addend.as_integer_ratio()
    product, below = a * c, b * d
    common = max(below, f)
    return product * (common // below) + e * (common // f), common


def fmla_step(target: float, divisor: bool) -> Callable[[Lanes, Lanes], Lanes]:
    """frecps (2 - n m) and frsqrts ((3 - n m) / 2); zero times infinity counts as zero."""

    def step(first: Lanes, second: Lanes) -> Lanes:
        negated = fneg(first)
        addend = numpy.full(len(first), target, first.dtype)
        result = fused(addend, negated, second, divisor)
        special = _zero_times_infinity(negated, second)
        if special.any():
            result = numpy.where(special, addend * first.dtype.type(0.5 if divisor else 1), result)
        return handed_on(result, negated, second) if has_nan(result) else result

    return step


frecps = fmla_step(2.0, False)
frecps.__name__ = "frecps"
frsqrts = fmla_step(3.0, True)
frsqrts.__name__ = "frsqrts"


# Comparisons, minimum, maximum


def fcompare(first: Lanes, second: Lanes) -> int:
    """The flags NZCV of a comparison of two scalars."""
    left, right = first[0], second[0]
    if left == right:
        return 0b0110
    if left < right:
        return 0b1000
    return 0b0010 if left > right else 0b0011


def fmax(first: Lanes, second: Lanes) -> Lanes:
    """The greater one; +0 is greater than -0."""
    result = numpy.where(first > second, first, second)
    both = (first == 0) & (second == 0)
    result = numpy.where(both, (bits_of(first) & bits_of(second)).view(first.dtype), result)
    return _extreme_nans(result, first, second)


def fmin(first: Lanes, second: Lanes) -> Lanes:
    """The smaller one; -0 is smaller than +0."""
    result = numpy.where(first < second, first, second)
    both = (first == 0) & (second == 0)
    result = numpy.where(both, (bits_of(first) | bits_of(second)).view(first.dtype), result)
    return _extreme_nans(result, first, second)


def _extreme_nans(result: Lanes, first: Lanes, second: Lanes) -> Lanes:
    nan = (first != first) | (second != second)
    if not nan.any():
        return result
    marked = numpy.where(nan, numpy.full(len(nan), numpy.nan, first.dtype), result)
    return handed_on(marked, first, second)


def _number_instead(lanes: Lanes, other: Lanes, value: float) -> Lanes:
    """Quiet NaNs beside a number become a value that every number wins against."""
    quiet = (lanes != lanes) & ~is_signalling(lanes) & (other == other)
    return numpy.where(quiet, numpy.full(len(quiet), value, lanes.dtype), lanes)


def fmaxnm(first: Lanes, second: Lanes) -> Lanes:
    return fmax(_number_instead(first, second, -_INFINITY), _number_instead(second, first, -_INFINITY))


def fminnm(first: Lanes, second: Lanes) -> Lanes:
    return fmin(_number_instead(first, second, _INFINITY), _number_instead(second, first, _INFINITY))


def _pairwise(function: Callable[[Lanes, Lanes], Lanes]) -> Callable[[Lanes, Lanes], Lanes]:
    def pairs(first: Lanes, second: Lanes) -> Lanes:
        both = numpy.concatenate((first, second))
        return function(both[0::2].copy(), both[1::2].copy())

    pairs.__name__ = f"{function.__name__}p"
    return pairs


def _across(function: Callable[[Lanes, Lanes], Lanes]) -> Callable[[Lanes], Lanes]:
    def reduce(lanes: Lanes) -> Lanes:
        while len(lanes) > 1:
            lanes = function(lanes[0::2].copy(), lanes[1::2].copy())
        return lanes

    reduce.__name__ = f"{function.__name__}v"
    return reduce


_EXTREMES = (fmax, fmin, fmaxnm, fminnm)


# Complex numbers: real parts in even lanes, imaginary parts in odd ones


def fcadd(first: Lanes, second: Lanes, rotation: int) -> Lanes:
    """The second operand is turned by 90 or 270 degrees before it is added."""
    turned = second.reshape(-1, 2)[:, ::-1].reshape(-1).copy()
    odd = numpy.arange(len(turned)) % 2
    negative = odd == (0 if rotation == 90 else 1)
    return fadd(first, numpy.where(negative, fneg(turned), turned))


def fcmla(addend: Lanes, first: Lanes, second: Lanes, rotation: int) -> Lanes:
    """Half of a complex multiply-add. `second` may be one complex number for all."""
    return ffma(addend, *complex_factors(first, second, rotation))


def complex_factors(first: Lanes, second: Lanes, rotation: int) -> tuple[Lanes, Lanes]:
    """What each lane multiplies. Source: DDI 0487, C7.2 (FCMLA)."""
    numbers, factors = first.reshape(-1, 2), numpy.resize(second, len(first)).reshape(-1, 2)
    part = 0 if rotation in (0, 180) else 1
    left = numpy.repeat(numbers[:, part], 2)
    right = (factors if part == 0 else factors[:, ::-1]).reshape(-1).copy()
    odd = numpy.arange(len(left)) % 2 == 1
    negative = {0: odd & False, 90: ~odd, 180: odd | True, 270: odd}[rotation]
    return left, numpy.where(negative, fneg(right), right)


PLAIN: tuple[Callable[..., object], ...] = (
    fadd, fsub, fmul, fdiv, fsqrt, fneg, fabs, fabd, fnmul, fmulx, ffma, ffmah, frecps, frsqrts, fcompare, *_EXTREMES,
    *map(_pairwise, (fadd, *_EXTREMES)), *map(_across, _EXTREMES), fcadd, fcmla,
)  # fmt: skip
