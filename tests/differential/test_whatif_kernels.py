"""Kernels of hypothetical instructions compute the matrix product: executed through the meanings of their what-if files,
over the full range of their bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cyclesim import asm, isa, resources
from cyclesim.execute import prepare
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.session import Session
from cyclesim.machine import overlay
from tests.differential.test_kernels_execute import SIDECARS, argument, load_sidecar, matrix, name_of, packed

HYPOTHETICAL = [path for path in SIDECARS if "whatif" in load_sidecar(path)]


def product(sidecar: dict[str, Any], session: Session, steps: int, stride: int) -> np.ndarray[Any, Any]:
    session.call([steps, ("a", 0), ("b", 0), ("c", 0), stride])
    contents = session.contents("c")
    assert contents is not None
    data, columns = bytes.fromhex(contents), sidecar["shape"]["nr"]
    return np.array(
        [np.frombuffer(data, "<u4", columns, row * stride) for row in range(sidecar["shape"]["mr"])], dtype=np.int64
    )


@pytest.mark.parametrize("fill", ["random", "highest"])
@pytest.mark.parametrize("path", HYPOTHETICAL, ids=name_of)
def test_a_kernel_of_a_hypothetical_instruction_computes_the_product(path: Path, fill: str) -> None:
    sidecar = load_sidecar(path)
    shape = sidecar["shape"]
    program = asm.parse(path.with_suffix(".s").read_text(encoding="utf-8"), str(path), sidecar["isa"])
    rows = overlay.read(resources.shipped_whatif(sidecar["whatif"])).rows[program.isa]
    loaded = prepare.function_of_text(program, sidecar["function"]["symbol"])
    for steps in (1, 2, 3, 4, 7, 9):
        a = matrix(argument(sidecar, "a"), (shape["mr"], steps * shape["kr"]), fill, seed=steps)
        b = matrix(argument(sidecar, "b"), (shape["nr"], steps * shape["kr"]), fill, seed=steps + 1000)
        panels = [(name, packed(values, argument(sidecar, name), shape["kr"])) for name, values in (("a", a), ("b", b))]
        stride = 4 * shape["nr"] + 12
        buffers = [Buffer(name, len(data), fill="hex", data=data.hex()) for name, data in panels]
        buffers.append(Buffer("c", stride * shape["mr"]))
        session = Session(loaded.image, loaded.start, isa.load(program.isa, rows), buffers)
        assert np.array_equal(product(sidecar, session, steps, stride), a @ b.T)


def test_there_are_plain_and_scheduled_kernels_of_both_instructions() -> None:
    names = {name_of(path) for path in HYPOTHETICAL}
    for stem in ("u8gemm_6x4_dp4a", "u8gemm_6x4_smlasd"):
        assert {f"armv7/{stem}{order}" for order in ("", "-a7", "-a53")} <= names
        assert {f"aarch64/{stem}{order}" for order in ("", "-a53")} <= names
