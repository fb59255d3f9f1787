"""Code of an object to instructions: capstone's text, read by our own parser."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Mapping, Sequence

from cyclesim.asm import dialect as dialects
from cyclesim.asm.dialect import Word
from cyclesim.asm.fault import Fault
from cyclesim.asm.names import Names
from cyclesim.asm.objects import disassembly, spellings, symbols
from cyclesim.asm.objects.nouns import Code, Decoded, ObjectFile, Range, Relocation, Section
from cyclesim.asm.operands import OperandReader
from cyclesim.ir import Immediate, Instruction, Label, Name, Operand, Span
from cyclesim.record import NamedTuple

OPAQUE = ".inst"
"""Mnemonic of bytes that are no known encoding; the operand is their value."""


MOST_KNOWN = 50_000
"""Texts that a decoder remembers, about a kilobyte each."""


class _Spelled(NamedTuple):
    """A text of capstone's as ours. `relative`: the last operand is an address, `target`."""

    word: Word
    text: str
    operands: tuple[Operand, ...]


class Decoder:
    """Turns lines of disassembly into instructions; remembers every text, because code repeats itself."""

    def __init__(self, isa: str) -> None:
        self.isa = isa
        self.dialect = dialects.load(isa)
        names = Names(self.dialect)
        self._reader = OperandReader(self.dialect, names.scope, names.registers)
        self._known: dict[tuple[str, str, bool], _Spelled] = {}

    def spelled(self, mnemonic: str, operands: str, relative: bool = False) -> _Spelled:
        """The parsed text; where our parser refuses the operands (SVE), they stay one name as written. `relative`: an
        address, which is no part of the text, is the last operand."""
        known = self._known.get((mnemonic, operands, relative))
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
                self._reader.forget()
            word = self.dialect.word(mnemonic)
            text = f"{mnemonic} {operands}" if operands else mnemonic
            # Only what is last can be a label.
            kind = word._replace(context=dialects.PLAIN) if relative else word
            try:
                read = self._reader.read(kind, operands, 1) if operands else self.dialect.fill(word, ())
            except Fault:
                read = (Name(operands),)
            # Columns are those of a source text, which there is none of.
            read = tuple(operand._replace(column=0) for operand in read)
            known = self._known[mnemonic, operands, relative] = _Spelled(word, text, read)
        return known


@functools.cache
def shared_decoder(isa: str) -> Decoder:
    """The decoder of an instruction set, which all objects share."""
    return Decoder(isa)


def decode(object: ObjectFile, section: Section, start: int, end: int, state: str | None, name: str) -> Code:
    """See `cyclesim.asm.objects.decode`."""
    parts = [Range(start, end, state)] if state else symbols.ranges(object, section)
    clipped = [
        Range(max(start, one.start), min(end, one.end), one.state)
        for one in parts
        if one.start < end and one.end > start and one.state != symbols.DATA
    ]
    return decode_ranges(object, section, clipped, start, name)


def decode_ranges(object: ObjectFile, section: Section, parts: Sequence[Range], origin: int, name: str) -> Code:
    """The instructions of some ranges; places in spans count from the offset `origin`."""
    data = section.data
    pieces = [(data[low:high], section.address + low, state) for low, high, state in parts]
    named = {section.address + offset: name for offset, name in symbols.names_in(object, section).items()}
    linked = links(object, section)
    return _code(object.isa, name or object.title, section.address + origin, pieces, named, linked, section)


def links(object: ObjectFile, section: Section) -> dict[int, Relocation]:
    """The relocations of a section of a relocatable object, by address."""
    if object.kind != "relocatable":
        return {}
    return {section.address + one.offset: one for one in object.relocations(section)}


def decode_unnamed(
    object: ObjectFile, section: Section, part: Range, linked: Mapping[int, Relocation]
) -> tuple[Decoded, ...]:
    """The instructions of a range without names for targets; `linked` is what `links` returns."""
    piece = (section.data[part.start : part.end], section.address + part.start, part.state)
    return _code(object.isa, "", piece[1], [piece], {}, linked, section).instructions


def decode_bytes(data: bytes, address: int, isa: str, state: str, name: str, named: Mapping[int, str]) -> Code:
    """See `cyclesim.asm.objects.decode_bytes`."""
    return _code(isa, name or "code", address, [(data, address, state)], named, {}, None)


def _code(
    isa: str,
    name: str,
    origin: int,
    pieces: list[tuple[bytes, int, str]],
    named: Mapping[int, str],
    linked: Mapping[int, Relocation],
    section: Section | None,
) -> Code:
    decoder = shared_decoder(isa)
    found: list[Decoded] = []
    undecoded = 0
    for data, address, state in pieces:
        for line in disassembly.lines(data, address, state):
            at = line.address - address
            encoding = data[at : at + line.size]
            undecoded += not line.mnemonic
            found.append(_decoded(decoder, line, encoding, state, Span(name, line.address - origin, 0)))
    linker = _Linker(named, linked, section, {one.address: place for place, one in enumerate(found)}, origin)
    resolved = tuple(linker.resolved(one) for one in found)
    labels = {named[one.address]: place for place, one in enumerate(found) if one.address in named}
    return Code(isa, name, resolved, linker.index, labels, undecoded)


def _decoded(decoder: Decoder, line: disassembly.Line, encoding: bytes, state: str, span: Span) -> Decoded:
    if not line.mnemonic:
        value = int.from_bytes(encoding, "little")
        text = f"{OPAQUE} {value:#0{2 + 2 * line.size}x}"
        instruction = Instruction(OPAQUE, (Immediate(f"{value:#x}", value),), span, text)
        return Decoded(line.address, encoding, instruction)
    mnemonic, operands, target = spellings.ours(line, encoding, state)
    spelled = decoder.spelled(mnemonic, operands, target is not None)
    read = spelled.operands
    if target is not None:
        read = (*read, Label("", None))
    return Decoded(line.address, encoding, Instruction(spelled.word.mnemonic, read, span, spelled.text), target)


_EXACT_NAMES = """
JUMP26 CALL26 CONDBR19 TSTBR14 LD_PREL_LO19 ADR_PREL_LO21
CALL JUMP24 PC24 PLT32 THM_CALL THM_JUMP24 THM_JUMP19 THM_JUMP11 THM_JUMP8
"""
_EXACT = frozenset(_EXACT_NAMES.split())
"""Relocations of one instruction that say the whole address."""


class _Linker:
    """Gives addresses names and positions."""

    def __init__(
        self,
        named: Mapping[int, str],
        linked: Mapping[int, Relocation],
        section: Section | None,
        index: Mapping[int, int],
        origin: int,
    ) -> None:
        self.named, self.linked, self.section, self.index, self.origin = named, linked, section, index, origin
        self._order = sorted(named)

    def resolved(self, one: Decoded) -> Decoded:
        """The instruction with its target named, and with the address that its relocation says."""
        if one.target is None:
            return one
        relocation = self.linked.get(one.address)
        if relocation is None:
            return self._labelled(one, one.target, self._name(one.target))
        symbol = relocation.symbol
        if symbol is None:
            return self._labelled(one, None, "an-unnamed-place")
        target = None
        here = self.section is not None and symbol.section == self.section.index
        if self.section is not None and here and relocation.type in _EXACT:
            target = self.section.address + symbol.value + self._displacement(relocation)
        return self._labelled(one, target, symbol.name or "local")

    def _displacement(self, relocation: Relocation) -> int:
        """The addend without what a REL entry takes off for the program counter."""
        bias = {"CALL": 8, "JUMP24": 8, "PC24": 8, "THM_CALL": 4, "THM_JUMP24": 4, "THM_JUMP19": 4, "THM_JUMP11": 4}
        return (relocation.addend or 0) + bias.get(relocation.type, 0)

    def _labelled(self, one: Decoded, target: int | None, name: str) -> Decoded:
        instruction = one.instruction
        place = None if target is None else self.index.get(target)
        operands = (*instruction.operands[:-1], Label(name, place))
        comma = ", " if len(operands) > 1 else " "
        text = f"{instruction.text}{comma}{name}"
        return one._replace(instruction=instruction._replace(operands=operands, text=text), target=target)

    def _name(self, address: int) -> str:
        """`symbol`, `symbol+0x1c` of a symbol in this code, `+0x1c` from its start, or an address outside of it."""
        if address in self.named:
            return self.named[address]
        at = bisect.bisect_right(self._order, address) - 1
        inside = address in self.index
        if at >= 0 and self._order[at] >= self.origin and inside:
            return f"{self.named[self._order[at]]}+{address - self._order[at]:#x}"
        return f"{address - self.origin:+#x}" if inside else f"{address:#x}"
