#include "config.h"
#include "shell.h"
.syntax unified
#if (__ARM_ARCH >= 7) && defined(__ARM_NEON) && !defined(__thumb__) && VALUE > 3
# define STEP(n) add r0, r0, #(n)
#elif defined(__aarch64__)
# error not this one
#else
# define STEP(n) sub r0, r0, #(n)
#endif
#ifndef NEVER
        STEP(VALUE)
#else
        mov     r99, r0
#endif
ONLY_32 STEP(1)
ONLY_64 STEP(2)

.macro  op kind, reg
    .ifc \kind, add
        add     \reg, \reg, #1
    .else
      .ifc \kind,sub
        sub     \reg, \reg, #1
      .else
        mov     \reg, #0
      .endif
    .endif
    .ifb \reg
        .error  "no register"
    .endif
.endm
        op      add, r1
        op      sub,r2
        op      other  r3

.set N, 5
.macro  countdown
    .if N > 0
        add     r4, r4, #N
        .set N, N - 1
        countdown
    .endif
.endm
        countdown
    .ifdef N
        mov     r5, #N
    .endif
    .ifndef later
        mov     r6, #1
    .endif
later:
    .ifeq N - 1
        .err
    .endif
    .ifne (1 << 3) - 8
        .err
    .elseif 7 % 4 == 3
        mov     r7, #(7 / 2) | 8
    .endif
    .irpc d, 0123
        vadd.f32 s\d, s\d, s1\d
    .endr

.macro  early n
    .rept 4
      .if \n
        .exitm
      .endif
        nop
        mov     r8, #1
    .endr
        mov     r9, #2
.endm
        early   0
        early   1
        bx      lr
