@ SGEMM 6x8: C[6][8] = A[6][k] * B[k][8], single precision.
@ SPDX-License-Identifier: Apache-2.0
@
@ void sgemm_6x8_a7(size_t k, const float *a, const float *b, float *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step (one k) 6 floats, rows 0-5 of A.    24 bytes a step.
@   b: per step (one k) 8 floats, columns 0-7 of B. 32 bytes a step.
@
@ Registers
@   q4-q15  C, two Q a row
@   d0-d2   rows 0-5 of A, two a register
@   q2, q3  columns 0-3 and 4-7 of B
@
@ Schedule
@   NEON instructions issue alone and a multiply takes four cycles, so loads hide nothing and nothing
@   hides them: only the order of the loads counts. What the first multiply needs is loaded first.
@   Loop control stands together: the two additions share a cycle, so do SUBS and the branch.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global sgemm_6x8_a7
        .type   sgemm_6x8_a7, %function
sgemm_6x8_a7:
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
.Lround:
@ cyclesim-begin sgemm_6x8_a7 ops=96
        vldr        d4, [r2]                    @ b[0..1]
        vldr        d5, [r2, #8]                @ b[2..3]
        vldr        d0, [r1]                    @ a[0..1]
        vldr        d6, [r2, #16]               @ b[4..5]
        vldr        d7, [r2, #24]               @ b[6..7]
        vldr        d1, [r1, #8]                @ a[2..3]
        vldr        d2, [r1, #16]               @ a[4..5]
        vmla.f32    q4, q2, d0[0]               @ c[0][0..3] += a[0] * b[0..3]
        vmla.f32    q5, q3, d0[0]               @ c[0][4..7] += a[0] * b[4..7]
        vmla.f32    q6, q2, d0[1]               @ c[1][0..3] += a[1] * b[0..3]
        vmla.f32    q7, q3, d0[1]               @ c[1][4..7] += a[1] * b[4..7]
        vmla.f32    q8, q2, d1[0]               @ c[2][0..3] += a[2] * b[0..3]
        vmla.f32    q9, q3, d1[0]               @ c[2][4..7] += a[2] * b[4..7]
        vmla.f32    q10, q2, d1[1]              @ c[3][0..3] += a[3] * b[0..3]
        vmla.f32    q11, q3, d1[1]              @ c[3][4..7] += a[3] * b[4..7]
        vmla.f32    q12, q2, d2[0]              @ c[4][0..3] += a[4] * b[0..3]
        vmla.f32    q13, q3, d2[0]              @ c[4][4..7] += a[4] * b[4..7]
        vmla.f32    q14, q2, d2[1]              @ c[5][0..3] += a[5] * b[0..3]
        vmla.f32    q15, q3, d2[1]              @ c[5][4..7] += a[5] * b[4..7]
        add         r1, r1, #24                 @ next round of A
        add         r2, r2, #32                 @ next round of B
        subs        r0, r0, #1                  @ one round less
        bne         .Lround                     @ next round
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
        .size   sgemm_6x8_a7, . - sgemm_6x8_a7
        .section .note.GNU-stack, "", %progbits
