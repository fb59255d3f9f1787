@ U8GEMM 6x4 X 4x8 if NEON had a four-way 8-bit dot product with 32-bit accumulation (DP4A).
@ SPDX-License-Identifier: Apache-2.0
@
@ The instruction does not exist, so no assembler takes this file.
@ Each lane of the sum gains the dot product of four bytes.
@   vdp4a.u8  Qd, Qn, Dm[x]: x counts groups of four bytes
@
@ void u8gemm_6x4_dp4a_a53(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
@   r0  k          number of steps, at least 1
@   r1  a          packed panel of A
@   r2  b          packed panel of B
@   r3  c          tile of C, row-major
@   [sp] c_stride  distance between rows of C in bytes
@
@ Packing
@   a: per step 6 rows of A, 4 consecutive depths each.    24 bytes a step.
@   b: per step 8 columns of B, 4 consecutive depths each. 32 bytes a step.
@
@ Registers
@   q4-q15  C, two Q a row
@   d0-d3   columns 0-3 (q0) and 4-7 (q1) of B, reloaded as soon as one is free
@   d4-d7   rows of A, two a register: four registers take turns, of which three are in use
@   r4-r11  operands on their way to D registers
@
@ Schedule
@   A round is two steps: 24 multiplies and 14 loads in 7 pairs are 31 cycles, 15.5 a step.
@   Columns 0-3 go first: q0 is free for the next step while q1 is still in use, so 8 D of operands suffice.
@   A 64-bit load does not pair with a Q-form operation but does with a 64-bit move, so every second operand
@   comes by way of two general registers whose loads ride under multiplies, as loop control does.
@   A + marks what issues together with the line above it.

        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .arm
        .text
        .p2align 4
        .global u8gemm_6x4_dp4a_a53
        .type   u8gemm_6x4_dp4a_a53, %function
u8gemm_6x4_dp4a_a53:
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
        vldr        d0, [r1]                    @ rows 0 and 1 of A
        vldr        d1, [r1, #8]                @ rows 2 and 3 of A
        vldr        d2, [r1, #16]               @ rows 4 and 5 of A
        add         r1, r1, #24                 @ next step of A
        vldr        d4, [r2]                    @ columns 0 and 1 of B
        vldr        d5, [r2, #8]                @ columns 2 and 3 of B
        vldr        d6, [r2, #16]               @ columns 4 and 5 of B
        vldr        d7, [r2, #24]               @ columns 6 and 7 of B
        add         r2, r2, #32                 @ next step of B
        vdp4a.u8    q4, q2, d0[0]               @ c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        vdp4a.u8    q5, q3, d0[0]               @ c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        vdp4a.u8    q6, q2, d0[1]               @ c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        vdp4a.u8    q7, q3, d0[1]               @ c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        vdp4a.u8    q8, q2, d1[0]               @ c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        vdp4a.u8    q9, q3, d1[0]               @ c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        vdp4a.u8    q10, q2, d1[1]              @ c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        vdp4a.u8    q11, q3, d1[1]              @ c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        vdp4a.u8    q12, q2, d2[0]              @ c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        vdp4a.u8    q13, q3, d2[0]              @ c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        vdp4a.u8    q14, q2, d2[1]              @ c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        vdp4a.u8    q15, q3, d2[1]              @ c[5][4..7] += a[5][0..3] * b[0..3][4..7]
.Leven:
        lsrs        r0, r0, #1                  @ rounds of two steps
        beq         .Lstore
        @ Operands of the first round that the loop loads a round ahead
        ldr         r10, [r1]                   @ for d4
        ldr         r11, [r1, #4]               @ for d4
        vmov        d4, r10, r11                @ rows 0 and 1 of A, step 0
        vldr        d0, [r2]                    @ columns 0 and 1 of B, step 0
        ldr         r6, [r2, #8]                @ for d1
        ldr         r7, [r2, #12]               @ for d1
        vmov        d1, r6, r7                  @ columns 2 and 3 of B, step 0
        vldr        d5, [r1, #8]                @ rows 2 and 3 of A, step 0
        ldr         r8, [r1, #16]               @ for d6
        ldr         r9, [r1, #20]               @ for d6
        vmov        d6, r8, r9                  @ rows 4 and 5 of A, step 0
        ldr         r4, [r2, #24]               @ for d3
        ldr         r5, [r2, #28]               @ for d3
        ldr         r6, [r1, #32]               @ for d6
        subs        r0, r0, #1                  @ the last round stands behind the loop
        beq         .Llast
.Lround:
@ cyclesim-begin u8gemm_6x4_dp4a_a53 ops=768
        vdp4a.u8    q4, q0, d4[0]               @   c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        ldr         r7, [r1, #36]               @ + for d6
        vdp4a.u8    q6, q0, d4[1]               @   c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        ldr         r8, [r2, #40]               @ + for d1
        vdp4a.u8    q8, q0, d5[0]               @   c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        ldr         r9, [r2, #44]               @ + for d1
        vdp4a.u8    q10, q0, d5[1]              @   c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        vldr        d2, [r2, #16]               @   columns 4 and 5 of B, step 0
        vmov        d3, r4, r5                  @ + columns 6 and 7 of B, step 0
        vdp4a.u8    q12, q0, d6[0]              @   c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        ldr         r10, [r1, #48]              @ + for d4
        vdp4a.u8    q14, q0, d6[1]              @   c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        ldr         r11, [r1, #52]              @ + for d4
        vdp4a.u8    q13, q1, d6[0]              @   c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        ldr         r4, [r2, #56]               @ + for d3
        vdp4a.u8    q15, q1, d6[1]              @   c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        ldr         r5, [r2, #60]               @ + for d3
        vldr        d7, [r1, #24]               @   rows 0 and 1 of A, step 1
        vmov        d6, r6, r7                  @ + rows 2 and 3 of A, step 1
        vdp4a.u8    q9, q1, d5[0]               @   c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        vldr        d0, [r2, #32]               @   columns 0 and 1 of B, step 1
        vmov        d1, r8, r9                  @ + columns 2 and 3 of B, step 1
        vdp4a.u8    q11, q1, d5[1]              @   c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        vdp4a.u8    q5, q1, d4[0]               @   c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        vdp4a.u8    q7, q1, d4[1]               @   c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        ldr         r6, [r2, #72]               @ + for d1
        vdp4a.u8    q4, q0, d7[0]               @   c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        ldr         r7, [r2, #76]               @ + for d1
        vldr        d5, [r1, #40]               @   rows 4 and 5 of A, step 1
        vmov        d4, r10, r11                @ + next rows 0 and 1 of A, step 0
        vdp4a.u8    q6, q0, d7[1]               @   c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        vldr        d2, [r2, #48]               @   columns 4 and 5 of B, step 1
        vmov        d3, r4, r5                  @ + columns 6 and 7 of B, step 1
        vdp4a.u8    q8, q0, d6[0]               @   c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        vdp4a.u8    q10, q0, d6[1]              @   c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        ldr         r8, [r1, #64]               @ + for d6
        vdp4a.u8    q12, q0, d5[0]              @   c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        ldr         r9, [r1, #68]               @ + for d6
        vdp4a.u8    q14, q0, d5[1]              @   c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        add         r1, r1, #48                 @ + next round of A
        vdp4a.u8    q13, q1, d5[0]              @   c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        add         r2, r2, #64                 @ + next round of B
        vldr        d0, [r2]                    @   next columns 0 and 1 of B, step 0
        vmov        d1, r6, r7                  @ + next columns 2 and 3 of B, step 0
        vdp4a.u8    q15, q1, d5[1]              @   c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        ldr         r4, [r2, #24]               @ + for d3
        vdp4a.u8    q9, q1, d6[0]               @   c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        ldr         r5, [r2, #28]               @ + for d3
        vdp4a.u8    q11, q1, d6[1]              @   c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        ldr         r6, [r1, #32]               @ + for d6
        vdp4a.u8    q5, q1, d7[0]               @   c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        subs        r0, r0, #1                  @ + one round less
        vldr        d5, [r1, #8]                @   next rows 2 and 3 of A, step 0
        vmov        d6, r8, r9                  @ + next rows 4 and 5 of A, step 0
        vdp4a.u8    q7, q1, d7[1]               @   c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        bne         .Lround                     @ + next round
@ cyclesim-end
.Llast:
        @ The last round: the same without loads for a next one
        vdp4a.u8    q4, q0, d4[0]               @ c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        ldr         r7, [r1, #36]               @ for d6
        vdp4a.u8    q6, q0, d4[1]               @ c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        ldr         r8, [r2, #40]               @ for d1
        vdp4a.u8    q8, q0, d5[0]               @ c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        ldr         r9, [r2, #44]               @ for d1
        vdp4a.u8    q10, q0, d5[1]              @ c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        vldr        d2, [r2, #16]               @ columns 4 and 5 of B, step 0
        vmov        d3, r4, r5                  @ columns 6 and 7 of B, step 0
        vdp4a.u8    q12, q0, d6[0]              @ c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        vdp4a.u8    q14, q0, d6[1]              @ c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        vdp4a.u8    q13, q1, d6[0]              @ c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        ldr         r4, [r2, #56]               @ for d3
        vdp4a.u8    q15, q1, d6[1]              @ c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        ldr         r5, [r2, #60]               @ for d3
        vldr        d7, [r1, #24]               @ rows 0 and 1 of A, step 1
        vmov        d6, r6, r7                  @ rows 2 and 3 of A, step 1
        vdp4a.u8    q9, q1, d5[0]               @ c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        vldr        d0, [r2, #32]               @ columns 0 and 1 of B, step 1
        vmov        d1, r8, r9                  @ columns 2 and 3 of B, step 1
        vdp4a.u8    q11, q1, d5[1]              @ c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        vdp4a.u8    q5, q1, d4[0]               @ c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        vdp4a.u8    q7, q1, d4[1]               @ c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        vdp4a.u8    q4, q0, d7[0]               @ c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        vldr        d5, [r1, #40]               @ rows 4 and 5 of A, step 1
        vdp4a.u8    q6, q0, d7[1]               @ c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        vldr        d2, [r2, #48]               @ columns 4 and 5 of B, step 1
        vmov        d3, r4, r5                  @ columns 6 and 7 of B, step 1
        vdp4a.u8    q8, q0, d6[0]               @ c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        vdp4a.u8    q10, q0, d6[1]              @ c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        vdp4a.u8    q12, q0, d5[0]              @ c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        vdp4a.u8    q14, q0, d5[1]              @ c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        vdp4a.u8    q13, q1, d5[0]              @ c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        vdp4a.u8    q15, q1, d5[1]              @ c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        vdp4a.u8    q9, q1, d6[0]               @ c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        vdp4a.u8    q11, q1, d6[1]              @ c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        vdp4a.u8    q5, q1, d7[0]               @ c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        vdp4a.u8    q7, q1, d7[1]               @ c[1][4..7] += a[1][0..3] * b[0..3][4..7]
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
        .size   u8gemm_6x4_dp4a_a53, . - u8gemm_6x4_dp4a_a53
        .section .note.GNU-stack, "", %progbits
