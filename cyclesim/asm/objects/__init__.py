"""Objects, shared objects, executables and archives of Arm code.

open_object(path)                                     -> ObjectFile (an archive: `.members()`)
functions(object)                                     -> the code that has names, with bounds and state
ranges(object, section)                               -> which bytes are code in which state, and which are literals
decode(object, section, start, end, state)            -> Code: instructions with addresses, encodings and targets
decode_bytes(data, address, isa, state, name)         -> the same of bytes that are already in memory

Text of the disassembly comes from capstone (extra `objects`); what operands mean comes from `cyclesim.asm` and the
instruction tables, as for every other source. Reading files and symbols needs no extra.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.asm.objects.nouns import (
    A64,
    ARM,
    THUMB,
    Code,
    Decoded,
    Function,
    ObjectFile,
    Range,
    Relocation,
    Section,
    Segment,
    Selection,
    Symbol,
)

__all__ = [
    "A64",
    "ARM",
    "THUMB",
    "Code",
    "Decoded",
    "Function",
    "ObjectFile",
    "Range",
    "Relocation",
    "Section",
    "Segment",
    "Selection",
    "Symbol",
    "code_sections",
    "decode",
    "decode_bytes",
    "functions",
    "is_object",
    "list_functions",
    "open_object",
    "parse_object",
    "ranges",
]


def is_object(data: bytes) -> bool:
    """Whether bytes are an ELF file or an archive, by their first eight."""
    return data.startswith((b"\x7fELF", b"!<arch>\n", b"!<thin>\n"))


def open_object(path: str) -> ObjectFile:
    """Read an ELF file or an archive. Raises InputError when it can't be read, is corrupt, or is not Arm's."""
    from cyclesim.asm import source

    return parse_object(source.read_file(path), path)


def parse_object(data: bytes, path: str) -> ObjectFile:
    """The ELF file or archive in `data`; `path` names it in messages. Raises InputError."""
    from cyclesim.asm.objects import archive, elf

    if data.startswith((archive.MAGIC, archive.THIN_MAGIC)):
        return archive.read(data, path)
    return elf.read(data, path)


def functions(object: ObjectFile) -> tuple[Function, ...]:
    """The named code of an object (not of an archive) in the order of addresses, each once per name."""
    from cyclesim.asm.objects import symbols

    return symbols.functions(object)


def list_functions(object: ObjectFile, member: str = "") -> list[Function]:
    """The named code of an object, or of all members of an archive (of those called `member`). Raises UsageError."""
    from cyclesim.asm.objects import program

    return program.list_functions(object, member)


def code_sections(object: ObjectFile) -> list[Section]:
    """The sections that hold instructions, in the order of the file."""
    from cyclesim.asm.objects import symbols

    return symbols.code_sections(object)


def ranges(object: ObjectFile, section: Section) -> tuple[Range, ...]:
    """A section cut into code and literal data: by mapping symbols, else by function symbols, else all of it in the
    state that the file's flags and entry suggest."""
    from cyclesim.asm.objects import symbols

    return symbols.ranges(object, section)


def decode(
    object: ObjectFile,
    section: Section,
    start: int = 0,
    end: int | None = None,
    state: str | None = None,
    name: str = "",
) -> Code:
    """The instructions at offsets `start <= offset < end` of a section (None: to its end).

    `state` (`arm`, `thumb`, `a64`) decodes all bytes so; None asks `ranges` and leaves literal data out. Addresses are
    `section.address` + offset. Relocated branches and literal loads of a relocatable object name the symbol. `name`
    is what spans are called by. Raises InputError when capstone is missing.
    """
    from cyclesim.asm.objects import decoding

    return decoding.decode(object, section, start, section.size if end is None else end, state, name)


def decode_bytes(
    data: bytes, address: int, isa: str, state: str, name: str = "", symbols: Mapping[int, str] | None = None
) -> Code:
    """The instructions in `data`, whose first byte stands at `address`. `symbols`: names of addresses, used for labels.

    Raises InputError when capstone is missing.
    """
    from cyclesim.asm.objects import decoding

    return decoding.decode_bytes(data, address, isa, state, name, symbols or {})
