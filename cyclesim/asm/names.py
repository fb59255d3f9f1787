"""The names that a text defines: labels, constants and registers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from cyclesim.asm.dialect import Dialect
from cyclesim.asm.expressions import Constant, Scope, evaluate
from cyclesim.asm.fault import Fault
from cyclesim.asm.lexer import Statement
from cyclesim.asm.registers import Alias, RegisterReader

NAME = re.compile(r"[A-Za-z_.$][\w.$]*", re.ASCII)
LABEL = re.compile(r"([A-Za-z_.$][\w.$]*|\d+)[ \t]*:(?!:)", re.ASCII)
_DIRECTIVE = re.compile(r"(\.[A-Za-z_]\w*(?:\.[nw])?)(?![\w.$])\s*(.*)", re.ASCII | re.DOTALL)
_ASSIGNMENT = r"(?as)([A-Za-z_.$][\w.$]*)[ \t]*(==?)(?!=)[ \t]*(.*)"
_TYPED = r"(?ai)([A-Za-z_]\w*)(?:\.([a-z]?\d+))?[ \t]*(?:\[[ \t]*(\d+)[ \t]*\])?"
_ALIAS = r"(?ais)([A-Za-z_.$][\w.$]*)[ \t]+\.(req|dn|qn)\b[ \t]*(.*)"
_SET = (".set", ".equ", ".equiv", ".eqv")


class Symbols(dict[str, Constant]):
    """Constants by name. `asked` is set when anybody looks whether a name is one: what was read then depends on it."""

    asked = False

    def __contains__(self, name: object) -> bool:
        self.asked = True
        return dict.__contains__(self, name)


class Names:
    """`changes` counts definitions of registers, `assignments` those of constants: operand texts mean something else
    behind them."""

    def __init__(self, dialect: Dialect) -> None:
        self.labels: dict[str, int] = {}
        self.changes = self.assignments = 0
        self.labelled = -1
        self.position: Callable[[], int] = lambda: 0
        """The index of the next instruction."""
        self.thumb = False
        self.uneven: list[int] = []
        """In front of which instructions something stands that is not 4 bytes long, as far as anybody can tell."""
        self._symbols = Symbols()
        self._numeric: dict[str, list[int]] = {}
        self.scope = Scope(self._symbols, self.labels, dialect.registers)
        self.registers = RegisterReader(dialect, self.scope)

    @property
    def symbols(self) -> Symbols:
        return self._symbols

    def defined(self, name: str) -> bool:
        """Whether a constant or a label of this name stands before this place."""
        return name in self._symbols or name in self.labels

    def label(self, name: str, index: int, column: int) -> None:
        """`name:` in front of the instruction `index`. Numeric labels may repeat."""
        self.labelled = index
        if name.isdigit():
            self._numeric.setdefault(name, []).append(index)
        elif name in self.labels:
            raise Fault(
                f"the label `{name}` is defined twice", column, len(name), "only numeric labels (1:) may repeat"
            )
        else:
            self.labels[name] = index

    def find_numeric(self, name: str, index: int) -> int | None:
        """What `1b` or `1f` of the instruction `index` stands for."""
        defined = self._numeric.get(name[:-1], [])
        position = bisect_right(defined, index)
        if name[-1] == "b":
            return defined[position - 1] if position else None
        return defined[position] if position < len(defined) else None

    def define(self, statement: Statement) -> bool:
        """`name = value` or `name .req register`; whether the statement was one of these."""
        text = statement.text
        if (" ." in text or "\t." in text) and (alias := re.fullmatch(_ALIAS, text)):
            self._alias(statement, alias)
            return True
        if "=" in text and (assignment := re.fullmatch(_ASSIGNMENT, text)):
            place = statement.column + assignment.start(3)
            self._assign(assignment[1], statement.column, assignment[3], place, assignment[2] == "==")
            return True
        return False

    def directive(self, statement: Statement) -> str:
        """Obey a directive if it defines a name; its name in lower case."""
        parts = _DIRECTIVE.match(statement.text)
        if parts is None:
            word = statement.text.split(None, 1)[0]
            raise Fault(f"`{word}` is no directive", statement.column, len(word))
        name, rest = parts[1].lower(), parts[2]
        column = statement.column + parts.start(2)
        if name in _SET:
            self._set(name, rest, column)
        elif name == ".unreq":
            self._unalias(rest, column)
        elif name == ".syntax" and rest.lower() == "divided":
            raise Fault("divided syntax is not supported", column, len(rest), "write unified syntax: .syntax unified")
        return name

    def _set(self, directive: str, rest: str, column: int) -> None:
        name = NAME.match(rest)
        if name is None:
            raise Fault(f"`{directive}` names no symbol", column, max(1, len(rest)), f"{directive} NAME, VALUE")
        after = rest[name.end() :].lstrip()
        if not after.startswith(","):
            place = column + len(rest) - len(after)
            raise Fault("a comma is missing here", place, 1, f"{directive} {name[0]}, VALUE")
        value = after[1:]
        place = column + len(rest) - len(value)
        self._assign(name[0], column, value, place, directive in (".equiv", ".eqv"))

    def _assign(self, name: str, column: int, text: str, place: int, once: bool) -> None:
        if once and name in self._symbols:
            raise Fault(f"`{name}` is defined twice", column, len(name), "use .set for a value that changes")
        if name != ".":
            # `.set stride, #16` is accepted by the GNU assembler as well.
            skip = len(text) - len(text.lstrip(" \t#")) if text.lstrip(" \t").startswith("#") else 0
            self._symbols[name] = evaluate(text[skip:], place + skip, self.scope)
            self.assignments += 1

    def _alias(self, statement: Statement, parts: re.Match[str]) -> None:
        name, directive, text = parts[1], parts[2].lower(), parts[3].strip()
        place = statement.column + parts.start(3)
        type_, lane = "", None
        if directive != "req":
            text, type_, lane = self._typed(directive, text, place)
        register = self.registers.require(text, place, f"the target of .{directive}")
        if register.arrangement or register.writeback or (directive == "req" and (register.lane is not None)):
            raise Fault(f".req names a whole register, not `{text}`", place, len(text))
        target = (register.kind, register.number)
        before = self.registers.named(name)
        if before is not None and before != target:
            hint = f"first: .unreq {name}" if self.registers.is_alias(name) else "choose another name"
            raise Fault(f"`{name}` is already a register", statement.column, len(name), hint)
        self.registers.alias(Alias(name, target, type_, register.lane if lane is None else lane))
        self.changes += 1

    def _typed(self, directive: str, text: str, place: int) -> tuple[str, str, int | None]:
        """Register, type and lane of a `.dn` or `.qn`."""
        parts = re.fullmatch(_TYPED, text)
        kind = directive[0]
        named = self.registers.find(parts[1]) if parts else None
        if parts is None or named is None or named[0] != kind:
            hint = f"for example name .{directive} {kind}0.s16"
            raise Fault(f".{directive} names a {kind.upper()} register, not `{text}`", place, max(1, len(text)), hint)
        lane = int(parts[3]) if parts[3] else None
        before = self.registers.typed.get(parts[1])
        return parts[1], (parts[2] or (before.type if before else "")).lower(), lane

    def _unalias(self, name: str, column: int) -> None:
        if not self.registers.is_alias(name):
            raise Fault(f"`{name}` is not named by .req", column, max(1, len(name)))
        self.registers.alias(Alias(name, None))
        self.changes += 1
