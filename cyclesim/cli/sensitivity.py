"""`cyclesim sensitivity FILE --uarch CORE`."""

from __future__ import annotations

import argparse

from cyclesim.cli import inputs, options
from cyclesim.views import sensitivity as view


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser)
    options.add_cores(parser)
    parser.add_argument("--top", type=int, default=12, metavar="N", help="rows of each table of text (default: 12)")
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    from cyclesim.errors import UsageError
    from cyclesim.sensitivity import find_sensitivity

    if arguments.top < 1:
        raise UsageError(f"--top {arguments.top}: at least 1")
    found, notes = inputs.analyses(arguments, [arguments.file])
    options.echo_notes(arguments, notes)
    results = [find_sensitivity(one) for one in found]
    options.emit(arguments, view.render(results, notes, arguments.format, arguments.top))
    return 0
