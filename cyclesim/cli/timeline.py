"""`cyclesim timeline FILE --uarch CORE`."""

from __future__ import annotations

import argparse

from cyclesim.analysis import Analysis
from cyclesim.cli import inputs, options
from cyclesim.errors import SchedulesWarps, UsageError
from cyclesim.issue.window import Extent, record_window, steady_extent
from cyclesim.timeline import Timeline
from cyclesim.units import Cycles, parse_cycles
from cyclesim.views.timeline_build import build_timeline

FORMATS = ("text", "svg", "html", "konata", "perfetto", "json")
ONE_PICTURE = ("svg", "konata")
"""Formats that hold a single region on a single core."""

MOST_ITERATIONS = 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser)
    options.add_cores(parser)
    parser.add_argument(
        "--iterations",
        metavar="N or A-B",
        help="how many iterations of the steady state, or iterations A to B from an empty pipeline "
        "(default: whole periods of the steady state)",
    )
    parser.add_argument("--from", dest="start", metavar="CYCLE", help="only from this cycle of the window")
    parser.add_argument("--to", dest="end", metavar="CYCLE", help="only up to this cycle of the window")
    options.add_launch(parser)
    options.add_output(parser, FORMATS)


def run(arguments: argparse.Namespace) -> int:
    try:
        found, notes = inputs.analyses(arguments, [arguments.file])
        timelines = [_timeline(arguments, one) for one in found]
    except SchedulesWarps:
        timelines, notes = _warps(arguments)
    if len(timelines) > 1 and arguments.format in ONE_PICTURE:
        raise UsageError(
            f"one {arguments.format} picture at a time", hint="name one core by --uarch and one region by --region"
        )
    options.emit(arguments, _render(arguments, timelines, notes))
    return 0


def _warps(arguments: argparse.Namespace) -> tuple[list[Timeline], list[str]]:
    """Pictures of a GPU listing: the first clauses of the first engine."""
    from cyclesim.cli import listings
    from cyclesim.views.timeline_warps import EVENTS, build_warps

    if arguments.iterations is not None:
        raise UsageError("--iterations is for assembly; --from and --to choose cycles of a listing")
    found, notes = listings.estimates(arguments, [arguments.file], EVENTS)
    spans = [_span(arguments, one.point.ticks) for one in found]
    return [build_warps(one, *span) for one, span in zip(found, spans, strict=True)], notes


def _timeline(arguments: argparse.Namespace, analysis: Analysis) -> Timeline:
    extent = _extent(arguments, analysis)
    return build_timeline(analysis, record_window(analysis.body, analysis.schedule, extent))


def _extent(arguments: argparse.Namespace, analysis: Analysis) -> Extent:
    extent = steady_extent(analysis.body, analysis.schedule)
    if arguments.iterations is not None:
        first, count = _iterations(arguments.iterations)
        if not analysis.region.loop:
            raise UsageError("--iterations is for loops", hint="--from and --to choose cycles of straight-line code")
        extent = Extent(extent.first if first is None else first, count)
    start, end = _span(arguments, analysis.body.ticks_per_cycle)
    return extent._replace(start=start, end=end)


def _span(arguments: argparse.Namespace, per_cycle: int) -> tuple[int, int | None]:
    """--from and --to in ticks."""
    start = _cycle("--from", arguments.start) if arguments.start is not None else Cycles(0)
    end = None if arguments.end is None else _cycle("--to", arguments.end)
    if end is not None and end <= start:
        raise UsageError(f"--to {arguments.end} is not after --from {arguments.start or 0}")
    return int(start * per_cycle), None if end is None else int(end * per_cycle)


def _iterations(text: str) -> tuple[int | None, int]:
    """(first iteration from 0, None for the steady state; how many)."""
    first, dash, last = text.partition("-")
    try:
        numbers = int(first), int(last or first)
    except ValueError:
        numbers = 0, 0
    if not 1 <= numbers[0] <= numbers[1] <= MOST_ITERATIONS:
        raise UsageError(
            f"--iterations takes a number or A-B, not {text!r}", hint="for example --iterations 3 or --iterations 1-4"
        )
    return (numbers[0] - 1, numbers[1] - numbers[0] + 1) if dash else (None, numbers[0])


def _cycle(option: str, text: str) -> Cycles:
    try:
        return parse_cycles(text)
    except ValueError:
        raise UsageError(f"{option} takes a cycle, not {text!r}", hint=f"for example {option} 12") from None


def _render(arguments: argparse.Namespace, timelines: list[Timeline], notes: list[str]) -> str:
    if arguments.format == "json":
        from cyclesim.views import timeline_json

        return timeline_json.render(timelines, notes)
    if arguments.format == "svg":
        from cyclesim.views import timeline_svg

        return timeline_svg.render(timelines[0])
    if arguments.format == "html":
        from cyclesim.views import timeline_html

        return timeline_html.render(timelines, notes)
    if arguments.format == "konata":
        from cyclesim.views import konata

        return konata.render(timelines[0])
    if arguments.format == "perfetto":
        from cyclesim.views import perfetto

        return perfetto.render(timelines)
    from cyclesim.views import timeline

    return timeline.render(timelines, notes, options.use_color(arguments))
