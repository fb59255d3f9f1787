"""Colour for terminals: a few words marked, never needed to read the text."""

from __future__ import annotations

CODES = {"strong": "1", "wait": "33", "quiet": "2"}


def paint(text: str, style: str, color: bool) -> str:
    """`text` in a style of `CODES` when `color` is on."""
    return f"\x1b[{CODES[style]}m{text}\x1b[0m" if color and text else text
