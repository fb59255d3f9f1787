// SGEMM 6x6: C[6][6] = A[6][k] * B[k][6], single precision.
// SPDX-License-Identifier: Apache-2.0
//
// void sgemm_6x6_a53(size_t k, const float *a, const float *b, float *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step (one k) 6 floats, rows 0-5 of A.    24 bytes a step.
//   b: per step (one k) 6 floats, columns 0-5 of B. 24 bytes a step.
//
// Registers
//   v16-v21  rows 0-5 of C, columns 0-3
//   v22, v23 columns 4 and 5 of C, rows 0-3 (turned by ZIP at the end)
//   v24, v25 rows 4 and 5 of C, columns 4-5
//   v0, v1   rows 0-3 and 4-5 of A, step 0     v4, v5  the same, step 1
//   v2, v3   columns 0-3 and 4-5 of B, step 0  v6, v7  the same, step 1
//   x5, x6   operands on their way to vector registers
//
// Schedule
//   A round is two steps with operands of their own: 20 multiplies and 12 loads in 6 pairs are 26 cycles, 13 a step.
//   A 64-bit load does not pair with a multiply but does with a 64-bit move, so every second operand comes by way
//   of a general register, whose load rides under a multiply, as loop control does.
//   A + marks what issues together with the line above it.

        .arch   armv8-a
        .text
        .p2align 4
        .global sgemm_6x6_a53
        .type   sgemm_6x6_a53, %function
sgemm_6x6_a53:
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
        tbz         x0, #0, .Leven
        // An odd step by itself, in plain order
        ldr         q0, [x1]                    // a[0..3]
        ldr         d1, [x1, #16]               // a[4..5]
        add         x1, x1, #24                 // next step of A
        ldr         q2, [x2]                    // b[0..3]
        ldr         d3, [x2, #16]               // b[4..5]
        add         x2, x2, #24                 // next step of B
        fmla        v16.4s, v2.4s, v0.s[0]      // c[0][0..3] += a[0] * b[0..3]
        fmla        v17.4s, v2.4s, v0.s[1]      // c[1][0..3] += a[1] * b[0..3]
        fmla        v18.4s, v2.4s, v0.s[2]      // c[2][0..3] += a[2] * b[0..3]
        fmla        v19.4s, v2.4s, v0.s[3]      // c[3][0..3] += a[3] * b[0..3]
        fmla        v20.4s, v2.4s, v1.s[0]      // c[4][0..3] += a[4] * b[0..3]
        fmla        v21.4s, v2.4s, v1.s[1]      // c[5][0..3] += a[5] * b[0..3]
        fmla        v22.4s, v0.4s, v3.s[0]      // c[0..3][4] += a[0..3] * b[4]
        fmla        v23.4s, v0.4s, v3.s[1]      // c[0..3][5] += a[0..3] * b[5]
        fmla        v24.2s, v3.2s, v1.s[0]      // c[4][4..5] += a[4] * b[4..5]
        fmla        v25.2s, v3.2s, v1.s[1]      // c[5][4..5] += a[5] * b[4..5]
.Leven:
        lsr         x0, x0, #1                  // rounds of two steps
        cbz         x0, .Lstore
        // Operands of the first round that the loop loads a round ahead
        ldr         x5, [x1, #16]               // for d1
        ldr         x6, [x2, #8]                // for v2.d[1]
        ldr         d2, [x2]                    // b[0..1] of step 0
        fmov        d1, x5                      // a[4..5] of step 0
        ldr         x5, [x1, #8]                // for v0.d[1]
        ldr         d0, [x1]                    // a[0..1] of step 0
        ins         v2.d[1], x6                 // b[2..3] of step 0
        ldr         d3, [x2, #16]               // b[4..5] of step 0
        ins         v0.d[1], x5                 // a[2..3] of step 0
        ldr         x5, [x1, #40]               // for d5
        ldr         x6, [x2, #32]               // for v6.d[1]
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin sgemm_6x6_a53 ops=144
        ldr         d6, [x2, #24]               //   b[0..1] of step 1
        fmov        d5, x5                      // + a[4..5] of step 1
        fmla        v16.4s, v2.4s, v0.s[0]      //   c[0][0..3] += a[0] * b[0..3]
        fmla        v17.4s, v2.4s, v0.s[1]      //   c[1][0..3] += a[1] * b[0..3]
        fmla        v18.4s, v2.4s, v0.s[2]      //   c[2][0..3] += a[2] * b[0..3]
        ldr         x5, [x1, #32]               // + for v4.d[1]
        ldr         d4, [x1, #24]               //   a[0..1] of step 1
        ins         v6.d[1], x6                 // + b[2..3] of step 1
        fmla        v19.4s, v2.4s, v0.s[3]      //   c[3][0..3] += a[3] * b[0..3]
        fmla        v20.4s, v2.4s, v1.s[0]      //   c[4][0..3] += a[4] * b[0..3]
        fmla        v21.4s, v2.4s, v1.s[1]      //   c[5][0..3] += a[5] * b[0..3]
        ldr         d7, [x2, #40]               //   b[4..5] of step 1
        ins         v4.d[1], x5                 // + a[2..3] of step 1
        fmla        v22.4s, v0.4s, v3.s[0]      //   c[0..3][4] += a[0..3] * b[4]
        ldr         x5, [x1, #64]               // + for d1
        fmla        v24.2s, v3.2s, v1.s[0]      //   c[4][4..5] += a[4] * b[4..5]
        fmla        v23.4s, v0.4s, v3.s[1]      //   c[0..3][5] += a[0..3] * b[5]
        fmla        v25.2s, v3.2s, v1.s[1]      //   c[5][4..5] += a[5] * b[4..5]
        ldr         x6, [x2, #56]               // + for v2.d[1]
        ldr         d2, [x2, #48]               //   next b[0..1] of step 0
        fmov        d1, x5                      // + next a[4..5] of step 0
        fmla        v16.4s, v6.4s, v4.s[0]      //   c[0][0..3] += a[0] * b[0..3]
        fmla        v17.4s, v6.4s, v4.s[1]      //   c[1][0..3] += a[1] * b[0..3]
        fmla        v18.4s, v6.4s, v4.s[2]      //   c[2][0..3] += a[2] * b[0..3]
        ldr         x5, [x1, #56]               // + for v0.d[1]
        ldr         d0, [x1, #48]               //   next a[0..1] of step 0
        ins         v2.d[1], x6                 // + next b[2..3] of step 0
        fmla        v19.4s, v6.4s, v4.s[3]      //   c[3][0..3] += a[3] * b[0..3]
        fmla        v20.4s, v6.4s, v5.s[0]      //   c[4][0..3] += a[4] * b[0..3]
        add         x2, x2, #48                 // + next round of B
        fmla        v21.4s, v6.4s, v5.s[1]      //   c[5][0..3] += a[5] * b[0..3]
        subs        x0, x0, #1                  // + one round less
        ldr         d3, [x2, #16]               //   next b[4..5] of step 0
        ins         v0.d[1], x5                 // + next a[2..3] of step 0
        fmla        v22.4s, v4.4s, v7.s[0]      //   c[0..3][4] += a[0..3] * b[4]
        ldr         x5, [x1, #88]               // + for d5
        fmla        v24.2s, v7.2s, v5.s[0]      //   c[4][4..5] += a[4] * b[4..5]
        add         x1, x1, #48                 // + next round of A
        fmla        v23.4s, v4.4s, v7.s[1]      //   c[0..3][5] += a[0..3] * b[5]
        ldr         x6, [x2, #32]               // + for v6.d[1]
        fmla        v25.2s, v7.2s, v5.s[1]      //   c[5][4..5] += a[5] * b[4..5]
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        ldr         d6, [x2, #24]               // b[0..1] of step 1
        fmov        d5, x5                      // a[4..5] of step 1
        fmla        v16.4s, v2.4s, v0.s[0]      // c[0][0..3] += a[0] * b[0..3]
        fmla        v17.4s, v2.4s, v0.s[1]      // c[1][0..3] += a[1] * b[0..3]
        fmla        v18.4s, v2.4s, v0.s[2]      // c[2][0..3] += a[2] * b[0..3]
        ldr         x5, [x1, #32]               // for v4.d[1]
        ldr         d4, [x1, #24]               // a[0..1] of step 1
        ins         v6.d[1], x6                 // b[2..3] of step 1
        fmla        v19.4s, v2.4s, v0.s[3]      // c[3][0..3] += a[3] * b[0..3]
        fmla        v20.4s, v2.4s, v1.s[0]      // c[4][0..3] += a[4] * b[0..3]
        fmla        v21.4s, v2.4s, v1.s[1]      // c[5][0..3] += a[5] * b[0..3]
        ldr         d7, [x2, #40]               // b[4..5] of step 1
        ins         v4.d[1], x5                 // a[2..3] of step 1
        fmla        v22.4s, v0.4s, v3.s[0]      // c[0..3][4] += a[0..3] * b[4]
        fmla        v24.2s, v3.2s, v1.s[0]      // c[4][4..5] += a[4] * b[4..5]
        fmla        v23.4s, v0.4s, v3.s[1]      // c[0..3][5] += a[0..3] * b[5]
        fmla        v25.2s, v3.2s, v1.s[1]      // c[5][4..5] += a[5] * b[4..5]
        fmla        v16.4s, v6.4s, v4.s[0]      // c[0][0..3] += a[0] * b[0..3]
        fmla        v17.4s, v6.4s, v4.s[1]      // c[1][0..3] += a[1] * b[0..3]
        fmla        v18.4s, v6.4s, v4.s[2]      // c[2][0..3] += a[2] * b[0..3]
        fmla        v19.4s, v6.4s, v4.s[3]      // c[3][0..3] += a[3] * b[0..3]
        fmla        v20.4s, v6.4s, v5.s[0]      // c[4][0..3] += a[4] * b[0..3]
        fmla        v21.4s, v6.4s, v5.s[1]      // c[5][0..3] += a[5] * b[0..3]
        fmla        v22.4s, v4.4s, v7.s[0]      // c[0..3][4] += a[0..3] * b[4]
        fmla        v24.2s, v7.2s, v5.s[0]      // c[4][4..5] += a[4] * b[4..5]
        fmla        v23.4s, v4.4s, v7.s[1]      // c[0..3][5] += a[0..3] * b[5]
        fmla        v25.2s, v7.2s, v5.s[1]      // c[5][4..5] += a[5] * b[4..5]
.Lstore:
        // Store C and return
        zip1        v0.4s, v22.4s, v23.4s       // columns 4-5 of rows 0-1
        zip2        v2.4s, v22.4s, v23.4s       // columns 4-5 of rows 2-3
        mov         v1.d[0], v0.d[1]
        mov         v3.d[0], v2.d[1]
        str         q16, [x3]                   // row 0, columns 0-3
        str         d0, [x3, #16]               // row 0, columns 4-5
        add         x3, x3, x4
        str         q17, [x3]                   // row 1, columns 0-3
        str         d1, [x3, #16]               // row 1, columns 4-5
        add         x3, x3, x4
        str         q18, [x3]                   // row 2, columns 0-3
        str         d2, [x3, #16]               // row 2, columns 4-5
        add         x3, x3, x4
        str         q19, [x3]                   // row 3, columns 0-3
        str         d3, [x3, #16]               // row 3, columns 4-5
        add         x3, x3, x4
        str         q20, [x3]                   // row 4, columns 0-3
        str         d24, [x3, #16]              // row 4, columns 4-5
        add         x3, x3, x4
        str         q21, [x3]                   // row 5, columns 0-3
        str         d25, [x3, #16]              // row 5, columns 4-5
        ret
        .size   sgemm_6x6_a53, . - sgemm_6x6_a53
        .section .note.GNU-stack, "", %progbits
