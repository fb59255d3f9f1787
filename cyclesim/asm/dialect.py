"""What differs between the two assembly languages, as one value each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cyclesim.ir import Operand
from cyclesim.record import NamedTuple

PLAIN, BRANCH, ADDRESS, STRUCTURE = "plain", "branch", "address", "structure"

CONDITIONS = ("eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al")

JUMPS = frozenset(
    ["b", "cbz", "cbnz", "tbz", "tbnz"] + [name + condition for name in ("b", "b.", "bc.") for condition in CONDITIONS]
)
"""Direct branches that can close a loop; calls and indirect branches can't."""


def is_jump(mnemonic: str) -> bool:
    """Whether the mnemonic, maybe with a Thumb width, is one of `JUMPS`."""
    return mnemonic in JUMPS or (mnemonic[-2:] in (".n", ".w") and mnemonic[:-2] in JUMPS)


class Word(NamedTuple):
    """A mnemonic and how its operands are read.

    `context`: `plain`; `branch` and `address` take bare names for labels; `structure` takes a register without braces
    for a list of one. `arrangement`: the suffix of the short form `fmla.4s v0, v1, v2`.
    """

    mnemonic: str
    context: str = PLAIN
    arrangement: str = ""


class Dialect(NamedTuple):
    """One assembly language.

    `registers`: lower-case name to kind and number. `lookalike`: names that only a register would have; `foreign`:
    their first letters when they are registers of the other dialect. `placeholder`: names of symbolic registers
    (`rA`). `expands_pairs`: a Q register in a list is two D registers. `alignments`: `[r0 :128]` is known.
    `subtracts`: `[r0, -r1]` is known. `arrangements`: what may follow the dot of a vector register.
    """

    isa: str
    title: str
    registers: Mapping[str, tuple[str, int]]
    register_hint: str
    lookalike: str
    foreign: str
    placeholder: str | None
    at_comments: bool
    expands_pairs: bool
    alignments: bool
    subtracts: bool
    arrangements: frozenset[str]
    word: Callable[[str], Word]
    fill: Callable[[Word, tuple[Operand, ...]], tuple[Operand, ...]]


def load(isa: str) -> Dialect:
    """The dialect `armv7` or `aarch64`; only that one is imported."""
    if isa == "armv7":
        from cyclesim.asm import armv7

        return armv7.DIALECT
    if isa == "aarch64":
        from cyclesim.asm import aarch64

        return aarch64.DIALECT
    from cyclesim.errors import UsageError

    raise UsageError(f"no instruction set {isa!r}", hint="armv7 and aarch64 are known")
