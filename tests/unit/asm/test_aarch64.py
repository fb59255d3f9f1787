"""Operands of AArch64, construct by construct."""

from __future__ import annotations

import pytest

from cyclesim.ir import ZERO_REGISTER, Register
from tests.unit.asm.build import one, only_error, operands

ISA = "aarch64"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fmla v0.4s, v1.4s, v31.s[3]", ["v0.4s", "v1.4s", "v31.s[3]"]),
        ("FMLA V0.4S, V1.4S, V2.S[0]", ["v0.4s", "v1.4s", "v2.s[0]"]),
        ("sdot v0.4s, v1.16b, v2.4b[3]", ["v0.4s", "v1.16b", "v2.4b[3]"]),
        ("ins v0.d[1], x3", ["v0.d[1]", "x3"]),
        ("mov v0.h[7], v1.h[ 0 ]", ["v0.h[7]", "v1.h[0]"]),
        ("umov w0, v1.b[15]", ["w0", "v1.b[15]"]),
        ("tbl v0.8b, {v1.16b, v2.16b}, v3.8b", ["v0.8b", "{v1.16b v2.16b}", "v3.8b"]),
        ("ld1 {v0.4s-v3.4s}, [x0], #64", ["{v0.4s v1.4s v2.4s v3.4s}", "post[x0, #64]"]),
        ("ld1 { v31.2d - v1.2d }, [x0]", ["{v31.2d v0.2d v1.2d}", "offset[x0]"]),
        ("ld2 {v0.s, v1.s}[1], [x0], x2", ["{v0.s[1] v1.s[1]}[1]", "post[x0, +x2]"]),
        ("st1 {v0.16b}, [sp]", ["{v0.16b}", "offset[x31]"]),
        ("pmull v0.1q, v1.1d, v2.1d", ["v0.1q", "v1.1d", "v2.1d"]),
        ("fmov d0, #1.0e+00", ["d0", "#1.0"]),
        ("fmov v0.4s, 0.5", ["v0.4s", "#0.5"]),
        ("movi v0.4s, #1, msl #8", ["v0.4s", "#1", "msl 8"]),
        ("movz x0, #0xffff, lsl #48", ["x0", "#65535", "lsl 48"]),
        ("add x0, x1, w2, uxtw #2", ["x0", "x1", "w2", "uxtw 2"]),
        ("add x0, x1, w2, SXTB", ["x0", "x1", "w2", "sxtb None"]),
        ("add x0, x1, 16, lsl 12", ["x0", "x1", "#16", "lsl 12"]),
        ("add x0, x0, #:lo12:table", ["x0", "x0", "#None"]),
        ("add x0, x0, :lo12:table", ["x0", "x0", "#None"]),
        ("add x0, x0, table@PAGEOFF", ["x0", "x0", "#None"]),
        ("csel w0, w1, w2, NE", ["w0", "w1", "w2", "'ne'"]),
        ("mrs x0, S3_3_C4_C2_0", ["x0", "'s3_3_c4_c2_0'"]),
        ("msr daifset, #2", ["'daifset'", "#2"]),
        ("sys #3, c7, c4, #1, x0", ["#3", "'c7'", "'c4'", "#1", "x0"]),
        ("prfm PLDL1KEEP, [x0, #64]", ["'pldl1keep'", "offset[x0, #64]"]),
        ("dc zva, x0", ["'zva'", "x0"]),
        ("ldr q0, =0x1234", ["q0", "=4660"]),
        ("b0: ldr b0, [x0]", ["b0", "offset[x0]"]),
        ("mov x0, #(1<<4)|3", ["x0", "#19"]),
        ("ret", []),
    ],
)
def test_operands(text: str, expected: list[str]) -> None:
    assert operands(text, ISA) == expected


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("sp", "x", 31),
        ("WSP", "w", 31),
        ("xzr", "x", ZERO_REGISTER),
        ("wzr", "w", ZERO_REGISTER),
        ("fp", "x", 29),
        ("lr", "x", 30),
        ("ip0", "x", 16),
        ("ip1", "x", 17),
        ("x29", "x", 29),
        ("W30", "w", 30),
        ("q31", "q", 31),
        ("h7", "h", 7),
    ],
)
def test_registers(name: str, kind: str, number: int) -> None:
    register = one(f"foo {name}", ISA).operands[0]
    assert isinstance(register, Register) and (register.kind, register.number) == (kind, number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x1]", "offset[x1]"),
        ("[x1, #16]!", "pre[x1, #16]"),
        ("[x1, 16]", "offset[x1, #16]"),
        ("[x1], #-16", "post[x1, #-16]"),
        ("[x1], 4*16", "post[x1, #64]"),
        ("[x1, x2]", "offset[x1, +x2]"),
        ("[x1, w2, uxtw #2]", "offset[x1, +w2, uxtw 2]"),
        ("[x1, w2, sxtw]", "offset[x1, +w2, sxtw None]"),
        ("[x1, x2, lsl 3]", "offset[x1, +x2, lsl 3]"),
        ("[x1, #:lo12:table]", "offset[x1, #None]"),
        ("[x1, :lo12:table]", "offset[x1, #None]"),
        ("[x1, table@PAGEOFF]", "offset[x1, #None]"),
        ("[sp, -16]!", "pre[x31, #-16]"),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    assert operands(f"ldr x0, {text}", ISA)[1:] == [expected]


@pytest.mark.parametrize(
    ("text", "mnemonic", "expected"),
    [
        ("fmla.4s v0, v1, v2", "fmla", ["v0.4s", "v1.4s", "v2.4s"]),
        ("FMLA.4S v0, v1, v2[1]", "fmla", ["v0.4s", "v1.4s", "v2.s[1]"]),
        ("smlal.4s v0, v1, v2", "smlal", ["v0.4s", "v1.4h", "v2.4h"]),
        ("smlal2.4s v0, v1, v2[3]", "smlal2", ["v0.4s", "v1.8h", "v2.h[3]"]),
        ("uaddw.8h v0, v1, v2", "uaddw", ["v0.8h", "v1.8h", "v2.8b"]),
        ("xtn.8b v0, v1", "xtn", ["v0.8b", "v1.8h"]),
        ("xtn2.16b v0, v1", "xtn2", ["v0.16b", "v1.8h"]),
        ("shrn.4h v0, v1, #3", "shrn", ["v0.4h", "v1.4s", "#3"]),
        ("ushll.8h v0, v1, #0", "ushll", ["v0.8h", "v1.8b", "#0"]),
        ("uadalp.4h v0, v1", "uadalp", ["v0.4h", "v1.8b"]),
        ("sdot.4s v0, v1, v2[1]", "sdot", ["v0.4s", "v1.16b", "v2.4b[1]"]),
        ("dup.16b v0, v1[3]", "dup", ["v0.16b", "v1.b[3]"]),
        ("mov.d v0[1], x3", "mov", ["v0.d[1]", "x3"]),
        ("ld1.4s {v0, v1}, [x0]", "ld1", ["{v0.4s v1.4s}", "offset[x0]"]),
        ("ld1.s {v0}[2], [x0]", "ld1", ["{v0.s[2]}[2]", "offset[x0]"]),
        ("tbl.8b v0, {v1-v2}, v3", "tbl", ["v0.8b", "{v1.16b v2.16b}", "v3.8b"]),
        ("movi.16b v0, #0", "movi", ["v0.16b", "#0"]),
        ("fmla.4s v0.4s, v1.4s, v2", "fmla", ["v0.4s", "v1.4s", "v2.4s"]),
    ],
)
def test_short_form(text: str, mnemonic: str, expected: list[str]) -> None:
    instruction = one(text, ISA)
    assert instruction.mnemonic == mnemonic and instruction.text == text
    assert operands(text, ISA) == expected


def test_a_condition_is_no_short_form() -> None:
    assert one("b.ls foo", ISA).mnemonic == "b.ls"


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("fmla v0.4s, v1.4s, v99.s[0]", 20, "AArch64 has no register `v99`"),
        ("fmla v0.5s, v1.4s, v2.4s", 9, "`5s` is no arrangement"),
        ("fmla v0.4s, v1.4s, v2.s[4]", 25, "there is no lane 4"),
        ("fmla v0.4s, v1.4s, v2.s[]", 25, "a lane number is missing"),
        ("mov x0.4s, x1", 7, "`x0` takes no `.4s`"),
        ("mov q0[1], x1", 7, "`q0` has no lanes"),
        ("add x31, x0, x1", 5, "AArch64 has no register `x31`"),
        ("add r0, x0, x1", 5, "AArch64 has no register `r0`"),
        ("cbz x99, foo", 5, "AArch64 has no register `x99`"),
        ("ld1 {v0.4s-v3.8h}, [x0]", 12, "the range starts with `v0.4s` but ends with `v3.8h`"),
        ("ld1 {v0.s[1]}[1], [x0]", 14, "no lane number behind this list"),
        ("ld1 {v0.s}[4], [x0]", 12, "there is no lane 4"),
        ("ldr x0, [x1, -x2]", 14, "an AArch64 index has no sign"),
        ("ldr x0, [x1 :64]", 14, "AArch64 addresses state no alignment"),
        ("ldr x0, [v1.4s]", 10, "`v1.4s` can't be the base of an address"),
        ("ldr q0, [x0, #1, mul vl]", 18, "`mul vl` is one part too many for an address"),
        ("ptrue p0.s", 7, "`p0` is an SVE register"),
        ("zero {za}", 7, "`za` is an SME register"),
        ("ldr za[w12, 0], [x0]", 5, "`za` is an SME register"),
        ("ld1w {z0.s}, p0/z, [x0]", 7, "`z0` is an SVE register"),
    ],
)
def test_mistakes(text: str, column: int, words: str) -> None:
    assert only_error(text, ISA)[:3] == (1, column, words)


def test_a_wrong_isa_is_hinted_at() -> None:
    assert "--isa armv7" in only_error("add r0, r1, r2", ISA)[3]
    assert "SVE" in only_error("ptrue p0.s", ISA)[3]
