"""Listings of the tests: compiled by Mesa 22.3.6 (GPU id 0x7212) from shaders of this project, and small ones."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.gpu.listing import parse
from cyclesim.gpu.nouns import Listing

FOLDER = Path(__file__).parent / "listings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
STATISTICS: dict[str, dict[str, float]] = json.loads((FOLDER / "stats.json").read_text(encoding="utf-8"))

SMALL = """clause_0:
ds(0) nbb load ncph next_store dwb(0)
{
    *LSHIFT_OR.i32 r0:t0, r60, #0, 0x00000004 /* 0.000000 */
    +NOP t1
    *NOP t0
    +IADD.s32 r1:t1, u0.w0, t0
    *NOP t0
    +LOAD.i128 t1, r1, r0, @r4
}

clause_3:
ds(0) eos store
{
    *FMA.f32.clamp_0_1 r0:t0.h1, r4.neg, 0x3f000000 /* 0.500000 */.abs, #0.neg
    +NOP t1
    *NOP t0
    +STORE.i32 t1, r1, lane_id.x, @r4
}
"""


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@cache
def compiled(name: str) -> Listing:
    return parse(text_of(name), f"{name}.txt")


def faults(text: str) -> list[CyclesimError]:
    """The errors of a text that can't be read."""
    try:
        parse(text, "x.txt")
    except ManyErrors as many:
        return list(many.errors)
    except CyclesimError as error:
        return [error]
    raise AssertionError("the text was read")


def clause(*slots: str, header: str = "ds(0) eos", label: str = "clause_0") -> str:
    """One clause of pairs of slots."""
    lines = "\n".join(f"    {slot}" for slot in slots)
    return f"{label}:\n{header}\n{{\n{lines}\n}}\n"
