// U8GEMM 6x4 X 4x8 with UDOT, the four-way 8-bit dot product with 32-bit accumulation of Armv8.2.
// SPDX-License-Identifier: Apache-2.0
//
// void u8gemm_6x4_dot_a55(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
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
//   v16-v27        C, two registers a row
//   v0-v2, v3, v4  rows 0-5 of A, two a register, and columns 0-3 and 4-7 of B, step 0
//   v5-v7, v28, v29  the same, step 1
//   x5, x6         operands on their way to vector registers
//
// Schedule
//   A round is two steps with operands of their own: 24 multiplies are 24 cycles, 12 a step.
//   A 64-bit load, a general load, a 64-bit move and loop control each ride under a multiply, so only the multiplies
//   count. A + marks what issues together with the line above it.

        .arch   armv8.2-a+dotprod
        .text
        .p2align 4
        .global u8gemm_6x4_dot_a55
        .type   u8gemm_6x4_dot_a55, %function
u8gemm_6x4_dot_a55:
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
        ldr         d0, [x1]                    // rows 0 and 1 of A
        ldr         d1, [x1, #8]                // rows 2 and 3 of A
        ldr         d2, [x1, #16]               // rows 4 and 5 of A
        add         x1, x1, #24                 // next step of A
        ldr         q3, [x2]                    // columns 0..3 of B
        ldr         q4, [x2, #16]               // columns 4..7 of B
        add         x2, x2, #32                 // next step of B
        udot        v16.4s, v3.16b, v0.4b[0]    // c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        udot        v18.4s, v3.16b, v0.4b[1]    // c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        udot        v20.4s, v3.16b, v1.4b[0]    // c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        udot        v22.4s, v3.16b, v1.4b[1]    // c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        udot        v24.4s, v3.16b, v2.4b[0]    // c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        udot        v26.4s, v3.16b, v2.4b[1]    // c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        udot        v17.4s, v4.16b, v0.4b[0]    // c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        udot        v19.4s, v4.16b, v0.4b[1]    // c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        udot        v21.4s, v4.16b, v1.4b[0]    // c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        udot        v23.4s, v4.16b, v1.4b[1]    // c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        udot        v25.4s, v4.16b, v2.4b[0]    // c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        udot        v27.4s, v4.16b, v2.4b[1]    // c[5][4..7] += a[5][0..3] * b[0..3][4..7]
.Leven:
        lsr         x0, x0, #1                  // rounds of two steps
        cbz         x0, .Lstore
        // Operands of the first round that the loop loads a round ahead
        ldr         d3, [x2]                    // columns 0..1 of B of step 0
        ldr         x5, [x2, #8]                // for v3.d[1]
        ldr         d0, [x1]                    // rows 0 and 1 of A of step 0
        ldr         d4, [x2, #16]               // columns 4..5 of B of step 0
        ldr         x6, [x2, #24]               // for v4.d[1]
        ins         v3.d[1], x5                 // columns 2..3 of B of step 0
        ldr         d1, [x1, #8]                // rows 2 and 3 of A of step 0
        ldr         d2, [x1, #16]               // rows 4 and 5 of A of step 0
        ins         v4.d[1], x6                 // columns 6..7 of B of step 0
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin u8gemm_6x4_dot_a55 ops=768
        udot        v16.4s, v3.16b, v0.4b[0]    //   c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        ldr         d28, [x2, #32]              // + columns 0..1 of B of step 1
        udot        v18.4s, v3.16b, v0.4b[1]    //   c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        ldr         x5, [x2, #40]               // + for v28.d[1]
        udot        v20.4s, v3.16b, v1.4b[0]    //   c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        ldr         d5, [x1, #24]               // + rows 0 and 1 of A of step 1
        udot        v22.4s, v3.16b, v1.4b[1]    //   c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        ldr         d29, [x2, #48]              // + columns 4..5 of B of step 1
        udot        v24.4s, v3.16b, v2.4b[0]    //   c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        ldr         x6, [x2, #56]               // + for v29.d[1]
        udot        v26.4s, v3.16b, v2.4b[1]    //   c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        ins         v28.d[1], x5                // + columns 2..3 of B of step 1
        udot        v17.4s, v4.16b, v0.4b[0]    //   c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        ldr         d6, [x1, #32]               // + rows 2 and 3 of A of step 1
        udot        v19.4s, v4.16b, v0.4b[1]    //   c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        ldr         d7, [x1, #40]               // + rows 4 and 5 of A of step 1
        udot        v21.4s, v4.16b, v1.4b[0]    //   c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        ins         v29.d[1], x6                // + columns 6..7 of B of step 1
        udot        v23.4s, v4.16b, v1.4b[1]    //   c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        udot        v25.4s, v4.16b, v2.4b[0]    //   c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        udot        v27.4s, v4.16b, v2.4b[1]    //   c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        subs        x0, x0, #1                  // + one round less
        udot        v16.4s, v28.16b, v5.4b[0]   //   c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        ldr         d3, [x2, #64]               // + next columns 0..1 of B of step 0
        udot        v18.4s, v28.16b, v5.4b[1]   //   c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        ldr         x5, [x2, #72]               // + for v3.d[1]
        udot        v20.4s, v28.16b, v6.4b[0]   //   c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        ldr         d0, [x1, #48]               // + next rows 0 and 1 of A of step 0
        udot        v22.4s, v28.16b, v6.4b[1]   //   c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        ldr         d4, [x2, #80]               // + next columns 4..5 of B of step 0
        udot        v24.4s, v28.16b, v7.4b[0]   //   c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        ldr         x6, [x2, #88]               // + for v4.d[1]
        udot        v26.4s, v28.16b, v7.4b[1]   //   c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        ins         v3.d[1], x5                 // + next columns 2..3 of B of step 0
        udot        v17.4s, v29.16b, v5.4b[0]   //   c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        ldr         d1, [x1, #56]               // + next rows 2 and 3 of A of step 0
        udot        v19.4s, v29.16b, v5.4b[1]   //   c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        ldr         d2, [x1, #64]               // + next rows 4 and 5 of A of step 0
        udot        v21.4s, v29.16b, v6.4b[0]   //   c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        ins         v4.d[1], x6                 // + next columns 6..7 of B of step 0
        udot        v23.4s, v29.16b, v6.4b[1]   //   c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        add         x2, x2, #64                 // + next round of B
        udot        v25.4s, v29.16b, v7.4b[0]   //   c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        add         x1, x1, #48                 // + next round of A
        udot        v27.4s, v29.16b, v7.4b[1]   //   c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        udot        v16.4s, v3.16b, v0.4b[0]    // c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        ldr         d28, [x2, #32]              // columns 0..1 of B of step 1
        udot        v18.4s, v3.16b, v0.4b[1]    // c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        ldr         x5, [x2, #40]               // for v28.d[1]
        udot        v20.4s, v3.16b, v1.4b[0]    // c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        ldr         d5, [x1, #24]               // rows 0 and 1 of A of step 1
        udot        v22.4s, v3.16b, v1.4b[1]    // c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        ldr         d29, [x2, #48]              // columns 4..5 of B of step 1
        udot        v24.4s, v3.16b, v2.4b[0]    // c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        ldr         x6, [x2, #56]               // for v29.d[1]
        udot        v26.4s, v3.16b, v2.4b[1]    // c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        ins         v28.d[1], x5                // columns 2..3 of B of step 1
        udot        v17.4s, v4.16b, v0.4b[0]    // c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        ldr         d6, [x1, #32]               // rows 2 and 3 of A of step 1
        udot        v19.4s, v4.16b, v0.4b[1]    // c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        ldr         d7, [x1, #40]               // rows 4 and 5 of A of step 1
        udot        v21.4s, v4.16b, v1.4b[0]    // c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        ins         v29.d[1], x6                // columns 6..7 of B of step 1
        udot        v23.4s, v4.16b, v1.4b[1]    // c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        udot        v25.4s, v4.16b, v2.4b[0]    // c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        udot        v27.4s, v4.16b, v2.4b[1]    // c[5][4..7] += a[5][0..3] * b[0..3][4..7]
        udot        v16.4s, v28.16b, v5.4b[0]   // c[0][0..3] += a[0][0..3] * b[0..3][0..3]
        udot        v18.4s, v28.16b, v5.4b[1]   // c[1][0..3] += a[1][0..3] * b[0..3][0..3]
        udot        v20.4s, v28.16b, v6.4b[0]   // c[2][0..3] += a[2][0..3] * b[0..3][0..3]
        udot        v22.4s, v28.16b, v6.4b[1]   // c[3][0..3] += a[3][0..3] * b[0..3][0..3]
        udot        v24.4s, v28.16b, v7.4b[0]   // c[4][0..3] += a[4][0..3] * b[0..3][0..3]
        udot        v26.4s, v28.16b, v7.4b[1]   // c[5][0..3] += a[5][0..3] * b[0..3][0..3]
        udot        v17.4s, v29.16b, v5.4b[0]   // c[0][4..7] += a[0][0..3] * b[0..3][4..7]
        udot        v19.4s, v29.16b, v5.4b[1]   // c[1][4..7] += a[1][0..3] * b[0..3][4..7]
        udot        v21.4s, v29.16b, v6.4b[0]   // c[2][4..7] += a[2][0..3] * b[0..3][4..7]
        udot        v23.4s, v29.16b, v6.4b[1]   // c[3][4..7] += a[3][0..3] * b[0..3][4..7]
        udot        v25.4s, v29.16b, v7.4b[0]   // c[4][4..7] += a[4][0..3] * b[0..3][4..7]
        udot        v27.4s, v29.16b, v7.4b[1]   // c[5][4..7] += a[5][0..3] * b[0..3][4..7]
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
        .size   u8gemm_6x4_dot_a55, . - u8gemm_6x4_dot_a55
        .section .note.GNU-stack, "", %progbits
