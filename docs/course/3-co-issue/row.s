// One step of a 4 x 4 tile: four multiply-accumulates of four floats; x2 counts, x3 and x4 are pointers of other rows.
// cyclesim-begin row
        ldr     d4, [x1]                // a
        ldr     x10, [x3]               // a word of the next row
        add     x1, x1, #8
        add     x3, x3, #8
        fmla    v16.4s, v0.4s, v8.s[0]
        fmla    v17.4s, v0.4s, v8.s[1]
        fmla    v18.4s, v0.4s, v8.s[2]
        fmla    v19.4s, v0.4s, v8.s[3]
        subs    x2, x2, #1
// cyclesim-end
