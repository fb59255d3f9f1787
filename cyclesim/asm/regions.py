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


class Reader:
    """Pairs begin and end markers. `lines`: those of each source."""

    def __init__(self, file: str, lines: Sequence[str]) -> None:
        self.file, self.lines = file, lines
        self.regions: list[Region] = []
        self.errors: list[CyclesimError] = []
        self.open: tuple[Marker, str, int | None, int, Span] | None = None
        self.names: dict[str, int] = {}

    def fault(self, marker: Marker, span: Span, message: str, hint: str = "") -> None:
        if len(self.errors) >= MOST_ERRORS:
            return
        own = span.file == self.file and 0 < span.line <= len(self.lines)
        line = self.lines[span.line - 1] if own else f"{marker.tool}-{marker.verb} {marker.argument}".rstrip()
        self.errors.append(RegionError(message, span if own else span._replace(column=1), hint, line))

    def read(self, marker: Marker, position: int, span: Span | None = None) -> None:
        """A marker in front of the instruction `position`. `span`: its place in expanded text."""
        length = len(marker.tool) + len(marker.verb) + 1
        place = span._replace(length=length) if span else Span(self.file, marker.line, marker.column, length)
        if marker.verb == "begin":
            self._begin(marker, position, place)
        elif marker.verb == "end":
            self._end(marker, position, place)
        else:
            hint = f"{marker.tool}-begin and {marker.tool}-end are known"
            self.fault(marker, place, f"`{marker.tool}-{marker.verb}` is no region marker", hint)

    def _begin(self, marker: Marker, position: int, span: Span) -> None:
        if self.open:
            hint = f"end the region of line {self.open[4].line} first"
            self.fault(marker, span, "a region starts inside another", hint)
            return
        name, operations = self._argument(marker, span)
        name = name or f"region-{len(self.names) + 1}"
        count = self.names[name] = self.names.get(name, 0) + 1
        if count > 1 and span.parent:
            # One marker that is expanded several times is several regions.
            name = f"{name}#{count}"
        elif count > 1:
            self.fault(marker, span, f"two regions are called {name!r}", "give each region its own name")
        self.open = (marker, name, operations, position, span)

    def _argument(self, marker: Marker, span: Span) -> tuple[str, int | None]:
        """`NAME [ops=N]`; the other tools take the whole rest of the line as the name."""
        if marker.tool != "cyclesim":
            return marker.argument, None
        names, operations = [], None
        for word in marker.argument.split():
            key, equals, value = word.partition("=")
            if not equals:
                names.append(word)
            elif key != "ops" or not value.isascii() or not value.isdigit() or len(value) > 15:
                self.fault(marker, span, f"`{word}` is not understood", "cyclesim-begin NAME ops=N, N a whole number")
            else:
                operations = int(value)
        if len(names) > 1:
            message = f"a region name is one word, not {' '.join(names)!r}"
            self.fault(marker, span, message, "cyclesim-begin NAME ops=N")
        return (names[0] if names else ""), operations

    def _end(self, marker: Marker, position: int, span: Span) -> None:
        if self.open is None:
            hint = f"write {marker.tool}-begin NAME before the first instruction"
            self.fault(marker, span, "this region end has no begin", hint)
            return
        begin, name, operations, start, opened = self.open
        self.open = None
        stated = marker.argument.split()[0] if marker.tool == "cyclesim" and marker.argument else marker.argument
        if stated and stated != name.partition("#")[0]:
            hint = f"it starts in line {opened.line}"
            self.fault(marker, span, f"this ends {stated!r}, but {name!r} is open", hint)
        if start == position:
            hint = "put the markers around the instructions"
            self.fault(begin, opened, f"the region {name!r} holds no instruction", hint)
            return
        span = opened._replace(length=len(begin.tool) + 6)
        self.regions.append(Region(name, start, position, "marked", True, span, operations))

    def finish(self) -> None:
        if self.open:
            marker, name, _, _, span = self.open
            hint = f"write {marker.tool}-end behind its last instruction"
            self.fault(marker, span, f"the region {name!r} never ends", hint)


def read_markers(
    markers: Sequence[Marker], instructions: Sequence[Instruction], file: str, lines: Sequence[str]
) -> tuple[tuple[Region, ...], list[CyclesimError]]:
    """The marked regions of a text, and what is wrong with its markers."""
    if not markers:
        return (), []
    reader = Reader(file, lines)
    places = [_root_place(instruction.span) for instruction in instructions]
    for marker in markers:
        reader.read(marker, bisect_left(places, (marker.line, marker.column)))
    reader.finish()
    return tuple(reader.regions), reader.errors


def _root_place(span: Span) -> tuple[int, int]:
    """Line and column in the file itself, of expanded text: of the outermost place it expands from."""
    root = span.root()
    return root.line, root.column


def choose(program: Program, name: str | None = None, lines: tuple[int, int] | None = None) -> list[Region]:
    """The regions to estimate: the one asked for, else all marked ones, else the largest innermost loop, else all.

    `name` is that of a marked region or of a loop (its label); `lines` are the first and the last. Raises RegionError.
    """
    if not program.instructions:
        raise RegionError(f"{program.file} has no instructions", Span(program.file, 1))
    if name is not None:
        return _named(program, name)
    if lines is not None:
        return [_of_lines(program, *lines)]
    if program.regions:
        return list(program.regions)
    found = loops(program)
    if found:
        return [max(found, key=lambda loop: (loop.end - loop.start, -loop.start))]
    return [Region("whole text", 0, len(program.instructions), "straight", False, program.instructions[0].span)]


def _named(program: Program, name: str) -> list[Region]:
    """The region, loop or part called so; of a function (`Class::run`, `run`) all; `run:120`: the one at that line."""
    known = [*program.regions, *loops(program), *program.parts]
    for region in known:
        if region.name == name:
            return [region]
    if found := _of_function(program, known, name):
        return found
    names = ", ".join(dict.fromkeys(region.name for region in known))
    hint = f"known regions: {names}" if names else "no region is marked and there is no loop"
    raise RegionError(f"{program.file} has no region {name!r}", Span(program.file, 1), hint)


def _of_function(program: Program, known: Sequence[Region], name: str) -> list[Region]:
    """Regions named FUNCTION:LINE by their function alone, or by a line inside of them; loops before parts."""
    function, _, line = name.rpartition(":")
    if function.endswith(":") or not line.isdigit():
        function, line = name, ""
    found = []
    for region in known:
        owner = region.name.rpartition(":")[0]
        if owner and (owner == function or owner.endswith(f"::{function}")):
            places = [_root_place(one.span)[0] for one in program.instructions[region.start : region.end]]
            if not line or min(places, default=0) <= int(line) <= max(places, default=0):
                found.append(region)
    held = [one for one in found if one.kind != "part" or not any(_inside(other, one) for other in found)]
    chosen = {(region.start, region.end): region for region in reversed(held)}
    return [chosen[key] for key in sorted(chosen)]


def _inside(inner: Region, outer: Region) -> bool:
    return inner is not outer and outer.start <= inner.start and inner.end <= outer.end


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
    """A loop is called by its label; `loop@LINE` when that is a number or missing. What one line of the text expands to
    may hold several: from the second on `loop@LINE#2`."""
    labels: dict[int, str] = {}
    for label, index in program.labels.items():
        labels[index] = label
    names, seen = [], dict[str, int]()
    for start in starts:
        name = labels.get(start) or f"loop@{program.instructions[start].span.root().place}"
        seen[name] = count = seen.get(name, 0) + 1
        names.append(name if count == 1 else f"{name}#{count}")
    return names
