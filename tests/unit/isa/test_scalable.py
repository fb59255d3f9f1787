"""SVE and SME are refused by name, whatever else is wrong with an instruction."""

from __future__ import annotations

import pytest

from cyclesim import isa
from cyclesim.errors import CyclesimError
from cyclesim.ir import Instruction, Name, Span
from cyclesim.isa import scalable


def instruction(text: str) -> Instruction:
    mnemonic, _, operands = text.partition(" ")
    return Instruction(mnemonic, (Name(operands),) if operands else (), Span("x.o:f", 0, 0), text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ptrue p0.b", "SVE"),
        ("whilelt p3.s, x0, x1", "SVE"),
        ("add z0.s, z1.s, z2.s", "SVE"),
        ("fmla z1.s, p1/m, z2.s, z3.s", "SVE"),
        ("cntb x0", "SVE"),
        ("incd x3, all, mul #2", "SVE"),
        ("addvl x0, x0, #1", "SVE"),
        ("ptrue pn8.b", "SVE"),
        ("smstart sm", "SME"),
        ("zero {za}", "SME"),
        ("fmopa za0.s, p0/m, p1/m, z0.s, z1.s", "SME"),
        ("ldr za[w12, 0], [x0]", "SME"),
        ("luti2 z0.b, zt0, z1[0]", "SME"),
    ],
)
def test_the_extension_is_named(text: str, name: str) -> None:
    with pytest.raises(scalable.Scalable, match=f"instruction of {name}, which is not supported") as caught:
        isa.load("aarch64").resolve(instruction(text))
    assert (caught.value.code, caught.value.exit_code) == ("scalable", 1)


@pytest.mark.parametrize(
    "text", ["vfoo x0", "add x0, #0x12, zebra", "b.eq p1_loop", "fmla v0.4s, v1.4s, zap", "frob s0, pz0"]
)
def test_other_mistakes_are_not_called_so(text: str) -> None:
    assert scalable.refusal(instruction(text)) is None


def test_arm_code_has_neither() -> None:
    with pytest.raises(CyclesimError) as caught:
        isa.load("armv7").resolve(instruction("zero r0"))
    assert caught.value.code == "unknown-instruction"
