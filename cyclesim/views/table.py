"""Rows to a table: aligned text, Markdown or CSV."""

from __future__ import annotations

from collections.abc import Sequence


def render(headers: Sequence[str], rows: Sequence[Sequence[object]], format: str = "text") -> str:
    """A table. `format`: `text` (aligned, for a terminal), `markdown` or `csv`. None is an empty cell."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if format == "csv":
        return _csv(headers, cells)
    import tabulate

    if format == "markdown":
        return tabulate.tabulate(cells, headers=list(headers), tablefmt="github", disable_numparse=True)
    # The library pads headers by two more columns, which a table of 100 columns can't afford: they go in as a row.
    rule = ["-" * max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    return tabulate.tabulate([headers, rule, *cells], tablefmt="plain", disable_numparse=True)


def _csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return out.getvalue()
