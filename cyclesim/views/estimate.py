"""`estimate`: bound, schedule, operations per cycle, and what limits them."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.analysis import Analysis
from cyclesim.units import Cycles, counted, decimal_text, exact_text
from cyclesim.views.wording import evidence_text, lines_text, region_text, wrap


def render(analyses: Sequence[Analysis], notes: Sequence[str], format: str = "text") -> str:
    """One report per analysis, or one comparison table when there are several."""
    if format == "json":
        return as_json(analyses, notes)
    if format != "text" or len(analyses) > 1:
        return comparison(analyses, notes, format)
    return "\n".join([*[line for note in notes for line in wrap(f"note: {note}")], report(analyses[0])])


def report(analysis: Analysis) -> str:
    """One region on one core, in at most 100 columns."""
    schedule, bound = analysis.schedule, analysis.bounds.binding
    per = "per iteration" if analysis.region.loop else "in all"
    lines = [
        f"{analysis.program.file}: {region_text(analysis)}",
        f"{analysis.core.title} ({analysis.program.isa}): {counted(len(analysis.body.operations), 'instruction')}, "
        f"{counted(analysis.operations, 'operation')} {per}",
        "",
        _figure("schedule", schedule.cycles, analysis.operations, _period_text(analysis)),
        _figure("bound", bound.cycles, analysis.operations, f"limit: {bound.limit}"),
        *wrap(f"{bound.limit}: {bound.sentence}", indent=11),
        "",
        "where the cycles go",
        *stall_lines(analysis),
        "",
        *wrap(f"evidence: {evidence_text(analysis.evidence)}"),
    ]
    for note in analysis.notes:
        lines += wrap(f"note: {note}")
    return "\n".join(line.rstrip() for line in lines)


def stall_lines(analysis: Analysis) -> list[str]:
    """The stall table; it adds up to the schedule."""
    from cyclesim.views.wording import STALL_WORDS

    rows = [
        f"  {decimal_text(cycles):>8}  {kind:<12} {STALL_WORDS[kind]}"
        for kind, cycles in analysis.schedule.stalls.items()
    ]
    return [*rows, f"  {decimal_text(analysis.schedule.cycles):>8}  in all"]


def _figure(name: str, cycles: Cycles, operations: int, remark: str) -> str:
    rate = f"{decimal_text(operations / cycles, 3)} ops/cycle" if operations and cycles else "-"
    return f"{name:<10} {decimal_text(cycles, 3):>8} cycles  {rate:>18}   {remark}"


def _period_text(analysis: Analysis) -> str:
    schedule = analysis.schedule
    if not schedule.loop:
        return "executed once, from an empty pipeline"
    if not schedule.period:
        return f"not periodic within {schedule.transient} iterations: a mean, not an exact figure"
    share = analysis.bounds.binding.cycles / schedule.cycles if schedule.cycles else Cycles(1)
    repeats = "every iteration" if schedule.period == 1 else f"every {schedule.period} iterations"
    return f"exact, repeats {repeats}; {decimal_text(100 * share, 1)} % of bound"


def comparison(analyses: Sequence[Analysis], notes: Sequence[str], format: str) -> str:
    """One row per region and core."""
    from cyclesim.views import table

    headers = ["file", "region", "core", "instr", "ops", "bound", "limit", "schedule", "ops/cycle", "top stall"]
    rows = [
        [
            _cut(one.program.file.rpartition("/")[2]) if format == "text" else one.program.file,
            _cut(one.region.name) if format == "text" else one.region.name,
            min((one.core.name, *one.core.aliases), key=len) if format == "text" else one.core.name,
            len(one.body.operations),
            one.operations,
            decimal_text(one.bounds.binding.cycles, 3),
            one.bounds.binding.limit,
            decimal_text(one.schedule.cycles, 3),
            _rate(one.operations, one.schedule.cycles),
            next(iter(one.schedule.stalls), ""),
        ]
        for one in analyses
    ]
    text = table.render(headers, rows, format)
    if format == "csv":
        return text
    remarks = dict.fromkeys(
        [*notes, *[f"{one.program.file}, {one.core.name}: {n}" for one in analyses for n in one.notes]]
    )
    return "\n".join([text, *[line for remark in remarks for line in wrap(f"note: {remark}")]])


NAME_WIDTH = 16
"""Columns that a file or region name takes in the comparison table, so that it fits 100."""


def _cut(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"


def _rate(operations: int, cycles: Cycles) -> str:
    return decimal_text(operations / cycles, 3) if operations and cycles else "-"


def as_json(analyses: Sequence[Analysis], notes: Sequence[str]) -> str:
    """The versioned form; keys are a contract (docs/reference/json.md)."""
    import json

    estimates = [_record(one) for one in analyses]
    return json.dumps({"schema_version": 1, "estimates": estimates, "notes": list(notes)}, indent=1)


def _record(analysis: Analysis) -> dict[str, object]:
    bound, schedule = analysis.bounds.binding, analysis.schedule
    return {
        "file": analysis.program.file,
        "region": analysis.region.name,
        "region_kind": analysis.region.kind,
        "lines": lines_text(analysis),
        "isa": analysis.program.isa,
        "uarch": analysis.core.name,
        "instructions": len(analysis.body.operations),
        "operations": analysis.operations,
        "bound": {"cycles": float(bound.cycles), "cycles_exact": exact_text(bound.cycles), "limit": bound.limit},
        "bounds": [
            {"limit": one.limit, "cycles": float(one.cycles), "cycles_exact": exact_text(one.cycles)}
            for one in analysis.bounds.all
        ],
        "schedule": {
            "cycles": float(schedule.cycles),
            "cycles_exact": exact_text(schedule.cycles) if schedule.period else None,
            "transient_iterations": schedule.transient,
            "period_iterations": schedule.period or None,
        },
        "ops_per_cycle": {
            "bound": float(analysis.operations / bound.cycles) if bound.cycles else None,
            "schedule": float(analysis.operations / schedule.cycles) if schedule.cycles else None,
        },
        "stalls": {kind: float(cycles) for kind, cycles in schedule.stalls.items()},
        "evidence": dict(analysis.evidence),
        "notes": list(analysis.notes),
    }
