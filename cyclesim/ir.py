"""The nouns that every stage shares: places, operands, instructions, programs and their effects.

All values are frozen named tuples: cheap to make, to compare and to import.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.record import NamedTuple

ZERO_REGISTER = -1
"""`Register.number` of wzr and xzr: reading it depends on nothing, writing it is lost."""

FIRST_VIRTUAL_REGISTER = 1000
"""`Register.number` from here up names no register: a placeholder of inline assembly or of a template."""


class Span(NamedTuple):
    """A place in a source text. Lines and columns count from 1; `length` is in characters.

    Code of an object has column 0: `file` is what the code is called by, `line` its distance from there in bytes.

    `parent` is the place that this text was expanded from (a macro call, an include), or None. `via` says what
    expands at this place when it is such a parent: a macro by its name, `.rept`, `#include`.
    """

    file: str
    line: int
    column: int = 1
    length: int = 1
    parent: Span | None = None
    via: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}{self.place}"

    @property
    def place(self) -> str:
        """The line, `12`, of expanded text that in the text that was given; of code in an object the distance from what
        it is called by, `+0x1c`."""
        return str(self.root().line) if self.column else f"{self.line:+#x}"

    def chain(self) -> list[Span]:
        """This place and those that it expands from, the outermost last."""
        return [self, *(self.parent.chain() if self.parent else ())]

    def root(self) -> Span:
        """The place in the text that was given: the outermost call or include; inside `.rept` the line itself."""
        found, parent = self, self.parent
        while parent:
            if parent.via[:1] != ".":
                found = parent
            parent = parent.parent
        return found


class Register(NamedTuple):
    """One register operand.

    `kind`: `r` (A32 general), `w` `x` (A64 general), `b` `h` `s` `d` `q` (a scalar or whole SIMD view),
    `v` (A64 vector with an arrangement). `number`: 0-31; A64 sp is 31, wzr/xzr are `ZERO_REGISTER`;
    numbers from `FIRST_VIRTUAL_REGISTER` up are virtual registers (placeholders of inline assembly).
    `arrangement`: A64 `4s`, or the element letter alone (`s`) together with `lane`. `lane`: the index in
    `d0[1]` or `v0.s[3]`. `writeback`: a trailing `!` (`ldmia r0!, …`). `column`: where it stands, from 1.
    """

    text: str
    kind: str
    number: int
    arrangement: str = ""
    lane: int | None = None
    all_lanes: bool = False
    writeback: bool = False
    column: int = 0


class RegisterList(NamedTuple):
    """A braced list in order, ranges expanded. `lane`/`all_lanes` hold for every register of it."""

    text: str
    registers: tuple[Register, ...]
    lane: int | None = None
    all_lanes: bool = False
    column: int = 0


class Immediate(NamedTuple):
    """A constant. `value` is None when only a linker could know it (`#:lo12:table`)."""

    text: str
    value: int | float | None
    column: int = 0


class Shift(NamedTuple):
    """A shift or extension of the operand before it: `lsl #2`, `ror r3`, `uxtw #2`, `rrx`, `msl #8`."""

    kind: str
    amount: int | None = None
    register: Register | None = None
    column: int = 0


class Memory(NamedTuple):
    """An address. `mode`: `offset`, `pre` (write-back before use) or `post` (after).

    `[rn]!` without an amount (structure loads step by what they transfer) is mode `pre`, offset and index None.
    `subtract`: the index register is subtracted. `align`: the stated alignment in bits, 0 when none is stated.
    """

    text: str
    base: Register
    offset: Immediate | None = None
    index: Register | None = None  # type: ignore[assignment]
    shift: Shift | None = None
    subtract: bool = False
    mode: str = "offset"
    align: int = 0
    column: int = 0


class Literal(NamedTuple):
    """`=value`: a constant that the assembler puts in a literal pool."""

    text: str
    value: int | None = None
    column: int = 0


class Label(NamedTuple):
    """A code or data address by name. `target`: index of the instruction it names, None when outside."""

    name: str
    target: int | None = None
    column: int = 0


class Name(NamedTuple):
    """Any other word, lower case: a condition, a barrier or prefetch option, a system register."""

    text: str
    column: int = 0


Operand = Register | RegisterList | Immediate | Shift | Memory | Literal | Label | Name


class Instruction(NamedTuple):
    """One statement. `mnemonic` is lower case with all suffixes (`vmla.f32`, `b.ne`); `text` is the user's own."""

    mnemonic: str
    operands: tuple[Operand, ...]
    span: Span
    text: str


class Region(NamedTuple):
    """Instructions `start <= index < end` of a program.

    `kind`: `marked` (begin/end comments), `loop` (a backward branch), `lines` (--lines), `straight` (all of it), `part`
    (an assembly statement of C).
    `loop`: costed per iteration in steady state; otherwise executed once. `operations`: as the marker states them.
    """

    name: str
    start: int
    end: int
    kind: str
    loop: bool
    span: Span
    operations: int | None = None


class Program(NamedTuple):
    """A parsed text. `labels`: name to the index of the instruction that follows. `sources`: file to its lines.

    `notes`: what the reader of the text should know: headers that were not found, warnings of the text itself.
    `missing`: the names of those headers.
    `parts`: stretches of code that can be asked for by name besides regions and loops: assembly statements of C.
    """

    isa: str
    file: str
    instructions: tuple[Instruction, ...]
    labels: Mapping[str, int]
    regions: tuple[Region, ...]
    sources: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    parts: tuple[Region, ...] = ()
    missing: tuple[str, ...] = ()


class Read(NamedTuple):
    """Cells that an instruction reads through one operand.

    `role`: `source`, `accumulator` (the addend of a multiply-accumulate), `address`, `data` (what a store writes),
    `flags` (a condition, a carry), `merge` (the old value that a partial or conditional write keeps).
    """

    cells: tuple[str, ...]
    role: str
    operand: str


class Write(NamedTuple):
    """Cells that an instruction writes. `role`: `result`, `base` (write-back of an address) or `flags`."""

    cells: tuple[str, ...]
    role: str
    operand: str


class Access(NamedTuple):
    """One memory access. `kind`: `load`, `store` or `prefetch`. Units: `bytes`; `offset` is in bytes from the
    value that the `base` cell has before the instruction, None when a register or a linker decides it."""

    kind: str
    base: str
    offset: int | None
    bytes: int
    align: int = 0


class Form(NamedTuple):
    """One row of the ISA tables as it resolved. `operations` is the row's own count rule, `where` its file:line."""

    text: str
    mnemonic: str
    class_: str
    meaning: str
    operations: str
    where: str


class Resolved(NamedTuple):
    """An instruction together with what the ISA says of it; no cycle is mentioned here.

    `features` selects timing rows (see docs/reference/core-files.md). `operations` counts the multiplies and adds
    that a user would count. `condition`: A32 condition code, empty when always executed. `steps`: a written cell whose
    new value is that of a cell before the instruction plus a constant, as (cell, bytes): write-back, add #imm.
    """

    instruction: Instruction
    form: Form
    reads: tuple[Read, ...]
    writes: tuple[Write, ...]
    accesses: tuple[Access, ...]
    features: Mapping[str, object]
    operations: int
    condition: str = ""
    steps: Mapping[str, tuple[str, int]] = {}

    def of(self, instruction: Instruction) -> Resolved:
        """The same for another instruction with equal operands."""
        return tuple.__new__(Resolved, (instruction, *self[1:]))
