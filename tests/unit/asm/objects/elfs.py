"""Small ELF files and archives, made byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from cyclesim.asm import objects
from cyclesim.asm.objects import ObjectFile

MACHINES = {"armv7": 40, "aarch64": 183}
KINDS = {"relocatable": 1, "executable": 2, "shared": 3}
CODE, DATA, ZEROS = 6, 3, 3
TEXT = 1
"""Number of the first section that `elf` is given."""


class Sec(NamedTuple):
    """A section. `link` `symtab` means the table that `elf` makes."""

    name: str
    data: bytes = b""
    kind: int = 1
    flags: int = CODE
    address: int = 0
    link: int | str = 0
    info: int = 0
    entry: int = 0
    size: int | None = None


class Sym(NamedTuple):
    """A symbol of section `section`. `kind`: 0 none, 1 object, 2 function; `binding`: 0 local, 1 global."""

    name: str
    value: int = 0
    size: int = 0
    kind: int = 2
    binding: int = 1
    section: int = TEXT


def elf(
    isa: str,
    sections: Sequence[Sec],
    symbols: Sequence[Sym] = (),
    kind: str = "relocatable",
    entry: int = 0,
    segments: Sequence[tuple[int, bytes, int]] = (),
) -> bytes:
    """An ELF file: the sections from number 1 on, then symbol table, its strings and the section names. A segment is
    (address, contents, size in memory)."""
    wide = isa == "aarch64"
    strings, names = _strings([one.name for one in symbols])
    table = b"".join(_symbol(wide, one, names[one.name]) for one in (Sym("", 0, 0, 0, 0, 0), *symbols))
    count = len(sections) + 1
    every = [Sec("", kind=0, flags=0), *sections]
    every.append(Sec(".symtab", table, 2, 0, link=count + 1, entry=24 if wide else 16))
    every.append(Sec(".strtab", strings, 3, 0))
    titles, offsets = _strings([one.name for one in every] + [".shstrtab"])
    every.append(Sec(".shstrtab", titles, 3, 0))
    header_size, program_size, section_size = (64, 56, 64) if wide else (52, 32, 40)
    body, places, at = b"", [], header_size + program_size * len(segments)
    for one in every:
        places.append(at + len(body))
        body += one.data
    loads = b""
    for address, data, memory in segments:
        loads += _segment(wide, at + len(body), address, len(data), memory)
        body += data
    heads = b"".join(
        _section(wide, one, offsets[one.name], place, count) for one, place in zip(every, places, strict=True)
    )
    word = "Q" if wide else "I"
    header = struct.pack(
        f"<HHI{word}{word}{word}IHHHHHH",
        KINDS[kind],
        MACHINES[isa],
        1,
        entry,
        header_size if segments else 0,
        at + len(body),
        0x5000400 if isa == "armv7" else 0,
        header_size,
        program_size,
        len(segments),
        section_size,
        len(every),
        len(every) - 1,
    )
    return b"\x7fELF" + bytes([2 if wide else 1, 1, 1]) + bytes(9) + header + loads + body + heads


def _strings(names: Sequence[str]) -> tuple[bytes, dict[str, int]]:
    data, offsets = b"\0", {"": 0}
    for name in names:
        if name not in offsets:
            offsets[name] = len(data)
            data += name.encode() + b"\0"
    return data, offsets


def _symbol(wide: bool, one: Sym, name: int) -> bytes:
    info = one.binding << 4 | one.kind
    if wide:
        return struct.pack("<IBBHQQ", name, info, 0, one.section, one.value, one.size)
    return struct.pack("<IIIBBH", name, one.value, one.size, info, 0, one.section)


def _section(wide: bool, one: Sec, name: int, place: int, symtab: int) -> bytes:
    size = len(one.data) if one.size is None else one.size
    link = symtab if one.link == "symtab" else int(one.link)
    fields = (name, one.kind, one.flags, one.address, place, size, link, one.info, 4, one.entry)
    return struct.pack("<IIQQQQIIQQ" if wide else "<10I", *fields)


def _segment(wide: bool, offset: int, address: int, size: int, memory: int) -> bytes:
    if wide:
        return struct.pack("<IIQQQQQQ", 1, 5, offset, address, address, size, memory, 4096)
    return struct.pack("<8I", 1, offset, address, address, size, memory, 5, 4096)


def words(*encodings: int) -> bytes:
    """32-bit encodings in memory order."""
    return struct.pack(f"<{len(encodings)}I", *encodings)


def halves(*encodings: int) -> bytes:
    """16-bit encodings in memory order."""
    return struct.pack(f"<{len(encodings)}H", *encodings)


def member(name: bytes, data: bytes, size: int | None = None) -> bytes:
    """A member of an archive with its header."""
    length = len(data) if size is None else size
    header = name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) + b"0".ljust(6) + b"644".ljust(8) + b"%-10d" % length
    return header + b"`\n" + data + b"\n" * (len(data) & 1)


def archive(*members: bytes) -> bytes:
    return b"!<arch>\n" + b"".join(members)


def read(data: bytes, path: str = "x.o") -> ObjectFile:
    return objects.parse_object(data, path)


A64_LOOP = words(0x3CC10400, 0x4E20D421, 0xF1001021, 0x54FFFFA1, 0xD65F03C0)
"""ldr q0, [x0], #16; fadd v1.4s, v1.4s, v0.4s; subs x1, x1, #4; b.ne to the first; ret."""
