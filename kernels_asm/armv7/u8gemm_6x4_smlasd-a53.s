@ U8GEMM 6x4 X 4x8 if NEON had a two-way dot product with 32-bit accumulation (the SMLASD of slide 16).
@ SPDX-License-Identifier: Apache-2.0
@
@ The instruction does not exist, so no assembler takes this file.
@ Each lane of the sum gains the dot product of two bytes.
@   vsmlasd.u8  Qd, Dn, Dm[x]: x counts pairs of bytes
@
@ void u8gemm_6x4_smlasd_a53(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
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
@   d0-d3   B: columns 0-3 and 4-7 of pair 0, then of pair 1, reloaded as soon as they are free
@   d4-d7   A, four elements a register: four registers take turns, of which three are in use
@   r4-r11  operands on their way to D registers
@
@ Schedule
@   A round is two steps: 48 multiplies and 14 loads in 7 pairs are 55 cycles, 27.5 a step.
@   A 64-bit load does not pair with a Q-form operation but does with a 64-bit move, so every second operand
@   comes by way of two general registers whose loads ride under multiplies, as loop control does.
@   A + marks what issues together with the line above it.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global u8gemm_6x4_smlasd_a53
        .type   u8gemm_6x4_smlasd_a53, %function
u8gemm_6x4_smlasd_a53:
        push        {r4-r11}
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
        vldr        d0, [r1]                    @ pair 0, rows 0-3
        vldr        d1, [r1, #8]                @ pair 0, rows 4-5; pair 1, rows 0-1
        vldr        d2, [r1, #16]               @ pair 1, rows 2-5
        add         r1, r1, #24                 @ next step of A
        vldr        d4, [r2]                    @ pair 0, columns 0..3
        vldr        d5, [r2, #8]                @ pair 0, columns 4..7
        vldr        d6, [r2, #16]               @ pair 1, columns 0..3
        vldr        d7, [r2, #24]               @ pair 1, columns 4..7
        add         r2, r2, #32                 @ next step of B
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
.Leven:
        lsrs        r0, r0, #1                  @ rounds of two steps
        beq         .Lstore
        @ Operands of the first round that the loop loads a round ahead
        ldr         r10, [r1, #16]              @ for d6
        ldr         r11, [r1, #20]              @ for d6
        vmov        d6, r10, r11                @ pair 1, rows 2-5 of A, step 0
        vldr        d0, [r2]                    @ pair 0, columns 0..3 of B, step 0
        ldr         r6, [r2, #8]                @ for d1
        ldr         r7, [r2, #12]               @ for d1
        vmov        d1, r6, r7                  @ pair 0, columns 4..7 of B, step 0
        vldr        d4, [r1]                    @ pair 0, rows 0-3 of A, step 0
        ldr         r8, [r1, #8]                @ for d5
        ldr         r9, [r1, #12]               @ for d5
        vmov        d5, r8, r9                  @ pair 0, rows 4-5; pair 1, rows 0-1, step 0
        ldr         r4, [r2, #24]               @ for d3
        ldr         r5, [r2, #28]               @ for d3
        subs        r0, r0, #1                  @ the last round stands behind the loop
        beq         .Llast
.Lround:
@ cyclesim-begin u8gemm_6x4_smlasd_a53 ops=768
        vsmlasd.u8  q4, d0, d4[0]               @   c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d1, d4[0]               @   c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vldr        d2, [r2, #16]               @   pair 1, columns 0..3 of B, step 0
        vmov        d3, r4, r5                  @ + pair 1, columns 4..7 of B, step 0
        vsmlasd.u8  q6, d0, d4[1]               @   c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d1, d4[1]               @   c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d0, d4[2]               @   c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d1, d4[2]               @   c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        ldr         r6, [r1, #40]               @ + for d7
        vsmlasd.u8  q10, d0, d4[3]              @   c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        ldr         r7, [r1, #44]               @ + for d7
        vsmlasd.u8  q11, d1, d4[3]              @   c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d0, d5[0]              @   c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d1, d5[0]              @   c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d0, d5[1]              @   c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        ldr         r8, [r2, #40]               @ + for d1
        vsmlasd.u8  q15, d1, d5[1]              @   c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        ldr         r9, [r2, #44]               @ + for d1
        vldr        d4, [r1, #24]               @   pair 0, rows 0-3 of A, step 1
        vmov        d7, r6, r7                  @ + pair 1, rows 2-5 of A, step 1
        vsmlasd.u8  q4, d2, d5[2]               @   c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d3, d5[2]               @   c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d2, d5[3]               @   c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d3, d5[3]               @   c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d2, d6[0]               @   c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vldr        d0, [r2, #32]               @   pair 0, columns 0..3 of B, step 1
        vmov        d1, r8, r9                  @ + pair 0, columns 4..7 of B, step 1
        vsmlasd.u8  q9, d3, d6[0]               @   c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d2, d6[1]              @   c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d3, d6[1]              @   c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d2, d6[2]              @   c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d3, d6[2]              @   c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        ldr         r10, [r1, #64]              @ + for d6
        vsmlasd.u8  q14, d2, d6[3]              @   c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        ldr         r11, [r1, #68]              @ + for d6
        vsmlasd.u8  q15, d3, d6[3]              @   c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        ldr         r4, [r2, #56]               @ + for d3
        vsmlasd.u8  q4, d0, d4[0]               @   c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        ldr         r5, [r2, #60]               @ + for d3
        vsmlasd.u8  q5, d1, d4[0]               @   c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d0, d4[1]               @   c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d1, d4[1]               @   c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vldr        d5, [r1, #32]               @   pair 0, rows 4-5; pair 1, rows 0-1, step 1
        vmov        d6, r10, r11                @ + next pair 1, rows 2-5 of A, step 0
        vsmlasd.u8  q8, d0, d4[2]               @   c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d1, d4[2]               @   c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        ldr         r6, [r2, #72]               @ + for d1
        vldr        d2, [r2, #48]               @   pair 1, columns 0..3 of B, step 1
        vmov        d3, r4, r5                  @ + pair 1, columns 4..7 of B, step 1
        vsmlasd.u8  q10, d0, d4[3]              @   c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        ldr         r7, [r2, #76]               @ + for d1
        vsmlasd.u8  q11, d1, d4[3]              @   c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d0, d5[0]              @   c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d1, d5[0]              @   c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d0, d5[1]              @   c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d1, d5[1]              @   c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        ldr         r8, [r1, #56]               @ + for d5
        vldr        d0, [r2, #64]               @   next pair 0, columns 0..3 of B, step 0
        vmov        d1, r6, r7                  @ + next pair 0, columns 4..7 of B, step 0
        vsmlasd.u8  q4, d2, d5[2]               @   c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        ldr         r9, [r1, #60]               @ + for d5
        vsmlasd.u8  q5, d3, d5[2]               @   c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d2, d5[3]               @   c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d3, d5[3]               @   c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d2, d7[0]               @   c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d3, d7[0]               @   c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vldr        d4, [r1, #48]               @   next pair 0, rows 0-3 of A, step 0
        vmov        d5, r8, r9                  @ + next pair 0, rows 4-5; pair 1, rows 0-1, step 0
        vsmlasd.u8  q10, d2, d7[1]              @   c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        add         r1, r1, #48                 @ + next round of A
        vsmlasd.u8  q11, d3, d7[1]              @   c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        ldr         r4, [r2, #88]               @ + for d3
        vsmlasd.u8  q12, d2, d7[2]              @   c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        ldr         r5, [r2, #92]               @ + for d3
        vsmlasd.u8  q13, d3, d7[2]              @   c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        add         r2, r2, #64                 @ + next round of B
        vsmlasd.u8  q14, d2, d7[3]              @   c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        subs        r0, r0, #1                  @ + one round less
        vsmlasd.u8  q15, d3, d7[3]              @   c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        bne         .Lround                     @ + next round
@ cyclesim-end
.Llast:
        @ The last round: the same without loads for a next one
        vsmlasd.u8  q4, d0, d4[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        vsmlasd.u8  q5, d1, d4[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vldr        d2, [r2, #16]               @ pair 1, columns 0..3 of B, step 0
        vmov        d3, r4, r5                  @ pair 1, columns 4..7 of B, step 0
        vsmlasd.u8  q6, d0, d4[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d1, d4[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vsmlasd.u8  q8, d0, d4[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d1, d4[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        ldr         r6, [r1, #40]               @ for d7
        vsmlasd.u8  q10, d0, d4[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        ldr         r7, [r1, #44]               @ for d7
        vsmlasd.u8  q11, d1, d4[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d0, d5[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d1, d5[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d0, d5[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        ldr         r8, [r2, #40]               @ for d1
        vsmlasd.u8  q15, d1, d5[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        ldr         r9, [r2, #44]               @ for d1
        vldr        d4, [r1, #24]               @ pair 0, rows 0-3 of A, step 1
        vmov        d7, r6, r7                  @ pair 1, rows 2-5 of A, step 1
        vsmlasd.u8  q4, d2, d5[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d3, d5[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d2, d5[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d3, d5[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d2, d6[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vldr        d0, [r2, #32]               @ pair 0, columns 0..3 of B, step 1
        vmov        d1, r8, r9                  @ pair 0, columns 4..7 of B, step 1
        vsmlasd.u8  q9, d3, d6[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d2, d6[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d3, d6[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d2, d6[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d3, d6[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d2, d6[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d3, d6[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        ldr         r4, [r2, #56]               @ for d3
        vsmlasd.u8  q4, d0, d4[0]               @ c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        ldr         r5, [r2, #60]               @ for d3
        vsmlasd.u8  q5, d1, d4[0]               @ c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        vsmlasd.u8  q6, d0, d4[1]               @ c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        vsmlasd.u8  q7, d1, d4[1]               @ c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        vldr        d5, [r1, #32]               @ pair 0, rows 4-5; pair 1, rows 0-1, step 1
        vsmlasd.u8  q8, d0, d4[2]               @ c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        vsmlasd.u8  q9, d1, d4[2]               @ c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        vldr        d2, [r2, #48]               @ pair 1, columns 0..3 of B, step 1
        vmov        d3, r4, r5                  @ pair 1, columns 4..7 of B, step 1
        vsmlasd.u8  q10, d0, d4[3]              @ c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        vsmlasd.u8  q11, d1, d4[3]              @ c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        vsmlasd.u8  q12, d0, d5[0]              @ c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        vsmlasd.u8  q13, d1, d5[0]              @ c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        vsmlasd.u8  q14, d0, d5[1]              @ c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        vsmlasd.u8  q15, d1, d5[1]              @ c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        vsmlasd.u8  q4, d2, d5[2]               @ c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        vsmlasd.u8  q5, d3, d5[2]               @ c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        vsmlasd.u8  q6, d2, d5[3]               @ c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        vsmlasd.u8  q7, d3, d5[3]               @ c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        vsmlasd.u8  q8, d2, d7[0]               @ c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        vsmlasd.u8  q9, d3, d7[0]               @ c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        vsmlasd.u8  q10, d2, d7[1]              @ c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        vsmlasd.u8  q11, d3, d7[1]              @ c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        vsmlasd.u8  q12, d2, d7[2]              @ c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        vsmlasd.u8  q13, d3, d7[2]              @ c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        vsmlasd.u8  q14, d2, d7[3]              @ c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        vsmlasd.u8  q15, d3, d7[3]              @ c[5][4..7] += a[5][2..3] * b[2..3][4..7]
.Lstore:
        @ Store C and return
        ldr         r12, [sp, #96]              @ c_stride
        vst1.32     {d8-d11}, [r3], r12         @ row 0
        vst1.32     {d12-d15}, [r3], r12        @ row 1
        vst1.32     {d16-d19}, [r3], r12        @ row 2
        vst1.32     {d20-d23}, [r3], r12        @ row 3
        vst1.32     {d24-d27}, [r3], r12        @ row 4
        vst1.32     {d28-d31}, [r3]             @ row 5
        vpop        {d8-d15}
        pop         {r4-r11}
        bx          lr
        .size   u8gemm_6x4_smlasd_a53, . - u8gemm_6x4_smlasd_a53
        .section .note.GNU-stack, "", %progbits
