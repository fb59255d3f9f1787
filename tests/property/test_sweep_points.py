"""A point of a sweep is what an estimate gives with a what-if file that says the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim import isa, machine
from cyclesim.analysis import Analysis, analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.machine import overlay
from cyclesim.sweep import cases, plan
from cyclesim.sweep.cases import Task
from cyclesim.sweep.evaluate import evaluate
from cyclesim.units import exact_text

KERNELS = ("armv7/u8gemm_3x8.s", "armv7/i8gemm_4x16-a7.s", "aarch64/sgemm_6x8.s", "armv7/sgemm_6x8-a53.s")
CORES = ("a53", "a55", "a7")
VALUES = {
    "issue_width": [1, 2, 3],
    "load_width": [32, 64, 128, 256],
    "units.neon": [2, 3, 4],
    "units.load-store": [1, 2],
    "taken_bubble": [0, 1, "1/2"],
    "store_to_load": [2, "unknown"],
    "classes.simd-*.latency": [1, 3, "9/2", 20],
    "classes.simd-*.slots": ["either", "older", "alone"],
    "classes.simd-mla*.cycles": [1, 2, "11/5"],
    "classes.simd-padal.cycles": [1, 2, 3],
    "classes.simd-ld1.blocks": [True, False],
    "classes.alu.flags": [0, 2],
}


@st.composite
def grids(draw: st.DrawFn) -> dict[str, list[object]]:
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True))
    return {
        name: draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=2, unique_by=str)) for name in names
    }


def as_section(names: list[str], values: list[object]) -> dict[str, object]:
    """The `set` section that says the same as a point."""
    section: dict[str, object] = {"status": "inferred", "source": "a test"}
    for name, value in zip(names, values, strict=True):
        words = name.split(".")
        if words[0] == "units":
            section.setdefault("units", {})[words[1]] = value  # type: ignore[index]
        elif words[0] == "classes":
            section.setdefault("classes", {}).setdefault(words[1], {})[words[2]] = value  # type: ignore[attr-defined]
        else:
            section[name] = value
    return section


@cache
def program(kernel: str):
    return read_program(kernel).program


def estimated(kernel: str, core: str, section: dict[str, object], folder: Path) -> Analysis:
    path = folder / "point.yaml"
    path.write_text(yaml.safe_dump({"set": {core: section}}))
    text = program(kernel)
    region = regions.choose(text)[0]
    resolution = resolve_region(text, region, isa.load(text.isa))
    return analyse(text, region, resolution, machine.load(core, [overlay.read(str(path))]))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KERNELS), st.sampled_from(CORES), grids())
def test_a_point_is_an_estimate_with_a_what_if_file(
    tmp_path_factory, kernel: str, core: str, grid: dict[str, list[object]]
):
    folder = tmp_path_factory.mktemp("sweep")
    if core == "a7":
        grid = {name: values for name, values in grid.items() if name != "units.neon"} or {"taken_bubble": [0]}
    path = folder / "plan.yaml"
    path.write_text(yaml.safe_dump({"kernels": [kernel], "cores": [core], "parameters": grid}, sort_keys=False))
    wanted = plan.read(str(path))
    found, _ = cases.build(wanted)
    if not found:
        return  # Cortex-A7 runs no AArch64.
    results = evaluate(Task(found[0], wanted.parameters, 0, 0, wanted.combinations))
    assert [one.number for one in results] == list(range(wanted.combinations))
    for one in results:
        values = list(cases.values_at(wanted.parameters, one.number))
        analysis = estimated(kernel, core, as_section(list(grid), values), folder)
        bound = analysis.bounds.binding
        assert (one.cycles, one.bound, one.limit) == (
            exact_text(analysis.schedule.cycles),
            exact_text(bound.cycles),
            bound.limit,
        )
