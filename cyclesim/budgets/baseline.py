"""The baseline file: figures of a former state, as JSON that merges well."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from cyclesim import __version__
from cyclesim.budgets.nouns import BaselineError, Figure, Line
from cyclesim.errors import InputError
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, decimal_text, exact_text

SCHEMA_VERSION = 1


class Baseline(NamedTuple):
    """`figures`: by file (relative to the folder of the baseline, with slashes), region and core."""

    path: str
    figures: Mapping[tuple[str, str, str], Figure]

    def name_of(self, path: str) -> str:
        """How the baseline calls a file."""
        return os.path.relpath(path, os.path.dirname(self.path) or ".").replace(os.sep, "/")

    def files(self) -> list[str]:
        """The paths of its files, from where the program runs."""
        folder = os.path.dirname(self.path)
        return [os.path.normpath(os.path.join(folder, name)) for name in dict.fromkeys(key[0] for key in self.figures)]


def read(path: str, missing_ok: bool = False) -> Baseline:
    """A baseline file. Raises BaselineError for what isn't one, InputError when it can't be read."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except FileNotFoundError:
        if missing_ok:
            return Baseline(path, {})
        raise InputError(f"{path} doesn't exist", hint="--update makes it") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BaselineError(f"{path} is no baseline: it isn't JSON", hint="--update makes it anew") from None
    if not isinstance(data, dict) or data.get("schema_version") != SCHEMA_VERSION:
        raise BaselineError(f"{path} is no baseline of schema version {SCHEMA_VERSION}", hint="--update makes it anew")
    try:
        figures = [_figure(one) for one in data["kernels"]]
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise BaselineError(f"{path} is damaged: {error!r}", hint="--update makes it anew") from None
    return Baseline(path, {(one.file, one.region, one.core): one for one in figures})


def _figure(record: Mapping[str, object]) -> Figure:
    rows = record["instructions"]
    if not isinstance(rows, list):
        raise TypeError("instructions")
    lines = tuple(Line(int(line), str(text), Cycles(gap), str(reason)) for line, text, gap, reason in rows)
    file, region, core, isa = (str(record[name]) for name in ("file", "region", "core", "isa"))
    cycles, operations = Cycles(str(record["cycles_exact"])), int(str(record["operations"]))
    return Figure(file, region, core, isa, cycles, operations, len(lines), lines)


def text_of(figures: Sequence[Figure]) -> str:
    """The file's content: one kernel a block, one instruction a line, sorted."""
    kernels = []
    for one in sorted(figures, key=lambda figure: (figure.file, figure.region, figure.core)):
        head = {
            "file": one.file,
            "region": one.region,
            "core": one.core,
            "isa": one.isa,
            "cycles": decimal_text(one.cycles, 3),
            "cycles_exact": exact_text(one.cycles),
            "operations": one.operations,
        }
        rows = [json.dumps([line.line, line.text, exact_text(line.gap), line.reason]) for line in one.lines]
        body = ",\n   ".join(rows)
        kernels.append(json.dumps(head)[:-1] + f', "instructions": [\n   {body}\n  ]}}')
    body = ",\n  ".join(kernels)
    return f'{{"schema_version": {SCHEMA_VERSION}, "cyclesim": "{__version__}", "kernels": [\n  {body}\n]}}\n'
