"""`explain` of a GPU listing: every clause with its size, how often it runs, its message, and where its time goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cyclesim.gpu import statistics
from cyclesim.gpu.estimate import Estimate
from cyclesim.gpu.memory import message_of
from cyclesim.gpu.warps import KINDS, Event
from cyclesim.units import Cycles, decimal_text
from cyclesim.views.gpu_estimate import record, report
from cyclesim.views.wording import STALL_WORDS, wrap

HEADERS = [
    "clause",
    "line",
    "tuples",
    "words",
    "fma",
    "add",
    "runs",
    "message",
    "waits",
    "cycles",
    "share",
    "pause",
    "reason",
]
FMA = HEADERS.index("fma")
ISSUING = KINDS[0]


def render(estimates: Sequence[Estimate], notes: Sequence[str], format: str = "text", color: bool = False) -> str:
    """All explanations as one text, one JSON object, or one table of clauses."""
    if format == "json":
        import json

        records = [
            {
                **record(one),
                "clauses": clause_records(one),
                "events": [_event_record(one, event) for event in _events(one)],
            }
            for one in estimates
        ]
        return json.dumps({"schema_version": 1, "explanations": records, "notes": list(notes)}, indent=1)
    if format != "text":
        from cyclesim.views import table

        rows = [[one.listing.file, one.core.name, *row] for one in estimates for row in _rows(one)]
        return table.render(["file", "core", *HEADERS], rows, format)
    heads = [line for note in notes for line in wrap(f"note: {note}")]
    return "\n".join([*heads, "\n\n".join(_text(one) for one in estimates)])


def clause_records(one: Estimate) -> list[dict[str, object]]:
    """Every clause in order of address; `cycles` of the engine that ends last, by reason."""
    records = []
    for place, clause in enumerate(one.listing.clauses):
        message = message_of(clause)
        spent = spent_on(one, place)
        records.append(
            {
                "clause": clause.label,
                "line": clause.span.line,
                "tuples": len(clause.tuples),
                "quadwords": statistics.quadwords(clause),
                "fma": sum(not pair.fma.idle for pair in clause.tuples),
                "add": sum(not pair.add.idle for pair in clause.tuples),
                "runs": one.executed.clauses.get(clause.number, 0),
                "message": message.kind if message else "",
                "unit": message.unit if message else "",
                "waits": list(clause.header.waits),
                "cycles": float(sum(spent.values())),
                "stalls": {kind: float(cycles) for kind, cycles in spent.items()},
            }
        )
    return records


def spent_on(one: Estimate, place: int) -> dict[str, Cycles]:
    """Cycles in which the engine issues this clause (`not-selected` for the others), and of the pauses that it ends, by
    reason, the longest first."""
    run = one.point.run
    if run is None:
        return {}
    found = {kind: run.by_clause.get((place, kind), 0) for kind in KINDS}
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return {kind: Cycles(ticks, one.point.ticks) for kind, ticks in ranked if ticks}


def _rows(one: Estimate) -> Iterator[list[object]]:
    for place, (clause, entry) in enumerate(zip(one.listing.clauses, clause_records(one), strict=True)):
        spent = spent_on(one, place)
        cycles = sum(spent.values(), Cycles(0))
        share = decimal_text(100 * cycles / one.point.engine, 1) if one.point.engine else ""
        pauses = [kind for kind in spent if kind != ISSUING]
        waits = ",".join(map(str, clause.header.waits)) + (" osrb" if clause.header.staging_barrier else "")
        yield [
            *(entry[key] for key in ("clause", "line", "tuples", "quadwords", "fma", "add", "runs", "message")),
            waits.strip(),
            decimal_text(cycles, 0),
            share,
            decimal_text(cycles - spent.get(ISSUING, Cycles(0)), 0),
            next(iter(pauses), ""),
        ]


def _text(one: Estimate) -> str:
    from cyclesim.views import table

    lines = [report(one), "", "clauses: cycles of the engine that ends last, issuing and in the pause before"]
    # In text the two slots share a column, so that the longest counts fit a line.
    headers = [*HEADERS[:FMA], "slots", *HEADERS[FMA + 2 :]]
    rows = [[*row[:FMA], f"{row[FMA]}+{row[FMA + 1]}", *row[FMA + 2 :]] for row in _rows(one)]
    lines += table.render(headers, rows).split("\n")
    lines += ["", *_reason_lines(one)]
    events = _events(one)
    if events:
        lines += ["", "the first clauses of the first engine", *_event_lines(one, events)]
    return "\n".join(line.rstrip() for line in lines)


def _reason_lines(one: Estimate) -> list[str]:
    """What the reasons of the table mean."""
    places = range(len(one.listing.clauses))
    found = dict.fromkeys(kind for place in places for kind in spent_on(one, place) if kind != ISSUING)
    return [f"  {kind:<14} {STALL_WORDS[kind]}" for kind in found]


def _events(one: Estimate) -> tuple[Event, ...]:
    return one.point.run.events if one.point.run else ()


MOST_EVENTS = 16


def _event_lines(one: Estimate, events: Sequence[Event]) -> list[str]:
    first = [event for event in events if event.engine == 0][:MOST_EVENTS]
    lines = [f"  {'cycle':>8} {'until':>8} {'warp':>5}  {'clause':<12} why not earlier"]
    for event in first:
        start, end = (decimal_text(Cycles(tick, one.point.ticks), 2) for tick in (event.start, event.end))
        why = event.reason + (f" ({event.detail})" if event.detail else "")
        label = one.listing.clauses[event.clause].label
        lines.append(f"  {start:>8} {end:>8} {event.warp:>5}  {label:<12} {why}")
    return lines


def _event_record(one: Estimate, event: Event) -> dict[str, object]:
    return {
        "engine": event.engine,
        "warp": event.warp,
        "clause": one.listing.clauses[event.clause].label,
        "start": float(Cycles(event.start, one.point.ticks)),
        "end": float(Cycles(event.end, one.point.ticks)),
        "reason": event.reason,
        "detail": event.detail,
    }
