"""Comments vanish, statements keep their places."""

from __future__ import annotations

import pytest

from tests.unit.asm.build import errors, one, only_error, operands, place, program


def texts(text: str, isa: str = "armv7") -> list[tuple[int, int, str]]:
    return [(item.span.line, item.span.column, item.text) for item in program(text, isa).instructions]


@pytest.mark.parametrize(
    "tail",
    ["@ tail", "// tail", "/* tail */", "# tail", "@", "//", "#", "@ // /* ' \"", "# it's; not /* code", "@; nop"],
)
def test_every_comment_style_behind_an_armv7_instruction(tail: str) -> None:
    assert texts(f"add r0, r1, r2 {tail}\nnop") == [(1, 1, "add r0, r1, r2"), (2, 1, "nop")]


@pytest.mark.parametrize("tail", ["// tail", "/* tail */", "# tail", "// @ # '", "#"])
def test_every_comment_style_behind_an_aarch64_instruction(tail: str) -> None:
    assert texts(f"add x0, x1, x2 {tail}\nnop", "aarch64") == [(1, 1, "add x0, x1, x2"), (2, 1, "nop")]


def test_the_slides_comments() -> None:
    assert operands("VLD1.32 {d0-d2}, [r0]! # 6x2 = 12 VMLA.F32 instructions") == ["{d0 d1 d2}", "pre[r0]"]
    assert operands("VMOVL.U8 q0, d0 # extend to uint16") == ["q0", "d0"]
    assert operands("VMLAL.U16 q2, d2, d0[0] # multiply-accumulate in uint32") == ["q2", "d2", "d0[0]"]


def test_comment_lines() -> None:
    text = "# a\n   # include of nothing, in words\n@ b\n// c\n/* d */\n/* e\n f\n*/ nop\n"
    assert texts(text) == [(8, 4, "nop")]


def test_line_markers_of_a_preprocessor_are_comments() -> None:
    assert texts('# 1 "kernel.S"\n# 12 "assembly.h" 3\nnop\n') == [(3, 1, "nop")]


def test_a_comment_of_several_lines_keeps_lines_and_columns() -> None:
    assert texts("nop /* one\ntwo */ add r0, r1, r2 /* three\n*/\n\tnop") == [
        (1, 1, "nop"),
        (2, 8, "add r0, r1, r2"),
        (4, 2, "nop"),
    ]


def test_a_comment_inside_a_statement_keeps_columns() -> None:
    instruction = one("add r0, /* first */ r1, r2")
    assert [operand.column for operand in instruction.operands] == [5, 21, 25]


def test_tabs_count_as_one_column() -> None:
    instruction = one("\t\tadd\tr0,\tr1, #4")
    assert instruction.span.column == 3 and instruction.span.length == len("add\tr0,\tr1, #4")
    assert [operand.column for operand in instruction.operands] == [7, 11, 15]


def test_semicolons_separate_statements() -> None:
    assert texts("nop; add r0, r1, r2 ;; nop ;") == [(1, 1, "nop"), (1, 6, "add r0, r1, r2"), (1, 24, "nop")]


def test_semicolons_and_comment_signs_inside_strings_and_characters() -> None:
    assert texts('.ascii "a;b // c /* d @ e"\nnop') == [(2, 1, "nop")]
    assert texts('.ascii "a;b"; nop') == [(1, 15, "nop")]
    assert operands("mov r0, #';'; nop".partition("; nop")[0]) == ["r0", "#59"]
    assert operands("mov r0, #'@' @ at") == ["r0", "#64"]
    assert operands("mov r0, #'\\n'") == ["r0", "#10"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("svc #0", ["#0"]),
        ("svc #0 # call", ["#0"]),
        ("dmb #11", ["#11"]),
        ("nop # 4 cycles", []),
        ("nop #4 cycles", []),
        ("mov r0, r1, lsl #2", ["r0", "r1", "lsl 2"]),
        ("mov r0, r1, LSL # 2", ["r0", "r1", "lsl 2"]),
        ("mov r0, # 4", ["r0", "#4"]),
        ("mov r0,#4 # four", ["r0", "#4"]),
        ("add r0, r1, r2 #three of them", ["r0", "r1", "r2"]),
        ("loop: svc #1", ["#1"]),
        ("ldr r0, [r1,#4]! # next", ["r0", "pre[r1, #4]"]),
    ],
)
def test_a_hash_is_an_immediate_or_a_comment(text: str, expected: list[str]) -> None:
    assert operands(text) == expected


def test_a_hash_without_a_comma_is_not_taken_for_a_comment() -> None:
    line, column, message, hint = only_error("add r0, r1 #4")
    assert (line, column) == (1, 12) and "without a comma" in message and "comma" in hint


@pytest.mark.parametrize(
    "text", ["[r0@128]", "[r0 @128]", "[r0 @ 128]", "[r0,@128]", "[r0:128]", "[r0 :128]", "[r0,:128]"]
)
def test_an_alignment_is_no_comment(text: str) -> None:
    assert operands(f"vld1.32 {{d0}}, {text} @ 128 bits]") == ["{d0}", "offset[r0:128]"]


def test_an_unterminated_comment_is_an_error_where_it_starts() -> None:
    assert only_error("nop\n nop /* never")[:3] == (2, 6, "this comment never ends")
    assert "*/" in only_error("/*")[3]


def test_crlf_and_a_byte_order_mark() -> None:
    assert texts("\ufeffnop\r\nadd r0, r1, r2 @ x\r\n\r\nnop") == [
        (1, 1, "nop"),
        (2, 1, "add r0, r1, r2"),
        (4, 1, "nop"),
    ]


def test_columns_of_errors_behind_comments_and_tabs() -> None:
    found = errors("\t/* c */ add\tr0, r99 ; sub r0, r98")
    assert [place(error) for error in found] == [(1, 18), (1, 32)]
    assert found[0].render().splitlines()[2].index("^") == 4 + 17


def test_a_caret_in_a_line_of_a_megabyte() -> None:
    error = errors("nop;" * 250_000 + "add r0, r99")[0]
    source, caret = error.render().splitlines()[1:3]
    assert len(source) < 200 and source[caret.index("^") :].startswith("r99")


def test_a_statement_split_over_a_label_keeps_its_text() -> None:
    instruction = one("loop:  1: add r0, r1, r2  @ c")
    assert instruction.text == "add r0, r1, r2" and instruction.span.column == 11 and instruction.span.length == 14
