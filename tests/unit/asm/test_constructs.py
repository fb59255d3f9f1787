"""What would have to be expanded is refused by name, once, and its body is skipped."""

from __future__ import annotations

import pytest

from tests.unit.asm.build import errors, only_error, place, program


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (".macro mac a, b\n vmla.f32 \\a, \\b, d0[0]\n.endm", ".macro mac a, b"),
        (".macro outer\n.macro inner\nnop\n.endm\nnop\n.endm", ".macro outer"),
        (".macro m\nnop\n.endmacro", ".macro m"),
        (".rept 4\nnop\n.endr", ".rept 4"),
        (".irp n, 1, 2\n.rept 2\nmov r\\n, #0\n.endr\n.endr", ".irp n, 1, 2"),
        (".irpc n, 12\nmov r\\n, #0\n.endr", ".irpc n, 12"),
        (".if X == 1\nnop\n.else\n???\n.endif", ".if X == 1"),
        (".IFDEF X\n.if Y\nnop\n.endif\n.endif", ".ifdef"),
        ('.include "other.S"', '.include "other.S"'),
        ("#define MR 4", "#define MR 4"),
        ("#define TWICE(x) x ; \\\n  x \\\n  ???", "#define TWICE(x)"),
        ("#if defined(FOO)\nnop\n#elif BAR\n!!!\n#else\nnop\n#endif", "#if defined(FOO)"),
        ("#ifdef X\n#ifndef Y\nnop\n#endif\n#endif", "#ifdef X"),
        ("# ifdef X\nloop:\n#endif", "#ifdef"),
    ],
)
def test_each_construct_is_one_error_at_its_place(text: str, name: str) -> None:
    line, column, message, hint = only_error(f"nop\n{text}\nadd r0, r0, r1\n")
    word = name.split(" ")[0]
    assert (line, column, message) == (2, 1, f"`{word}` is not expanded") and "expand it first" in hint


def test_errors_around_a_construct_are_reported_too() -> None:
    found = errors("add r0, r99\n.rept 2\nadd r0, r98\n.endr\nadd r0, r97\n")
    assert [place(error)[0] for error in found] == [1, 2, 5]


@pytest.mark.parametrize(
    "text",
    [
        '#include "assembly.h"',
        "#include <xnnpack/assembly.h>",
        "#pragma once",
        "#undef MR",
        "#define INCLUDED",
        '#ifdef __ELF__\n.section ".note.GNU-stack","",%progbits\n#endif',
        "#ifndef __APPLE__\n.arch armv7-a\n.fpu neon\n#else\n.align 2\n#endif",
        ".ifdef X\n.align 4\n.endif",
        "#ifdef X\n#error not here\n#endif",
    ],
)
def test_what_holds_no_instruction_is_skipped_quietly(text: str) -> None:
    assert [item.text for item in program(f"{text}\nnop\n").instructions] == ["nop"]


@pytest.mark.parametrize("body", [".set N, 4", "t .req r0", "loop:", "nop", ".macro m\n.endm", "#define N 4"])
def test_a_condition_around_anything_with_effect_is_refused(body: str) -> None:
    assert only_error(f"#ifdef X\n{body}\n#endif")[:3] == (1, 1, "`#ifdef` is not expanded")


@pytest.mark.parametrize(
    ("word", "opener"),
    [(".endm", ".macro"), (".endr", ".rept"), (".endif", ".if"), (".else", ".if"), ("#endif", "#if"), ("#else", "#if")],
)
def test_ends_without_a_begin(word: str, opener: str) -> None:
    line, column, message, hint = only_error(f"nop\n {word}")
    assert (line, column, message) == (2, 2, f"`{word}` closes nothing") and opener in hint


@pytest.mark.parametrize(("word", "closer"), [(".macro m", ".endm"), (".rept 2", ".endr"), ("#if 1", "#endif")])
def test_begins_without_an_end(word: str, closer: str) -> None:
    line, column, message, hint = only_error(f"nop\n{word}\nnop\n")
    assert (line, column) == (2, 1) and "is never closed" in message and closer in hint


def test_a_construct_in_a_comment_is_none() -> None:
    assert len(program("@ .macro m\n// #if 1\n/* .rept 2\n.endr */ nop").instructions) == 1


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("BEGIN_FUNCTION kernel", "END_FUNCTION kernel"),
        ("function kernel, export=1", "endfunc"),
        ("function kernel export=1, align=4", "endfunc"),
        ("asm_function kernel", ""),
        ("ENTRY(kernel)", "END(kernel)"),
        ("const kernel, align=4", "endconst"),
    ],
)
def test_shells_of_functions_are_labels(opening: str, closing: str) -> None:
    found = program(f"nop\n{opening}\n add r0, r0, r1\n b kernel\n{closing}\n")
    assert found.labels == {"kernel": 1} and len(found.instructions) == 3
    assert found.instructions[2].operands[0]._replace(column=0)[:2] == ("kernel", 1)


def test_a_shell_without_a_name_and_other_macro_calls() -> None:
    assert only_error("BEGIN_FUNCTION")[:3] == (1, 1, "`BEGIN_FUNCTION` names no function")
    line, column, message, hint = only_error(" KERNEL_4x4(r0, r1)")
    assert (line, column, message) == (1, 2, "`KERNEL_4x4(…)` is a macro call, which is not expanded")
    assert "preprocessor" in hint


def test_upper_case_words_are_never_skipped() -> None:
    assert [item.mnemonic for item in program("KERNEL4x4_I\nnop").instructions] == ["kernel4x4_i", "nop"]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("%% nop", 1, "`%` is not expected here"),
        ("add, r0", 4, "`,` is not expected here"),
        ("  = 4", 3, "`=` is not expected here"),
        ("1.5", 1, "`1` is not expected here"),
        ("nop }", 5, "`}` closes nothing"),
        ("\\name: nop", 1, "`\\` is not expected here"),
    ],
)
def test_what_is_no_statement(text: str, column: int, words: str) -> None:
    assert only_error(text)[:3] == (1, column, words)
