// x0: vectors left, x1: data. The sum of all floats, two lanes at a time.
sum:
        movi    v0.4s, #0
.Lsum:
        ldr     d4, [x1], #8
        fadd    v0.2s, v0.2s, v4.2s
        subs    x0, x0, #1
        b.ne    .Lsum
        ret
