"""From the strings of a template to its text, with the place in the source of every character."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from cyclesim.asm.inline.tokens import Text, Token
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(\r?\n)|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_RAW = re.compile(r'(?:u8|[uUL])?R"([^()\\\s"]{0,16})\(', re.ASCII)
_HIGHEST = 0x10FFFF


class Segment(NamedTuple):
    """Characters of a template from `start` on that stand side by side in the source from `offset` on."""

    start: int
    source: Text
    offset: int
    parent: Span | None


class Template(NamedTuple):
    """`text` and where it comes from. `lines`: where its lines start."""

    text: str
    segments: tuple[Segment, ...]
    starts: tuple[int, ...]
    lines: tuple[int, ...]

    def place(self, position: int, length: int = 1) -> Span:
        """The place in the source of a character of the text."""
        segment = self.segments[max(0, bisect_right(self.starts, position) - 1)]
        return segment.source.place(segment.offset + position - segment.start, segment.parent, length)

    def position(self, line: int, column: int) -> int:
        """The position of a line and column of the text, both from 1."""
        return self.lines[line - 1] + column - 1


def build_template(strings: Sequence[Token]) -> Template:
    """The strings joined, escapes replaced."""
    pieces: list[str] = []
    segments: list[Segment] = []
    length = 0
    for token in strings:
        for text, skipped in _parts(token.text):
            if text:
                segments.append(Segment(length, token.source, token.offset + skipped, token.parent))
                pieces.append(text)
                length += len(text)
    joined = "".join(pieces)
    lines = (0, *[found.end() for found in re.finditer("\n", joined)])
    if not segments:
        token = strings[0]
        segments.append(Segment(0, token.source, token.offset, token.parent))
    return Template(joined, tuple(segments), tuple(segment.start for segment in segments), lines)


def _parts(literal: str) -> list[tuple[str, int]]:
    """The text of a literal in parts without escapes between, each with its position in the literal."""
    if raw := _RAW.match(literal):
        closed = literal.endswith(f'){raw[1]}"') and len(literal) > raw.end() + len(raw[1]) + 1
        end = len(literal) - len(raw[1]) - 2 if closed else len(literal)
        return [(literal[raw.end() : end], raw.end())]
    start = literal.index('"') + 1
    end = len(literal) - 1 if literal.endswith('"') and len(literal) > start else len(literal)
    parts: list[tuple[str, int]] = []
    at = start
    for escape in _ESCAPE.finditer(literal, start, end):
        # The replaced escape ends its part, so that columns behind it count anew.
        parts.append((literal[at : escape.start()] + _replaced(escape), at))
        at = escape.end()
    parts.append((literal[at:end], at))
    return parts


def _replaced(escape: re.Match[str]) -> str:
    if escape[3]:
        return ""
    if escape[4]:
        return _PLAIN.get(escape[4], escape[4])
    code = int(escape[1][:8], 16) if escape[1] else int(escape[2], 8)
    return chr(code) if 0 < code <= _HIGHEST and not 0xD800 <= code < 0xE000 else "\ufffd"
