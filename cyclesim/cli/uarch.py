"""`cyclesim uarch list|show|check`."""

from __future__ import annotations

import argparse
import os
import sys

from cyclesim.cli import options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the machine models, a row of a table each")
    show = actions.add_parser("show", help="one model: pipeline, units, pairing, timing rows and their sources")
    show.add_argument("core", metavar="NAME", help="name, alias or path of a core file")
    show.add_argument("--class", dest="class_", metavar="CLASS", help="the rows of one timing class in full")
    check = actions.add_parser("check", help="all errors of core files; exit code 3 when there is one")
    check.add_argument("cores", metavar="NAME|PATH", nargs="*", help="core files (default: all that are shipped)")
    for action in (listing, show, check):
        options.add_output(action)


def run(arguments: argparse.Namespace) -> int:
    return _ACTIONS[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from cyclesim.machine.load import core_files, load_document
    from cyclesim.views import uarch as view

    options.emit(arguments, view.render_list([load_document(path) for path in core_files()], arguments.format))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from cyclesim.errors import UsageError
    from cyclesim.machine.load import find_file, load_document
    from cyclesim.views import uarch as view

    document = load_document(find_file(arguments.core))
    if not arguments.class_:
        options.emit(arguments, view.render_core(document, arguments.format))
        return 0
    if document["kind"] == "warps":
        raise UsageError(f"{document['name']} schedules warps and has no timing classes")
    if arguments.class_ not in document["timings"]:
        import difflib

        close = difflib.get_close_matches(arguments.class_, document["timings"], 3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`cyclesim uarch show` lists the classes"
        raise UsageError(f"{document['name']} has no timing class {arguments.class_!r}", hint=hint)
    options.emit(arguments, view.render_class(document, arguments.class_, arguments.format))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from cyclesim.machine.check import check_files
    from cyclesim.machine.load import find_file
    from cyclesim.views import uarch as view

    # A file that exists is meant as a file, whatever its name ends in.
    paths = [name if os.path.exists(name) else find_file(name) for name in arguments.cores]
    found = check_files(paths)
    for errors in found.values() if arguments.format == "text" else ():
        for error in errors:
            print(error.render(), file=sys.stderr)
    options.emit(arguments, view.render_check(found, arguments.format))
    return 3 if any(found.values()) else 0


_ACTIONS = {"list": _list, "show": _show, "check": _check}
