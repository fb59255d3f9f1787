"""Running the compiler."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from cyclesim import asm
from cyclesim.asm.compile import ASSEMBLY_SUFFIXES, SUFFIXES, Options
from cyclesim.asm.compile.lines import code_only, with_source_lines
from cyclesim.errors import CompileError, InputError, UsageError
from cyclesim.ir import Program
from cyclesim.record import NamedTuple

TIMEOUT = 60
"""Seconds after which a compiler is ended. A kernel takes well under one."""

_TARGETS = {"aarch64": "aarch64-linux-gnu", "armv7": "arm-linux-gnueabihf"}
_LARGEST_OUTPUT = 64 << 20

# The default of these compilers for arm is the lowest core; NEON is what all of this is about.
_A32_FLAGS = {"gcc": ("-mfpu=neon-vfpv4", "-mfloat-abi=hard"), "clang": ("-mfpu=neon-vfpv4",), "zig": ()}
_REMARKS = ("argument unused during compilation: '-c'",)


class Compiler(NamedTuple):
    """`family`: `zig`, `clang` or `gcc`, which differ in how they name a target and a core."""

    command: tuple[str, ...]
    family: str


def find_compiler(name: str) -> Compiler:
    """The compiler of that name or path; for no name that of the extra. Raises InputError when there is none."""
    if not name:
        try:
            import ziglang  # type: ignore[import-untyped]  # noqa: F401
        except ImportError:
            hint = "pip install cyclesim[compile], or name an installed cross compiler by --cc PATH"
            raise InputError("compiling C needs a compiler, and ziglang is not installed", hint=hint) from None
        return Compiler((sys.executable, "-m", "ziglang", "cc"), "zig")
    path = shutil.which(name)
    if path is None:
        raise InputError(f"there is no compiler {name!r}", hint="--cc takes a path or a name that is on PATH")
    words = os.path.basename(path).lower()
    if words.startswith("zig"):
        return Compiler((path, "cc"), "zig")
    return Compiler((path,), "clang" if "clang" in words else "gcc")


def compile_program(path: str, text: str, file: str, isa: str, options: Options) -> Program:
    """See `cyclesim.asm.compile.compile_program`."""
    compiler = find_compiler(options.compiler)
    with tempfile.TemporaryDirectory(prefix="compile-") as folder:
        if path.endswith(ASSEMBLY_SUFFIXES):
            return _assembled(compiler, path, file, isa, options, folder)
        output = os.path.join(folder, "out.s")
        command = [*command_line(compiler, isa, options), "-S", "-O2", *_line_tables(compiler), *_own_flags(options)]
        remarks = _run([*command, *_source(path, text, folder), "-o", output], folder, file)
        program = asm.parse(code_only(_output(output, file)), f"{file} (compiled)", isa)
        return with_source_lines(program, path, file)._replace(notes=(*program.notes, *remarks))


def _assembled(compiler: Compiler, path: str, file: str, isa: str, options: Options, folder: str) -> Program:
    """The program of an assembly source that the compiler assembles."""
    output, remarks = _object(compiler, [path], file, isa, options, folder)
    program = asm.read_object(output, None, options.selection)
    return program._replace(file=file, notes=(*program.notes, *remarks))


def compile_object(path: str, text: str, file: str, isa: str, options: Options) -> tuple[bytes, list[str]]:
    """See `cyclesim.asm.compile.compile_object`."""
    compiler = find_compiler(options.compiler)
    with tempfile.TemporaryDirectory(prefix="compile-") as folder:
        source = [path] if path.endswith(ASSEMBLY_SUFFIXES) else ["-O2", *_source(path, text, folder)]
        output, remarks = _object(compiler, source, file, isa, options, folder)
        try:
            with open(output, "rb") as made:
                return made.read(), remarks
        except OSError:
            raise CompileError(f"{file}: the compiler wrote no object file", hint="do the flags stop it?") from None


def _object(
    compiler: Compiler, source: Sequence[str], file: str, isa: str, options: Options, folder: str
) -> tuple[str, list[str]]:
    """The path of the object file made of a source, and the compiler's warnings."""
    output = os.path.join(folder, "out.o")
    command = [*command_line(compiler, isa, options), "-c", *_own_flags(options), *source, "-o", output]
    return output, _run(command, folder, file)


def _source(path: str, text: str, folder: str) -> list[str]:
    """The words that name a source of C; standard input goes through a file."""
    if path == "-":
        path = _written(text, os.path.join(folder, "stdin.c"))
    return [path] if path.endswith(SUFFIXES) else ["-x", "c", path]


def command_line(compiler: Compiler, isa: str, options: Options) -> list[str]:
    """The compiler with its target and core, and the user's macros and folders."""
    words = list(compiler.command)
    if compiler.family != "gcc":
        words += ["-target", _TARGETS[isa]] if compiler.family == "zig" else [f"--target={_TARGETS[isa]}"]
    if options.core:
        core = options.core.replace("-", "_") if compiler.family == "zig" else options.core
        words.append(f"-mcpu={core}")
    if isa == "armv7":
        words += _A32_FLAGS[compiler.family]
    words += [f"-D{name}={value}" if value else f"-D{name}" for name, value in options.defines.items()]
    return [*words, *[f"-I{folder}" for folder in options.folders]]


def _own_flags(options: Options) -> list[str]:
    """The user's flags come last, so that they win."""
    try:
        return shlex.split(options.flags)
    except ValueError as error:
        raise UsageError(f"--cflags {options.flags!r}: {error}") from None


def _line_tables(compiler: Compiler) -> Sequence[str]:
    return ("-g1",) if compiler.family == "gcc" else ("-gline-tables-only",)


def _run(command: Sequence[str], folder: str, file: str) -> list[str]:
    """Run a compiler; its warnings. Raises CompileError with its messages."""
    environment = {
        **os.environ,
        "ZIG_LOCAL_CACHE_DIR": folder,
        "ZIG_GLOBAL_CACHE_DIR": folder,
        "LC_ALL": "C",
        "TMPDIR": folder,
    }
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise InputError(f"{command[0]} can't be run: {error.strerror}") from None
    with process:
        try:
            _, said = process.communicate(timeout=TIMEOUT)
        except BaseException as error:
            # The compiler's own children are ended with it.
            os.killpg(process.pid, signal.SIGKILL)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            message = f"{file}: the compiler took longer than {TIMEOUT} seconds"
            raise CompileError(message, hint="it was ended") from None
    messages = [
        line for line in said.decode(errors="replace").splitlines() if not any(remark in line for remark in _REMARKS)
    ]
    if process.returncode:
        raise CompileError(f"{file} does not compile", messages=messages or [f"exit code {process.returncode}"])
    return [line for line in messages if ": warning: " in line]


def _output(path: str, file: str) -> str:
    if not os.path.exists(path) or os.path.getsize(path) > _LARGEST_OUTPUT:
        raise CompileError(
            f"{file}: the compiler wrote no assembly that can be read", hint="do the flags stop it earlier?"
        )
    with open(path, encoding="utf-8", errors="replace") as file_:
        return file_.read()


def _written(text: str, path: str) -> str:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path
