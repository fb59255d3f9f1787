"""Bytes of a file."""

from __future__ import annotations

import os

from cyclesim.errors import InputError


def read_bytes(path: str) -> bytes:
    """All bytes of a file. Raises InputError."""
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory", hint="name the files in it")
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise InputError(f"{path} doesn't exist") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} can't be read: {reason}") from None
