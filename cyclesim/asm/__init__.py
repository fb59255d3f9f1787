"""Reading assembly: text to a Program of instructions with places, labels and regions.

parse(text, file)        -> Program     ARMv7 (unified syntax) or AArch64
detect_isa(text)         -> "armv7" or "aarch64"
read_source(path)        -> text
is_object(path)          -> whether a file is an ELF object or an archive
read_object(path)        -> Program of one of its functions (cyclesim.asm.objects has more)
regions.choose(program)  -> the regions to estimate
printer.format_instruction(instruction) -> its canonical spelling
"""

from __future__ import annotations

from cyclesim.ir import Program
from cyclesim.record import NamedTuple

__all__ = ["Flags", "detect_isa", "is_object", "parse", "read_object", "read_source"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.asm.objects import Selection


class Flags(NamedTuple):
    """What a compiler's `-I`, `-D` and `-U` say: folders, `NAME` or `NAME=VALUE`, names."""

    include: tuple[str, ...] = ()
    define: tuple[str, ...] = ()
    undefine: tuple[str, ...] = ()


def parse(text: str, file: str, isa: str | None = None, flags: Flags | None = None) -> Program:
    """The program in `text`; `file` names it in messages; `isa` is detected when None.

    Macros, repetitions, conditions and includes are expanded; files are read only from the folder of `file` and from
    the folders of `flags`. Raises the only error of the text as itself, several as ManyErrors.
    """
    from cyclesim.asm.program import build_program

    return build_program(text, file, isa, flags or Flags())


def detect_isa(text: str) -> str:
    """`armv7` or `aarch64`. Raises InputError when nothing in the text tells them apart."""
    from cyclesim.asm import detect

    return detect.detect_isa(text)


def read_source(path: str) -> str:
    """The text of a file, or of standard input for `-`. Raises InputError when there is none."""
    from cyclesim.asm import source

    return source.read_source(path)


def is_object(path: str) -> bool:
    """Whether a file is an ELF object or an archive, by its first bytes; False when it can't be read."""
    try:
        with open(path, "rb") as file:
            start = file.read(8)
    except (OSError, ValueError):
        return False
    return start[:4] == b"\x7fELF" or start in (b"!<arch>\n", b"!<thin>\n")


def read_object(path: str, isa: str | None = None, selection: Selection | None = None) -> Program:
    """The selected function of an object file or archive, or its only one.

    Raises InputError for a corrupt file, UsageError when the selection or `isa` doesn't fit it.
    """
    from cyclesim.asm.objects import program

    return program.read_file(path, isa, selection)
