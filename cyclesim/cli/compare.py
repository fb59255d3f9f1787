"""`cyclesim compare KERNEL[@WHATIF[+WHATIF]]… --uarch CORE[,CORE…]`."""

from __future__ import annotations

import argparse

from cyclesim import machine
from cyclesim.cli import inputs, options
from cyclesim.views import compare as view


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kernels",
        nargs="+",
        metavar="KERNEL[@WHATIF[+WHATIF]]",
        help="assembly text or the name of a shipped kernel; behind an @ what-if files for this one alone",
    )
    parser.add_argument("--isa", choices=("armv7", "aarch64"), help="instruction set (default: seen from the text)")
    parser.add_argument("--region", metavar="NAME", help="only the marked region or loop NAME of each kernel")
    options.add_cores(parser)
    parser.add_argument("--whatif", metavar="FILE", action="append", default=[], help="what-if file of all kernels")
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    from cyclesim.compare import column_of, compare

    columns = [column_of(text, arguments.whatif) for text in arguments.kernels]
    cores = inputs.core_names(arguments.uarch)
    for name in cores:
        machine.load(name)
    found = compare(columns, cores, isa_name=arguments.isa, region=arguments.region)
    options.echo_notes(arguments, [*found.notes, *[one.remark for one in found.entries if one.remark]])
    options.emit(arguments, view.render(found, found.notes, arguments.format))
    return 0
