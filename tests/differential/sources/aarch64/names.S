.arch armv8.2-a+fp16+dotprod
input   .req    x0
acc     .req    v16
#define x18 do_not_use_x18
#if __ARM_ARCH >= 8 && defined(__ARM_FEATURE_DOTPROD)
        sdot    acc.4s, v1.16b, v2.4b[1]
#endif
.set    size, (1 << 4) | 3
.equ    twice, size*2
        add     input, input, #size
        ldr     q0, [input], #-16
        mov     w1, #twice & 0xf ; mov w2, #~0
        bhs     2f
        bne     2f
2:
        cmp     x1, #size-1
        blt     2b
        tbz     w1, #3, 2b
        movi    v0.4s, #0x12, lsl #8
        ldp     q0, q1, [input, #twice - 6]
        ld1     {v0.16b-v3.16b}, [input], #64
        ld1     {v0.s}[2], [x1]
        fmov    v1.4s, #1.0
        .inst   0x5e280803
        .inst   0x4e20d400 | (2 << 16)
.unreq  acc
acc     .req    v17
        eor     acc.16b, acc.16b, acc.16b
        ldr     x5, =0x123456789
        ldr     w6, =size
        .ltorg
        nop
