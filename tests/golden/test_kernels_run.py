"""Every shipped kernel, hypothetical instructions included, computes the matrix product of its sidecar: executed by
`cyclesim.execute` through the meanings of the tables and compared with numpy, for every number of steps and on the
edges of the element types."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cyclesim import asm, isa, resources
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.prepare import function_of_text
from cyclesim.execute.session import Session
from cyclesim.isa.instruction_set import InstructionSet
from cyclesim.machine import overlay
from tests.differential.test_kernels_execute import (
    FILLS,
    GAP,
    NUMPY_TYPES,
    SIDECARS,
    argument,
    load_sidecar,
    matrix,
    name_of,
    packed,
)

STEPS = (1, 2, 3, 5, 8)


@lru_cache(maxsize=8)
def instruction_set(name: str, whatif: str) -> InstructionSet:
    rows = overlay.read(str(resources.shipped_whatif(whatif))).rows.get(name, ()) if whatif else ()
    return isa.load(name, rows)


def check(path: Path, steps: int, fill: str) -> int:
    """Run a kernel once; returns how many instructions it executed."""
    sidecar = load_sidecar(path)
    shape, tile = sidecar["shape"], argument(sidecar, "c")
    element = np.dtype(NUMPY_TYPES[tile["element"]])
    a = matrix(argument(sidecar, "a"), (shape["mr"], steps * shape["kr"]), fill, seed=steps)
    b = matrix(argument(sidecar, "b"), (shape["nr"], steps * shape["kr"]), fill, seed=steps + 1000)
    stride = shape["nr"] * element.itemsize + 12
    contents = {
        "a": packed(a, argument(sidecar, "a"), shape["kr"]),
        "b": packed(b, argument(sidecar, "b"), shape["kr"]),
        "c": bytes([GAP]) * (stride * (shape["mr"] - 1) + shape["nr"] * element.itemsize),
    }
    made = session(path, sidecar, contents)
    trace = made.call([steps, ("a", 0), ("b", 0), ("c", 0), stride])
    expected = bytearray(contents["c"])
    for row, sums in enumerate((a @ b.T).astype(element)):
        expected[row * stride : row * stride + sums.nbytes] = sums.tobytes()
    left = {name: bytes.fromhex(str(made.contents(name))) for name in contents}
    assert left == {**contents, "c": bytes(expected)}
    return trace.instructions


def session(path: Path, sidecar: dict[str, Any], contents: dict[str, bytes]) -> Session:
    text = path.with_suffix(".s").read_text(encoding="utf-8")
    loaded = function_of_text(asm.parse(text, path.name, sidecar["isa"]), sidecar["function"]["symbol"])
    buffers = [Buffer(name, len(data), fill="hex", data=data.hex()) for name, data in contents.items()]
    known = instruction_set(sidecar["isa"], sidecar.get("whatif", ""))
    return Session(loaded.image, loaded.start, known, buffers)


@pytest.mark.parametrize("path", SIDECARS, ids=name_of)
def test_a_kernel_computes_the_product_for_every_number_of_steps(path: Path) -> None:
    counts = [check(path, steps, "random") for steps in STEPS]
    assert counts == sorted(counts) and counts[0] < counts[-1]


@pytest.mark.parametrize("path", SIDECARS, ids=name_of)
def test_a_kernel_is_exact_on_the_edges_of_its_element_types(path: Path) -> None:
    for fill in FILLS[1:]:
        check(path, 3, fill)
