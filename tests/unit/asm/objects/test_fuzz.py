"""Damaged files: an error or an object, never anything else, and never more memory than the file is worth."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim.asm import objects
from cyclesim.asm.objects import ObjectFile
from cyclesim.errors import CyclesimError
from tests.unit.asm.objects.elfs import A64_LOOP, DATA, TEXT, Sec, Sym, archive, elf, member, words

RELOCATED = struct.pack("<QQq", 0, 1 << 32 | 283, 0)
GOOD = {
    "aarch64": elf(
        "aarch64",
        [
            Sec(".text", A64_LOOP),
            Sec(".rela.text", RELOCATED, 4, 0, 0, "symtab", TEXT),
            Sec(".data", words(1), flags=DATA),
        ],
        [Sym("sum", 0, 20), Sym("$x", 0, 0, 0, 0)],
        segments=[(0x1000, A64_LOOP, 64)],
    ),
    "armv7": elf(
        "armv7",
        [
            Sec(".text", words(0xEBFFFFFE)),
            Sec(".rel.text", struct.pack("<II", 0, 1 << 8 | 28), 9, 0, 0, "symtab", TEXT),
        ],
        [Sym("sum", 1, 4), Sym("$t", 0, 0, 0, 0)],
    ),
}
GOOD["archive"] = archive(
    member(b"//", b"a-long-name-of-a-member.o/\n"), member(b"/0", GOOD["aarch64"]), member(b"b.o/", GOOD["armv7"])
)

SPECIAL = [0, 1, 0x7F, 0x80, 0xFF]


def damaged(kind: str) -> st.SearchStrategy[bytes]:
    """A good file with some bytes changed, and maybe cut."""
    good = GOOD[kind]
    places = st.integers(0, len(good) - 1)
    values = st.one_of(st.sampled_from(SPECIAL), st.integers(0, 255))

    def change(edits: list[tuple[int, int]], length: int) -> bytes:
        data = bytearray(good)
        for place, value in edits:
            data[place] = value
        return bytes(data[:length])

    return st.builds(change, st.lists(st.tuples(places, values), max_size=12), st.integers(len(good) // 2, len(good)))


def looked_at(file: ObjectFile) -> int:
    """Everything that reading offers, used; the bytes that all of it keeps."""
    kept = sum(len(one.data) for one in (*file.sections, *file.segments))
    for section in file.sections:
        file.relocations(section)
    file.relocations()
    assert all(0 <= one.start <= one.end <= one.section.size for one in objects.functions(file))
    for section in objects.code_sections(file):
        assert sum(one.end - one.start for one in objects.ranges(file, section)) == section.size
    return kept + sum(len(one.name) for one in file.symbols)


@pytest.mark.parametrize("kind", sorted(GOOD))
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_an_error_or_an_object(kind: str, data: st.DataObject) -> None:
    contents = data.draw(damaged(kind))
    try:
        for file in objects.parse_object(contents, "x").members():
            assert looked_at(file) <= 8 * len(contents) + 4096
    except CyclesimError as error:
        assert error.message and error.exit_code == 1


@settings(max_examples=200, deadline=None)
@given(
    rest=st.binary(max_size=300), magic=st.sampled_from([b"\x7fELF\x01\x01\x01", b"\x7fELF\x02\x01\x01", b"!<arch>\n"])
)
def test_noise_behind_a_magic_number_is_an_error_or_an_object(rest: bytes, magic: bytes) -> None:
    try:
        for file in objects.parse_object(magic + rest, "x").members():
            looked_at(file)
    except CyclesimError as error:
        assert error.message


@settings(max_examples=100, deadline=None)
@given(code=st.binary(max_size=64), state=st.sampled_from(["arm", "thumb", "a64"]), address=st.integers(0, 1 << 32))
def test_any_bytes_decode(code: bytes, state: str, address: int) -> None:
    pytest.importorskip("capstone", reason="capstone is not installed")
    found = objects.decode_bytes(code, address & ~3, "aarch64" if state == "a64" else "armv7", state)
    assert b"".join(one.encoding for one in found.instructions) == code
