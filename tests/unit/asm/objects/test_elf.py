"""ELF files: what they say is read, what they claim is checked."""

from __future__ import annotations

import struct

import pytest

from cyclesim.asm import objects
from cyclesim.errors import InputError
from tests.unit.asm.objects.elfs import A64_LOOP, DATA, ZEROS, Sec, Sym, elf, halves, read, words

TEXT = Sec(".text", A64_LOOP)


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(data)
    return caught.value.message


def test_sections_and_symbols_of_both_classes() -> None:
    for isa in ("armv7", "aarch64"):
        sections = [
            TEXT,
            Sec(".data", b"abcd", flags=DATA),
            Sec(".bss", kind=8, flags=ZEROS, size=1 << 40 if isa == "aarch64" else 1 << 30),
        ]
        file = read(
            elf(isa, sections, [Sym("sum", 0, 20), Sym("table", 0, 4, kind=1, section=2), Sym("puts", section=0)])
        )
        assert (file.isa, file.kind) == (isa, "relocatable")
        text, data, bss = file.sections[1:4]
        assert (text.name, text.data, text.executable, text.writable) == (".text", A64_LOOP, True, False)
        assert (data.data, data.writable, data.executable) == (b"abcd", True, False)
        assert bss.kind == "nobits" and bss.data == b"" and bss.size >= 1 << 30
        assert [(one.name, one.kind, one.place) for one in file.symbols[1:]] == [
            ("sum", "function", "defined"),
            ("table", "object", "defined"),
            ("puts", "function", "undefined"),
        ]
        assert file.section(".data") is data and file.section("none") is None


def test_bit_0_of_an_arm_function_is_thumb_and_no_part_of_its_address() -> None:
    file = read(
        elf("armv7", [Sec(".text", halves(0x4770, 0x4770))], [Sym("f", 3, 2), Sym("g", 0, 2), Sym("odd", 3, kind=0)])
    )
    assert [(one.name, one.value, one.thumb) for one in file.symbols[1:]] == [
        ("f", 2, True),
        ("g", 0, False),
        ("odd", 3, False),
    ]


def test_a_shared_object_has_addresses_and_segments() -> None:
    text = TEXT._replace(address=0x1000)
    file = read(elf("aarch64", [text], [Sym("sum", 0x1000)], "shared", segments=[(0x1000, A64_LOOP, 64)]))
    assert file.kind == "shared"
    assert file.section_at(0x1010) is file.sections[1] and file.section_at(0x1014) is None
    (segment,) = file.segments
    assert (segment.address, segment.data, segment.memory_size, segment.executable) == (0x1000, A64_LOOP, 64, True)


def test_segments_stand_in_for_sections_that_were_stripped() -> None:
    data = bytearray(elf("aarch64", [TEXT], [], "executable", entry=0x1000, segments=[(0x1000, A64_LOOP, 32)]))
    struct.pack_into("<Q", data, 0x28, 0)
    struct.pack_into("<H", data, 0x3C, 0)
    file = read(bytes(data))
    (section,) = file.sections
    assert (section.address, section.data, section.size, section.executable) == (0x1000, A64_LOOP, 32, True)
    assert file.entry == 0x1000


def test_the_hash_is_that_of_the_code_of_a_member_and_of_the_whole_shared_object() -> None:
    import hashlib

    member = read(elf("aarch64", [TEXT]))
    assert member.sha256 == hashlib.sha256(A64_LOOP).hexdigest()
    data = elf("aarch64", [TEXT], kind="shared")
    assert read(data).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("offset", "value", "words"),
    [
        (4, b"\x03", "class 3 is neither"),
        (5, b"\x02", "big-endian"),
        (16, b"\x04\x00", "of type 4"),
        (18, b"\x3e\x00", "x86-64 code"),
        (18, b"\x28\x00", "64-bit ELF of armv7"),
        (0x28, b"\xff\xff\xff\xff\xff\xff\xff\x7f", "beyond the end"),
        (0x3A, b"\x01\x00", "records of 1 bytes"),
        (0x3C, b"\xff\xff", "beyond the end"),
    ],
)
def test_a_header_that_lies_is_refused(offset: int, value: bytes, words: str) -> None:
    data = bytearray(elf("aarch64", [TEXT]))
    data[offset : offset + len(value)] = value
    assert words in refusal(bytes(data))


def test_a_section_beyond_the_end_or_on_top_of_others_is_refused() -> None:
    assert "overlap or go beyond" in refusal(elf("aarch64", [TEXT._replace(size=1 << 50)]))
    many = [TEXT._replace(size=600) for _ in range(9)]
    assert "overlap" in refusal(elf("aarch64", many))


@pytest.mark.parametrize("isa", ["armv7", "aarch64"])
def test_every_truncation_is_refused_or_read_without_harm(isa: str) -> None:
    data = elf(isa, [TEXT], [Sym("sum", 0, 20)])
    for length in range(0, len(data) - 1):
        with pytest.raises(InputError):
            objects.parse_object(data[:length], "cut.o")


def test_a_file_that_is_missing_or_a_folder_is_said_so(tmp_path: object) -> None:
    with pytest.raises(InputError, match="doesn't exist"):
        objects.open_object("nowhere.o")
    with pytest.raises(InputError, match="is a directory"):
        objects.open_object(str(tmp_path))


def test_pyelftools_reads_the_same(tmp_path: object) -> None:
    """The builder of these tests makes proper ELF: an independent reader agrees with ours."""
    elffile = pytest.importorskip("elftools.elf.elffile", reason="pyelftools is not installed")
    import io

    for isa in ("armv7", "aarch64"):
        data = elf(isa, [TEXT, Sec(".data", words(1), flags=DATA)], [Sym("sum", 0, 20), Sym("$x", kind=0, binding=0)])
        other = elffile.ELFFile(io.BytesIO(data))
        ours = read(data)
        assert [one.name for one in other.iter_sections()] == [one.name for one in ours.sections]
        table = other.get_section_by_name(".symtab")
        assert [(one.name, one["st_value"], one["st_size"]) for one in table.iter_symbols()] == [
            (one.name, one.value, one.size) for one in ours.symbols
        ]
