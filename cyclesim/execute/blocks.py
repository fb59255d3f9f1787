"""Basic blocks as Python functions.

A block runs from where it is entered to the next branch, or to an instruction that a branch leads to. Its function
returns the index of the next instruction, or `LEFT` when the code returns to its caller.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping

from cyclesim.errors import CyclesimError
from cyclesim.execute import language
from cyclesim.execute.emit import CONDITIONS, Meaning, Writer
from cyclesim.execute.errors import ExecutionError
from cyclesim.execute.image import Image
from cyclesim.execute.language import BadMeaning
from cyclesim.execute.memory import AccessFault, Memory
from cyclesim.execute.operands import CantExecute, Operands, Place, bind_operands
from cyclesim.execute.state import LINK_REGISTER, Helper, State
from cyclesim.execute.transfers import Transfer, literal_load
from cyclesim.ir import Label, Resolved
from cyclesim.ir import Memory as Address
from cyclesim.isa.instruction_set import InstructionSet
from cyclesim.isa.plan import Plan
from cyclesim.isa.sizes import access_kinds
from cyclesim.record import NamedTuple

LEFT = -1
PAST_END = -2
LINKED = "--via cc assembles and links the text, its tables too"
LONGEST = 256
"""Instructions of a block: longer straight code is several blocks."""

RETURN_ADDRESS = 0xF0000000
"""Where the caller lies: above all areas, so that nothing but a return leads there."""


class Block(NamedTuple):
    """`start` and `end` as indices of instructions; `accesses`: (index, bytes) of each recorded address, in order;
    `taken`: index that a direct branch at its end leads to, else -1."""

    start: int
    end: int
    run: Callable[[], int]
    accesses: tuple[tuple[int, int], ...]


class Compiler:
    """Makes the blocks of one image for one state and memory."""

    def __init__(
        self,
        image: Image,
        instruction_set: InstructionSet,
        state: State,
        memory: Memory,
        helpers: Mapping[str, Helper],
        record: Callable[[int], None],
        skipped: list[int],
        longest: int = LONGEST,
    ) -> None:
        self.image = image
        self.instruction_set = instruction_set
        self.state = state
        self.memory = memory
        self.helpers = helpers
        self._longest = longest
        self._code: dict[str, object] = {}
        self._current = 0
        self._names: dict[str, object] = {
            "V": memoryview(state.vectors),
            "M": memory.view,
            "B": memory.bytes,
            "P": record,
            "BASE": memory.base,
            "LS": memory.starts,
            "LE": memory.ends,
            "WS": memory.write_starts,
            "WE": memory.write_ends,
            "bisect": bisect_right,
            "fault": _fault,
            "from_bytes": int.from_bytes,
            "ZEROS": bytes(16),
            "jump": self.jump,
            "K": skipped,
        }

    def jump(self, address: int) -> int:
        """The index at an address that a register held; LEFT at the return address."""
        plain = address & ~1 if self.state.isa == "armv7" else address
        if plain == RETURN_ADDRESS:
            return LEFT
        index = self.image.index(plain)
        if index is None:
            raise ExecutionError(f"jump to {address:#x}, where the code has no instruction")
        return index

    def block(self, start: int) -> Block:
        """The block that begins at an instruction. Raises ExecutionError with the place of what can't be executed."""
        writer = Writer(self.state, self.helpers)
        writer.names |= self._names
        writer.samples["o"] = 0
        accesses: list[tuple[int, int]] = []
        index, ended = start, False
        while not ended:
            ended = self._instruction(writer, index, accesses)
            index += 1
            if not ended and (
                index in self.image.leaders or index - start >= self._longest or self._after(index - 1) != index
            ):
                writer.line(f"return {self._after(index - 1)}")
                ended = True
        return Block(start, index, self._function(writer), tuple(accesses))

    def _after(self, index: int) -> int:
        """The index of the instruction behind one in memory, `PAST_END` when the code ends there."""
        following = self.image.after(index)
        return PAST_END if following is None else following

    def _function(self, writer: Writer) -> Callable[[], int]:
        """Compile the lines; the values they name become default arguments, which are the fastest names."""
        used = [name for name in writer.names if not name.startswith("_")]
        text = f"def block({', '.join(f'{name}={name}' for name in used)}):\n" + "\n".join(writer.lines) + "\n"
        scope = dict(writer.names)
        exec(compile(text, "<block>", "exec"), scope)
        made: Callable[[], int] = scope["block"]  # type: ignore[assignment]
        return made

    def _instruction(self, writer: Writer, index: int, accesses: list[tuple[int, int]]) -> bool:
        """Emit one instruction; whether it ends the block."""
        instruction = self.image.placed[index].instruction
        try:
            plan = self.instruction_set.plan(instruction)
            one = plan.apply(instruction)
            return self._emit(writer, index, one, plan, accesses)
        except CyclesimError as error:
            raise ExecutionError(error.message, instruction.span, error.hint) from None
        except CantExecute as error:
            hint = LINKED if self.image.is_text and any(word in str(error) for word in ("symbol", "linker")) else ""
            raise ExecutionError(f"`{instruction.text}` can't be executed: {error}", instruction.span, hint) from None
        except BadMeaning as error:
            raise ExecutionError(f"the meaning of `{instruction.text}` is wrong: {error}", instruction.span) from None

    def _emit(self, writer: Writer, index: int, one: Resolved, plan: Plan, accesses: list[tuple[int, int]]) -> bool:
        branch = str(one.features.get("branch") or "")
        at = self.image.placed[index]
        place = Place(self.image.pc(index), at.address, at.target, self.image.labels)
        kinds = access_kinds(plan.pattern)
        if branch and not kinds and plan.pattern.row.keys.get("branch"):
            return self._branch(writer, index, one, plan, place, accesses)
        writes_pc = any("r15" in write.cells for write in one.writes)
        # A shifter's carry, a loaded value and the like are named before the condition is asked.
        if one.condition:
            writer.line(f"if {CONDITIONS[one.condition]}:")
            writer.indent(4)
            writer.line("pass")
        before = len(accesses)
        self._plain(writer, one, plan, place, kinds, index, accesses)
        if writes_pc:
            writer.line("return jump(R[15])")
        if one.condition:
            writer.indent(-4)
            suppressed = ["P(0)"] * (len(accesses) - before)
            if self.image.state == "thumb":
                suppressed.append("K[0] += 1")
            if suppressed:
                writer.line(f"else: {'; '.join(suppressed)}")
        if writes_pc and one.condition:
            writer.line(f"return {self._after(index)}")
        return writes_pc

    def _plain(
        self,
        writer: Writer,
        one: Resolved,
        plan: Plan,
        place: Place,
        kinds: list[str],
        index: int,
        accesses: list[tuple[int, int]],
    ) -> None:
        operands = bind_operands(self.state, plan, one.instruction.operands, place)
        meaning = Meaning(writer, one, plan, operands, place)
        if kinds:
            if literal_load(meaning, one, place):
                return
            transfer = Transfer(writer, one, plan, operands, place)
            if kinds != ["prefetch"]:
                accesses.append((index, transfer.bytes))
            transfer.emit()
        elif plan.pattern.row.meaning:
            meaning.emit()
        else:
            raise CantExecute(f"the form `{plan.pattern.text}` has no meaning yet")

    def _branch(
        self,
        writer: Writer,
        index: int,
        one: Resolved,
        plan: Plan,
        place: Place,
        accesses: list[tuple[int, int]],
    ) -> bool:
        """A branch: where it leads, and the link register."""
        kind = str(plan.pattern.row.keys["branch"])
        operands = bind_operands(self.state, plan, one.instruction.operands, place)
        after = self._after(index)
        table = operands.memory
        conditions = [CONDITIONS[one.condition]] if one.condition else []
        if plan.pattern.row.meaning and kind == "conditional":
            conditions.append(self._condition(writer, one, plan, operands, place))
        if kind == "conditional" and not conditions:
            raise CantExecute(f"the form `{plan.pattern.text}` has no meaning yet")
        if conditions:
            skipped = "P(0); " if table else ""
            writer.line(f"if not ({' and '.join(conditions)}): {skipped}return {after}")
        if table is not None:
            size = 2 if plan.pattern.mnemonic == "tbh" else 1
            accesses.append((index, size))
            target = self._from_table(writer, table, place, size)
        else:
            target = self._target(one, operands, place)
        if kind == "call":
            at = self.image.placed[index]
            back = at.address + at.size | (self.image.state == "thumb")
            # The target is read before the link register is written: `blr x30` jumps to its old value.
            writer.line(f"t = {target}; R[{LINK_REGISTER[self.state.isa]}] = {back}")
            target = "t"
        writer.line(f"return {target}")
        return True

    def _from_table(self, writer: Writer, table: Address, place: Place, size: int) -> str:
        """Where tbb and tbh lead: half-words from the pc. Source: DDI 0406C, A8.8.234."""
        base = str(place.pc) if table.base.number == 15 else f"R[{table.base.number}]"
        entry = f"R[{table.index.number}]" if table.index is not None else "0"
        writer.line(f"a = {base} + ({entry} << {size - 1}) & 0xffffffff; P(a); o = a - BASE")
        writer.line(f"if o + {size} > LE[bisect(LS, o)] or o < 0: fault(a, {size}, 'load')")
        return f"jump({place.pc} + 2 * from_bytes(M[o:o + {size}], 'little'))"

    def _target(self, one: Resolved, operands: Operands, place: Place) -> str:
        """Where a branch leads: an index, or what `jump` finds at run time."""
        for operand in one.instruction.operands:
            if isinstance(operand, Label):
                address = place.address_of(operand.name)
                index = self.image.index(address)
                return f"jump({address})" if index is None else str(index)
        for piece in operands.pieces.values():
            if piece.general is not None and not piece.token.access:
                return f"jump(R[{piece.general.number}])"
            if piece.constant is not None:
                return f"jump({piece.constant})"
        return f"jump(R[{LINK_REGISTER[self.state.isa]}])"

    def _condition(self, writer: Writer, one: Resolved, plan: Plan, operands: Operands, place: Place) -> str:
        row = plan.pattern.row
        text = language.chosen(row.meaning, row.form, plan.pattern.mnemonic)
        (statement,) = language.parse(text)
        return Meaning(writer, one, plan, operands, place).source(statement.value)


def _fault(address: int, size: int, kind: str) -> None:
    raise AccessFault(address, size, kind)
