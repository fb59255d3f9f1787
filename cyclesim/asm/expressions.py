"""Constant expressions as the GNU assembler evaluates them.

Precedence, highest first: unary; `* / % << >>`; `| & ^`; `+ -` and comparisons; `&&`; `||`. Source: GNU as manual,
section "Infix Operators". Values are 64 bits wide. No recursion: nesting is bounded by the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from cyclesim.asm.fault import Fault, Undefined
from cyclesim.record import NamedTuple

Constant = int | float | None
"""None: a constant that only the linker knows (an address, the distance of two labels)."""


class Scope(NamedTuple):
    """`symbols`: names set to constants. `labels`: names of addresses. `registers`: names that are neither."""

    symbols: Mapping[str, Constant]
    labels: Container[str]
    registers: Container[str]


_TOKEN = r"""[ \t\f\v\r]*(?:
      (?P<integer>0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)(?![\w.$])
    | (?P<float>(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)(?![\w.$])
    | (?P<place>\d+[bf])(?![\w.$])
    | (?P<character>'(?:\\.|[^\\])'?)
    | (?P<name>[A-Za-z_.$][\w.$]*(?:@\w+)?(?:\((?:GOT|GOTOFF|PLT|TLS\w*|tls\w*|got\w*)\))?)
    | (?P<operator><<|>>|<=|>=|<>|==|!=|&&|\|\||[-+*/%|&^!~()<>])
    )"""

_BINARY = {
    "*": 5, "/": 5, "%": 5, "<<": 5, ">>": 5,
    "|": 4, "&": 4, "^": 4,
    "+": 3, "-": 3, "==": 3, "!=": 3, "<>": 3, "<": 3, ">": 3, "<=": 3, ">=": 3,
    "&&": 2, "||": 1,
}  # fmt: skip
_UNARY = {"-": "negative", "+": "positive", "~": "complement", "!": "not"}
_UNARY_PRECEDENCE = 6

_ESCAPES = {"n": 10, "t": 9, "r": 13, "b": 8, "f": 12, "0": 0, "\\": 92, "'": 39, '"': 34}

_MOST_DIGITS = 66
"""`0b` and 64 binary digits."""


def evaluate(text: str, column: int, scope: Scope) -> Constant:
    """The value of `text`, whose first character stands in `column`. Raises Fault."""
    if text.isdecimal() and text.isascii() and len(text) < 19 and (text[0] != "0" or text == "0"):
        return int(text)
    return _Evaluation(text, column, scope).run()


class _Evaluation:
    def __init__(self, text: str, column: int, scope: Scope) -> None:
        self.text, self.column, self.scope = text, column, scope
        self.values: list[Constant] = []
        self.operators: list[tuple[str, int, int]] = []
        """(name, precedence, position); an open parenthesis has precedence 0."""

    def run(self) -> Constant:
        position, wants_value, text = 0, True, self.text
        match = re.compile(_TOKEN, re.VERBOSE | re.ASCII).match
        end = len(text.rstrip())
        while position < end:
            token = match(text, position)
            if token is None:
                raise self._junk(position)
            kind = token.lastgroup or ""
            start, position = token.start(kind), token.end()
            if kind == "operator":
                wants_value = self._operator(token[kind], start, wants_value)
            elif wants_value:
                self.values.append(self._value(kind, token[kind], start))
                wants_value = False
            else:
                raise self._fault(f"an operator is missing before `{token[kind]}`", start, len(token[kind]))
        if wants_value:
            raise self._fault("a value is missing here", end)
        self._reduce(1)
        if self.operators:
            raise self._fault("`(` is never closed", self.operators[-1][2], 1, "write the matching `)`")
        return self.values[0]

    def _operator(self, name: str, start: int, wants_value: bool) -> bool:
        """Whether a value must follow."""
        if wants_value:
            if name == "(":
                self.operators.append((name, 0, start))
            elif name in _UNARY:
                self.operators.append((_UNARY[name], _UNARY_PRECEDENCE, start))
            else:
                raise self._fault(f"a value is missing before `{name}`", start, len(name))
            return True
        if name == ")":
            self._reduce(1)
            if not self.operators:
                raise self._fault("`)` closes nothing", start)
            self.operators.pop()
            return False
        if name not in _BINARY:
            raise self._fault(f"an operator is missing before `{name}`", start, len(name))
        self._reduce(_BINARY[name])
        self.operators.append((name, _BINARY[name], start))
        return True

    def _reduce(self, precedence: int) -> None:
        """Apply the operators on the stack that bind at least as tightly."""
        while self.operators and self.operators[-1][1] >= precedence:
            name, binds, position = self.operators.pop()
            right = self.values.pop()
            if binds == _UNARY_PRECEDENCE:
                self.values.append(self._unary(name, right, position))
            else:
                self.values.append(self._binary(name, self.values.pop(), right, position))

    def _unary(self, name: str, value: Constant, position: int) -> Constant:
        if value is None or name == "positive":
            return value
        if name == "negative":
            return -value if isinstance(value, float) else wrap(-value)
        if isinstance(value, float):
            raise self._fault("a floating-point constant has no bits to operate on", position)
        return wrap(~value if name == "complement" else int(not value))

    def _binary(self, name: str, left: Constant, right: Constant, position: int) -> Constant:
        if isinstance(left, float) or isinstance(right, float):
            raise self._fault("floating-point constants can't be combined", position, 1, "write the result instead")
        if left is None or right is None:
            return None
        if name in ("/", "%") and right == 0:
            raise self._fault("division by zero", position)
        if name in ("<<", ">>") and not 0 <= right < 64:
            raise self._fault(f"a shift by {right}", position, 2, "64-bit values shift by 0 to 63")
        return wrap(_apply(name, left, right))

    def _value(self, kind: str, text: str, start: int) -> Constant:
        if kind == "integer":
            return self._integer(text, start)
        if kind == "float":
            return float(text)
        if kind == "character":
            return _ESCAPES.get(text[2], ord(text[2])) if text[1] == "\\" else ord(text[1])
        return None if kind == "place" else self._name(text, start)

    def _integer(self, text: str, start: int) -> int:
        value = -1
        if len(text) <= _MOST_DIGITS:
            octal = text[0] == "0" and text.isdigit()
            try:
                value = int(text, 8 if octal else 0)
            except ValueError:
                raise self._fault(f"`{text}` is not octal", start, len(text), "a leading 0 means octal") from None
        if not 0 <= value < 1 << 64:
            raise self._fault("this number doesn't fit into 64 bits", start, len(text))
        return value

    def _name(self, text: str, start: int) -> Constant:
        scope = self.scope
        if text in scope.symbols:
            return scope.symbols[text]
        if text == "." or text in scope.labels or text.startswith(".L") or "@" in text or text.endswith(")"):
            return None
        if text in scope.registers or text.lower() in scope.registers:
            raise self._fault(f"`{text}` is a register, not a constant", start, len(text))
        hint = f"define it: .set {text}, VALUE"
        raise Undefined(f"`{text}` is not defined", self.column + start, len(text), hint)

    def _junk(self, position: int) -> Fault:
        rest = self.text[position:]
        start = position + len(rest) - len(rest.lstrip())
        number = re.match(r"\d[\w.]*", self.text[start:])
        if number:
            return self._fault(f"`{number[0]}` is not a number", start, len(number[0]))
        return self._fault(f"`{self.text[start : start + 1]}` is not expected here", start)

    def _fault(self, message: str, position: int, length: int = 1, hint: str = "") -> Fault:
        return Fault(message, self.column + position, length, hint)


def _apply(name: str, left: int, right: int) -> int:
    match name:
        case "*":
            return left * right
        case "/" | "%":
            # Towards zero, as in C.
            quotient = abs(left) // abs(right)
            quotient = quotient if (left < 0) == (right < 0) else -quotient
            return quotient if name == "/" else left - quotient * right
        case "<<":
            return left << right
        case ">>":
            return (left & (1 << 64) - 1) >> right
        case "+":
            return left + right
        case "-":
            return left - right
        case "|":
            return left | right
        case "&":
            return left & right
        case "^":
            return left ^ right
        case "&&":
            return int(bool(left) and bool(right))
        case "||":
            return int(bool(left) or bool(right))
    return -_compare(name, left, right)


def _compare(name: str, left: int, right: int) -> bool:
    """Comparisons yield -1 for true."""
    match name:
        case "==":
            return left == right
        case "!=" | "<>":
            return left != right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
    return left >= right


def wrap(value: int) -> int:
    """Into 64 bits; values from 2**63 up stay unsigned, as they are written in hexadecimal masks."""
    if -(1 << 63) <= value < 1 << 64:
        return value
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
