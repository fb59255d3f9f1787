"""Register pressure: how many registers of a kind hold a value that is still needed, at each instruction.

Whether a kernel would fit if it kept more values at once is asked of the registers that the instruction set has, or
that a what-if file gives a core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from cyclesim.ir import Resolved
from cyclesim.record import NamedTuple

REGISTERS: Mapping[str, Mapping[str, int]] = {
    # r0-r12 and lr: sp and pc hold no data. d0-d31 of 64 bits: a Q register is two of them, an S register half of one.
    "armv7": {"general": 14, "simd": 32},
    # x0-x30; v0-v31 of 128 bits.
    "aarch64": {"general": 31, "simd": 32},
}
NO_DATA = ("sp", "r13", "r15", "pc", "nzcv")


class Pressure(NamedTuple):
    """Registers of one kind (`general`, `simd`). `live[i]`: those that instruction `i` needs at the same time: values
    that it or a later instruction reads, and its own results. `most`: their maximum, first reached `at` an instruction.
    `limit`: how many there are."""

    kind: str
    live: tuple[int, ...]
    most: int
    at: int
    limit: int


def find_pressure(
    instructions: Sequence[Resolved], isa: str, loop: bool, limits: Mapping[str, int] | None = None
) -> tuple[Pressure, ...]:
    """The pressure of each kind of register in a region. `limits`: counts that differ from the instruction set's.

    A loop's values are followed around it; a result that nothing in the region reads counts where it is written (in
    straight-line code up to its end). Values that are needed after the region alone are not seen.
    """
    alive = _alive(instructions, loop)
    counts = {**REGISTERS[isa], **(limits or {})}
    found = []
    for kind, register_of in _KINDS[isa].items():
        live = tuple(len({register_of(cell) for cell in cells} - {""}) for cells in alive)
        most = max(live, default=0)
        found.append(Pressure(kind, live, most, live.index(most) if live else -1, counts[kind]))
    return tuple(found)


def _alive(instructions: Sequence[Resolved], loop: bool) -> list[set[str]]:
    """Cells that each instruction needs to be kept apart: live before or after it, or written by it."""
    reads = [{cell for read in one.reads for cell in read.cells} for one in instructions]
    writes = [{cell for write in one.writes for cell in write.cells} for one in instructions]
    before: set[str] = set() if loop else _results(reads, writes)
    # Backwards until what is live at the end of an iteration is what is live at its start.
    for _ in range(2 if loop else 0):
        for read, written in zip(reversed(reads), reversed(writes), strict=True):
            before = (before - written) | read
    found = []
    for read, written in zip(reversed(reads), reversed(writes), strict=True):
        after, before = before, (before - written) | read
        found.append(after | before | written)
    return found[::-1]


def _results(reads: Iterable[set[str]], writes: Iterable[set[str]]) -> set[str]:
    """Cells that straight-line code writes and doesn't read afterwards."""
    waiting: set[str] = set()
    for read, written in zip(reads, writes, strict=True):
        waiting = (waiting - read) | written
    return waiting


def _d_register(cell: str) -> str:
    return f"d{int(cell[1:]) // 2}" if cell[0] == "s" and cell[1:].isdigit() else ""


def _v_register(cell: str) -> str:
    return cell.partition(".")[0] if cell[0] == "v" and "." in cell else ""


def _general(cell: str) -> str:
    return cell if cell[0] in "rx" and cell[1:].isdigit() and cell not in NO_DATA else ""


_KINDS: Mapping[str, Mapping[str, Callable[[str], str]]] = {
    "armv7": {"general": _general, "simd": _d_register},
    "aarch64": {"general": _general, "simd": _v_register},
}
