"""Which files an include may read: those below the folder of the text and below the roots that the user gives.

Everything else is refused by name: absolute paths, `..` out of the folders, links that lead out of them, devices.
"""

from __future__ import annotations

import os

from cyclesim.asm.fault import Fault
from cyclesim.asm.limits import MOST_CHARACTERS

_PARENTS_SEARCHED = 8


class Includes:
    """Finds included files. `roots`: the folders of `-I`; `file`: the text itself, empty for standard input."""

    def __init__(self, file: str, roots: tuple[str, ...]) -> None:
        self.file, self.roots = file, roots
        self.home = os.path.dirname(file)
        own = [self.home or "."] if file else []
        self._allowed = [os.path.realpath(folder) for folder in (*own, *roots)]

    def find(self, name: str, beside: str, quoted: bool, column: int) -> str | None:
        """The path of an include in the file `beside`, None when there is none. Raises Fault when it is refused."""
        if os.path.isabs(name):
            raise self._refusal(f"`{name}` is an absolute path", name, column)
        own = os.path.dirname(beside) if beside else None
        folders = [own] if quoted and own is not None else []
        refused = None
        for folder in dict.fromkeys([*folders, *([self.home] if self.file else []), *self.roots]):
            path = os.path.join(folder, name)
            reason = self._forbidden(path)
            if reason:
                refused = refused or self._refusal(f"`{name}` {reason}", name, column, os.path.dirname(path))
            elif os.path.isfile(path):
                return os.path.normpath(path) if os.pardir not in path else path
        if refused:
            raise refused
        return None

    def _forbidden(self, path: str) -> str:
        """Why this path must not be read, empty when it may be."""
        real = os.path.realpath(path)
        if not any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self._allowed):
            if os.path.islink(path) or os.pardir not in path.split(os.sep):
                return "leads out of the folders that may be read"
            return "is outside of the folders that may be read"
        if os.path.lexists(real) and not os.path.isfile(real):
            return "is no regular file"
        if os.path.isfile(real) and os.path.getsize(real) > MOST_CHARACTERS:
            return f"is larger than {MOST_CHARACTERS:,} bytes"
        return ""

    def _refusal(self, what: str, name: str, column: int, folder: str = "DIR") -> Fault:
        hint = f"files are read from the folder of the text and below -I; -I {os.path.normpath(folder)} allows this one"
        return Fault(f"this include is refused: {what}", column, max(1, len(name)), hint)

    def suggestion(self, name: str) -> str:
        """A folder above the text in which the include would be found, for a hint; empty when there is none."""
        folder = os.path.abspath(self.home or ".")
        if not self.file or os.path.isabs(name) or os.pardir in name.split("/"):
            return ""
        for _ in range(_PARENTS_SEARCHED):
            folder, last = os.path.dirname(folder), folder
            if folder == last:
                return ""
            if os.path.isfile(os.path.join(folder, name)):
                return min(folder, os.path.relpath(folder), key=len)
        return ""
