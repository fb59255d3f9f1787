"""Buffers of a call: their sizes and how they are filled.

Random bytes follow the generator that the published call files use: x = (x * 1103515245 + 12345) mod 2^31 from
x = seed, a byte is bits 16-23 of the new x.
"""

from __future__ import annotations

from collections.abc import Callable

from cyclesim.record import NamedTuple

MULTIPLIER, INCREMENT, MODULUS = 1103515245, 12345, 1 << 31
LARGEST = 1 << 28
"""Bytes of a buffer: more is an error, not an attempt."""


class Buffer(NamedTuple):
    """`bytes` on a multiple of `align`. `fill`: `zeros`, `hex` (`data`), `ramp-u32`, `random-u8` (below `maximum` + 1
    when that isn't 0), `random-u16` (each value and `mask`); `seed` of the random ones."""

    name: str
    bytes: int
    align: int = 64
    fill: str = "zeros"
    seed: int = 0
    maximum: int = 0
    mask: int = 0xFFFF
    data: str = ""


def contents(buffer: Buffer) -> bytes:
    """The first bytes of a buffer."""
    return FILLS[buffer.fill](buffer)


def _zeros(buffer: Buffer) -> bytes:
    return bytes(buffer.bytes)


def _hex(buffer: Buffer) -> bytes:
    return bytes.fromhex(buffer.data)[: buffer.bytes].ljust(buffer.bytes, b"\0")


def _ramp(buffer: Buffer) -> bytes:
    words = b"".join(index.to_bytes(4, "little") for index in range(-(-buffer.bytes // 4)))
    return words[: buffer.bytes]


def random_bytes(seed: int, count: int) -> bytes:
    """`count` bytes of the generator."""
    made, state = bytearray(count), seed
    for place in range(count):
        state = (state * MULTIPLIER + INCREMENT) % MODULUS
        made[place] = state >> 16 & 255
    return bytes(made)


def _random_u8(buffer: Buffer) -> bytes:
    made = random_bytes(buffer.seed, buffer.bytes)
    return bytes(value % (buffer.maximum + 1) for value in made) if buffer.maximum else made


def _random_u16(buffer: Buffer) -> bytes:
    made = random_bytes(buffer.seed, buffer.bytes + buffer.bytes % 2)
    low, high = buffer.mask & 255, buffer.mask >> 8 & 255
    masked = bytes(value & (high if place % 2 else low) for place, value in enumerate(made))
    return masked[: buffer.bytes]


FILLS: dict[str, Callable[[Buffer], bytes]] = {
    "zeros": _zeros,
    "hex": _hex,
    "ramp-u32": _ramp,
    "random-u8": _random_u8,
    "random-u16": _random_u16,
}
