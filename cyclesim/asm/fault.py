"""Faults in one statement, before the file and line are known; the parser turns them into `AsmError`s."""

from __future__ import annotations


class Fault(Exception):
    """A mistake at `column` (from 1) of the line, `length` characters long."""

    def __init__(self, message: str, column: int, length: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.length = length
        self.hint = hint


class Undefined(Fault):
    """A name that nothing defines so far. A definition further down would mend it, so the statement is read again
    when the whole text is known."""
