"""The stages of parsing, put together."""

from __future__ import annotations

import re

from cyclesim.asm import Flags, dialect, lexer, regions
from cyclesim.asm.detect import detect_isa
from cyclesim.asm.parser import Parser
from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.ir import Program, Region

# Whatever has to be expanded; also found in comments and names, where it does no harm.
_CONSTRUCT = re.compile(
    r"""(?aix)\.(?:macro|rept?\b|irpc?\b|if|else|end(?:m|r|i)|exitm|purgem|altmacro|include\b|err|warning|print\b)
    |\#[ \t]*(?:include|define|undef|if|el|endif|error|pragma|import)|\\\r?\n"""
)


def build_program(text: str, file: str, isa: str | None, flags: Flags) -> Program:
    """See `cyclesim.asm.parse`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    language = dialect.load(isa or detect_isa(text))
    sources = {file: tuple(text.split("\n"))}
    parser = Parser(language, sources)
    if flags.define or _CONSTRUCT.search(text):
        from cyclesim.asm.expanded import Reader

        reader = Reader(text, file, language, parser, sources, flags)
        marked, region_errors, notes = reader.read()
        missing = tuple(reader.missing)
    else:
        marked, region_errors = _read_plain(text, file, language, parser)
        notes, missing = [], ()
    raise_errors([*parser.errors, *region_errors])
    names = parser.names.labels
    return Program(
        language.isa, file, tuple(parser.instructions), names, marked, sources, tuple(notes), missing=missing
    )


def _read_plain(
    text: str, file: str, language: dialect.Dialect, parser: Parser
) -> tuple[tuple[Region, ...], list[CyclesimError]]:
    """A text in which nothing has to be expanded."""
    clean = lexer.clean(text, language.at_comments)
    for line, fault in clean.faults:
        parser.report(lexer.Statement("", file, line, fault.column), fault)
    parser.run(lexer.statements(clean.text, file))
    return regions.read_markers(clean.markers, parser.instructions, file, parser.sources[file])


def raise_errors(errors: list[CyclesimError]) -> None:
    """Nothing, the only error, or all of them in the order of the source."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ManyErrors(sorted(errors, key=_place))


def _place(error: CyclesimError) -> tuple[int, int]:
    root = error.span.root() if error.span else None
    return (root.line, root.column) if root else (0, 0)
