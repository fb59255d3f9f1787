"""Capstone's spelling of an instruction as ours, and the address that it names.

Two lines of capstone are in use (5 and 6); they differ in `#` before addresses and in aliases.
"""

from __future__ import annotations

import re

from cyclesim.asm import dialect
from cyclesim.asm.objects.disassembly import Line
from cyclesim.asm.objects.nouns import A64, THUMB

_ADDRESS = re.compile(r"#?(-?(?:0x[0-9a-f]+|\d+))")
_PC_OFFSET = re.compile(r"\[pc(?:, #(-?(?:0x[0-9a-f]+|\d+)))?\]")
_A64_RELATIVE = frozenset(("adr", "adrp", "ldr", "ldrsw", "prfm"))


def ours(line: Line, encoding: bytes, state: str) -> tuple[str, str, int | None]:
    """Mnemonic, operands without an address that they end in, and that address."""
    if state == A64:
        return _aarch64(line)
    return _armv7(line, state)


def _aarch64(line: Line) -> tuple[str, str, int | None]:
    mnemonic, operands = line.mnemonic, line.operands
    jumps = mnemonic in dialect.JUMPS or mnemonic == "bl"
    if jumps or (mnemonic in _A64_RELATIVE and "[" not in operands):
        head, comma, last = operands.rpartition(", ")
        if found := _ADDRESS.fullmatch(last if comma else operands):
            return mnemonic, head, int(found[1], 0)
    return mnemonic, operands, None


def _armv7(line: Line, state: str) -> tuple[str, str, int | None]:
    mnemonic, operands = line.mnemonic, line.operands
    base = mnemonic.removesuffix(".w").removesuffix(".n")
    head, comma, last = operands.rpartition(", ")
    if dialect.is_jump(mnemonic) or base in _CALLS:
        if found := _ADDRESS.fullmatch(last if comma else operands):
            return mnemonic, head, int(found[1], 0)
        return mnemonic, operands, None
    counter = line.address + (4 if state == THUMB else 8)
    if "[pc" in operands and (found := _PC_OFFSET.search(operands)) and found.end() == len(operands):
        return mnemonic, operands[: found.start()].rstrip(", "), (counter & ~3) + int(found[1] or "0", 0)
    if base[:3] == "adr" and (found := _ADDRESS.fullmatch(last)):
        return mnemonic, head, (counter & ~3) + int(found[1], 0)
    sums = base[:3] in ("add", "sub") and ", pc, #" in operands and base[3:4] != "s"
    if sums and (found := _ADDRESS.fullmatch(last)):
        distance = int(found[1], 0)
        condition = base[3:].removeprefix("w")
        return (
            f"adr{condition}",
            head.removesuffix(", pc"),
            (counter & ~3) + (distance if base[0] == "a" else -distance),
        )
    if mnemonic == "vmov.32" and "q" in operands:
        operands = _Q_LANE.sub(_d_lane, operands)
    if ":0x" in operands:
        operands = _ALIGNMENT.sub(lambda found: f":{int(found[1], 16)}]", operands)
    return mnemonic, operands, None


def _d_lane(found: re.Match[str]) -> str:
    """A word of a Q register, as capstone 6 calls it in Thumb code, is one of a D register."""
    register, lane = int(found[1]), int(found[2])
    return f"d{2 * register + lane // 2}[{lane % 2}]"


_Q_LANE = re.compile(r"\bq(\d+)\[(\d+)\]")
_ALIGNMENT = re.compile(r":(0x[0-9a-f]+)\]")
_CALLS = frozenset(name + condition for name in ("bl", "blx") for condition in ("", *dialect.CONDITIONS))
