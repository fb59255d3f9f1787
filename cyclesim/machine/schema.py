"""Every mistake of a core file, with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cyclesim.errors import CyclesimError
from cyclesim.machine.expand import Circle, expanded, listed
from cyclesim.machine.nodes import Document, Node
from cyclesim.machine.report import Report, first_word
from cyclesim.machine.schema_rows import Surroundings, check_complete, check_needs, check_rows, row_list
from cyclesim.machine.timing import REDIRECTS
from cyclesim.machine.vocabulary import (
    BRANCH_KEYS,
    CACHE_KEYS,
    CONFIRM_KEYS,
    DEFAULT_KEYS,
    FLAT_KEYS,
    ISAS,
    KINDS,
    LEVEL_KEYS,
    MEMORY_KEYS,
    REFUSAL_KEYS,
    REQUIRED_KEYS,
    ROW_KEYS,
    SHAPE_KEYS,
    TOP_KEYS,
    UNIT_KEYS,
    WORD,
)

COMPLETE = {"timings": ("latency", "uses"), "flat_sums": ("cycles",)}


def errors_of(
    document: Document, classes: Sequence[str], base: Mapping[str, Any], *, whole: bool = True
) -> list[CyclesimError]:
    """Every mistake of a core file, by place. `base`: the compiled file it is based on, else empty. Not `whole`: that
    file can't be read, so that names which are not here may well be there."""
    report, root = Report(document.errors), document.root
    if not isinstance(root.value, dict):
        report.add("a core file is a mapping", root.span)
        return report.in_order()
    kind = root.get("kind")
    if kind is not None and kind.value == "warps":
        from cyclesim.machine import schema_warps

        return schema_warps.errors_of(document, base, whole=whole)
    report.known_keys(root, TOP_KEYS, "a core file")
    report.required(root, REQUIRED_KEYS, "the file")
    check_head(root, report)
    own = check_sources(root.get("sources"), report)
    tags = tuple(dict.fromkeys((*base.get("sources", ()), *own))) if whole else None
    units = _check_units(root.get("units"), tags, report)
    defaults = _check_defaults(root.get("defaults"), report)
    around = Surroundings(report, tags, units, defaults)
    _check_branches(root.get("branches"), around)
    _check_memory(root.get("memory"), around)
    _check_caches(root.get("caches"), around)
    _check_shapes(root, around)
    for section, keys in (("timings", ROW_KEYS), ("flat_sums", FLAT_KEYS)):
        _check_section(root, section, keys, classes, base, around)
    if whole:
        _check_all_classes(root, classes, base, report)
        _check_confirms(root.get("confirms"), classes, base, around)
        _check_refusals(root, base, around)
    _check_unused(root, report)
    check_citations(root, report)
    return report.in_order()


def check_head(root: Node, report: Report) -> None:
    name = report.text(root.get("name"), "name")
    if name and not WORD.fullmatch(name):
        report.add(f"name {name!r} is not lower-case letters, digits and hyphens", root.value["name"].span)
    for alias in report.texts(root.get("aliases"), "aliases"):
        if not WORD.fullmatch(alias.value):
            report.add(f"alias {alias.value!r} is not lower-case letters, digits and hyphens", alias.span)
    for key in ("title", "picture", "based_on"):
        report.text(root.get(key), key)
    report.one_of(root.get("kind"), KINDS, "kind")
    for isa in report.texts(root.get("isas"), "isas"):
        report.one_of(isa, ISAS, "an instruction set")
    isas = root.get("isas")
    if isas is not None and isas.value == []:
        report.add("isas is empty", isas.span)
    report.whole(root.get("issue_width"), "issue_width")


def check_sources(sources: Node | None, report: Report) -> list[str]:
    found = report.mapping(sources, "sources")
    for tag, source in found.items():
        report.text(source, f"source {tag}")
        if first_word(tag) != tag:
            assert sources is not None
            report.add(f"tag {tag!r} is not one word", sources.keys[tag])
    return list(found)


def _check_units(units: Node | None, tags: Sequence[str] | None, report: Report) -> dict[str, int | None]:
    counts: dict[str, int | None] = {}
    for name, unit in report.mapping(units, "units").items():
        counts[name] = None
        if report.mapping(unit, f"unit {name}") or isinstance(unit.value, dict):
            report.known_keys(unit, UNIT_KEYS, f"unit {name}")
            report.required(unit, ("count", "title"), f"unit {name}")
            report.text(unit.get("title"), f"title of unit {name}")
            report.evidence(unit, tags, f"unit {name}")
            counts[name] = report.whole(unit.get("count"), f"count of {name}")
    return counts


def _check_defaults(defaults: Node | None, report: Report) -> dict[str, Any]:
    if defaults is None:
        return {}
    report.mapping(defaults, "defaults")
    report.known_keys(defaults, DEFAULT_KEYS, "defaults")
    for key in ("base", "flags"):
        report.cycles(defaults.get(key), key)
    check_needs(defaults.get("needs"), report)
    plain = defaults.plain()
    return plain if isinstance(plain, dict) else {}


NOT_REQUIRED = ("note", "source", "status", "redirects")


def _section(node: Node | None, keys: Sequence[str], what: str, around: Surroundings) -> Node | None:
    """A section with evidence, checked for its keys; None when it is missing or no mapping."""
    if node is None:
        return None
    around.report.mapping(node, what)
    if not isinstance(node.value, dict):
        return None
    around.report.known_keys(node, keys, what)
    around.report.required(node, [key for key in keys if key not in NOT_REQUIRED], what)
    around.report.evidence(node, around.tags, what)
    return node


def _check_branches(node: Node | None, around: Surroundings) -> None:
    if branches := _section(node, BRANCH_KEYS, "branches", around):
        around.report.cycles(branches.get("taken_bubble"), "taken_bubble")
        for kind, late in around.report.mapping(branches.get("redirects"), "redirects").items():
            if kind in REDIRECTS:
                around.report.cycles(late, f"redirects {kind}")
            else:
                around.report.add(f"unknown kind of branch {kind!r}", late.span, f"kinds: {', '.join(REDIRECTS)}")


def _check_memory(node: Node | None, around: Surroundings) -> None:
    if memory := _section(node, MEMORY_KEYS, "memory", around):
        for key in ("line_bytes", "unaligned_boundary"):
            around.report.whole(memory.get(key), key)
        around.report.cycles(memory.get("unaligned_cycles"), "unaligned_cycles")
        around.report.cycles(memory.get("store_to_load"), "store_to_load", unknown=True)


def _check_caches(node: Node | None, around: Surroundings) -> None:
    report = around.report
    if node is None:
        return
    report.mapping(node, "caches")
    if not isinstance(node.value, dict):
        return
    report.known_keys(node, CACHE_KEYS, "caches")
    report.required(node, ("levels", "beyond"), "caches")
    report.evidence(node, around.tags, "caches")
    report.cycles(node.get("beyond"), "beyond")
    levels = node.get("levels")
    for level in levels.elements() if levels is not None else ():
        report.mapping(level, "a level")
        if isinstance(level.value, dict):
            report.known_keys(level, LEVEL_KEYS, "a level")
            report.required(level, LEVEL_KEYS, "a level")
            for key in ("bytes", "ways"):
                report.whole(level.get(key), key)
            report.cycles(level.get("latency"), "latency")


def _check_shapes(root: Node, around: Surroundings) -> None:
    for name, rows in around.report.mapping(root.get("shapes"), "shapes").items():
        check_rows(rows, SHAPE_KEYS, f"shape {name}", around, evidence=False)


def _check_section(
    root: Node, section: str, keys: Sequence[str], classes: Sequence[str], base: Mapping[str, Any], around: Surroundings
) -> None:
    """`timings` or `flat_sums`: classes and their rows."""
    report, node = around.report, root.get(section)
    shapes = {**base.get("shapes", {}), **_plain(root.get("shapes"))}
    known, given = base.get(section, {}), _plain(node)
    for class_, rows in report.mapping(node, section).items():
        assert node is not None
        if class_ not in classes:
            report.add(f"unknown class {class_!r}", node.keys[class_], _near(class_, classes))
        check_rows(rows, keys, f"class {class_}", around)
        first = row_list(rows)[0] if row_list(rows) else rows
        if around.tags is not None:
            check_name(first.get("like"), (*given, *known), "class", report)
            check_name(first.get("shape"), tuple(shapes), "shape", report)
        try:
            written = expanded(class_, given, known, shapes, around.defaults)
        except Circle as circle:
            report.add(f"`like` goes round in a circle: {circle}", first.keys["like"])
            continue
        if around.tags is not None and all(isinstance(row.value, dict) for row in row_list(rows)):
            check_complete(written, COMPLETE[section], f"class {class_}", first, report)


def check_name(node: Node | None, known: Sequence[str], what: str, report: Report) -> None:
    if node is not None and isinstance(node.value, str) and node.value not in known:
        report.add(f"no {what} {node.value!r}", node.span, _near(node.value, known))


def _near(word: str, known: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, known, 3)
    return f"did you mean {' or '.join(close)}?" if close else ""


def _plain(node: Node | None) -> dict[str, Any]:
    plain = node.plain() if node is not None else {}
    return plain if isinstance(plain, dict) else {}


def _check_all_classes(root: Node, classes: Sequence[str], base: Mapping[str, Any], report: Report) -> None:
    timings = root.get("timings")
    if timings is None or not isinstance(timings.value, dict):
        return
    for class_ in classes:
        if class_ not in timings.value and class_ not in base.get("timings", {}):
            report.add(f"no timing row for class {class_}", root.keys["timings"])


def _check_confirms(node: Node | None, classes: Sequence[str], base: Mapping[str, Any], around: Surroundings) -> None:
    """Which inherited rows a source of this core states as they are."""
    report = around.report
    if node is None:
        return
    if not isinstance(node.value, list):
        report.add("confirms is a list", node.span)
        return
    for one in node.value:
        if not _section(one, CONFIRM_KEYS, "a confirmation", around):
            continue
        for class_ in report.texts(one.get("classes"), "classes"):
            if class_.value not in base.get("timings", {}):
                hint = _near(class_.value, classes) if base else "only a file with `based_on` inherits rows"
                report.add(f"no inherited row of class {class_.value!r}", class_.span, hint)


def _check_refusals(root: Node, base: Mapping[str, Any], around: Surroundings) -> None:
    report, node = around.report, root.get("co_issue")
    if node is None:
        return
    if not isinstance(node.value, list):
        report.add("co_issue is a list of refusals", node.span)
        return
    names = _pairing_names(root, base)
    for refusal in node.value:
        if not _section(refusal, REFUSAL_KEYS, "a refusal", around):
            continue
        for key in ("name", "sentence"):
            report.text(refusal.get(key), f"{key} of a refusal")
        for side in ("older", "younger"):
            for name in report.texts(refusal.get(side), side):
                if name.value not in names:
                    report.add(f"no row pairs as {name.value!r}", name.span, _near(name.value, sorted(names)))


def _pairing_names(root: Node, base: Mapping[str, Any]) -> set[str]:
    """Names in `pairs_as` of any row; a class without one pairs under its own name."""
    names: set[str] = set()
    sections = [_plain(root.get("timings")), base.get("timings", {})]
    sections += [_plain(root.get("shapes")), base.get("shapes", {})]
    for number, section in enumerate(sections):
        names |= set(section) if number < 2 else set()
        names |= {str(row["pairs_as"]) for rows in section.values() for row in listed(rows) if "pairs_as" in row}
    return names


def _check_unused(root: Node, report: Report) -> None:
    """Shapes that nothing in the file refers to."""
    shapes = root.get("shapes")
    used = {str(row.get("shape")) for rows in _plain(root.get("timings")).values() for row in listed(rows)}
    for name, _ in shapes.items() if shapes is not None else ():
        if shapes is not None and name not in used:
            report.add(f"no row uses shape {name}", shapes.keys[name])


def check_citations(root: Node, report: Report) -> None:
    """Source tags that nothing in the file refers to."""
    sources = root.get("sources")
    said = " ".join(_source_texts({key: child.plain() for key, child in root.items() if key != "sources"}))
    words = set(_words(said))
    for tag, _ in sources.items() if sources is not None else ():
        if sources is not None and tag not in words:
            report.add(f"no row cites source {tag}", sources.keys[tag])


def _words(text: str) -> list[str]:
    for mark in ":;,()":
        text = text.replace(mark, " ")
    return text.split()


def _source_texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _source_texts(one)]
    if not isinstance(value, dict):
        return []
    own = [str(value[key]) for key in ("source", "note") if isinstance(value.get(key), str)]
    return own + [text for one in value.values() for text in _source_texts(one)]
