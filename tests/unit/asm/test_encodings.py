"""`.inst`, data in the middle of code, and typed register names."""

from __future__ import annotations

import pytest

from cyclesim import isa
from cyclesim.errors import UnknownInstruction
from tests.unit.asm.build import faults, one, operands, program

capstone = pytest.importorskip("capstone", reason="encodings are decoded by capstone")


def mnemonics(text: str, isa: str = "armv7") -> list[str]:
    return [item.mnemonic for item in program(text, isa).instructions]


@pytest.mark.parametrize(
    ("text", "isa", "result"),
    [
        (".inst 0xe0810002", "armv7", ["add"]),
        (".inst 0xe0810002, 0xe1a00001", "armv7", ["add", "mov"]),
        (".thumb\n.inst.n 0x1840", "armv7", ["adds"]),
        (".inst 0x4e21d400", "aarch64", ["fadd"]),
        (".set n, 3\n.inst 0x4e20d400 | (n << 16)", "aarch64", ["fadd"]),
        (".macro sha a\n.inst 0x5e280800 | \\a\n.endm\n sha 3", "aarch64", ["sha1h"]),
    ],
)
def test_known_encodings_are_instructions(text: str, isa: str, result: list[str]) -> None:
    found = program(text, isa).instructions
    assert [item.mnemonic for item in found] == result and found[0].text.startswith(".inst")


def test_registers_of_encodings() -> None:
    assert operands(".inst 0x4e20d400 | (3 << 16)", "aarch64") == ["v0.4s", "v0.4s", "v3.4s"]


def test_unknown_encodings_are_opaque() -> None:
    found = one(".inst 0xffffffff")
    assert found.mnemonic == ".inst" and found.text == ".inst 0xffffffff"
    with pytest.raises(UnknownInstruction):
        isa.load("armv7").resolve(found)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (" nop\n.byte 0x00,0x43,0xf0,0xf3 @ aese\n nop", ["nop", "aese.8", "nop"]),
        (" nop\n.word 0xf3f04300\n.word 0xf3f04300\n nop", ["nop", "aese.8", "aese.8", "nop"]),
        (" bx lr\n.word 0xf3f04300\n", ["bx"]),
        (" pop {r4, pc}\n.word 0xf3f04300\n", ["pop"]),
        (" nop\ntable:\n.word 0xf3f04300\n", ["nop"]),
        (" nop\n.align 4\n.word 0xf3f04300\n", ["nop"]),
        (" nop\n.byte 1, 2, 3\n", ["nop"]),
        (" nop\n.word table\n", ["nop"]),
        (".word 0xf3f04300\n nop", ["nop"]),
        (" beq 1f\n.word 0xf3f04300\n1: nop", ["beq", "aese.8", "nop"]),
    ],
)
def test_data_that_the_processor_would_run_into(text: str, result: list[str]) -> None:
    assert mnemonics(text) == result


def test_an_encoding_that_does_not_fit() -> None:
    assert faults(".inst 0x100000000\n") == [(1, 1, "0x100000000 doesn't fit into 4 bytes")]
