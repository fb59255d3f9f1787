"""A trace of blocks as steps that can be timed: which branches were taken, which accesses are slower than aligned ones.

Everything is worked out for all executions of a block at once; executions that don't differ are one step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy

from cyclesim.execute.blocks import Block
from cyclesim.execute.caches import delays_of
from cyclesim.execute.run import Trace
from cyclesim.execute.timing import Step, TraceTimer
from cyclesim.machine.timing import MemorySystem
from cyclesim.units import Cycles


class BlockNumbers:
    """The blocks of a run in a fixed order. `positions[n]`: the places of block n's instructions among all that were
    executed; `indices`: the index in the image of each of those."""

    def __init__(self, blocks: Mapping[int, Block]) -> None:
        self.blocks = [blocks[start] for start in sorted(blocks)]
        self.number = {block.start: number for number, block in enumerate(self.blocks)}
        self.indices = sorted({index for block in self.blocks for index in range(block.start, block.end)})
        place = {index: position for position, index in enumerate(self.indices)}
        self.positions = [tuple(place[index] for index in range(block.start, block.end)) for block in self.blocks]


def steps_of(
    trace: Trace, numbers: BlockNumbers, timer: TraceTimer, memory: MemorySystem, hierarchy: bool = False
) -> list[int]:
    """The steps of a trace by the timer's numbers. `hierarchy`: not every access is served by the first level."""
    order = numpy.asarray(trace.order, numpy.int64)
    lookup = numpy.zeros(max(numbers.number, default=0) + 1, numpy.int64)
    for start, number in numbers.number.items():
        lookup[start] = number
    executed = lookup[order]
    ends = numpy.asarray([block.end for block in numbers.blocks])[executed]
    taken = numpy.ones(len(order), bool)
    taken[:-1] = order[1:] != ends[:-1]
    addresses = numpy.asarray(trace.addresses, numpy.uint64)
    misses = delays_of(trace, memory) if hierarchy else None
    counts = numpy.asarray([len(block.accesses) for block in numbers.blocks])[executed]
    firsts = numpy.cumsum(counts) - counts
    found = numpy.zeros(len(order), numpy.int64)
    for number in numpy.unique(executed):
        at = numpy.flatnonzero(executed == number)
        found[at] = _numbered(int(number), taken[at], addresses, misses, firsts[at], numbers, timer, memory)
    result: list[int] = found.tolist()
    return result


def _numbered(
    number: int,
    taken: numpy.ndarray,
    addresses: numpy.ndarray,
    misses: numpy.ndarray | None,
    firsts: numpy.ndarray,
    numbers: BlockNumbers,
    timer: TraceTimer,
    memory: MemorySystem,
) -> numpy.ndarray:
    """Step numbers of all executions of one block."""
    block = numbers.blocks[number]
    columns = [taken.astype(numpy.int64)]
    for place, (_, size) in enumerate(block.accesses):
        columns.append(slow_accesses(addresses[firsts + place], size, memory))
    for place in range(len(block.accesses)):
        columns.append(numpy.zeros(len(taken), numpy.int64) if misses is None else misses[firsts + place])
    distinct, inverse = numpy.unique(numpy.stack(columns), axis=1, return_inverse=True)
    steps = [_step(number, block, column, memory, timer) for column in distinct.T]
    numbered: numpy.ndarray = numpy.asarray(steps, numpy.int64)[inverse.reshape(-1)]
    return numbered


def _step(number: int, block: Block, column: Sequence[int], memory: MemorySystem, timer: TraceTimer) -> int:
    count = len(block.accesses)
    delays = tuple(
        (index - block.start, memory.unaligned_cycles * int(slow))
        for (index, _), slow in zip(block.accesses, column[1 : 1 + count], strict=True)
        if slow
    )
    misses = tuple(
        (index - block.start, Cycles(int(late)))
        for (index, _), late in zip(block.accesses, column[1 + count :], strict=True)
        if late
    )
    return timer.number(Step(number, bool(column[0]), delays, misses))


def slow_accesses(addresses: numpy.ndarray, size: int, memory: MemorySystem) -> numpy.ndarray:
    """How many times each access of `size` bytes pays for its alignment, when it isn't on a multiple of its size or of
    the core's boundary, whichever is smaller: once for every `unaligned_boundary` bytes that it moves."""
    boundary = min(memory.unaligned_boundary, size & -size)
    times = max(1, size // memory.unaligned_boundary)
    slow: numpy.ndarray = (addresses % numpy.uint64(max(1, boundary)) != 0) * numpy.int64(times)
    return slow
