"""From a text to everything known of one region on one core: the path that every command shares."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from cyclesim import asm, depgraph, isa, machine, resources
from cyclesim.bounds import Bounds, find_bounds
from cyclesim.errors import CyclesimError, InputError, ManyErrors, UnknownInstruction, UsageError
from cyclesim.ir import Instruction, Label, Program, Region, Resolved
from cyclesim.issue.body import Body, build_body
from cyclesim.issue.schedule import Schedule, schedule
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.units import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.asm.compile import Options
    from cyclesim.asm.objects import Selection
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


class Reading(NamedTuple):
    """How inputs are read that are more than plain assembly.

    `defines`, `undefines`, `folders`: -D, -U and -I of preprocessors. `via`: `cc` compiles or assembles whatever it is.
    `compiler`, `flags`: --cc and --cflags. `core`: what a compiler generates code for. `isas`: the instruction sets
    that all cores asked for run; it decides where a text holds both. `selection`: which code of an object or archive.
    """

    defines: Mapping[str, str] = {}
    undefines: Sequence[str] = ()
    folders: Sequence[str] = ()
    via: str = ""
    compiler: str = ""
    flags: str = ""
    core: str = ""
    isas: Sequence[str] = ()
    selection: Selection | None = None


def read_program(name: str, isa_name: str | None = None, reading: Reading = Reading()) -> Source:  # noqa: B008
    """Read and parse a file, standard input (`-`), or a shipped kernel when no file has that name.

    Objects and archives are recognised by their first bytes.
    Raises InputError, UsageError (a selection that doesn't fit) and AsmError (all errors of the text together).
    """
    try:
        return _read_program(name, isa_name, reading)
    except CyclesimError:
        _refuse_listing(name)
        raise


def _refuse_listing(name: str) -> None:
    """Raises InputError when a text that can't be read as assembly is a GPU listing, or the name of a shipped one."""
    from cyclesim.gpu import listing, shipped

    if name == "-":
        return
    path = name if os.path.exists(name) else shipped.shipped_path(name)
    try:
        listed = bool(path) and listing.is_listing(asm.read_source(path))
    except CyclesimError:
        return
    if listed:
        raise InputError(
            f"{name} is a GPU listing, and these cores run assembly",
            hint="estimate, explain and timeline take it with a GPU: --uarch NAME; cyclesim uarch list shows them",
        ) from None


def _read_program(name: str, isa_name: str | None, reading: Reading) -> Source:
    path, note = name, ""
    if name != "-" and not os.path.exists(name):
        kernels = resources.shipped_kernels(name, isa_name)
        if kernels:
            path = kernels[0]
            others = [os.path.relpath(kernel, resources.data_folder("kernels_asm")) for kernel in kernels[1:]]
            note = f"{name} is the shipped kernel {resources.shown(path)}"
            note += f" (also: {', '.join(others)})" if others else ""
    shown = resources.shown(path) if note else ("<stdin>" if name == "-" else path)
    if path != "-" and asm.is_object(path):
        return Source(asm.read_object(path, isa_name, reading.selection), note)
    if reading.selection and reading.via != "cc":
        raise UsageError(f"{name} is a text: --symbol, --member and --address choose code of an object or archive")
    reader = _compiled if reading.via == "cc" else _READERS.get(os.path.splitext(path)[1], _assembly)
    return Source(reader(path, shown, isa_name, reading), note)


def _assembly(path: str, shown: str, isa_name: str | None, reading: Reading) -> Program:
    defines = tuple(f"{macro}={value}" for macro, value in reading.defines.items())
    flags = asm.Flags(tuple(reading.folders), defines, tuple(reading.undefines))
    return asm.parse(asm.read_source(path), shown, isa_name, flags)


def _c_source(path: str, shown: str, isa_name: str | None, reading: Reading) -> Program:
    """C and C++: the assembly statements in it; without any, what a compiler makes of it."""
    from cyclesim.asm import inline

    text = asm.read_source(path)
    if not inline.has_inline_assembly(text):
        return _compiled(path, shown, isa_name, reading)
    options = inline.Options(reading.defines, reading.folders)
    try:
        return inline.parse_inline(text, shown, isa_name or _only(reading.isas), options)
    except inline.NoAssembly:
        # Statements that hold region markers alone: llvm-mca's way to mark compiled code.
        if path.endswith((".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".m", ".mm")):
            return _compiled(path, shown, isa_name, reading)
        raise


def _only(isas: Sequence[str]) -> str | None:
    return isas[0] if len(isas) == 1 else None


def _compiled(path: str, shown: str, isa_name: str | None, reading: Reading) -> Program:
    from cyclesim.asm import compile

    return compile.compile_program(path, asm.read_source(path), shown, *compiling(isa_name, reading))


def compiling(isa_name: str | None, reading: Reading) -> tuple[str, Options]:
    """For which instruction set a compiler is asked, and how."""
    from cyclesim.asm import compile

    isa_name = isa_name or compile.native_isa(reading.compiler) or (reading.isas[0] if reading.isas else "aarch64")
    return isa_name, compile.Options(
        reading.compiler, reading.flags, reading.core, reading.defines, reading.folders, reading.selection
    )


_READERS = dict.fromkeys(
    (".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".m", ".mm"), _c_source
)
"""Suffix of a file to what reads it; everything else is assembly."""


def resolve_region(
    program: Program, region: Region, instruction_set: InstructionSet, unknowns: Unknowns = REFUSE_UNKNOWN
) -> Resolution:
    """Resolve every instruction of a region. Raises ManyErrors with every unknown or malformed one."""
    resolved, places, assumed, ignored, errors = [], [], [], [], []
    # Repeated text shares its operands, and so it shares what the tables say of it.
    known: dict[tuple[str, int], Resolved] = {}
    for index in range(region.start, region.end):
        instruction = program.instructions[index]
        key = instruction.mnemonic, id(instruction.operands)
        same = known.get(key)
        if same is not None:
            resolved.append(same.of(instruction))
            places.append(index)
            continue
        try:
            one = known[key] = instruction_set.resolve(instruction)
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
        line, start = lines[error.span.line - 1], instruction.span.column - 1
        expanded = error.span.parent and not line.startswith(instruction.text, start)
        error.source_line = " " * start + instruction.text if expanded else line
    if isinstance(error, UnknownInstruction) and program.missing:
        missing = f"{program.missing[0]} was not found and may define it: -I DIR says where it is"
        error.hint = f"{error.hint}; {missing}" if error.hint else missing
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
