"""From a text to statements: comments blanked out, columns kept.

A statement is what stands between line ends and `;`. Everything after this stage works on a stream of statements, so
that macro expansion and inline assembly can feed the same parser, with `parent` naming the place they expand from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cyclesim.asm.fault import Fault
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

CPP_LINE = r"#[ \t]*(include|define|undef|ifdef|ifndef|if|elif|else|endif|error|warning|pragma|line)\b"

REGION_MARKER = r"(?ia)[\W_]*(cyclesim|llvm-mca|osaca)-(\w+)\b[ \t:]*([^\n]*)"


class Statement(NamedTuple):
    """One statement without comments; `column` (from 1) is where its first character stands in its line."""

    text: str
    file: str
    line: int
    column: int
    parent: Span | None = None


class Marker(NamedTuple):
    """A region marker in a comment: `tool` and `verb` in lower case, the rest of its line as `argument`."""

    tool: str
    verb: str
    argument: str
    line: int
    column: int


_new = tuple.__new__
"""Makes a named tuple without a frame of its own; for the one place that makes most of them."""


class CleanText(NamedTuple):
    """`text` has the lines and columns of the source. `faults`: with their lines."""

    text: str
    markers: tuple[Marker, ...]
    faults: tuple[tuple[int, Fault], ...]


# Strings and character constants, so that no comment starts inside them; then whatever may start a comment.
# A `#` directly behind `,`, `(`, `[` or `=` is always an immediate.
_COMMON = r""""(?:[^"\\\n]|\\[^\n])*"?|'(?:\\[^\n]|[^\\\n])'?|/\*|//|\#(?<![,(\[=]\#)(?<![,(\[=][ \t]\#)"""
# `\\@` counts the calls of a macro.
_WITH_AT = _COMMON + r"|(?<!\\)@"

# These judge the rare `#` and `@` that may or may not start a comment.
_ALIGNMENT = r"@[ \t]*\w+[ \t]*[\],]"
_BRACKET_BEFORE = r"\[[ \t]*[\w.$]+[ \t]*,?[ \t]*$"
_AMOUNT_BEFORE = r"(?i)(?:^|[^\w.])(?:lsl|lsr|asr|asl|ror|msl|[us]xt[bhwx]|mul)[ \t]*$"
_MNEMONIC_BEFORE = r"(?:.*:)?[ \t]*[A-Za-z][\w.]*[ \t]*$"
_NO_OPERANDS = r"(?i)(?:.*[:\s])?(?:nop|ret|wfe|wfi|sev|sevl|yield|eret)(?:\.[nw])?[ \t]*$"
_ONE_EXPRESSION = r"#[^\s;]+[ \t]*(?:[;\n\r]|$)"
_WINDOW = 256
"""How far back and ahead a `#` is judged from: enough for any statement, and it keeps long lines linear."""


def clean(text: str, at_comments: bool, directives: bool = True) -> CleanText:
    """Blank out the comments of `text` and collect the region markers in them. `directives`: `#if` is none of them."""
    return _Cleaner(text, re.compile(_WITH_AT if at_comments else _COMMON), directives).run()


class _Cleaner:
    def __init__(self, text: str, pattern: re.Pattern[str], directives: bool) -> None:
        self.text, self.pattern, self.directives = text, pattern, directives
        lowered = text.lower()
        self.marked = any(tool in lowered for tool in ("cyclesim-", "llvm-mca-", "osaca-"))
        self.markers: list[Marker] = []
        self.faults: list[tuple[int, Fault]] = []
        self.counted, self.line, self.line_start = 0, 1, 0

    def run(self) -> CleanText:
        text, kept, position, last = self.text, list[str](), 0, 0
        search = self.pattern.search
        while found := search(text, position):
            start, position = found.span()
            end = self._comment_end(start, found[0])
            if end < 0:
                continue
            kept.append(text[last:start])
            comment = text[start:end]
            if self.marked:
                self._collect_markers(comment, start)
            if comment.startswith("/*"):
                kept.append(re.sub(r"[^\n]", " ", comment))
            position = last = end
        kept.append(text[last:])
        return CleanText("".join(kept), tuple(self.markers), tuple(self.faults))

    def _comment_end(self, start: int, token: str) -> int:
        """Where the comment at `start` ends; -1 when it is none."""
        text = self.text
        if token == "/*":
            end = text.find("*/", start + 2)
            if end < 0:
                line, column = self._place(start)
                self.faults.append((line, Fault("this comment never ends", column, 2, "close it with `*/`")))
                return len(text)
            return end + 2
        if (
            token == "//"
            or (token == "#" and self._is_hash_comment(start))
            or (token == "@" and not self._aligns(start))
        ):
            end = text.find("\n", start)
            return len(text) if end < 0 else end
        return -1

    def _before(self, start: int) -> str:
        """What stands in front of `start` in its statement, as far as it matters."""
        window = self.text[max(0, start - _WINDOW) : start]
        return window.rpartition("\n")[2].rpartition(";")[2]

    def _aligns(self, start: int) -> bool:
        """Whether this `@` states an alignment: `[r0@128]`."""
        ahead = re.match(_ALIGNMENT, self.text[start : start + _WINDOW])
        return ahead is not None and re.search(_BRACKET_BEFORE, self._before(start)) is not None

    def _is_hash_comment(self, start: int) -> bool:
        """`#` starts a line, a comment behind a whole operand, or an immediate."""
        before = self._before(start)
        if not before.strip():
            return not self.directives or re.match(CPP_LINE, self.text[start : start + _WINDOW]) is None
        if (
            before.lstrip().startswith("#")
            or before.rstrip()[-1] in ",([{=+-*/|&^<>~"
            or re.search(_AMOUNT_BEFORE, before)
        ):
            return False
        following = self.text[start + 1 : start + 2]
        if following in ("", " ", "\t", "\n", "\r", "#"):
            return True
        if re.match(_MNEMONIC_BEFORE, before) and not re.match(_NO_OPERANDS, before):
            return False
        # `add r0, r1 #4` lacks a comma; `add r0, r1 #four of them` has a comment.
        return before[-1] in " \t" and not re.match(_ONE_EXPRESSION, self.text[start : start + _WINDOW])

    def _collect_markers(self, comment: str, start: int) -> None:
        if found := re.match(REGION_MARKER, comment):
            argument = found[3].partition("*/")[0].strip()
            line, column = self._place(start + found.start(1))
            self.markers.append(Marker(found[1].lower(), found[2].lower(), argument, line, column))

    def _place(self, position: int) -> tuple[int, int]:
        """Line and column of a position; positions come in ascending order."""
        self.line += self.text.count("\n", self.counted, position)
        self.line_start = max(self.line_start, self.text.rfind("\n", self.counted, position) + 1)
        self.counted = position
        return self.line, position - self.line_start + 1


_PARTS = r"""(?s)(?:[^;"'%]+|"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|(?<!%)%(?!%)|['"])+"""


def cut(line: str, file: str, number: int, column: int = 1, parent: Span | None = None) -> Iterator[Statement]:
    """The statements between the `;` and `%%` of a line that starts in `column`."""
    for part in re.finditer(_PARTS, line):
        if piece := part[0].strip():
            place = column + part.start() + part[0].index(piece[0])
            yield Statement(piece, file, number, place, parent)


def statements(text: str, file: str, parent: Span | None = None) -> Iterator[Statement]:
    """The statements of a text without comments. A `#define` keeps its continuation lines."""
    lines = enumerate(text.split("\n"), 1)
    several = ";" in text or "%%" in text
    for number, line in lines:
        body = line.strip()
        if not body:
            continue
        column = line.index(body[0]) + 1
        if body[0] == "#":
            while body.endswith("\\") and (following := next(lines, None)):
                body = f"{body}\n{following[1].rstrip()}"
            yield Statement(body, file, number, column, parent)
        elif several and (";" in body or "%%" in body):
            yield from cut(line, file, number, 1, parent)
        else:
            yield _new(Statement, (body, file, number, column, parent))
