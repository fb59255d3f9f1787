"""What is said of instructions that no form takes: what is wrong, where, and what would be right."""

from __future__ import annotations

import pytest

from cyclesim.asm import parse
from cyclesim.errors import CyclesimError, UnknownInstruction, WrongOperands
from cyclesim.isa import load

TABLES = load("armv7")


def failure_of(text: str) -> CyclesimError:
    made = parse(f"{text}\n.Lend:\n", "case.s", "armv7").instructions[0]
    with pytest.raises((UnknownInstruction, WrongOperands)) as failure:
        TABLES.resolve(made)
    return failure.value


# text | type of error | message | the text under the caret | hint
MESSAGES = """
vpadal.s16 q7, q4, q0 | W | vpadal takes two operands: vpadal.s16 Qd, Qm or | q0 | adds to its first operand
vmla.f32 q0, q1, d16[0] | W | the lane register of a 32-bit by-lane form must be d0-d15, not d16 | d16[0] | d0-d7
vmla.i16 q0, q1, d8[0] | W | the lane register of a 16-bit by-lane form must be d0-d7, not d8 | d8[0] | lanes 0-3
vmla.f32 q0, q1, d0[2] | W | a D register has lanes 0 to 1 of 32 bits, not d0[2] | d0[2] | vmla.f32 Qd, Qn, Dm[x]
vmull.s16 q0, d0, d1[4] | W | lanes 0 to 3 of 16 bits | d1[4] | vmull.s16 Qd, Dn, Dm[x]
vsdot.s8 q0, q1, d16[0] | W | must be d0-d15, not d16 | d16[0] | Dm[x]
vsdot.s8 q0, q1, d0[2] | W | the lane of this form is 0 to 1 | d0[2] | Dm[x]
vshr.s16 q0, q1, #17 | W | the shift of `vshr.s16` is 0 to 16, not #17 | #17 | vshr.s16 Qd, Qm, #shift
vshl.i8 d0, d1, #8 | W | 0 to 7 | #8 | vshl.i8
vqrshrn.s32 d0, q1, #17 | W | 0 to 16 | #17 | vqrshrn.s32
vcmp.f32 s0, #1 | W | can only be 0 | #1 | vcmp.f32 Sd, #0
vmla.f32 q0, d1, q2 | W | `d1` stands where a Q register is expected | d1 | vmla.f32 Qd, Qn, Qm; vmla.f32 Qd, Qn, Dm[x]
vmla.f32 q0, q1 | W | vmla takes three operands: vmla.f32 Qd, Qn, Qm | vmla.f32 | two operands are given
vmull.s16 d0, d1, d2 | W | `d0` stands where a Q register is expected | d0 | vmull.s16 Qd, Dn, Dm
mla r0, r1, r2 | W | mla takes four operands: mla Rd, Rn, Rm, Ra | mla | three operands are given
mul r0, r1, #3 | W | `#3` stands where a general register is expected | #3 | mul Rd, Rn, Rm
add r0, r1, d2 | W | `d2` stands where a register or an immediate is expected | d2 | add Rd, Rn, op2
push r4 | W | `r4` stands where a list {R, …} is expected | r4 | push {R, …}
vld1.8 {d0-d4}, [r0] | W | `{d0-d4}` stands where a list {Dd, …} (1-4) | {d0-d4} | vld1.8 {Dd, …} (1-4), [address]
vld1.8 {d0}, [r0, #8] | W | the address `[r0, #8]` must be [base], [base]! or [base], index | [r0, #8] | vld1.8
vstr d0, [r0]! | W | must be [base] or [base, #offset] | [r0]! | vstr Dd, [address]
vldr q0, [r0] | W | `q0` stands where an S register or a D register is expected | q0 | vldr Dd
vabs.u8 q0, q1 | U | `vabs` has no data type `u8` | vabs.u8 | s8, s16, s32, f16, f32 and f64
vpadal q0, q1 | U | `vpadal` needs a data type | vpadal | for example vpadal.s8
vmlaa.f32 q0, q1, q2 | U | unknown instruction `vmlaa.f32` | vmlaa.f32 | did you mean vmla.f32
addd r0, r1, r2 | U | unknown instruction `addd` | addd | add
qqqq r0 | U | unknown instruction `qqqq` | qqqq | cyclesim isa list
vsdotne.s8 q0, q1, d1[0] | U | vsdot.s8 can't be conditional | vsdotne.s8 |
cbzne r0, .Lend | U | cbz can't be conditional | cbzne |
"""


@pytest.mark.parametrize("line", MESSAGES.strip().splitlines(), ids=lambda line: line.split(" | ")[0])
def test_the_message_names_what_is_wrong_and_points_at_it(line: str) -> None:
    text, kind, message, pointed, hint = (column.strip() for column in f"{line} ".split(" | "))
    failure = failure_of(text)
    assert type(failure) is (WrongOperands if kind == "W" else UnknownInstruction)
    assert message in failure.message
    assert hint in failure.hint
    assert failure.span is not None
    assert text[failure.span.column - 1 :].startswith(pointed)


def test_the_nearest_forms_come_first_and_the_rest_is_counted() -> None:
    hint = failure_of("vmov r0, q1").hint
    assert hint.startswith("forms: vmov Rt, Dn[x]")
    assert hint.endswith("and 6 more")


def test_the_caret_covers_the_operand() -> None:
    failure = failure_of("vmla.f32 q0, q1, d16[0]")
    failure.source_line = "vmla.f32 q0, q1, d16[0]"
    assert failure.render().splitlines()[1:3] == ["    vmla.f32 q0, q1, d16[0]", "                     ^~~~~~"]


SHORTHAND = {"add r0, #4": 2, "vadd.i16 q0, q1": 2, "vmul.f32 q0, d1[0]": 2, "lsl r0, r1": 2, "vext.8 q0, q1, #3": 2}


@pytest.mark.parametrize("text", SHORTHAND)
def test_the_first_operand_of_the_shorthand_is_a_source_as_well(text: str) -> None:
    found = TABLES.resolve(parse(f"{text}\n", "case.s", "armv7").instructions[0])
    first = text.split()[1].rstrip(",")
    assert first in [read.operand for read in found.reads]
    assert [write.operand for write in found.writes] == [first]


@pytest.mark.parametrize(
    "text", ["mla r0, r1, r2", "vmla.f32 q0, q1", "strex r0, [r1]", "vtbl.8 d0, d1", "ubfx r0, #1, #2"]
)
def test_nothing_else_has_a_shorthand(text: str) -> None:
    assert isinstance(failure_of(text), WrongOperands)
