#include "shell.h"
.syntax unified
.fpu neon-vfpv4

/* Arguments: positional, by name, defaults, required, the rest. */
.macro  row  acc:req, a, b=d0[0], shift=0, tail:vararg
        vmla.f32        \acc, \a, \b
    .if \shift
        vshl.i32        \acc, \acc, #\shift
    .elseif \shift == 0
        veor            \acc, \acc, \a
    .endif
    .ifnb \tail
        add             \tail
    .endif
.endm

.macro  TRANSPOSE4x4 r0 r1 r2 r3
        vtrn.16         \r0, \r2
        vtrn.16         \r1, \r3
        vtrn.8          \r0, \r1 ; vtrn.8 \r2, \r3
.endm

.macro  loads first, count, base
    .set i, 0
    .rept \count
        ldr             r\first, [\base, #i*4]  @ a counter in every round
    .set i, i + 1
    .endr
.endm

.macro  each what, regs:vararg
    .irp r, \regs
        \what           \r, \r, #1
    .endr
.endm

function one, export=1
        row             q8, q0
        row             q9, q1, d1[1]
        row             q10, q2, shift=3
        row             q11, q3, d2[0], 0, r0, r1, r2, lsl #2
        row             acc=q12, a=q4, b=d3[1]
        transpose4x4    d0 d1 d2 d3
        loads           4, 3, r0
        each            add, r1, r2, r3
#undef X
#define X(name) name
