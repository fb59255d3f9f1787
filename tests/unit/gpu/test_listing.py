"""Reading of Bifrost listings: every part of them, and every way to be broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim.errors import CyclesimError
from cyclesim.gpu import control_flow, opcodes, statistics, validity
from cyclesim.gpu.listing import is_listing, parse
from cyclesim.gpu.nouns import Operand
from tests.unit.gpu.reading import NAMES, SMALL, clause, compiled, faults, text_of


def operand(written: str, unit: str = "ADD") -> Operand:
    """One source operand of an FMA or an ADD slot."""
    slots = (f"*MOV.i32 t0, {written}", "+NOP t1") if unit == "FMA" else ("*MOV.i32 t0, r0", f"+MOV.i32 t1, {written}")
    if "clause_" in written:
        slots = ("*NOP t0", f"+JUMP t1, {written}")
    pair = parse(clause(*slots), "x").clauses[0].tuples[0]
    return pair[0 if unit == "FMA" else 1].sources[0]


@pytest.mark.parametrize(
    ("written", "kind", "number", "word", "name", "modifiers"),
    [
        ("r63", "register", 63, 0, "", ()),
        ("r5.h0", "register", 5, 0, "", ("h0",)),
        ("t0.neg.abs", "temporary", 0, 0, "", ("neg", "abs")),
        ("t1", "temporary", 1, 0, "", ()),
        ("t.h1", "same", 0, 0, "", ("h1",)),
        ("#0.x", "zero", 0, 0, "x", ()),
        ("#0.y.neg", "zero", 0, 1, "y", ("neg",)),
        ("#0.neg", "zero", 0, 0, "", ("neg",)),
        ("u12.w1", "uniform", 12, 1, "", ()),
        ("lane_id.x", "special", 0, 0, "lane_id", ()),
        ("blend_descriptor_3.y", "special", 0, 1, "blend_descriptor_3", ()),
        ("framebuffer_size.y.h1", "special", 0, 1, "framebuffer_size", ("h1",)),
        ("0xffffffff /* -nan */", "literal", 0xFFFFFFFF, 0, "", ()),
        ("0x00004600 /* 0.000000 */.h00", "literal", 0x4600, 0, "", ("h00",)),
        ("clause_0", "label", 0, 0, "", ()),
        ("clause_0 >> 32", "label", 0, 1, "", ()),
        ("clause_0 /* " + 3 * "X" + ": likely an infinite loop */", "label", 0, 0, "", ()),
        ("texture_index:7", "immediate", 7, 0, "texture_index", ()),
    ],
)
def test_operands(written: str, kind: str, number: int, word: int, name: str, modifiers: tuple[str, ...]) -> None:
    found = operand(written)
    assert found[:6] == (kind, written, number, word, name, modifiers)


@pytest.mark.parametrize("written", ["u1.w0", "lane_id.x", "0x00000001 /* 0.0 */", "clause_0", "#0.x"])
def test_operands_of_the_constant_port(written: str) -> None:
    assert operand(written).constant_port


@pytest.mark.parametrize("written", ["r1", "t", "t1", "#0.neg"])
def test_other_operands(written: str) -> None:
    assert not operand(written).constant_port


def test_parts_of_a_listing() -> None:
    listing = parse(SMALL, "small.txt")
    load, store = listing.clauses
    assert (load.number, load.label, listing.places) == (0, "clause_0", {0: 0, 3: 1})
    head = load.header
    assert (head.slot, head.flow, head.message, head.next_message, head.waits) == (0, "nbb", "load", "store", (0,))
    assert (head.prefetch, head.staging_barrier, head.terminate, head.ends) == (True, False, False, False)
    assert store.header.ends and store.header.message == "store"
    shift, nop = load.tuples[0]
    assert (shift.unit, shift.name, shift.destination.register) == ("FMA", "LSHIFT_OR.i32", 0)
    assert shift.text == "LSHIFT_OR.i32 r0:t0, r60, #0, 0x00000004 /* 0.000000 */"
    assert nop.idle and nop.unit == "ADD"
    assert [source.column for source in shift.sources] == [27, 32, 36]
    assert load.last.staging == 4 and load.last.modifiers == ("i128",)
    multiply = store.tuples[0].fma
    assert multiply.modifiers == ("f32", "clamp_0_1")
    assert (multiply.destination.register, multiply.destination.half) == (0, "h1")
    assert [source.modifiers for source in multiply.sources] == [("neg",), ("abs",), ("neg",)]
    assert listing.stated == {} and not listing.verbose


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("ds(6) nbb br_pc", "reconverge", "br_pc"),
        ("ds(6) we r_uncond", "flow", "we"),
        ("ds(6) bb", "slot", 6),
        ("ds(0u) nbb", "slot", 0),
        ("ds(0) osrb nbb", "staging_barrier", True),
        (
            "ds(0) nbb inf_suppress nan_suppress ftz_hsa fpe_psqr",
            "modes",
            ("inf_suppress", "nan_suppress", "ftz_hsa", "fpe_psqr"),
        ),
        ("ds(0) nbb z_stencil", "message", "z_stencil"),
        ("ds(0) nbb 64 next_64", "next_message", "64"),
        ("ds(0) nbb td", "terminate", True),
        ("ds(0) nbb dwb(0, 1, 7)", "waits", (0, 1, 7)),
        ("ds(0) nbb later_word", "unknown", ("later_word",)),
    ],
)
def test_headers(words: str, field: str, value: object) -> None:
    text = clause("*NOP t0", "+NOP t1", header=words) + "\n" + clause("*NOP t0", "+NOP t1", label="clause_1")
    assert getattr(parse(text, "x").clauses[0].header, field) == value


@pytest.mark.parametrize("name", NAMES)
def test_compiled_listings(name: str) -> None:
    """All of them are read, known, valid, and followed from the first clause to the end."""
    listing = compiled(name)
    assert opcodes.unknown(listing) == []
    assert validity.check(listing) == ()
    assert control_flow.reachable(listing) == set(listing.places)
    assert listing.stated.keys() == set(statistics.KEYS)


def test_twenty_four_listings() -> None:
    assert len(NAMES) == 24


def verbose_form(text: str) -> str:
    """A plain listing with the comments that the disassembler adds when it is verbose."""
    lines = []
    for line in text.splitlines():
        if line.startswith("ds("):
            lines += ["# 0003b3c1 a4f2c5c1 80000000 00000028 ", "# tag: 0x28", "# header: 000040008000"]
        if line.startswith("    *"):
            lines += ["    # regs: 0000000420001f00", "    # slot 0: r1 slot 1: r60 slot 3: r0 (write FMA) fau 40 "]
        lines.append(line)
        if line == "}":
            lines += ["# const0: 00000004", "# const1: 00000000"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ["sgemm_4x4", "texture_blur", "histogram_shared"])
def test_the_verbose_form_reads_the_same(name: str) -> None:
    plain, verbose = compiled(name), parse(verbose_form(text_of(name)), f"{name}.txt")
    assert verbose.verbose and not plain.verbose
    assert statistics.count(verbose) == statistics.count(plain)
    assert [slot.text for one in verbose.clauses for pair in one.tuples for slot in pair] == [
        slot.text for one in plain.clauses for pair in one.tuples for slot in pair
    ]


def test_surroundings_are_left_out() -> None:
    """A compiler's log has the shader's source before the listing, and statistics of an older form behind it."""
    log = "void main() {\n  a = b\n    * c;\n}\n\n" + SMALL
    log += "\nshader7799 - MESA_SHADER_COMPUTE shader: 0 inst, 0 bundles, 0 quadwords, 0 registers, 4 threads\n"
    listing = parse(log, "log.txt")
    assert len(listing.clauses) == 2 and listing.stated == {}


def test_a_shader_without_clauses() -> None:
    listing = compiled("empty")
    assert listing.clauses == ()
    assert listing.stated["clauses"] == 0


def test_detection() -> None:
    assert is_listing(SMALL) and is_listing(text_of("empty"))
    assert not is_listing("        vmla.f32 q0, q1, q2\n") and not is_listing("clause_0: .word 1\n")


def test_opcodes_of_a_later_compiler_parse() -> None:
    text = clause("*FNEW_THING.v4f8.sat t0, r1", "+TELEPORT.i32 r2:t1, t, @r8")
    assert [slot.name for slot in parse(text, "x").clauses[0].tuples[0]] == ["FNEW_THING.v4f8.sat", "TELEPORT.i32"]


BROKEN = [
    # what is done to SMALL, the line of the error, its column, what it says
    (lambda text: text[: text.index("*FMA")], 12, 1, "clause_3 is cut"),
    (lambda text: text[: text.index("clause_3:")], 1, 1, "no clause ends the program"),
    (lambda text: text[text.index("+NOP t1") :], 1, 1, "none is open"),
    (lambda text: text.replace("{\n", "", 1), 3, 5, "`{` of clause_0 expected"),
    (lambda text: text.replace("ds(0) nbb", "nbb", 1), 2, 1, "a header without `ds(N)`"),
    (lambda text: text.replace("nbb", "nbx"), 2, 1, "a header without a flow word"),
    (lambda text: text.replace("ds(0)", "ds(9)", 1), 2, 1, "no scoreboard slot: ds(9)"),
    (lambda text: text.replace("dwb(0)", "dwb(8)"), 2, 32, "no list of scoreboard slots"),
    (lambda text: text.replace("r60", "r64"), 4, 27, "no register r64"),
    (lambda text: text.replace("r60", "q60"), 4, 27, "I can't read the operand `q60`"),
    (lambda text: text.replace("0x00000004", "0x4"), 4, 36, "I can't read the operand"),
    (lambda text: text.replace("r1:t1, u0", "r1:t0, u0"), 7, 15, "no destination of the ADD slot"),
    (lambda text: text.replace("#0, 0x", "t, 0x"), 4, 32, "`t` in an FMA slot"),
    (lambda text: text.replace("    +NOP t1\n", "", 1), 4, 5, "an FMA slot without its ADD slot"),
    (lambda text: text.replace("    *LSHIFT", "    LSHIFT"), 4, 5, "not an instruction"),
    (
        lambda text: text.replace("    *LSHIFT_OR.i32 r0:t0, r60", "    INSTR_INVALID_ENC fma 7fffff\n"),
        4,
        5,
        "could not decode",
    ),
    (lambda text: text.replace("@r4\n}\n\n", "@r4\n\n"), 1, 1, "clause_0 is cut: clause_3 begins"),
    (lambda text: text.replace("clause_3", "clause_0"), 12, 1, "a second clause_0"),
    (
        lambda text: text.replace("+NOP t1", "+JUMP t1, clause_30", 1),
        5,
        15,
        "JUMP to clause_30, which the listing has not",
    ),
    (lambda text: text.replace("@r4\n}\n\nclause", "@q4\n}\n\nclause"), 9, 28, "no staging register"),
]


@pytest.mark.parametrize(("change", "line", "column", "says"), BROKEN)
def test_broken_listings(change, line, column, says) -> None:  # type: ignore[no-untyped-def]
    found = faults(change(SMALL))
    match = [error for error in found if says in error.message]
    assert match, [error.message for error in found]
    span = match[0].span
    assert span is not None and (span.line, span.column) == (line, column)
    assert match[0].exit_code == 1
    rendered = match[0].render()
    assert "^" in rendered and f"x.txt:{line}:{column}: error[syntax]" in rendered


def test_all_errors_together_in_order() -> None:
    text = SMALL.replace("r60", "q60").replace("r4.neg", "zz").replace("lane_id.x", "r99")
    assert [error.span.line for error in faults(text) if error.span] == [4, 15, 18]


@pytest.mark.parametrize("text", ["", "\n\n", "hello\n"])
def test_a_text_without_a_listing(text: str) -> None:
    assert "no clause in this text" in faults(text)[0].message


def test_two_listings_in_one_file() -> None:
    found = faults(SMALL + "\n" + SMALL)
    assert any("one file holds one shader" in error.hint for error in found)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A compiled listing with lines cut, doubled, swapped or changed."""
    lines = text_of(
        draw(st.sampled_from(["copy_vec4", "softmax_row", "texture_blur", "histogram_shared"]))
    ).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        how = draw(st.sampled_from(["cut", "drop", "double", "swap", "letters", "end", "begin"]))
        line = lines[place]
        if how == "cut":
            lines[place] = line[: draw(st.integers(0, len(line)))]
        elif how == "letters":
            at = draw(st.integers(0, len(line)))
            lines[place] = line[:at] + draw(st.text("rtu#0.,:@*+{}()x_ eosclaue_1/", max_size=4)) + line[at + 1 :]
        elif how == "double":
            lines.insert(place, line)
        elif how == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], line
        else:
            kept = {"drop": lines[:place] + lines[place + 1 :], "end": lines[:place], "begin": lines[place:]}[how]
            lines = kept or [""]
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_damaged_listings_are_errors_or_listings(text: str) -> None:
    """Whatever is done to a listing: errors with a place, or a listing that can be checked and counted."""
    try:
        listing = parse(text, "x.txt")
        opcodes.require_known(listing)
        for loop in control_flow.loops(listing):
            assert loop.header in loop.clauses
        control_flow.executed(listing, {"all": 3})
    except CyclesimError as error:
        for one in getattr(error, "errors", (error,)):
            assert one.span is not None and one.span.line >= 1
            assert one.render()
    else:
        statistics.count(listing)
        for violation in validity.check(listing):
            assert violation.reason and violation.span.line >= 1


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_an_error_or_a_listing(text: str) -> None:
    for whole in (text, clause("*NOP t0", "+NOP t1") + text, f"clause_0:\n{text}\n", clause(text)):
        try:
            parse(whole, "x.txt")
        except CyclesimError as error:
            assert error.render()
