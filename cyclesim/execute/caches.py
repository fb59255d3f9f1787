"""An optional memory hierarchy: which level serves each access of a run.

Levels are set-associative with least-recently-used replacement and allocate on loads and stores. A run is warm: its
accesses are gone through once before those that count, as a function is called again and again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from cyclesim.execute.run import Trace
from cyclesim.machine.timing import CacheLevel, MemorySystem


class _Cache:
    """One level by sets of line numbers, the least recently used first."""

    def __init__(self, level: CacheLevel, line_bytes: int) -> None:
        self.ways = level.ways
        self.count = max(1, level.bytes // (line_bytes * level.ways))
        self.sets: list[dict[int, None]] = [{} for _ in range(self.count)]

    def has(self, line: int) -> bool:
        """Whether a line is there; it is afterwards."""
        lines = self.sets[line % self.count]
        found = line in lines
        if found:
            del lines[line]
        elif len(lines) >= self.ways:
            del lines[next(iter(lines))]
        lines[line] = None
        return found


def delays_of(trace: Trace, memory: MemorySystem) -> numpy.ndarray:
    """Cycles that each access of a trace takes longer than one served by the first level, as an array of integers.

    An access that reaches into a second line waits for the slower of both.
    """
    sizes = _sizes(trace)
    line_bytes = memory.line_bytes
    addresses = numpy.asarray(trace.addresses, numpy.int64)
    firsts = (addresses // line_bytes).tolist()
    lasts = ((addresses + numpy.maximum(sizes, 1) - 1) // line_bytes).tolist()
    caches = [_Cache(level, line_bytes) for level in memory.levels]
    served = [int(level.latency) for level in memory.levels[1:]] + [int(memory.beyond)]

    def go_through() -> list[int]:
        return [
            max(_latency(caches, served, line) for line in range(first, last + 1)) if address else 0
            for address, first, last in zip(trace.addresses, firsts, lasts, strict=True)
        ]

    go_through()
    return numpy.asarray(go_through(), numpy.int64)


def _latency(caches: Sequence[_Cache], served: Sequence[int], line: int) -> int:
    """Extra cycles of a line: 0 from the first level; levels in front of the one that has it take it in."""
    extra = 0
    for number, cache in enumerate(caches):
        if cache.has(line):
            return extra
        extra = served[number]
    return extra


def _sizes(trace: Trace) -> numpy.ndarray:
    """The bytes of each access, in order."""
    return numpy.asarray([size for start in trace.order for _, size in trace.blocks[start].accesses], numpy.int64)
