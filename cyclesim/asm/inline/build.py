"""From the blocks of a C text to one program."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence

from cyclesim.asm import dialect, lexer, regions
from cyclesim.asm.detect import detect_isa
from cyclesim.asm.dialect import Dialect
from cyclesim.asm.fault import Fault
from cyclesim.asm.inline import NoAssembly, Options
from cyclesim.asm.inline.blocks import Block, Includer, Scanner
from cyclesim.asm.inline.placeholders import Replaced, read_operands, replace
from cyclesim.asm.inline.template import Template, build_template
from cyclesim.asm.inline.tokens import Text, Token, read_text, tokens
from cyclesim.asm.lexer import Statement
from cyclesim.asm.parser import Parser
from cyclesim.asm.program import raise_errors
from cyclesim.asm.registers import Alias
from cyclesim.errors import AsmError, CyclesimError, InputError
from cyclesim.ir import (
    FIRST_VIRTUAL_REGISTER,
    Immediate,
    Instruction,
    Label,
    Memory,
    Operand,
    Program,
    Region,
    Register,
    RegisterList,
    Shift,
    Span,
)
from cyclesim.record import NamedTuple
from cyclesim.units import counted

ISAS = ("aarch64", "armv7")

# What only other processors' assembly has: registers with a percent or dollar sign, vector names of x86 and RISC-V.
_FOREIGN = re.compile(
    r"%%[a-z]|\b[xyz]mm\d|(?<![\w.])\$(?:[a-z]+\d|\d|\w*\[)|\bvset[i]?vl|\b(?:csr[rw]|fsrm|xv\w+\.\w)\b|%%?st\b",
    re.IGNORECASE,
)
_A64 = re.compile(r"(?<![\w.%])(?:h\d{1,2}|prfm|prfum)(?![\w.])", re.IGNORECASE)
"""Words of AArch64 alone that a whole text rarely hangs on, but a block of one line does."""

_LARGEST_HEADER = 4 << 20


class Found(NamedTuple):
    """A block and its template; `isa` is empty when nothing in it tells."""

    block: Block
    template: Template | None
    isa: str


class _Read(NamedTuple):
    """A block as instructions: of the program from `start` on."""

    found: Found
    start: int
    end: int
    labels: Mapping[str, int]


def build_inline(text: str, file: str, isa: str | None, options: Options) -> Program:
    """See `cyclesim.asm.inline.parse_inline`."""
    source = read_text(file, text.removeprefix("\ufeff"))
    found = list(tokens(source))
    scanners = {}
    include = _includer(file, options.folders)
    for name in (isa,) if isa else ISAS:
        scanner = scanners[name] = Scanner(name, options.defines, include)
        scanner.run(found)
    every = _all_found(scanners)
    chosen = isa or _choose(every)
    scanner = scanners[chosen]
    blocks = [one for one in every[chosen] if one.isa in (chosen, "")]
    if not blocks:
        raise _nothing(file, every, isa)
    notes = _notes(file, every, chosen)
    program = _program(source, chosen, blocks, scanner.markers, scanner.expander.constants)
    guesses = [
        f"{file}: `{name}(…)` is not defined here; read as {what}" for name, what in scanner.expander.guesses.items()
    ]
    return program._replace(notes=(*notes, *guesses))


def _includer(file: str, folders: Sequence[str]) -> Includer:
    """Headers in the folder of the file and in the folders named; nothing outside of these."""
    roots = [os.path.realpath(folder) for folder in (os.path.dirname(file) or ".", *folders)]
    known: dict[str, tuple[Token, ...]] = {}

    def include(name: str) -> Sequence[Token] | None:
        for root in roots if file != "<stdin>" else ():
            path = os.path.realpath(os.path.join(root, name))
            inside = any(path.startswith(one + os.sep) for one in roots)
            if path not in known and inside and os.path.isfile(path):
                known[path] = _directives(path, os.path.relpath(path))
            if path in known:
                return known[path]
        return None

    return include


def _directives(path: str, shown: str) -> tuple[Token, ...]:
    """The preprocessor lines of a header; none of one that is too large to be one."""
    if os.path.getsize(path) > _LARGEST_HEADER:
        return ()
    with open(path, encoding="utf-8", errors="replace") as header:
        return tuple(token for token in tokens(read_text(shown, header.read())) if token.kind == "line")


def _found(block: Block) -> Found:
    if block.fault or not block.template:
        return Found(block, None, "")
    template = build_template(block.template)
    return Found(block, template, _isa_of(template.text, block))


def _isa_of(text: str, block: Block) -> str:
    """The instruction set that a template's words tell; empty when they don't, `foreign` for other processors."""
    if len(block.sections) > 1 and _FOREIGN.search(text):
        return "foreign"
    if _A64.search(text):
        return "aarch64"
    shown = re.sub(r"%[wx](?=[\[\d])", "x0 ", text)
    shown = re.sub(r"%[efPQR](?=[\[\d])", "r0 ", shown)
    try:
        return detect_isa(re.sub(r"%\w?(?:\[\w*\]|\d+)", "_", shown))
    except InputError:
        return ""


def _all_found(scanners: Mapping[str, Scanner]) -> dict[str, list[Found]]:
    """The blocks as each scanner saw them; a block that both saw alike is looked at once."""
    known: dict[tuple[object, ...], Found] = {}
    every: dict[str, list[Found]] = {}
    for name, scanner in scanners.items():
        every[name] = []
        for block in scanner.blocks:
            key = (block.keyword.offset, block.function, *[(token.text, token.offset) for token in block.template])
            if key not in known:
                known[key] = _found(block)
            every[name].append(known[key]._replace(block=block))
    return every


def _choose(every: Mapping[str, Sequence[Found]]) -> str:
    """The instruction set with blocks of its own; AArch64 when both or neither have."""
    own = {name: any(one.isa == name for one in found) for name, found in every.items()}
    some = {name: any(one.isa == "" for one in found) for name, found in every.items()}
    return max(ISAS, key=lambda name: (own[name], some[name], name == "aarch64"))


def _nothing(file: str, every: Mapping[str, Sequence[Found]], isa: str | None) -> CyclesimError:
    if isa and any(found for found in every.values()):
        other = "armv7" if isa == "aarch64" else "aarch64"
        return InputError(f"{file} has no assembly statement for {isa}", Span(file, 1), f"try --isa {other}")
    if any(found for found in every.values()):
        return InputError(f"the assembly in {file} is not for Arm processors", Span(file, 1))
    return NoAssembly(f"{file} has no assembly statement", Span(file, 1), "compile it: --via cc")


def _notes(file: str, every: Mapping[str, Sequence[Found]], chosen: str) -> list[str]:
    other = "armv7" if chosen == "aarch64" else "aarch64"
    left = sum(one.isa == other for one in every.get(other, ()))
    return [f"{file}: {counted(left, 'block')} of {other} left out (--isa {other} reads them)"] if left else []


def _program(
    source: Text, isa: str, blocks: Sequence[Found], markers: Sequence[lexer.Marker], constants: Collection[str]
) -> Program:
    """All blocks as one program. `constants`: names whose values aren't known here. Raises the errors of all blocks
    together."""
    language = dialect.load(isa)
    lines = tuple(source.text.split("\n"))
    sources = {source.file: lines}
    instructions: list[Instruction] = []
    errors: list[CyclesimError] = []
    read: list[_Read] = []
    for found in blocks:
        block = _BlockReader(found, language, sources, constants)
        errors += block.read()
        start = len(instructions)
        instructions += block.instructions(start)
        labels = {name: index + start for name, index in block.labels.items()}
        read.append(_Read(found, start, len(instructions), labels))
    marked, region_errors = regions.read_markers(markers, instructions, source.file, lines)
    raise_errors([*errors, *region_errors])
    if not instructions:
        message = f"the assembly statements of {source.file} hold no instruction"
        raise NoAssembly(message, Span(source.file, 1), "compile it: --via cc")
    program = Program(isa, source.file, tuple(instructions), {}, (), sources)
    chosen, names = _regions(program, read)
    parts = tuple(_part(one) for one in read if one.start < one.end)
    return program._replace(labels=names, regions=marked or chosen or parts, parts=parts)


def _regions(program: Program, read: Sequence[_Read]) -> tuple[tuple[Region, ...], dict[str, int]]:
    """The largest innermost loop of every block that has one, and the name of every place that has one."""
    names = {label: index for one in read for label, index in one.labels.items() if index < one.end}
    loops = regions.loops(program)
    at_loops = {loop.start for loop in loops}
    names = {name: index for name, index in names.items() if index not in at_loops}
    chosen = []
    used: dict[str, int] = {}
    starts = [loop.start for loop in loops]
    for one in read:
        inside = loops[bisect_left(starts, one.start) : bisect_left(starts, one.end)]
        named = []
        for loop in inside:
            name = _name(one.found.block, program.instructions[loop.start].span)
            used[name] = used.get(name, 0) + 1
            name = f"{name}.{used[name]}" if used[name] > 1 else name
            names[name] = loop.start
            named.append(loop._replace(name=name))
        if named:
            chosen.append(max(named, key=lambda loop: (loop.end - loop.start, -loop.start)))
    return tuple(chosen), names


def _part(one: _Read) -> Region:
    place = one.found.block.keyword.place()
    return Region(_name(one.found.block, place), one.start, one.end, "part", False, place)


def _name(block: Block, span: Span) -> str:
    return f"{block.function or 'asm'}:{span.root().line}"


class _BlockReader:
    """Reads one block by the parser of assembly texts."""

    def __init__(
        self,
        found: Found,
        language: Dialect,
        sources: Mapping[str, tuple[str, ...]],
        constants: Collection[str] = (),
    ) -> None:
        self.found, self.language, self.sources, self.constants = found, language, sources, constants
        self.labels: Mapping[str, int] = {}
        self._parser = Parser(language, sources)
        self._replaced = Replaced("", {}, {})

    def read(self) -> list[CyclesimError]:
        """Read the block; what is wrong with it."""
        block, template = self.found.block, self.found.template
        if template is None:
            return [block.fault] if block.fault else []
        try:
            self._replaced = self._replace(block, template)
        except AsmError as error:
            return [self._with_line(error)]
        except Fault as fault:
            span = template.place(fault.column, fault.length)
            return [self._with_line(AsmError(fault.message, span, fault.hint))]
        names = self._parser.names
        unknown = [name for name, meaning in self._replaced.meanings.items() if not (meaning.register or meaning.label)]
        for name in [*unknown, *self.constants]:
            names.define(Statement(f"{name} = .", "", 1, 1))
        for name, meaning in self._replaced.meanings.items():
            if meaning.register:
                names.registers.alias(Alias(name, meaning.register))
        self._parser.run(self._statements(template))
        self.labels = self._parser.names.labels
        return [self._spelled_error(error) for error in self._parser.errors]

    def _replace(self, block: Block, template: Template) -> Replaced:
        if len(block.sections) < 2:
            return Replaced(template.text, {}, {})
        operands = read_operands(block.sections, self.language.isa, block.registers)
        return replace(template.text, operands, self.language.isa)

    def _statements(self, template: Template) -> Iterator[Statement]:
        clean = lexer.clean(self._replaced.text, self.language.at_comments)
        for line, fault in clean.faults:
            place = template.place(template.position(line, fault.column))
            moved = Fault(fault.message, place.column, fault.length, fault.hint)
            self._parser.report(Statement("", place.file, place.line, 1, place.parent), moved)
        for statement in lexer.statements(clean.text, ""):
            place = template.place(template.position(statement.line, statement.column))
            yield Statement(statement.text, place.file, place.line, place.column, place.parent)

    def instructions(self, start: int) -> Iterator[Instruction]:
        """The instructions with the user's spelling; labels count from the start of the program."""
        for instruction in self._parser.instructions:
            operands = tuple([self._operand(operand, start) for operand in instruction.operands])
            yield instruction._replace(operands=operands, text=self._spelled(instruction.text))

    def _spelled(self, text: str) -> str:
        spelled = self._replaced.spelled
        if not spelled or "_" not in text:
            return text
        return re.sub(r"(?a)(?<![\w.$])_\w+", lambda found: spelled.get(found[0], found[0]), text)

    def _operand(self, operand: Operand, start: int) -> Operand:
        if isinstance(operand, Label):
            return operand._replace(target=operand.target + start) if operand.target is not None else operand
        if isinstance(operand, Register):
            return self._register(operand)
        if isinstance(operand, RegisterList):
            registers = tuple(self._register(register) for register in operand.registers)
            return operand._replace(registers=registers, text=self._spelled(operand.text))
        if isinstance(operand, Memory):
            return self._memory(operand)
        if isinstance(operand, Immediate):
            meaning = self._replaced.meanings.get(operand.text.lstrip("#"))
            if meaning and meaning.base:
                text = self._spelled(operand.text)
                base = Register(text, *meaning.base, column=operand.column)
                return Memory(text, base, column=operand.column)
            return operand._replace(text=self._spelled(operand.text))
        if isinstance(operand, Shift) and operand.register:
            return operand._replace(register=self._register(operand.register))
        return operand

    def _memory(self, operand: Memory) -> Memory:
        offset, index = operand.offset, operand.index
        return operand._replace(
            text=self._spelled(operand.text),
            base=self._register(operand.base),
            offset=offset and offset._replace(text=self._spelled(offset.text)),
            index=index and self._register(index),
        )

    def _register(self, register: Register) -> Register:
        if register.number < FIRST_VIRTUAL_REGISTER:
            return register
        if register.kind == "d" and register.text == f"d{register.number}":
            return register._replace(text=self._half(register.number))
        return register._replace(text=self._spelled(register.text))

    def _half(self, number: int) -> str:
        """A half of an operand in a list of Q registers, as the modifiers `e` and `f` spell it."""
        for name, meaning in self._replaced.meanings.items():
            if meaning.register == ("q", number // 2):
                return self._replaced.spelled[name].replace("%q", "%f" if number % 2 else "%e")
        return f"%d{number}"

    def _spelled_error(self, error: CyclesimError) -> CyclesimError:
        error.message, error.hint = self._spelled(error.message), self._spelled(error.hint)
        return error

    def _with_line(self, error: AsmError) -> AsmError:
        lines = self.sources.get(error.span.file, ()) if error.span else ()
        if error.span and not error.source_line and error.span.line <= len(lines):
            error.source_line = lines[error.span.line - 1]
        return error
