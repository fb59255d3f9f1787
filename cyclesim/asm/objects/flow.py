"""Following the flow: the extent of code that no symbol bounds.

Starting at an address, straight on and to every direct branch target, until jumps and returns close every path.
Indirect jumps through a table that stands beside the code are followed; others end a path.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.asm.dialect import CONDITIONS, is_jump
from cyclesim.asm.objects import decoding, jumptables
from cyclesim.asm.objects.nouns import THUMB, Decoded, ObjectFile, Range, Relocation, Section
from cyclesim.ir import Register, RegisterList
from cyclesim.record import NamedTuple

MOST_BYTES = 1 << 20
"""More code than this is no function."""

_FIRST_LOOK = 256
_NEXT, _BRANCH, _JUMP, _INDIRECT, _RETURN = "next", "branch", "jump", "indirect", "return"


class Flow(NamedTuple):
    """Code that was reached. `ranges`: offsets in the section, in order. `indirect`: offsets of indirect jumps, no
    returns, that couldn't be followed: what only they reach is missing."""

    ranges: tuple[Range, ...]
    indirect: tuple[int, ...]


def follow(object: ObjectFile, section: Section, start: int, low: int, end: int, state: str) -> Flow:
    """The code that is reached from the offset `start` without leaving `low <= offset < end` of the section."""
    linked = decoding.links(object, section)
    waiting, sizes, indirect, budget = [start], dict[int, int](), list[int](), MOST_BYTES
    while waiting and budget > 0:
        at = waiting.pop()
        block = _block(object, section, Range(at, end, state), linked)
        for one in block:
            offset = one.address - section.address
            if offset in sizes:
                break
            sizes[offset] = one.size
            budget -= one.size
            kind = flow_of(one)
            if kind in (_BRANCH, _JUMP) and one.target is not None:
                target = one.target - section.address
                if low <= target < end and target not in sizes:
                    waiting.append(target)
            if kind == _INDIRECT:
                base = section.address
                found = jumptables.targets(block, section, base + low, base + end, state)
                waiting += [target - base for target in found if target - base not in sizes]
                if not found:
                    indirect.append(offset)
            if kind not in (_NEXT, _BRANCH):
                break
    return Flow(_joined(sizes, state), tuple(sorted(indirect)))


def _joined(sizes: dict[int, int], state: str) -> tuple[Range, ...]:
    found: list[Range] = []
    for offset in sorted(sizes):
        if found and found[-1].end == offset:
            found[-1] = found[-1]._replace(end=offset + sizes[offset])
        elif not found or offset > found[-1].end:
            found.append(Range(offset, offset + sizes[offset], state))
    return tuple(found)


def _block(object: ObjectFile, section: Section, part: Range, linked: Mapping[int, Relocation]) -> tuple[Decoded, ...]:
    """The instructions from the start of a range to the first that ends a path; what is no instruction ends it, too."""
    look = _FIRST_LOOK
    while True:
        stop = min(part.end, part.start + look)
        found = decoding.decode_unnamed(object, section, part._replace(end=stop), linked)
        for place, one in enumerate(found):
            if one.instruction.mnemonic == decoding.OPAQUE:
                # The last unit may only be cut off by the end of the look.
                if place + 1 == len(found) and stop < part.end:
                    break
                return found[:place]
            if flow_of(one) not in (_NEXT, _BRANCH):
                return found[: place + 1]
        if stop == part.end or look >= MOST_BYTES:
            return found
        look *= 8


def flow_of(one: Decoded) -> str:
    """Where control goes after an instruction: `next`, `branch` (there or on), `jump`, `indirect`, `return`."""
    instruction = one.instruction
    mnemonic = instruction.mnemonic.removesuffix(".w").removesuffix(".n")
    if is_jump(mnemonic):
        return _JUMP if mnemonic in ("b", "b.al", "bal") else _BRANCH
    if mnemonic in ("ret", "retaa", "retab", "eret", "udf", "brk", "hlt"):
        return _RETURN
    if mnemonic in ("br", "braa", "brab", "braaz", "brabz"):
        return _INDIRECT
    return _armv7_flow(one, mnemonic)


_LEAVING = ("bx", "bxj", "mov", "add", "sub", "ldr", "pop", "ldm", "ldmia", "ldmdb", "ldmib", "ldmda", "tbb", "tbh")


def _armv7_flow(one: Decoded, mnemonic: str) -> str:
    """A32 and T32: whatever writes the program counter leaves, `bl` and `blx` come back."""
    base = next((name for name in _LEAVING if mnemonic[: len(name)] == name and _ends(mnemonic[len(name) :])), "")
    operands = one.instruction.operands
    if not base or not operands:
        return _NEXT
    first, last = operands[0], operands[-1]
    if base in ("bx", "bxj"):
        kind = _RETURN if isinstance(first, Register) and first.number == 14 else _INDIRECT
    elif base in ("tbb", "tbh"):
        kind = _INDIRECT
    elif isinstance(last, RegisterList) and any(one.kind == "r" and one.number == 15 for one in last.registers):
        kind = _RETURN
    elif isinstance(first, Register) and first.kind == "r" and first.number == 15:
        link = isinstance(last, Register) and last.number == 14 and base == "mov"
        kind = _RETURN if link or (base == "ldr" and "[sp], " in one.instruction.text) else _INDIRECT
    else:
        return _NEXT
    return _BRANCH if mnemonic != base else kind


def _ends(rest: str) -> bool:
    return not rest or rest in CONDITIONS


def state_step(state: str) -> int:
    """Alignment of instructions in bytes."""
    return 2 if state == THUMB else 4
