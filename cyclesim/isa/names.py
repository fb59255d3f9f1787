"""From the mnemonic that a source writes to mnemonics of the tables.

A32 mnemonics carry a condition (`vmlage.f32`, pre-UAL `ldreqb`), an encoding width (`add.w`) and data types that the
assembler takes for wider ones (`vadd.s16` for `vadd.i16`). What stands for what is data: `spellings.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from cyclesim.isa.match import CONDITIONS
from cyclesim.isa.tables import Index
from cyclesim.record import NamedTuple

SAME_CONDITION = {"hs": "cs", "lo": "cc", "al": ""}


class Reading(NamedTuple):
    """Mnemonics of the tables, the nearest first, and the condition; `condition` is empty when always executed."""

    mnemonics: tuple[str, ...]
    condition: str


def read_mnemonic(mnemonic: str, index: Index) -> Reading:
    """What a mnemonic stands for; no mnemonics when it is unknown."""
    if index.isa != "armv7":
        known = (mnemonic, index.spellings.get(mnemonic, mnemonic))
        return Reading(tuple(name for name in dict.fromkeys(known) if name in index.forms), "")
    if mnemonic[-2:] in (".w", ".n"):
        mnemonic = mnemonic[:-2]
    head, dot, types = mnemonic.partition(".")
    for plain, condition in _conditions(head, index):
        names = tuple(dict.fromkeys(_variants(plain + dot + types, index)))
        if names:
            return Reading(names, SAME_CONDITION.get(condition, condition))
    return Reading((), "")


def _conditions(head: str, index: Index) -> Iterator[tuple[str, str]]:
    """The ways to take a condition out of the first word: none, behind it, before a pre-UAL tail."""
    yield head, ""
    if head[-2:] in CONDITIONS:
        yield head[:-2], head[-2:]
    for tail in index.inner_tails:
        stem = head.removesuffix(tail)
        if stem != head and stem[-2:] in CONDITIONS:
            yield stem[:-2] + tail, stem[-2:]


def _variants(word: str, index: Index) -> Iterator[str]:
    """Mnemonics with forms that `word` stands for."""
    head, dot, types = word.partition(".")
    spelled = index.spellings.get(head)
    written = [word, index.spellings.get(word, "")]
    if spelled:
        written.append(spelled if "." in spelled else spelled + dot + types)
    for name in written:
        if name in index.forms:
            yield name
        head, _, types = name.partition(".")
        for wider in (*index.types.get(types, ()), "") if types else ():
            general = f"{head}.{wider}" if wider else head
            if general in index.forms:
                yield general


def type_of(mnemonic: str) -> str:
    """The first data type of an A32 mnemonic: `f32` of `vcvt.f32.s32`."""
    return mnemonic.partition(".")[2].partition(".")[0]


def type_bits(type_: str) -> int:
    """The size of a data type in bits, 0 when it states none."""
    digits = type_.lstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isdigit() else 0
