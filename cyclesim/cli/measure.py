"""`cyclesim measure FILE --symbol F --call CALL.json -o DIR`, and `cyclesim measure --read results.csv --into FILE`."""

from __future__ import annotations

import argparse
import os
import shutil

from cyclesim.cli import options
from cyclesim.cli.run import calls_of
from cyclesim.errors import InputError, UsageError

COMPILERS = {"armv7": "arm-linux-gnueabihf-gcc -marm -mfpu=neon-vfpv4", "aarch64": "aarch64-linux-gnu-gcc"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="assembly text or object that holds the function")
    options.add_isa(parser)
    parser.add_argument("--symbol", metavar="NAME", default="", help="the function")
    parser.add_argument("--call", metavar="CALL.json", help="calls with their buffers (docs/reference/calls.md)")
    parser.add_argument("--id", metavar="ID", help="which function of a calls file with several")
    parser.add_argument("--arg", dest="args", metavar="VALUE", action="append", default=[], help="as in `run`")
    parser.add_argument("--runs", metavar="N", type=int, default=1000, help="batches whose median counts")
    parser.add_argument("--read", metavar="RESULTS.csv", help="read what the program printed on a board")
    parser.add_argument("--into", metavar="FILE", help="calls file or sidecar that the results are added to")
    parser.add_argument("--core", metavar="NAME", help="the core that was measured")
    parser.add_argument("--source", metavar="TEXT", default="measured with cyclesim measure", help="where and how")
    parser.add_argument("-o", "--output", metavar="DIR", help="folder that the program is written to")


def run(arguments: argparse.Namespace) -> int:
    if arguments.read:
        return _read(arguments)
    if not arguments.file or not arguments.symbol or not arguments.output:
        raise UsageError("measure needs FILE, --symbol and -o DIR, or --read", hint="docs/howto/measure-on-a-board.md")
    if arguments.runs < 1:
        raise UsageError(f"--runs takes a number, not {arguments.runs}")
    return _write(arguments)


def _write(arguments: argparse.Namespace) -> int:
    from cyclesim.analysis import read_program
    from cyclesim.execute import harness, prepare

    calls, buffers = calls_of(arguments)
    if prepare.is_object_file(arguments.file):
        isa, kept = prepare.Libraries().library(arguments.file).file.isa, os.path.basename(arguments.file)
    else:
        source = read_program(arguments.file, arguments.isa)
        prepare.function_of_text(source.program, arguments.symbol)
        isa, kept = source.program.isa, os.path.basename(source.program.file)
    build = f"{COMPILERS[isa]} -O2 measure.c {kept} -o measure"
    try:
        text = harness.harness(arguments.symbol, calls, buffers, build, arguments.runs)
    except ValueError as error:
        raise UsageError(str(error)) from None
    path = _source_path(arguments.file, arguments.isa)
    try:
        os.makedirs(arguments.output, exist_ok=True)
        shutil.copyfile(path, os.path.join(arguments.output, kept))
    except OSError as error:
        raise InputError(f"can't write {arguments.output}: {error.strerror}") from None
    options.write(os.path.join(arguments.output, "measure.c"), text)
    print(f"{arguments.output}: measure.c, {kept}\nbuild: {build}\nrun:   ./measure > results.csv")
    return 0


def _source_path(name: str, isa: str | None) -> str:
    from cyclesim import resources

    if os.path.exists(name):
        return name
    return str(resources.shipped_kernels(name, isa)[0])


def _read(arguments: argparse.Namespace) -> int:
    from cyclesim.asm import read_source
    from cyclesim.execute import results

    if not arguments.core:
        raise UsageError("--read needs --core NAME, the core that was measured")
    found = results.read_results(read_source(arguments.read), arguments.read)
    if not arguments.into:
        print(f"{found[0].symbol}: {results.mean_cycles(found)} cycles a call on {arguments.core}")
        return 0
    text = read_source(arguments.into)
    if arguments.into.endswith(".json"):
        from cyclesim.execute.calls import read_calls

        read_calls(arguments.into)
        made = results.into_calls(text, arguments.into, found, arguments.core, arguments.source)
    else:
        made = results.into_sidecar(text, found, arguments.core, arguments.source)
    options.write(arguments.into, made)
    print(f"{arguments.into}: {found[0].symbol} {results.mean_cycles(found)} cycles a call on {arguments.core}")
    return 0
