"""Which pairs share a cycle, on independent registers, in cycles per iteration of a marked body."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim import asm, isa, machine
from cyclesim.analysis import Analysis, analyse, resolve_region
from cyclesim.asm import regions


def analysis(core: str, isa_name: str, *lines: str) -> Analysis:
    comment = "@" if isa_name == "armv7" else "//"
    text = "\n".join([f"{comment} cyclesim-begin pair", *lines, f"{comment} cyclesim-end", ""])
    program = asm.parse(text, "pair.s", isa_name)
    region = regions.choose(program)[0]
    resolution = resolve_region(program, region, isa.load(isa_name))
    return analyse(program, region, resolution, machine.load(core))


def cycles(core: str, isa_name: str, *lines: str) -> Fraction:
    found = analysis(core, isa_name, *lines)
    assert found.bounds.binding.cycles <= found.schedule.cycles
    return found.schedule.cycles


FMLA = "fmla v0.4s, v1.4s, v2.s[0]"


def independent(line: str, count: int = 8) -> list[str]:
    """`count` copies of a two-line pair over different accumulators, so that no latency counts."""
    return [part.replace("v0.", f"v{16 + n}.") for n in range(count) for part in line.split("; ")]


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("fmla v0.4s, v1.4s, v2.s[0]; ldr x9, [x1]", 1),
        ("fmla v0.4s, v1.4s, v2.s[0]; add x9, x10, x11", 1),
        ("fmla v0.4s, v1.4s, v2.s[0]; ldr d9, [x1]", 2),
        ("fmla v0.4s, v1.4s, v2.s[0]; ldr q9, [x1]", 3),
        ("ldr d9, [x1]; ins v0.d[1], x2", 1),
        ("ins v0.d[1], x2; fmla v5.4s, v1.4s, v2.s[0]", 2),
        ("add v0.8b, v1.8b, v2.8b; add v5.8b, v1.8b, v2.8b", 1),
        ("add v0.16b, v1.16b, v2.16b; add v5.16b, v1.16b, v2.16b", 2),
    ],
)
def test_pairs_on_cortex_a53(pair: str, expected: int):
    lines = independent(pair)
    if "v5." in pair:
        lines = [line.replace("v5.", f"v{3 + n // 2 % 8}.") if n % 2 else line for n, line in enumerate(lines)]
    assert cycles("a53", "aarch64", *lines) == 8 * expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("fmla v0.4s, v1.4s, v2.s[0]; ldr d9, [x1]", 1),
        ("fmla v0.4s, v1.4s, v2.s[0]; ldr q9, [x1]", 3),
    ],
)
def test_pairs_on_cortex_a55(pair: str, expected: int):
    assert cycles("a55", "aarch64", *independent(pair)) == 8 * expected


def test_a_quad_multiply_accumulate_takes_four_cycles_on_cortex_a7():
    lines = [f"vmla.f32 q{n}, q1, q2" for n in range(4, 16)]
    assert cycles("a7", "armv7", *lines) == 4 * 12


def test_its_accumulator_chain_takes_five():
    assert cycles("a7", "armv7", "vmla.f32 q4, q1, q2") == 5


def test_a_refused_pair_says_why():
    found = analysis("a53", "aarch64", FMLA, "ldr d9, [x1]")
    assert "no-co-issue" in found.schedule.stalls
