"""The instruction rows of a what-if file: their shape and size here, their notation and clashes by the ISA tables."""

from __future__ import annotations

import re
from collections.abc import Collection
from math import prod

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.machine.nodes import Node
from cyclesim.machine.report import Report, kind_of
from cyclesim.machine.schema import check_name
from cyclesim.machine.vocabulary import ISAS

MOST_FORMS = 1000
"""Forms that all rows of a file stand for: braces multiply, and a real extension has some dozens."""

TYPE_NAME = re.compile(r"[A-Za-z]\w*")
NESTED = {"types": 2, "ranges": 1, "implicit": 2, "features": 1}
"""Keys that hold mappings, and how deep these go; all others hold words, numbers, or a list of them."""


def check_rows(isa: Node | None, timed: Collection[str], report: Report) -> None:
    """Everything wrong with the rows. `timed`: classes that the file itself gives timings for."""
    from cyclesim.isa import class_names

    if isa is None:
        return
    if not isinstance(isa.value, list):
        report.add(f"isa is a list of rows, not {kind_of(isa)}", isa.span)
        return
    before, forms = len(report.errors), 0
    known = (*class_names(), *sorted(timed))
    for row in isa.value:
        if not isinstance(row.value, dict):
            report.add(f"an instruction row is a mapping, not {kind_of(row)}", row.span)
            continue
        report.required(row, ("isa", "form", "class"), "an instruction row")
        report.one_of(row.get("isa"), ISAS[:2], "isa")
        if report.text(row.get("class"), "class"):
            check_name(row.get("class"), known, "class", report)
        _check_depth(row, report)
        if report.text(row.get("form"), "form"):
            forms += _size(row, report)
            if forms > MOST_FORMS:
                report.add(f"the rows up to here stand for more than {MOST_FORMS} forms", row.span)
                return
    if len(report.errors) == before:
        _check_notation(isa, report)


def _check_depth(row: Node, report: Report) -> None:
    for key, value in row.items():
        if _depth(value) > NESTED.get(key, 0):
            report.add(f"`{key}` is nested too deeply", value.span)


def _depth(node: Node) -> int:
    """Levels of mappings, and of lists within them, below a value; a list of words counts as none."""
    if isinstance(node.value, list):
        return max((_depth(child) + 1 for child in node.value if isinstance(child.value, (dict, list))), default=0)
    if isinstance(node.value, dict):
        return 1 + max((_depth(child) for _, child in node.items()), default=0)
    return 0


def _size(row: Node, report: Report) -> int:
    """How many forms a row stands for at most."""
    form = str(row.value["form"].value)
    mnemonic, _, operands = form.partition(" ")
    crossed = prod(group.count(",") + 1 for group in re.findall(r"\{([^{}]*)\}", mnemonic))
    together = max((group.count(",") + 1 for group in re.findall(r"\{([^{}]*)\}", operands)), default=1)
    types, lists = row.get("types"), 1
    for name, values in types.items() if types is not None else ():
        if types is not None and not TYPE_NAME.fullmatch(name):
            report.add(f"the type name {name!r} is no word", types.keys[name])
        lists = max(lists, len(values.elements()))
    return int(crossed * together * lists)


def _check_notation(isa: Node, report: Report) -> None:
    """What the tables say of the rows: notation, keys, and forms that exist already."""
    from cyclesim import isa as instruction_sets

    rows: dict[str, list[Node]] = {}
    for row in isa.value:
        rows.setdefault(str(row.value["isa"].value), []).append(row)
    for name, of_isa in rows.items():
        given = []
        for row in of_isa:
            plain = row.plain()
            del plain["isa"]
            given.append((plain, row.span.file, row.span.line))
        try:
            instruction_sets.load(name, given)
        except ManyErrors as errors:
            report.errors += errors.errors
        except CyclesimError as error:
            report.errors.append(error)
