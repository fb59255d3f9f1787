"""`.irp` and `.irpc`: a body once for every value."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.asm.fault import Fault
from cyclesim.asm.gas.arguments import Evaluate, behind_comma, values
from cyclesim.asm.gas.macros import NAME, Expansion, Line, Macro, Parameter
from cyclesim.asm.lexer import Statement

OPENERS = (".rept", ".rep", ".irp", ".irpc")


def read_head(name: str, text: str, column: int, evaluate: Evaluate | None) -> tuple[str, list[str]]:
    """The symbol and its values, from a squeezed text. Without values the body is read once, with an empty one."""
    symbol = NAME.match(text)
    if symbol is None:
        raise Fault(f"`{name}` names no symbol", column, max(1, len(text)), f"{name} NAME, VALUES")
    rest = text[behind_comma(text, symbol.end()) :]
    if name == ".irp":
        return symbol[0], values(rest, column, evaluate) or [""]
    text = rest.strip()
    return symbol[0], list(text[1:-1] if text[:1] == '"' and text[-1:] == '"' and len(text) > 1 else text) or [""]


def fill(symbol: str, given: Sequence[str], body: Sequence[Statement], number: int) -> Expansion:
    """The lines of all rounds."""
    macro = Macro(symbol, [Parameter(symbol, "", "")], body)
    lines: list[Line] = []
    characters = 0
    for value in given:
        expansion = macro.fill({symbol: value}, number)
        lines += expansion.lines
        characters += expansion.characters
    return Expansion(lines, characters)
