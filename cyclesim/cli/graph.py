"""`cyclesim graph FILE --uarch CORE`."""

from __future__ import annotations

import argparse

from cyclesim.cli import inputs, options
from cyclesim.errors import UsageError
from cyclesim.views import graph


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser)
    options.add_cores(parser)
    parser.add_argument("--anti", action="store_true", help="also dependences that carry no value (WAR, WAW)")
    options.add_output(parser, ("text", "dot", "json", "graphml"))


def run(arguments: argparse.Namespace) -> int:
    found, _ = inputs.analyses(arguments, [arguments.file])
    if len(found) > 1 and arguments.format != "text":
        raise UsageError("one graph at a time", hint="name one core by --uarch and one region by --region")
    texts = [graph.render(one, arguments.format, arguments.anti) for one in found]
    options.emit(arguments, "\n\n".join(texts))
    return 0
