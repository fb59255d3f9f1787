"""Everything wrong with the shipped tables: malformed rows, clashes, classes that no row uses."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cyclesim import resources
from cyclesim.errors import CyclesimError, TableError
from cyclesim.ir import Span
from cyclesim.isa.instruction_set import ISAS
from cyclesim.isa.tables import CLASSES, check_tables, read_classes


def check_all(isas: Sequence[str] = ISAS) -> list[CyclesimError]:
    """All errors of the tables of `isas`, in the order of the files. Classes are only missed when all are checked."""
    errors: list[CyclesimError] = []
    used: set[str] = set()
    for isa in isas:
        index, found = check_tables(isa)
        errors += found
        used.update(row.class_ for row in index.rows)
    return errors + (unused_classes(used) if set(isas) == set(ISAS) else [])


def unused_classes(used: set[str]) -> list[CyclesimError]:
    """Classes that no row names, with their lines."""
    path = os.path.join(resources.PACKAGE, "isa", CLASSES)
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    return [
        TableError(f"no row has the class `{name}`", Span(f"isa/{CLASSES}", _line_of(name, lines)))
        for name in read_classes()
        if name not in used
    ]


def _line_of(name: str, lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines, 1) if line.strip().startswith(f"{name}:")), 1)
