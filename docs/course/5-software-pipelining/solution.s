// Three stages overlap: the store of one vector, the product of the next, the load of the one after.
        .text
        .global scale
scale:
        dup     v0.4s, w3
        ldr     d1, [x1], #8            // load 0
        fmul    v2.2s, v1.2s, v0.2s     // product 0
        ldr     d1, [x1], #8            // load 1
        subs    x0, x0, #2
.Lscale:
        str     d2, [x2], #8            // store n
        fmul    v2.2s, v1.2s, v0.2s     // product n+1
        ldr     d1, [x1], #8            // load n+2
        subs    x0, x0, #1
        b.ne    .Lscale
        str     d2, [x2], #8
        fmul    v2.2s, v1.2s, v0.2s
        str     d2, [x2], #8
        ret
