"""C with intrinsics, through a compiler: its assembly is parsed as every other text, and instructions keep C lines.

compile_program(path, text, file, isa, options) -> Program
compile_object(path, text, file, isa, options)  -> an object file, and warnings

The compiler is the one named, else the clang of the `ziglang` wheel (extra `compile`). Nothing is written but a
temporary folder, which is removed; a compiler that takes too long is ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.ir import Program
from cyclesim.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.asm.objects import Selection

SUFFIXES = (".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".m", ".mm")
"""Files that a compiler takes as they are; the rest is told to be C."""

ASSEMBLY_SUFFIXES = (".S", ".s", ".asm", ".sx")


class Options(NamedTuple):
    """`compiler`: a path or name, empty for the extra's own; `flags`: further words for it, as a shell would split
    them; `core`: what code is generated for; `defines`, `folders`: -D and -I; `selection`: which function of an
    assembled source."""

    compiler: str = ""
    flags: str = ""
    core: str = ""
    defines: Mapping[str, str] = {}
    folders: Sequence[str] = ()
    selection: Selection | None = None


def compile_program(path: str, text: str, file: str, isa: str, options: Options = Options()) -> Program:  # noqa: B008
    """The program that the compiler makes of `path` (`-`: of `text`), for `isa`.

    Assembly sources are assembled, and their object file is read. Raises CompileError with the compiler's own
    messages, InputError when there is no compiler.
    """
    from cyclesim.asm.compile import run

    return run.compile_program(path, text, file, isa, options)


def compile_object(path: str, text: str, file: str, isa: str, options: Options = Options()) -> tuple[bytes, list[str]]:  # noqa: B008
    """The object file that the compiler makes of `path`, C or assembly, and its warnings. Raises as compile_program."""
    from cyclesim.asm.compile import run

    return run.compile_object(path, text, file, isa, options)


def native_isa(compiler: str) -> str | None:
    """The instruction set that the name of a cross compiler tells: armv7 of `arm-linux-gnueabihf-gcc`."""
    name = compiler.replace("\\", "/").rpartition("/")[2].lower()
    if "aarch64" in name or "arm64" in name:
        return "aarch64"
    return "armv7" if "arm" in name else None
