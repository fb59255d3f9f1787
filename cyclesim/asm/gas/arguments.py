"""How the GNU assembler splits the arguments of a macro call.

Its scrubber first takes out every blank that does not stand between two characters of names; what blanks are left
separate arguments, as commas do. Source: GNU as, app.c and macro.c, checked against version 2.40.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cyclesim.asm.fault import Fault

Evaluate = Callable[[str], int]
"""The value of `%expression`."""

_STRING = r'"(?:[^"\\]|\\.)*"?'
KEYWORD = re.compile(r"([A-Za-z_.$][\w.$]*)=(?!=)", re.ASCII)
_CHARACTER = re.compile(r"""'(?:\\.|[^\\'])'?""")
_NAMES = {"armv7": r"\w.$\[\]{}", "aarch64": r"\w.$"}


def squeezer(isa: str) -> Callable[[str], str]:
    """A function that takes out the blanks that the assembler takes out; ARMv7 keeps those beside brackets."""
    # Source: tc-arm.c, arm_symbol_chars.
    names = _NAMES[isa]
    blank = re.compile(rf"(?as)({_STRING})|[ \t\f\v]+")

    def replaced(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1]
        start, end = found.span()
        text = found.string
        kept = start > 0 and end < len(text) and before.match(text[start - 1]) and after.match(text[end])
        return " " if kept else ""

    before, after = re.compile(rf"(?a)[{names}]"), re.compile(rf"(?a)[{names}\\]")

    def squeeze(text: str) -> str:
        return blank.sub(replaced, text.strip()) if " " in text or "\t" in text else text

    return squeeze


def values(text: str, column: int, evaluate: Evaluate | None = None) -> list[str]:
    """The values of `.irp`, from a squeezed text."""
    found, position = [], 0
    while position < len(text):
        value, position = read(text, position, column, evaluate)
        found.append(value)
        position = behind_comma(text, position)
    return found


def behind_comma(text: str, position: int) -> int:
    """Where the next argument starts."""
    while position < len(text) and text[position] in " \t":
        position += 1
    if text[position : position + 1] == ",":
        position += 1
        while position < len(text) and text[position] in " \t":
            position += 1
    return position


def read(text: str, position: int, column: int, evaluate: Evaluate | None = None) -> tuple[str, int]:
    """One argument and where it ends."""
    first = text[position : position + 1]
    if first == "%" and evaluate:
        end = _expression_end(text, position + 1)
        return str(evaluate(text[position + 1 : end])), end
    if first == '"' or (first == "<" and evaluate):
        return _quoted(text, position, column, evaluate is not None)
    start, opened, end = position, "", len(text)
    while position < end:
        character = text[position]
        if character == "," or (character in " \t" and not opened) or (character == "<" and evaluate):
            break
        if character == '"':
            position = _string_end(text, position)
            continue
        if character == "'" and (constant := _CHARACTER.match(text, position)):
            position = constant.end()
            continue
        if character in "([":
            opened += character
        elif character in ")]" and opened[-1:] == {")": "(", "]": "["}[character]:
            opened = opened[:-1]
        position += 1
    if position == start and position < end and text[position] not in ",":
        position += 1
    return text[start:position], position


def _string_end(text: str, position: int) -> int:
    end = text.find('"', position + 1)
    return len(text) if end < 0 else end + 1


def _expression_end(text: str, position: int) -> int:
    """The end of the expression behind `%`: a comma or blank outside of parentheses."""
    depth = 0
    while position < len(text):
        character = text[position]
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0 or (not depth and character in ", \t"):
            break
        position += 1
    return position


def _quoted(text: str, position: int, column: int, alternate: bool) -> tuple[str, int]:
    """A string without its quotes, or `<text>` without its brackets. Adjacent strings are one."""
    parts: list[str] = []
    while text[position : position + 1] == '"' or (alternate and text[position : position + 1] == "<"):
        body, position = (_bracketed if text[position] == "<" else _string)(text, position, column, alternate)
        parts.append(body)
    return "".join(parts), position


def _string(text: str, position: int, column: int, alternate: bool) -> tuple[str, int]:
    body: list[str] = []
    start, position = position, position + 1
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] == '"':
            body.append('\\"')
            position += 2
        elif alternate and character == "!" and position + 1 < len(text):
            body.append(text[position + 1])
            position += 2
        elif character == '"':
            if text[position + 1 : position + 2] != '"':
                return "".join(body), position + 1
            body.append('"')
            position += 2
        else:
            body.append(character)
            position += 1
    raise Fault("this string never ends", column, max(1, len(text) - start), 'close it with `"`')


def _bracketed(text: str, position: int, column: int, alternate: bool) -> tuple[str, int]:
    body: list[str] = []
    depth, start = 0, position
    while position < len(text):
        character = text[position]
        if character == "!" and position + 1 < len(text):
            body.append(text[position + 1])
            position += 2
            continue
        position += 1
        depth += {"<": 1, ">": -1}.get(character, 0)
        if not depth:
            return "".join(body), position
        if character != "<" or depth > 1:
            body.append(character)
    raise Fault("`<` is never closed", column, max(1, len(text) - start), "write the matching `>`")
