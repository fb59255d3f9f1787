"""Parser of Mesa's Bifrost disassembly, plain and verbose.

The grammar is that of `disassemble.c` and `bi_print_common.c` in Mesa's `src/panfrost`, in one piece in
docs/reference/bifrost-listings.md. What an opcode means is not asked here: opcodes of a later compiler parse.
"""

from __future__ import annotations

import re

from cyclesim.errors import AsmError, CyclesimError, ManyErrors
from cyclesim.gpu.listing_headers import parse_header
from cyclesim.gpu.listing_instructions import Reader
from cyclesim.gpu.nouns import Clause, Header, Instruction, Listing, Tuple
from cyclesim.ir import Span

LABEL = re.compile(r"clause_(\d+):\s*$")
STATISTICS = re.compile(r"MESA_SHADER_\w+ shader: (.*)$|^SHADER-DB: .*?: (.*)$")
INSIDE = re.compile(r"[*+][A-Z]|ds\(|clause_")
FIGURE = re.compile(r"(\d+(?:\.\d+)?(?::\d+)?) ([a-z:]+)")


def is_listing(text: str) -> bool:
    """Whether a text has a clause label on a line of its own, or the statistics line of a listing without clauses."""
    return bool(re.search(r"^clause_\d+:\s*$|^SHADER-DB: MESA_SHADER_", text, re.MULTILINE))


def parse(text: str, file: str) -> Listing:
    """The clauses of one listing, and the compiler's own statistics when the text has them.

    Lines before the first clause and after the last one are left out unless they look like a clause's own; lines that
    begin with `#` (the verbose form's hexadecimal) are left out everywhere. Raises AsmError, or ManyErrors with every
    fault of the text: unreadable lines, a clause that is cut, a jump to a clause that is not there, no end of program.
    """
    parser = _Parser(file, tuple(text.splitlines()))
    parser.run()
    listing = parser.listing()
    parser.errors += _faults_of_the_whole(listing, bool(parser.stated_line), bool(parser.errors))
    if parser.errors:
        parser.errors.sort(key=lambda error: error.span.line if error.span else 0)
        raise parser.errors[0] if len(parser.errors) == 1 else ManyErrors(parser.errors)
    return listing


class _Parser:
    """Goes through the lines once. A clause is being read while `number` is not None; `astray`: a line that belongs to
    a clause without a label has been reported, and the ones after it say no more."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.errors: list[CyclesimError] = []
        self.clauses: list[Clause] = []
        self.stated: dict[str, float] = {}
        self.stated_line = 0
        self.verbose = False
        self.line = 0
        self.reader = Reader(file)
        self.number: int | None = None
        self.label_line = 0
        self.header: Header | None = None
        self.open = False
        self.whole = True
        self.astray = False
        self.fma: Instruction | None = None
        self.tuples: list[Tuple] = []

    def fault(self, message: str, hint: str = "", line: int = 0, column: int = 0) -> None:
        """Remember an error of a line; the caret covers the line's text, or begins at `column`."""
        line = line or self.line
        text = self.lines[line - 1]
        column = column or len(text) - len(text.lstrip()) + 1
        span = Span(self.file, line, column, max(1, len(text.rstrip()) - column + 1))
        self.errors.append(AsmError(message, span, hint, text))
        self.whole = False

    def run(self) -> None:
        """Read every line."""
        for number, text in enumerate(self.lines, 1):
            self.line = number
            first = text.lstrip()[:1]
            if first in ("*", "+") and self.open:
                self.slot(text)
            elif first == "#":
                self.verbose = self.verbose or text.startswith("# tag")
            elif first:
                self.other(text.strip(), text)
        if self.number is not None:
            self.fault(f"clause_{self.number} is cut: the text ends before its `}}`", CUT_HINT, self.label_line)

    def other(self, stripped: str, text: str) -> None:
        """A line that is neither a slot of an open clause nor a comment."""
        label = LABEL.match(stripped)
        if label:
            self.begin(int(label[1]))
        elif self.number is None:
            self.outside(stripped)
        elif stripped == "{":
            self.open_brace()
        elif stripped == "}":
            self.end()
        elif self.header is None and not self.open:
            self.read_header(text)
        else:
            self.inside(stripped)

    def inside(self, stripped: str) -> None:
        """A line in a clause that can't stand there."""
        if stripped.startswith("INSTR_INVALID_ENC"):
            self.fault("the disassembler could not decode this instruction", "the binary is damaged or for another GPU")
        elif STATISTICS.search(stripped):
            self.fault(f"clause_{self.number} is cut: the statistics line follows", CUT_HINT, self.label_line)
            self.number = None
            self.outside(stripped)
        elif not self.open:
            self.fault(f"`{{` of clause_{self.number} expected", "a header is followed by a line `{`")
        else:
            self.fault("not an instruction", "a slot begins with `*` (FMA) or `+` (ADD)")

    def outside(self, stripped: str) -> None:
        """A line before, between or after clauses."""
        statistics = STATISTICS.search(stripped)
        if statistics:
            figures = _figures(statistics[1] or statistics[2])
            self.stated, self.stated_line = figures or self.stated, self.line
        elif INSIDE.match(stripped) and not self.astray:
            self.fault("this line belongs to a clause, and none is open", "a clause begins with `clause_N:`")
            self.astray = True

    def begin(self, number: int) -> None:
        """A label."""
        if self.number is not None:
            message = f"clause_{self.number} is cut: clause_{number} begins before its `}}`"
            self.fault(message, CUT_HINT, self.label_line)
        self.number, self.label_line, self.astray = number, self.line, False
        self.header, self.open, self.whole, self.fma, self.tuples = None, False, True, None, []

    def read_header(self, text: str) -> None:
        """The line after the label."""
        try:
            self.header = parse_header(text, Span(self.file, self.line))
        except AsmError as error:
            error.source_line = text
            self.errors.append(error)
            self.whole = False
            # One fault is enough: what follows is read as if the header had been fine.
            self.header = Header(0, "nbb", "", "", "", (), False, False, False, (), (), Span(self.file, self.line))

    def open_brace(self) -> None:
        if self.open:
            self.fault("a second `{`")
        elif self.header is None:
            self.fault(f"clause_{self.number} has no header", "a line like `ds(0) nbb ncph` stands before `{`")
        self.open = True

    def slot(self, text: str) -> None:
        """A line with `*` or `+` in an open clause."""
        try:
            instruction = self.reader.read(text, self.line)
        except AsmError as error:
            error.source_line = text
            self.errors.append(error)
            self.whole = False
            instruction = self.reader.blank(text, self.line)
        if instruction.unit == "FMA":
            self.missing_add()
            self.fma = instruction
        elif self.fma is None:
            self.fault("an ADD slot without its FMA slot", "both slots of a tuple are printed, `*NOP t0` when empty")
        else:
            self.tuples.append(Tuple(self.fma, instruction))
            self.fma = None

    def missing_add(self) -> None:
        if self.fma is not None:
            hint = "both slots of a tuple are printed, `+NOP t1` when empty"
            self.fault("an FMA slot without its ADD slot", hint, self.fma.span.line)
            self.fma = None

    def end(self) -> None:
        """A `}`."""
        self.missing_add()
        if not self.open:
            self.fault(f"clause_{self.number} has no `{{`")
        elif not self.tuples and self.whole:
            self.fault(f"clause_{self.number} has no tuple", "", self.label_line)
        if self.header is not None and self.number is not None and self.tuples:
            span = Span(self.file, self.label_line, 1, len(self.lines[self.label_line - 1].rstrip()))
            self.clauses.append(Clause(self.number, self.header, tuple(self.tuples), span))
        self.number = None
        self.open = False

    def listing(self) -> Listing:
        """What has been read, complete or not."""
        places: dict[int, int] = {}
        for place, clause in enumerate(self.clauses):
            if clause.number in places:
                hint = "one file holds one shader: cut the text at each `clause_0:`" if not clause.number else ""
                self.fault(f"a second {clause.label}", hint, clause.span.line)
            places.setdefault(clause.number, place)
        return Listing(self.file, tuple(self.clauses), places, self.stated, self.lines, self.verbose)


CUT_HINT = "the listing is incomplete: take it from the compiler's output again, whole"


def _figures(text: str) -> dict[str, float]:
    """The figures of a statistics line; none when it is not of this form (Mesa 22.2 prints zeros there)."""
    figures: dict[str, float] = {}
    for value, name in FIGURE.findall(text):
        if name == "spills:fills":
            first, _, second = value.partition(":")
            figures["spills"], figures["fills"] = int(first), int(second or 0)
        elif ":" not in value:
            figures[name] = float(value) if "." in value else int(value)
    return figures if "tuples" in figures else {}


def _faults_of_the_whole(listing: Listing, stated: bool, damaged: bool) -> list[CyclesimError]:
    """Faults that no single line shows. Of a text with other faults none that these explain: an end that is cut off, a
    clause behind it."""
    if not listing.clauses:
        if stated or damaged:
            return []
        hint = "a listing has lines like `clause_0:`; BIFROST_MESA_DEBUG=shaders prints one"
        return [AsmError("no clause in this text", Span(listing.file, 1), hint)]
    last = listing.clauses[-1]
    jumps = [one for clause in listing.clauses for one in _jumps(listing, clause)]
    found = [_missing_target(listing, one) for one in jumps if not damaged or one[1] <= last.number]
    if not damaged and not any(clause.header.ends for clause in listing.clauses):
        message = "no clause ends the program (`eos`)"
        found.append(AsmError(message, last.span, CUT_HINT, listing.lines[last.span.line - 1]))
    return found


def _jumps(listing: Listing, clause: Clause) -> list[tuple[Instruction, int, int]]:
    """Instructions of a clause that name a clause which the listing has not, with its number and the column."""
    return [
        (slot, source.number, source.column)
        for pair in clause.tuples
        for slot in pair
        for source in slot.sources
        if source.kind == "label" and source.number not in listing.places
    ]


def _missing_target(listing: Listing, jump: tuple[Instruction, int, int]) -> CyclesimError:
    slot, number, column = jump
    label = f"clause_{number}"
    known = sorted(listing.places, key=lambda one: abs(one - number))[:3]
    hint = f"nearest clauses: {', '.join(f'clause_{one}' for one in sorted(known))}"
    span = Span(listing.file, slot.span.line, column, len(label))
    return AsmError(f"{slot.opcode} to {label}, which the listing has not", span, hint, listing.lines[span.line - 1])
