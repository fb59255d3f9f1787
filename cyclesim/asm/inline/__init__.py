"""Assembly inside C and C++: every `asm` statement becomes a block of instructions of one program.

parse_inline(text, file, isa) -> Program   one region for every statement; notes say what was left out

Operands become virtual registers (numbers from 1000 up); a block without a loop is executed once. Places point into
the C text, also behind macros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.errors import InputError
from cyclesim.ir import Program
from cyclesim.record import NamedTuple


class NoAssembly(InputError):
    """A C text without a statement that holds instructions."""


class Options(NamedTuple):
    """`defines`: macro to its text (`-D`); `folders`: where headers in quotes are looked for besides the file's own
    folder (`-I`)."""

    defines: Mapping[str, str] = {}
    folders: Sequence[str] = ()


def has_inline_assembly(text: str) -> bool:
    """Whether a C text has an assembly statement at all (a word in a comment counts as well)."""
    import re

    return re.search(r"\b(?:asm|__asm__|__asm)\b\s*(?:\b\w+\b\s*)*\(", text) is not None


def parse_inline(text: str, file: str, isa: str | None = None, options: Options = Options()) -> Program:  # noqa: B008
    """The blocks of a C or C++ text for one instruction set; the one with blocks when `isa` is None, AArch64 when both
    have some.

    Raises NoAssembly when there is no block at all, InputError when there is none for it, AsmError or ManyErrors when
    blocks can't be read.
    """
    from cyclesim.asm.inline.build import build_inline

    return build_inline(text, file, isa, options)
