@ SGEMM 6x8: C[6][8] = A[6][k] * B[k][8], single precision.
@ SPDX-License-Identifier: Apache-2.0
@
@ void sgemm_6x8_a53(size_t k, const float *a, const float *b, float *c, size_t c_stride)
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
@   r4-r7   operands on their way to D registers
@
@ Schedule
@   Four blocks of one load cycle and three multiplies, 16 cycles a step. A 64-bit load does not pair with
@   a multiply but does with a 64-bit move, so every second operand comes by way of two general registers,
@   whose loads ride under multiplies, as loop control does. Seven loads leave one without a partner.
@   Columns 0-3 go first: q2 is free for the next step while q3 is still in use, so 4 Q of operands suffice.
@   A + marks what issues together with the line above it.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global sgemm_6x8_a53
        .type   sgemm_6x8_a53, %function
sgemm_6x8_a53:
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
        vmov.i32    q13, #0
        vmov.i32    q14, #0
        vmov.i32    q15, #0
        @ Operands of the first round that the loop loads a round ahead
        ldr         r4, [r2, #8]                @ for d5
        ldr         r5, [r2, #12]               @ for d5
        vldr        d4, [r2]                    @ b[0..1]
        vmov        d5, r4, r5                  @ b[2..3]
        ldr         r4, [r1, #16]               @ for d2
        ldr         r5, [r1, #20]               @ for d2
        vldr        d0, [r1]                    @ a[0..1]
        ldr         r6, [r2, #24]               @ for d7
        ldr         r7, [r2, #28]               @ for d7
        subs        r0, r0, #1                  @ the last round stands behind the loop
        beq         .Llast
.Lround:
@ cyclesim-begin sgemm_6x8_a53 ops=96
        vldr        d1, [r1, #8]                @   a[2..3]
        vmov        d2, r4, r5                  @ + a[4..5]
        vmla.f32    q4, q2, d0[0]               @   c[0][0..3] += a[0] * b[0..3]
        vmla.f32    q6, q2, d0[1]               @   c[1][0..3] += a[1] * b[0..3]
        ldr         r4, [r2, #40]               @ + for d5
        vmla.f32    q8, q2, d1[0]               @   c[2][0..3] += a[2] * b[0..3]
        ldr         r5, [r2, #44]               @ + for d5
        vldr        d6, [r2, #16]               @   b[4..5]
        vmov        d7, r6, r7                  @ + b[6..7]
        vmla.f32    q10, q2, d1[1]              @   c[3][0..3] += a[3] * b[0..3]
        vmla.f32    q12, q2, d2[0]              @   c[4][0..3] += a[4] * b[0..3]
        subs        r0, r0, #1                  @ + one round less
        vmla.f32    q14, q2, d2[1]              @   c[5][0..3] += a[5] * b[0..3]
        add         r1, r1, #24                 @ + next round of A
        vldr        d4, [r2, #32]               @   next b[0..1]
        vmov        d5, r4, r5                  @ + next b[2..3]
        vmla.f32    q5, q3, d0[0]               @   c[0][4..7] += a[0] * b[4..7]
        add         r2, r2, #32                 @ + next round of B
        vmla.f32    q7, q3, d0[1]               @   c[1][4..7] += a[1] * b[4..7]
        ldr         r4, [r1, #16]               @ + for d2
        vmla.f32    q9, q3, d1[0]               @   c[2][4..7] += a[2] * b[4..7]
        ldr         r5, [r1, #20]               @ + for d2
        vldr        d0, [r1]                    @   next a[0..1]
        vmla.f32    q11, q3, d1[1]              @   c[3][4..7] += a[3] * b[4..7]
        ldr         r6, [r2, #24]               @ + for d7
        vmla.f32    q13, q3, d2[0]              @   c[4][4..7] += a[4] * b[4..7]
        ldr         r7, [r2, #28]               @ + for d7
        vmla.f32    q15, q3, d2[1]              @   c[5][4..7] += a[5] * b[4..7]
        bne         .Lround                     @ + next round
@ cyclesim-end
.Llast:
        @ The last round: the same without loads for a next one
        vldr        d1, [r1, #8]                @ a[2..3]
        vmov        d2, r4, r5                  @ a[4..5]
        vmla.f32    q4, q2, d0[0]               @ c[0][0..3] += a[0] * b[0..3]
        vmla.f32    q6, q2, d0[1]               @ c[1][0..3] += a[1] * b[0..3]
        vmla.f32    q8, q2, d1[0]               @ c[2][0..3] += a[2] * b[0..3]
        vldr        d6, [r2, #16]               @ b[4..5]
        vmov        d7, r6, r7                  @ b[6..7]
        vmla.f32    q10, q2, d1[1]              @ c[3][0..3] += a[3] * b[0..3]
        vmla.f32    q12, q2, d2[0]              @ c[4][0..3] += a[4] * b[0..3]
        vmla.f32    q14, q2, d2[1]              @ c[5][0..3] += a[5] * b[0..3]
        vmla.f32    q5, q3, d0[0]               @ c[0][4..7] += a[0] * b[4..7]
        vmla.f32    q7, q3, d0[1]               @ c[1][4..7] += a[1] * b[4..7]
        vmla.f32    q9, q3, d1[0]               @ c[2][4..7] += a[2] * b[4..7]
        vmla.f32    q11, q3, d1[1]              @ c[3][4..7] += a[3] * b[4..7]
        vmla.f32    q13, q3, d2[0]              @ c[4][4..7] += a[4] * b[4..7]
        vmla.f32    q15, q3, d2[1]              @ c[5][4..7] += a[5] * b[4..7]
        @ Store C and return
        ldr         r12, [sp, #80]              @ c_stride
        vst1.32     {d8-d11}, [r3], r12         @ row 0
        vst1.32     {d12-d15}, [r3], r12        @ row 1
        vst1.32     {d16-d19}, [r3], r12        @ row 2
        vst1.32     {d20-d23}, [r3], r12        @ row 3
        vst1.32     {d24-d27}, [r3], r12        @ row 4
        vst1.32     {d28-d31}, [r3]             @ row 5
        vpop        {d8-d15}
        pop         {r4-r7}
        bx          lr
        .size   sgemm_6x8_a53, . - sgemm_6x8_a53
        .section .note.GNU-stack, "", %progbits
