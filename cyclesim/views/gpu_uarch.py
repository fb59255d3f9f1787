"""`uarch show` of a core that schedules warps: its numbers with range, status and source."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cyclesim.machine.schema_warps import NUMBERS
from cyclesim.machine.timing import STATUSES
from cyclesim.views import table

WIDTH = 100
HEADERS = ("number", "value", "unit", "low", "high", "status", "source", "note", "meaning")

Document = Mapping[str, Any]


def evidence(document: Document) -> dict[str, int]:
    """Status to how many numbers have it."""
    entries = [*document["numbers"].values(), *document["fetch"]]
    counts = {status: sum(entry["status"] == status for entry in entries) for status in STATUSES}
    return {status: count for status, count in counts.items() if count}


def render_core(document: Document, format: str) -> str:
    """Everything a core file says."""
    if format == "json":
        return json.dumps({"schema_version": 1, "core": {**document, "evidence": evidence(document)}}, indent=1)
    if format == "text":
        return "\n".join(_lines(document))
    return table.render(HEADERS, _rows(document), format)


def _rows(document: Document) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for name, entry in document["numbers"].items():
        meaning = NUMBERS[name]
        ends = [entry.get(end) for end in ("low", "high")]
        rows.append(
            (
                name,
                entry["value"],
                meaning.unit,
                *ends,
                entry["status"],
                entry["source"],
                entry.get("note"),
                meaning.says,
            )
        )
    for row in document["fetch"]:
        name = f"fetch, {row['warps']} warps per engine"
        ends = [row.get(end) for end in ("low", "high")]
        says = "issue cycles that a 16-byte word of instructions takes"
        rows.append((name, row["cycles"], "cycles", *ends, row["status"], row["source"], row.get("note"), says))
    return rows


def _lines(document: Document) -> Iterator[str]:
    aliases = ", ".join(document.get("aliases", []))
    yield f"{document['title']} ({document['name']}{', ' + aliases if aliases else ''})"
    based = f", based on {document['based_on']}" if document.get("based_on") else ""
    yield f"{document['kind']}, {' and '.join(document['isas'])}{based}"
    yield ""
    yield document["picture"].rstrip("\n")
    yield from ("", "Sources")
    for tag, source in document["sources"].items():
        yield from textwrap.wrap(f"{tag}: {source}", WIDTH, initial_indent="  ", subsequent_indent="      ")
    yield from ("", "Numbers")
    for name, value, unit, low, high, status, source, note, says in _rows(document):
        span = "" if low is None and high is None else f", {low if low is not None else value} to {high or value}"
        text = f"{name}: {value}{f' {unit}' if unit else ''}{span} ({status}). {says}. {source}"
        text += f". {note}" if note else ""
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")
    yield from ("", "Evidence of the numbers")
    total = sum(evidence(document).values())
    yield from (f"  {status:14} {count:4} of {total}" for status, count in evidence(document).items())
