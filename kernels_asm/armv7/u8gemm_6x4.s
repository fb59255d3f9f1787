@ U8GEMM 6x4 X 4x8: C[6][8] = A[6][4k] * B[4k][8], unsigned bytes, 32-bit sums.
@ SPDX-License-Identifier: Apache-2.0
@
@ void u8gemm_6x4(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
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
@   q0-q1   A, widened to 16 bits as it is needed: 7 Q of operands do not fit beside 12 sums
@   q2      one depth of B, widened
@
@ Schedule
@   The order of the slide: load and widen A, load and widen B, multiply; once a depth.
@   A register of A holds eight elements, one and a third depths of six rows: three loads serve four depths.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global u8gemm_6x4
        .type   u8gemm_6x4, %function
u8gemm_6x4:
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
.Lstep:
@ cyclesim-begin u8gemm_6x4 ops=384
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
        subs        r0, r0, #1                  @ one step less
        bne         .Lstep
@ cyclesim-end
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
        .size   u8gemm_6x4, . - u8gemm_6x4
        .section .note.GNU-stack, "", %progbits
