.syntax unified
.set BASE, 2
.macro  load_ group, index, base, offset
        ldr     \group\index, [\base, #\offset]
.endm
.macro  load  group, index, base, offset
        .altmacro
        load_   \group, %(\index), \base, %\offset*4
        .noaltmacro
.endm
        load    r, BASE, r0, 3
        load    r, BASE + 1, r0, 4
.altmacro
.macro  spin reg, count
        LOCAL   again, out
        mov     reg, #count
again:  subs    reg, reg, #1
        beq     out
        bne     again
out:
.endm
        spin    r1, 3
        spin    r2, <7>
.noaltmacro
.macro  countdown n
        mov     r3, #\n
    .if \n
        .altmacro
        countdown %(\n - 1)
        .noaltmacro
    .endif
.endm
        countdown 4
