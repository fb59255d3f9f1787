"""AES, SHA-1, SHA-256, SHA-512, SHA-3, SM3 and SM4.

Source: Arm ARM DDI 0487, C7.2 and J1.3 (shared/functions/crypto); S-boxes are computed from their definitions in FIPS
197 and GB/T 32907-2016.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy

from cyclesim.execute.state import Lanes

WORD = 0xFFFFFFFF
LONG = (1 << 64) - 1


def _product(first: int, second: int, polynomial: int) -> int:
    """A product in the field of 256 elements."""
    result = 0
    while second:
        if second & 1:
            result ^= first
        first <<= 1
        if first & 0x100:
            first ^= polynomial
        second >>= 1
    return result


def _inverses(polynomial: int) -> list[int]:
    """Multiplicative inverses, 0 of 0: powers of an element that generates the field, read backwards."""
    for generator in range(2, 256):
        powers = [1]
        while (following := _product(powers[-1], generator, polynomial)) != 1:
            powers.append(following)
        if len(powers) == 255:
            found = {value: powers[-place % 255] for place, value in enumerate(powers)}
            return [found.get(value, 0) for value in range(256)]
    raise AssertionError("every finite field has a generator")


def _turned(value: int, by: int) -> int:
    return (value << by | value >> 8 - by) & 0xFF


@cache
def aes_box() -> Lanes:
    """The S-box of AES: inverses, each added to four turns of itself and a constant."""
    turned = [[_turned(inverse, by) for by in range(5)] for inverse in _inverses(0x11B)]
    return numpy.array([a ^ b ^ c ^ d ^ e ^ 0x63 for a, b, c, d, e in turned], numpy.uint8)


@cache
def aes_box_back() -> Lanes:
    """The inverse of the S-box of AES."""
    return numpy.argsort(aes_box()).astype(numpy.uint8)


@cache
def sm4_box() -> tuple[int, ...]:
    """The S-box of SM4: an affine map, inverses, the same map."""
    inverses = _inverses(0x1F5)
    return tuple(_sm4_affine(inverses[_sm4_affine(value)]) for value in range(256))


def _sm4_affine(value: int) -> int:
    rows = [_turned(0xA7, bit) for bit in range(8)]
    return sum(((value & row).bit_count() & 1) << bit for bit, row in enumerate(rows)) ^ 0xD3


@cache
def _times(factor: int) -> Lanes:
    """Products of all bytes by a factor in the field of AES."""
    return numpy.array([_product(value, factor, 0x11B) for value in range(256)], numpy.uint8)


ROWS = numpy.array([(5 * place) % 16 for place in range(16)])
"""Where each byte comes from when the rows of the 4x4 state are shifted."""
ROWS_BACK = numpy.array([(-3 * place) % 16 for place in range(16)])


def aese(state: Lanes, key: Lanes) -> Lanes:
    made: Lanes = aes_box()[(state ^ key)[ROWS]]
    return made


def aesd(state: Lanes, key: Lanes) -> Lanes:
    made: Lanes = aes_box_back()[(state ^ key)[ROWS_BACK]]
    return made


def aesmc(state: Lanes) -> Lanes:
    return _mixed(state, (2, 3, 1, 1))


def aesimc(state: Lanes) -> Lanes:
    return _mixed(state, (14, 11, 13, 9))


def _mixed(state: Lanes, factors: tuple[int, ...]) -> Lanes:
    columns = state.reshape(4, 4)
    parts = [_times(factor)[numpy.roll(columns, -place, axis=1)] for place, factor in enumerate(factors)]
    mixed: Lanes = parts[0] ^ parts[1] ^ parts[2] ^ parts[3]
    return mixed.reshape(-1)


# SHA-1 and SHA-256: words of 32 bits


def _left(value: int, by: int) -> int:
    return (value << by | value >> 32 - by) & WORD


def _right(value: int, by: int) -> int:
    return (value >> by | value << 32 - by) & WORD


def _words(values: list[int]) -> Lanes:
    return numpy.array([value & WORD for value in values], numpy.uint32)


def _choose(x: int, y: int, z: int) -> int:
    return ((y ^ z) & x) ^ z


def _majority(x: int, y: int, z: int) -> int:
    return (x & y) | ((x | y) & z)


def _parity(x: int, y: int, z: int) -> int:
    return x ^ y ^ z


def _sha1(function: Callable[[int, int, int], int], name: str) -> Callable[[Lanes, Lanes, Lanes], Lanes]:
    def rounds(state: Lanes, last: Lanes, schedule: Lanes) -> Lanes:
        a, b, c, d = state.tolist()
        e = int(last[0])
        for word in schedule.tolist():
            new = e + _left(a, 5) + function(b, c, d) + word & WORD
            a, b, c, d, e = new, a, _left(b, 30), c, d
        return _words([a, b, c, d])

    rounds.__name__ = name
    return rounds


def sha1h(word: Lanes) -> Lanes:
    """A rotation by 30; of four lanes the first one, the others are 0."""
    return _words([_left(int(word[0]), 30), *([0] * (len(word) - 1))])


def sha1su0(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    made: Lanes = numpy.concatenate((first[2:], second[:2])) ^ first ^ third
    return made


def sha1su1(first: Lanes, second: Lanes) -> Lanes:
    mixed = (first ^ numpy.append(second[1:], numpy.uint32(0))).tolist()
    turned = [_left(word, 1) for word in mixed]
    return _words([*turned[:3], turned[3] ^ _left(mixed[0], 2)])


def _sha256(x: list[int], y: list[int], schedule: list[int]) -> tuple[list[int], list[int]]:
    for word in schedule:
        sigma1 = _right(y[0], 6) ^ _right(y[0], 11) ^ _right(y[0], 25)
        sigma0 = _right(x[0], 2) ^ _right(x[0], 13) ^ _right(x[0], 22)
        first = y[3] + sigma1 + _choose(*y[:3]) + word
        new = first + sigma0 + _majority(*x[:3]) & WORD
        x, y = [new, *x[:3]], [first + x[3] & WORD, *y[:3]]
    return x, y


def sha256h(first: Lanes, second: Lanes, schedule: Lanes) -> Lanes:
    return _words(_sha256(first.tolist(), second.tolist(), schedule.tolist())[0])


def sha256h2(first: Lanes, second: Lanes, schedule: Lanes) -> Lanes:
    return _words(_sha256(second.tolist(), first.tolist(), schedule.tolist())[1])


def sha256su0(first: Lanes, second: Lanes) -> Lanes:
    words = [*first.tolist()[1:], int(second[0])]
    return _words([one + (_right(w, 7) ^ _right(w, 18) ^ w >> 3) for one, w in zip(first.tolist(), words, strict=True)])


def sha256su1(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    words, sums = third.tolist()[2:], []
    shifted = [*second.tolist()[1:], int(third[0])]
    for place, (one, other) in enumerate(zip(first.tolist(), shifted, strict=True)):
        w = words[place]
        new = one + other + (_right(w, 17) ^ _right(w, 19) ^ w >> 10) & WORD
        sums.append(new)
        words.append(new)
    return _words(sums)


# SHA-512 and SHA-3: words of 64 bits


def _turn(value: int, by: int) -> int:
    """A rotation of 64 bits to the right."""
    return (value >> by | value << 64 - by) & LONG


def _longs(low: int, high: int) -> Lanes:
    return numpy.array([low & LONG, high & LONG], numpy.uint64)


def sha512h(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    (w0, w1), (x0, x1), (y0, y1) = first.tolist(), second.tolist(), third.tolist()
    upper = _choose(y1, x0, x1) + (_turn(y1, 14) ^ _turn(y1, 18) ^ _turn(y1, 41)) + w1 & LONG
    other = upper + y0 & LONG
    return _longs(_choose(other, y1, x0) + (_turn(other, 14) ^ _turn(other, 18) ^ _turn(other, 41)) + w0, upper)


def sha512h2(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    (w0, w1), (x0, _), (y0, y1) = first.tolist(), second.tolist(), third.tolist()
    upper = _majority(x0, y1, y0) + (_turn(y0, 28) ^ _turn(y0, 34) ^ _turn(y0, 39)) + w1 & LONG
    return _longs(_majority(upper, y0, y1) + (_turn(upper, 28) ^ _turn(upper, 34) ^ _turn(upper, 39)) + w0, upper)


def sha512su0(first: Lanes, second: Lanes) -> Lanes:
    (w0, w1), x0 = first.tolist(), int(second[0])
    return _longs(*(w + (_turn(v, 1) ^ _turn(v, 8) ^ v >> 7) for w, v in ((w0, w1), (w1, x0))))


def sha512su1(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    terms = zip(first.tolist(), second.tolist(), third.tolist(), strict=True)
    return _longs(*(w + (_turn(x, 19) ^ _turn(x, 61) ^ x >> 6) + y for w, x, y in terms))


def xar(first: Lanes, second: Lanes, by: int) -> Lanes:
    """Exclusive or, rotated to the right."""
    return _longs(*(_turn(value, by) for value in (first ^ second).tolist()))


# SM3 and SM4


def sm3partw1(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    words = [*(_left(word, 15) for word in third.tolist()[1:]), 0]
    mixed = [a ^ b ^ c for a, b, c in zip(first.tolist(), second.tolist(), words, strict=True)]
    for place in range(4):
        if place == 3:
            mixed[3] ^= _left(mixed[0], 15)
        mixed[place] = _spread(mixed[place])
    return _words(mixed)


def _spread(word: int) -> int:
    return word ^ _left(word, 15) ^ _left(word, 23)


def sm3partw2(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    mixed = [b ^ _left(c, 7) for b, c in zip(second.tolist(), third.tolist(), strict=True)]
    result = [a ^ b for a, b in zip(first.tolist(), mixed, strict=True)]
    result[3] ^= _spread(_left(mixed[0], 15))
    return _words(result)


def sm3ss1(first: Lanes, second: Lanes, third: Lanes) -> Lanes:
    total = _left(int(first[3]), 12) + int(second[3]) + int(third[3]) & WORD
    return _words([0, 0, 0, _left(total, 7)])


def _sm3tt(name: str) -> Callable[[Lanes, Lanes, Lanes], Lanes]:
    def step(state: Lanes, second: Lanes, word: Lanes) -> Lanes:
        a, b, c, d = state.tolist()
        extra = int(second[3]) ^ (_left(d, 12) if "1" in name else 0)
        function = _parity(b, c, d) if name.endswith("a") else _majority(b, c, d) if "1" in name else _choose(d, c, b)
        total = function + a + extra + int(word[0]) & WORD
        if "1" in name:
            return _words([b, _left(c, 9), d, total])
        return _words([b, _left(c, 19), d, total ^ _left(total, 9) ^ _left(total, 17)])

    step.__name__ = name
    return step


def _substituted(word: int) -> int:
    box = sm4_box()
    return sum(box[word >> place & 0xFF] << place for place in (0, 8, 16, 24))


def _sm4(state: Lanes, keys: Lanes, turns: tuple[int, ...]) -> Lanes:
    a, b, c, d = state.tolist()
    for key in keys.tolist():
        mixed = _substituted(b ^ c ^ d ^ key)
        for by in turns:
            a ^= _left(mixed, by) if by else mixed
        a, b, c, d = b, c, d, a
    return _words([a, b, c, d])


def sm4e(state: Lanes, keys: Lanes) -> Lanes:
    return _sm4(state, keys, (0, 2, 10, 18, 24))


def sm4ekey(state: Lanes, constants: Lanes) -> Lanes:
    return _sm4(state, constants, (0, 13, 23))


PLAIN: tuple[Callable[..., object], ...] = (
    aese, aesd, aesmc, aesimc, _sha1(_choose, "sha1c"), _sha1(_majority, "sha1m"), _sha1(_parity, "sha1p"), sha1h,
    sha1su0, sha1su1, sha256h, sha256h2, sha256su0, sha256su1, sha512h, sha512h2, sha512su0, sha512su1, xar, sm3partw1,
    sm3partw2, sm3ss1, *map(_sm3tt, ("sm3tt1a", "sm3tt1b", "sm3tt2a", "sm3tt2b")), sm4e, sm4ekey,
)  # fmt: skip
