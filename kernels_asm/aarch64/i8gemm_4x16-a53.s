// I8GEMM 4x16 X 16x2: C[4][2] = A[4][16k] * B[16k][2], signed bytes, 32-bit sums.
// SPDX-License-Identifier: Apache-2.0
//
// void i8gemm_4x16_a53(size_t k, const int8_t *a, const int8_t *b, int32_t *c, size_t c_stride)
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
//   v0-v3    rows 0-1, then rows 2-3 of A, two registers each
//   v4-v7    columns 0-1 of B, two registers each
//   v28-v31  16-bit sums of two products
//   x5-x8    operands on their way to vector registers
//
// Schedule
//   16 multiplies, eight pairwise additions of two cycles and six load cycles: 38 cycles a step. Four products are
//   in work at a time, so an accumulation or pairwise addition stands four cycles behind what it waits for.
//   A 64-bit load does not pair with a multiply but does with a 64-bit move, so every second operand comes by way
//   of a general register, whose load rides under a multiply, as loop control does.
//   A + marks what issues together with the line above it.

        .arch   armv8-a
        .text
        .p2align 4
        .global i8gemm_4x16_a53
        .type   i8gemm_4x16_a53, %function
i8gemm_4x16_a53:
        // C starts from zero
        movi        v16.4s, #0
        movi        v17.4s, #0
        movi        v18.4s, #0
        movi        v19.4s, #0
        movi        v20.4s, #0
        movi        v21.4s, #0
        movi        v22.4s, #0
        movi        v23.4s, #0
        // Operands of the first round that the loop loads a round ahead
        ldr         x5, [x1, #16]               // for d2
        ldr         x6, [x2, #16]               // for d6
        ldr         x7, [x1, #24]               // for d3
        ldr         x8, [x2, #24]               // for d7
        ldr         d0, [x1]                    // a[0][0..7]
        fmov        d2, x5                      // a[1][0..7]
        ldr         d4, [x2]                    // b[0][0..7]
        fmov        d6, x6                      // b[1][0..7]
        ldr         d1, [x1, #8]                // a[0][8..15]
        fmov        d3, x7                      // a[1][8..15]
        ldr         d5, [x2, #8]                // b[0][8..15]
        fmov        d7, x8                      // b[1][8..15]
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin i8gemm_4x16_a53 ops=256
        smull       v28.8h, v0.8b, v4.8b        //   a[0][0..7] * b[0][0..7]
        smull       v29.8h, v0.8b, v6.8b        //   a[0][0..7] * b[1][0..7]
        smull       v30.8h, v2.8b, v4.8b        //   a[1][0..7] * b[0][0..7]
        smull       v31.8h, v2.8b, v6.8b        //   a[1][0..7] * b[1][0..7]
        smlal       v28.8h, v1.8b, v5.8b        //   + a[0][8..15] * b[0][8..15]
        ldr         x5, [x1, #48]               // + for d2
        smlal       v29.8h, v1.8b, v7.8b        //   + a[0][8..15] * b[1][8..15]
        ldr         x6, [x1, #56]               // + for d3
        smlal       v30.8h, v3.8b, v5.8b        //   + a[1][8..15] * b[0][8..15]
        smlal       v31.8h, v3.8b, v7.8b        //   + a[1][8..15] * b[1][8..15]
        ldr         d0, [x1, #32]               //   a[2][0..7]
        fmov        d2, x5                      // + a[3][0..7]
        ldr         d1, [x1, #40]               //   a[2][8..15]
        fmov        d3, x6                      // + a[3][8..15]
        sadalp      v16.4s, v28.8h              //   c[0][0] += neighbours
        sadalp      v17.4s, v29.8h              //   c[0][1] += neighbours
        sadalp      v18.4s, v30.8h              //   c[1][0] += neighbours
        sadalp      v19.4s, v31.8h              //   c[1][1] += neighbours
        smull       v28.8h, v0.8b, v4.8b        //   a[2][0..7] * b[0][0..7]
        smull       v29.8h, v0.8b, v6.8b        //   a[2][0..7] * b[1][0..7]
        smull       v30.8h, v2.8b, v4.8b        //   a[3][0..7] * b[0][0..7]
        smull       v31.8h, v2.8b, v6.8b        //   a[3][0..7] * b[1][0..7]
        smlal       v28.8h, v1.8b, v5.8b        //   + a[2][8..15] * b[0][8..15]
        ldr         x5, [x1, #80]               // + for d2
        smlal       v29.8h, v1.8b, v7.8b        //   + a[2][8..15] * b[1][8..15]
        ldr         x6, [x2, #48]               // + for d6
        smlal       v30.8h, v3.8b, v5.8b        //   + a[3][8..15] * b[0][8..15]
        ldr         x7, [x1, #88]               // + for d3
        smlal       v31.8h, v3.8b, v7.8b        //   + a[3][8..15] * b[1][8..15]
        ldr         x8, [x2, #56]               // + for d7
        ldr         d0, [x1, #64]               //   next a[0][0..7]
        fmov        d2, x5                      // + next a[1][0..7]
        ldr         d4, [x2, #32]               //   next b[0][0..7]
        fmov        d6, x6                      // + next b[1][0..7]
        ldr         d1, [x1, #72]               //   next a[0][8..15]
        fmov        d3, x7                      // + next a[1][8..15]
        ldr         d5, [x2, #40]               //   next b[0][8..15]
        fmov        d7, x8                      // + next b[1][8..15]
        sadalp      v20.4s, v28.8h              //   c[2][0] += neighbours
        subs        x0, x0, #1                  // + one round less
        sadalp      v21.4s, v29.8h              //   c[2][1] += neighbours
        add         x2, x2, #32                 // + next round of B
        sadalp      v22.4s, v30.8h              //   c[3][0] += neighbours
        add         x1, x1, #64                 // + next round of A
        sadalp      v23.4s, v31.8h              //   c[3][1] += neighbours
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        smull       v28.8h, v0.8b, v4.8b        // a[0][0..7] * b[0][0..7]
        smull       v29.8h, v0.8b, v6.8b        // a[0][0..7] * b[1][0..7]
        smull       v30.8h, v2.8b, v4.8b        // a[1][0..7] * b[0][0..7]
        smull       v31.8h, v2.8b, v6.8b        // a[1][0..7] * b[1][0..7]
        smlal       v28.8h, v1.8b, v5.8b        // + a[0][8..15] * b[0][8..15]
        ldr         x5, [x1, #48]               // for d2
        smlal       v29.8h, v1.8b, v7.8b        // + a[0][8..15] * b[1][8..15]
        ldr         x6, [x1, #56]               // for d3
        smlal       v30.8h, v3.8b, v5.8b        // + a[1][8..15] * b[0][8..15]
        smlal       v31.8h, v3.8b, v7.8b        // + a[1][8..15] * b[1][8..15]
        ldr         d0, [x1, #32]               // a[2][0..7]
        fmov        d2, x5                      // a[3][0..7]
        ldr         d1, [x1, #40]               // a[2][8..15]
        fmov        d3, x6                      // a[3][8..15]
        sadalp      v16.4s, v28.8h              // c[0][0] += neighbours
        sadalp      v17.4s, v29.8h              // c[0][1] += neighbours
        sadalp      v18.4s, v30.8h              // c[1][0] += neighbours
        sadalp      v19.4s, v31.8h              // c[1][1] += neighbours
        smull       v28.8h, v0.8b, v4.8b        // a[2][0..7] * b[0][0..7]
        smull       v29.8h, v0.8b, v6.8b        // a[2][0..7] * b[1][0..7]
        smull       v30.8h, v2.8b, v4.8b        // a[3][0..7] * b[0][0..7]
        smull       v31.8h, v2.8b, v6.8b        // a[3][0..7] * b[1][0..7]
        smlal       v28.8h, v1.8b, v5.8b        // + a[2][8..15] * b[0][8..15]
        smlal       v29.8h, v1.8b, v7.8b        // + a[2][8..15] * b[1][8..15]
        smlal       v30.8h, v3.8b, v5.8b        // + a[3][8..15] * b[0][8..15]
        smlal       v31.8h, v3.8b, v7.8b        // + a[3][8..15] * b[1][8..15]
        sadalp      v20.4s, v28.8h              // c[2][0] += neighbours
        sadalp      v21.4s, v29.8h              // c[2][1] += neighbours
        sadalp      v22.4s, v30.8h              // c[3][0] += neighbours
        sadalp      v23.4s, v31.8h              // c[3][1] += neighbours
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
        .size   i8gemm_4x16_a53, . - i8gemm_4x16_a53
        .section .note.GNU-stack, "", %progbits
