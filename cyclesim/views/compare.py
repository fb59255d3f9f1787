"""`compare`: bound, schedule, rate, speed-up, limit and register pressure, core by core."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.compare import Comparison, Entry
from cyclesim.pressure import Pressure
from cyclesim.units import Cycles, decimal_text, exact_text
from cyclesim.views.wording import wrap

HEADERS = ("kernel", "core", "bound", "limit", "schedule", "ops/cycle", "speed-up", "at bound", "simd", "gen")
CSV_HEADERS = (
    "kernel", "core", "instructions", "operations", "bound", "limit", "schedule", "ops_per_cycle", "speedup",
    "bound_speedup", "top_stall", "simd_registers", "simd_limit", "general_registers", "general_limit",
)  # fmt: skip
KERNEL_WIDTH = 20


def render(comparison: Comparison, notes: Sequence[str], format: str = "text") -> str:
    """The comparison as `text`, `json`, `csv` or `markdown`."""
    if format == "json":
        return _as_json(comparison, notes)
    from cyclesim.views import table

    if format == "csv":
        return table.render(CSV_HEADERS, [_csv_row(one) for one in comparison.entries if one.analysis], format)
    rows = [_row(one, format) for one in comparison.entries]
    remarks = [*notes, *_remarks(comparison)]
    return "\n".join(
        [table.render(HEADERS, rows, format), *[line for remark in remarks for line in wrap(f"note: {remark}")]]
    )


def _remarks(comparison: Comparison) -> list[str]:
    found = ["speed-up (at bound: of the bounds) is against the first kernel that runs on the core, per operation"]
    for one in comparison.entries:
        found += [one.remark] if one.remark else []
        found += [f"{one.column.text}, {one.core}: {note}" for note in (one.analysis.notes if one.analysis else ())]
        found += [_excess(one, kind) for kind in one.pressure if kind.most > kind.limit]
    return list(dict.fromkeys(found))


def _excess(entry: Entry, pressure: Pressure) -> str:
    return (
        f"{entry.column.text}, {entry.core}: {pressure.most} {pressure.kind} registers hold values at a time, "
        f"and there are {pressure.limit}"
    )


def _row(entry: Entry, format: str) -> list[object]:
    analysis, name = entry.analysis, entry.column.text
    if format == "text" and len(name) > KERNEL_WIDTH:
        name = f"…{name[1 - KERNEL_WIDTH :]}"
    if analysis is None:
        return [name, entry.short if format == "text" else entry.core, *["-"] * (len(HEADERS) - 2)]
    return [
        name,
        entry.short if format == "text" else entry.core,
        decimal_text(analysis.bounds.binding.cycles, 3),
        analysis.bounds.binding.limit,
        decimal_text(analysis.schedule.cycles, 3),
        _rate(analysis.operations, analysis.schedule.cycles),
        _times(entry.speedup),
        _times(entry.bound_speedup),
        _pressure(entry, "simd"),
        _pressure(entry, "general"),
    ]


def _pressure(entry: Entry, kind: str) -> str:
    found = next((one for one in entry.pressure if one.kind == kind), None)
    if found is None:
        return "-"
    return f"{found.most}/{found.limit}"


def _rate(operations: int, cycles: Cycles) -> str:
    return decimal_text(operations / cycles, 3) if operations and cycles else "-"


def _times(ratio: Cycles | None) -> str:
    return "-" if ratio is None else f"{decimal_text(ratio)}x"


def _csv_row(entry: Entry) -> list[object]:
    record = _record(entry)
    limits = {one.kind: one for one in entry.pressure}
    assert entry.analysis is not None
    return [
        entry.column.text,
        entry.core,
        record["instructions"],
        record["operations"],
        decimal_text(entry.analysis.bounds.binding.cycles, 6),
        entry.analysis.bounds.binding.limit,
        decimal_text(entry.analysis.schedule.cycles, 6),
        _rate(entry.analysis.operations, entry.analysis.schedule.cycles),
        "" if entry.speedup is None else decimal_text(entry.speedup, 4),
        "" if entry.bound_speedup is None else decimal_text(entry.bound_speedup, 4),
        next(iter(entry.analysis.schedule.stalls), ""),
        limits["simd"].most,
        limits["simd"].limit,
        limits["general"].most,
        limits["general"].limit,
    ]


def _as_json(comparison: Comparison, notes: Sequence[str]) -> str:
    """The versioned form; keys are a contract (docs/reference/json.md)."""
    import json

    rows = [_record(one) for one in comparison.entries]
    return json.dumps({"schema_version": 1, "comparison": rows, "notes": [*notes, *_remarks(comparison)]}, indent=1)


def _record(entry: Entry) -> dict[str, object]:
    analysis = entry.analysis
    head = {"kernel": entry.column.file, "whatif": list(entry.column.whatifs), "uarch": entry.core}
    if analysis is None:
        return {**head, "remark": entry.remark}
    bound, schedule = analysis.bounds.binding, analysis.schedule
    return {
        **head,
        "isa": analysis.program.isa,
        "instructions": len(analysis.body.operations),
        "operations": analysis.operations,
        "bound": {"cycles": float(bound.cycles), "cycles_exact": exact_text(bound.cycles), "limit": bound.limit},
        "schedule": {
            "cycles": float(schedule.cycles),
            "cycles_exact": exact_text(schedule.cycles) if schedule.period else None,
        },
        "ops_per_cycle": {
            "bound": float(analysis.operations / bound.cycles) if bound.cycles else None,
            "schedule": float(analysis.operations / schedule.cycles) if schedule.cycles else None,
        },
        "speedup": {
            "bound": None if entry.bound_speedup is None else float(entry.bound_speedup),
            "schedule": None if entry.speedup is None else float(entry.speedup),
        },
        "top_stall": next(iter(schedule.stalls), None),
        "registers": {one.kind: {"most": one.most, "limit": one.limit} for one in entry.pressure},
    }
