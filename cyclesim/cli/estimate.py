"""`cyclesim estimate FILE… --uarch CORE[,CORE…]`."""

from __future__ import annotations

import argparse

from cyclesim.cli import inputs, options
from cyclesim.errors import CyclesimError, SchedulesWarps
from cyclesim.views import estimate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser, several=True)
    options.add_list_symbols(parser, options.add_cores(parser))
    options.add_launch(parser)
    options.add_output(parser, ("text", "json", "jsonl", "csv", "markdown"))


def run(arguments: argparse.Namespace) -> int:
    if arguments.list_symbols:
        return _list_symbols(arguments)
    try:
        found, notes = inputs.analyses(arguments, arguments.files)
    except SchedulesWarps:
        return _run_listings(arguments)
    except CyclesimError as error:
        if arguments.format != "jsonl":
            raise
        from cyclesim.views import lines

        options.emit(arguments, lines.errors(error))
        return error.exit_code
    options.echo_notes(arguments, [*notes, *[note for one in found for note in one.notes]])
    options.emit(arguments, _lines(arguments, estimate.render(found, notes, _format(arguments))))
    return 0


def _run_listings(arguments: argparse.Namespace) -> int:
    from cyclesim.cli import listings
    from cyclesim.views import gpu_estimate

    found, notes = listings.estimates(arguments, arguments.files)
    options.echo_notes(arguments, [*notes, *[note for one in found for note in one.notes]])
    options.emit(arguments, _lines(arguments, gpu_estimate.render(found, notes, _format(arguments))))
    return 0


def _format(arguments: argparse.Namespace) -> str:
    return "json" if arguments.format == "jsonl" else str(arguments.format)


def _lines(arguments: argparse.Namespace, text: str) -> str:
    if arguments.format != "jsonl":
        return text
    from cyclesim.views import lines

    return lines.estimates(text)


def _list_symbols(arguments: argparse.Namespace) -> int:
    from cyclesim.asm.objects import list_functions, open_object
    from cyclesim.views import symbols

    objects = [open_object(file) for file in arguments.files]
    found = [one for object in objects for one in list_functions(object, arguments.member or "")]
    named = [one for one in found if not arguments.symbol or arguments.symbol in one.name]
    options.emit(arguments, symbols.render(named, arguments.format))
    return 0
