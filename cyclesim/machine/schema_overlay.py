"""Every mistake of a what-if file, with its place. The notation of instruction rows is checked by the ISA stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cyclesim.errors import CyclesimError, UnknownCore
from cyclesim.machine.expand import Circle, expanded
from cyclesim.machine.load import core_files, find_file, load_document
from cyclesim.machine.nodes import Document, Node
from cyclesim.machine.report import Report, kind_of
from cyclesim.machine.schema import COMPLETE, check_name
from cyclesim.machine.schema_rows import Surroundings, check_complete, check_rows, row_list
from cyclesim.machine.vocabulary import FLAT_KEYS, ISAS, ROW_KEYS

TOP_KEYS = ("title", "isa", "timings", "flat_sums")


def errors_of(document: Document) -> list[CyclesimError]:
    """Every mistake of a what-if file, by place."""
    report, root = Report(document.errors), document.root
    if not isinstance(root.value, dict):
        report.add("a what-if file is a mapping", root.span)
        return report.in_order()
    report.known_keys(root, TOP_KEYS, "a what-if file")
    report.text(root.get("title"), "title")
    if "isa" not in root.value and "timings" not in root.value and "flat_sums" not in root.value:
        report.add("neither instructions (`isa`) nor `timings`", root.span)
    timed = {class_ for core in _cores(root, "timings") for class_ in core.keys}
    _check_rows(root.get("isa"), timed, report)
    for section, keys in (("timings", ROW_KEYS), ("flat_sums", FLAT_KEYS)):
        _check_section(root.get(section), section, keys, report)
    return report.in_order()


def core_name(name: str) -> str:
    """A core's own name, from a name, alias or path. Raises UnknownCore."""
    return str(load_document(find_file(name))["name"])


def _cores(root: Node, section: str) -> list[Node]:
    node = root.get(section)
    return [core for _, core in node.items()] if node is not None else []


def _check_rows(isa: Node | None, timed: set[str], report: Report) -> None:
    from cyclesim.isa import class_names

    if isa is None:
        return
    if not isinstance(isa.value, list):
        report.add(f"isa is a list of rows, not {kind_of(isa)}", isa.span)
        return
    known = (*class_names(), *sorted(timed))
    for row in isa.value:
        if not isinstance(row.value, dict):
            report.add(f"an instruction row is a mapping, not {kind_of(row)}", row.span)
            continue
        report.required(row, ("isa", "form", "class"), "an instruction row")
        report.one_of(row.get("isa"), ISAS, "isa")
        report.text(row.get("form"), "form")
        class_ = row.get("class")
        if report.text(class_, "class"):
            check_name(class_, known, "class", report)


def _check_section(node: Node | None, section: str, keys: tuple[str, ...], report: Report) -> None:
    for name, classes in report.mapping(node, section).items():
        assert node is not None
        try:
            document = load_document(find_file(name))
        except UnknownCore as error:
            cores = ", ".join(load_document(path)["name"] for path in core_files())
            report.add(error.message, node.keys[name], f"cores: {cores}")
            continue
        report.mapping(classes, f"{section} of {name}")
        given = classes.plain() if isinstance(classes.value, dict) else {}
        for class_, rows in classes.items():
            _check_class(class_, rows, section, keys, given, document, report)


def _check_class(
    class_: str,
    rows: Node,
    section: str,
    keys: tuple[str, ...],
    given: Mapping[str, Any],
    document: Mapping[str, Any],
    report: Report,
) -> None:
    """The rows of one class on one core: a change of a class it has, or a new class with all its keys."""
    units = {unit: int(value["count"]) for unit, value in document["units"].items()}
    around = Surroundings(report, None, units, {})
    what = f"class {class_}"
    before = len(report.errors)
    check_rows(rows, keys, what, around)
    known, shapes = document[section], document["shapes"]
    first = row_list(rows)[0] if row_list(rows) else rows
    if isinstance(first.value, dict):
        report.evidence(first, None, what)
        names = [name for name in (*known, *given) if name != class_ or name in known]
        check_name(first.get("like"), names, "class", report)
        check_name(first.get("shape"), tuple(shapes), "shape", report)
    try:
        written = expanded(class_, given, known, shapes, {})
    except Circle as circle:
        report.add(f"`like` goes round in a circle: {circle}", first.keys["like"])
        return
    if len(report.errors) == before:
        check_complete(written, COMPLETE[section], what, first, report)
