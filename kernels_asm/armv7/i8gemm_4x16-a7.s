@ I8GEMM 4x16 X 16x2: C[4][2] = A[4][16k] * B[16k][2], signed bytes, 32-bit sums.
@ SPDX-License-Identifier: Apache-2.0
@
@ void i8gemm_4x16_a7(size_t k, const int8_t *a, const int8_t *b, int32_t *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step 4 rows of A, 16 consecutive depths each.    64 bytes a step. -128 is allowed.
@   b: per step 2 columns of B, 16 consecutive depths each. 32 bytes a step, -127 to 127:
@      two products of -128 * -128 would not fit the 16-bit intermediate sum.
@
@ Registers
@   q8-q15  C, four partial sums for each of 4 x 2 elements
@   d0-d3   rows 0-1, then rows 2-3 of A, two registers each
@   d4-d7   columns 0-1 of B, two registers each
@   q4-q7   16-bit sums of two products
@
@ Schedule
@   NEON instructions issue alone, so only latencies count: four products are in work at a time, so an
@   accumulation or pairwise addition stands three instructions behind what it waits for. Rows 2-3 of A take the
@   registers of rows 0-1. Loop control stands together: the two additions share a cycle, so do SUBS and the branch.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global i8gemm_4x16_a7
        .type   i8gemm_4x16_a7, %function
i8gemm_4x16_a7:
        vpush       {d8-d15}
        @ C starts from zero
        vmov.i32    q8, #0
        vmov.i32    q9, #0
        vmov.i32    q10, #0
        vmov.i32    q11, #0
        vmov.i32    q12, #0
        vmov.i32    q13, #0
        vmov.i32    q14, #0
        vmov.i32    q15, #0
.Lround:
@ cyclesim-begin i8gemm_4x16_a7 ops=256
        vldr        d0, [r1]                    @ a[0][0..7]
        vldr        d4, [r2]                    @ b[0][0..7]
        vldr        d6, [r2, #16]               @ b[1][0..7]
        vldr        d2, [r1, #16]               @ a[1][0..7]
        vldr        d1, [r1, #8]                @ a[0][8..15]
        vldr        d5, [r2, #8]                @ b[0][8..15]
        vldr        d7, [r2, #24]               @ b[1][8..15]
        vldr        d3, [r1, #24]               @ a[1][8..15]
        vmull.s8    q4, d0, d4                  @ a[0][0..7] * b[0][0..7]
        vmull.s8    q5, d0, d6                  @ a[0][0..7] * b[1][0..7]
        vmull.s8    q6, d2, d4                  @ a[1][0..7] * b[0][0..7]
        vmull.s8    q7, d2, d6                  @ a[1][0..7] * b[1][0..7]
        vmlal.s8    q4, d1, d5                  @ + a[0][8..15] * b[0][8..15]
        vmlal.s8    q5, d1, d7                  @ + a[0][8..15] * b[1][8..15]
        vmlal.s8    q6, d3, d5                  @ + a[1][8..15] * b[0][8..15]
        vmlal.s8    q7, d3, d7                  @ + a[1][8..15] * b[1][8..15]
        vldr        d0, [r1, #32]               @ a[2][0..7]
        vldr        d2, [r1, #48]               @ a[3][0..7]
        vldr        d1, [r1, #40]               @ a[2][8..15]
        vldr        d3, [r1, #56]               @ a[3][8..15]
        vpadal.s16  q8, q4                      @ c[0][0] += neighbours
        vpadal.s16  q9, q5                      @ c[0][1] += neighbours
        vpadal.s16  q10, q6                     @ c[1][0] += neighbours
        vpadal.s16  q11, q7                     @ c[1][1] += neighbours
        vmull.s8    q4, d0, d4                  @ a[2][0..7] * b[0][0..7]
        vmull.s8    q5, d0, d6                  @ a[2][0..7] * b[1][0..7]
        vmull.s8    q6, d2, d4                  @ a[3][0..7] * b[0][0..7]
        vmull.s8    q7, d2, d6                  @ a[3][0..7] * b[1][0..7]
        vmlal.s8    q4, d1, d5                  @ + a[2][8..15] * b[0][8..15]
        vmlal.s8    q5, d1, d7                  @ + a[2][8..15] * b[1][8..15]
        vmlal.s8    q6, d3, d5                  @ + a[3][8..15] * b[0][8..15]
        vmlal.s8    q7, d3, d7                  @ + a[3][8..15] * b[1][8..15]
        vpadal.s16  q12, q4                     @ c[2][0] += neighbours
        vpadal.s16  q13, q5                     @ c[2][1] += neighbours
        vpadal.s16  q14, q6                     @ c[3][0] += neighbours
        vpadal.s16  q15, q7                     @ c[3][1] += neighbours
        add         r1, r1, #64                 @ next round of A
        add         r2, r2, #32                 @ next round of B
        subs        r0, r0, #1                  @ one round less
        bne         .Lround                     @ next round
@ cyclesim-end
        @ Store C and return
        ldr         r12, [sp, #64]              @ c_stride
        vadd.i32    d16, d16, d17               @ c[0][0]: 4 partial sums to 2
        vadd.i32    d18, d18, d19               @ c[0][1]: 4 partial sums to 2
        vpadd.i32   d0, d16, d18                @ c[0][0], c[0][1]
        vst1.32     {d0}, [r3], r12
        vadd.i32    d20, d20, d21               @ c[1][0]: 4 partial sums to 2
        vadd.i32    d22, d22, d23               @ c[1][1]: 4 partial sums to 2
        vpadd.i32   d0, d20, d22                @ c[1][0], c[1][1]
        vst1.32     {d0}, [r3], r12
        vadd.i32    d24, d24, d25               @ c[2][0]: 4 partial sums to 2
        vadd.i32    d26, d26, d27               @ c[2][1]: 4 partial sums to 2
        vpadd.i32   d0, d24, d26                @ c[2][0], c[2][1]
        vst1.32     {d0}, [r3], r12
        vadd.i32    d28, d28, d29               @ c[3][0]: 4 partial sums to 2
        vadd.i32    d30, d30, d31               @ c[3][1]: 4 partial sums to 2
        vpadd.i32   d0, d28, d30                @ c[3][0], c[3][1]
        vst1.32     {d0}, [r3]
        vpop        {d8-d15}
        bx          lr
        .size   i8gemm_4x16_a7, . - i8gemm_4x16_a7
        .section .note.GNU-stack, "", %progbits
