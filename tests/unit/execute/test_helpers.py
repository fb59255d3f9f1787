"""Helpers of integers, checksums and ciphers against published vectors and plain arithmetic."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyclesim.execute import crypto, lanes, polynomial, saturation, scalar
from cyclesim.execute.library import library
from cyclesim.execute.state import SATURATED, STICKY, State

WORDS = st.integers(0, 2**32 - 1)


def test_crc32_has_the_published_check_values() -> None:
    # Of the digits 1 to 9, the check value of the catalogue of parametrised CRC algorithms.
    check, castagnoli = 0xFFFFFFFF, 0xFFFFFFFF
    for byte in b"123456789":
        check = polynomial.crc32(check, byte, 1, 0)
        castagnoli = polynomial.crc32(castagnoli, byte, 1, 1)
    assert (check ^ 0xFFFFFFFF, castagnoli ^ 0xFFFFFFFF) == (0xCBF43926, 0xE3069283)


def test_aes_enciphers_the_example_of_its_standard() -> None:
    """FIPS 197, appendix B: the first round."""
    text = np.frombuffer(bytes.fromhex("3243f6a8885a308d313198a2e0370734"), np.uint8)
    key = np.frombuffer(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"), np.uint8)
    shifted = crypto.aese(text, key)
    assert bytes(shifted).hex() == "d4bf5d30e0b452aeb84111f11e2798e5"
    mixed = crypto.aesmc(shifted)
    assert bytes(mixed).hex() == "046681e5e0cb199a48f8d37a2806264c"
    assert bytes(crypto.aesimc(mixed)) == bytes(shifted)
    assert bytes(crypto.aesd(shifted, np.zeros(16, np.uint8))) == bytes(text ^ key)


def sha256_constants() -> np.ndarray:
    """The fractions of the cube roots of the first primes."""
    primes = [n for n in range(2, 312) if all(n % d for d in range(2, int(n**0.5) + 1))]
    roots = [round_down_cube_root(prime << 96) & 0xFFFFFFFF for prime in primes]
    return np.array(roots, np.uint32)


def round_down_cube_root(value: int) -> int:
    low, high = 0, 1 << 40
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= value else (low, middle - 1)
    return low


def test_sha256_instructions_hash_a_block() -> None:
    message = b"abc".ljust(64, b"\0")
    message = message[:3] + b"\x80" + message[4:56] + (24).to_bytes(8, "big")
    schedule = [np.frombuffer(message, ">u4")[place : place + 4].astype(np.uint32) for place in range(0, 16, 4)]
    for place in range(12):
        update = crypto.sha256su0(schedule[place], schedule[place + 1])
        schedule.append(crypto.sha256su1(update, schedule[place + 2], schedule[place + 3]))
    first = ["6a09e667", "bb67ae85", "3c6ef372", "a54ff53a", "510e527f", "9b05688c", "1f83d9ab", "5be0cd19"]
    start = np.array([int(word, 16) for word in first], np.uint32)
    low, high, constants = start[:4], start[4:], sha256_constants()
    for place, words in enumerate(schedule):
        added = words + constants[4 * place : 4 * place + 4]
        low, high = crypto.sha256h(low, high, added), crypto.sha256h2(high, low, added)
    digest = (np.concatenate((low, high)) + start).astype(">u4").tobytes()
    assert digest == hashlib.sha256(b"abc").digest()


def test_sha1_instructions_hash_a_block() -> None:
    message = b"abc\x80".ljust(56, b"\0") + (24).to_bytes(8, "big")
    schedule = [np.frombuffer(message, ">u4")[place : place + 4].astype(np.uint32) for place in range(0, 16, 4)]
    for place in range(16):
        update = crypto.sha1su0(schedule[place], schedule[place + 1], schedule[place + 2])
        schedule.append(crypto.sha1su1(update, schedule[place + 3]))
    start = np.array([0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476], np.uint32)
    last = np.array([0xC3D2E1F0], np.uint32)
    state, fifth = start, last
    rounds = {function.__name__: function for function in crypto.PLAIN}
    for place, words in enumerate(schedule):
        constant = np.uint32((0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6)[place // 5])
        step = rounds[("sha1c", "sha1p", "sha1m", "sha1p")[place // 5]]
        state, fifth = step(state, fifth, words + constant), crypto.sha1h(state[:1])
    digest = np.append(state + start, fifth + last).astype(">u4").tobytes()
    assert digest == hashlib.sha1(b"abc").digest()


def test_the_s_box_of_sm4_is_that_of_its_standard() -> None:
    assert crypto.sm4_box()[:8] == (0xD6, 0x90, 0xE9, 0xFE, 0xCC, 0xE1, 0x3D, 0xB7)
    assert sorted(crypto.sm4_box()) == list(range(256))


def test_carry_less_products() -> None:
    # (x + 1) (x + 1) = x^2 + 1
    assert polynomial.pmull(np.array([3], np.uint8), np.array([3], np.uint8)).tolist() == [5]
    long = np.array([(1 << 63) | 1], np.uint64)
    assert polynomial.pmull64(long, long).tolist() == [1, 1 << 62]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("ubfx", (0xABCD, 4, 8, 32), 0xBC),
        ("sbfx", (0xF0, 4, 4, 32), -1),
        ("ubfm", (0x12345678, 8, 15, 32), 0x56),
        ("ubfm", (0x1, 28, 3, 32), 0x10),
        ("sbfm", (0x80, 0, 7, 32), -128),
        ("bfi", (0xFFFF, 0, 4, 8, 32), 0xF00F),
        ("bfxil", (0xFF00, 0x1234, 4, 8, 32), 0xFF23),
        ("clz", (1, 64), 63),
        ("cls", (0xFFFFFFF0, 32), 27),
        ("cls", (0, 32), 31),
        ("rbit", (1, 32), 1 << 31),
        ("rev", (0x01020304, 32), 0x04030201),
        ("rev16", (0x01020304, 32), 0x02010403),
        ("rev32", (0x0102030405060708, 64), 0x0403020108070605),
        ("divide", (-7, 2), -3),
        ("divide", (7, 0), 0),
        ("halves", (1 << 32 | 5,), (5, 1)),
        ("addflags", (0x7FFFFFFF, 1, 0, 32), 0b1001),
        ("addflags", (0, 0xFFFFFFFF, 1, 32), 0b0110),
        ("sadd8", (0x7F000080, 0x01000080), (0x80000000, 0b1110)),
        ("usub16", (0x00010000, 0x00000001), (0x0001FFFF, 0b1100)),
        ("uqadd8", (0xFF000001, 0x01000001), 0xFF000002),
        ("shadd16", (0xFFFF0002, 0x00010002), 0x00000002),
        ("sasx", (0x00010002, 0x00030004), (0x0005FFFF, 0b1100)),
        ("sel", (0x11223344, 0x55667788, 0b0101), 0x55227744),
        ("usad8", (0x01020304, 0x04030201), 8),
        ("sxtab16", (0x00010001, 0x00FF00FF), 0),
        ("dual", (0x00020003, 0x00040005, 1, 0), 23),
        ("dual", (0x00020003, 0x00040005, -1, 1), 3 * 4 - 2 * 5),
    ],
)
def test_helpers_of_general_registers(name: str, arguments: tuple[int, ...], expected: object) -> None:
    assert library(State("armv7"))[name](*arguments) == expected


@given(WORDS, st.integers(0, 63))
def test_rotations_turn_around(value: int, amount: int) -> None:
    assert scalar.ror(scalar.ror(value, amount, 32), 32 - amount % 32, 32) == value


def test_saturation_is_remembered() -> None:
    flags = [0] * 8
    helpers = saturation.saturating(flags)
    wide = np.array([100, -200], np.int64)
    like = np.zeros(2, np.int8)
    assert helpers["ssat"](wide[:1], like).tolist() == [100]  # type: ignore[attr-defined]
    assert flags[SATURATED] == 0
    assert helpers["ssat"](wide, like).tolist() == [100, -128]  # type: ignore[attr-defined]
    assert flags[SATURATED] == 1


def test_the_most_negative_products_saturate() -> None:
    flags = [0] * 8
    helpers = saturation.saturating(flags)
    least = np.array([-(2**31)], np.int32)
    assert helpers["sqdmulh"](least, least).tolist() == [2**31 - 1]  # type: ignore[attr-defined]
    assert helpers["sqdmull"](least, least).tolist() == [2**63 - 1]  # type: ignore[attr-defined]
    assert flags[SATURATED] == 1


def test_q_is_sticky() -> None:
    flags = [0] * 8
    helpers = scalar.sticky(flags)
    assert helpers["qadd"](2**31 - 1, 1) == 2**31 - 1
    assert flags[STICKY] == 1
    helpers["qadd"](1, 1)
    assert flags[STICKY] == 1


@given(st.integers(-128, 127), st.integers(-128, 127))
def test_shifts_by_register_count_the_low_byte(value: int, amount: int) -> None:
    shifted = int(lanes.vshl(np.array([value], np.int8), np.array([amount], np.int8))[0])
    exact = value << amount if amount >= 0 else value >> -amount
    assert shifted & 0xFF == exact & 0xFF


def test_permutations() -> None:
    first, second = np.arange(4, dtype=np.uint8), np.arange(10, 14, dtype=np.uint8)
    assert lanes.zip1(first, second).tolist() == [0, 10, 1, 11]
    assert lanes.zip2(first, second).tolist() == [2, 12, 3, 13]
    assert lanes.uzp1(first, second).tolist() == [0, 2, 10, 12]
    assert lanes.trn2(first, second).tolist() == [1, 11, 3, 13]
    assert lanes.extract(first, second, 3).tolist() == [3, 10, 11, 12]
    assert lanes.reverse(np.arange(8, dtype=np.uint8), 32).tolist() == [3, 2, 1, 0, 7, 6, 5, 4]
    assert lanes.table((first,), np.array([3, 4], np.uint8)).tolist() == [3, 0]
    assert lanes.tablex((first,), np.array([3, 4], np.uint8), np.array([9, 9], np.uint8)).tolist() == [3, 9]


def test_dot_products_reach_the_ends_of_their_range() -> None:
    least, most = np.full(4, -128, np.int8), np.full(4, 255, np.uint8)
    assert lanes.dot4(least, least).tolist() == [4 * 128 * 128]
    assert lanes.dot4(most, most).tolist() == [4 * 255 * 255]
    assert lanes.dot4(most, least).tolist() == [-4 * 255 * 128]
