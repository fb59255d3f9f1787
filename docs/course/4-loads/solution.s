// Two steps, two sets of registers: v4 and v5, v6 and v7. The low half of a vector comes by `ldr d`, in the cycle of an `ins`
// that completes another vector; the words for `ins` come by `ldr x` under multiply-accumulates.
        .arch armv8-a
// cyclesim-begin two-steps
        fmla    v16.4s, v4.4s, v8.s[0]
        ldr     x10, [x1, #8]
        fmla    v17.4s, v4.4s, v8.s[1]
        ldr     d6, [x1]
        ins     v5.d[1], x11
        fmla    v18.4s, v4.4s, v8.s[2]
        ldr     x11, [x1, #24]
        fmla    v19.4s, v5.4s, v8.s[0]
        ldr     d7, [x1, #16]
        ins     v6.d[1], x10
        fmla    v20.4s, v5.4s, v8.s[1]
        fmla    v21.4s, v5.4s, v8.s[2]

        fmla    v16.4s, v6.4s, v9.s[0]
        ldr     x10, [x1, #40]
        fmla    v17.4s, v6.4s, v9.s[1]
        ldr     d4, [x1, #32]
        ins     v7.d[1], x11
        fmla    v18.4s, v6.4s, v9.s[2]
        ldr     x11, [x1, #56]
        fmla    v19.4s, v7.4s, v9.s[0]
        ldr     d5, [x1, #48]
        ins     v4.d[1], x10
        fmla    v20.4s, v7.4s, v9.s[1]
        add     x1, x1, #64
        fmla    v21.4s, v7.4s, v9.s[2]
// cyclesim-end
