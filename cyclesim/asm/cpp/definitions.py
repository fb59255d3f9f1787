"""Macros of the C preprocessor and their expansion.

The rules are those of the C standard, 6.10.3: arguments are expanded before they are put in, except beside `#` and
`##`; the result is scanned again; a macro is not expanded inside its own expansion. Expansion is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from cyclesim.asm.fault import Fault
from cyclesim.asm.limits import LONGEST_STATEMENT, MOST_TOKENS, MOST_TOKENS_IN_ALL, Exhausted
from cyclesim.record import NamedTuple

TOKEN = re.compile(
    r"""(?asx)"(?:[^"\\\n]|\\.)*"?|'(?:\\.|[^\\'\n])'|//[^\n]*|/\*.*?\*/
    |\.?\d(?:[eEpP][+-]|[\w.])*|[A-Za-z_$][\w$]*|[ \t\n]+|\#\#|."""
)
IDENTIFIER = re.compile(r"(?a)(?<![\w$])[A-Za-z_$][\w$]*")
_NAME = re.compile(r"(?a)[A-Za-z_$][\w$]*")
_HEAD = re.compile(r"(?as)([A-Za-z_$][\w$]*)(\([^)]*\))?[ \t]*(.*)")
_MOST_NESTED = 40
VARIADIC = "__VA_ARGS__"


class Definition(NamedTuple):
    """`parameters`: None for a macro without `()`. `variadic`: the last parameter takes all further arguments."""

    name: str
    parameters: tuple[str, ...] | None
    variadic: bool
    body: tuple[str, ...]


class _Painted(str):
    """A name that was met inside its own expansion: it stays as it is."""

    __slots__ = ()


class _End(NamedTuple):
    """Behind the body of a macro: from here on it may be expanded again."""

    name: str


_Item = str | _End


class Unclosed(Fault):
    """The arguments of a call go on in the next line."""


def read_definition(text: str, column: int) -> Definition:
    """What follows `#define`. Raises Fault."""
    head = _HEAD.match(text)
    if head is None:
        raise Fault("`#define` names no macro", column, max(1, len(text)), "#define NAME VALUE")
    body = _trimmed(TOKEN.findall(head[3]))
    if body and (body[0] == "##" or body[-1] == "##"):
        place = column + head.start(3)
        raise Fault("`##` has nothing to join here", place, max(1, len(head[3])), "it stands between two tokens")
    if head[2] is None:
        return Definition(head[1], None, False, tuple(body))
    names = [name.strip() for name in head[2][1:-1].split(",")]
    names = [] if names == [""] else names
    variadic = bool(names) and names[-1].endswith("...")
    if variadic:
        names[-1] = names[-1][:-3].strip() or VARIADIC
    for name in names:
        if not _NAME.fullmatch(name):
            raise Fault(f"`{name}` is no parameter name", column + head.start(2), len(head[2]))
    return Definition(head[1], tuple(names), variadic, tuple(body))


def _trimmed(tokens: Sequence[str]) -> list[str]:
    """Without blanks at the ends and around `##`, other blanks as one."""
    kept: list[str] = []
    for token in tokens:
        if token.startswith(("//", "/*")) or token.isspace():
            token = " "
        if token == " " and (not kept or kept[-1] in (" ", "##")):
            continue
        if token == "##" and kept and kept[-1] == " ":
            kept.pop()
        kept.append(token)
    if kept and kept[-1] == " ":
        kept.pop()
    return kept


class Definitions:
    """The macros of a text. `special` holds those whose value depends on the place, such as `__LINE__`."""

    def __init__(self) -> None:
        self.macros: dict[str, Definition] = {}
        self.special: dict[str, Callable[[], str]] = {}
        self._tokens, self._left = 0, MOST_TOKENS_IN_ALL

    def define(self, definition: Definition) -> None:
        self.macros[definition.name] = definition

    def undefine(self, name: str) -> None:
        self.macros.pop(name, None)

    def concern(self, text: str) -> str:
        """The first macro named in `text`, empty when there is none."""
        found: list[str] = IDENTIFIER.findall(text)
        if self.macros.keys().isdisjoint(found) and self.special.keys().isdisjoint(found):
            return ""
        return next(name for name in found if name in self.macros or name in self.special)

    def expand(self, text: str, column: int = 1) -> str:
        """`text` with all macros expanded. Raises Fault; Unclosed when a call has no `)`."""
        self._tokens = MOST_TOKENS
        result = "".join(self._scan(TOKEN.findall(text), column, 0, frozenset()))
        if len(result) > LONGEST_STATEMENT and len(result) > 2 * len(text):
            raise Exhausted(f"this expands to {len(result):,} characters", column, len(text), "does a macro double it?")
        return result

    def _scan(self, tokens: Sequence[str], column: int, depth: int, outer: AbstractSet[str]) -> list[str]:
        if depth > _MOST_NESTED:
            raise Exhausted(f"macro calls are nested more than {_MOST_NESTED} deep", column)
        stack: list[_Item] = list(reversed(tokens))
        active: set[str] = set(outer)
        result: list[str] = []
        macros, special = self.macros, self.special
        while stack:
            token = stack.pop()
            if isinstance(token, _End):
                active.discard(token.name)
                continue
            name: str = token
            definition = macros.get(name)
            if definition is None or isinstance(token, _Painted):
                result.append(special[name]() if name in special else name)
            elif name in active:
                result.append(_Painted(name))
            else:
                arguments = None
                if definition.parameters is not None:
                    if not _opens(stack):
                        result.append(name)
                        continue
                    arguments = _arguments(stack, active, name, column)
                body = self._body(definition, arguments, column, depth, active)
                self._take(len(body), name, column)
                active.add(name)
                stack.append(_End(name))
                stack.extend(reversed(body))
        return result

    def _take(self, count: int, name: str, column: int) -> None:
        self._tokens -= count + 1
        if self._tokens < 0:
            message = f"`{name}` expands to more than {MOST_TOKENS:,} tokens"
            raise Exhausted(message, column, len(name), "does every macro double the one before?")
        self._left -= count + 1
        if self._left < 0:
            raise Exhausted(f"macros expand to more than {MOST_TOKENS_IN_ALL:,} tokens", column, len(name))

    def _body(
        self,
        definition: Definition,
        arguments: list[list[str]] | None,
        column: int,
        depth: int,
        active: AbstractSet[str],
    ) -> Sequence[str]:
        """The body with the arguments put in and `##` joined."""
        body = definition.body
        if arguments is None or definition.parameters is None:
            return body if "##" not in body else _joined(list(body), column)
        values = _bind(definition, arguments, column)
        expanded: dict[str, list[str]] = {}
        result: list[str] = []
        position, end = 0, len(body)
        while position < end:
            token = body[position]
            following = body[position + 1] if position + 1 < end else ""
            if token == "#" and (name := _stringified(body, position)) in values:
                result.append(_quoted(values[name]))
                position = body.index(name, position) + 1
                continue
            if token in values:
                if following == "##" or (result and result[-1] == "##"):
                    value = values[token]
                    if not value and result[-2:] == [",", "##"] and definition.variadic:
                        del result[-2:]
                    else:
                        result += value or [""]
                else:
                    if token not in expanded:
                        expanded[token] = self._scan(values[token], column, depth + 1, active)
                    self._take(len(expanded[token]), definition.name, column)
                    result += expanded[token]
            else:
                result.append(token)
            position += 1
        return _joined(result, column) if "##" in body else result


def _stringified(body: Sequence[str], position: int) -> str:
    """The parameter that `#` at `position` turns into a string."""
    following = [token for token in body[position + 1 : position + 3] if token != " "]
    return following[0] if following else ""


def _opens(stack: list[_Item]) -> bool:
    """Whether the next token is `(`."""
    for item in reversed(stack):
        if isinstance(item, _End) or item.isspace():
            continue
        return item == "("
    return False


def _arguments(stack: list[_Item], active: set[str], name: str, column: int) -> list[list[str]]:
    """Take `( … )` from the stack: the tokens of each argument."""
    arguments: list[list[str]] = [[]]
    depth = 0
    while stack:
        token = stack.pop()
        if isinstance(token, _End):
            active.discard(token.name)
            continue
        if token == "(":
            depth += 1
            if depth == 1:
                continue
        elif token == ")":
            depth -= 1
            if not depth:
                return [_trimmed_blanks(argument) for argument in arguments]
        elif token == "," and depth == 1:
            arguments.append([])
            continue
        arguments[-1].append(token)
    raise Unclosed(f"the arguments of `{name}` never end", column, len(name), "write the matching `)`")


def _trimmed_blanks(tokens: list[str]) -> list[str]:
    start, end = 0, len(tokens)
    while start < end and tokens[start].isspace():
        start += 1
    while end > start and tokens[end - 1].isspace():
        end -= 1
    return [" " if token.isspace() else token for token in tokens[start:end]]


def _bind(definition: Definition, arguments: list[list[str]], column: int) -> dict[str, list[str]]:
    """Parameter to tokens."""
    names = definition.parameters or ()
    if not names and arguments == [[]]:
        return {}
    if definition.variadic:
        fixed = len(names) - 1
        rest: list[str] = []
        for number, argument in enumerate(arguments[fixed:]):
            rest += [*([",", " "] if number else []), *argument]
        arguments = [*arguments[:fixed], rest]
    if len(arguments) != len(names):
        message = f"`{definition.name}` takes {len(names)} arguments, not {len(arguments)}"
        raise Fault(message, column, len(definition.name))
    return dict(zip(names, arguments, strict=True))


def _quoted(tokens: list[str]) -> str:
    text = "".join(token.replace("\\", "\\\\").replace('"', '\\"') if token[:1] in "\"'" else token for token in tokens)
    return f'"{text}"'


def _joined(tokens: list[str], column: int) -> list[str]:
    """Join what stands at the two sides of each `##`."""
    result: list[str] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token == "##" and result and position + 1 < len(tokens):
            position += 1
            whole = result.pop() + tokens[position]
            if len(whole) > LONGEST_STATEMENT:
                raise Exhausted(f"`##` makes a word of {len(whole):,} characters", column)
            parts = TOKEN.findall(whole)
            result += parts if parts else [whole] if whole else [""]
        else:
            result.append(token)
        position += 1
    return [token for token in result if token]
