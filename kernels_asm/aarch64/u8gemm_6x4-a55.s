// U8GEMM 6x4 X 4x8: C[6][8] = A[6][4k] * B[4k][8], unsigned bytes, 32-bit sums.
// SPDX-License-Identifier: Apache-2.0
//
// void u8gemm_6x4_a55(size_t k, const uint8_t *a, const uint8_t *b, uint32_t *c, size_t c_stride)
//   x0  k          number of steps, at least 1
//   x1  a          packed panel of A
//   x2  b          packed panel of B
//   x3  c          tile of C, row-major
//   x4  c_stride   distance between rows of C in bytes
//
// Packing
//   a: per step 4 depths of 6 bytes, rows 0-5 of A each.    24 bytes a step.
//   b: per step 4 depths of 8 bytes, columns 0-7 of B each. 32 bytes a step.
//
// Registers
//   v16-v27  C, two registers a row
//   v0-v2    A, 8 elements each, widened to 16 bits
//   v28-v31  B, one depth each, widened
//
// Schedule
//   48 multiplies and 7 widening moves are 55 cycles a step. Operands are loaded one depth ahead and widened in place.
//   A 64-bit load, a general load, a 64-bit move and loop control each ride under a multiply, so only the multiplies
//   count. A + marks what issues together with the line above it.

        .arch   armv8-a
        .text
        .p2align 4
        .global u8gemm_6x4_a55
        .type   u8gemm_6x4_a55, %function
u8gemm_6x4_a55:
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
        // Operands of the first round that the loop loads a round ahead
        ldr         d0, [x1]                    // A, part 0
        ldr         d28, [x2]                   // b[0][0..7]
        uxtl        v0.8h, v0.8b                // widen A
        uxtl        v28.8h, v28.8b              // widen B
        subs        x0, x0, #1                  // the last round stands behind the loop
        b.eq        .Llast
.Lround:
// cyclesim-begin u8gemm_6x4_a55 ops=384
        umlal       v16.4s, v28.4h, v0.h[0]     //   c[0][0..3] += a[0][0] * b[0][0..3]
        umlal2      v17.4s, v28.8h, v0.h[0]     //   c[0][4..7] += a[0][0] * b[0][4..7]
        ldr         d29, [x2, #8]               // + b[1][0..7]
        umlal       v18.4s, v28.4h, v0.h[1]     //   c[1][0..3] += a[1][0] * b[0][0..3]
        ldr         d1, [x1, #8]                // + A, part 1
        umlal2      v19.4s, v28.8h, v0.h[1]     //   c[1][4..7] += a[1][0] * b[0][4..7]
        umlal       v20.4s, v28.4h, v0.h[2]     //   c[2][0..3] += a[2][0] * b[0][0..3]
        umlal2      v21.4s, v28.8h, v0.h[2]     //   c[2][4..7] += a[2][0] * b[0][4..7]
        uxtl        v29.8h, v29.8b              //   widen B
        umlal       v22.4s, v28.4h, v0.h[3]     //   c[3][0..3] += a[3][0] * b[0][0..3]
        umlal2      v23.4s, v28.8h, v0.h[3]     //   c[3][4..7] += a[3][0] * b[0][4..7]
        umlal       v24.4s, v28.4h, v0.h[4]     //   c[4][0..3] += a[4][0] * b[0][0..3]
        uxtl        v1.8h, v1.8b                //   widen A
        umlal2      v25.4s, v28.8h, v0.h[4]     //   c[4][4..7] += a[4][0] * b[0][4..7]
        umlal       v26.4s, v28.4h, v0.h[5]     //   c[5][0..3] += a[5][0] * b[0][0..3]
        umlal2      v27.4s, v28.8h, v0.h[5]     //   c[5][4..7] += a[5][0] * b[0][4..7]
        umlal       v16.4s, v29.4h, v0.h[6]     //   c[0][0..3] += a[0][1] * b[1][0..3]
        umlal2      v17.4s, v29.8h, v0.h[6]     //   c[0][4..7] += a[0][1] * b[1][4..7]
        ldr         d30, [x2, #16]              // + b[2][0..7]
        umlal       v18.4s, v29.4h, v0.h[7]     //   c[1][0..3] += a[1][1] * b[1][0..3]
        ldr         d2, [x1, #16]               // + A, part 2
        umlal2      v19.4s, v29.8h, v0.h[7]     //   c[1][4..7] += a[1][1] * b[1][4..7]
        umlal       v20.4s, v29.4h, v1.h[0]     //   c[2][0..3] += a[2][1] * b[1][0..3]
        umlal2      v21.4s, v29.8h, v1.h[0]     //   c[2][4..7] += a[2][1] * b[1][4..7]
        uxtl        v30.8h, v30.8b              //   widen B
        umlal       v22.4s, v29.4h, v1.h[1]     //   c[3][0..3] += a[3][1] * b[1][0..3]
        umlal2      v23.4s, v29.8h, v1.h[1]     //   c[3][4..7] += a[3][1] * b[1][4..7]
        umlal       v24.4s, v29.4h, v1.h[2]     //   c[4][0..3] += a[4][1] * b[1][0..3]
        uxtl        v2.8h, v2.8b                //   widen A
        umlal2      v25.4s, v29.8h, v1.h[2]     //   c[4][4..7] += a[4][1] * b[1][4..7]
        umlal       v26.4s, v29.4h, v1.h[3]     //   c[5][0..3] += a[5][1] * b[1][0..3]
        umlal2      v27.4s, v29.8h, v1.h[3]     //   c[5][4..7] += a[5][1] * b[1][4..7]
        umlal       v16.4s, v30.4h, v1.h[4]     //   c[0][0..3] += a[0][2] * b[2][0..3]
        umlal2      v17.4s, v30.8h, v1.h[4]     //   c[0][4..7] += a[0][2] * b[2][4..7]
        ldr         d31, [x2, #24]              // + b[3][0..7]
        umlal       v18.4s, v30.4h, v1.h[5]     //   c[1][0..3] += a[1][2] * b[2][0..3]
        umlal2      v19.4s, v30.8h, v1.h[5]     //   c[1][4..7] += a[1][2] * b[2][4..7]
        umlal       v20.4s, v30.4h, v1.h[6]     //   c[2][0..3] += a[2][2] * b[2][0..3]
        umlal2      v21.4s, v30.8h, v1.h[6]     //   c[2][4..7] += a[2][2] * b[2][4..7]
        uxtl        v31.8h, v31.8b              //   widen B
        umlal       v22.4s, v30.4h, v1.h[7]     //   c[3][0..3] += a[3][2] * b[2][0..3]
        umlal2      v23.4s, v30.8h, v1.h[7]     //   c[3][4..7] += a[3][2] * b[2][4..7]
        umlal       v24.4s, v30.4h, v2.h[0]     //   c[4][0..3] += a[4][2] * b[2][0..3]
        umlal2      v25.4s, v30.8h, v2.h[0]     //   c[4][4..7] += a[4][2] * b[2][4..7]
        umlal       v26.4s, v30.4h, v2.h[1]     //   c[5][0..3] += a[5][2] * b[2][0..3]
        umlal2      v27.4s, v30.8h, v2.h[1]     //   c[5][4..7] += a[5][2] * b[2][4..7]
        umlal       v16.4s, v31.4h, v2.h[2]     //   c[0][0..3] += a[0][3] * b[3][0..3]
        umlal2      v17.4s, v31.8h, v2.h[2]     //   c[0][4..7] += a[0][3] * b[3][4..7]
        ldr         d0, [x1, #24]               // + next A, part 0
        umlal       v18.4s, v31.4h, v2.h[3]     //   c[1][0..3] += a[1][3] * b[3][0..3]
        ldr         d28, [x2, #32]              // + next b[0][0..7]
        umlal2      v19.4s, v31.8h, v2.h[3]     //   c[1][4..7] += a[1][3] * b[3][4..7]
        umlal       v20.4s, v31.4h, v2.h[4]     //   c[2][0..3] += a[2][3] * b[3][0..3]
        umlal2      v21.4s, v31.8h, v2.h[4]     //   c[2][4..7] += a[2][3] * b[3][4..7]
        uxtl        v0.8h, v0.8b                //   widen next A
        umlal       v22.4s, v31.4h, v2.h[5]     //   c[3][0..3] += a[3][3] * b[3][0..3]
        umlal2      v23.4s, v31.8h, v2.h[5]     //   c[3][4..7] += a[3][3] * b[3][4..7]
        umlal       v24.4s, v31.4h, v2.h[6]     //   c[4][0..3] += a[4][3] * b[3][0..3]
        uxtl        v28.8h, v28.8b              //   widen next B
        subs        x0, x0, #1                  // + one round less
        umlal2      v25.4s, v31.8h, v2.h[6]     //   c[4][4..7] += a[4][3] * b[3][4..7]
        add         x2, x2, #32                 // + next round of B
        umlal       v26.4s, v31.4h, v2.h[7]     //   c[5][0..3] += a[5][3] * b[3][0..3]
        add         x1, x1, #24                 // + next round of A
        umlal2      v27.4s, v31.8h, v2.h[7]     //   c[5][4..7] += a[5][3] * b[3][4..7]
        b.ne        .Lround                     // + next round
// cyclesim-end
.Llast:
        // The last round: the same without loads for a next one
        umlal       v16.4s, v28.4h, v0.h[0]     // c[0][0..3] += a[0][0] * b[0][0..3]
        umlal2      v17.4s, v28.8h, v0.h[0]     // c[0][4..7] += a[0][0] * b[0][4..7]
        ldr         d29, [x2, #8]               // b[1][0..7]
        umlal       v18.4s, v28.4h, v0.h[1]     // c[1][0..3] += a[1][0] * b[0][0..3]
        ldr         d1, [x1, #8]                // A, part 1
        umlal2      v19.4s, v28.8h, v0.h[1]     // c[1][4..7] += a[1][0] * b[0][4..7]
        umlal       v20.4s, v28.4h, v0.h[2]     // c[2][0..3] += a[2][0] * b[0][0..3]
        umlal2      v21.4s, v28.8h, v0.h[2]     // c[2][4..7] += a[2][0] * b[0][4..7]
        uxtl        v29.8h, v29.8b              // widen B
        umlal       v22.4s, v28.4h, v0.h[3]     // c[3][0..3] += a[3][0] * b[0][0..3]
        umlal2      v23.4s, v28.8h, v0.h[3]     // c[3][4..7] += a[3][0] * b[0][4..7]
        umlal       v24.4s, v28.4h, v0.h[4]     // c[4][0..3] += a[4][0] * b[0][0..3]
        uxtl        v1.8h, v1.8b                // widen A
        umlal2      v25.4s, v28.8h, v0.h[4]     // c[4][4..7] += a[4][0] * b[0][4..7]
        umlal       v26.4s, v28.4h, v0.h[5]     // c[5][0..3] += a[5][0] * b[0][0..3]
        umlal2      v27.4s, v28.8h, v0.h[5]     // c[5][4..7] += a[5][0] * b[0][4..7]
        umlal       v16.4s, v29.4h, v0.h[6]     // c[0][0..3] += a[0][1] * b[1][0..3]
        umlal2      v17.4s, v29.8h, v0.h[6]     // c[0][4..7] += a[0][1] * b[1][4..7]
        ldr         d30, [x2, #16]              // b[2][0..7]
        umlal       v18.4s, v29.4h, v0.h[7]     // c[1][0..3] += a[1][1] * b[1][0..3]
        ldr         d2, [x1, #16]               // A, part 2
        umlal2      v19.4s, v29.8h, v0.h[7]     // c[1][4..7] += a[1][1] * b[1][4..7]
        umlal       v20.4s, v29.4h, v1.h[0]     // c[2][0..3] += a[2][1] * b[1][0..3]
        umlal2      v21.4s, v29.8h, v1.h[0]     // c[2][4..7] += a[2][1] * b[1][4..7]
        uxtl        v30.8h, v30.8b              // widen B
        umlal       v22.4s, v29.4h, v1.h[1]     // c[3][0..3] += a[3][1] * b[1][0..3]
        umlal2      v23.4s, v29.8h, v1.h[1]     // c[3][4..7] += a[3][1] * b[1][4..7]
        umlal       v24.4s, v29.4h, v1.h[2]     // c[4][0..3] += a[4][1] * b[1][0..3]
        uxtl        v2.8h, v2.8b                // widen A
        umlal2      v25.4s, v29.8h, v1.h[2]     // c[4][4..7] += a[4][1] * b[1][4..7]
        umlal       v26.4s, v29.4h, v1.h[3]     // c[5][0..3] += a[5][1] * b[1][0..3]
        umlal2      v27.4s, v29.8h, v1.h[3]     // c[5][4..7] += a[5][1] * b[1][4..7]
        umlal       v16.4s, v30.4h, v1.h[4]     // c[0][0..3] += a[0][2] * b[2][0..3]
        umlal2      v17.4s, v30.8h, v1.h[4]     // c[0][4..7] += a[0][2] * b[2][4..7]
        ldr         d31, [x2, #24]              // b[3][0..7]
        umlal       v18.4s, v30.4h, v1.h[5]     // c[1][0..3] += a[1][2] * b[2][0..3]
        umlal2      v19.4s, v30.8h, v1.h[5]     // c[1][4..7] += a[1][2] * b[2][4..7]
        umlal       v20.4s, v30.4h, v1.h[6]     // c[2][0..3] += a[2][2] * b[2][0..3]
        umlal2      v21.4s, v30.8h, v1.h[6]     // c[2][4..7] += a[2][2] * b[2][4..7]
        uxtl        v31.8h, v31.8b              // widen B
        umlal       v22.4s, v30.4h, v1.h[7]     // c[3][0..3] += a[3][2] * b[2][0..3]
        umlal2      v23.4s, v30.8h, v1.h[7]     // c[3][4..7] += a[3][2] * b[2][4..7]
        umlal       v24.4s, v30.4h, v2.h[0]     // c[4][0..3] += a[4][2] * b[2][0..3]
        umlal2      v25.4s, v30.8h, v2.h[0]     // c[4][4..7] += a[4][2] * b[2][4..7]
        umlal       v26.4s, v30.4h, v2.h[1]     // c[5][0..3] += a[5][2] * b[2][0..3]
        umlal2      v27.4s, v30.8h, v2.h[1]     // c[5][4..7] += a[5][2] * b[2][4..7]
        umlal       v16.4s, v31.4h, v2.h[2]     // c[0][0..3] += a[0][3] * b[3][0..3]
        umlal2      v17.4s, v31.8h, v2.h[2]     // c[0][4..7] += a[0][3] * b[3][4..7]
        umlal       v18.4s, v31.4h, v2.h[3]     // c[1][0..3] += a[1][3] * b[3][0..3]
        umlal2      v19.4s, v31.8h, v2.h[3]     // c[1][4..7] += a[1][3] * b[3][4..7]
        umlal       v20.4s, v31.4h, v2.h[4]     // c[2][0..3] += a[2][3] * b[3][0..3]
        umlal2      v21.4s, v31.8h, v2.h[4]     // c[2][4..7] += a[2][3] * b[3][4..7]
        umlal       v22.4s, v31.4h, v2.h[5]     // c[3][0..3] += a[3][3] * b[3][0..3]
        umlal2      v23.4s, v31.8h, v2.h[5]     // c[3][4..7] += a[3][3] * b[3][4..7]
        umlal       v24.4s, v31.4h, v2.h[6]     // c[4][0..3] += a[4][3] * b[3][0..3]
        umlal2      v25.4s, v31.8h, v2.h[6]     // c[4][4..7] += a[4][3] * b[3][4..7]
        umlal       v26.4s, v31.4h, v2.h[7]     // c[5][0..3] += a[5][3] * b[3][0..3]
        umlal2      v27.4s, v31.8h, v2.h[7]     // c[5][4..7] += a[5][3] * b[3][4..7]
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
        .size   u8gemm_6x4_a55, . - u8gemm_6x4_a55
        .section .note.GNU-stack, "", %progbits
