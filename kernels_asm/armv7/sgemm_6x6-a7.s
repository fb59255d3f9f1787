@ SGEMM 6x6: C[6][6] = A[6][k] * B[k][6], single precision.
@ SPDX-License-Identifier: Apache-2.0
@
@ void sgemm_6x6_a7(size_t k, const float *a, const float *b, float *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step (one k) 6 floats, rows 0-5 of A.    24 bytes a step.
@   b: per step (one k) 6 floats, columns 0-5 of B. 24 bytes a step.
@
@ Registers
@   q4-q9    rows 0-5 of C, columns 0-3
@   q10, q11 columns 4 and 5 of C, rows 0-3 (turned by VZIP at the end)
@   d24, d25 rows 4 and 5 of C, columns 4-5
@   q0, d2   rows 0-3 and 4-5 of A          q2, d6  columns 0-3 and 4-5 of B
@
@ Schedule
@   NEON instructions issue alone and a Q-form multiply takes four cycles, so loads hide nothing and nothing
@   hides them: only the order of the loads counts. What the first multiply needs is loaded first.
@   Loop control stands together: the two additions share a cycle, so do SUBS and the branch.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global sgemm_6x6_a7
        .type   sgemm_6x6_a7, %function
sgemm_6x6_a7:
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
.Lround:
@ cyclesim-begin sgemm_6x6_a7 ops=72
        vldr        d4, [r2]                    @ b[0..1]
        vldr        d5, [r2, #8]                @ b[2..3]
        vldr        d0, [r1]                    @ a[0..1]
        vldr        d1, [r1, #8]                @ a[2..3]
        vldr        d2, [r1, #16]               @ a[4..5]
        vldr        d6, [r2, #16]               @ b[4..5]
        vmla.f32    q4, q2, d0[0]               @ c[0][0..3] += a[0] * b[0..3]
        vmla.f32    q5, q2, d0[1]               @ c[1][0..3] += a[1] * b[0..3]
        vmla.f32    q6, q2, d1[0]               @ c[2][0..3] += a[2] * b[0..3]
        vmla.f32    q7, q2, d1[1]               @ c[3][0..3] += a[3] * b[0..3]
        vmla.f32    q8, q2, d2[0]               @ c[4][0..3] += a[4] * b[0..3]
        vmla.f32    q9, q2, d2[1]               @ c[5][0..3] += a[5] * b[0..3]
        vmla.f32    q10, q0, d6[0]              @ c[0..3][4] += a[0..3] * b[4]
        vmla.f32    q11, q0, d6[1]              @ c[0..3][5] += a[0..3] * b[5]
        vmla.f32    d24, d6, d2[0]              @ c[4][4..5] += a[4] * b[4..5]
        vmla.f32    d25, d6, d2[1]              @ c[5][4..5] += a[5] * b[4..5]
        add         r1, r1, #24                 @ next round of A
        add         r2, r2, #24                 @ next round of B
        subs        r0, r0, #1                  @ one round less
        bne         .Lround                     @ next round
@ cyclesim-end
        @ Store C and return
        ldr         r12, [sp, #64]              @ c_stride
        vzip.32     q10, q11                    @ d20-d23: columns 4-5 of rows 0-3
        add         r2, r3, #16                 @ column 4
        vst1.32     {d8-d9}, [r3], r12          @ row 0, columns 0-3
        vst1.32     {d20}, [r2], r12            @ row 0, columns 4-5
        vst1.32     {d10-d11}, [r3], r12        @ row 1, columns 0-3
        vst1.32     {d21}, [r2], r12            @ row 1, columns 4-5
        vst1.32     {d12-d13}, [r3], r12        @ row 2, columns 0-3
        vst1.32     {d22}, [r2], r12            @ row 2, columns 4-5
        vst1.32     {d14-d15}, [r3], r12        @ row 3, columns 0-3
        vst1.32     {d23}, [r2], r12            @ row 3, columns 4-5
        vst1.32     {d16-d17}, [r3], r12        @ row 4, columns 0-3
        vst1.32     {d24}, [r2], r12            @ row 4, columns 4-5
        vst1.32     {d18-d19}, [r3]             @ row 5, columns 0-3
        vst1.32     {d25}, [r2]                 @ row 5, columns 4-5
        vpop        {d8-d15}
        bx          lr
        .size   sgemm_6x6_a7, . - sgemm_6x6_a7
        .section .note.GNU-stack, "", %progbits
