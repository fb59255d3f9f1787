"""`#` directives: definitions, conditions, what a compiler predefines."""

from __future__ import annotations

import pytest

from cyclesim import asm
from cyclesim.errors import UsageError
from tests.unit.asm.build import expanded, faults, program


@pytest.mark.parametrize(
    ("definitions", "line", "result"),
    [
        ("#define MR 4", "mov r0, #MR", "mov r0, #4"),
        ("#define MR 4", "mov r0, #MRX", None),
        ("#define MR (2+2)", "mov r0, #MR*2", "mov r0, #(2+2)*2"),
        ("#define P_SRC r1", "ldr r0, [P_SRC]", "ldr r0, [r1]"),
        ("#define A B\n#define B r7", "mov r0, A", "mov r0, r7"),
        ("#define ADD3(a, b) add a, b, b", "ADD3(r0, r1)", "add r0, r1, r1"),
        ("#define ADD3(a, b) add a, b, b", "ADD3 ( r0 ,r1 )", "add r0, r1, r1"),
        ("#define CAT(a, b) a ## b", "mov CAT(r, 5), #1", "mov r5, #1"),
        ("#define CAT_(a, b) a##b\n#define CAT(a, b) CAT_(a, b)\n#define N 6", "mov CAT(r, N), #1", "mov r6, #1"),
        ("#define CAT(a, b) a##b\n#define N 6", "rN .req r0\n mov CAT(r,N), #1", "mov rN, #1"),
        ("#define SAME(x) x", "SAME(SAME(mov r0, r1))", None),
        ("#define SAME(x...) x", "SAME(SAME(mov r0, r1))", "mov r0, r1"),
        ("#define OP(op, ...) op __VA_ARGS__", "OP(add, r0, r1, r2)", "add r0, r1, r2"),
        ("#define OP(op, a...) op r0 , ##a", "OP(mov, #1)", "mov r0 ,#1"),
        ("#define OP(op, a...) op , ##a", "OP(nop)", "nop"),
        ("#define NOTHING", "NOTHING mov r0, r1 NOTHING", "mov r0, r1"),
        ("#define X(s) s", "X (nop)", "nop"),
        ("#define X(s) s", "bl X", "bl X"),
        ("#define LONG mov r0, \\\n  #7", "LONG", "mov r0, #7"),
        ("#define TWO nop ; nop", "TWO", "nop"),
        ("#define r5 r6\n#undef r5", "mov r0, r5", "mov r0, r5"),
        ("#define N 1 // one\n#define M /* two */ 2", "mov r0, #N+M", "mov r0, #1+2"),
        (".set SELF, 4\n#define SELF SELF+1", "mov r0, #SELF", "mov r0, #SELF+1"),
        ("#define A B\n#define B A\n.set A, 1", "mov r0, #A", "mov r0, #A"),
        ("#define f X(f)\n#define X(s) s", "bl f", "bl f"),
        ("#define s S", "vadd.i32 q0, q1, q2 // s", "vadd.i32 q0, q1, q2"),
        ("#define LINE __LINE__", "mov r0, #LINE", "mov r0, #2"),
        ("#define ID __COUNTER__", "mov r0, #ID+ID", "mov r0, #0+1"),
        ("#define STR(x) #x\n.macro m a\n mov r0, \\a\n.endm", "m STR(r4)", "mov r0, r4"),
    ],
)
def test_definitions(definitions: str, line: str, result: str | None) -> None:
    text = f"{definitions}\n {line}\n"
    if result is None:
        assert faults(text)
    else:
        assert expanded(text)[0] == result


def test_elements_of_registers_are_no_names() -> None:
    """`4s` in `v0.4s` is one token of the preprocessor, `s` in `v0.s[1]` a name."""
    assert expanded("#define s h\n fmul v0.4s, v1.4s, v2.s[1]\n", "aarch64") == ["fmul v0.4s, v1.4s, v2.h[1]"]


def test_a_call_may_span_lines() -> None:
    assert expanded("#define ADD3(a, b, c) add a, b, c\n ADD3(r0,\n  r1,\n  r2)\n nop\n") == ["add r0, r1, r2", "nop"]


def test_a_comment_character_that_a_macro_makes() -> None:
    """FFmpeg's `A` and `T` hide the lines of one instruction set behind a comment."""
    text = "#define A\n#define T @\nA mov r0, r1\nT mov r2, r3\n"
    assert expanded(text) == ["mov r0, r1"]
    assert expanded("#define ELF #\nELF .size f, . - f\n nop\n", "aarch64") == ["nop"]


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("#if 1", True), ("#if 0", False), ("#if N", True), ("#if N == 3 && M != 3", True), ("#if UNKNOWN", False),
        ("#if defined(N)", True), ("#if defined N && !defined UNKNOWN", True), ("#ifdef N", True), ("#ifndef N", False),
        ("#if (N + 1) * 2 == 8", True), ("#if N > 2 ? 0 : 1", False), ("#if 0x10 == 16 && 010 == 8", True),
        ("#if ~0 == -1", True), ("#if 1 << 4 >= 16u", True), ("#if 7 / 2 == 3 && -7 / 2 == -3", True),
        ("#if 5 % 3 == 2 || 1 / 0", True), ("#if F(2) == 4", True), ("#if 'a' == 97", True), ("# if N", True),
        ("#if __ARM_ARCH >= 7", True), ("#if defined(__aarch64__)", False), ("#if defined(__arm__)", True),
        ("#if __ARM_NEON && __ELF__ && __ASSEMBLER__", True), ("#ifdef __thumb__", False),
        ('#if __has_include("none.h")', False), ("#if __has_feature(bti)", False), ("#if EMPTY + 1", True),
    ],
)  # fmt: skip
def test_each_condition(condition: str, held: bool) -> None:
    text = f"#define N 3\n#define M 4\n#define F(x) x*2\n#define EMPTY\n{condition}\n nop\n#else\n wfi\n#endif\n"
    assert expanded(text) == ["nop" if held else "wfi"]


def test_branches_and_nesting() -> None:
    text = "#if 0\n???\n#if 1\n#else\n#endif\n#elif 1\n nop\n#ifdef X\n!!\n#elif 1\n wfi\n#endif\n#else\n#error no\n#endif\n"
    assert expanded(text) == ["nop", "wfi"]


@pytest.mark.parametrize(
    ("isa", "names"),
    [
        ("armv7", "__arm__ __ARM_ARCH_7A__ __ARM_NEON__ __ARM_EABI__ __VFP_FP__ __ARM_FEATURE_DSP __ARM_FEATURE_FMA"),
        ("aarch64", "__aarch64__ __LP64__ __ARM_64BIT_STATE __ARM_FEATURE_DOTPROD __ARM_FEATURE_AES __ARM_FEATURE_FMA"),
    ],
)
def test_what_the_instruction_set_predefines(isa: str, names: str) -> None:
    text = "".join(f"#ifdef {name}\n nop\n#endif\n" for name in [*names.split(), "__linux__", "__SVE__"])
    assert len(expanded(text, isa)) == len(names.split()) + 1


def test_definitions_of_the_command_line() -> None:
    text = "#if BITS == 16 && defined(ON) && !defined(__ELF__)\n mov r0, #BITS\n#endif\n nop\n"
    assert expanded(text, define=("BITS=16", "ON"), undefine=("__ELF__",)) == ["mov r0, #16", "nop"]
    assert expanded(text, define=("BITS=8", "ON")) == ["nop"]
    assert expanded(" mov r0, #N\n", define=("N=4",)) == ["mov r0, #4"]
    with pytest.raises(UsageError, match="-D takes NAME or NAME=VALUE"):
        asm.parse("nop", "test.S", "armv7", asm.Flags(define=("2=3",)))


def test_files_named_s_are_not_preprocessed_as_far_as_comments_go() -> None:
    text = "# if this is so\n# define nothing\n# include me\n nop\n"
    assert len(asm.parse(text, "test.s", "armv7").instructions) == 1


def test_directives_in_comments_are_none() -> None:
    assert expanded("// #if 0\n/* #define nop wfi\n#if 0 */\n nop // #else\n") == ["nop"]


def test_separators_of_statements() -> None:
    assert expanded(" nop ; wfi %% nop\n") == ["nop", "wfi", "nop"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("#if 1\n nop\n", 1, "`#if` is never closed"),
        (" nop\n#endif\n", 2, "`#endif` closes nothing"),
        (" nop\n #else\n", 2, "`#else` closes nothing"),
        ("#if\n#endif\n nop\n", 1, "the condition is empty"),
        ("#if (1\n#endif\n nop\n", 1, "`(` is never closed in the condition"),
        ("#if 1 +\n#endif\n nop\n", 1, "a value is missing in the condition"),
        ("#if 1 2\n#endif\n nop\n", 1, "`2` is not expected in a condition"),
        ('#if "x"\n#endif\n nop\n', 1, '`"` is not expected in a condition'),
        ("#if 1 ? 2\n#endif\n nop\n", 1, "`?` has no `:`"),
        ("#ifdef\n#endif\n nop\n", 1, "`#ifdef` takes a name"),
        ("#define\n nop\n", 1, "`#define` names no macro"),
        ("#define A(1) x\n nop\n", 1, "`1` is no parameter name"),
        ("#define A ## x\n nop\n", 1, "`##` has nothing to join here"),
        ("#define A(x) x\n mov r0, A(r1, r2)\n", 2, "`A` takes 1 arguments, not 2"),
        ("#error only for cores with NEON\n nop\n", 1, "#error only for cores with NEON"),
        ("#include nothing\n nop\n", 1, "`#include` names no file"),
        (" KERNEL(r0)\n", 1, "`KERNEL(…)` is a call of an unknown macro"),
    ],
)
def test_mistakes(text: str, line: int, message: str) -> None:
    assert (line, message) in [(found[0], found[2]) for found in faults(text)]


def test_all_mistakes_are_reported_in_order() -> None:
    found = faults("#define A(x) x\n add r0, r99\n A(r1, r2)\n.rept 2\n add r0, r98\n.endr\n add r0, r97\n#endif\n")
    assert [line for line, _, _ in found] == [2, 3, 4, 4, 7, 8] or [line for line, _, _ in found] == [2, 3, 5, 5, 7, 8]


def test_columns_are_those_of_the_expanded_line() -> None:
    (item,) = program("#define LONGNAME r1\n add r0, LONGNAME, r2\n").instructions
    assert [operand.column for operand in item.operands] == [6, 10, 14]
