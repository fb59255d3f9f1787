"""From a stream of statements to instructions, labels and errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cyclesim.asm import shells
from cyclesim.asm.dialect import Dialect, Word
from cyclesim.asm.fault import Fault, Undefined
from cyclesim.asm.lexer import Statement
from cyclesim.asm.names import LABEL, NAME, Names
from cyclesim.asm.operands import OperandReader
from cyclesim.errors import AsmError, CyclesimError
from cyclesim.ir import Instruction, Label, Operand, Span
from cyclesim.record import NamedTuple

MOST_ERRORS = 1000
"""Reading stops here: what has more mistakes than this isn't assembly."""

_LONGEST_MESSAGE = 240
_PARAMETER_HINT = "no parameter has this name; a `.` belongs to a name, `\\()` ends it: \\reg\\().4s"

_MNEMONIC = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
_GLUED = r"(?as)([A-Za-z][\w.]*)([{\[#].*)"
_CALL = r"(?a)([A-Za-z_]\w*)[ \t]*\("

_ENCODED = frozenset((".inst", ".inst.n", ".inst.w", ".byte", ".short", ".hword", ".word", ".long"))
_STATES = {".thumb": True, ".thumb_func": True, ".arm": False, ".code": False}

_WEIGHTLESS = frozenset(
    (
        ".set",
        ".equ",
        ".equiv",
        ".eqv",
        ".unreq",
        ".global",
        ".globl",
        ".type",
        ".size",
        ".hidden",
        ".inst",
        ".func",
        ".endfunc",
    )
)

_new = tuple.__new__

_Known = dict[tuple[str, int], tuple[Operand, ...]]


class _Vocabulary(NamedTuple):
    """A mnemonic as the user spells it. `known`: operand texts read before, by text and column."""

    word: Word
    known: _Known


class _Postponed(NamedTuple):
    """An instruction that uses a name not defined before it. `aliases`: how many `.req`s precede it."""

    at: int
    word: Word
    text: str
    column: int
    statement: Statement
    aliases: int


class Parser:
    """Takes statements one by one and keeps what they define."""

    def __init__(self, dialect: Dialect, sources: Mapping[str, tuple[str, ...]]) -> None:
        self.dialect, self.sources = dialect, sources
        self.instructions: list[Instruction] = []
        self.errors: list[CyclesimError] = []
        self.names = Names(dialect)
        self._operands = OperandReader(dialect, self.names.scope, self.names.registers)
        self._raw = False
        self.names.position = lambda: len(self.instructions)
        self._directive_at = 0
        self._typed = self.names.registers.typed
        self._words: dict[str, _Vocabulary] = {}
        self._known: dict[Word, _Known] = {}
        self._changes = self._assignments = 0
        self._symbolic: list[tuple[_Known, tuple[str, int]]] = []
        self._postponed: list[_Postponed] = []
        self._places: list[int] = []
        self._ended = False

    def run(self, stream: Iterable[Statement]) -> None:
        """Read all statements, then what had to wait for later definitions."""
        for statement in stream:
            try:
                self._statement(statement)
            except Fault as fault:
                self.report(statement, fault)
            if self._ended:
                break
        self._read_postponed()
        self._resolve_labels()

    def report(self, statement: Statement, fault: Fault) -> None:
        """Keep a fault as an error with its place; stop reading when there are too many."""
        if len(self.errors) > MOST_ERRORS:
            return
        span = Span(statement.file, statement.line, fault.column, fault.length, statement.parent)
        source_line = self._source_line(statement)
        hint = _PARAMETER_HINT if statement.parent and "\\" in statement.text else fault.hint
        self.errors.append(AsmError(_shortened(fault.message), span, hint, source_line))
        if len(self.errors) == MOST_ERRORS:
            message = f"{MOST_ERRORS} mistakes so far; the rest is not read"
            self.errors.append(AsmError(message, span, "is this file assembly?", source_line))
            self._ended = True

    def _source_line(self, statement: Statement) -> str:
        """The line for the caret: that of the source, or of expanded text the statement itself."""
        lines = self.sources.get(statement.file, ())
        line = lines[statement.line - 1] if 0 < statement.line <= len(lines) else ""
        if statement.parent and not line.startswith(statement.text, statement.column - 1):
            return " " * (statement.column - 1) + statement.text
        return line

    def _statement(self, statement: Statement) -> None:
        text, file, line, column, parent = statement
        parts = text.split(None, 1)
        vocabulary = self._words.get(parts[0])
        if vocabulary is None:
            self._other_statement(statement)
            return
        operands: tuple[Operand, ...] = ()
        if len(parts) == 2:
            rest = parts[1]
            place = column + len(text) - len(rest)
            known = vocabulary.known.get((rest, place))
            if known is None:
                if rest[0] in ":=." and self._definition(statement):
                    return
                known = self._read_operands(vocabulary, rest, place, statement)
            operands = known
        mnemonic = vocabulary.word.mnemonic
        if self._typed and operands and mnemonic[0] == "v" and "." not in mnemonic:
            mnemonic = self._with_type(mnemonic, parts[1])
        # The constructors of the two, without their frames: this is where most of the time of a long text goes.
        span = _new(Span, (file, line, column, len(text), parent, ""))
        self.instructions.append(_new(Instruction, (mnemonic, operands, span, text)))

    def _with_type(self, mnemonic: str, operands: str) -> str:
        """A mnemonic without data types takes those of its operands: of the last that has one, both for `vcvt`."""
        types = [alias.type for name in NAME.findall(operands) if (alias := self._typed.get(name)) and alias.type]
        wanted = types if mnemonic.startswith("vcvt") else types[-1:]
        return ".".join([mnemonic, *wanted])

    def _read_operands(
        self, vocabulary: _Vocabulary, text: str, column: int, statement: Statement
    ) -> tuple[Operand, ...]:
        index = len(self.instructions)
        try:
            operands = self._operands.read(vocabulary.word, text, column)
        except Undefined:
            aliases = len(self.names.registers.journal)
            self._postponed.append(_Postponed(index, vocabulary.word, text, column, statement, aliases))
            return ()
        if any(type(operand) is Label for operand in operands):
            self._places.append(index)
        else:
            vocabulary.known[text, column] = operands
            if self._operands.symbolic:
                self._symbolic.append((vocabulary.known, (text, column)))
        return operands

    def _other_statement(self, statement: Statement) -> None:
        """A statement whose first word is no mnemonic seen before."""
        text = statement.text
        if self._definition(statement):
            return
        if text[0] == ".":
            directive = self.names.directive(statement)
            self._ended = directive == ".end"
            if directive in _ENCODED:
                self._encoded(statement, directive)
            elif directive in _STATES:
                self.names.thumb = _STATES[directive] or (directive == ".code" and "16" in text)
            if directive not in _WEIGHTLESS:
                self.names.uneven.append(len(self.instructions))
            self._directive_at = len(self.instructions)
            self._forget()
            return
        name = text.split(None, 1)[0]
        call = re.match(_CALL, text) if "(" in text else None
        shell = call[1] if call else name
        if shell in shells.OPENING or shell in shells.CLOSING:
            self._shell(statement, shell)
        elif _MNEMONIC.fullmatch(name):
            self._learn(name)
            self._statement(statement)
        elif glued := re.fullmatch(_GLUED, text):
            self._glued(statement, glued)
        else:
            raise _no_statement(statement, name, call)

    def _encoded(self, statement: Statement, directive: str) -> None:
        """`.inst`, and data in the middle of code, where the processor would run into it."""
        from cyclesim.asm import encodings

        text, file, line, column, parent = statement
        data = not directive.startswith(".inst")
        at = len(self.instructions)
        if data:
            apart = (self._directive_at == at and not self._raw) or self.names.labelled == at
            if not at or apart or encodings.ends_flow(self.instructions[-1]):
                return
        span = Span(file, line, column, len(text), parent)
        rest = text[len(directive) :].lstrip()
        numbers = encodings.values(rest, column + len(text) - len(rest), self.names.scope)
        size = encodings.SIZES[directive]
        thumb = self.names.thumb or directive in (".inst.n", ".inst.w")
        found = encodings.instructions(numbers, size, self.dialect.isa, thumb, span, text, data)
        self._raw = bool(found)
        self.instructions += found

    def _learn(self, name: str) -> _Vocabulary:
        word = self.dialect.word(name.lower())
        key = word if word.arrangement else word._replace(mnemonic="")
        vocabulary = self._words[name] = _Vocabulary(word, self._known.setdefault(key, {}))
        return vocabulary

    def _glued(self, statement: Statement, parts: re.Match[str]) -> None:
        """`vld1.32{d0}, [r0]`: no blank behind the mnemonic."""
        text, file, line, column, parent = statement
        vocabulary = self._words.get(parts[1]) or self._learn(parts[1])
        operands = self._read_operands(vocabulary, parts[2], column + parts.start(2), statement)
        span = Span(file, line, column, len(text), parent)
        self.instructions.append(Instruction(vocabulary.word.mnemonic, operands, span, text))

    def _definition(self, statement: Statement) -> bool:
        """Labels, `name = value` and `name .req register`; whether the statement was one of these."""
        if ":" in statement.text and (label := LABEL.match(statement.text)):
            self._labels(statement, label)
            return True
        if self.names.define(statement):
            self._forget()
            return True
        return False

    def _labels(self, statement: Statement, found: re.Match[str] | None) -> None:
        """All labels in front of a statement, then the statement itself."""
        text, end = statement.text, 0
        while found:
            self.names.label(found[1], len(self.instructions), statement.column + found.start(1))
            end = found.end()
            while end < len(text) and text[end].isspace():
                end += 1
            found = LABEL.match(text, end)
        if end < len(text):
            self._statement(statement._replace(text=text[end:], column=statement.column + end))

    def _shell(self, statement: Statement, shell: str) -> None:
        if shell in shells.OPENING:
            name = NAME.search(statement.text, len(shell))
            if name is None:
                raise Fault(f"`{shell}` names no function", statement.column, len(shell), f"for example {shell} kernel")
            self.names.label(name[0], len(self.instructions), statement.column + name.start())

    def _forget(self) -> None:
        """When names have changed, operand texts may mean something else now."""
        if self._changes != self.names.changes:
            self._changes = self.names.changes
            self._operands.forget()
            self._words.clear()
            self._known.clear()
            self._symbolic.clear()
        elif self._assignments != self.names.assignments:
            for known, key in self._symbolic:
                known.pop(key, None)
            self._symbolic.clear()
            self._operands.forget_constants()
        self._assignments = self.names.assignments

    def _read_postponed(self) -> None:
        """Read what used later definitions, each with the register names of its own place."""
        if not self._postponed:
            return
        registers = self.names.registers
        journal = registers.rewind()
        self._operands.complete = True
        for index, word, text, column, statement, aliases in self._postponed:
            for alias in journal[len(registers.journal) : aliases]:
                registers.alias(alias)
            self._operands.forget()
            try:
                operands = self._operands.read(word, text, column)
            except Fault as fault:
                self.report(statement, fault)
                continue
            self.instructions[index] = self.instructions[index]._replace(operands=operands)
            self._places.append(index)

    def _resolve_labels(self) -> None:
        """Give every label operand the index of the instruction that it names."""
        for index in self._places:
            instruction = self.instructions[index]
            operands = tuple(self._resolved(operand, index) for operand in instruction.operands)
            self.instructions[index] = instruction._replace(operands=operands)

    def _resolved(self, operand: Operand, index: int) -> Operand:
        if not isinstance(operand, Label):
            return operand
        name = operand.name
        if name[0].isdigit() and name[:-1].isdigit():
            target = self.names.find_numeric(name, index)
            if target is None:
                where = "before" if name[-1] == "b" else "after"
                span = self.instructions[index].span
                statement = Statement("", span.file, span.line, span.column, span.parent)
                hint = f"write `{name[:-1]}:` in front of the instruction it names"
                self.report(
                    statement, Fault(f"no label `{name[:-1]}:` stands {where} this", operand.column, len(name), hint)
                )
        else:
            target = self.names.labels.get(name)
        return operand._replace(target=target if target is not None and target < len(self.instructions) else None)


def _shortened(message: str) -> str:
    """Messages quote the source; a quotation of thousands of characters helps nobody."""
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[: _LONGEST_MESSAGE - 60]} … {message[-50:]}"


def _no_statement(statement: Statement, name: str, call: re.Match[str] | None) -> Fault:
    if call:
        hint = "define it: -D, or -I DIR for the header that does"
        return Fault(f"`{call[1]}(…)` is a call of an unknown macro", statement.column, len(call[1]), hint)
    good = _MNEMONIC.match(name)
    at = good.end() if good else 0
    hint = "a statement is a label, a directive or an instruction"
    return Fault(f"`{name[at]}` is not expected here", statement.column + at, 1, hint)
