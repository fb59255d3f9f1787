"""A trace of blocks as steps that can be timed: which branches were taken, which accesses are slow for where they go.

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
    places = [numpy.flatnonzero(executed == number) for number in range(len(numbers.blocks))]
    moved = new_lines(addresses, _stored_bytes(numbers, timer, firsts, places, len(addresses)), memory)
    found = numpy.zeros(len(order), numpy.int64)
    for number, at in enumerate(places):
        if len(at):
            found[at] = _numbered(number, taken[at], addresses, misses, moved, firsts[at], numbers, timer, memory)
    result: list[int] = found.tolist()
    return result


def _stored_bytes(
    numbers: BlockNumbers, timer: TraceTimer, firsts: numpy.ndarray, places: Sequence[numpy.ndarray], accesses: int
) -> numpy.ndarray:
    """How many bytes each access of a trace stores; 0 for loads."""
    stored = numpy.zeros(accesses, numpy.int64)
    for block, positions, at in zip(numbers.blocks, numbers.positions, places, strict=True):
        for place, (index, size) in enumerate(block.accesses):
            if any(one.kind == "store" for one in timer.body.resolved[positions[index - block.start]].accesses):
                stored[firsts[at] + place] = size
    return stored


def new_lines(addresses: numpy.ndarray, stored: numpy.ndarray, memory: MemorySystem) -> numpy.ndarray:
    """Whether each access is a store that begins in another line than the one where the store before it ended. The
    first store of a trace follows its last one: a call is timed behind another like it."""
    moved = numpy.zeros(len(addresses), bool)
    stores = numpy.flatnonzero(stored)
    begins = addresses[stores].astype(numpy.int64)
    ends = (begins + stored[stores] - 1) // memory.line_bytes
    moved[stores] = begins // memory.line_bytes != numpy.roll(ends, 1)
    return moved


def _numbered(
    number: int,
    taken: numpy.ndarray,
    addresses: numpy.ndarray,
    misses: numpy.ndarray | None,
    moved: numpy.ndarray,
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
        columns.append(moved[firsts + place].astype(numpy.int64))
    for place in range(len(block.accesses)):
        columns.append(numpy.zeros(len(taken), numpy.int64) if misses is None else misses[firsts + place])
    distinct, inverse = numpy.unique(numpy.stack(columns), axis=1, return_inverse=True)
    waits = [
        max(memory.store_line_cycles - timer.body.timings[numbers.positions[number][index - block.start]].cycles, Cycles(0))
        for index, _ in block.accesses
    ]
    steps = [_step(number, block, column, waits, memory, timer) for column in distinct.T]
    numbered: numpy.ndarray = numpy.asarray(steps, numpy.int64)[inverse.reshape(-1)]
    return numbered


def _step(
    number: int,
    block: Block,
    column: Sequence[int],
    waits: Sequence[Cycles],
    memory: MemorySystem,
    timer: TraceTimer,
) -> int:
    """`waits`: how much longer each access takes when it is a store to a new line."""
    count = len(block.accesses)
    slow, moved, late = column[1 : 1 + count], column[1 + count : 1 + 2 * count], column[1 + 2 * count :]
    delays = tuple(
        (index - block.start, memory.unaligned_cycles * int(slow[place]) + waits[place] * int(moved[place]))
        for place, (index, _) in enumerate(block.accesses)
        if slow[place] or (moved[place] and waits[place])
    )
    misses = tuple(
        (index - block.start, Cycles(int(late[place])))
        for place, (index, _) in enumerate(block.accesses)
        if late[place]
    )
    return timer.number(Step(number, bool(column[0]), delays, misses))


def slow_accesses(addresses: numpy.ndarray, size: int, memory: MemorySystem) -> numpy.ndarray:
    """How many times each access of `size` bytes pays for its alignment, when it isn't on a multiple of its size or of
    the core's boundary, whichever is smaller: once for every `unaligned_boundary` bytes that it moves."""
    boundary = min(memory.unaligned_boundary, size & -size)
    times = max(1, size // memory.unaligned_boundary)
    return (addresses % numpy.uint64(max(1, boundary)) != 0).astype(numpy.int64) * times
