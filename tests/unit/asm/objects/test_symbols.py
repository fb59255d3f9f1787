"""Which bytes are code, in which state, and what they are called."""

from __future__ import annotations

from cyclesim.asm import objects
from cyclesim.asm.objects import Range
from tests.unit.asm.objects.elfs import DATA, Sec, Sym, elf, halves, read, words

NOPS = words(*[0xE320F000] * 8)


def mark(name: str, value: int) -> Sym:
    return Sym(name, value, 0, 0, 0)


def cut(
    isa: str, *symbols: Sym, kind: str = "relocatable", entry: int = 0, address: int = 0
) -> list[tuple[int, int, str]]:
    file = read(elf(isa, [Sec(".text", NOPS, address=address)], symbols, kind, entry))
    return [tuple(one) for one in objects.ranges(file, file.sections[1])]  # type: ignore[misc]


def test_mapping_symbols_cut_a_section_into_states_and_literals() -> None:
    marks = [mark("$a", 0), mark("$d", 8), mark("$t.7", 16), mark("$t", 20), mark("$anything", 4)]
    assert cut("armv7", *marks) == [(0, 8, "arm"), (8, 16, "data"), (16, 32, "thumb")]
    assert cut("aarch64", mark("$x", 0), mark("$d.realdata", 28)) == [(0, 28, "a64"), (28, 32, "data")]


def test_without_mapping_symbols_functions_tell_the_state() -> None:
    assert cut("armv7", Sym("f", 0, 8), Sym("g", 9, 8)) == [(0, 8, "arm"), (8, 32, "thumb")]
    assert cut("armv7", Sym("g", 9, 8)) == [(0, 32, "thumb")]


def test_without_any_symbol_the_entry_tells_the_state() -> None:
    assert cut("armv7") == [(0, 32, "arm")]
    assert cut("armv7", kind="executable", entry=0x1001, address=0x1000) == [(0, 32, "thumb")]
    assert cut("aarch64") == [(0, 32, "a64")]


def test_build_attributes_of_a_microcontroller_mean_thumb() -> None:
    body = b"\x05Cortex-M4\0" + b"\x06\x0d" + b"\x07M"
    attributes = b"A" + words(15 + len(body)) + b"aeabi\0" + b"\x01" + words(5 + len(body)) + body
    file = read(elf("armv7", [Sec(".text", NOPS), Sec(".ARM.attributes", attributes, 0x70000003, 0)]))
    assert objects.ranges(file, file.sections[1]) == (Range(0, 32, "thumb"),)
    broken = read(
        elf("armv7", [Sec(".text", NOPS), Sec(".ARM.attributes", attributes[:18] + b"\xff\x05", 0x70000003, 0)])
    )
    assert objects.ranges(broken, broken.sections[1]) == (Range(0, 32, "arm"),)


def test_functions_end_at_their_size_or_where_the_next_begins() -> None:
    symbols = [Sym("sized", 0, 8), Sym("open", 12, 0), Sym("exported", 20, 0, kind=0), mark("local", 24), mark("$a", 0)]
    file = read(elf("armv7", [Sec(".text", NOPS)], symbols))
    found = objects.functions(file)
    assert [(one.name, one.start, one.end, one.stated, one.state) for one in found] == [
        ("sized", 0, 8, True, "arm"),
        ("open", 12, 20, False, "arm"),
        ("exported", 20, 32, False, "arm"),
    ]
    assert found[0].title == "x.o:sized"


def test_names_of_one_place_are_all_listed_and_data_is_no_function() -> None:
    symbols = [
        Sym("f", 0, 8),
        Sym("alias", 0, 8),
        Sym("in_literals", 16, 4, kind=0),
        Sym("table", 0, 4, 1, 1, 2),
        mark("$a", 0),
        mark("$d", 16),
    ]
    file = read(elf("armv7", [Sec(".text", NOPS), Sec(".data", NOPS, flags=DATA)], symbols))
    assert [one.name for one in objects.functions(file)] == ["alias", "f"]


def test_values_beyond_the_section_are_ignored() -> None:
    file = read(
        elf("armv7", [Sec(".text", NOPS)], [Sym("far", 1 << 20, 8), Sym("long", 28, 1 << 20), mark("$d", 1 << 20)])
    )
    assert [(one.name, one.start, one.end) for one in objects.functions(file)] == [("long", 28, 32)]


def test_symbols_of_a_shared_object_are_addresses() -> None:
    text = Sec(".text", halves(*[0xBF00] * 8), address=0x1000)
    file = read(elf("armv7", [text], [Sym("f", 0x1005, 4)], "shared"))
    (found,) = objects.functions(file)
    assert (found.start, found.end, found.address, found.state) == (4, 8, 0x1004, "thumb")
