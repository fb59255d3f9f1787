"""Every mistake of a what-if file, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cyclesim.errors import CyclesimError, UnknownCore
from cyclesim.machine.expand import Circle, expanded
from cyclesim.machine.load import core_files, find_file, load_document
from cyclesim.machine.nodes import Document, Node
from cyclesim.machine.report import Report
from cyclesim.machine.schema import COMPLETE, check_name
from cyclesim.machine.schema_rows import Surroundings, check_complete, check_rows, row_list
from cyclesim.machine.vocabulary import FLAT_KEYS, ROW_KEYS

TOP_KEYS = ("title", "isa", "set", "timings", "flat_sums")
LONGEST_TEXT = 1000
"""Characters of one text: enough for any sentence, too few to keep a pattern busy."""

_Sections = Mapping[str, Mapping[str, Any]]


def errors_of(document: Document) -> list[CyclesimError]:
    """Every mistake of a what-if file, by place."""
    from cyclesim.machine import schema_isa, schema_set

    report, root = Report(document.errors), document.root
    if not isinstance(root.value, dict):
        report.add("a what-if file is a mapping", root.span)
        return report.in_order()
    if _check_lengths(root, report):
        return report.in_order()
    report.known_keys(root, TOP_KEYS, "a what-if file")
    report.text(root.get("title"), "title")
    if not {"isa", "set", "timings", "flat_sums"} & set(root.value):
        report.add("neither instructions (`isa`) nor `timings` nor changes to a core (`set`)", root.span)
    changed: dict[str, dict[str, Any]] = {}
    for name, (core, section) in _core_documents(root.get("set"), "set", report).items():
        changed[core["name"]] = schema_set.check_core(name, section, core, _timed(root, core["name"]), report)
    for section_name, keys in (("timings", ROW_KEYS), ("flat_sums", FLAT_KEYS)):
        _check_section(root.get(section_name), section_name, keys, changed, report)
    timed = {class_ for core in _cores(root, "timings") for class_ in core.keys}
    schema_isa.check_rows(root.get("isa"), timed, report)
    return report.in_order()


def core_name(name: str) -> str:
    """A core's own name, from a name, alias or path. Raises UnknownCore."""
    return str(load_document(find_file(name))["name"])


def _check_lengths(node: Node, report: Report) -> bool:
    """Texts and keys are short, wherever they stand; returns whether one isn't."""
    before, waiting = len(report.errors), [node]
    while waiting:
        one = waiting.pop()
        for key, span in one.keys.items():
            if len(key) > LONGEST_TEXT:
                report.add(f"a key of more than {LONGEST_TEXT} characters", span)
        if isinstance(one.value, str) and len(one.value) > LONGEST_TEXT:
            report.add(f"a text of more than {LONGEST_TEXT} characters", one.span)
        waiting += [child for _, child in one.items()] + (one.value if isinstance(one.value, list) else [])
    return len(report.errors) > before


def _cores(root: Node, section: str) -> list[Node]:
    node = root.get(section)
    return [core for _, core in node.items()] if node is not None else []


def _timed(root: Node, core: str) -> list[str]:
    """Classes that the file itself times on a core, which `set` can name too."""
    node = root.get("timings")
    found: list[str] = []
    for name, classes in node.items() if node is not None else ():
        try:
            found += [class_ for class_, _ in classes.items()] if core_name(name) == core else []
        except CyclesimError:
            continue
    return found


def _core_documents(node: Node | None, section: str, report: Report) -> dict[str, tuple[dict[str, Any], Node]]:
    """The cores that a section names, as written, with their documents; unknown ones are reported."""
    found: dict[str, tuple[dict[str, Any], Node]] = {}
    named: dict[str, str] = {}
    for name, below in report.mapping(node, section).items():
        assert node is not None
        try:
            document = load_document(find_file(name))
        except UnknownCore as error:
            cores = ", ".join(load_document(path)["name"] for path in core_files())
            report.add(error.message, node.keys[name], f"cores: {cores}")
            continue
        except CyclesimError:
            report.add(f"the core file {name!r} has errors", node.keys[name], "cyclesim uarch check lists them")
            continue
        if document["kind"] == "warps":
            report.add(f"{document['name']} schedules warps; what-if files are for cores that run assembly", below.span)
        elif section == "set" and document["name"] in named:
            report.add(f"{name!r} is the same core as {named[document['name']]!r}", node.keys[name])
        else:
            named[document["name"]] = name
            found[name] = (document, below)
    return found


def _check_section(node: Node | None, section: str, keys: tuple[str, ...], changed: _Sections, report: Report) -> None:
    for name, (document, classes) in _core_documents(node, section, report).items():
        report.mapping(classes, f"{section} of {name}")
        given = classes.plain() if isinstance(classes.value, dict) else {}
        for class_, rows in classes.items():
            _check_class(class_, rows, section, keys, given, changed.get(document["name"], document), report)


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
