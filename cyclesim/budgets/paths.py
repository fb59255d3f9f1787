"""Files and folders to the files that are checked."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cyclesim.budgets.comments import MARK
from cyclesim.errors import InputError

ASSEMBLY = (".s", ".S", ".asm", ".sx")
C_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".inc", ".inl")


def expand(paths: Sequence[str], every: bool) -> list[str]:
    """The files named, and those in the folders named: assembly and C that states a budget; with `every`, assembly
    without one as well. Raises InputError for what isn't there."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            found += _inside(path, every)
        elif os.path.exists(path):
            found.append(os.path.normpath(path))
        else:
            raise InputError(f"{path} doesn't exist", hint="name files or folders")
    return list(dict.fromkeys(found))


def _inside(folder: str, every: bool) -> list[str]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            path = os.path.normpath(os.path.join(place, name))
            assembly = name.endswith(ASSEMBLY)
            if (every and assembly) or ((assembly or name.endswith(C_SOURCES)) and _mentions(path)):
                found.append(path)
    return found


def _mentions(path: str) -> bool:
    """Whether a file states a budget anywhere."""
    try:
        with open(path, "rb") as file:
            return MARK.encode() in file.read().lower()
    except OSError:
        return False
