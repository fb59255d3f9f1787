"""`cyclesim reproduce talk`."""

from __future__ import annotations

import argparse

from cyclesim.cli import options
from cyclesim.reproduce import talk_claims, talk_rows
from cyclesim.views import reproduce


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("talk",), help="talk: the tables of slides 14 and 16")
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    rows = talk_rows()
    options.emit(arguments, reproduce.render(rows, talk_claims(rows), arguments.format))
    return 0 if all(row.agrees for row in rows) else 3
