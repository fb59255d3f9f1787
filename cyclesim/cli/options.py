"""Options that verbs share, and the one way a result leaves the program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from cyclesim import resources
from cyclesim.errors import InputError, UsageError

MOST_JOBS = 256


class _Formats(tuple[str, ...]):
    """Formats of a verb; another name may be a view of another package."""

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name):
            return True
        from cyclesim import extensions

        return isinstance(name, str) and extensions.find(extensions.VIEWS, name) is not None


class _Format(argparse.Action):
    """A view of another package is given the JSON of the verb."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        own = tuple(self.choices or ())
        namespace.format, namespace.view = (values, "") if values in own else ("json", values)


def add_output(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json", "csv", "markdown")) -> None:
    """`--format` and `-o`."""
    parser.add_argument(
        "--format",
        choices=_Formats(formats) if "json" in formats else formats,
        action=_Format,
        default="text",
        help="form of the result (default: text)",
    )
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
        help="assembly text, `-` for standard input, an object or archive, or the name of a shipped kernel",
    )
    add_isa(parser)
    parser.add_argument("--symbol", metavar="NAME", help="of an object or archive: the function NAME")
    parser.add_argument("--member", metavar="NAME", help="of an archive: only its member NAME (NAME#2: the second)")
    parser.add_argument("--address", metavar="START[-END]", help="of an object: the code at this address")
    parser.add_argument("--region", metavar="NAME", help="only the marked region or loop NAME; FUNCTION[:LINE] in C")
    add_reading(parser)
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


def add_isa(parser: argparse.ArgumentParser) -> None:
    """`--isa`, and the triple by which llvm-mca's users say it."""
    parser.add_argument("--isa", choices=("armv7", "aarch64"), help="instruction set (default: seen from the text)")
    parser.add_argument(
        "-mtriple",
        "--mtriple",
        dest="isa",
        metavar="TRIPLE",
        type=_isa_of_triple,
        default=argparse.SUPPRESS,
        help="the instruction set as a target triple, armv7-linux-gnueabihf or aarch64-linux-gnu",
    )


def _isa_of_triple(triple: str) -> str:
    """The instruction set of a target triple. Raises ArgumentTypeError for other processors."""
    architecture = triple.lower().partition("-")[0]
    if architecture.startswith(("aarch64", "arm64")):
        return "aarch64"
    if architecture.startswith(("arm", "thumb")) and not architecture.endswith(("eb", "_be")):
        return "armv7"
    raise argparse.ArgumentTypeError(f"{triple!r} is neither armv7 nor aarch64")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """What preprocessors and compilers are told."""
    parser.add_argument(
        "-D", dest="defines", metavar="NAME[=VALUE]", action="append", default=[], help="define a macro"
    )
    parser.add_argument(
        "-U", dest="undefines", metavar="NAME", action="append", default=[], help="forget a predefined macro"
    )
    parser.add_argument(
        "-I", dest="folders", metavar="DIR", action="append", default=[], help="look for headers in DIR"
    )
    parser.add_argument("--via", choices=("native", "cc"), default="native", help="cc: compile or assemble the input")
    parser.add_argument("--cc", metavar="COMPILER", default="", help="cross compiler (default: clang of ziglang)")
    parser.add_argument("--cflags", metavar="WORDS", default="", help="further options of the compiler, in one word")


def add_cores(parser: argparse.ArgumentParser) -> argparse.Action:
    """`--uarch`, with the spelling of llvm-mca's users as an alias."""
    return parser.add_argument(
        "--uarch",
        "-mcpu",
        "--mcpu",
        metavar="CORE[,CORE…]",
        required=True,
        help="core by name or alias; `cyclesim uarch list` names them",
    )


def add_launch(parser: argparse.ArgumentParser) -> None:
    """How a GPU listing is dispatched."""
    parser.add_argument(
        "--trip", metavar="LOOP=N", action="append", default=[], help="GPU listing: rounds of a loop, or all=N"
    )
    parser.add_argument("--threads", metavar="256x256", help="GPU listing: threads of the dispatch (default: 256x256)")
    parser.add_argument("--group", metavar="16x16", help="GPU listing: threads of a work-group (default: 64 of them)")
    parser.add_argument(
        "--memory-bytes", metavar="N", type=int, help="GPU listing: bytes that a thread moves from and to memory"
    )


class _NeedsNoCore(argparse.Action):
    """A flag that does without the option in `const`, which is required otherwise."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_: object) -> None:
        setattr(namespace, self.dest, True)
        if isinstance(self.const, argparse.Action):
            self.const.required = False


def add_list_symbols(parser: argparse.ArgumentParser, cores: argparse.Action) -> None:
    """`--list-symbols`; `cores` is the option that isn't needed with it."""
    parser.add_argument(
        "--list-symbols",
        action=_NeedsNoCore,
        nargs=0,
        const=cores,
        default=False,
        help="list the functions of objects and archives, and estimate nothing",
    )


def add_jobs(parser: argparse.ArgumentParser, default: int | None = None) -> None:
    """`--jobs`; a `default` of None is one process a processor."""
    said = "one a processor" if default is None else default
    parser.add_argument("--jobs", metavar="N", type=int, default=default, help=f"processes (default: {said})")


def jobs(arguments: argparse.Namespace) -> int:
    """How many processes `--jobs` asks for. Raises UsageError."""
    wanted: int | None = arguments.jobs
    if wanted is None:
        own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(own, MOST_JOBS)
    if not 1 <= wanted <= MOST_JOBS:
        raise UsageError(f"--jobs {wanted}: at least 1 and at most {MOST_JOBS} processes")
    return wanted


def core_names(text: str) -> list[str]:
    """`a53,a7` as names."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise UsageError("--uarch names no core", hint="cyclesim uarch list shows the cores")
    return names


def names_warps(text: str) -> bool:
    """Whether the first core of `--uarch` schedules warps, so that the input is a GPU listing."""
    from cyclesim.machine.load import schedules_warps

    return any(schedules_warps(name) for name in core_names(text)[:1])


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


def _viewed(name: str, text: str) -> str:
    """What the view of another package makes of a JSON result. Raises ExtensionError."""
    import json

    from cyclesim import extensions

    view = extensions.find(extensions.VIEWS, name)
    if not callable(view):
        raise extensions.ExtensionError(f"{extensions.VIEWS}: {name} is no function")
    try:
        return str(view(json.loads(text)))
    except Exception as error:
        raise extensions.ExtensionError(f"{extensions.VIEWS}: {name} failed: {error!r}") from None


def emit(arguments: argparse.Namespace, text: str) -> None:
    """Print the result, or replace the output file by it: whole or not at all."""
    if view := getattr(arguments, "view", ""):
        text = _viewed(view, text)
    text = text if text.endswith("\n") else text + "\n"
    if not arguments.output:
        sys.stdout.write(text)
        return
    write(arguments.output, text)


def write(path: str, text: str) -> None:
    """Replace a file by a text: whole or not at all. Raises InputError."""

    def save(target: str) -> None:
        with open(target, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)

    try:
        resources.replace(path, save)
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror}") from None
