"""YAML as values with places. Core and what-if files use a small part of YAML, and the rest is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cyclesim.errors import CoreError, CyclesimError
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

MOST_BYTES = 1_000_000
MOST_DEPTH = 40
INTEGER = re.compile(r"[-+]?\d{1,15}")
WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "null": None, "~": None}


class Node(NamedTuple):
    """A YAML value with its place: `value` is a scalar, a dict of Nodes or a list of Nodes. `keys`: where each key of
    a mapping stands."""

    value: Any
    span: Span
    keys: Mapping[str, Span]

    def plain(self) -> Any:
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def get(self, key: str) -> Node | None:
        """A child of a mapping; None when it is missing or this is no mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> list[tuple[str, Node]]:
        """Keys and children of a mapping; empty when this is no mapping."""
        return list(self.value.items()) if isinstance(self.value, dict) else []

    def elements(self) -> list[Node]:
        """The elements of a list; a lone value counts as a list of one."""
        return self.value if isinstance(self.value, list) else [self]


class Document(NamedTuple):
    """A parsed file. `errors`: what it says that is refused; the rest of it can still be checked."""

    root: Node
    errors: list[CyclesimError]


def read_text(path: str) -> str:
    """The text of a file. Raises CoreError for one that is larger than a megabyte or not UTF-8, and OSError."""
    with open(path, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    return decode(content, path)


def decode(content: bytes, path: str) -> str:
    if len(content) > MOST_BYTES:
        raise CoreError(f"larger than {MOST_BYTES} bytes", Span(path, 1))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise CoreError("not UTF-8", Span(path, line, column)) from None


def parse_yaml(text: str, file: str) -> Document:
    """YAML to Nodes. Raises CoreError for text that is not YAML, empty, or nested too deeply.

    The parser's events are read one by one: nothing recurses, nothing is constructed, nothing expands.
    """
    import yaml

    if len(text) > MOST_BYTES:
        raise CoreError(f"larger than {MOST_BYTES} bytes", Span(file, 1))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(type(event).__name__.removesuffix("Event"), event)
    except yaml.YAMLError as error:
        raise CoreError(f"not YAML: {_problem(error)}", _error_span(error, text, file)) from None
    if builder.root is None or builder.root.value is None:
        raise CoreError("empty file", Span(file, 1))
    return Document(builder.root, builder.errors)


def _problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it can't be read")


def _error_span(error: Exception, text: str, file: str) -> Span:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark:
        return Span(file, mark.line + 1, mark.column + 1)
    place = min(int(getattr(error, "position", 0) or 0), len(text))
    return Span(file, text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))


class _Open:
    """A mapping or list that is being read. `key`: the key whose value comes next; None before a key."""

    __slots__ = ("entries", "items", "key", "keys", "mapping", "span")

    def __init__(self, mapping: bool, span: Span) -> None:
        self.mapping = mapping
        self.span = span
        self.items: list[Node] = []
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Span] = {}
        self.key: str | None = None

    def node(self) -> Node:
        return Node(self.entries if self.mapping else self.items, self.span, self.keys)


class _Builder:
    """Builds Nodes from the events of a YAML parser."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.errors: list[CyclesimError] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, kind: str, event: Any) -> None:
        span = Span(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if kind == "DocumentStart":
            self._documents += 1
            if self._documents == 2:
                self._refuse("a second document; one file holds one", span)
        elif kind in ("MappingStart", "SequenceStart"):
            self._start(kind == "MappingStart", event, span)
        elif kind in ("MappingEnd", "SequenceEnd"):
            self._add(self._open.pop().node())
        elif kind == "Scalar":
            self._check_properties(event, span)
            self._add(Node(event.value if self._wants_key() else _scalar(event), span, {}))
        elif kind == "Alias":
            self._refuse(f"an alias (*{event.anchor}); `like` and `shape` repeat rows", span)
            self._add(Node(None, span, {}))

    def _start(self, mapping: bool, event: Any, span: Span) -> None:
        self._check_properties(event, span)
        if len(self._open) >= MOST_DEPTH:
            raise CoreError("nested too deeply", span)
        if self._wants_key():
            self._refuse("a key is a plain word", span)
        self._open.append(_Open(mapping, span))

    def _check_properties(self, event: Any, span: Span) -> None:
        if event.tag and event.tag != "!":
            self._refuse(f"unexpected tag {event.tag}", span)

    def _refuse(self, message: str, span: Span) -> None:
        self.errors.append(CoreError(message, span))

    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].mapping and self._open[-1].key is None

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = self.root or node
            return
        inner = self._open[-1]
        if not inner.mapping:
            inner.items.append(node)
        elif inner.key is None:
            inner.key = node.value if isinstance(node.value, str) else f"unreadable key of line {node.span.line}"
            if inner.key in inner.entries:
                self._refuse(f"duplicate key {inner.key!r}", node.span)
            inner.keys.setdefault(inner.key, node.span)
        else:
            inner.entries[inner.key] = node
            inner.key = None


def _scalar(event: Any) -> object:
    """An integer, a truth value, nothing, or the text itself; quoted text stays text."""
    text: str = event.value
    if not event.implicit[0] or event.style in ("'", '"', "|", ">"):
        return text
    if INTEGER.fullmatch(text):
        return int(text)
    return WORDS.get(text.lower(), text) if text else None
