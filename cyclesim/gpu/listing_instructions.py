"""One slot of a tuple: `*FMA.f32 r0:t0, r1, 0x3e800000 /* 0.25 */, #0.neg`."""

from __future__ import annotations

import re

from cyclesim.errors import AsmError
from cyclesim.gpu.nouns import Destination, Instruction, Operand
from cyclesim.ir import Span

SLOT = re.compile(r"\s*([*+])([A-Z][A-Z0-9_]*)((?:\.[a-z0-9_]+)*)(?: +(.*?))? *$")
DESTINATION = re.compile(r"(?:r(\d+):)?t([01])(?:\.(h[01]))?$")
OPERAND = re.compile(
    r"(?:r(?P<register>\d+)|t(?P<temporary>[01])|(?P<same>t)|u(?P<uniform>\d+)\.w(?P<word>[01])"
    r"|0x(?P<literal>[0-9a-f]{8})(?: /\*.*?\*/)?"
    r"|clause_(?P<label>-?\d+)(?P<high> >> 32)?(?: /\*.*?\*/)?"
    r"|\#0(?:\.(?P<zero>[xy])(?![a-z0-9]))?"
    r"|(?P<special>[a-z_]+(?:_\d+)?)\.(?P<half>[xy])(?![a-z0-9])"
    r"|(?P<immediate>[a-z_0-9]+):(?P<value>\d+))"
    r"(?P<modifiers>(?:\.[a-z0-9]+)*)$"
)
STAGING = re.compile(r"@r(\d+)$")
REGISTERS = 64
"""Work registers that an instruction can name, r0-r63 (BIFROST's 6-bit register fields, bifrost.h)."""

Fields = tuple[str, str, tuple[str, ...], Destination, tuple[Operand, ...], int | None, int, str]


class Reader:
    """Reads slots of one file. Equal lines are read once: a listing repeats itself (`*NOP t0`)."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._read: dict[str, Fields] = {}
        self._operands: dict[str, tuple[str, str, int, int, str, tuple[str, ...]]] = {}

    def read(self, text: str, line: int) -> Instruction:
        """The instruction of a line. Raises AsmError."""
        fields = self._read.get(text)
        if fields is None:
            fields = self._read[text] = self._fields(text, line)
        unit, opcode, modifiers, destination, sources, staging, column, words = fields
        span = Span(self.file, line, column, len(words) + 1)
        return Instruction(unit, opcode, modifiers, destination, sources, staging, span, words)

    def blank(self, text: str, line: int) -> Instruction:
        """What stands in for a line that could not be read."""
        unit = "FMA" if text.lstrip().startswith("*") else "ADD"
        span = Span(self.file, line, 1, max(1, len(text)))
        return Instruction(unit, "NOP", (), Destination(None), (), None, span, text.strip()[1:])

    def _fields(self, text: str, line: int) -> Fields:
        match = SLOT.match(text)
        if not match:
            column = len(text) - len(text.lstrip()) + 1
            hint = "for example `*FMA.f32 r0:t0, r1, r2, t0`"
            raise AsmError("not an instruction", Span(self.file, line, column, len(text.strip())), hint)
        unit = "FMA" if match[1] == "*" else "ADD"
        pieces = match[4].split(", ") if match[4] is not None else [""]
        column = match.start(4) + 1 if match[4] is not None else len(text) + 1
        destination = self._destination(pieces[0], unit, Span(self.file, line, column, max(1, len(pieces[0]))))
        sources: list[Operand] = []
        staging: int | None = None
        for number, piece in enumerate(pieces[1:], 2):
            column += len(pieces[number - 2]) + 2
            place = Span(self.file, line, column, max(1, len(piece)))
            if piece.startswith("@"):
                staging = self._staging(piece, place, last=number == len(pieces))
            else:
                sources.append(self._operand(piece, unit, place))
        modifiers = tuple(match[3][1:].split(".")) if match[3] else ()
        start = match.start(1) + 1
        return unit, match[2], modifiers, destination, tuple(sources), staging, start, text.strip()[1:]

    def _destination(self, piece: str, unit: str, place: Span) -> Destination:
        match = DESTINATION.match(piece)
        own = "t0" if unit == "FMA" else "t1"
        if not match or f"t{match[2]}" != own:
            hint = f"`{own}`, or with a register `r5:{own}`, comes first"
            raise AsmError(f"no destination of the {unit} slot: `{piece}`", place, hint)
        register = self._register(match[1], place) if match[1] else None
        return Destination(register, match[3] or "", place.column)

    def _staging(self, piece: str, place: Span, last: bool) -> int:
        match = STAGING.match(piece)
        if not match or not last:
            raise AsmError(f"no staging register: `{piece}`", place, "`@r4`, as the last operand")
        return self._register(match[1], place)

    def _register(self, digits: str, place: Span) -> int:
        if len(digits) > 2 or int(digits) >= REGISTERS:
            raise AsmError(f"no register r{digits}", place, f"registers are r0-r{REGISTERS - 1}")
        return int(digits)

    def _operand(self, piece: str, unit: str, place: Span) -> Operand:
        known = self._operands.get(piece)
        if known is None:
            known = self._operands[piece] = self._parsed(piece, place)
        if known[0] == "same" and unit == "FMA":
            hint = "`t` is the FMA result of the same tuple; the previous one's are t0 and t1"
            raise AsmError("`t` in an FMA slot", place, hint)
        return Operand(*known, place.column)

    def _parsed(self, piece: str, place: Span) -> tuple[str, str, int, int, str, tuple[str, ...]]:
        """Everything of an operand but its column."""
        match = OPERAND.match(piece)
        if not match:
            raise AsmError(f"I can't read the operand `{piece}`", place, OPERAND_HINT)
        kind = match.lastgroup if match.lastgroup != "modifiers" else ""
        found = match.groupdict()
        modifiers = tuple(found["modifiers"][1:].split(".")) if found["modifiers"] else ()
        kind, number, word, name = self._meaning(found, place)
        return kind, piece, number, word, name, modifiers

    def _meaning(self, found: dict[str, str | None], place: Span) -> tuple[str, int, int, str]:
        """Kind, number, word and name of a matched operand."""
        if (digits := found["register"]) is not None:
            return "register", self._register(digits, place), 0, ""
        if (digits := found["temporary"]) is not None:
            return "temporary", int(digits), 0, ""
        if (digits := found["uniform"]) is not None:
            return "uniform", _number(digits), int(found["word"] or 0), ""
        if (digits := found["literal"]) is not None:
            return "literal", int(digits, 16), 0, ""
        if (digits := found["label"]) is not None:
            return "label", _number(digits), int(bool(found["high"])), ""
        if (name := found["special"]) is not None:
            return "special", 0, int(found["half"] == "y"), name
        if (name := found["immediate"]) is not None:
            return "immediate", _number(found["value"] or "0"), 0, name
        if found["same"]:
            return "same", 0, 0, ""
        return "zero", 0, int(found["zero"] == "y"), found["zero"] or ""


def _number(digits: str) -> int:
    """A number of the text; absurdly long ones are cut, they name nothing."""
    return int(digits[:12])


OPERAND_HINT = "operands: r5, t0, t1, t, u3.w1, 0x3f800000 /* 1.0 */, #0, lane_id.x, clause_8, @r4"
