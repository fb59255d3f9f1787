"""Jump tables of hand-written assembly: where an indirect jump leads, read from the code in front of it.

A table of distances stands beside the code; the code loads an entry and adds it to an address that it states:

    adr x7, table            adr r12, table            tbb [pc, r0]    (bytes or halfwords behind it,
    ldrh w4, [x7, x4, lsl #1]    ldr r4, [r12, r4, lsl #2]                 in units of two)
    sub x7, x7, w4, uxtw     add r12, r12, r4
    br x7                    bx r12
"""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.asm.objects.nouns import THUMB, Decoded, Section
from cyclesim.ir import Memory, Register, Shift
from cyclesim.record import NamedTuple

MOST_ENTRIES = 512

_WIDTHS = {"ldrb": 1, "ldrsb": 1, "ldrh": 2, "ldrsh": 2, "ldr": 4, "ldrsw": 4}


class _Table(NamedTuple):
    """Entries of `width` bytes at `address`; a target is `base` + entry × `scale`."""

    address: int
    base: int
    width: int
    signed: bool
    scale: int


def targets(block: Sequence[Decoded], section: Section, start: int, end: int, state: str) -> list[int]:
    """Addresses that the indirect jump at the end of `block` can lead to; empty when it isn't understood.

    Targets lie between the addresses `start` and `end`; the first entry that doesn't is behind the table.
    """
    table = _byte_table(block[-1], state) or _summed(block)
    if table is None:
        return []
    found: list[int] = []
    lowest = end
    for number in range(MOST_ENTRIES):
        at = table.address + number * table.width
        entry = section.data[at - section.address : at - section.address + table.width]
        # Code that follows the table ends it.
        if len(entry) < table.width or table.address < lowest <= at:
            break
        target = table.base + table.scale * int.from_bytes(entry, "little", signed=table.signed)
        target -= target & 1 if state == THUMB else 0
        if not start <= target < end or target % (2 if state == THUMB else 4):
            break
        found.append(target)
        if target > table.address:
            lowest = min(lowest, target)
    return list(dict.fromkeys(found))


def _byte_table(jump: Decoded, state: str) -> _Table | None:
    """`tbb [pc, r0]` and `tbh [pc, r0, lsl #1]`. Source: Arm ARM DDI 0406C, A8.8.237."""
    mnemonic = jump.instruction.mnemonic
    if mnemonic not in ("tbb", "tbh") or state != THUMB:
        return None
    place = jump.instruction.operands[0] if jump.instruction.operands else None
    if not isinstance(place, Memory) or place.base.number != 15:
        return None
    behind = jump.address + 4
    return _Table(behind, behind, 1 if mnemonic == "tbb" else 2, False, 2)


def _summed(block: Sequence[Decoded]) -> _Table | None:
    """A register that is the sum of an address and of what was loaded from a table."""
    target = _register(block[-1], 0)
    itself = block[-1].instruction.mnemonic in ("add", "sub")
    for position in range(len(block) - 1 - (not itself), -1, -1):
        one = block[position]
        if _writes(one, target):
            mnemonic = one.instruction.mnemonic
            operands = one.instruction.operands
            if mnemonic not in ("add", "sub") or len(operands) < 3:
                return None
            base, entry = _register(one, 1), _register(one, 2)
            shift = operands[3] if len(operands) > 3 and isinstance(operands[3], Shift) else None
            scale = (1 << (shift.amount or 0 if shift else 0)) * (-1 if mnemonic == "sub" else 1)
            signed = shift is None or not shift.kind.startswith("ux")
            return _loaded(block[:position], base, entry, scale, signed)
    return None


def _loaded(block: Sequence[Decoded], base: int, entry: int, scale: int, signed: bool) -> _Table | None:
    """The table that `entry` was loaded from, when `base` is a stated address."""
    load = next((one for one in reversed(block) if _writes(one, entry)), None)
    stated = next((one for one in reversed(block) if _writes(one, base)), None)
    if load is None or stated is None or stated.target is None or stated.instruction.mnemonic != "adr":
        return None
    operands = load.instruction.operands
    place = operands[1] if len(operands) > 1 else None
    mnemonic = load.instruction.mnemonic.removesuffix(".w")
    width = _WIDTHS.get(mnemonic)
    if width is None or not isinstance(place, Memory) or place.base.number != base or place.index is None:
        return None
    signed = mnemonic in ("ldrsb", "ldrsh", "ldrsw") or (width == 4 and signed)
    return _Table(stated.target, stated.target, width, signed, scale)


def _register(one: Decoded, place: int) -> int:
    operands = one.instruction.operands
    operand = operands[place] if place < len(operands) else None
    return operand.number if isinstance(operand, Register) and operand.kind in "rxw" else -1


def _writes(one: Decoded, number: int) -> bool:
    """Whether the first operand, the result of all that matters here, is the general register."""
    return number >= 0 and _register(one, 0) == number and not one.instruction.mnemonic.startswith(("st", "cmp", "tst"))
