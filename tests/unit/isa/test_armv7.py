"""The ARMv7 tables: coverage of real code, spellings of sources, classes."""

from __future__ import annotations

import pytest

from cyclesim.asm import parse
from cyclesim.isa import coverage, load

TABLES = load("armv7")


def test_coverage_of_real_code_does_not_fall() -> None:
    """292,759 instructions of open kernels; the rest are macro names and words of other instruction sets."""
    found = coverage.share("armv7", TABLES)
    assert found.occurrences == 292_759
    assert found.share >= 0.997
    assert found.resolved_forms >= 557


def test_what_is_missing_is_told_in_the_order_of_use() -> None:
    counts = [word.occurrences for word in coverage.share("armv7", TABLES).missing]
    assert counts == sorted(counts, reverse=True)
    assert not coverage.resolves("vfoo.u8", TABLES)


@pytest.mark.parametrize("word", ["vmla.f32", "b{c}", "ldr{c}", "vmlage.f32", "vld1.u8", "vdivge.f32"])
def test_a_word_of_the_frequency_list_counts_when_its_mnemonic_has_a_form(word: str) -> None:
    assert coverage.resolves(word, TABLES)


# Source spelling and the form it stands for.
SPELLINGS = {
    "fmacs s0, s1, s2": "vmla.f32 +Sd, Sn, Sm",
    "fnmacd d0, d1, d2": "vmls.f64 +Dd, Dn, Dm",
    "fnmscs s0, s1, s2": "vnmla.f32 +Sd, Sn, Sm",
    "fmuld d0, d1, d2": "vmul.f64 =Dd, Dn, Dm",
    "fsts s0, [r0]": "vstr Sd, mem(offset)",
    "fldmias r0!, {s0-s3}": "vldm Rn!?, {=Sd*}",
    "fstmdbd sp!, {d8-d9}": "vstmdb Rn!?, {Dd*1-16}",
    "fmrx r0, fpscr": "vmrs =Rt, name",
    "fmdrr d0, r0, r1": "vmov =Dd, Rt, Ru",
    "fsitos s0, s1": "vcvt.f32.s32 =Sd, Sm",
    "ftosizd s0, d1": "vcvt.s32.f64 =Sd, Dm",
    "fcmpezs s0": "fcmpezs Sd",
    "fmstat": "fmstat",
    "vld1.u8 {d0}, [r0]": "vld1.8 {=Dd*1-4}, mem(increment, post-register)",
    "vadd.u64 d0, d1, d2": "vadd.i64 =Dd, Dn, Dm",
    "vldmia.f32 r0!, {d0-d1}": "vldm Rn!?, {=Dd*1-16}",
    "vrshrn.u16 d0, q1, #8": "vrshrn.i16 =Dd, Qm, #shift",
    "vmul.s32 q0, q1, q2": "vmul.i32 =Qd, Qn, Qm",
    "vmla.s16 q0, q1, d2[3]": "vmla.i16 +Qd, Qn, Dm[x]",
    "vpadd.u16 d0, d1, d2": "vpadd.i16 =Dd, Dn, Dm",
    "vdup.u8 q0, r0": "vdup.8 =Qd, Rt",
    "vbsl.f32 q0, q1, q2": "vbsl +Qd, Qn, Qm",
    "vand.u8 d0, d1, d2": "vand =Dd, Dn, Dm",
    "vmov.u32 q0, #1": "vmov.i32 =Qd, #imm",
    "vmov.u16 r0, d1[2]": "vmov.u16 =Rt, Dn[x]",
    "vmov.i16 q0, q1": "vmov =Qd, Qm",
    "vmov.f32 r0, d1[1]": "vmov.32 =Rt, Dn[x]",
    "vext.s8 d0, d1, d2, #3": "vext.8 =Dd, Dn, Dm, #index",
    "vtrn.u32 d0, d1": "vtrn.32 +Dd, +Dm",
    "vceq.s16 q0, q1, #0": "vceq.i16 =Qd, Qm, #0",
    "vshl.s16 q0, q1, #3": "vshl.i16 =Qd, Qm, #shift",
    "vmulq.f32 q0, q1, q2": "vmul.f32 =Qd, Qn, Qm",
    "vmulq.s32 q0, q1, d4[0]": "vmul.i32 =Qd, Qn, Dm[x]",
    "vaddq.s16 q0, q1, q2": "vadd.i16 =Qd, Qn, Qm",
    "vpop.f64 {d8}": "vpop {=Dd*1-16}",
    "ldmfd sp!, {r4, pc}": "ldm Rn!?, {=R*}",
    "stmea r0!, {r4}": "stm Rn!?, {R*}",
    "ldmeqia r0, {r1}": "ldm Rn!?, {=R*}",
    "strneb r0, [r1]": "strb Rt, mem(offset, index, pre, pre-register, post, post-register)",
    "ldrsheq r0, [r1]": "ldrsh =Rt, mem(offset, index, pre, pre-register, post, post-register, label)",
    "addeqs r0, r1, r2": "adds =Rd, Rn, op2",
    "asl r0, r1, #3": "lsl =Rd, Rm, #amount",
    "cpy r0, r1": "mov =Rd, Rm",
    "bls .Lend": "b label",
    "bleq .Lend": "bl label",
    "bics r0, r1, r2": "bics =Rd, Rn, op2",
    "muls r0, r1, r0": "muls =Rd, Rn, Rm",
    "add.w r0, r1, r2": "add =Rd, Rn, op2",
}


@pytest.mark.parametrize(("text", "form"), SPELLINGS.items())
def test_a_source_spelling_stands_for_its_form(text: str, form: str) -> None:
    found = TABLES.resolve(parse(f"{text}\n.Lend:\n", "case.s", "armv7").instructions[0])
    assert found.form.text == form
    assert found.instruction.mnemonic == text.split()[0]


CLASSES = {
    "mov r0, r1": "alu",
    "mov r0, #1": "move-immediate",
    "mov r0, r1, lsl #2": "shift",
    "lsl r0, r1, #2": "shift",
    "uxtab r0, r1, r2": "bitfield",
    "sel r0, r1, r2": "select",
    "mla r0, r1, r2, r3": "multiply",
    "umull r0, r1, r2, r3": "multiply-long",
    "ldr r0, [r1]": "load",
    "ldrh r0, [r1]": "load-narrow",
    "ldrd r0, r1, [r2]": "load-pair",
    "pop {r4, pc}": "load-multiple",
    "bx lr": "branch-indirect",
    "vmla.f32 q0, q1, q2": "simd-fp-mla",
    "vfma.f32 q0, q1, q2": "simd-fp-fma",
    "vmla.f32 s0, s1, s2": "fp-mla",
    "vfma.f32 s0, s1, s2": "fp-fma",
    "vadd.f32 d0, d1, d2": "simd-fp-add",
    "vadd.f64 d0, d1, d2": "fp-add",
    "vmov q0, q1": "simd-logical",
    "vmov.f64 d0, d1": "fp-move",
    "vmov.i32 q0, #0": "simd-immediate",
    "vmov.f32 s0, #1.0": "fp-immediate",
    "vmov d0, r0, r1": "simd-insert-general",
    "vmov.32 d0[1], r0": "simd-insert-general",
    "vmov r0, r1, d0": "simd-to-general",
    "vmov s0, r0": "fp-from-general",
    "vdup.32 q0, r0": "simd-from-general",
    "vdup.32 q0, d1[0]": "simd-permute",
    "vtrn.32 q0, q1": "simd-permute-pair",
    "vshl.i16 q0, q1, #1": "simd-shift",
    "vshl.s16 q0, q1, q2": "simd-shift-register",
    "vld1.32 {d0[]}, [r0]": "simd-ld1-replicate",
    "vld1.32 {d0[1]}, [r0]": "simd-ld1-lane",
    "vld4.8 {d0-d3}, [r0]": "simd-ld4",
    "vldr d0, [r0]": "simd-load",
    "vldm r0!, {d0}": "simd-load-multiple",
    "vcvt.f32.s32 q0, q1": "simd-fp-convert",
    "vcvt.f32.s32 s0, s1": "fp-convert",
    "vmull.p8 q0, d0, d1": "simd-polynomial-mul",
    "vmull.p64 q0, d0, d1": "simd-polynomial-mul-64",
}


@pytest.mark.parametrize(("text", "class_"), CLASSES.items())
def test_operands_decide_the_class(text: str, class_: str) -> None:
    found = TABLES.resolve(parse(f"{text}\n", "case.s", "armv7").instructions[0])
    assert found.form.class_ == class_
