"""The command line: one file a verb, no logic. Only this package prints and exits.

Only the verb that runs is imported, and only its options are built: start-up is part of the product.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

from cyclesim import __version__
from cyclesim.errors import CyclesimError

VERBS = {
    "estimate": "cycles of a loop: bound, schedule, operations per cycle, what limits it",
    "explain": "per instruction: when it issues and why not earlier; stalls, slack, changes worth trying",
    "timeline": "when each instruction issues, as text, SVG, a page, a Konata log or a trace",
    "graph": "the dependence graph as text, dot, JSON or GraphML",
    "report": "the whole story of a kernel as one page that needs nothing else",
    "serve": "a page on this machine: edit assembly, see cycles, reasons and timeline as you type",
    "run": "execute a function and time the path it takes",
    "measure": "write a program that measures a function on a board; read its results back",
    "validate": "measured against estimated over a calls file",
    "reproduce": "tables printed elsewhere, of the talk or of a GPU: printed, estimated, difference, note",
    "compare": "kernels, cores and what-ifs side by side: speed-up, limit, register pressure",
    "sensitivity": "which machine parameter, or which instruction, holds a loop back most",
    "sweep": "a grid of kernels, cores and parameter values to CSV, JSON or Parquet",
    "network": "a network layer by layer on a GPU and CPU cores: time, bound, memory level",
    "check": "budgets in comments and a baseline file: which kernels got slower, and why",
    "uarch": "the machine models: list, show, check",
    "isa": "the instruction tables: list, show, check, coverage",
}


def verb_parser(verb: str) -> argparse.ArgumentParser:
    """The parser of one verb."""
    summary = VERBS[verb]
    parser = argparse.ArgumentParser(
        prog=f"cyclesim {verb}", description=summary[0].upper() + summary[1:] + ".", formatter_class=_help_formatter
    )
    importlib.import_module(f"cyclesim.cli.{verb}").add_arguments(parser)
    return parser


def _help_formatter(prog: str) -> argparse.HelpFormatter:
    """Help in 100 columns. A stated width also spares asking for the terminal's, which imports five modules."""
    return argparse.HelpFormatter(prog, width=100)


def overview_parser() -> argparse.ArgumentParser:
    """The parser without a verb: help, version, and the list of verbs. It refuses everything else."""
    parser = argparse.ArgumentParser(
        prog="cyclesim", description="Estimates the cycles of Arm NEON code on one core and says why not fewer."
    )
    parser.add_argument("--version", action="version", version=f"cyclesim {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, summary in VERBS.items():
        verbs.add_parser(name, help=summary)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 ok, 1 input can't be estimated, 2 usage, 3 a check failed."""
    words = list(sys.argv[1:] if argv is None else argv)
    _ready_streams()
    try:
        code = _run(words)
        sys.stdout.flush()
    except CyclesimError as error:
        print(error.render(), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of the pipe has left (`| head`): quiet, as every filter is.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"error[output]: {error.strerror}: {error.filename or 'standard output'}", file=sys.stderr)
        return 1
    except (RecursionError, MemoryError):
        print("error[input]: the input is nested too deeply, or too large for this machine", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(words: Sequence[str]) -> int:
    try:
        if not words or words[0] not in VERBS:
            overview_parser().parse_args(words)
        parsed = verb_parser(words[0]).parse_args(words[1:])
    except SystemExit as stop:
        return int(stop.code or 0)
    code: int = importlib.import_module(f"cyclesim.cli.{words[0]}").run(parsed)
    return code


def _ready_streams() -> None:
    """Results and errors can be printed: what the locale can't spell is escaped, and a closed stream is a full disk."""
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "backslashreplace":
            stream.reconfigure(errors="backslashreplace")


def entry() -> None:
    """The console script. It leaves without taking the interpreter apart, a twentieth of a small estimate's time."""
    code = main()
    sys.stderr.flush()
    os._exit(code)
