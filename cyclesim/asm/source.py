"""Reading a source text: from a file or standard input, as text or not at all."""

from __future__ import annotations

import os
import sys

from cyclesim.errors import InputError
from cyclesim.ir import Span

STANDARD_INPUT = "-"

_MACH_MAGIC = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_OBJECT_MAGIC = (b"\x7fELF", b"!<arch>\n", *_MACH_MAGIC)
_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1a\x1b")


def read_source(path: str) -> str:
    """The text of the file `path` (`-` is standard input), line ends as in the file.

    UTF-8, with or without a byte order mark, or Latin-1. Raises InputError for anything that isn't text.
    """
    data = _read_bytes(path)
    name = "<stdin>" if path == STANDARD_INPUT else path
    if not data.strip():
        raise InputError(f"{name} is empty" if not data else f"{name} holds only blanks", Span(name, 1))
    return decode(data, name)


def read_included(path: str) -> str:
    """The text of an included file, which may be empty. Raises InputError when it isn't text."""
    return decode(_read_bytes(path), path).replace("\r\n", "\n")


def _read_bytes(path: str) -> bytes:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise InputError("standard input is closed", hint="name a file")
        try:
            return sys.stdin.buffer.read()
        except OSError as error:
            raise InputError(f"standard input can't be read: {error.strerror}") from None
    return read_file(path)


def read_file(path: str) -> bytes:
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


def decode(data: bytes, name: str) -> str:
    """Bytes as text, or InputError with the offset of the first byte that isn't."""
    if data.startswith(_OBJECT_MAGIC):
        raise InputError(f"{name} is an object file or archive, not text", hint=_object_hint(data, name))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} is UTF-16 text", hint="save it as UTF-8")
    offset = data.find(b"\0")
    if offset >= 0:
        raise _not_text(data, offset, name, "a zero byte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _latin1(data, error.start, name)


def _object_hint(data: bytes, name: str) -> str:
    if data.startswith(_MACH_MAGIC):
        return "of objects, only ELF files are read"
    return "name the file: standard input is text" if name == "<stdin>" else "give its source; estimate reads objects"


def _latin1(data: bytes, offset: int, name: str) -> str:
    """Old sources have accented names in Latin-1 comments: mostly ASCII, and no control characters."""
    control = next((at for at, byte in enumerate(data) if byte < 32 and byte not in _TEXT_CONTROLS), -1)
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    if control >= 0 or 10 * high > len(data):
        raise _not_text(data, offset, name, f"byte 0x{data[offset]:02x}, which is not UTF-8")
    return data.decode("latin-1")


def _not_text(data: bytes, offset: int, name: str, what: str) -> InputError:
    line_start = data.rfind(b"\n", 0, offset) + 1
    span = Span(name, data.count(b"\n", 0, offset) + 1, offset - line_start + 1)
    return InputError(f"{name} is not text: {what} at offset {offset}", span, hint="give an assembly source in UTF-8")
