"""The table engine: every form resolves to itself, effects follow the notation, speed-ups change nothing."""

from __future__ import annotations

import pytest

from cyclesim.asm import parse
from cyclesim.errors import ManyErrors, TableError, UnknownInstruction, WrongOperands
from cyclesim.ir import Instruction, Register, Resolved, Span
from cyclesim.isa import ISAS, assumed, class_names, load
from cyclesim.isa.instruction_set import InstructionSet
from cyclesim.isa.tables import read_classes
from tests.unit.isa.forms import instructions_of

SETS = {isa: load(isa) for isa in ISAS}


def instruction(text: str, isa: str = "armv7") -> Instruction:
    return parse(f"{text}\n.Lend:\n", "case.s", isa).instructions[0]


def resolve(text: str, isa: str = "armv7", instruction_set: InstructionSet | None = None) -> Resolved:
    return (instruction_set or SETS[isa]).resolve(instruction(text, isa))


@pytest.mark.parametrize("isa", ISAS)
def test_every_form_resolves_to_itself(isa: str) -> None:
    tables = SETS[isa]
    wrong = []
    for mnemonic in tables.mnemonics():
        for pattern in tables.patterns(mnemonic):
            for made in instructions_of(pattern, isa):
                form = tables.resolve(made).form
                if (form.text, form.where) != (pattern.form.text, pattern.form.where):
                    wrong.append((pattern.form.text, form.text))
    assert wrong == []


@pytest.mark.parametrize("isa", ISAS)
def test_what_a_form_marks_as_written_is_written_and_its_sources_are_read(isa: str) -> None:
    tables = SETS[isa]
    for mnemonic in tables.mnemonics():
        for pattern in tables.patterns(mnemonic):
            resolved = tables.resolve(instructions_of(pattern, isa)[0])
            results = sum(write.role == "result" and bool(write.operand) for write in resolved.writes)
            assert results == sum(bool(token.access) for token in pattern.tokens), pattern.form.text
            sources = sum(
                token.access == "" and token.kind in ("register", "list") and not token.writeback
                for token in pattern.tokens
            )
            read = sum(one.role in ("source", "data", "accumulator") for one in resolved.reads)
            assert read >= sources, pattern.form.text


def test_seen_shapes_give_the_same_answer_as_unseen_ones() -> None:
    """Resolving is memoised by the shapes of the operands."""
    texts = ["vmla.f32 q0, q1, d2[0]", "vmla.f32 q9, q8, d15[1]", "vmla.f32 q0, q1, q2", "vmla.f32 d0, d1, d2"]
    texts += ["add r0, r1, #4", "add r5, r6, #8", "add r0, r1, r2", "ldr r0, [r1]", "ldr r0, [r1, #4]", "ldr r0, [r1]!"]
    one = load("armv7")
    for text in texts[:-1] * 2:
        assert resolve(text, instruction_set=one) == resolve(text, instruction_set=load("armv7"))


def test_a_good_instruction_does_not_excuse_a_bad_one_of_the_same_shape() -> None:
    one = load("armv7")
    assert resolve("vmla.f32 q0, q1, d15[0]", instruction_set=one).operations == 8
    with pytest.raises(WrongOperands):
        resolve("vmla.f32 q0, q1, d16[0]", instruction_set=one)


def test_the_written_spelling_is_kept_and_the_form_is_canonical() -> None:
    found = resolve("fmacdne d0, d1, d2")
    assert (found.instruction.mnemonic, found.form.mnemonic, found.condition) == ("fmacdne", "vmla.f64", "ne")


def test_forms_of_a_mnemonic_as_sources_write_it() -> None:
    assert [form.text for form in SETS["armv7"].forms("fldd")] == [form.text for form in SETS["armv7"].forms("vldr")]
    assert SETS["armv7"].forms("vfoo") == []
    assert "vmla.f32" in SETS["armv7"].mnemonics()


def test_an_unknown_instruction_set_is_named() -> None:
    from cyclesim.errors import UsageError

    with pytest.raises(UsageError, match="z80"):
        load("z80")


def test_placeholder_registers_are_registers_of_their_own() -> None:
    base = Register("%[a]", "r", 1000)
    made = Instruction("add", (base, base, Register("%[b]", "r", 1001)), Span("c.c", 1), "add %[a], %[a], %[b]")
    found = SETS["armv7"].resolve(made)
    assert [read.cells for read in found.reads] == [("r1000",), ("r1001",)]


DP4A = {"form": "vdp4a.{s8,u8} +Qd, Qn, Dm[x]", "class": "simd-dp4a", "accumulates": True, "operations": "2/Qn"}


def test_a_hypothetical_row_adds_its_forms() -> None:
    tables = load("armv7", [(DP4A, "dp4a.yaml", 4)])
    found = resolve("vdp4a.u8 q8, q1, d0[1]", instruction_set=tables)
    assert (found.form.class_, found.form.where, found.operations) == ("simd-dp4a", "dp4a.yaml:4", 32)
    assert [(read.role, read.operand) for read in found.reads] == [
        ("accumulator", "q8"),
        ("source", "q1"),
        ("source", "d0[1]"),
    ]
    with pytest.raises(UnknownInstruction):
        resolve("vdp4a.u8 q8, q1, d0[1]")


def test_a_hypothetical_row_that_takes_the_operands_of_a_form_clashes() -> None:
    row = {"form": "vmla.f32 +Qd, Qn, Qm", "class": "mine"}
    with pytest.raises(TableError, match=r"clashes with `vmla\.f32 \+Qd, Qn, Qm` \(isa/armv7/") as failure:
        load("armv7", [(row, "mine.yaml", 7)])
    assert str(failure.value.span) == "mine.yaml:7:1"


def test_all_errors_of_hypothetical_rows_are_told_together() -> None:
    rows = [({"form": "vfoo.u8 =Qd, Zn", "class": "c"}, "m.yaml", 1), ({"class": "c"}, "m.yaml", 3)]
    with pytest.raises(ManyErrors) as failure:
        load("armv7", rows)
    assert [error.span.line for error in failure.value.errors if error.span] == [1, 3]


def test_an_assumed_instruction_reads_its_operands_and_writes_the_first() -> None:
    found = assumed(instruction("vfoo.u8 q0, q1, d4"), "armv7", "simd-alu")
    assert [write.cells for write in found.writes] == [("s0", "s1", "s2", "s3")]
    assert [read.operand for read in found.reads] == ["q0", "q1", "d4"]
    assert (found.form.class_, found.features["width"]) == ("simd-alu", 128)


def test_an_assumed_store_writes_nothing_but_its_base() -> None:
    found = assumed(instruction("stfoo x0, [x1], #8", "aarch64"), "aarch64", "store")
    assert [(write.cells, write.role) for write in found.writes] == [(("x1",), "base")]


def test_classes_are_read_without_a_yaml_parser_as_with_one() -> None:
    import os

    import yaml

    from cyclesim import resources

    with open(os.path.join(resources.PACKAGE, "isa", "classes.yaml"), encoding="utf-8") as file:
        groups = yaml.safe_load(file)
    assert read_classes() == {name: meaning for group in groups.values() for name, meaning in group.items()}
    assert class_names() == list(read_classes())


FEATURES: dict[str, dict[str, object]] = {
    "vmla.f32 q0, q1, d2[0]": {"width": 128, "lane": True, "element": "f32", "mnemonic": "vmla", "registers": 1},
    "vmla.f32 s0, s1, s2": {"width": 32, "lane": False},
    "vmlal.u16 q0, d2, d3": {"width": 128, "element": "u16"},
    "vldr d0, [r0, #8]": {"width": 64, "mode": "offset", "bytes": 8, "registers": 1},
    "vld1.8 {d0-d3}, [r0]!": {"registers": 4, "structure": 1, "mode": "increment", "bytes": 32, "width": 64},
    "vld3.8 {d0[1], d1[1], d2[1]}, [r0], r1": {"registers": 3, "structure": 3, "mode": "post-register", "bytes": 3},
    "vldm r0!, {d0-d7}": {"registers": 8, "mode": "increment", "bytes": 64},
    "push {r4-r7}": {"registers": 4, "mode": "increment", "bytes": 16},
    "ldrd r0, r1, [r2, r3]": {"registers": 2, "mode": "index", "bytes": 8},
    "ldrd r0, [r2]": {"registers": 2},
    "ldr r0, [r1, r2, lsl #2]": {"mode": "index", "shift": "immediate"},
    "add r0, r1, r2, lsl #2": {"shift": "immediate", "immediate": False, "sets_flags": False},
    "add r0, r1, r2, lsl r3": {"shift": "register"},
    "uxtab r0, r1, r2": {"shift": "extend"},
    "subs r0, r0, #4": {"immediate": True, "sets_flags": True, "conditional": False},
    "addeq r0, r0, #4": {"conditional": True, "width": 32},
    "vmov.32 d0[1], r0": {"width": 64},
    "mul r0, r1, r2": {"registers": 1, "bytes": 0, "mode": "", "branch": "", "structure": 0},
}


@pytest.mark.parametrize(("text", "features"), FEATURES.items())
def test_features_tell_apart_what_cores_time_apart(text: str, features: dict[str, object]) -> None:
    found = resolve(text).features
    assert {name: found[name] for name in features} == features


OPERATIONS = {
    "vmla.f32 q0, q1, d2[0]": 8,
    "vmla.f32 d0, d1, d2": 4,
    "vmla.f32 s0, s1, s2": 2,
    "vmla.f64 d0, d1, d2": 2,
    "vfma.f32 q0, q1, q2": 8,
    "vmul.f32 q0, q1, q2": 4,
    "vadd.f32 s0, s1, s2": 1,
    "vmlal.u16 q0, d2, d3[0]": 8,
    "vmull.u8 q0, d2, d3": 8,
    "vmla.i8 q0, q1, q2": 32,
    "vqdmulh.s16 d0, d1, d2": 4,
    "vsdot.s8 q0, q1, d4[0]": 32,
    "vudot.u8 d0, d1, d2": 16,
    "vpadal.u16 q0, q1": 8,
    "vpaddl.u16 q0, q1": 4,
    "vpadd.i16 d0, d1, d2": 4,
    "vadd.i16 q0, q1, q2": 8,
    "vaddw.u8 q0, q1, d4": 8,
    "vabal.u8 q0, d2, d3": 16,
    "vaddhn.i16 d0, q1, q2": 8,
    "vsra.s32 q0, q1, #1": 4,
    "vrecps.f32 q0, q1, q2": 8,
    "vmovl.u8 q0, d2": 0,
    "vand q0, q1, q2": 0,
    "vshl.i16 q0, q1, #1": 0,
    "vld1.8 {d0}, [r0]": 0,
    "vmax.f32 q0, q1, q2": 0,
    "mla r0, r1, r2, r3": 0,
    "add r0, r1, r2": 0,
}


@pytest.mark.parametrize(("text", "operations"), OPERATIONS.items())
def test_operations_are_the_multiplies_and_adds(text: str, operations: int) -> None:
    assert resolve(text).operations == operations


def test_an_unconditional_and_a_conditional_branch_have_their_own_classes() -> None:
    assert resolve("b .Lend").form.class_ == "branch"
    assert resolve("bls .Lend").form.class_ == "branch-conditional"


def test_al_is_no_condition() -> None:
    found = resolve("addal r0, r1, r2")
    assert (found.condition, [read.role for read in found.reads]) == ("", ["source", "source"])
