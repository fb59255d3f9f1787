"""How far a text may grow while it is expanded. All bounds are counts, so that a text behaves alike everywhere."""

from __future__ import annotations

from cyclesim.asm.fault import Fault

MOST_NESTED_MACROS = 100
"""As the GNU assembler has it."""

MOST_NESTED_INCLUDES = 40
MOST_STATEMENTS = 400_000
"""Statements of all macro bodies and repetitions, those in conditions that don't hold included."""

MOST_LINES = 1_000_000
"""Lines of the text and of all its includes."""

MOST_CHARACTERS = 64_000_000
"""Characters of the text and of all its includes, and of all macro bodies."""

LONGEST_STATEMENT = 20_000
MOST_TOKENS = 100_000
"""Tokens of the preprocessor's macros that one line expands to."""

MOST_TOKENS_IN_ALL = 3_000_000
"""The same of all lines together."""


class Exhausted(Fault):
    """A bound is exceeded: nothing further is read."""


class Budget:
    """What is left of the bounds for one text."""

    def __init__(self) -> None:
        self.lines, self.statements, self.characters = MOST_LINES, MOST_STATEMENTS, MOST_CHARACTERS

    def take_text(self, lines: int, characters: int, column: int) -> None:
        """Account for a file. Raises Exhausted."""
        self.lines -= lines
        self.characters -= characters
        if self.lines < 0 or self.characters < 0:
            bound = f"{MOST_LINES:,} lines" if self.lines < 0 else f"{MOST_CHARACTERS:,} characters"
            raise Exhausted(f"the included text exceeds {bound}", column, 1, "does a file include itself?")

    def take_statements(self, count: int, column: int, length: int) -> None:
        """Account for a macro body or a repetition. Raises Exhausted."""
        self.statements -= count
        if self.statements < 0:
            message = f"the text expands to more than {MOST_STATEMENTS:,} statements"
            raise Exhausted(message, column, length, "does a macro call itself, or a repetition count too far?")

    def take_characters(self, count: int, column: int, length: int) -> None:
        """Account for expanded text. Raises Exhausted."""
        self.characters -= count
        if self.characters < 0:
            message = f"the text expands to more than {MOST_CHARACTERS:,} characters"
            raise Exhausted(message, column, length, "does an argument double with every call?")
