"""What ARMv7 instructions read, write and access, written down by hand from the architecture (Arm ARM DDI 0406C).

A line is `text | reads | writes | accesses`. D and Q registers stand for their 32-bit cells. A read is a source unless
a letter says otherwise: a: accumulator, m: merge, @: address, d: data of a store, f: flags. A write is a result unless
it is b: write-back of a base or f: flags. An access is kind, base, offset (? when a register decides it) and bytes.
"""

from __future__ import annotations

import pytest

from cyclesim.asm import parse
from cyclesim.ir import Access, Resolved
from cyclesim.isa import load

ROLES = {"a": "accumulator", "m": "merge", "@": "address", "d": "data", "f": "flags", "b": "base"}

MULTIPLY = """
vmla.f32 q0, q1, q2 | q1 q2 a:q0 | q0
vmla.f32 q8, q9, d0[1] | q9 d0 a:q8 | q8
vmla.f32 d0, d1, d2[0] | d1 d2 a:d0 | d0
vmla.f32 s0, s1, s2 | s1 s2 a:s0 | s0
vmla.f64 d0, d16, d31 | d16 d31 a:d0 | d0
vmls.i16 q0, q1, d7[3] | q1 d7 a:q0 | q0
vmla.i8 d0, d1, d2 | d1 d2 a:d0 | d0
vnmls.f32 s0, s1, s2 | s1 s2 a:s0 | s0
vfma.f32 q0, q1, q2 | q1 q2 a:q0 | q0
vfms.f64 d0, d1, d2 | d1 d2 a:d0 | d0
vmul.f32 q0, q1, d2[0] | q1 d2 | q0
vmul.i16 q0, q1, q2 | q1 q2 | q0
vmul.f64 d0, d1, d2 | d1 d2 | d0
vmull.u8 q0, d2, d3 | d2 d3 | q0
vmull.s16 q0, d2, d3[2] | d2 d3 | q0
vmull.p8 q0, d2, d3 | d2 d3 | q0
vmlal.u16 q0, d2, d3[2] | d2 d3 a:q0 | q0
vmlal.s32 q0, d2, d3 | d2 d3 a:q0 | q0
vmlsl.u8 q15, d2, d3 | d2 d3 a:q15 | q15
vqdmulh.s16 q0, q1, d2[0] | q1 d2 | q0
vqrdmulh.s32 d0, d1, d2 | d1 d2 | d0
vqdmlal.s16 q0, d2, d3 | d2 d3 a:q0 | q0
vqrdmlah.s16 q0, q1, q2 | q1 q2 a:q0 | q0
vsdot.s8 q0, q1, d4[1] | q1 d4 a:q0 | q0
vudot.u8 d0, d1, d2 | d1 d2 a:d0 | d0
vsmmla.s8 q0, q1, q2 | q1 q2 a:q0 | q0
mul r0, r1, r2 | r1 r2 | r0
muls r0, r1, r0 | r1 r0 | r0 f:nzcv
mla r0, r1, r2, r3 | r1 r2 a:r3 | r0
mls r0, r1, r2, r3 | r1 r2 a:r3 | r0
smlabb r0, r1, r2, r3 | r1 r2 a:r3 | r0
smlad r0, r1, r2, r0 | r1 r2 a:r0 | r0
smull r0, r1, r2, r3 | r2 r3 | r0 r1
umlal r0, r1, r2, r3 | r2 r3 a:r0 a:r1 | r0 r1
smlal r4, r5, r2, r3 | r2 r3 a:r4 a:r5 | r4 r5
umaal r0, r1, r2, r3 | r2 r3 a:r0 a:r1 | r0 r1
sdiv r0, r1, r2 | r1 r2 | r0
"""

ARITHMETIC = """
vadd.i16 q0, q1, q2 | q1 q2 | q0
vadd.i16 q0, q1 | q0 q1 | q0
vadd.s16 q0, q1, q2 | q1 q2 | q0
vadd.f32 s31, s30, s29 | s30 s29 | s31
vsub.i64 d0, d1, d2 | d1 d2 | d0
vaddl.u8 q0, d2, d3 | d2 d3 | q0
vaddw.u8 q0, q1, d4 | q1 d4 | q0
vaddw.u8 q0, d4 | q0 d4 | q0
vaddhn.i16 d0, q1, q2 | q1 q2 | d0
vpadd.i16 d0, d1, d2 | d1 d2 | d0
vpaddl.u16 q0, q1 | q1 | q0
vpadal.s16 q7, q4 | q4 a:q7 | q7
vabal.u8 q0, d2, d3 | d2 d3 a:q0 | q0
vaba.s16 d0, d1, d2 | d1 d2 a:d0 | d0
vabd.u8 q0, q1, q2 | q1 q2 | q0
vqadd.s16 d0, d1, d2 | d1 d2 | d0
vmax.s32 q0, q1, q2 | q1 q2 | q0
vceq.i32 q0, q1, #0 | q1 | q0
vclt.s16 q0, q1, q2 | q1 q2 | q0
vtst.8 d0, d1, d2 | d1 d2 | d0
vneg.s16 q0, q1 | q1 | q0
vcvt.f32.s32 q0, q1 | q1 | q0
vcvt.f16.f32 d0, q1 | q1 | d0
vcvt.f32.f16 q0, d2 | d2 | q0
vcvt.s32.f64 s0, d1 | d1 | s0
vcvt.f64.s32 d0, s2 | s2 | d0
vcvtb.f16.f32 s0, s1 | s1 m:s0 | s0
vrecps.f32 q0, q1, q2 | q1 q2 | q0
vdiv.f32 s0, s1, s2 | s1 s2 | s0
vcmp.f32 s0, s1 | s0 s1 | f:fpscr
vcmpe.f64 d0, #0 | d0 | f:fpscr
vmrs apsr_nzcv, fpscr | f:fpscr | f:nzcv
vmrs r0, fpscr | f:fpscr | r0
vmsr fpscr, r0 | r0 | f:fpscr
vselge.f32 s0, s1, s2 | s1 s2 f:nzcv | s0
"""

SHIFTS_AND_MOVES = """
vshl.i16 q0, q1, #3 | q1 | q0
vshl.s16 q0, q1, q2 | q1 q2 | q0
vrshrn.i32 d0, q1, #8 | q1 | d0
vqrshrun.s16 d0, q1, #8 | q1 | d0
vshll.u8 q0, d2, #3 | d2 | q0
vmovl.s8 q0, d2 | d2 | q0
vqmovn.s32 d0, q1 | q1 | d0
vsra.s32 q0, q1, #3 | q1 q0 | q0
vrsra.u8 d0, d1, #3 | d1 d0 | d0
vsli.64 d0, d1, #32 | d1 m:d0 | d0
vsri.32 q0, q1, #25 | q1 m:q0 | q0
vand q0, q1, q2 | q1 q2 | q0
vorr.i32 q0, #1 | q0 | q0
vmov q0, q1 | q1 | q0
vmov.i32 q0, q1 | q1 | q0
vmov.i32 q0, #0 | | q0
vmvn q0, q1 | q1 | q0
vbsl q0, q1, q2 | q1 q2 q0 | q0
vbit d0, d1, d2 | d1 d2 d0 | d0
vbif q0, q1, q2 | q1 q2 q0 | q0
vswp d0, d1 | d0 d1 | d0 d1
vtrn.32 q0, q1 | q0 q1 | q0 q1
vzip.8 d0, d1 | d0 d1 | d0 d1
vuzp.16 q0, q1 | q0 q1 | q0 q1
vext.8 q0, q1, q2, #3 | q1 q2 | q0
vrev64.32 q0, q1 | q1 | q0
vtbl.8 d0, {d2, d3}, d4 | d2 d3 d4 | d0
vtbx.8 d0, {d2}, d4 | d2 d4 m:d0 | d0
vdup.32 q0, d2[1] | d2 | q0
vdup.8 d0, r1 | r1 | d0
vmov.32 d0[1], r2 | r2 m:d0 | d0
vmov.16 d0[3], r2 | r2 m:d0 | d0
vmov.u8 r0, d2[7] | d2 | r0
vmov.32 r0, d2[1] | d2 | r0
vmov d2, r0, r1 | r0 r1 | d2
vmov r0, r1, d2 | d2 | r0 r1
vmov s0, r1 | r1 | s0
vmov r0, s1 | s1 | r0
vmov.f32 s0, s1 | s1 | s0
vmov.f64 d0, d1 | d1 | d0
vmov.f32 s0, #1.0 | | s0
aese.8 q0, q1 | q1 q0 | q0
sha256h.32 q0, q1, q2 | q1 q2 q0 | q0
"""

SIMD_MEMORY = """
vld1.8 {d0}, [r0] | @:r0 | d0 | load r0 0 8
vld1.8 {d0-d3}, [r0]! | @:r0 | q0 q1 b:r0 | load r0 0 32
vld1.32 {q0, q1}, [r0], r1 | @:r0 @:r1 | q0 q1 b:r0 | load r0 0 32
vld1.32 {d0[1]}, [r0]! | @:r0 m:d0 | d0 b:r0 | load r0 0 4
vld1.16 {d0[]}, [r0] | @:r0 | d0 | load r0 0 2
vld1.32 {d0[], d1[]}, [r0] | @:r0 | q0 | load r0 0 4
vld2.8 {d0, d1}, [r0] | @:r0 | q0 | load r0 0 16
vld2.32 {d0[], d1[]}, [r0] | @:r0 | q0 | load r0 0 8
vld2.16 {d0-d3}, [r0]! | @:r0 | q0 q1 b:r0 | load r0 0 32
vld3.8 {d0[1], d1[1], d2[1]}, [r0], r1 | @:r0 @:r1 m:d0 m:d1 m:d2 | d0 d1 d2 b:r0 | load r0 0 3
vld4.16 {d0, d2, d4, d6}, [r0] | @:r0 | d0 d2 d4 d6 | load r0 0 32
vst1.8 {d0, d1}, [r0]! | d:q0 @:r0 | b:r0 | store r0 0 16
vst1.32 {d0[0]}, [r0], r1 | d:d0 @:r0 @:r1 | b:r0 | store r0 0 4
vst4.8 {d0[2], d1[2], d2[2], d3[2]}, [r0] | d:q0 d:q1 @:r0 | | store r0 0 4
vldr d0, [r0, #8] | @:r0 | d0 | load r0 8 8
vldr s1, [sp, #-4] | @:r13 | s1 | load r13 -4 4
vstr d8, [r0] | d:d8 @:r0 | | store r0 0 8
vldmia r0!, {d8-d11} | @:r0 | q4 q5 b:r0 | load r0 0 32
vldm r0, {s0-s3} | @:r0 | q0 | load r0 0 16
vldmdb r0!, {d0} | @:r0 | d0 b:r0 | load r0 -8 8
vstmia r0!, {d0, d1} | d:q0 @:r0 | b:r0 | store r0 0 16
vpush {d8-d15} | d:q4 d:q5 d:q6 d:q7 @:r13 | b:r13 | store r13 -64 64
vpop {d8, d9} | @:r13 | q4 b:r13 | load r13 0 16
fldmiad r0!, {d0, d1} | @:r0 | q0 b:r0 | load r0 0 16
"""

GENERAL = """
add r0, r1, r2 | r1 r2 | r0
add r0, #4 | r0 | r0
add r0, r1, r2, lsl #3 | r1 r2 | r0
add r0, r1, r2, lsl r3 | r1 r2 r3 | r0
adds r0, r1, #1 | r1 | r0 f:nzcv
subs r0, r0, #1 | r0 | r0 f:nzcv
sub sp, sp, #16 | r13 | r13
rsbs r0, r1, #0 | r1 | r0 f:nzcv
adc r0, r1, r2 | r1 r2 f:nzcv | r0
sbcs r0, r1, r2 | r1 r2 f:nzcv | r0 f:nzcv
cmp r0, #3 | r0 | f:nzcv
tst r0, r1, lsr #3 | r0 r1 | f:nzcv
teq r0, r1 | r0 r1 | f:nzcv
mov r0, r1 | r1 | r0
movs r0, #1 | | r0 f:nzcv
mov r0, r1, lsl #2 | r1 | r0
mvn r0, r1 | r1 | r0
movw r0, #1 | | r0
movt r0, #1 | m:r0 | r0
mov r0, r1, rrx | r1 f:nzcv | r0
lsl r0, r1, #3 | r1 | r0
lsr r0, r1, r2 | r1 r2 | r0
lsls r0, r0, #1 | r0 | r0 f:nzcv
ubfx r0, r1, #3, #4 | r1 | r0
bfi r0, r1, #3, #4 | r1 m:r0 | r0
bfc r0, #3, #4 | m:r0 | r0
uxtab16 r0, r1, r2 | r1 r2 | r0
uxtb r0, r1, ror #8 | r1 | r0
clz r0, r1 | r1 | r0
ssat r0, #8, r1, asr #3 | r1 | r0
uadd8 r0, r1, r2 | r1 r2 | r0 f:ge
uhadd8 r0, r1, r2 | r1 r2 | r0
sel r0, r1, r2 | r1 r2 f:ge | r0
usada8 r0, r1, r2, r3 | r1 r2 a:r3 | r0
pkhbt r0, r1, r2, lsl #16 | r1 r2 | r0
neg r0, r1 | r1 | r0
addne r0, r1, r2 | r1 r2 f:nzcv m:r0 | r0
movgt r0, #1 | f:nzcv m:r0 | r0
cmpeq r0, #1 | r0 f:nzcv | f:nzcv
vmovgt.f32 s0, s1 | s1 f:nzcv m:s0 | s0
vmlage.f32 s0, s1, s2 | s1 s2 a:s0 m:s0 f:nzcv | s0
adceq r0, r1, r2 | r1 r2 f:nzcv m:r0 | r0
"""

MEMORY = """
ldr r0, [r1, #4] | @:r1 | r0 | load r1 4 4
ldr r0, [r1], #4 | @:r1 | r0 b:r1 | load r1 0 4
ldr r0, [r1, #-4]! | @:r1 | r0 b:r1 | load r1 -4 4
ldr r0, [r1, -r2, lsl #2] | @:r1 @:r2 | r0 | load r1 ? 4
ldr r0, [r1], r2 | @:r1 @:r2 | r0 b:r1 | load r1 0 4
ldr r0, =12345 | | r0 | load - ? 4
ldr r0, .Lend | | r0 | load - ? 4
ldrb r0, [r1, r2] | @:r1 @:r2 | r0 | load r1 ? 1
ldrsh r0, [r1, #2] | @:r1 | r0 | load r1 2 2
ldrd r0, r1, [r2, #8] | @:r2 | r0 r1 | load r2 8 8
ldrd r0, [r2] | @:r2 | r0 r1 | load r2 0 8
strd r0, r1, [r2], #8 | d:r0 d:r1 @:r2 | b:r2 | store r2 0 8
strd r0, [r2] | d:r0 d:r1 @:r2 | | store r2 0 8
str r0, [r1, #4]! | d:r0 @:r1 | b:r1 | store r1 4 4
strh r0, [r1] | d:r0 @:r1 | | store r1 0 2
ldrne r0, [r1] | @:r1 f:nzcv m:r0 | r0 | load r1 0 4
ldm r0!, {r1-r3} | @:r0 | r1 r2 r3 b:r0 | load r0 0 12
ldmia r0, {r1, r2} | @:r0 | r1 r2 | load r0 0 8
ldmdb r0!, {r1, r2} | @:r0 | r1 r2 b:r0 | load r0 -8 8
stmfd sp!, {r4, lr} | d:r4 d:r14 @:r13 | b:r13 | store r13 -8 8
stmib r0, {r1, r2} | d:r1 d:r2 @:r0 | | store r0 4 8
stmda r0!, {r1, r2} | d:r1 d:r2 @:r0 | b:r0 | store r0 -4 8
push {r4-r6, lr} | d:r4 d:r5 d:r6 d:r14 @:r13 | b:r13 | store r13 -16 16
pop {r4, pc} | @:r13 | r4 r15 b:r13 | load r13 0 8
ldrex r0, [r1] | @:r1 | r0 | load r1 0 4
strex r0, r1, [r2] | d:r1 @:r2 | r0 | store r2 0 4
pld [r0, #64] | @:r0 | | prefetch r0 64 0
"""

BRANCHES = """
b .Lend | |
bne .Lend | f:nzcv |
bl .Lend | | r14
blx r3 | r3 | r14
bx lr | r14 |
cbz r0, .Lend | r0 |
it eq | |
nop | |
dmb ish | |
mrc p15, 0, r0, c9, c13, 0 | | r0
mcr p15, 0, r0, c7, c5, 0 | r0 |
mrs r0, cpsr | f:nzcv | r0
msr cpsr_f, r0 | r0 | f:nzcv
"""

SPELLINGS = """
fmacd d0, d1, d2 | d1 d2 a:d0 | d0
fldd d0, [r0, #8] | @:r0 | d0 | load r0 8 8
fmrx r0, fpscr | f:fpscr | r0
fcpyd d0, d1 | d1 | d0
fmsr s0, r0 | r0 | s0
vmulq.f32 q0, q1, d4[0] | q1 d4 | q0
vld1.u8 {d0}, [r0]! | @:r0 | d0 b:r0 | load r0 0 8
vdup.u8 q0, r0 | r0 | q0
vbsl.f32 q0, q1, q2 | q1 q2 q0 | q0
vext.f32 d0, d1, d2, #1 | d1 d2 | d0
ldreqb r0, [r1] | @:r1 f:nzcv m:r0 | r0 | load r1 0 1
ldmeqfd sp!, {r4, pc} | @:r13 f:nzcv m:r4 m:r15 | r4 r15 b:r13 | load r13 0 8
add.w r0, r1, #4 | r1 | r0
"""

TABLES = (MULTIPLY, ARITHMETIC, SHIFTS_AND_MOVES, SIMD_MEMORY, GENERAL, MEMORY, BRANCHES, SPELLINGS)
CASES = [line for table in TABLES for line in table.strip().splitlines()]
SIZES = {"s": 1, "d": 2, "q": 4}


def cells(entry: str) -> tuple[str, list[str]]:
    """`a:q0` to its letter and its cells."""
    letter, _, place = entry.rpartition(":")
    if place[0] not in SIZES or not place[1:].isdigit():
        return letter, [place]
    size = SIZES[place[0]]
    return letter, [f"s{int(place[1:]) * size + part}" for part in range(size)]


def expected(column: str, plain: str) -> set[tuple[str, str]]:
    """The (cell, role) pairs of a column."""
    entries = [cells(entry) for entry in column.split()]
    return {(cell, ROLES.get(letter, plain)) for letter, places in entries for cell in places}


def expected_accesses(column: str) -> list[Access]:
    words = column.split()
    if not words:
        return []
    kind, base, offset, size = words
    return [Access(kind, base.strip("-"), None if offset == "?" else int(offset), int(size))]


def resolve(text: str) -> Resolved:
    program = parse(f".syntax unified\n{text}\n.Lend:\n", "case.s", "armv7")
    return load("armv7").resolve(program.instructions[0])


@pytest.mark.parametrize("line", CASES, ids=[line.split("|")[0].strip() for line in CASES])
def test_reads_writes_and_accesses_are_the_architecture_s(line: str) -> None:
    text, reads, writes, accesses = (column.strip() for column in (line + " | |").split("|")[:4])
    found = resolve(text)
    assert {(cell, read.role) for read in found.reads for cell in read.cells} == expected(reads, "source")
    assert {(cell, write.role) for write in found.writes for cell in write.cells} == expected(writes, "result")
    assert list(found.accesses) == expected_accesses(accesses)


def test_the_table_is_long_enough_to_be_a_table() -> None:
    assert len(CASES) >= 200


STEPS = """
add r1, r0, #16 | r1 r0 16
sub r0, r0, #32 | r0 r0 -32
subs r2, #8 | r2 r2 -8
addw r0, r1, #4 | r0 r1 4
vld1.8 {d0-d3}, [r0]! | r0 r0 32
vld1.32 {d0[]}, [r0]! | r0 r0 4
vst1.8 {d0}, [r0:64]! | r0 r0 8
ldr r0, [r1], #4 | r1 r1 4
ldr r0, [r1, #-8]! | r1 r1 -8
ldm r0!, {r1-r4} | r0 r0 16
stmdb r0!, {r1, r2} | r0 r0 -8
vldmia r0!, {s0-s3} | r0 r0 16
push {r4-r7} | r13 r13 -16
vpop {d8-d15} | r13 r13 64
"""


@pytest.mark.parametrize("line", STEPS.strip().splitlines())
def test_constant_steps_of_a_register_are_followed(line: str) -> None:
    text, _, step = line.partition("|")
    cell, source, amount = step.split()
    assert resolve(text.strip()).steps == {cell: (source, int(amount))}


@pytest.mark.parametrize(
    "text",
    ["add r0, r1, r2", "addne r0, r0, #4", "vld1.8 {d0}, [r0], r1", "ldr r0, [r1, r2]!", "ldrne r0, [r1], #4"],
)
def test_a_step_by_a_register_or_under_a_condition_is_no_constant_step(text: str) -> None:
    assert resolve(text).steps == {}


BRANCH_KINDS = {
    "b .Lend": "taken",
    "bne .Lend": "conditional",
    "ble.n .Lend": "conditional",
    "cbnz r0, .Lend": "conditional",
    "bl .Lend": "call",
    "blx r3": "call",
    "bx lr": "return",
    "bx r3": "indirect",
    "bxeq lr": "conditional",
    "mov pc, lr": "return",
    "pop {r4, pc}": "return",
    "ldmia sp!, {r4, pc}": "return",
    "ldr pc, [r0]": "indirect",
    "add pc, pc, r0": "indirect",
    "add r0, r1, r2": "",
}


@pytest.mark.parametrize(("text", "kind"), BRANCH_KINDS.items())
def test_branches_say_how_they_leave(text: str, kind: str) -> None:
    assert resolve(text).features["branch"] == kind


@pytest.mark.parametrize(
    ("text", "condition"), [("addne r0, r1, r2", "ne"), ("addhs r0, r1", "cs"), ("add r0, r1", "")]
)
def test_the_condition_is_told_apart_from_the_mnemonic(text: str, condition: str) -> None:
    found = resolve(text)
    assert (found.condition, found.form.mnemonic, found.features["conditional"]) == (condition, "add", bool(condition))
