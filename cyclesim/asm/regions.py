"""Which instructions to estimate: marked regions, loops, or everything.

A marked region is taken for the body of a loop, as llvm-mca and OSACA do: its last instruction is followed by its
first. A region given by lines is a loop when its last instruction is a backward branch to a place inside it, and
straight-line code otherwise. A loop includes the branch that closes it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from cyclesim.asm.dialect import is_jump
from cyclesim.asm.lexer import Marker
from cyclesim.errors import CyclesimError, RegionError
from cyclesim.ir import Instruction, Label, Program, Region, Span

MOST_ERRORS = 1000
"""Further mistakes in markers are not reported."""


class _Reader:
    """Pairs begin and end markers."""

    def __init__(self, instructions: Sequence[Instruction], file: str, lines: Sequence[str]) -> None:
        self.places = [_root_place(instruction.span) for instruction in instructions]
        self.file, self.lines = file, lines
        self.regions: list[Region] = []
        self.errors: list[CyclesimError] = []
        self.open: tuple[Marker, str, int | None] | None = None
        self.names: set[str] = set()

    def fault(self, marker: Marker, message: str, hint: str = "") -> None:
        if len(self.errors) >= MOST_ERRORS:
            return
        length = len(marker.tool) + len(marker.verb) + 1
        span = Span(self.file, marker.line, marker.column, length)
        self.errors.append(RegionError(message, span, hint, self.lines[marker.line - 1]))

    def read(self, marker: Marker) -> None:
        if marker.verb == "begin":
            self._begin(marker)
        elif marker.verb == "end":
            self._end(marker)
        else:
            hint = f"{marker.tool}-begin and {marker.tool}-end are known"
            self.fault(marker, f"`{marker.tool}-{marker.verb}` is no region marker", hint)

    def _begin(self, marker: Marker) -> None:
        if self.open:
            hint = f"end the region of line {self.open[0].line} first"
            self.fault(marker, "a region starts inside another", hint)
            return
        name, operations = self._argument(marker)
        name = name or f"region-{len(self.names) + 1}"
        if name in self.names:
            self.fault(marker, f"two regions are called {name!r}", "give each region its own name")
        self.names.add(name)
        self.open = (marker, name, operations)

    def _argument(self, marker: Marker) -> tuple[str, int | None]:
        """`NAME [ops=N]`; the other tools take the whole rest of the line as the name."""
        if marker.tool != "cyclesim":
            return marker.argument, None
        names, operations = [], None
        for word in marker.argument.split():
            key, equals, value = word.partition("=")
            if not equals:
                names.append(word)
            elif key != "ops" or not value.isascii() or not value.isdigit() or len(value) > 15:
                self.fault(marker, f"`{word}` is not understood", "cyclesim-begin NAME ops=N, N a whole number")
            else:
                operations = int(value)
        if len(names) > 1:
            self.fault(marker, f"a region name is one word, not {' '.join(names)!r}", "cyclesim-begin NAME ops=N")
        return (names[0] if names else ""), operations

    def _end(self, marker: Marker) -> None:
        if self.open is None:
            self.fault(
                marker, "this region end has no begin", f"write {marker.tool}-begin NAME before the first instruction"
            )
            return
        begin, name, operations = self.open
        self.open = None
        stated = marker.argument.split()[0] if marker.tool == "cyclesim" and marker.argument else marker.argument
        if stated and stated != name:
            self.fault(marker, f"this ends {stated!r}, but {name!r} is open", f"it starts in line {begin.line}")
        start = bisect_left(self.places, (begin.line, begin.column))
        end = bisect_left(self.places, (marker.line, marker.column))
        if start == end:
            self.fault(begin, f"the region {name!r} holds no instruction", "put the markers around the instructions")
            return
        span = Span(self.file, begin.line, begin.column, len(begin.tool) + 6)
        self.regions.append(Region(name, start, end, "marked", True, span, operations))

    def finish(self) -> None:
        if self.open:
            marker = self.open[0]
            self.fault(
                marker,
                f"the region {self.open[1]!r} never ends",
                f"write {marker.tool}-end behind its last instruction",
            )


def read_markers(
    markers: Sequence[Marker], instructions: Sequence[Instruction], file: str, lines: Sequence[str]
) -> tuple[tuple[Region, ...], list[CyclesimError]]:
    """The marked regions of a text, and what is wrong with its markers."""
    if not markers:
        return (), []
    reader = _Reader(instructions, file, lines)
    for marker in markers:
        reader.read(marker)
    reader.finish()
    return tuple(reader.regions), reader.errors


def _root_place(span: Span) -> tuple[int, int]:
    """Line and column in the file itself, of expanded text: of the outermost place it expands from."""
    while span.parent:
        span = span.parent
    return span.line, span.column


def choose(program: Program, name: str | None = None, lines: tuple[int, int] | None = None) -> list[Region]:
    """The regions to estimate: the one asked for, else all marked ones, else the largest innermost loop, else all.

    `name` is that of a marked region or of a loop (its label); `lines` are the first and the last. Raises RegionError.
    """
    if not program.instructions:
        raise RegionError(f"{program.file} has no instructions", Span(program.file, 1))
    if name is not None:
        return [_named(program, name)]
    if lines is not None:
        return [_of_lines(program, *lines)]
    if program.regions:
        return list(program.regions)
    found = loops(program)
    if found:
        return [max(found, key=lambda loop: (loop.end - loop.start, -loop.start))]
    return [Region("whole text", 0, len(program.instructions), "straight", False, program.instructions[0].span)]


def _named(program: Program, name: str) -> Region:
    known = [*program.regions, *loops(program)]
    for region in known:
        if region.name == name:
            return region
    names = ", ".join(dict.fromkeys(region.name for region in known))
    hint = f"known regions: {names}" if names else "no region is marked and there is no loop"
    raise RegionError(f"{program.file} has no region {name!r}", Span(program.file, 1), hint)


def _of_lines(program: Program, first: int, last: int) -> Region:
    """The instructions of some source lines; of expanded code, those whose outermost place is there."""
    inside = [
        index
        for index, instruction in enumerate(program.instructions)
        if first <= _root_place(instruction.span)[0] <= last
    ]
    if not inside:
        total = len(program.sources.get(program.file, ()))
        raise RegionError(
            f"no instruction in lines {first} to {last}", Span(program.file, first), f"the text has {total} lines"
        )
    start, end = inside[0], inside[-1] + 1
    target = _jump_target(program.instructions[end - 1])
    loop = target is not None and start <= target < end
    return Region(f"lines {first}-{last}", start, end, "lines", loop, program.instructions[start].span)


def loops(program: Program) -> list[Region]:
    """The innermost loops in the order of the source: backward branches around no other backward branch's loop."""
    found = []
    latest_start = -1
    for index, instruction in enumerate(program.instructions):
        target = _jump_target(instruction)
        if target is None or target > index:
            continue
        if target > latest_start:
            found.append((target, index + 1))
        latest_start = max(latest_start, target)
    names = _loop_names(program, [start for start, _ in found])
    return [
        Region(name, start, end, "loop", True, program.instructions[start].span)
        for name, (start, end) in zip(names, found, strict=True)
    ]


def _jump_target(instruction: Instruction) -> int | None:
    if instruction.operands and is_jump(instruction.mnemonic):
        place = instruction.operands[-1]
        if isinstance(place, Label):
            return place.target
    return None


def _loop_names(program: Program, starts: Sequence[int]) -> list[str]:
    """A loop is called by its label; `loop@LINE` when that is a number or missing."""
    labels: dict[int, str] = {}
    for label, index in program.labels.items():
        labels[index] = label
    return [labels.get(start) or f"loop@{_root_place(program.instructions[start].span)[0]}" for start in starts]
