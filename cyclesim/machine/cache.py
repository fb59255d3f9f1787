"""Compiled core files kept as JSON in the user's cache folder. A cache that can't be read or written is no error."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable

from cyclesim import resources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT = 3
"""Goes up with every change of what compiling does."""


def fingerprint(content: bytes) -> str:
    """A text that changes with the content."""
    return f"{len(content)}:{zlib.crc32(content):x}:{zlib.adler32(content):x}"


def cache_file(path: str) -> str:
    """Where the compiled form of a core file is kept; files of one name in two folders don't share it."""
    name = os.path.basename(path).removesuffix(".yaml")
    where = zlib.crc32(os.fsencode(os.path.abspath(path)))
    return os.path.join(resources.cache_folder(), f"core-{name}-{where:08x}.json")


def read(path: str, key: str, fingerprint_of: Callable[[str], str]) -> dict[str, Any] | None:
    """The document of a cache file: a line with its key, a line with the files it is based on and their fingerprints,
    a line with the checksum, JSON. None when anything doesn't fit.

    `fingerprint_of`: the present fingerprint of a core file by the name in `based_on`.
    """
    try:
        with open(path, encoding="utf-8") as file:
            if file.readline() != f"{FORMAT} {key}\n":
                return None
            for base in file.readline().split():
                name, _, made_of = base.partition("=")
                if fingerprint_of(name) != made_of:
                    return None
            checksum = file.readline().strip()
            text = file.read()
        value = json.loads(text) if checksum == _checksum(text) else None
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def write(path: str, key: str, bases: list[tuple[str, str]], value: dict[str, Any]) -> None:
    """Replace the cache file, whole or not at all. `bases`: (name, fingerprint) of every file it is based on."""
    text = json.dumps(value, separators=(",", ":"))
    based_on = " ".join(f"{name}={made_of}" for name, made_of in bases)
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(f"{FORMAT} {key}\n{based_on}\n{_checksum(text)}\n{text}")
        os.replace(temporary, path)
    except (OSError, ValueError):
        try:
            os.unlink(temporary)
        except (OSError, ValueError):
            return


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):x}"
