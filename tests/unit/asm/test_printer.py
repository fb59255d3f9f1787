"""parse(print(x)) == x, texts and columns aside."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyclesim.asm.printer import format_instruction
from cyclesim.ir import (
    Immediate,
    Instruction,
    Label,
    Literal,
    Memory,
    Name,
    Operand,
    Register,
    RegisterList,
    Shift,
    Span,
)
from tests.unit.asm.build import one, program, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VMLA.F32  Q8,Q1,D0[1]  @ c", "vmla.f32 q8, q1, d0[1]"),
        ("vld1.32 {q0-q1}, [R1@128]!", "vld1.32 {d0, d1, d2, d3}, [r1 :128]!"),
        ("vld1.8 {d0[1],d2[1]},[r1],r2", "vld1.8 {d0[1], d2[1]}, [r1], r2"),
        ("vld1.8 d0, [r1]", "vld1.8 {d0}, [r1]"),
        ("vld2.16 {d0[],d1[]}, [rA:32]", "vld2.16 {d0[], d1[]}, [rA :32]"),
        ("ldmia SP!,{fp-ip,lr}", "ldmia r13!, {r11, r12, r14}"),
        ("ldr r0,[r1,-r2,LSL #(1+1)]!", "ldr r0, [r1, -r2, lsl #2]!"),
        ("ldr r0, [r1], #-0x10", "ldr r0, [r1], #-16"),
        ("mov r0, r1, rrx", "mov r0, r1, rrx"),
        ("add r0, r1, r2, lsl r3", "add r0, r1, r2, lsl r3"),
        ("ldr r0, =0x10", "ldr r0, =16"),
        ("ldr r0, =table+4", "ldr r0, =table+4"),
        ("vmov.f32 s0, #2.5e-1", "vmov.f32 s0, #0.25"),
        ("bne loop", "bne loop"),
        ("DMB ISH", "dmb ish"),
        ("nop", "nop"),
    ],
)
def test_armv7(text: str, expected: str) -> None:
    assert format_instruction(one(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fmla.4s v0, v1, v2[1]", "fmla v0.4s, v1.4s, v2.s[1]"),
        ("ld1 {v0.s-v1.s}[1], [sp], 8", "ld1 {v0.s, v1.s}[1], [sp], #8"),
        ("add x0, x1, w2, UXTW 2", "add x0, x1, w2, uxtw #2"),
        ("add x0, x1, w2, sxtb", "add x0, x1, w2, sxtb"),
        ("mov WSP, wzr", "mov wsp, wzr"),
        ("mov fp, xzr", "mov x29, xzr"),
        ("ldr q0, [x1, #:lo12:table]", "ldr q0, [x1, #:lo12:table]"),
        ("ldr x0, [x1, w2, sxtw]", "ldr x0, [x1, w2, sxtw]"),
    ],
)
def test_aarch64(text: str, expected: str) -> None:
    assert format_instruction(one(text, "aarch64")) == expected


general = st.integers(0, 15).map(lambda number: Register(f"r{number}", "r", number))
vector = st.tuples(st.sampled_from("sdq"), st.integers(0, 15)).map(lambda one: Register("", *one))
lane = st.tuples(st.integers(0, 31), st.integers(0, 7)).map(lambda one: Register("", "d", one[0], lane=one[1]))
wide = st.one_of(
    st.tuples(st.sampled_from("wx"), st.integers(-1, 31).filter(lambda number: number != 31)),
    st.tuples(st.sampled_from("bhsdq"), st.integers(0, 31)),
    st.just(("x", 31)),
).map(lambda one: Register("", one[0], one[1] if one[1] != 31 or one[0] == "x" else 30))
arranged = st.tuples(st.integers(0, 31), st.sampled_from(["8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d"])).map(
    lambda one: Register("", "v", *one)
)
element = st.tuples(st.integers(0, 31), st.sampled_from("hsd"), st.integers(0, 1)).map(
    lambda one: Register("", "v", *one)
)
whole = st.integers(-(1 << 63), (1 << 64) - 1).map(lambda value: Immediate("", value))
real = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: Immediate("", value))
amount = st.integers(0, 63)


def lists(registers: st.SearchStrategy[Register], most: int) -> st.SearchStrategy[RegisterList]:
    return st.lists(registers, min_size=1, max_size=most).map(lambda found: RegisterList("", tuple(found)))


def with_lane(found: RegisterList, number: int | None, every: bool) -> RegisterList:
    registers = tuple(register._replace(lane=number, all_lanes=every) for register in found.registers)
    return RegisterList("", registers, number, every)


doubles = st.integers(0, 31).map(lambda number: Register("", "d", number))
shift_kinds = st.sampled_from(["lsl", "lsr", "asr", "ror"])
shifts = st.one_of(
    st.tuples(shift_kinds, amount).map(lambda one: Shift(*one)),
    st.tuples(shift_kinds, general).map(lambda one: Shift(one[0], None, one[1])),
    st.just(Shift("rrx")),
)
extends = st.one_of(
    st.tuples(st.sampled_from(["uxtw", "sxtw", "sxtx", "uxtb"]), st.none() | amount).map(lambda one: Shift(*one)),
    st.tuples(st.sampled_from(["lsl", "msl"]), amount).map(lambda one: Shift(*one)),
)


@st.composite
def armv7_memory(draw: st.DrawFn) -> Memory:
    memory = Memory("", draw(general), align=draw(st.sampled_from([0, 0, 16, 32, 64, 128, 256])))
    kind = draw(st.sampled_from(["bare", "offset", "index"]))
    if kind == "offset":
        memory = memory._replace(offset=draw(whole))
    if kind == "index":
        shift = draw(st.none() | st.tuples(shift_kinds, amount).map(lambda one: Shift(*one)))
        memory = memory._replace(index=draw(general), subtract=draw(st.booleans()), shift=shift)
    modes = ["offset", "pre"] if kind == "bare" else ["offset", "pre", "post"]
    return memory._replace(mode=draw(st.sampled_from(modes)))


@st.composite
def aarch64_memory(draw: st.DrawFn) -> Memory:
    memory = Memory("", draw(st.integers(0, 31).map(lambda number: Register("", "x", number))))
    kind = draw(st.sampled_from(["bare", "offset", "index", "post"]))
    if kind == "offset":
        return memory._replace(offset=draw(whole), mode=draw(st.sampled_from(["offset", "pre", "post"])))
    if kind == "index":
        index = draw(st.sampled_from([Register("", "w", 3), Register("", "x", 4)]))
        return memory._replace(index=index, shift=draw(st.none() | extends))
    return memory._replace(mode=draw(st.sampled_from(["offset", "pre"])))


names = st.sampled_from(["eq", "ish", "fpscr", "pldl1keep", "cntvct_el0"]).map(Name)
armv7_operands = st.one_of(
    general, vector, lane, whole, real, shifts, names, lists(general, 16), lists(doubles, 16), armv7_memory(),
    st.tuples(lists(doubles, 4), st.integers(0, 7)).map(lambda one: with_lane(one[0], one[1], False)),
    lists(doubles, 4).map(lambda one: with_lane(one, None, True)),
    general.map(lambda register: register._replace(writeback=True)),
    st.integers(0, 1 << 32).map(lambda value: Literal("", value)),
    st.just(Label(".Ltable")),
)  # fmt: skip
aarch64_operands = st.one_of(
    wide, arranged, element, whole, real, extends, names, lists(arranged, 4), aarch64_memory(),
    st.tuples(lists(st.integers(0, 31).map(lambda one: Register("", "v", one, "s")), 4), st.integers(0, 3)).map(
        lambda one: with_lane(one[0], one[1], False)
    ),
    st.integers(0, 1 << 32).map(lambda value: Literal("", value)),
    st.just(Label(".Ltable")),
)  # fmt: skip


def is_bare(operand: Operand) -> bool:
    return isinstance(operand, Memory) and operand.mode == "offset" and operand.index is None and operand.offset is None


def is_post_index(operand: Operand) -> bool:
    return isinstance(operand, Immediate) or (isinstance(operand, Register) and operand.kind in "rxw")


def instruction(operands: list[Operand]) -> Instruction:
    """Behind a bare address, a register or an immediate would be its post-index: the address then comes last.

    `foo =4` is an assignment: a literal is never the first operand.
    """
    if operands and isinstance(operands[0], Literal):
        operands = [Name("eq"), *operands]
    if any(is_bare(first) and is_post_index(second) for first, second in itertools.pairwise(operands)):
        bare = [operand for operand in operands if is_bare(operand)]
        operands = [operand for operand in operands if not is_bare(operand)] + bare[:1]
    ends = [index for index, operand in enumerate(operands) if isinstance(operand, Memory) and operand.mode == "post"]
    operands = operands[: ends[0] + 1] if ends else operands
    return Instruction("foo.f32", tuple(operands), Span("", 1), "")


def check(instruction_: Instruction, isa: str) -> None:
    text = format_instruction(instruction_)
    again = one(text, isa)
    assert again.mnemonic == instruction_.mnemonic
    assert [shown(operand) for operand in again.operands] == [shown(operand) for operand in instruction_.operands]
    assert format_instruction(again) == text


@given(st.lists(armv7_operands, max_size=4).map(instruction))
def test_generated_armv7_instructions(generated: Instruction) -> None:
    check(generated, "armv7")


@given(st.lists(aarch64_operands, max_size=4).map(instruction))
def test_generated_aarch64_instructions(generated: Instruction) -> None:
    check(generated, "aarch64")


KERNEL = """
loop:   vld1.32 {d0-d2}, [r0 :64]!
        vldr d3, [r1, #(2*8)]
        vmla.f32 q8, q2, d0[0]
        vmlal.s16 q9, d3, d1[3]
        pld [r1, #64]
        ldrd r4, r5, [r1], #8
        subs r2, r2, #1
        bne loop
        vstmia r3!, {q8-q9}
        pop {r4-r11, pc}
"""


def test_a_kernel_printed_and_read_again_is_the_same_kernel() -> None:
    first = program(KERNEL)
    printed = "loop:\n" + "\n".join(map(format_instruction, first.instructions))
    second = program(printed)
    for one_, other in zip(first.instructions, second.instructions, strict=True):
        assert (one_.mnemonic, list(map(shown, one_.operands))) == (other.mnemonic, list(map(shown, other.operands)))
