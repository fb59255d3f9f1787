"""`--arg` of the command line: integers and buffers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cyclesim.errors import CyclesimError, ManyErrors, UsageError
from cyclesim.execute.buffers import FILLS, LARGEST, Buffer
from cyclesim.execute.calls import Argument

FORMS = "an integer, NAME:BYTES[:FILL[:SEED]] for a new buffer, NAME[+OFFSET] for one already given"
_NEW = re.compile(r"([A-Za-z_]\w*):(\w+)(?::([\w-]+))?(?::(\d+))?")
_OLD = re.compile(r"([A-Za-z_]\w*)(?:\+(\w+))?")


def parse_arguments(texts: Sequence[str]) -> tuple[tuple[Argument, ...], tuple[Buffer, ...]]:
    """The arguments of one call and the buffers that they introduce. Raises UsageError, all of them together."""
    arguments: list[Argument] = []
    buffers: dict[str, Buffer] = {}
    errors: list[CyclesimError] = []
    for text in texts:
        try:
            arguments.append(_argument(text, buffers))
        except UsageError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return tuple(arguments), tuple(buffers.values())


def _argument(text: str, buffers: dict[str, Buffer]) -> Argument:
    number = _integer(text)
    if number is not None:
        return number
    if new := _NEW.fullmatch(text):
        buffers[new[1]] = _buffer(text, new)
        return new[1], 0
    old = _OLD.fullmatch(text)
    offset = _integer(old[2] or "0") if old else None
    if old is None or offset is None:
        raise UsageError(f"--arg {text}: not an argument", hint=f"give {FORMS}")
    if old[1] not in buffers:
        raise UsageError(f"--arg {text}: there is no buffer `{old[1]}` yet", hint=f"give {FORMS}")
    return old[1], offset


def _buffer(text: str, parts: re.Match[str]) -> Buffer:
    size, fill = _integer(parts[2]), parts[3] or "zeros"
    if size is None or not 0 < size <= LARGEST:
        raise UsageError(f"--arg {text}: a buffer has 1 to {LARGEST:,} bytes")
    if fill not in FILLS or fill == "hex":
        raise UsageError(
            f"--arg {text}: no fill {fill!r}", hint=f"fills: {', '.join(one for one in FILLS if one != 'hex')}"
        )
    return Buffer(parts[1], size, fill=fill, seed=int(parts[4] or 1))


def _integer(text: str) -> int | None:
    try:
        value = int(text, 0)
    except ValueError:
        return None
    return value if -(1 << 63) <= value < 1 << 64 else None
