"""Options that verbs share, and the one way a result leaves the program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from cyclesim.errors import InputError


def add_output(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json", "csv", "markdown")) -> None:
    """`--format` and `-o`."""
    parser.add_argument("--format", choices=formats, default="text", help="form of the result (default: text)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the result to FILE instead of standard output")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour text (default: on a terminal)"
    )


def add_input(parser: argparse.ArgumentParser, several: bool = False) -> None:
    """The assembly to read and which part of it."""
    parser.add_argument(
        "files" if several else "file",
        nargs="+" if several else None,
        metavar="FILE",
        help="assembly text, `-` for standard input, or the name of a shipped kernel",
    )
    parser.add_argument("--isa", choices=("armv7", "aarch64"), help="instruction set (default: seen from the text)")
    parser.add_argument("--region", metavar="NAME", help="only the marked region or loop NAME")
    parser.add_argument("--lines", metavar="A-B", help="only source lines A to B")
    parser.add_argument("--whatif", metavar="FILE", action="append", default=[], help="what-if file (repeatable)")
    parser.add_argument(
        "--assume",
        metavar="MNEMONIC=CLASS",
        action="append",
        default=[],
        help="time an unknown instruction as a class (repeatable); the report says so",
    )
    parser.add_argument(
        "--ignore-unknown", action="store_true", help="leave unknown instructions out of all totals; the report says so"
    )


def add_cores(parser: argparse.ArgumentParser) -> None:
    """`--uarch`, with the spelling of llvm-mca's users as an alias."""
    parser.add_argument(
        "--uarch",
        "-mcpu",
        "--mcpu",
        metavar="CORE[,CORE…]",
        required=True,
        help="core by name or alias; `cyclesim uarch list` names them",
    )


def echo_notes(arguments: argparse.Namespace, notes: Sequence[str]) -> None:
    """CSV has no place for notes: they are said on standard error."""
    if arguments.format == "csv":
        for note in dict.fromkeys(notes):
            print(f"note: {note}", file=sys.stderr)


def use_color(arguments: argparse.Namespace) -> bool:
    """Whether text is coloured: as `--color` says, else on a terminal unless NO_COLOR is set."""
    if arguments.format != "text" or arguments.output:
        return False
    if arguments.color == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return bool(arguments.color == "always")


def emit(arguments: argparse.Namespace, text: str) -> None:
    """Print the result, or replace the output file by it: whole or not at all."""
    text = text if text.endswith("\n") else text + "\n"
    if not arguments.output:
        sys.stdout.write(text)
        return
    temporary = f"{arguments.output}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, arguments.output)
    except OSError as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise InputError(f"can't write {arguments.output}: {error.strerror}") from None
