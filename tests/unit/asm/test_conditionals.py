"""`.if` and its relatives, `.rept`, `.irp`, `.irpc`, constants that change."""

from __future__ import annotations

import pytest

from tests.unit.asm.build import expanded, faults, program

ADDRESSES = "`{}` depends on addresses, which only an assembler knows"


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (".if 1", True), (".if 0", False), (".if 2 - 2", False), (".if N == 3", True), (".if N > 3 || N < 0", False),
        (".if !(N & 4)", True), (".ifeq N - 3", True), (".ifne N - 3", False), (".ifgt N", True), (".ifge -1", False),
        (".iflt -1", True), (".ifle 0", True), (".ifdef N", True), (".ifdef here", True), (".ifdef later", False),
        (".ifndef later", True), (".ifnotdef N", False), (".ifb", True), (".ifb x", False), (".ifnb x", True),
        (".ifc a, a", True), (".ifc a,b", False), (".ifc a + b , a+b", True), (".ifnc a, A", True),
        ('.ifc "", ""', True), ('.ifeqs "a,b", "a,b"', True), ('.ifnes "a", "b"', True), (".IF 1", True),
    ],
)  # fmt: skip
def test_each_condition(condition: str, held: bool) -> None:
    text = f".set N, 3\nhere:\n{condition}\n mov r0, #1\n.else\n mov r0, #2\n.endif\nlater: nop\n"
    assert expanded(text) == [f"mov r0, #{1 if held else 2}", "nop"]


@pytest.mark.parametrize(("value", "result"), [(1, "#10"), (2, "#20"), (3, "#30"), (4, "#40")])
def test_elseif_takes_the_first_branch_that_holds(value: int, result: str) -> None:
    text = (
        f".if {value} == 1\n mov r0, #10\n.elseif {value} == 2\n mov r0, #20\n.elseif {value} <= 3\n mov r0, #30\n"
        ".else\n mov r0, #40\n.endif\n"
    )
    assert expanded(text) == [f"mov r0, {result}"]


def test_branches_that_are_not_read_may_hold_anything() -> None:
    text = ".if 0\n ??? \n.if 1\n.else\n.endif\n.elseif 1\n nop\n.else\n.if X\n !!!\n.endif\n.endif\n"
    assert expanded(text) == ["nop"]


def test_conditions_see_the_values_of_their_place() -> None:
    text = ".macro step\n .if N > 0\n mov r0, #N\n .set N, N - 1\n step\n .endif\n.endm\n.set N, 3\n step\n"
    assert expanded(text) == ["mov r0, #N"] * 3
    assert [item.operands[1].value for item in program(text).instructions] == [3, 2, 1]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (".rept 3\n nop\n.endr", ["nop"] * 3),
        (".rept 0\n nop\n.endr\n ret", ["ret"]),
        (".rep 2\n nop\n.endr", ["nop"] * 2),
        (".rept 2\n.rept 2\n nop\n.endr\n ret\n.endr", ["nop", "nop", "ret"] * 2),
        (".irp n, 1, 2,3\n mov w\\n, #0\n.endr", ["mov w1, #0", "mov w2, #0", "mov w3, #0"]),
        (".irp n, 1 2\n mov w\\n, #0\n.endr", ["mov w1, #0", "mov w2, #0"]),
        (".irp n\n mov w0, #1\\n\n.endr", ["mov w0, #1"]),
        (".irpc n, 012\n mov w\\n, #0\n.endr", ["mov w0, #0", "mov w1, #0", "mov w2, #0"]),
        (".irp a, 1, 2\n.irp b, 3, 4\n add w\\a, w\\b, #\\a\\b\n.endr\n.endr",
         ["add w1, w3, #13", "add w1, w4, #14", "add w2, w3, #23", "add w2, w4, #24"]),
        (".set i, 0\n.rept 3\n mov w0, #i\n.set i, i + 1\n.endr", ["mov w0, #i"] * 3),
    ],
)  # fmt: skip
def test_repetitions(text: str, result: list[str]) -> None:
    assert expanded(text, "aarch64") == result


def test_a_counter_has_its_value_in_every_round() -> None:
    text = "i = 0\n.rept 4\n mov r0, #i*4\n i = i + 1\n.endr\n mov r1, #i\n"
    assert [item.operands[1].value for item in program(text).instructions] == [0, 4, 8, 12, 4]  # type: ignore[union-attr]


def test_a_repetition_over_the_arguments_of_a_macro() -> None:
    text = ".macro zero regs:vararg\n.irp r, \\regs\n fmov \\r, #1.0\n.endr\n.endm\n zero d0, d1, d2\n"
    assert expanded(text, "aarch64") == [f"fmov d{n}, #1.0" for n in range(3)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [("b - a", 8), (". - a", 12), ("(. - b) / 4", 1), ("(b - a) * 2 + 1 - N", 14), ("b - b", 0)],
)
def test_distances_in_code(expression: str, value: int) -> None:
    """4 bytes an instruction."""
    text = f".set N, 3\n.text\na: nop\n nop\nb: nop\n.if {expression} == {value}\n wfi\n.endif\n"
    assert expanded(text)[-1] == "wfi"


def test_padding_up_to_a_distance() -> None:
    text = "start:\n.rept 3\n add w0, w0, w1\n.endr\n.rept (32 - (. - start)) / 4\n nop\n.endr\n"
    assert expanded(text, "aarch64") == ["add w0, w0, w1"] * 3 + ["nop"] * 5


def test_loops_inside_repetitions_and_macros_are_found() -> None:
    text = ".macro loop n\n1:\n.rept \\n\n vadd.i32 q0, q0, q1\n.endr\n subs r0, r0, #1\n bne 1b\n.endm\n loop 2\n loop 3\n"
    from cyclesim.asm import regions

    assert [(one.start, one.end) for one in regions.loops(program(text))] == [(0, 4), (4, 9)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (".if\n nop\n.endif\n", 1, "a value is missing here"),
        (".if X\n nop\n.endif\n", 1, "`X` is not defined"),
        (".if a - b\n nop\n.endif\na: b: nop\n", 1, "`a` is not defined"),
        ("a: nop\n.word 1\nb:\n.if b - a\n nop\n.endif\n", 4, ADDRESSES.format("b - a")),
        (".thumb\na: nop\nb:\n.if b - a\n nop\n.endif\n", 4, ADDRESSES.format("b - a")),
        ("a: nop\n.if a\n nop\n.endif\n", 2, ADDRESSES.format("a")),
        ("1: nop\n.if . - 1b\n nop\n.endif\n", 2, ADDRESSES.format(". - 1b")),
        (".if 1.5\n.endif\n nop", 1, "a whole number is wanted here"),
        (".ifc a\n.endif\n nop", 1, "`.ifc` compares two texts"),
        (".ifdef 1\n.endif\n nop", 1, "`.ifdef` takes a name"),
        (".if 1\n nop\n", 1, "`.if` is never closed"),
        (".if 0\n nop\n", 1, "`.if` is never closed"),
        (".macro m\n.if 1\n.endm\n nop\n m\n.endif\n", 6, "`.endif` closes nothing"),
        (".endif\n", 1, "`.endif` closes nothing"),
        (".else\n", 1, "`.else` closes nothing"),
        (".rept 2\n nop\n", 1, "`.rept` is never closed"),
        (".rept -1\n nop\n.endr\n", 1, "a repetition of -1"),
        (".rept X\n nop\n.endr\n", 1, "`X` is not defined"),
        (".endr\n", 1, "`.endr` closes nothing"),
        (".irp\n nop\n.endr\n", 1, "`.irp` names no symbol"),
    ],
)
def test_mistakes(text: str, line: int, message: str) -> None:
    assert (line, message) in [(found[0], found[2]) for found in faults(text)]
