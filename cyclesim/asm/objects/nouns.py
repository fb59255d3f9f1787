"""What an object file holds, as plain values: sections, segments, symbols, relocations, decoded code."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.ir import Instruction
from cyclesim.record import NamedTuple

ARM, THUMB, A64 = "arm", "thumb", "a64"
"""The states of a processor, as far as decoding goes: A32, T32 and A64 encodings."""


class Section(NamedTuple):
    """One section. `index`: its number, which symbols and relocations refer to.

    `address`: virtual address of its first byte, 0 in a relocatable object. `data`: its bytes as stored, empty for a
    section without contents (`kind` `nobits`), whose memory is `size` zeros. `kind`: `progbits`, `nobits`, `symtab`,
    `rela`, … or the type as hexadecimal. `alignment` is in bytes, at least 1. `link` and `info` are raw.
    """

    index: int  # type: ignore[assignment]
    name: str
    kind: str
    address: int
    size: int
    data: bytes
    alignment: int
    allocated: bool
    writable: bool
    executable: bool
    link: int = 0
    info: int = 0
    entry_size: int = 0


class Segment(NamedTuple):
    """A part of the file that is loaded (PT_LOAD): `data` at `address`, then zeros up to `memory_size` bytes."""

    address: int
    data: bytes
    memory_size: int
    alignment: int
    readable: bool
    writable: bool
    executable: bool


class Symbol(NamedTuple):
    """One symbol. `index`: its number in its table.

    `section`: number of the section that defines it, None when it is `undefined`, `absolute` or `common` (see
    `place`; `defined` otherwise). `value`: offset in that section (relocatable) or virtual address, the Thumb bit of a
    function removed and told by `thumb`. `kind`: `function`, `object`, `notype`, `section`, `file`, `tls`, `ifunc`.
    `binding`: `local`, `global` or `weak`.
    """

    index: int  # type: ignore[assignment]
    name: str
    section: int | None
    value: int
    size: int
    kind: str
    binding: str
    place: str = "defined"
    thumb: bool = False


class Relocation(NamedTuple):
    """One relocation of a section.

    `offset`: from the start of the section (relocatable), or a virtual address. `type`: the name of the ABI without
    its prefix (`CALL26`, `MOVW_ABS_NC`, `RELATIVE`), `type-N` when it is unknown. `symbol`: None for symbol 0.
    `addend`: as stated, or (REL) as stored in the relocated bytes; None when they hold it in a way not known here.
    """

    offset: int
    type: str
    symbol: Symbol | None
    addend: int | None


class ObjectFile(NamedTuple):
    """One ELF object, or an archive of them.

    `path`: the file it was read from. `member`: its name in an archive, empty otherwise; names can repeat, so
    `ordinal` is its position there from 0. `kind`: `relocatable`, `shared`, `executable`, or `archive` (then all
    tables are empty and `members()` has the contents). `isa`: `armv7` or `aarch64`; of an archive that of its first
    object, empty when it holds none. `flags`: e_flags. `data`: the raw bytes of the object.
    """

    path: str
    kind: str
    isa: str
    data: bytes
    member: str = ""
    ordinal: int = 0
    flags: int = 0
    entry: int = 0
    sections: tuple[Section, ...] = ()
    segments: tuple[Segment, ...] = ()
    symbols: tuple[Symbol, ...] = ()

    @property
    def title(self) -> str:
        """`libx.a(member.o)` or the path: how messages call it."""
        return f"{self.path}({self.member})" if self.member else self.path

    @property
    def sha256(self) -> str:
        """Hexadecimal hash of the raw `.text` section as stored; of all bytes when there is none, or when it is shared
        or executable."""
        import hashlib

        text = next((one.data for one in self.sections if one.name == ".text"), None)
        stored = text if text is not None and self.kind == "relocatable" else self.data
        return hashlib.sha256(stored).hexdigest()

    def members(self) -> tuple[ObjectFile, ...]:
        """The ELF objects of an archive in order (others are left out); the object itself when it is none.

        Raises InputError for a corrupt archive or object.
        """
        if self.kind != "archive":
            return (self,)
        from cyclesim.asm.objects import archive

        return tuple(archive.objects(self))

    def section(self, name: str) -> Section | None:
        """The first section of that name."""
        return next((one for one in self.sections if one.name == name), None)

    def section_at(self, address: int) -> Section | None:
        """The allocated section that holds a virtual address; meaningless in a relocatable object."""
        held = (one for one in self.sections if one.allocated and one.address <= address < one.address + one.size)
        return next(held, None)

    def relocations(self, section: Section | None = None) -> tuple[Relocation, ...]:
        """The relocations of a section; without one, those that name no section (of a shared object: all dynamic
        ones). Raises InputError."""
        from cyclesim.asm.objects import relocations

        return relocations.read(self, section)


class Decoded(NamedTuple):
    """One instruction where it stands. `encoding`: its bytes in memory order. `target`: the address that a direct
    branch, a literal load or `adr`/`adrp` names, None for all others and for targets left to the linker."""

    address: int
    encoding: bytes
    instruction: Instruction
    target: int | None = None

    @property
    def size(self) -> int:
        """In bytes: 2 or 4."""
        return len(self.encoding)


class Code(NamedTuple):
    """Decoded instructions in the order of addresses, literal data left out.

    `name`: how spans call the code (`libx.a(member.o):symbol`). `index`: address to position. Labels in operands carry
    the position of their target in `instructions` when it is in this code. `labels`: name to position.
    `undecoded`: how many of the instructions are no known encoding (mnemonic `.inst`).
    """

    isa: str
    name: str
    instructions: tuple[Decoded, ...]
    index: Mapping[int, int]  # type: ignore[assignment]
    labels: Mapping[str, int]
    undecoded: int = 0

    def program_instructions(self) -> tuple[Instruction, ...]:
        """The instructions as every other stage takes them."""
        return tuple(one.instruction for one in self.instructions)


class Range(NamedTuple):
    """Bytes `start <= offset < end` of a section in one state; `state` is `data` for literals. Offsets are from the
    start of the section."""

    start: int
    end: int
    state: str


class Function(NamedTuple):
    """Code that has a name. `start` and `end` are offsets in the section; `stated`: the symbol states a size."""

    object: ObjectFile
    name: str
    section: Section
    start: int
    end: int
    state: str
    stated: bool
    binding: str

    @property
    def address(self) -> int:
        """Virtual address (relocatable: offset in the section)."""
        return self.section.address + self.start

    @property
    def title(self) -> str:
        return f"{self.object.title}:{self.name}"


class Selection(NamedTuple):
    """Which code of an object: the function `symbol`, of the archive member `member` (`name`, or `name#2` for the
    second of that name), or what starts at `address` (`0x1234`, or `0x1234-0x1280` with its end)."""

    symbol: str = ""
    member: str = ""
    address: str = ""
