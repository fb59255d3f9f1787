"""From one instruction to the lines of Python that execute it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import numpy

from cyclesim.execute import language
from cyclesim.execute.language import Assignment, BadMeaning
from cyclesim.execute.operands import CantExecute, General, LanesAt, Operands, Piece, Place, read_general
from cyclesim.execute.shifts import by_constant, by_register, shift_by_register, shifted
from cyclesim.execute.state import Helper, State
from cyclesim.ir import Resolved, Shift
from cyclesim.isa.plan import Plan

CONDITIONS = {
    "eq": "F[1]",
    "ne": "not F[1]",
    "cs": "F[2]",
    "hs": "F[2]",
    "cc": "not F[2]",
    "lo": "not F[2]",
    "mi": "F[0]",
    "pl": "not F[0]",
    "vs": "F[3]",
    "vc": "not F[3]",
    "hi": "F[2] and not F[1]",
    "ls": "not F[2] or F[1]",
    "ge": "F[0] == F[3]",
    "lt": "F[0] != F[3]",
    "gt": "not F[1] and F[0] == F[3]",
    "le": "F[1] or F[0] != F[3]",
    "al": "True",
    "nv": "True",
}
"""Conditions over the flags N Z C V. Source: Arm ARM DDI 0487, C1.2.4; DDI 0406C, A8.3."""

VIEWS = {f"{kind}{bits}": (kind, bits) for kind in "us" for bits in (8, 16, 32, 64)}
VIEWS |= {f"f{bits}": ("f", bits) for bits in (16, 32, 64)}
VIEWS |= {kind: (kind, 0) for kind in "usf"}

SHIFTS = {"lsl": 2, "lsr": 2, "asr": 2, "rotate": 2, "rrx": 1}
"""Shifts of general registers by operands; arguments. `rotate` is `ror` with a carry."""

GROUPS = {"quad": 4, "pair": 2}
"""`quad(m, x)`: the x-th four elements of register m, which an index counts as one lane."""

STATE_NAMES = {
    "carry": "F[2]",
    "flags": "(F[0] << 3 | F[1] << 2 | F[2] << 1 | F[3])",
    "fpflags": "F[6]",
    "greater": "F[5]",
    "sticky": "F[7]",
    "saturated": "F[4]",
}

SYSTEM_REGISTERS = {
    "nzcv": "((F[0] << 3 | F[1] << 2 | F[2] << 1 | F[3]) << 28)",
    "fpsr": "(F[4] << 27)",
    "fpcr": "0",
    "fpscr": "(F[6] << 28 | F[4] << 27)",
    "apsr": "((F[0] << 3 | F[1] << 2 | F[2] << 1 | F[3]) << 28 | F[7] << 27 | F[5] << 16)",
}
"""System registers that code without privileges reads, as expressions. The exception flags of floating point are not
kept. Source: DDI 0487, C5.2; DDI 0406C, B1.3.3."""

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
OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Invert: "~", ast.USub: "-",
}  # fmt: skip


class Writer:
    """Collects the lines of a block and the values that they name."""

    def __init__(self, state: State, helpers: Mapping[str, Helper]) -> None:
        self.state = state
        self.lines: list[str] = []
        self.names: dict[str, object] = {"R": state.general, "F": state.flags, "shift_by_register": shift_by_register}
        self.helpers = helpers
        self.samples: dict[str, object] = {}
        self._views: dict[LanesAt, str] = {}
        self._indent = "    "
        self._temporaries = 0

    def line(self, text: str) -> None:
        self.lines.append(self._indent + text)

    def indent(self, by: int) -> None:
        self._indent = " " * (len(self._indent) + by)

    def temporary(self, sample: object = 0) -> str:
        """A new local name; `sample` is a value of the kind that it will hold."""
        self._temporaries += 1
        self.samples[f"t{self._temporaries}"] = sample
        return f"t{self._temporaries}"

    def keep(self, source: str) -> str:
        """A new local name that holds the value of an expression."""
        name = self.temporary(self.sample(source))
        self.line(f"{name} = {source}")
        return name

    def sample(self, source: str) -> object:
        """The value that an expression has for the registers as they are: its lanes decide how it is written.

        The source is our own, made of operands and helpers alone. Raises BadMeaning.
        """
        flags = list(self.state.flags)
        try:
            with numpy.errstate(all="ignore"):
                return eval(source, self.names, self.samples)
        except (TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
            raise BadMeaning(f"`{source}`: {error}") from None
        finally:
            self.state.flags[:] = flags

    def view(self, lanes: LanesAt) -> str:
        """The name of a view of the register file."""
        if lanes not in self._views:
            name = f"v{len(self._views)}"
            self._views[lanes] = name
            self.names[name] = self.state.view(lanes.kind, lanes.bits, lanes.offset, lanes.count)
        return self._views[lanes]

    def spread(self, lanes: LanesAt, count: int) -> str:
        """The name of a single lane seen as `count` equal ones."""
        name = f"{self.view(lanes)}x{count}"
        return self.value(name, numpy.broadcast_to(self.state.view(*lanes[:4]), count))

    def value(self, name: str, value: object) -> str:
        """A value by a name of its own."""
        self.names[name] = value
        return name

    def helper(self, name: str) -> str:
        if name not in self.helpers:
            raise BadMeaning(f"there is no helper `{name}`")
        self.names[name] = self.helpers[name]
        return name


class Meaning:
    """Emits the meaning of one instruction."""

    def __init__(self, writer: Writer, one: Resolved, plan: Plan, operands: Operands, place: Place) -> None:
        self.writer = writer
        self.one = one
        self.plan = plan
        self.operands = operands
        self.place = place
        self.memory_value = ""
        self._carry = ""

    def emit(self) -> None:
        """Lines for the row's meaning. Raises BadMeaning and CantExecute."""
        row = self.plan.pattern.row
        text = language.chosen(row.meaning, row.form, self.plan.pattern.mnemonic)
        if text == NOTHING:
            return
        for assignment in language.parse(text):
            self._assign(assignment)

    # Values

    def source(self, node: ast.expr) -> str:
        """An expression as Python source."""
        if isinstance(node, ast.Constant):
            return repr(node.value)
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp):
            left, right = self._sides(node)
            if isinstance(node.op, ast.LShift):
                right = right if right.isdigit() and int(right) <= 128 else f"({right} & 255)"
            return f"({left} {OPERATORS[type(node.op)]} {right})"
        if isinstance(node, ast.UnaryOp):
            return f"({OPERATORS[type(node.op)]}{self.source(node.operand)})"
        if isinstance(node, ast.Compare):
            if len(node.ops) != 1:
                raise BadMeaning("comparisons aren't chained")
            return f"({self.source(node.left)} {OPERATORS[type(node.ops[0])]} {self.source(node.comparators[0])})"
        if isinstance(node, ast.IfExp):
            parts = [self.source(part) for part in (node.body, node.test, node.orelse)]
            return f"({parts[0]} if {parts[1]} else {parts[2]})"
        if isinstance(node, ast.Tuple):
            return f"({', '.join(self.source(part) for part in node.elts)},)"
        raise BadMeaning(f"{type(node).__name__} is not part of the language of meanings")

    def _sides(self, node: ast.BinOp) -> tuple[str, str]:
        """Both sides of an operator. A lane beside lanes is spread over as many, which numpy does not do for free."""
        left, right = self.source(node.left), self.source(node.right)
        lane = self._lane_of(node.right)
        if lane is not None:
            beside = self.writer.sample(left)
            if isinstance(beside, numpy.ndarray) and beside.size > 1:
                spread = self.writer.spread(lane, beside.size)
                right = right.replace(self.writer.view(lane), spread)
        return left, right

    def _lane_of(self, node: ast.expr) -> LanesAt | None:
        """The single lane that an expression is a view of, also when it is widened."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "widen":
            return self._lane_of(node.args[0])
        kind, bits = "", 0
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in VIEWS:
            (kind, bits), node = VIEWS[node.func.id], node.args[0]
        piece = self._named(node)
        if piece is None or not piece.lanes or piece.token.kind == "list":
            return None
        lanes = piece.lanes[0].cast(kind, bits) if kind else piece.lanes[0]
        return lanes if lanes.count == 1 else None

    def _name(self, name: str) -> str:
        if name in ("cond", "conditions"):
            return f"({CONDITIONS[self._piece('cond').source]})"
        if name == "memory" and self.memory_value:
            return self.memory_value
        if name in STATE_NAMES and name not in self.operands.pieces:
            return STATE_NAMES[name]
        if name in CONDITIONS and name not in self.operands.pieces:
            return f"({CONDITIONS[name]})"
        if name == "pc":
            return str(self.place.address)
        return self._read(self._piece(name))

    def _piece(self, name: str) -> Piece:
        return self.operands.pieces[language.operand_name(name, self.operands.pieces)]

    def _read(self, piece: Piece) -> str:
        if piece.general is not None:
            return read_general(piece.general, self.place)
        if piece.lanes:
            if len(piece.lanes) == 1 and piece.token.kind != "list":
                return self.writer.view(piece.lanes[0])
            return f"({', '.join(self.writer.view(lanes) for lanes in piece.lanes)},)"
        if piece.constant is not None:
            return repr(piece.constant)
        if piece.source and piece.token.kind == "label":
            raise CantExecute(f"undefined symbol `{piece.source}`")
        return piece.source or "0"

    def _call(self, node: ast.Call) -> str:
        assert isinstance(node.func, ast.Name)
        name, arguments = node.func.id, node.args
        if name in VIEWS and len(arguments) == 1:
            return self._viewed(name, arguments[0])
        if name in GROUPS and len(arguments) == 2:
            return self._group(GROUPS[name], arguments)
        if name == "wide" and len(arguments) == 1 and isinstance(arguments[0], ast.Name):
            lanes = self._piece(arguments[0].id).lanes[0]
            return self.writer.view(lanes.cast(lanes.kind, 2 * lanes.bits))
        if name == "shifted" and len(arguments) == 1:
            return self._shifted(arguments[0])
        if name in SHIFTS and len(arguments) == SHIFTS[name]:
            return self._shift(name, arguments)
        if name == "widen" and len(arguments) == 1 and isinstance(arguments[0], (ast.Name, ast.Call)):
            return self._widened(arguments[0])
        if name == "width" and len(arguments) == 1:
            return str(self._width(arguments[0]))
        if name == "system" and len(arguments) == 1:
            return self._system(arguments[0])
        if name == "add" and len(arguments) == 3:
            return "({} + {} + {})".format(*(self.source(argument) for argument in arguments))
        return f"{self.writer.helper(name)}({', '.join(self.source(argument) for argument in arguments)})"

    def _widened(self, argument: ast.expr) -> str:
        """`widen` of known lanes, with the type worked out beforehand."""
        inner = self.source(argument)
        lanes = self.writer.sample(inner)
        if not isinstance(lanes, numpy.ndarray) or lanes.dtype.kind not in "iu" or lanes.itemsize == 8:
            return f"{self.writer.helper('widen')}({inner})"
        dtype = numpy.dtype(f"<{lanes.dtype.kind}{2 * lanes.itemsize}")
        return f"{inner}.astype({self.writer.value(f'{lanes.dtype.kind}{2 * lanes.itemsize}_type', dtype)})"

    def _viewed(self, name: str, argument: ast.expr) -> str:
        """`s(n)`, `u16(n)`, …: the same bits as other lanes; of a general register, its signed value."""
        kind, bits = VIEWS[name]
        piece = self._named(argument)
        if piece is not None and piece.lanes and piece.token.kind != "list":
            return self.writer.view(piece.lanes[0].cast(kind, bits))
        if piece is not None and piece.lanes:
            return f"({', '.join(self.writer.view(lanes.cast(kind, bits)) for lanes in piece.lanes)},)"
        bits = bits or (piece.general.bits if piece is not None and piece.general else 0)
        inner = self.source(argument)
        if (piece is not None and piece.general is not None) or (bits and isinstance(self.writer.sample(inner), int)):
            masked = f"({inner} & {(1 << bits) - 1:#x})"
            return f"(({masked} ^ {1 << bits - 1:#x}) - {1 << bits - 1:#x})" if kind == "s" else masked
        return f"{self.writer.helper('as_lanes')}({inner}, {kind!r}, {bits})"

    def _width(self, argument: ast.expr) -> int:
        """The bits of a general register, or of a lane of a SIMD register."""
        piece = self._named(argument)
        if piece is not None and piece.general is not None:
            return piece.general.bits
        if piece is not None and piece.lanes:
            return piece.lanes[0].bits
        raise BadMeaning("`width` wants a register operand")

    def _system(self, argument: ast.expr) -> str:
        """What a system register holds: the flags, or the floating-point settings, which stay those of a reset."""
        piece = self._named(argument)
        name = piece.source if piece is not None else ""
        if name not in SYSTEM_REGISTERS:
            raise CantExecute(f"the value of `{name}` is not known")
        return SYSTEM_REGISTERS[name]

    def _named(self, node: ast.expr) -> Piece | None:
        if not isinstance(node, ast.Name):
            return None
        try:
            return self._piece(node.id)
        except BadMeaning:
            return None

    def _group(self, count: int, arguments: list[ast.expr]) -> str:
        piece = self._named(arguments[0])
        if piece is None or not piece.lanes:
            raise BadMeaning("a group of elements is taken from a register")
        lanes = piece.lanes[0]
        if lanes.count == count:
            return self.writer.view(lanes)
        index = (lanes.offset - lanes.register) * 8 // lanes.bits
        offset = lanes.register + index * count * lanes.bits // 8
        return self.writer.view(lanes._replace(offset=offset, count=count))

    def _shifted(self, argument: ast.expr) -> str:
        """An operand with the shift or extension that may stand behind it."""
        inner, shift = self.source(argument), self.operands.shift
        if shift is None:
            return inner
        value = shifted(inner, shift, self._bits(), lambda r: f"R[{r.number}]")
        self._carry = value.carry
        return value.source

    def _shift(self, kind: str, arguments: list[ast.expr]) -> str:
        """`lsl(m, amount)` and the like: by a constant, or by the low byte of a register as A32 counts it."""
        inner = self.source(arguments[0])
        kind = "ror" if kind == "rotate" else kind
        if kind == "rrx":
            value = shifted(inner, Shift("rrx"), 32, lambda r: "")
        else:
            amount = self.source(arguments[1])
            bits = self._bits()
            constant = amount.isdigit()
            value = (
                by_constant(inner, kind, int(amount), bits)
                if constant
                else by_register(inner, kind, f"({amount} & 255)")
            )
        self._carry = value.carry
        return value.source

    def _bits(self) -> int:
        """The width of an instruction on general registers: that of its first one."""
        for piece in self.operands.pieces.values():
            if piece.general is not None:
                return piece.general.bits
        return 64 if self.writer.state.isa == "aarch64" else 32

    # Writes

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
        return not any(token.lane or token.access == "+" for token in tokens)

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
