"""From the text of opcodes.yaml to the rows that the cache keeps. Only on a cold cache."""

from __future__ import annotations

from typing import Any

from cyclesim.errors import ManyErrors, TableError
from cyclesim.ir import Span
from cyclesim.machine.nodes import parse_yaml

KINDS = (
    *("float", "dot", "integer", "shift", "compare", "convert", "move", "special", "address"),
    *("branch", "message", "message-half", "idle"),
)
ROW_KEYS = (
    *("unit", "opcode", "types", "sources", "kind", "message", "access", "staging"),
    *("operations", "integer_operations", "last", "status", "meaning"),
)
NEEDED = ("unit", "opcode", "sources", "kind", "meaning")
STATED_ELSEWHERE = {"unstated": 0, "vector": -1}


def compile_opcodes(text: str, file: str) -> dict[str, Any]:
    """Types and rows of opcodes.yaml as plain data. Raises ManyErrors with everything wrong."""
    document = parse_yaml(text, file)
    plain = document.root.plain()
    errors = list(document.errors)
    missing = [key for key in ("types", "status", "opcodes") if not isinstance(plain, dict) or key not in plain]
    if missing:
        raise ManyErrors([*errors, TableError(f"missing keys: {', '.join(missing)}", Span(file, 1))])
    types = {name: [one["lanes"], one["bits"]] for name, one in plain["types"].items()}
    rows: list[list[Any]] = []
    seen: set[tuple[Any, Any]] = set()
    entries = document.root.value["opcodes"].elements()
    for node, row in zip(entries, plain["opcodes"], strict=True):
        wrong = _wrong(row, set(types), seen)
        if wrong:
            errors.append(TableError(wrong, Span(file, node.span.line)))
        else:
            seen.add((row["unit"], row["opcode"]))
            rows.append(_row(row, f"{file.rpartition('/')[2]}:{node.span.line}", plain["status"]))
    if errors:
        raise ManyErrors(errors)
    return {"types": types, "opcodes": rows}


def _wrong(row: dict[str, Any], types: set[str], seen: set[tuple[Any, Any]]) -> str:
    """What is wrong with a row, empty when nothing is."""
    if not isinstance(row, dict):
        return "a row is a mapping"
    unknown = [key for key in row if key not in ROW_KEYS]
    missing = [key for key in NEEDED if key not in row]
    if unknown or missing:
        return f"unknown keys: {', '.join(unknown)}" if unknown else f"missing keys: {', '.join(missing)}"
    if row["unit"] not in ("FMA", "ADD"):
        return f"unit is FMA or ADD, not {row['unit']}"
    if row["kind"] not in KINDS:
        return f"no kind {row['kind']}"
    if (row["unit"], row["opcode"]) in seen:
        return f"a second row of {row['opcode']} in the {row['unit']} slot"
    strange = [name for name in row.get("types", ()) if name not in types]
    if strange:
        return f"types that the list above has not: {', '.join(strange)}"
    return "a message has access when it has staging" if ("access" in row) != ("staging" in row) else ""


def _row(row: dict[str, Any], where: str, status: str) -> list[Any]:
    """A row in the order of `Opcode`."""
    sources = row["sources"]
    staging = row.get("staging", {})
    if not isinstance(staging, dict):
        staging = {"": STATED_ELSEWHERE.get(staging, staging)}
    return [
        *(row["unit"], row["opcode"], row.get("types", []), sources if isinstance(sources, list) else [sources]),
        *(row["kind"], row.get("message", ""), row.get("access", ""), staging),
        *(row.get("operations", 0), row.get("integer_operations", 0), row.get("last", False)),
        *(row.get("status", status), row["meaning"], where),
    ]
