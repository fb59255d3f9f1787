"""Floating-point helpers: one rounding, the right NaN, the settings of A32 vectors."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim.execute import estimates, floats, rounding, standard

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
DOUBLES = st.floats(allow_nan=False, allow_infinity=False)


def single(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def from_bits(*values: int) -> np.ndarray:
    return np.array(values, np.uint32).view(np.float32)


def bits(lanes: np.ndarray) -> list[int]:
    return [int(one) for one in floats.bits_of(lanes)]


def nearest_single(value: Fraction) -> np.float32:
    """A fraction rounded once, to even, as a sum of a single and what is left."""
    near = np.float32(float(value))
    candidates = [near, np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))]
    finite = [one for one in candidates if np.isfinite(one)]
    return min(finite, key=lambda one: (abs(Fraction(float(one)) - value), int(one.view(np.uint32)) & 1))


@settings(max_examples=200, deadline=None)
@given(FLOATS, FLOATS, FLOATS)
def test_a_fused_sum_is_rounded_once(addend: float, first: float, second: float) -> None:
    exact = Fraction(addend) + Fraction(first) * Fraction(second)
    with np.errstate(all="ignore"):
        result = floats.ffma(single(addend), single(first), single(second))[0]
    if abs(exact) < Fraction(float(np.finfo(np.float32).max)):
        assert result == nearest_single(exact)


@settings(max_examples=200, deadline=None)
@given(DOUBLES, DOUBLES, DOUBLES)
def test_a_fused_sum_of_doubles_is_rounded_once(addend: float, first: float, second: float) -> None:
    exact = Fraction(addend) + Fraction(first) * Fraction(second)
    result = floats.fused_double(addend, first, second)
    try:
        assert result == exact.numerator / exact.denominator
    except OverflowError:
        assert math.isinf(result)


def test_two_roundings_would_differ() -> None:
    # 97 * 172961 = 2^24 + 1 lies between two singles; in double precision the addend is lost.
    assert np.float32(97.0 * 172961.0 + 2.0**-40) == 2**24
    assert floats.ffma(single(2.0**-40), single(97), single(172961))[0] == 2**24 + 2


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (0x7FC00001, 0x3F800000, 0x7FC00001),  # a quiet NaN is handed on
        (0x3F800000, 0xFFC00002, 0xFFC00002),
        (0x7FC00001, 0x7F800002, 0x7FC00002),  # a signalling one goes before, made quiet
        (0x7F800000, 0xFF800000, 0x7FC00000),  # inf - inf: the default NaN
    ],
)
def test_nans_of_a_sum(first: int, second: int, expected: int) -> None:
    with np.errstate(all="ignore"):
        assert bits(floats.fadd(from_bits(first), from_bits(second))) == [expected]


def test_nans_of_a_fused_sum() -> None:
    quiet, zero, infinity = from_bits(0x7FC00001), single(0), single(np.inf)
    with np.errstate(all="ignore"):
        assert bits(floats.ffma(quiet, infinity, zero)) == [0x7FC00000]
        assert bits(floats.ffma(single(1), infinity, zero)) == [0x7FC00000]
        assert bits(floats.ffma(quiet, single(1), single(1))) == [0x7FC00001]


def test_zeros_have_an_order() -> None:
    assert bits(floats.fmax(single(-0.0), single(0.0))) == [0]
    assert bits(floats.fmin(single(0.0), single(-0.0))) == [1 << 31]


def test_a_number_wins_against_a_quiet_nan() -> None:
    assert floats.fmaxnm(from_bits(0x7FC00000), single(2))[0] == 2
    assert bits(floats.fmax(from_bits(0x7FC00000), single(2))) == [0x7FC00000]


def test_comparison_flags() -> None:
    pairs = {(1, 1): 0b0110, (1, 2): 0b1000, (2, 1): 0b0010, (1, math.nan): 0b0011}
    for (first, second), flags in pairs.items():
        assert floats.fcompare(single(first), single(second)) == flags


def test_a_complex_product_takes_two_instructions() -> None:
    first, second = single(1, 2), single(3, 4)
    half = floats.fcmla(single(0, 0), first, second, 0)
    assert floats.fcmla(half, first, second, 90).tolist() == [3 - 8, 4 + 6]
    assert floats.fcadd(single(1, 1), second, 90).tolist() == [1 - 4, 1 + 3]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("n", [2, 2, -2, 0, 3]),
        ("a", [2, 3, -3, 1, 3]),
        ("m", [1, 2, -3, 0, 2]),
        ("p", [2, 3, -2, 1, 3]),
        ("z", [1, 2, -2, 0, 2]),
    ],
)
def test_rounding_modes(mode: str, expected: list[int]) -> None:
    assert rounding.to_fixed(single(1.5, 2.5, -2.5, 0.5, 2.75), 32, 0, mode, True).tolist() == expected


def test_conversions_saturate() -> None:
    lanes = single(1e20, -1e20, np.nan, -3)
    assert rounding.to_fixed(lanes, 32, 0, "z", True).tolist() == [2**31 - 1, -(2**31), 0, -3]
    assert rounding.to_fixed(lanes, 32, 0, "z", False).tolist() == [2**32 - 1, 0, 0, 0]
    assert rounding.to_fixed(single(1.75), 32, 4, "z", True).tolist() == [28]


@settings(max_examples=100, deadline=None)
@given(st.integers(-(2**63), 2**63 - 1))
def test_long_integers_are_rounded_once(value: int) -> None:
    result = rounding.scvtf(value, single(0), 0)[0]
    assert result == nearest_single(Fraction(value))


def test_a_half_below_is_no_half() -> None:
    # 0.5 - 2^-25: adding a half first would round it up.
    assert rounding.whole(single(0.49999997), "a")[0] == 0


def test_the_sign_of_a_rounded_zero_stays() -> None:
    assert bits(rounding.whole(single(-0.25), "n")) == [1 << 31]


def test_rounding_to_odd() -> None:
    above = np.array([1 + 2**-23 + 2**-50, 1 + 2**-50, 1.0])
    assert [value & 1 for value in bits(rounding.fcvtxn(above))] == [1, 1, 0]


def test_bfloat16_ties_go_to_even() -> None:
    assert rounding.bfcvt(from_bits(0x3F808000, 0x3F818000, 0x3F808001)).tolist() == [0x3F80, 0x3F82, 0x3F81]


def test_estimates_have_eight_bits() -> None:
    # Known results of the tables in the Arm architecture manual's pseudocode for 1.0 and 2.0.
    assert bits(estimates.frecpe(single(1, 2))) == [0x3F7F8000, 0x3EFF8000]
    assert bits(estimates.frsqrte(single(1, 4))) == [0x3F7F8000, 0x3EFF8000]
    assert bits(estimates.frsqrte(single(-1))) == [0x7FC00000]


@settings(max_examples=100, deadline=None)
@given(st.floats(2.0**-100, 2.0**100, width=32))
def test_estimates_are_near(value: float) -> None:
    assert abs(float(estimates.frecpe(single(value))[0]) * value - 1) < 2**-8
    assert abs(float(estimates.frsqrte(single(value))[0]) * math.sqrt(value) - 1) < 2**-8


def test_vectors_of_a32_flush_denormals() -> None:
    tiny, one = from_bits(0x00000001), single(1)
    with np.errstate(all="ignore"):
        assert bits(standard.nadd(tiny, tiny)) == [0]
        assert bits(standard.nmul(from_bits(0x80800000), single(0.5))) == [1 << 31]
        assert bits(standard.nmla(single(0), tiny, one)) == [0]
        assert bits(standard.nadd(from_bits(0x7FC12345), one)) == [0x7FC00000]


def test_flushing_looks_at_the_exact_product() -> None:
    # Below the smallest normal number, but rounded to it.
    first, second = from_bits(0x00FFFFFF), single(0.5)
    with np.errstate(all="ignore"):
        assert bits(floats.fmul(first, second)) == [0x00800000]
        assert bits(standard.nmul(first, second)) == [0]


@settings(max_examples=200, deadline=None)
@given(st.lists(FLOATS, min_size=3, max_size=3))
def test_plain_values_need_no_settings(values: list[float]) -> None:
    addend, first, second = (single(value) for value in values)
    with np.errstate(all="ignore"):
        product = first * second
        result = addend + product
        normal = all(
            one[0] == 0 or 2.0**-120 < abs(float(one[0])) < 2.0**120 for one in (addend, first, second, product, result)
        )
        if normal:
            assert bits(standard.nmla(addend, first, second)) == bits(result)
