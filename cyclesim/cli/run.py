"""`cyclesim run FILE --symbol F [--call CALL.json | --arg …] --uarch CORE[,CORE…]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from cyclesim import isa, machine
from cyclesim.cli import inputs, options
from cyclesim.errors import UsageError
from cyclesim.machine.timing import Core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.execute.buffers import Buffer
    from cyclesim.execute.calls import Argument, Case
    from cyclesim.execute.loader import Loaded
    from cyclesim.execute.measure import Execution
    from cyclesim.execute.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="assembly text, C, an object, an archive or a shipped kernel")
    options.add_isa(parser)
    parser.add_argument(
        "--symbol", metavar="NAME", default="", help="the function; of a text: a label (default: its start)"
    )
    parser.add_argument("--member", metavar="NAME", default="", help="of an archive: its member NAME")
    parser.add_argument("--address", metavar="N", help="of a shared object: the function at this virtual address")
    parser.add_argument(
        "--state", choices=("arm", "thumb", "a64"), default="", help="how the code at --address is decoded"
    )
    parser.add_argument("--call", metavar="CALL.json", help="calls with their buffers (docs/reference/calls.md)")
    parser.add_argument("--id", metavar="ID", help="which function of a calls file with several")
    parser.add_argument(
        "--arg",
        dest="args",
        metavar="VALUE",
        action="append",
        default=[],
        help="an argument: an integer, NAME:BYTES[:FILL[:SEED]] for a buffer, NAME+OFFSET",
    )
    parser.add_argument(
        "--limit", metavar="N", type=int, default=10_000_000, help="instructions before a run is stopped"
    )
    parser.add_argument(
        "--dump", metavar="WHAT", action="append", default=[], help="show a buffer or register afterwards"
    )
    parser.add_argument("--trace", action="store_true", help="show every executed instruction and what it changed")
    parser.add_argument("--timeline", metavar="FILE", help="draw the first call: FILE.html, FILE.svg or FILE.json")
    parser.add_argument(
        "--explain", action="store_true", help="every instruction with counts and cycles, hottest first"
    )
    parser.add_argument("--caches", action="store_true", help="L1, L2 and memory as the core file states, not L1 alone")
    parser.add_argument("--whatif", metavar="FILE", action="append", default=[], help="what-if file (repeatable)")
    options.add_reading(parser)
    options.add_cores(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    from cyclesim.execute import measure
    from cyclesim.execute.session import Session
    from cyclesim.execute.watch import Watcher
    from cyclesim.views import run as view

    overlays = inputs.overlays(arguments.whatif)
    cores = [machine.load(name, overlays) for name in inputs.core_names(arguments.uarch)]
    loaded, notes = _loaded(arguments, cores)
    for core in cores:
        machine.require_isa(core, loaded.image.isa)
    rows = [row for one in overlays for row in one.rows.get(loaded.image.isa, ())]
    instruction_set = isa.load(loaded.image.isa, rows)
    calls, buffers = calls_of(arguments)
    session = Session(loaded.image, loaded.start, instruction_set, buffers, single_step=arguments.trace)
    watcher = Watcher(session) if arguments.trace else None
    execution = measure.execute(session, instruction_set, calls, arguments.limit, watcher)
    runs = [measure.time_on(execution, core, arguments.caches) for core in cores]
    report = view.Report(
        arguments.symbol or arguments.address or arguments.file,
        arguments.file,
        runs,
        execution.instructions,
        len(execution.traces),
        session.result(),
        [_dump(session, what) for what in arguments.dump],
        watcher.lines if watcher else [],
        [*notes, *[f"what-if {name}: {one.title}" for name, one in zip(arguments.whatif, overlays, strict=True)]],
    )
    if arguments.timeline:
        _draw(arguments, execution, cores)
    options.echo_notes(arguments, report.notes)
    options.emit(arguments, view.render(report, arguments.format, arguments.explain))
    return 0


def _draw(arguments: argparse.Namespace, execution: Execution, cores: Sequence[Core]) -> None:
    """`--timeline`: the beginning of the first call on every core, in a file of its own."""
    from cyclesim.execute.window import record_run
    from cyclesim.views import timeline_run

    name = arguments.symbol or arguments.address or arguments.file
    pictures = [timeline_run.build_run(name, record_run(execution, core)) for core in cores]
    target = argparse.Namespace(output=arguments.timeline)
    options.emit(target, timeline_run.render(pictures, arguments.timeline))


def _loaded(arguments: argparse.Namespace, cores: Sequence[Core]) -> tuple[Loaded, Sequence[str]]:
    """The function, and remarks on where it came from."""
    from cyclesim.analysis import compiling, read_program
    from cyclesim.execute import prepare

    if prepare.is_object_file(arguments.file):
        library = prepare.Libraries().library(arguments.file)
        address = None if arguments.address is None else _number(arguments.address)
        return library.load(arguments.symbol, address, arguments.member, state=arguments.state), ()
    if arguments.member or arguments.address:
        raise UsageError("--member and --address are for objects; this is a text", hint="--symbol names a label of it")
    reading = inputs.reading(arguments, cores)._replace(selection=None)
    if arguments.via == "cc":
        return prepare.compiled_function(arguments.file, *compiling(arguments.isa, reading), arguments.symbol)
    source = read_program(arguments.file, arguments.isa, reading)
    notes = [*([source.note] if source.note else []), *source.program.notes]
    return prepare.function_of_text(source.program, arguments.symbol), notes


def _number(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise UsageError(f"--address takes a number, not {text!r}", hint="for example 0x86fec") from None


def calls_of(arguments: argparse.Namespace) -> tuple[Sequence[Sequence[Argument]], Sequence[Buffer]]:
    """The calls and buffers that `--call` or `--arg` name. Raises UsageError and CallError."""
    from cyclesim.execute.arguments import parse_arguments
    from cyclesim.execute.calls import read_calls

    if arguments.call and arguments.args:
        raise UsageError("--call and --arg exclude each other")
    if not arguments.call:
        values, buffers = parse_arguments(arguments.args)
        return [values], buffers
    cases = read_calls(arguments.call)
    case = _chosen(cases, arguments)
    return case.calls, case.buffers


def _chosen(cases: Sequence[Case], arguments: argparse.Namespace) -> Case:
    fitting = [
        case
        for case in cases
        if (arguments.id is None or case.id == arguments.id)
        and (len(cases) == 1 or arguments.id is not None or case.symbol == arguments.symbol)
    ]
    if len(fitting) != 1:
        names = ", ".join(case.id for case in (fitting or cases)[:6])
        raise UsageError(f"{arguments.call} has {len(fitting)} functions that fit", hint=f"--id one of {names}")
    return fitting[0]


def _dump(session: Session, what: str) -> tuple[str, str]:
    """(what, contents as hexadecimal text) of a buffer or a register."""
    value = session.contents(what)
    if value is None:
        known = ", ".join(session.areas)
        raise UsageError(
            f"--dump {what}: no such buffer or register", hint=f"buffers: {known or 'none'}; registers: x0, r0, v0"
        )
    return what, value
