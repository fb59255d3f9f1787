// SGEMM 6x8: C[6][8] = A[6][k] * B[k][8], single precision.
// SPDX-License-Identifier: Apache-2.0
//
// void sgemm_6x8(size_t k, const float *a, const float *b, float *c, size_t c_stride)
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
//   v16-v27  C, two registers a row
//   v0-v2    rows 0-5 of A, two a register
//   v4, v5   columns 0-3 and 4-7 of B
//
// Schedule
//   Operands first, then the multiplies row by row: the slide's order in AArch64 forms. The two 128-bit
//   loads stand for four of the slide's seven 64-bit ones.

        .arch   armv8-a
        .text
        .p2align 4
        .global sgemm_6x8
        .type   sgemm_6x8, %function
sgemm_6x8:
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
.Lstep:
// cyclesim-begin sgemm_6x8 ops=96
        ldr         d0, [x1]                    // a[0..1]
        ldr         d1, [x1, #8]                // a[2..3]
        ldr         d2, [x1, #16]               // a[4..5]
        add         x1, x1, #24                 // next step of A
        ldr         q4, [x2]                    // b[0..3]
        ldr         q5, [x2, #16]               // b[4..7]
        add         x2, x2, #32                 // next step of B
        fmla        v16.4s, v4.4s, v0.s[0]      // c[0][0..3] += a[0] * b[0..3]
        fmla        v17.4s, v5.4s, v0.s[0]      // c[0][4..7] += a[0] * b[4..7]
        fmla        v18.4s, v4.4s, v0.s[1]      // c[1][0..3] += a[1] * b[0..3]
        fmla        v19.4s, v5.4s, v0.s[1]      // c[1][4..7] += a[1] * b[4..7]
        fmla        v20.4s, v4.4s, v1.s[0]      // c[2][0..3] += a[2] * b[0..3]
        fmla        v21.4s, v5.4s, v1.s[0]      // c[2][4..7] += a[2] * b[4..7]
        fmla        v22.4s, v4.4s, v1.s[1]      // c[3][0..3] += a[3] * b[0..3]
        fmla        v23.4s, v5.4s, v1.s[1]      // c[3][4..7] += a[3] * b[4..7]
        fmla        v24.4s, v4.4s, v2.s[0]      // c[4][0..3] += a[4] * b[0..3]
        fmla        v25.4s, v5.4s, v2.s[0]      // c[4][4..7] += a[4] * b[4..7]
        fmla        v26.4s, v4.4s, v2.s[1]      // c[5][0..3] += a[5] * b[0..3]
        fmla        v27.4s, v5.4s, v2.s[1]      // c[5][4..7] += a[5] * b[4..7]
        subs        x0, x0, #1                  // one step less
        b.ne        .Lstep
// cyclesim-end
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
        .size   sgemm_6x8, . - sgemm_6x8
        .section .note.GNU-stack, "", %progbits
