"""ELF files: bytes to an `ObjectFile`. Nothing is believed: every offset is checked against the bytes there are.

Source of all numbers: System V ABI, chapters 4 and 5; ELF for the Arm Architecture (IHI 0044), section 5; ELF for the
Arm 64-bit Architecture (IHI 0056), section 5.
"""

from __future__ import annotations

import struct

from cyclesim.asm.objects.nouns import ObjectFile, Section, Segment, Symbol
from cyclesim.errors import InputError
from cyclesim.record import NamedTuple

MAGIC = b"\x7fELF"

_CLASS_32, _CLASS_64, _LITTLE = 1, 2, 1
_MACHINES = {40: "armv7", 183: "aarch64"}
_OTHER_MACHINES = {3: "x86", 62: "x86-64", 8: "MIPS", 21: "PowerPC", 243: "RISC-V", 258: "LoongArch"}
_KINDS = {1: "relocatable", 2: "executable", 3: "shared"}
_SECTION_KINDS = {
    0: "null",
    1: "progbits",
    2: "symtab",
    3: "strtab",
    4: "rela",
    5: "hash",
    6: "dynamic",
    7: "note",
    8: "nobits",
    9: "rel",
    11: "dynsym",
    14: "init_array",
    15: "fini_array",
    17: "group",
    18: "symtab_shndx",
    19: "relr",
}
_SYMBOL_KINDS = {0: "notype", 1: "object", 2: "function", 3: "section", 4: "file", 5: "common", 6: "tls", 10: "ifunc"}
_BINDINGS = {0: "local", 1: "global", 2: "weak"}
_WRITE, _ALLOC, _EXECUTE = 1, 2, 4
_LOAD = 1
_UNDEFINED, _ABSOLUTE, _COMMON, _EXTENDED = 0, 0xFFF1, 0xFFF2, 0xFFFF


class Layout(NamedTuple):
    """Where the fields of one class of ELF stand. Formats are of `struct`, little-endian."""

    header: str
    section: str
    segment: str
    symbol: str
    bits: int


_LAYOUTS = {
    _CLASS_32: Layout("<HHIIIIIHHHHHH", "<10I", "<8I", "<IIIBBH", 32),
    _CLASS_64: Layout("<HHIQQQIHHHHHH", "<IIQQQQIIQQ", "<IIQQQQQQ", "<IBBHQQ", 64),
}


class Header(NamedTuple):
    """The file header, e_ident left out."""

    kind: int
    machine: int
    version: int
    entry: int
    segment_offset: int
    section_offset: int
    flags: int
    size: int
    segment_size: int
    segments: int
    section_size: int
    sections: int
    names: int


def read(data: bytes, path: str, member: str = "", ordinal: int = 0) -> ObjectFile:
    """The object in `data`. Raises InputError when it is corrupt, or not Arm's."""
    return _Reader(data, f"{path}({member})" if member else path).read(path, member, ordinal)


class _Raw(NamedTuple):
    """A section header."""

    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_size: int


class _Reader:
    def __init__(self, data: bytes, title: str) -> None:
        self.data, self.title = data, title

    def fail(self, what: str) -> InputError:
        return InputError(f"{self.title} is a corrupt ELF file: {what}")

    def read(self, path: str, member: str, ordinal: int) -> ObjectFile:
        layout = self._layout()
        header = Header(*struct.unpack_from(layout.header, self.data, 16))
        isa = self._isa(header.machine, layout)
        kind = _KINDS.get(header.kind)
        if kind is None:
            raise InputError(f"{self.title} is an ELF file of type {header.kind}, which holds no code to read")
        sections = self._sections(header, layout)
        segments = self._segments(header, layout)
        if kind != "relocatable" and not sections:
            sections = sections_of(segments)
        symbols = self._symbols(sections, layout, isa)
        return ObjectFile(
            path, kind, isa, self.data, member, ordinal, header.flags, header.entry, sections, segments, symbols
        )

    def _layout(self) -> Layout:
        data = self.data
        if len(data) < 52 or not data.startswith(MAGIC):
            raise self.fail("the file header is cut off")
        layout = _LAYOUTS.get(data[4])
        if layout is None:
            raise self.fail(f"class {data[4]} is neither 32-bit nor 64-bit")
        if data[5] != _LITTLE:
            raise InputError(f"{self.title} is big-endian", hint="only little-endian Arm code is read")
        if len(data) < 16 + struct.calcsize(layout.header):
            raise self.fail("the file header is cut off")
        return layout

    def _isa(self, machine: int, layout: Layout) -> str:
        isa = _MACHINES.get(machine)
        if isa is None:
            name = _OTHER_MACHINES.get(machine, f"machine {machine}")
            raise InputError(f"{self.title} holds {name} code", hint="32-bit Arm and AArch64 objects are read")
        if (isa == "armv7") != (layout.bits == 32):
            raise InputError(f"{self.title} is {layout.bits}-bit ELF of {isa}", hint="ILP32 objects are not read")
        return isa

    def slice(self, offset: int, size: int, what: str) -> bytes:
        """Bytes of the file, or InputError."""
        if offset + size > len(self.data):
            raise self.fail(f"{what} goes beyond the end of the file ({offset + size} of {len(self.data)} bytes)")
        return self.data[offset : offset + size]

    def _table(self, offset: int, size: int, count: int, format: str, what: str) -> list[tuple[int, ...]]:
        """`count` records of a table whose records are `size` bytes apart."""
        needed = struct.calcsize(format)
        if not count:
            return []
        if size < needed:
            raise self.fail(f"{what} has records of {size} bytes")
        data = self.slice(offset, size * count, what)
        return [struct.unpack_from(format, data, at) for at in range(0, size * count, size)]

    def _sections(self, header: Header, layout: Layout) -> tuple[Section, ...]:
        if not header.section_offset:
            return ()
        count, names = header.sections, header.names
        if not count or names == _EXTENDED:
            # With 65,280 sections and more, the first header holds the counts.
            zero = _Raw(*self._table(header.section_offset, header.section_size, 1, layout.section, "section table")[0])
            count = count or zero.size
            names = zero.link if names == _EXTENDED else names
        table = self._table(header.section_offset, header.section_size, count, layout.section, "the section table")
        raw = [_Raw(*fields) for fields in table]
        stored = sum(one.size for one in raw if one.kind not in (0, 8))
        if stored > len(self.data):
            raise self.fail("its sections overlap or go beyond its end")
        strings = self._contents(raw[names], "the section names") if names < len(raw) else b""
        return tuple(self._section(index, one, strings) for index, one in enumerate(raw))

    def _contents(self, raw: _Raw, what: str) -> bytes:
        return b"" if raw.kind in (0, 8) else self.slice(raw.offset, raw.size, what)

    def _section(self, index: int, raw: _Raw, strings: bytes) -> Section:
        name = text_at(strings, raw.name)
        return Section(
            index,
            name,
            _SECTION_KINDS.get(raw.kind, f"{raw.kind:#x}"),
            raw.address,
            raw.size,
            self._contents(raw, f"section {index} ({name})"),
            max(1, raw.alignment),
            bool(raw.flags & _ALLOC),
            bool(raw.flags & _WRITE),
            bool(raw.flags & _EXECUTE),
            raw.link,
            raw.info,
            raw.entry_size,
        )

    def _segments(self, header: Header, layout: Layout) -> tuple[Segment, ...]:
        table = self._table(
            header.segment_offset, header.segment_size, header.segments, layout.segment, "the program header"
        )
        found, stored = [], 0
        for fields in table:
            # The flags stand in different places so that 64-bit fields are aligned.
            if layout.bits == 64:
                kind, flags, offset, address, _, size, memory, alignment = fields
            else:
                kind, offset, address, _, size, memory, flags, alignment = fields
            if kind != _LOAD:
                continue
            stored += size
            if stored > 2 * len(self.data):
                raise self.fail("its segments overlap")
            data = self.slice(offset, size, "a segment")
            access = (bool(flags & 4), bool(flags & 2), bool(flags & 1))
            found.append(Segment(address, data, max(size, memory), max(1, alignment), *access))
        return tuple(found)

    def _symbols(self, sections: tuple[Section, ...], layout: Layout, isa: str) -> tuple[Symbol, ...]:
        """The full symbol table; of a stripped file that of the dynamic linker."""
        for kind in ("symtab", "dynsym"):
            table = next((one for one in sections if one.kind == kind), None)
            if table is not None:
                return self.symbol_table(table, sections, layout, isa)
        return ()

    def symbol_table(
        self, table: Section, sections: tuple[Section, ...], layout: Layout, isa: str
    ) -> tuple[Symbol, ...]:
        """All symbols of one table."""
        step = struct.calcsize(layout.symbol)
        if table.entry_size not in (0, step):
            raise self.fail(f"its symbols have {table.entry_size} bytes each")
        strings = sections[table.link].data if table.link < len(sections) else b""
        extended = next((one.data for one in sections if one.kind == "symtab_shndx" and one.link == table.index), b"")
        symbols = []
        whole = len(table.data) - len(table.data) % step
        for index, fields in enumerate(struct.iter_unpack(layout.symbol, table.data[:whole])):
            if layout.bits == 64:
                name, info, _, section, value, size = fields
            else:
                name, value, size, info, _, section = fields
            if section == _EXTENDED and len(extended) >= 4 * index + 4:
                section = struct.unpack_from("<I", extended, 4 * index)[0]
            kind = _SYMBOL_KINDS.get(info & 15, f"type-{info & 15}")
            thumb = isa == "armv7" and kind in ("function", "ifunc") and bool(value & 1)
            place = _place(section, len(sections))
            symbols.append(
                Symbol(
                    index,
                    text_at(strings, name),
                    section if place == "defined" else None,
                    value - thumb,
                    size,
                    kind,
                    _BINDINGS.get(info >> 4, f"binding-{info >> 4}"),
                    place,
                    thumb,
                )
            )
        return tuple(symbols)


def symbols_of(object: ObjectFile, table: Section) -> tuple[Symbol, ...]:
    """The symbols of one of an object's symbol tables. Raises InputError."""
    layout = _LAYOUTS[_CLASS_64 if object.isa == "aarch64" else _CLASS_32]
    return _Reader(object.data, object.title).symbol_table(table, object.sections, layout, object.isa)


def _place(section: int, sections: int) -> str:
    special = {_UNDEFINED: "undefined", _ABSOLUTE: "absolute", _COMMON: "common"}
    return special.get(section) or ("defined" if section < sections else "undefined")


def text_at(strings: bytes, offset: int) -> str:
    """A name of a string table; empty when it is outside. Odd bytes are shown, never fatal."""
    if offset >= len(strings):
        return ""
    end = strings.find(b"\0", offset, offset + LONGEST_NAME)
    return strings[offset : end if end >= 0 else offset + LONGEST_NAME].decode("utf-8", "backslashreplace")


LONGEST_NAME = 4096
"""Characters of a symbol name that are kept: names of millions would take memory for nothing."""


def sections_of(segments: tuple[Segment, ...]) -> tuple[Section, ...]:
    """Sections that stand for the loaded parts of a file without a section table."""
    return tuple(
        Section(
            index,
            f"segment{index}",
            "progbits",
            one.address,
            one.memory_size,
            one.data,
            1,
            True,
            one.writable,
            one.executable,
        )
        for index, one in enumerate(segments)
    )
