"""Operands of ARMv7, construct by construct."""

from __future__ import annotations

import pytest

from cyclesim.ir import Memory, RegisterList
from tests.unit.asm.build import one, only_error, operands, program


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vmla.f32 q8, q1, d0[1]", ["q8", "q1", "d0[1]"]),
        ("VMLAL.U16 Q2, D2, D0[0]", ["q2", "d2", "d0[0]"]),
        ("vmov d2, r0, r1", ["d2", "r0", "r1"]),
        ("vmov.32 d31[ (0+1) ], r0", ["d31[1]", "r0"]),
        ("vmrs APSR_nzcv, FPSCR", ["'apsr_nzcv'", "'fpscr'"]),
        ("vcvt.f32.s32 s31, s0, #8", ["s31", "s0", "#8"]),
        ("vdup.8 q0, d1[7]", ["q0", "d1[7]"]),
        ("vmov.f32 s0, #1.0", ["s0", "#1.0"]),
        ("vmov.f64 d0, #-0.5e-3", ["d0", "#-0.0005"]),
        ("vcmp.f32 s0, #0", ["s0", "#0"]),
        ("mov fp, ip", ["r11", "r12"]),
        ("mov sl, sb", ["r10", "r9"]),
        ("add sp, lr, pc", ["r13", "r14", "r15"]),
        ("add a1, a4, v1", ["r0", "r3", "r4"]),
        ("add v8, v2, A2", ["r11", "r5", "r1"]),
        ("ldmia r0!, {r4-r11, lr}", ["r0!", "{r4 r5 r6 r7 r8 r9 r10 r11 r14}"]),
        ("push {r4, r6-r8, pc}", ["{r4 r6 r7 r8 r15}"]),
        ("mov r0, r1, lsl r2", ["r0", "r1", "lsl r2"]),
        ("add r0, r1, r2, ASR #4", ["r0", "r1", "r2", "asr 4"]),
        ("mov r0, r1, asl #1", ["r0", "r1", "lsl 1"]),
        ("mov r0, r1, rrx", ["r0", "r1", "rrx None"]),
        ("mcr p15, 0, r0, c7, c10, 5", ["'p15'", "#0", "r0", "'c7'", "'c10'", "#5"]),
        ("dmb ISH", ["'ish'"]),
        ("it eq", ["'eq'"]),
        ("nop", []),
        ("mov r0, $4", ["r0", "#4"]),
        ("movw r0, #:lower16:0x12345678", ["r0", f"#{0x5678}"]),
        ("movt r0, #:upper16:0x12345678", ["r0", f"#{0x1234}"]),
        ("movw r0, #:lower16:table", ["r0", "#None"]),
        ("ldr r0, =0x12345678", ["r0", f"={0x12345678}"]),
        ("ldr r0, =-1", ["r0", "=-1"]),
        ("ldr r0, =#(4*4)", ["r0", "=16"]),
        ("ldr r0, =table+4", ["r0", "=None"]),
        ("vext.8 d0, d1, d2, #(3*1)", ["d0", "d1", "d2", "#3"]),
        ("tbb [pc, r0]", ["offset[r15, +r0]"]),
    ],
)
def test_operands(text: str, expected: list[str]) -> None:
    assert operands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[r1]", "offset[r1]"),
        ("[ r1 , #4 ]", "offset[r1, #4]"),
        ("[r1, #-4]!", "pre[r1, #-4]"),
        ("[r1, 4]", "offset[r1, #4]"),
        ("[r1]!", "pre[r1]"),
        ("[r1], #8", "post[r1, #8]"),
        ("[r1], #-8*2", "post[r1, #-16]"),
        ("[r1], 8", "post[r1, #8]"),
        ("[r1], -4", "post[r1, #-4]"),
        ("[r1], r2", "post[r1, +r2]"),
        ("[r1], -r2", "post[r1, -r2]"),
        ("[r1], r2, lsl #2", "post[r1, +r2, lsl 2]"),
        ("[r1, r2]", "offset[r1, +r2]"),
        ("[r1, +r2]", "offset[r1, +r2]"),
        ("[r1, -r2, lsl #2]!", "pre[r1, -r2, lsl 2]"),
        ("[r1, r2, rrx]", "offset[r1, +r2, rrx None]"),
        ("[sp, #(4*16)+8]", "offset[r13, #72]"),
        ("[pc, #table-.-8]", "offset[r15, #None]"),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    source = f"table: ldr r0, {text}" if "table" in text else f"ldr r0, {text}"
    assert operands(source)[1:] == [expected]
    memory = one(source).operands[1]
    assert isinstance(memory, Memory) and memory.text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[r0 :128]", "offset[r0:128]"),
        ("[r0@64]!", "pre[r0:64]"),
        ("[r0,:256]", "offset[r0:256]"),
        ("[r0:16], r2", "post[r0:16, +r2]"),
        ("[r0 , :32]!", "pre[r0:32]"),
    ],
)
def test_alignments(text: str, expected: str) -> None:
    assert operands(f"vld1.32 {{d0}}, {text}")[1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{d0-d3}", "{d0 d1 d2 d3}"),
        ("{ D0 - D3 }", "{d0 d1 d2 d3}"),
        ("{d0, d2, d4}", "{d0 d2 d4}"),
        ("{d0[1], d2[1]}", "{d0[1] d2[1]}[1]"),
        ("{d0[1]-d2[1]}", "{d0[1] d1[1] d2[1]}[1]"),
        ("{d0[], d1[]}", "{d0[] d1[]}[]"),
        ("{q0-q1}", "{d0 d1 d2 d3}"),
        ("{q15}", "{d30 d31}"),
        ("{d0, q1}", "{d0 d2 d3}"),
        ("d0", "{d0}"),
        ("d5[2]", "{d5[2]}[2]"),
        ("d5[]", "{d5[]}[]"),
        ("q1", "{d2 d3}"),
    ],
)
def test_lists_of_structure_loads(text: str, expected: str) -> None:
    assert operands(f"vld1.32 {text}, [r1]!") == [expected, "pre[r1]"]


def test_q_registers_of_vldm_and_vpush_become_pairs() -> None:
    assert operands("vldmia r0!, {q4-q7}") == ["r0!", "{" + " ".join(f"d{number}" for number in range(8, 16)) + "}"]
    assert operands("vpush {s16-s19}") == ["{s16 s17 s18 s19}"]


def test_columns_of_operands_and_their_parts() -> None:
    instruction = one("  vld1.32 {d0, d2-d3}, [r1 :64], r2")
    registers, memory = instruction.operands
    assert isinstance(registers, RegisterList) and isinstance(memory, Memory)
    assert registers.column == 11 and [register.column for register in registers.registers] == [12, 16, 16]
    assert memory.column == 24 and memory.base.column == 25
    assert memory.index is not None and memory.index.column == 34
    assert memory.text == "[r1 :64], r2"
    shifted = one("ldr r0, [r1, -r2, lsl #2]").operands[1]
    assert isinstance(shifted, Memory) and shifted.index is not None and shifted.shift is not None
    assert (shifted.index.column, shifted.shift.column) == (15, 19)


def test_mnemonics_are_lower_case_and_whole() -> None:
    texts = ["VCVTEQ.F32.S32 s0, s1", "BNE.W foo", "vld1.32{d0}, [r0]", "push{r4, lr}"]
    assert [one(text).mnemonic for text in texts] == ["vcvteq.f32.s32", "bne.w", "vld1.32", "push"]
    assert operands("push{r4, lr}") == ["{r4 r14}"]


def test_unknown_mnemonics_are_read() -> None:
    assert operands("vdp4a.u8 q0, q1, d0[1]") == ["q0", "q1", "d0[1]"]


def test_symbolic_registers_are_numbered_from_1000() -> None:
    instructions = program("VLD1.32 {d0-d2}, [rA]!\nVLD1.32 {q2-q3}, [rB]!\nVLDR d0, [rA, #8]").instructions
    bases = [item.operands[1].base.number for item in instructions if isinstance(item.operands[1], Memory)]
    assert bases == [1000, 1001, 1000]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("vadd.f32 q0, q1,", 16, "no operand follows this comma"),
        ("vadd.f32 , q1, q2", 10, "an operand is missing before this comma"),
        ("vadd.f32 q0,, q2", 13, "an operand is missing before this comma"),
        ("vmla.f32 q0, q1, d0[", 20, "`[` is never closed"),
        ("vmla.f32 q0, q1, d0[8]", 21, "there is no lane 8"),
        ("vmla.f32 q0, q1, d0[-1]", 21, "there is no lane -1"),
        ("vmla.f32 q0, q1, d0[1.0]", 21, "there is no lane 1.0"),
        ("vmla.f32 q0, q1, s0[0]", 20, "`s0` has no lanes"),
        ("vld1.32 {d0-", 9, "`{` is never closed"),
        ("vld1.32 {d0-}, [r0]", 12, "the range has no end"),
        ("vld1.32 {d0,}, [r0]", 12, "no register follows this comma"),
        ("vld1.32 {,d0}, [r0]", 10, "a register is missing here"),
        ("vld1.32 {}, [r0]", 9, "this register list is empty"),
        ("vld1.32 {d3-d0}, [r0]", 13, "`d3-d0` is no range"),
        ("vld1.32 {d0-q1}, [r0]", 13, "the range starts with `d0` but ends with `q1`"),
        ("vld1.32 {d0, foo}, [r0]", 14, "an element of a list is a register, not `foo`"),
        ("vld1.32 {d0[1], d1[0]}, [r0]", 17, "all registers of a list name the same lane"),
        ("vld1.32 {d0}[1], [r0]", 13, "no lane number behind this list"),
        ("vld1.32 {d0} {d1}, [r0]", 14, "`{d1}` is not expected behind a register list"),
        ("vldm r0, {q0[1]}", 11, "lanes belong to D registers here"),
        ("vld1.32 q0[1], [r0]", 9, "lanes belong to D registers here"),
        ("ldm r0, {r1!}", 12, "no write-back inside a list"),
        ("ldm r0, {r1}^", 13, "`^` (user-mode registers) is not supported"),
        ("vadd.f32 d32, d0, d1", 10, "ARMv7 has no register `d32`"),
        ("vadd.f32 q0, q16, q1", 14, "ARMv7 has no register `q16`"),
        ("add r16, r0, r1", 5, "ARMv7 has no register `r16`"),
        ("add r0, x1, r1", 9, "ARMv7 has no register `x1`"),
        ("vadd.f32 v99, q0, q1", 10, "ARMv7 has no register `v99`"),
        ("vadd.i32 q0.4s, q1, q2", 12, "`q0` takes no `.4s`"),
        ("vmov d0!, d1", 8, "`d0` has no write-back"),
        ("ldr r0, [r1", 9, "`[` is never closed"),
        ("ldr r0, r1]", 11, "`]` closes nothing"),
        ("ldr r0, [r1}", 12, "`}` where `]` is expected"),
        ("ldr r0, []", 9, "an address needs a base register"),
        ("ldr r0, [r1, ]", 12, "no part of the address follows this comma"),
        ("ldr r0, [r1, #]", 14, "a value is missing after `#`"),
        ("ldr r0, [#4]", 10, "the base of an address is a register, not `#4`"),
        ("ldr r0, [d0]", 10, "`d0` can't be the base of an address"),
        ("ldr r0, [r1 r2]", 10, "`r1 r2` is no base register"),
        ("ldr r0, [r1, d0]", 14, "`d0` can't be an index"),
        ("ldr r0, [r1, r2, r3]", 18, "`r3` is one part too many for an address"),
        ("ldr r0, [r1, #4, #4]", 18, "`#4` is one part too many for an address"),
        ("ldr r0, [r1], r2, r3", 19, "`r3` is one operand too many"),
        ("ldr r0, [r1]x", 13, "`x` is not expected behind an address"),
        ("vld1.32 {d0}, [r0 :100]", 20, "`100` is no alignment"),
        ("vld1.32 {d0}, [r0, :]", 21, "`` is no alignment"),
        ("mov r0, r1, lsl", 13, "`lsl` needs an amount"),
        ("mov r0, r1, rrx #1", 17, "`rrx` takes no amount"),
        ("mov r0, r1, lsl #1.5", 17, "a shift amount is an integer"),
        ("add r0, r1 r2", 12, "`r2` is not expected behind `r1`"),
        ("mov r0, #4 4", 12, "an operator is missing before `4`"),
        ("mov r0, #", 9, "a value is missing after `#`"),
        ("mov r0, #4)", 11, "`)` closes nothing"),
        ('mov r0, "x"', 9, "a string is no operand"),
        ("mov r0, ?", 9, "`?` is not expected here"),
    ],
)
def test_mistakes(text: str, column: int, words: str) -> None:
    assert only_error(f"nop\n{text}")[:3] == (2, column, words)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("vadd.f32 q0, q1,", "remove the comma"),
        ("vmla.f32 q0, q1, d0[8]", "from 0 to 7"),
        ("vadd.f32 d32, d0, d1", "d0-d31"),
        ("add x0, x1, x2", "--isa aarch64"),
        ("ldr r0, [r1", "`]`"),
        ("vld1.32 {d0-}, [r0]", "{d0-d3}"),
        ("vld1.32 {d0}, [r0 :100]", "16, 32, 64, 128, 256"),
        ("mov r0, #SIZE", ".set SIZE"),
        ("add r0, r1 r2", "comma"),
        ("mov r0, #09", "octal"),
    ],
)
def test_hints(text: str, hint: str) -> None:
    assert hint in only_error(text)[3]
