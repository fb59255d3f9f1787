"""Which instruction set a text is written in, by what only one of the two has."""

from __future__ import annotations

import re

from cyclesim.errors import InputError

_SAMPLES = (4_000, 200_000)
"""Characters looked at: the second sample only when the first is undecided."""

_CLEAR = 8
"""Words of one instruction set more than of the other that settle it."""

_COMMENT = r"(?sm)//[^\n]*|@[^\n]*|/\*.*?(?:\*/|\Z)|(?:^[ \t]*#|#[ \t])[^\n]*"
_STATED = r"\.(?:arch|cpu)[ \t]+([\w-]+)"
_ARMV7_CORES = frozenset(f"cortex-{number}" for number in ("a5", "a7", "a8", "a9", "a12", "a15", "a17", "m5", "m7"))

_ARMV7_DIRECTIVES = frozenset((".syntax", ".thumb", ".arm", ".fpu", ".code", ".thumb_func", ".eabi_attribute"))
_ARMV7_WORDS = frozenset(
    [f"r{number}" for number in range(16)]
    + [
        "push",
        "pop",
        "bx",
        "stmdb",
        "ldmia",
        "ldmfd",
        "stmfd",
        "stmia",
        "vldr",
        "vstr",
        "vpush",
        "vpop",
        "vmrs",
        "vmsr",
    ]
    + ["vldm", "vldmia", "vldmdb", "vstm", "vstmia", "vstmdb", "vmov", "vswp", "fmrx", "fmxr", "fldmia", "fstmia"]
)
_AARCH64_WORDS = frozenset(
    [f"{kind}{number}" for kind in "wx" for number in range(31)]
    + ["wzr", "xzr", "ret", "fmla", "fmls", "fadd", "fmul", "fsub", "fmov", "ldp", "stp", "movi", "dup", "ins", "umov"]
    + ["smov", "ld1", "ld2", "ld3", "ld4", "st1", "st2", "st3", "st4", "tbz", "tbnz", "eret", "adrp", "fcvt", "scvtf"]
)
_ARRANGEMENTS = frozenset(("8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d"))
_VECTORS = frozenset(f"v{number}" for number in range(32))


def _stated(code: str, words: list[str]) -> str:
    """What `.arch` or `.cpu` says: `armv7`, `armv8` (both instruction sets) or nothing."""
    if ".arch" not in words and ".cpu" not in words:
        return ""
    match = re.search(_STATED, code)
    name = match[1] if match else ""
    if name.startswith(("armv4", "armv5", "armv6", "armv7")) or name in _ARMV7_CORES:
        return "armv7"
    return "armv8" if name.startswith(("armv8", "armv9")) else ""


def detect_isa(text: str) -> str:
    """`armv7` or `aarch64`. Raises InputError when nothing in the text tells them apart."""
    lead = 0
    for size in _SAMPLES:
        code = re.sub(_COMMENT, "", text[:size]).lower()
        words = re.findall(r"(?a)(?<![\w.])\.?[a-z_][\w.]*", code)
        stated = _stated(code, words)
        if stated == "armv7" or not _ARMV7_DIRECTIVES.isdisjoint(words):
            return "armv7"
        lead = sum(map(_evidence, words)) - (1 if stated else 0)
        if abs(lead) >= _CLEAR:
            break
    if lead:
        return "armv7" if lead > 0 else "aarch64"
    raise InputError(
        "nothing in this text tells ARMv7 from AArch64",
        hint="state the instruction set (--isa armv7 or --isa aarch64), or write `.arch armv8-a` or `.arch armv7-a`",
    )


def _evidence(word: str) -> int:
    """1 for a word that only ARMv7 has, -1 for AArch64, 0 for neither."""
    if word in _ARMV7_WORDS:
        return 1
    if word in _AARCH64_WORDS:
        return -1
    head, dot, tail = word.partition(".")
    if not dot or not head:
        return 0
    if head == "b":
        return 1 if tail in ("n", "w") else -1
    # Registers (v0.s) and the short form of mnemonics (fmla.4s).
    if head in _VECTORS or tail in _ARRANGEMENTS:
        return -1
    # vmla.f32, vld1.32, vcvteq.f32.s32: a type behind a mnemonic that starts with v.
    return 1 if head[0] == "v" and tail[-1:].isdigit() else 0
