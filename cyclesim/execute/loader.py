"""Objects made ready to run: sections placed in memory, relocations applied, code decoded where it is reached.

Source of the relocations: ELF for the Arm Architecture (IHI 0044), 5.6; for the Arm 64-bit Architecture (IHI 0056),
5.7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cyclesim.asm import objects
from cyclesim.asm.objects import ObjectFile, Relocation, Section, Symbol
from cyclesim.errors import CyclesimError, InputError
from cyclesim.execute.errors import ExecutionError
from cyclesim.execute.image import Contents, Image, Placed
from cyclesim.execute.memory import Area
from cyclesim.record import NamedTuple

LOAD_ADDRESS = 0x100000
CHUNK_BYTES = 1024
"""How much code is decoded at a time; code that is never reached costs nothing."""

MOST_NAMED = 8
"""Names of functions that a hint lists."""

IT_BYTES = 18
"""The longest IT instruction with its block: a chunk of T32 code doesn't end inside one."""


class PlacedSection(NamedTuple):
    """A section of an object and where it lies."""

    object: ObjectFile
    section: Section
    address: int


class Loaded(NamedTuple):
    """A function ready to be called. `start`: index of its first instruction in the image."""

    image: Image
    start: int


class ObjectImage(Image):
    """Code that is decoded when it is first reached."""

    def __init__(self, isa: str, state: str, name: str, contents: Sequence[Contents], labels: dict[str, int]) -> None:
        super().__init__(isa, state, (), labels, contents)
        self._name = name
        self._names = {address: label for label, address in labels.items()}

    def index(self, address: int) -> int | None:
        found = self.index_at.get(address)
        return self._decode(address) if found is None else found

    def _decode(self, address: int) -> int | None:
        """Decode a chunk from an address on, up to what is decoded already."""
        area = next((one for one in self.contents if one.area.start <= address < one.area.start + one.area.size), None)
        if area is None:
            return None
        start = address - area.area.start
        data = area.data[start : start + CHUNK_BYTES]
        code = objects.decode_bytes(data, address, self.isa, self.state, self._name, self._names)
        fresh = []
        for one in code.instructions:
            inside_it = self.state == "thumb" and one.address - address > CHUNK_BYTES - IT_BYTES
            if one.address in self.index_at or (inside_it and len(data) == CHUNK_BYTES):
                break
            fresh.append(Placed(one.instruction, one.address, one.size, one.target))
        if not fresh or fresh[0].address != address:
            return None
        first = len(self.placed)
        self.placed += fresh
        self.index_at |= {one.address: first + number for number, one in enumerate(fresh)}
        self._add_leaders(fresh)
        return first


class Library:
    """An object, archive or shared object that functions are taken from. Its members are read once."""

    def __init__(self, path: str, data: bytes | None = None) -> None:
        """`data`: the contents, where `path` is only their name."""
        self.file = objects.open_object(path) if data is None else objects.parse_object(data, path)
        self._members: tuple[ObjectFile, ...] | None = None

    @property
    def members(self) -> tuple[ObjectFile, ...]:
        """The objects of an archive; the object itself when it is none."""
        if self._members is None:
            self._members = tuple(self.file.members())
        return self._members

    def load(
        self, symbol: str = "", address: int | None = None, member: str = "", sha256: str = "", state: str = ""
    ) -> Loaded:
        """The function `symbol`, or the code at a virtual `address` of a shared object or executable.

        `member` and `sha256` choose among members of an archive, `state` (`arm`, `thumb`) how an address is decoded.
        Raises InputError when there is no such function, ExecutionError for a relocation that isn't known.
        """
        if self.file.kind in ("shared", "executable"):
            if not symbol and address is None:
                raise InputError(f"{self.file.title}: name a function by --symbol or --address", hint=self._functions())
            return _load_linked(self.file, symbol, address, state)
        if not symbol:
            raise InputError(f"{self.file.title}: name a function by --symbol", hint=self._functions())
        return _load_member(self.file, self.members, symbol, member, sha256)

    def _functions(self) -> str:
        """Some names of functions, for a hint."""
        names = list(dict.fromkeys(one.name for one in objects.list_functions(self.file) if one.name))
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        return f"it has {', '.join(names[:MOST_NAMED])}{more}" if names else "it has no function with a name"


# Shared objects and executables


def _load_linked(file: ObjectFile, symbol: str, address: int | None, state: str) -> Loaded:
    if address is None:
        found = next((one for one in file.symbols if one.name == symbol and one.section is not None), None)
        if found is None:
            raise InputError(f"{file.title} has no symbol `{symbol}`", hint="--address names a function without one")
        address, state = found.value, state or _state(file, found.thumb)
    state = state or _state(file, bool(address & 1))
    address &= ~1 if file.isa == "armv7" else -1
    contents = [
        Contents(
            Area(f"segment {one.address:#x}", one.address, one.memory_size, True), _relocated_segment(file, number)
        )
        for number, one in enumerate(file.segments)
        if one.memory_size
    ]
    labels = {one.name: one.value for one in file.symbols if one.section is not None and one.name}
    image = ObjectImage(file.isa, state, symbol or f"{file.title}:{address:#x}", _shifted(contents), labels)
    start = image.index(address)
    if start is None:
        raise InputError(f"{file.title}: no instruction at {address:#x}")
    return Loaded(image, start)


def _shifted(contents: list[Contents]) -> list[Contents]:
    """Segments whose pages overlap are cut so that areas don't."""
    ordered = sorted(contents, key=lambda one: one.area.start)
    kept: list[Contents] = []
    for number, one in enumerate(ordered):
        limit = ordered[number + 1].area.start if number + 1 < len(ordered) else one.area.start + one.area.size
        kept.append(one._replace(area=one.area._replace(size=min(one.area.size, limit - one.area.start))))
    return kept


def _state(file: ObjectFile, thumb: bool) -> str:
    return "a64" if file.isa == "aarch64" else "thumb" if thumb else "arm"


def _relocated_segment(file: ObjectFile, number: int) -> bytes:
    """A segment's bytes with RELATIVE and symbol addresses filled in (the load base is 0)."""
    segment = file.segments[number]
    data = bytearray(segment.data.ljust(segment.memory_size, b"\0"))
    size = 8 if file.isa == "aarch64" else 4
    for one in file.relocations():
        at = one.offset - segment.address
        if not 0 <= at <= len(data) - size:
            continue
        if one.type == "RELATIVE":
            value = one.addend or 0
        elif one.type in ("GLOB_DAT", "JUMP_SLOT", "ABS64", "ABS32") and one.symbol is not None:
            value = one.symbol.value + (one.addend or 0 if one.type.startswith("ABS") else 0)
        else:
            continue
        data[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
    return bytes(data)


# Archives and relocatable objects


def _load_member(file: ObjectFile, members: Sequence[ObjectFile], symbol: str, member: str, sha256: str) -> Loaded:
    chosen = [one for one in members if not member or one.member == member]
    if sha256 and len(chosen) > 1:
        chosen = [one for one in chosen if one.sha256 == sha256] or chosen
    for one in chosen:
        found = _defined(one, symbol)
        if found is not None:
            return _link(one, found, members)
    where = f"{file.title}({member})" if member else file.title
    raise InputError(f"{where} has no symbol `{symbol}`", hint="cyclesim estimate FILE --list-symbols names them")


def _defined(file: ObjectFile, name: str) -> Symbol | None:
    return next((one for one in file.symbols if one.name == name and one.section is not None), None)


def _link(main: ObjectFile, entry: Symbol, members: Sequence[ObjectFile]) -> Loaded:
    """Place the sections that the entry's object needs, with those that its references lie in."""
    linker = _Linker(members)
    linker.add(main)
    contents = linker.contents()
    state = _state(main, entry.thumb or _is_thumb(main, entry))
    image = ObjectImage(main.isa, state, f"{main.title}:{entry.name}", contents, linker.labels())
    start = image.index(linker.address(main, entry))
    if start is None:
        raise InputError(f"{main.title}: `{entry.name}` is no code")
    return Loaded(image, start)


def _is_thumb(file: ObjectFile, symbol: Symbol) -> bool:
    """By the mapping symbols: a symbol without a type carries no Thumb bit."""
    if file.isa != "armv7" or symbol.section is None:
        return False
    section = file.sections[symbol.section]
    return any(one.state == "thumb" and one.start <= symbol.value < one.end for one in objects.ranges(file, section))


class _Linker:
    """Lays objects out and applies their relocations."""

    def __init__(self, members: Sequence[ObjectFile]) -> None:
        self._members = members
        self._placed: dict[tuple[int, int], PlacedSection] = {}
        self._next = LOAD_ADDRESS
        self._added: list[ObjectFile] = []
        self._unresolved: set[str] = set()

    def add(self, file: ObjectFile) -> None:
        """Place all sections of an object, then the objects that define what it refers to (their data alone is
        relocated when it is asked for)."""
        if any(file is one for one in self._added):
            return
        self._added.append(file)
        for section in file.sections:
            if section.allocated and section.size:
                self._next = -(-self._next // max(64, section.alignment)) * max(64, section.alignment)
                self._placed[id(file), section.index] = PlacedSection(file, section, self._next)
                self._next += section.size + 64
        if len(self._added) > 1:
            return
        for section in file.sections:
            for one in file.relocations(section) if section.allocated else ():
                symbol = one.symbol
                if symbol is not None and symbol.section is None and symbol.name:
                    self._add_definition(symbol.name)

    def _add_definition(self, name: str) -> None:
        for member in self._members:
            found = _defined(member, name)
            if found is not None and found.binding != "local":
                self.add(member)
                return

    def address(self, file: ObjectFile, symbol: Symbol) -> int:
        """Where a symbol lies. Raises ExecutionError for one that nothing defines."""
        if symbol.section is not None:
            placed = self._placed.get((id(file), symbol.section))
            if placed is not None:
                return placed.address + symbol.value
        for other in self._added:
            found = _defined(other, symbol.name)
            if found is not None and found.section is not None and (id(other), found.section) in self._placed:
                return self._placed[id(other), found.section].address + found.value
        raise ExecutionError(f"{file.title}: undefined symbol `{symbol.name}`")

    def labels(self) -> dict[str, int]:
        """Name to address of every symbol that is placed."""
        return {
            symbol.name: self._placed[id(file), symbol.section].address + symbol.value
            for file in reversed(self._added)
            for symbol in file.symbols
            if symbol.section is not None and symbol.name and (id(file), symbol.section) in self._placed
        }

    def contents(self) -> list[Contents]:
        """The sections with their relocations applied."""
        made = []
        for (_, _), one in self._placed.items():
            data = bytearray(one.section.data.ljust(one.section.size, b"\0"))
            if one.object is self._added[0]:
                self._relocate(one, data)
            area = Area(f"{one.object.title}:{one.section.name}", one.address, one.section.size, one.section.writable)
            made.append(Contents(area, bytes(data)))
        return made

    def _relocate(self, placed: PlacedSection, data: bytearray) -> None:
        for one in placed.object.relocations(placed.section):
            if one.symbol is None or one.type == "NONE":
                continue
            try:
                target = self.address(placed.object, one.symbol)
            except CyclesimError:
                # What the call doesn't reach need not exist; what it does reach fails as an access or a jump.
                continue
            _apply(placed, data, one, target)


def _apply(placed: PlacedSection, data: bytearray, one: Relocation, symbol: int) -> None:
    """One relocation. Raises ExecutionError for a type that isn't known."""
    place, value = placed.address + one.offset, symbol + (one.addend or 0)
    apply = _RELOCATIONS.get(one.type)
    if apply is None:
        raise ExecutionError(f"{placed.object.title}: relocation {one.type} at {placed.section.name}+{one.offset:#x}")
    thumb = one.symbol is not None and one.symbol.thumb
    size = 8 if one.type == "ABS64" else 4
    old = int.from_bytes(data[one.offset : one.offset + size], "little")
    data[one.offset : one.offset + size] = apply(old, place, value, thumb).to_bytes(size, "little")


def _word(old: int, place: int, value: int, thumb: bool) -> int:
    return (value | thumb) & 0xFFFFFFFF


def _double(old: int, place: int, value: int, thumb: bool) -> int:
    return value & 0xFFFFFFFFFFFFFFFF


def _relative(old: int, place: int, value: int, thumb: bool) -> int:
    return ((value | thumb) - place) & 0xFFFFFFFF


def _page(old: int, place: int, value: int, thumb: bool) -> int:
    pages = (value >> 12) - (place >> 12)
    return old & ~(3 << 29 | 0x7FFFF << 5) | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5


def _low12(shift: int) -> Callable[[int, int, int, bool], int]:
    return lambda old, place, value, thumb: old & ~(0xFFF << 10) | ((value & 0xFFF) >> shift) << 10


def _branch26(old: int, place: int, value: int, thumb: bool) -> int:
    return old & ~0x3FFFFFF | (value - place) >> 2 & 0x3FFFFFF


def _branch24(old: int, place: int, value: int, thumb: bool) -> int:
    return old & ~0xFFFFFF | (value - place) >> 2 & 0xFFFFFF


def _branch19(old: int, place: int, value: int, thumb: bool) -> int:
    return old & ~(0x7FFFF << 5) | ((value - place) >> 2 & 0x7FFFF) << 5


def _moved(old: int, half: int) -> int:
    """A 16-bit immediate into movw or movt of A32."""
    return old & ~0xF0FFF | (half >> 12) << 16 | half & 0xFFF


def _moved_thumb(old: int, half: int) -> int:
    """A 16-bit immediate into movw or movt of T32, whose halfwords are swapped in a word."""
    first, second = old & 0xFFFF, old >> 16
    first = first & ~0x40F | half >> 12 | (half >> 11 & 1) << 10
    second = second & ~0x70FF | (half >> 8 & 7) << 12 | half & 0xFF
    return second << 16 | first


def _branch_thumb(old: int, place: int, value: int, thumb: bool) -> int:
    """bl, b.w: S, J1, J2 and two fields. Source: DDI 0406C, A8.8.18 (encoding T4) and A8.8.25."""
    offset = (value & ~1) - place
    sign, ten, eleven = offset >> 24 & 1, offset >> 12 & 0x3FF, offset >> 1 & 0x7FF
    j1, j2 = (offset >> 23 & 1) ^ 1 ^ sign, (offset >> 22 & 1) ^ 1 ^ sign
    first, second = old & 0xFFFF, old >> 16
    first = first & ~0x7FF | sign << 10 | ten
    second = second & ~0x2FFF | j1 << 13 | j2 << 11 | eleven
    return second << 16 | first


_RELOCATIONS: dict[str, Callable[[int, int, int, bool], int]] = {
    "ABS32": _word,
    "TARGET1": _word,
    "ABS64": _double,
    "REL32": _relative,
    "PREL32": _relative,
    "PREL31": lambda old, place, value, thumb: old & 1 << 31 | ((value | thumb) - place) & 0x7FFFFFFF,
    "ADR_PREL_PG_HI21": _page,
    "ADR_PREL_PG_HI21_NC": _page,
    "ADD_ABS_LO12_NC": _low12(0),
    "LDST8_ABS_LO12_NC": _low12(0),
    "LDST16_ABS_LO12_NC": _low12(1),
    "LDST32_ABS_LO12_NC": _low12(2),
    "LDST64_ABS_LO12_NC": _low12(3),
    "LDST128_ABS_LO12_NC": _low12(4),
    "CALL26": _branch26,
    "JUMP26": _branch26,
    "CONDBR19": _branch19,
    "CALL": _branch24,
    "JUMP24": _branch24,
    "PC24": _branch24,
    "PLT32": _branch24,
    "MOVW_ABS_NC": lambda old, place, value, thumb: _moved(old, (value | thumb) & 0xFFFF),
    "MOVT_ABS": lambda old, place, value, thumb: _moved(old, value >> 16 & 0xFFFF),
    "MOVW_PREL_NC": lambda old, place, value, thumb: _moved(old, ((value | thumb) - place) & 0xFFFF),
    "MOVT_PREL": lambda old, place, value, thumb: _moved(old, value - place >> 16 & 0xFFFF),
    "THM_MOVW_ABS_NC": lambda old, place, value, thumb: _moved_thumb(old, (value | thumb) & 0xFFFF),
    "THM_MOVT_ABS": lambda old, place, value, thumb: _moved_thumb(old, value >> 16 & 0xFFFF),
    "THM_MOVW_PREL_NC": lambda old, place, value, thumb: _moved_thumb(old, ((value | thumb) - place) & 0xFFFF),
    "THM_MOVT_PREL": lambda old, place, value, thumb: _moved_thumb(old, value - place >> 16 & 0xFFFF),
    "THM_CALL": _branch_thumb,
    "THM_JUMP24": _branch_thumb,
    "V4BX": lambda old, place, value, thumb: old,
}
