"""The compiled tables kept as JSON in the user's cache folder. A cache that can't be read or written is no error."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable

from cyclesim import resources
from cyclesim.isa.rows import Row
from cyclesim.isa.tables import Index, compile_tables, table_files

SCHEMA = 4
"""Goes up with every change of `Index` or of what compiling does."""


def load_index(isa: str) -> Index:
    """The index of the shipped tables: from the cache when it was made of these very tables, else compiled."""
    key = fingerprint(table_files(isa))
    path = os.path.join(resources.cache_folder(), f"isa-{isa}.json")
    index = _read(path, key, isa)
    if index is None:
        index = compile_tables(isa)
        _write(path, key, index)
    return index


def fingerprint(paths: Iterable[str]) -> str:
    """A text that changes with the name or the content of any of the files."""
    parts = [str(SCHEMA)]
    for path in paths:
        with open(path, "rb") as file:
            content = file.read()
        parts.append(f"{os.path.basename(path)}:{len(content)}:{zlib.crc32(content):x}:{zlib.adler32(content):x}")
    return " ".join(parts)


def _read(path: str, key: str, isa: str) -> Index | None:
    """The index in a cache file: a line with the key, a line with the checksum of the rest, JSON."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.readline() != f"{key}\n":
                return None
            checksum = file.readline().strip()
            text = file.read()
        if checksum != _checksum(text):
            return None
        rows, forms, spellings, types, inner_tails = json.loads(text)
        return Index(isa, [Row(*row) for row in rows], forms, spellings, types, inner_tails)
    except (OSError, ValueError, TypeError):
        return None


def _write(path: str, key: str, index: Index) -> None:
    """Replace the cache file, whole or not at all."""
    text = json.dumps(list(index[1:]), separators=(",", ":"))
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(f"{key}\n{_checksum(text)}\n{text}")
        os.replace(temporary, path)
    except OSError:
        return


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):x}"
