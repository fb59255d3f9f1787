"""`sensitivity`: steps of the machine by what they gain, then removals of instructions."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.analysis import Analysis
from cyclesim.sensitivity import Effect, Sensitivity
from cyclesim.units import Cycles, decimal_text, exact_text
from cyclesim.views.wording import region_text, wrap

HEADERS = ("gain", "schedule", "at bound", "bound", "parameter", "of", "step")
CSV_HEADERS = (
    "file", "core", "kind", "parameter", "subject", "before", "after", "schedule", "gain", "bound", "bound_gain",
)  # fmt: skip
SUBJECT_WIDTH = 32


def render(found: Sequence[Sensitivity], notes: Sequence[str], format: str = "text", top: int = 12) -> str:
    """One report a region and core. `top`: rows of each table, of those that change something; the other formats have
    everything."""
    if format == "json":
        return _as_json(found, notes)
    if format == "csv":
        from cyclesim.views import table

        return table.render(CSV_HEADERS, [row for one in found for row in _csv_rows(one)], format)
    reports = [_report(one, format, top) for one in found]
    remarks = [line for note in notes for line in wrap(f"note: {note}")]
    return "\n\n".join(reports) + "".join(f"\n{line}" for line in remarks)


def _report(one: Sensitivity, format: str, top: int) -> str:
    from cyclesim.views import table

    analysis = one.analysis
    lines = [
        f"{analysis.program.file}: {region_text(analysis)}",
        f"{analysis.core.title}: schedule {decimal_text(analysis.schedule.cycles, 3)} cycles, "
        f"bound {decimal_text(analysis.bounds.binding.cycles, 3)} ({analysis.bounds.binding.limit})",
        "",
    ]
    for title, effects in (("one step of the machine", one.steps), ("one instruction less", one.removals)):
        shown = [effect for effect in effects if effect.gain or effect.bound_gain]
        lines.append(title)
        if shown:
            lines.append(table.render(HEADERS, [_row(effect, format) for effect in shown[:top]], format))
        rest, unchanged = len(shown) - len(shown[:top]), len(effects) - len(shown)
        lines += [f"{rest} more change something, {unchanged} change nothing", ""]
    return "\n".join(lines).rstrip()


def _row(effect: Effect, format: str) -> list[object]:
    subject = effect.subject
    if format == "text" and len(subject) > SUBJECT_WIDTH:
        subject = f"{subject[: SUBJECT_WIDTH - 1]}…"
    removed = effect.place >= 0
    step = effect.before if removed else f"{effect.before} -> {effect.after}"
    return [
        percent(effect.gain),
        decimal_text(effect.cycles, 3),
        percent(effect.bound_gain),
        decimal_text(effect.bound, 3),
        effect.parameter,
        subject,
        step,
    ]


def percent(gain: Cycles) -> str:
    """`+31 %`, one decimal below ten."""
    value = float(100 * gain)
    return "0 %" if not gain else f"{value:+.0f} %" if abs(value) >= 9.5 else f"{value:+.1f} %"


def _csv_rows(one: Sensitivity) -> list[list[object]]:
    head = [one.analysis.program.file, one.analysis.core.name]
    return [
        [
            *head,
            "removal" if effect.place >= 0 else "step",
            effect.parameter,
            effect.subject,
            effect.before,
            effect.after,
            decimal_text(effect.cycles, 6),
            decimal_text(effect.gain, 6),
            decimal_text(effect.bound, 6),
            decimal_text(effect.bound_gain, 6),
        ]
        for effect in (*one.steps, *one.removals)
    ]


def _as_json(found: Sequence[Sensitivity], notes: Sequence[str]) -> str:
    """The versioned form; keys are a contract (docs/reference/json.md)."""
    import json

    regions = [
        {
            **_head(one.analysis),
            "steps": [_record(effect) for effect in one.steps],
            "removals": [{**_record(effect), "instruction": effect.place} for effect in one.removals],
        }
        for one in found
    ]
    return json.dumps({"schema_version": 1, "sensitivity": regions, "notes": list(notes)}, indent=1)


def _head(analysis: Analysis) -> dict[str, object]:
    bound = analysis.bounds.binding
    return {
        "file": analysis.program.file,
        "region": analysis.region.name,
        "uarch": analysis.core.name,
        "schedule": {"cycles": float(analysis.schedule.cycles), "cycles_exact": exact_text(analysis.schedule.cycles)},
        "bound": {"cycles": float(bound.cycles), "cycles_exact": exact_text(bound.cycles), "limit": bound.limit},
    }


def _record(effect: Effect) -> dict[str, object]:
    return {
        "parameter": effect.parameter,
        "subject": effect.subject,
        "before": effect.before,
        "after": effect.after,
        "gain": float(effect.gain),
        "bound_gain": float(effect.bound_gain),
        "schedule": {"cycles": float(effect.cycles), "cycles_exact": exact_text(effect.cycles)},
        "bound": {"cycles": float(effect.bound), "cycles_exact": exact_text(effect.bound)},
    }
