"""Bytes to instructions: the text is capstone's, the operands are ours."""

from __future__ import annotations

import struct
import sys

import pytest

from cyclesim import isa
from cyclesim.asm import objects
from cyclesim.asm.objects import Code, decoding, disassembly
from cyclesim.errors import CyclesimError, InputError
from cyclesim.ir import Immediate, Label, Memory
from tests.unit.asm.objects.elfs import A64_LOOP, TEXT, Sec, Sym, elf, halves, read, words

pytest.importorskip("capstone", reason="capstone is not installed")


def texts(code: Code) -> list[str]:
    return [one.text for one in code.program_instructions()]


def one(isa_name: str, state: str, encoding: bytes, address: int = 0x1000) -> str:
    (found,) = texts(objects.decode_bytes(encoding, address, isa_name, state))
    return found


def test_a_loop_has_addresses_encodings_and_a_target() -> None:
    code = objects.decode_bytes(A64_LOOP, 0x4000, "aarch64", "a64", "sum", {0x4000: "sum"})
    assert texts(code) == ["ldr q0, [x0], #0x10", "fadd v1.4s, v1.4s, v0.4s", "subs x1, x1, #4", "b.ne sum", "ret"]
    assert [(one.address, one.size, one.encoding) for one in code.instructions][:2] == [
        (0x4000, 4, A64_LOOP[:4]),
        (0x4004, 4, A64_LOOP[4:8]),
    ]
    branch = code.instructions[3]
    assert branch.target == 0x4000 and branch.instruction.operands == (Label("sum", 0),)
    assert [one.target for one in code.instructions if one is not branch] == [None] * 4
    assert (code.index[0x400C], code.labels, code.undecoded) == (3, {"sum": 0}, 0)


def test_places_are_distances_from_the_name() -> None:
    code = objects.decode_bytes(A64_LOOP, 0x4000, "aarch64", "a64", "lib.a(m.o):sum")
    assert [str(one.span) for one in code.program_instructions()][:2] == ["lib.a(m.o):sum+0x0", "lib.a(m.o):sum+0x4"]


def test_it_blocks_carry_conditions() -> None:
    # itete ne; addne; addeq; movne; vmoveq.f32
    code = objects.decode_bytes(halves(0xBF15, 0x1840, 0x3001, 0x4608, 0xEEB0, 0x0A60), 0, "armv7", "thumb")
    assert texts(code) == ["itete ne", "addne r0, r0, r1", "addeq r0, #1", "movne r0, r1", "vmoveq.f32 s0, s1"]
    assert [one.size for one in code.instructions] == [2, 2, 2, 2, 4]


def test_literals_are_left_out_and_literal_loads_name_their_address() -> None:
    # ldr r0, [pc, #4]; bx lr; then a literal that would be an instruction
    contents = words(0xE59F0000, 0xE12FFF1E, 0xE3A00000)
    symbols = [Sym("f", 0, 12), Sym("$a", 0, 0, 0, 0), Sym("$d", 8, 0, 0, 0)]
    file = read(elf("armv7", [Sec(".text", contents)], symbols))
    code = objects.decode(file, file.sections[TEXT])
    assert texts(code) == ["ldr r0, 0x8", "bx lr"]
    assert code.instructions[0].target == 8
    assert isinstance(code.instructions[0].instruction.operands[1], Label)


@pytest.mark.parametrize(
    ("state", "encoding", "text", "target"),
    [
        ("thumb", halves(0x4801), "ldr r0, 0x1008", 0x1008),
        ("thumb", halves(0xBF00, 0x4801), "ldr r0, 0x1008", 0x1008),
        ("thumb", halves(0xA002), "adr r0, 0x100c", 0x100C),
        ("arm", words(0xE28F1024), "adr r1, 0x102c", 0x102C),
        ("arm", words(0xE24F0008), "adr r0, +0x0", 0x1000),
        ("arm", words(0xED9F0B02), "vldr d0, 0x1010", 0x1010),
        ("arm", words(0xE51F0004), "ldr r0, 0x1004", 0x1004),
        ("arm", words(0xEB000000), "bl 0x1008", 0x1008),
        ("arm", words(0xFA000000), "blx 0x1008", 0x1008),
        ("thumb", halves(0xB110), "cbz r0, 0x1008", 0x1008),
        ("a64", words(0x58000040), "ldr x0, 0x1008", 0x1008),
        ("a64", words(0x10000040), "adr x0, 0x1008", 0x1008),
        ("a64", words(0x90000000), "adrp x0, +0x0", 0x1000),
        ("a64", words(0x36080040), "tbz w0, #1, 0x1008", 0x1008),
        ("a64", words(0x34000040), "cbz w0, 0x1008", 0x1008),
        ("a64", words(0xD8000040), "prfm pldl1keep, 0x1008", 0x1008),
    ],
)
def test_pc_relative_operands_are_addresses(state: str, encoding: bytes, text: str, target: int) -> None:
    code = objects.decode_bytes(encoding, 0x1000, "aarch64" if state == "a64" else "armv7", state)
    last = code.instructions[-1]
    assert (last.instruction.text, last.target) == (text, target)


def test_an_address_that_is_computed_stays_one() -> None:
    code = objects.decode_bytes(words(0xE79F0101), 0, "armv7", "arm")
    (found,) = code.instructions
    assert found.target is None and isinstance(found.instruction.operands[1], Memory)
    post = objects.decode_bytes(words(0xF84307FE), 0, "aarch64", "a64").instructions[0]
    assert post.target is None and isinstance(post.instruction.operands[1], Memory)


@pytest.mark.parametrize(
    ("state", "encoding", "text"),
    [
        ("arm", words(0xF42002DD), "vld1.64 {d0, d1, d2, d3}, [r0:64]!"),
        ("arm", words(0xF4A1083F), "vld1.32 {d0[0]}, [r1:32]"),
        ("thumb", halves(0xEE06, 0x3B10), "vmov.32 d6[0], r3"),
        ("thumb", halves(0xEE35, 0x2B10), "vmov.32 r2, d5[1]"),
        ("arm", words(0xEE070F9A), "mcr p15, #0, r0, c7, c10, #4"),
        ("arm", words(0xEEF1FA10), "vmrs apsr_nzcv, fpscr"),
    ],
)
def test_spellings_are_ours(state: str, encoding: bytes, text: str) -> None:
    assert one("armv7", state, encoding).lower() == text


def test_decoded_code_resolves() -> None:
    tables = isa.load("armv7")
    for encoding in (0xF42002DD, 0xF4A1083F, 0xEE070F9A, 0xEEF1FA10, 0xE8BD8010, 0xF2200C44):
        (found,) = objects.decode_bytes(words(encoding), 0, "armv7", "arm").program_instructions()
        assert tables.resolve(found).form.text


def test_what_is_no_encoding_is_opaque_and_counted() -> None:
    code = objects.decode_bytes(words(0xFFFFFFFF, 0xD65F03C0), 0, "aarch64", "a64")
    assert code.undecoded == 1 and texts(code) == [".inst 0xffffffff", "ret"]
    opaque = code.instructions[0].instruction
    assert opaque.mnemonic == decoding.OPAQUE and opaque.operands == (Immediate("0xffffffff", 0xFFFFFFFF),)
    with pytest.raises(CyclesimError, match="unknown instruction"):
        isa.load("aarch64").resolve(opaque)


def test_bytes_that_are_no_whole_instruction_stay_bytes() -> None:
    code = objects.decode_bytes(words(0xD65F03C0) + b"\x01\x02", 0, "aarch64", "a64")
    assert [one.size for one in code.instructions] == [4, 2]
    thumb = objects.decode_bytes(halves(0xBF00, 0xF000), 0, "armv7", "thumb")
    assert [(one.size, one.instruction.mnemonic) for one in thumb.instructions] == [(2, "nop"), (2, ".inst")]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [(0x2518E3E0, "SVE"), (0x0420E3E0, "SVE"), (0x05204000, "SVE"), (0xD503477F, "SME"), (0xC00800FF, "SME")],
)
def test_scalable_code_is_refused_by_name(encoding: int, name: str) -> None:
    (found,) = objects.decode_bytes(words(encoding), 0, "aarch64", "a64").program_instructions()
    if found.mnemonic == decoding.OPAQUE:
        pytest.skip("this capstone does not know the encoding")
    with pytest.raises(CyclesimError, match=f"instruction of {name}"):
        isa.load("aarch64").resolve(found)


def test_a_relocated_call_names_its_symbol() -> None:
    table = struct.pack("<QQq", 0, 2 << 32 | 283, 0) + struct.pack("<QQq", 4, 1 << 32 | 282, 0)
    sections = [Sec(".text", words(0x94000000, 0x14000000)), Sec(".rela.text", table, 4, 0, 0, "symtab", TEXT)]
    file = read(elf("aarch64", sections, [Sym("f", 0, 8), Sym("memcpy", section=0)]))
    call, jump = objects.decode(file, file.sections[TEXT]).instructions
    assert (call.instruction.text, call.target) == ("bl memcpy", None)
    assert (jump.instruction.text, jump.target, jump.instruction.operands) == ("b f", 0, (Label("f", 0),))


def test_a_rel_call_inside_the_section_has_its_address() -> None:
    table = struct.pack("<II", 4, 1 << 8 | 28)
    sections = [Sec(".text", words(0xE320F000, 0xEBFFFFFE)), Sec(".rel.text", table, 9, 0, 0, "symtab", TEXT)]
    file = read(elf("armv7", sections, [Sym("f", 0, 8)]))
    assert objects.decode(file, file.sections[TEXT]).instructions[1].target == 0


def test_a_missing_capstone_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "capstone", None)
    with pytest.raises(InputError) as caught:
        list(disassembly.lines(A64_LOOP, 0, "a64"))
    assert "needs capstone" in caught.value.message and caught.value.hint == "pip install cyclesim[objects]"


def test_a_decoder_forgets_when_it_knows_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_KNOWN", 3)
    decoder = decoding.Decoder("aarch64")
    for number in range(10):
        assert decoder.spelled("add", f"x{number}, x1, x2").text == f"add x{number}, x1, x2"
    assert len(decoder._known) <= 3
