// A polynomial of degree 7 in s0, coefficients s16 to s23, value in s1: Horner's rule.
        .arch armv8-a
// cyclesim-begin horner
        fmadd   s1, s23, s0, s22
        fmadd   s1, s1, s0, s21
        fmadd   s1, s1, s0, s20
        fmadd   s1, s1, s0, s19
        fmadd   s1, s1, s0, s18
        fmadd   s1, s1, s0, s17
        fmadd   s1, s1, s0, s16
// cyclesim-end
