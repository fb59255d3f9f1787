"""Which code of an object becomes a program, and what is said when that isn't clear."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cyclesim import asm
from cyclesim.asm import regions
from cyclesim.asm.objects import Selection
from cyclesim.errors import CyclesimError
from cyclesim.ir import Program
from tests.unit.asm.objects.elfs import A64_LOOP, Sec, Sym, archive, elf, halves, member, words

pytest.importorskip("capstone", reason="capstone is not installed")

RET = words(0xD65F03C0)
TWO = elf("aarch64", [Sec(".text", A64_LOOP + RET)], [Sym("sum", 0, 20), Sym("leaf", 20, 4), Sym("inner", 4, 0, 0, 0)])
ONE = elf("aarch64", [Sec(".text", A64_LOOP)], [Sym("sum", 0, 20)])


def program(
    folder: Path, data: bytes, symbol: str = "", member: str = "", address: str = "", name: str = "x.o"
) -> Program:
    path = folder / name
    path.write_bytes(data)
    return asm.read_object(str(path), None, Selection(symbol, member, address))


def refusal(folder: Path, data: bytes, symbol: str = "", member: str = "", address: str = "") -> CyclesimError:
    with pytest.raises(CyclesimError) as caught:
        program(folder, data, symbol, member, address)
    return caught.value


def texts(found: Program) -> list[str]:
    return [one.text for one in found.instructions]


def test_the_function_that_is_named_and_its_loop(tmp_path: Path) -> None:
    found = program(tmp_path, TWO, "sum")
    assert found.isa == "aarch64" and found.file.endswith("x.o:sum") and len(found.instructions) == 5
    (loop,) = regions.loops(found)
    assert (loop.name, loop.start, loop.end) == ("sum", 0, 4)
    assert texts(program(tmp_path, TWO, "leaf")) == ["ret"]


def test_a_local_label_can_be_named(tmp_path: Path) -> None:
    assert len(program(tmp_path, TWO, "inner").instructions) == 4


def test_the_only_function_needs_no_name(tmp_path: Path) -> None:
    assert program(tmp_path, ONE).file.endswith(":sum")


def test_code_without_any_name_is_read_whole(tmp_path: Path) -> None:
    found = program(tmp_path, elf("aarch64", [Sec(".text", A64_LOOP)]))
    assert found.file.endswith("x.o:.text") and [one.name for one in regions.loops(found)] == ["loop@+0x0"]


def test_several_functions_are_listed(tmp_path: Path) -> None:
    error = refusal(tmp_path, TWO)
    assert "has 2 functions: leaf, sum" in error.message or "has 2 functions: sum, leaf" in error.message
    assert "--symbol NAME" in error.hint and error.exit_code == 2
    many = elf("aarch64", [Sec(".text", RET * 40)], [Sym(f"f{number:02}", 4 * number, 4) for number in range(40)])
    assert "f11 and 28 more" in refusal(tmp_path, many).message


def test_a_name_that_is_not_there_has_neighbours(tmp_path: Path) -> None:
    error = refusal(tmp_path, TWO, "summ")
    assert "no function 'summ'" in error.message and "did you mean sum?" in error.hint
    assert "--list-symbols" in refusal(tmp_path, TWO, "xyzzy").hint


def test_members_choose_among_equal_names(tmp_path: Path) -> None:
    lib = archive(member(b"a.o/", ONE), member(b"b.o/", TWO), member(b"a.o/", ONE + b"\0"))
    error = refusal(tmp_path, lib, "sum")
    assert "3 functions 'sum': in a.o, b.o, a.o#2" in error.message and "--member" in error.hint
    assert program(tmp_path, lib, "sum", "b.o").file.endswith("x.o(b.o):sum")
    assert program(tmp_path, lib, "sum", "a.o#2").file.endswith("x.o(a.o):sum")
    assert "2 functions 'sum'" in refusal(tmp_path, lib, "sum", "a.o").message
    assert "no member 'c.o'" in refusal(tmp_path, lib, "sum", "c.o").message
    assert "is no archive" in refusal(tmp_path, ONE, "sum", "c.o").message


def test_the_instruction_set_is_the_objects(tmp_path: Path) -> None:
    path = tmp_path / "x.o"
    path.write_bytes(ONE)
    with pytest.raises(CyclesimError, match="holds aarch64 code, not armv7"):
        asm.read_object(str(path), "armv7")


def test_an_archive_of_other_things_is_refused(tmp_path: Path) -> None:
    assert "no ELF object of Arm code" in refusal(tmp_path, archive(member(b"notes/", b"hi"))).message


STRIPPED = elf("aarch64", [Sec(".text", A64_LOOP + RET * 3, address=0x1000)], [], "shared")


def test_code_at_an_address_ends_where_its_flow_does(tmp_path: Path) -> None:
    found = program(tmp_path, STRIPPED, address="0x1000")
    assert len(found.instructions) == 5 and found.file.endswith("x.o:0x1000") and found.notes == ()
    assert [one.name for one in regions.loops(found)] == ["loop@+0x0"]


def test_an_address_with_an_end_takes_all_between(tmp_path: Path) -> None:
    assert len(program(tmp_path, STRIPPED, address="0x1000-0x101c").instructions) == 7


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("0x2000", "no code at 0x2000"),
        ("0x1002", "no a64 instruction starts at 0x1002"),
        ("here", "takes START or START-END"),
        ("0x1010-0x1000", "the end is not behind the start"),
    ],
)
def test_addresses_that_make_no_sense(tmp_path: Path, address: str, words: str) -> None:
    assert words in refusal(tmp_path, STRIPPED, address=address).message


def test_a_symbol_and_an_address_exclude_each_other(tmp_path: Path) -> None:
    assert "exclude each other" in refusal(tmp_path, TWO, "sum", address="0x0").message


def test_an_address_in_a_relocatable_object_is_an_offset_in_its_code(tmp_path: Path) -> None:
    assert texts(program(tmp_path, TWO, address="20")) == ["ret"]
    assert "no code at 0x100" in refusal(tmp_path, TWO, address="0x100").message


def test_a_named_function_at_the_address_has_its_own_bounds(tmp_path: Path) -> None:
    assert program(tmp_path, TWO, address="0").file.endswith("x.o:sum")


def test_bit_0_of_an_address_is_thumb(tmp_path: Path) -> None:
    code = elf("armv7", [Sec(".text", halves(0x2001, 0x4770, 0, 0), address=0x1000)], [], "shared")
    assert texts(program(tmp_path, code, address="0x1001")) == ["movs r0, #1", "bx lr"]


def test_the_flow_follows_branches_both_ways_but_not_calls(tmp_path: Path) -> None:
    # b +8; ret; cbz x0, back to ret; bl far; b back to ret
    code = words(0x14000002, 0xD65F03C0, 0xB4FFFFE0, 0x94000100, 0x17FFFFFD, 0x00000000)
    found = program(tmp_path, elf("aarch64", [Sec(".text", code, address=0x1000)], [], "shared"), address="0x1000")
    assert [re.sub(" .*", "", text) for text in texts(found)] == ["b", "ret", "cbz", "bl", "b"]


@pytest.mark.parametrize(
    ("encoding", "last"),
    [
        (0xE12FFF1E, "bx"),
        (0xE8BD8010, "pop"),
        (0xE1A0F00E, "mov"),
        (0xE59DF000, "ldr"),
        (0xE7F000F0, "udf"),
    ],
)
def test_what_writes_the_program_counter_of_a32_ends_a_path(tmp_path: Path, encoding: int, last: str) -> None:
    code = elf("armv7", [Sec(".text", words(0x112FFF1E, encoding, 0xE320F000), address=0x1000)], [], "shared")
    found = program(tmp_path, code, address="0x1000")
    assert [text.split()[0] for text in texts(found)] == ["bxne", last]


def test_an_indirect_jump_is_noted(tmp_path: Path) -> None:
    code = elf("aarch64", [Sec(".text", words(0xD61F0020, 0xD65F03C0), address=0x1000)], [], "shared")
    found = program(tmp_path, code, address="0x1000")
    assert texts(found) == ["br x1"] and "indirect jumps at 0x1000" in found.notes[0]


def test_a_jump_table_beside_the_code_is_followed(tmp_path: Path) -> None:
    # adr x7, table; ldrh w4, [x7, x4, lsl #1]; sub x7, x7, w4, uxtw; br x7; then two cases and the table
    cases = [0x52800020, 0xD65F03C0, 0x52800040, 0xD65F03C0]
    code = words(0x10000107, 0x786478E4, 0xCB2440E7, 0xD61F00E0, *cases) + halves(16, 8, 16, 0xFFFF)
    found = program(tmp_path, elf("aarch64", [Sec(".text", code, address=0x1000)], [], "shared"), address="0x1000")
    assert texts(found)[4:] == ["mov w0, #1", "ret", "mov w0, #2", "ret"] and found.notes == ()


def test_a_thumb_byte_table_is_followed(tmp_path: Path) -> None:
    # tbb [pc, r0] with distances 1 and 3 (in halfwords), then the cases
    code = halves(0xE8DF, 0xF000, 0x0301, 0x2001, 0x4770, 0x2002, 0x4770)
    found = program(tmp_path, elf("armv7", [Sec(".text", code, address=0x1000)], [], "shared"), address="0x1001")
    assert texts(found) == ["tbb [pc, r0]", "movs r0, #1", "bx lr", "movs r0, #2", "bx lr"]


def test_the_flow_stays_between_named_functions(tmp_path: Path) -> None:
    symbols = [Sym("before", 0x1000, 4), Sym("behind", 0x1010, 4)]
    code = words(0xD65F03C0, 0x54FFFFE0, 0xD503201F, 0xD503201F, 0xD65F03C0)
    found = program(tmp_path, elf("aarch64", [Sec(".text", code, address=0x1000)], symbols, "shared"), address="0x1004")
    assert texts(found) == ["b.eq before", "nop", "nop"]
