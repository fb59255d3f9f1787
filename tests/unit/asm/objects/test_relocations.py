"""Relocations: names of the ABI, and addends that REL entries keep in the code."""

from __future__ import annotations

import struct

import pytest

from cyclesim.asm.objects import Relocation
from cyclesim.asm.objects.relocations import _NAMES, _numbered
from tests.unit.asm.objects.elfs import DATA, TEXT, Sec, Sym, elf, halves, read, words


def rel(type: int, contents: bytes) -> Relocation:
    """The only relocation of a section with these contents; it names symbol 1."""
    table = struct.pack("<II", 0, 1 << 8 | type)
    file = read(
        elf("armv7", [Sec(".text", contents), Sec(".rel.text", table, 9, 0, 0, "symtab", TEXT)], [Sym("there")])
    )
    (found,) = file.relocations(file.sections[TEXT])
    return found


@pytest.mark.parametrize(
    ("type", "contents", "name", "addend"),
    [
        (2, words(0x12345678), "ABS32", 0x12345678),
        (2, words(0xFFFFFFFC), "ABS32", -4),
        (28, words(0xEBFFFFFE), "CALL", -8),
        (28, words(0xFBFFFFFE), "CALL", -6),
        (29, words(0xEA000010), "JUMP24", 0x40),
        (43, words(0xE3010234), "MOVW_ABS_NC", 0x1234),
        (44, words(0xE34F0FFF), "MOVT_ABS", -1),
        (10, halves(0xF7FF, 0xFFFE), "THM_CALL", -4),
        (30, halves(0xF000, 0xB810), "THM_JUMP24", 0x20),
        (47, halves(0xF241, 0x2334), "THM_MOVW_ABS_NC", 0x1234),
        (102, halves(0xE7FE, 0xBF00), "THM_JUMP11", -4),
        (103, halves(0xD0FE, 0xBF00), "THM_JUMP8", -4),
        (42, words(0x7FFFFFFC), "PREL31", -4),
        (40, words(0xE12FFF1E), "V4BX", 0),
        (200, words(0), "type-200", None),
    ],
)
def test_addends_stored_in_arm_code(type: int, contents: bytes, name: str, addend: int | None) -> None:
    found = rel(type, contents)
    assert (found.type, found.addend) == (name, addend)
    assert found.symbol is not None and found.symbol.name == "there"


def test_a_place_outside_of_the_section_has_no_addend() -> None:
    assert rel(2, b"ab").addend is None


def test_explicit_addends() -> None:
    table = struct.pack("<QQq", 4, 1 << 32 | 283, -16) + struct.pack("<QQq", 8, 1027, 0x1000)
    file = read(
        elf(
            "aarch64", [Sec(".text", words(0, 0, 0)), Sec(".rela.text", table, 4, 0, 0, "symtab", TEXT)], [Sym("there")]
        )
    )
    first, second = file.relocations(file.sections[TEXT])
    assert (first.offset, first.type, first.addend, first.symbol and first.symbol.name) == (4, "CALL26", -16, "there")
    assert (second.type, second.symbol, second.addend) == ("RELATIVE", None, 0x1000)
    assert file.relocations() == ()


def test_dynamic_and_packed_relocations_name_no_section() -> None:
    data = Sec(".data", words(*range(16)), flags=DATA, address=0x2000)
    # 0x2000 itself, then of the 31 words behind it the first and the third.
    packed = Sec(".relr.dyn", words(0x2000, 0b1011), 19, 2)
    file = read(elf("armv7", [data, packed], kind="shared"))
    assert [(one.offset, one.type, one.addend) for one in file.relocations()] == [
        (0x2000, "RELATIVE", 0),
        (0x2004, "RELATIVE", 1),
        (0x200C, "RELATIVE", 3),
    ]


def test_names_agree_with_another_list() -> None:
    enums = pytest.importorskip("elftools.elf.enums", reason="pyelftools is not installed")
    for isa, theirs, prefix in (
        ("armv7", enums.ENUM_RELOC_TYPE_ARM, "R_ARM_"),
        ("aarch64", enums.ENUM_RELOC_TYPE_AARCH64, "R_AARCH64_"),
    ):
        # That list calls 13, 1031 and 1032 what they were called before thread-local storage had descriptors.
        known = {number: name for name, number in theirs.items() if isinstance(number, int)} | {
            13: "",
            1031: "",
            1032: "",
        }
        for number, name in _NAMES[isa].items():
            assert known.get(number) in (None, "", prefix + name), number


def test_runs_of_numbers() -> None:
    assert _numbered("1 A B\n7 C\n") == {1: "A", 2: "B", 7: "C"}
