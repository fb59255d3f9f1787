// The same instructions: each that needs no half of the pipeline follows a multiply-accumulate.
// cyclesim-begin row
        ldr     d4, [x1]                // a: a cycle without a Q-form
        add     x1, x1, #8
        fmla    v16.4s, v0.4s, v8.s[0]
        ldr     x10, [x3]               // a word of the next row
        fmla    v17.4s, v0.4s, v8.s[1]
        add     x3, x3, #8
        fmla    v18.4s, v0.4s, v8.s[2]
        subs    x2, x2, #1
        fmla    v19.4s, v0.4s, v8.s[3]
// cyclesim-end
