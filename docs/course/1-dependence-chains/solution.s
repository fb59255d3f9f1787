// The same polynomial in pairs: (c0 + c1 x) + (c2 + c3 x) x^2 + ((c4 + c5 x) + (c6 + c7 x) x^2) x^4.
        .arch armv8-a
// cyclesim-begin pairs
        fmul    s2, s0, s0              // x^2
        fmadd   s4, s17, s0, s16
        fmadd   s5, s19, s0, s18
        fmadd   s6, s21, s0, s20
        fmadd   s7, s23, s0, s22
        fmul    s3, s2, s2              // x^4
        fmadd   s4, s5, s2, s4
        fmadd   s6, s7, s2, s6
        fmadd   s1, s6, s3, s4
// cyclesim-end
