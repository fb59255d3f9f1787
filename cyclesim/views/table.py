"""Rows to a table: aligned text, Markdown or CSV."""

from __future__ import annotations

from collections.abc import Sequence


def render(headers: Sequence[str], rows: Sequence[Sequence[object]], format: str = "text") -> str:
    """A table. `format`: `text` (aligned, for a terminal), `markdown` or `csv`. None is an empty cell."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if format == "csv":
        return _csv(headers, cells)
    import tabulate

    style = "github" if format == "markdown" else "simple"
    return tabulate.tabulate(cells, headers=list(headers), tablefmt=style, disable_numparse=True)


def _csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return out.getvalue()
