"""Reading assembly: text to a Program of instructions with places, labels and regions.

parse(text, file)        -> Program     ARMv7 (unified syntax) or AArch64
detect_isa(text)         -> "armv7" or "aarch64"
read_source(path)        -> text
regions.choose(program)  -> the regions to estimate
printer.format_instruction(instruction) -> its canonical spelling
"""

from __future__ import annotations

from cyclesim.asm.detect import detect_isa
from cyclesim.asm.source import read_source
from cyclesim.ir import Program

__all__ = ["detect_isa", "parse", "read_source"]


def parse(text: str, file: str, isa: str | None = None) -> Program:
    """The program in `text`; `file` names it in messages; `isa` is detected when None.

    Raises AsmError or RegionError for the only mistake in the text, ManyErrors for several.
    """
    from cyclesim.asm.program import build_program

    return build_program(text, file, isa)
