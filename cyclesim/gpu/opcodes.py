"""What an opcode of a listing is: its slot, its kind, its message, how many operations it counts."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping

from cyclesim import resources
from cyclesim.errors import CyclesimError, ManyErrors, UnknownInstruction
from cyclesim.gpu.nouns import Clause, Instruction, Listing
from cyclesim.ir import Span
from cyclesim.machine import cache
from cyclesim.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Opcode(NamedTuple):
    """A row of opcodes.yaml. `types`: the type words it is printed with, none when it has no type. `sources`: numbers
    of operands. `staging`: registers of a message by type, by "" when it has none of its own; 0 where the
    text doesn't tell, -1 where the modifiers v2, v3, v4 tell. `access`: `read`, `write`, `read-write` of these.
    `operations`, `integer_operations`: of one lane of the value. `last`: legal in a clause's last tuple only."""

    unit: str
    name: str
    types: tuple[str, ...]
    sources: tuple[int, ...]
    kind: str
    message: str
    access: str
    staging: Mapping[str, int]
    operations: int
    integer_operations: int
    last: bool
    status: str
    meaning: str
    where: str


class Type(NamedTuple):
    """A type word: `v2f16` has 2 lanes of 16 bits."""

    lanes: int
    bits: int


class Staging(NamedTuple):
    """Staging registers that a message reads and writes."""

    reads: tuple[int, ...]
    writes: tuple[int, ...]


class Table:
    """All opcodes, by slot and name."""

    def __init__(self, opcodes: Mapping[tuple[str, str], Opcode], types: Mapping[str, Type]) -> None:
        self.opcodes = opcodes
        self.types = types

    def find(self, instruction: Instruction) -> Opcode | None:
        """The row of an instruction, None for an unknown one. The type is not looked at."""
        return self.opcodes.get((instruction.unit, instruction.opcode))

    def type_of(self, instruction: Instruction) -> Type | None:
        """The type that an instruction works on: the first of its modifiers that is one."""
        for modifier in instruction.modifiers:
            if modifier in self.types:
                return self.types[modifier]
        return None

    def operations(self, instruction: Instruction) -> int:
        """Multiplies and adds of one thread: floating point and dot products. An FMA whose addend is `#0` counts 1.

        An IDP counts its four products and four adds: the fourth is the IADD that takes its result to a sum.
        """
        row = self.find(instruction)
        if row is None or not row.operations:
            return 0
        type_ = self.type_of(instruction)
        lanes = type_.lanes if type_ else 1
        addend = instruction.sources[2] if row.name.startswith("FMA") and len(instruction.sources) > 2 else None
        return lanes * (row.operations - (addend is not None and addend.kind == "zero"))

    def integer_operations(self, instruction: Instruction) -> int:
        """Integer multiplies and adds of one thread, those of addresses included."""
        row = self.find(instruction)
        type_ = self.type_of(instruction)
        return row.integer_operations * (type_.lanes if type_ else 1) if row else 0

    def sixteen_bit(self, instruction: Instruction) -> bool:
        """Whether it works on values of at most 16 bits."""
        type_ = self.type_of(instruction)
        return type_ is not None and type_.bits <= 16

    def is_message(self, instruction: Instruction) -> bool:
        """Whether it is a clause's message. An unknown ADD opcode with a staging register is one."""
        row = self.find(instruction)
        return bool(row.message) if row else instruction.unit == "ADD" and instruction.staging is not None

    def message(self, clause: Clause) -> Instruction | None:
        """The message instruction of a clause, None when it has none."""
        if not clause.header.message:
            return None
        return next((pair.add for pair in clause.tuples if self.is_message(pair.add)), None)

    def message_kind(self, instruction: Instruction) -> str:
        """The header word that this message asks for. A load of a uniform block goes through the attribute unit."""
        row = self.find(instruction)
        if row is None:
            return ""
        return "attr" if row.name == "LOAD" and "ubo" in instruction.modifiers else row.message

    def staging(self, instruction: Instruction) -> Staging:
        """The staging registers of a message. Where the text doesn't tell their number, one is read and, of a texture
        operation, up to four are written."""
        row = self.find(instruction)
        first = instruction.staging
        if first is None:
            return Staging((), ())
        if row is None:
            return Staging((first,), (first,))
        count = self._staging_count(row, instruction)
        reads = tuple(range(first, first + (count or 1))) if "read" in row.access else ()
        writes = count or (4 if row.message == "tex" else 1)
        if row.name == "ACMPXCHG":
            writes = count // 2
        return Staging(reads, tuple(range(first, first + writes)) if "write" in row.access else ())

    def _staging_count(self, row: Opcode, instruction: Instruction) -> int:
        modifiers = instruction.modifiers
        count = next((row.staging[one] for one in modifiers if one in row.staging), row.staging.get("", 0))
        if count >= 0:
            return count
        lanes = next((int(one[1]) for one in modifiers if one in ("v2", "v3", "v4")), 1)
        halves = any(one in ("f16", "s16", "u16") for one in modifiers)
        return (lanes + 1) // 2 if halves else lanes


@functools.cache
def load() -> Table:
    """The shipped table, read once a process; from the user's cache when that was made of this very file."""
    return _read()


def require_known(listing: Listing) -> None:
    """Raises UnknownInstruction (ManyErrors for several) when an opcode or a header word is in no table."""
    errors = unknown(listing)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)


def unknown(listing: Listing) -> list[CyclesimError]:
    """An error for the first occurrence of every opcode, type or header word that no table has."""
    table = load()
    errors: list[CyclesimError] = []
    seen: set[tuple[str, str]] = set()
    for clause in listing.clauses:
        errors += _unknown_words(listing, clause, seen)
        for pair in clause.tuples:
            for slot in pair:
                key = (slot.unit, slot.opcode + "." + (slot.modifiers[0] if slot.modifiers else ""))
                if key not in seen:
                    seen.add(key)
                    errors += _unknown_slot(listing, table, slot)
    return errors


def _unknown_words(listing: Listing, clause: Clause, seen: set[tuple[str, str]]) -> list[CyclesimError]:
    errors: list[CyclesimError] = []
    for word in clause.header.unknown:
        if ("header", word) in seen:
            continue
        seen.add(("header", word))
        line = clause.header.span.line
        text = listing.lines[line - 1]
        span = Span(listing.file, line, text.find(word) + 1, len(word))
        errors.append(UnknownInstruction(f"no header word `{word}`", span, _nearest_word(word), text))
    return errors


def _nearest_word(word: str) -> str:
    import difflib

    from cyclesim.gpu import listing_headers as headers

    known = [*headers.FLOWS, *headers.RECONVERGENCES, *headers.MESSAGES, *headers.MODES, "osrb", "td", "ncph"]
    close = difflib.get_close_matches(word, [*known, *(f"next_{one}" for one in headers.MESSAGES)], 3, 0.5)
    return f"did you mean {', '.join(close)}?" if close else "docs/reference/bifrost-listings.md has the header words"


def _unknown_slot(listing: Listing, table: Table, slot: Instruction) -> list[CyclesimError]:
    row = table.find(slot)
    if row is not None and (not row.types or (slot.modifiers and slot.modifiers[0] in row.types)):
        return []
    sign = "*" if slot.unit == "FMA" else "+"
    if row is not None:
        written = slot.modifiers[0] if slot.modifiers else "none"
        message = f"{sign}{slot.opcode} has no type {written}"
        hint = f"types: {', '.join(row.types)}"
    else:
        message, hint = f"no opcode {slot.opcode} in the {slot.unit} slot", nearest(table, slot.opcode, slot.unit)
    span = Span(slot.span.file, slot.span.line, slot.span.column + 1, len(slot.name))
    return [UnknownInstruction(message, span, hint, listing.lines[slot.span.line - 1])]


def nearest(table: Table, name: str, unit: str = "") -> str:
    """A hint: the other slot's opcode of this name, or the nearest names."""
    other = "ADD" if unit == "FMA" else "FMA"
    if unit and (other, name) in table.opcodes:
        return f"{name} is an opcode of the {other} slot only"
    import difflib

    close = difflib.get_close_matches(name, sorted({one for _, one in table.opcodes}), 3, 0.5)
    return f"did you mean {', '.join(close)}?" if close else "cyclesim isa list --isa bifrost shows the opcodes"


def rows_of(table: Table, written: str) -> tuple[list[Opcode], tuple[str, ...]]:
    """The rows of `FMA.f32`, `*FADD` or `load.i128` in any case, and the modifiers as written. No rows when unknown, or
    when the row has types and the first modifier is none of them."""
    slots = {"*": ("FMA",), "+": ("ADD",)}.get(written[:1], ("FMA", "ADD"))
    name, *modifiers = written.lstrip("*+").split(".")
    rows = [table.opcodes[unit, name.upper()] for unit in slots if (unit, name.upper()) in table.opcodes]
    lower = tuple(one.lower() for one in modifiers)
    return [row for row in rows if not lower or not row.types or lower[0] in row.types], lower


def table_file() -> str:
    """Path of opcodes.yaml."""
    return os.path.join(resources.PACKAGE, "gpu", "opcodes.yaml")


def _read() -> Table:
    path = table_file()
    with open(path, "rb") as file:
        content = file.read()
    key = cache.fingerprint(content)
    kept = cache.cache_file(path)
    document = cache.read(kept, key, lambda name: "")
    if document is None:
        document = compile_text(content.decode("utf-8"), path)
        cache.write(kept, key, [], document)
    opcodes = {(row[0], row[1]): _opcode(row) for row in document["opcodes"]}
    return Table(opcodes, {name: Type(*value) for name, value in document["types"].items()})


def _opcode(row: list[Any]) -> Opcode:
    unit, name, types, sources, *others = row
    return Opcode(unit, name, tuple(types), tuple(sources), *others)


def compile_text(text: str, file: str) -> dict[str, Any]:
    """The document that the cache keeps. Raises ManyErrors with everything wrong, each with its place."""
    from cyclesim.gpu.opcodes_compile import compile_opcodes

    return compile_opcodes(text, file)


def check_table() -> list[CyclesimError]:
    """Everything wrong with the shipped table, without the cache."""
    with open(table_file(), encoding="utf-8") as file:
        text = file.read()
    try:
        compile_text(text, table_file())
    except ManyErrors as error:
        return list(error.errors)
    return []
