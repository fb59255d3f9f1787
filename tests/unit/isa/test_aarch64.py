"""The AArch64 tables: coverage of real code, operation counts, classes, and what is said of wrong operands."""

from __future__ import annotations

import pytest

from cyclesim.asm import parse
from cyclesim.errors import UnknownInstruction, WrongOperands
from cyclesim.ir import Resolved
from cyclesim.isa import coverage, load


def resolve(text: str) -> Resolved:
    program = parse(f"{text}\n.Lend:\n", "case.s", "aarch64")
    return load("aarch64").resolve(program.instructions[0])


# Two operations to a multiply-accumulate, one to a multiplication, an addition or a subtraction, for every lane.
OPERATIONS = {
    "fmla v0.4s, v1.4s, v2.s[0]": 8,
    "fmla v0.8h, v1.8h, v2.h[0]": 16,
    "fmla v0.2d, v1.2d, v2.2d": 4,
    "fmla s0, s1, v2.s[0]": 2,
    "fmul v0.4s, v1.4s, v2.4s": 4,
    "fadd v0.2s, v1.2s, v2.2s": 2,
    "fadd s0, s1, s2": 1,
    "fmadd d0, d1, d2, d3": 2,
    "fmlal v0.4s, v1.4h, v2.h[0]": 8,
    "frecps v0.4s, v1.4s, v2.4s": 8,
    "smlal v0.4s, v1.4h, v2.h[0]": 8,
    "smlal2 v0.4s, v1.8h, v2.h[0]": 8,
    "smull v0.8h, v1.8b, v2.8b": 8,
    "smull2 v0.8h, v1.16b, v2.16b": 8,
    "mla v0.16b, v1.16b, v2.16b": 32,
    "sqrdmulh v0.4s, v1.4s, v2.4s": 4,
    "sqrdmlah v0.4s, v1.4s, v2.4s": 8,
    "sdot v0.4s, v1.16b, v2.4b[0]": 32,
    "sdot v0.2s, v1.8b, v2.8b": 16,
    "smmla v0.4s, v1.16b, v2.16b": 64,
    "bfdot v0.4s, v1.8h, v2.8h": 16,
    "bfmmla v0.4s, v1.8h, v2.8h": 32,
    "sadalp v0.4s, v1.8h": 8,
    "uaddlp v0.4s, v1.8h": 4,
    "addp v0.4s, v1.4s, v2.4s": 4,
    "uabal v0.8h, v1.8b, v2.8b": 16,
    "addhn v0.8b, v1.8h, v2.8h": 8,
    "ssra v0.4s, v1.4s, #1": 4,
    "add d0, d1, d2": 1,
    "add x0, x1, x2": 0,
    "madd x0, x1, x2, x3": 0,
    "fmax v0.4s, v1.4s, v2.4s": 0,
    "eor v0.16b, v1.16b, v2.16b": 0,
    "sshll v0.8h, v1.8b, #0": 0,
    "mov v0.16b, v1.16b": 0,
    "ld1 {v0.4s}, [x0]": 0,
}


@pytest.mark.parametrize(("text", "operations"), OPERATIONS.items())
def test_operations_are_the_multiplies_and_adds(text: str, operations: int) -> None:
    assert resolve(text).operations == operations


CLASSES = {
    "mul w0, w1, w2": "multiply",
    "mul x0, x1, x2": "multiply-64",
    "umaddl x0, w1, w2, x3": "multiply-long",
    "mov x0, #1": "move-immediate",
    "mov x0, x1": "alu",
    "mov v0.16b, v1.16b": "simd-logical",
    "mov v0.d[1], x0": "simd-insert-general",
    "mov v0.s[1], v1.s[0]": "simd-permute",
    "mov x0, v1.d[0]": "simd-to-general",
    "mov d0, v1.d[1]": "simd-permute",
    "fmov d0, x0": "fp-from-general",
    "fmov x0, d0": "fp-to-general",
    "fmov d0, d1": "fp-move",
    "fmov d0, #2.0": "fp-immediate",
    "fmov v0.4s, #2.0": "simd-immediate",
    "fmov v0.d[1], x0": "simd-insert-general",
    "fmul s0, s1, s2": "fp-mul",
    "fmul s0, s1, v2.s[0]": "simd-fp-mul",
    "scvtf s0, w1": "fp-convert",
    "scvtf v0.4s, v1.4s": "simd-fp-convert",
    "ldr x0, [x1]": "load",
    "ldr w0, =0x12345": "load",
    "ldr q0, [x1]": "simd-load",
    "ldr q0, =0x12345": "simd-load",
    "ldrsw x0, [x1]": "load-narrow",
    "ldp x0, x1, [x2]": "load-pair",
    "ldp q0, q1, [x2]": "simd-load-pair",
    "ld1 {v0.4s, v1.4s}, [x0]": "simd-ld1",
    "ld1 {v0.s}[0], [x0]": "simd-ld1-lane",
    "ld4r {v0.4s, v1.4s, v2.4s, v3.4s}, [x0]": "simd-ld4-replicate",
    "st3 {v0.h, v1.h, v2.h}[0], [x0]": "simd-st3-lane",
    "pmull v0.8h, v1.8b, v2.8b": "simd-polynomial-mul",
    "pmull v0.1q, v1.1d, v2.1d": "simd-polynomial-mul-64",
    "b.eq .Lend": "branch-conditional",
    "b .Lend": "branch",
}


@pytest.mark.parametrize(("text", "class_"), CLASSES.items())
def test_operands_decide_the_class(text: str, class_: str) -> None:
    assert resolve(text).form.class_ == class_


FEATURES: dict[str, dict[str, object]] = {
    "fmla v0.4s, v1.4s, v2.s[1]": {"width": 128, "lane": True, "mnemonic": "fmla"},
    "fmla v0.2s, v1.2s, v2.2s": {"width": 64, "lane": False},
    "ld1 {v0.4s, v1.4s, v2.4s}, [x0], #48": {"registers": 3, "bytes": 48, "structure": 1, "width": 128},
    "ld3 {v0.8b, v1.8b, v2.8b}, [x0]": {"registers": 3, "bytes": 24, "structure": 3, "width": 64},
    "ldp d0, d1, [x0]": {"registers": 2, "bytes": 16, "width": 64},
    "udiv x0, x1, x2": {"width": 64},
    "udiv w0, w1, w2": {"width": 32},
    "add x0, x1, x2, lsl #3": {"shift": "immediate"},
    "add x0, x1, w2, uxtw": {"shift": "extend"},
    "add x0, x1, x2": {"shift": "", "immediate": False},
    "add x0, x1, #3": {"immediate": True},
    "subs x0, x1, #3": {"sets_flags": True},
    "ldr x0, [x1], #8": {"mode": "post"},
}


@pytest.mark.parametrize(("text", "features"), FEATURES.items())
def test_features_tell_apart_what_cores_time_apart(text: str, features: dict[str, object]) -> None:
    found = resolve(text).features
    assert {name: found[name] for name in features} == features


WRONG = {
    "fmla v0.4s, v1.4s, v2.8h": "fmla",
    "fmla v0.4s, v1.4s": "fmla",
    "smlal v0.4s, v1.8h, v2.8h": "smlal",
    "add x0, w1, w2": "add",
    "ldr x0, x1": "ldr",
    "ldur x0, [x1], #8": "ldur",
    "aese v0.4s, v1.4s": "aese",
    "addv s0, v1.2d": "addv",
}


@pytest.mark.parametrize(("text", "mnemonic"), WRONG.items())
def test_wrong_operands_are_answered_with_the_accepted_forms(text: str, mnemonic: str) -> None:
    with pytest.raises(WrongOperands) as failure:
        resolve(text)
    assert mnemonic in str(failure.value)
    assert mnemonic in failure.value.hint


OUT_OF_RANGE = {
    "sshr v0.4s, v1.4s, #40": "1 to 32",
    "shl v0.8h, v1.8h, #16": "0 to 15",
    "sqrshrn v0.4h, v1.4s, #17": "1 to 16",
    "fmla v0.8h, v1.8h, v20.h[0]": "v0-v15",
    "cmeq v0.4s, v1.4s, #3": "only be 0",
    "fmov v0.d[0], x1": "is 1",
}


@pytest.mark.parametrize(("text", "limit"), OUT_OF_RANGE.items())
def test_values_that_no_encoding_has_are_named_with_their_limits(text: str, limit: str) -> None:
    with pytest.raises(WrongOperands) as failure:
        resolve(text)
    assert limit in str(failure.value)


def test_an_unknown_mnemonic_is_answered_with_a_near_one() -> None:
    with pytest.raises(UnknownInstruction) as failure:
        resolve("fmlaa v0.4s, v1.4s, v2.4s")
    assert "fmla" in failure.value.hint


def test_coverage_of_real_code_does_not_fall() -> None:
    """The list counts 497,874 instructions; the words without a form are names of macros, SVE or other machines."""
    found = coverage.share("aarch64")
    assert found.share >= 0.997
    assert found.resolved_forms >= 873
