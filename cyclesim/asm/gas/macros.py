"""A macro of the GNU assembler: parameters, and a body compiled to templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from cyclesim.asm.fault import Fault
from cyclesim.asm.gas.arguments import KEYWORD, Evaluate, behind_comma, read
from cyclesim.asm.lexer import Statement, cut
from cyclesim.asm.limits import LONGEST_STATEMENT, Exhausted
from cyclesim.record import NamedTuple

NAME = re.compile(r"[A-Za-z_.$][\w.$]*", re.ASCII)
_FORMAL = re.compile(r"([A-Za-z_.$][\w.$]*)(?:[ \t]*:[ \t]*(\w*))?(?:[ \t]*(=)[ \t]*)?", re.ASCII)
_HOLE = re.compile(r"\\(@|&|\([^)]*\)?|[A-Za-z_.$][\w.$]*)|&([A-Za-z_.$][\w.$]*)&?", re.ASCII)
_ALTERNATE_HOLE = re.compile(
    r'"(?:[^"\\]|\\.)*"|\\(@|&|\([^)]*\)?|[A-Za-z_.$][\w.$]*&?)|&?(?<![\w.$])([A-Za-z_.$][\w.$]*)&?', re.ASCII
)
_LOCAL = re.compile(r"(?ai)local[ \t]+(.*)")
_MOST_KNOWN = 256
"""Calls whose expansion is kept for the next call with equal arguments."""


class Parameter(NamedTuple):
    """`kind`: empty, `req` or `vararg`."""

    name: str
    kind: str
    default: str


class Hole(NamedTuple):
    """A place in a body. `name`: a parameter, `@` for the number of the call; `text`: what it says if it is neither."""

    name: str
    text: str


Piece = str | Hole
Line = tuple[str, str, int, int]
"""Text, file, line and column of a statement."""


class Expansion(NamedTuple):
    """The statements of one call, and how many characters they are."""

    lines: Sequence[Line]
    characters: int


class Macro:
    """One `.macro`. `weak`: stands in for the macro of a header that was not found."""

    def __init__(
        self, name: str, parameters: Sequence[Parameter], body: Sequence[Statement], weak: bool = False
    ) -> None:
        self.name, self.parameters, self.body, self.weak = name, tuple(parameters), tuple(body), weak
        self.counts = any("\\@" in statement.text for statement in body)
        self._names = frozenset(parameter.name for parameter in parameters)
        self._templates: dict[bool, list[tuple[list[Piece], Statement]]] = {}
        self._known: dict[str, Expansion] = {}

    def expand(
        self, text: str, column: int, number: int, squeeze: Callable[[str], str], local: Locals | None
    ) -> Expansion:
        """The statements of a call with the arguments `text`. `local`: in `.altmacro` mode. Raises Fault."""
        known = None if self.counts or local else self._known.get(text)
        if known is not None:
            return known
        values = self.bind(squeeze(text), column, local.evaluate if local else None)
        expansion = self.fill(values, number, local)
        if not self.counts and not local:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[text] = expansion
        return expansion

    def bind(self, text: str, column: int, evaluate: Evaluate | None = None) -> dict[str, str]:
        """Parameter to value, from squeezed arguments. Raises Fault."""
        given: dict[str, str] = {}
        position, count, keyword = 0, 0, ""
        while position < len(text):
            named = None if evaluate else KEYWORD.match(text, position)
            if named:
                keyword = named[1]
                if keyword not in self._names:
                    message = f"`{self.name}` has no parameter `{keyword}`"
                    raise Fault(message, column, max(1, len(text)), self.signature())
                given[keyword], position = read(text, named.end(), column, evaluate)
            elif keyword:
                message = f"a positional argument follows `{keyword}=`"
                raise Fault(message, column, max(1, len(text)), "give the others by name, too")
            elif count >= len(self.parameters):
                raise self._too_many(text, column)
            else:
                parameter = self.parameters[count]
                count += 1
                if parameter.kind == "vararg":
                    given[parameter.name] = text[position:]
                    break
                given[parameter.name], position = read(text, position, column, evaluate)
            position = behind_comma(text, position)
        return self._defaulted(given, column)

    def _defaulted(self, given: Mapping[str, str], column: int) -> dict[str, str]:
        values = {}
        for name, kind, default in self.parameters:
            value = given.get(name) or ""
            if not value and kind == "req":
                raise Fault(f"`{self.name}` needs a value for `{name}`", column, 1, self.signature())
            values[name] = value or default
        return values

    def signature(self) -> str:
        names = [
            parameter.name
            + (f":{parameter.kind}" if parameter.kind else "")
            + (f"={parameter.default}" if parameter.default else "")
            for parameter in self.parameters
        ]
        return f".macro {self.name} {', '.join(names)}".rstrip()

    def _too_many(self, text: str, column: int) -> Fault:
        most = len(self.parameters)
        message = f"`{self.name}` takes {most} argument{'s' if most != 1 else ''}, here are more"
        return Fault(message, column, max(1, len(text)), self.signature())

    def fill(self, values: Mapping[str, str], number: int, local: Locals | None = None) -> Expansion:
        """The body with values for its parameters."""
        alternate = local is not None
        templates = self._templates.get(alternate)
        if templates is None:
            templates = self._templates[alternate] = [(_pieces(one.text, alternate), one) for one in self.body]
        names = dict(values)
        lines: list[Line] = []
        for pieces, (text, file, line, column, _) in templates:
            if local and (declared := _LOCAL.match(text)):
                for name in re.split(r"[,\s]+", declared[1].strip()):
                    names[name] = local.fresh()
                continue
            if len(pieces) != 1 or type(pieces[0]) is not str:
                text = "".join(
                    [
                        piece
                        if type(piece) is str
                        else names.get(piece.name, str(number) if piece.name == "@" else piece.text)  # type: ignore[union-attr]
                        for piece in pieces
                    ]
                )
                if len(text) > LONGEST_STATEMENT:
                    message = f"a statement of `{self.name}` expands to {len(text):,} characters"
                    raise Exhausted(message, 1, 1, "does an argument double with every call?")
                if not text or text.isspace():
                    continue
                if ";" in text:
                    lines += [(one.text, file, line, one.column) for one in cut(text, file, line, column)]
                    continue
                if text[0] in " \t":
                    column += len(text) - len(text.lstrip())
                    text = text.lstrip()
            lines.append((text, file, line, column))
        return Expansion(lines, sum([len(line[0]) for line in lines]))


class Locals:
    """What `.altmacro` adds: `%expression` and names of its own for every `LOCAL`."""

    def __init__(self, evaluate: Callable[[str], int]) -> None:
        self.evaluate = evaluate
        self._count = 0

    def fresh(self) -> str:
        self._count += 1
        return f".LL{self._count:04x}"


def _pieces(text: str, alternate: bool) -> list[Piece]:
    """Cut a statement at what a call may replace."""
    if "\\" not in text and "&" not in text and not alternate:
        return [text]
    pieces: list[Piece] = []
    last = 0
    for found in (_ALTERNATE_HOLE if alternate else _HOLE).finditer(text):
        name = found[1] or found[2]
        if not name:
            continue
        if last < found.start():
            pieces.append(text[last : found.start()])
        last = found.end()
        if name[0] == "(":
            pieces.append(name[1:].removesuffix(")"))
        else:
            pieces.append(Hole(name.removesuffix("&") if len(name) > 1 else name, found[0]))
    if last < len(text):
        pieces.append(text[last:])
    return [piece for piece in pieces if piece != ""]


def read_head(text: str, column: int, squeeze: Callable[[str], str]) -> tuple[str, list[Parameter]]:
    """Name and parameters of what follows `.macro`. Raises Fault."""
    name = NAME.match(text)
    if name is None:
        raise Fault("`.macro` names no macro", column, max(1, len(text)), ".macro NAME PARAMETER, PARAMETER=DEFAULT")
    rest = squeeze(text[name.end() :]).lstrip(", ")
    if rest[:1] == "(" and rest[-1:] == ")":
        rest = rest[1:-1]
    parameters: list[Parameter] = []
    position = 0
    while position < len(rest):
        formal = _FORMAL.match(rest, position)
        if formal is None:
            place = column + name.end()
            raise Fault(f"`{rest[position:]}` is no parameter", place, max(1, len(text) - name.end()))
        kind = (formal[2] or "").lower()
        if kind not in ("", "req", "vararg"):
            message = f"`{kind}` is no kind of parameter"
            raise Fault(message, column + name.end(), len(text) - name.end(), "req and vararg are known")
        default, position = read(rest, formal.end(), column) if formal[3] else ("", formal.end())
        if any(parameter.name == formal[1] for parameter in parameters):
            raise Fault(f"`{name[0]}` has two parameters `{formal[1]}`", column, max(1, len(text)))
        parameters.append(Parameter(formal[1], kind, default))
        while rest[position : position + 1] in (",", " ") and position < len(rest):
            position += 1
    return name[0], parameters
