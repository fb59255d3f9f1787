"""Which instruction set a text is written in, by what only one of the two has."""

from __future__ import annotations

import re

from cyclesim.errors import InputError

_SAMPLES = (4_000, 200_000)
"""Characters looked at: the second sample only when the first is undecided."""

_CLEAR = 8
"""Words of one instruction set more than of the other that settle it."""

_COMMENT = re.compile(r"//[^\n]*|@[^\n]*|/\*.*?(?:\*/|\Z)|^[ \t]*#[^\n]*", re.DOTALL | re.MULTILINE)

_STATED = re.compile(
    r"\.(?:arch|cpu)[ \t]+(?P<old>armv[4-7]|cortex-[am](?:5|7|8|9|12|15|17)\b)|"
    r"\.(?P<arm>syntax|thumb|arm|fpu|code|thumb_func|eabi_attribute)\b",
    re.IGNORECASE | re.ASCII,
)

_ARMV7 = re.compile(
    r"(?<![\w.$])(?:r(?:1[0-5]|\d)|v(?:ld[1-4r]|ldm|st[1-4r]|stm|mla|mls|mlal|mul|mull|mov|movl|movn|add|sub|dup|ext|pop|push)"
    r"\w*\.\w+|(?:push|pop|stmdb|ldmia|ldmfd|stmfd)\b|bx[ \t]|(?:vmrs|vmsr|vpush|vpop|vldr|vldm|vstm)\w*\b)|\{[ \t]*[dq]\d",
    re.IGNORECASE | re.ASCII,
)

_AARCH64 = re.compile(
    r"(?<![\w.$])(?:[xw](?:30|[12]?\d|zr)\b|v(?:[12]?\d|3[01])\.(?:\d+[bhsdq]|[bhsd])\b|b\.(?:[a-z]{2})\b|ret\b|"
    r"(?:fmla|fmls|fadd|fmul|fsub|fmov|ldp|stp|movi|dup|ins|umov|smov|ld[1-4]r?|st[1-4]|cbn?z|tbn?z|eret|adrp)[ \t.])|\.(?:arch|cpu)[ \t]+armv[89]",
    re.IGNORECASE | re.ASCII,
)


def detect_isa(text: str) -> str:
    """`armv7` or `aarch64`. Raises InputError when nothing in the text tells them apart."""
    lead = 0
    for size in _SAMPLES:
        code = _COMMENT.sub("", text[:size])
        if stated := _STATED.search(code):
            return "armv7" if stated["old"] or stated["arm"] else "aarch64"
        lead = sum(1 for _ in _ARMV7.finditer(code)) - sum(1 for _ in _AARCH64.finditer(code))
        if abs(lead) >= _CLEAR:
            break
    if lead:
        return "armv7" if lead > 0 else "aarch64"
    raise InputError(
        "nothing in this text tells ARMv7 from AArch64",
        hint="state the instruction set (--isa armv7 or --isa aarch64), or write `.arch armv8-a` or `.arch armv7-a`",
    )
