// Two sums, two vectors an iteration.
sum2:
.Lsum2:
        ldr     d4, [x1], #16
        ldr     d5, [x1, #-8]
        fadd    v0.2s, v0.2s, v4.2s
        fadd    v1.2s, v1.2s, v5.2s
        subs    x0, x0, #2
        b.ne    .Lsum2
        ret
