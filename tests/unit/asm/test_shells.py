"""Words of projects that open and close functions, where no header defines them."""

from __future__ import annotations

import pytest

from cyclesim.asm import detect_isa, shells
from tests.unit.asm.build import only_error, program


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("BEGIN_FUNCTION kernel", "END_FUNCTION kernel"),
        ("function kernel, export=1", "endfunc"),
        ("function kernel export=1, align=4", "endfunc"),
        ("asm_function kernel", ""),
        ("ENTRY(kernel)", "END(kernel)"),
        ("const kernel, align=4", "endconst"),
        ("WELS_ASM_FUNC_BEGIN kernel", "WELS_ASM_FUNC_END"),
    ],
)
def test_shells_of_functions_are_labels(opening: str, closing: str) -> None:
    found = program(f"nop\n{opening}\n add r0, r0, r1\n b kernel\n{closing}\n")
    assert found.labels == {"kernel": 1} and len(found.instructions) == 3
    assert found.instructions[2].operands[0]._replace(column=0)[:2] == ("kernel", 1)


def test_a_shell_without_a_name() -> None:
    assert only_error("BEGIN_FUNCTION")[:3] == (1, 1, "`BEGIN_FUNCTION` names no function")


def test_an_unknown_call() -> None:
    line, column, message, hint = only_error(" KERNEL_4x4(r0, r1)")
    assert (line, column, message) == (1, 2, "`KERNEL_4x4(…)` is a call of an unknown macro")
    assert "-I DIR" in hint


def test_upper_case_words_are_never_skipped() -> None:
    assert [item.mnemonic for item in program("KERNEL4x4_I\nnop").instructions] == ["kernel4x4_i", "nop"]


@pytest.mark.parametrize("isa", ["armv7", "aarch64"])
def test_stand_ins_are_well_formed(isa: str) -> None:
    kinds = [shells.kind_of(header) for header in ("src/arm/asm.S", "openssl/asm_base.h", "config.h")]
    assert kinds == ["codecs", "cryptography", ""]
    assert shells.definitions(isa, "") == []
    for name, text in [*shells.definitions(isa, kinds[0]), *shells.definitions(isa, kinds[1])]:
        assert program(f"#define {text}\n#ifdef {name}\n nop\n#endif\n", isa).instructions
    for head, body in shells.macros(isa):
        text = f".macro {head}\n" + "".join(f" {line}\n" for line in body) + f".endm\n {head.split()[0]} "
        assert program(text + ("r0, 4" if isa == "armv7" else "x0, 4"), isa).instructions


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("add, r0", 4, "`,` is not expected here"),
        ("  = 4", 3, "`=` is not expected here"),
        ("1.5", 1, "`1` is not expected here"),
        ("nop }", 5, "`}` closes nothing"),
        ("\\name: nop", 1, "`\\` is not expected here"),
    ],
)
def test_what_is_no_statement(text: str, column: int, words: str) -> None:
    assert only_error(text)[:3] == (1, column, words)


def test_directives_tell_the_instruction_set() -> None:
    assert detect_isa(".syntax unified\n m") == "armv7"
