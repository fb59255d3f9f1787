"""Checks of single values, each with the place of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cyclesim.errors import CoreError, CyclesimError
from cyclesim.ir import Span
from cyclesim.machine.nodes import Node
from cyclesim.machine.timing import STATUSES

NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?|\d{1,6}/\d{1,6}")
SIGNED = re.compile(rf"-?({NUMBER.pattern})")


class Report:
    """Collects the errors of one file. Every check returns the value, or None when it is wrong."""

    def __init__(self, errors: Sequence[CyclesimError] = ()) -> None:
        self.errors: list[CyclesimError] = list(errors)

    def add(self, message: str, span: Span, hint: str = "") -> None:
        self.errors.append(CoreError(message, span, hint))

    def in_order(self) -> list[CyclesimError]:
        """The errors by place, each once."""
        found = {(error.span.line, error.span.column, error.message): error for error in self.errors if error.span}
        return [found[key] for key in sorted(found)]

    def mapping(self, node: Node | None, what: str) -> dict[str, Node]:
        """The children of a mapping; empty (and an error) when it is something else."""
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.add(f"{what} is a mapping, not {kind_of(node)}", node.span)
            return {}
        return node.value

    def known_keys(self, node: Node, keys: Sequence[str], what: str) -> None:
        for key, span in node.keys.items():
            if key not in keys:
                self.add(f"unknown key {key!r} in {what}", span, f"known: {', '.join(keys)}")

    def required(self, node: Node, keys: Sequence[str], what: str) -> None:
        for key in keys:
            if isinstance(node.value, dict) and key not in node.value:
                self.add(f"{what} has no `{key}`", node.span)

    def text(self, node: Node | None, what: str) -> str | None:
        if node is None:
            return None
        if not isinstance(node.value, str) or not node.value.strip():
            self.add(f"{what} is a text, not {kind_of(node)}", node.span)
            return None
        return node.value

    def one_of(self, node: Node | None, allowed: Sequence[str], what: str) -> None:
        if node is not None and (not isinstance(node.value, str) or node.value not in allowed):
            self.add(f"{what} is {kind_of(node)}", node.span, f"one of {', '.join(allowed)}")

    def texts(self, node: Node | None, what: str) -> list[Node]:
        """The elements of a list of texts."""
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.add(f"{what} is a list, not {kind_of(node)}", node.span)
            return []
        return [element for element in node.value if self.text(element, f"an element of {what}") is not None]

    def whole(self, node: Node | None, what: str, least: int = 1) -> int | None:
        if node is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            self.add(f"{what} is a whole number, not {kind_of(node)}", node.span)
        elif node.value < least:
            self.add(f"{what} is at least {least}, not {node.value}", node.span)
        else:
            return node.value
        return None

    def truth(self, node: Node | None, what: str) -> None:
        if node is not None and not isinstance(node.value, bool):
            self.add(f"{what} is true or false, not {kind_of(node)}", node.span)

    def cycles(self, node: Node | None, what: str, unknown: bool = False, signed: bool = False) -> None:
        """A number of cycles: 3, 2.2 or 1/2; also `unknown` where that is allowed."""
        if node is None or (unknown and node.value == "unknown"):
            return
        text = "" if isinstance(node.value, (bool, dict, list)) or node.value is None else str(node.value)
        pattern = SIGNED if signed else NUMBER
        if text.startswith("-") and SIGNED.fullmatch(text) and not signed:
            self.add(f"{what} can't be negative: {text}", node.span)
        elif not pattern.fullmatch(text) or text.endswith(("/0", "/00", "/000")):
            form = "3, 2.2 or 1/2" + (" or unknown" if unknown else "")
            self.add(f"{what} is a number of cycles ({form}), not {kind_of(node)}", node.span)

    def evidence(self, node: Node, tags: Sequence[str] | None, what: str, required: bool = True) -> None:
        """`source` and `status`. `tags`: what a source may start with; None where sources are free text."""
        if required:
            self.required(node, ("source", "status"), what)
        status = node.get("status")
        if status is not None and (not isinstance(status.value, str) or status.value not in STATUSES):
            self.add(f"unknown status {kind_of(status)}", status.span, f"one of {', '.join(STATUSES)}")
        source = node.get("source")
        text = self.text(source, f"source of {what}")
        if text is not None and source is not None and tags is not None and first_word(text) not in tags:
            hint = f"a source starts with one of {', '.join(tags)}"
            self.add(f"source {text!r} starts with none of the tags in `sources`", source.span, hint)
        self.text(node.get("note"), f"note of {what}")


def first_word(text: str) -> str:
    return re.split(r"[:;,\s]", text, maxsplit=1)[0]


def kind_of(node: Node) -> str:
    """A wrong value as the message quotes it."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return str(node.value).lower()
    text = str(node.value)
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
