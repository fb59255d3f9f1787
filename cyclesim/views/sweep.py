"""`sweep`: the table of all points, a summary of each kernel and core, a plot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cyclesim import resources
from cyclesim.sweep.cases import Case, Result, values_at
from cyclesim.sweep.plan import Plan
from cyclesim.units import Cycles, decimal_text
from cyclesim.views.plot import MOST_LEGEND, Plot, Point, Series
from cyclesim.views.wording import wrap

FIXED = ("kernel", "core")
FIGURES = (
    "instructions", "operations", "bound", "bound_exact", "limit", "schedule", "schedule_exact", "ops_per_cycle",
    "note",
)  # fmt: skip
SUMMARY = ("kernel", "core", "points", "fastest", "slowest", "ops/cycle", "where it is fastest")
KERNEL_WIDTH, VALUES_WIDTH = 22, 36


class Table:
    """The points of a finished sweep in the order of the plan: a row is a mapping of `columns`."""

    def __init__(self, plan: Plan, cases: Sequence[Case], results: Mapping[int, Result]) -> None:
        self.plan, self.cases, self.results = plan, cases, results
        self.columns = (*FIXED, *[parameter.name for parameter in plan.parameters], *FIGURES)

    def rows(self) -> Iterator[dict[str, object]]:
        for number, case in enumerate(self.cases):
            yield from self.rows_of(number, case)

    def rows_of(self, number: int, case: Case) -> Iterator[dict[str, object]]:
        names = [parameter.name for parameter in self.plan.parameters]
        for point in range(self.plan.combinations):
            result = self.results[number * self.plan.combinations + point]
            values = values_at(self.plan.parameters, point)
            yield {
                "kernel": case.kernel,
                "core": case.core,
                **dict(zip(names, values, strict=True)),
                **_figures(case, result),
            }


def _figures(case: Case, result: Result) -> dict[str, object]:
    bound = Cycles(result.bound) if result.bound else None
    cycles = Cycles(result.cycles) if result.cycles else None
    return {
        "instructions": len(case.instructions),
        "operations": case.operations,
        "bound": None if bound is None else float(bound),
        "bound_exact": result.bound or None,
        "limit": result.limit or None,
        "schedule": None if cycles is None else float(cycles),
        "schedule_exact": (result.cycles or None) if not result.note else None,
        "ops_per_cycle": float(case.operations / cycles) if cycles and case.operations else None,
        "note": result.note or None,
    }


def render(table: Table, notes: Sequence[str], format: str) -> str:
    """`text` (a summary), `json` or `csv`."""
    if format == "json":
        return _as_json(table, notes)
    if format == "csv":
        return _as_csv(table)
    return _summary(table, notes)


def _as_csv(table: Table) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows():
        writer.writerow([_text(row[name]) for name in table.columns])
    return out.getvalue()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else f"{value:.9g}" if isinstance(value, float) else str(value)


def _as_json(table: Table, notes: Sequence[str]) -> str:
    """The versioned form; keys are a contract (docs/reference/json.md)."""
    import json

    head = json.dumps({"schema_version": 1, "title": table.plan.title, "columns": table.columns, "notes": list(notes)})
    points = ",\n".join(json.dumps([row[name] for name in table.columns]) for row in table.rows())
    return f'{head[:-1]}, "points": [\n{points}\n]}}'


def write_parquet(table: Table, path: str) -> None:
    """The table as a Parquet file, whole or not at all: parameters as text, figures as numbers.

    Raises ImportError without pyarrow, OSError.
    """
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    parameters = {parameter.name for parameter in table.plan.parameters}
    columns: dict[str, list[object]] = {name: [] for name in table.columns}
    for row in table.rows():
        for name in table.columns:
            columns[name].append(_text(row[name]) if name in parameters else row[name])
    found = pyarrow.table({name: pyarrow.array(c, _kind(name, pyarrow)) for name, c in columns.items()})
    resources.replace(path, lambda temporary: pyarrow.parquet.write_table(found, temporary))


def _kind(name: str, pyarrow: Any) -> Any:
    if name in ("instructions", "operations"):
        return pyarrow.int64()
    if name in ("bound", "schedule", "ops_per_cycle"):
        return pyarrow.float64()
    return pyarrow.string()


def _summary(table: Table, notes: Sequence[str]) -> str:
    from cyclesim.views import table as tables

    rows, impossible = [], 0
    for number, case in enumerate(table.cases):
        points = list(table.rows_of(number, case))
        possible = [row for row in points if row["schedule"] is not None]
        impossible += len(points) - len(possible)
        if possible:
            rows.append(_summary_row(table, case, possible))
    total = len(table.cases) * table.plan.combinations
    lines = [f"{table.plan.title}: {total} points", tables.render(SUMMARY, rows)] if rows else [table.plan.title]
    if impossible:
        lines.append(f"{impossible} points can't be: an instruction would want more of a unit than there is")
    return "\n".join([*lines, *[line for note in notes for line in wrap(f"note: {note}")]])


def _summary_row(table: Table, case: Case, rows: Sequence[Mapping[str, object]]) -> list[object]:
    def cycles(row: Mapping[str, object]) -> float:
        value = row["schedule"]
        assert isinstance(value, float)
        return value

    best, worst = min(rows, key=cycles), max(rows, key=cycles)
    rate = best["ops_per_cycle"]
    values = ", ".join(f"{_short(one.name)} {_text(best[one.name])}" for one in table.plan.parameters)
    kernel = case.kernel if len(case.kernel) <= KERNEL_WIDTH else f"…{case.kernel[1 - KERNEL_WIDTH :]}"
    return [
        kernel,
        case.core,
        len(rows),
        decimal_text(Cycles(cycles(best)), 3),
        decimal_text(Cycles(cycles(worst)), 3),
        "-" if rate is None else f"{rate:.4g}",
        values if len(values) <= VALUES_WIDTH else f"{values[: VALUES_WIDTH - 1]}…",
    ]


def _short(name: str) -> str:
    """`latency` of `classes.simd-mlal.latency`, `neon` of `units.neon`."""
    return name.rpartition(".")[2]


def plot_of(table: Table) -> Plot:
    """The figure of the plan over one parameter: a line for each kernel, core and combination of the other
    parameters, as long as a legend can name them; else points for each kernel and core."""
    plan = table.plan
    x, y = plan.plot.x, plan.plot.y
    others = [parameter.name for parameter in plan.parameters if parameter.name != x and len(parameter.values) > 1]
    x_values = next((one.values for one in plan.parameters if one.name == x), ())
    numeric = all(_number(value) is not None for value in x_values)
    lines = len(table.cases) * (plan.combinations // max(1, len(x_values))) <= MOST_LEGEND
    found: dict[str, list[Point]] = {}
    for row in table.rows():
        height = row[y]
        if not isinstance(height, float):
            continue
        place = _number(row[x]) if numeric else float(x_values.index(row[x]))
        name = " ".join(
            [str(row["kernel"]), str(row["core"]), *[f"{_short(o)}={_text(row[o])}" for o in others if lines]]
        )
        values = ", ".join(f"{one.name} {_text(row[one.name])}" for one in plan.parameters)
        label = f"{row['kernel']} on {row['core']}: {height:.6g}; {values}"
        found.setdefault(name, []).append(Point(place or 0.0, height, label))
    series = tuple(Series(name, tuple(points), lines) for name, points in found.items())
    titles = {"ops_per_cycle": "operations per cycle", "schedule": "cycles per iteration", "bound": "bound, cycles"}
    axis = x if numeric else f"{x}: {', '.join(_text(value) for value in x_values)}"
    return Plot(plan.title, axis, titles[y], series, "x" in plan.plot.log and numeric, "y" in plan.plot.log)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(Cycles(str(value)))
    except (ValueError, ZeroDivisionError):
        return None
