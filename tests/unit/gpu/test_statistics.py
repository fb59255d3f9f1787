"""The compiler's statistics, counted again."""

from __future__ import annotations

import itertools

import pytest

from cyclesim.gpu import statistics
from cyclesim.gpu.listing import parse
from tests.unit.gpu.reading import NAMES, SMALL, STATISTICS, clause, compiled


@pytest.mark.parametrize("name", NAMES)
def test_recount_is_exact(name: str) -> None:
    """Every figure, under its key, in order; the line in the text says the same."""
    counted = statistics.count(compiled(name))
    assert list(counted) == list(STATISTICS[name]) == list(statistics.KEYS)
    assert counted == STATISTICS[name]
    assert statistics.differences(counted, compiled(name).stated) == []


@pytest.mark.parametrize("name", NAMES)
def test_clause_sizes_give_the_labels(name: str) -> None:
    """The distance of two labels is the size of the clause before: tuples and packed constants."""
    clauses = compiled(name).clauses
    for before, after in itertools.pairwise(clauses):
        assert statistics.quadwords(before) == after.number - before.number, before.label


def test_differences_name_what_disagrees() -> None:
    counted = statistics.count(compiled("copy_vec4"))
    stated = {**counted, "tuples": 10, "arith": counted["arith"] + 1e-7}
    assert statistics.differences(counted, stated) == [("tuples", 9, 10)]


def test_a_small_listing() -> None:
    counted = statistics.count(parse(SMALL, "x"))
    assert counted["inst"] == 5 and counted["tuples"] == 5 and counted["clauses"] == 2
    assert counted["ldst"] == 2 and counted["cycles"] == 2
    assert counted["arith"] == round(3 / 24, 6)
    assert counted["quadwords"] == 3 + 8


@pytest.mark.parametrize(
    ("message", "slot", "figure", "value"),
    [
        ("attr", "+LD_ATTR_TEX.f32.v4 t1, r0, #0.x, #0.x, @r4", "ldst", 1),
        ("atomic", "+AXCHG.i32 t1, r0, r1, @r4", "ldst", 1),
        ("barrier", "+BARRIER t1", "ldst", 0),
        ("tex", "+TEXS_2D.f32 t1, r0, r1, texture_index:0, sampler_index:0, @r4", "texture", 0.5),
        ("vary", "+LD_VAR_IMM.f32.v2.store.center t1, r61, index:0, @r4", "vary", 4 / 16),
        ("vary", "+LD_VAR_IMM.f16.v2.store.center t1, r61, index:0, @r4", "vary", 2 / 16),
    ],
)
def test_units_of_messages(message: str, slot: str, figure: str, value: float) -> None:
    counted = statistics.count(parse(clause("*NOP t0", slot, header=f"ds(0) eos {message}"), "x"))
    assert counted[figure] == value and counted["arith"] == 0


@pytest.mark.parametrize(
    ("slot", "full"),
    [("+MOV.i32 r15:t1, r48", True), ("+MOV.i32 r16:t1, r0", False), ("+MOV.i32 r0:t1, r47", False)],
)
def test_occupancy_by_registers(slot: str, full: bool) -> None:
    assert statistics.full_occupancy(parse(clause("*NOP t0", slot), "x")) is full


def test_occupancy_by_staging_registers() -> None:
    text = clause("*NOP t0", "+LOAD.i128 t1, r0, r1, @r13", header="ds(0) eos load")
    assert statistics.work_registers(parse(text, "x")) == {0, 1, 13, 14, 15, 16}
    assert not statistics.full_occupancy(parse(text, "x"))


def test_sixteen_bit_share() -> None:
    text = clause("*FMA.v2f16 t0, r0, r1, r2", "+FADD.f32 t1, r0, r1", "*MOV.i32 t0, r0", "+NOP t1")
    assert statistics.sixteen_bit_share(parse(text, "x")) == 0.5
    assert statistics.sixteen_bit_share(compiled("empty")) == 0


def test_equal_constants_are_shared() -> None:
    pair = ("*FMA.f32 t0, r0, 0x3f000000 /* 0.5 */, 0x3f800000 /* 1.0 */", "+NOP t1")
    single = ("*FMA.f32 t0, r0, 0x3f800000 /* 1.0 */, #0.neg", "+NOP t1")
    other = ("*FMA.f32 t0, r0, 0x40000000 /* 2.0 */, #0.neg", "+NOP t1")
    counts = {}
    for name, tuples in {"shared": pair + single, "two": pair + other, "joined": single + other}.items():
        counts[name] = statistics.constant_pairs(parse(clause(*tuples), "x").clauses[0])
    assert counts == {"shared": 1, "two": 2, "joined": 1}
