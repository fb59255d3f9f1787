"""C and C++ as a stream of tokens: no more of the language than finding strings, names and brackets takes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from cyclesim.ir import Span
from cyclesim.record import NamedTuple

_TOKEN = r"""
    (?P<blank>(?:[ \t\f\v\r]|\\\r?\n)+)
  | (?P<newline>\n)
  | (?P<comment>//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z))
  | (?P<string>(?:u8|[uUL])?(?:R"(?P<mark>[^()\\\s"]{0,16})\((?:.*?\)(?P=mark)"|.*)|"(?:[^"\\\n]|\\.)*"?))
  | (?P<character>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*'?)
  | (?P<number>\.?\d(?:[eEpP][+-]|'(?=\w)|[\w.])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<hash>\#\#?)
  | (?P<mark_>[(){}\[\];:,])
  | (?P<other>[^\w\s"'/\#(){}\[\];:,\\]+|.)
"""


class Text(NamedTuple):
    """A source file: its name, text, and where its lines start."""

    file: str
    text: str
    starts: tuple[int, ...]

    def place(self, offset: int, parent: Span | None = None, length: int = 1) -> Span:
        """The line and column of a position."""
        line = bisect_right(self.starts, offset)
        return Span(self.file, line, offset - self.starts[line - 1] + 1, length, parent)


def read_text(file: str, text: str) -> Text:
    return Text(file, text, (0, *[found.end() for found in re.finditer("\n", text)]))


class Token(NamedTuple):
    """`kind`: string, character, number, name, mark (a bracket, `;`, `:`, `,`), hash, other, comment, or `line` (a
    whole preprocessor line, whose tokens are `inner`). `source` and `offset`: where it stands; `parent`: the macro
    call that it comes from; `blank`: whether blanks or a comment stand in front of it."""

    kind: str
    text: str
    source: Text
    offset: int
    parent: Span | None = None
    blank: bool = False
    inner: tuple[Token, ...] = ()

    def place(self) -> Span:
        return self.source.place(self.offset, self.parent, len(self.text))


def tokens(source: Text) -> Iterator[Token]:
    """All tokens of a text, comments included; every preprocessor line is one token. Never fails: an unknown
    character is a token of kind `other`, an open string or comment ends with its line or the text."""
    line: list[Token] | None = None
    fresh, blank = True, False
    for found in re.compile(_TOKEN, re.VERBOSE | re.DOTALL | re.ASCII).finditer(source.text):
        kind = found.lastgroup or "other"
        if kind == "blank":
            blank = True
            continue
        if kind == "newline":
            if line is not None:
                yield _line(line)
            line, fresh, blank = None, True, True
            continue
        token = Token("mark" if kind == "mark_" else kind, found[0], source, found.start(), None, blank)
        blank = kind == "comment"
        if kind == "hash" and fresh and line is None:
            line = [token]
        elif line is None:
            yield token
        elif kind != "comment":
            line.append(token)
        fresh = fresh and kind == "comment"
    if line is not None:
        yield _line(line)


def _line(found: list[Token]) -> Token:
    return found[0]._replace(kind="line", inner=tuple(found[1:]))
