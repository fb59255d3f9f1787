.syntax unified
.arch armv7-a
.fpu neon-vfpv4
src     .req    r0
dst     .req    r1
acc     .qn     q8.s16
row     .qn     q1.s16
coef    .dn     d0.s16[2]
half    .dn     d4.s8
other   .dn     d5.s8
count   =       16
.equ    stride, count * 4
.equiv  align_bits, 128
        vmul    acc, row, coef
        vmla    acc, row, coef
        vadd    acc, acc, row
        vmull   row, half, other
        vld1.32 {d0-d1}, [src, :align_bits]!
        vst1.32 {q0}, [dst :64], r2
        ldr     r3, [src, #stride]
        ldr     r4, [SRC], #-(stride + 8) / 2
        ldr     r5, =0x12345678
        ldr     r6, =stride
        .ltorg
.unreq  src
src     .req    r7
        mov     src, #count
        movw    r8, #:lower16:(0x12345678)
        movt    r8, #:upper16:(0x12345678)
        fldmiad r1!, {d8-d9}
        fmacs   s0, s1, s2
        faddd   d3, d4, d5
        vadd.f  s0, s1, s2
        vmov    s3, s4
        fmrx    r0, fpscr
        vadd.s16 q0, q1
        vld1.u8 d0, [r1]
        vmulq.f32 q1, q2, q3
        vclt.s16 q0, q1, q2
        vcle.f32 d0, d1, d2
        neg     r0, r1
        stmia   r0!, {r1-r4}
        ldmfd   sp!, {r4-r7, pc}
