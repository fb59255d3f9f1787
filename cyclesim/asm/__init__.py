"""Reading assembly: text to a Program of instructions with places, labels and regions.

parse(text, file)        -> Program     ARMv7 (unified syntax) or AArch64
detect_isa(text)         -> "armv7" or "aarch64"
read_source(path)        -> text
regions.choose(program)  -> the regions to estimate
printer.format_instruction(instruction) -> its canonical spelling
"""

from __future__ import annotations

from cyclesim.ir import Program

__all__ = ["detect_isa", "parse", "read_source"]


def parse(text: str, file: str, isa: str | None = None) -> Program:
    """The program in `text`; `file` names it in messages; `isa` is detected when None.

    Raises the only error of the text as itself, several as ManyErrors.
    """
    from cyclesim.asm.program import build_program

    return build_program(text, file, isa)


def detect_isa(text: str) -> str:
    """`armv7` or `aarch64`. Raises InputError when nothing in the text tells them apart."""
    from cyclesim.asm import detect

    return detect.detect_isa(text)


def read_source(path: str) -> str:
    """The text of a file, or of standard input for `-`. Raises InputError when there is none."""
    from cyclesim.asm import source

    return source.read_source(path)
