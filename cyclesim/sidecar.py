"""Measured figures that stand beside a kernel: `NAME.yaml` next to `NAME.s` (format: kernels_asm/README.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cyclesim import resources
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, parse_cycles

RATES = ("OPS/cycle", "FLOPS/cycle")
MOST_BYTES = 1_000_000


class Measured(NamedTuple):
    """One measured figure. `cycles`: per iteration, from the printed rate; `printed` and `unit` as published; `source`
    names the row and slide, `note` what a reader has to know of it."""

    core: str
    cycles: Cycles
    printed: str
    unit: str
    source: str
    note: str


def measured_figures(file: str, core: str, operations: int) -> tuple[Measured, ...]:
    """What the sidecar of an assembly file says was measured on a core. `operations`: of one iteration.

    A file without a sidecar, or whose neighbour of that name is something else, has none.
    """
    rows = _document(file).get("measured")
    figures = [_figure(row, operations) for row in (rows if isinstance(rows, list) else []) if isinstance(row, Mapping)]
    return tuple(figure for figure in figures if figure is not None and figure.core == core)


def _document(file: str) -> Mapping[str, object]:
    import yaml

    for path in (file, os.path.join(os.path.dirname(resources.data_folder("kernels_asm")), file)):
        stem, extension = os.path.splitext(path)
        if extension.lower() != ".s" or not os.path.isfile(path) or not os.path.isfile(f"{stem}.yaml"):
            continue
        try:
            with open(f"{stem}.yaml", encoding="utf-8") as text:
                document = yaml.safe_load(text.read(MOST_BYTES))
        except (OSError, ValueError, yaml.YAMLError):
            return {}
        return document if isinstance(document, Mapping) else {}
    return {}


def _figure(row: Mapping[object, object], operations: int) -> Measured | None:
    try:
        rate = parse_cycles(row.get("printed"))
    except ValueError:
        return None
    if row.get("unit") not in RATES or not rate or not operations:
        return None
    source = f"{row.get('row', '')}, slide {row['slide']}" if "slide" in row else str(row.get("row", ""))
    note = " ".join(str(row.get("note") or "").split())
    return Measured(
        str(row.get("core")), Cycles(operations) / rate, str(row["printed"]), str(row["unit"]), source, note
    )
