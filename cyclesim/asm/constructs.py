"""Constructs that would have to be expanded: each is refused once, by name, and its body is skipped.

A conditional whose body holds nothing but directives without effect (`#ifdef __ELF__ … .section … #endif`) is skipped
quietly, whatever its condition is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cyclesim.asm.fault import Fault
from cyclesim.asm.lexer import CPP_LINE, Statement

Report = Callable[[Statement, Fault], None]

_WORD = re.compile(r"\.[A-Za-z_]\w*|#[ \t]*[a-z]+", re.ASCII)
_EFFECTIVE = frozenset((".req", ".unreq", ".set", ".equ", ".equiv", ".eqv", ".end", ".dn", ".qn", ".inst", ".word"))
_CONDITIONAL = frozenset(
    (
        ".if",
        ".ifdef",
        ".ifndef",
        ".ifnotdef",
        ".ifb",
        ".ifnb",
        ".ifc",
        ".ifnc",
        ".ifeqs",
        ".ifnes",
        ".ifeq",
        ".ifne",
        ".ifge",
        ".ifgt",
        ".ifle",
        ".iflt",
    )
)
_OPENERS = (
    {".macro": ".endm", ".rept": ".endr", ".irp": ".endr", ".irpc": ".endr", ".rep": ".endr"}
    | dict.fromkeys(_CONDITIONAL, ".endif")
    | dict.fromkeys(("#if", "#ifdef", "#ifndef"), "#endif")
)
_CLOSERS = {".endm": ".macro", ".endmacro": ".macro", ".endr": ".rept", ".endif": ".if", "#endif": "#if"}
_CLOSERS |= {".else": ".if", ".elseif": ".if", "#else": "#if", "#elif": "#if"}
_EMPTY_DEFINE = r"(?a)#[ \t]*define[ \t]+\w+[ \t]*"


def refuse(stream: Iterator[Statement], report: Report) -> Iterator[Statement]:
    """The statements outside of constructs; a fault for each construct that matters."""
    for statement in stream:
        first = statement.text[0]
        if first != "." and first != "#":
            yield statement
            continue
        word = _construct(statement.text)
        if word in _OPENERS:
            body, closed = _body(stream, word)
            if not closed:
                report(
                    statement,
                    Fault(f"`{word}` is never closed", statement.column, len(word), f"write `{_OPENERS[word]}`"),
                )
            elif not (_OPENERS[word] in (".endif", "#endif") and all(map(_is_inert, body))):
                report(statement, _not_expanded(word, statement))
        elif word in _CLOSERS:
            hint = f"remove it or write the matching `{_CLOSERS[word]}`"
            report(statement, Fault(f"`{word}` closes nothing", statement.column, len(word), hint))
        elif word == ".include" or (word == "#define" and not re.fullmatch(_EMPTY_DEFINE, statement.text)):
            report(statement, _not_expanded(word, statement))
        elif first == ".":
            yield statement


def _construct(text: str) -> str:
    """The directive's name, `# define` as `#define`; empty for other text."""
    word = _WORD.match(text)
    if word is None or (text[0] == "#" and not re.match(CPP_LINE, text)):
        return ""
    return word[0].replace(" ", "").replace("\t", "").lower()


def _not_expanded(word: str, statement: Statement) -> Fault:
    hint = "expand it first, for example with `cpp` or the assembler, and give the result"
    return Fault(f"`{word}` is not expanded", statement.column, len(statement.text), hint)


def _body(stream: Iterator[Statement], opener: str) -> tuple[list[Statement], bool]:
    """The statements up to the end of the construct, and whether it ends."""
    closer = _OPENERS[opener]
    depth, body = 1, list[Statement]()
    for statement in stream:
        if statement.text[0] in ".#":
            word = _construct(statement.text)
            if _OPENERS.get(word) == closer:
                depth += 1
            elif word == closer or (word == ".endmacro" and closer == ".endm"):
                depth -= 1
                if not depth:
                    return body, True
        body.append(statement)
    return body, False


def _is_inert(statement: Statement) -> bool:
    """Whether leaving the statement out changes no instruction, name or place."""
    first = statement.text[0]
    if first == "#":
        return _construct(statement.text) != "#define" or re.fullmatch(_EMPTY_DEFINE, statement.text) is not None
    word = statement.text.split(None, 1)[0]
    return first == "." and word.lower() not in _EFFECTIVE and word not in _OPENERS and ":" not in word
