// Two vectors a step, each used by three multiply-accumulates; v4 and v5 were loaded a step before.
// cyclesim-begin step
        fmla    v16.4s, v4.4s, v8.s[0]
        fmla    v17.4s, v4.4s, v8.s[1]
        fmla    v18.4s, v4.4s, v8.s[2]
        fmla    v19.4s, v5.4s, v8.s[0]
        fmla    v20.4s, v5.4s, v8.s[1]
        fmla    v21.4s, v5.4s, v8.s[2]
        ldr     q4, [x1], #32
        ldr     q5, [x1, #-16]
// cyclesim-end
