"""Labels, constants and register names."""

from __future__ import annotations

import pytest

from cyclesim.ir import Immediate, Label, Memory, Register
from tests.unit.asm.build import errors, one, only_error, operands, place, program, shown


def targets(text: str, isa: str = "armv7") -> list[tuple[str, int | None]]:
    found = [operand for item in program(text, isa).instructions for operand in item.operands]
    return [(operand.name, operand.target) for operand in found if isinstance(operand, Label)]


def test_labels_name_the_next_instruction() -> None:
    labels = program("a: nop\nb:\n c: .Ld: foo$bar:\n nop\n_e1: \n.text\n$f: nop\nend:").labels
    assert labels == {"a": 0, "b": 1, "c": 1, ".Ld": 1, "foo$bar": 1, "_e1": 2, "$f": 2, "end": 3}


def test_branches_know_their_targets() -> None:
    assert targets("top: nop\nbne top\nb end\nbl puts\nend: nop") == [("top", 0), ("end", 4), ("puts", None)]


def test_a_label_behind_the_last_instruction_is_outside() -> None:
    assert targets("b end\nend:") == [("end", None)]


def test_numeric_labels_resolve_by_direction() -> None:
    assert targets("1: nop\nb 1b\nb 1f\n1: nop\nbeq 1b\nb 22f\n22: b 22b") == [
        ("1b", 0),
        ("1f", 3),
        ("1b", 3),
        ("22f", 6),
        ("22b", 6),
    ]


def test_a_numeric_label_on_the_line_of_its_branch() -> None:
    assert targets("1: b 1b") == [("1b", 0)]


@pytest.mark.parametrize(
    "mnemonic", ["b", "BNE", "bhs.w", "bl", "blx", "bleq", "cbz r0,", "ldr r0,", "adr r0,", "pld", "vldr d0,"]
)
def test_armv7_words_that_take_labels(mnemonic: str) -> None:
    assert targets(f"nop\nx: {mnemonic} x") == [("x", 1)]


@pytest.mark.parametrize(
    "mnemonic",
    [
        "b",
        "b.ne",
        "bne",
        "bl",
        "cbz x0,",
        "tbnz w0, #3,",
        "adr x0,",
        "adrp x0,",
        "ldr q0,",
        "ldrsw x0,",
        "prfm pldl1keep,",
    ],
)
def test_aarch64_words_that_take_labels(mnemonic: str) -> None:
    assert targets(f"nop\nx: {mnemonic} x", "aarch64") == [("x", 1)]


@pytest.mark.parametrize("name", [".Lx+4", "x-8", ".", ".-4", "x@PLT", "x(PLT)"])
def test_places_with_offsets_have_a_name_and_no_target(name: str) -> None:
    assert targets(f"x: .Lx: b {name}", "aarch64") == [(name, None)]


def test_local_labels_are_places_everywhere() -> None:
    assert shown(one("foo r0, .Ltable").operands[1]) == ".Ltable->None"


def test_a_label_may_look_like_a_register_of_the_other_set() -> None:
    assert targets("b x0\nx0: nop") == [("x0", 1)]
    assert only_error("b x0")[:3] == (1, 3, "ARMv7 has no register `x0`")


def test_missing_numeric_labels_and_repeated_labels() -> None:
    assert only_error("b 1f")[:3] == (1, 3, "no label `1:` stands after this")
    assert only_error("nop\nb 1b\n1: nop")[:3] == (2, 3, "no label `1:` stands before this")
    line, column, message, hint = only_error("a: nop\n a: nop")
    assert (line, column, message) == (2, 2, "the label `a` is defined twice") and "numeric" in hint


def test_constants_by_every_directive() -> None:
    text = ".set A, 4\n.equ B, A*2\nC = B+1\nD == 7\n.equiv E, 'a'\n.set F, #12\n"
    expected = [4, 8, 9, 7, 97, 12]
    instructions = program(text + "".join(f"mov r0, #{name}\n" for name in "ABCDEF")).instructions
    assert [item.operands[1].value for item in instructions if isinstance(item.operands[1], Immediate)] == expected


def test_a_constant_needs_no_hash() -> None:
    assert operands(".set N, 5\nmov r0, N") == ["r0", "#5"]
    assert operands("N=8\nldr r0, [r1], N") == ["r0", "post[r1, #8]"]
    assert operands("N=8\nvld1.8 {d0[N-1]}, [r0]") == ["{d0[7]}[7]", "offset[r0]"]


def test_a_constant_may_change() -> None:
    instructions = program("N = 1\nmov r0, #N\nN = N + 1\nmov r0, #N").instructions
    assert [shown(item.operands[1]) for item in instructions] == ["#1", "#2"]


def test_a_constant_may_be_defined_later() -> None:
    instructions = program("mov r0, #N\nldr r1, [r2, #N*2]\nldr r3, =N\n.set N, 3").instructions
    assert [[shown(operand) for operand in item.operands] for item in instructions] == [
        ["r0", "#3"],
        ["r1", "offset[r2, #6]"],
        ["r3", "=3"],
    ]


def test_a_late_constant_keeps_the_register_names_of_its_place() -> None:
    text = "acc .req r1\nadd acc, acc, #N\n.unreq acc\nacc .req r2\nadd acc, acc, #N\nN = 4"
    instructions = program(text).instructions
    assert [shown(item.operands[0]) for item in instructions] == ["r1", "r2"]


def test_the_distance_of_labels_is_for_the_linker() -> None:
    assert operands("a: b: mov r0, #(b-a)") == ["r0", "#None"]
    assert [shown(item.operands[1]) for item in program("mov r0, #b-a\na: b: mov r0, #1").instructions] == [
        "#None",
        "#1",
    ]


def test_an_undefined_constant_is_an_error() -> None:
    line, column, message, hint = only_error("nop\nadd r0, r1, #4*STRIDE")
    assert (line, column, message) == (2, 16, "`STRIDE` is not defined") and ".set STRIDE, VALUE" in hint


def test_register_names() -> None:
    text = "acc .req q8\nbase .REQ r3\nvmla.f32 acc, q0, d0[1]\nvld1.32 {d0}, [base]!\nADD BASE, base, #4"
    instructions = program(text).instructions
    assert shown(instructions[0].operands[0]) == "q8"
    assert shown(instructions[1].operands[1]) == "pre[r3]"
    assert shown(instructions[2].operands[0]) == "r3"


def test_register_names_of_aarch64_take_arrangements_and_lanes() -> None:
    assert operands("acc .req v8\nfmla acc.4s, acc.4s, acc.s[1]", "aarch64") == ["v8.4s", "v8.4s", "v8.s[1]"]


def test_a_register_name_may_be_given_again_after_unreq() -> None:
    instructions = program("t .req r0\nmov t, t\n.unreq t\nt .req r1\nmov t, t").instructions
    assert [shown(item.operands[0]) for item in instructions] == ["r0", "r1"]


def test_a_forgotten_register_name_is_a_plain_word() -> None:
    assert operands("t .req r0\n.unreq t\nfoo t") == ["'t'"]


def test_the_same_name_for_the_same_register_is_no_mistake() -> None:
    assert operands("fp .req r11\nfp .req r11\nmov fp, fp") == ["r11", "r11"]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("t .req r0\nt .req r1", (2, 1), "`t` is already a register"),
        ("r0 .req r1", (1, 1), "`r0` is already a register"),
        ("t .req foo", (1, 8), "the target of .req is a register, not `foo`"),
        ("t .req d0[1]", (1, 8), ".req names a whole register, not `d0[1]`"),
        ("t .req", (1, 7), "the target of .req is a register, not ``"),
        (".unreq t", (1, 8), "`t` is not named by .req"),
        (" t .dn q0.s16", (1, 8), ".dn names a D register, not `q0.s16`"),
        ("t .qn 4", (1, 7), ".qn names a Q register, not `4`"),
        (".set", (1, 5), "`.set` names no symbol"),
        (".set N", (1, 7), "a comma is missing here"),
        (".set N, ", (1, 8), "a value is missing here"),
        ("N =", (1, 4), "a value is missing here"),
        ("N = 4 +", (1, 8), "a value is missing here"),
        (".equiv N, 1\n.equiv N, 2", (2, 8), "`N` is defined twice"),
        (".syntax divided", (1, 9), "divided syntax is not supported"),
        (".$ 4", (1, 1), "`.$` is no directive"),
    ],
)
def test_mistakes_in_definitions(text: str, where: tuple[int, int], words: str) -> None:
    line, column, message, _ = only_error(text)
    assert ((line, column), message) == (where, words)


@pytest.mark.parametrize(
    "directive",
    [
        ".text", ".align 4", ".global foo", ".type foo, %function", ".size foo, .-foo", ".syntax unified", ".fpu neon",
        ".arch armv7-a", ".cpu cortex-a7", ".arm", ".thumb", ".code 32", ".word 0x12345678",
        '.section ".note.GNU-stack","",%progbits', ".p2align 4,,15", ".cfi_startproc", '.ascii "a, b"', ".L2: .byte 1",
    ],
)  # fmt: skip
def test_other_directives_are_skipped(directive: str) -> None:
    assert [item.text for item in program(f"{directive}\nnop").instructions] == ["nop"]


def test_end_ends_the_text() -> None:
    assert len(program("nop\n.end\nthis is not assembly !!").instructions) == 1
    assert place(errors("mov r0, #N\n.end\nN = 1")[0]) == (1, 10)


def test_placeholders_and_names_do_not_collide() -> None:
    first, second = program("rA .req r4\nldr r0, [rA]\nldr r0, [rB]").instructions
    assert isinstance(first.operands[1], Memory) and isinstance(second.operands[1], Memory)
    assert (first.operands[1].base.number, second.operands[1].base.number) == (4, 1000)
    assert isinstance(first.operands[0], Register)
