"""Constant expressions evaluate as the GNU assembler does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyclesim.asm.expressions import Scope, evaluate
from cyclesim.asm.fault import Fault, Undefined

SCOPE = Scope({"SIZE": 16, "outside": None}, {"table"}, {"r0", "x0"})


def value(text: str) -> int | float | None:
    return evaluate(text, 1, SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("42", 42),
        ("0x1F", 31),
        ("0XaB", 171),
        ("0b101", 5),
        ("017", 15),
        ("0o17", 15),
        ("'a'", 97),
        ("'a", 97),
        ("'\\n'", 10),
        ("'\\''", 39),
        ("(4*16)", 64),
        ("-8*2", -16),
        ("(1<<4)|3", 19),
        ("1 + 2*3", 7),
        ("1|2+4", 7),
        ("1+2|4", 7),
        ("16 >> 2 << 1", 8),
        ("- - 3", 3),
        ("~0", -1),
        ("!0", 1),
        ("!7", 0),
        ("-7/2", -3),
        ("-7%2", -1),
        ("7 == 7", -1),
        ("7 != 7", 0),
        ("3 <> 4", -1),
        ("1 < 2", -1),
        ("2 >= 3", 0),
        ("1 && 0", 0),
        ("0 || 5", 1),
        ("6 ^ 3", 5),
        ("SIZE*2-1", 31),
        ("0xffffffffffffffff", (1 << 64) - 1),
        ("-1 >> 60", 15),
        ("1.0", 1.0),
        ("-0.5e-3", -0.0005),
        ("+.25", 0.25),
        ("2e3", 2000.0),
        ("outside + 4", None),
        ("table - .", None),
        ("1f - 1b", None),
        (".Ltable", None),
        ("symbol@PAGEOFF", None),
        ("symbol(GOT)", None),
    ],
)
def test_values(text: str, expected: float | None) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "a value is missing here"),
        ("1+", 3, "a value is missing here"),
        ("*2", 1, "a value is missing before `*`"),
        ("1 2", 3, "an operator is missing before `2`"),
        ("2(3)", 2, "an operator is missing before `(`"),
        ("(1+2", 1, "`(` is never closed"),
        ("1)", 2, "`)` closes nothing"),
        ("()", 2, "a value is missing before `)`"),
        ("09", 1, "`09` is not octal"),
        ("4x", 1, "`4x` is not a number"),
        ("0xg", 1, "`0xg` is not a number"),
        ("1 ? 2", 3, "`?` is not expected here"),
        ("1/0", 2, "division by zero"),
        ("5 % (2-2)", 3, "division by zero"),
        ("1<<64", 2, "a shift by 64"),
        ("1>>-1", 2, "a shift by -1"),
        ("1.0+1", 4, "floating-point constants can't be combined"),
        ("~1.5", 1, "a floating-point constant has no bits to operate on"),
        ("0x10000000000000000", 1, "this number doesn't fit into 64 bits"),
        ("9" * 5000, 1, "this number doesn't fit into 64 bits"),
        ("r0+1", 1, "`r0` is a register, not a constant"),
    ],
)
def test_faults(text: str, column: int, message: str) -> None:
    with pytest.raises(Fault) as caught:
        value(text)
    assert (caught.value.column, caught.value.message) == (column, message)


def test_an_unknown_name_may_be_defined_later() -> None:
    with pytest.raises(Undefined) as caught:
        evaluate("4*STRIDE", 10, SCOPE)
    assert caught.value.column == 12 and "STRIDE" in caught.value.hint


def test_deep_nesting_is_no_recursion() -> None:
    depth = 100_000
    assert value("(" * depth + "7" + ")" * depth) == 7
    assert value("-" * depth + "7") == 7
    with pytest.raises(Fault, match="never closed"):
        value("(" * depth + "7")


def test_a_very_long_sum() -> None:
    assert value("+".join(["1"] * 100_000)) == 100_000


def test_products_stay_within_64_bits() -> None:
    result = value("*".join(["0xffff"] * 10_000))
    assert isinstance(result, int) and -(1 << 63) <= result < 1 << 64


numbers = st.integers(0, 1000).map(lambda number: (str(number), number))


def combined(parts: st.SearchStrategy[tuple[str, int]]) -> st.SearchStrategy[tuple[str, int]]:
    """Bracketed combinations, so that the expected value doesn't depend on precedence."""
    return st.one_of(
        st.tuples(parts, parts).map(lambda two: (f"({two[0][0]} + {two[1][0]})", two[0][1] + two[1][1])),
        st.tuples(parts, parts).map(lambda two: (f"({two[0][0]}-{two[1][0]})", two[0][1] - two[1][1])),
        st.tuples(parts, parts).map(lambda two: (f"({two[0][0]}& {two[1][0]})", two[0][1] & two[1][1])),
        st.tuples(parts, parts).map(lambda two: (f"({two[0][0]} |{two[1][0]})", two[0][1] | two[1][1])),
        parts.map(lambda one: (f"-({one[0]})", -one[1])),
        parts.map(lambda one: (f"~ {one[0]}", ~one[1])),
    )


@given(st.recursive(numbers, combined, max_leaves=20))
def test_random_expressions(case: tuple[str, int]) -> None:
    text, expected = case
    assert value(text) == expected
