"""`cyclesim estimate FILE… --uarch CORE[,CORE…]`."""

from __future__ import annotations

import argparse

from cyclesim.cli import inputs, options
from cyclesim.views import estimate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser, several=True)
    options.add_cores(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    found, notes = inputs.analyses(arguments, arguments.files)
    options.echo_notes(arguments, [*notes, *[note for one in found for note in one.notes]])
    options.emit(arguments, estimate.render(found, notes, arguments.format))
    return 0
