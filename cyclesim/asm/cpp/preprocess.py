"""From a text with `#` directives to lines without them, each with the place it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable

from cyclesim.asm.cpp import conditions, predefined
from cyclesim.asm.cpp.definitions import Definitions, Unclosed, read_definition
from cyclesim.asm.cpp.includes import Includes
from cyclesim.asm.fault import Fault
from cyclesim.asm.lexer import CPP_LINE, REGION_MARKER, Statement
from cyclesim.asm.limits import MOST_NESTED_INCLUDES, Budget, Exhausted
from cyclesim.errors import InputError
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

Report = Callable[[Statement, Fault], None]

# A `\` at the end of a line comment takes the next line into it. Source: C standard, 5.1.1.2.
_COMMENT = re.compile(r"""(?s)"(?:[^"\\\n]|\\.)*"?|'(?:\\.|[^\\'\n])'|/\*.*?(?:\*/|\Z)|//(?:[^\\\n]|\\.)*""")
_DIRECTIVE = re.compile(r"#[ \t]*([a-z_]+)\b[ \t]*(.*)", re.ASCII | re.DOTALL)
_INCLUDED = re.compile(r"""[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)""")
_WORD = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_CONDITIONS = frozenset(("if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif"))
_LONGEST_CALL = 200
"""Lines that the arguments of one call may take."""


class Origin(NamedTuple):
    """Where a line comes from. `parent`: the include or the macro that it expands from."""

    file: str
    line: int
    parent: Span | None


class _Condition:
    """One `#if`. `active`: its present branch is read; `done`: a branch was; `outer`: the text around it is read."""

    __slots__ = ("active", "done", "opened", "outer")

    def __init__(self, outer: bool, active: bool, opened: Statement) -> None:
        self.outer, self.active, self.done, self.opened = outer, active, active, opened


class Preprocessor:
    """Reads one text and what it includes. `lines` and `origins` are the result, in step."""

    def __init__(
        self, isa: str, includes: Includes, sources: dict[str, tuple[str, ...]], report: Report, budget: Budget
    ) -> None:
        self.includes, self.sources, self.report, self.budget = includes, sources, report, budget
        self.lines: list[str] = []
        self.origins: list[Origin] = []
        self.missing: dict[str, Origin] = {}
        self.isa = isa
        self.definitions = Definitions()
        for name, value in predefined.definitions(isa).items():
            self.command_line(f"{name} {value}")
        self._place = ("", 0)
        self._counter = 0
        self.definitions.special.update(
            __LINE__=lambda: str(self._place[1]), __FILE__=lambda: f'"{self._place[0]}"', __COUNTER__=self._count
        )
        self._once: set[str] = set()

    def command_line(self, text: str) -> None:
        """A definition as `-D` has it, `NAME VALUE`."""
        self.definitions.define(read_definition(text, 1))

    def _count(self) -> str:
        self._counter += 1
        return str(self._counter - 1)

    def run(self, text: str, file: str) -> None:
        """Read the whole text. Faults are reported; Exhausted ends the reading."""
        self._read(text, file, None, 0)

    def _read(self, text: str, file: str, parent: Span | None, depth: int) -> None:
        lines = self._without_comments(text, file, parent).split("\n")
        self.budget.take_text(len(lines), len(text), 1)
        stack: list[_Condition] = []
        number, count, active = 0, len(lines), True
        emit, place = self.lines.append, self.origins.append
        # Compilers don't preprocess files named `.s`, so there `# if so` is a comment.
        preprocessed = not file.endswith(".s")
        while number < count:
            line = lines[number]
            number += 1
            body = line.lstrip()
            if not body:
                continue
            directive = body[0] == "#" and re.match(CPP_LINE, body) and (body[1] not in " \t" or preprocessed)
            start = number
            if line.endswith("\\"):
                while number < count and lines[number - 1].endswith("\\"):
                    number += 1
                parts = [part.removesuffix("\\") for part in lines[start - 1 : number]]
                line = ("\n" if directive else " ").join(parts)
            if directive:
                column = len(line) - len(line.lstrip()) + 1
                statement = Statement(line.strip(), file, start, column, parent)
                self._place = (file, start)
                try:
                    active = self._directive(statement, stack, active, depth)
                except Exhausted:
                    raise
                except Fault as mistake:
                    self.report(statement, mistake)
            elif body[0] == "#" and active:
                # A comment of the assembler; region markers stand here.
                emit(line)
                place(Origin(file, start, parent))
            elif active:
                number = self._line(line, Origin(file, start, parent), lines, number)
        for condition in stack:
            what = condition.opened.text.split()[0]
            never = Fault(f"`{what}` is never closed", condition.opened.column, len(what), "write `#endif`")
            self.report(condition.opened, never)

    def _line(self, line: str, origin: Origin, lines: list[str], number: int) -> int:
        """A line that is no directive; the number of the next one, as the arguments of a call may span lines."""
        first = self.definitions.concern(line)
        if not first:
            self.lines.append(line)
            self.origins.append(origin)
            return number
        self._place = (origin.file, origin.line)
        column = line.index(first) + 1
        end = min(len(lines), number + _LONGEST_CALL)
        text = line
        while True:
            try:
                expanded = self.definitions.expand(text, column)
                self.budget.take_characters(len(expanded), column, len(first))
                break
            except Unclosed:
                if number >= end or lines[number].lstrip()[:1] == "#":
                    expanded = text
                    break
                text += "\n" + lines[number]
                number += 1
            except Fault as fault:
                self.report(Statement(line.strip(), origin.file, origin.line, column, origin.parent), fault)
                if isinstance(fault, Exhausted):
                    raise
                return number
        if expanded != line:
            parent = Span(origin.file, origin.line, column, len(first), origin.parent, first)
            origin = Origin(origin.file, origin.line, parent)
        self.lines.append(expanded.replace("\n", " "))
        self.origins.append(origin)
        return number

    def _without_comments(self, text: str, file: str, parent: Span | None) -> str:
        """Comments as blanks; those with region markers stay, in one line."""

        def replaced(found: re.Match[str]) -> str:
            comment = found[0]
            if comment[0] != "/":
                return comment
            if comment[1] == "*" and not (len(comment) > 3 and comment.endswith("*/")):
                line = text.count("\n", 0, found.start()) + 1
                column = found.start() - text.rfind("\n", 0, found.start())
                fault = Fault("this comment never ends", column, 2, "close it with `*/`")
                self.report(Statement("", file, line, column, parent), fault)
            ends = "\n" * comment.count("\n")
            if "-" in comment and (marker := re.match(REGION_MARKER, comment)):
                argument = marker[3].partition("*/")[0].strip()
                kept = f"/* {marker[1]}-{marker[2]} {argument} */"
                return kept + ends
            if not ends:
                return " " * len(comment)
            return ends if comment[1] == "/" else ends + " " * (len(comment) - comment.rindex("\n") - 1)

        return _COMMENT.sub(replaced, text)

    def _directive(self, statement: Statement, stack: list[_Condition], active: bool, depth: int) -> bool:
        """Obey a directive; whether the text behind it is read."""
        parts = _DIRECTIVE.match(statement.text)
        if parts is None:
            return active
        name, rest = parts[1], parts[2].replace("\n", " ")
        column = statement.column + parts.start(2)
        if name in _CONDITIONS:
            self._condition(name, rest, column, statement, stack, active)
            return not stack or stack[-1].active
        if not active:
            return False
        match name:
            case "define":
                self.definitions.define(read_definition(parts[2], column))
            case "undef":
                self.definitions.undefine(rest.strip())
            case "include" | "include_next" | "import":
                self._include(rest, column, statement, depth)
            case "error":
                raise Fault(f"#error {rest.strip()}", statement.column, len(statement.text))
            case "pragma" if rest.strip() == "once":
                self._once.add(statement.file)
        return active

    def _condition(
        self, name: str, rest: str, column: int, statement: Statement, stack: list[_Condition], active: bool
    ) -> None:
        if name in ("if", "ifdef", "ifndef"):
            # Pushed first, so that the nesting holds even if the condition is wrong.
            condition = _Condition(active, False, statement)
            stack.append(condition)
            if active:
                condition.active = condition.done = self._holds(name, rest, column)
            return
        if not stack:
            length = statement.text.find(name) + len(name)
            hint = "remove it or write the matching `#if`"
            raise Fault(f"`#{name}` closes nothing", statement.column, length, hint)
        condition = stack[-1]
        if name == "endif":
            stack.pop()
        elif name == "else":
            condition.active, condition.done = condition.outer and not condition.done, True
        elif condition.done or not condition.outer:
            condition.active = False
        else:
            condition.active = condition.done = self._holds(name.removeprefix("el"), rest, column)

    def _holds(self, name: str, rest: str, column: int) -> bool:
        if name == "if":
            return conditions.evaluate(rest, column, self._defined, self._expanded, self._exists)
        word = _WORD.match(rest)
        if word is None:
            raise Fault(f"`#{name}` takes a name", column, max(1, len(rest)))
        return self._defined(word[0]) == (name == "ifdef")

    def _defined(self, name: str) -> bool:
        return name in self.definitions.macros or name in self.definitions.special or name == "__has_include"

    def _expanded(self, text: str) -> str:
        try:
            return self.definitions.expand(text)
        except Unclosed:
            return text

    def _exists(self, name: str) -> bool:
        try:
            return self.includes.find(name[1:-1], self._place[0], name[0] == '"', 1) is not None
        except Fault:
            return False

    def _include(self, rest: str, column: int, statement: Statement, depth: int) -> None:
        named = _INCLUDED.match(rest) or _INCLUDED.match(self._expanded(rest))
        if named is None:
            raise Fault("`#include` names no file", column, max(1, len(rest)), '#include "file.h"')
        name = named[1] or named[2] or ""
        path = self.includes.find(name, statement.file if self.includes.file else "", named[1] is not None, column)
        if path is None:
            self.missing.setdefault(name, Origin(statement.file, statement.line, statement.parent))
            self._stub(name)
            return
        if path in self._once:
            return
        parent = Span(
            statement.file, statement.line, statement.column, len(statement.text), statement.parent, "#include"
        )
        if depth >= MOST_NESTED_INCLUDES:
            message = f"includes are nested more than {MOST_NESTED_INCLUDES} deep"
            fault = Exhausted(message, column, len(name), "does a file include itself?")
            self.report(statement, fault)
            raise fault
        text = self._text(path, column)
        self.sources.setdefault(path, tuple(text.split("\n")))
        try:
            self._read(text, path, parent, depth + 1)
        finally:
            self._place = (statement.file, statement.line)

    def _text(self, path: str, column: int) -> str:
        from cyclesim.asm.source import read_included

        try:
            return read_included(path)
        except InputError as error:
            raise Fault(error.message, column, 1, error.hint) from None

    def _stub(self, header: str) -> None:
        """What a missing header defines, as far as it is well known."""
        from cyclesim.asm import shells

        for name, definition in shells.definitions(self.isa, shells.kind_of(header)):
            if name not in self.definitions.macros:
                self.command_line(definition)
