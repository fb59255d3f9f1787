"""Macros of C as far as templates use them: strings by name, `#argument`, pieces pasted by `##`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cyclesim.asm.inline.tokens import Token
from cyclesim.errors import AsmError
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

MOST_TOKENS = 400_000
"""Of one expansion: far more than any kernel, far less than memory."""

_DEEPEST = 40
_STRINGIZERS = r"(?i)(?:.*_)?x?(?:str|string|stringify|stringize|tostring|to_string|quote)(?:_.*)?"


class Macro(NamedTuple):
    """`parameters` is None for an object-like macro; the last one of a variadic macro is `__VA_ARGS__` or its name."""

    name: str
    parameters: tuple[str, ...] | None
    variadic: bool
    body: tuple[Token, ...]


def read_define(line: Sequence[Token]) -> Macro | None:
    """The macro of a `#define` line (tokens behind the word `define`); None when it has no name."""
    if not line or line[0].kind != "name":
        return None
    name, rest = line[0].text, list(line[1:])
    if not rest or rest[0].text != "(" or rest[0].blank:
        return Macro(name, None, False, tuple(rest))
    parameters: list[str] = []
    variadic = False
    for at, token in enumerate(rest):
        if token.kind == "name":
            parameters.append(token.text)
        elif token.text == "...":
            variadic = True
            if rest[at - 1].kind != "name":
                parameters.append("__VA_ARGS__")
        elif token.text == ")":
            return Macro(name, tuple(parameters), variadic, tuple(rest[at + 1 :]))
    return None


class Expander:
    """Expands token lists with the macros of the moment. `guesses`: macros that nothing defines and what was made of
    their calls; `constants`: names in them that stand for a number that isn't known here."""

    def __init__(self, macros: dict[str, Macro]) -> None:
        self.macros = macros
        self.constants: set[str] = set()
        self.guesses: dict[str, str] = {}
        self._produced = 0

    def expand(self, found: Sequence[Token], hidden: frozenset[str] = frozenset(), depth: int = 0) -> list[Token]:
        """The tokens with every macro replaced. Raises AsmError when that never ends."""
        result: list[Token] = []
        at = 0
        closing: dict[int, int] | None = None
        while at < len(found):
            token = found[at]
            macro = self.macros.get(token.text) if token.kind == "name" and token.text not in hidden else None
            call = None
            if macro is not None and macro.parameters is not None:
                closing = _closing(found) if closing is None else closing
                call = _call(found, at + 1, closing)
            if macro is None or (macro.parameters is not None and call is None):
                result.append(token)
                at += 1
                continue
            self._count(len(macro.body) + 1, token, depth)
            body = self._body(macro, call, token, depth)
            result += self.expand(body, hidden | {macro.name}, depth + 1)
            at = call[1] if call else at + 1
        return result

    def strings(self, found: Sequence[Token], depth: int = 0) -> list[Token]:
        """The tokens of a template as string tokens. Raises AsmError for what is no string and no known macro."""
        result: list[Token] = []
        at, expanded = 0, self.expand(found)
        closing = _closing(expanded)
        while at < len(expanded):
            token = expanded[at]
            at += 1
            if token.kind == "string":
                result.append(token)
            elif token.kind == "name" and (call := _call(expanded, at, closing)) and depth < _DEEPEST:
                result += self._guess(token, call[0], depth)
                at = call[1]
            else:
                raise _no_string(token)
        return result

    def _guess(self, name: Token, arguments: list[list[Token]], depth: int) -> list[Token]:
        """A call of a macro that nothing here defines: strings pass through, `…STR(x)` makes a string of x."""
        if re.fullmatch(_STRINGIZERS, name.text):
            self.guesses[name.text] = "its argument as a string"
            argument = self.expand(arguments[0])
            self.constants |= {one.text for one in argument if one.kind == "name"}
            return [_stringized(argument, name, name.parent)]
        if all(one.kind == "string" for argument in arguments for one in argument):
            self.guesses[name.text] = "its argument"
            return [one for argument in arguments for one in self.strings(argument, depth + 1)]
        raise _no_string(name)

    def _body(self, macro: Macro, call: tuple[list[list[Token]], int] | None, caller: Token, depth: int) -> list[Token]:
        """The body with its arguments in place; every token knows the call."""
        parent = caller.place()._replace(length=len(macro.name), via=macro.name)
        if call is None or macro.parameters is None:
            return [token._replace(parent=parent) for token in macro.body]
        named = self._bound(macro, call[0], caller)
        return _pasted(self._substituted(macro.body, named, parent, depth), parent)

    def _bound(self, macro: Macro, arguments: list[list[Token]], caller: Token) -> dict[str, list[Token]]:
        parameters = macro.parameters or ()
        if macro.variadic:
            fixed = len(parameters) - 1
            rest = [token for one in arguments[fixed:] for token in [*one, _COMMA(caller)]][:-1]
            arguments = [*arguments[:fixed], rest]
        if not parameters and arguments == [[]]:
            arguments = []
        if len(arguments) != len(parameters):
            message = f"`{macro.name}` takes {len(parameters)} arguments, not {len(arguments)}"
            raise AsmError(message, caller.place(), "", _line_of(caller))
        return dict(zip(parameters, arguments, strict=True))

    def _substituted(
        self, body: Sequence[Token], named: dict[str, list[Token]], parent: Span, depth: int
    ) -> list[Token]:
        result: list[Token] = []
        at = 0
        while at < len(body):
            token = body[at]
            following = body[at + 1].text if at + 1 < len(body) else ""
            if token.text == "#" and following in named:
                result.append(_stringized(named[following], token, parent))
                at += 2
                continue
            if token.kind == "name" and token.text in named:
                pasted = following == "##" or (result and result[-1].text == "##")
                argument = named[token.text]
                result += argument if pasted else self.expand(argument, depth=depth + 1)
            else:
                result.append(token._replace(parent=parent))
            at += 1
        return result

    def _count(self, tokens: int, caller: Token, depth: int) -> None:
        self._produced += tokens
        if self._produced > MOST_TOKENS or depth > _DEEPEST:
            raise AsmError(f"expanding `{caller.text}` never ends", caller.place(), "", _line_of(caller))


def _COMMA(caller: Token) -> Token:  # noqa: N802
    return caller._replace(kind="mark", text=",")


def _line_of(token: Token) -> str:
    text = token.source.text
    start, end = text.rfind("\n", 0, token.offset) + 1, text.find("\n", token.offset)
    return text[start : end if end >= 0 else len(text)]


def _no_string(token: Token) -> AsmError:
    if token.kind == "name":
        hint = "define it by -D NAME=VALUE, or name the folder of the header that does by -I DIR"
        return AsmError(
            f"`{token.text}` is no string and no macro that is defined here", token.place(), hint, _line_of(token)
        )
    return AsmError(f"`{token.text}` is not expected in an assembly template", token.place(), "", _line_of(token))


def _closing(found: Sequence[Token]) -> dict[int, int]:
    """The position of every opening bracket to that of its partner; brackets without one are left out."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for position, token in enumerate(found):
        if token.kind != "mark":
            continue
        if token.text in "([{":
            opened.append(position)
        elif token.text in ")]}" and opened:
            pairs[opened.pop()] = position
    return pairs


def _call(found: Sequence[Token], at: int, closing: Mapping[int, int]) -> tuple[list[list[Token]], int] | None:
    """The arguments of a call whose `(` stands at `at`, and the position behind it; None when there is none."""
    if at not in closing or found[at].text != "(":
        return None
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in found[at + 1 : closing[at]]:
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == "," and not depth:
                arguments.append([])
                continue
        arguments[-1].append(token)
    return arguments, closing[at] + 1


def _stringized(argument: Sequence[Token], at: Token, parent: Span | None) -> Token:
    text = "".join((" " if token.blank and number else "") + token.text for number, token in enumerate(argument))
    escaped = re.sub(r'(["\\])', r"\\\1", text) if '"' in text or "\\" in text else text
    origin = argument[0] if argument else at
    return Token("string", f'"{escaped}"', origin.source, origin.offset - 1, parent, True)


def _pasted(found: list[Token], parent: Span) -> list[Token]:
    """`a ## b` as one token."""
    result: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.text == "##" and result and at + 1 < len(found):
            left, right = result.pop(), found[at + 1]
            kind = "name" if re.fullmatch(r"(?a)[A-Za-z_]\w*", left.text + right.text) else "number"
            kind = kind if left.kind != "other" else left.kind
            result.append(left._replace(text=left.text + right.text, kind=kind, parent=parent))
            at += 2
            continue
        result.append(token)
        at += 1
    return result
