@ U8GEMM 6x4 X 4x8: C[6][8] = A[6][4k] * B[4k][8], unsigned bytes, 32-bit sums.
@ SPDX-License-Identifier: Apache-2.0
@
@ void u8gemm_6x4_a7(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step 4 depths of 6 bytes, rows 0-5 of A each.    24 bytes a step.
@   b: per step 4 depths of 8 bytes, columns 0-7 of B each. 32 bytes a step.
@
@ Registers
@   q4-q15  C, two Q a row
@   q0, q1  A, widened to 16 bits, in turn: the three parts of step 0 use q0 q1 q0, those of step 1 q1 q0 q1
@   q2, q3  B, widened, even and odd depths
@
@ Schedule
@   NEON instructions issue alone, so only latencies count: 8-bit data are loaded about eight cycles before
@   they are widened, and widened several multiplies before they are used.
@   Twelve sums leave four Q for operands, so 8-bit data wait in the half of a register that is used up first:
@   the multiplies of a depth finish the low columns (or the rows of one half of A) before the others. After two
@   steps the registers of A are back in their places: a round is two steps.
@   Loop control stands together: the two additions share a cycle, so do SUBS and the branch.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global u8gemm_6x4_a7
        .type   u8gemm_6x4_a7, %function
u8gemm_6x4_a7:
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
        tst         r0, #1
        beq         .Leven
        @ An odd step by itself, in plain order
        vldr        d0, [r1]                    @ depth 0 rows 0-5, depth 1 rows 0-1
        vmovl.u8    q0, d0                      @ widen A to 16 bits
        vldr        d4, [r2]                    @ b[0][0..7]
        vmovl.u8    q2, d4                      @ widen B to 16 bits
        vmlal.u16   q4, d4, d0[0]               @ c[0][0..3] += a[0][0] * b[0][0..3]
        vmlal.u16   q5, d5, d0[0]               @ c[0][4..7] += a[0][0] * b[0][4..7]
        vmlal.u16   q6, d4, d0[1]               @ c[1][0..3] += a[1][0] * b[0][0..3]
        vmlal.u16   q7, d5, d0[1]               @ c[1][4..7] += a[1][0] * b[0][4..7]
        vmlal.u16   q8, d4, d0[2]               @ c[2][0..3] += a[2][0] * b[0][0..3]
        vmlal.u16   q9, d5, d0[2]               @ c[2][4..7] += a[2][0] * b[0][4..7]
        vmlal.u16   q10, d4, d0[3]              @ c[3][0..3] += a[3][0] * b[0][0..3]
        vmlal.u16   q11, d5, d0[3]              @ c[3][4..7] += a[3][0] * b[0][4..7]
        vmlal.u16   q12, d4, d1[0]              @ c[4][0..3] += a[4][0] * b[0][0..3]
        vmlal.u16   q13, d5, d1[0]              @ c[4][4..7] += a[4][0] * b[0][4..7]
        vmlal.u16   q14, d4, d1[1]              @ c[5][0..3] += a[5][0] * b[0][0..3]
        vmlal.u16   q15, d5, d1[1]              @ c[5][4..7] += a[5][0] * b[0][4..7]
        vldr        d2, [r1, #8]                @ depth 1 rows 2-5, depth 2 rows 0-3
        vmovl.u8    q1, d2                      @ widen A to 16 bits
        vldr        d4, [r2, #8]                @ b[1][0..7]
        vmovl.u8    q2, d4                      @ widen B to 16 bits
        vmlal.u16   q4, d4, d1[2]               @ c[0][0..3] += a[0][1] * b[1][0..3]
        vmlal.u16   q5, d5, d1[2]               @ c[0][4..7] += a[0][1] * b[1][4..7]
        vmlal.u16   q6, d4, d1[3]               @ c[1][0..3] += a[1][1] * b[1][0..3]
        vmlal.u16   q7, d5, d1[3]               @ c[1][4..7] += a[1][1] * b[1][4..7]
        vmlal.u16   q8, d4, d2[0]               @ c[2][0..3] += a[2][1] * b[1][0..3]
        vmlal.u16   q9, d5, d2[0]               @ c[2][4..7] += a[2][1] * b[1][4..7]
        vmlal.u16   q10, d4, d2[1]              @ c[3][0..3] += a[3][1] * b[1][0..3]
        vmlal.u16   q11, d5, d2[1]              @ c[3][4..7] += a[3][1] * b[1][4..7]
        vmlal.u16   q12, d4, d2[2]              @ c[4][0..3] += a[4][1] * b[1][0..3]
        vmlal.u16   q13, d5, d2[2]              @ c[4][4..7] += a[4][1] * b[1][4..7]
        vmlal.u16   q14, d4, d2[3]              @ c[5][0..3] += a[5][1] * b[1][0..3]
        vmlal.u16   q15, d5, d2[3]              @ c[5][4..7] += a[5][1] * b[1][4..7]
        vldr        d0, [r1, #16]               @ depth 2 rows 4-5, depth 3 rows 0-5
        vmovl.u8    q0, d0                      @ widen A to 16 bits
        add         r1, r1, #24                 @ next step of A
        vldr        d4, [r2, #16]               @ b[2][0..7]
        vmovl.u8    q2, d4                      @ widen B to 16 bits
        vmlal.u16   q4, d4, d3[0]               @ c[0][0..3] += a[0][2] * b[2][0..3]
        vmlal.u16   q5, d5, d3[0]               @ c[0][4..7] += a[0][2] * b[2][4..7]
        vmlal.u16   q6, d4, d3[1]               @ c[1][0..3] += a[1][2] * b[2][0..3]
        vmlal.u16   q7, d5, d3[1]               @ c[1][4..7] += a[1][2] * b[2][4..7]
        vmlal.u16   q8, d4, d3[2]               @ c[2][0..3] += a[2][2] * b[2][0..3]
        vmlal.u16   q9, d5, d3[2]               @ c[2][4..7] += a[2][2] * b[2][4..7]
        vmlal.u16   q10, d4, d3[3]              @ c[3][0..3] += a[3][2] * b[2][0..3]
        vmlal.u16   q11, d5, d3[3]              @ c[3][4..7] += a[3][2] * b[2][4..7]
        vmlal.u16   q12, d4, d0[0]              @ c[4][0..3] += a[4][2] * b[2][0..3]
        vmlal.u16   q13, d5, d0[0]              @ c[4][4..7] += a[4][2] * b[2][4..7]
        vmlal.u16   q14, d4, d0[1]              @ c[5][0..3] += a[5][2] * b[2][0..3]
        vmlal.u16   q15, d5, d0[1]              @ c[5][4..7] += a[5][2] * b[2][4..7]
        vldr        d4, [r2, #24]               @ b[3][0..7]
        vmovl.u8    q2, d4                      @ widen B to 16 bits
        add         r2, r2, #32                 @ next step of B
        vmlal.u16   q4, d4, d0[2]               @ c[0][0..3] += a[0][3] * b[3][0..3]
        vmlal.u16   q5, d5, d0[2]               @ c[0][4..7] += a[0][3] * b[3][4..7]
        vmlal.u16   q6, d4, d0[3]               @ c[1][0..3] += a[1][3] * b[3][0..3]
        vmlal.u16   q7, d5, d0[3]               @ c[1][4..7] += a[1][3] * b[3][4..7]
        vmlal.u16   q8, d4, d1[0]               @ c[2][0..3] += a[2][3] * b[3][0..3]
        vmlal.u16   q9, d5, d1[0]               @ c[2][4..7] += a[2][3] * b[3][4..7]
        vmlal.u16   q10, d4, d1[1]              @ c[3][0..3] += a[3][3] * b[3][0..3]
        vmlal.u16   q11, d5, d1[1]              @ c[3][4..7] += a[3][3] * b[3][4..7]
        vmlal.u16   q12, d4, d1[2]              @ c[4][0..3] += a[4][3] * b[3][0..3]
        vmlal.u16   q13, d5, d1[2]              @ c[4][4..7] += a[4][3] * b[3][4..7]
        vmlal.u16   q14, d4, d1[3]              @ c[5][0..3] += a[5][3] * b[3][0..3]
        vmlal.u16   q15, d5, d1[3]              @ c[5][4..7] += a[5][3] * b[3][4..7]
.Leven:
        lsrs        r0, r0, #1                  @ rounds of two steps
        beq         .Lstore
        @ Operands of the first round that the loop loads a round ahead
        vldr        d0, [r1]                    @ A, part 0 of step 0
        vldr        d4, [r2]                    @ b[0][0..7] of step 0
        vmovl.u8    q0, d0                      @ widen A
        vmovl.u8    q2, d4                      @ widen B
        subs        r0, r0, #1                  @ the last round stands behind the loop
        beq         .Llast
.Lround:
@ cyclesim-begin u8gemm_6x4_a7 ops=768
        vmlal.u16   q4, d4, d0[0]               @ c[0][0..3] += a[0][0] * b[0][0..3]
        vmlal.u16   q6, d4, d0[1]               @ c[1][0..3] += a[1][0] * b[0][0..3]
        vmlal.u16   q8, d4, d0[2]               @ c[2][0..3] += a[2][0] * b[0][0..3]
        vmlal.u16   q10, d4, d0[3]              @ c[3][0..3] += a[3][0] * b[0][0..3]
        vldr        d6, [r2, #8]                @ b[1][0..7] of step 0
        vldr        d2, [r1, #8]                @ A, part 1 of step 0
        vmlal.u16   q12, d4, d1[0]              @ c[4][0..3] += a[4][0] * b[0][0..3]
        vmlal.u16   q14, d4, d1[1]              @ c[5][0..3] += a[5][0] * b[0][0..3]
        vmlal.u16   q5, d5, d0[0]               @ c[0][4..7] += a[0][0] * b[0][4..7]
        vmlal.u16   q7, d5, d0[1]               @ c[1][4..7] += a[1][0] * b[0][4..7]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q9, d5, d0[2]               @ c[2][4..7] += a[2][0] * b[0][4..7]
        vmlal.u16   q11, d5, d0[3]              @ c[3][4..7] += a[3][0] * b[0][4..7]
        vmovl.u8    q1, d2                      @ widen A
        vmlal.u16   q13, d5, d1[0]              @ c[4][4..7] += a[4][0] * b[0][4..7]
        vmlal.u16   q15, d5, d1[1]              @ c[5][4..7] += a[5][0] * b[0][4..7]
        vmlal.u16   q4, d6, d1[2]               @ c[0][0..3] += a[0][1] * b[1][0..3]
        vmlal.u16   q6, d6, d1[3]               @ c[1][0..3] += a[1][1] * b[1][0..3]
        vldr        d4, [r2, #16]               @ b[2][0..7] of step 0
        vldr        d0, [r1, #16]               @ A, part 2 of step 0
        vmlal.u16   q8, d6, d2[0]               @ c[2][0..3] += a[2][1] * b[1][0..3]
        vmlal.u16   q10, d6, d2[1]              @ c[3][0..3] += a[3][1] * b[1][0..3]
        vmlal.u16   q12, d6, d2[2]              @ c[4][0..3] += a[4][1] * b[1][0..3]
        vmlal.u16   q14, d6, d2[3]              @ c[5][0..3] += a[5][1] * b[1][0..3]
        vmovl.u8    q2, d4                      @ widen B
        vmlal.u16   q5, d7, d1[2]               @ c[0][4..7] += a[0][1] * b[1][4..7]
        vmlal.u16   q7, d7, d1[3]               @ c[1][4..7] += a[1][1] * b[1][4..7]
        vmlal.u16   q9, d7, d2[0]               @ c[2][4..7] += a[2][1] * b[1][4..7]
        vmlal.u16   q11, d7, d2[1]              @ c[3][4..7] += a[3][1] * b[1][4..7]
        vmovl.u8    q0, d0                      @ widen A
        vmlal.u16   q13, d7, d2[2]              @ c[4][4..7] += a[4][1] * b[1][4..7]
        vmlal.u16   q15, d7, d2[3]              @ c[5][4..7] += a[5][1] * b[1][4..7]
        vmlal.u16   q4, d4, d3[0]               @ c[0][0..3] += a[0][2] * b[2][0..3]
        vmlal.u16   q6, d4, d3[1]               @ c[1][0..3] += a[1][2] * b[2][0..3]
        vldr        d6, [r2, #24]               @ b[3][0..7] of step 0
        vldr        d2, [r1, #24]               @ A, part 0 of step 1
        vmlal.u16   q8, d4, d3[2]               @ c[2][0..3] += a[2][2] * b[2][0..3]
        vmlal.u16   q10, d4, d3[3]              @ c[3][0..3] += a[3][2] * b[2][0..3]
        vmlal.u16   q12, d4, d0[0]              @ c[4][0..3] += a[4][2] * b[2][0..3]
        vmlal.u16   q14, d4, d0[1]              @ c[5][0..3] += a[5][2] * b[2][0..3]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q5, d5, d3[0]               @ c[0][4..7] += a[0][2] * b[2][4..7]
        vmlal.u16   q7, d5, d3[1]               @ c[1][4..7] += a[1][2] * b[2][4..7]
        vmlal.u16   q9, d5, d3[2]               @ c[2][4..7] += a[2][2] * b[2][4..7]
        vmlal.u16   q11, d5, d3[3]              @ c[3][4..7] += a[3][2] * b[2][4..7]
        vmlal.u16   q13, d5, d0[0]              @ c[4][4..7] += a[4][2] * b[2][4..7]
        vmlal.u16   q15, d5, d0[1]              @ c[5][4..7] += a[5][2] * b[2][4..7]
        vmlal.u16   q4, d6, d0[2]               @ c[0][0..3] += a[0][3] * b[3][0..3]
        vmovl.u8    q1, d2                      @ widen A
        vmlal.u16   q6, d6, d0[3]               @ c[1][0..3] += a[1][3] * b[3][0..3]
        vmlal.u16   q5, d7, d0[2]               @ c[0][4..7] += a[0][3] * b[3][4..7]
        vmlal.u16   q7, d7, d0[3]               @ c[1][4..7] += a[1][3] * b[3][4..7]
        vldr        d4, [r2, #32]               @ b[0][0..7] of step 1
        vldr        d0, [r1, #32]               @ A, part 1 of step 1
        vmlal.u16   q8, d6, d1[0]               @ c[2][0..3] += a[2][3] * b[3][0..3]
        vmlal.u16   q10, d6, d1[1]              @ c[3][0..3] += a[3][3] * b[3][0..3]
        vmlal.u16   q12, d6, d1[2]              @ c[4][0..3] += a[4][3] * b[3][0..3]
        vmlal.u16   q14, d6, d1[3]              @ c[5][0..3] += a[5][3] * b[3][0..3]
        vmovl.u8    q2, d4                      @ widen B
        vmlal.u16   q9, d7, d1[0]               @ c[2][4..7] += a[2][3] * b[3][4..7]
        vmlal.u16   q11, d7, d1[1]              @ c[3][4..7] += a[3][3] * b[3][4..7]
        vmlal.u16   q13, d7, d1[2]              @ c[4][4..7] += a[4][3] * b[3][4..7]
        vmlal.u16   q15, d7, d1[3]              @ c[5][4..7] += a[5][3] * b[3][4..7]
        vmlal.u16   q4, d4, d2[0]               @ c[0][0..3] += a[0][0] * b[0][0..3]
        vmlal.u16   q6, d4, d2[1]               @ c[1][0..3] += a[1][0] * b[0][0..3]
        vmlal.u16   q8, d4, d2[2]               @ c[2][0..3] += a[2][0] * b[0][0..3]
        vmovl.u8    q0, d0                      @ widen A
        vmlal.u16   q10, d4, d2[3]              @ c[3][0..3] += a[3][0] * b[0][0..3]
        vmlal.u16   q5, d5, d2[0]               @ c[0][4..7] += a[0][0] * b[0][4..7]
        vmlal.u16   q7, d5, d2[1]               @ c[1][4..7] += a[1][0] * b[0][4..7]
        vmlal.u16   q9, d5, d2[2]               @ c[2][4..7] += a[2][0] * b[0][4..7]
        vmlal.u16   q11, d5, d2[3]              @ c[3][4..7] += a[3][0] * b[0][4..7]
        vldr        d6, [r2, #40]               @ b[1][0..7] of step 1
        vldr        d2, [r1, #40]               @ A, part 2 of step 1
        vmlal.u16   q12, d4, d3[0]              @ c[4][0..3] += a[4][0] * b[0][0..3]
        vmlal.u16   q14, d4, d3[1]              @ c[5][0..3] += a[5][0] * b[0][0..3]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q13, d5, d3[0]              @ c[4][4..7] += a[4][0] * b[0][4..7]
        vmlal.u16   q15, d5, d3[1]              @ c[5][4..7] += a[5][0] * b[0][4..7]
        vmlal.u16   q4, d6, d3[2]               @ c[0][0..3] += a[0][1] * b[1][0..3]
        vmlal.u16   q6, d6, d3[3]               @ c[1][0..3] += a[1][1] * b[1][0..3]
        vmlal.u16   q8, d6, d0[0]               @ c[2][0..3] += a[2][1] * b[1][0..3]
        vmlal.u16   q10, d6, d0[1]              @ c[3][0..3] += a[3][1] * b[1][0..3]
        vmlal.u16   q12, d6, d0[2]              @ c[4][0..3] += a[4][1] * b[1][0..3]
        vmlal.u16   q14, d6, d0[3]              @ c[5][0..3] += a[5][1] * b[1][0..3]
        vldr        d4, [r2, #48]               @ b[2][0..7] of step 1
        vldr        d6, [r2, #56]               @ b[3][0..7] of step 1
        vmlal.u16   q5, d7, d3[2]               @ c[0][4..7] += a[0][1] * b[1][4..7]
        vmlal.u16   q7, d7, d3[3]               @ c[1][4..7] += a[1][1] * b[1][4..7]
        vmlal.u16   q9, d7, d0[0]               @ c[2][4..7] += a[2][1] * b[1][4..7]
        vmlal.u16   q11, d7, d0[1]              @ c[3][4..7] += a[3][1] * b[1][4..7]
        vmovl.u8    q1, d2                      @ widen A
        vmlal.u16   q13, d7, d0[2]              @ c[4][4..7] += a[4][1] * b[1][4..7]
        vmovl.u8    q2, d4                      @ widen B
        vmlal.u16   q15, d7, d0[3]              @ c[5][4..7] += a[5][1] * b[1][4..7]
        vmlal.u16   q4, d4, d1[0]               @ c[0][0..3] += a[0][2] * b[2][0..3]
        vmlal.u16   q6, d4, d1[1]               @ c[1][0..3] += a[1][2] * b[2][0..3]
        vmlal.u16   q8, d4, d1[2]               @ c[2][0..3] += a[2][2] * b[2][0..3]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q10, d4, d1[3]              @ c[3][0..3] += a[3][2] * b[2][0..3]
        vmlal.u16   q12, d4, d2[0]              @ c[4][0..3] += a[4][2] * b[2][0..3]
        vmlal.u16   q14, d4, d2[1]              @ c[5][0..3] += a[5][2] * b[2][0..3]
        vmlal.u16   q5, d5, d1[0]               @ c[0][4..7] += a[0][2] * b[2][4..7]
        vmlal.u16   q7, d5, d1[1]               @ c[1][4..7] += a[1][2] * b[2][4..7]
        vmlal.u16   q9, d5, d1[2]               @ c[2][4..7] += a[2][2] * b[2][4..7]
        vmlal.u16   q11, d5, d1[3]              @ c[3][4..7] += a[3][2] * b[2][4..7]
        vldr        d0, [r1, #48]               @ next A, part 0 of step 0
        vldr        d4, [r2, #64]               @ next b[0][0..7] of step 0
        vmlal.u16   q13, d5, d2[0]              @ c[4][4..7] += a[4][2] * b[2][4..7]
        vmlal.u16   q15, d5, d2[1]              @ c[5][4..7] += a[5][2] * b[2][4..7]
        vmlal.u16   q4, d6, d2[2]               @ c[0][0..3] += a[0][3] * b[3][0..3]
        vmlal.u16   q6, d6, d2[3]               @ c[1][0..3] += a[1][3] * b[3][0..3]
        vmovl.u8    q0, d0                      @ widen next A
        vmlal.u16   q8, d6, d3[0]               @ c[2][0..3] += a[2][3] * b[3][0..3]
        vmlal.u16   q10, d6, d3[1]              @ c[3][0..3] += a[3][3] * b[3][0..3]
        vmlal.u16   q12, d6, d3[2]              @ c[4][0..3] += a[4][3] * b[3][0..3]
        vmovl.u8    q2, d4                      @ widen next B
        vmlal.u16   q14, d6, d3[3]              @ c[5][0..3] += a[5][3] * b[3][0..3]
        vmlal.u16   q5, d7, d2[2]               @ c[0][4..7] += a[0][3] * b[3][4..7]
        vmlal.u16   q7, d7, d2[3]               @ c[1][4..7] += a[1][3] * b[3][4..7]
        vmlal.u16   q9, d7, d3[0]               @ c[2][4..7] += a[2][3] * b[3][4..7]
        vmlal.u16   q11, d7, d3[1]              @ c[3][4..7] += a[3][3] * b[3][4..7]
        vmlal.u16   q13, d7, d3[2]              @ c[4][4..7] += a[4][3] * b[3][4..7]
        vmlal.u16   q15, d7, d3[3]              @ c[5][4..7] += a[5][3] * b[3][4..7]
        add         r1, r1, #48                 @ next round of A
        add         r2, r2, #64                 @ next round of B
        subs        r0, r0, #1                  @ one round less
        bne         .Lround                     @ next round
@ cyclesim-end
.Llast:
        @ The last round: the same without loads for a next one
        vmlal.u16   q4, d4, d0[0]               @ c[0][0..3] += a[0][0] * b[0][0..3]
        vmlal.u16   q6, d4, d0[1]               @ c[1][0..3] += a[1][0] * b[0][0..3]
        vmlal.u16   q8, d4, d0[2]               @ c[2][0..3] += a[2][0] * b[0][0..3]
        vmlal.u16   q10, d4, d0[3]              @ c[3][0..3] += a[3][0] * b[0][0..3]
        vldr        d6, [r2, #8]                @ b[1][0..7] of step 0
        vldr        d2, [r1, #8]                @ A, part 1 of step 0
        vmlal.u16   q12, d4, d1[0]              @ c[4][0..3] += a[4][0] * b[0][0..3]
        vmlal.u16   q14, d4, d1[1]              @ c[5][0..3] += a[5][0] * b[0][0..3]
        vmlal.u16   q5, d5, d0[0]               @ c[0][4..7] += a[0][0] * b[0][4..7]
        vmlal.u16   q7, d5, d0[1]               @ c[1][4..7] += a[1][0] * b[0][4..7]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q9, d5, d0[2]               @ c[2][4..7] += a[2][0] * b[0][4..7]
        vmlal.u16   q11, d5, d0[3]              @ c[3][4..7] += a[3][0] * b[0][4..7]
        vmovl.u8    q1, d2                      @ widen A
        vmlal.u16   q13, d5, d1[0]              @ c[4][4..7] += a[4][0] * b[0][4..7]
        vmlal.u16   q15, d5, d1[1]              @ c[5][4..7] += a[5][0] * b[0][4..7]
        vmlal.u16   q4, d6, d1[2]               @ c[0][0..3] += a[0][1] * b[1][0..3]
        vmlal.u16   q6, d6, d1[3]               @ c[1][0..3] += a[1][1] * b[1][0..3]
        vldr        d4, [r2, #16]               @ b[2][0..7] of step 0
        vldr        d0, [r1, #16]               @ A, part 2 of step 0
        vmlal.u16   q8, d6, d2[0]               @ c[2][0..3] += a[2][1] * b[1][0..3]
        vmlal.u16   q10, d6, d2[1]              @ c[3][0..3] += a[3][1] * b[1][0..3]
        vmlal.u16   q12, d6, d2[2]              @ c[4][0..3] += a[4][1] * b[1][0..3]
        vmlal.u16   q14, d6, d2[3]              @ c[5][0..3] += a[5][1] * b[1][0..3]
        vmovl.u8    q2, d4                      @ widen B
        vmlal.u16   q5, d7, d1[2]               @ c[0][4..7] += a[0][1] * b[1][4..7]
        vmlal.u16   q7, d7, d1[3]               @ c[1][4..7] += a[1][1] * b[1][4..7]
        vmlal.u16   q9, d7, d2[0]               @ c[2][4..7] += a[2][1] * b[1][4..7]
        vmlal.u16   q11, d7, d2[1]              @ c[3][4..7] += a[3][1] * b[1][4..7]
        vmovl.u8    q0, d0                      @ widen A
        vmlal.u16   q13, d7, d2[2]              @ c[4][4..7] += a[4][1] * b[1][4..7]
        vmlal.u16   q15, d7, d2[3]              @ c[5][4..7] += a[5][1] * b[1][4..7]
        vmlal.u16   q4, d4, d3[0]               @ c[0][0..3] += a[0][2] * b[2][0..3]
        vmlal.u16   q6, d4, d3[1]               @ c[1][0..3] += a[1][2] * b[2][0..3]
        vldr        d6, [r2, #24]               @ b[3][0..7] of step 0
        vldr        d2, [r1, #24]               @ A, part 0 of step 1
        vmlal.u16   q8, d4, d3[2]               @ c[2][0..3] += a[2][2] * b[2][0..3]
        vmlal.u16   q10, d4, d3[3]              @ c[3][0..3] += a[3][2] * b[2][0..3]
        vmlal.u16   q12, d4, d0[0]              @ c[4][0..3] += a[4][2] * b[2][0..3]
        vmlal.u16   q14, d4, d0[1]              @ c[5][0..3] += a[5][2] * b[2][0..3]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q5, d5, d3[0]               @ c[0][4..7] += a[0][2] * b[2][4..7]
        vmlal.u16   q7, d5, d3[1]               @ c[1][4..7] += a[1][2] * b[2][4..7]
        vmlal.u16   q9, d5, d3[2]               @ c[2][4..7] += a[2][2] * b[2][4..7]
        vmlal.u16   q11, d5, d3[3]              @ c[3][4..7] += a[3][2] * b[2][4..7]
        vmlal.u16   q13, d5, d0[0]              @ c[4][4..7] += a[4][2] * b[2][4..7]
        vmlal.u16   q15, d5, d0[1]              @ c[5][4..7] += a[5][2] * b[2][4..7]
        vmlal.u16   q4, d6, d0[2]               @ c[0][0..3] += a[0][3] * b[3][0..3]
        vmovl.u8    q1, d2                      @ widen A
        vmlal.u16   q6, d6, d0[3]               @ c[1][0..3] += a[1][3] * b[3][0..3]
        vmlal.u16   q5, d7, d0[2]               @ c[0][4..7] += a[0][3] * b[3][4..7]
        vmlal.u16   q7, d7, d0[3]               @ c[1][4..7] += a[1][3] * b[3][4..7]
        vldr        d4, [r2, #32]               @ b[0][0..7] of step 1
        vldr        d0, [r1, #32]               @ A, part 1 of step 1
        vmlal.u16   q8, d6, d1[0]               @ c[2][0..3] += a[2][3] * b[3][0..3]
        vmlal.u16   q10, d6, d1[1]              @ c[3][0..3] += a[3][3] * b[3][0..3]
        vmlal.u16   q12, d6, d1[2]              @ c[4][0..3] += a[4][3] * b[3][0..3]
        vmlal.u16   q14, d6, d1[3]              @ c[5][0..3] += a[5][3] * b[3][0..3]
        vmovl.u8    q2, d4                      @ widen B
        vmlal.u16   q9, d7, d1[0]               @ c[2][4..7] += a[2][3] * b[3][4..7]
        vmlal.u16   q11, d7, d1[1]              @ c[3][4..7] += a[3][3] * b[3][4..7]
        vmlal.u16   q13, d7, d1[2]              @ c[4][4..7] += a[4][3] * b[3][4..7]
        vmlal.u16   q15, d7, d1[3]              @ c[5][4..7] += a[5][3] * b[3][4..7]
        vmlal.u16   q4, d4, d2[0]               @ c[0][0..3] += a[0][0] * b[0][0..3]
        vmlal.u16   q6, d4, d2[1]               @ c[1][0..3] += a[1][0] * b[0][0..3]
        vmlal.u16   q8, d4, d2[2]               @ c[2][0..3] += a[2][0] * b[0][0..3]
        vmovl.u8    q0, d0                      @ widen A
        vmlal.u16   q10, d4, d2[3]              @ c[3][0..3] += a[3][0] * b[0][0..3]
        vmlal.u16   q5, d5, d2[0]               @ c[0][4..7] += a[0][0] * b[0][4..7]
        vmlal.u16   q7, d5, d2[1]               @ c[1][4..7] += a[1][0] * b[0][4..7]
        vmlal.u16   q9, d5, d2[2]               @ c[2][4..7] += a[2][0] * b[0][4..7]
        vmlal.u16   q11, d5, d2[3]              @ c[3][4..7] += a[3][0] * b[0][4..7]
        vldr        d6, [r2, #40]               @ b[1][0..7] of step 1
        vldr        d2, [r1, #40]               @ A, part 2 of step 1
        vmlal.u16   q12, d4, d3[0]              @ c[4][0..3] += a[4][0] * b[0][0..3]
        vmlal.u16   q14, d4, d3[1]              @ c[5][0..3] += a[5][0] * b[0][0..3]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q13, d5, d3[0]              @ c[4][4..7] += a[4][0] * b[0][4..7]
        vmlal.u16   q15, d5, d3[1]              @ c[5][4..7] += a[5][0] * b[0][4..7]
        vmlal.u16   q4, d6, d3[2]               @ c[0][0..3] += a[0][1] * b[1][0..3]
        vmlal.u16   q6, d6, d3[3]               @ c[1][0..3] += a[1][1] * b[1][0..3]
        vmlal.u16   q8, d6, d0[0]               @ c[2][0..3] += a[2][1] * b[1][0..3]
        vmlal.u16   q10, d6, d0[1]              @ c[3][0..3] += a[3][1] * b[1][0..3]
        vmlal.u16   q12, d6, d0[2]              @ c[4][0..3] += a[4][1] * b[1][0..3]
        vmlal.u16   q14, d6, d0[3]              @ c[5][0..3] += a[5][1] * b[1][0..3]
        vldr        d4, [r2, #48]               @ b[2][0..7] of step 1
        vldr        d6, [r2, #56]               @ b[3][0..7] of step 1
        vmlal.u16   q5, d7, d3[2]               @ c[0][4..7] += a[0][1] * b[1][4..7]
        vmlal.u16   q7, d7, d3[3]               @ c[1][4..7] += a[1][1] * b[1][4..7]
        vmlal.u16   q9, d7, d0[0]               @ c[2][4..7] += a[2][1] * b[1][4..7]
        vmlal.u16   q11, d7, d0[1]              @ c[3][4..7] += a[3][1] * b[1][4..7]
        vmovl.u8    q1, d2                      @ widen A
        vmlal.u16   q13, d7, d0[2]              @ c[4][4..7] += a[4][1] * b[1][4..7]
        vmovl.u8    q2, d4                      @ widen B
        vmlal.u16   q15, d7, d0[3]              @ c[5][4..7] += a[5][1] * b[1][4..7]
        vmlal.u16   q4, d4, d1[0]               @ c[0][0..3] += a[0][2] * b[2][0..3]
        vmlal.u16   q6, d4, d1[1]               @ c[1][0..3] += a[1][2] * b[2][0..3]
        vmlal.u16   q8, d4, d1[2]               @ c[2][0..3] += a[2][2] * b[2][0..3]
        vmovl.u8    q3, d6                      @ widen B
        vmlal.u16   q10, d4, d1[3]              @ c[3][0..3] += a[3][2] * b[2][0..3]
        vmlal.u16   q12, d4, d2[0]              @ c[4][0..3] += a[4][2] * b[2][0..3]
        vmlal.u16   q14, d4, d2[1]              @ c[5][0..3] += a[5][2] * b[2][0..3]
        vmlal.u16   q5, d5, d1[0]               @ c[0][4..7] += a[0][2] * b[2][4..7]
        vmlal.u16   q7, d5, d1[1]               @ c[1][4..7] += a[1][2] * b[2][4..7]
        vmlal.u16   q9, d5, d1[2]               @ c[2][4..7] += a[2][2] * b[2][4..7]
        vmlal.u16   q11, d5, d1[3]              @ c[3][4..7] += a[3][2] * b[2][4..7]
        vmlal.u16   q13, d5, d2[0]              @ c[4][4..7] += a[4][2] * b[2][4..7]
        vmlal.u16   q15, d5, d2[1]              @ c[5][4..7] += a[5][2] * b[2][4..7]
        vmlal.u16   q4, d6, d2[2]               @ c[0][0..3] += a[0][3] * b[3][0..3]
        vmlal.u16   q6, d6, d2[3]               @ c[1][0..3] += a[1][3] * b[3][0..3]
        vmlal.u16   q8, d6, d3[0]               @ c[2][0..3] += a[2][3] * b[3][0..3]
        vmlal.u16   q10, d6, d3[1]              @ c[3][0..3] += a[3][3] * b[3][0..3]
        vmlal.u16   q12, d6, d3[2]              @ c[4][0..3] += a[4][3] * b[3][0..3]
        vmlal.u16   q14, d6, d3[3]              @ c[5][0..3] += a[5][3] * b[3][0..3]
        vmlal.u16   q5, d7, d2[2]               @ c[0][4..7] += a[0][3] * b[3][4..7]
        vmlal.u16   q7, d7, d2[3]               @ c[1][4..7] += a[1][3] * b[3][4..7]
        vmlal.u16   q9, d7, d3[0]               @ c[2][4..7] += a[2][3] * b[3][4..7]
        vmlal.u16   q11, d7, d3[1]              @ c[3][4..7] += a[3][3] * b[3][4..7]
        vmlal.u16   q13, d7, d3[2]              @ c[4][4..7] += a[4][3] * b[3][4..7]
        vmlal.u16   q15, d7, d3[3]              @ c[5][4..7] += a[5][3] * b[3][4..7]
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
        .size   u8gemm_6x4_a7, . - u8gemm_6x4_a7
        .section .note.GNU-stack, "", %progbits
