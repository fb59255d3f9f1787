"""The macro layer of the GNU assembler as a stream: statements in, statements without any construct out.

The parser pulls: when a condition is evaluated here, everything before it has been read there, so that symbols and
labels have the values that they have at this place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat

from cyclesim.asm.fault import Fault
from cyclesim.asm.gas import arguments, repeats
from cyclesim.asm.gas.conditions import CONDITIONS, Conditions
from cyclesim.asm.gas.macros import NAME, Expansion, Locals, Macro, read_head
from cyclesim.asm.lexer import Statement
from cyclesim.asm.limits import MOST_NESTED_MACROS, Budget, Exhausted
from cyclesim.asm.names import LABEL, Names
from cyclesim.ir import Span

Report = Callable[[Statement, Fault], None]
Read = Callable[[str, Statement, int], Iterable[Statement]]
"""The statements of an included file: its name, the `.include` and the column of the name."""

MARKER = "\x01"
"""Starts a statement that stands for a region marker; its number follows."""

MOST_ROUNDS = 256
"""Expansions of `.irp` that are kept for the next time."""

_new = tuple.__new__
_LABEL = ":"
_CLOSERS = {".endm": ".macro", ".endmacro": ".macro", ".endr": ".rept", ".exitm": ".macro"}
_CLOSERS |= {".else": ".if", ".elseif": ".if", ".endif": ".if"}


class Frame:
    """A text that is being read. `conditions`: how many were open when it began."""

    __slots__ = ("conditions", "lines")

    def __init__(self, lines: Iterator[Statement], conditions: int) -> None:
        self.lines, self.conditions = lines, conditions


Action = Macro | Callable[[Statement, str, str, int], None]
"""A macro, or what obeys a directive: the statement, its name, the rest and the column of the rest."""


class Expander:
    """`marker` is told of every region marker that is reached; `notes` collects `.warning` and `.print`."""

    def __init__(
        self,
        names: Names,
        isa: str,
        report: Report,
        budget: Budget,
        read: Read,
        marker: Callable[[int, Statement], None],
    ) -> None:
        self.names, self.report, self.budget, self.marker = names, report, budget, marker
        self.squeeze = arguments.squeezer(isa)
        self.notes: list[str] = []
        self._read = read
        self._frames: list[Frame] = []
        self._conditions = Conditions(names, self.squeeze)
        self._calls = 0
        self._local: Locals | None = None
        self._split: tuple[Statement, Statement] | None = None
        self._known: dict[str, str] = {}
        self._plain: set[str] = set()
        """First words of statements for the parser."""
        self._rounds: dict[tuple[object, ...], Expansion] = {}
        self._table: dict[str, Action] = {
            ".macro": self._macro,
            ".purgem": self._purge,
            ".rept": self._repeat,
            ".rep": self._repeat,
            ".irp": self._each,
            ".irpc": self._each,
            ".include": self._include,
            ".altmacro": self._alternate,
            ".noaltmacro": self._alternate,
            ".error": self._error,
            ".err": self._error,
            ".warning": self._note,
            ".print": self._note,
            **dict.fromkeys(CONDITIONS, self._condition),
            **dict.fromkeys(_CLOSERS, self._close),
        }

    def run(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """The statements of the whole text. Exhausted is reported and ends it."""
        self._push(iter(statements))
        frames, plain = self._frames, self._plain
        try:
            while frames:
                frame = frames[-1]
                for statement in frame.lines:
                    word = statement[0].split(None, 1)[0]
                    if word in plain:
                        yield statement
                        continue
                    if self._take(statement, word):
                        yield statement
                    elif self._split:
                        (label, rest), self._split = self._split, None
                        yield label
                        self._take(rest, rest[0].split(None, 1)[0])
                    if frames[-1] is not frame:
                        break
                else:
                    self._pop()
        except Exhausted:
            return

    def _take(self, statement: Statement, word: str) -> bool:
        """Obey a statement, whose first word is `word`; True when it is for the parser."""
        text = statement[0]
        name = self._known.get(word)
        if name is None:
            name = self._known[word] = _first_name(word)
        action = self._table.get(name)
        if action is None:
            if name == _LABEL:
                return self._labelled(statement)
            if name == MARKER:
                self.marker(int(text[1:]), statement)
                return False
            self._plain.add(word)
            return True
        rest = text[len(name) :].lstrip()
        try:
            if type(action) is Macro:
                if rest[:1] == "=" and rest[:2] != "==":
                    return True
                self._call(action, statement, rest)
            else:
                action(statement, name, rest, statement.column + len(text) - len(rest))  # type: ignore[operator]
        except Exhausted as fault:
            self.report(statement, fault)
            raise
        except Fault as fault:
            self.report(statement, fault)
        return False

    def _labelled(self, statement: Statement) -> bool:
        """A statement behind labels: the labels go on, a construct behind them is obeyed."""
        text = statement.text
        found = LABEL.match(text)
        end = 0
        while found:
            end = found.end()
            while end < len(text) and text[end].isspace():
                end += 1
            found = LABEL.match(text, end)
        if not end or end == len(text) or _first_name(text[end:].split(None, 1)[0]) not in self._table:
            return True
        rest = statement._replace(text=text[end:], column=statement.column + end)
        self._split = statement._replace(text=text[:end].rstrip()), rest
        return False

    def _push(self, lines: Iterator[Statement]) -> None:
        self._frames.append(Frame(lines, len(self._conditions.open)))

    def _pop(self) -> None:
        frame = self._frames.pop()
        for opened in self._conditions.leave(frame.conditions):
            name = _first_name(opened.text.split(None, 1)[0])
            hint = "write `.endif`"
            self.report(opened, Fault(f"`{name}` is never closed", opened.column, len(name), hint))

    def define(self, macro: Macro) -> None:
        """Make a macro known."""
        self._table[macro.name.lower()] = macro
        self._plain.clear()

    def evaluate(self, text: str, column: int = 1) -> int:
        """The value of an expression at this place. Raises Fault."""
        return self._conditions.evaluate(text, column)

    def _call(self, macro: Macro, statement: Statement, rest: str) -> None:
        text, file, line, column, parent = statement
        if len(self._frames) > MOST_NESTED_MACROS:
            message = f"macro calls are nested more than {MOST_NESTED_MACROS} deep"
            raise Exhausted(message, column, len(macro.name), "does a macro call itself?")
        expansion = macro.expand(rest, column + len(text) - len(rest), self._calls, self.squeeze, self._local)
        self._calls += 1
        self._enter(expansion, Span(file, line, column, len(macro.name), parent, macro.name))

    def _enter(self, expansion: Expansion, call: Span) -> None:
        lines, characters = expansion
        self.budget.take_statements(len(lines) + 1, call.column, call.length)
        self.budget.take_characters(characters, call.column, call.length)
        made = [_new(Statement, (text, file, line, column, call)) for text, file, line, column in lines]
        self._push(iter(made))

    def _body(self, opener: str, statement: Statement) -> list[Statement]:
        """The statements up to the end of a definition or repetition. Raises Fault when it never ends."""
        openers, closers = ((".macro",), (".endm", ".endmacro"))
        if opener != ".macro":
            openers, closers = repeats.OPENERS, (".endr",)  # type: ignore[assignment]
        depth, body, known = 1, list[Statement](), self._known
        for one in self._frames[-1].lines:
            if one.text[0] == ".":
                word = one.text.split(None, 1)[0]
                name = known.get(word)
                if name is None:
                    name = known[word] = _first_name(word)
                if name in openers:
                    depth += 1
                elif name in closers:
                    depth -= 1
                    if not depth:
                        return body
            body.append(one)
        hint = f"write `{closers[0]}`"
        raise Fault(f"`{opener}` is never closed", statement.column, len(opener), hint)

    def _macro(self, statement: Statement, name: str, rest: str, column: int) -> None:
        body = self._body(name, statement)
        called, parameters = read_head(rest, column, self.squeeze)
        before = self._table.get(called.lower())
        if before is not None and not (type(before) is Macro and before.weak):
            what = "is already a macro" if type(before) is Macro else "is a directive"
            hint = f"first: .purgem {called}" if type(before) is Macro else "choose another name"
            raise Fault(f"`{called}` {what}", column, len(called), hint)
        self.define(Macro(called, parameters, body))

    def _purge(self, statement: Statement, name: str, rest: str, column: int) -> None:
        for called in rest.replace(",", " ").split():
            if type(self._table.get(called.lower())) is not Macro:
                raise Fault(f"`{called}` is no macro", column, len(called), "define it first: .macro")
            del self._table[called.lower()]

    def _repeat(self, statement: Statement, name: str, rest: str, column: int) -> None:
        body = self._body(name, statement)
        count = self.evaluate(rest, column)
        if count < 0:
            raise Fault(f"a repetition of {count}", column, max(1, len(rest)), "counts start at 0")
        self.budget.take_statements(count * (len(body) + 1), statement.column, len(statement.text))
        place = _place(statement, name)
        inner = [one._replace(parent=place) for one in body]
        if count and inner:
            self._nested(statement, name)
            self._push(chain.from_iterable(repeat(inner, count)))

    def _each(self, statement: Statement, name: str, rest: str, column: int) -> None:
        body = self._body(name, statement)
        evaluate = self._local.evaluate if self._local else None
        symbol, values = repeats.read_head(name, self.squeeze(rest), column, evaluate)
        self._nested(statement, name)
        self.budget.take_statements(len(values) * (len(body) + 1), statement.column, len(statement.text))
        key = (statement.file, statement.line, rest, *[one.text for one in body])
        rounds = self._rounds.get(key)
        if rounds is None:
            rounds = repeats.fill(symbol, values, body, self._calls)
            counts = any("\\@" in one.text for one in body)
            if not evaluate and not counts and len(self._rounds) < MOST_ROUNDS:
                self._rounds[key] = rounds
        self._enter(rounds, _place(statement, name))

    def _nested(self, statement: Statement, name: str) -> None:
        if len(self._frames) > MOST_NESTED_MACROS:
            message = f"repetitions are nested more than {MOST_NESTED_MACROS} deep"
            raise Exhausted(message, statement.column, len(name), "does a macro call itself?")

    def _condition(self, statement: Statement, name: str, rest: str, column: int) -> None:
        if not self._conditions.enter(statement, name, rest, column):
            self._conditions.skip(self._frames[-1].lines, self.report)

    def _close(self, statement: Statement, name: str, rest: str, column: int) -> None:
        if name == ".exitm" and len(self._frames) > 1:
            # Out of the innermost macro or repetition, all its rounds. Source: GNU as, read.c, s_mexit.
            self._conditions.leave(self._frames.pop().conditions)
            return
        inside = len(self._conditions.open) > self._frames[-1].conditions
        if _CLOSERS[name] != ".if" or not inside:
            hint = f"remove it or write the matching `{_CLOSERS[name]}`"
            raise Fault(f"`{name}` closes nothing", statement.column, len(name), hint)
        if name == ".endif":
            self._conditions.open.pop()
        else:
            self._conditions.skip(self._frames[-1].lines, self.report)

    def _include(self, statement: Statement, name: str, rest: str, column: int) -> None:
        file = rest.strip().strip('"')
        if not file:
            raise Fault("`.include` names no file", statement.column, len(name), '.include "file.inc"')
        self._nested(statement, name)
        self._push(iter(self._read(file, statement, column)))

    def _alternate(self, statement: Statement, name: str, rest: str, column: int) -> None:
        self._local = Locals(self.evaluate) if name == ".altmacro" else None

    def _error(self, statement: Statement, name: str, rest: str, column: int) -> None:
        raise Fault(f"{name} {rest}".strip(), statement.column, len(statement.text))

    def _note(self, statement: Statement, name: str, rest: str, column: int) -> None:
        text = rest.strip().strip('"')
        root = Span(statement.file, statement.line, statement.column, 1, statement.parent).root()
        self.notes.append(f"{root.file}:{root.line}: {name[1:]}: {text}" if name == ".warning" else f"{name}: {text}")


def _place(statement: Statement, name: str) -> Span:
    """A repetition as the parent of what it repeats."""
    return Span(statement.file, statement.line, statement.column, len(name), statement.parent, name)


def _first_name(word: str) -> str:
    """What a first word names, in lower case: a directive or macro, `:` for a label, empty for anything else."""
    if word[0] == MARKER:
        return MARKER
    if ":" in word and LABEL.match(word):
        return _LABEL
    name = NAME.match(word)
    return name[0].lower() if name else ""
