// I8GEMM 4x16 X 16x2: C[4][2] = A[4][16k] * B[16k][2], signed bytes, 32-bit sums.
// SPDX-License-Identifier: Apache-2.0
//
// void i8gemm_4x16(size_t k, const int8_t *a, const int8_t *b, int32_t *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step 4 rows of A, 16 consecutive depths each.    64 bytes a step. -128 is allowed.
//   b: per step 2 columns of B, 16 consecutive depths each. 32 bytes a step, -127 to 127:
//      two products of -128 * -128 would not fit the 16-bit intermediate sum.
//
// Registers
//   v16-v23  C, four partial sums for each of 4 x 2 elements
//   v0-v7    rows 0-3 of A, two registers each
//   v24-v27  columns 0-1 of B, two registers each
//   v28, v29 16-bit sums of two products
//
// Schedule
//   Operands first, then element by element multiply, multiply-accumulate, pairwise addition: the slide's
//   order in AArch64 forms.

        .arch   armv8-a
        .text
        .p2align 4
        .global i8gemm_4x16
        .type   i8gemm_4x16, %function
i8gemm_4x16:
        // C starts from zero
        movi        v16.4s, #0
        movi        v17.4s, #0
        movi        v18.4s, #0
        movi        v19.4s, #0
        movi        v20.4s, #0
        movi        v21.4s, #0
        movi        v22.4s, #0
        movi        v23.4s, #0
.Lstep:
// cyclesim-begin i8gemm_4x16 ops=256
        ldr         d0, [x1]                    // a[0][0..7]
        ldr         d1, [x1, #8]                // a[0][8..15]
        ldr         d2, [x1, #16]               // a[1][0..7]
        ldr         d3, [x1, #24]               // a[1][8..15]
        ldr         d4, [x1, #32]               // a[2][0..7]
        ldr         d5, [x1, #40]               // a[2][8..15]
        ldr         d6, [x1, #48]               // a[3][0..7]
        ldr         d7, [x1, #56]               // a[3][8..15]
        add         x1, x1, #64                 // next step of A
        ldr         d24, [x2]                   // b[0][0..7]
        ldr         d25, [x2, #8]               // b[0][8..15]
        ldr         d26, [x2, #16]              // b[1][0..7]
        ldr         d27, [x2, #24]              // b[1][8..15]
        add         x2, x2, #32                 // next step of B
        smull       v28.8h, v0.8b, v24.8b       // a[0][0..7] * b[0][0..7]
        smlal       v28.8h, v1.8b, v25.8b       // + a[0][8..15] * b[0][8..15]
        sadalp      v16.4s, v28.8h              // c[0][0] += neighbours
        smull       v29.8h, v0.8b, v26.8b       // a[0][0..7] * b[1][0..7]
        smlal       v29.8h, v1.8b, v27.8b       // + a[0][8..15] * b[1][8..15]
        sadalp      v17.4s, v29.8h              // c[0][1] += neighbours
        smull       v28.8h, v2.8b, v24.8b       // a[1][0..7] * b[0][0..7]
        smlal       v28.8h, v3.8b, v25.8b       // + a[1][8..15] * b[0][8..15]
        sadalp      v18.4s, v28.8h              // c[1][0] += neighbours
        smull       v29.8h, v2.8b, v26.8b       // a[1][0..7] * b[1][0..7]
        smlal       v29.8h, v3.8b, v27.8b       // + a[1][8..15] * b[1][8..15]
        sadalp      v19.4s, v29.8h              // c[1][1] += neighbours
        smull       v28.8h, v4.8b, v24.8b       // a[2][0..7] * b[0][0..7]
        smlal       v28.8h, v5.8b, v25.8b       // + a[2][8..15] * b[0][8..15]
        sadalp      v20.4s, v28.8h              // c[2][0] += neighbours
        smull       v29.8h, v4.8b, v26.8b       // a[2][0..7] * b[1][0..7]
        smlal       v29.8h, v5.8b, v27.8b       // + a[2][8..15] * b[1][8..15]
        sadalp      v21.4s, v29.8h              // c[2][1] += neighbours
        smull       v28.8h, v6.8b, v24.8b       // a[3][0..7] * b[0][0..7]
        smlal       v28.8h, v7.8b, v25.8b       // + a[3][8..15] * b[0][8..15]
        sadalp      v22.4s, v28.8h              // c[3][0] += neighbours
        smull       v29.8h, v6.8b, v26.8b       // a[3][0..7] * b[1][0..7]
        smlal       v29.8h, v7.8b, v27.8b       // + a[3][8..15] * b[1][8..15]
        sadalp      v23.4s, v29.8h              // c[3][1] += neighbours
        subs        x0, x0, #1                  // one step less
        b.ne        .Lstep
// cyclesim-end
        // Store C and return
        addp        v0.4s, v16.4s, v17.4s       // c[0][0], c[0][1]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v0.4s         // 2 partial sums to 1
        str         d0, [x3]
        add         x3, x3, x4
        addp        v0.4s, v18.4s, v19.4s       // c[1][0], c[1][1]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v0.4s         // 2 partial sums to 1
        str         d0, [x3]
        add         x3, x3, x4
        addp        v0.4s, v20.4s, v21.4s       // c[2][0], c[2][1]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v0.4s         // 2 partial sums to 1
        str         d0, [x3]
        add         x3, x3, x4
        addp        v0.4s, v22.4s, v23.4s       // c[3][0], c[3][1]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v0.4s         // 2 partial sums to 1
        str         d0, [x3]
        ret
        .size   i8gemm_4x16, . - i8gemm_4x16
        .section .note.GNU-stack, "", %progbits
