"""One function of a calls file made ready: its image, its buffers in memory, its argument lists as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.execute.buffers import Buffer, contents
from cyclesim.execute.calls import Argument
from cyclesim.execute.image import Image
from cyclesim.execute.memory import Area
from cyclesim.execute.run import INSTRUCTION_LIMIT, Machine, Observer, Trace
from cyclesim.isa.instruction_set import InstructionSet

PAGE = 4096


class Session:
    """A machine with the buffers of a call; `areas` maps a buffer's name to where it lies."""

    def __init__(
        self,
        image: Image,
        start: int,
        instruction_set: InstructionSet,
        buffers: Sequence[Buffer],
        single_step: bool = False,
    ) -> None:
        self.start = start
        self.buffers = tuple(buffers)
        self.areas = place_buffers(image, buffers)
        self.machine = Machine(image, instruction_set, list(self.areas.values()), single_step)
        self._contents = {buffer.name: contents(buffer) for buffer in self.buffers}
        self.reset()

    def reset(self) -> None:
        """Fill all buffers anew."""
        for buffer in self.buffers:
            self.machine.memory.fill(self.areas[buffer.name].start, self._contents[buffer.name])

    def numbers(self, call: Sequence[Argument]) -> list[int]:
        """The arguments of a call as register values."""
        return [one if isinstance(one, int) else self.areas[one[0]].start + one[1] for one in call]

    def call(self, call: Sequence[Argument], limit: int = INSTRUCTION_LIMIT, observe: Observer | None = None) -> Trace:
        """Make one call. `observe` is called with the first instruction of every block behind it. Raises
        ExecutionError."""
        return self.machine.call(self.start, self.numbers(call), limit, observe)

    def result(self) -> int:
        """What r0 or x0 holds after the last call."""
        return self.machine.state.general[0]

    def contents(self, what: str) -> str | None:
        """A buffer or a register as hexadecimal text; None when there is no such thing.

        Bytes are in the order of memory, registers most significant digit first.
        """
        if what in self.areas:
            area = self.areas[what]
            return self.machine.memory.read(area.start, area.size).hex()
        kind, digits = what[:1].lower(), what[1:]
        if not digits.isdigit() or int(digits) > 31 or kind not in "rxwvqd":
            return None
        if kind in "rxw":
            return f"{self.machine.state.general[int(digits)]:#x}"
        size = 8 if kind == "d" and self.machine.state.isa == "armv7" else 16
        start = size * int(digits)
        return f"{int.from_bytes(self.machine.state.vectors[start : start + size], 'little'):#0{2 + 2 * size}x}"


def place_buffers(image: Image, buffers: Sequence[Buffer]) -> dict[str, Area]:
    """Buffers behind the code, apart from each other, each on a multiple of 64 bytes and of its alignment."""
    at = max([one.area.start + one.area.size for one in image.contents], default=0)
    areas = {}
    for buffer in buffers:
        alignment = max(64, buffer.align)
        at = -(-(at + PAGE) // alignment) * alignment
        areas[buffer.name] = Area(buffer.name, at, buffer.bytes, True)
        at += buffer.bytes
    return areas
