"""What a Bifrost listing consists of: operands, instructions, tuples, clauses.

All values are frozen named tuples. Nothing here knows an opcode's meaning: that is `cyclesim.gpu.opcodes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.ir import Span
from cyclesim.record import NamedTuple

CONSTANT_PORT_KINDS = frozenset({"uniform", "special", "literal", "label"})


class Operand(NamedTuple):
    """One source operand.

    `kind`          | example              | `number`            | `word`
    `register`      | `r5`                 | 5                   | 0
    `temporary`     | `t0`, `t1`           | 0 (FMA), 1 (ADD)    | 0; a result of the previous tuple
    `same`          | `t`                  | 0                   | 0; the FMA result of the same tuple
    `zero`          | `#0`, `#0.x`, `#0.y` | 0                   | 0, 1; `name` is `x` or `y`: through the constant port
    `uniform`       | `u3.w1`              | 3                   | 1
    `special`       | `lane_id.x`          | 0                   | 0, 1; `name` holds the word
    `literal`       | `0x3f800000 /* 1 */` | its 32 bits         | 0
    `label`         | `clause_8`, `… >> 32`| the clause's number | 0, 1
    `immediate`     | `texture_index:0`    | its value           | 0; `name` holds the word

    `modifiers`: the dotted words after it (`neg`, `abs`, `h0`, `b1` …). `column`: where it stands, from 1.
    """

    kind: str
    text: str
    number: int = 0
    word: int = 0
    name: str = ""
    modifiers: tuple[str, ...] = ()
    column: int = 0

    @property
    def constant_port(self) -> bool:
        """It travels through the tuple's one 64-bit constant port."""
        return self.kind in CONSTANT_PORT_KINDS or (self.kind == "zero" and self.name != "")


class Destination(NamedTuple):
    """`t0`/`t1` alone (`register` is None) or with a register (`r5:t0`). `half`: `h0` or `h1` for a 16-bit write."""

    register: int | None
    half: str = ""
    column: int = 0


class Instruction(NamedTuple):
    """One slot of a tuple.

    `unit`: `FMA` (printed `*`) or `ADD` (printed `+`). `opcode`: the word up to the first dot (`FMA`, `LOAD`),
    `modifiers` the dotted words (`f32`, `i128`, `tl`). `staging`: first staging register `@rN` or None. `text` is the
    instruction as written without `*`/`+`. `span` covers it.
    """

    unit: str
    opcode: str
    modifiers: tuple[str, ...]
    destination: Destination
    sources: tuple[Operand, ...]
    staging: int | None
    span: Span
    text: str

    @property
    def name(self) -> str:
        """Opcode and modifiers: `FMA.f32`."""
        return ".".join((self.opcode, *self.modifiers))

    @property
    def idle(self) -> bool:
        """An empty slot."""
        return self.opcode == "NOP"


class Tuple(NamedTuple):
    """Two slots that issue together, one a cycle and execution engine."""

    fma: Instruction
    add: Instruction

    @property
    def slots(self) -> tuple[Instruction, Instruction]:
        return self.fma, self.add


class Header(NamedTuple):
    """The facts in front of a clause.

    `slot`: scoreboard slot of its message, 0-7. `flow`: `eos` (the program ends after it), `nbb` (the warp gives way
    after it), `bb` (back to back), `we` (write elision). `reconverge`: ``, `br_pc` or `r_uncond`. `message`: ``, or the
    kind of its one message (`load`, `store`, `attr`, `tex`, `vary`, `atomic`, `barrier` …). `next_message`: that of its
    first successor. `waits`: slots (`dwb`) that must be clear at the END of this clause, before the warp's next one.
    `staging_barrier` (`osrb`): likewise, all messages have read their staging registers. `prefetch` (`ncph`).
    `terminate` (`td`). `modes`: float words (`ftz_hsa`, `inf_suppress` …). `unknown`: words that no table has.
    """

    slot: int
    flow: str
    reconverge: str
    message: str
    next_message: str
    waits: tuple[int, ...]
    staging_barrier: bool
    prefetch: bool
    terminate: bool
    modes: tuple[str, ...]
    unknown: tuple[str, ...]
    span: Span

    @property
    def ends(self) -> bool:
        """The program ends after this clause."""
        return self.flow == "eos"


class Clause(NamedTuple):
    """One to eight tuples that issue without giving way. `number` is its address in quadwords (16 bytes) and its
    label `clause_<number>`."""

    number: int
    header: Header
    tuples: tuple[Tuple, ...]
    span: Span

    @property
    def label(self) -> str:
        return f"clause_{self.number}"

    @property
    def last(self) -> Instruction:
        """The ADD slot of the last tuple: where a branch stands when there is one."""
        return self.tuples[-1].add


class Listing(NamedTuple):
    """A parsed listing. `places`: clause number to index in `clauses`. `stated`: the compiler's own statistics line,
    with the keys of `statistics.count`, empty when the text has none. `lines`: the source, for carets. `verbose`: it
    has the hexadecimal comments of the disassembler's verbose form."""

    file: str
    clauses: tuple[Clause, ...]
    places: Mapping[int, int]
    stated: Mapping[str, float]
    lines: tuple[str, ...]
    verbose: bool
