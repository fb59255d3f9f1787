"""The expressions of `#if` and `#elif`: integers as C counts them, `defined`, and names that are 0."""

from __future__ import annotations

import re
from collections.abc import Callable

from cyclesim.asm.fault import Fault

_TOKEN = re.compile(
    r"""(?ax)[ \t\n]*(?:(?P<number>(?:0[xX][0-9a-fA-F']+|0[bB][01']+|\d[\d']*)[uUlLzZ]*)(?![\w.])
    |(?P<name>[A-Za-z_$][\w$]*)|(?P<character>'(?:\\.|[^\\'])')
    |(?P<operator><<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^!~<>()?:,]))"""
)
_PRECEDENCE = {
    "*": 10, "/": 10, "%": 10, "+": 9, "-": 9, "<<": 8, ">>": 8, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "==": 6, "!=": 6, "&": 5, "^": 4, "|": 3, "&&": 2, "||": 1,
}  # fmt: skip
_DEFINED = re.compile(r"(?a)\bdefined[ \t]*(?:\([ \t]*([A-Za-z_$][\w$]*)[ \t]*\)|([A-Za-z_$][\w$]*))")
_HAS_INCLUDE = re.compile(r"""(?a)\b__has_include(?:_next)?[ \t]*\([ \t]*(<[^>]*>|"[^"]*")[ \t]*\)""")
_MOST_NESTED = 60


def evaluate(
    text: str, column: int, defined: Callable[[str], bool], expand: Callable[[str], str], exists: Callable[[str], bool]
) -> bool:
    """Whether the condition holds. `exists` tells whether `"file"` or `<file>` can be included. Raises Fault."""
    text = _HAS_INCLUDE.sub(lambda found: str(int(exists(found[1]))), text)
    text = _DEFINED.sub(lambda found: str(int(defined(found[1] or found[2]))), text)
    # A macro may itself say `defined(…)`.
    text = _DEFINED.sub(lambda found: str(int(defined(found[1] or found[2]))), expand(text))
    if not text.strip():
        raise Fault("the condition is empty", column, 1, "#if takes an expression; #ifdef takes a name")
    return _Evaluation(text, column).run() != 0


class _Evaluation:
    """Precedence climbing over the tokens; `depth` bounds the recursion."""

    def __init__(self, text: str, column: int) -> None:
        self.text, self.column = text, column
        self.tokens: list[tuple[str, str]] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            token = _TOKEN.match(text, position)
            if token is None:
                junk = text[position:].strip()
                raise self._fault(f"`{junk[:1]}` is not expected in a condition")
            self.tokens.append((token.lastgroup or "", token[token.lastgroup or 0]))
            position = token.end()
        self.at, self.depth = 0, 0

    def run(self) -> int:
        value = self._ternary()
        if self.at < len(self.tokens):
            raise self._fault(f"`{self.tokens[self.at][1]}` is not expected in a condition")
        return value

    def _fault(self, message: str) -> Fault:
        return Fault(message, self.column, max(1, len(self.text)))

    def _peek(self) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "operator":
            return self.tokens[self.at][1]
        return ""

    def _ternary(self) -> int:
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise self._fault("the condition is nested too deeply")
        value = self._binary(1)
        if self._peek() == "?":
            self.at += 1
            first = self._ternary()
            if self._peek() != ":":
                raise self._fault("`?` has no `:`")
            self.at += 1
            second = self._ternary()
            value = first if value else second
        self.depth -= 1
        return value

    def _binary(self, least: int) -> int:
        left = self._unary()
        while (operator := self._peek()) in _PRECEDENCE and _PRECEDENCE[operator] >= least:
            self.at += 1
            left = self._apply(operator, left, self._binary(_PRECEDENCE[operator] + 1))
        return left

    def _unary(self) -> int:
        signs = ""
        while self._peek() in ("!", "-", "+", "~") and self._peek():
            signs += self.tokens[self.at][1]
            self.at += 1
        value = self._primary()
        for sign in reversed(signs):
            value = {"!": int(not value), "-": -value, "+": value, "~": ~value}[sign]
        return value

    def _primary(self) -> int:
        if self.at >= len(self.tokens):
            raise self._fault("a value is missing in the condition")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return _integer(text)
        if kind == "character":
            return ord(text[1]) if text[1] != "\\" else ord(text[2])
        if kind == "name":
            return self._name(text)
        if text == "(":
            value = self._ternary()
            if self._peek() != ")":
                raise self._fault("`(` is never closed in the condition")
            self.at += 1
            return value
        raise self._fault(f"a value is missing before `{text}`")

    def _name(self, name: str) -> int:
        """A name that is no macro is 0, and so is a call of something that only a compiler knows."""
        if self._peek() == "(":
            depth = 0
            while self.at < len(self.tokens):
                depth += {"(": 1, ")": -1}.get(self._peek(), 0)
                self.at += 1
                if not depth:
                    break
        return int(name == "true")

    def _apply(self, operator: str, left: int, right: int) -> int:
        match operator:
            case "/" | "%":
                if not right:
                    return 0
                quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
                return quotient if operator == "/" else left - quotient * right
            case "<<" | ">>":
                amount = right & 63
                return _wrapped(left << amount) if operator == "<<" else left >> amount
            case "&&":
                return int(bool(left) and bool(right))
            case "||":
                return int(bool(left) or bool(right))
        return _wrapped(int(_OPERATIONS[operator](left, right)))


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "*": lambda a, b: a * b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _wrapped(value: int) -> int:
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def _integer(text: str) -> int:
    digits = text.rstrip("uUlLzZ").replace("'", "")[:70]
    if digits[:2] in ("0x", "0X", "0b", "0B"):
        return _wrapped(int(digits, 0))
    octal = len(digits) > 1 and digits[0] == "0" and not set(digits) & {"8", "9"}
    return _wrapped(int(digits, 8 if octal else 10))
