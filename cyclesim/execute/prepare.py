"""From what a user names to a session: a function of a text, an object or a calls file."""

from __future__ import annotations

import os

from cyclesim import asm, resources
from cyclesim.asm import compile, objects
from cyclesim.errors import InputError
from cyclesim.execute.calls import Case
from cyclesim.execute.errors import ExecutionError
from cyclesim.execute.image import image_of_text
from cyclesim.execute.loader import Library, Loaded
from cyclesim.ir import Program


class Libraries:
    """Objects by path, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, Library] = {}

    def library(self, path: str) -> Library:
        """The object at a path. Raises InputError."""
        if path not in self._read:
            self._read[path] = Library(path)
        return self._read[path]

    def function(self, case: Case, root: str) -> Loaded:
        """The function that a calls file names, below the folder `root`. Raises InputError when the file isn't there
        or is another one than the calls file means."""
        path = os.path.join(root, case.folder, case.file)
        if not os.path.exists(path):
            raise InputError(f"{os.path.join(case.folder, case.file)} isn't there")
        library = self.library(path)
        address = case.address if not case.member else None
        return library.load(case.symbol if address is None else "", address, case.member, case.sha256, case.state)


def is_object_file(path: str) -> bool:
    """Whether a path names an ELF file or an archive."""
    try:
        with open(path, "rb") as file:
            return objects.is_object(file.read(8))
    except OSError:
        return False


def compiled_function(path: str, isa: str, options: compile.Options, symbol: str) -> tuple[Loaded, list[str]]:
    """The function of what a compiler makes of C or assembly, with its tables, and the compiler's warnings.

    Raises CompileError, InputError and ExecutionError.
    """
    if not os.path.exists(path):
        path = next(iter(resources.shipped_kernels(path, isa)), path)
    text = asm.read_source(path)
    shown = "<stdin>" if path == "-" else resources.shown(path)
    data, remarks = compile.compile_object(path, text, shown, isa, options)
    return Library(f"{shown} (compiled)", data).load(symbol), remarks


def function_of_text(program: Program, symbol: str) -> Loaded:
    """The function at a label of a text; without a name, the text from its first instruction.

    Raises ExecutionError when there is no such label.
    """
    if not program.instructions:
        raise ExecutionError(f"{program.file} has no instruction")
    if symbol and symbol not in program.labels:
        known = ", ".join(name for name in list(program.labels)[:8])
        raise ExecutionError(f"{program.file} has no label `{symbol}`", hint=f"labels: {known}" if known else "")
    start = program.labels[symbol] if symbol else 0
    if start >= len(program.instructions):
        raise ExecutionError(f"no instruction follows the label `{symbol}`")
    return Loaded(image_of_text(program), start)
