"""Kernels, cores and what-ifs side by side.

A column is a kernel, or a kernel with what-if files of its own: `sgemm_6x8@a53-dual-neon`, several joined by `+`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from cyclesim import isa, machine, resources
from cyclesim.analysis import REFUSE_UNKNOWN, Analysis, Unknowns, analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.errors import CyclesimError, ManyErrors, UsageError
from cyclesim.ir import Program, Region
from cyclesim.machine import overlay
from cyclesim.machine.overlay import Overlay
from cyclesim.pressure import Pressure, find_pressure
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles
from cyclesim.whatif import meaning_errors

MARK, JOIN = "@", "+"


class Column(NamedTuple):
    """What is compared: a file, or the name of a shipped kernel, with the what-if files laid over the models for it."""

    text: str
    file: str
    whatifs: tuple[str, ...]


class Entry(NamedTuple):
    """One column on one core, `short` its shortest name. `analysis` is None where the core doesn't run the kernel, and
    `remark` says why.

    `speedup`: the rate over that of the first column on this core that runs there, None where the two can't be
    compared (no operations counted).
    """

    column: Column
    core: str
    short: str
    analysis: Analysis | None
    pressure: tuple[Pressure, ...]
    speedup: Cycles | None
    bound_speedup: Cycles | None
    remark: str = ""


class Comparison(NamedTuple):
    """`entries`: core by core, the columns in the order given. `notes`: what was read and laid over the models."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


def column_of(text: str, common: Sequence[str] = ()) -> Column:
    """`FILE@WHATIF+WHATIF` taken apart; a file whose name holds the mark is a file. `common`: what-ifs of all columns.

    Raises UsageError for an empty name.
    """
    file, mark, names = text.rpartition(MARK)
    if not mark or os.path.exists(text):
        return Column(text, text, tuple(common))
    own = names.split(JOIN)
    if not file or not all(own):
        raise UsageError(f"{text!r} names no kernel or no what-if", hint="for example sgemm_6x8@dp4a+smlasd")
    return Column(text, file, (*common, *own))


class Reader:
    """Reads what-if files and programs once each."""

    def __init__(self, isa_name: str | None = None) -> None:
        self.isa_name = isa_name
        self.notes: list[str] = []
        self._overlays: dict[str, Overlay] = {}
        self._programs: dict[str, Program] = {}

    def overlay(self, name: str) -> Overlay:
        """A what-if file by path or shipped name. Raises every error of it, those of its meanings too."""
        if name not in self._overlays:
            read = overlay.read(resources.shipped_whatif(name) or name)
            if errors := meaning_errors(read):
                raise errors[0] if len(errors) == 1 else ManyErrors(errors)
            self._overlays[name] = read
            self.notes.append(f"what-if {name}: {self._overlays[name].title}")
        return self._overlays[name]

    def program(self, file: str) -> Program:
        if file not in self._programs:
            source = read_program(file, self.isa_name)
            self._programs[file] = source.program
            if source.note:
                self.notes.append(source.note)
        return self._programs[file]


def compare(
    columns: Sequence[Column],
    cores: Sequence[str],
    *,
    isa_name: str | None = None,
    region: str | None = None,
    unknowns: Unknowns = REFUSE_UNKNOWN,
) -> Comparison:
    """Analyse every column on every core. Raises every error of all columns together."""
    reader, errors = Reader(isa_name), list[CyclesimError]()
    found: dict[tuple[int, int], Entry] = {}
    for number, column in enumerate(columns):
        try:
            found.update(_column(number, column, cores, region, unknowns, reader))
        except CyclesimError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    entries: list[Entry] = []
    for place in range(len(cores)):
        entries += _with_speedups([found[place, number] for number in range(len(columns))])
    return Comparison(tuple(entries), tuple(dict.fromkeys(reader.notes)))


def _column(
    number: int, column: Column, cores: Sequence[str], region: str | None, unknowns: Unknowns, reader: Reader
) -> dict[tuple[int, int], Entry]:
    program = reader.program(column.file)
    overlays = [reader.overlay(name) for name in column.whatifs]
    rows = [row for one in overlays for row in one.rows.get(program.isa, ())]
    chosen = _region(program, region)
    resolution = resolve_region(program, chosen, isa.load(program.isa, rows), unknowns)
    found = {}
    for place, name in enumerate(cores):
        core = machine.load(name, overlays)
        short = min((core.name, *core.aliases), key=len)
        if program.isa not in core.isas:
            remark = f"{core.name} does not run {program.isa}: {column.text} is left out there"
            found[place, number] = Entry(column, core.name, short, None, (), None, None, remark)
            continue
        analysis = analyse(program, chosen, resolution, core)
        limits = registers(overlays, core.name)
        pressure = find_pressure(resolution.instructions, program.isa, chosen.loop, limits)
        found[place, number] = Entry(column, core.name, short, analysis, pressure, None, None)
    return found


def registers(overlays: Sequence[Overlay], core: str) -> dict[str, int]:
    """Register counts that what-if files give a core; the last one says."""
    found = {}
    for one in overlays:
        for kind in ("general", "simd"):
            count = one.registers(core, kind)
            if count is not None:
                found[kind] = count
    return found


def _region(program: Program, name: str | None) -> Region:
    chosen = regions.choose(program, name)
    if len(chosen) > 1:
        names = ", ".join(one.name for one in chosen)
        raise UsageError(f"{program.file} has several regions: {names}", hint="--region NAME chooses one")
    return chosen[0]


def _with_speedups(entries: Sequence[Entry]) -> list[Entry]:
    first = next((one for one in entries if one.analysis is not None), None)
    if first is None or first.analysis is None:
        return list(entries)
    compared = []
    for one in entries:
        if one.analysis is None:
            compared.append(one)
            continue
        before, now = first.analysis, one.analysis
        compared.append(
            one._replace(
                speedup=_speedup(before, now, before.schedule.cycles, now.schedule.cycles),
                bound_speedup=_speedup(before, now, before.bounds.binding.cycles, now.bounds.binding.cycles),
            )
        )
    return compared


def _speedup(first: Analysis, other: Analysis, before: Cycles, now: Cycles) -> Cycles | None:
    """How many times as fast `other` does an operation; an iteration, when both are the same code."""
    if not before or not now:
        return None
    if first.operations and other.operations:
        return Cycles(other.operations, first.operations) * before / now
    return before / now if first.program == other.program and first.region == other.region else None
