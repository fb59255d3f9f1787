"""`cyclesim estimate FILE… --uarch CORE[,CORE…]`."""

from __future__ import annotations

import argparse

from cyclesim.cli import options
from cyclesim.errors import CyclesimError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_input(parser, several=True)
    options.add_list_symbols(parser, options.add_cores(parser))
    options.add_launch(parser)
    options.add_output(parser, ("text", "json", "jsonl", "csv", "markdown"))


def run(arguments: argparse.Namespace) -> int:
    if arguments.list_symbols:
        return _list_symbols(arguments)
    estimated = _listings if options.names_warps(arguments.uarch) else _assembly
    try:
        text, notes = estimated(arguments)
    except CyclesimError as error:
        if arguments.format != "jsonl":
            raise
        from cyclesim.views import lines

        options.emit(arguments, lines.errors(error))
        return error.exit_code
    options.echo_notes(arguments, notes)
    options.emit(arguments, _lines(arguments, text))
    return 0


def _assembly(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    """The report and its notes."""
    from cyclesim.cli import inputs
    from cyclesim.views import estimate

    found, notes = inputs.analyses(arguments, arguments.files)
    said = [*notes, *[note for one in found for note in one.notes]]
    return estimate.render(found, notes, _format(arguments)), said


def _listings(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    """The same of GPU listings."""
    from cyclesim.cli import listings
    from cyclesim.views import gpu_estimate

    found, notes = listings.estimates(arguments, arguments.files)
    said = [*notes, *[note for one in found for note in one.notes]]
    return gpu_estimate.render(found, notes, _format(arguments)), said


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
