"""`cyclesim isa list|show|check|coverage`."""

from __future__ import annotations

import argparse
import sys

from cyclesim.cli import options
from cyclesim.isa import ISAS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the forms of the tables, a row of a table each")
    listing.add_argument("--class", dest="class_", metavar="CLASS", help="only forms of this timing class")
    show = actions.add_parser("show", help="the forms of one mnemonic: operands, effects, class, operations")
    show.add_argument("mnemonic", metavar="MNEMONIC", help="as a source writes it: vmla.f32, fmacd, addeq, fmla")
    check = actions.add_parser(
        "check", help="all errors of the tables or of GPU listings; exit code 3 when there is one"
    )
    check.add_argument("--meanings", action="store_true", help="how many forms can be executed, and which ones can't")
    check.add_argument("listings", metavar="LISTING", nargs="*", help="GPU listings, or names of shipped ones")
    coverage = actions.add_parser("coverage", help="the share of real code that resolves, and what is missing")
    coverage.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="sources, objects, archives, or folders of them (default: the frequency lists of open kernels)",
    )
    options.add_jobs(coverage)
    options.add_reading(coverage)
    coverage.add_argument("--missing", type=int, default=20, metavar="N", help="how many missing words (default: 20)")
    for action in (listing, show, check, coverage):
        choices = ISAS if action is coverage else (*ISAS, "bifrost")
        action.add_argument("--isa", choices=choices, help="only this instruction set")
        options.add_output(action)


def run(arguments: argparse.Namespace) -> int:
    isas = [arguments.isa] if arguments.isa else list(ISAS)
    if arguments.isa == "bifrost" or getattr(arguments, "listings", None):
        return _of_listings(arguments)
    return _ACTIONS[arguments.action](arguments, isas)


def _of_listings(arguments: argparse.Namespace) -> int:
    """The actions on GPU listings and their opcodes."""
    from cyclesim.cli import opcodes

    if arguments.action == "check":
        return opcodes.check_listings(arguments, arguments.listings)
    return opcodes.list_opcodes(arguments) if arguments.action == "list" else opcodes.show_opcode(arguments)


def _list(arguments: argparse.Namespace, isas: list[str]) -> int:
    from cyclesim import isa
    from cyclesim.errors import UsageError
    from cyclesim.views import isa as view

    known = isa.class_names()
    if arguments.class_ and arguments.class_ not in known:
        import difflib

        close = difflib.get_close_matches(arguments.class_, known, 3)
        raise UsageError(
            f"no timing class {arguments.class_!r}", hint=f"did you mean {' or '.join(close)}?" if close else ""
        )
    rows = [(name, row) for name in isas for row in isa.load(name).index.rows if arguments.class_ in (None, row.class_)]
    options.emit(arguments, view.render_rows(rows, arguments.format))
    return 0


def _show(arguments: argparse.Namespace, isas: list[str]) -> int:
    from cyclesim import isa
    from cyclesim.errors import UnknownInstruction
    from cyclesim.isa.messages import nearest
    from cyclesim.views import isa as view

    mnemonic = arguments.mnemonic.lower()
    sets = [isa.load(name) for name in isas]
    found = [(one, one.known(mnemonic)) for one in sets]
    found = [(one, known) for one, known in found if known.patterns]
    if not found:
        if not arguments.isa and _is_opcode(arguments.mnemonic):
            return _of_listings(arguments)
        raise UnknownInstruction(f"no form of `{mnemonic}`", hint=nearest(sets, mnemonic))
    options.emit(arguments, view.render_forms(mnemonic, found, arguments.format))
    return 0


def _is_opcode(written: str) -> bool:
    """Whether GPU listings have an opcode of this name."""
    from cyclesim.gpu import opcodes

    return bool(opcodes.rows_of(opcodes.load(), written)[0])


def _check(arguments: argparse.Namespace, isas: list[str]) -> int:
    from cyclesim.isa.check import check_all
    from cyclesim.views import isa as view

    if arguments.meanings:
        from cyclesim.isa.meanings import meanings_of

        options.emit(arguments, view.render_meanings([meanings_of(name) for name in isas], arguments.format))
        return 0
    errors = check_all(isas)
    for error in errors if arguments.format == "text" else ():
        print(error.render(), file=sys.stderr)
    options.emit(arguments, view.render_check(isas, errors, arguments.format))
    return 3 if errors else 0


def _coverage(arguments: argparse.Namespace, isas: list[str]) -> int:
    from cyclesim.isa import coverage
    from cyclesim.views import isa as view

    if arguments.paths:
        return _coverage_of_paths(arguments)
    found = [coverage.share(name) for name in isas]
    options.emit(arguments, view.render_coverage(found, arguments.missing, arguments.format))
    return 0


def _coverage_of_paths(arguments: argparse.Namespace) -> int:
    from cyclesim import coverage
    from cyclesim.cli import progress
    from cyclesim.cli.inputs import reading
    from cyclesim.views import coverage as view

    files = coverage.find_files(arguments.paths)
    given = reading(arguments)
    tasks = [task for path in files for task in coverage.tasks_of(path, arguments.isa, given)]
    jobs = options.jobs(arguments)
    with progress.bar(len(tasks), "reading") as advance:
        found = coverage.measure_all(tasks, jobs, advance)
    options.emit(arguments, view.render(found, arguments.missing, arguments.format))
    return 1 if any(one.errors for one in found) else 0


_ACTIONS = {"list": _list, "show": _show, "check": _check, "coverage": _coverage}
