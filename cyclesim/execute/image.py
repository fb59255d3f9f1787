"""Code as it lies in memory: instructions with their addresses, the symbols and the bytes around them."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.execute.memory import Area
from cyclesim.ir import Instruction, Label, Program
from cyclesim.record import NamedTuple

CODE_ADDRESS = 0x10000
TEXT_BYTES = 4
"""Bytes that an instruction of a text takes; only differences between addresses are ever seen."""


class Contents(NamedTuple):
    """An area and its first bytes."""

    area: Area
    data: bytes


class Image(NamedTuple):
    """A program ready to run.

    `addresses[i]` and `sizes[i]` are those of instruction i, in bytes; `following[i]` is the index of the instruction
    behind it, -1 when there is none. `labels`: name to address of code and data. `leaders`: indices that branches
    lead to. `state`: `arm`, `thumb` or `a64`. `contents`: memory that belongs to the code (literals, tables).
    """

    program: Program
    addresses: tuple[int, ...]
    sizes: tuple[int, ...]
    index_at: Mapping[int, int]
    labels: Mapping[str, int]
    leaders: frozenset[int]
    state: str
    contents: tuple[Contents, ...]

    def pc(self, index: int) -> int:
        """What an A32 instruction reads from r15; 0 in A64. Source: DDI 0406C, A2.3."""
        if self.state == "a64":
            return 0
        return self.addresses[index] + (8 if self.state == "arm" else 4)


def leaders_of(instructions: tuple[Instruction, ...]) -> frozenset[int]:
    """Where the branches of a program lead."""
    return frozenset(
        operand.target
        for one in instructions
        for operand in one.operands
        if isinstance(operand, Label) and operand.target is not None
    )


def image_of_text(program: Program) -> Image:
    """A program that was read as text: code alone, one instruction every four bytes."""
    count = len(program.instructions)
    addresses = tuple(CODE_ADDRESS + TEXT_BYTES * index for index in range(count))
    labels = {name: CODE_ADDRESS + TEXT_BYTES * index for name, index in program.labels.items()}
    area = Area("code", CODE_ADDRESS, TEXT_BYTES * max(1, count), False)
    return Image(
        program,
        addresses,
        (TEXT_BYTES,) * count,
        {address: index for index, address in enumerate(addresses)},
        labels,
        leaders_of(program.instructions),
        "a64" if program.isa == "aarch64" else "arm",
        (Contents(area, bytes(area.size)),),
    )
