"""`cyclesim reproduce talk|mali`."""

from __future__ import annotations

import argparse

from cyclesim.cli import options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = "talk: the tables of slides 14 and 16; mali: the figures printed of Mali-G52 and RepVGG-A2"
    parser.add_argument("what", choices=("talk", "mali"), help=what)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    return _talk(arguments) if arguments.what == "talk" else _printed(arguments)


def _talk(arguments: argparse.Namespace) -> int:
    from cyclesim.reproduce import talk_claims, talk_rows
    from cyclesim.views import reproduce

    rows = talk_rows()
    options.emit(arguments, reproduce.render(rows, talk_claims(rows), arguments.format))
    return 0 if all(row.agrees for row in rows) else 3


def _printed(arguments: argparse.Namespace) -> int:
    from cyclesim.printed import printed_figures, unexplained
    from cyclesim.views import printed

    figures = printed_figures(arguments.what)
    options.emit(arguments, printed.render(figures, arguments.format))
    return 3 if unexplained(figures.rows) else 0
