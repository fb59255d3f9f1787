"""The instruction set follows from words that only one of the two has."""

from __future__ import annotations

import pytest

from cyclesim import asm
from cyclesim.errors import InputError, UsageError


@pytest.mark.parametrize(
    "text",
    [
        "add r0, r1, r2",
        "vmla.f32 q0, q1, d0[0]",
        "VLD1.32 {d0-d2}, [rA]! # 6x2",
        "vmov d0, d1",
        "push {lr}",
        "bx lr",
        ".syntax unified\nb loop",
        ".arch armv7-a\nnop",
        ".cpu cortex-a7\nnop",
        ".fpu neon\nfadds s0, s1, s2",
        "fmacs s0, s1, s2\nfmrx r0, fpscr",
        "@ x0 x1 x2 x3 w4 v5.4s\nldr r0, [r1]",
        ".arch armv8-a\n.fpu neon\nnop",
        "beq.w loop\nldrd r0, r1, [r2]",
    ],
)
def test_armv7(text: str) -> None:
    assert asm.detect_isa(text) == "armv7"


@pytest.mark.parametrize(
    "text",
    [
        "add x0, x1, x2",
        "fmla v0.4s, v1.4s, v2.s[0]",
        "fmla.4s v0, v1, v2",
        "b.ne loop",
        "ret",
        "ldr q0, [sp]\nfmov d0, #1.0",
        "// r0 r1 r2 r3\nmov w0, wzr",
        "/* push r0 */ add w0, w1, #1",
        ".arch armv8-a\nnop",
        "SMLAL V0.4S, V1.4H, V2.H[0]",
    ],
)
def test_aarch64(text: str) -> None:
    assert asm.detect_isa(text) == "aarch64"


def test_comments_do_not_count() -> None:
    assert asm.detect_isa("# r0 r1 r2 r3 r4 r5\n/* r0\nr1 r2 */\nadd x0, x0, #1 // r4 r5") == "aarch64"


def test_evidence_may_come_late() -> None:
    assert asm.detect_isa("nop\n" * 20_000 + "add r0, r1, r2\n") == "armv7"


@pytest.mark.parametrize("text", ["", "nop", "b loop", "add sp, sp, #16", "@ nothing\n// at all"])
def test_no_evidence_is_an_error_that_says_what_to_do(text: str) -> None:
    with pytest.raises(InputError) as caught:
        asm.detect_isa(text)
    assert "--isa armv7" in caught.value.hint


def test_parse_detects_unless_told() -> None:
    assert asm.parse("add x0, x0, x1", "a.s").isa == "aarch64"
    assert asm.parse("nop", "a.s", "armv7").isa == "armv7"
    with pytest.raises(UsageError, match="no instruction set 'mips'"):
        asm.parse("nop", "a.s", "mips")
