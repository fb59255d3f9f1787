"""Relocations: their names, and the addends that REL entries keep in the relocated bytes.

Source of numbers and fields: ELF for the Arm Architecture (IHI 0044), section 5.6; ELF for the Arm 64-bit Architecture
(IHI 0056), section 5.7; packed relative relocations: System V ABI, "Relocation" (DT_RELR).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cyclesim.asm.objects.nouns import ObjectFile, Relocation, Section, Symbol
from cyclesim.errors import InputError

_A64_RUNS = """
0 NONE
256 NONE ABS64 ABS32 ABS16 PREL64 PREL32 PREL16 MOVW_UABS_G0 MOVW_UABS_G0_NC MOVW_UABS_G1 MOVW_UABS_G1_NC
267 MOVW_UABS_G2 MOVW_UABS_G2_NC MOVW_UABS_G3 MOVW_SABS_G0 MOVW_SABS_G1 MOVW_SABS_G2 LD_PREL_LO19 ADR_PREL_LO21
275 ADR_PREL_PG_HI21 ADR_PREL_PG_HI21_NC ADD_ABS_LO12_NC LDST8_ABS_LO12_NC TSTBR14 CONDBR19
282 JUMP26 CALL26 LDST16_ABS_LO12_NC LDST32_ABS_LO12_NC LDST64_ABS_LO12_NC
299 LDST128_ABS_LO12_NC
309 GOT_LD_PREL19 LD64_GOTOFF_LO15 ADR_GOT_PAGE LD64_GOT_LO12_NC LD64_GOTPAGE_LO15
513 TLSGD_ADR_PAGE21 TLSGD_ADD_LO12_NC
541 TLSIE_ADR_GOTTPREL_PAGE21 TLSIE_LD64_GOTTPREL_LO12_NC
549 TLSLE_ADD_TPREL_HI12 TLSLE_ADD_TPREL_LO12 TLSLE_ADD_TPREL_LO12_NC
562 TLSDESC_ADR_PAGE21 TLSDESC_LD64_LO12 TLSDESC_ADD_LO12
569 TLSDESC_CALL
1024 COPY GLOB_DAT JUMP_SLOT RELATIVE
1031 TLSDESC IRELATIVE
"""
_ARM_RUNS = """
0 NONE PC24 ABS32 REL32 LDR_PC_G0 ABS16 ABS12 THM_ABS5 ABS8 SBREL32 THM_CALL THM_PC8
13 TLS_DESC
17 TLS_DTPMOD32 TLS_DTPOFF32 TLS_TPOFF32 COPY GLOB_DAT JUMP_SLOT RELATIVE GOTOFF32 BASE_PREL GOT_BREL PLT32
28 CALL JUMP24 THM_JUMP24
38 TARGET1
40 V4BX TARGET2 PREL31 MOVW_ABS_NC MOVT_ABS MOVW_PREL_NC MOVT_PREL
47 THM_MOVW_ABS_NC THM_MOVT_ABS THM_MOVW_PREL_NC THM_MOVT_PREL THM_JUMP19 THM_JUMP6 THM_ALU_PREL_11_0 THM_PC12
55 ABS32_NOI REL32_NOI
90 TLS_GOTDESC TLS_CALL TLS_DESCSEQ THM_TLS_CALL
96 GOT_PREL
102 THM_JUMP11 THM_JUMP8 TLS_GD32 TLS_LDM32 TLS_LDO32 TLS_IE32 TLS_LE32
160 IRELATIVE
"""


def _numbered(runs: str) -> dict[int, str]:
    """Lines of a first number and the names that count on from it."""
    lines = [line.split() for line in runs.split("\n") if line]
    return {int(first) + place: name for first, *names in lines for place, name in enumerate(names)}


_NAMES = {"aarch64": _numbered(_A64_RUNS), "armv7": _numbered(_ARM_RUNS)}


def read(object: ObjectFile, section: Section | None) -> tuple[Relocation, ...]:
    """See `ObjectFile.relocations`."""
    found: list[Relocation] = []
    for table in object.sections:
        if table.kind in ("rel", "rela"):
            # `info` names the section only in relocatable objects; dynamic tables have 0 or that of the PLT's slots.
            applies = table.info if object.kind == "relocatable" else 0
            if applies == (section.index if section else 0):
                found += _entries(object, table, section)
        elif table.kind == "relr" and section is None:
            found += _packed(object, table)
    return tuple(found)


def _entries(object: ObjectFile, table: Section, section: Section | None) -> Iterator[Relocation]:
    wide, explicit = object.isa == "aarch64", table.kind == "rela"
    format = ("<QQq" if explicit else "<QQ") if wide else ("<IIi" if explicit else "<II")
    names, shift = _NAMES[object.isa], 32 if wide else 8
    by_index = symbols_of(object, table)
    if len(table.data) % struct.calcsize(format):
        raise InputError(f"{object.title} is a corrupt ELF file: {table.name} ends within a relocation")
    for offset, info, *addends in struct.iter_unpack(format, table.data):
        number = info & ((1 << shift) - 1)
        type = names.get(number, f"type-{number}")
        symbol = by_index.get(info >> shift) if info >> shift else None
        addend = addends[0] if addends else _stored(object, section, type, offset)
        yield Relocation(offset, type, symbol, addend)


def symbols_of(object: ObjectFile, table: Section) -> dict[int, Symbol]:
    """The symbols that a relocation table refers to, by number."""
    used = object.sections[table.link] if table.link < len(object.sections) else None
    kept = next((one for kind in ("symtab", "dynsym") for one in object.sections if one.kind == kind), None)
    if used is None or kept is None or used.index == kept.index:
        return {one.index: one for one in object.symbols}
    from cyclesim.asm.objects import elf

    return {one.index: one for one in elf.symbols_of(object, used)}


def _packed(object: ObjectFile, table: Section) -> Iterator[Relocation]:
    """An even word is an address; an odd one a bit map of the 31 or 63 words behind the last address."""
    size = 8 if object.isa == "aarch64" else 4
    where = 0
    for (word,) in struct.iter_unpack("<Q" if size == 8 else "<I", table.data[: len(table.data) // size * size]):
        if not word & 1:
            yield Relocation(word, "RELATIVE", None, _word_at(object, word, size))
            where = word + size
            continue
        for bit in range(1, 8 * size):
            if word >> bit & 1:
                place = where + (bit - 1) * size
                yield Relocation(place, "RELATIVE", None, _word_at(object, place, size))
        where += (8 * size - 1) * size


def _word_at(object: ObjectFile, address: int, size: int) -> int | None:
    section = object.section_at(address)
    if section is None or address - section.address + size > len(section.data):
        return None
    at = address - section.address
    return int.from_bytes(section.data[at : at + size], "little", signed=size == 4)


_WORDS = """
ABS32 REL32 TARGET1 TARGET2 GOTOFF32 BASE_PREL GOT_BREL GOT_PREL RELATIVE IRELATIVE GLOB_DAT JUMP_SLOT TLS_GD32
TLS_LDM32 TLS_LDO32 TLS_IE32 TLS_LE32 TLS_DTPMOD32 TLS_DTPOFF32 TLS_TPOFF32 TLS_GOTDESC ABS32_NOI REL32_NOI
"""
_WHOLE_WORDS = frozenset(_WORDS.split())


def _stored(object: ObjectFile, section: Section | None, type: str, offset: int) -> int | None:
    """The addend of a REL entry, decoded from the bytes it applies to."""
    holder = section or object.section_at(offset)
    at = offset - (0 if section else holder.address if holder else 0)
    if holder is None or at < 0 or at + 2 > len(holder.data):
        return None
    data = holder.data[at : at + 4]
    if type in ("THM_JUMP11", "THM_JUMP8"):
        half = int.from_bytes(data[:2], "little")
        return _signed(half, 11) * 2 if type == "THM_JUMP11" else _signed(half, 8) * 2
    if len(data) < 4:
        return None
    word = int.from_bytes(data, "little")
    if type.startswith("THM_"):
        return _stored_thumb(type, *struct.unpack("<HH", data))
    if type in _WHOLE_WORDS:
        return _signed(word, 32)
    if type == "PREL31":
        return _signed(word, 31)
    if type in ("CALL", "JUMP24", "PC24", "PLT32"):
        # blx to Thumb code has two more bits of displacement, of which one is stored as bit 24.
        half = (word >> 23 & 2) if word >> 28 == 15 else 0
        return _signed(word, 24) * 4 + half
    if type.startswith("MOV"):
        return _signed((word >> 4 & 0xF000) | (word & 0xFFF), 16)
    if type == "ABS12":
        return (word & 0xFFF) * (1 if word >> 23 & 1 else -1)
    return {"ABS16": _signed(word, 16), "ABS8": _signed(word, 8), "NONE": 0, "V4BX": 0}.get(type)


def _stored_thumb(type: str, first: int, second: int) -> int | None:
    """Displacements and constants of 32-bit Thumb encodings. Source: Arm ARM DDI 0406C, A8.8.18 and A8.8.102."""
    sign = first >> 10 & 1
    one, two = second >> 13 & 1, second >> 11 & 1
    if type in ("THM_CALL", "THM_JUMP24"):
        high = (sign << 2) | ((1 - (one ^ sign)) << 1) | (1 - (two ^ sign))
        return _signed(high << 21 | (first & 0x3FF) << 11 | (second & 0x7FF), 24) * 2
    if type == "THM_JUMP19":
        return _signed(sign << 19 | two << 18 | one << 17 | (first & 0x3F) << 11 | (second & 0x7FF), 20) * 2
    if type.startswith("THM_MOV"):
        value = (first & 0xF) << 12 | (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 | (second & 0xFF)
        return _signed(value, 16)
    if type == "THM_PC12":
        return (second & 0xFFF) * (1 if first >> 7 & 1 else -1)
    return None


def _signed(value: int, bits: int) -> int:
    """The low `bits` of a value in two's complement."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value
