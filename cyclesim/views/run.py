"""`run`: what was executed, how long it takes, and where the cycles go."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.execute.measure import Line, RunTiming
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, counted, decimal_text, exact_text
from cyclesim.views.wording import STALL_WORDS, evidence_text, wrap

TEXT_COLUMNS = 50


class Report(NamedTuple):
    """A run as it is shown. `instructions`: executed by a call, the mean over `calls`; `result`: r0 or x0 after the
    last one; `dumps`: (what, hexadecimal text); `trace`: lines of `--trace`."""

    symbol: str
    file: str
    runs: Sequence[RunTiming]
    instructions: float
    calls: int
    result: int
    dumps: Sequence[tuple[str, str]]
    trace: Sequence[str]
    notes: Sequence[str]


def render(report: Report, format: str = "text", explain: bool = False) -> str:
    """The report; `explain` adds every instruction, those that cost most first."""
    if format == "json":
        return _json(report, explain)
    if format == "text":
        return "\n".join(_text(report, explain))
    from cyclesim.views import table

    headers = ["symbol", "core", "instructions", "cycles", "per instruction", "top stall"]
    rows = [
        [
            report.symbol,
            one.core.name,
            _mean(report.instructions),
            decimal_text(one.cycles, 3),
            _per(one, report.instructions),
            next(iter(one.stalls), "-"),
        ]
        for one in report.runs
    ]
    return table.render(headers, rows, format)


def _text(report: Report, explain: bool) -> list[str]:
    lines = [line for note in report.notes for line in wrap(f"note: {note}")]
    lines += report.trace
    calls = f", mean of {counted(report.calls, 'call')}" if report.calls > 1 else ""
    name = f"{report.file}: {report.symbol}" if report.symbol != report.file else report.file
    lines += wrap(f"{name}{calls}, returns {report.result:#x}")
    for one in report.runs:
        lines += [
            "",
            f"{one.core.title}: {_mean(report.instructions)} instructions, {decimal_text(one.cycles, 3)} cycles, "
            f"{_per(one, report.instructions)} cycles per instruction",
            "",
            "where the cycles go",
            *[f"  {decimal_text(cycles, 1):>8}  {kind:<12} {STALL_WORDS[kind]}" for kind, cycles in one.stalls.items()],
            f"  {decimal_text(one.cycles, 1):>8}  in all",
        ]
        if explain:
            lines += ["", *_listing(one)]
        lines += ["", *wrap(f"evidence: {evidence_text(one.evidence)}")]
    lines += [f"{what} = {value}" for what, value in report.dumps]
    return [line.rstrip() for line in lines]


def _listing(run: RunTiming) -> list[str]:
    """Every instruction that was executed, those that cost most first."""
    ranked = sorted((line for line in run.lines if line.count), key=lambda line: -line.cycles)
    total = run.cycles or Cycles(1)
    lines = ["  cycles   share    count  each  instruction"]
    for line in ranked:
        share = decimal_text(100 * line.cycles / total, 1)
        each = decimal_text(line.cycles / Cycles(line.count).limit_denominator(1_000_000), 2)
        text = line.resolved.instruction.text[:TEXT_COLUMNS]
        why = ", ".join(kind for kind, _ in sorted(line.reasons.items(), key=lambda item: -item[1])[:2])
        lines.append(
            f"{decimal_text(line.cycles, 1):>8} {share:>5} % {_mean(line.count):>8} {each:>5}  {text:<44} {why}"
        )
    return lines


def _mean(count: float) -> str:
    return f"{count:.0f}" if count == int(count) else f"{count:.1f}"


def _per(one: RunTiming, instructions: float) -> str:
    return f"{float(one.cycles) / instructions:.2f}" if instructions else "-"


def _json(report: Report, explain: bool) -> str:
    import json

    runs = []
    for one in report.runs:
        entry: dict[str, object] = {
            "symbol": report.symbol,
            "file": report.file,
            "uarch": one.core.name,
            "calls": report.calls,
            "instructions": report.instructions,
            "cycles": float(one.cycles),
            "cycles_exact": exact_text(one.cycles),
            "stalls": {kind: float(cycles) for kind, cycles in one.stalls.items()},
            "evidence": dict(one.evidence),
            "result": report.result,
        }
        if report.dumps:
            entry["dumps"] = dict(report.dumps)
        if explain:
            entry["lines"] = [_line(line) for line in one.lines if line.count]
        runs.append(entry)
    document = {"schema_version": 1, "runs": runs, "notes": list(report.notes)}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _line(line: Line) -> dict[str, object]:
    span = line.resolved.instruction.span
    return {
        "file": span.file,
        "line": span.line,
        "text": line.resolved.instruction.text,
        "count": line.count,
        "cycles": float(line.cycles),
        "reasons": {kind: float(cycles) for kind, cycles in line.reasons.items()},
    }
