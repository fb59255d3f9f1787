"""The instruction sets as tables: what every instruction reads, writes, accesses and counts. No cycles.

load(isa)                  -> InstructionSet; .resolve(instruction) -> Resolved; .mnemonics(), .forms(mnemonic)
assumed(instruction, …)    -> Resolved of an instruction that no table knows, timed as a class
class_names()              -> the timing classes
coverage.share(isa)        -> the share of real code that resolves
check.check_all()          -> everything wrong with the tables
"""

from __future__ import annotations

from cyclesim.ir import Instruction, Resolved
from cyclesim.isa.instruction_set import ISAS, InstructionSet, load

__all__ = ["ISAS", "InstructionSet", "assumed", "class_names", "load"]


def class_names() -> list[str]:
    """The timing classes that tables and core files share."""
    from cyclesim.isa.tables import read_classes

    return list(read_classes())


def assumed(instruction: Instruction, isa: str, class_: str) -> Resolved:
    """An unknown instruction as one of a timing class: its first register is its result, all others are sources."""
    from cyclesim.isa import assume

    return assume.resolve_as(instruction, isa, class_)
