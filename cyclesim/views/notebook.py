"""Results as notebooks show them: small pieces of HTML, without scripts, everything from the input escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from cyclesim.analysis import Analysis
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views.wording import STALL_WORDS, evidence_text, region_text

_CELL = "style='text-align:left;padding:1px 12px 1px 0'"


def estimate(analysis: Analysis) -> str:
    """The figures and the stall table of one region on one core."""
    schedule, bound = analysis.schedule, analysis.bounds.binding
    per = "per iteration" if analysis.region.loop else "in all"
    head = f"{analysis.program.file}: {region_text(analysis)} — {analysis.core.title} ({analysis.program.isa})"
    rows = [
        _figure("schedule", schedule.cycles, analysis.operations, "exact" if schedule.period else "a mean"),
        _figure("bound", bound.cycles, analysis.operations, f"limit: {bound.limit}"),
    ]
    stalls = [_stall(kind, cycles, schedule.cycles) for kind, cycles in schedule.stalls.items()]
    instructions = counted(len(analysis.body.operations), "instruction")
    count = f"{instructions}, {counted(analysis.operations, 'operation')} {per}"
    pieces = [
        f"<b>{escape(head)}</b>",
        f"<div>{escape(count)}</div>",
        f"<table>{''.join(rows)}</table>",
        f"<table>{''.join(stalls)}</table>",
        f"<small>evidence: {escape(evidence_text(analysis.evidence))}</small>",
        *[f"<div>note: {escape(note)}</div>" for note in analysis.notes],
    ]
    return f"<div>{''.join(pieces)}</div>"


def _figure(name: str, cycles: Cycles, operations: int, remark: str) -> str:
    rate = f"{decimal_text(operations / cycles, 3)} ops/cycle" if operations and cycles else ""
    return _row([name, counted(cycles, "cycle"), rate, remark])


def _stall(kind: str, cycles: Cycles, total: Cycles) -> str:
    share = 100 * float(cycles / total) if total else 0.0
    bar = f"<span style='display:inline-block;height:.7em;width:{share:.1f}px;background:#4c78a8'></span>"
    cells = [decimal_text(cycles), kind, STALL_WORDS[kind]]
    inner = "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in cells)
    return f"<tr>{inner}<td {_CELL}>{bar}</td></tr>"


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in cells) + "</tr>"


def table(records: Sequence[Mapping[str, object]]) -> str:
    """Flat records as a table, the columns that tell estimates apart."""
    figures = ("instructions", "operations", "bound_cycles", "schedule_cycles", "ops_per_cycle_schedule")
    names = ("file", "region", "uarch", *figures)
    head = "".join(f"<th {_CELL}>{escape(name.replace('_', ' '))}</th>" for name in names)
    rows = [_row([_shown(record.get(name)) for name in names]) for record in records]
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _shown(value: object) -> str:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def explanation(text: str) -> str:
    """The report of `explain` as it is printed."""
    return f"<pre style='line-height:1.2'>{escape(text)}</pre>"
