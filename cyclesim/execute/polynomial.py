"""Products of polynomials over {0, 1}, and the checksums that are remainders of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy

from cyclesim.execute.state import Lanes


def pmul(first: Lanes, second: Lanes) -> Lanes:
    """The lower halves of the carry-less products of bytes."""
    return pmull(first, second).astype(numpy.uint8)


def pmull(first: Lanes, second: Lanes) -> Lanes:
    """The carry-less products of bytes, in 16 bits."""
    left, right = first.astype(numpy.uint16), second.astype(numpy.uint16)
    result = numpy.zeros(len(left), numpy.uint16)
    for bit in range(8):
        result ^= (left << bit) * (right >> bit & 1)
    return result


def pmull64(first: Lanes, second: Lanes) -> Lanes:
    """The carry-less product of two lanes of 64 bits, as two."""
    left, right, product = int(first[0]), int(second[0]), 0
    while right:
        product ^= left * (right & -right)
        right &= right - 1
    return numpy.array([product & (1 << 64) - 1, product >> 64], numpy.uint64)


POLYNOMIALS = (0xEDB88320, 0x82F63B78)
"""CRC-32 and CRC-32C with their bits reversed. Source: DDI 0487, C6.2 (CRC32, CRC32C)."""


def crc32(start: int, value: int, size: int, castagnoli: int) -> int:
    """The checksum after `size` bytes more."""
    polynomial = POLYNOMIALS[castagnoli]
    check = (start & 0xFFFFFFFF) ^ (value & (1 << 8 * size) - 1)
    for _ in range(8 * size):
        check = check >> 1 ^ (polynomial if check & 1 else 0)
    return check


PLAIN: tuple[Callable[..., object], ...] = (pmul, pmull, pmull64, crc32)
