"""Pages of the generated reference that need estimates: shipped kernels and listings; and the shipped what-if files."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from cyclesim import api, resources
from cyclesim.cli import main
from cyclesim.errors import CyclesimError
from docs.site.tables import plain, table

Document = Mapping[str, Any]


def sidecars(folder: str) -> Iterator[tuple[str, Document]]:
    """Stem and sidecar of every shipped kernel of a folder."""
    root = os.path.join(resources.data_folder("kernels_asm"), folder)
    for name in sorted(os.listdir(root)):
        if name.endswith(".yaml"):
            with open(os.path.join(root, name), encoding="utf-8") as file:
                yield name.removesuffix(".yaml"), yaml.safe_load(file)


def page(cores: Sequence[Document], isas: Mapping[str, str]) -> str:
    """Bound, schedule and operations per cycle of every kernel on every core that runs it."""
    lines = ["# Shipped kernels", ""]
    lines += ["Cycles an iteration. A name works as a file: `cyclesim explain aarch64/NAME --uarch a53`. ", ""]
    lines += ["A kernel's page of numbers that were printed or measured: [kernels](../../kernels_asm/README.md).", ""]
    for isa, title in isas.items():
        lines += [f"## {title}", ""]
        able = [one for one in cores if isa in one["isas"]]
        rows = [cells for stem, sidecar in sidecars(isa) for cells in _kernel_rows(isa, stem, sidecar, able)]
        headers = ["kernel", "what it is", "what-if", "core", "bound", "limit", "schedule", "operations a cycle"]
        lines += table(headers, rows)
    return "\n".join(lines)


def _kernel_rows(isa: str, stem: str, sidecar: Document, cores: Sequence[Document]) -> Iterator[list[object]]:
    link = f"[{stem}](../../kernels_asm/{isa}/{stem}.s)"
    what = [link, plain(sidecar["title"].rpartition(", ")[0]), sidecar.get("whatif", "")]
    for core in cores:
        cells = _estimate(f"{isa}/{stem}", core["name"], sidecar.get("whatif"))
        yield [*what, core["name"].removeprefix("cortex-"), *cells]
        what = ["", "", ""]


def _estimate(name: str, core: str, whatif: str | None) -> list[object]:
    try:
        one = api.estimate(name, core, whatif=[whatif] if whatif else [])
    except CyclesimError as error:
        return ["", plain(error.message), "", ""]
    rate = one.ops_per_cycle.schedule
    return [_decimal(one.bound.cycles), one.bound.limit, _decimal(one.schedule.cycles), f"{rate:.3f}" if rate else ""]


def _decimal(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def listings_page(cores: Sequence[Document]) -> str:
    """Time, bound and occupancy of every shipped listing on every core that schedules warps."""
    rows: list[list[object]] = []
    for stem, sidecar in sidecars("bifrost"):
        what = [f"[{stem}](../../kernels_asm/bifrost/{stem}.bifrost.txt)", plain(sidecar["title"])]
        for core in cores:
            one = _listing(stem, core["name"])
            time = f"{one['time']['ms']:.3f}" if one else ""
            rows.append([*what, core["name"], time, one["bound"]["limit"] if one else "not estimated"])
            what = ["", ""]
    lines = ["# GPU listings", ""]
    how = "[estimate a GPU kernel](../howto/mali.md)"
    lines += [f"Time of one dispatch as the file beside each listing states it. How to read it: {how}.", ""]
    return "\n".join([*lines, *table(["listing", "what it computes", "core", "milliseconds", "limit"], rows)])


def _listing(stem: str, core: str) -> Document | None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        failed = main(["estimate", f"bifrost/{stem}", "--uarch", core, "--format", "json"])
    found = json.loads(out.getvalue())["estimates"][0] if not failed else None
    return found if isinstance(found, dict) else None


def whatif_page() -> str:
    """Every shipped what-if file, whole: it is its own best description."""
    folder = os.path.join(resources.data_folder("uarch"), "whatif")
    lines = [
        "# Shipped what-if files",
        "",
        "Names for `--whatif`. The keys: [what-if files](../reference/whatif-files.md).",
        "",
    ]
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read().rstrip("\n")
            lines += [
                f"## {name.removesuffix('.yaml')}",
                "",
                plain(yaml.safe_load(text)["title"]) + ".",
                "",
                "```yaml",
                text,
                "```",
                "",
            ]
    return "\n".join(lines)
