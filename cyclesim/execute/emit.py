"""From one instruction to the lines of Python that execute it."""

from __future__ import annotations

import ast

import numpy

from cyclesim.execute import language
from cyclesim.execute.expressions import CONDITIONS, STATE_NAMES, VIEWS, Expressions
from cyclesim.execute.language import Assignment, BadMeaning
from cyclesim.execute.operands import CantExecute, General, LanesAt, Piece
from cyclesim.execute.writer import Writer

__all__ = ["CONDITIONS", "Meaning", "Writer"]

SYSTEM_WRITES = {
    "nzcv": (("flags", 28, 4),),
    "fpsr": (("saturated", 27, 1),),
    "fpscr": (("fpflags", 28, 4), ("saturated", 27, 1)),
    **dict.fromkeys(["apsr_nzcvq", "cpsr_f"], (("flags", 28, 4), ("sticky", 27, 1))),
}
"""What a write of a system register changes: state, lowest bit, bits. Rounding modes stay as they are."""

NOTHING = "nothing"
"""The meaning of hints and barriers: they change no register and no memory."""

UFUNCS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply",
    ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or", ast.BitXor: "bitwise_xor",
}  # fmt: skip


class Meaning(Expressions):
    """Emits the meaning of one instruction."""

    def emit(self) -> None:
        """Lines for the row's meaning. Raises BadMeaning and CantExecute."""
        row = self.plan.pattern.row
        text = language.chosen(row.meaning, row.form, self.plan.pattern.mnemonic)
        if text == NOTHING:
            return
        for assignment in language.parse(text):
            self._assign(assignment)

    def _assign(self, assignment: Assignment) -> None:
        targets = assignment.targets or self._written()
        if self.plan.pattern.sets_flags and not any(
            name in STATE_NAMES or view == "system" for name, view in assignment.targets
        ):
            self._assign_with_flags(targets, assignment.value)
        elif len(targets) == 1:
            self._assign_one(targets[0], assignment.value)
        else:
            self._assign_many(targets, assignment.value)

    def _written(self) -> tuple[tuple[str, str], ...]:
        """The operands that the form writes, when a meaning names no targets."""
        pieces = self.operands.pieces.items()
        return tuple((name, "") for name, piece in pieces if piece.token.access and piece.token.lane != name)

    def _assign_one(self, target: tuple[str, str], node: ast.expr) -> None:
        name, view = target
        if name in STATE_NAMES or name == "memory" or view == "system":
            self._store(target, self._kept(node))
            return
        piece = self._piece(name)
        if piece.lanes and isinstance(node, ast.BinOp) and self._assign_in_place(piece, node):
            return
        self.write(piece, self.source(node), view)

    def _assign_in_place(self, piece: Piece, node: ast.BinOp) -> bool:
        """`d = n + m` of lanes as wide as those of d needs no array between; whether this is one."""
        ufunc = UFUNCS.get(type(node.op))
        if ufunc is None:
            return False
        left, right = self._sides(node)
        sides = [self.writer.sample(left), self.writer.sample(right)]
        if not all(isinstance(side, numpy.ndarray) for side in sides):
            return False
        first, second = (side for side in sides if isinstance(side, numpy.ndarray))
        target = piece.lanes[0]
        if first.dtype != second.dtype or first.dtype.kind not in "iu" or second.size not in (first.size, 1):
            return False
        if 8 * first.itemsize * first.size != target.bits * target.count:
            return False
        kind = "s" if first.dtype.kind == "i" else "u"
        written = self.writer.view(target.cast(kind, 8 * first.itemsize))
        self.writer.names[ufunc] = getattr(numpy, ufunc)
        self.writer.line(f"{ufunc}({left}, {right}, {written})")
        self._clear_rest(target)
        return True

    def _assign_many(self, targets: tuple[tuple[str, str], ...], node: ast.expr) -> None:
        if isinstance(node, ast.Tuple) and len(node.elts) == len(targets):
            names = [self._kept(part) for part in node.elts]
        else:
            whole = self.writer.keep(self.source(node))
            names = [self.writer.keep(f"{whole}[{number}]") for number in range(len(targets))]
        for target, name in zip(targets, names, strict=True):
            self._store(target, name)

    def _kept(self, node: ast.expr) -> str:
        """The value of an expression in a local name; lanes are copied, as a view would change with the first write."""
        source = self.source(node)
        is_view = isinstance(self.writer.names.get(source), numpy.ndarray)
        return self.writer.keep(f"{source}.copy()" if is_view else source)

    def _store(self, target: tuple[str, str], source: str) -> None:
        name, view = target
        if view == "system":
            self._write_system(self._piece(name).source, source)
        elif name in STATE_NAMES:
            self._assign_state(name, source)
        elif name == "memory":
            self.memory_value = source
        else:
            self.write(self._piece(name), source, view)

    def _write_system(self, register: str, source: str) -> None:
        if register not in SYSTEM_WRITES:
            raise CantExecute(f"what writing `{register}` does is not known")
        for name, shift, bits in SYSTEM_WRITES[register]:
            self._assign_state(name, f"{source} >> {shift} & {(1 << bits) - 1}")

    def _assign_state(self, name: str, source: str) -> None:
        if name == "flags":
            bits = self.writer.temporary()
            self.writer.line(f"{bits} = {source}")
            self.writer.line(f"F[0:4] = ({bits} >> 3 & 1, {bits} >> 2 & 1, {bits} >> 1 & 1, {bits} & 1)")
        elif name == "carry":
            self.writer.line(f"F[2] = {source}")
        else:
            self.writer.line(f"{STATE_NAMES[name]} = {source}")

    def _assign_with_flags(self, targets: tuple[tuple[str, str], ...], node: ast.expr) -> None:
        """N and Z of the result; C and V of an addition."""
        if len(targets) > 1:
            self._assign_long(targets, node)
            return
        bits = self._bits()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "add":
            result = self._added(node, bits)
        else:
            result = self._logical(node, bits)
        self.writer.line(f"F[0] = {result} >> {bits - 1}; F[1] = 0 if {result} else 1")
        for name, view in targets:
            self.write(self._piece(name), result, view)

    def _added(self, node: ast.Call, bits: int) -> str:
        """The sum, C and V. Source: AddWithCarry of DDI 0487, J1.3 (shared/functions/integer)."""
        mask, keep = (1 << bits) - 1, self.writer.keep
        left, right, carry = (self.source(argument) for argument in node.args)
        a, b = keep(f"{left} & {mask:#x}"), keep(f"{right} & {mask:#x}")
        total = keep(f"{a} + {b} + {carry}")
        result = keep(f"{total} & {mask:#x}")
        self.writer.line(f"F[2] = {total} >> {bits}; F[3] = (({a} ^ {result}) & ({b} ^ {result})) >> {bits - 1}")
        return result

    def _logical(self, node: ast.expr, bits: int) -> str:
        """A result that clears C and V in A64; in A32 C is the shifter's carry, V stays."""
        self._carry = ""
        source = self.source(node)
        carry = self._logical_carry()
        if carry and self.writer.state.isa == "armv7":
            carry = self.writer.keep(carry)
        result = self.writer.keep(f"{source} & {(1 << bits) - 1:#x}")
        if self.writer.state.isa == "aarch64":
            self.writer.line("F[2] = F[3] = 0")
        elif carry:
            self.writer.line(f"F[2] = {carry}")
        return result

    def _assign_long(self, targets: tuple[tuple[str, str], ...], node: ast.expr) -> None:
        """A long product: the flags are those of both halves together."""
        mask = (1 << self._bits()) - 1
        whole = self.writer.keep(self.source(node))
        low, high = self.writer.keep(f"{whole}[0] & {mask:#x}"), self.writer.keep(f"{whole}[1] & {mask:#x}")
        self.writer.line(f"F[0] = {high} >> {self._bits() - 1}; F[1] = 0 if {low} | {high} else 1")
        for target, source in zip(targets, (low, high), strict=True):
            self._store(target, source)

    def _logical_carry(self) -> str:
        for piece in self.operands.pieces.values():
            if piece.carry:
                return piece.carry
        return self._carry

    def write(self, piece: Piece, source: str, view: str = "") -> None:
        """Write a value to a register operand."""
        if piece.general is not None:
            self._write_general(piece.general, source)
        elif piece.lanes:
            self.write_lanes(piece.lanes[0], source, view)
        else:
            raise BadMeaning(f"`{piece.token.text}` can't be written")

    def _write_general(self, register: General, source: str) -> None:
        value = self.writer.sample(source)
        if isinstance(value, numpy.ndarray):
            source = f"int(({source})[0])"
        self.writer.line(f"R[{register.number}] = {source} & {(1 << register.bits) - 1:#x}")

    def write_lanes(self, lanes: LanesAt, source: str, view: str = "") -> None:
        """Write lanes; their number decides how the register is divided."""
        value = self.writer.sample(source)
        if self._extends(lanes):
            self._write_extended(lanes, source, value)
            return
        if isinstance(value, numpy.ndarray):
            total = lanes.bits * lanes.count
            bits = total // max(1, value.size)
            kind = {"u": "u", "i": "s", "f": "f", "b": "u"}.get(value.dtype.kind, "u")
            if view:
                kind, bits = VIEWS[view][0], VIEWS[view][1] or bits
            if bits * value.size != total or bits not in (8, 16, 32, 64) or (kind == "f" and bits < 16):
                raise BadMeaning(f"{value.size} lanes don't fill {total} bits")
            if value.dtype.kind == "O":
                source = f"({source}) & {(1 << bits) - 1:#x}"
                kind = "u"
            self.writer.line(f"{self.writer.view(lanes.cast(kind, bits))}[:] = {source}")
        else:
            total = lanes.bits * lanes.count
            if total > 64:
                raise BadMeaning(f"a number doesn't fill {total} bits: name a helper that makes lanes")
            self.writer.line(f"{self.writer.view(lanes.cast('u', total))}[0] = {source} & {(1 << total) - 1:#x}")
        self._clear_rest(lanes)

    def _extends(self, lanes: LanesAt) -> bool:
        """Whether a shorter scalar result of A32 fills its whole register. Source: DDI 0406C, A8.8.307 (VCVT)."""
        if self.writer.state.isa != "armv7" or lanes.count != 1 or lanes.bits >= 8 * lanes.whole:
            return False
        tokens = [piece.token for piece in self.operands.pieces.values() if lanes in piece.lanes]
        return not self.plan.pattern.row.keys.get("merge") and not any(token.lane for token in tokens)

    def _write_extended(self, lanes: LanesAt, source: str, value: object) -> None:
        if isinstance(value, numpy.ndarray):
            if value.dtype.kind == "f":
                source = f"{self.writer.helper('as_lanes')}({source}, 'u', 0)"
            source = f"int(({source})[0])"
        bits = 8 * lanes.whole
        whole = lanes._replace(kind="u", bits=bits, count=1)
        if lanes.kind == "s":
            low, sign = (1 << lanes.bits) - 1, 1 << lanes.bits - 1
            source = f"((({source} & {low:#x}) ^ {sign:#x}) - {sign:#x})"
            self.writer.line(f"{self.writer.view(whole)}[0] = {source} & {(1 << bits) - 1:#x}")
        else:
            self.writer.line(f"{self.writer.view(whole)}[0] = {source} & {(1 << lanes.bits) - 1:#x}")

    def _clear_rest(self, lanes: LanesAt) -> None:
        """An A64 write of a scalar or of 64 bits clears the rest of the register. Source: DDI 0487, B1.2.1."""
        if self.writer.state.isa != "aarch64" or lanes.whole != 16 or lanes.bits * lanes.count == 128:
            return
        token = next(piece.token for piece in self.operands.pieces.values() if lanes in piece.lanes)
        if token.lane:
            return
        used = lanes.bits * lanes.count // 8
        if used < 8:
            rest = self.writer.state.view("u", 8, lanes.register + used, 8 - used)
            self.writer.line(f"{self.writer.value(f'z{lanes.register}_{used}', rest)}[:] = 0")
        self.writer.line(f"W[{lanes.register // 8 + 1}] = 0")
        self.writer.names["W"] = self.writer.state.words
