"""`--list-symbols`: the functions of objects and archives."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cyclesim.asm.objects import Function
from cyclesim.views import table

NAME_WIDTH = 44


def render(functions: Sequence[Function], format: str) -> str:
    """A row a function: name, member (or file), address, size in bytes, state, binding. A size that the symbol doesn't
    state reaches to the next one."""
    headers = ["symbol", "member", "address", "bytes", "state", "binding"]
    cells = [_cells(one) for one in functions]
    if format == "json":
        records = [
            {"file": one.object.path, **dict(zip(headers, row, strict=True))}
            for one, row in zip(functions, cells, strict=True)
        ]
        return json.dumps({"schema_version": 1, "symbols": records}, indent=1)
    if format == "text":
        cells = [[_cut(str(name)), *rest] for name, *rest in cells]
    return table.render(headers, cells, format)


def _cells(one: Function) -> list[object]:
    size = one.end - one.start
    member = one.object.member or one.object.path
    return [one.name, member, f"{one.address:#x}", size, one.state, one.binding]


def _cut(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
