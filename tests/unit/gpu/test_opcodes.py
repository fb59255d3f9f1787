"""The table of opcodes, and what it says of instructions."""

from __future__ import annotations

import pytest

from cyclesim.errors import ManyErrors, UnknownInstruction
from cyclesim.gpu import opcodes
from cyclesim.gpu.listing import parse
from cyclesim.gpu.nouns import Instruction
from cyclesim.gpu.opcodes_compile import KINDS, compile_opcodes
from tests.unit.gpu.reading import NAMES, clause, compiled


def slot(text: str) -> Instruction:
    pair = (text, "+NOP t1") if text.startswith("*") else ("*NOP t0", text)
    return parse(clause(*pair), "x").clauses[0].tuples[0][0 if text.startswith("*") else 1]


def test_the_table_has_no_mistake() -> None:
    assert opcodes.check_table() == []


def test_the_table_is_broad() -> None:
    table = opcodes.load()
    units = [unit for unit, _ in table.opcodes]
    assert units.count("FMA") == 56 and units.count("ADD") == 123
    assert {row.kind for row in table.opcodes.values()} == set(KINDS)
    assert all(row.meaning and row.status in ("documented", "unused") for row in table.opcodes.values())


def test_opcodes_of_both_slots() -> None:
    """Of what stands in both slots, all but the numbers of sources is the same."""
    table = opcodes.load()
    both = [name for unit, name in table.opcodes if unit == "FMA" and ("ADD", name) in table.opcodes]
    assert {"FADD", "MOV", "NOP", "FCMP", "MKVEC", "S8_TO_S32"} <= set(both)
    for name in both:
        fma, add = table.opcodes["FMA", name], table.opcodes["ADD", name]
        assert (fma.kind, fma.operations) == (add.kind, add.operations), name


@pytest.mark.parametrize("name", NAMES)
def test_every_instruction_of_compiled_listings(name: str) -> None:
    """Its number of sources is in its row (named immediates aside), its message is the header's."""
    table = opcodes.load()
    for one in compiled(name).clauses:
        for pair in one.tuples:
            for instruction in pair:
                row = table.find(instruction)
                assert row is not None
                operands = [source for source in instruction.sources if source.kind != "immediate"]
                assert len(operands) in row.sources, instruction.text
        message = table.message(one)
        assert (table.message_kind(message) if message else "") == one.header.message


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("*FMA.f32 t0, r0, r1, r2", 2),
        ("*FMA.f32 t0, r0, r1, #0.neg", 1),
        ("*FMA.v2f16 t0, r0, r1, r2", 4),
        ("*FMA_RSCALE.f32 t0, r0, r1, #0.neg, r2", 1),
        ("*FADD.f32 t0, r0, r1", 1),
        ("+FADD.v2f16 t1, r0, r1", 2),
        ("*IDP.v4i8 t0, r0.sext, r1.sext", 8),
        ("+IADD.s32 t1, r0, r1", 0),
        ("*NOP t0", 0),
        ("*FUTURE.f32 t0, r0", 0),
    ],
)
def test_operations(text: str, count: int) -> None:
    assert opcodes.load().operations(slot(text)) == count


@pytest.mark.parametrize(
    ("text", "count"), [("+IADD.s32 t1, r0, r1", 1), ("+IADD.v4s8 t1, r0, r1", 4), ("*FADD.f32 t0, r0, r1", 0)]
)
def test_integer_operations(text: str, count: int) -> None:
    assert opcodes.load().integer_operations(slot(text)) == count


@pytest.mark.parametrize(
    ("text", "reads", "writes"),
    [
        ("+LOAD.i8 t1, r0, r1, @r4", [], [4]),
        ("+LOAD.i96 t1, r0, r1, @r4", [], [4, 5, 6]),
        ("+STORE.i64 t1, r0, r1, @r4", [4, 5], []),
        ("+LD_ATTR_TEX.f32.v4 t1, r0, r1, r2, @r4", [], [4, 5, 6, 7]),
        ("+LD_VAR.f16.v3 t1, r0, r1, @r4", [], [4, 5]),
        ("+LD_ATTR t1, r0, r1, r2, @r4", [], [4]),
        ("+LEA_ATTR_TEX.f32 t1, r0, r1, r2, @r4", [], [4, 5, 6]),
        ("+ST_CVT.v4 t1, r0, r1, r2, @r4", [4, 5, 6, 7], []),
        ("+TEXS_2D.f16 t1, r0, r1, texture_index:0, sampler_index:0, @r4", [], [4, 5]),
        ("+TEXC t1, r0, r1, r2, @r4", [4], [4, 5, 6, 7]),
        ("+ATOM_CX t1, r0, r1, r2, @r4", [4], [4]),
        ("+AXCHG.i64 t1, r0, r1, @r4", [4, 5], [4, 5]),
        ("+ACMPXCHG.i32 t1, r0, r1, @r4", [4, 5], [4]),
        ("+FUTURE.i32 t1, r0, @r4", [4], [4]),
        ("+BARRIER t1", [], []),
    ],
)
def test_staging_registers(text: str, reads: list[int], writes: list[int]) -> None:
    found = opcodes.load().staging(slot(text))
    assert (list(found.reads), list(found.writes)) == (reads, writes)


def test_sixteen_bits() -> None:
    table = opcodes.load()
    assert table.sixteen_bit(slot("*FMA.v2f16 t0, r0, r1, r2")) and table.sixteen_bit(slot("+IADD.v4s8 t1, r0, r1"))
    assert not table.sixteen_bit(slot("*FMA.f32 t0, r0, r1, r2")) and not table.sixteen_bit(slot("+JUMP t1, #0.x"))


def refusals(*slots: str, header: str = "ds(0) eos") -> list[UnknownInstruction]:
    with pytest.raises((UnknownInstruction, ManyErrors)) as caught:
        opcodes.require_known(parse(clause(*slots, header=header), "x.txt"))
    error = caught.value
    return list(error.errors) if isinstance(error, ManyErrors) else [error]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("slots", "header", "message", "hint", "column"),
    [
        (("*FMB.f32 t0, r0", "+NOP t1"), "ds(0) eos", "no opcode FMB in the FMA slot", "did you mean FMA", 6),
        (("*NOP t0", "+IMUL.i32 t1, r0, r1"), "ds(0) eos", "no opcode IMUL in the ADD slot", "of the FMA slot only", 6),
        (("*FMA.f64 t0, r0, r1, r2", "+NOP t1"), "ds(0) eos", "*FMA has no type f64", "types: v2f16, f32", 6),
        (("*FMA t0, r0, r1, r2", "+NOP t1"), "ds(0) eos", "*FMA has no type none", "types: v2f16, f32", 6),
        (("*NOP t0", "+NOP t1"), "ds(0) eos nchp", "no header word `nchp`", "did you mean ncph", 11),
        (("*ZZZZZZ t0", "+NOP t1"), "ds(0) eos", "no opcode ZZZZZZ", "cyclesim isa list --isa bifrost", 6),
    ],
)
def test_unknown_words(slots: tuple[str, str], header: str, message: str, hint: str, column: int) -> None:
    (error,) = refusals(*slots, header=header)
    assert message in error.message and hint in error.hint
    assert error.span is not None and error.span.column == column and error.exit_code == 1


def test_every_unknown_opcode_once() -> None:
    found = refusals("*FMB.f32 t0, r0", "+XX t1", "*FMB.f32 t0, r0", "+NOP t1")
    assert [error.message for error in found] == ["no opcode FMB in the FMA slot", "no opcode XX in the ADD slot"]


HEAD = "source: x\nstatus: documented\ntypes:\n  f32: {lanes: 1, bits: 32}\nopcodes:\n"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("- {unit: MUL, opcode: X, sources: 1, kind: move, meaning: copy}", "unit is FMA or ADD"),
        ("- {unit: FMA, opcode: X, sources: 1, kind: mov, meaning: copy}", "no kind mov"),
        ("- {unit: FMA, opcode: X, sources: 1, meaning: copy}", "missing keys: kind"),
        ("- {unit: FMA, opcode: X, sources: 1, kind: move, meaning: copy, speed: 2}", "unknown keys: speed"),
        ("- {unit: FMA, opcode: X, types: [f64], sources: 1, kind: move, meaning: copy}", "types that the list"),
        (
            "- {unit: ADD, opcode: X, sources: 1, kind: message, staging: 4, meaning: load}",
            "has access when it has staging",
        ),
        ("- just words", "a row is a mapping"),
    ],
)
def test_mistakes_of_the_table(row: str, says: str) -> None:
    good = "- {unit: FMA, opcode: NOP, sources: 0, kind: idle, meaning: empty}\n"
    with pytest.raises(ManyErrors) as caught:
        compile_opcodes(HEAD + good + row + "\n", "t.yaml")
    (error,) = caught.value.errors
    assert says in error.message and error.span is not None and error.span.line == 7


def test_a_doubled_row() -> None:
    row = "- {unit: FMA, opcode: NOP, sources: 0, kind: idle, meaning: empty}\n"
    with pytest.raises(ManyErrors, match="1 errors"):
        compile_opcodes(HEAD + row + row, "t.yaml")


def test_a_table_without_rows() -> None:
    with pytest.raises(ManyErrors) as caught:
        compile_opcodes("status: documented\n", "t.yaml")
    assert "missing keys: types, opcodes" in caught.value.errors[0].message


@pytest.mark.parametrize(
    ("written", "units"),
    [
        ("FMA.f32", ["FMA"]),
        ("fadd", ["FMA", "ADD"]),
        ("+FADD.f32", ["ADD"]),
        ("*fadd.v2f16", ["FMA"]),
        ("FMA.f64", []),
        ("nothing", []),
    ],
)
def test_rows_by_name(written: str, units: list[str]) -> None:
    assert [row.unit for row in opcodes.rows_of(opcodes.load(), written)[0]] == units
