"""Results of a board: read, checked, and put into a calls file or a kernel's sidecar."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

from cyclesim.errors import CyclesimError, InputError, ManyErrors
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

COLUMNS = ("symbol", "call", "minimum", "median", "ninth_decile", "empty")


class Result(NamedTuple):
    """One call as measured. `cycles`: the median of a call less that of an empty one."""

    symbol: str
    call: int
    cycles: float


def read_results(text: str, path: str) -> tuple[Result, ...]:
    """The rows that a harness printed. Raises InputError, all errors together."""
    rows = list(csv.reader(text.splitlines()))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InputError(f"{path} has no results: its first line isn't {','.join(COLUMNS)}", Span(path, 1))
    results: list[Result] = []
    errors: list[CyclesimError] = []
    for line, row in enumerate(rows[1:], start=2):
        try:
            if len(row) != len(COLUMNS):
                raise ValueError
            cycles = float(row[3]) - float(row[5])
            if not 0 < cycles < 1e15:
                raise ValueError
            results.append(Result(row[0], int(row[1]), cycles))
        except ValueError:
            errors.append(InputError("a result is a symbol, a number and four cycle counts", Span(path, line)))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    if not results:
        raise InputError(f"{path} has no results", Span(path, 1))
    return tuple(results)


def mean_cycles(results: Sequence[Result]) -> float:
    """The mean over the calls of a function."""
    return round(sum(one.cycles for one in results) / len(results), 2)


def into_calls(text: str, path: str, results: Sequence[Result], core: str, source: str) -> str:
    """A calls file with the measured cycles of a core added, or replaced where they stood.

    Raises InputError when the file has no function of that symbol with as many calls.
    """
    document = json.loads(text)
    functions = document.get("functions", [document])
    symbol = results[0].symbol
    fitting = [one for one in functions if one.get("symbol") == symbol and len(one["calls"]) == len(results)]
    if not fitting:
        raise InputError(f"{path} has no function `{symbol}` with {len(results)} calls")
    for one in fitting:
        kept = [row for row in one.get("measured", []) if row["core"].lower() != core.lower()]
        one["measured"] = [*kept, {"core": core, "cycles": mean_cycles(results), "sources": [{"what": source}]}]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def into_sidecar(text: str, results: Sequence[Result], core: str, source: str) -> str:
    """A kernel's sidecar with a measurement added at its end."""
    entry = [
        f"- core: {core}",
        f"  cycles: {mean_cycles(results)}",
        "  unit: cycles/call",
        f"  source: {json.dumps(source)}",
    ]
    lines = text.rstrip("\n").split("\n")
    if "runs:" in lines:
        place = lines.index("runs:") + 1
        return "\n".join([*lines[:place], *entry, *lines[place:]]) + "\n"
    return "\n".join([*lines, "runs:", *entry]) + "\n"
