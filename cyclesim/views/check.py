"""`check`: which kernels are slower than they may be, which instructions grew, and why."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.budgets.nouns import Change, Check, Outcome, Problem
from cyclesim.units import Cycles, counted, decimal_text, exact_text
from cyclesim.views.wording import STALL_WORDS, wrap

SHOWN_CHANGES = 6
SHOWN_STALLS = 3
BROKEN = ("failed", "gone")


def render(outcomes: Sequence[Outcome], format: str = "text") -> str:
    """All outcomes as text, JSON, JUnit XML or annotations of GitHub."""
    return {"text": as_text, "json": as_json, "junit": as_junit, "github": as_github}[format](outcomes)


def broken(outcomes: Sequence[Outcome]) -> list[Check]:
    """The checks that failed."""
    return [check for outcome in outcomes for check in outcome.checks if check.state in BROKEN]


def as_text(outcomes: Sequence[Outcome]) -> str:
    """Failed checks in full, gains in a line, the rest as a count; in 100 columns."""
    lines: list[str] = []
    for outcome in outcomes:
        for check in outcome.checks:
            if check.state in BROKEN:
                lines += [*_failed_lines(check), ""]
            elif check.state == "faster":
                gain = f"{_difference(check)} less than the baseline (--update keeps the gain)"
                lines += wrap(f"{_place(check)}: {_now(check)}, {gain}")
    return "\n".join([*lines, summary(outcomes)])


def summary(outcomes: Sequence[Outcome]) -> str:
    """One line: how many checks, how many failed."""
    checks = [check for outcome in outcomes for check in outcome.checks]
    bad, new = len(broken(outcomes)), sum(check.state == "new" for check in checks)
    files = sum(bool(outcome.checks or outcome.problems) for outcome in outcomes)
    held = len(checks) - bad - new
    parts = [f"{counted(held, 'check')} of {counted(files, 'file')} passed"]
    parts += [f"{bad} failed"] if bad else []
    parts += [f"{counted(new, 'kernel')} without a baseline"] if new else []
    problems = sum(len(outcome.problems) for outcome in outcomes)
    parts += [counted(problems, "error")] if problems else []
    return ", ".join(parts)


def _place(check: Check) -> str:
    return f"{check.figure.file}:{check.line}: {check.figure.region} on {check.figure.core}"


def _now(check: Check) -> str:
    figure = check.figure
    rate = f" ({decimal_text(figure.amount('ops/cycle'), 3)} ops/cycle)" if figure.operations else ""
    return f"{counted(figure.cycles, 'cycle')}{rate}"


def _difference(check: Check) -> str:
    return counted(abs(check.figure.cycles - (check.before or Cycles(0))), "cycle")


def headline(check: Check) -> str:
    """What is wrong, in one sentence."""
    if check.state == "gone":
        return f"{check.figure.region} on {check.figure.core} is gone ({check.limit})"
    return f"{check.figure.region} on {check.figure.core}: {_now(check)}, allowed {check.limit}"


def _failed_lines(check: Check) -> list[str]:
    lines = wrap(f"{check.figure.file}:{check.line}: {headline(check)}")
    if check.changes:
        lines.append(f"  {_difference(check)} more than the baseline:")
    for change in check.changes[:SHOWN_CHANGES]:
        lines += wrap(change_text(change), indent=4)
    left_out = len(check.changes) - SHOWN_CHANGES
    lines += [f"    and {counted(left_out, 'instruction')} more"] if left_out > 0 else []
    return [*lines, *(_longest_waits(check) if not check.changes else [])]


def change_text(change: Change) -> str:
    """`+2 cycles  line 34 vmla.f32 q4, q2, d0[0]: needs d0 from line 33 (was unit)`."""
    growth = f"{'+' if change.growth > 0 else '-' if change.growth < 0 else ''}{counted(abs(change.growth), 'cycle')}"
    head = f"{growth}  line {change.line} `{change.text}`"
    if change.after is None:
        return f"{head} is gone"
    said = change.sentence or "shares its cycle"
    if change.before is None:
        return f"{head} is new: {said}"
    was = f" (was {change.reason_before})" if change.before and change.reason_before != change.reason_after else ""
    return f"{head}: {said}{was}"


def _longest_waits(check: Check) -> list[str]:
    """Of a budget there is no former state: where the cycles go now."""
    waits = sorted((line for line in check.figure.lines if line.gap > 1), key=lambda line: -line.gap)
    lines = [
        f"  {decimal_text(cycles):>8}  {kind:<12} {STALL_WORDS.get(kind, '')}".rstrip()
        for kind, cycles in _stalls(check)
    ]
    if waits:
        lines.append("  longest waits:")
    for line in waits[:SHOWN_STALLS]:
        lines += wrap(f"{decimal_text(line.gap)} cycles  line {line.line} `{line.text}`: {line.sentence}", indent=4)
    return lines


def _stalls(check: Check) -> list[tuple[str, Cycles]]:
    return list(check.stalls.items())[:SHOWN_STALLS]


def as_json(outcomes: Sequence[Outcome]) -> str:
    """The versioned form; keys are a contract (docs/reference/json.md)."""
    import json

    checks = [_record(check) for outcome in outcomes for check in outcome.checks]
    errors = [_error_record(problem) for outcome in outcomes for problem in outcome.problems]
    counts = {"files": len(outcomes), "checks": len(checks), "failed": len(broken(outcomes)), "errors": len(errors)}
    return json.dumps({"schema_version": 1, "summary": counts, "checks": checks, "errors": errors}, indent=1)


def _record(check: Check) -> dict[str, object]:
    figure = check.figure
    return {
        "file": figure.file,
        "line": check.line,
        "region": figure.region,
        "isa": figure.isa,
        "uarch": figure.core,
        "kind": check.kind,
        "limit": check.limit,
        "state": check.state,
        "cycles": float(figure.cycles),
        "cycles_exact": exact_text(figure.cycles),
        "ops_per_cycle": float(figure.amount("ops/cycle")) if figure.operations else None,
        "before_exact": None if check.before is None else exact_text(check.before),
        "changes": [
            {
                "line": change.line,
                "instruction": change.text,
                "before": None if change.before is None else float(change.before),
                "after": None if change.after is None else float(change.after),
                "growth": float(change.growth),
                "reason_before": change.reason_before or None,
                "reason": change.reason_after or None,
                "sentence": change.sentence,
            }
            for change in check.changes
        ],
        "stalls": {kind: float(cycles) for kind, cycles in check.stalls.items()},
    }


def _error_record(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """JUnit XML: a suite a file, a case a check."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for outcome in outcomes:
        cases = [_case(check) for check in outcome.checks]
        cases += [_error_case(outcome, problem) for problem in outcome.problems]
        if cases:
            bad = sum(check.state in BROKEN for check in outcome.checks)
            counts = {"tests": len(cases), "failures": bad, "errors": len(outcome.problems)}
            head = " ".join(f"{name}={_quoted(str(number))}" for name, number in counts.items())
            lines += [f"<testsuite name={_quoted(outcome.file)} {head}>", *cases, "</testsuite>"]
    return "\n".join([*lines, "</testsuites>"])


def _case(check: Check) -> str:
    name = f"{check.figure.region} on {check.figure.core}: {check.limit or check.state}"
    head = f"<testcase classname={_quoted(check.figure.file)} name={_quoted(name)}"
    if check.state not in BROKEN:
        return f"{head}/>"
    body = _escaped("\n".join(_failed_lines(check)))
    return f"{head}><failure message={_quoted(headline(check))}>{body}</failure></testcase>"


def _error_case(outcome: Outcome, problem: Problem) -> str:
    name = f"line {problem.line}: {problem.code}"
    body = _escaped(problem.rendered)
    return (
        f"<testcase classname={_quoted(outcome.file)} name={_quoted(name)}>"
        f"<error message={_quoted(problem.message)}>{body}</error></testcase>"
    )


def _escaped(text: str) -> str:
    """Text of an XML element; characters that XML has not are replaced."""
    from xml.sax.saxutils import escape

    return escape("".join(one if one >= " " or one in "\n\t" else "\ufffd" for one in text))


def _quoted(text: str) -> str:
    return '"' + _escaped(text).replace('"', "&quot;").replace("\n", " ") + '"'


def as_github(outcomes: Sequence[Outcome]) -> str:
    """Workflow commands of GitHub Actions: an annotation for every failed check and every error, then the summary."""
    lines = []
    for outcome in outcomes:
        for check in outcome.checks:
            if check.state in BROKEN:
                text = "\n".join(_failed_lines(check))
                lines.append(_annotation("error", check.figure.file, check.line, 0, headline(check), text))
            elif check.state == "faster":
                text = f"{_now(check)}, {_difference(check)} less than the baseline"
                lines.append(_annotation("notice", check.figure.file, check.line, 0, _place(check), text))
        for problem in outcome.problems:
            text = "\n".join([problem.message, problem.hint]).strip()
            lines.append(_annotation("error", problem.file, problem.line, problem.column, problem.code, text))
    return "\n".join([*lines, summary(outcomes)])


def _annotation(kind: str, file: str, line: int, column: int, title: str, text: str) -> str:
    """Source: GitHub documentation, "Workflow commands for GitHub Actions"; percent signs and line ends are escaped."""
    place = [
        f"file={_property(file)}",
        f"line={line}",
        *([f"col={column}"] if column else []),
        f"title={_property(title)}",
    ]
    return f"::{kind} {','.join(place)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
