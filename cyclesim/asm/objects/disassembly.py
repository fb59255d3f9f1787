"""Bytes to text, by capstone; the only module that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cyclesim.asm.objects.nouns import A64, THUMB
from cyclesim.errors import InputError
from cyclesim.record import NamedTuple


class Line(NamedTuple):
    """One instruction as text. `mnemonic` is empty where the bytes are no encoding that capstone knows."""

    address: int
    size: int
    mnemonic: str
    operands: str


def lines(data: bytes, address: int, state: str) -> Iterator[Line]:
    """The instructions in `data`; units that are no instruction come as lines without a mnemonic.

    A Thumb IT block gives its instructions their conditions when it is in the same `data`.
    Raises InputError when capstone is missing.
    """
    engines = _engines(state)
    at, step = 0, 2 if state == THUMB else 4
    while len(data) - at >= step:
        before = at
        for place, size, mnemonic, operands in engines[0].disasm_lite(data[at:], address + at):
            yield Line(place, size, mnemonic.lower(), operands)
            at = place - address + size
        if len(data) - at < step:
            break
        # What the newest architecture has given up may be an instruction of ARMv7 (mcr p15), and the reverse.
        found = _other(engines[1:], data[at : at + 4], address + at)
        unit = min(_unit(data, at, state), len(data) - at)
        yield found or Line(address + at, unit, "", "")
        at += found.size if found else unit
        assert at > before
    if at < len(data):
        yield Line(address + at, len(data) - at, "", "")


def _other(engines: list[Any], data: bytes, address: int) -> Line | None:
    for engine in engines:
        for place, size, mnemonic, operands in engine.disasm_lite(data, address, 1):
            return Line(place, size, mnemonic.lower(), operands)
    return None


def _unit(data: bytes, at: int, state: str) -> int:
    """Bytes of the encoding at `at`: a T32 encoding that starts with 0b111 and not 0b11100 has two halfwords.

    Source: Arm ARM DDI 0406C, A6.1.
    """
    if state != THUMB:
        return 4
    return 4 if int.from_bytes(data[at : at + 2], "little") >> 11 in (0b11101, 0b11110, 0b11111) else 2


def _engines(state: str) -> list[Any]:
    """Disassemblers to try, in order."""
    try:
        import capstone  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(
            "disassembling objects needs capstone, which is not installed", hint="pip install cyclesim[objects]"
        ) from None
    if state == A64:
        # The name changed with capstone 6.
        architecture = getattr(capstone, "CS_ARCH_AARCH64", None)
        architecture = capstone.CS_ARCH_ARM64 if architecture is None else architecture
        return [capstone.Cs(architecture, capstone.CS_MODE_ARM)]
    mode = capstone.CS_MODE_THUMB if state == THUMB else capstone.CS_MODE_ARM
    return [capstone.Cs(capstone.CS_ARCH_ARM, mode | extra) for extra in (capstone.CS_MODE_V8, 0)]
