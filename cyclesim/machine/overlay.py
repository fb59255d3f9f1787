"""What-if files: new instructions, their timing per core and changes to cores, laid over the shipped models."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cyclesim.errors import CoreError, CyclesimError, InputError
from cyclesim.machine.changes import Evidence, changed, settings_of
from cyclesim.machine.compiling import raised
from cyclesim.machine.expand import Row, expanded
from cyclesim.machine.nodes import Node, parse_yaml, read_text
from cyclesim.record import NamedTuple

RowSource = tuple[dict[str, Any], str, int]


class Overlay(NamedTuple):
    """A what-if file. `rows`: per ISA, rows for the ISA stage with their file and line. `timings` and `flat_sums`: per
    core, class to rows as they were written. `lines`: (core, class) to the line of its timing, (core, "") to that of
    its settings. `settings`: per core, its `set` section as it was written."""

    title: str
    file: str
    rows: Mapping[str, tuple[RowSource, ...]]
    timings: Mapping[str, Mapping[str, Any]]
    flat_sums: Mapping[str, Mapping[str, Any]]
    lines: Mapping[tuple[str, str], int]
    settings: Mapping[str, Mapping[str, Any]] = {}

    def applied(self, document: dict[str, Any]) -> dict[str, Any]:
        """The core document with this file's settings for it, then its timings; a class `like` another also has its
        additive row."""
        name = document["name"]
        if name in self.settings:
            document = self._with_settings(document)
        given, flat_given = self.timings.get(name, {}), self.flat_sums.get(name, {})
        timings, flat = dict(document["timings"]), dict(document["flat_sums"])
        shapes, defaults = document["shapes"], document.get("defaults", {})
        for class_, rows in given.items():
            timings[class_] = expanded(class_, given, document["timings"], shapes, defaults)
            timings[class_][0]["where"] = f"{os.path.basename(self.file)}:{self.lines[name, class_]}"
            first = rows[0] if isinstance(rows, list) else rows
            if first.get("like") in flat:
                flat[class_] = [{**row, **_evidence(first)} for row in flat[first["like"]]]
        for class_ in flat_given:
            flat[class_] = expanded(class_, flat_given, document["flat_sums"], {}, {})
        return {**document, "timings": timings, "flat_sums": flat}

    def _with_settings(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with the `set` section of its core in it."""
        name = document["name"]
        section = self.settings[name]
        where = f"{os.path.basename(self.file)}:{self.lines[name, '']}"
        return changed(document, settings_of(section), Evidence(section["status"], section["source"], where))

    def registers(self, core: str, kind: str) -> int | None:
        """How many registers of a kind this file gives a core, None when it says nothing."""
        count = self.settings.get(core, {}).get("registers", {}).get(kind)
        return None if count is None else int(count)


def _evidence(row: Row) -> Row:
    return {key: row[key] for key in ("status", "source") if key in row}


def read(path: str) -> Overlay:
    """Read a what-if file. Raises InputError, or every mistake in it together."""
    try:
        text = read_text(path)
        root, errors = _checked(text, path)
    except OSError as error:
        raise InputError(f"can't read what-if file {path}: {error.strerror}") from None
    except CoreError as error:
        raise InputError(error.message, error.span) from None
    if errors:
        lines = text.splitlines()
        for one in errors:
            if one.span and one.span.line <= len(lines):
                one.source_line = lines[one.span.line - 1]
        raise raised(errors)
    return _overlay(root, path)


def _checked(text: str, path: str) -> tuple[Node, list[CyclesimError]]:
    from cyclesim.machine.schema_overlay import errors_of

    document = parse_yaml(text, path)
    return document.root, errors_of(document)


def _overlay(root: Node, path: str) -> Overlay:
    from cyclesim.machine.schema_overlay import core_name

    rows: dict[str, list[RowSource]] = {}
    isa = root.get("isa")
    for row in isa.value if isa is not None else []:
        plain = row.plain()
        rows.setdefault(plain.pop("isa"), []).append((plain, path, row.span.line))
    sections: dict[str, dict[str, dict[str, Any]]] = {"timings": {}, "flat_sums": {}}
    lines: dict[tuple[str, str], int] = {}
    for section, cores in sections.items():
        node = root.get(section)
        for core, classes in node.items() if node is not None else ():
            name = core_name(core)
            cores.setdefault(name, {}).update(classes.plain())
            lines.update({(name, class_): span.line for class_, span in classes.keys.items() if section == "timings"})
    settings: dict[str, dict[str, Any]] = {}
    changes = root.get("set")
    for core, section_node in changes.items() if changes is not None else ():
        assert changes is not None
        settings[core_name(core)] = section_node.plain()
        lines[core_name(core), ""] = changes.keys[core].line
    title = root.get("title")
    return Overlay(
        title.value if title is not None else path,
        path,
        {isa_name: tuple(found) for isa_name, found in rows.items()},
        sections["timings"],
        sections["flat_sums"],
        lines,
        settings,
    )
