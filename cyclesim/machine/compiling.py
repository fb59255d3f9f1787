"""From the text of a core file to its checked document, with everything shared written out. Only on a cold cache."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from cyclesim.errors import CoreError, CyclesimError, ManyErrors
from cyclesim.machine.expand import Row, expanded
from cyclesim.machine.nodes import Document, Node, parse_yaml
from cyclesim.machine.schema import errors_of
from cyclesim.record import NamedTuple

INHERITED = ("shapes", "timings", "flat_sums", "sources")


class Compiled(NamedTuple):
    """A core file. `document` is empty when there are errors. `bases`: names of the files it is based on."""

    document: dict[str, Any]
    errors: Sequence[CyclesimError]
    bases: tuple[str, ...]


def compile_text(text: str, path: str, classes: Sequence[str], above: tuple[str, ...] = ()) -> Compiled:
    """Parse and check a core file and write out what its rows share. `above`: paths of the files that are based on it.

    Raises CoreError for text that can't be parsed at all.
    """
    parsed = parse_yaml(text, path)
    base, problem = _base_of(parsed.root, path, classes, above)
    errors = [*([problem] if problem else []), *errors_of(parsed, classes, base.document, whole=problem is None)]
    lines = text.splitlines()
    for error in errors:
        if error.span and error.span.file == path and error.span.line <= len(lines):
            error.source_line = lines[error.span.line - 1]
    if errors:
        return Compiled({}, errors, base.bases)
    return Compiled(_written_out(parsed, base.document, path), (), base.bases)


def raised(errors: Sequence[CyclesimError]) -> CyclesimError:
    """One error as itself, several as ManyErrors."""
    return errors[0] if len(errors) == 1 else ManyErrors(errors)


NO_BASE = Compiled({}, (), ())


def _base_of(
    root: Node, path: str, classes: Sequence[str], above: tuple[str, ...]
) -> tuple[Compiled, CyclesimError | None]:
    """The compiled file that `based_on` names, or what is wrong with it."""
    from cyclesim.machine.load import find_file
    from cyclesim.machine.nodes import read_text

    node = root.get("based_on")
    if node is None or not isinstance(node.value, str):
        return NO_BASE, None
    try:
        file = find_file(node.value)
        chain = (*above, os.path.realpath(path))
        if os.path.realpath(file) in chain:
            names = " -> ".join(os.path.basename(one) for one in (*chain, file))
            return NO_BASE, CoreError(f"based_on goes round in a circle: {names}", node.span)
        found = compile_text(read_text(file), file, classes, chain)
    except (CyclesimError, OSError) as error:
        reason = error.message if isinstance(error, CyclesimError) else str(error.strerror)
        return NO_BASE, CoreError(f"based_on {node.value!r}: {reason}", node.span, getattr(error, "hint", ""))
    if found.errors:
        return NO_BASE, CoreError(f"based_on {node.value!r}: that file has errors", node.span)
    kind = root.get("kind")
    if kind is not None and (kind.value == "warps") != (found.document["kind"] == "warps"):
        return NO_BASE, CoreError(f"based_on {node.value!r}: that core is of another kind", node.span)
    return found._replace(bases=(node.value, *found.bases)), None


def _written_out(parsed: Document, base: dict[str, Any], path: str) -> dict[str, Any]:
    document: dict[str, Any] = parsed.root.plain()
    if document["kind"] == "warps":
        from cyclesim.machine import schema_warps

        return schema_warps.written_out(document, base)
    base = _inherited(base, document)
    shapes = {**base.get("shapes", {}), **document.get("shapes", {})}
    for section in ("timings", "flat_sums"):
        given, node = document.get(section, {}), parsed.root.get(section)
        known = base.get(section, {})
        rows = dict(known)
        for class_ in given:
            defaults = document.get("defaults", {}) if section == "timings" else {}
            rows[class_] = expanded(class_, given, known, shapes, defaults)
            assert node is not None
            rows[class_][0]["where"] = f"{os.path.basename(path)}:{node.keys[class_].line}"
        document[section] = rows
    document["shapes"] = shapes
    document["sources"] = {**base.get("sources", {}), **document["sources"]}
    return document


def _inherited(base: dict[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """What a file takes over. A row measured on the other core is an inference on this one, unless `confirms` cites a
    source of this core that states the same."""
    if not base:
        return {}
    confirmed = {class_: one for one in document.get("confirms", []) for class_ in one["classes"]}
    timings = {
        class_: [_carried_over(row, base["name"], confirmed.get(class_)) for row in rows]
        for class_, rows in base["timings"].items()
    }
    return {**{key: base.get(key, {}) for key in INHERITED}, "timings": timings}


def _carried_over(row: Row, name: str, confirmed: Mapping[str, Any] | None) -> Row:
    if confirmed:
        kept = {key: value for key, value in row.items() if key not in ("source", "status", "note")}
        return kept if "when" in row else {**kept, "source": confirmed["source"], "status": confirmed["status"]}
    changed = dict(row)
    if "source" in row:
        changed["source"] = f"as on {name} ({row['source']})"
    if row.get("status", "unknown") != "unknown":
        changed["status"] = "inferred"
    return changed
