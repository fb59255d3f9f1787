"""Register pressure: what is live together."""

from __future__ import annotations

import pytest

from cyclesim import asm, isa
from cyclesim.pressure import Pressure, find_pressure


def pressure(text: str, name: str = "armv7", loop: bool = True, **limits: int) -> dict[str, Pressure]:
    program = asm.parse(text, "x.s", name)
    instruction_set = isa.load(name)
    resolved = [instruction_set.resolve(one) for one in program.instructions]
    return {one.kind: one for one in find_pressure(resolved, name, loop, limits)}


def test_a_value_is_live_from_its_result_to_its_last_reader():
    found = pressure("vadd.f32 d0, d1, d2\nvadd.f32 d3, d0, d0\nvadd.f32 d4, d3, d3\n", loop=False)["simd"]
    assert found.live == (3, 2, 2)
    assert (found.most, found.at, found.limit) == (3, 0, 32)


def test_around_a_loop_an_accumulator_is_live_everywhere():
    found = pressure("vmla.f32 q4, q0, d4[0]\nvmla.f32 q5, q0, d4[0]\nvldr d0, [r1]\nvldr d1, [r1, #8]\n")
    assert found["simd"].live == (7, 7, 6, 7)
    assert found["general"].live == (1, 1, 1, 1)


def test_a_result_that_nobody_reads_counts_where_it_is_written():
    assert pressure("vadd.f32 d0, d1, d2\nvadd.f32 d3, d1, d2\n")["simd"].live == (3, 3)


def test_straight_code_keeps_its_results():
    assert pressure("vadd.f32 d0, d1, d2\nvadd.f32 d3, d1, d2\n", loop=False)["simd"].live == (3, 4)


def test_halves_of_a_register_are_one_register():
    found = pressure("vadd.f32 s0, s1, s2\nvadd.f32 s3, s1, s2\n", loop=False)["simd"]
    assert found.live == (2, 2)


def test_aarch64_counts_v_registers_and_leaves_the_stack_pointer_out():
    found = pressure(
        "ldr q0, [sp]\nldr d1, [x1, #8]\nfadd v2.4s, v0.4s, v1.4s\nadd x2, x2, x3\n", "aarch64", loop=False
    )
    assert (found["simd"].most, found["simd"].limit) == (3, 32)
    assert (found["general"].most, found["general"].limit) == (3, 31)


@pytest.mark.parametrize("limit", [16, 64])
def test_a_what_if_file_may_give_other_numbers(limit: int):
    assert pressure("vadd.f32 d0, d1, d2\n", simd=limit)["simd"].limit == limit


def test_no_instruction_needs_no_register():
    assert pressure("")["simd"] == Pressure("simd", (), 0, -1, 32)
