// A header of a project: how functions begin and end, and names that differ between systems.
#ifndef SHELL_H
#define SHELL_H

#define JOIN_(a, b) a ## b
#define JOIN(a, b) JOIN_(a, b)
#define PREFIX my_
#define X(name) JOIN(PREFIX, name)

#ifdef __ELF__
# define ELF
#else
# define ELF @
#endif

#if defined(__aarch64__)
# define ONLY_64
# define ONLY_32 //
#else
# define ONLY_64 @
# define ONLY_32
#endif

.macro function name, export=0, align=2
    .macro endfunc
ELF     .size   \name, . - \name
        .purgem endfunc
    .endm
        .text
        .align  \align
    .if \export
        .global X(\name)
ELF     .type   X(\name), %function
X(\name):
    .endif
\name:
.endm

#endif
