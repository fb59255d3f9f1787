"""What the hardware does, in the words of its sources."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim import asm, isa, machine
from cyclesim.machine.load import core_files, load_document
from cyclesim.machine.timing import Timing


def timing(core: str, line: str) -> Timing:
    loaded = machine.load(core)
    isa_name = "armv7" if core in ("a7", "a8", "a9") or line.startswith("v") else "aarch64"
    return machine.timing_of(
        loaded, isa.load(isa_name).resolve(asm.parse(line + "\n", "x.s", isa_name).instructions[0])
    )


@pytest.mark.parametrize(
    ("core", "line", "latency", "cycles"),
    [
        # ocxtal/insn_bench_aarch64, Raspberry Pi 3
        ("a53", "add x0, x1, x2", 1, 1),
        ("a53", "add x0, x1, x2, lsl #2", 2, 1),
        ("a53", "lsl x0, x1, x2", 1, 1),
        ("a53", "rbit x0, x1", 2, 1),
        ("a53", "clz x0, x1", 1, 1),
        ("a53", "mul x0, x1, x2", 4, 2),
        ("a53", "madd x0, x1, x2, x3", 5, 3),
        ("a53", "umulh x0, x1, x2", 6, 4),
        ("a53", "cls v0.4s, v1.4s", 3, 1),
        ("a53", "clz v0.4s, v1.4s", 2, 1),
        ("a53", "sqneg v0.4s, v1.4s", 3, 1),
        ("a53", "sqabs v0.4s, v1.4s", 4, 1),
        ("a53", "shadd v0.16b, v1.16b, v2.16b", 2, 1),
        ("a53", "sadalp v0.4s, v1.8h", 4, 2),
        ("a53", "addv s0, v1.4s", 3, 1),
        ("a53", "smaxv b0, v1.16b", 4, 1),
        ("a53", "fabs v0.4s, v1.4s", 4, 1),
        ("a53", "fcmp s0, s1", 1, 1),
        ("a53", "scvtf s0, w1", 6, 1),
        ("a53", "fcvt d0, s1", 4, 1),
        ("a53", "fsqrt v0.4s, v1.4s", 12, 9),
        ("a53", "fsqrt v0.2d, v1.2d", 22, 19),
        ("a53", "frecps v0.4s, v1.4s, v2.4s", 8, 1),
        ("a53", "tbl v0.16b, {v1.16b, v2.16b}, v3.16b", 3, 2),
        ("a53", "tbx v0.16b, {v1.16b, v2.16b}, v3.16b", 4, 3),
        ("a53", "ldr q0, [x1]", 4, 2),
        ("a53", "ldp q0, q1, [x1]", 6, 4),
        ("a53", "ld1 {v0.16b, v1.16b, v2.16b, v3.16b}, [x0]", 10, 8),
        ("a53", "ld3 {v0.16b, v1.16b, v2.16b}, [x0]", 9, 7),
        ("a53", "ld3 {v0.4s, v1.4s, v2.4s}, [x0]", 8, 6),
        ("a53", "ld4 {v0.4s, v1.4s, v2.4s, v3.4s}, [x0]", 10, 8),
        ("a53", "ld4r {v0.2d, v1.2d, v2.2d, v3.2d}, [x0]", 6, 4),
        ("a53", "st3 {v0.16b, v1.16b, v2.16b}, [x0]", 1, 4),
        ("a53", "st3 {v0.2d, v1.2d, v2.2d}, [x0]", 1, 3),
        ("a53", "st4 {v0.2d, v1.2d, v2.2d, v3.2d}, [x0]", 1, 4),
        # Arm Cortex-A55 Software Optimization Guide
        ("a55", "fmla v0.4s, v1.4s, v2.4s", 4, 1),
        ("a55", "frecps v0.4s, v1.4s, v2.4s", 4, 1),
        ("a55", "umulh x0, x1, x2", 6, 3),
        ("a55", "rev x0, x1", 1, 1),
        ("a55", "sqshrn v0.8b, v1.8h, #2", 3, 1),
        ("a55", "sqrshrn v0.8b, v1.8h, #2", 4, 1),
        ("a55", "fdiv d0, d1, d2", 22, 19),
        ("a55", "fmov x0, d1", 1, 1),
        ("a55", "dup v0.4s, w1", 3, 1),
        ("a55", "st3 {v0.16b, v1.16b, v2.16b}, [x0]", 1, 3),
        ("a55", "aese v0.16b, v1.16b", 2, 1),
        ("a55", "ldp w0, w1, [x2]", 2, 1),
        # vfpbench on two chips, hardwarebug.org, the talk's slide 14
        ("a7", "vadd.f32 q0, q1, q2", 4, 4),
        ("a7", "vadd.f32 d0, d1, d2", 4, 2),
        ("a7", "vadd.f32 s0, s1, s2", 4, 1),
        ("a7", "vmul.f64 d0, d1, d2", 7, 4),
        ("a7", "smull r0, r1, r2, r3", 3, 1),
        ("a7", "clz r0, r1", 1, 1),
        ("a7", "rbit r0, r1", 2, 1),
        ("a7", "vmlal.u16 q0, d2, d3[0]", 4, Fraction("2.2")),
        ("a7", "vpadal.s16 q0, q1", 5, 4),
        ("a7", "vaba.s16 d0, d1, d2", 5, 2),
    ],
)
def test_an_instruction_has_the_latency_and_issue_cycles_of_its_source(
    core: str, line: str, latency: int, cycles: int | Fraction
):
    found = timing(core, line)
    assert (found.latency, found.cycles) == (latency, cycles)


@pytest.mark.parametrize(
    ("core", "line", "accumulate"),
    [
        ("a53", "fmla v0.4s, v1.4s, v2.4s", 4),
        ("a53", "smlal v0.4s, v1.4h, v2.4h", 1),
        ("a53", "saba v0.4s, v1.4s, v2.4s", 2),
        ("a53", "sqdmlal v0.4s, v1.4h, v2.4h", None),
        ("a55", "fmla v0.4s, v1.4s, v2.4s", None),
        ("a55", "sdot v0.4s, v1.16b, v2.16b", 1),
        ("a7", "vmla.f32 q0, q1, q2", 5),
        ("a7", "vmla.f64 d0, d1, d2", 8),
        ("a7", "smlal r0, r1, r2, r3", 1),
    ],
)
def test_an_accumulator_is_forwarded_as_its_source_says(core: str, line: str, accumulate: int | None):
    assert timing(core, line).accumulate == accumulate


def test_a_quad_form_fills_both_halves_and_a_double_form_one():
    assert timing("a53", "add v0.4s, v1.4s, v2.4s").uses == (("neon", 2),)
    assert timing("a53", "add v0.2s, v1.2s, v2.2s").uses == (("neon", 1),)
    assert timing("a53", "add d0, d1, d2").uses == (("neon", 1),)
    assert timing("a53", "sqadd b0, b1, b2").uses == (("neon", 1),)
    assert timing("a53", "xtn2 v0.16b, v1.8h").uses == (("neon", 1),)
    assert timing("a53", "smull v0.4s, v1.4h, v2.4h").uses == (("neon", 2),)


def test_by_element_double_forms_of_cortex_a55_are_only_the_older_of_a_pair():
    assert timing("a55", "fmla v0.2s, v1.2s, v2.s[0]").slots == "older"
    assert timing("a55", "fmla v0.2s, v1.2s, v2.2s").slots == "either"
    assert timing("a53", "fmla v0.2s, v1.2s, v2.s[0]").slots == "either"


def test_the_younger_slot_of_cortex_a7_takes_an_immediate_operation_a_move_or_a_branch():
    for line in ("add r0, r1, #4", "mov r0, r1", "cmp r0, #3", "bne loop\nloop:", "b loop\nloop:"):
        assert timing("a7", line).slots == "either", line
    assert timing("a7", "bl loop\nloop:").slots == "younger"
    for line in ("add r0, r1, r2", "add r0, r1, r2, lsl #2", "mov r0, r1, lsl #3", "ldr r0, [r1]"):
        assert timing("a7", line).slots == "older", line
    for line in ("mul r0, r1, r2", "vadd.i32 d0, d1, d2", "vldr d0, [r1]", "ldrd r0, r1, [r2]"):
        assert timing("a7", line).slots == "alone", line


def test_a_pointer_is_followed_every_three_cycles_on_cortex_a53():
    load = timing("a53", "ldr x0, [x0]")
    assert load.latency is not None
    assert load.latency - load.needs["address"] == 3


@pytest.mark.parametrize(
    ("core", "line", "latency", "cycles"),
    [
        ("a8", "vadd.i16 q0, q1, q2", 2, 1),
        ("a8", "vmul.i16 q0, q1, q2", 6, 2),
        ("a8", "vmla.i32 q0, q1, q2", 6, 4),
        ("a8", "vmlal.s16 q0, d2, d3", 6, 1),
        ("a8", "vmov r0, r1, d2", 20, 1),
        ("a9", "vadd.i16 q0, q1, q2", 2, 2),
        ("a9", "vadd.i16 d0, d1, d2", 2, 1),
        ("a9", "vmlal.s16 q0, d2, d3", 6, 1),
        ("a9", "vmla.f32 q0, q1, q2", 9, 2),
        ("a7", "vmla.i16 q0, q1, q2", 4, 2),
        ("a7", "vqmovun.s16 d0, q1", 4, 1),
    ],
)
def test_fitted_and_compiled_figures(core: str, line: str, latency: int, cycles: int):
    found = timing(core, line)
    assert (found.latency, found.cycles) == (latency, cycles)


@pytest.mark.parametrize(
    ("core", "line", "base"),
    [
        ("a53", "ld1 {v0.8b}, [x0], x1", 2),
        ("a53", "ld1 {v0.16b}, [x0], x1", 4),
        ("a53", "ld1 {v0.16b}, [x0], #16", 1),
        ("a53", "vld1.8 {d0, d1}, [r0], r1", 4),
        ("a53", "vld1.8 {d0, d1}, [r0]!", 1),
        ("a53", "st1 {v0.16b}, [x0], x1", 2),
        ("a53", "st1 {v0.16b}, [x0], #16", 1),
        ("a55", "ld1 {v0.16b}, [x0], x1", 3),
        ("a55", "ld1 {v0.8b}, [x0], x1", 1),
    ],
)
def test_a_base_that_a_register_is_added_to_comes_late(core: str, line: str, base: int):
    assert timing(core, line).base == base


def test_a_figure_of_another_core_is_never_called_measured_or_vendor():
    kindred = {
        "cortex-a53": ("A55G",),
        "cortex-a55": ("as on",),
        "cortex-a7": ("inference", "here"),
        "cortex-a8": ("here",),
        "cortex-a9": ("here",),
    }
    for path in core_files():
        document = load_document(path)
        for class_, rows in document.get("timings", {}).items():
            for row in rows:
                source = str(row.get("source", rows[0]["source"]))
                status = row.get("status", rows[0]["status"])
                if source.startswith(kindred[document["name"]]):
                    assert status in ("inferred", "unknown"), (class_, source, status)


def test_every_number_of_a_shipped_core_has_a_source_that_the_file_names():
    for path in core_files():
        document = load_document(path)
        for class_, rows in document.get("timings", {}).items():
            assert rows[0]["source"], class_
            assert rows[0]["status"], class_


def test_absent_instructions_have_no_invented_latency():
    assert timing("a53", "sdot v0.4s, v1.16b, v2.16b").latency is None
    assert timing("a53", "sdot v0.4s, v1.16b, v2.16b").status == "unknown"
