// Four sums, four vectors an iteration.
sum4:
.Lsum4:
        ldr     d4, [x1], #32
        ldr     d5, [x1, #-24]
        subs    x0, x0, #4
        ldr     d6, [x1, #-16]
        ldr     d7, [x1, #-8]
        fadd    v0.2s, v0.2s, v4.2s
        fadd    v1.2s, v1.2s, v5.2s
        fadd    v2.2s, v2.2s, v6.2s
        fadd    v3.2s, v3.2s, v7.2s
        b.ne    .Lsum4
        ret
