"""Texts that would expand without end stop at a count, with a clear message and the chain."""

from __future__ import annotations

import tracemalloc

import pytest

from cyclesim.asm import limits
from tests.unit.asm.build import errors, expanded

DOUBLING = ".macro m0\n nop\n.endm\n" + "".join(f".macro m{n}\n m{n - 1}\n m{n - 1}\n.endm\n" for n in range(1, 40))
DEFINITIONS = "#define A0 nop\n" + "".join(f"#define A{n} A{n - 1} A{n - 1}\n" for n in range(1, 40))


@pytest.fixture(autouse=True)
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The behaviour is that of the real limits, sooner."""
    monkeypatch.setattr(limits, "MOST_STATEMENTS", 4_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".macro m\n m\n.endm\n m\n", "macro calls are nested more than 100 deep"),
        (".macro m\n nop\n m\n m\n.endm\n m\n", "macro calls are nested more than 100 deep"),
        (".rept 1000000000\n nop\n.endr\n", "the text expands to more than 4,000 statements"),
        (".rept 1000000000\n.endr\n nop\n", "the text expands to more than 4,000 statements"),
        (".rept 99\n" * 5 + " nop\n" + ".endr\n" * 5, "the text expands to more than 4,000 statements"),
        (".irpc x, " + "a" * 50_000 + "\n nop\n.endr\n", "the text expands to more than 4,000 statements"),
        (DOUBLING + " m39\n", "the text expands to more than 4,000 statements"),
        (DOUBLING.replace(" nop\n", "") + " m39\n", "the text expands to more than 4,000 statements"),
        (".macro m a\n m \\a\\a\n.endm\n m x\n", "a statement of `m` expands to 32,770 characters"),
        (DEFINITIONS + " A39\n", "expands to more than 100,000 tokens"),
        ("#define F(x) x x\n nop " + "F(" * 39 + "a" + ")" * 39, "`F` expands to more than 100,000 tokens"),
        ("#define F(x) x\n nop " + "F(" * 999 + "a" + ")" * 999, "macro calls are nested more than 40 deep"),
        ("#define D(x) x##x\n#define E(x) D(x)\n nop " + "E(" * 35 + "a" + ")" * 35, "`##` makes a word of 32,768 characters"),
        ("#if " + "(" * 9_999 + "1" + ")" * 9_999 + "\n#endif\n nop\n", "the condition is nested too deeply"),
        ("#if " + "1 ? 1 : " * 9_999 + "1\n#endif\n nop\n", "the condition is nested too deeply"),
    ],
)  # fmt: skip
def test_growth_without_end(text: str, message: str) -> None:
    tracemalloc.start()
    found = errors(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1 and message in found[0].message and len(found[0].render()) < 3_000
    assert peak < 30_000_000


def test_nothing_is_read_behind_a_limit() -> None:
    assert len(errors(".rept 1000000000\n nop\n.endr\n mov r99, r0\n")) == 1


def test_the_real_limits_leave_room_for_real_code() -> None:
    assert len(expanded(".rept 1999\n nop\n.endr\n")) == 1999


def test_unrolled_code_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than 1 kB an instruction: operands of equal text are one object."""
    monkeypatch.setattr(limits, "MOST_STATEMENTS", 400_000)
    from tests.unit.asm.build import program

    text = ".macro m a\n vmla.f32 q8, q\\a, d0[0]\n ldr r1, [r0, #\\a*4]\n.endm\n.rept 2000\n m 1\n m 2\n m 3\n.endr\n"
    program(text.replace("2000", "2"))
    tracemalloc.start()
    found = program(text)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(found.instructions) == 12_000 and size / 12_000 < 1_000
