"""From a text to everything known of one region on one core: the path that every command shares."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from cyclesim import asm, depgraph, isa, machine, resources
from cyclesim.bounds import Bounds, find_bounds
from cyclesim.errors import CyclesimError, ManyErrors, UnknownInstruction
from cyclesim.ir import Instruction, Label, Program, Region, Resolved
from cyclesim.issue.body import Body, build_body
from cyclesim.issue.schedule import Schedule, schedule
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.units import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.isa import InstructionSet


class Unknowns(NamedTuple):
    """What to do with instructions that no table knows: `assume` maps a mnemonic to a timing class, `ignore` leaves
    the others out of all totals. The default refuses them."""

    assume: Mapping[str, str] = {}
    ignore: bool = False


REFUSE_UNKNOWN = Unknowns()


class Resolution(NamedTuple):
    """The instructions of a region that count, and what was done about unknown ones. `places[i]` is the index in the
    program of `instructions[i]`."""

    instructions: tuple[Resolved, ...]
    places: tuple[int, ...]
    assumed: tuple[str, ...]
    ignored: tuple[str, ...]


class Analysis(NamedTuple):
    """One region on one core, scheduled. `evidence`: status of the timing rows to number of instructions."""

    program: Program
    region: Region
    resolution: Resolution
    core: Core
    body: Body
    graph: depgraph.DependenceGraph
    bounds: Bounds
    schedule: Schedule
    operations: int
    evidence: Mapping[str, int]
    notes: tuple[str, ...]


class Source(NamedTuple):
    """A program and where it came from; `note` says so when it is not simply the file that was named."""

    program: Program
    note: str


def read_program(name: str, isa_name: str | None = None) -> Source:
    """Read and parse a file, standard input (`-`), or a shipped kernel when no file has that name.

    Raises InputError and AsmError (all errors of the text together).
    """
    path, note = name, ""
    if name != "-" and not os.path.exists(name):
        kernels = resources.shipped_kernels(name, isa_name)
        if kernels:
            path = kernels[0]
            others = [os.path.relpath(kernel, resources.data_folder("kernels_asm")) for kernel in kernels[1:]]
            note = f"{name} is the shipped kernel {resources.shown(path)}"
            note += f" (also: {', '.join(others)})" if others else ""
    text = asm.read_source(path)
    shown = resources.shown(path) if note else ("<stdin>" if name == "-" else path)
    return Source(asm.parse(text, shown, isa_name), note)


def resolve_region(
    program: Program, region: Region, instruction_set: InstructionSet, unknowns: Unknowns = REFUSE_UNKNOWN
) -> Resolution:
    """Resolve every instruction of a region. Raises ManyErrors with every unknown or malformed one."""
    resolved, places, assumed, ignored, errors = [], [], [], [], []
    for index in range(region.start, region.end):
        instruction = program.instructions[index]
        try:
            one = instruction_set.resolve(instruction)
        except UnknownInstruction as error:
            if instruction.mnemonic in unknowns.assume:
                one = isa.assumed(instruction, program.isa, unknowns.assume[instruction.mnemonic])
                assumed.append(f"{instruction.mnemonic} timed as {unknowns.assume[instruction.mnemonic]}")
            elif unknowns.ignore:
                ignored.append(instruction.mnemonic)
                continue
            else:
                errors.append(_with_source(error, program, instruction))
                continue
        except CyclesimError as error:
            errors.append(_with_source(error, program, instruction))
            continue
        resolved.append(one)
        places.append(index)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return Resolution(tuple(resolved), tuple(places), tuple(dict.fromkeys(assumed)), tuple(ignored))


def _with_source(error: CyclesimError, program: Program, instruction: Instruction) -> CyclesimError:
    """The error with its place and the source line for the caret."""
    error.span = error.span or instruction.span
    lines = program.sources.get(error.span.file, ())
    if not error.source_line and 0 < error.span.line <= len(lines):
        error.source_line = lines[error.span.line - 1]
    return error


def analyse(program: Program, region: Region, resolution: Resolution, core: Core) -> Analysis:
    """Dependences, timings, schedule and bounds of one region on one core.

    Raises UntimedInstruction (all of them together) when the core has no row for a class, CoreError when the core
    can't run this instruction set.
    """
    machine.require_isa(core, program.isa)
    timings = _timings(program, resolution.instructions, core)
    graph = depgraph.build(resolution.instructions, region.loop)
    taken = _taken_branches(program, resolution)
    body = build_body(core, resolution.instructions, timings, graph.edges, taken)
    operations = sum(one.operations for one in resolution.instructions)
    evidence: dict[str, int] = {}
    for timing in timings:
        evidence[timing.status] = evidence.get(timing.status, 0) + 1
    bounds = find_bounds(body, graph, region.loop)
    return Analysis(
        program,
        region,
        resolution,
        core,
        body,
        graph,
        bounds,
        schedule(body, region.loop),
        operations if region.operations is None else region.operations,
        evidence,
        (*bounds.notes, *_resolution_notes(resolution)),
    )


def _timings(program: Program, instructions: Sequence[Resolved], core: Core) -> list[Timing]:
    timings, errors = [], []
    for one in instructions:
        try:
            timings.append(machine.timing_of(core, one))
        except CyclesimError as error:
            errors.append(_with_source(error, program, one.instruction))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return timings


def _taken_branches(program: Program, resolution: Resolution) -> list[int]:
    """Branches that always jump, and conditional ones that jump backwards (a loop goes on far more often than not)."""
    taken = []
    for index, (one, place) in enumerate(zip(resolution.instructions, resolution.places, strict=True)):
        kind = one.features.get("branch")
        if kind == "conditional":
            targets = [operand.target for operand in one.instruction.operands if isinstance(operand, Label)]
            if any(target is not None and target <= place for target in targets):
                taken.append(index)
        elif kind:
            taken.append(index)
    return taken


def _resolution_notes(resolution: Resolution) -> list[str]:
    notes = [f"assumed: {text}" for text in resolution.assumed]
    if resolution.ignored:
        names = ", ".join(dict.fromkeys(resolution.ignored))
        notes.append(f"{counted(len(resolution.ignored), 'unknown instruction')} left out of all totals: {names}")
    return notes
