"""The assembly statements of a C or C++ text, with the macros and conditions that hold where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from cyclesim.asm import lexer
from cyclesim.asm.inline import conditions
from cyclesim.asm.inline.conditions import Known, Value
from cyclesim.asm.inline.macros import Expander, Macro, read_define
from cyclesim.asm.inline.scopes import Scopes
from cyclesim.asm.inline.tokens import Text, Token, tokens
from cyclesim.errors import AsmError, CyclesimError
from cyclesim.record import NamedTuple

ASM_WORDS = frozenset(("asm", "__asm__", "__asm"))
_QUALIFIERS = frozenset(("volatile", "__volatile__", "__volatile", "goto", "inline", "__inline__", "__inline", "const"))
_STATEMENT_WORDS = frozenset(("else", "do", "return", "goto", "case", "default", "try"))
_MARKED = re.compile(r"(?ia)(cyclesim|llvm-mca|osaca)-\w")
_MOST_INCLUDES = 20
"""How deep headers include headers."""

_MOST_HEADERS = 2000
"""Headers read for one text, those read again counted."""

Includer = Callable[[str], Sequence[Token] | None]
"""Name in quotes to the preprocessor lines of the header, None when it isn't to be had."""


class Block(NamedTuple):
    """One statement. `keyword`: where it starts; `function`: where it stands; `sections`: the tokens between its
    colons: template, outputs, inputs, clobbers, labels; `template`: string tokens; `registers`: variables bound to
    registers; `fault`: why the template can't be read."""

    keyword: Token
    function: str
    sections: tuple[tuple[Token, ...], ...]
    template: tuple[Token, ...]
    registers: Mapping[str, str]
    fault: CyclesimError | None = None


class _Branch:
    """One `#if … #endif` being read. `active`: its tokens count; `settled`: a branch is known to be the one; `open`:
    a branch whose condition nobody knows was taken."""

    def __init__(self, outer: bool, value: Value, state: object) -> None:
        self.outer, self.state = outer, state
        self.settled, self.open = False, False
        self.choose(value)

    def choose(self, value: Value) -> None:
        """The next branch of the chain with the value of its condition."""
        self.alternative = self.open
        self.active = self.outer and not self.settled and value != 0
        self.settled = self.settled or bool(value)
        self.open = self.open or (value is None and self.active)


class Scanner:
    """Reads one text for one instruction set."""

    def __init__(self, isa: str, defines: Mapping[str, str], include: Includer | None = None) -> None:
        self.values: dict[str, Value] = {**conditions.PREDEFINED[isa]}
        self.absent = set(conditions.absent_names(isa)) - set(defines)
        self.macros: dict[str, Macro] = {}
        self.expander = Expander(self.macros)
        self.blocks: list[Block] = []
        self.markers: list[lexer.Marker] = []
        self.scopes = Scopes()
        self._include, self._depth, self._headers = include, 0, 0
        self._branches: list[_Branch] = []
        self._carriers: set[str] = set()
        """Macros whose bodies hold assembly statements."""
        for name, value in defines.items():
            text = Text("<command line>", value, (0,))
            self._define(Macro(name, None, False, tuple(tokens(text))))

    def run(self, found: Sequence[Token]) -> None:
        """Collect the statements among the tokens of a text."""
        at, before = 0, None
        while at < len(found):
            token = found[at]
            at += 1
            if token.kind == "line":
                self._line(token, strict=False)
            elif not self._active():
                continue
            elif token.kind == "comment":
                self._comment(token)
            elif token.kind == "name" and token.text in ASM_WORDS:
                at = self._statement(found, at, token, before)
                before = token
            elif token.kind == "name" and token.text in self._carriers:
                at = self._carrier(found, at - 1)
            else:
                self.scopes.feed(token)
                before = token

    def _active(self) -> bool:
        return not self._branches or self._branches[-1].active

    def _line(self, line: Token, strict: bool) -> None:
        """One preprocessor line. `strict`: inside a template only one branch of a chain can count, so what isn't known
        is not defined."""
        words = line.inner
        if not words:
            return
        name, rest = words[0].text, words[1:]
        if name in ("if", "ifdef", "ifndef"):
            value = self._value(name, rest, strict) if self._active() else 0
            self._branches.append(_Branch(self._active(), value, self.scopes.save()))
        elif name in ("elif", "else", "elifdef", "elifndef") and self._branches:
            branch = self._branches[-1]
            branch.choose(1 if name == "else" else self._value(name.removeprefix("el"), rest, strict))
            self.scopes.restore(branch.state)  # type: ignore[arg-type]
        elif name == "endif" and self._branches:
            self._branches.pop()
        elif self._active():
            self._effect(name, rest)

    def _value(self, name: str, rest: Sequence[Token], strict: bool) -> Value:
        known = Known(self.values, frozenset(self.absent), strict)
        if name == "if":
            return conditions.evaluate(rest, known)
        defined = known.defined(rest[0].text) if rest else None
        return defined if name == "ifdef" or defined is None else int(not defined)

    def _effect(self, name: str, rest: Sequence[Token]) -> None:
        if name == "define" and (macro := read_define(rest)):
            if not (self._branches and self._branches[-1].alternative and macro.name in self.macros):
                self._define(macro)
        elif name == "undef" and rest:
            self.macros.pop(rest[0].text, None)
            self.values.pop(rest[0].text, None)
            self._carriers.discard(rest[0].text)
            self.absent.add(rest[0].text)
        elif name == "include" and rest and rest[0].kind == "string" and self._include:
            self._header(rest[0].text[1:-1])

    def _define(self, macro: Macro) -> None:
        self.macros[macro.name] = macro
        self.absent.discard(macro.name)
        if any(token.text in ASM_WORDS for token in macro.body):
            self._carriers.add(macro.name)
        if macro.parameters is None:
            known = Known(self.values, frozenset(self.absent))
            self.values[macro.name] = conditions.evaluate(macro.body, known) if macro.body else None

    def _header(self, name: str) -> None:
        """The macros of a header; its statements belong to it, not to this text."""
        header = self._include(name) if self._include and self._depth < _MOST_INCLUDES else None
        self._headers += 1
        if header is None or self._headers > _MOST_HEADERS:
            return
        self._depth += 1
        branches, self._branches = self._branches, []
        for token in header:
            self._line(token, strict=False)
        self._branches = branches
        self._depth -= 1

    def _comment(self, token: Token) -> None:
        if not _MARKED.search(token.text):
            return
        for marker in lexer.clean(token.text, False).markers:
            place = token.source.place(token.offset)
            column = marker.column + (place.column - 1 if marker.line == 1 else 0)
            self.markers.append(marker._replace(line=marker.line + place.line - 1, column=column))

    def _carrier(self, found: Sequence[Token], at: int) -> int:
        """A macro call that holds a statement; the position behind it."""
        end = at + 1
        if self.macros[found[at].text].parameters is not None:
            end = _behind(found, at + 1)
        plain = [token for token in found[at:end] if token.kind not in ("line", "comment")]
        try:
            expanded = self.expander.expand(plain)
        except CyclesimError as error:
            self.blocks.append(Block(found[at], self.scopes.function(), (), (), {}, error))
            return end
        held = self._carriers
        self._carriers = set()
        self.run(expanded)
        self._carriers = held
        return end

    def _statement(self, found: Sequence[Token], at: int, keyword: Token, before: Token | None) -> int:
        """An `asm` keyword; the position behind its statement."""
        while at < len(found) and (found[at].kind == "comment" or found[at].text in _QUALIFIERS):
            at += 1
        if at >= len(found) or found[at].text != "(":
            return at
        end = _behind(found, at)
        try:
            inner = self._gathered(found[at + 1 : end - 1])
        except CyclesimError as error:
            self.blocks.append(Block(keyword, self.scopes.function(), (), (), {}, error))
            return end
        if before is not None and before.kind == "name" and before.text not in _STATEMENT_WORDS:
            if all(token.kind == "string" for token in inner):
                self.scopes.registers[before.text] = "".join(token.text.strip('"') for token in inner)
            return end
        if before is not None and before.text == ")" and not self.scopes.function():
            # The assembler's name of a declared function: int f(void) asm("g");
            return end
        self.blocks.append(self._block(keyword, inner))
        return end

    def _gathered(self, found: Iterable[Token]) -> list[Token]:
        """The tokens of a statement that count; its preprocessor lines take effect."""
        inner: list[Token] = []
        done: list[Token] = []
        depth = len(self._branches)
        for token in found:
            if token.kind == "line":
                if self._active() and token.inner and token.inner[0].text in ("define", "undef"):
                    # What stands before it still has the old meaning.
                    done += self.expander.expand(inner)
                    inner = []
                self._line(token, strict=True)
            elif self._active() and token.kind == "comment":
                self._comment(token)
            elif self._active():
                inner.append(token)
        del self._branches[depth:]
        return [*done, *inner]

    def _block(self, keyword: Token, inner: Sequence[Token]) -> Block:
        function, registers = self.scopes.function(), dict(self.scopes.registers)
        try:
            sections = _sections(self.expander.expand(inner))
            template = tuple(self.expander.strings(sections[0]))
        except CyclesimError as error:
            return Block(keyword, function, (), (), registers, error)
        return Block(keyword, function, sections, template, registers)


def _behind(found: Sequence[Token], at: int) -> int:
    """The position behind the bracket that closes the one at `at`, or the end."""
    depth = 0
    for position in range(at, len(found)):
        token = found[position]
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth <= 0:
                return position + 1
    return len(found)


def _sections(found: Sequence[Token]) -> tuple[tuple[Token, ...], ...]:
    """The parts between colons outside of brackets."""
    sections: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == ":" and not depth:
                sections.append([])
                continue
        sections[-1].append(token)
    if len(sections) > 5:
        raise AsmError("an assembly statement has at most five parts", found[0].place())
    return tuple(tuple(section) for section in sections)
