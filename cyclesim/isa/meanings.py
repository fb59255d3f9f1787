"""Which forms have a meaning that can be executed."""

from __future__ import annotations

from cyclesim.isa.instruction_set import InstructionSet, load
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.sizes import access_kinds
from cyclesim.record import NamedTuple


class Meanings(NamedTuple):
    """How many forms there are, how many can be executed, and the others as users write them."""

    isa: str
    forms: int
    executable: int
    without: tuple[str, ...]


def has_meaning(pattern: Pattern) -> bool:
    """Whether a form says what it does: by its meaning, as a load or store, as a branch without a condition of its
    own."""
    row = pattern.row
    return bool(row.meaning or access_kinds(pattern) or row.keys.get("branch"))


def meanings_of(isa: str) -> Meanings:
    """The count over all forms of an instruction set."""
    patterns = _patterns(load(isa))
    without = tuple(pattern.text for pattern in patterns if not has_meaning(pattern))
    return Meanings(isa, len(patterns), len(patterns) - len(without), without)


def _patterns(instruction_set: InstructionSet) -> list[Pattern]:
    return [pattern for name in instruction_set.mnemonics() for pattern in instruction_set.patterns(name)]
