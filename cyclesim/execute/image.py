"""Code as it lies in memory: instructions with their addresses, the symbols and the bytes around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.execute.memory import Area
from cyclesim.ir import Instruction, Label, Program
from cyclesim.record import NamedTuple

CODE_ADDRESS = 0x10000
TEXT_BYTES = 4
"""Bytes that an instruction of a text takes; only differences between addresses are ever seen."""


NO_BYTES = "the text"
"""The area of code that is a text, without a byte."""


class Contents(NamedTuple):
    """An area and its first bytes."""

    area: Area
    data: bytes


class Placed(NamedTuple):
    """An instruction at an address. `size` in bytes; `target`: the address that its label operand names, None when it
    has none or only a linker knows it."""

    instruction: Instruction
    address: int
    size: int
    target: int | None


class Image:
    """A program ready to run. `placed` are its instructions by index; `leaders` the indices that branches lead to;
    `labels`: name to address; `state`: `arm`, `thumb` or `a64`; `contents`: memory that belongs to the code."""

    def __init__(
        self,
        isa: str,
        state: str,
        placed: Sequence[Placed],
        labels: Mapping[str, int],
        contents: Sequence[Contents],
        sources: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.isa = isa
        self.state = state
        self.placed = list(placed)
        self.labels = labels
        self.contents = tuple(contents)
        self.sources = sources or {}
        self.index_at = {one.address: index for index, one in enumerate(self.placed)}
        self.leaders: set[int] = set()
        self._add_leaders(self.placed)

    @property
    def is_text(self) -> bool:
        """Whether the code was read as text, so that no byte of it is known."""
        return any(one.area.name == NO_BYTES for one in self.contents)

    def _add_leaders(self, placed: Sequence[Placed]) -> None:
        for one in placed:
            if one.target is not None and one.target in self.index_at:
                self.leaders.add(self.index_at[one.target])

    def index(self, address: int) -> int | None:
        """The index of the instruction at an address, None when there is none."""
        return self.index_at.get(address)

    def after(self, index: int) -> int | None:
        """The index of the instruction behind one in memory."""
        one = self.placed[index]
        return self.index(one.address + one.size)

    def pc(self, index: int) -> int:
        """What an A32 instruction reads from r15; 0 in A64. Source: DDI 0406C, A2.3."""
        if self.state == "a64":
            return 0
        return self.placed[index].address + (8 if self.state == "arm" else 4)


def image_of_text(program: Program) -> Image:
    """A program that was read as text: code alone, one instruction every four bytes, none of which can be read as data:
    how instructions are encoded and what tables hold is not known."""
    addresses = [CODE_ADDRESS + TEXT_BYTES * index for index in range(len(program.instructions))]
    placed = [
        Placed(one, address, TEXT_BYTES, _target(one, addresses))
        for one, address in zip(program.instructions, addresses, strict=True)
    ]
    labels = {name: CODE_ADDRESS + TEXT_BYTES * index for name, index in program.labels.items()}
    area = Area(NO_BYTES, CODE_ADDRESS + TEXT_BYTES * max(1, len(placed)), 0, False)
    state = "a64" if program.isa == "aarch64" else "arm"
    return Image(program.isa, state, placed, labels, [Contents(area, bytes(area.size))], program.sources)


def _target(one: Instruction, addresses: Sequence[int]) -> int | None:
    for operand in one.operands:
        if isinstance(operand, Label) and operand.target is not None and operand.target < len(addresses):
            return addresses[operand.target]
    return None
