"""`report`: the whole story of a kernel on one page that needs nothing else, for a colleague who has no tool installed.

Every text that comes from a file goes through `escape`; see `page`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cyclesim.analysis import Analysis
from cyclesim.hints import Hints
from cyclesim.issue.replay import Issued
from cyclesim.record import NamedTuple
from cyclesim.sidecar import Measured
from cyclesim.timeline import Timeline
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views import explain
from cyclesim.views.page import document, escape
from cyclesim.views.report_graph import Arcs
from cyclesim.views.timeline_build import FAMILIES, instruction_text
from cyclesim.views.timeline_html import viewer
from cyclesim.views.wording import STALL_WORDS, evidence_text, place_text, reason_text, region_text

MOST_LINES = 3_000
"""Source lines of a listing; a longer one says what it leaves out."""


class Compared(NamedTuple):
    """One row of the comparison: a core, with or without a what-if. `analysis` is None when this can't be estimated,
    and `why` says so."""

    core: str
    whatif: str
    analysis: Analysis | None
    why: str


class Story(NamedTuple):
    """One region on one core with everything that the page tells of it."""

    analysis: Analysis
    rows: Sequence[Issued]
    hints: Hints
    timeline: Timeline
    measured: Sequence[Measured]
    compared: Sequence[Compared]


def render(stories: Sequence[Story], notes: Sequence[str]) -> str:
    """The page; several stories follow each other, with a list of contents in front."""
    body = ['<div class="corner screen-only"><button type="button" data-theme-button>light or dark</button></div>']
    if len(stories) > 1:
        items = [f'<li><a href="#story-{n}">{escape(_name(story))}</a></li>' for n, story in enumerate(stories)]
        body += ["<nav><h2>Contents</h2><ul>", *items, "</ul></nav>"]
    for index, story in enumerate(stories):
        body += _story(index, story)
    body += [_note(note) for note in dict.fromkeys(notes)]
    title = _name(stories[0]) if len(stories) == 1 else f"{len(stories)} kernels"
    return document(f"{title} – cyclesim", body)


def _name(story: Story) -> str:
    return f"{story.analysis.region.name} on {story.analysis.core.title}"


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _story(index: int, story: Story) -> Iterator[str]:
    analysis = story.analysis
    yield f'<section class="story" id="story-{index}">'
    yield from _heading(analysis)
    yield from _figures(story)
    yield from _stalls(analysis)
    yield "<h2>Timeline</h2>"
    yield f'<p class="quiet">{escape(story.timeline.facts[-1])}</p>'
    yield from viewer(f"timeline-{index}", story.timeline, embedded=True)
    yield from _listing(story)
    yield from _advice(story)
    yield from _pressure(analysis)
    yield from _graph(analysis)
    yield from _comparison(story)
    yield from _evidence(analysis)
    yield "</section>"


def _heading(analysis: Analysis) -> Iterator[str]:
    per = "an iteration" if analysis.region.loop else "in all"
    counts = (
        f"{counted(len(analysis.body.operations), 'instruction')}, {counted(analysis.operations, 'operation')} {per}"
    )
    yield f"<header><h1>{escape(analysis.region.name)} on {escape(analysis.core.title)}</h1>"
    yield f'<p class="facts">{escape(analysis.program.file)}: {escape(region_text(analysis))}</p>'
    yield f'<p class="facts">{escape(analysis.program.isa)}, {escape(counts)}</p>'
    yield f'<p class="headline">{_headline(analysis)}</p></header>'
    yield from map(_note, analysis.notes)


def _headline(analysis: Analysis) -> str:
    schedule, bound = analysis.schedule.cycles, analysis.bounds.binding
    parts = [f"<b>{decimal_text(schedule, 3)}</b> cycles" + (" an iteration" if analysis.region.loop else "")]
    if analysis.operations and schedule:
        parts.append(f"<b>{_rate(analysis.operations, schedule)}</b> operations a cycle")
    if schedule:
        parts.append(
            f"<b>{decimal_text(100 * bound.cycles / schedule, 1)} %</b> of the bound, limit {escape(bound.limit)}"
        )
    return " <i>·</i> ".join(parts)


class _Row(NamedTuple):
    """A row of a bar chart. `share`: length of the bar, 1 is the whole width; `cells`: texts right of it."""

    name: str
    family: str
    share: float
    cells: Sequence[str]
    strong: bool = False


def _chart(headers: Sequence[str], rows: Sequence[_Row]) -> Iterator[str]:
    """Names, bars on one scale, figures. Everything is escaped here."""
    yield '<table class="chart"><thead><tr>'
    yield "".join(f"<th>{escape(header)}</th>" for header in (headers[0], "", *headers[1:]))
    yield "</tr></thead><tbody>"
    for row in rows:
        width = f"{100 * min(max(row.share, 0), 1):.2f}"
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row.cells)
        yield (
            f'<tr{" class=strong" if row.strong else ""}><th scope="row">{escape(row.name)}</th>'
            f'<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="f-{row.family}" width="{width}" height="10"/></svg></td>{cells}</tr>'
        )
    yield "</tbody></table>"


def _rate(operations: int, cycles: Cycles) -> str:
    return decimal_text(operations / cycles, 3) if operations and cycles else "–"


def _figures(story: Story) -> Iterator[str]:
    """Floors, the schedule and what was measured, on one scale."""
    analysis = story.analysis
    operations, schedule = analysis.operations, analysis.schedule.cycles
    most = max([schedule, *[one.cycles for one in story.measured], *[one.cycles for one in analysis.bounds.all]])
    whole = float(most) or 1.0
    exact = "exact" if analysis.schedule.period else "a mean: no state recurred"
    rows = [
        _Row(f"bound: {one.limit}", "none", float(one.cycles) / whole, _cells(one.cycles, operations, one.sentence))
        for one in reversed(analysis.bounds.all)
    ]
    remark = (
        f"{exact}; {decimal_text(100 * analysis.bounds.binding.cycles / schedule, 1)} % of the bound"
        if schedule
        else ""
    )
    rows.append(_Row("schedule", "unit", float(schedule) / whole, _cells(schedule, operations, remark), True))
    for one in story.measured:
        error = float(schedule / one.cycles - 1) * 100
        remark = f"{one.printed} {one.unit}, {one.source}; estimated {error:+.1f} %. {one.note}"
        rows.append(_Row("measured", "data", float(one.cycles) / whole, _cells(one.cycles, operations, remark), True))
    yield "<h2>Bound, schedule, measurement</h2>"
    yield from _chart(("", "cycles", "ops/cycle", ""), rows)
    if not story.measured:
        yield f'<p class="quiet">No measurement on {escape(analysis.core.title)} stands beside this file.</p>'


def _cells(cycles: Cycles, operations: int, remark: str) -> tuple[str, str, str]:
    return decimal_text(cycles, 3), _rate(operations, cycles), remark


def _stalls(analysis: Analysis) -> Iterator[str]:
    whole = float(analysis.schedule.cycles) or 1.0
    rows = [
        _Row(
            kind,
            FAMILIES[kind],
            float(cycles) / whole,
            (decimal_text(cycles, 3), f"{100 * float(cycles) / whole:.0f} %", STALL_WORDS[kind]),
        )
        for kind, cycles in analysis.schedule.stalls.items()
    ]
    yield "<h2>Where the cycles go</h2>"
    yield from _chart(("reason", "cycles", "share", ""), rows)
    total = counted(analysis.schedule.cycles, "cycle")
    yield f'<p class="quiet">The reasons add up to the schedule, {escape(total)}.</p>'


def _listing(story: Story) -> Iterator[str]:
    """The source lines of the region; beside each instruction when and why. Instructions that a macro or an include
    brings along stand below its line; those of an object stand alone."""
    yield "<h2>Listing</h2>"
    yield '<table class="listing"><thead><tr><th>line</th><th>source</th><th>cycle</th><th>slot</th><th>slack</th>'
    yield "<th>why not earlier</th></tr></thead><tbody>"
    lines = list(_listing_rows(story))
    yield from lines[:MOST_LINES]
    yield "</tbody></table>"
    if len(lines) > MOST_LINES:
        yield _note(f"{counted(len(lines) - MOST_LINES, 'line')} more left out of the listing")


def _listing_rows(story: Story) -> Iterator[str]:
    analysis = story.analysis
    source = _dedented(analysis.program.sources.get(analysis.program.file, ()), analysis)
    rows = [row for row in story.rows if row.iteration == story.rows[0].iteration]
    shown = 0
    for row in rows:
        span = analysis.body.resolved[row.position].instruction.span
        line = span.root().line if span.column and span.root().file == analysis.program.file else 0
        if not 0 < line <= len(source):
            yield _listed(analysis, span.place, instruction_text(analysis.body.resolved[row.position]), row)
            continue
        own = span.parent is None
        for number in range(shown + 1 if shown else line, line + (0 if own else 1)):
            yield _bare(number, source[number - 1])
        if own:
            yield _listed(analysis, str(line) if line != shown else "", source[line - 1] if line != shown else "", row)
        else:
            yield _listed(analysis, "", f"    {instruction_text(analysis.body.resolved[row.position])}", row)
        shown = line


def _dedented(source: Sequence[str], analysis: Analysis) -> list[str]:
    """The lines of the source, with the blanks away that all lines of the region have in front."""
    import textwrap

    lines = [one.instruction.span.root().line for one in analysis.body.resolved]
    first, last = min(lines, default=1) - 1, max(lines, default=0)
    inside = textwrap.dedent("\n".join(source[first:last]).expandtabs(8)).split("\n")
    return [*source[:first], *inside, *source[last:]]


def _bare(line: int, text: str) -> str:
    """A line without an instruction of the region."""
    return (
        f'<tr class="bare"><td>{line}</td><td><code>{escape(text)}</code></td><td></td><td></td><td></td><td></td></tr>'
    )


def _listed(analysis: Analysis, place: str, text: str, row: Issued) -> str:
    silent = not row.waited and row.binding.kind in ("order", "start")
    why = "" if silent else reason_text(analysis, row.position, row.binding)
    lost = f" <b>+{decimal_text(row.waited)}</b>" if row.waited > 1 else ""
    family = FAMILIES[row.binding.kind] if row.waited else "none"
    slack = "" if row.slack is None else decimal_text(row.slack)
    swatch = f'<span class="swatch b-{family}"></span> ' if why else ""
    class_ = " class=lost" if row.waited > 1 else " class=paired" if row.slot else ""
    return (
        f"<tr{class_}><td>{escape(place)}</td><td><code>{escape(text)}</code></td><td>{decimal_text(row.cycle)}</td>"
        f"<td>{row.slot}</td><td>{slack}</td><td>{swatch}{escape(why)}{lost}</td></tr>"
    )


def _advice(story: Story) -> Iterator[str]:
    yield "<h2>Changes worth trying</h2>"
    for line in explain.hint_sentences(story.analysis, story.hints):
        yield f"<p>{escape(line)}</p>"


def _pressure(analysis: Analysis) -> Iterator[str]:
    """How much of the schedule each unit, and the issue slots, are busy."""
    schedule = analysis.schedule.cycles
    shown = [one for one in analysis.bounds.all if one.limit in analysis.core.units or one.limit == "issue"]
    rows = [
        _Row(
            "issue slots" if one.limit == "issue" else one.limit,
            "unit",
            float(one.cycles / schedule) if schedule else 0.0,
            (
                f"{float(100 * one.cycles / schedule):.0f} %" if schedule else "–",
                decimal_text(one.cycles, 3),
                one.sentence,
            ),
        )
        for one in shown
    ]
    yield "<h2>Unit pressure</h2>"
    yield from _chart(("unit", "busy", "cycles", ""), rows)


def _graph(analysis: Analysis) -> Iterator[str]:
    arcs = Arcs(analysis)
    yield "<h2>Dependences</h2>"
    recurrence = next((one for one in analysis.bounds.all if one.limit == "recurrence"), None)
    if arcs.cycle and recurrence is not None:
        around = " → ".join(place_text(analysis.body.resolved[index].instruction) for index in arcs.cycle)
        each = counted(recurrence.cycles, "cycle")
        sentence = f"slowest loop-carried cycle: {recurrence.sentence}, {each} an iteration: {around}"
        yield f'<p><span class="swatch b-data"></span> {escape(sentence)}</p>'
    yield '<p class="quiet">Values of the same iteration on the right, from earlier iterations on the left.</p>'
    yield f'<div class="wide">{arcs.svg()}</div>'
    if arcs.left_out:
        yield _note(f"{counted(arcs.left_out, 'instruction')} more left out of the graph")


def _comparison(story: Story) -> Iterator[str]:
    if len(story.compared) < 2:
        return
    known = [one.analysis.schedule.cycles for one in story.compared if one.analysis is not None]
    whole = float(max(known, default=Cycles(1))) or 1.0
    yield "<h2>Cores and what-ifs</h2>"
    rows = []
    for one in story.compared:
        name = f"{one.core}, {one.whatif}" if one.whatif else one.core
        if one.analysis is None:
            rows.append(_Row(name, "none", 0.0, ("–", "–", "–", one.why)))
            continue
        cycles, bound = one.analysis.schedule.cycles, one.analysis.bounds.binding
        stall = next(iter(one.analysis.schedule.stalls), "")
        cells = (
            decimal_text(cycles, 3),
            _rate(one.analysis.operations, cycles),
            decimal_text(bound.cycles, 3),
            f"limit {bound.limit}" + (f", most for {stall}" if stall else ""),
        )
        strong = one.analysis.core.name == story.analysis.core.name and one.whatif == story.compared[0].whatif
        rows.append(_Row(name, "unit", float(cycles) / whole, cells, strong))
    yield from _chart(("core", "schedule", "ops/cycle", "bound", ""), rows)


def _evidence(analysis: Analysis) -> Iterator[str]:
    """Timing rows in use: their figures, how many instructions rest on each, and who says so."""
    yield "<h2>Evidence</h2>"
    yield f"<p>{escape(evidence_text(analysis.evidence))}</p>"
    yield '<table class="plain"><thead><tr><th>timing class</th><th>instructions</th><th>latency</th>'
    yield "<th>issue cycles</th><th>units</th><th>status</th><th>source</th></tr></thead><tbody>"
    counts: dict[tuple[str, ...], int] = {}
    for timing in analysis.body.timings:
        latency = "unknown" if timing.latency is None else decimal_text(timing.latency)
        if timing.accumulate is not None:
            latency += f", {decimal_text(timing.accumulate)} to an accumulator"
        units = ", ".join(f"{count} {unit}" for unit, count in timing.uses)
        key = (timing.class_, latency, decimal_text(timing.cycles), units, timing.status, timing.source)
        counts[key] = counts.get(key, 0) + 1
    for (class_, *rest), count in sorted(counts.items(), key=lambda pair: -pair[1]):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in (class_, count, *rest))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"
    yield from _sources(analysis.core.sources, analysis.core.title)


def _sources(sources: Mapping[str, object], title: str) -> Iterator[str]:
    yield f"<h3>Sources of {escape(title)}</h3><dl class=sources>"
    for name, where in sources.items():
        yield f"<dt>{escape(name)}</dt><dd>{escape(where)}</dd>"
    yield "</dl>"
