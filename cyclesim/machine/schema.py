"""What a core file may say, and every mistake in one with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cyclesim.errors import CoreError
from cyclesim.ir import Span
from cyclesim.machine.timing import NEED_ROLES, SLOTS, STATUSES
from cyclesim.record import NamedTuple
from cyclesim.units import parse_cycles

MOST_BYTES = 1_000_000
MOST_NODES = 100_000
TOP_KEYS = [
    "name",
    "aliases",
    "based_on",
    "title",
    "kind",
    "isas",
    "picture",
    "sources",
    "issue_width",
    "units",
    "branches",
    "memory",
    "co_issue",
    "defaults",
    "shapes",
    "timings",
    "flat_sums",
]
REQUIRED = [
    "name",
    "title",
    "kind",
    "isas",
    "picture",
    "sources",
    "issue_width",
    "units",
    "branches",
    "memory",
    "timings",
]
ROW_KEYS = [
    "when",
    "like",
    "shape",
    "latency",
    "accumulate",
    "forward",
    "base",
    "flags",
    "uses",
    "cycles",
    "slots",
    "blocks",
    "needs",
    "pairs_as",
    "status",
    "source",
    "note",
]
FLAT_KEYS = ["when", "like", "cycles", "counted", "status", "source", "note"]
FEATURES = [
    "width",
    "element",
    "registers",
    "lane",
    "mode",
    "shift",
    "bytes",
    "mnemonic",
    "immediate",
    "sets_flags",
    "conditional",
    "structure",
    "branch",
]
KINDS = ("in-order", "out-of-order", "warps")


class Node(NamedTuple):
    """A YAML value with its place: `value` is a scalar, a dict of Nodes or a list of Nodes."""

    value: Any
    span: Span

    def plain(self) -> Any:
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


def parse_yaml(text: str, file: str) -> Node:
    """YAML to Nodes, with safe scalars only. Raises CoreError for bad YAML, duplicate keys and floods of aliases."""
    import yaml

    if len(text) > MOST_BYTES:
        raise CoreError(f"larger than {MOST_BYTES} bytes", Span(file, 1))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1)
        raise CoreError(f"not YAML: {getattr(error, 'problem', None) or 'too deeply nested'}", span) from None
    if root is None:
        raise CoreError("empty file", Span(file, 1))
    return _convert(root, file, [0], yaml)


def _convert(node: Any, file: str, counted: list[int], yaml: Any, depth: int = 0) -> Node:
    counted[0] += 1
    span = Span(file, node.start_mark.line + 1, node.start_mark.column + 1)
    if counted[0] > MOST_NODES or depth > 40:
        raise CoreError("too many values (an alias that repeats itself?)", span)
    if isinstance(node, yaml.MappingNode):
        found: dict[object, Node] = {}
        for key, value in node.value:
            name = _scalar(key, file, yaml)
            if name in found:
                raise CoreError(
                    f"duplicate key {name!r}", Span(file, key.start_mark.line + 1, key.start_mark.column + 1)
                )
            found[name] = _convert(value, file, counted, yaml, depth + 1)
        return Node(found, span)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(child, file, counted, yaml, depth + 1) for child in node.value], span)
    return Node(_scalar(node, file, yaml), span)


def _scalar(node: Any, file: str, yaml: Any) -> object:
    tag = node.tag.rpartition(":")[2]
    text = node.value
    if not isinstance(text, str) or not node.tag.startswith("tag:yaml.org,2002:"):
        raise CoreError(f"unexpected {node.tag}", Span(file, node.start_mark.line + 1, node.start_mark.column + 1))
    if tag == "int" and re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    if tag == "null":
        return None
    return text


def errors_of(root: Node, classes: tuple[str, ...], base: Mapping[str, Any]) -> Iterator[CoreError]:
    """Every mistake of a core file."""
    if not isinstance(root.value, dict):
        yield CoreError("a core file is a mapping", root.span)
        return
    yield from _unknown(root, TOP_KEYS)
    for key in REQUIRED:
        if key not in root.value:
            yield CoreError(f"`{key}` is missing", root.span)
    top = root.value
    if "kind" in top and top["kind"].value not in KINDS:
        yield CoreError(f"kind is one of {', '.join(KINDS)}", top["kind"].span)
    units = top["units"].value if "units" in top and isinstance(top["units"].value, dict) else {}
    tags = (
        tuple(base.get("sources", ())) + tuple(top["sources"].value)
        if "sources" in top and isinstance(top["sources"].value, dict)
        else ()
    )
    for name, unit in units.items():
        yield from _evidence(unit, tags, f"unit {name}")
    for key in ("branches", "memory"):
        if key in top:
            yield from _evidence(top[key], tags, key)
    names = set()
    for section, keys in (("timings", ROW_KEYS), ("flat_sums", FLAT_KEYS)):
        if section in top and isinstance(top[section].value, dict):
            for class_, rows in top[section].value.items():
                yield from _class_errors(class_, rows, keys, classes, units, tags)
                names |= {str(row.value["pairs_as"].value) for row in row_list(rows) if "pairs_as" in row.value}
                names.add(str(class_))
    if "timings" in top and isinstance(top["timings"].value, dict):
        for class_ in classes:
            if class_ not in top["timings"].value and class_ not in base.get("timings", {}):
                yield CoreError(f"no timing row for class {class_}", top["timings"].span)
    for refusal in top["co_issue"].value if "co_issue" in top else []:
        yield from _unknown(refusal, ["name", "older", "younger", "sentence", "source", "status", "note"])
        yield from _evidence(refusal, tags, "co-issue refusal")
        for side in ("older", "younger"):
            for name in refusal.value[side].value if side in refusal.value else []:
                if name.value not in names:
                    yield CoreError(f"no row pairs as {name.value!r}", name.span)


def row_list(rows: Node) -> list[Node]:
    return rows.value if isinstance(rows.value, list) else [rows]


def _unknown(node: Node, keys: list[str]) -> Iterator[CoreError]:
    if not isinstance(node.value, dict):
        yield CoreError("expected a mapping", node.span)
        return
    for key, child in node.value.items():
        if key not in keys:
            yield CoreError(f"unknown key {key!r}", child.span, hint=f"known: {', '.join(keys)}")


def _evidence(node: Node, tags: tuple[object, ...], what: str) -> Iterator[CoreError]:
    if not isinstance(node.value, dict):
        yield CoreError(f"{what}: expected a mapping", node.span)
        return
    for key in ("source", "status"):
        if key not in node.value:
            yield CoreError(f"{what} has no {key}", node.span)
    status = node.value.get("status")
    if status and status.value not in STATUSES:
        yield CoreError(f"status is one of {', '.join(STATUSES)}", status.span)
    source = node.value.get("source")
    if source and re.split(r"[:;,\s]", str(source.value))[0] not in tags:
        yield CoreError(f"source {source.value!r} starts with none of the tags in `sources`", source.span)


def _class_errors(
    class_: object,
    rows: Node,
    keys: list[str],
    classes: tuple[str, ...],
    units: Mapping[str, Node],
    tags: tuple[object, ...],
) -> Iterator[CoreError]:
    if class_ not in classes:
        yield CoreError(f"unknown class {class_!r}", rows.span)
    for number, row in enumerate(row_list(rows)):
        yield from _unknown(row, keys)
        if not isinstance(row.value, dict):
            continue
        if "when" not in row.value and number:
            yield CoreError("only the first row of a class may lack `when`", row.span)
        if not number and "like" not in row.value:
            yield from _evidence(row, tags, f"class {class_}")
        for feature in row.value["when"].value if "when" in row.value else {}:
            if feature not in FEATURES:
                yield CoreError(
                    f"unknown feature {feature!r}", row.value["when"].span, hint=f"known: {', '.join(FEATURES)}"
                )
        yield from _row_values(row, units)


def _row_values(row: Node, units: Mapping[str, Node]) -> Iterator[CoreError]:
    for key in ("latency", "accumulate", "base", "flags", "cycles"):
        if key in row.value and not (key == "latency" and row.value[key].value == "unknown"):
            try:
                parse_cycles(row.value[key].value)
            except ValueError as error:
                yield CoreError(f"{key}: {error}", row.value[key].span)
    if "slots" in row.value and row.value["slots"].value not in SLOTS:
        yield CoreError(f"slots is one of {', '.join(SLOTS)}", row.value["slots"].span)
    for unit, count in (row.value["uses"].value or {}).items() if "uses" in row.value else ():
        if unit not in units:
            yield CoreError(f"no unit {unit!r}", count.span, hint=f"units: {', '.join(units)}")
        elif not isinstance(count.value, int) or not 1 <= count.value <= units[unit].value["count"].value:
            yield CoreError(f"unit {unit} has {units[unit].value['count'].value}", count.span)
    for role, need in (row.value["needs"].value or {}).items() if "needs" in row.value else ():
        if role not in NEED_ROLES:
            yield CoreError(f"unknown role {role!r}", need.span, hint=f"roles: {', '.join(NEED_ROLES)}")
