// x0: vectors of two floats, x1: input, x2: output, w3: the bits of the factor.
        .text
        .global scale
scale:
        dup     v0.4s, w3
.Lscale:
        ldr     d1, [x1], #8
        fmul    v1.2s, v1.2s, v0.2s
        str     d1, [x2], #8
        subs    x0, x0, #1
        b.ne    .Lscale
        ret
