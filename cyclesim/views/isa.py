"""`isa`: the instruction tables as users read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cyclesim.errors import CyclesimError
from cyclesim.isa.coverage import Coverage
from cyclesim.isa.notation import addresses_of
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.rows import Row
from cyclesim.isa.sizes import operation_count
from cyclesim.views import table
from cyclesim.views.wording import WIDTH, wrap

if TYPE_CHECKING:
    from cyclesim.isa.instruction_set import InstructionSet, Known
    from cyclesim.isa.meanings import Meanings


def render_rows(rows: Sequence[tuple[str, Row]], format: str) -> str:
    """Rows of the tables in their own notation."""
    headers = ["isa", "form", "class", "operations", "where"]
    cells = [[isa, row.form, row.class_, row.operations, row.where] for isa, row in rows]
    if format == "json":
        return _json("rows", [dict(zip(headers, cell, strict=True)) for cell in cells])
    if format != "text":
        return table.render(headers, cells, format)
    return table.render(headers[:-1], [[isa, _cut(row.form), row.class_, row.operations] for isa, row in rows])


FORM_WIDTH = 42
"""Columns of a row's form in a list; `isa show` and the other formats have it whole."""


def _cut(form: str) -> str:
    return form if len(form) <= FORM_WIDTH else form[: FORM_WIDTH - 1] + "…"


def _used(headers: Sequence[str], cells: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """The table without columns that are empty in every row."""
    kept = [number for number in range(len(headers)) if any(row[number] not in ("", None, 0) for row in cells)]
    return [headers[number] for number in kept], [[row[number] for number in kept] for row in cells]


def render_forms(mnemonic: str, found: Sequence[tuple[InstructionSet, Known]], format: str) -> str:
    """Every form of a mnemonic with what it does."""
    headers = ["isa", "form", "class", "reads", "writes", "flags", "access", "operations", "where", "addresses"]
    cells = [_form_cells(one.isa, pattern) for one, known in found for pattern in known.patterns]
    if format == "json":
        forms = [dict(zip(headers, cell, strict=True)) for cell in cells]
        return _json("forms", forms, mnemonic=mnemonic)
    if format == "csv":
        return table.render(headers, cells, format)
    short = [[*cell[:-2], str(cell[-2]).removeprefix("isa/")] for cell in cells]
    text = (
        _narrow(*_used(headers[:-1], short)) if format == "text" else table.render(*_used(headers[:-1], short), format)
    )
    remarks = [line for one, known in found for remark in _remarks(one.isa, mnemonic, known) for line in wrap(remark)]
    return "\n".join([text, *([""] if remarks else []), *remarks])


def _narrow(headers: Sequence[str], cells: Sequence[Sequence[object]]) -> str:
    """The table as text; of one that is too wide, what all rows share stands above, and files have no folder."""
    text = table.render(headers, cells, "text")
    if not cells or max(map(len, text.splitlines())) <= WIDTH:
        return text
    shared = [at for at in range(len(headers)) if headers[at] != "form" and len({str(row[at]) for row in cells}) == 1]
    kept = [at for at in range(len(headers)) if at not in shared]
    said = ", ".join(f"{headers[at]} {cells[0][at]}" for at in shared)
    rows = [[str(row[at]).rpartition("/")[2] if headers[at] == "where" else row[at] for at in kept] for row in cells]
    return "\n".join([*wrap(said), table.render([headers[at] for at in kept], rows, "text")])


def _remarks(isa: str, mnemonic: str, known: Known) -> list[str]:
    """What the mnemonic as written stands for, when that isn't plain, and the addresses of its forms."""
    names = dict.fromkeys(pattern.mnemonic for pattern in known.patterns)
    plain = mnemonic in names and not known.condition
    condition = f", condition {known.condition}" if known.condition else ""
    remarks = [] if plain else [f"{mnemonic} is {', '.join(names)}{condition}"]
    addresses = dict.fromkeys(_addresses(pattern) for pattern in known.patterns)
    return remarks + [f"{isa} [address]: {text}" for text in addresses if text and text != "label"]


def _addresses(pattern: Pattern) -> str:
    return "; ".join(address for token in pattern.tokens if token.kind == "memory" for address in addresses_of(token))


def _form_cells(isa: str, pattern: Pattern) -> list[object]:
    keys = pattern.row.keys
    reads = [token.text for token in pattern.tokens if token.access != "=" and _is_place(token.kind)]
    writes = [token.text for token in pattern.tokens if token.access]
    implicit = keys.get("implicit")
    if isinstance(implicit, dict):
        reads += implicit.get("reads", [])
        writes += implicit.get("writes", [])
    access = keys.get("access", "")
    return [
        isa,
        pattern.text,
        pattern.row.class_,
        " ".join(reads),
        " ".join(writes),
        _flags(pattern),
        access if isinstance(access, str) else " ".join(map(str, access)) if isinstance(access, list) else "",
        operation_count(pattern),
        pattern.row.where,
        _addresses(pattern),
    ]


def _is_place(kind: str) -> bool:
    return kind in ("register", "list", "memory", "op2")


def _flags(pattern: Pattern) -> str:
    """`reads nzcv, writes fpscr`."""
    said = []
    for key, cell in (("flags", "nzcv"), ("fp-flags", "fpscr"), ("ge-flags", "ge")):
        words = pattern.row.keys.get(key)
        words = words if isinstance(words, list) else []
        if "read" in words:
            said.append(f"reads {cell}")
        if "write" in words or (cell == "nzcv" and pattern.sets_flags):
            said.append(f"writes {cell}")
    return ", ".join(said)


def render_check(isas: Sequence[str], errors: Sequence[CyclesimError], format: str) -> str:
    """What `isa check` found; the text form is a count, the errors themselves are diagnostics."""
    headers = ["file", "line", "message"]
    cells = [[one.span.file if one.span else "", one.span.line if one.span else "", one.message] for one in errors]
    if format == "json":
        found = [dict(zip(headers, cell, strict=True)) for cell in cells]
        return _json("errors", found, isas=list(isas))
    if format == "text":
        return f"{', '.join(isas)}: {len(errors) or 'no'} {'error' if len(errors) == 1 else 'errors'}"
    return table.render(headers, cells, format)


def render_meanings(found: Sequence[Meanings], format: str) -> str:
    """How many forms can be executed; the others by name."""
    if format == "json":
        records = [
            {"isa": one.isa, "forms": one.forms, "executable": one.executable, "without": list(one.without)}
            for one in found
        ]
        return _json("meanings", records)
    missing = [[one.isa, form] for one in found for form in one.without]
    listed = table.render(["isa", "without meaning"], missing, format)
    if format == "csv":
        return listed
    cells = [[one.isa, one.forms, one.executable, len(one.without)] for one in found]
    counts = table.render(["isa", "forms", "executable", "without meaning"], cells, format)
    return f"{counts}\n\n{listed}"


def render_coverage(found: Sequence[Coverage], missing: int, format: str) -> str:
    """Shares of occurrences and of forms; the missing words in order of use."""
    words = [[one.isa, word.form, word.occurrences, word.class_] for one in found for word in one.missing[:missing]]
    headers = ["isa", "missing", "occurrences", "class"]
    if format == "json":
        return _json("coverage", [_coverage_record(one, missing) for one in found])
    if format == "csv":
        return table.render(headers, words, format)
    shares = table.render(
        ["isa", "share", "occurrences", "resolved", "forms", "resolved forms"],
        [
            [one.isa, f"{one.share:.2%}", one.occurrences, one.resolved_occurrences, one.forms, one.resolved_forms]
            for one in found
        ],
        format,
    )
    return f"{shares}\n\n{table.render(headers, words, format)}" if words else shares


def _coverage_record(one: Coverage, missing: int) -> dict[str, object]:
    return {
        "isa": one.isa,
        "share": one.share,
        "occurrences": one.occurrences,
        "resolved_occurrences": one.resolved_occurrences,
        "forms": one.forms,
        "resolved_forms": one.resolved_forms,
        "missing": [word._asdict() for word in one.missing[:missing]],
    }


def _json(name: str, records: Sequence[object], **more: object) -> str:
    return json.dumps({"schema_version": 1, **more, name: list(records)}, indent=1)
