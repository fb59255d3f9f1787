"""`explain`: for every instruction the cycle, the slot, why not earlier, and what to try."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from cyclesim.analysis import Analysis
from cyclesim.hints import Hints, Move
from cyclesim.ir import Span
from cyclesim.issue.notbefore import NotBefore
from cyclesim.issue.replay import Issued
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, decimal_text, exact_text
from cyclesim.views.estimate import report
from cyclesim.views.style import paint
from cyclesim.views.wording import STALL_WORDS, WIDTH, place_text, reason_text, wrap

MOST_EXPANDED = 24
"""Lines about expanded text."""

MOST_TEXT = 40
"""Columns that an instruction's text may take; a region of shorter ones leaves more room for reasons."""


class Explained(NamedTuple):
    """One region on one core: `rows` is one period of the schedule, `hints` the changes tried."""

    analysis: Analysis
    rows: Sequence[Issued]
    hints: Hints


def render(explained: Sequence[Explained], notes: Sequence[str], format: str = "text", color: bool = False) -> str:
    """All explanations as one text, one JSON object, or one table. `color`: mark instructions that wait."""
    if format == "json":
        import json

        records = [_record(*one) for one in explained]
        return json.dumps({"schema_version": 1, "explanations": records, "notes": list(notes)}, indent=1)
    if format != "text":
        return _table(explained, format)
    heads = [line for note in notes for line in wrap(f"note: {note}")]
    return "\n".join([*heads, "\n\n".join(_text(*one, color) for one in explained)])


def _text(analysis: Analysis, rows: Sequence[Issued], hints: Hints, color: bool) -> str:
    head = report(analysis).split("\nwhere the cycles go\n")[0]
    lines = [
        head,
        "",
        *_listing(analysis, rows, color),
        "",
        *_expanded(analysis, rows),
        "stalls (they add up to the schedule)",
        *_stall_lines(analysis, rows),
    ]
    refused = refused_pairs(rows)
    if refused:
        lines += ["", "pairs that did not co-issue", *_refused_lines(analysis, refused)]
    return "\n".join(line.rstrip() for line in [*lines, "", *_hint_lines(analysis, hints)])


def _listing(analysis: Analysis, rows: Sequence[Issued], color: bool) -> list[str]:
    room = max((len(_shown(analysis, row)) for row in rows), default=0)
    lines = [f"{'cycle':>7} slot {'line':>5}  {'instruction':<{room}} slack  why not earlier"]
    iteration = rows[0].iteration if rows else 0
    for row in rows:
        if row.iteration != iteration:
            iteration = row.iteration
            lines.append("        -- next iteration of the period --")
        style = "wait" if row.waited > 1 else "strong" if row.slot else ""
        lines += [paint(line, style, color and bool(style)) for line in _row_lines(analysis, row, room)]
    return lines


def _expanded(analysis: Analysis, rows: Sequence[Issued]) -> list[str]:
    """Where lines come from whose text stands in a macro, an include or a repetition."""
    spans = [analysis.body.resolved[row.position].instruction.span for row in rows]
    ranges: dict[tuple[str, str, tuple[Span, ...]], list[int]] = {}
    for span in spans:
        if span.parent:
            ranges.setdefault((span.place, span.file, tuple(span.parent.chain())), []).append(span.line)
    lines = []
    for (place, file, chain), within in ranges.items():
        names = " in ".join(f"`{one.via}`" for one in chain if one.via)
        first, last = min(within), max(within)
        lines += wrap(f"{place:>5}  {names}: {file}:{first}" + (f"-{last}" if last > first else ""), indent=2)
    if len(lines) > MOST_EXPANDED:
        lines[MOST_EXPANDED:] = [f"         and {len(lines) - MOST_EXPANDED} more"]
    return ["expanded from (line of the text, what it calls: where that stands)", *lines, ""] if lines else []


def _shown(analysis: Analysis, row: Issued) -> str:
    text = " ".join(analysis.body.resolved[row.position].instruction.text.split())
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def _row_lines(analysis: Analysis, row: Issued, room: int) -> list[str]:
    line, slack = _line(analysis, row), "" if row.slack is None else decimal_text(row.slack)
    start = f"{decimal_text(row.cycle):>7} {row.slot:>4} {line:>5}  {_shown(analysis, row):<{room}} {slack:>5}  "
    pieces = _pieces(_reason(analysis, row), WIDTH - len(start))
    return [start + pieces[0], *[" " * len(start) + piece for piece in pieces[1:]]]


def _stall_lines(analysis: Analysis, rows: Sequence[Issued]) -> list[str]:
    """The stall table, units apart. Units: cycles per iteration."""
    charged: dict[tuple[str, str], Cycles] = {}
    for row in rows:
        key = (row.binding.kind, row.binding.detail if row.binding.kind == "unit" else "")
        charged[key] = charged.get(key, Cycles(0)) + row.waited
    iterations = max(analysis.schedule.period, 1)
    named = {f"{kind} {detail}".strip(): cycles / iterations for (kind, detail), cycles in charged.items() if cycles}
    total = sum(named.values(), Cycles(0))
    if analysis.schedule.cycles > total:
        named["end"] = analysis.schedule.cycles - total
    ranked = sorted(named.items(), key=lambda item: -item[1])
    width = max((len(name) for name in named), default=0)
    lines = [f"  {decimal_text(cycles):>8}  {name:<{width}}  {STALL_WORDS[name.split()[0]]}" for name, cycles in ranked]
    return [*lines, f"  {decimal_text(analysis.schedule.cycles):>8}  in all"]


def _pieces(text: str, room: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, room) or [""]


def _reason(analysis: Analysis, row: Issued) -> str:
    """Nothing for an instruction that shares the cycle before it; otherwise the reason and what binds next."""
    if not row.waited and row.binding.kind in ("order", "start"):
        return ""
    text = reason_text(analysis, row.position, row.binding)
    if row.waited > 1:
        text += f", +{decimal_text(row.waited)}"
    gain, following = next_reason(analysis, row)
    if following is not None and row.waited > 1 and gain:
        text += f"; without it {decimal_text(gain)} earlier, then {following.kind}"
    return text


def next_reason(analysis: Analysis, row: Issued) -> tuple[Cycles, NotBefore | None]:
    """How much earlier this instruction would issue if its binding reason vanished, and what would bind then."""
    others = [answer for answer in row.answers if answer.kind != row.binding.kind]
    following = max(others, key=lambda answer: answer.tick, default=None)
    if following is None:
        return Cycles(0), None
    ticks = max(row.binding.tick - following.tick, 0)
    return Cycles(ticks, analysis.body.ticks_per_cycle), following


def refused_pairs(rows: Sequence[Issued]) -> list[tuple[Issued, Issued]]:
    """Neighbours that a slot or co-issue rule kept apart."""
    return [(one, two) for one, two in itertools.pairwise(rows) if two.binding.kind == "no-co-issue"]


def _refused_lines(analysis: Analysis, refused: Sequence[tuple[Issued, Issued]]) -> list[str]:
    """Grouped by sentence, most frequent first."""
    groups: dict[str, list[tuple[Issued, Issued]]] = {}
    for one, two in refused:
        groups.setdefault(reason_text(analysis, two.position, two.binding), []).append((one, two))
    lines = []
    for sentence, pairs in sorted(groups.items(), key=lambda item: -len(item[1])):
        places = ", ".join(f"{_line(analysis, one)}+{_line(analysis, two)}" for one, two in pairs[:6])
        more = f" and {len(pairs) - 6} more" if len(pairs) > 6 else ""
        lines += wrap(f"{len(pairs)} × {sentence.removeprefix('no co-issue: ')}: lines {places}{more}", indent=2)
    return lines


def _line(analysis: Analysis, row: Issued) -> str:
    return analysis.body.resolved[row.position].instruction.span.place


def _hint_lines(analysis: Analysis, hints: Hints) -> list[str]:
    sentences = hint_sentences(analysis, hints)
    if not hints.moves or analysis.schedule.cycles <= analysis.bounds.binding.cycles:
        return wrap(sentences[0])
    lines = [line for sentence in sentences for line in wrap(sentence, indent=2)]
    return ["changes worth trying (each tried on the model)", *lines]


def hint_sentences(analysis: Analysis, hints: Hints) -> list[str]:
    """The changes that gain, best first, or one sentence that says why there is none."""
    bound, cycles = analysis.bounds.binding, analysis.schedule.cycles
    if cycles <= bound.cycles:
        return [f"nothing to reorder: the schedule is at the bound ({bound.limit}: {bound.sentence})"]
    if not hints.moves:
        tried = "every legal move of one instruction" if hints.complete else f"{hints.trials} moves of one instruction"
        return [f"no gain from {tried}; {decimal_text(cycles - bound.cycles)} cycles above the bound ({bound.limit})"]
    sentences = [_move_text(analysis, move) for move in hints.moves]
    if hints.reordered is not None and hints.reordered < hints.moves[0].cycles:
        order = " ".join(analysis.body.resolved[index].instruction.span.place for index in hints.order)
        sentences.append(f"reordering several instructions: {decimal_text(hints.reordered)} cycles; line order {order}")
    return sentences


def _move_text(analysis: Analysis, move: Move) -> str:
    moved, beside = (analysis.body.resolved[index].instruction for index in (move.moved, move.beside))
    gain = analysis.schedule.cycles - move.cycles
    where = "after" if move.after else "before"
    text = " ".join(moved.text.split())
    return (
        f"-{decimal_text(gain)} cycles: move {place_text(moved)} `{text}` {where} {place_text(beside)} "
        f"({decimal_text(move.cycles)} cycles)"
    )


def _table(explained: Sequence[Explained], format: str) -> str:
    from cyclesim.views import table

    headers = ["region", "core", "cycle", "slot", "line", "instruction", "waited", "kind", "reason", "slack"]
    cells = [
        [one.analysis.region.name, one.analysis.core.name, *_cells(one.analysis, row)]
        for one in explained
        for row in one.rows
    ]
    return table.render(headers, cells, format)


def _cells(analysis: Analysis, row: Issued) -> list[object]:
    return [
        exact_text(row.cycle),
        row.slot,
        _line(analysis, row),
        " ".join(analysis.body.resolved[row.position].instruction.text.split()),
        exact_text(row.waited),
        row.binding.kind,
        reason_text(analysis, row.position, row.binding),
        None if row.slack is None else exact_text(row.slack),
    ]


def _record(analysis: Analysis, rows: Sequence[Issued], hints: Hints) -> dict[str, object]:
    """One explanation of the versioned JSON form (docs/reference/json.md)."""
    bound, schedule = analysis.bounds.binding, analysis.schedule
    return {
        "file": analysis.program.file,
        "region": analysis.region.name,
        "isa": analysis.program.isa,
        "uarch": analysis.core.name,
        "bound": {"cycles": float(bound.cycles), "cycles_exact": exact_text(bound.cycles), "limit": bound.limit},
        "schedule": {"cycles": float(schedule.cycles), "cycles_exact": exact_text(schedule.cycles)},
        "stalls": {kind: float(cycles) for kind, cycles in schedule.stalls.items()},
        "issued": [_issued_record(analysis, row) for row in rows],
        "moves": [_move_record(analysis, move) for move in hints.moves],
        "reordered": _reordered_record(analysis, hints),
    }


def _move_record(analysis: Analysis, move: Move) -> dict[str, object]:
    return {
        "line": analysis.body.resolved[move.moved].instruction.span.root().line,
        "place": "after" if move.after else "before",
        "beside_line": analysis.body.resolved[move.beside].instruction.span.root().line,
        "cycles": float(move.cycles),
    }


def _reordered_record(analysis: Analysis, hints: Hints) -> dict[str, object] | None:
    if hints.reordered is None:
        return None
    lines = [analysis.body.resolved[index].instruction.span.root().line for index in hints.order]
    return {"cycles": float(hints.reordered), "lines": lines}


def _issued_record(analysis: Analysis, row: Issued) -> dict[str, object]:
    resolved, timing = analysis.body.resolved[row.position], analysis.body.timings[row.position]
    gain, following = next_reason(analysis, row)
    return {
        "index": row.position,
        "iteration": row.iteration,
        "line": resolved.instruction.span.root().line,
        "expanded_from": [f"{one} {one.via}".rstrip() for one in resolved.instruction.span.chain()[1:]],
        "text": resolved.instruction.text,
        "class": resolved.form.class_,
        "cycle": float(row.cycle),
        "slot": row.slot,
        "waited": float(row.waited),
        "reason": row.binding.kind,
        "sentence": reason_text(analysis, row.position, row.binding),
        "producer": None if row.binding.producer < 0 else row.binding.producer,
        "next_reason": None if following is None else following.kind,
        "gain": float(gain),
        "slack": None if row.slack is None else float(row.slack),
        "status": timing.status,
        "source": timing.source,
    }
