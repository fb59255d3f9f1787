"""`cyclesim validate CALLS.json --root DIR [--uarch …]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from cyclesim.cli import inputs, options, progress
from cyclesim.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.execute.calls import Case
    from cyclesim.machine.timing import Core
    from cyclesim.validate import Estimate, Skipped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("calls", metavar="CALLS.json", help="functions with arguments and measured cycles")
    parser.add_argument("--root", metavar="DIR", default=".", help="folder that the `folder` of each function is in")
    parser.add_argument(
        "--uarch", metavar="CORE[,CORE…]", default="", help="cores (default: all in the file with a model)"
    )
    parser.add_argument("--id", metavar="TEXT", default="", help="only functions whose id has TEXT in it")
    options.add_jobs(parser, 1)
    parser.add_argument("--plot", metavar="FILE.svg", help="also draw estimated against measured, and the errors")
    parser.add_argument("--all", action="store_true", help="every row in the text, not the worst alone")
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    from cyclesim import validate
    from cyclesim.execute.calls import read_calls
    from cyclesim.views import validate as view

    jobs = options.jobs(arguments)
    cases = [case for case in read_calls(arguments.calls) if arguments.id in case.id]
    if not cases:
        raise UsageError(f"{arguments.calls} has no function with {arguments.id!r} in its id")
    names = inputs.core_names(arguments.uarch) if arguments.uarch else []
    cores, missing = validate.cores_for(names, cases)
    estimates, skipped = _estimates(cases, arguments.root, cores, jobs)
    found = validate.evaluate(estimates, skipped, cases)
    notes = [f"no in-order model of {', '.join(missing)}: those figures are left out"] if missing else []
    if arguments.plot:
        options.write(arguments.plot, view.plot(found))
    options.echo_notes(arguments, notes)
    options.emit(arguments, view.render(found, notes, arguments.format, arguments.all))
    return 0


def _estimates(
    cases: Sequence[Case], root: str, cores: Sequence[Core], jobs: int
) -> tuple[list[Estimate], list[Skipped]]:
    from cyclesim import validate

    with progress.bar(len(cases), "validating") as advance:
        if jobs == 1:
            return validate.estimate_cases(cases, root, cores, advance)
        return _in_processes(cases, root, cores, jobs, advance)


def _in_processes(
    cases: Sequence[Case], root: str, cores: Sequence[Core], jobs: int, advance: progress.Bar[int]
) -> tuple[list[Estimate], list[Skipped]]:
    """Functions of one file go to one process, which reads it once."""
    from concurrent.futures import ProcessPoolExecutor

    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.folder, case.file), []).append(case)
    # Small portions keep all processes busy to the end.
    portions = [group[at : at + 16] for group in groups.values() for at in range(0, len(group), 16)]
    names = [core.file for core in cores]
    estimates: list[Estimate] = []
    skipped: list[Skipped] = []
    with ProcessPoolExecutor(jobs) as pool:
        for portion, (found, left) in zip(
            portions, pool.map(_portion, portions, [root] * len(portions), [names] * len(portions)), strict=True
        ):
            estimates += found
            skipped += left
            advance(len(portion))
    order = {case.id: place for place, case in enumerate(cases)}
    return sorted(estimates, key=lambda one: order[one.id]), sorted(skipped, key=lambda one: order[one.id])


def _portion(cases: Sequence[Case], root: str, files: Sequence[str]) -> tuple[list[Estimate], list[Skipped]]:
    from cyclesim import machine, validate

    return validate.estimate_cases(cases, root, [machine.load(file) for file in files], lambda: None)
