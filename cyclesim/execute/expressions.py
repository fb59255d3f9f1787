"""Expressions of meanings as Python source."""

from __future__ import annotations

import ast

import numpy

from cyclesim.execute import language
from cyclesim.execute.language import BadMeaning
from cyclesim.execute.operands import CantExecute, LanesAt, Operands, Piece, Place, read_general
from cyclesim.execute.shifts import by_constant, by_register, shifted
from cyclesim.execute.writer import Writer
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

LANEWISE = ("ffma", "fmul", "fmulx", "nmul", "nmla", "nmls", "sqdmulh", "sqrdmulh", "sqrdmlah", "sqrdmlsh", "sqdmull")
"""Helpers that are faster with a lane spread beforehand than with numpy's broadcasting."""

MOST = 128
COUNTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(["ubfx", "sbfx", "ubfiz", "sbfiz", "ubfm", "sbfm"], (1, 2, 3)),
    **dict.fromkeys(["bfi", "bfxil", "bfm"], (2, 3, 4)),
    **dict.fromkeys(["clz", "cls", "rbit", "rev", "rev16", "rev32", "revsh"], (1,)),
    **dict.fromkeys(["ssatq", "usatq", "ssat16q", "usat16q"], (1,)),
    **dict.fromkeys(["ldadd", "ldclr", "ldeor", "ldset", "ldsmax", "ldsmin", "ldumax", "ldumin", "ror"], (2,)),
    **dict.fromkeys(["sli", "sri", "scvtf", "ucvtf", "extract", "xar", "crc32"], (2,)),
    **dict.fromkeys(["reverse", "rshr", "satleft", "usatleft"], (1,)),
    **dict.fromkeys([f"fcvt{mode}{sign}" for mode in "nampz" for sign in "su"], (1, 2)),
    "addflags": (3,),
}
"""Arguments of helpers that count bits, bytes or lanes: constants, so that no value of a register makes one huge."""

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


OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Invert: "~", ast.USub: "-",
}  # fmt: skip


class Expressions:
    """The values that the meaning of one instruction names."""

    def __init__(self, writer: Writer, one: Resolved, plan: Plan, operands: Operands, place: Place) -> None:
        self.writer = writer
        self.one = one
        self.plan = plan
        self.operands = operands
        self.place = place
        self.memory_value = ""
        self._carry = ""

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
        sources = [self.source(argument) for argument in arguments]
        for place in COUNTS.get(name, ()):
            if place < len(sources) and not (sources[place].isdigit() and int(sources[place]) <= MOST):
                raise BadMeaning(f"argument {place + 1} of `{name}` is a constant from 0 to {MOST}")
        if name in LANEWISE:
            sources = self._spread(arguments, sources)
        return f"{self.writer.helper(name)}({', '.join(sources)})"

    def _spread(self, arguments: list[ast.expr], sources: list[str]) -> list[str]:
        """The arguments of a helper that works lane by lane: a single lane as many as the others have."""
        lanes = [self._lane_of(argument) for argument in arguments]
        counts = [value.size for value in map(self.writer.sample, sources) if isinstance(value, numpy.ndarray)]
        count = max(counts, default=1)
        if count == 1:
            return sources
        pairs = zip(sources, lanes, strict=True)
        return [source if lane is None else self.writer.spread(lane, count) for source, lane in pairs]

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
