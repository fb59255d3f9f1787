"""Running code: block after block until it returns, with limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy

from cyclesim.errors import CyclesimError
from cyclesim.execute.blocks import LEFT, LONGEST, PAST_END, RETURN_ADDRESS, Block, Compiler
from cyclesim.execute.errors import ExecutionError
from cyclesim.execute.image import CODE_ADDRESS, Image
from cyclesim.execute.library import library
from cyclesim.execute.memory import AccessFault, Area, Memory
from cyclesim.execute.state import LINK_REGISTER, STACK_POINTER, State
from cyclesim.isa.instruction_set import InstructionSet
from cyclesim.record import NamedTuple

STACK_BYTES = 1 << 16
INSTRUCTION_LIMIT = 10_000_000
BATCH = 4096
"""Blocks between two looks at the limit."""

NEAR = 256
"""Bytes behind the code of a text that count as its own."""

GENERAL_ARGUMENTS = {"armv7": 4, "aarch64": 8}
WORD_BYTES = {"armv7": 4, "aarch64": 8}
"""Arguments in registers and size of a stack slot. Source: AAPCS32 6.4 and AAPCS64 6.8 (Arm IHI 0042, IHI 0055)."""


Observer = Callable[[int], None]


class Trace(NamedTuple):
    """What a run did: the blocks in order, as indices of their first instructions, and the addresses of all accesses,
    0 for one that a condition suppressed. `blocks`: the blocks by their first instruction. `instructions`: how many
    were executed; what an IT block skips is not counted, as emulators don't, a conditional A32 instruction always
    is."""

    order: Sequence[int]
    addresses: Sequence[int]
    blocks: Mapping[int, Block]
    instructions: int


class Machine:
    """One image with its memory and state; calls can follow each other."""

    def __init__(
        self, image: Image, instruction_set: InstructionSet, areas: Sequence[Area], single_step: bool = False
    ) -> None:
        self.image = image
        top = max([area.start + area.size for area in (*areas, *(one.area for one in image.contents))], default=0)
        stack = Area("stack", -(-top // 4096) * 4096 + 4096, STACK_BYTES, True)
        self.memory = Memory([*areas, *(one.area for one in image.contents), stack])
        for one in image.contents:
            self.memory.fill(one.area.start, one.data)
        self.stack_top = stack.start + stack.size - 4096
        self.state = State(image.isa)
        self._addresses: list[int] = []
        self._skipped = [0]
        self._blocks: dict[int, Block] = {}
        self.compiler = Compiler(
            image,
            instruction_set,
            self.state,
            self.memory,
            library(self.state),
            self._addresses.append,
            self._skipped,
            1 if single_step else LONGEST,
        )

    def call(
        self,
        start: int,
        arguments: Sequence[int],
        limit: int = INSTRUCTION_LIMIT,
        observe: Observer | None = None,
    ) -> Trace:
        """Call the function whose first instruction has index `start` with integer arguments; `observe` hears of every
        block when it has run, and of LEFT before the first one.

        Raises ExecutionError when it can't go on, with the instruction's place.
        """
        self._prepare(arguments)
        order: list[int] = []
        self._addresses.clear()
        self._skipped[0] = 0
        counted = executed = 0
        index = start
        blocks, append = self._blocks, order.append
        if observe is not None:
            observe(LEFT)
        try:
            with numpy.errstate(all="ignore"):
                while index != LEFT:
                    for _ in range(BATCH):
                        block = blocks.get(index)
                        if block is None:
                            block = blocks[index] = self.compiler.block(index)
                        append(index)
                        index = block.run()
                        if observe is not None:
                            observe(order[-1])
                        if index < 0:
                            break
                    if index == PAST_END:
                        raise self._past_end(blocks[order[-1]])
                    executed += sum(blocks[one].end - blocks[one].start for one in order[counted:])
                    counted = len(order)
                    if executed > limit and index != LEFT:
                        raise self._limit(limit, index)
        except AccessFault as fault:
            raise self._with_source(self._outside(fault, order)) from None
        except CyclesimError as error:
            raise self._with_source(error) from None
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Only a meaning of a user's can do that: what is computed there isn't known before.
            span = self.image.placed[blocks[order[-1]].start].instruction.span
            message = f"a meaning in the block that begins here can't be computed: {error}"
            raise self._with_source(ExecutionError(message, span)) from None
        return Trace(order, list(self._addresses), blocks, executed - self._skipped[0])

    def _prepare(self, arguments: Sequence[int]) -> None:
        """Registers and stack as a caller leaves them."""
        isa, state = self.state.isa, self.state
        state.clear()
        words = (1 << 8 * WORD_BYTES[isa]) - 1
        inside, outside = arguments[: GENERAL_ARGUMENTS[isa]], arguments[GENERAL_ARGUMENTS[isa] :]
        for number, value in enumerate(inside):
            state.general[number] = value & words
        size = WORD_BYTES[isa]
        pointer = self.stack_top - -(-len(outside) * size // 16) * 16
        for number, value in enumerate(outside):
            self.memory.write(pointer + number * size, (value & words).to_bytes(size, "little"))
        state.general[STACK_POINTER[isa]] = pointer
        state.general[LINK_REGISTER[isa]] = RETURN_ADDRESS

    def _with_source(self, error: CyclesimError) -> CyclesimError:
        """The error with the source line for the caret."""
        lines = self.image.sources.get(error.span.file, ()) if error.span else ()
        if error.span and not error.source_line and 0 < error.span.line <= len(lines):
            error.source_line = lines[error.span.line - 1]
        return error

    def _past_end(self, block: Block) -> CyclesimError:
        span = self.image.placed[block.end - 1].instruction.span
        return ExecutionError("the code runs past its end", span, "end it with a return")

    def _limit(self, limit: int, index: int) -> CyclesimError:
        span = self.image.placed[index].instruction.span
        return ExecutionError(
            f"still running after {limit:,} instructions", span, "an endless loop? --limit allows more"
        )

    def _in_text(self, address: int) -> bool:
        """Whether an address is one of code that is a text, or close behind it, where tables stand."""
        return self.image.is_text and CODE_ADDRESS <= address < self.image.contents[0].area.start + NEAR

    def _outside(self, fault: AccessFault, order: Sequence[int]) -> CyclesimError:
        """An access outside of the areas, at the instruction that made it: the one of the last recorded address."""
        before = sum(len(self._blocks[index].accesses) for index in order[:-1])
        site = self._blocks[order[-1]].accesses[len(self._addresses) - before - 1][0]
        near, hint = self.memory.nearest(fault.address), ""
        if self._in_text(fault.address):
            hint = "what lies at a label of a text is not known: --via cc assembles it, tables too"
        elif near is not None:
            area, distance = near
            if distance < 0:
                where = f"{-distance} bytes before"
            else:
                where = f"{distance + fault.size - area.size} bytes past the end of"
            hint = f"that is {where} `{area.name}` ({area.size} bytes)"
        span = self.image.placed[site].instruction.span
        return ExecutionError(f"{fault} is outside of all buffers", span, hint)
