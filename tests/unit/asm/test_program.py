"""The whole Program: sources, spans, all errors together."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cyclesim import asm
from cyclesim.errors import AsmError, CyclesimError, ManyErrors
from cyclesim.ir import Span
from tests.unit.asm.build import errors, place, program


def test_a_program_knows_its_source() -> None:
    found = program("  nop @ one\nx: add r0, r0, r1\n")
    assert (found.isa, found.file) == ("armv7", "test.s")
    assert found.sources == {"test.s": ("  nop @ one", "x: add r0, r0, r1", "")}
    assert found.instructions[0].span == Span("test.s", 1, 3, 3)
    assert found.instructions[1].span == Span("test.s", 2, 4, 14)
    assert found.instructions[1].text == "add r0, r0, r1"


def test_nothing_is_a_program_without_instructions() -> None:
    assert program("").instructions == () and program("@ only\n.text").instructions == ()


def test_one_error_is_raised_as_itself() -> None:
    with pytest.raises(AsmError) as caught:
        program("add r0, r99")
    assert caught.value.render() == (
        "test.s:1:9: error[syntax]: ARMv7 has no register `r99`\n"
        "    add r0, r99\n"
        "            ^~~\n"
        "    hint: ARMv7 has r0-r15, s0-s31, d0-d31 and q0-q15"
    )


def test_all_errors_are_raised_together_in_order() -> None:
    with pytest.raises(ManyErrors) as caught:
        program("add r0, #LATE\n/* c */ add r0, r99; add r0, r98\n1:\nnop\nb 2f\n.endm\n")
    assert [place(error) for error in caught.value.errors] == [(1, 10), (2, 17), (2, 30), (5, 3), (6, 1)]


def test_every_error_shows_its_source_line() -> None:
    found = errors("add r0, r99\n\tmov r0, #N\nb 1f\n@ cyclesim-end\n.endr\n nop /*")
    assert [error.source_line for error in found] == [
        "add r0, r99", "\tmov r0, #N", "b 1f", "@ cyclesim-end", ".endr", " nop /*",
    ]  # fmt: skip


def test_what_is_no_assembly_stops_after_a_thousand_errors() -> None:
    found = errors("!\n" * 5_000)
    assert len(found) == 1001 and "1000 mistakes so far" in found[-1].message
    assert len(errors(".endm\n" * 5_000)) == 1001


def test_messages_stay_short() -> None:
    (error,) = errors("add r0, r1 " + "x" * 100_000)
    assert len(error.message) < 300


def test_the_same_operand_text_elsewhere_has_its_own_columns() -> None:
    first, second, third = program("add r0, r1, r2\n  add r0, r1, r2\nadd r0, r1, r2").instructions
    assert [operand.column for operand in first.operands] == [5, 9, 13]
    assert [operand.column for operand in second.operands] == [7, 11, 15]
    assert third.operands == first.operands and third.span.line == 3


def test_isa_names() -> None:
    assert asm.parse("add x0, x0, x0", "a.s", None).isa == "aarch64"
    with pytest.raises(CyclesimError):
        asm.parse("add x0, x0, x0", "a.s", "armv7")


def test_plain_text_loads_no_macro_layer() -> None:
    """Start-up is part of the product."""
    code = (
        "import sys; from cyclesim import asm; "
        "asm.parse('l: vmla.f32 q0, q1, d0[0] @ .note\\n bne l\\n.set N, 4\\n t .req r0\\n', 'x.s', 'armv7'); "
        "print([name for name in sys.modules if name.startswith(('cyclesim.asm.cpp', 'cyclesim.asm.gas'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
