"""Reciprocal and reciprocal square root estimates of eight bits.

Source: Arm ARM DDI 0487, J1.3 (RecipEstimate, RecipSqrtEstimate, FPRecipEstimate, FPRSqrtEstimate, FPRecpX,
UnsignedRecipEstimate, UnsignedRSqrtEstimate).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy

from cyclesim.execute.floats import MANTISSA, bits_of, default_nan
from cyclesim.execute.state import Lanes


@cache
def reciprocal(a: int) -> int:
    """256 <= a < 512 stands for 0.5 to 1; the estimate of 1/a as 256 to 511 stands for 1 to 2."""
    b = (1 << 19) // (2 * a + 1)
    return (b + 1) // 2


@cache
def root(a: int) -> int:
    """128 <= a < 512 stands for 0.25 to 1; the estimate of 1/sqrt(a) likewise."""
    a = 2 * a + 1 if a < 256 else 2 * ((a >> 1 << 1) + 1)
    b = 512
    while a * (b + 1) * (b + 1) < 1 << 28:
        b += 1
    return (b + 1) // 2


_EXPONENTS = {2: 5, 4: 8, 8: 11}


def _each(lanes: Lanes, estimate: Callable[[int, int], int]) -> Lanes:
    size = lanes.itemsize
    values = [estimate(int(bits), size) for bits in bits_of(lanes)]
    return numpy.array(values, f"<u{size}").view(lanes.dtype)


def frecpe(lanes: Lanes) -> Lanes:
    """Estimates of reciprocals."""
    return _each(lanes, recip_estimate)


def frsqrte(lanes: Lanes) -> Lanes:
    """Estimates of reciprocal square roots."""
    return _each(lanes, rsqrt_estimate)


def frecpx(lanes: Lanes) -> Lanes:
    """The exponent inverted, the fraction cleared."""
    return _each(lanes, _exponent_inverted)


def _parts(bits: int, size: int) -> tuple[int, int, int, int, int]:
    """Sign in its place, exponent, fraction in 52 bits, greatest exponent, bits of the fraction."""
    mantissa, width = MANTISSA[size], _EXPONENTS[size]
    sign = bits & 1 << 8 * size - 1
    exponent = bits >> mantissa & (1 << width) - 1
    fraction = (bits & (1 << mantissa) - 1) << 52 - mantissa
    return sign, exponent, fraction, (1 << width) - 1, mantissa


def _nan(bits: int, size: int) -> int:
    return bits | 1 << MANTISSA[size] - 1


def recip_estimate(bits: int, size: int) -> int:
    """FPRecipEstimate of the bits of a number of `size` bytes."""
    sign, exponent, fraction, top, mantissa = _parts(bits, size)
    infinity = top << mantissa
    if exponent == top:
        return _nan(bits, size) if fraction else sign
    if exponent == 0 and fraction == 0:
        return sign | infinity
    if exponent == 0 and fraction < 1 << 50:
        return sign | infinity
    if exponent == 0:
        shift = 1 if fraction >> 51 else 2
        fraction = fraction << shift & (1 << 52) - 1
        exponent = 1 - shift
    estimate = reciprocal(256 | fraction >> 44)
    result = top - 2 - exponent
    fraction = (estimate & 0xFF) << 44
    if result == 0:
        fraction = 1 << 51 | fraction >> 1
    elif result == -1:
        fraction, result = 1 << 50 | fraction >> 2, 0
    return sign | result << mantissa | fraction >> 52 - mantissa


def rsqrt_estimate(bits: int, size: int) -> int:
    """FPRSqrtEstimate of the bits of a number of `size` bytes."""
    sign, exponent, fraction, top, mantissa = _parts(bits, size)
    if exponent == top and fraction:
        return _nan(bits, size)
    if exponent == 0 and fraction == 0:
        return sign | top << mantissa
    if sign:
        return default_nan(numpy.empty(0, f"<f{size}"))
    if exponent == top:
        return 0
    if exponent == 0:
        while not fraction >> 51:
            fraction = fraction << 1 & (1 << 52) - 1
            exponent -= 1
        fraction = fraction << 1 & (1 << 52) - 1
    scaled = 256 | fraction >> 44 if exponent % 2 == 0 else 128 | fraction >> 45
    bias = top >> 1
    result = (3 * bias - 1 - exponent) // 2
    return result << mantissa | (root(scaled) & 0xFF) << mantissa - 8


def _exponent_inverted(bits: int, size: int) -> int:
    sign, exponent, fraction, top, mantissa = _parts(bits, size)
    if exponent == top and fraction:
        return _nan(bits, size)
    return sign | (top - 1 if exponent == 0 else exponent ^ top) << mantissa


def urecpe(lanes: Lanes) -> Lanes:
    """Estimates of reciprocals of fixed-point numbers below 1."""
    return numpy.array(
        [reciprocal(int(one) >> 23) << 23 if int(one) >> 31 else 0xFFFFFFFF for one in lanes], numpy.uint32
    )


def ursqrte(lanes: Lanes) -> Lanes:
    """Estimates of reciprocal square roots of fixed-point numbers below 1."""
    return numpy.array([root(int(one) >> 23) << 23 if int(one) >> 30 else 0xFFFFFFFF for one in lanes], numpy.uint32)


PLAIN: tuple[Callable[..., object], ...] = (frecpe, frsqrte, frecpx, urecpe, ursqrte)
