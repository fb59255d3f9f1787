"""Conditions of the preprocessor as far as they can be known: true, false, or nobody can say."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from cyclesim.asm.inline.tokens import Token
from cyclesim.record import NamedTuple

# What compilers predefine for the two instruction sets. Source: Arm C Language Extensions (ACLE), "Predefined macros";
# armv7 as -march=armv7-a -mfpu=neon.
_COMMON = {"__GNUC__": 12, "__ELF__": 1, "__linux__": 1, "__ARM_NEON": 1, "__ARM_ARCH_PROFILE": 65, "__OPTIMIZE__": 1}
_A32 = {"__arm__": 1, "__ARM_NEON__": 1, "__ARM_ARCH": 7, "__ARM_ARCH_7A__": 1, "__ARM_32BIT_STATE": 1, "__arm": 1}
_A64 = {"__aarch64__": 1, "__ARM_ARCH": 8, "__ARM_64BIT_STATE": 1, "__LP64__": 1, "__ARM_FEATURE_FMA": 1}
PREDEFINED: Mapping[str, Mapping[str, int]] = {"armv7": _COMMON | _A32, "aarch64": _COMMON | _A64}

_FOREIGN = re.compile(
    r"(?ia)__?(?:x86|i[3-6]86|amd64|sse|ssse|avx|fma4|mmx|mips|riscv|loongarch|powerpc|ppc|s390|sparc|wasm|hexagon|e2k|vsx)\w*|_M_\w+"
    r"|_?WIN(?:32|64)|__APPLE__|_MSC_VER|__EMSCRIPTEN__|__MINGW\w+|i386|__thumb__|__CUDA\w*"
)
"""Macros of other processors and systems."""

_ONLY = {"armv7": {"__aarch64__", "__ARM_64BIT_STATE", "__LP64__"}, "aarch64": {"__arm__", "__arm", "__ARM_NEON__"}}

_LEVELS = (("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"), ("+", "-"))
_LEVELS_ALL = (*_LEVELS, ("*", "/", "%"))
_NAMES = sorted((name for level in _LEVELS_ALL for name in level), key=len, reverse=True)
_OPERATOR = re.compile("|".join([*map(re.escape, _NAMES), "."]), re.DOTALL)
_DEEPEST = 30
"""Of nested parentheses and signs."""
_MOST_BITS = 64

Value = int | None
"""None: unknown."""


class Unreadable(Exception):
    """A condition that is no expression; what depends on it is unknown."""


def absent_names(isa: str) -> frozenset[str]:
    """Macros of the other instruction set, which no compiler for `isa` defines."""
    return frozenset(_ONLY[isa])


class Known(NamedTuple):
    """`values`: macro to its value (None: defined, value unknown); `absent`: macros that are not defined; `strict`:
    what is not known is not defined, as a compiler would say."""

    values: Mapping[str, Value]
    absent: frozenset[str]
    strict: bool = False

    def defined(self, name: str) -> Value:
        if name in self.values:
            return 1
        return 0 if self.is_absent(name) else None

    def is_absent(self, name: str) -> bool:
        return self.strict or name in self.absent or _FOREIGN.fullmatch(name) is not None


def evaluate(line: Sequence[Token], known: Known) -> Value:
    """The value of the condition behind `#if`; None when it depends on a macro that nobody defines here."""
    try:
        return _Reader(_words(line), known).run()
    except Unreadable:
        return None


def _words(line: Sequence[Token]) -> list[str]:
    """Operators apart: the tokenizer keeps runs of them together."""
    words: list[str] = []
    for token in line:
        text = token.text
        if token.kind != "other":
            words.append(text)
            continue
        words += _OPERATOR.findall(text)
    return words


class _Reader:
    def __init__(self, words: Sequence[str], known: Known) -> None:
        self.words, self.known, self.position, self.depth = words, known, 0, 0

    def run(self) -> Value:
        value = self._binary(0)
        if self.position != len(self.words):
            raise Unreadable
        return value

    def _next(self) -> str:
        if self.position >= len(self.words):
            raise Unreadable
        self.position += 1
        return self.words[self.position - 1]

    def _binary(self, level: int) -> Value:
        if level == len(_LEVELS_ALL):
            return self._unary()
        value = self._binary(level + 1)
        while self.position < len(self.words) and self.words[self.position] in _LEVELS_ALL[level]:
            name = self._next()
            value = combined(name, value, self._binary(level + 1))
        return value

    def _unary(self) -> Value:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unreadable
        word = self._next()
        value = self._primary(word)
        self.depth -= 1
        return value

    def _primary(self, word: str) -> Value:
        if word in ("!", "-", "+", "~"):
            value = self._unary()
            if value is None:
                return None
            return {"!": int(not value), "-": -value, "+": value, "~": ~value}[word]
        if word == "(":
            value = self._binary(0)
            if self._next() != ")":
                raise Unreadable
            return value
        if word == "defined":
            return self._defined()
        return self._operand(word)

    def _defined(self) -> Value:
        name = self._next()
        if name == "(":
            name = self._next()
            if self._next() != ")":
                raise Unreadable
        return self.known.defined(name)

    def _operand(self, word: str) -> Value:
        if word[0].isdigit():
            try:
                value = int(word.rstrip("uUlL").replace("'", ""), 0)
            except ValueError:
                return None
            return value if value.bit_length() <= _MOST_BITS else None
        if not (word[0].isalpha() or word[0] == "_"):
            raise Unreadable
        if self.position < len(self.words) and self.words[self.position] == "(":
            self._skip_call()
            return 0 if self.known.strict else None
        if word in self.known.values:
            return self.known.values[word]
        return 0 if self.known.is_absent(word) else None

    def _skip_call(self) -> None:
        """A function-like macro: its value is unknown."""
        depth = 0
        while True:
            word = self._next()
            depth += (word == "(") - (word == ")")
            if not depth:
                return


def combined(name: str, left: Value, right: Value) -> Value:
    """Two values, one of which may be unknown: `0 && x` is 0 whatever x is."""
    if name == "&&":
        if left == 0 or right == 0:
            return 0
        return None if left is None or right is None else 1
    if name == "||":
        if left or right:
            return 1
        return None if left is None or right is None else 0
    if left is None or right is None or (name in ("/", "%") and not right):
        return None
    if name in ("<<", ">>") and not 0 <= right < _MOST_BITS:
        return None
    value = int(_ARITHMETIC[name](left, right))
    return value if value.bit_length() <= 2 * _MOST_BITS else None


def _quotient(left: int, right: int) -> int:
    """Towards zero, as in C."""
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)


_ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "%": lambda left, right: left - right * _quotient(left, right),
}
