"""`cyclesim sweep PLAN.yaml`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable

from cyclesim.cli import options, progress
from cyclesim.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.sweep.cases import Result, Task
    from cyclesim.sweep.store import Journal
    from cyclesim.views.sweep import Table

FORMATS = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".pq": "parquet"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN", help="sweep plan: kernels, cores, parameters and their values")
    parser.add_argument(
        "--format",
        choices=("text", "csv", "json", "parquet"),
        help="form of the result (default: by the name of -o, else text)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the result to FILE; its journal is FILE.journal")
    parser.add_argument("--journal", metavar="FILE", help="keep finished points in FILE and go on from there")
    parser.add_argument("--fresh", action="store_true", help="start over, whatever the journal holds")
    options.add_jobs(parser, 1)
    parser.add_argument("--dask", metavar="ADDRESS", help="run on the Dask cluster whose scheduler is at ADDRESS")
    parser.add_argument("--plot", metavar="FILE", help="draw the result to FILE, an SVG picture")
    parser.set_defaults(color="auto")


def run(arguments: argparse.Namespace) -> int:
    from cyclesim.sweep import cases, plan
    from cyclesim.sweep.store import Journal
    from cyclesim.views import sweep as view

    arguments.format = _format(arguments)
    options.jobs(arguments)
    wanted = plan.read(arguments.plan)
    found, notes = cases.build(wanted)
    total = len(found) * wanted.combinations
    path = arguments.journal or (f"{arguments.output}.journal" if arguments.output else None)
    with Journal(path, cases.fingerprint(found, wanted), total, fresh=arguments.fresh) as journal:
        if journal.results:
            print(f"note: {len(journal.results)} of {total} points are in {path}", file=sys.stderr)
        _compute(arguments, cases.tasks(found, wanted, journal.results), journal, total)
        table = view.Table(wanted, found, journal.results)
        if arguments.plot:
            from cyclesim.views import plot

            options.write(arguments.plot, plot.render(view.plot_of(table)))
        _write(arguments, table, notes)
        if not arguments.journal:
            journal.remove()
    return 0


def _format(arguments: argparse.Namespace) -> str:
    given: str | None = arguments.format
    by_name = FORMATS.get(os.path.splitext(arguments.output or "")[1].lower(), "text")
    if (given or by_name) == "parquet" and not arguments.output:
        raise UsageError("--format parquet needs a file", hint="-o FILE.parquet")
    return given or by_name


def _compute(arguments: argparse.Namespace, tasks: Iterable[Task], journal: Journal, total: int) -> None:
    from cyclesim.sweep import cluster, local

    advance: progress.Bar[int]
    with progress.bar(total, "points") as advance:
        advance(len(journal.results))

        def done(results: list[Result]) -> None:
            advance(journal.add(results))

        if arguments.dask:
            cluster.run(tasks, done, arguments.dask)
        else:
            local.run(tasks, done, arguments.jobs)


def _write(arguments: argparse.Namespace, table: Table, notes: list[str]) -> None:
    from cyclesim.views import sweep as view

    if arguments.format != "parquet":
        if arguments.format == "csv":
            options.echo_notes(arguments, notes)
        options.emit(arguments, view.render(table, notes, arguments.format))
        return
    try:
        view.write_parquet(table, arguments.output)
    except ImportError:
        raise InputError("Parquet needs pyarrow", hint="pip install 'cyclesim[sweep]'") from None
    except OSError as error:
        raise InputError(f"can't write {arguments.output}: {error.strerror}") from None
