"""`cyclesim explain FILE --uarch CORE`."""

from __future__ import annotations

import argparse

from cyclesim.analysis import Analysis
from cyclesim.cli import inputs, options
from cyclesim.errors import SchedulesWarps
from cyclesim.hints import find_hints
from cyclesim.issue.replay import Issued, explain_schedule
from cyclesim.views import explain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser)
    options.add_cores(parser)
    options.add_launch(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        found, notes = inputs.analyses(arguments, [arguments.file])
    except SchedulesWarps:
        return _run_listings(arguments)
    explained = [explain.Explained(one, _rows(one), find_hints(one)) for one in found]
    options.echo_notes(arguments, [*notes, *[note for one in found for note in one.notes]])
    options.emit(arguments, explain.render(explained, notes, arguments.format, options.use_color(arguments)))
    return 0


EVENTS = 256
"""Issues of the whole core that the listing of the first clauses is made of."""


def _run_listings(arguments: argparse.Namespace) -> int:
    from cyclesim.cli import listings
    from cyclesim.views import gpu_explain

    found, notes = listings.estimates(arguments, [arguments.file], EVENTS)
    options.echo_notes(arguments, [*notes, *[note for one in found for note in one.notes]])
    options.emit(arguments, gpu_explain.render(found, notes, arguments.format, options.use_color(arguments)))
    return 0


def _rows(analysis: Analysis) -> tuple[Issued, ...]:
    schedule = analysis.schedule
    return explain_schedule(analysis.body, analysis.region.loop, schedule.transient, schedule.period)
