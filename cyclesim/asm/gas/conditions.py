"""`.if` and its relatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cyclesim.asm.expressions import Constant, Scope, evaluate
from cyclesim.asm.fault import Fault
from cyclesim.asm.gas.macros import NAME
from cyclesim.asm.lexer import Statement
from cyclesim.asm.names import Names

_COMPARED: dict[str, Callable[[int], bool]] = {
    ".if": lambda value: value != 0,
    ".ifne": lambda value: value != 0,
    ".ifeq": lambda value: value == 0,
    ".ifge": lambda value: value >= 0,
    ".ifgt": lambda value: value > 0,
    ".ifle": lambda value: value <= 0,
    ".iflt": lambda value: value < 0,
}
_DEFINED = {".ifdef": True, ".ifndef": False, ".ifnotdef": False}
_BLANK = {".ifb": True, ".ifnb": False}
_EQUAL = {".ifc": True, ".ifeqs": True, ".ifnc": False, ".ifnes": False}
_HERE = re.compile(r"(?<![\w.$])\.(?![\w.$])")
_MOST_KNOWN = 10_000
CONDITIONS = frozenset((*_COMPARED, *_DEFINED, *_BLANK, *_EQUAL))


class Conditions:
    """The conditions that are open. `open`: each with whether a branch of it was read."""

    def __init__(self, names: Names, squeeze: Callable[[str], str]) -> None:
        self.names, self.squeeze = names, squeeze
        self.open: list[tuple[Statement, bool]] = []
        self._constant: dict[str, int] = {}
        """Expressions without names, which the arguments of macros mostly are."""

    def enter(self, statement: Statement, name: str, rest: str, column: int) -> bool:
        """Open a condition; whether its first branch is read. Raises Fault, and then it is, too: what else is wrong
        with the text is found at once."""
        self.open.append((statement, True))
        held = self._holds(name, rest, column)
        self.open[-1] = statement, held
        return held

    def leave(self, count: int) -> list[Statement]:
        """Close all but the first `count`: their statements."""
        left = [statement for statement, _ in self.open[count:]]
        del self.open[count:]
        return left

    def skip(self, lines: Iterator[Statement], report: Callable[[Statement, Fault], None]) -> None:
        """Pass over statements up to a branch that is read, or to the end of the innermost condition."""
        depth = 0
        for statement in lines:
            text = statement.text
            if text[0] != ".":
                continue
            found = NAME.match(text)
            name = found[0].lower() if found else ""
            if name in CONDITIONS:
                depth += 1
            elif name == ".endif":
                if not depth:
                    self.open.pop()
                    return
                depth -= 1
            elif not depth and name in (".else", ".elseif") and not self.open[-1][1]:
                opened = self.open[-1][0]
                rest = text[len(name) :].lstrip()
                try:
                    held = name == ".else" or self._holds(".if", rest, statement.column + len(text) - len(rest))
                except Fault as fault:
                    report(statement, fault)
                    held = True
                if held:
                    self.open[-1] = opened, True
                    return

    def _holds(self, name: str, rest: str, column: int) -> bool:
        if name in _COMPARED:
            return _COMPARED[name](self.evaluate(rest, column))
        if name in _DEFINED:
            symbol = NAME.match(rest)
            if symbol is None:
                raise Fault(f"`{name}` takes a name", column, max(1, len(rest)))
            return self.names.defined(symbol[0]) == _DEFINED[name]
        if name in _BLANK:
            return (not rest.strip()) == _BLANK[name]
        first, comma, second = self._compared(self.squeeze(rest))
        if not comma:
            raise Fault(f"`{name}` compares two texts", column, max(1, len(rest)), f"{name} FIRST, SECOND")
        return (first.strip() == second.strip()) == _EQUAL[name]

    def _compared(self, text: str) -> tuple[str, str, str]:
        """The two texts of `.ifc`; a string may hold a comma."""
        if text[:1] == '"' and (end := text.find('"', 1)) > 0:
            comma = text.find(",", end)
            return (text, "", "") if comma < 0 else (text[:comma], ",", text[comma + 1 :])
        return text.partition(",")

    def _distance(self, text: str, column: int) -> int | None:
        """The value of an expression with distances in code: 4 bytes an instruction, where nothing else stands between.
        It is the same wherever the code is put."""
        names = self.names
        labels = {name: names.labels[name] for name in NAME.findall(text) if name in names.labels}
        labels["."] = names.position()
        used = [place for name, place in labels.items() if name != "." or _HERE.search(text)]
        if not used or names.thumb or any(min(used) < place <= max(used) for place in names.uneven):
            return None
        values = set()
        for base in (0, 1 << 20):
            addresses: dict[str, Constant] = {name: base + 4 * place for name, place in labels.items()}
            values.add(evaluate(text, column, Scope({**names.symbols, **addresses}, (), names.scope.registers)))
        value = values.pop()
        return value if not values and isinstance(value, int) else None

    def evaluate(self, text: str, column: int) -> int:
        """The value of an expression at this place. Raises Fault."""
        known = self._constant.get(text)
        if known is not None:
            return known
        if not text.strip():
            raise Fault("a value is missing here", column, 1, "is an argument of the macro missing?")
        symbols = self.names.symbols
        symbols.asked = False
        value = evaluate(text, column, self.names.scope)
        if isinstance(value, int):
            if not symbols.asked and len(self._constant) < _MOST_KNOWN:
                self._constant[text] = value
            return value
        if value is None and (distance := self._distance(text, column)) is not None:
            return distance
        if value is None:
            message = f"`{text.strip()}` depends on addresses, which only an assembler knows"
            raise Fault(message, column, len(text), "give a constant")
        raise Fault("a whole number is wanted here", column, len(text))
