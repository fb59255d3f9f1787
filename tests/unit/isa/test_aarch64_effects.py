"""What AArch64 instructions read, write and access, written down by hand from the architecture (Arm ARM DDI 0487).

A line is `text | reads | writes | accesses`. `v0` stands for both halves `v0.l v0.h`. A read is a source unless a
letter says otherwise: a: accumulator, m: merge, @: address, d: data of a store, f: flags. A write is a result unless
it is b: write-back of a base or f: flags. An access is kind, base, offset (? when a register decides it) and bytes.
"""

from __future__ import annotations

import pytest

from cyclesim.asm import parse
from cyclesim.ir import Access, Resolved
from cyclesim.isa import load

ROLES = {"a": "accumulator", "m": "merge", "@": "address", "d": "data", "f": "flags", "b": "base"}

MULTIPLY = """
fmla v0.4s, v1.4s, v2.4s | v1 v2 a:v0 | v0
fmla v0.4s, v1.4s, v2.s[3] | v1 v2.h a:v0 | v0
fmla v0.4s, v1.4s, v2.s[1] | v1 v2.l a:v0 | v0
fmla v0.2s, v1.2s, v2.s[1] | v1.l v2.l a:v0.l | v0
fmla v0.8h, v1.8h, v2.h[7] | v1 v2.h a:v0 | v0
fmla v0.2d, v1.2d, v2.d[1] | v1 v2.h a:v0 | v0
fmla s0, s1, v2.s[2] | v1.l v2.h a:v0.l | v0
fmls v0.2d, v1.2d, v2.2d | v1 v2 a:v0 | v0
fmul v0.4s, v1.4s, v2.s[0] | v1 v2.l | v0
fmul d0, d1, v2.d[1] | v1.l v2.h | v0
fmlal v0.4s, v1.4h, v2.4h | v1.l v2.l a:v0 | v0
fmlal2 v0.4s, v1.4h, v2.4h | v1.h v2.h a:v0 | v0
fmlal v0.4s, v1.4h, v2.h[5] | v1.l v2.h a:v0 | v0
fcmla v0.4s, v1.4s, v2.4s, #90 | v1 v2 a:v0 | v0
fcadd v0.4s, v1.4s, v2.4s, #270 | v1 v2 | v0
mla v0.8h, v1.8h, v2.h[1] | v1 v2.l a:v0 | v0
mls v0.4s, v1.4s, v2.4s | v1 v2 a:v0 | v0
mul v0.4h, v1.4h, v2.4h | v1.l v2.l | v0
smull v0.8h, v1.8b, v2.8b | v1.l v2.l | v0
smull2 v0.8h, v1.16b, v2.16b | v1.h v2.h | v0
smlal v0.4s, v1.4h, v2.h[0] | v1.l v2.l a:v0 | v0
smlal2 v0.4s, v1.8h, v2.h[6] | v1.h v2.h a:v0 | v0
umlsl2 v0.2d, v1.4s, v2.4s | v1.h v2.h a:v0 | v0
sqdmlal v0.4s, v1.4h, v2.4h | v1.l v2.l a:v0 | v0
sqdmull2 v0.4s, v1.8h, v2.h[4] | v1.h v2.h | v0
sqrdmulh v0.4s, v1.4s, v2.s[2] | v1 v2.h | v0
sqrdmlah v0.8h, v1.8h, v2.8h | v1 v2 a:v0 | v0
sqdmulh h0, h1, v2.h[3] | v1.l v2.l | v0
sdot v0.4s, v1.16b, v2.16b | v1 v2 a:v0 | v0
sdot v0.4s, v1.16b, v2.4b[2] | v1 v2.h a:v0 | v0
udot v0.2s, v1.8b, v2.4b[1] | v1.l v2.l a:v0.l | v0
sudot v0.4s, v1.16b, v2.4b[3] | v1 v2.h a:v0 | v0
usdot v0.4s, v1.16b, v2.16b | v1 v2 a:v0 | v0
smmla v0.4s, v1.16b, v2.16b | v1 v2 a:v0 | v0
bfdot v0.4s, v1.8h, v2.2h[1] | v1 v2.l a:v0 | v0
bfmmla v0.4s, v1.8h, v2.8h | v1 v2 a:v0 | v0
pmull v0.1q, v1.1d, v2.1d | v1.l v2.l | v0
pmull2 v0.1q, v1.2d, v2.2d | v1.h v2.h | v0
"""

ARITHMETIC = """
add v0.4s, v1.4s, v2.4s | v1 v2 | v0
add v0.8b, v1.8b, v2.8b | v1.l v2.l | v0
sub d0, d1, d2 | v1.l v2.l | v0
addp v0.4s, v1.4s, v2.4s | v1 v2 | v0
addp d0, v1.2d | v1 | v0
saddlp v0.4s, v1.8h | v1 | v0
sadalp v0.4s, v1.8h | v1 a:v0 | v0
uadalp v0.4h, v1.8b | v1.l a:v0.l | v0
uabal v0.8h, v1.8b, v2.8b | v1.l v2.l a:v0 | v0
uabal2 v0.8h, v1.16b, v2.16b | v1.h v2.h a:v0 | v0
saba v0.4s, v1.4s, v2.4s | v1 v2 a:v0 | v0
uaddw v0.8h, v1.8h, v2.8b | v1 v2.l | v0
uaddw2 v0.8h, v1.8h, v2.16b | v1 v2.h | v0
usubl v0.8h, v1.8b, v2.8b | v1.l v2.l | v0
ssubl2 v0.4s, v1.8h, v2.8h | v1.h v2.h | v0
addhn v0.8b, v1.8h, v2.8h | v1 v2 | v0
addhn2 v0.16b, v1.8h, v2.8h | v1 v2 m:v0.l | v0.h
addv s0, v1.4s | v1 | v0
uaddlv h0, v1.8b | v1.l | v0
smaxv b0, v1.16b | v1 | v0
usqadd v0.8h, v1.8h | v1 v0 | v0
sqadd v0.8h, v1.8h, v2.8h | v1 v2 | v0
cmeq v0.16b, v1.16b, #0 | v1 | v0
cmhi v0.4s, v1.4s, v2.4s | v1 v2 | v0
cmlt v0.8h, v1.8h, v2.8h | v1 v2 | v0
fcmgt v0.4s, v1.4s, #0.0 | v1 | v0
fcmge d0, d1, d2 | v1.l v2.l | v0
fmaxv s0, v1.4s | v1 | v0
faddp s0, v1.2s | v1.l | v0
fmaxp v0.4s, v1.4s, v2.4s | v1 v2 | v0
scvtf v0.4s, v1.4s, #8 | v1 | v0
fcvtzs v0.4s, v1.4s | v1 | v0
fcvtl v0.4s, v1.4h | v1.l | v0
fcvtl2 v0.4s, v1.8h | v1.h | v0
fcvtn v0.4h, v1.4s | v1 | v0
fcvtn2 v0.8h, v1.4s | v1 m:v0.l | v0.h
bfcvtn2 v0.8h, v1.4s | v1 m:v0.l | v0.h
frecps v0.4s, v1.4s, v2.4s | v1 v2 | v0
"""

SHIFTS = """
shl v0.4s, v1.4s, #3 | v1 | v0
sshl v0.4s, v1.4s, v2.4s | v1 v2 | v0
srshl v0.8h, v1.8h, v2.8h | v1 v2 | v0
sqrshrn v0.4h, v1.4s, #5 | v1 | v0
sqrshrn2 v0.8h, v1.4s, #5 | v1 m:v0.l | v0.h
sqrshrun2 v0.16b, v1.8h, #5 | v1 m:v0.l | v0.h
sqxtn v0.4h, v1.4s | v1 | v0
sqxtn2 v0.8h, v1.4s | v1 m:v0.l | v0.h
xtn2 v0.16b, v1.8h | v1 m:v0.l | v0.h
shrn2 v0.4s, v1.2d, #32 | v1 m:v0.l | v0.h
ssra v0.4s, v1.4s, #3 | v1 v0 | v0
sri v0.2d, v1.2d, #7 | v1 m:v0 | v0
sli d0, d1, #7 | v1.l m:v0.l | v0
sshll v0.8h, v1.8b, #0 | v1.l | v0
ushll2 v0.8h, v1.16b, #0 | v1.h | v0
uxtl v0.8h, v1.8b | v1.l | v0
sxtl2 v0.4s, v1.8h | v1.h | v0
shll v0.4s, v1.4h, #16 | v1.l | v0
uqrshrn b0, h1, #3 | v1.l | v0
"""

MOVES = """
mov v0.16b, v1.16b | v1 | v0
mov v0.8b, v1.8b | v1.l | v0
mov v0.d[1], x1 | x1 | v0.h
mov v0.d[0], x1 | x1 | v0.l
ins v0.s[1], w1 | x1 m:v0.l | v0.l
mov v0.h[5], w1 | x1 m:v0.h | v0.h
mov v0.s[1], v1.s[3] | v1.h m:v0.l | v0.l
mov v0.d[1], v1.d[0] | v1.l | v0.h
mov x0, v1.d[1] | v1.h | x0
mov w0, v1.s[0] | v1.l | x0
umov w0, v1.b[9] | v1.h | x0
smov x0, v1.h[2] | v1.l | x0
mov d0, v1.d[1] | v1.h | v0
dup s0, v1.s[3] | v1.h | v0
dup v0.4s, v1.s[3] | v1.h | v0
dup v0.4s, w1 | x1 | v0
dup v0.4s, wzr | | v0
dup v0.2d, x1 | x1 | v0
fmov v0.d[1], x1 | x1 | v0.h
fmov x0, v1.d[1] | v1.h | x0
fmov d0, x1 | x1 | v0
fmov w0, s1 | v1.l | x0
fmov s0, wzr | | v0
fmov d0, d1 | v1.l | v0
fmov d0, #1.0 | | v0
fmov v0.4s, #1.0 | | v0
movi v0.16b, #0 | | v0
movi v0.4s, #1, lsl #8 | | v0
movi v0.4s, #1, msl #8 | | v0
movi v0.2d, #0xff00ff00ff00ff00 | | v0
movi d0, #0 | | v0
mvni v0.8h, #1, lsl #8 | | v0
bic v0.8h, #1, lsl #8 | v0 | v0
orr v0.2s, #1 | v0.l | v0
eor v0.16b, v1.16b, v2.16b | v1 v2 | v0
not v0.16b, v1.16b | v1 | v0
bsl v0.16b, v1.16b, v2.16b | v1 v2 v0 | v0
bit v0.8b, v1.8b, v2.8b | v1.l v2.l v0.l | v0
ext v0.16b, v1.16b, v2.16b, #4 | v1 v2 | v0
ext v0.8b, v1.8b, v2.8b, #4 | v1.l v2.l | v0
trn1 v0.2d, v1.2d, v2.2d | v1 v2 | v0
rev64 v0.4s, v1.4s | v1 | v0
tbl v0.16b, {v1.16b}, v5.16b | v1 v5 | v0
tbl v0.16b, {v1.16b - v4.16b}, v5.16b | v1 v2 v3 v4 v5 | v0
tbl v0.8b, {v1.16b, v2.16b}, v5.8b | v1 v2 v5.l | v0
tbx v0.16b, {v1.16b, v2.16b, v3.16b}, v5.16b | v1 v2 v3 v5 v0 | v0
"""

SIMD_MEMORY = """
ldr q0, [x1, #16] | @:x1 | v0 | load x1 16 16
ldr q0, [x1], #32 | @:x1 | v0 b:x1 | load x1 0 16
ldr d0, [x1, #8]! | @:x1 | v0 b:x1 | load x1 8 8
ldr s0, [x1, x2, lsl #2] | @:x1 @:x2 | v0 | load x1 ? 4
ldr h0, [x1, w2, uxtw #1] | @:x1 @:x2 | v0 | load x1 ? 2
ldur q0, [x1, #-16] | @:x1 | v0 | load x1 -16 16
ldr q0, [sp] | @:sp | v0 | load sp 0 16
ldp q0, q1, [x2], #32 | @:x2 | v0 v1 b:x2 | load x2 0 32
ldp d8, d9, [sp, #16] | @:sp | v8 v9 | load sp 16 16
ldnp s0, s1, [x2] | @:x2 | v0 v1 | load x2 0 8
str q0, [x1], #16 | d:v0 @:x1 | b:x1 | store x1 0 16
str s0, [x1, #4] | d:v0.l @:x1 | | store x1 4 4
stur d0, [x1, #-8] | d:v0.l @:x1 | | store x1 -8 8
stp q0, q1, [x2, #32] | d:v0 d:v1 @:x2 | | store x2 32 32
stp d8, d9, [sp, #-16]! | d:v8.l d:v9.l @:sp | b:sp | store sp -16 16
ld1 {v0.4s}, [x1] | @:x1 | v0 | load x1 0 16
ld1 {v0.8b}, [x1], x2 | @:x1 @:x2 | v0 b:x1 | load x1 0 8
ld1 {v0.4s, v1.4s, v2.4s, v3.4s}, [x1], #64 | @:x1 | v0 v1 v2 v3 b:x1 | load x1 0 64
ld1 {v0.s}[1], [x1], #4 | @:x1 m:v0.l | v0.l b:x1 | load x1 0 4
ld1 {v0.d}[1], [x1] | @:x1 | v0.h | load x1 0 8
ld1r {v0.8h}, [x1] | @:x1 | v0 | load x1 0 2
ld2 {v0.16b, v1.16b}, [x1], #32 | @:x1 | v0 v1 b:x1 | load x1 0 32
ld2r {v0.4s, v1.4s}, [x1] | @:x1 | v0 v1 | load x1 0 8
ld3 {v0.b, v1.b, v2.b}[9], [x3], x4 | @:x3 @:x4 m:v0.h m:v1.h m:v2.h | v0.h v1.h v2.h b:x3 | load x3 0 3
ld4 {v28.8b - v31.8b}, [x0] | @:x0 | v28 v29 v30 v31 | load x0 0 32
ld4 {v31.4s, v0.4s, v1.4s, v2.4s}, [x0], #64 | @:x0 | v31 v0 v1 v2 b:x0 | load x0 0 64
st1 {v0.16b, v1.16b}, [x1], x2 | d:v0 d:v1 @:x1 @:x2 | b:x1 | store x1 0 32
st1 {v0.s}[3], [x1], #4 | d:v0.h @:x1 | b:x1 | store x1 0 4
st2 {v0.4s, v1.4s}, [x1] | d:v0 d:v1 @:x1 | | store x1 0 32
st3 {v0.8b, v1.8b, v2.8b}, [x1], #24 | d:v0.l d:v1.l d:v2.l @:x1 | b:x1 | store x1 0 24
st4 {v0.h, v1.h, v2.h, v3.h}[7], [x1] | d:v0.h d:v1.h d:v2.h d:v3.h @:x1 | | store x1 0 8
"""

FLOATING_POINT = """
fmadd s0, s1, s2, s3 | v1.l v2.l a:v3.l | v0
fnmsub d0, d1, d2, d3 | v1.l v2.l a:v3.l | v0
fadd h0, h1, h2 | v1.l v2.l | v0
fcmp s0, s1 | v0.l v1.l | f:nzcv
fcmp d0, #0.0 | v0.l | f:nzcv
fccmp s0, s1, #0, ne | v0.l v1.l f:nzcv | f:nzcv
fcsel d0, d1, d2, gt | v1.l v2.l f:nzcv | v0
fcvt h0, s1 | v1.l | v0
fcvtzs w0, s1 | v1.l | x0
scvtf d0, x1 | x1 | v0
ucvtf s0, w1, #4 | x1 | v0
"""

GENERAL = """
add x0, x1, x2 | x1 x2 | x0
add x0, x1, w2, uxtw #2 | x1 x2 | x0
add w0, w1, w2, lsl #3 | x1 x2 | x0
add sp, sp, #16 | sp | sp
sub x0, x0, #1, lsl #12 | x0 | x0
add x0, x0, :lo12:table | x0 | x0
mov x0, sp | sp | x0
mov x0, xzr | | x0
mov w0, #5 | | x0
movz x0, #1, lsl #16 | | x0
movk x0, #1, lsl #48 | m:x0 | x0
adds x0, x1, x2 | x1 x2 | x0 f:nzcv
subs x0, x0, #1 | x0 | x0 f:nzcv
subs xzr, x0, #1 | x0 | f:nzcv
cmp x0, x1 | x0 x1 | f:nzcv
cmp w0, #3 | x0 | f:nzcv
cmn x0, #3 | x0 | f:nzcv
tst x0, #7 | x0 | f:nzcv
ands w0, w1, w2, lsr #3 | x1 x2 | x0 f:nzcv
bics x0, x1, x2 | x1 x2 | x0 f:nzcv
bic x0, x1, x2, ror #3 | x1 x2 | x0
negs x0, x1 | x1 | x0 f:nzcv
mvn w0, w1 | x1 | x0
adc x0, x1, x2 | x1 x2 f:nzcv | x0
sbcs x0, x1, xzr | x1 f:nzcv | x0 f:nzcv
ngc x0, x1 | x1 f:nzcv | x0
csel x0, x1, x2, lt | x1 x2 f:nzcv | x0
cset w0, eq | f:nzcv | x0
cinc w0, w1, ne | x1 f:nzcv | x0
ccmp x0, x1, #0, eq | x0 x1 f:nzcv | f:nzcv
ccmn w0, #3, #0, eq | x0 f:nzcv | f:nzcv
lsl x0, x1, #3 | x1 | x0
ror w0, w1, w2 | x1 x2 | x0
ubfx x0, x1, #8, #8 | x1 | x0
bfi x0, x1, #8, #8 | x1 m:x0 | x0
bfxil w0, w1, #8, #8 | x1 m:x0 | x0
extr x0, x1, x2, #7 | x1 x2 | x0
sxtw x0, w1 | x1 | x0
rev w0, w1 | x1 | x0
mul x0, x1, x2 | x1 x2 | x0
madd x0, x1, x2, x3 | x1 x2 a:x3 | x0
smaddl x0, w1, w2, x3 | x1 x2 a:x3 | x0
msub w0, w1, w2, wzr | x1 x2 | x0
umulh x0, x1, x2 | x1 x2 | x0
udiv w0, w1, w2 | x1 x2 | x0
crc32cx w0, w1, x2 | x1 x2 | x0
adrp x0, table | | x0
"""

MEMORY = """
ldr x0, [x1, #8] | @:x1 | x0 | load x1 8 8
ldr w0, [x1], #4 | @:x1 | x0 b:x1 | load x1 0 4
ldr x0, [x1, x2, lsl #3] | @:x1 @:x2 | x0 | load x1 ? 8
ldr x0, [x1, :lo12:table] | @:x1 | x0 | load x1 ? 8
ldrb w0, [x1, #-1]! | @:x1 | x0 b:x1 | load x1 -1 1
ldrsh x0, [x1, w2, sxtw #1] | @:x1 @:x2 | x0 | load x1 ? 2
ldrsw x0, [x1] | @:x1 | x0 | load x1 0 4
ldp x0, x1, [sp], #16 | @:sp | x0 x1 b:sp | load sp 0 16
ldp x19, xzr, [sp] | @:sp | x19 | load sp 0 16
ldpsw x0, x1, [x2] | @:x2 | x0 x1 | load x2 0 8
str x0, [x1], #8 | d:x0 @:x1 | b:x1 | store x1 0 8
str wzr, [x1] | @:x1 | | store x1 0 4
strh w0, [x1, #2] | d:x0 @:x1 | | store x1 2 2
stp x29, x30, [sp, #-16]! | d:x29 d:x30 @:sp | b:sp | store sp -16 16
prfm pldl1keep, [x0, #256] | @:x0 | | prefetch x0 256 0
ldaxr x0, [x1] | @:x1 | x0 | load x1 0 8
stxr w0, x1, [x2] | d:x1 @:x2 | x0 | store x2 0 8
stlrb w0, [x1] | d:x0 @:x1 | | store x1 0 1
ldaddal w0, w1, [x2] | d:x0 @:x2 | x1 | load x2 0 4, store x2 0 4
swpb w0, w1, [x2] | d:x0 @:x2 | x1 | load x2 0 1, store x2 0 1
cas x0, x1, [x2] | x0 d:x1 @:x2 | x0 | load x2 0 8, store x2 0 8
stadd x0, [x2] | d:x0 @:x2 | | load x2 0 8, store x2 0 8
"""

BRANCHES = """
b .Lend | |
b.ne .Lend | f:nzcv |
bne .Lend | f:nzcv |
cbnz x0, .Lend | x0 |
tbz w0, #3, .Lend | x0 |
bl .Lend | | x30
blr x1 | x1 | x30
br x1 | x1 |
ret | x30 |
nop | |
bti c | |
paciasp | sp x30 | x30
autiaz | x30 | x30
dmb ish | |
mrs x0, fpcr | | x0
msr fpcr, x0 | x0 |
"""

CRYPTOGRAPHY = """
aese v0.16b, v1.16b | v1 v0 | v0
aesmc v0.16b, v1.16b | v1 | v0
sha1c q0, s1, v2.4s | v1.l v2 v0 | v0
sha1h s0, s1 | v1.l | v0
sha256h2 q0, q1, v2.4s | v1 v2 v0 | v0
sha256su0 v0.4s, v1.4s | v1 v0 | v0
sha512su1 v0.2d, v1.2d, v2.2d | v1 v2 v0 | v0
eor3 v0.16b, v1.16b, v2.16b, v3.16b | v1 v2 v3 | v0
xar v0.2d, v1.2d, v2.2d, #5 | v1 v2 | v0
sm4e v0.4s, v1.4s | v1 v0 | v0
"""

TABLES = (MULTIPLY, ARITHMETIC, SHIFTS, MOVES, SIMD_MEMORY, FLOATING_POINT, GENERAL, MEMORY, BRANCHES, CRYPTOGRAPHY)
CASES = [line for table in TABLES for line in table.strip().splitlines()]


def cells(entry: str) -> tuple[str, tuple[str, ...]]:
    """`a:v0` to its letter and its cells."""
    letter, _, place = entry.rpartition(":")
    whole = place.startswith("v") and "." not in place
    return letter, (f"{place}.l", f"{place}.h") if whole else (place,)


def expected(column: str, plain: str) -> set[tuple[str, str]]:
    """The (cell, role) pairs of a column."""
    entries = [cells(entry) for entry in column.split()]
    return {(cell, ROLES.get(letter, plain)) for letter, places in entries for cell in places}


def expected_accesses(column: str) -> list[Access]:
    found = [entry.split() for entry in column.split(",") if entry]
    return [Access(kind, base, None if offset == "?" else int(offset), int(size)) for kind, base, offset, size in found]


def resolve(text: str) -> Resolved:
    program = parse(f"{text}\n.Lend:\n", "case.s", "aarch64")
    return load("aarch64").resolve(program.instructions[0])


@pytest.mark.parametrize("line", CASES, ids=[line.split("|")[0].strip() for line in CASES])
def test_reads_writes_and_accesses_are_the_architecture_s(line: str) -> None:
    text, reads, writes, accesses = (column.strip() for column in (line + " | |").split("|")[:4])
    found = resolve(text)
    assert {(cell, read.role) for read in found.reads for cell in read.cells} == expected(reads, "source")
    assert {(cell, write.role) for write in found.writes for cell in write.cells} == expected(writes, "result")
    assert list(found.accesses) == expected_accesses(accesses)


def test_the_table_is_long_enough_to_be_a_table() -> None:
    assert len(CASES) >= 250


STEPS = """
add x1, x0, #16 | x1 x0 16
sub x0, x0, #1, lsl #12 | x0 x0 -4096
subs x2, x2, #8 | x2 x2 -8
add sp, sp, #32 | sp sp 32
ldr q0, [x1], #16 | x1 x1 16
ldp d8, d9, [sp, #-16]! | sp sp -16
st1 {v0.4s, v1.4s}, [x3], #32 | x3 x3 32
"""


@pytest.mark.parametrize("line", STEPS.strip().splitlines())
def test_constant_steps_of_a_register_are_followed(line: str) -> None:
    text, _, step = line.partition("|")
    cell, source, amount = step.split()
    assert resolve(text.strip()).steps == {cell: (source, int(amount))}


@pytest.mark.parametrize("text", ["add x0, x1, x2", "ldr q0, [x1, #16]", "ld1 {v0.4s}, [x1], x2", "ldr x0, [x1, x2]"])
def test_a_step_by_a_register_is_no_constant_step(text: str) -> None:
    assert resolve(text).steps == {}


BRANCH_KINDS = {
    "b .Lend": "taken",
    "b.lt .Lend": "conditional",
    "blt .Lend": "conditional",
    "cbz w0, .Lend": "conditional",
    "tbnz x0, #40, .Lend": "conditional",
    "bl .Lend": "call",
    "blr x1": "call",
    "br x1": "indirect",
    "ret": "return",
}


@pytest.mark.parametrize(("text", "kind"), BRANCH_KINDS.items())
def test_branches_say_how_they_leave(text: str, kind: str) -> None:
    assert resolve(text).features["branch"] == kind
