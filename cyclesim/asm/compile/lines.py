"""Instructions of compiled code at the places of the C source: what `.file` and `.loc` say."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Sequence

from cyclesim.asm import regions
from cyclesim.ir import Program, Span
from cyclesim.record import NamedTuple

_FILE = re.compile(r'\s*\.file\s+(\d+)\s+"((?:[^"\\]|\\.)*)"(?:\s+"((?:[^"\\]|\\.)*)")?')
_PLACE = re.compile(r"\s*\.loc\s+(\d+)\s+(\d+)(?:\s+(\d+))?")
_TYPE = re.compile(r"\s*\.type\s+([\w.$]+)\s*,\s*[%@#]?(?:function|STT_FUNC)\b")
_LABEL = re.compile(r"([\w.$]+):")


_SECTION = re.compile(r"\s*\.(?:section\s+\"?([\w.$]+)|(text|data|bss)\b)")
_DATA = re.compile(
    r"\s*\.(?:[1248]?byte|h?word|short|long|quad|xword|dword|ascii|asciz|string|zero|space|[us]leb128)\b"
)
_COMMENT = re.compile(r"[ \t]*(?://|@ ).*")
_INTRINSICS = ("arm_neon.h", "arm_acle.h", "arm_fp16.h", "arm_bf16.h")
"""Headers whose functions are instructions: the place of the call is meant."""


class _Place(NamedTuple):
    """What holds for a line of the compiler's output: the file (by its number), line and column in the C source, and
    the function."""

    file: int
    line: int
    column: int
    function: str


def code_only(text: str) -> str:
    """The lines of a compiler's output that are code or say where code comes from; the others are blank."""
    lines, is_code = [], True
    for line in text.split("\n"):
        if section := _SECTION.match(line):
            is_code = (section[1] or f".{section[2]}").startswith(".text")
        kept = (is_code and not _DATA.match(line)) or _FILE.match(line)
        # The compiler's comment names the file, and a name may look like a region marker.
        lines.append(_COMMENT.sub("", line) if ".loc" in line else line if kept else "")
    return "\n".join(lines)


def with_source_lines(program: Program, path: str, file: str) -> Program:
    """The program with instructions placed in the C source `path`, called `file`, loops named `FUNCTION:LINE`.

    An instruction without a place of its own (line 0) has that of the one before it.
    """
    lines = program.sources.get(program.file, ())
    names = _files(lines)
    texts = {name: _text_of(name) for name in set(names.values())}
    shown = {name: file if _same(name, path) else name for name in texts}
    inlined = {number for number, name in names.items() if name.endswith(_INTRINSICS)}
    places = list(_places(lines, inlined))
    instructions = []
    for instruction in program.instructions:
        place = places[instruction.span.line - 1]
        name = names.get(place.file, "")
        if place.line and name and texts[name]:
            instruction = instruction._replace(span=Span(shown[name], place.line, place.column))
        instructions.append(instruction)
    sources = {**program.sources, **{shown[name]: text for name, text in texts.items() if text}}
    placed = program._replace(instructions=tuple(instructions), sources=sources, file=file)
    functions = [places[one.span.line - 1].function for one in program.instructions]
    return placed._replace(labels=_named(placed, program, functions))


def _same(name: str, path: str) -> bool:
    return os.path.exists(name) and os.path.exists(path) and os.path.samefile(name, path)


def _files(lines: Sequence[str]) -> dict[int, str]:
    """The numbers of `.file N "folder" "name"` to paths."""
    names = {}
    for line in lines:
        if ".file" in line and (found := _FILE.match(line)):
            names[int(found[1][:9])] = os.path.join(found[2], found[3]) if found[3] else found[2]
    return names


def _text_of(path: str) -> tuple[str, ...]:
    """The lines of a source that the compiler names; none when it isn't there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return tuple(file.read().split("\n"))
    except (OSError, ValueError):
        return ()


def _places(lines: Sequence[str], inlined: Container[int]) -> Iterator[_Place]:
    """One place for every line of the output. `inlined`: files whose places don't count."""
    functions = {found[1] for line in lines if (found := _TYPE.match(line))}
    place = _Place(0, 0, 1, "")
    for line in lines:
        if (label := _LABEL.match(line)) and label[1] in functions:
            place = _Place(0, 0, 1, label[1])
        elif ".loc" in line and (found := _PLACE.match(line)):
            file, number, column = int(found[1][:9]), int(found[2][:9]), int((found[3] or "1")[:9])
            if number and file not in inlined:
                place = place._replace(file=file, line=number, column=max(1, column))
        yield place


def _named(placed: Program, program: Program, functions: Sequence[str]) -> dict[str, int]:
    """Labels, those of loops replaced by function and line."""
    loops = regions.loops(program)
    starts = {loop.start for loop in loops}
    names = {name: index for name, index in placed.labels.items() if index not in starts or not name.startswith(".L")}
    names = {name: index for name, index in names.items() if name not in functions or index not in starts}
    used: dict[str, int] = {}
    for loop in loops:
        first = min(one.span.line for one in placed.instructions[loop.start : loop.end])
        name = f"{functions[loop.start] or 'code'}:{first}"
        # A vector loop and its scalar rest have one line in C.
        used[name] = used.get(name, 0) + 1
        names[f"{name}.{used[name]}" if used[name] > 1 else name] = loop.start
    return names
