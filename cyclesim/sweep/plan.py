"""A sweep plan: what to run, checked with the place of every mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from cyclesim.compare import Reader, column_of
from cyclesim.errors import CoreError, CyclesimError, InputError
from cyclesim.machine.changes import Setting, matching
from cyclesim.machine.compiling import raised
from cyclesim.machine.load import find_file, load_document
from cyclesim.machine.nodes import Node, parse_yaml, read_text
from cyclesim.machine.report import NUMBER, Report, kind_of
from cyclesim.machine.schema_set import check_load_width, check_value
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, exact_text

TOP_KEYS = ("title", "kernels", "cores", "whatif", "region", "parameters", "plot")
PLOT_KEYS = ("x", "y", "log")
FIGURES = ("ops_per_cycle", "schedule", "bound")
AS_IS = "as-is"
"""The value of a parameter that leaves the core as its file says."""

MOST_VALUES = 100_000
MOST_POINTS = 1_000_000
RANGE = re.compile(rf"({NUMBER.pattern})\s*\.\.\s*({NUMBER.pattern})(?:\s+step\s+({NUMBER.pattern}))?")
SIMPLE = {"issue_width": 16, "load_width": 512}
CYCLES = ("taken_bubble", "store_to_load")

Value = int | str | bool


class Parameter(NamedTuple):
    """One axis of the grid. `path` as in `changes.Setting`; `values` in order, `AS_IS` among them or not."""

    name: str
    path: tuple[str, ...]
    values: tuple[Value, ...]

    def setting(self, value: Value) -> Setting | None:
        """The change that a value stands for, None for no change."""
        if value == AS_IS or (self.path[0] == "co_issue" and value):
            return None
        return Setting(self.path, value)


class PlotPlan(NamedTuple):
    """What the axes of a plot show: a parameter and a figure."""

    x: str
    y: str
    log: tuple[str, ...]


class Plan(NamedTuple):
    """A checked plan. `kernels` may have what-ifs of their own (`kernel@whatif`); `region` is empty for the default."""

    title: str
    file: str
    kernels: tuple[str, ...]
    cores: tuple[str, ...]
    whatifs: tuple[str, ...]
    region: str
    parameters: tuple[Parameter, ...]
    plot: PlotPlan

    @property
    def combinations(self) -> int:
        """Points of one kernel on one core."""
        return prod(len(parameter.values) for parameter in self.parameters)


def read(path: str) -> Plan:
    """Read a plan. Raises InputError, or every mistake in it together."""
    try:
        text = read_text(path)
        document = parse_yaml(text, path)
    except OSError as error:
        raise InputError(f"can't read sweep plan {path}: {error.strerror}") from None
    except CoreError as error:
        raise InputError(error.message, error.span) from None
    report = Report(document.errors)
    plan = _checked(document.root, path, report)
    if report.errors or plan is None:
        lines = text.splitlines()
        errors = [InputError(one.message, one.span, one.hint) for one in report.in_order()]
        for one in errors:
            if one.span and one.span.line <= len(lines):
                one.source_line = lines[one.span.line - 1]
        raise raised(errors)
    return plan


def _checked(root: Node, path: str, report: Report) -> Plan | None:
    if not isinstance(root.value, dict):
        report.add("a sweep plan is a mapping", root.span)
        return None
    report.known_keys(root, TOP_KEYS, "a sweep plan")
    report.required(root, ("kernels", "cores", "parameters"), "a sweep plan")
    report.text(root.get("title"), "title")
    report.text(root.get("region"), "region")
    kernels, cores, whatifs = (_names(root, key, report) for key in ("kernels", "cores", "whatif"))
    documents = _documents(cores, kernels, whatifs, report)
    parameters = [
        _parameter(name, values, root.value["parameters"], documents, report)
        for name, values in report.mapping(root.get("parameters"), "parameters").items()
    ]
    points = prod(len(one.values) for one in parameters) * len(kernels) * len(cores)
    if points > MOST_POINTS:
        report.add(f"{points} points are more than {MOST_POINTS}", root.span, "coarser ranges, or several plans")
    title, region = root.get("title"), root.get("region")
    return Plan(
        str(title.value) if title is not None else path,
        path,
        tuple(one.value for one in kernels),
        tuple(one.value for one in cores),
        tuple(one.value for one in whatifs),
        str(region.value) if region is not None else "",
        tuple(parameters),
        _plot(root.get("plot"), parameters, report),
    )


def _names(root: Node, key: str, report: Report) -> list[Node]:
    node = root.get(key)
    found = report.texts(node, key)
    if node is not None and node.value == []:
        report.add(f"{key} is empty", node.span)
    seen: set[str] = set()
    for one in found:
        if one.value in seen:
            report.add(f"{one.value!r} is there twice", one.span)
        seen.add(one.value)
    return found


def _documents(cores: list[Node], kernels: list[Node], whatifs: list[Node], report: Report) -> list[dict[str, Any]]:
    """The documents of the cores, with the what-ifs of all kernels; and every name that can't be read."""
    reader, overlays = Reader(), []
    for one in whatifs:
        try:
            overlays.append(reader.overlay(one.value))
        except CyclesimError as error:
            report.add(f"what-if {one.value!r}: {error.message}", one.span, error.hint)
    for one in kernels:
        try:
            column_of(one.value)
        except CyclesimError as error:
            report.add(error.message, one.span, error.hint)
    found = []
    for one in cores:
        try:
            document = load_document(find_file(one.value))
        except CyclesimError as error:
            report.add(error.message, one.span, error.hint)
            continue
        if document["kind"] == "warps":
            report.add(f"{document['name']} schedules warps and does not run assembly", one.span)
            continue
        for overlay in overlays:
            document = overlay.applied(document)
        found.append(document)
    return found


def _parameter(name: str, values: Node, section: Node, documents: list[dict[str, Any]], report: Report) -> Parameter:
    words = tuple(word.strip() for word in name.split("."))
    before = len(report.errors)
    path = _path(words, section.keys[name], documents, report)
    found: list[Value] = []
    if len(report.errors) == before:
        for node in values.elements():
            found += _expanded(node, path, report)
            if len(found) > MOST_VALUES:
                report.add(f"{name} has more than {MOST_VALUES} values", values.span)
                break
        for node in _distinct(found, values, report):
            _check(node, path, documents, report)
        if not found:
            report.add(f"{name} has no value", values.span)
    return Parameter(name, path, tuple(found))


def _path(words: tuple[str, ...], span: Any, documents: list[dict[str, Any]], report: Report) -> tuple[str, ...]:
    """The setting that a dotted name stands for; what the cores don't have is reported."""
    if len(words) == 1 and words[0] in (*SIMPLE, *CYCLES):
        return words
    if len(words) == 2 and words[0] == "units":
        for document in documents:
            if words[1] not in document["units"]:
                units = ", ".join(document["units"])
                report.add(f"{document['name']} has no unit {words[1]!r}", span, f"units: {units}")
        return words
    of_class = len(words) == 3 and words[0] == "classes" and words[2] in CLASS_PARAMETERS
    of_unit = len(words) == 4 and words[0] == "classes" and words[2] == "uses"
    if of_class or of_unit:
        _check_pattern(words[1], span, documents, report)
        return words
    if len(words) == 2 and words[0] == "co_issue":
        for document in documents:
            names = [one["name"] for one in document.get("co_issue") or ()]
            if words[1] not in names:
                known = ", ".join(names) or "none"
                report.add(f"{document['name']} has no refusal {words[1]!r}", span, f"refusals: {known}")
        return ("co_issue", "remove", words[1])
    report.add(f"no parameter {'.'.join(words)!r}", span, KNOWN)
    return words


CLASS_PARAMETERS = ("latency", "accumulate", "base", "flags", "cycles", "slots", "blocks")
KNOWN = (
    "issue_width, load_width, taken_bubble, store_to_load, units.NAME, co_issue.NAME, classes.NAME.KEY with "
    f"{', '.join(CLASS_PARAMETERS)} or uses.UNIT"
)


def _check_pattern(pattern: str, span: Any, documents: list[dict[str, Any]], report: Report) -> None:
    for document in documents:
        if not matching(pattern, document["timings"]):
            from difflib import get_close_matches

            close = get_close_matches(pattern, document["timings"], 3)
            hint = f"did you mean {' or '.join(close)}?" if close else ""
            report.add(f"{document['name']} has no class {pattern!r}", span, hint)


def _expanded(node: Node, path: tuple[str, ...], report: Report) -> list[Value]:
    """One value, or those of a range `a..b step s`."""
    if isinstance(node.value, str) and (parts := RANGE.fullmatch(node.value.strip())):
        bounds = [parts[1], parts[1 + NUMBER.groups + 1], parts[1 + 2 * (NUMBER.groups + 1)] or "1"]
        if any(re.search(r"/0+$", text) for text in bounds):
            report.add("a range divides by zero", node.span)
            return []
        low, high, step = (Cycles(text) for text in bounds)
        if step == 0 or high < low:
            report.add(f"the range {node.value} is empty", node.span, "a..b step s with a <= b and s > 0")
            return []
        if (high - low) / step >= MOST_VALUES:
            report.add(f"the range {node.value} has more than {MOST_VALUES} values", node.span)
            return []
        return list(_steps(low, high, step))
    if isinstance(node.value, (int, str, bool)):
        return [node.value]
    report.add(f"a value is a number, a word or a range, not {kind_of(node)}", node.span)
    return []


def _steps(low: Cycles, high: Cycles, step: Cycles) -> Iterator[Value]:
    while low <= high:
        yield int(low) if low.denominator == 1 else exact_text(low)
        low += step


def _distinct(found: list[Value], values: Node, report: Report) -> list[Node]:
    nodes = []
    seen: set[tuple[str, Value]] = set()
    for value in found:
        if (type(value).__name__, value) in seen:
            report.add(f"the value {value} is there twice", values.span)
        else:
            nodes.append(Node(value, values.span, {}))
        seen.add((type(value).__name__, value))
    return nodes


def _check(node: Node, path: tuple[str, ...], documents: list[dict[str, Any]], report: Report) -> None:
    if node.value == AS_IS:
        return
    if path[0] == "load_width":
        check_load_width(node, report)
    elif path[0] in ("issue_width", "units") or "uses" in path:
        most = SIMPLE["issue_width"] if path[0] == "issue_width" else 64
        value = report.whole(node, ".".join(path))
        if value is not None and value > most:
            report.add(f"{'.'.join(path)} is at most {most}, not {value}", node.span)
    elif path[0] in CYCLES:
        report.cycles(node, path[0], unknown=path[0] == "store_to_load")
    elif path[0] == "co_issue":
        report.truth(node, ".".join(path))
    else:
        check_value(path[2], node, documents[0] if documents else {"units": {}}, report)


def _plot(node: Node | None, parameters: list[Parameter], report: Report) -> PlotPlan:
    first = max(parameters, key=lambda one: len(one.values)).name if parameters else ""
    if node is None:
        return PlotPlan(first, FIGURES[0], ())
    given: Mapping[str, Node] = report.mapping(node, "plot")
    report.known_keys(node, PLOT_KEYS, "plot")
    if "x" in given:
        report.one_of(given["x"], [one.name for one in parameters], "x of plot")
    if "y" in given:
        report.one_of(given["y"], FIGURES, "y of plot")
    for axis in report.texts(given.get("log"), "log of plot"):
        report.one_of(axis, ("x", "y"), "an axis")
    x, y, log = given.get("x"), given.get("y"), given.get("log")
    axes = tuple(str(axis.value) for axis in log.elements()) if log is not None else ()
    return PlotPlan(str(x.value) if x is not None else first, str(y.value) if y is not None else FIGURES[0], axes)
