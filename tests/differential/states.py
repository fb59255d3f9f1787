"""States to start single instructions from: random bits, values at the edges of every type."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

DATA = 0x400000
DATA_BYTES = 4096
STATE = 0x500000

NARROW = {
    16: [0x0000, 0x8000, 0x3C00, 0xBC00, 0x7C00, 0xFC00, 0x7E01, 0xFE55, 0x7D01, 0xFD80, 0x0001, 0x83FF, 0x0400, 0x7BFF, 0x3800, 0x3E00],
    32: [0, 1 << 31, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00001, 0xFFC12345, 0x7F800001, 0xFFA00000,
         1, 0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0x3F000000, 0x3FC00000, 0x4F000000, 0xCF000000, 0x33800000, 0x477FF000],
    64: [0, 1 << 63, 0x3FF << 52, 0xBFF << 52, 0x7FF << 52, 0xFFF << 52, 0x7FF8000000000001, 0xFFF8123456789ABC,
         0x7FF0000000000001, 0xFFF4000000000000, 1, 0x800FFFFFFFFFFFFF, 0x0010000000000000, 0x7FEFFFFFFFFFFFFF,
         0x3FE << 52, 0x3FF8000000000000, 0x43E0000000000000, 0xC3E0000000000000, 0x47EFFFFFF0000000, 0x36A0000000000000],
}  # fmt: skip
"""Zeros, ones, infinities, NaNs of both kinds, denormals, the extremes, halves and limits of integers, per width."""


class Start(NamedTuple):
    """A state to start from: general registers, SIMD registers, NZCV, GE, memory at `DATA`."""

    general: tuple[int, ...]
    vectors: bytes
    nzcv: int
    greater: int
    data: bytes


def starts(isa_name: str, count: int) -> list[Start]:
    """`count` states: random bits, edge values of every width, small shift amounts, moderate floating-point values."""
    return [_start(isa_name, number, np.random.default_rng(1000 + number)) for number in range(count)]


def _start(isa_name: str, number: int, rng: np.random.Generator) -> Start:
    long = isa_name == "aarch64"
    bits = 64 if long else 32
    edges = [
        0,
        1,
        (1 << bits) - 1,
        1 << bits - 1,
        (1 << bits - 1) - 1,
        0x80000000,
        0x7FFFFFFF,
        0x8000800080008000 & (1 << bits) - 1,
        33,
        255,
    ]
    general = [
        int(rng.integers(0, 1 << 63)) * 2 + int(rng.integers(0, 2)) & (1 << bits) - 1 for _ in range(32 if long else 15)
    ]
    if number % 2:
        general = [int(rng.choice(np.array(edges, dtype=object))) if rng.random() < 0.7 else value for value in general]
    if number % 5 == 4:
        general = [value & 0x3F for value in general]
    base = DATA + 1024
    if long:
        general[10], general[12], general[13], general[31] = (
            base,
            (24, -40 & (1 << 64) - 1, 16)[number % 3],
            (0x1234567800000010, 0xFFFFFFF0)[number % 2] if number % 2 == 0 else 8,
            base + 512,
        )
        general[28] = STATE
    else:
        general[10], general[11], general[13], general[9] = base, (24, 8, 16)[number % 3], base + 512, 0
    kind = number % 10
    size = 512 if long else 256
    vectors = _vectors(kind, size, rng)
    data = _vectors((1, 0, 3, 2, 4, 0)[number % 6], DATA_BYTES, rng)
    return Start(tuple(general), vectors, int(rng.integers(0, 16)), 0 if long else int(rng.integers(0, 16)), data)


def _vectors(kind: int, size: int, rng: np.random.Generator) -> bytes:
    if kind == 0:
        return rng.bytes(size)
    if kind in (1, 2, 3):
        width = {1: 32, 2: 16, 3: 64}[kind]
        pool = np.array(NARROW[width], dtype=object)
        values = [int(rng.choice(pool)) for _ in range(size * 8 // width)]
        return b"".join(value.to_bytes(width // 8, "little") for value in values)
    if kind == 4:
        pool = np.array([0, 0xFF, 0x80, 0x7F, 1, 0xFE], dtype=np.uint8)
        return bytes(
            np.where(rng.random(size) < 0.5, np.repeat(rng.choice(pool, size // 8), 8), rng.choice(pool, size)).astype(
                np.uint8
            )
        )
    if kind == 5:
        return bytes(rng.integers(-20, 21, size, dtype=np.int8).tobytes())
    if kind == 6:
        return (rng.standard_normal(size // 4) * 10.0 ** rng.integers(-6, 12, size // 4)).astype(np.float32).tobytes()
    if kind == 7:
        return (rng.standard_normal(size // 8) * 10.0 ** rng.integers(-12, 20, size // 8)).tobytes()
    if kind == 8:
        return (rng.standard_normal(size // 2) * 10.0 ** rng.integers(-3, 4, size // 2)).astype(np.float16).tobytes()
    halves = rng.integers(-300, 300, size // 4).astype(np.float32) / 2
    return halves.tobytes()
