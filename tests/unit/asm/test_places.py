"""Expanded code knows the chain of places it comes from; messages and regions follow it."""

from __future__ import annotations

from cyclesim import asm
from cyclesim.asm import regions
from cyclesim.ir import Span
from tests.unit.asm.build import errors, faults, program

NESTED = (
    ".macro inner r\n"  # 1
    " add \\r, \\r, #1\n"  # 2
    ".endm\n"
    ".macro outer a, b\n"  # 4
    " inner \\a\n"  # 5
    "  inner \\b\n"  # 6
    ".endm\n"
    "loop:\n"
    "   outer r1, r2\n"  # 9
    " .rept 2\n"  # 10
    "  sub r3, r3, #1\n"  # 11
    " .endr\n"
    " bne loop\n"  # 13
)


def chain(span: Span) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.via) for one in span.chain()]


def test_every_instruction_has_its_chain() -> None:
    found = [item.span for item in program(NESTED).instructions]
    assert [chain(span) for span in found[:2]] == [
        [(2, 2, ""), (5, 2, "inner"), (9, 4, "outer")],
        [(2, 2, ""), (6, 3, "inner"), (9, 4, "outer")],
    ]
    assert chain(found[2]) == chain(found[3]) == [(11, 3, ""), (10, 2, ".rept")]
    assert chain(found[4]) == [(13, 2, "")]


def test_the_place_in_the_text_that_was_given() -> None:
    """Of a macro the call, of a repetition the line itself."""
    assert [item.span.root().line for item in program(NESTED).instructions] == [9, 9, 11, 11, 13]
    assert [item.span.place for item in program(NESTED).instructions] == ["9", "9", "11", "11", "13"]


def test_a_line_that_the_preprocessor_changes_keeps_its_place() -> None:
    (item,) = program("#define ROW(a) add a, a, #1\n ROW(r0)\n").instructions
    assert chain(item.span) == [(2, 2, ""), (2, 2, "ROW")] and item.text == "add r0, r0, #1"


def test_a_plain_line_has_no_chain() -> None:
    assert all(item.span.parent is None for item in program("#define N 1\n nop\n.set x, 2\n mov r0, #x\n").instructions)


def test_messages_show_the_expanded_line_and_the_chain() -> None:
    (error,) = errors(NESTED.replace("outer r1, r2", "outer r1, r99"))
    assert error.render() == (
        "test.s:2:6: error[syntax]: ARMv7 has no register `r99`\n"
        "     add r99, r99, #1\n"
        "         ^~~\n"
        "    in expansion of `inner` at test.s:6:3\n"
        "    in expansion of `outer` at test.s:9:4\n"
        "    hint: ARMv7 has r0-r15, s0-s31, d0-d31 and q0-q15"
    )


def test_long_chains_show_their_ends() -> None:
    (error,) = errors(".macro m\n m\n.endm\n m\n")
    lines = error.render().split("\n")
    assert sum("in expansion of" in line for line in lines) == 8 and "    … and 92 more …" in lines
    assert lines[-2].endswith("at test.s:4:2") and lines[-1] == "    hint: does a macro call itself?"


def test_errors_are_in_the_order_of_the_text_that_was_given() -> None:
    text = ".macro m r\n mov \\r, r0\n.endm\n mov r99, r0\n m r98\n mov r97, r0\n"
    assert [message for _, _, message in faults(text)] == [f"ARMv7 has no register `r{n}`" for n in (99, 98, 97)]


def test_markers_in_macros_are_honoured() -> None:
    text = (
        ".macro kernel n\n mov r0, #0\n // cyclesim-begin body ops=8\n.rept \\n\n nop\n.endr\n"
        " /* cyclesim-end */ bx lr\n.endm\n kernel 2\n kernel 3\n"
    )
    found = program(text).regions
    assert [(one.name, one.start, one.end, one.operations) for one in found] == [("body", 1, 3, 8), ("body#2", 5, 8, 8)]
    assert found[0].span.line == 3 and found[0].span.root().line == 9


def test_markers_around_a_call() -> None:
    text = ".macro two\n nop\n nop\n.endm\n mov r0, #0\n@ LLVM-MCA-BEGIN\n two\n@ LLVM-MCA-END\n bx lr\n"
    (found,) = program(text).regions
    assert (found.start, found.end, found.span.line) == (1, 3, 6)


def test_markers_in_branches_that_are_not_read() -> None:
    text = "#if 0\n// cyclesim-begin a\n#endif\n.if 0\n@ cyclesim-begin b\n.endif\n nop\n"
    assert program(text).regions == ()


def test_marker_mistakes_in_macros_show_the_chain() -> None:
    (error,) = errors(".macro m\n nop\n @ cyclesim-end\n.endm\n m\n")
    assert "this region end has no begin" in error.message
    assert "in expansion of `m` at test.s:5:2" in error.render()


def test_lines_choose_calls_and_the_rounds_of_a_repetition() -> None:
    found = program(NESTED)
    assert [(one.start, one.end) for one in regions.choose(found, lines=(9, 9))] == [(0, 2)]
    assert [(one.start, one.end) for one in regions.choose(found, lines=(11, 11))] == [(2, 4)]


def test_a_loop_that_a_macro_makes_is_named_by_its_call() -> None:
    text = ".macro m\n1: nop\n bne 1b\n.endm\n\n m\n"
    (loop,) = regions.loops(asm.parse(text, "test.S", "armv7"))
    assert loop.name == "loop@6"


def test_several_loops_of_one_call_have_names_of_their_own() -> None:
    text = ".macro two\n1: nop\n bne 1b\n1: nop\n nop\n bne 1b\n.endm\n two\n"
    found = program(text)
    assert [loop.name for loop in regions.loops(found)] == ["loop@8", "loop@8#2"]
    assert [(one.start, one.end) for one in regions.choose(found, "loop@8#2")] == [(2, 5)]
