"""Every rule of a listing, by a listing that breaks it and one that just doesn't."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cyclesim.gpu import validity
from cyclesim.gpu.listing import parse
from tests.unit.gpu.reading import SMALL, clause, compiled, text_of

NOP = ("*NOP t0", "+NOP t1")
ADD3 = ("*FMA.f32 r3:t0, r0, r1, r2", "+NOP t1")


def broken(text: str) -> list[tuple[str, str]]:
    """Rule and message of every violation but those of addresses, which small texts don't mind."""
    return [(one.rule, one.message) for one in validity.check(parse(text, "x.txt")) if one.rule != "addresses"]


def rules(text: str) -> set[str]:
    return {rule for rule, _ in broken(text)}


def load_clause(*slots: str, message: str = "load") -> str:
    return clause(*slots, header=f"ds(0) eos {message}")


LOAD = ("*NOP t0", "+LOAD.i64 t1, r0, r1, @r4")
PAIR_A = ("*FMA.f32 t0, r0, 0x3f000000 /* 0.5 */, 0x3e000000 /* 0.125 */", "+NOP t1")


OVERWRITTEN = clause("*NOP t0", "+STORE.i64 t1, r0, r1, @r4", header="ds(0) nbb store next_barrier") + clause(
    "*NOP t0", "+MOV.i32 r5:t1, r0", label="clause_1"
)


def literals(*numbers: int) -> list[str]:
    """Tuples with two constants each, all different."""
    slots: list[str] = []
    for number in numbers:
        one, two = 0x3F000001 + 2 * number, 0x3F000002 + 2 * number
        slots += [f"*FMA.f32 t0, r0, 0x{one:08x} /* 0.5 */, 0x{two:08x} /* 0.5 */", "+NOP t1"]
    return slots


CASES = [
    ("clause-size", clause(*NOP * 9), clause(*NOP * 8)),
    ("one-message", load_clause(*LOAD, "*NOP t0", "+LOAD.i32 t1, r0, r1, @r6"), load_clause(*LOAD)),
    ("message-in-header", clause(*LOAD), load_clause(*LOAD)),
    ("message-in-header", load_clause(*NOP), clause(*NOP)),
    ("message-in-header", load_clause(*LOAD, message="store"), load_clause(*LOAD)),
    (
        "message-in-header",
        load_clause("*NOP t0", "+LOAD.i64.ubo t1, r0, r1, @r4"),
        load_clause("*NOP t0", "+LOAD.i64.ubo t1, r0, r1, @r4", message="attr"),
    ),
    (
        "staging-untouched",
        load_clause(*LOAD, "*NOP t0", "+MOV.i32 t1, r5"),
        load_clause(*LOAD, "*NOP t0", "+MOV.i32 t1, r6"),
    ),
    (
        "staging-untouched",
        load_clause(*LOAD, "*NOP t0", "+MOV.i32 r4:t1, r6"),
        load_clause(*LOAD, "*NOP t0", "+MOV.i32 r7:t1, r6"),
    ),
    (
        "staging-untouched",
        load_clause("*MOV.i32 r5:t0, r1", "+STORE.i64 t1, r0, r1, @r4", message="store"),
        load_clause("*MOV.i32 r5:t0, r1", "+NOP t1", "*NOP t0", "+STORE.i64 t1, r0, r1, @r4", message="store"),
    ),
    ("branch-at-end", clause("*NOP t0", "+JUMP t1, #0.x", *NOP), clause(*NOP, "*NOP t0", "+JUMP t1, #0.x")),
    (
        "register-reads",
        clause("*FMA.f32 t0, r0, r1, r2", "+MOV.i32 t1, r3"),
        clause("*FMA.f32 t0, r0, r1, r2", "+MOV.i32 t1, r2"),
    ),
    (
        "register-ports",
        clause("*MOV.i32 r5:t0, r0", "+MOV.i32 r6:t1, r0", *ADD3),
        clause("*MOV.i32 r5:t0, r0", "+MOV.i32 t1, r0", "*FMA.f32 t0, r0, r1, r2", "+NOP t1"),
    ),
    (
        "last-tuple-writes",
        clause(*NOP, "*MOV.i32 r5:t0, r0", "+MOV.i32 r6:t1, r0"),
        clause("*MOV.i32 r5:t0, r0", "+MOV.i32 r6:t1, r0", *NOP),
    ),
    (
        "temporaries-exist",
        clause("*MOV.i32 t0, t1", "+NOP t1"),
        clause("*NOP t0", "+MOV.i32 t1, r0", "*MOV.i32 t0, t1", "+NOP t1"),
    ),
    (
        "temporaries-exist",
        clause(*NOP, "*MOV.i32 t0, t0", "+NOP t1"),
        clause("*MOV.i32 t0, r0", "+NOP t1", "*MOV.i32 t0, t0", "+NOP t1"),
    ),
    (
        "temporaries-exist",
        load_clause(*LOAD, "*NOP t0", "+MOV.i32 t1, t1"),
        load_clause(*LOAD, "*NOP t0", "+MOV.i32 t1, r9"),
    ),
    ("temporaries-exist", clause("*NOP t0", "+MOV.i32 t1, t"), clause("*MOV.i32 t0, r0", "+MOV.i32 t1, t")),
    (
        "value-of-previous-tuple",
        clause("*MOV.i32 r1:t0, r0", "+NOP t1", "*MOV.i32 t0, r1", "+NOP t1"),
        clause("*MOV.i32 r1:t0, r0", "+NOP t1", *NOP, "*MOV.i32 t0, r1", "+NOP t1"),
    ),
    (
        "constant-port",
        clause("*FMA.f32 t0, u0.w0, u1.w0, #0", "+NOP t1"),
        clause("*FMA.f32 t0, u0.w0, u0.w1, #0", "+NOP t1"),
    ),
    (
        "constant-port",
        clause("*FMA.f32 t0, u0.w0, 0x3f000000 /* 0.5 */, #0", "+NOP t1"),
        clause("*FMA.f32 t0, r0, 0x3f000000 /* 0.5 */, #0", "+NOP t1"),
    ),
    (
        "constant-port",
        clause("*MOV.i32 t0, 0x3f000000 /* 0.5 */", "+MOV.i32 t1, #0.x"),
        clause("*MOV.i32 t0, 0x3f000000 /* 0.5 */", "+MOV.i32 t1, 0x00000000 /* 0.0 */"),
    ),
    (
        "constant-port",
        clause("*MOV.i32 t0, lane_id.x", "+MOV.i32 t1, core_id.x"),
        clause("*MOV.i32 t0, lane_id.x", "+NOP t1"),
    ),
    (
        "constant-port",
        clause("*FMA.f32 t0, 0x3f000000 /* 0.5 */, 0x3f000001 /* 0.5 */, 0x3f000002 /* 0.5 */", "+NOP t1"),
        clause(*PAIR_A),
    ),
    ("constants-of-clause", clause(*literals(*range(7))), clause(*literals(*range(6)))),
    ("constants-of-clause", clause(*literals(*range(6)), *NOP * 2), clause(*literals(*range(5)), *NOP * 3)),
    ("one-end", SMALL.replace("ds(0) nbb load ncph next_store dwb(0)", "ds(0) eos load next_store"), SMALL),
    (
        "runs-off-the-end",
        clause("*NOP t0", "+JUMP t1, #0.x") + clause(*NOP, header="ds(0) nbb", label="clause_1"),
        clause("*NOP t0", "+JUMP t1, #0.x"),
    ),
    (
        "unreachable-clauses",
        clause("*NOP t0", "+JUMP t1, clause_3", header="ds(0) nbb")
        + clause(*NOP, header="ds(0) nbb", label="clause_2")
        + clause(*NOP, label="clause_3"),
        clause("*NOP t0", "+BRANCHZ.i16.eq t1, r0.h0, clause_3", header="ds(0) nbb")
        + clause(*NOP, header="ds(0) nbb", label="clause_2")
        + clause(*NOP, label="clause_3"),
    ),
    ("next-message", SMALL.replace("next_store", "next_load"), SMALL),
    ("pending-messages", SMALL.replace(" dwb(0)", ""), SMALL),
    ("pending-messages", SMALL.replace("dwb(0)", "dwb(1)"), SMALL.replace("dwb(0)", "dwb(0, 1)")),
    ("pending-messages", OVERWRITTEN, OVERWRITTEN.replace("ds(0) nbb store", "ds(0) osrb nbb store")),
    ("pending-messages", OVERWRITTEN, OVERWRITTEN.replace("next_barrier", "dwb(0)")),
    ("recount", text_of("copy_vec4").replace("9 tuples", "10 tuples"), text_of("copy_vec4")),
]


@pytest.mark.parametrize(("rule", "wrong", "right"), CASES)
def test_rules(rule: str, wrong: str, right: str) -> None:
    assert rule in rules(wrong)
    assert rule not in rules(right)


def test_every_rule_is_tested_and_documented() -> None:
    named = {rule.__name__.replace("_", "-") for rule in (*validity.CLAUSE_RULES, *validity.LISTING_RULES)}
    assert {rule for rule, _, _ in CASES} == named - {"addresses"}
    for rule, reason in (*validity.CLAUSE_RULES.items(), *validity.LISTING_RULES.items()):
        assert re.search(r"\((.*\.(c|h|xml)|checked|the formats of)", rule.__doc__ or "", re.DOTALL), rule
        assert reason and not reason.endswith(".")


def test_addresses() -> None:
    text = text_of("softmax_row")
    assert not [one for one in validity.check(compiled("softmax_row")) if one.rule == "addresses"]
    start, end = text.index("clause_16:"), text.index("clause_19:")
    gap = validity.check(parse(text[:start] + text[end:], "x"))
    assert [one.message for one in gap if one.rule == "addresses"] == [
        "clause_19 follows clause_11, whose size puts clause_16 here"
    ]


def test_violations_come_in_the_order_of_the_source() -> None:
    text = clause("*MOV.i32 t0, t1", "+MOV.i32 t1, t0", "*FMA.f32 t0, r0, r1, r2", "+MOV.i32 t1, r3")
    found = validity.check(parse(text, "x"))
    assert [(one.span.line, one.rule) for one in found] == [
        (4, "temporaries-exist"),
        (5, "temporaries-exist"),
        (6, "register-reads"),
    ]
    assert found[0].span.column == 18 and found[0].span.length == 2


def test_the_reference_lists_every_rule() -> None:
    reference = Path(__file__).resolve().parents[3] / "docs" / "reference" / "bifrost-listings.md"
    table = reference.read_text(encoding="utf-8").partition("\n## Rules")[2].partition("\n## ")[0]
    named = {rule.__name__.replace("_", "-") for rule in (*validity.CLAUSE_RULES, *validity.LISTING_RULES)}
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == named
