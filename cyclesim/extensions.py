"""What other packages add: cores and views, found by their entry points when a name is unknown here.

A package states, for example, `[project.entry-points."cyclesim.cores"]` with `mycore = "mypackage:core_file"`. Reading
the metadata of all installed packages takes tens of milliseconds, so nothing is looked up before it has to be.
"""

from __future__ import annotations

from cyclesim.errors import CyclesimError

CORES = "cyclesim.cores"
"""Entry points that are the path of a core file, or a function that returns it."""

VIEWS = "cyclesim.views"
"""Entry points that are functions from the JSON object of a result to text."""


class ExtensionError(CyclesimError):
    """An entry point of another package that can't be used."""

    code = "extension"


def find(group: str, name: str) -> object | None:
    """What the entry point `name` of a group stands for; None when no installed package has it.

    Raises ExtensionError when it can't be loaded.
    """
    from importlib import metadata

    for entry in metadata.entry_points(group=group, name=name):
        try:
            return entry.load()  # type: ignore[no-any-return]
        except Exception as error:
            raise ExtensionError(f"{group}: {name} ({entry.value}) can't be loaded: {error!r}") from None
    return None


def names(group: str) -> list[str]:
    """The names that installed packages add to a group."""
    from importlib import metadata

    return sorted({entry.name for entry in metadata.entry_points(group=group)})


def core_file(name: str) -> str | None:
    """The core file that another package has under this name. Raises ExtensionError when it isn't a path."""
    found = find(CORES, name)
    path = found() if callable(found) else found
    if path is None:
        return None
    import os

    if isinstance(path, (str, os.PathLike)):
        return str(os.fspath(path))
    raise ExtensionError(f"{CORES}: {name} is no path of a core file, but {path!r}")
