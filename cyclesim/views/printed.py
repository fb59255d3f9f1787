"""`reproduce` of a GPU: printed and derived figures side by side, and the grids of work-group sizes."""

from __future__ import annotations

from cyclesim.printed import Figures, Grid, Row
from cyclesim.units import decimal_text, exact_text
from cyclesim.views import table
from cyclesim.views.wording import wrap

KEYS = ("row", "core", "printed", "estimated", "exact", "unit", "agrees", "note")


def render(figures: Figures, format: str = "text") -> str:
    """All figures; `text` has the notes below."""
    if format == "json":
        import json

        record = {
            "schema_version": 1,
            "source": figures.source,
            "rows": [_record(row) for row in figures.rows],
            "grids": [_grid_record(grid) for grid in figures.grids],
            "median_error": float(figures.median_error),
        }
        return json.dumps(record, indent=1)
    if format == "csv":
        return table.render(KEYS, [[_record(row)[key] for key in KEYS] for row in figures.rows], "csv")
    cells = [[row.row, row.printed, row.estimated, row.unit, _verdict(row)] for row in figures.rows]
    lines = [table.render(["figure", "printed", "derived", "unit", "agrees"], cells, format), ""]
    lines += ["Notes", *[line for row in figures.rows if row.note for line in wrap(f"- {row.row}: {row.note}")], ""]
    lines += ["Work-group sizes: 10^9 thread-tuples of the loop a second", _grid_table(figures, format), ""]
    count = sum(len(grid.points) for grid in figures.grids)
    lines += wrap(f"median error of the {count} published points: {decimal_text(100 * figures.median_error)} %")
    return "\n".join([*lines, *wrap(f"source: {figures.source}")])


def _verdict(row: Row) -> str:
    return "yes" if row.agrees else "no, see note" if row.explained else "NO"


def _grid_table(figures: Figures, format: str) -> str:
    rows = [
        [
            grid.test,
            grid.group,
            len(grid.points),
            f"{decimal_text(min(grid.points))} to {decimal_text(max(grid.points))}",
            decimal_text(grid.estimated),
            f"{float(100 * min(grid.errors)):+.1f} to {float(100 * max(grid.errors)):+.1f} %",
        ]
        for grid in figures.grids
    ]
    return table.render(["test", "threads", "points", "measured", "derived", "error"], rows, format)


def _record(row: Row) -> dict[str, object]:
    return {
        "row": row.row,
        "core": row.core,
        "printed": row.printed,
        "estimated": row.estimated,
        "exact": exact_text(row.exact),
        "unit": row.unit,
        "agrees": row.agrees,
        "explained": row.explained,
        "note": row.note,
    }


def _grid_record(grid: Grid) -> dict[str, object]:
    return {
        "test": grid.test,
        "group": grid.group,
        "measured": [float(point) for point in grid.points],
        "estimated": float(grid.estimated),
        "errors": [float(error) for error in grid.errors],
    }
