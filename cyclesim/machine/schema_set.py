"""The `set` section of what-if files: every mistake in the changes to one core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cyclesim.machine.changes import (
    CLASS_KEYS,
    LOAD_WIDTHS,
    MOST_REGISTERS,
    MOST_UNITS,
    MOST_WIDE,
    Evidence,
    changed,
    has_value,
    matching,
    overused,
    settings_of,
)
from cyclesim.machine.nodes import Node
from cyclesim.machine.report import Report, kind_of
from cyclesim.machine.schema import check_name
from cyclesim.machine.schema_rows import check_needs
from cyclesim.machine.timing import SLOTS
from cyclesim.machine.vocabulary import CYCLE_KEYS, REFUSAL_KEYS

SET_KEYS = (
    "issue_width",
    "units",
    "load_width",
    "classes",
    "co_issue",
    "taken_bubble",
    "store_to_load",
    "registers",
    "status",
    "source",
    "note",
)
REGISTER_KINDS = ("general", "simd")


def check_core(
    name: str, section: Node, document: Mapping[str, Any], timed: Sequence[str], report: Report
) -> dict[str, Any]:
    """Check the changes to one core and return its document with them; unchanged when they have errors.

    `timed`: classes that the same file times on this core.
    """
    before, what = len(report.errors), f"set of {name}"
    report.mapping(section, what)
    if not isinstance(section.value, dict):
        return dict(document)
    report.known_keys(section, SET_KEYS, what)
    report.evidence(section, None, what)
    _check_whole(section.get("issue_width"), "issue_width", MOST_WIDE, report)
    check_load_width(section.get("load_width"), report)
    report.cycles(section.get("taken_bubble"), "taken_bubble")
    report.cycles(section.get("store_to_load"), "store_to_load", unknown=True)
    _check_units(section.get("units"), document, report)
    _check_registers(section.get("registers"), report)
    _check_refusals(section.get("co_issue"), document, report)
    for pattern, changes in report.mapping(section.get("classes"), "classes").items():
        check_class(pattern, changes, section.value["classes"], document, timed, report)
    if len(report.errors) > before:
        return dict(document)
    return _applied(section, document, report)


def _applied(section: Node, document: Mapping[str, Any], report: Report) -> dict[str, Any]:
    plain = section.plain()
    found = changed(document, settings_of(plain), Evidence(plain["status"], plain["source"]))
    for sentence in overused(found):
        report.add(sentence, section.span)
    for class_, rows in found["timings"].items():
        if ("accumulate" in rows[0]) != ("forward" in rows[0]):
            report.add(f"class {class_}: `accumulate` and `forward` go together", section.span)
    return found


def _check_whole(node: Node | None, what: str, most: int, report: Report) -> None:
    value = report.whole(node, what)
    if node is not None and value is not None and value > most:
        report.add(f"{what} is at most {most}, not {value}", node.span)


def check_load_width(node: Node | None, report: Report) -> None:
    if node is not None and (isinstance(node.value, bool) or node.value not in LOAD_WIDTHS):
        report.add(
            f"load_width is {kind_of(node)}", node.span, f"bits a cycle, one of {', '.join(map(str, LOAD_WIDTHS))}"
        )


def _check_units(units: Node | None, document: Mapping[str, Any], report: Report) -> None:
    for unit, count in report.mapping(units, "units").items():
        if unit not in document["units"]:
            assert units is not None
            report.add(f"no unit {unit!r}", units.keys[unit], f"units: {', '.join(document['units'])}")
        _check_whole(count, f"count of {unit}", MOST_UNITS, report)


def _check_registers(registers: Node | None, report: Report) -> None:
    if registers is not None:
        report.mapping(registers, "registers")
        report.known_keys(registers, REGISTER_KINDS, "registers")
        for kind, count in registers.items():
            _check_whole(count, f"registers of kind {kind}", MOST_REGISTERS, report)


def _check_refusals(node: Node | None, document: Mapping[str, Any], report: Report) -> None:
    if node is None:
        return
    report.mapping(node, "co_issue")
    report.known_keys(node, ("remove", "add"), "co_issue")
    names = [one["name"] for one in document.get("co_issue") or ()]
    for name in report.texts(node.get("remove"), "remove"):
        if name.value not in names:
            report.add(f"no refusal {name.value!r}", name.span, f"refusals: {', '.join(names) or 'none'}")
    added = node.get("add")
    if added is not None and not isinstance(added.value, list):
        report.add(f"add is a list of refusals, not {kind_of(added)}", added.span)
        return
    for refusal in added.value if added is not None else ():
        _check_refusal(refusal, document, report)


def _check_refusal(refusal: Node, document: Mapping[str, Any], report: Report) -> None:
    if not isinstance(refusal.value, dict):
        report.add(f"a refusal is a mapping, not {kind_of(refusal)}", refusal.span)
        return
    report.known_keys(refusal, REFUSAL_KEYS, "a refusal")
    report.required(refusal, ("name", "older", "younger", "sentence"), "a refusal")
    report.evidence(refusal, None, "a refusal", required=False)
    for key in ("name", "sentence"):
        report.text(refusal.get(key), f"{key} of a refusal")
    known = pairing_names(document)
    for side in ("older", "younger"):
        for name in report.texts(refusal.get(side), side):
            if name.value not in known:
                check_name(name, sorted(known), "row that pairs as", report)


def pairing_names(document: Mapping[str, Any]) -> set[str]:
    """What rows pair as; a class without such a name pairs under its own."""
    names = set(document["timings"])
    return names | {str(row["pairs_as"]) for rows in document["timings"].values() for row in rows if "pairs_as" in row}


def check_class(
    pattern: str,
    changes: Node,
    classes: Node,
    document: Mapping[str, Any],
    timed: Sequence[str],
    report: Report,
) -> None:
    """The changes to the classes that a name or a pattern stands for."""
    known = list(dict.fromkeys((*document["timings"], *timed)))
    found = matching(pattern, known)
    if not found:
        check_name(Node(pattern, classes.keys[pattern], {}), known, "class", report)
    report.mapping(changes, f"changes of {pattern}")
    report.known_keys(changes, CLASS_KEYS, f"changes of {pattern}")
    rows = [row for class_ in found for row in document["timings"].get(class_, ())]
    for key, value in changes.items():
        if key in CLASS_KEYS:
            _check_change(pattern, key, value, rows, document, report)


def _check_change(
    pattern: str,
    key: str,
    value: Node,
    rows: Sequence[Mapping[str, Any]],
    document: Mapping[str, Any],
    report: Report,
) -> None:
    if not isinstance(value.value, dict) or key in ("uses", "needs"):
        check_value(key, value, document, report)
        return
    for old, new in value.items():
        check_value(key, new, document, report)
        if rows and not any(has_value(dict(row), key, old) for row in rows):
            report.add(f"no row of {pattern} has {key} {old}", value.keys[old])


def check_value(key: str, value: Node, document: Mapping[str, Any], report: Report) -> None:
    """A new value of a key of timing rows."""
    if key in CYCLE_KEYS:
        report.cycles(value, key, unknown=key == "latency")
        if value.value is None:
            report.add(f"{key} has no value", value.span)
    elif key == "slots":
        report.one_of(value, SLOTS, "slots")
    elif key == "blocks":
        report.truth(value, key)
    elif key == "needs":
        check_needs(value, report)
    elif key == "uses":
        _check_uses(value, document, report)
    else:
        report.text(value, key)


def _check_uses(uses: Node, document: Mapping[str, Any], report: Report) -> None:
    for unit, count in report.mapping(uses, "uses").items():
        if unit not in document["units"]:
            report.add(f"no unit {unit!r}", uses.keys[unit], f"units: {', '.join(document['units'])}")
        _check_whole(count, f"number of {unit}", MOST_UNITS, report)
