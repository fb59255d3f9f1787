"""`ar` archives: common format with the long names of GNU (`//`) and of BSD (`#1/`).

Source: System V `ar` format as GNU binutils documents it (bfd, "Archives"); thin archives name files elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from cyclesim.asm.objects import elf
from cyclesim.asm.objects.nouns import ObjectFile
from cyclesim.errors import InputError
from cyclesim.record import NamedTuple

MAGIC = b"!<arch>\n"
THIN_MAGIC = b"!<thin>\n"

_HEADER = 60
_INDEXES = ("/", "/SYM64/", "__.SYMDEF", "__.SYMDEF SORTED")


class Member(NamedTuple):
    """A file in an archive: its name, its position among all members and where its bytes are."""

    name: str
    ordinal: int
    start: int
    end: int


def read(data: bytes, path: str) -> ObjectFile:
    """The archive in `data`. Raises InputError when it is thin or corrupt; its members are read by `members()`."""
    if data.startswith(THIN_MAGIC):
        raise InputError(
            f"{path} is a thin archive: its members are elsewhere",
            hint="make a full one: ar -M, or ar rcs lib.a OBJECT…",
        )
    isa = ""
    for member in members(data, path):
        if data.startswith(elf.MAGIC, member.start):
            machine = data[member.start + 18 : member.start + 20]
            isa = {b"\x28\0": "armv7", b"\xb7\0": "aarch64"}.get(machine, "")
            break
    return ObjectFile(path, "archive", isa, data)


def objects(archive: ObjectFile, first: int = 0, last: int | None = None) -> Iterator[ObjectFile]:
    """The members `first <= ordinal < last` that are ELF objects, in order. Raises InputError."""
    data = archive.data
    for member in members(data, archive.path)[first:last]:
        if data.startswith(elf.MAGIC, member.start):
            yield elf.read(data[member.start : member.end], archive.path, member.name, member.ordinal)


def members(data: bytes, path: str) -> list[Member]:
    """All members but the symbol index and the table of long names. Raises InputError."""
    found: list[Member] = []
    position, long_names = len(MAGIC), b""
    while position < len(data):
        header = data[position : position + _HEADER]
        if len(header) < _HEADER or header[58:60] != b"`\n":
            raise InputError(f"{path} is a corrupt archive: no member header at offset {position}")
        size = _number(header[48:58])
        start, end = position + _HEADER, position + _HEADER + size
        if size < 0 or end > len(data):
            raise InputError(f"{path} is a corrupt archive: the member at offset {position} is cut off")
        name = header[:16].rstrip(b" ")
        if name == b"//":
            long_names = data[start:end]
        else:
            title, skipped = _name(name, long_names, data, start, end)
            if title not in _INDEXES:
                found.append(Member(title, len(found), start + skipped, end))
        position = end + (end & 1)
    return found


def _name(name: bytes, long_names: bytes, data: bytes, start: int, end: int) -> tuple[str, int]:
    """The name of a member, and how many of its first bytes belong to the name."""
    if name.startswith(b"#1/") and (length := _number(name[3:])) >= 0:
        length = min(length, end - start)
        return _text(data[start : start + length].rstrip(b"\0")), length
    if name.startswith(b"/") and (offset := _number(name[1:])) >= 0:
        stop = long_names.find(b"\n", offset)
        return _text(long_names[offset : stop if stop >= 0 else None].rstrip(b"/")), 0
    if name in (b"/", b"/SYM64/"):
        return _text(name), 0
    return _text(name.removesuffix(b"/")), 0


def _text(name: bytes) -> str:
    return name[: elf.LONGEST_NAME].decode("utf-8", "backslashreplace")


def _number(text: bytes) -> int:
    """A decimal field padded by blanks; -1 when it is none."""
    stripped = text.strip()
    return int(stripped) if stripped.isdigit() else -1
