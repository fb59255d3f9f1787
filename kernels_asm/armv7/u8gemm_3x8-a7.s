@ U8GEMM 3x8 X 8x3: C[3][3] = A[3][8k] * B[8k][3], unsigned bytes, 32-bit sums.
@ SPDX-License-Identifier: Apache-2.0
@
@ void u8gemm_3x8_a7(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step 3 rows of A, 8 consecutive depths each.    24 bytes a step.
@   b: per step 3 columns of B, 8 consecutive depths each. 24 bytes a step.
@
@ Registers
@   q7-q15  C, four partial sums for each of 3 x 3 elements
@   d0-d2   rows 0-2 of A     d3-d5  columns 0-2 of B
@   q3-q6   16-bit products, in turn
@
@ Schedule
@   NEON instructions issue alone, so only latencies count: the operands of the first multiply are loaded
@   first, and four products in turn keep a multiply and its pairwise addition three instructions apart.
@   Loop control stands together: the two additions share a cycle, so do SUBS and the branch.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global u8gemm_3x8_a7
        .type   u8gemm_3x8_a7, %function
u8gemm_3x8_a7:
        vpush       {d8-d15}
        @ C starts from zero
        vmov.i32    q7, #0
        vmov.i32    q8, #0
        vmov.i32    q9, #0
        vmov.i32    q10, #0
        vmov.i32    q11, #0
        vmov.i32    q12, #0
        vmov.i32    q13, #0
        vmov.i32    q14, #0
        vmov.i32    q15, #0
.Lround:
@ cyclesim-begin u8gemm_3x8_a7 ops=144
        vldr        d0, [r1]                    @ a[0]
        vldr        d3, [r2]                    @ b[0]
        vldr        d4, [r2, #8]                @ b[1]
        vldr        d5, [r2, #16]               @ b[2]
        vldr        d1, [r1, #8]                @ a[1]
        vldr        d2, [r1, #16]               @ a[2]
        vmull.u8    q3, d0, d3                  @ a[0] * b[0]
        vmull.u8    q4, d0, d4                  @ a[0] * b[1]
        vmull.u8    q5, d0, d5                  @ a[0] * b[2]
        vmull.u8    q6, d1, d3                  @ a[1] * b[0]
        vpadal.u16  q7, q3                      @ c[0][0] += neighbours
        vmull.u8    q3, d1, d4                  @ a[1] * b[1]
        vpadal.u16  q8, q4                      @ c[0][1] += neighbours
        vmull.u8    q4, d1, d5                  @ a[1] * b[2]
        vpadal.u16  q9, q5                      @ c[0][2] += neighbours
        vmull.u8    q5, d2, d3                  @ a[2] * b[0]
        vpadal.u16  q10, q6                     @ c[1][0] += neighbours
        vmull.u8    q6, d2, d4                  @ a[2] * b[1]
        vpadal.u16  q11, q3                     @ c[1][1] += neighbours
        vmull.u8    q3, d2, d5                  @ a[2] * b[2]
        vpadal.u16  q12, q4                     @ c[1][2] += neighbours
        vpadal.u16  q13, q5                     @ c[2][0] += neighbours
        vpadal.u16  q14, q6                     @ c[2][1] += neighbours
        vpadal.u16  q15, q3                     @ c[2][2] += neighbours
        add         r1, r1, #24                 @ next round of A
        add         r2, r2, #24                 @ next round of B
        subs        r0, r0, #1                  @ one round less
        bne         .Lround                     @ next round
@ cyclesim-end
        @ Store C and return
        ldr         r12, [sp, #64]              @ c_stride
        add         r2, r3, #8                  @ column 2
        vadd.i32    d14, d14, d15               @ c[0][0]: 4 partial sums to 2
        vadd.i32    d16, d16, d17               @ c[0][1]: 4 partial sums to 2
        vadd.i32    d18, d18, d19               @ c[0][2]: 4 partial sums to 2
        vpadd.i32   d0, d14, d16                @ c[0][0], c[0][1]
        vpadd.i32   d1, d18, d18                @ c[0][2], twice
        vst1.32     {d0}, [r3], r12
        vst1.32     {d1[0]}, [r2], r12
        vadd.i32    d20, d20, d21               @ c[1][0]: 4 partial sums to 2
        vadd.i32    d22, d22, d23               @ c[1][1]: 4 partial sums to 2
        vadd.i32    d24, d24, d25               @ c[1][2]: 4 partial sums to 2
        vpadd.i32   d0, d20, d22                @ c[1][0], c[1][1]
        vpadd.i32   d1, d24, d24                @ c[1][2], twice
        vst1.32     {d0}, [r3], r12
        vst1.32     {d1[0]}, [r2], r12
        vadd.i32    d26, d26, d27               @ c[2][0]: 4 partial sums to 2
        vadd.i32    d28, d28, d29               @ c[2][1]: 4 partial sums to 2
        vadd.i32    d30, d30, d31               @ c[2][2]: 4 partial sums to 2
        vpadd.i32   d0, d26, d28                @ c[2][0], c[2][1]
        vpadd.i32   d1, d30, d30                @ c[2][2], twice
        vst1.32     {d0}, [r3]
        vst1.32     {d1[0]}, [r2]
        vpop        {d8-d15}
        bx          lr
        .size   u8gemm_3x8_a7, . - u8gemm_3x8_a7
        .section .note.GNU-stack, "", %progbits
