"""From the options of a command line to analyses: what `estimate`, `explain` and `graph` share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from cyclesim import isa, machine, resources
from cyclesim.analysis import Analysis, Reading, Unknowns, analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.cli.options import core_names as core_names
from cyclesim.errors import CyclesimError, ManyErrors, UsageError
from cyclesim.ir import Region
from cyclesim.machine.timing import Core

MOST_NAMED = 12
"""Names of other loops that a note lists."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.asm.objects import Selection
    from cyclesim.machine.overlay import Overlay


def analyses(arguments: argparse.Namespace, files: Sequence[str]) -> tuple[list[Analysis], list[str]]:
    """Every region of every file on every core, and remarks on where the input came from.

    All errors of all files are raised together, before anything is printed.
    """
    laid = overlays(arguments.whatif)
    cores = [machine.load(name, laid) for name in core_names(arguments.uarch)]
    unknowns = Unknowns(_assumptions(arguments.assume), arguments.ignore_unknown)
    found, notes, errors = [], [], []
    for file in files:
        try:
            done, remarks = _analyse_file(arguments, file, cores, laid, unknowns)
        except CyclesimError as error:
            errors.append(error)
            continue
        found += done
        notes += remarks
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return found, [
        *notes,
        *[f"what-if {name}: {one.title}" for name, one in zip(arguments.whatif, laid, strict=True)],
    ]


def overlays(paths: Sequence[str]) -> list[Overlay]:
    if not paths:
        return []
    from cyclesim.machine import overlay

    return [overlay.read(resources.shipped_whatif(path) or path) for path in paths]


def _analyse_file(
    arguments: argparse.Namespace,
    file: str,
    cores: Sequence[Core],
    overlays: Sequence[Overlay],
    unknowns: Unknowns,
) -> tuple[list[Analysis], list[str]]:
    source = read_program(file, arguments.isa, reading(arguments, cores))
    program = source.program
    rows = [row for one in overlays for row in one.rows.get(program.isa, ())]
    instruction_set = isa.load(program.isa, rows)
    chosen = regions.choose(program, arguments.region, _lines(arguments.lines))
    resolutions = [(region, resolve_region(program, region, instruction_set, unknowns)) for region in chosen]
    notes = [*([source.note] if source.note else []), *program.notes]
    notes += _other_loops(program.file, regions.loops(program), chosen)
    return [analyse(program, region, resolution, core) for region, resolution in resolutions for core in cores], notes


def reading(arguments: argparse.Namespace, cores: Sequence[Core] = ()) -> Reading:
    """How inputs are read, from -D, -I, --via, --cc, --cflags and the cores."""
    shared = [name for core in cores[:1] for name in core.isas if all(name in core.isas for core in cores)]
    isas = sorted(shared, key=lambda name: name != "aarch64")
    defines = {}
    for text in arguments.defines:
        name, equals, value = text.partition("=")
        defines[name] = value if equals else "1"
    return Reading(
        defines,
        arguments.undefines,
        arguments.folders,
        arguments.via,
        arguments.cc,
        arguments.cflags,
        cores[0].name if cores and resources.shown(cores[0].file) != cores[0].file else "",
        isas,
        selection(arguments),
    )


def selection(arguments: argparse.Namespace) -> Selection | None:
    """Which code of an object the options choose; None when they choose nothing."""
    chosen = [getattr(arguments, name, None) or "" for name in ("symbol", "member", "address")]
    if not any(chosen):
        return None
    from cyclesim.asm.objects import Selection

    return Selection(*chosen)


def _other_loops(file: str, loops: Sequence[Region], chosen: Sequence[Region]) -> list[str]:
    """Which loops the automatic choice left out."""
    if len(chosen) != 1 or chosen[0].kind != "loop":
        return []
    others = [loop.name for loop in loops if loop.name != chosen[0].name]
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return [f"{file}: other loops: {', '.join(others[:MOST_NAMED])}{more} (--region NAME)"] if others else []


def _assumptions(texts: Sequence[str]) -> dict[str, str]:
    known = isa.class_names()
    assumptions = {}
    for text in texts:
        mnemonic, equals, name = text.partition("=")
        if not equals or not mnemonic.strip():
            raise UsageError(
                f"--assume takes MNEMONIC=CLASS, not {text!r}", hint='for example --assume "vfoo.s16=simd-alu"'
            )
        if name.strip() not in known:
            raise UsageError(f"--assume {text}: no timing class {name.strip()!r}", hint=_nearest(name.strip(), known))
        assumptions[mnemonic.strip().lower()] = name.strip()
    return assumptions


def _nearest(word: str, known: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, known, 3)
    return f"did you mean {', '.join(close)}?" if close else "cyclesim isa list --format csv shows the classes"


def _lines(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, _, last = text.partition("-")
    try:
        lines = int(first), int(last or first)
    except ValueError:
        raise UsageError(f"--lines takes A-B, not {text!r}", hint="for example --lines 12-40") from None
    if not 1 <= lines[0] <= lines[1]:
        raise UsageError(f"--lines {text}: lines count from 1 and the first is not after the last")
    return lines
