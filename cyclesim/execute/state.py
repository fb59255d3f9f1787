"""The architectural state: general registers, flags, the SIMD register file and typed views of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy

Lanes = numpy.ndarray
"""One-dimensional lanes: u8-u64, s8-s64, f16-f64, or Python integers (dtype object) where 64 bits are too few."""

VECTOR_BYTES = 512
"""32 registers of 128 bits; in A32 half of it, q0-q15."""

NEGATIVE, ZERO, CARRY, OVERFLOW, SATURATED, GREATER, FP_FLAGS, STICKY = range(8)
"""Places in `State.flags`: N Z C V (0 or 1), QC of the SIMD saturations, the four GE bits, the flags of FPSCR as the
bits NZCV, and Q of the general saturations."""

DTYPES = {"u": "u", "s": "i", "f": "f"}

STACK_POINTER = {"armv7": 13, "aarch64": 31}
LINK_REGISTER = {"armv7": 14, "aarch64": 30}
DISCARD = 32
"""Where writes of wzr and xzr go."""


class State:
    """All that an instruction can read or write but memory.

    `general[i]` is register i as an unsigned integer (A64: 31 is sp). `vectors` is the SIMD register file, register n
    of 128 bits at byte 16 n, little-endian.
    """

    __slots__ = ("_views", "flags", "general", "isa", "vectors", "words")

    def __init__(self, isa: str) -> None:
        self.isa = isa
        self.general = [0] * (DISCARD + 1)
        self.flags = [0] * 8
        self.vectors = bytearray(VECTOR_BYTES)
        self.words = memoryview(self.vectors).cast("Q")
        self._views: dict[tuple[str, int, int, int], Lanes] = {}

    def view(self, kind: str, bits: int, offset: int, count: int) -> Lanes:
        """`count` lanes of `bits` bits from byte `offset` of the register file, in place. `kind`: `u`, `s` or `f`."""
        key = (kind, bits, offset, count)
        if key not in self._views:
            dtype = numpy.dtype(f"<{DTYPES[kind]}{bits // 8}")
            self._views[key] = numpy.frombuffer(self.vectors, dtype, count, offset)
        return self._views[key]

    def clear(self) -> None:
        """All registers and flags zero, in place: views stay valid."""
        self.general[:] = [0] * len(self.general)
        self.flags[:] = [0] * len(self.flags)
        self.vectors[:] = bytes(VECTOR_BYTES)


Helper = Callable[..., object]
