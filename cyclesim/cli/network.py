"""`cyclesim network NAME --uarch CORE[,CORE…] --cores N`."""

from __future__ import annotations

import argparse

from cyclesim.cli import options
from cyclesim.gpu.network import read
from cyclesim.network import BYTES, study
from cyclesim.views import network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", metavar="NETWORK", help="repvgg-a2, mobilenet, vgg16, or a layer table in YAML")
    options.add_cores(parser)
    parser.add_argument("--cores", metavar="N", type=int, default=4, help="CPU cores that share a layer (default: 4)")
    parser.add_argument("--type", choices=tuple(BYTES), default="f32", help="type of weights and images (default: f32)")
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    found = study(read(arguments.network), options.core_names(arguments.uarch), arguments.cores, arguments.type)
    options.echo_notes(arguments, found.notes)
    options.emit(arguments, network.render(found, arguments.format))
    return 0
