"""The language of meanings: what it says, and that a hostile one computes lanes and nothing else."""

from __future__ import annotations

import ast

import pytest

from cyclesim import asm
from cyclesim.errors import CyclesimError
from cyclesim.execute import language
from cyclesim.execute.image import image_of_text
from cyclesim.execute.language import BadMeaning
from cyclesim.execute.run import Machine
from cyclesim.isa import load

FORM = "{vqadd,vqsub}.{s8,u8} ={D,Q}d, {D,Q}n, {D,Q}m"


def chosen(meaning: str, form: str, mnemonic: str) -> str:
    return language.chosen(meaning, form, mnemonic)


def test_braces_take_the_alternative_of_the_mnemonic() -> None:
    assert chosen("n {vqadd:+,vqsub:-} m", FORM, "vqsub.u8") == "n - m"
    assert chosen("{s8:s,u8:u}(n)", FORM, "vqadd.u8") == "u(n)"


def test_an_entry_without_a_key_is_taken_when_no_other_fits() -> None:
    assert chosen("{s8:1,:0}", FORM, "vqadd.u8") == "0"


def test_braces_look_at_the_first_group_that_has_all_their_keys() -> None:
    # Both groups of umulls have an s; {s,u} means the first one.
    assert chosen("{s,u}(n)", "{s,u}mull{,s} =Rl, =Rh, Rn, Rm", "umulls") == "u(n)"


def test_commas_of_arguments_separate_no_entries() -> None:
    assert chosen("{vqadd:f(n, m),vqsub:g(n, m)}", FORM, "vqsub.s8") == "g(n, m)"


def test_braces_without_a_fitting_entry_are_refused() -> None:
    with pytest.raises(BadMeaning, match="none of these"):
        chosen("{vmul:1}", FORM, "vqadd.s8")


def test_statements_and_targets() -> None:
    first, second = language.parse("d, s32(m) = n, n + 1; carry = 1")
    assert first.targets == (("d", ""), ("m", "s32"))
    assert isinstance(first.value, ast.Tuple)
    assert second.targets == (("carry", ""),)


def test_a_comparison_is_no_assignment() -> None:
    (statement,) = language.parse("n == m")
    assert statement.targets == ()


HOSTILE = {
    "().__class__": "attribute",
    "n.tolist": "attribute",
    "[n for n in m]": "listcomp",
    "lambda: n": "lambda",
    "n[0]": "subscript",
    "'text'": "whole number",
    "1.5": "whole number",
    "True": "whole number",
    "n ** m": "pow",
    "n // m": "floordiv",
    "n % m": "mod",
    "f(n)(m)": "only helpers",
    "f(n, key=m)": "assigned",
    "f(*n)": "starred",
    "(n := m)": "namedexpr",
    "n if n else": "no expression",
    "n + " + "9" * 60: "128 bits",
    "-" * 100 + "n": "levels",
    "(" * 90 + "n" + ")" * 90 + " + " + "f(" * 40 + "n" + ")" * 40: "levels",
    "n + " * 300 + "n": "characters",
    "await n": "await",
    "__import__('os')": "whole number",
    "n.x = m": "no expression",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_part_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(BadMeaning, match=HOSTILE[text]):
        language.parse(text)


def run(meaning: str, form: str = "mine.u8 +Qd, Qn, Qm", line: str = "mine.u8 q0, q1, q2") -> Machine:
    """Execute one instruction of a what-if row, then return."""
    rows = [({"form": form, "class": "simd-mla", "meaning": meaning}, "mine.yaml", 1)]
    program = asm.parse(f"{line}\n bx lr\n", "mine.s", "armv7")
    machine = Machine(image_of_text(program), load("armv7", rows), [])
    machine.call(0, [1, 2, 3])
    return machine


def test_a_meaning_of_a_users_is_executed() -> None:
    machine = run("fill(d, 7) + n")
    assert bytes(machine.state.vectors[:16]) == bytes([7] * 16)


AT_RUN_TIME = {
    "open(n)": "no helper `open`",
    "eval(n)": "no helper `eval`",
    "R": "no operand `R`",
    "M": "no operand `M`",
    "exit": "no operand",
    "fill(d, 1) + widen(q)": "no operand `q`",
    "ror(1, 1, 1 << 120)": "constant from 0 to 128",
    "ubfx(1, 1, even(n), 32)": "constant",
    "scvtf(n, n, 100000000000)": "constant",
    "rbit(1, 1 << 99)": "constant",
    "join(n, m)": "lanes don't fill",
    "5": "name a helper",
    "f(n)": "16 bits or more",
    "n < m < d": "chained",
    "q = n": "no operand",
    "halves(1, 2, 3)": "wrong",
}


@pytest.mark.parametrize("meaning", AT_RUN_TIME)
def test_meanings_name_operands_and_helpers_alone(meaning: str) -> None:
    with pytest.raises(CyclesimError, match=AT_RUN_TIME[meaning]):
        run(meaning)


def test_shifts_by_huge_amounts_stay_small() -> None:
    machine = run("d = (1 << (n << 100000)) & 3", "mine =Rd, Rn", "mine r4, r1")
    assert machine.state.general[4] < 4
