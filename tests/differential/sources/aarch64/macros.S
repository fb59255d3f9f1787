#include "shell.h"
#define SHIFT 4
#define LOAD(reg, base, index) ldr reg, [base, #(index) * 16]
#define LANE s
#define MUL_ADD(d, n, m, i...) fmla d.4s, n.4s, m.LANE[i]

.macro  transpose.4s t1, t2, s1, s2
        trn1    \t1\().4s, \s1\().4s, \s2\().4s
        trn2    \t2\().4s, \s1\().4s, \s2\().4s
.endm

.macro  stage insn, suffix=, regs:vararg
    .irp r, \regs
        \insn\suffix    \r, \r, #SHIFT
    .endr
.endm

.macro  save first=19, last=28
    .set    reg, \first
    .rept   (\last - \first) / 2
        str     x19, [sp, #(reg - \first) * 8]
    .set    reg, reg + 2
    .endr
.endm

.macro  movrel rd, val, offset=0
        adrp    \rd, \val+(\offset)
        add     \rd, \rd, :lo12:\val+(\offset)
.endm

function kernel, export=1, align=4
        LOAD(q0, x1, 2)
        LOAD ( q1 , x1 ,
               3 )
        MUL_ADD(v2, v0, v1, 3)
        transpose.4s v2, v3, v4, v5
        Transpose.4S v2, v3, v4, v5
        save
        save    last=22
        stage   sshr,, v1.8h, v2.8h
        stage   u,shr, v3.4s
        movrel  x3, table, 16
        movrel  x3, table
1:
        subs    x0, x0, #1
        bne     1b
        b.gt    1f
1:      ret
endfunc
table:
