"""Reading the operands of one statement."""

from __future__ import annotations

import re

from cyclesim.asm.dialect import ADDRESS, BRANCH, Dialect, Word
from cyclesim.asm.expressions import Scope, evaluate
from cyclesim.asm.fault import Fault, Undefined
from cyclesim.asm.names import Symbols
from cyclesim.asm.pieces import split
from cyclesim.asm.registers import RegisterReader
from cyclesim.ir import Immediate, Label, Literal, Memory, Name, Operand, Shift

_SHIFTS = frozenset(("lsl", "lsr", "asr", "asl", "ror", "rrx", "msl", "uxt", "sxt"))
_SHIFT = r"(?ais)(lsl|lsr|asr|asl|ror|rrx|msl|uxt[bhwx]|sxt[bhwx])(?![\w.$(:])[ \t]*(.*)"
_WORD = re.compile(r"[A-Za-z_.$][\w.$]*", re.ASCII)
_NUMERIC_LABEL = r"[0-9]+[bf]"
_ADDRESS_EXPRESSION = r"(?a)(?:[A-Za-z_.$][\w.$]*|\d+[bf])(?:@\w+)?(?:\(\w+\))?(?:[ \t]*[-+][ \t]*[\w.$()*]+)*"
_RELOCATION = r"(?a):(\w+):[ \t]*"
_SIGNED = r"(?a)([-+])[ \t]*([A-Za-z_$][\w$]*)"
_ALIGNED_BASE = r"(?s)([^\s:@]+)[ \t]*(?:[:@][ \t]*(\S+))?"

_ALIGNMENTS = ("16", "32", "64", "128", "256")
_EXTENDS = ("uxt", "sxt")


class OperandReader:
    """Reads operands; remembers every operand text with its column, because kernels repeat themselves."""

    def __init__(self, dialect: Dialect, scope: Scope, registers: RegisterReader) -> None:
        self.dialect, self.scope, self.registers = dialect, scope, registers
        self.symbols = scope.symbols if isinstance(scope.symbols, Symbols) else Symbols()
        self.complete = False
        """Whether all definitions of the text are known."""
        self.symbolic = False
        """Whether the operands read last depend on constants that have names."""
        self._known: dict[tuple[str, int, str], Operand] = {}
        self._symbolic: dict[tuple[str, int, str], Operand] = {}

    def forget(self) -> None:
        """Names have changed their meaning."""
        self._known.clear()
        self._symbolic.clear()

    def forget_constants(self) -> None:
        """A constant has a new value."""
        self._symbolic.clear()

    def read(self, word: Word, text: str, column: int) -> tuple[Operand, ...]:
        """All operands of a statement. Raises Fault."""
        pieces = split(text, column)
        last, known, symbols = len(pieces) - 1, self._known, self.symbols
        self.symbolic = False
        # Only the last operand is a place in the program.
        contexts = [""] * last + [word.context if word.context in (BRANCH, ADDRESS) else ""]
        operands: list[Operand] = []
        for number, (piece, place) in enumerate(pieces):
            key = (piece, place, contexts[number])
            operand = known.get(key)
            if operand is None:
                operand = self._symbolic.get(key)
                if operand is not None:
                    self.symbolic = True
                else:
                    symbols.asked = False
                    operand = self._read_operand(piece, place, contexts[number])
                    if symbols.asked:
                        self.symbolic = True
                        self._symbolic[key] = operand
                    else:
                        known[key] = operand
            operands.append(operand)
            if number < last and isinstance(operand, Memory) and _is_bare(operand):
                symbols.asked = False
                post = self._post_index(operand, pieces[number + 1 :], text[place - column :])
                self.symbolic |= symbols.asked
                if post:
                    operands[-1] = post
                    break
        return self.dialect.fill(word, tuple(operands))

    def _read_operand(self, text: str, column: int, context: str) -> Operand:
        register = self.registers.read(text, column)
        if register is not None:
            return register
        match text[0]:
            case "[":
                return self._memory(text, column)
            case "{":
                return self.registers.read_list(text, column)
            case "#" | "$" if text[0] == "#" or text[1:2].isdigit():
                return self._immediate(text, column, 1)
            case "=":
                return self._literal(text, column)
            case ":":
                return self._immediate(text, column, 0)
        if context or text.startswith(".L"):
            return self._place(text, column, context)
        return self._word(text, column)

    def _place(self, text: str, column: int, context: str) -> Operand:
        """A label, with or without an offset; `prfm`'s and `tbz`'s other operands come first and aren't read here."""
        if not _WORD.fullmatch(text) and not re.fullmatch(_ADDRESS_EXPRESSION, text):
            return self._word(text, column)
        fault = self.registers.lookalike(text, column)
        if fault and text not in self.scope.labels:
            raise Undefined(fault.message, fault.column, fault.length, fault.hint)
        if context == ADDRESS and text in self.scope.symbols:
            return self._immediate(text, column, 0)
        return Label(text, None, column)

    def _word(self, text: str, column: int) -> Operand:
        """A shift, a constant without `#`, a numeric label, or any other name."""
        if shift := _find_shift(text):
            return self._shift(shift, column)
        if re.fullmatch(_NUMERIC_LABEL, text):
            return Label(text, None, column)
        if _WORD.fullmatch(text):
            if text in self.scope.symbols:
                return self._immediate(text, column, 0)
            if fault := self.registers.lookalike(text, column):
                raise fault
            return Name(text.lower(), column)
        return self._expression(text, column)

    def _expression(self, text: str, column: int) -> Operand:
        if fault := self._stray(text, column):
            raise fault
        return self._immediate(text, column, 0)

    def _stray(self, text: str, column: int) -> Fault | None:
        """What is wrong with a text that starts like an operand but goes on after it."""
        head = _WORD.match(text)
        if head is None or text[head.end()] in "+-*/%<>|&^@(":
            if head and (fault := self.registers.lookalike(text, column)):
                return fault
            return None
        if fault := self.registers.lookalike(text, column):
            return fault
        rest = text[head.end() :].strip()
        place = column + text.index(rest[0], head.end())
        if rest[0] == "#":
            hint = "write a comma before an immediate, a blank after the `#` of a comment"
            return Fault(f"`{rest}` stands behind `{head[0]}` without a comma", place, len(rest), hint)
        return Fault(f"`{rest}` is not expected behind `{head[0]}`", place, len(rest), "is a comma missing?")

    def _immediate(self, text: str, column: int, skip: int) -> Immediate:
        """A constant; `skip` characters (`#`) stand before its expression."""
        body = text[skip:]
        start = column + skip
        if body[:1] == ":" and (relocation := re.match(_RELOCATION, body)):
            value = self._relocated(relocation[1].lower(), body[relocation.end() :], start + relocation.end())
        elif not body.strip():
            raise Fault("a value is missing after `#`", column, 1, "for example #4")
        else:
            return Immediate(text, evaluate(body, start, self.scope), column)
        return Immediate(text, value, column)

    def _relocated(self, name: str, body: str, column: int) -> int | None:
        """`:lower16:` and `:upper16:` of a constant are constants; anything else is for the linker."""
        try:
            value = evaluate(body, column, self.scope)
        except Undefined:
            if not self.complete:
                raise
            return None
        if not isinstance(value, int) or name not in ("lower16", "upper16"):
            return None
        return (value >> 16 if name == "upper16" else value) & 0xFFFF

    def _literal(self, text: str, column: int) -> Literal:
        """`=value`; the address of something outside of the text has no value."""
        skip = 2 if text[1:2] == "#" else 1
        try:
            value = evaluate(text[skip:], column + skip, self.scope)
        except Undefined:
            if not self.complete:
                raise
            value = None
        return Literal(text, value if isinstance(value, int) else None, column)

    def _shift(self, parts: re.Match[str], column: int) -> Shift:
        kind, body = parts[1].lower(), parts[2].strip()
        kind = "lsl" if kind == "asl" else kind
        if not body:
            if kind != "rrx" and not kind.startswith(_EXTENDS):
                raise Fault(f"`{parts[1]}` needs an amount", column, len(parts[1]), f"for example {kind} #2")
            return Shift(kind, None, None, column)
        start = column + parts.start(2)
        if kind == "rrx":
            raise Fault("`rrx` takes no amount", start, len(body))
        if register := self.registers.read(body, start):
            return Shift(kind, None, register, column)
        skip = body[0] == "#"
        value = evaluate(body[skip:], start + skip, self.scope)
        if not isinstance(value, int):
            raise Fault("a shift amount is an integer", start, len(body))
        return Shift(kind, value, None, column)

    def _memory(self, text: str, column: int) -> Memory:
        end = text.rindex("]")
        inner, rest = text[1:end], text[end + 1 :].lstrip()
        if rest not in ("", "!"):
            place = column + len(text) - len(rest)
            raise Fault(f"`{rest}` is not expected behind an address", place, len(rest), "is a comma missing?")
        if not inner.strip():
            raise Fault("an address needs a base register", column, len(text), "for example [sp]")
        pieces = split(inner, column + 1, "part of the address")
        memory = self._base(text, column, *pieces[0])
        for piece, place in pieces[1:]:
            memory = self._address_part(memory, piece, place)
        return memory._replace(mode="pre") if rest else memory

    def _base(self, text: str, column: int, piece: str, place: int) -> Memory:
        parts = re.fullmatch(_ALIGNED_BASE, piece)
        if parts is None:
            raise Fault(
                f"`{piece}` is no base register", place, len(piece), "parts of an address are separated by commas"
            )
        base = self.registers.require(parts[1], place, "the base of an address")
        if base.kind not in "rx" or base.writeback:
            raise Fault(
                f"`{base.text}` can't be the base of an address", place, len(base.text), "a general register can"
            )
        align = 0 if parts[2] is None else self._alignment(parts[2], place + parts.start(2))
        return Memory(text, base, align=align, column=column)

    def _alignment(self, text: str, column: int) -> int:
        if not self.dialect.alignments:
            raise Fault("AArch64 addresses state no alignment", column, len(text))
        if text in _ALIGNMENTS:
            return int(text)
        try:
            value = evaluate(text, column, self.scope)
        except Fault:
            value = None
        if str(value) not in _ALIGNMENTS:
            raise Fault(f"`{text}` is no alignment", column, len(text), f"one of {', '.join(_ALIGNMENTS)} (bits)")
        return int(str(value))

    def _address_part(self, memory: Memory, piece: str, column: int) -> Memory:
        """`memory` with one more part: an alignment, an offset, an index or the shift of an index."""
        if piece[0] in ":@" and not re.match(_RELOCATION, piece):
            body = piece[1:].strip()
            return memory._replace(align=self._alignment(body, column + len(piece) - len(body)))
        if memory.index and not memory.shift and (shift := _find_shift(piece)):
            return memory._replace(shift=self._shift(shift, column))
        if memory.index or memory.offset:
            raise Fault(f"`{piece}` is one part too many for an address", column, len(piece))
        return self._displaced(memory, piece, column)

    def _displaced(self, memory: Memory, piece: str, column: int) -> Memory:
        """`memory` with an index register, maybe with a sign, or an immediate offset."""
        signed = re.fullmatch(_SIGNED, piece) if piece[0] in "+-" else None
        name, place = (signed[2], column + signed.start(2)) if signed else (piece, column)
        index = self.registers.read(name, place)
        if index is None:
            if fault := self.registers.lookalike(piece, column):
                raise fault
            return memory._replace(offset=self._immediate(piece, column, int(piece[0] == "#")))
        if index.kind not in "rxw" or index.writeback or index.lane is not None:
            raise Fault(f"`{index.text}` can't be an index", place, len(index.text), "a general register can")
        subtract = signed is not None and signed[1] == "-"
        if signed and not self.dialect.subtracts:
            raise Fault("an AArch64 index has no sign", column, 1)
        return memory._replace(index=index, subtract=subtract)

    def _post_index(self, memory: Memory, pieces: list[tuple[str, int]], text: str) -> Memory | None:
        """`[r0], r1`, `[x0], #16`: what follows a bare address steps its base; None when something else follows."""
        (piece, column), *rest = pieces
        signed = re.fullmatch(_SIGNED, piece) if piece[0] in "+-" else None
        register = self.registers.read(signed[2] if signed else piece, column)
        if register is not None and register.kind not in "rxw":
            return None
        if register is None and piece[0] not in "#-+0123456789(" and piece not in self.scope.symbols:
            return None
        post = self._displaced(memory, piece, column)._replace(mode="post", text=text.rstrip())
        for extra, place in rest:
            shift = _find_shift(extra)
            if shift is None or post.index is None or post.shift:
                raise Fault(f"`{extra}` is one operand too many", place, len(extra))
            post = post._replace(shift=self._shift(shift, place))
        return post


def _is_bare(memory: Memory) -> bool:
    return memory.mode == "offset" and memory.offset is None and memory.index is None


def _find_shift(text: str) -> re.Match[str] | None:
    return re.fullmatch(_SHIFT, text) if text[:3].lower() in _SHIFTS else None
