// U8GEMM 3x8 X 8x3: C[3][3] = A[3][8k] * B[8k][3], unsigned bytes, 32-bit sums.
// SPDX-License-Identifier: Apache-2.0
//
// void u8gemm_3x8_a53(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step 3 rows of A, 8 consecutive depths each.    24 bytes a step.
//   b: per step 3 columns of B, 8 consecutive depths each. 24 bytes a step.
//
// Registers
//   v16-v24  C, four partial sums for each of 3 x 3 elements
//   v0-v2    rows 0-2 of A     v3-v5  columns 0-2 of B
//   v28-v31  16-bit products, in turn
//   x5, x6   operands on their way to vector registers
//
// Schedule
//   Nine multiplies, nine pairwise additions of two cycles and three load cycles: 30 cycles a step. Four products
//   in turn keep a multiply four cycles before its pairwise addition. An operand is loaded for the next step
//   after its last multiply.
//   A 64-bit load does not pair with a multiply but does with a 64-bit move, so every second operand comes by way
//   of a general register, whose load rides under a multiply, as loop control does.
//   A + marks what issues together with the line above it.

        .arch   armv8-a
        .text
        .p2align 4
        .global u8gemm_3x8_a53
        .type   u8gemm_3x8_a53, %function
u8gemm_3x8_a53:
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
        // Operands of the first round that the loop loads a round ahead
        ldr         x5, [x1, #8]                // for d1
        ldr         x6, [x2, #8]                // for d4
        ldr         d0, [x1]                    // a[0]
        fmov        d1, x5                      // a[1]
        ldr         x5, [x1, #16]               // for d2
        ldr         d3, [x2]                    // b[0]
        fmov        d4, x6                      // b[1]
        ldr         d5, [x2, #16]               // b[2]
        fmov        d2, x5                      // a[2]
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin u8gemm_3x8_a53 ops=144
        umull       v28.8h, v0.8b, v3.8b        //   a[0] * b[0]
        umull       v29.8h, v0.8b, v4.8b        //   a[0] * b[1]
        umull       v30.8h, v0.8b, v5.8b        //   a[0] * b[2]
        umull       v31.8h, v1.8b, v3.8b        //   a[1] * b[0]
        uadalp      v16.4s, v28.8h              //   c[0][0] += neighbours
        umull       v28.8h, v1.8b, v4.8b        //   a[1] * b[1]
        uadalp      v17.4s, v29.8h              //   c[0][1] += neighbours
        umull       v29.8h, v1.8b, v5.8b        //   a[1] * b[2]
        uadalp      v18.4s, v30.8h              //   c[0][2] += neighbours
        umull       v30.8h, v2.8b, v3.8b        //   a[2] * b[0]
        ldr         x5, [x1, #32]               // + for d1
        uadalp      v19.4s, v31.8h              //   c[1][0] += neighbours
        umull       v31.8h, v2.8b, v4.8b        //   a[2] * b[1]
        ldr         x6, [x2, #32]               // + for d4
        ldr         d0, [x1, #24]               //   next a[0]
        fmov        d1, x5                      // + next a[1]
        uadalp      v20.4s, v28.8h              //   c[1][1] += neighbours
        ldr         x5, [x1, #40]               // + for d2
        umull       v28.8h, v2.8b, v5.8b        //   a[2] * b[2]
        ldr         d3, [x2, #24]               //   next b[0]
        fmov        d4, x6                      // + next b[1]
        ldr         d5, [x2, #40]               //   next b[2]
        fmov        d2, x5                      // + next a[2]
        uadalp      v21.4s, v29.8h              //   c[1][2] += neighbours
        subs        x0, x0, #1                  // + one round less
        uadalp      v22.4s, v30.8h              //   c[2][0] += neighbours
        add         x2, x2, #24                 // + next round of B
        uadalp      v23.4s, v31.8h              //   c[2][1] += neighbours
        add         x1, x1, #24                 // + next round of A
        uadalp      v24.4s, v28.8h              //   c[2][2] += neighbours
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        umull       v28.8h, v0.8b, v3.8b        // a[0] * b[0]
        umull       v29.8h, v0.8b, v4.8b        // a[0] * b[1]
        umull       v30.8h, v0.8b, v5.8b        // a[0] * b[2]
        umull       v31.8h, v1.8b, v3.8b        // a[1] * b[0]
        uadalp      v16.4s, v28.8h              // c[0][0] += neighbours
        umull       v28.8h, v1.8b, v4.8b        // a[1] * b[1]
        uadalp      v17.4s, v29.8h              // c[0][1] += neighbours
        umull       v29.8h, v1.8b, v5.8b        // a[1] * b[2]
        uadalp      v18.4s, v30.8h              // c[0][2] += neighbours
        umull       v30.8h, v2.8b, v3.8b        // a[2] * b[0]
        uadalp      v19.4s, v31.8h              // c[1][0] += neighbours
        umull       v31.8h, v2.8b, v4.8b        // a[2] * b[1]
        uadalp      v20.4s, v28.8h              // c[1][1] += neighbours
        umull       v28.8h, v2.8b, v5.8b        // a[2] * b[2]
        uadalp      v21.4s, v29.8h              // c[1][2] += neighbours
        uadalp      v22.4s, v30.8h              // c[2][0] += neighbours
        uadalp      v23.4s, v31.8h              // c[2][1] += neighbours
        uadalp      v24.4s, v28.8h              // c[2][2] += neighbours
        // Store C and return
        add         x5, x3, #8                  // column 2
        addp        v0.4s, v16.4s, v17.4s       // c[0][0], c[0][1]: 4 partial sums to 2
        addp        v1.4s, v18.4s, v18.4s       // c[0][2]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v1.4s         // c[0][0], c[0][1], c[0][2], c[0][2]
        str         d0, [x3]
        st1         {v0.s}[2], [x5]
        add         x3, x3, x4
        add         x5, x5, x4
        addp        v0.4s, v19.4s, v20.4s       // c[1][0], c[1][1]: 4 partial sums to 2
        addp        v1.4s, v21.4s, v21.4s       // c[1][2]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v1.4s         // c[1][0], c[1][1], c[1][2], c[1][2]
        str         d0, [x3]
        st1         {v0.s}[2], [x5]
        add         x3, x3, x4
        add         x5, x5, x4
        addp        v0.4s, v22.4s, v23.4s       // c[2][0], c[2][1]: 4 partial sums to 2
        addp        v1.4s, v24.4s, v24.4s       // c[2][2]: 4 partial sums to 2
        addp        v0.4s, v0.4s, v1.4s         // c[2][0], c[2][1], c[2][2], c[2][2]
        str         d0, [x3]
        st1         {v0.s}[2], [x5]
        ret
        .size   u8gemm_3x8_a53, . - u8gemm_3x8_a53
        .section .note.GNU-stack, "", %progbits
