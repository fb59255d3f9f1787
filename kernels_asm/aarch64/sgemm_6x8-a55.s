// SGEMM 6x8: C[6][8] = A[6][k] * B[k][8], single precision.
// SPDX-License-Identifier: Apache-2.0
//
// void sgemm_6x8_a55(size_t k, const float *a, const float *b, float *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step (one k) 6 floats, rows 0-5 of A.    24 bytes a step.
//   b: per step (one k) 8 floats, columns 0-7 of B. 32 bytes a step.
//
// Registers
//   v16-v27        C, two registers a row
//   v0-v2, v3, v4  rows 0-5 of A, two a register, and columns 0-3 and 4-7 of B, step 0
//   v5-v7, v28, v29  the same, step 1
//   x5, x6         operands on their way to vector registers
//
// Schedule
//   A round is two steps with operands of their own: 24 multiplies are 24 cycles, 12 a step.
//   A 64-bit load, a general load, a 64-bit move and loop control each ride under a multiply, so only the multiplies
//   count. A + marks what issues together with the line above it.

        .arch   armv8-a
        .text
        .p2align 4
        .global sgemm_6x8_a55
        .type   sgemm_6x8_a55, %function
sgemm_6x8_a55:
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
        ldr         d0, [x1]                    // a[0..1]
        ldr         d1, [x1, #8]                // a[2..3]
        ldr         d2, [x1, #16]               // a[4..5]
        add         x1, x1, #24                 // next step of A
        ldr         q3, [x2]                    // b[0..3]
        ldr         q4, [x2, #16]               // b[4..7]
        add         x2, x2, #32                 // next step of B
        fmla        v16.4s, v3.4s, v0.s[0]      // c[0][0..3] += a[0] * b[0..3]
        fmla        v18.4s, v3.4s, v0.s[1]      // c[1][0..3] += a[1] * b[0..3]
        fmla        v20.4s, v3.4s, v1.s[0]      // c[2][0..3] += a[2] * b[0..3]
        fmla        v22.4s, v3.4s, v1.s[1]      // c[3][0..3] += a[3] * b[0..3]
        fmla        v24.4s, v3.4s, v2.s[0]      // c[4][0..3] += a[4] * b[0..3]
        fmla        v26.4s, v3.4s, v2.s[1]      // c[5][0..3] += a[5] * b[0..3]
        fmla        v17.4s, v4.4s, v0.s[0]      // c[0][4..7] += a[0] * b[4..7]
        fmla        v19.4s, v4.4s, v0.s[1]      // c[1][4..7] += a[1] * b[4..7]
        fmla        v21.4s, v4.4s, v1.s[0]      // c[2][4..7] += a[2] * b[4..7]
        fmla        v23.4s, v4.4s, v1.s[1]      // c[3][4..7] += a[3] * b[4..7]
        fmla        v25.4s, v4.4s, v2.s[0]      // c[4][4..7] += a[4] * b[4..7]
        fmla        v27.4s, v4.4s, v2.s[1]      // c[5][4..7] += a[5] * b[4..7]
.Leven:
        lsr         x0, x0, #1                  // rounds of two steps
        cbz         x0, .Lstore
        // Operands of the first round that the loop loads a round ahead
        ldr         d3, [x2]                    // b[0..1] of step 0
        ldr         x5, [x2, #8]                // for v3.d[1]
        ldr         d0, [x1]                    // a[0..1] of step 0
        ldr         d4, [x2, #16]               // b[4..5] of step 0
        ldr         x6, [x2, #24]               // for v4.d[1]
        ins         v3.d[1], x5                 // b[2..3] of step 0
        ldr         d1, [x1, #8]                // a[2..3] of step 0
        ldr         d2, [x1, #16]               // a[4..5] of step 0
        ins         v4.d[1], x6                 // b[6..7] of step 0
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin sgemm_6x8_a55 ops=192
        fmla        v16.4s, v3.4s, v0.s[0]      //   c[0][0..3] += a[0] * b[0..3]
        ldr         d28, [x2, #32]              // + b[0..1] of step 1
        fmla        v18.4s, v3.4s, v0.s[1]      //   c[1][0..3] += a[1] * b[0..3]
        ldr         x5, [x2, #40]               // + for v28.d[1]
        fmla        v20.4s, v3.4s, v1.s[0]      //   c[2][0..3] += a[2] * b[0..3]
        ldr         d5, [x1, #24]               // + a[0..1] of step 1
        fmla        v22.4s, v3.4s, v1.s[1]      //   c[3][0..3] += a[3] * b[0..3]
        ldr         d29, [x2, #48]              // + b[4..5] of step 1
        fmla        v24.4s, v3.4s, v2.s[0]      //   c[4][0..3] += a[4] * b[0..3]
        ldr         x6, [x2, #56]               // + for v29.d[1]
        fmla        v26.4s, v3.4s, v2.s[1]      //   c[5][0..3] += a[5] * b[0..3]
        ins         v28.d[1], x5                // + b[2..3] of step 1
        fmla        v17.4s, v4.4s, v0.s[0]      //   c[0][4..7] += a[0] * b[4..7]
        ldr         d6, [x1, #32]               // + a[2..3] of step 1
        fmla        v19.4s, v4.4s, v0.s[1]      //   c[1][4..7] += a[1] * b[4..7]
        ldr         d7, [x1, #40]               // + a[4..5] of step 1
        fmla        v21.4s, v4.4s, v1.s[0]      //   c[2][4..7] += a[2] * b[4..7]
        ins         v29.d[1], x6                // + b[6..7] of step 1
        fmla        v23.4s, v4.4s, v1.s[1]      //   c[3][4..7] += a[3] * b[4..7]
        fmla        v25.4s, v4.4s, v2.s[0]      //   c[4][4..7] += a[4] * b[4..7]
        fmla        v27.4s, v4.4s, v2.s[1]      //   c[5][4..7] += a[5] * b[4..7]
        subs        x0, x0, #1                  // + one round less
        fmla        v16.4s, v28.4s, v5.s[0]     //   c[0][0..3] += a[0] * b[0..3]
        ldr         d3, [x2, #64]               // + next b[0..1] of step 0
        fmla        v18.4s, v28.4s, v5.s[1]     //   c[1][0..3] += a[1] * b[0..3]
        ldr         x5, [x2, #72]               // + for v3.d[1]
        fmla        v20.4s, v28.4s, v6.s[0]     //   c[2][0..3] += a[2] * b[0..3]
        ldr         d0, [x1, #48]               // + next a[0..1] of step 0
        fmla        v22.4s, v28.4s, v6.s[1]     //   c[3][0..3] += a[3] * b[0..3]
        ldr         d4, [x2, #80]               // + next b[4..5] of step 0
        fmla        v24.4s, v28.4s, v7.s[0]     //   c[4][0..3] += a[4] * b[0..3]
        ldr         x6, [x2, #88]               // + for v4.d[1]
        fmla        v26.4s, v28.4s, v7.s[1]     //   c[5][0..3] += a[5] * b[0..3]
        ins         v3.d[1], x5                 // + next b[2..3] of step 0
        fmla        v17.4s, v29.4s, v5.s[0]     //   c[0][4..7] += a[0] * b[4..7]
        ldr         d1, [x1, #56]               // + next a[2..3] of step 0
        fmla        v19.4s, v29.4s, v5.s[1]     //   c[1][4..7] += a[1] * b[4..7]
        ldr         d2, [x1, #64]               // + next a[4..5] of step 0
        fmla        v21.4s, v29.4s, v6.s[0]     //   c[2][4..7] += a[2] * b[4..7]
        ins         v4.d[1], x6                 // + next b[6..7] of step 0
        fmla        v23.4s, v29.4s, v6.s[1]     //   c[3][4..7] += a[3] * b[4..7]
        add         x2, x2, #64                 // + next round of B
        fmla        v25.4s, v29.4s, v7.s[0]     //   c[4][4..7] += a[4] * b[4..7]
        add         x1, x1, #48                 // + next round of A
        fmla        v27.4s, v29.4s, v7.s[1]     //   c[5][4..7] += a[5] * b[4..7]
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        fmla        v16.4s, v3.4s, v0.s[0]      // c[0][0..3] += a[0] * b[0..3]
        ldr         d28, [x2, #32]              // b[0..1] of step 1
        fmla        v18.4s, v3.4s, v0.s[1]      // c[1][0..3] += a[1] * b[0..3]
        ldr         x5, [x2, #40]               // for v28.d[1]
        fmla        v20.4s, v3.4s, v1.s[0]      // c[2][0..3] += a[2] * b[0..3]
        ldr         d5, [x1, #24]               // a[0..1] of step 1
        fmla        v22.4s, v3.4s, v1.s[1]      // c[3][0..3] += a[3] * b[0..3]
        ldr         d29, [x2, #48]              // b[4..5] of step 1
        fmla        v24.4s, v3.4s, v2.s[0]      // c[4][0..3] += a[4] * b[0..3]
        ldr         x6, [x2, #56]               // for v29.d[1]
        fmla        v26.4s, v3.4s, v2.s[1]      // c[5][0..3] += a[5] * b[0..3]
        ins         v28.d[1], x5                // b[2..3] of step 1
        fmla        v17.4s, v4.4s, v0.s[0]      // c[0][4..7] += a[0] * b[4..7]
        ldr         d6, [x1, #32]               // a[2..3] of step 1
        fmla        v19.4s, v4.4s, v0.s[1]      // c[1][4..7] += a[1] * b[4..7]
        ldr         d7, [x1, #40]               // a[4..5] of step 1
        fmla        v21.4s, v4.4s, v1.s[0]      // c[2][4..7] += a[2] * b[4..7]
        ins         v29.d[1], x6                // b[6..7] of step 1
        fmla        v23.4s, v4.4s, v1.s[1]      // c[3][4..7] += a[3] * b[4..7]
        fmla        v25.4s, v4.4s, v2.s[0]      // c[4][4..7] += a[4] * b[4..7]
        fmla        v27.4s, v4.4s, v2.s[1]      // c[5][4..7] += a[5] * b[4..7]
        fmla        v16.4s, v28.4s, v5.s[0]     // c[0][0..3] += a[0] * b[0..3]
        fmla        v18.4s, v28.4s, v5.s[1]     // c[1][0..3] += a[1] * b[0..3]
        fmla        v20.4s, v28.4s, v6.s[0]     // c[2][0..3] += a[2] * b[0..3]
        fmla        v22.4s, v28.4s, v6.s[1]     // c[3][0..3] += a[3] * b[0..3]
        fmla        v24.4s, v28.4s, v7.s[0]     // c[4][0..3] += a[4] * b[0..3]
        fmla        v26.4s, v28.4s, v7.s[1]     // c[5][0..3] += a[5] * b[0..3]
        fmla        v17.4s, v29.4s, v5.s[0]     // c[0][4..7] += a[0] * b[4..7]
        fmla        v19.4s, v29.4s, v5.s[1]     // c[1][4..7] += a[1] * b[4..7]
        fmla        v21.4s, v29.4s, v6.s[0]     // c[2][4..7] += a[2] * b[4..7]
        fmla        v23.4s, v29.4s, v6.s[1]     // c[3][4..7] += a[3] * b[4..7]
        fmla        v25.4s, v29.4s, v7.s[0]     // c[4][4..7] += a[4] * b[4..7]
        fmla        v27.4s, v29.4s, v7.s[1]     // c[5][4..7] += a[5] * b[4..7]
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
        .size   sgemm_6x8_a55, . - sgemm_6x8_a55
        .section .note.GNU-stack, "", %progbits
