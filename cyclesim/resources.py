"""Where the data folders `uarch/` and `kernels_asm/` are: in the wheel, or beside the package in a checkout."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = os.path.dirname(os.path.abspath(__file__))


def data_folder(name: str) -> str:
    """The folder `uarch` or `kernels_asm`. A checkout (or an editable install) is preferred to the wheel's copy."""
    beside = os.path.join(os.path.dirname(PACKAGE), name)
    if os.path.isdir(beside) and os.path.isfile(os.path.join(os.path.dirname(PACKAGE), "pyproject.toml")):
        return beside
    return os.path.join(PACKAGE, "_data", name)


def isa_folder(isa: str) -> str:
    """The folder with the ISA tables of `armv7` or `aarch64`."""
    return os.path.join(PACKAGE, "isa", isa)


def cache_folder() -> str:
    """The user's cache folder for compiled tables; it may not exist or not be writable."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "cyclesim")


def shipped_kernels(name: str, isa: str | None = None) -> list[str]:
    """Paths of shipped kernels with this name: `u8gemm_6x4.s`, `u8gemm_6x4` or `aarch64/u8gemm_6x4.s`; those of `isa`,
    else ARMv7, first."""
    folder = data_folder("kernels_asm")
    subfolder, _, stem = name.replace("\\", "/").rpartition("/")
    subfolders = [subfolder] if subfolder else sorted(("armv7", "aarch64", "bifrost"), key=lambda sub: sub != isa)
    names = (stem, f"{stem}.s")
    found = [os.path.join(folder, sub, file) for sub in subfolders for file in names]
    return [path for path in found if ".." not in subfolder and os.path.isfile(path)]


def shipped_whatif(name: str) -> str:
    """Path of the shipped what-if file `name` (`dp4a`), empty when there is none or a file of that name is here."""
    path = os.path.join(data_folder("uarch"), "whatif", f"{name}.yaml")
    return path if os.path.basename(name) == name and not os.path.exists(name) and os.path.isfile(path) else ""


def replace(path: str, save: Callable[[str], None]) -> None:
    """Let `save` write a file that takes the place of `path` once it is whole. A link stays one, a file keeps its
    permissions; a device or pipe is written as it is, for nothing can take its place. Raises OSError."""
    target = os.path.realpath(path)
    there = os.path.exists(target)
    if there and not os.path.isfile(target) and not os.path.isdir(target):
        save(target)
        return
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        save(temporary)
        if there and os.path.isfile(target):
            os.chmod(temporary, os.stat(target).st_mode & 0o7777)
        os.replace(temporary, target)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def shown(path: str) -> str:
    """A path as users know it: files that ship with the tool without the folder that they are installed in."""
    for name in ("uarch", "kernels_asm"):
        below = os.path.relpath(path, data_folder(name))
        if not below.startswith(os.pardir):
            return f"{name}/{below}".replace(os.sep, "/")
    return path
