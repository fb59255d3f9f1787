"""`.dn` and `.qn`: register names with a type or a lane. Expected texts are GNU objdump's."""

from __future__ import annotations

import pytest

from tests.unit.asm.build import faults, operands, program

NAMES = "x .qn q1.u16\ny .qn q2.u16\nz .dn d6.s16[1]\nw .dn d6.s8\nk .dn d7.s8\nm .qn q5.s16\np .dn d9\n"


@pytest.mark.parametrize(
    ("text", "mnemonic", "registers"),
    [
        ("vadd x, y, x", "vadd.u16", ["q1", "q2", "q1"]),
        ("vmul m, m, z", "vmul.s16", ["q5", "q5", "d6[1]"]),
        ("vmul q8, q9, z", "vmul.s16", ["q8", "q9", "d6[1]"]),
        ("vmull m, w, k", "vmull.s8", ["q5", "d6", "d7"]),
        ("vmov z, r0", "vmov.s16", ["d6[1]", "r0"]),
        ("vdup m, z", "vdup.s16", ["q5", "d6[1]"]),
        ("vadd.i16 q0, X, Y", "vadd.i16", ["q0", "q1", "q2"]),
        ("vadd.f32 p, p, d1", "vadd.f32", ["d9", "d9", "d1"]),
    ],
)
def test_the_mnemonic_takes_the_type_of_its_operands(text: str, mnemonic: str, registers: list[str]) -> None:
    (item,) = program(f"{NAMES} {text}\n").instructions
    assert item.mnemonic == mnemonic and item.text == text
    assert operands(f"{NAMES} {text}\n") == registers


def test_names_of_names_and_unreq() -> None:
    text = "a .qn q3.s32\nb .qn a\n vadd a, b, b\n.unreq a\na .req r3\n mov a, a\n"
    first, second = program(text).instructions
    assert first.mnemonic == "vadd.s32" and second.mnemonic == "mov"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("t .dn q0.s16\n", ".dn names a D register, not `q0.s16`"),
        ("t .qn 4\n", ".qn names a Q register, not `4`"),
        ("t .dn d0.s16[1]x\n", ".dn names a D register, not `d0.s16[1]x`"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    assert [found[2] for found in faults(text + " nop\n")] == [message]
