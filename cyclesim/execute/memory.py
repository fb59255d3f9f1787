"""Memory of a run: named areas in one flat space, every access checked against them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from cyclesim.record import NamedTuple

ALIGNMENT = 64
GAP = 4096
"""Bytes between areas: a stray access meets no neighbour."""

FIRST_ADDRESS = 0x10000


class Area(NamedTuple):
    """`size` bytes at `start`; `writable` False for code and constants."""

    name: str
    start: int
    size: int
    writable: bool


class AccessFault(Exception):
    """An access outside the areas, or a store to one that can't be written. Units: bytes."""

    def __init__(self, address: int, size: int, kind: str) -> None:
        super().__init__(f"{kind} of {size} bytes at {address:#x}")
        self.address = address
        self.size = size
        self.kind = kind


class Memory:
    """One flat space from `base`. `starts` and `ends` hold the areas that may be read, `write_starts` and
    `write_ends` those that may be written, as offsets from `base`; the first entry of each pair refuses everything."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = sorted(areas, key=lambda area: area.start)
        for first, second in zip(self.areas, self.areas[1:], strict=False):
            if first.start + first.size > second.start:
                raise ValueError(f"{first.name} and {second.name} overlap")
        self.base = self.areas[0].start if self.areas else 0
        end = self.areas[-1].start + self.areas[-1].size if self.areas else 0
        self.bytes = bytearray(end - self.base)
        self.view = memoryview(self.bytes)
        self.starts, self.ends = self._limits(self.areas)
        self.write_starts, self.write_ends = self._limits([area for area in self.areas if area.writable])

    def _limits(self, areas: Iterable[Area]) -> tuple[list[int], list[int]]:
        placed = [(area.start - self.base, area.start - self.base + area.size) for area in areas]
        return [start for start, _ in placed], [-1, *[end for _, end in placed]]

    def read(self, address: int, size: int) -> bytes:
        """The bytes at an address. Raises AccessFault."""
        offset = address - self.base
        if offset + size > self.ends[bisect_right(self.starts, offset)] or offset < 0:
            raise AccessFault(address, size, "load")
        return bytes(self.view[offset : offset + size])

    def write(self, address: int, data: bytes) -> None:
        """Replace the bytes at an address. Raises AccessFault."""
        offset = address - self.base
        if offset + len(data) > self.write_ends[bisect_right(self.write_starts, offset)] or offset < 0:
            raise AccessFault(address, len(data), "store")
        self.view[offset : offset + len(data)] = data

    def fill(self, address: int, data: bytes) -> None:
        """Set initial contents, of areas that can't be written too."""
        offset = address - self.base
        self.view[offset : offset + len(data)] = data

    def nearest(self, address: int) -> tuple[Area, int] | None:
        """The area nearest to an address and the distance from its start, for messages."""
        areas = [area for area in self.areas if area.size]
        if not areas:
            return None
        area = min(areas, key=lambda area: max(area.start - address, address - area.start - area.size + 1, 0))
        return area, address - area.start


def placed(
    sizes: Iterable[tuple[str, int, bool]], start: int = FIRST_ADDRESS, alignment: int = ALIGNMENT
) -> list[Area]:
    """Areas of the given (name, size, writable), each on a multiple of `alignment` bytes, with gaps between them."""
    areas = []
    for name, size, writable in sizes:
        start = -(-start // alignment) * alignment
        areas.append(Area(name, start, size, writable))
        start += size + GAP
    return areas
