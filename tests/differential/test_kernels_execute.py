"""Every shipped kernel computes the matrix product that its sidecar states: executed under Unicorn, compared exactly."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.differential import kernel_machine

KERNELS = Path(__file__).parents[2] / "kernels_asm"
NUMPY_TYPES = {"f32": "<f4", "u8": "<u1", "s8": "<i1", "u32": "<u4", "s32": "<i4"}
STEPS = (1, 2, 3, 4, 5, 8, 33)
FILLS = ("random", "highest", "lowest", "opposite")
GAP = 0xA5
"""What lies between the rows of C before the call, and has to lie there after it."""

SLIDE_MIX = {
    "sgemm_6x8": {"vldr": 7, "vmla.f32": 12},
    "u8gemm_6x4": {"vldr": 7, "vmovl.u8": 7, "vmlal.u16": 48},
    "u8gemm_3x8": {"vldr": 6, "vmull.u8": 9, "vpadal.u16": 9},
    "i8gemm_4x16": {"vldr": 12, "vmlal.s8": 8, "vmull.s8": 8, "vpadal.s16": 8},
    "u8gemm_6x4_dp4a": {"vldr": 7, "vdp4a.u8": 12},
    "u8gemm_6x4_smlasd": {"vldr": 7, "vsmlasd.u8": 24},
}
"""NEON instructions of one step, as slides 14 and 16 count them (slide 14 prints none for SGEMM: slides 5 and 6)."""

SIDECARS = sorted(path for isa in ("armv7", "aarch64") for path in (KERNELS / isa).glob("*.yaml"))
REAL = [path for path in SIDECARS if "whatif" not in yaml.safe_load(path.read_text(encoding="utf-8"))]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def load_sidecar(path: Path) -> dict[str, Any]:
    sidecar = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(sidecar, dict)
    return sidecar


def argument(sidecar: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in sidecar["function"]["arguments"] if item["name"] == name)


def limits(panel: dict[str, Any]) -> tuple[int, int]:
    """The allowed values of a panel. Floats take small integers, whose sums of products are exact in any order."""
    if panel["element"] == "f32":
        return -32, 32
    info = np.iinfo(np.dtype(NUMPY_TYPES[panel["element"]]))
    low, high = panel.get("range", (int(info.min), int(info.max)))
    return low, high


def matrix(panel: dict[str, Any], shape: tuple[int, int], fill: str, seed: int) -> np.ndarray[Any, Any]:
    low, high = limits(panel)
    if fill == "random":
        return np.random.default_rng(seed).integers(low, high, size=shape, endpoint=True)
    use_high = fill == "highest" or (fill == "opposite" and panel["name"] == "a")
    return np.full(shape, high if use_high else low)


def packed(values: np.ndarray[Any, Any], panel: dict[str, Any], depth: int) -> bytes:
    """`values` (rows or columns first, depth last) in the order of axes that the kernel reads."""
    across = "row" if "row" in panel["axes"] else "column"
    inner = 2 if "pair" in panel["axes"] else depth
    names = [across, "step", "pair", "depth"] if "pair" in panel["axes"] else [across, "step", "depth"]
    sizes = [values.shape[0], -1, depth // inner, inner] if "pair" in names else [values.shape[0], -1, depth]
    order = [names.index(name) for name in panel["axes"]]
    return values.reshape(sizes).transpose(order).astype(NUMPY_TYPES[panel["element"]]).tobytes()


def run(sidecar: dict[str, Any], code: kernel_machine.Code, steps: int, fill: str) -> None:
    """Call the kernel once and compare C, what lies between its rows, its inputs and the callee-saved registers."""
    shape, tile = sidecar["shape"], argument(sidecar, "c")
    a = matrix(argument(sidecar, "a"), (shape["mr"], steps * shape["kr"]), fill, seed=steps)
    b = matrix(argument(sidecar, "b"), (shape["nr"], steps * shape["kr"]), fill, seed=steps + 1000)
    element = np.dtype(NUMPY_TYPES[tile["element"]])
    stride = shape["nr"] * element.itemsize + 12
    a_bytes = packed(a, argument(sidecar, "a"), shape["kr"])
    b_bytes = packed(b, argument(sidecar, "b"), shape["kr"])
    c_bytes = bytes([GAP]) * (stride * (shape["mr"] - 1) + shape["nr"] * element.itemsize)
    answer = kernel_machine.call(code, [steps, a_bytes, b_bytes, c_bytes, stride])
    expected = bytearray(c_bytes)
    for row, sums in enumerate((a @ b.T).astype(element)):
        expected[row * stride : row * stride + sums.nbytes] = sums.tobytes()
    assert answer.buffers == [a_bytes, b_bytes, bytes(expected)]
    assert answer.disturbed == 0


def assembled(path: Path, folder: Path) -> tuple[dict[str, Any], kernel_machine.Code]:
    sidecar = load_sidecar(path)
    missing = kernel_machine.missing_tool(sidecar["isa"])
    if missing:
        pytest.skip(f"executing {name_of(path)} needs {missing}")
    symbol = sidecar["function"]["symbol"]
    return sidecar, kernel_machine.assemble(path.with_suffix(".s"), sidecar["isa"], symbol, folder)


@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_a_kernel_computes_the_product_for_every_number_of_steps(path: Path, tmp_path: Path) -> None:
    sidecar, code = assembled(path, tmp_path)
    for steps in STEPS:
        run(sidecar, code, steps, "random")


@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_a_kernel_is_exact_on_the_edges_of_its_element_types(path: Path, tmp_path: Path) -> None:
    sidecar, code = assembled(path, tmp_path)
    for fill in FILLS[1:]:
        run(sidecar, code, 6, fill)


def test_every_kernel_has_a_sidecar_and_every_sidecar_a_kernel() -> None:
    sources = sorted(path for isa in ("armv7", "aarch64") for path in (KERNELS / isa).glob("*.s"))
    assert [path.with_suffix(".yaml") for path in sources] == SIDECARS
    assert len(REAL) > 0


def region_of(source: Path) -> tuple[str, int, Counter[str]]:
    """Name, stated operations and mnemonics of the marked iteration."""
    text = source.read_text(encoding="utf-8")
    found = re.search(r"cyclesim-begin (\S+) ops=(\d+)\n(.*?)\n\S+ cyclesim-end", text, re.DOTALL)
    assert found is not None
    return found[1], int(found[2]), Counter(line.split()[0] for line in found[3].splitlines())


@pytest.mark.parametrize("path", SIDECARS, ids=name_of)
def test_the_marked_iteration_states_the_operations_of_its_shape(path: Path) -> None:
    sidecar = load_sidecar(path)
    shape, (region, operations, mnemonics) = sidecar["shape"], region_of(path.with_suffix(".s"))
    assert sidecar["operations_per_step"] == 2 * shape["mr"] * shape["nr"] * shape["kr"]
    assert sidecar["operations_per_iteration"] == sidecar["operations_per_step"] * shape["steps_per_iteration"]
    assert (region, operations) == (sidecar["function"]["symbol"], sidecar["operations_per_iteration"])
    assert mnemonics["subs"] == mnemonics["bne"] + mnemonics["b.ne"] == 1


@pytest.mark.parametrize("stem", SLIDE_MIX)
def test_a_plain_kernel_has_the_instructions_that_the_slide_counts(stem: str) -> None:
    _, _, mnemonics = region_of(KERNELS / "armv7" / f"{stem}.s")
    assert {name: count for name, count in mnemonics.items() if name.startswith("v")} == SLIDE_MIX[stem]


def test_a_read_past_the_panel_faults(tmp_path: Path) -> None:
    """The judge can fail: a panel of two steps does not satisfy a call for three."""
    _, code = assembled(KERNELS / "armv7" / "sgemm_6x8.yaml", tmp_path)
    unicorn = pytest.importorskip("unicorn")
    with pytest.raises(unicorn.UcError):
        kernel_machine.call(code, [3, bytes(2 * 24), bytes(3 * 32), bytes(6 * 32), 32])
