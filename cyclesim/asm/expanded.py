"""Texts that have to be expanded: the preprocessor first, then the macro layer of the assembler, as a compiler does."""

from __future__ import annotations

import os
from collections.abc import Iterator

from cyclesim.asm import Flags, lexer, regions, shells
from cyclesim.asm.cpp.includes import Includes
from cyclesim.asm.cpp.preprocess import Origin, Preprocessor
from cyclesim.asm.dialect import Dialect
from cyclesim.asm.fault import Fault
from cyclesim.asm.gas.expand import MARKER, Expander
from cyclesim.asm.gas.macros import Macro, read_head
from cyclesim.asm.lexer import Marker, Statement
from cyclesim.asm.limits import Budget, Exhausted
from cyclesim.asm.parser import Parser
from cyclesim.errors import CyclesimError, InputError, UsageError
from cyclesim.ir import Region, Span

STUBS = "<stubs>"
"""The file of what stands in for a missing header."""

_MOST_NOTES = 6


class Reader:
    """Reads one text into a parser."""

    def __init__(
        self, text: str, file: str, language: Dialect, parser: Parser, sources: dict[str, tuple[str, ...]], flags: Flags
    ) -> None:
        self.text, self.file, self.language, self.parser, self.sources = text, file, language, parser, sources
        self.budget = Budget()
        self.includes = Includes(file if os.path.isfile(file) else "", flags.include)
        self.missing: dict[str, Origin] = {}
        self._flags = flags
        self._markers: list[Marker] = []
        self._regions = regions.Reader(file, sources[file])
        self._expander = Expander(parser.names, language.isa, parser.report, self.budget, self._included, self._marker)

    def read(self) -> tuple[tuple[Region, ...], list[CyclesimError], list[str]]:
        """The marked regions, what is wrong with their markers, and the notes; everything else goes to the parser."""
        preprocessor = Preprocessor(self.language.isa, self.includes, self.sources, self.parser.report, self.budget)
        self._define(preprocessor)
        try:
            preprocessor.run(self.text, self.file)
        except Exhausted as fault:
            if not self.parser.errors:
                self.parser.report(Statement("", self.file, 1, 1), fault)
            return (), [], []
        self.missing = preprocessor.missing
        if any(shells.kind_of(name) == "codecs" for name in self.missing):
            self._stub()
        statements = self._statements(preprocessor.lines, preprocessor.origins)
        self.parser.run(self._expander.run(statements))
        self._regions.finish()
        for error in self.parser.errors if self.missing else ():
            what = "was not found" + (" and may define it" if "unknown macro" in error.message else "")
            if not error.hint or "unknown macro" in error.message:
                error.hint = f"{next(iter(self.missing))} {what}: -I DIR says where it is"
        return tuple(self._regions.regions), self._regions.errors, self._notes()

    def _define(self, preprocessor: Preprocessor) -> None:
        for text in self._flags.define:
            name, equals, value = text.partition("=")
            try:
                preprocessor.command_line(f"{name} {value if equals else '1'}")
            except Fault as fault:
                hint = "for example -D BIT_DEPTH=8"
                raise UsageError(f"-D takes NAME or NAME=VALUE, not {text!r}: {fault.message}", hint=hint) from None
        for name in self._flags.undefine:
            preprocessor.definitions.undefine(name)

    def _stub(self) -> None:
        """Macros of well-known headers, for the case that one of them is what is missing."""
        for head, body in shells.macros(self.language.isa):
            name, parameters = read_head(head, 1, self._expander.squeeze)
            lines = [Statement(line, STUBS, 1, 1) for line in body]
            self._expander.define(Macro(name, parameters, lines, weak=True))

    def _statements(self, lines: list[str], origins: list[Origin]) -> Iterator[Statement]:
        """The statements of lines from anywhere, region markers among them."""
        clean = lexer.clean("\n".join(lines), self.language.at_comments, directives=False)
        for line, fault in clean.faults:
            file, number, parent = origins[line - 1]
            self.parser.report(Statement("", file, number, fault.column, parent), fault)
        markers = iter(clean.markers)
        marker = next(markers, None)
        for text, _, line, column, _ in lexer.statements(clean.text, ""):
            while marker and (marker.line, marker.column) < (line, column):
                yield self._marked(marker, origins[marker.line - 1])
                marker = next(markers, None)
            file, number, parent = origins[line - 1]
            yield Statement(text, file, number, column, parent)
        while marker:
            yield self._marked(marker, origins[marker.line - 1])
            marker = next(markers, None)

    def _marked(self, marker: Marker, origin: Origin) -> Statement:
        """A region marker as a statement, so that macros carry it along."""
        self._markers.append(marker)
        number = len(self._markers) - 1
        return Statement(f"{MARKER}{number}", origin.file, origin.line, marker.column, origin.parent)

    def _marker(self, number: int, statement: Statement) -> None:
        _, file, line, column, parent = statement
        self._regions.read(self._markers[number], len(self.parser.instructions), Span(file, line, column, 1, parent))

    def _included(self, name: str, statement: Statement, column: int) -> Iterator[Statement]:
        """The statements of an `.include`. Raises Fault."""
        from cyclesim.asm.source import read_included

        path = self.includes.find(name, statement.file if self.includes.file else "", True, column)
        if path is None:
            self.missing.setdefault(name, Origin(statement.file, statement.line, statement.parent))
            return iter(())
        try:
            text = read_included(path)
        except InputError as error:
            raise Fault(error.message, column, len(name), error.hint) from None
        lines = text.split("\n")
        self.budget.take_text(len(lines), len(text), column)
        self.sources.setdefault(path, tuple(lines))
        parent = Span(
            statement.file, statement.line, statement.column, len(statement.text), statement.parent, ".include"
        )
        return self._statements(lines, [Origin(path, number, parent) for number in range(1, len(lines) + 1)])

    def _notes(self) -> list[str]:
        """What was not found, with where it would be, and what the text itself says."""
        notes = []
        for name, (file, line, _) in list(self.missing.items())[:_MOST_NOTES]:
            folder = self.includes.suggestion(name)
            advice = f"-I {folder} finds it" if folder else "-I DIR says where"
            notes.append(f"{file}:{line}: {name} was not found and is left out ({advice})")
        if len(self.missing) > _MOST_NOTES:
            notes.append(f"{len(self.missing) - _MOST_NOTES} more includes were not found")
        said = list(dict.fromkeys(self._expander.notes))
        return notes + said[:_MOST_NOTES]
