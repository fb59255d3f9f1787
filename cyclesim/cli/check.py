"""`cyclesim check PATH…`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from cyclesim.budgets import baseline
from cyclesim.budgets import run as checks
from cyclesim.budgets.nouns import Figure, Outcome
from cyclesim.cli import inputs, options
from cyclesim.errors import UsageError
from cyclesim.units import counted
from cyclesim.views import check
from cyclesim.views.wording import reason_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders of kernels")
    parser.add_argument("--baseline", metavar="FILE", help="also compare with the figures of this file")
    parser.add_argument("--update", action="store_true", help="write the figures of now to the baseline")
    options.add_cores(parser).required = False
    options.add_isa(parser)
    options.add_reading(parser)
    parser.add_argument("--whatif", metavar="FILE", action="append", default=[], help="what-if file (repeatable)")
    options.add_jobs(parser)
    options.add_output(parser, ("text", "json", "junit", "github"))


def run(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    outcomes = checks.check_paths(arguments.paths, settings, options.jobs(arguments))
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    for problem in problems if arguments.format in ("text", "junit") else ():
        print(problem.rendered, file=sys.stderr)
    if arguments.update and settings.baseline:
        if not problems:
            return _update(arguments, settings.baseline, outcomes)
        print(f"{arguments.baseline} is left as it was", file=sys.stderr)
    options.emit(arguments, check.render(outcomes, arguments.format))
    if problems:
        return max(problem.exit_code for problem in problems)
    return 3 if check.broken(outcomes) else 0


def _settings(arguments: argparse.Namespace) -> checks.Settings:
    if arguments.update and not arguments.baseline:
        raise UsageError("--update needs --baseline FILE", hint="the file that the figures are written to")
    known = baseline.read(arguments.baseline, arguments.update) if arguments.baseline else None
    cores = tuple(inputs.core_names(arguments.uarch)) if arguments.uarch else ()
    if arguments.update and not cores and known is not None and not known.figures:
        raise UsageError("a new baseline needs --uarch", hint="the cores whose figures it holds")
    if cores and not arguments.baseline:
        raise UsageError("--uarch is for --baseline", hint="a budget in a comment names its core itself")
    if known is not None and arguments.update and not cores:
        cores = tuple(dict.fromkeys(key[2] for key in known.figures))
    read_as = inputs.reading(arguments)
    return checks.Settings(reason_text, cores, arguments.isa, tuple(arguments.whatif), known, arguments.update, read_as)


def _update(arguments: argparse.Namespace, known: baseline.Baseline, outcomes: Sequence[Outcome]) -> int:
    """Write the baseline: figures of the files checked replace theirs, those of other files stay."""
    done = {known.name_of(outcome.file) for outcome in outcomes}
    kept: list[Figure] = [figure for key, figure in known.figures.items() if key[0] not in done]
    figures = [figure for outcome in outcomes for figure in outcome.figures]
    target = argparse.Namespace(output=arguments.baseline)
    options.emit(target, baseline.text_of([*kept, *figures]))
    files = len({figure.file for figure in figures})
    print(f"{arguments.baseline}: {counted(len(figures), 'figure')} of {counted(files, 'file')}")
    return 0
