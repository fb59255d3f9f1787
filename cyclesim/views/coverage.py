"""`isa coverage PATH…`: how much of a user's own code is read and resolves."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cyclesim.coverage import FileCoverage, Unknown, joined
from cyclesim.views import table
from cyclesim.views.wording import wrap

FILE_WIDTH = 44
"""Columns of a file's name in the text; its end is kept."""

REASON_WIDTH = 66


def render(found: Sequence[FileCoverage], missing: int, format: str) -> str:
    """Files, their total, unknown mnemonics in the order of use (`missing` of them), files that can't be read."""
    total = joined("total", found)
    if format == "json":
        records = [_record(one, missing) for one in found]
        return json.dumps({"schema_version": 1, "files": records, "total": _record(total, missing)}, indent=1)
    headers = ["file", "isa", "parsed", "resolved", "share", "SVE/SME", "undecoded", "errors"]
    if format == "csv":
        return table.render([*headers, "error"], [[*_cells(one), one.error] for one in found], format)
    rows = [_cells(one) for one in ([*found, total] if len(found) > 1 else found)]
    # Columns of what is rare are left out where there is none of it.
    kept = [place for place in range(len(headers)) if place < 5 or rows[-1][place]]
    shown = [[_cut(str(row[place])) if format == "text" else row[place] for place in kept] for row in rows]
    parts = [table.render([headers[place] for place in kept], shown, format)]
    if total.unknown:
        parts.append(
            table.render(["unknown", "count", "reason"], _unknown_cells(total.unknown[:missing], format), format)
        )
        if len(total.unknown) > missing:
            parts.append(f"and {len(total.unknown) - missing} more unknown mnemonics (--missing N)")
    errors = [f"not read: {one.file}: {one.error}" for one in found if one.errors]
    if errors:
        parts.append("\n".join(line for error in errors for line in wrap(error)))
    return "\n\n".join(parts)


def _cells(one: FileCoverage) -> list[object]:
    return [
        one.file,
        one.isa,
        one.instructions,
        one.resolved,
        f"{one.share:.2%}" if one.instructions else "",
        one.scalable,
        one.undecoded,
        one.errors,
    ]


def _unknown_cells(unknown: Sequence[Unknown], format: str) -> list[list[object]]:
    cells: list[list[object]] = []
    for one in unknown:
        reason = one.reason
        if format == "text" and len(reason) > REASON_WIDTH:
            reason = reason[: REASON_WIDTH - 1] + "…"
        cells.append([one.mnemonic, one.count, reason])
    return cells


def _cut(text: str) -> str:
    return text if len(text) <= FILE_WIDTH else "…" + text[1 - FILE_WIDTH :]


def _record(one: FileCoverage, missing: int) -> dict[str, object]:
    return {
        "file": one.file,
        "isa": one.isa,
        "parsed": one.instructions,
        "resolved": one.resolved,
        "share": one.share,
        "scalable": one.scalable,
        "undecoded": one.undecoded,
        "errors": one.errors,
        "error": one.error,
        "unknown": [unknown._asdict() for unknown in one.unknown[:missing]],
    }
