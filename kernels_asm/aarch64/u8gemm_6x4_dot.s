// U8GEMM 6x4 X 4x8 with UDOT, the four-way 8-bit dot product with 32-bit accumulation of Armv8.2.
// SPDX-License-Identifier: Apache-2.0
//
// void u8gemm_6x4_dot(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step 6 rows of A, 4 consecutive depths each.    24 bytes a step.
//   b: per step 8 columns of B, 4 consecutive depths each. 32 bytes a step.
//
// Registers
//   v16-v27  C, two registers a row
//   v0-v2    rows 0-5 of A, two a register
//   v4, v5   columns 0-3 and 4-7 of B
//
// Schedule
//   Operands first, then twelve dot products.

        .arch   armv8.2-a+dotprod
        .text
        .p2align 4
        .global u8gemm_6x4_dot
        .type   u8gemm_6x4_dot, %function
u8gemm_6x4_dot:
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
// cyclesim-begin u8gemm_6x4_dot ops=384
        ldr         d0, [x1]                    // rows 0 and 1 of A
        ldr         d1, [x1, #8]                // rows 2 and 3 of A
        ldr         d2, [x1, #16]               // rows 4 and 5 of A
        add         x1, x1, #24                 // next step of A
        ldr         q4, [x2]                    // columns 0..3 of B
        ldr         q5, [x2, #16]               // columns 4..7 of B
        add         x2, x2, #32                 // next step of B
        udot        v16.4s, v4.16b, v0.4b[0]    // c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        udot        v17.4s, v5.16b, v0.4b[0]    // c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        udot        v18.4s, v4.16b, v0.4b[1]    // c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        udot        v19.4s, v5.16b, v0.4b[1]    // c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        udot        v20.4s, v4.16b, v1.4b[0]    // c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        udot        v21.4s, v5.16b, v1.4b[0]    // c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        udot        v22.4s, v4.16b, v1.4b[1]    // c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        udot        v23.4s, v5.16b, v1.4b[1]    // c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        udot        v24.4s, v4.16b, v2.4b[0]    // c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        udot        v25.4s, v5.16b, v2.4b[0]    // c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        udot        v26.4s, v4.16b, v2.4b[1]    // c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        udot        v27.4s, v5.16b, v2.4b[1]    // c[5][4..7] += a[5][0..3] * b[0..3][4..7]
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
        .size   u8gemm_6x4_dot, . - u8gemm_6x4_dot
        .section .note.GNU-stack, "", %progbits
