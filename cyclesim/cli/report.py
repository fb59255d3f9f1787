"""`cyclesim report FILE… --uarch CORE[,CORE…] -o report.html`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from cyclesim.analysis import Analysis
from cyclesim.cli import inputs, options
from cyclesim.errors import CyclesimError
from cyclesim.hints import find_hints
from cyclesim.issue.replay import explain_schedule
from cyclesim.issue.window import record_window, steady_extent
from cyclesim.sidecar import measured_figures
from cyclesim.views import report
from cyclesim.views.timeline_build import build_timeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser, several=True)
    options.add_cores(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the page to FILE instead of standard output")


def run(arguments: argparse.Namespace) -> int:
    found, notes = inputs.analyses(arguments, arguments.files)
    compared = _compared(arguments, found)
    # Every region comes once for each core, in their order; the page tells the first and compares it with the others.
    main = found[:: len(options.core_names(arguments.uarch))]
    options.emit(arguments, report.render([_story(one, compared) for one in main], notes))
    return 0


def _story(analysis: Analysis, compared: Sequence[report.Compared]) -> report.Story:
    schedule = analysis.schedule
    window = record_window(analysis.body, schedule, steady_extent(analysis.body, schedule))
    same = [one for one in compared if one.analysis is None or _same_code(one.analysis, analysis)]
    return report.Story(
        analysis,
        explain_schedule(analysis.body, analysis.region.loop, schedule.transient, schedule.period),
        find_hints(analysis),
        build_timeline(analysis, window),
        measured_figures(analysis.program.file, analysis.core.name, analysis.operations),
        same,
    )


def _same_code(one: Analysis, other: Analysis) -> bool:
    return (one.program.file, one.region) == (other.program.file, other.region)


def _compared(arguments: argparse.Namespace, found: Sequence[Analysis]) -> list[report.Compared]:
    """Every core with the what-ifs of the command line and, where there are any, without them."""
    label = " and ".join(arguments.whatif)
    rows = [report.Compared(one.core.title, label and f"with {label}", one, "") for one in found]
    if not arguments.whatif:
        return rows
    plain = argparse.Namespace(**{**vars(arguments), "whatif": []})
    try:
        without, _ = inputs.analyses(plain, arguments.files)
    except CyclesimError:
        return [*rows, report.Compared("without it", "", None, "instructions of this code exist only in the what-if")]
    return [*rows, *[report.Compared(one.core.title, "as it is", one, "") for one in without]]
