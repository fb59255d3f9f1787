// U8GEMM 6x4 X 4x8 if NEON had a two-way dot product with 32-bit accumulation (the SMLASD of slide 16).
// SPDX-License-Identifier: Apache-2.0
//
// The instruction does not exist, so no assembler takes this file.
// Each lane of the sum gains the dot product of two bytes.
//   usmlasd  Vd.4s, Vn.8b, Vm.2b[x]: x counts pairs of bytes
//
// void u8gemm_6x4_smlasd_a53(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step 2 pairs of depths, in each 6 rows of A of 2 bytes.    24 bytes a step.
//   b: per step 2 pairs of depths, in each 8 columns of B of 2 bytes. 32 bytes a step.
//
// Registers
//   v16-v27  C, two registers a row
//   v0-v2    A of both steps, eight elements a register
//   v4-v7    B: columns 0-3 and 4-7 of pair 0, then of pair 1, reloaded as soon as they are free
//   x5-x7, x9  operands on their way to vector registers
//
// Schedule
//   A round is two steps: 48 multiplies and 14 loads in 7 pairs are 55 cycles, 27.5 a step.
//   A 64-bit load does not pair with a Q-form operation but does with a 64-bit move, so every second operand
//   comes by way of a general register whose load rides under multiplies, as loop control does.
//   A + marks what issues together with the line above it.

        .arch   armv8-a
        .text
        .p2align 4
        .global u8gemm_6x4_smlasd_a53
        .type   u8gemm_6x4_smlasd_a53, %function
u8gemm_6x4_smlasd_a53:
        // C starts from zero
        movi        v16.4s, #0
        movi        v17.4s, #0
        movi        v18.4s, #0
        movi        v19.4s, #0
        movi        v20.4s, #0
        movi        v21.4s, #0
        movi        v22.4s, #0
        movi        v23.4s, #0
        movi        v24.4s, #0
        movi        v25.4s, #0
        movi        v26.4s, #0
        movi        v27.4s, #0
        tbz         x0, #0, .Leven
        // An odd step by itself, in plain order
        ldr         d0, [x1]                    // pair 0, rows 0-3
        ldr         d1, [x1, #8]                // pair 0, rows 4-5; pair 1, rows 0-1
        ldr         d2, [x1, #16]               // pair 1, rows 2-5
        add         x1, x1, #24                 // next step of A
        ldr         d4, [x2]                    // pair 0, columns 0..3
        ldr         d5, [x2, #8]                // pair 0, columns 4..7
        ldr         d6, [x2, #16]               // pair 1, columns 0..3
        ldr         d7, [x2, #24]               // pair 1, columns 4..7
        add         x2, x2, #32                 // next step of B
        usmlasd     v16.4s, v4.8b, v0.2b[0]     // c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        usmlasd     v17.4s, v5.8b, v0.2b[0]     // c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        usmlasd     v18.4s, v4.8b, v0.2b[1]     // c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        usmlasd     v19.4s, v5.8b, v0.2b[1]     // c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        usmlasd     v20.4s, v4.8b, v0.2b[2]     // c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        usmlasd     v21.4s, v5.8b, v0.2b[2]     // c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        usmlasd     v22.4s, v4.8b, v0.2b[3]     // c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        usmlasd     v23.4s, v5.8b, v0.2b[3]     // c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        usmlasd     v24.4s, v4.8b, v1.2b[0]     // c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        usmlasd     v25.4s, v5.8b, v1.2b[0]     // c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        usmlasd     v26.4s, v4.8b, v1.2b[1]     // c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        usmlasd     v27.4s, v5.8b, v1.2b[1]     // c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        usmlasd     v16.4s, v6.8b, v1.2b[2]     // c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        usmlasd     v17.4s, v7.8b, v1.2b[2]     // c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        usmlasd     v18.4s, v6.8b, v1.2b[3]     // c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        usmlasd     v19.4s, v7.8b, v1.2b[3]     // c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        usmlasd     v20.4s, v6.8b, v2.2b[0]     // c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        usmlasd     v21.4s, v7.8b, v2.2b[0]     // c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        usmlasd     v22.4s, v6.8b, v2.2b[1]     // c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        usmlasd     v23.4s, v7.8b, v2.2b[1]     // c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        usmlasd     v24.4s, v6.8b, v2.2b[2]     // c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        usmlasd     v25.4s, v7.8b, v2.2b[2]     // c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        usmlasd     v26.4s, v6.8b, v2.2b[3]     // c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        usmlasd     v27.4s, v7.8b, v2.2b[3]     // c[5][4..7] += a[5][2..3] * b[2..3][4..7]
.Leven:
        lsr         x0, x0, #1                  // rounds of two steps
        cbz         x0, .Lstore
        // Operands of the first round that the loop loads a round ahead
        ldr         d0, [x1]                    // pair 0, rows 0-3 of A, step 0
        ldr         d1, [x1, #16]               // pair 1, rows 2-5 of A, step 0
        ldr         x7, [x1, #8]                // for v0.d[1]
        ins         v0.d[1], x7                 // pair 0, rows 4-5; pair 1, rows 0-1, step 0
        ldr         d4, [x2]                    // pair 0, columns 0..3 of B, step 0
        ldr         x9, [x2, #8]                // for d5
        fmov        d5, x9                      // pair 0, columns 4..7 of B, step 0
        ldr         x5, [x1, #24]               // for v1.d[1]
        ldr         x6, [x2, #24]               // for d7
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin u8gemm_6x4_smlasd_a53 ops=768
        usmlasd     v16.4s, v4.8b, v0.2b[0]     //   c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        usmlasd     v17.4s, v5.8b, v0.2b[0]     //   c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        usmlasd     v18.4s, v4.8b, v0.2b[1]     //   c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        ldr         d2, [x1, #32]               //   pair 0, rows 4-5; pair 1, rows 0-1, step 1
        ins         v1.d[1], x5                 // + pair 0, rows 0-3 of A, step 1
        usmlasd     v19.4s, v5.8b, v0.2b[1]     //   c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        ldr         d6, [x2, #16]               //   pair 1, columns 0..3 of B, step 0
        fmov        d7, x6                      // + pair 1, columns 4..7 of B, step 0
        usmlasd     v20.4s, v4.8b, v0.2b[2]     //   c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        usmlasd     v21.4s, v5.8b, v0.2b[2]     //   c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        usmlasd     v22.4s, v4.8b, v0.2b[3]     //   c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        usmlasd     v23.4s, v5.8b, v0.2b[3]     //   c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        usmlasd     v24.4s, v4.8b, v0.2b[4]     //   c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        usmlasd     v25.4s, v5.8b, v0.2b[4]     //   c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        usmlasd     v26.4s, v4.8b, v0.2b[5]     //   c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        ldr         x7, [x2, #40]               // + for d5
        usmlasd     v27.4s, v5.8b, v0.2b[5]     //   c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        usmlasd     v16.4s, v6.8b, v0.2b[6]     //   c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        usmlasd     v17.4s, v7.8b, v0.2b[6]     //   c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        usmlasd     v18.4s, v6.8b, v0.2b[7]     //   c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        ldr         d4, [x2, #32]               //   pair 0, columns 0..3 of B, step 1
        fmov        d5, x7                      // + pair 0, columns 4..7 of B, step 1
        usmlasd     v19.4s, v7.8b, v0.2b[7]     //   c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        usmlasd     v20.4s, v6.8b, v1.2b[0]     //   c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        ldr         x5, [x1, #40]               // + for v2.d[1]
        usmlasd     v21.4s, v7.8b, v1.2b[0]     //   c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        usmlasd     v22.4s, v6.8b, v1.2b[1]     //   c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        usmlasd     v23.4s, v7.8b, v1.2b[1]     //   c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        usmlasd     v24.4s, v6.8b, v1.2b[2]     //   c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        ldr         d0, [x1, #48]               //   next pair 0, rows 0-3 of A, step 0
        ins         v2.d[1], x5                 // + pair 1, rows 2-5 of A, step 1
        usmlasd     v25.4s, v7.8b, v1.2b[2]     //   c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        usmlasd     v26.4s, v6.8b, v1.2b[3]     //   c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        ldr         x6, [x2, #56]               // + for d7
        usmlasd     v27.4s, v7.8b, v1.2b[3]     //   c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        usmlasd     v16.4s, v4.8b, v1.2b[4]     //   c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        usmlasd     v17.4s, v5.8b, v1.2b[4]     //   c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        usmlasd     v18.4s, v4.8b, v1.2b[5]     //   c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        ldr         d6, [x2, #48]               //   pair 1, columns 0..3 of B, step 1
        fmov        d7, x6                      // + pair 1, columns 4..7 of B, step 1
        usmlasd     v19.4s, v5.8b, v1.2b[5]     //   c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        usmlasd     v20.4s, v4.8b, v1.2b[6]     //   c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        usmlasd     v21.4s, v5.8b, v1.2b[6]     //   c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        usmlasd     v22.4s, v4.8b, v1.2b[7]     //   c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        usmlasd     v23.4s, v5.8b, v1.2b[7]     //   c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        usmlasd     v24.4s, v4.8b, v2.2b[0]     //   c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        ldr         x7, [x1, #56]               // + for v0.d[1]
        usmlasd     v25.4s, v5.8b, v2.2b[0]     //   c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        usmlasd     v26.4s, v4.8b, v2.2b[1]     //   c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        ldr         x9, [x2, #72]               // + for d5
        usmlasd     v27.4s, v5.8b, v2.2b[1]     //   c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        usmlasd     v16.4s, v6.8b, v2.2b[2]     //   c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        ldr         d1, [x1, #64]               //   next pair 1, rows 2-5 of A, step 0
        ins         v0.d[1], x7                 // + next pair 0, rows 4-5; pair 1, rows 0-1, step 0
        usmlasd     v17.4s, v7.8b, v2.2b[2]     //   c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        usmlasd     v18.4s, v6.8b, v2.2b[3]     //   c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        ldr         d4, [x2, #64]               //   next pair 0, columns 0..3 of B, step 0
        fmov        d5, x9                      // + next pair 0, columns 4..7 of B, step 0
        usmlasd     v19.4s, v7.8b, v2.2b[3]     //   c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        usmlasd     v20.4s, v6.8b, v2.2b[4]     //   c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        usmlasd     v21.4s, v7.8b, v2.2b[4]     //   c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        usmlasd     v22.4s, v6.8b, v2.2b[5]     //   c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        add         x1, x1, #48                 // + next round of A
        usmlasd     v23.4s, v7.8b, v2.2b[5]     //   c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        add         x2, x2, #64                 // + next round of B
        usmlasd     v24.4s, v6.8b, v2.2b[6]     //   c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        ldr         x5, [x1, #24]               // + for v1.d[1]
        usmlasd     v25.4s, v7.8b, v2.2b[6]     //   c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        ldr         x6, [x2, #24]               // + for d7
        usmlasd     v26.4s, v6.8b, v2.2b[7]     //   c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        subs        x0, x0, #1                  // + one round less
        usmlasd     v27.4s, v7.8b, v2.2b[7]     //   c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        usmlasd     v16.4s, v4.8b, v0.2b[0]     // c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        usmlasd     v17.4s, v5.8b, v0.2b[0]     // c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        usmlasd     v18.4s, v4.8b, v0.2b[1]     // c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        ldr         d2, [x1, #32]               // pair 0, rows 4-5; pair 1, rows 0-1, step 1
        ins         v1.d[1], x5                 // pair 0, rows 0-3 of A, step 1
        usmlasd     v19.4s, v5.8b, v0.2b[1]     // c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        ldr         d6, [x2, #16]               // pair 1, columns 0..3 of B, step 0
        fmov        d7, x6                      // pair 1, columns 4..7 of B, step 0
        usmlasd     v20.4s, v4.8b, v0.2b[2]     // c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        usmlasd     v21.4s, v5.8b, v0.2b[2]     // c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        usmlasd     v22.4s, v4.8b, v0.2b[3]     // c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        usmlasd     v23.4s, v5.8b, v0.2b[3]     // c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        usmlasd     v24.4s, v4.8b, v0.2b[4]     // c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        usmlasd     v25.4s, v5.8b, v0.2b[4]     // c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        usmlasd     v26.4s, v4.8b, v0.2b[5]     // c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        ldr         x7, [x2, #40]               // for d5
        usmlasd     v27.4s, v5.8b, v0.2b[5]     // c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        usmlasd     v16.4s, v6.8b, v0.2b[6]     // c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        usmlasd     v17.4s, v7.8b, v0.2b[6]     // c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        usmlasd     v18.4s, v6.8b, v0.2b[7]     // c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        ldr         d4, [x2, #32]               // pair 0, columns 0..3 of B, step 1
        fmov        d5, x7                      // pair 0, columns 4..7 of B, step 1
        usmlasd     v19.4s, v7.8b, v0.2b[7]     // c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        usmlasd     v20.4s, v6.8b, v1.2b[0]     // c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        ldr         x5, [x1, #40]               // for v2.d[1]
        usmlasd     v21.4s, v7.8b, v1.2b[0]     // c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        usmlasd     v22.4s, v6.8b, v1.2b[1]     // c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        usmlasd     v23.4s, v7.8b, v1.2b[1]     // c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        usmlasd     v24.4s, v6.8b, v1.2b[2]     // c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        ins         v2.d[1], x5                 // pair 1, rows 2-5 of A, step 1
        usmlasd     v25.4s, v7.8b, v1.2b[2]     // c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        usmlasd     v26.4s, v6.8b, v1.2b[3]     // c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        ldr         x6, [x2, #56]               // for d7
        usmlasd     v27.4s, v7.8b, v1.2b[3]     // c[5][4..7] += a[5][2..3] * b[2..3][4..7]
        usmlasd     v16.4s, v4.8b, v1.2b[4]     // c[0][0..3] += a[0][0..1] * b[0..1][0..3]
        usmlasd     v17.4s, v5.8b, v1.2b[4]     // c[0][4..7] += a[0][0..1] * b[0..1][4..7]
        usmlasd     v18.4s, v4.8b, v1.2b[5]     // c[1][0..3] += a[1][0..1] * b[0..1][0..3]
        ldr         d6, [x2, #48]               // pair 1, columns 0..3 of B, step 1
        fmov        d7, x6                      // pair 1, columns 4..7 of B, step 1
        usmlasd     v19.4s, v5.8b, v1.2b[5]     // c[1][4..7] += a[1][0..1] * b[0..1][4..7]
        usmlasd     v20.4s, v4.8b, v1.2b[6]     // c[2][0..3] += a[2][0..1] * b[0..1][0..3]
        usmlasd     v21.4s, v5.8b, v1.2b[6]     // c[2][4..7] += a[2][0..1] * b[0..1][4..7]
        usmlasd     v22.4s, v4.8b, v1.2b[7]     // c[3][0..3] += a[3][0..1] * b[0..1][0..3]
        usmlasd     v23.4s, v5.8b, v1.2b[7]     // c[3][4..7] += a[3][0..1] * b[0..1][4..7]
        usmlasd     v24.4s, v4.8b, v2.2b[0]     // c[4][0..3] += a[4][0..1] * b[0..1][0..3]
        usmlasd     v25.4s, v5.8b, v2.2b[0]     // c[4][4..7] += a[4][0..1] * b[0..1][4..7]
        usmlasd     v26.4s, v4.8b, v2.2b[1]     // c[5][0..3] += a[5][0..1] * b[0..1][0..3]
        usmlasd     v27.4s, v5.8b, v2.2b[1]     // c[5][4..7] += a[5][0..1] * b[0..1][4..7]
        usmlasd     v16.4s, v6.8b, v2.2b[2]     // c[0][0..3] += a[0][2..3] * b[2..3][0..3]
        usmlasd     v17.4s, v7.8b, v2.2b[2]     // c[0][4..7] += a[0][2..3] * b[2..3][4..7]
        usmlasd     v18.4s, v6.8b, v2.2b[3]     // c[1][0..3] += a[1][2..3] * b[2..3][0..3]
        usmlasd     v19.4s, v7.8b, v2.2b[3]     // c[1][4..7] += a[1][2..3] * b[2..3][4..7]
        usmlasd     v20.4s, v6.8b, v2.2b[4]     // c[2][0..3] += a[2][2..3] * b[2..3][0..3]
        usmlasd     v21.4s, v7.8b, v2.2b[4]     // c[2][4..7] += a[2][2..3] * b[2..3][4..7]
        usmlasd     v22.4s, v6.8b, v2.2b[5]     // c[3][0..3] += a[3][2..3] * b[2..3][0..3]
        usmlasd     v23.4s, v7.8b, v2.2b[5]     // c[3][4..7] += a[3][2..3] * b[2..3][4..7]
        usmlasd     v24.4s, v6.8b, v2.2b[6]     // c[4][0..3] += a[4][2..3] * b[2..3][0..3]
        usmlasd     v25.4s, v7.8b, v2.2b[6]     // c[4][4..7] += a[4][2..3] * b[2..3][4..7]
        usmlasd     v26.4s, v6.8b, v2.2b[7]     // c[5][0..3] += a[5][2..3] * b[2..3][0..3]
        usmlasd     v27.4s, v7.8b, v2.2b[7]     // c[5][4..7] += a[5][2..3] * b[2..3][4..7]
.Lstore:
        // Store C and return
        stp         q16, q17, [x3]              // row 0
        add         x3, x3, x4
        stp         q18, q19, [x3]              // row 1
        add         x3, x3, x4
        stp         q20, q21, [x3]              // row 2
        add         x3, x3, x4
        stp         q22, q23, [x3]              // row 3
        add         x3, x3, x4
        stp         q24, q25, [x3]              // row 4
        add         x3, x3, x4
        stp         q26, q27, [x3]              // row 5
        ret
        .size   u8gemm_6x4_smlasd_a53, . - u8gemm_6x4_smlasd_a53
        .section .note.GNU-stack, "", %progbits
