"""Cutting operand texts at their commas, brackets respected."""

from __future__ import annotations

import re

from cyclesim.asm.fault import Fault

_DELIMITER = re.compile(r"""[,\[\](){}"]|'(?:\\.|[^\\])'?""", re.DOTALL)
_SIMPLE = re.compile(r"""(?:[^,\[\](){}"']+|\[[^\[\](){}"']*\]|\{[^\[\](){}"']*\})+""")
_PARTNER = {"]": "[", ")": "(", "}": "{"}
_CLOSING = {"[": "]", "(": ")", "{": "}"}


def split(text: str, column: int, what: str = "operand") -> list[tuple[str, int]]:
    """The pieces between the commas of `text`, stripped, each with its column. Raises Fault."""
    raw: list[str] = _SIMPLE.findall(text)
    if ",".join(raw) != text:
        raw = _cut(text, column)
    pieces = []
    for number, piece in enumerate(raw):
        body = piece.strip()
        if not body and (number or len(raw) > 1):
            raise _missing(number, len(raw), column, what)
        pieces.append((body, column + len(piece) - len(piece.lstrip())))
        column += len(piece) + 1
    return pieces


def _missing(number: int, count: int, column: int, what: str) -> Fault:
    """`column` is where the empty piece starts: just behind a comma, but for the first piece."""
    if number == count - 1:
        return Fault(f"no {what} follows this comma", column - 1, 1, f"write another {what} or remove the comma")
    return Fault(
        f"an {what} is missing before this comma" if what[0] in "aeiou" else f"a {what} is missing here", column
    )


def _cut(text: str, column: int) -> list[str]:
    cuts, start = [], 0
    opened: list[tuple[str, int]] = []
    for found in _DELIMITER.finditer(text):
        mark, position = found[0], found.start()
        if mark == ",":
            if not opened:
                cuts.append(text[start:position])
                start = position + 1
        elif mark in _CLOSING:
            opened.append((mark, position))
        elif mark in _PARTNER:
            _close(mark, position, opened, column)
        elif mark == '"':
            raise Fault("a string is no operand", column + position)
    if opened:
        mark, position = opened[-1]
        raise Fault(f"`{mark}` is never closed", column + position, 1, f"write the matching `{_CLOSING[mark]}`")
    cuts.append(text[start:])
    return cuts


def _close(mark: str, position: int, opened: list[tuple[str, int]], column: int) -> None:
    if not opened:
        raise Fault(
            f"`{mark}` closes nothing", column + position, 1, f"remove it or write the matching `{_PARTNER[mark]}`"
        )
    expected = _CLOSING[opened.pop()[0]]
    if expected != mark:
        raise Fault(f"`{mark}` where `{expected}` is expected", column + position, 1, "brackets close in reverse order")
