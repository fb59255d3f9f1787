"""Floating point on vectors in A32: the `standard` settings, whatever FPSCR says.

Single-precision denormals count as zeros, going in and coming out; every NaN is the default one. Half precision keeps
its denormals. Source: Arm ARM DDI 0406C, A2.7.1 (StandardFPSCRValue) and A2.7.6 (flush-to-zero).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute import estimates, floats, rounding
from cyclesim.execute.floats import bits_of, default_nan
from cyclesim.execute.state import Lanes

SMALLEST = numpy.float32(2.0**-126)
"""The smallest single that is no denormal."""


EDGES = bytes((byte & 0x7F) in (0, 0x7F) for byte in range(256))
"""By the last byte of a single: whether it may be zero, a denormal or NaN."""


def _plain(*parts: Lanes) -> bool:
    """Whether singles are neither denormal nor NaN, nor so near that it takes a closer look."""
    raw = b"".join([part.tobytes() for part in parts])
    if b"\1" not in raw[3::4].translate(EDGES):
        return True
    # Zeros are plain too: shifted left, the sign is gone, and 0 - 1 is the greatest number.
    bits = numpy.frombuffer(raw, "<u4") << 1
    bits -= 1
    # 0x00ffffff: the smallest normal number, to which a denormal may have been rounded; above 0xfeffffff: NaN.
    return b"\1" not in ((bits <= 0x00FFFFFF) | ((bits > 0xFEFFFFFF) & (bits != 0xFFFFFFFF))).tobytes()


def flushed(lanes: Lanes) -> Lanes:
    """Singles with zeros of the same sign for denormals; other formats as they are."""
    if lanes.itemsize != 4:
        return lanes
    small = numpy.absolute(lanes) < SMALLEST
    return numpy.where(small, numpy.copysign(numpy.float32(0), lanes), lanes) if b"\1" in small.tobytes() else lanes


def _finished(result: Lanes) -> Lanes:
    """Denormal results become zeros, NaNs the default one."""
    result = flushed(result)
    nan = result != result
    if not nan.any():
        return result
    quiet = numpy.array([default_nan(result)], f"<u{result.itemsize}").view(result.dtype)
    return numpy.where(nan, quiet, result)


def nadd(first: Lanes, second: Lanes) -> Lanes:
    result: Lanes = first + second
    if result.itemsize == 4 and _plain(first, second, result):
        return result
    return _finished(flushed(first) + flushed(second))


def nsub(first: Lanes, second: Lanes) -> Lanes:
    result: Lanes = first - second
    if result.itemsize == 4 and _plain(first, second, result):
        return result
    return _finished(flushed(first) - flushed(second))


def nmul(first: Lanes, second: Lanes) -> Lanes:
    """A product; what is too small before it is rounded becomes zero."""
    result: Lanes = first * second
    if result.itemsize == 4 and _plain(first, second, result):
        return result
    left, right = flushed(first), flushed(second)
    result = left * right
    if result.itemsize == 4:
        # Only a product that rounds to the smallest normal number differs.
        edge = numpy.absolute(result) == SMALLEST
        if edge.any():
            exact = left.astype(numpy.float64) * right.astype(numpy.float64)
            result = numpy.where(numpy.absolute(exact) < SMALLEST, numpy.copysign(numpy.float32(0), result), result)
    return _finished(result)


def nmla(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """addend + first * second, rounded twice."""
    product = first * second
    result: Lanes = addend + product
    if result.itemsize == 4 and _plain(addend, first, second, product, result):
        return result
    return nadd(addend, nmul(first, second))


def nmls(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    product = first * second
    result: Lanes = addend - product
    if result.itemsize == 4 and _plain(addend, first, second, product, result):
        return result
    return nsub(addend, nmul(first, second))


def nfma(addend: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """addend + first * second, rounded once."""
    if addend.itemsize != 4:
        return _finished(floats.fused(addend, first, second))
    if _plain(addend, first, second):
        total = first.astype(floats.DOUBLE) * second.astype(floats.DOUBLE) + addend.astype(floats.DOUBLE)
        if floats.rounds_once(total):
            return total.astype(floats.SINGLE)
    left, right, third = (flushed(one).astype(numpy.float64) for one in (first, second, addend))
    product = left * right
    odd = floats.to_odd(product + third, product, third)
    small = numpy.absolute(odd) < SMALLEST
    return _finished(numpy.where(small, numpy.copysign(0.0, odd), odd).astype(numpy.float32))


def nabd(first: Lanes, second: Lanes) -> Lanes:
    """The magnitude of the difference."""
    return floats.fabs(nsub(first, second))


def nmax(first: Lanes, second: Lanes) -> Lanes:
    return _finished(floats.fmax(flushed(first), flushed(second)))


def nmin(first: Lanes, second: Lanes) -> Lanes:
    return _finished(floats.fmin(flushed(first), flushed(second)))


def nmaxnm(first: Lanes, second: Lanes) -> Lanes:
    return _finished(floats.fmaxnm(flushed(first), flushed(second)))


def nminnm(first: Lanes, second: Lanes) -> Lanes:
    return _finished(floats.fminnm(flushed(first), flushed(second)))


def nrecps(first: Lanes, second: Lanes) -> Lanes:
    """2 - n m, rounded twice; zero times infinity counts as zero."""
    return nsub(numpy.full(len(first), 2.0, first.dtype), _step_product(first, second))


def nrsqrts(first: Lanes, second: Lanes) -> Lanes:
    """(3 - n m) / 2, rounded twice."""
    half = nsub(numpy.full(len(first), 3.0, first.dtype), _step_product(first, second))
    return _finished(half * first.dtype.type(0.5))


def _step_product(first: Lanes, second: Lanes) -> Lanes:
    left, right = flushed(first), flushed(second)
    none = (numpy.isinf(left) & (right == 0)) | ((left == 0) & numpy.isinf(right))
    return numpy.where(none, first.dtype.type(0), nmul(left, right))


def nrecpe(lanes: Lanes) -> Lanes:
    return _finished(estimates.frecpe(flushed(lanes)))


def nrsqrte(lanes: Lanes) -> Lanes:
    return _finished(estimates.frsqrte(flushed(lanes)))


def ncvt(lanes: Lanes, like: Lanes) -> Lanes:
    """Lanes in the format of `like`."""
    return _finished(rounding.fcvt(lanes, like))


def nbfcvt(lanes: Lanes) -> Lanes:
    """The bits of singles rounded to bfloat16."""
    return rounding.bfcvt(_finished(lanes))


def nrint(name: str, function: Callable[[Lanes], Lanes]) -> Callable[[Lanes], Lanes]:
    def rint(lanes: Lanes) -> Lanes:
        return _finished(function(flushed(lanes)))

    rint.__name__ = f"nrint{name}"
    return rint


_ROUNDINGS = {function.__name__: function for function in rounding.PLAIN}
_NRINTS = tuple(nrint(name, _ROUNDINGS[f"frint{name}"]) for name in "anpmxz")  # type: ignore[arg-type]


def ncadd(first: Lanes, second: Lanes, rotation: int) -> Lanes:
    """The second operand is turned by 90 or 270 degrees before it is added."""
    return _finished(floats.fcadd(flushed(first), flushed(second), rotation))


def ncmla(addend: Lanes, first: Lanes, second: Lanes, rotation: int) -> Lanes:
    """Half of a complex multiply-add."""
    return nfma(addend, *floats.complex_factors(first, second, rotation))


def npadd(first: Lanes, second: Lanes) -> Lanes:
    return _pairs(nadd, first, second)


def npmax(first: Lanes, second: Lanes) -> Lanes:
    return _pairs(nmax, first, second)


def npmin(first: Lanes, second: Lanes) -> Lanes:
    return _pairs(nmin, first, second)


def _pairs(function: Callable[[Lanes, Lanes], Lanes], first: Lanes, second: Lanes) -> Lanes:
    both = numpy.concatenate((first, second))
    return function(both[0::2].copy(), both[1::2].copy())


def magnitude(lanes: Lanes) -> Lanes:
    """The lanes without their signs."""
    return (bits_of(lanes) & (floats.sign_bit(lanes) - 1)).view(lanes.dtype)


PLAIN: tuple[Callable[..., object], ...] = (
    flushed, nadd, nsub, nmul, nmla, nmls, nfma, nabd, nmax, nmin, nmaxnm, nminnm, nrecps, nrsqrts, nrecpe, nrsqrte,
    ncvt, nbfcvt, *_NRINTS, ncadd, ncmla, npadd, npmax, npmin, magnitude,
)  # fmt: skip
