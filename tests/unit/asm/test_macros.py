"""`.macro`: parameters, calls, bodies. Expected expansions are those of GNU as 2.40."""

from __future__ import annotations

import pytest

from tests.unit.asm.build import errors, expanded, faults, program


def call(parameters: str, arguments: str, body: str = r"mov \a, \b", isa: str = "armv7") -> list[str]:
    return expanded(f".macro m {parameters}\n {body}\n.endm\n m {arguments}\n", isa)


@pytest.mark.parametrize(
    ("parameters", "arguments", "result"),
    [
        ("a, b", "r1, r2", "mov r1, r2"),
        ("a b", "r1 r2", "mov r1, r2"),
        ("a,b", "r1,r2", "mov r1, r2"),
        ("(a, b)", "r1, r2", "mov r1, r2"),
        ("a, b=r9", "r1", "mov r1, r9"),
        ("a, b=r9", "r1,", "mov r1, r9"),
        ("a=r8, b = r9", ", r2", "mov r8, r2"),
        ("a, b", "b=r2, a=r1", "mov r1, r2"),
        ("a, b", "r1, b=r2", "mov r1, r2"),
        ("a, b", "a = r1, b = r2", "mov r1, r2"),
        ("a:req, b:req", "r1, r2", "mov r1, r2"),
        ("a, b", '"r1", "r2"', "mov r1, r2"),
        ("a, b:vararg", "r1, r2, lsl #2", "mov r1, r2,lsl#2"),
        ("a:req, b=r3", "r1", "mov r1, r3"),
    ],
)
def test_arguments_reach_their_parameters(parameters: str, arguments: str, result: str) -> None:
    assert call(parameters, arguments) == [result]


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ("x + y, z", ["x+y", "z", "", ""]),
        ("x y z", ["x", "y", "z", ""]),
        ("#1 #2", ["#1#2", "", "", ""]),
        ("-1 -2", ["-1-2", "", "", ""]),
        ("a -b", ["a-b", "", "", ""]),
        ("r0, lsl #2", ["r0", "lsl#2", "", ""]),
        ("(a b) c", ["(a b)c", "", "", ""]),
        ("(a, b) c", ["(a", "b)c", "", ""]),
        ("{d0, d1}, r2", ["{d0", "d1}", "r2", ""]),
        ("[x0] !", ["[x0]!", "", "", ""]),
        ("a , , c", ["a", "", "c", ""]),
        ("x * y (z)", ["x*y(z)", "", "", ""]),
        ("#(1 + 2) x", ["#(1+2)x", "", "", ""]),
        ("v0.4s  v1.8h x", ["v0.4s", "v1.8h", "x", ""]),
        ('"a b, c" d', ["a b, c", "d", "", ""]),
        ("a\t\tb", ["a", "b", "", ""]),
        ("5-3 4", ["5-3", "4", "", ""]),
    ],
)
def test_arguments_are_split_as_gnu_as_splits_them(arguments: str, values: list[str]) -> None:
    text = '.macro m a, b, c, d\n .warning "<\\a><\\b><\\c><\\d>"\n nop\n.endm\n m ' + arguments
    (note,) = program(text, "aarch64").notes
    assert note.endswith("".join(f"<{value}>" for value in values))


def test_brackets_are_parts_of_names_in_armv7_only() -> None:
    """Source: GNU as, tc-arm.c, arm_symbol_chars."""
    text = '.macro m a, b\n .warning "<\\a><\\b>"\n nop\n.endm\n m {d0} {d1}'
    assert program(text, "armv7").notes[0].endswith("<{d0}><{d1}>")
    assert program(text, "aarch64").notes[0].endswith("<{d0}{d1}><>")


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (r"mov \a, \b", ["mov r1, r2"]),
        (r"mov\a\()s r0, #0", ["movr1s r0, #0"]),
        (r"vmov.\a\()8 d0, d1", ["vmov.r18 d0, d1"]),
        (r"mov r\c, #0", [r"mov r\c, #0"]),
        (r"mov \a, \b ; add \b, \b, \a", ["mov r1, r2", "add r2, r2, r1"]),
        ("", []),
    ],
)
def test_what_a_body_may_say(body: str, result: list[str]) -> None:
    if "\\c" in body:
        assert faults(f".macro m a, b\n {body}\n.endm\n m r1, r2\n")[0][:2] == (2, 7)
    else:
        assert call("a, b", "r1, r2", body) == result


def test_the_number_of_the_call() -> None:
    text = ".macro m\nl\\@: subs r0, r0, #1\n bne l\\@\n.endm\n m\n m\n"
    found = program(text)
    assert found.labels == {"l0": 0, "l1": 2}
    assert [item.text.split()[-1] for item in found.instructions[1::2]] == ["l0", "l1"]


def test_at_signs_of_armv7_comments_are_not_call_numbers() -> None:
    assert expanded(".macro m a @ \\@ in a comment\n mov \\a, #\\@ @ \\a\n.endm\n m r0 @ r1\n m r1\n") == [
        "mov r0, #0", "mov r1, #1",
    ]  # fmt: skip


def test_names_of_macros_have_no_case_but_parameters_do() -> None:
    assert expanded(".macro Mac a, A\n mov \\a, \\A\n.endm\n MAC r1, r2\n mac r3, r4\n") == ["mov r1, r2", "mov r3, r4"]


def test_a_macro_takes_the_place_of_an_instruction() -> None:
    assert expanded(".macro movw rd, v\n mov \\rd, \\v\n.endm\n movw r0, #1\n") == ["mov r0, #1"]


def test_a_macro_with_a_dot_in_its_name() -> None:
    assert expanded(".macro add4.h a\n add \\a\\().4h, \\a\\().4h, \\a\\().4h\n.endm\n add4.h v1", "aarch64") == [
        "add v1.4h, v1.4h, v1.4h"
    ]


def test_macros_that_define_and_purge_macros() -> None:
    """The way FFmpeg's, dav1d's and x264's function/endfunc work."""
    text = (
        ".macro function name, export=0\n .macro endfunc\n .size \\name, . - \\name\n .purgem endfunc\n .endm\n"
        ".if \\export\n .global P\\name\nP\\name:\n.endif\n\\name:\n.endm\n"
        "function one, export=1\n nop\nendfunc\nfunction two\n ret\nendfunc\n"
    )
    found = program(text, "aarch64")
    assert found.labels == {"Pone": 0, "one": 0, "two": 1} and len(found.instructions) == 2


def test_exitm_leaves_the_innermost_macro_or_repetition_and_its_conditions() -> None:
    text = (
        ".macro inner n\n.if \\n\n.rept 3\n mov r0, #\\n\n .exitm\n.endr\n.endif\n mov r9, #9\n.endm\n"
        ".macro outer\n inner 1\n inner 0\n mov r1, #1\n.endm\nouter\n"
    )
    assert expanded(text) == ["mov r0, #1", "mov r9, #9", "mov r9, #9", "mov r1, #1"]


def test_exitm_in_a_macro_itself() -> None:
    text = ".macro m n\n.if \\n == 0\n .exitm\n.endif\n mov r0, #\\n\n.endm\n m 0\n m 1\n"
    assert expanded(text) == ["mov r0, #1"]


def test_altmacro_as_far_as_it_is_used() -> None:
    text = (
        ".set N, 3\n.macro load_ r, i\n ldr \\r\\i, [r0, #\\i*4]\n.endm\n"
        ".macro load r, i\n .altmacro\n load_ \\r, %(\\i + 1)\n .noaltmacro\n.endm\n load r, N\n"
    )
    assert expanded(text) == ["ldr r4, [r0, #4*4]"]


def test_altmacro_has_bare_names_locals_and_angle_brackets() -> None:
    text = (
        ".altmacro\n.macro m reg, rest\n LOCAL top, out\ntop: subs reg, reg, #1\n mov rest\n bne top\n.endm\n"
        " m r1, <r2, r3>\n m r4, <r5, r6>\n"
    )
    found = program(text)
    assert [" ".join(item.text.split()) for item in found.instructions] == [
        "subs r1, r1, #1", "mov r2,r3", "bne .LL0001", "subs r4, r4, #1", "mov r5,r6", "bne .LL0003",
    ]  # fmt: skip
    assert found.labels == {".LL0001": 0, ".LL0003": 3}


def test_a_call_behind_a_label() -> None:
    found = program(".macro m\n nop\n.endm\nloop: m\n b loop\n1: .rept 2\n nop\n.endr\n b 1b\n")
    assert [item.mnemonic for item in found.instructions] == ["nop", "b", "nop", "nop", "b"]
    assert found.labels == {"loop": 0}


def test_a_string_may_hold_several_statements() -> None:
    assert expanded('.macro twice x\n \\x\n \\x\n.endm\n twice "add r0, r0, #1 ; nop"') == [
        "add r0, r0, #1", "nop", "add r0, r0, #1", "nop",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        (".macro m a:req\n nop\n.endm\n m\n", 4, 3, "`m` needs a value for `a`"),
        (".macro m a\n nop\n.endm\n m 1, 2\n", 4, 4, "`m` takes 1 argument, here are more"),
        (".macro m\n nop\n.endm\n m 1\n", 4, 4, "`m` takes 0 arguments, here are more"),
        (".macro m a\n nop\n.endm\n m b=1\n", 4, 4, "`m` has no parameter `b`"),
        (".macro m a, b\n nop\n.endm\n m a=1, 2\n", 4, 4, "a positional argument follows `a=`"),
        (".macro\n nop\n.endm\n", 1, 7, "`.macro` names no macro"),
        (".macro m a, a\n nop\n.endm\n", 1, 8, "`m` has two parameters `a`"),
        (".macro m a:opt\n nop\n.endm\n", 1, 9, "`opt` is no kind of parameter"),
        (".macro m\n nop\n.endm\n.macro M\n.endm\n", 4, 8, "`M` is already a macro"),
        (".macro .if\n.endm\n", 1, 8, "`.if` is a directive"),
        (" .macro m\n nop\n", 1, 2, "`.macro` is never closed"),
        (".macro m\n.macro n\n.endm\n", 1, 1, "`.macro` is never closed"),
        (" .endm\n", 1, 2, "`.endm` closes nothing"),
        (".purgem m\n", 1, 9, "`m` is no macro"),
        ('.macro m a\n nop\n.endm\n m "x\n', 4, 4, "this string never ends"),
        (".altmacro\n.macro m a\n nop\n.endm\n m <x\n", 5, 4, "`<` is never closed"),
        (".altmacro\n.macro m a\n nop\n.endm\n m %(X)\n", 5, 1, "`X` is not defined"),
        (' .error "not for this core"\n', 1, 2, '.error "not for this core"'),
        (".macro m\n .err\n.endm\n m\n", 2, 2, ".err"),
    ],
)
def test_mistakes(text: str, line: int, column: int, message: str) -> None:
    (found,) = faults(text)
    assert (found[0], found[2]) == (line, message) and found[1] >= column - 1


def test_the_hint_shows_how_the_macro_is_defined() -> None:
    (error,) = errors(".macro m a, b:req, c=4, d:vararg\n nop\n.endm\n m\n")
    assert error.hint == ".macro m a, b:req, c=4, d:vararg"
