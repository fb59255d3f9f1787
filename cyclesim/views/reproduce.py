"""`reproduce`: printed and estimated figures side by side."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.reproduce import Claim, Row
from cyclesim.units import decimal_text, exact_text
from cyclesim.views import table
from cyclesim.views.wording import wrap


def render(rows: Sequence[Row], claims: Sequence[Claim], format: str = "text") -> str:
    """The tables of the talk; `text` has the notes below, numbered by row."""
    if format == "json":
        return _json(rows, claims)
    if format == "csv":
        headers = ["row", "slide", "core", "kind", "printed", "estimated", "exact", "cycles", "unit", "agrees", "note"]
        return table.render(headers, [_csv_cells(row) for row in rows], "csv")
    headers = ["slide", "row", "core", "printed", "estimated", "cycles", "agrees"]
    cells = [
        [
            row.slide,
            f"{row.row} {row.kind}" if row.kind == "measured" else row.row,
            row.core,
            row.printed,
            row.estimated,
            decimal_text(row.cycles, 3),
            "yes" if row.agrees else "no",
        ]
        for row in rows
    ]
    lines = [table.render(headers, cells, format), "", "operations per cycle; cycles are per step of the kernel", ""]
    lines += ["Notes", *[line for row in rows for line in _note_lines(row)], "", "Claims of the slides, by the sums"]
    for claim in claims:
        lines += wrap(f"- slide {claim.slide}, {claim.core}: {claim.says}: {decimal_text(claim.ratio)}x ({claim.rows})")
    return "\n".join(lines)


def _note_lines(row: Row) -> list[str]:
    slips = [
        f"{name} printed {printed}, sum {ours}" for name, printed, ours in row.cells if printed.rstrip("*") != ours
    ]
    remarks = [row.note] if row.note else []
    if slips:
        remarks.append("entries: " + "; ".join(slips))
    return wrap(f"- {row.row}, {row.core}: {' '.join(remarks)}") if remarks else []


def _csv_cells(row: Row) -> list[object]:
    return [
        row.row,
        row.slide,
        row.core,
        row.kind,
        row.printed,
        row.estimated,
        exact_text(row.exact),
        exact_text(row.cycles),
        row.unit,
        row.agrees,
        row.note,
    ]


def _json(rows: Sequence[Row], claims: Sequence[Claim]) -> str:
    import json

    records = [
        {
            "row": row.row,
            "core": row.core,
            "slide": row.slide,
            "kind": row.kind,
            "printed": row.printed,
            "estimated": row.estimated,
            "exact": exact_text(row.exact),
            "cycles": exact_text(row.cycles),
            "unit": row.unit,
            "agrees": row.agrees,
            "kernel": row.kernel,
            "entries": [{"instruction": name, "printed": cell, "sum": ours} for name, cell, ours in row.cells],
            "note": row.note,
        }
        for row in rows
    ]
    sentences = [
        {"slide": one.slide, "core": one.core, "says": one.says, "ratio": float(one.ratio), "rows": one.rows}
        for one in claims
    ]
    return json.dumps({"schema_version": 1, "rows": records, "claims": sentences}, indent=1)
