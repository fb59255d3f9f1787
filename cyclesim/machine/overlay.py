"""What-if files: new instructions and their timing per core, laid over the shipped models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cyclesim.errors import CoreError, CyclesimError, InputError, ManyErrors
from cyclesim.ir import Span
from cyclesim.machine.schema import Node, parse_yaml
from cyclesim.record import NamedTuple

TOP_KEYS = ("title", "isa", "timings", "flat_sums")
ISAS = ("armv7", "aarch64")


class Overlay(NamedTuple):
    """A what-if file. `rows`: per ISA, rows for the ISA stage with their file and line. `timings`: per core, class to
    timing row."""

    title: str
    file: str
    rows: Mapping[str, tuple[tuple[dict[str, Any], str, int], ...]]
    timings: Mapping[str, Mapping[str, Any]]

    def applied(self, document: dict[str, Any]) -> dict[str, Any]:
        """The core document with this file's timings for it; a class `like` another also has its additive row."""
        mine = self.timings.get(document["name"], {})
        timings, flat = dict(document["timings"]), dict(document.get("flat_sums", {}))
        for class_, given in mine.items():
            like = given.get("like")
            if like and like not in timings:
                raise CoreError(f"{self.file}: class {class_} is like {like!r}, which {document['name']} lacks")
            changed = {key: value for key, value in given.items() if key != "like"}
            rows = [dict(row) for row in timings[like]] if like else [{}]
            timings[class_] = [{**rows[0], **changed, "where": self.file}, *rows[1:]]
            if like in flat:
                evidence = {key: changed[key] for key in ("status", "source") if key in changed}
                flat[class_] = [{**row, **evidence} for row in flat[like]]
        return {**document, "timings": timings, "flat_sums": flat}


def read(path: str) -> Overlay:
    """Read a what-if file. Raises InputError, or every mistake in it together."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(1_000_001)
    except OSError as error:
        raise InputError(f"can't read what-if file {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"what-if file {path} is not UTF-8 at byte {error.start}") from None
    root = parse_yaml(text, path)
    errors: list[CyclesimError] = list(_errors(root))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    rows: dict[str, list[tuple[dict[str, Any], str, int]]] = {}
    for row in root.value["isa"].value if "isa" in root.value else []:
        plain = row.plain()
        rows.setdefault(plain.pop("isa"), []).append((plain, path, row.span.line))
    title = root.value["title"].value if "title" in root.value else path
    timings = root.value["timings"].plain() if "timings" in root.value else {}
    return Overlay(title, path, {isa: tuple(found) for isa, found in rows.items()}, timings)


def _errors(root: Node) -> Iterator[CoreError]:
    if not isinstance(root.value, dict):
        yield CoreError("a what-if file is a mapping", root.span)
        return
    for key, child in root.value.items():
        if key not in TOP_KEYS:
            yield CoreError(f"unknown key {key!r}", child.span, hint=f"known: {', '.join(TOP_KEYS)}")
    for row in root.value["isa"].value if "isa" in root.value else []:
        if not isinstance(row.value, dict) or "isa" not in row.value or row.value["isa"].value not in ISAS:
            yield CoreError(f"a row says `isa:`, one of {', '.join(ISAS)}", row.span)
    yield from _timing_errors(root)


def _timing_errors(root: Node) -> Iterator[CoreError]:
    from cyclesim.machine.load import core_files, load_document

    known = {load_document(path)[0]["name"] for path in core_files()}
    for core, classes in (root.value["timings"].value if "timings" in root.value else {}).items():
        if core not in known:
            yield CoreError(f"no core named {core!r}", classes.span, hint=f"cores: {', '.join(sorted(known))}")
        for class_, row in classes.value.items():
            for key in ("status", "source"):
                if key not in row.value:
                    yield CoreError(f"class {class_} has no {key}", Span(row.span.file, row.span.line, row.span.column))
