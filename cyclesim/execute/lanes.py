"""Helpers on integer lanes: comparison masks, pairs, permutations, shifts, counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute.state import Lanes

BIT_COUNTS = numpy.array([bin(byte).count("1") for byte in range(256)], numpy.uint8)
REVERSED = numpy.array([int(f"{byte:08b}"[::-1], 2) for byte in range(256)], numpy.uint8)


def as_lanes(lanes: Lanes, kind: str, bits: int) -> Lanes:
    """The same bits as other lanes; 0 bits keeps the width."""
    dtype = f"<{ {'u': 'u', 's': 'i', 'f': 'f'}[kind] }{(bits or 8 * lanes.itemsize) // 8}"
    return numpy.ascontiguousarray(lanes).view(dtype)


def unsigned(lanes: Lanes) -> Lanes:
    """The same bits as unsigned lanes."""
    return numpy.ascontiguousarray(lanes).view(f"<u{lanes.itemsize}")


def widen(lanes: Lanes) -> Lanes:
    """Lanes of twice the width with the same values; of 64 bits, Python integers."""
    if lanes.itemsize == 8:
        return lanes.astype(object)
    return lanes.astype(f"<{lanes.dtype.kind}{2 * lanes.itemsize}")


def exact(lanes: Lanes) -> Lanes:
    """Lanes wide enough for sums and products by constants: 64 bits, Python integers for lanes of 64 bits."""
    return lanes.astype(object if lanes.itemsize == 8 else numpy.int64)


def mask(condition: Lanes) -> Lanes:
    """All ones where a comparison holds, as signed bytes that fill any lane."""
    return numpy.negative(condition.view(numpy.int8))


def maximum(first: Lanes, second: Lanes) -> Lanes:
    made: Lanes = numpy.maximum(first, second)
    return made


def minimum(first: Lanes, second: Lanes) -> Lanes:
    made: Lanes = numpy.minimum(first, second)
    return made


def absolute(lanes: Lanes) -> Lanes:
    """Magnitudes; the most negative value stays itself."""
    made: Lanes = numpy.absolute(lanes)
    return made


def absdiff(first: Lanes, second: Lanes) -> Lanes:
    """Magnitudes of the differences, unsigned."""
    made: Lanes = (numpy.maximum(first, second) - numpy.minimum(first, second)).view(f"<u{first.itemsize}")
    return made


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


def tops(lanes: Lanes) -> Lanes:
    """The upper half of every lane."""
    return lanes.view(f"<u{lanes.itemsize // 2}")[1::2]


def rounded(lanes: Lanes) -> Lanes:
    """Lanes plus half of what `tops` cuts off."""
    return lanes + (1 << 4 * lanes.itemsize - 1)


def total(lanes: Lanes) -> Lanes:
    """The sum of all lanes, one lane of their type."""
    return numpy.add.reduce(lanes, keepdims=True, dtype=lanes.dtype)


def greatest(lanes: Lanes) -> Lanes:
    return numpy.maximum.reduce(lanes, keepdims=True)


def least(lanes: Lanes) -> Lanes:
    return numpy.minimum.reduce(lanes, keepdims=True)


def fill(lanes: Lanes, value: object) -> Lanes:
    """As many lanes as the first argument has, all of one value (an integer, a float or a single lane)."""
    if isinstance(value, numpy.ndarray):
        return value.repeat(len(lanes))
    if isinstance(value, float) or lanes.dtype.kind == "f":
        return numpy.full(len(lanes), value, f"<f{lanes.itemsize}")
    result = numpy.empty(len(lanes), f"<u{lanes.itemsize}")
    result[:] = int(value) & ((1 << 8 * lanes.itemsize) - 1)  # type: ignore[call-overload]
    return result


# Permutations


def trn1(first: Lanes, second: Lanes) -> Lanes:
    return _interleaved(first[0::2], second[0::2])


def trn2(first: Lanes, second: Lanes) -> Lanes:
    return _interleaved(first[1::2], second[1::2])


def zip1(first: Lanes, second: Lanes) -> Lanes:
    half = len(first) // 2
    return _interleaved(first[:half], second[:half])


def zip2(first: Lanes, second: Lanes) -> Lanes:
    half = len(first) // 2
    return _interleaved(first[half:], second[half:])


def uzp1(first: Lanes, second: Lanes) -> Lanes:
    return numpy.concatenate((first, second))[0::2]


def uzp2(first: Lanes, second: Lanes) -> Lanes:
    return numpy.concatenate((first, second))[1::2]


def _interleaved(first: Lanes, second: Lanes) -> Lanes:
    result = numpy.empty(2 * len(first), first.dtype)
    result[0::2] = first
    result[1::2] = second
    return result


def extract(first: Lanes, second: Lanes, index: int) -> Lanes:
    """As many lanes as one operand has, from lane `index` of both one behind the other."""
    return numpy.concatenate((first[index:], second[:index]))


def reverse(lanes: Lanes, bits: int) -> Lanes:
    """Lanes in the opposite order within each group of `bits` bits."""
    return lanes.reshape(-1, bits // 8 // lanes.itemsize)[:, ::-1].reshape(-1)


def table(parts: tuple[Lanes, ...], index: Lanes) -> Lanes:
    """The bytes of a list of registers that the indices name, 0 outside of it."""
    return tablex(parts, index, numpy.zeros(len(index), numpy.uint8))


def tablex(parts: tuple[Lanes, ...], index: Lanes, other: Lanes) -> Lanes:
    """The bytes of a list of registers that the indices name, those of `other` outside of it."""
    values = numpy.concatenate(parts) if len(parts) > 1 else parts[0]
    size = len(values)
    if size == 8 * values.itemsize * 32:
        made: Lanes = values[index]
        return made
    return numpy.where(index < size, values.take(index, mode="clip"), other)


# Shifts


def rshr(lanes: Lanes, amount: int) -> Lanes:
    """A rounding shift right by a constant: the last bit shifted out is added."""
    if not amount:
        return lanes
    return (lanes >> amount) + ((lanes >> amount - 1) & 1)


def sli(target: Lanes, lanes: Lanes, amount: int) -> Lanes:
    """Shift left and insert: the bits below stay those of the target."""
    return (lanes << amount) | (target & ((1 << amount) - 1))


def sri(target: Lanes, lanes: Lanes, amount: int) -> Lanes:
    """Shift right and insert: the bits above stay those of the target."""
    bits = 8 * lanes.itemsize
    kept = (1 << bits) - (1 << bits - amount)
    return (lanes >> amount) | (target & kept)


def shifts(lanes: Lanes, amounts: Lanes, rounding: int) -> Lanes:
    """Every lane shifted left by the signed low byte of another, right when that is negative.

    The result is exact: 64-bit or Python integers, which a caller truncates or saturates.
    """
    bits = 8 * lanes.itemsize
    by = numpy.clip(_bytes(amounts), -bits - 1, bits)
    # A left shift by the width of lanes of 16 bits leaves 48 bits: only longer lanes need Python integers.
    wide = lanes.astype(numpy.int64 if bits <= 16 else object)
    count = by.astype(wide.dtype)
    left = wide << numpy.maximum(count, 0)
    right = numpy.maximum(-count, 0)
    half = numpy.where(right > 0, 1 << numpy.maximum(right - 1, 0), 0) if rounding else 0
    made: Lanes = numpy.where(count >= 0, left, (wide + half) >> right)
    return made


def _bytes(amounts: Lanes) -> Lanes:
    """The signed low byte of every lane."""
    return amounts.view(numpy.int8)[:: amounts.itemsize].astype(numpy.int64)


def vshl(lanes: Lanes, amounts: Lanes) -> Lanes:
    """Shifts by register without saturation: what leaves the lane is lost."""
    bits = 8 * lanes.itemsize
    by = _bytes(amounts)
    left = lanes << numpy.where((by >= 0) & (by < bits), by, 0).astype(lanes.dtype)
    left[by >= bits] = 0
    right = lanes >> numpy.minimum(numpy.maximum(-by, 0), bits - 1).astype(lanes.dtype)
    gone = (by <= -bits) & (lanes.dtype.kind == "u")
    right[gone] = 0
    made: Lanes = numpy.where(by >= 0, left, right)
    return made


def vrshl(lanes: Lanes, amounts: Lanes) -> Lanes:
    """Rounding shifts by register."""
    mask = (1 << 8 * lanes.itemsize) - 1
    return (shifts(lanes, amounts, 1) & mask).astype(f"<u{lanes.itemsize}")


# Counts


def vclz(lanes: Lanes) -> Lanes:
    """Leading zeros of lanes of up to 32 bits."""
    return 8 * lanes.itemsize - numpy.frexp(unsigned(lanes).astype(numpy.float64))[1]


def vcls(lanes: Lanes) -> Lanes:
    """Leading bits that equal the sign, without it."""
    signed = lanes.view(f"<i{lanes.itemsize}")
    return vclz(signed ^ (signed >> 1)) - 1


def vcnt(lanes: Lanes) -> Lanes:
    """Set bits of bytes."""
    made: Lanes = BIT_COUNTS[lanes]
    return made


def vrbit(lanes: Lanes) -> Lanes:
    """The bits of bytes in opposite order."""
    made: Lanes = REVERSED[lanes]
    return made


# Products


def dot4(first: Lanes, second: Lanes) -> Lanes:
    """Sums of four neighbouring products, in 32 bits; `second` is as long, or four elements for all."""
    return _dot(first, second, 4)


def dot2(first: Lanes, second: Lanes) -> Lanes:
    """Sums of two neighbouring products, in 32 bits."""
    return _dot(first, second, 2)


def _dot(first: Lanes, second: Lanes, count: int) -> Lanes:
    if first.itemsize != 1:
        left, right = first.astype(numpy.int32), second.astype(numpy.int32)
        sums: Lanes = numpy.add.reduce(left.reshape(-1, count) * right.reshape(-1, count), 1, dtype=numpy.int32)
        return sums
    # Products of bytes fit 16 bits, signed unless both factors are unsigned.
    kind = numpy.uint16 if first.dtype.kind == second.dtype.kind == "u" else numpy.int16
    product = first.astype(kind).reshape(-1, count) * second.astype(kind).reshape(-1, count)
    sums = numpy.add.reduce(product, 1, dtype=numpy.int32)
    return sums


def products(first: Lanes, second: Lanes) -> Lanes:
    """A 2x8 matrix by the transpose of another: four sums of eight products, in 32 bits."""
    left, right = first.astype(numpy.int32).reshape(2, 8), second.astype(numpy.int32).reshape(2, 8)
    return (left @ right.T).reshape(-1)


def bitselect(choice: Lanes, first: Lanes, second: Lanes) -> Lanes:
    """Bits of the first where those of the choice are set, else of the second."""
    made: Lanes = second ^ ((second ^ first) & choice)
    return made


PLAIN: tuple[Callable[..., object], ...] = (
    as_lanes, widen, exact, mask, maximum, minimum, absolute, absdiff, join, even, odd, tops, rounded, total, greatest,
    least, fill, trn1, trn2, zip1, zip2, uzp1, uzp2, extract, reverse, table, tablex, rshr, sli, sri, vshl, vrshl,
    vclz, vcls, vcnt, vrbit, dot4, dot2, products, bitselect,
)  # fmt: skip
