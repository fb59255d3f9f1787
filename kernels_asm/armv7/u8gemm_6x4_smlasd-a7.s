@ U8GEMM 6x4 X 4x8 if NEON had a two-way dot product with 32-bit accumulation (the SMLASD of slide 16).
@ SPDX-License-Identifier: Apache-2.0
@
@ The instruction does not exist, so no assembler takes this file.
@ Each lane of the sum gains the dot product of two bytes.
@   vsmlasd.u8  Qd, Dn, Dm[x]: x counts pairs of bytes
@
@ void u8gemm_6x4_smlasd_a7(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step 2 pairs of depths, in each 6 rows of A of 2 bytes.    24 bytes a step.
@   b: per step 2 pairs of depths, in each 8 columns of B of 2 bytes. 32 bytes a step.
@
@ Registers
@   q4-q15  C, two Q a row
@   d0-d2   A: 6 rows of pair 0, then of pair 1
@   d4-d7   B: columns 0-3 and 4-7 of pair 0, then of pair 1
@
@ Schedule
@   NEON instructions issue alone and a multiply takes two cycles, so loads hide nothing and nothing hides
@   them: 7 loads and 24 multiplies are 55 cycles a step. What the first multiply needs is loaded first.
@   A round is four steps, which shares loop control, three cycles, among them. Steps that fill no round go
@   first, one by one.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global u8gemm_6x4_smlasd_a7
        .type   u8gemm_6x4_smlasd_a7, %function
u8gemm_6x4_smlasd_a7:
        vpush       {d8-d15}
        @ C starts from zero
        vmov.i32    q4, #0
        vmov.i32    q5, #0
        vmov.i32    q6, #0
        vmov.i32    q7, #0
        vmov.i32    q8, #0
        vmov.i32    q9, #0
        vmov.i32    q10, #0
        vmov.i32    q11, #0
        vmov.i32    q12, #0
        vmov.i32    q13, #0
        vmov.i32    q14, #0
        vmov.i32    q15, #0
        ands        r12, r0, #3                 @ steps that fill no round
        beq         .Lfour
.Lone:
        vldr        d4, [r2]                    @ pair 0, columns 0..3
        vldr        d5, [r2, #8]                @ pair 0, columns 4..7
        vldr        d0, [r1]                    @ pair 0, rows 0-3
        vldr        d6, [r2, #16]               @ pair 1, columns 0..3
        vldr        d7, [r2, #24]               @ pair 1, columns 4..7
        vldr        d1, [r1, #8]                @ pair 0, rows 4-5; pair 1, rows 0-1
        vldr        d2, [r1, #16]               @ pair 1, rows 2-5
        vsmlasd.u8  q4, d4, d0[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d5, d0[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d4, d0[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d5, d0[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d4, d0[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d5, d0[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        vsmlasd.u8  q10, d4, d0[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        vsmlasd.u8  q11, d5, d0[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d4, d1[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d5, d1[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d4, d1[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d5, d1[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        vsmlasd.u8  q4, d6, d1[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d7, d1[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d6, d1[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d7, d1[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d6, d2[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d7, d2[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d6, d2[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d7, d2[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d6, d2[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d7, d2[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d6, d2[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d7, d2[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        add         r1, r1, #24                 @ next step of A
        add         r2, r2, #32                 @ next step of B
        subs        r12, r12, #1                @ one step less
        bne         .Lone                       @ next step
.Lfour:
        lsrs        r0, r0, #2                  @ rounds of four steps
        beq         .Lstore
.Lround:
@ cyclesim-begin u8gemm_6x4_smlasd_a7 ops=1536
        @ Step 0
        vldr        d4, [r2]                    @ pair 0, columns 0..3
        vldr        d5, [r2, #8]                @ pair 0, columns 4..7
        vldr        d0, [r1]                    @ pair 0, rows 0-3
        vldr        d6, [r2, #16]               @ pair 1, columns 0..3
        vldr        d7, [r2, #24]               @ pair 1, columns 4..7
        vldr        d1, [r1, #8]                @ pair 0, rows 4-5; pair 1, rows 0-1
        vldr        d2, [r1, #16]               @ pair 1, rows 2-5
        vsmlasd.u8  q4, d4, d0[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d5, d0[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d4, d0[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d5, d0[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d4, d0[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d5, d0[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        vsmlasd.u8  q10, d4, d0[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        vsmlasd.u8  q11, d5, d0[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d4, d1[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d5, d1[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d4, d1[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d5, d1[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        vsmlasd.u8  q4, d6, d1[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d7, d1[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d6, d1[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d7, d1[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d6, d2[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d7, d2[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d6, d2[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d7, d2[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d6, d2[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d7, d2[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d6, d2[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d7, d2[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        @ Step 1
        vldr        d4, [r2, #32]               @ pair 0, columns 0..3
        vldr        d5, [r2, #40]               @ pair 0, columns 4..7
        vldr        d0, [r1, #24]               @ pair 0, rows 0-3
        vldr        d6, [r2, #48]               @ pair 1, columns 0..3
        vldr        d7, [r2, #56]               @ pair 1, columns 4..7
        vldr        d1, [r1, #32]               @ pair 0, rows 4-5; pair 1, rows 0-1
        vldr        d2, [r1, #40]               @ pair 1, rows 2-5
        vsmlasd.u8  q4, d4, d0[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d5, d0[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d4, d0[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d5, d0[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d4, d0[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d5, d0[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        vsmlasd.u8  q10, d4, d0[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        vsmlasd.u8  q11, d5, d0[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d4, d1[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d5, d1[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d4, d1[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d5, d1[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        vsmlasd.u8  q4, d6, d1[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d7, d1[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d6, d1[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d7, d1[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d6, d2[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d7, d2[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d6, d2[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d7, d2[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d6, d2[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d7, d2[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d6, d2[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d7, d2[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        @ Step 2
        vldr        d4, [r2, #64]               @ pair 0, columns 0..3
        vldr        d5, [r2, #72]               @ pair 0, columns 4..7
        vldr        d0, [r1, #48]               @ pair 0, rows 0-3
        vldr        d6, [r2, #80]               @ pair 1, columns 0..3
        vldr        d7, [r2, #88]               @ pair 1, columns 4..7
        vldr        d1, [r1, #56]               @ pair 0, rows 4-5; pair 1, rows 0-1
        vldr        d2, [r1, #64]               @ pair 1, rows 2-5
        vsmlasd.u8  q4, d4, d0[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d5, d0[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d4, d0[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d5, d0[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d4, d0[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d5, d0[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        vsmlasd.u8  q10, d4, d0[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        vsmlasd.u8  q11, d5, d0[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d4, d1[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d5, d1[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d4, d1[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d5, d1[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        vsmlasd.u8  q4, d6, d1[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d7, d1[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d6, d1[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d7, d1[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d6, d2[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d7, d2[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d6, d2[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d7, d2[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d6, d2[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d7, d2[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d6, d2[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d7, d2[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        @ Step 3
        vldr        d4, [r2, #96]               @ pair 0, columns 0..3
        vldr        d5, [r2, #104]              @ pair 0, columns 4..7
        vldr        d0, [r1, #72]               @ pair 0, rows 0-3
        vldr        d6, [r2, #112]              @ pair 1, columns 0..3
        vldr        d7, [r2, #120]              @ pair 1, columns 4..7
        vldr        d1, [r1, #80]               @ pair 0, rows 4-5; pair 1, rows 0-1
        vldr        d2, [r1, #88]               @ pair 1, rows 2-5
        vsmlasd.u8  q4, d4, d0[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d5, d0[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d4, d0[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d5, d0[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d4, d0[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d5, d0[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        vsmlasd.u8  q10, d4, d0[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        vsmlasd.u8  q11, d5, d0[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d4, d1[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d5, d1[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d4, d1[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d5, d1[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        vsmlasd.u8  q4, d6, d1[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d7, d1[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d6, d1[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d7, d1[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d6, d2[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d7, d2[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d6, d2[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d7, d2[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d6, d2[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d7, d2[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d6, d2[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d7, d2[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        add         r1, r1, #96                 @ next round of A
        add         r2, r2, #128                @ next round of B
        subs        r0, r0, #1                  @ one round less
        bne         .Lround                     @ next round
@ cyclesim-end
.Lstore:
        @ Store C and return
        ldr         r12, [sp, #64]              @ c_stride
        vst1.32     {d8-d11}, [r3], r12         @ row 0
        vst1.32     {d12-d15}, [r3], r12        @ row 1
        vst1.32     {d16-d19}, [r3], r12        @ row 2
        vst1.32     {d20-d23}, [r3], r12        @ row 3
        vst1.32     {d24-d27}, [r3], r12        @ row 4
        vst1.32     {d28-d31}, [r3]             @ row 5
        vpop        {d8-d15}
        bx          lr
        .size   u8gemm_6x4_smlasd_a7, . - u8gemm_6x4_smlasd_a7
        .section .note.GNU-stack, "", %progbits
