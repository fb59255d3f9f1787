"""`uarch`: the machine models as users read them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cyclesim import resources
from cyclesim.errors import CyclesimError
from cyclesim.machine.timing import STATUSES
from cyclesim.views import table

WIDTH = 100
COLUMNS = (30, 7, 3, 6, 7, 14, 21)
"""Widths of the timing table: class and condition, latency, accumulate, cycles, slots, status, source."""
ROW_KEYS = (
    "latency",
    "accumulate",
    "forward",
    "base",
    "flags",
    "uses",
    "cycles",
    "slots",
    "blocks",
    "needs",
    "pairs_as",
    "status",
    "source",
    "note",
    "where",
)
MEANINGS = {
    "latency": "cycles until the result can be a source",
    "accumulate": "cycles until it can be the accumulator of the same group",
    "forward": "group among which accumulators are forwarded",
    "base": "cycles until a written-back address can be used",
    "flags": "cycles until the flags can be used",
    "uses": "units held",
    "cycles": "issue cycles, for which the units are held",
    "slots": "places in an issue group",
    "blocks": "nothing else issues during its cycles",
    "needs": "cycles after issue at which operands are needed",
    "pairs_as": "name in pairing rules",
    "status": "evidence",
    "source": "source",
    "note": "note",
    "where": "defined in",
}

Document = Mapping[str, Any]


def render_list(documents: Sequence[Document], format: str) -> str:
    """The models, a row each, with the number of timing rows by evidence."""
    records = [
        {
            "name": one["name"],
            "aliases": list(one.get("aliases", [])),
            "title": one["title"],
            "kind": one["kind"],
            "isas": list(one["isas"]),
            "width": int(one["issue_width"]) if "issue_width" in one else None,
            "rows": evidence(one),
        }
        for one in documents
    ]
    if format == "json":
        return _json(cores=records)
    headers = ["name", "aliases", "title", "kind", "isas", "width", "rows"]
    cells = [
        [
            record["name"],
            " ".join(record["aliases"]),
            record["title"],
            record["kind"],
            " ".join(record["isas"]),
            record["width"],
            ", ".join(f"{count} {status}" for status, count in record["rows"].items()),
        ]
        for record in records
    ]
    if format == "text":
        return "\n".join(_list_lines(cells))
    return table.render(headers, cells, format)


def _list_lines(cells: Sequence[Sequence[object]]) -> Iterator[str]:
    """Two lines a core: what it is, and the evidence of its timing rows."""
    for name, aliases, title, kind, isas, width, rows in cells:
        what = f"{title}, {kind}, {width} a cycle, {isas}" if width is not None else f"{title}, {kind}, {isas}"
        yield from textwrap.wrap(f"{name!s:12} {aliases!s:6} {what}", WIDTH, subsequent_indent=" " * 20)
        yield from textwrap.wrap(
            f"{'rows' if width is not None else 'numbers'}: {rows}",
            WIDTH,
            initial_indent=" " * 20,
            subsequent_indent=" " * 26,
        )


def evidence(document: Document) -> dict[str, int]:
    """Status to the number of timing rows; a row without its own counts as its class's first. Of a core that schedules
    warps: to the number of its numbers."""
    if document["kind"] == "warps":
        from cyclesim.views import gpu_uarch

        return gpu_uarch.evidence(document)
    counts: dict[str, int] = {}
    for rows in document["timings"].values():
        for row in rows:
            status = row.get("status", rows[0].get("status", "unknown"))
            counts[status] = counts.get(status, 0) + 1
    return {status: counts[status] for status in STATUSES if status in counts}


def render_core(document: Document, format: str) -> str:
    """Everything a core file says."""
    if document["kind"] == "warps":
        from cyclesim.views import gpu_uarch

        return gpu_uarch.render_core(document, format)
    if format == "json":
        return _json(core={**document, "evidence": evidence(document)})
    if format == "text":
        return "\n".join(_core_lines(document))
    headers = ["class", "when", *ROW_KEYS]
    cells = [
        [class_, when_text(row), *[_cell(row.get(key)) for key in ROW_KEYS]]
        for class_, rows in document["timings"].items()
        for row in rows
    ]
    return table.render(headers, cells, format)


def _core_lines(document: Document) -> Iterator[str]:
    aliases = ", ".join(document.get("aliases", []))
    yield f"{document['title']} ({document['name']}{', ' + aliases if aliases else ''})"
    based = f", based on {document['based_on']}" if document.get("based_on") else ""
    yield f"{document['kind']}, {document['issue_width']} instructions a cycle, {' and '.join(document['isas'])}{based}"
    yield ""
    yield document["picture"].rstrip("\n")
    for title, lines in (
        ("Sources", [f"{tag}: {source}" for tag, source in document["sources"].items()]),
        ("Units", _unit_lines(document)),
        ("Pairs that are refused", _refusal_lines(document)),
        ("Branches and memory", _fact_lines(document)),
    ):
        yield from ("", title, *_wrapped(lines))
    yield from ("", "Timing rows (a line below a class: when that holds, only what differs)", *_timing_lines(document))
    yield from ("", "Evidence of the timing rows")
    total = sum(evidence(document).values())
    yield from (f"  {status:14} {count:4} of {total}" for status, count in evidence(document).items())
    yield from ("", "The talk's additive model (issue cycles)", *_flat_lines(document))


def _unit_lines(document: Document) -> list[str]:
    return [
        f"{unit['count']} {name}: {unit['title']} ({unit['source']}; {unit['status']})" + _note(unit)
        for name, unit in document["units"].items()
    ]


def _refusal_lines(document: Document) -> list[str]:
    refusals = [
        f"{one['sentence'][0].upper()}{one['sentence'][1:]} ({one['source']}; {one['status']})." + _note(one)
        for one in document.get("co_issue", [])
    ]
    return refusals or ["None beyond slots and units."]


def _fact_lines(document: Document) -> list[str]:
    branches, memory = document["branches"], document["memory"]
    forwarding = memory["store_to_load"]
    return [
        f"A taken branch ends its issue group; {branches['taken_bubble']} cycles pass without issue after it "
        f"({branches['source']}; {branches['status']})." + _note(branches),
        f"A cache line is {memory['line_bytes']} bytes; an unaligned access takes {memory['unaligned_cycles']} more "
        f"for each {memory['unaligned_boundary']} bytes; from a store to a load of the same bytes {forwarding} cycles "
        f"({memory['source']}; {memory['status']})." + _note(memory),
    ]


def _note(entry: Document) -> str:
    return f" {entry['note'][0].upper()}{entry['note'][1:]}." if entry.get("note") else ""


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield from textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ")


def _timing_lines(document: Document) -> Iterator[str]:
    yield from _columns(["class", "latency", "acc", "cycles", "slots", "status", "source"])
    for class_, rows in document["timings"].items():
        for number, row in enumerate(rows):
            name = f"  {when_text(row)}" if number else class_
            keys = ("latency", "accumulate", "cycles", "slots", "status", "source")
            shown = {"cycles": 1, "slots": "either", **row} if not number else row
            yield from _columns([name, *[_cell(shown.get(key)) for key in keys]])


def _columns(cells: Sequence[str]) -> Iterator[str]:
    """One row of the timing table, as many lines as its longest cell needs."""
    indents = ["    " if cells[0].startswith("  ") else "  ", *[""] * (len(cells) - 1)]
    starts = [cell[: len(cell) - len(cell.lstrip())] for cell in cells]
    folded = [
        textwrap.wrap(cell.strip(), width, initial_indent=start, subsequent_indent=indent)
        for cell, width, start, indent in zip(cells, COLUMNS, starts, indents, strict=True)
    ]
    for number in range(max(len(lines) for lines in folded)):
        parts = [lines[number] if number < len(lines) else "" for lines in folded]
        yield "  ".join(part.ljust(width) for part, width in zip(parts, COLUMNS, strict=True)).rstrip()


def _flat_lines(document: Document) -> Iterator[str]:
    for class_, rows in document["flat_sums"].items():
        for row in rows:
            when = f" when {when_text(row)}" if row.get("when") else ""
            source = f"  ({row['source']})" if row.get("source") else ""
            yield from _wrapped([f"{class_}{when}: {row.get('cycles', '')}{source}"])
    if not document["flat_sums"]:
        yield "  None."


def render_class(document: Document, class_: str, format: str) -> str:
    """The rows of one class with all their keys."""
    rows = document["timings"][class_]
    if format == "json":
        return _json(core=document["name"], **{"class": class_}, rows=rows)
    if format != "text":
        cells = [[when_text(row), *[_cell(row.get(key)) for key in ROW_KEYS]] for row in rows]
        return table.render(["when", *ROW_KEYS], cells, format)
    lines = [f"{class_} on {document['title']}"]
    for row in rows:
        lines += ["", f"when {when_text(row)}" if row.get("when") else "in general"]
        for key in ROW_KEYS:
            if key in row:
                text = f"{MEANINGS[key]}: {_cell(row[key])}"
                lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")
    return "\n".join(lines)


def when_text(row: Document) -> str:
    """`width 128, lane`: the conditions of a row; empty for the base row."""
    return ", ".join(_condition(name, wanted) for name, wanted in row.get("when", {}).items())


def _condition(name: str, wanted: object) -> str:
    if wanted is True:
        return name
    if wanted is False:
        return f"not {name}"
    values = [str(value) or "none" for value in wanted] if isinstance(wanted, list) else [str(wanted) or "none"]
    return f"{name} {'|'.join(values)}"


def _cell(value: object) -> str:
    """A value of a row as text: `neon 2`, `address -1`, `yes`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {number}" for name, number in value.items()) or "none"
    return str(value)


def render_check(found: Mapping[str, Sequence[CyclesimError]], format: str) -> str:
    """What `uarch check` found; the text form is a count a file, the errors themselves are diagnostics."""
    records = [
        {
            "file": resources.shown(path),
            "line": error.span.line if error.span else None,
            "column": error.span.column if error.span else None,
            "message": error.message,
        }
        for path, errors in found.items()
        for error in errors
    ]
    if format == "json":
        return _json(files=[resources.shown(path) for path in found], errors=records)
    if format != "text":
        headers = ["file", "line", "column", "message"]
        return table.render(headers, [[record[header] for header in headers] for record in records], format)
    return "\n".join(f"{resources.shown(path)}: {_count(len(errors))}" for path, errors in found.items())


def _count(errors: int) -> str:
    return f"{errors or 'no'} {'error' if errors == 1 else 'errors'}"


def _json(**content: object) -> str:
    return json.dumps({"schema_version": 1, **content}, indent=1)
