"""`isa … --isa bifrost`: the opcodes of GPU listings as users read them, and what a check of listings found."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cyclesim.errors import CyclesimError
from cyclesim.gpu.nouns import Listing
from cyclesim.gpu.opcodes import Opcode, Table, Type
from cyclesim.gpu.validity import Violation
from cyclesim.units import counted
from cyclesim.views import table

HEADERS = ("isa", "opcode", "unit", "types", "sources", "kind", "message", "access", "staging")
COUNTS = ("operations", "integer_operations", "last", "status", "meaning", "where")
ISA = "bifrost"


def render_list(rows: Sequence[Opcode], format: str) -> str:
    """Opcodes in the order of the table; the text form leaves out what doesn't fit 100 columns."""
    if format == "json":
        return _json(opcodes=[_record(row) for row in rows])
    if format != "text":
        return table.render([*HEADERS, *COUNTS], [list(_flat(row).values()) for row in rows], format)
    cells = [
        [
            _name(row),
            _cut(" ".join(row.types), TYPES_WIDTH),
            f"{row.kind} {row.message}",
            _cut(row.meaning, MEANING_WIDTH),
        ]
        for row in rows
    ]
    return table.render(["opcode", "types", "kind", "meaning"], cells)


TYPES_WIDTH = 16
MEANING_WIDTH = 43
"""Columns in a list; `isa show` and the other formats have them whole."""


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 2].rstrip()} …"


def _name(row: Opcode) -> str:
    return ("*" if row.unit == "FMA" else "+") + row.name


def _record(row: Opcode) -> dict[str, object]:
    """A row for JSON: lists stay lists."""
    staging = [{"type": name, "registers": count} for name, count in row.staging.items()]
    return {**_flat(row), "types": list(row.types), "sources": list(row.sources), "staging": staging}


def _flat(row: Opcode) -> dict[str, object]:
    """A row in cells."""
    sources = " or ".join(map(str, row.sources))
    cells = [ISA, row.name, row.unit, " ".join(row.types), sources, row.kind, row.message, row.access, _staging(row)]
    counts = [row.operations, row.integer_operations, row.last, row.status, row.meaning, row.where]
    return dict(zip((*HEADERS, *COUNTS), [*cells, *counts], strict=True))


def _staging(row: Opcode) -> str:
    """`4`, `i32 1, i64 2`, `by v2, v3, v4` or `not in the text`."""
    words = {0: "not in the text", -1: "by v2, v3, v4"}
    numbers = {name: words.get(count, str(count)) for name, count in row.staging.items()}
    return ", ".join(f"{name} {count}".strip() for name, count in numbers.items())


def render_opcode(written: str, rows: Sequence[Opcode], modifiers: Sequence[str], all_: Table, format: str) -> str:
    """One opcode in the slots that have it: what it is, and what its type makes of it."""
    types = {name: all_.types[name] for name in modifiers if name in all_.types}
    if format == "json":
        of_type = [{"type": name, **one._asdict()} for name, one in types.items()]
        return _json(mnemonic=written, modifiers=of_type, opcodes=[_record(row) for row in rows])
    if format != "text":
        return table.render([*HEADERS, *COUNTS], [list(_flat(row).values()) for row in rows], format)
    return "\n\n".join(_described(row, types) for row in rows)


def _described(row: Opcode, types: dict[str, Type]) -> str:
    """A row as a paragraph of lines."""
    slots = {"FMA": "FMA slot, printed *", "ADD": "ADD slot, printed +"}
    lanes = max((one.lanes for one in types.values()), default=1)
    facts = [
        ("slot", slots[row.unit] + (", in a clause's last tuple only" if row.last else "")),
        ("types", " ".join(row.types)),
        ("sources", " or ".join(map(str, row.sources))),
        ("kind", row.kind),
        ("message", row.message),
        ("staging", f"{row.access} {_staging(row)}" if row.access else ""),
        ("operations", _operations(row.operations, lanes)),
        ("integer operations", _operations(row.integer_operations, lanes)),
        ("16 bits or fewer", "yes" if any(one.bits <= 16 for one in types.values()) else ""),
        ("status", f"{row.status}, {row.where}"),
    ]
    return "\n".join([f"{row.name}: {row.meaning}", *(f"  {name:<18} {value}" for name, value in facts if value)])


def _operations(count: int, lanes: int) -> str:
    if not count:
        return ""
    return f"{count * lanes} a thread" + (f", {count} a lane" if lanes > 1 else "")


def diagnostic(listing: Listing, violation: Violation) -> CyclesimError:
    """A broken rule with its place, the source line and the reason."""
    line = violation.span.line
    text = listing.lines[line - 1] if 0 < line <= len(listing.lines) else ""
    error = CyclesimError(violation.message, violation.span, violation.reason, text)
    error.code = violation.rule
    return error


def render_check(found: Sequence[tuple[Listing, Sequence[Violation]]], format: str) -> str:
    """What a check of listings found; the text form is a count a file, the violations themselves are diagnostics."""
    headers = ["file", "line", "column", "rule", "message", "reason"]
    cells: list[list[object]] = [
        [listing.file, one.span.line, one.span.column, one.rule, one.message, one.reason]
        for listing, violations in found
        for one in violations
    ]
    if format == "json":
        records = [dict(zip(headers, cell, strict=True)) for cell in cells]
        return _json(isas=[ISA], listings=[listing.file for listing, _ in found], errors=records)
    if format != "text":
        return table.render(headers, cells, format)
    return "\n".join(
        f"{listing.file}: {counted(len(listing.clauses), 'clause')}, "
        + (counted(len(violations), "broken rule") if violations else "no broken rule")
        for listing, violations in found
    )


def _json(**values: object) -> str:
    return json.dumps({"schema_version": 1, **values}, indent=1)
