"""Checks of timing rows: the rows of a class, of a shape, of a what-if file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cyclesim.machine.nodes import Node
from cyclesim.machine.report import Report, kind_of
from cyclesim.machine.timing import NEED_ROLES, SLOTS
from cyclesim.machine.vocabulary import CYCLE_KEYS, FEATURES, can_be, value_text
from cyclesim.record import NamedTuple


class Surroundings(NamedTuple):
    """What rows may refer to. `tags`: None where sources are free text. `units`: None as count when it is unreadable.
    `defaults`: keys that no row has to state."""

    report: Report
    tags: Sequence[str] | None
    units: Mapping[str, int | None]
    defaults: Mapping[str, Any]


def row_list(rows: Node) -> list[Node]:
    return rows.elements()


def check_rows(rows: Node, keys: Sequence[str], what: str, around: Surroundings, *, evidence: bool = True) -> None:
    """The rows of one class or shape: one base row without `when`, then rows with it."""
    report = around.report
    if isinstance(rows.value, list) and not rows.value:
        report.add(f"{what} has no row", rows.span)
    for number, row in enumerate(row_list(rows)):
        if not isinstance(row.value, dict):
            report.add(f"a row of {what} is a mapping, not {kind_of(row)}", row.span)
            continue
        report.known_keys(row, keys, f"a row of {what}")
        when = row.get("when")
        if number and when is None:
            report.add(f"{what}: only the first row may lack `when`", row.span)
        if not number and when is not None:
            report.add(f"{what}: the first row is the base and has no `when`", row.keys["when"])
        for key in ("like", "shape") if number else ():
            if key in row.keys:
                report.add(f"{what}: `{key}` belongs to the first row", row.keys[key])
        if when is not None:
            _check_when(when, what, around)
        _check_values(row, what, around)
        if evidence:
            report.evidence(row, around.tags, what, required=not number and "like" not in row.value)
    _check_ambiguity(rows, what, around)


def _check_when(when: Node, what: str, around: Surroundings) -> None:
    """Features that exist, with values that an instruction can have."""
    report = around.report
    conditions = report.mapping(when, f"`when` of {what}")
    if isinstance(when.value, dict) and not conditions:
        report.add(f"`when` of {what} is empty", when.span)
    for feature, wanted in conditions.items():
        if feature not in FEATURES:
            report.add(f"unknown feature {feature!r}", when.keys[feature], f"known: {', '.join(FEATURES)}")
            continue
        if isinstance(wanted.value, list) and not wanted.value:
            report.add(f"{feature} has no value", wanted.span)
        for value in wanted.elements():
            if isinstance(value.value, (dict, list)) or not can_be(feature, value.value):
                hint = f"{feature} is {value_text(feature)}"
                report.add(f"{feature} is never {kind_of(value)}", value.span, hint)


def _check_values(row: Node, what: str, around: Surroundings) -> None:
    report = around.report
    for key in CYCLE_KEYS:
        report.cycles(row.get(key), key, unknown=key == "latency")
    report.one_of(row.get("slots"), SLOTS, "slots")
    for key in ("blocks", "counted"):
        report.truth(row.get(key), key)
    for key in ("forward", "pairs_as", "like", "shape"):
        report.text(row.get(key), key)
    _check_uses(row.get("uses"), around)
    check_needs(row.get("needs"), report)
    if (row.get("accumulate") is None) != (row.get("forward") is None) and "when" not in row.value:
        key = "accumulate" if "accumulate" in row.value else "forward"
        report.add(f"{what}: `accumulate` and `forward` go together", row.keys[key])


def _check_uses(uses: Node | None, around: Surroundings) -> None:
    report = around.report
    for unit, count in report.mapping(uses, "uses").items():
        if unit not in around.units:
            assert uses is not None
            report.add(f"no unit {unit!r}", uses.keys[unit], f"units: {', '.join(around.units)}")
            continue
        wanted, there = report.whole(count, f"number of {unit}"), around.units[unit]
        if wanted is not None and there is not None and wanted > there:
            report.add(f"{wanted} of {unit}, but the core has {there}", count.span)


def check_needs(needs: Node | None, report: Report) -> None:
    """When operands of a role are needed, in cycles from issue."""
    for role, need in report.mapping(needs, "needs").items():
        if role not in NEED_ROLES:
            assert needs is not None
            report.add(f"unknown role {role!r}", needs.keys[role], f"roles: {', '.join(NEED_ROLES)}")
        report.cycles(need, f"need of {role}", signed=True)


def _check_ambiguity(rows: Node, what: str, around: Surroundings) -> None:
    """Two rows of as many conditions that both hold for some instruction may not disagree."""
    conditional = [row for row in row_list(rows) if row.get("when") is not None]
    for number, later in enumerate(conditional):
        for earlier in conditional[:number]:
            _check_pair(earlier, later, what, around)


def _check_pair(earlier: Node, later: Node, what: str, around: Surroundings) -> None:
    first, second = earlier.value["when"], later.value["when"]
    if not isinstance(first.value, dict) or not isinstance(second.value, dict) or len(first.value) != len(second.value):
        return
    shared = set(first.value) & set(second.value)
    if any(not _texts(first.value[key]) & _texts(second.value[key]) for key in shared):
        return
    for key in later.keys:
        if key in ("when", "note") or key not in earlier.value or key not in later.value:
            continue
        if earlier.value[key].plain() != later.value[key].plain():
            where = f"this and the row of line {earlier.span.line}"
            around.report.add(f"{what}: {where} can both hold and state a different `{key}`", later.keys[key])


def _texts(node: Node) -> set[str]:
    return {str(value.value) for value in node.elements()}


def check_complete(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[str], what: str, node: Node, report: Report
) -> None:
    """The base row, with `like`, `shape` and defaults written out, states these keys."""
    for key in keys:
        if rows and key not in rows[0]:
            report.add(f"{what} has no `{key}`", node.span)
