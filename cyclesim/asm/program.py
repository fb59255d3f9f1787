"""The stages of parsing, put together."""

from __future__ import annotations

from cyclesim.asm import constructs, dialect, lexer, regions
from cyclesim.asm.detect import detect_isa
from cyclesim.asm.parser import Parser
from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.ir import Program


def build_program(text: str, file: str, isa: str | None) -> Program:
    """See `cyclesim.asm.parse`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    language = dialect.load(isa or detect_isa(text))
    lines = tuple(text.split("\n"))
    sources = {file: lines}
    clean = lexer.clean(text, language.at_comments)
    parser = Parser(language, sources)
    for line, fault in clean.faults:
        parser.report(lexer.Statement("", file, line, fault.column), fault)
    parser.run(constructs.refuse(lexer.statements(clean.text, file), parser.report))
    marked, region_errors = regions.read_markers(clean.markers, parser.instructions, file, lines)
    raise_errors([*parser.errors, *region_errors])
    labels = parser.names.labels
    return Program(language.isa, file, tuple(parser.instructions), labels, marked, sources)


def raise_errors(errors: list[CyclesimError]) -> None:
    """Nothing, the only error, or all of them in the order of the source."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ManyErrors(sorted(errors, key=_place))


def _place(error: CyclesimError) -> tuple[int, int]:
    span = error.span
    while span and span.parent:
        span = span.parent
    return (span.line, span.column) if span else (0, 0)
