@ SGEMM 6x6: C[6][6] = A[6][k] * B[k][6], single precision.
@ SPDX-License-Identifier: Apache-2.0
@
@ void sgemm_6x6_a53(size_t k, const float *a, const float *b, float *c, size_t c_stride)
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
@   r4-r7    operands on their way to D registers
@
@ Schedule
@   Ten multiplies and three load cycles, 13 cycles a step. A 64-bit load does not pair with a multiply but
@   does with a 64-bit move, so every second operand comes by way of two general registers, whose loads ride
@   under multiplies, as loop control does. Each operand is loaded again as soon as its last multiply has issued.
@   A + marks what issues together with the line above it.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global sgemm_6x6_a53
        .type   sgemm_6x6_a53, %function
sgemm_6x6_a53:
        push        {r4-r7}
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
        @ Operands of the first round that the loop loads a round ahead
        ldr         r4, [r2, #8]                @ for d5
        ldr         r5, [r2, #12]               @ for d5
        ldr         r6, [r1, #8]                @ for d1
        ldr         r7, [r1, #12]               @ for d1
        vldr        d4, [r2]                    @ b[0..1]
        vmov        d5, r4, r5                  @ b[2..3]
        ldr         r4, [r2, #16]               @ for d6
        ldr         r5, [r2, #20]               @ for d6
        vldr        d0, [r1]                    @ a[0..1]
        vmov        d1, r6, r7                  @ a[2..3]
        subs        r0, r0, #1                  @ the last round stands behind the loop
        beq         .Llast
.Lround:
@ cyclesim-begin sgemm_6x6_a53 ops=72
        vmla.f32    q4, q2, d0[0]               @   c[0][0..3] += a[0] * b[0..3]
        subs        r0, r0, #1                  @ + one round less
        vldr        d2, [r1, #16]               @   a[4..5]
        vmov        d6, r4, r5                  @ + b[4..5]
        vmla.f32    q5, q2, d0[1]               @   c[1][0..3] += a[1] * b[0..3]
        ldr         r4, [r2, #32]               @ + for d5
        vmla.f32    q6, q2, d1[0]               @   c[2][0..3] += a[2] * b[0..3]
        ldr         r5, [r2, #36]               @ + for d5
        vmla.f32    q7, q2, d1[1]               @   c[3][0..3] += a[3] * b[0..3]
        add         r2, r2, #24                 @ + next round of B
        vmla.f32    q8, q2, d2[0]               @   c[4][0..3] += a[4] * b[0..3]
        ldr         r6, [r1, #32]               @ + for d1
        vmla.f32    q9, q2, d2[1]               @   c[5][0..3] += a[5] * b[0..3]
        ldr         r7, [r1, #36]               @ + for d1
        vldr        d4, [r2]                    @   next b[0..1]
        vmov        d5, r4, r5                  @ + next b[2..3]
        vmla.f32    q10, q0, d6[0]              @   c[0..3][4] += a[0..3] * b[4]
        ldr         r4, [r2, #16]               @ + for d6
        vmla.f32    q11, q0, d6[1]              @   c[0..3][5] += a[0..3] * b[5]
        ldr         r5, [r2, #20]               @ + for d6
        vldr        d0, [r1, #24]               @   next a[0..1]
        vmov        d1, r6, r7                  @ + next a[2..3]
        vmla.f32    d24, d6, d2[0]              @   c[4][4..5] += a[4] * b[4..5]
        add         r1, r1, #24                 @ + next round of A
        vmla.f32    d25, d6, d2[1]              @   c[5][4..5] += a[5] * b[4..5]
        bne         .Lround                     @ + next round
@ cyclesim-end
.Llast:
        @ The last round: the same without loads for a next one
        vmla.f32    q4, q2, d0[0]               @ c[0][0..3] += a[0] * b[0..3]
        vldr        d2, [r1, #16]               @ a[4..5]
        vmov        d6, r4, r5                  @ b[4..5]
        vmla.f32    q5, q2, d0[1]               @ c[1][0..3] += a[1] * b[0..3]
        vmla.f32    q6, q2, d1[0]               @ c[2][0..3] += a[2] * b[0..3]
        vmla.f32    q7, q2, d1[1]               @ c[3][0..3] += a[3] * b[0..3]
        vmla.f32    q8, q2, d2[0]               @ c[4][0..3] += a[4] * b[0..3]
        vmla.f32    q9, q2, d2[1]               @ c[5][0..3] += a[5] * b[0..3]
        vmla.f32    q10, q0, d6[0]              @ c[0..3][4] += a[0..3] * b[4]
        vmla.f32    q11, q0, d6[1]              @ c[0..3][5] += a[0..3] * b[5]
        vmla.f32    d24, d6, d2[0]              @ c[4][4..5] += a[4] * b[4..5]
        vmla.f32    d25, d6, d2[1]              @ c[5][4..5] += a[5] * b[4..5]
        @ Store C and return
        ldr         r12, [sp, #80]              @ c_stride
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
        pop         {r4-r7}
        bx          lr
        .size   sgemm_6x6_a53, . - sgemm_6x6_a53
        .section .note.GNU-stack, "", %progbits
