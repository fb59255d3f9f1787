"""Errors as part of the product: what, where, and the next step. The library raises; only the CLI prints."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.ir import Span


class CyclesimError(Exception):
    """Base of every error that a user's input can cause.

    `code` is the stable name in `error[code]`; `exit_code` is what the CLI returns (1 the input can't be
    estimated, 2 usage, 3 a check failed); `source_line` is the text the caret points into.
    """

    code = "error"
    exit_code = 1

    def __init__(self, message: str, span: Span | None = None, hint: str = "", source_line: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.source_line = source_line

    def render(self) -> str:
        """`file:line:col: error[code]: message`, the source line, a caret, one hint."""
        where = f"{self.span}: " if self.span else ""
        lines = [f"{where}error[{self.code}]: {shortened(self.message)}"]
        if self.source_line and self.span:
            lines += caret_lines(self.source_line, self.span)
        if self.span and self.span.parent:
            lines += chain_lines(self.span.parent)
        if self.hint:
            lines.append(f"    hint: {shortened(self.hint)}")
        return "\n".join(lines)


MESSAGE_WIDTH = 500
CARET_WIDTH = 92
CHAIN_LENGTH = 8
INCLUDES = ("#include", ".include")


def shortened(text: str) -> str:
    """A message that quotes megabytes of input keeps its two ends."""
    half = MESSAGE_WIDTH // 2
    return text if len(text) <= MESSAGE_WIDTH else f"{text[:half]} … {text[-half:]}"


def caret_lines(source_line: str, span: Span) -> list[str]:
    """The source line and a caret under it, a window of a long line, tabs as one space (so columns hold)."""
    # A line may be megabytes long: only the surroundings of the caret are looked at.
    skipped = max(0, span.column - 1 - CARET_WIDTH)
    near = source_line[skipped : skipped + 2 * CARET_WIDTH]
    text, column = near.replace("\t", " ").rstrip(), span.column - skipped
    if len(text) > CARET_WIDTH:
        start = max(0, column - 1 - CARET_WIDTH // 2)
        text, column = text[start : start + CARET_WIDTH], column - start
    marks = "^" + "~" * max(0, min(span.length, len(text) - column + 1) - 1)
    return ["    " + text, "    " + " " * (column - 1) + marks]


def chain_lines(parent: Span | None) -> list[str]:
    """The places that a text was expanded from, the innermost first; of a long chain its two ends."""
    lines = []
    while parent:
        what = "included at" if parent.via in INCLUDES else f"in expansion of `{parent.via}` at"
        lines.append(f"    {what if parent.via else 'expanded from'} {parent}")
        parent = parent.parent
    if len(lines) > CHAIN_LENGTH:
        left_out = len(lines) - CHAIN_LENGTH
        lines[CHAIN_LENGTH - 2 : -2] = [f"    … and {left_out} more …"]
    return lines


class AsmError(CyclesimError):
    """The text is not assembly that we can read."""

    code = "syntax"


class RegionError(CyclesimError):
    """A region marker without its partner, an unknown region or line range."""

    code = "region"


class LaunchError(CyclesimError):
    """Threads and work-groups that can't be dispatched: no whole groups, or more than the hardware takes."""

    code = "launch"


class TripError(CyclesimError):
    """A loop of a listing without a trip count, or a trip count of no loop."""

    code = "trip-count"


class UnknownInstruction(CyclesimError):
    """No form has this mnemonic."""

    code = "unknown-instruction"


class WrongOperands(CyclesimError):
    """The mnemonic exists, with other operands."""

    code = "wrong-operands"


class TableError(CyclesimError):
    """An ISA table or what-if row is malformed."""

    code = "isa-table"


class CoreError(CyclesimError):
    """A core file is malformed."""

    code = "core-file"


class UnknownCore(CyclesimError):
    """No core of that name or alias."""

    code = "unknown-core"
    exit_code = 2


class SchedulesWarps(UnknownCore):
    """The core is a GPU: it takes a compiler's listing, not assembly."""


class UntimedInstruction(CyclesimError):
    """A core has no timing row for the class of an instruction."""

    code = "no-timing"


class CompileError(CyclesimError):
    """A compiler refuses the text or never ends. `messages`: its own, line by line."""

    code = "compile"

    def __init__(self, message: str, messages: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.messages = tuple(messages)

    def render(self) -> str:
        return "\n".join([super().render(), *[f"    {line}" for line in self.messages]])


class InputError(CyclesimError):
    """A file that is missing, a directory, empty, binary or not text."""

    code = "input"


class UsageError(CyclesimError):
    """Options that don't fit together."""

    code = "usage"
    exit_code = 2


class ManyErrors(CyclesimError):
    """All errors of one input, in the order of the source."""

    code = "many"

    def __init__(self, errors: Sequence[CyclesimError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = tuple(errors)
        self.exit_code = max((error.exit_code for error in errors), default=1)

    def render(self) -> str:
        return "\n".join(error.render() for error in self.errors)
