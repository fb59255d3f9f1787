"""Archives: long names, names that repeat, and everything that can be wrong with them."""

from __future__ import annotations

import pytest

from cyclesim.asm import objects
from cyclesim.errors import InputError
from tests.unit.asm.objects.elfs import A64_LOOP, Sec, Sym, archive, elf, member, read

LOOP = elf("aarch64", [Sec(".text", A64_LOOP)], [Sym("sum", 0, 20)])
OTHER = elf("aarch64", [Sec(".text", A64_LOOP[:8])], [Sym("sum", 0, 8)])
INDEX = member(b"/", b"\0\0\0\0")


def test_short_names_the_index_and_padding() -> None:
    file = read(archive(INDEX, member(b"a.o/", LOOP + b"\0"), member(b"b.o/", LOOP)), "lib.a")
    assert (file.kind, file.isa) == ("archive", "aarch64")
    assert [(one.member, one.ordinal, one.title) for one in file.members()] == [
        ("a.o", 0, "lib.a(a.o)"),
        ("b.o", 1, "lib.a(b.o)"),
    ]


def test_long_names_of_gnu_and_bsd() -> None:
    long = b"a-name-of-more-than-sixteen-characters.o"
    names = member(b"//", long + b"/\nanother-name-that-is-too-long.o/\n")
    second = b"/%d" % (len(long) + 2)
    file = read(
        archive(INDEX, names, member(b"/0", LOOP), member(second, LOOP), member(b"#1/8", b"bsd.o\0\0\0" + LOOP))
    )
    assert [one.member for one in file.members()] == [long.decode(), "another-name-that-is-too-long.o", "bsd.o"]
    assert all(one.symbols[1].name == "sum" for one in file.members())


def test_names_that_repeat_stay_apart() -> None:
    file = read(archive(member(b"a.o/", LOOP), member(b"a.o/", OTHER)))
    first, second = file.members()
    assert (first.member, second.member, first.ordinal, second.ordinal) == ("a.o", "a.o", 0, 1)
    assert first.sha256 != second.sha256


def test_members_that_are_no_objects_are_left_out() -> None:
    file = read(archive(member(b"notes.txt/", b"hello\n"), member(b"a.o/", LOOP)))
    assert [one.member for one in file.members()] == ["a.o"]
    assert read(archive(member(b"notes.txt/", b"hello\n"))).isa == ""
    assert read(archive()).members() == ()


def test_an_object_is_its_own_only_member() -> None:
    file = read(LOOP)
    assert file.members() == (file,)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"!<thin>\n" + member(b"a.o/", b""), "thin archive"),
        (archive(member(b"a.o/", LOOP))[:40], "no member header at offset 8"),
        (archive(member(b"a.o/", LOOP))[:-9], "is cut off"),
        (archive(member(b"a.o/", LOOP, 10**9)), "is cut off"),
        (archive(member(b"a.o/", LOOP)).replace(b"`\n", b"xx", 1), "no member header"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        objects.parse_object(data, "lib.a").members()


def test_a_corrupt_member_is_named() -> None:
    with pytest.raises(InputError, match=r"lib\.a\(a\.o\) is a corrupt ELF file"):
        read(archive(member(b"a.o/", LOOP[:100])), "lib.a").members()
