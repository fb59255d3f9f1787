"""`validate`: how far the estimates are from what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cyclesim.units import counted
from cyclesim.validate import NOISE, STRONG, Pair, Row, Summary, Validation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.views.plot import Series

WORST = 10
"""Rows of a core that the text shows, unless all are asked for."""


def render(found: Validation, notes: Sequence[str], format: str = "text", all_rows: bool = False) -> str:
    if format == "json":
        return _json(found, notes)
    if format == "text":
        return "\n".join([*[f"note: {note}" for note in notes], *_text(found, all_rows)])
    from cyclesim.views import table

    headers = ["id", "core", "tier", "instructions", "expected", "estimated", "measured", "error", "status"]
    rows = [
        [row.id, row.core, row.tier, _number(row.instructions), _number(row.expected), f"{row.estimated:.1f}",
         f"{row.measured:.1f}", f"{row.error:+.4f}", row.status]
        for row in found.rows
    ]  # fmt: skip
    return table.render(headers, rows, format)


def _text(found: Validation, all_rows: bool) -> list[str]:
    from cyclesim.views import table

    headers = ["core", "rows", "median", "90 %", "bias", "tau", "harness"]
    rows = [
        [one.core, one.count, _share(one.median_abs_error), _share(one.p90_abs_error), f"{100 * one.bias:+.1f} %",
         f"{one.kendall_tau:.3f}", f"{one.harness:g}"]
        for one in found.summaries
    ]  # fmt: skip
    legend = "error = estimated / measured - 1; rows of tier A with 100 cycles and more"
    lines = [table.render(headers, rows), "", legend]
    for one in found.summaries:
        own = [row for row in found.rows if row.core == one.core]
        lines += ["", *_rows(one, own, all_rows)]
    if found.pairs:
        lines += ["", *_pair_lines(found.pairs)]
    if found.skipped:
        lines += ["", f"skipped: {counted(len(found.skipped), 'function')}"]
        lines += [f"  {one.id}: {one.reason}" for one in found.skipped[: None if all_rows else WORST]]
        left = len(found.skipped) - WORST
        lines += [f"  … and {left} more (--all)"] if left > 0 and not all_rows else []
    wrong = [row for row in found.rows if row.status == "count"]
    lines += [f"{row.id}: {_number(row.instructions)} instructions, {_number(row.expected)} expected" for row in wrong]
    return lines


def _rows(summary: Summary, rows: Sequence[Row], all_rows: bool) -> list[str]:
    from cyclesim.views import table

    ranked = sorted(rows, key=lambda row: -abs(row.error))
    shown = ranked if all_rows else ranked[:WORST]
    title = f"{summary.core}: {'all' if all_rows else 'the worst'} of {counted(len(rows), 'row')}"
    cells = [[f"{100 * row.error:+.1f} %", f"{row.estimated:.1f}", f"{row.measured:.1f}", row.id[:64]] for row in shown]
    return [title, table.render(["error", "estimated", "measured", "function"], cells)]


def _pair_lines(pairs: Sequence[Pair]) -> list[str]:
    """Before and after: the sign and the size of the change."""
    lines = []
    for core in dict.fromkeys(pair.core for pair in pairs):
        own = [pair for pair in pairs if pair.core == core]
        strong = [pair for pair in own if abs(pair.measured) >= STRONG]
        weak = [pair for pair in own if abs(pair.measured) < NOISE]
        right = sum(pair.sign_right for pair in strong)
        near = sum(abs(pair.predicted - pair.measured) <= abs(pair.measured) / 3 for pair in strong)
        calm = sum(abs(pair.predicted) < 2 * NOISE for pair in weak)
        lines.append(
            f"{core}: {counted(len(own), 'before/after pair')}; of {len(strong)} effects of 4 % and more {right} with "
            f"the right sign, {near} within a third; of {len(weak)} below 1 % {calm} predicted below 2 %"
        )
    return lines


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _json(found: Validation, notes: Sequence[str]) -> str:
    import json

    document = {
        "schema_version": 1,
        "rows": [
            {
                "id": row.id,
                "core": row.core,
                "tier": row.tier,
                "instructions": row.instructions,
                "expected_instructions": row.expected,
                "estimated": row.estimated,
                "measured": row.measured,
                "error": row.error,
                "status": row.status,
            }
            for row in found.rows
        ],
        "summary": [one._asdict() for one in found.summaries],
        "pairs": [pair._asdict() for pair in found.pairs],
        "skipped": [one._asdict() for one in found.skipped],
        "notes": list(notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def plot(found: Validation) -> str:
    """Two pictures as SVG, a series for each core: estimated against measured cycles, and the error of each function
    in the order of the calls file."""
    from cyclesim.views.plot import Plot, stack

    against = Plot(
        "Estimated against measured", "measured cycles", "estimated cycles", _series(found, _against), True, True, True
    )
    places = {name: place for place, name in enumerate(dict.fromkeys(row.id for row in found.rows), 1)}
    errors = Plot(
        "Error by function",
        f"function, 1 to {len(places)} in the order of the file",
        "error, % of measured",
        _series(found, lambda row: (float(places[row.id]), 100 * row.error)),
    )
    return stack([against, errors])


def _against(row: Row) -> tuple[float, float]:
    return row.measured, row.estimated


def _series(found: Validation, place: Callable[[Row], tuple[float, float]]) -> tuple[Series, ...]:
    """The rows of each core as points, which say what they are under the pointer."""
    from cyclesim.views.plot import Point, Series

    return tuple(
        Series(
            one.core,
            tuple(
                Point(*place(row), f"{row.id}: {row.estimated:.0f} for {row.measured:.0f}, {100 * row.error:+.1f} %")
                for row in found.rows
                if row.core == one.core
            ),
        )
        for one in found.summaries
    )
