"""`cyclesim isa … --isa bifrost`: the opcodes of GPU listings, and the check of listings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from cyclesim.cli import options
from cyclesim.errors import CyclesimError, ManyErrors, UnknownInstruction, UsageError

ISA = "bifrost"


def list_opcodes(arguments: argparse.Namespace) -> int:
    """`isa list --isa bifrost`: every opcode, a slot a row; `--class` takes a kind."""
    from cyclesim.gpu import opcodes
    from cyclesim.views import opcodes as view

    rows = list(opcodes.load().opcodes.values())
    kinds = dict.fromkeys(row.kind for row in rows)
    if arguments.class_ and arguments.class_ not in kinds:
        raise UsageError(f"no kind of opcode {arguments.class_!r}", hint=f"kinds: {', '.join(kinds)}")
    chosen = [row for row in rows if arguments.class_ in (None, row.kind)]
    options.emit(arguments, view.render_list(chosen, arguments.format))
    return 0


def show_opcode(arguments: argparse.Namespace) -> int:
    """`isa show FMA.f32 --isa bifrost`: the rows of an opcode, in both slots; of one slot with `*` or `+` before it."""
    from cyclesim.gpu import opcodes
    from cyclesim.views import opcodes as view

    table = opcodes.load()
    found, modifiers = opcodes.rows_of(table, arguments.mnemonic)
    if not found:
        name = arguments.mnemonic.lstrip("*+").partition(".")[0].upper()
        raise UnknownInstruction(f"no opcode `{arguments.mnemonic}`", hint=opcodes.nearest(table, name))
    options.emit(arguments, view.render_opcode(arguments.mnemonic, found, modifiers, table, arguments.format))
    return 0


def check_listings(arguments: argparse.Namespace, files: Sequence[str]) -> int:
    """`isa check FILE`: every broken rule of listings; exit code 3 when there is one."""
    if not files:
        return _check_table(arguments)
    from cyclesim.gpu import opcodes, validity
    from cyclesim.gpu.nouns import Listing
    from cyclesim.gpu.shipped import read_listing
    from cyclesim.views import opcodes as view

    found: list[tuple[Listing, tuple[validity.Violation, ...]]] = []
    errors: list[CyclesimError] = []
    for file in files:
        try:
            listing, _, _ = read_listing(file)
            opcodes.require_known(listing)
            found.append((listing, validity.check(listing)))
        except CyclesimError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    if arguments.format == "text":
        for listing, violations in found:
            for one in violations:
                print(view.diagnostic(listing, one).render(), file=sys.stderr)
    options.emit(arguments, view.render_check(found, arguments.format))
    return 3 if any(violations for _, violations in found) else 0


def _check_table(arguments: argparse.Namespace) -> int:
    """`isa check --isa bifrost`: every mistake of the table of opcodes."""
    from cyclesim.gpu.opcodes import check_table
    from cyclesim.views import isa as view

    errors = check_table()
    for error in errors if arguments.format == "text" else ():
        print(error.render(), file=sys.stderr)
    options.emit(arguments, view.render_check([ISA], errors, arguments.format))
    return 3 if errors else 0
