"""How much of real code the tables resolve.

The frequency lists count instructions of open kernels, flattened to canonical text. A word of a list is a mnemonic:
of A32 with its data types, `{c}` for a condition; of A64 with the arrangement or the kind of its first SIMD operand
(`fmla.4s`, `mov.d` of a lane, `ldr q`).
"""

from __future__ import annotations

import os

from cyclesim import resources
from cyclesim.isa.instruction_set import InstructionSet, load
from cyclesim.isa.patterns import Pattern
from cyclesim.record import NamedTuple

CONDITION = "{c}"


class Word(NamedTuple):
    """A word of a frequency list and how often it occurs. `class_` is the list's own: neon, vfp, scalar …"""

    form: str
    occurrences: int
    class_: str


class Coverage(NamedTuple):
    """`occurrences` and `forms`: all and the resolved ones; `missing`: words without a form, most used first."""

    isa: str
    occurrences: int
    resolved_occurrences: int
    forms: int
    resolved_forms: int
    missing: tuple[Word, ...]

    @property
    def share(self) -> float:
        """The resolved share of occurrences, 0 to 1."""
        return self.resolved_occurrences / self.occurrences if self.occurrences else 0.0


def share(isa: str, instruction_set: InstructionSet | None = None) -> Coverage:
    """Coverage of the frequency list of `isa` by its tables."""
    tables = instruction_set or load(isa)
    words = read_frequencies(isa)
    missing = tuple(word for word in words if not resolves(word.form, tables))
    occurrences = sum(word.occurrences for word in words)
    unresolved = sum(word.occurrences for word in missing)
    return Coverage(isa, occurrences, occurrences - unresolved, len(words), len(words) - len(missing), missing)


def read_frequencies(isa: str) -> list[Word]:
    """The frequency list, most used first."""
    import csv

    path = os.path.join(resources.PACKAGE, "isa", "frequency", f"{isa}.csv")
    with open(path, encoding="utf-8", newline="") as file:
        words = [Word(row["form"], int(row["count"]), row["class"]) for row in csv.DictReader(file)]
    return sorted(words, key=lambda word: -word.occurrences)


def resolves(form: str, tables: InstructionSet) -> bool:
    """Whether a word of a list has a form."""
    if tables.known(form.replace(CONDITION, "eq")).patterns:
        return True
    if tables.isa == "armv7":
        return False
    mnemonic, _, kind = form.partition(" ")
    if kind:
        return any(_first_simd(pattern) == (kind, "") for pattern in tables.known(mnemonic).patterns)
    mnemonic, _, arrangement = form.partition(".")
    return any(_first_vector(pattern) == arrangement for pattern in tables.known(mnemonic).patterns)


def _first_simd(pattern: Pattern) -> tuple[str, str]:
    """Kind and arrangement of the first SIMD operand."""
    for token in pattern.tokens:
        if token.register and token.register in "bhsdqv":
            return token.register, token.arrangement
    return "", ""


def _first_vector(pattern: Pattern) -> str:
    """The arrangement of the first operand that has one; the letter of a lane."""
    return next((token.arrangement for token in pattern.tokens if token.arrangement), "")
