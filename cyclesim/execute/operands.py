"""Operands as pieces of Python source: how a block reads them, and where it writes them.

A piece of a general register is an expression of an unsigned integer; a piece of a SIMD register is the name of a
numpy view of the register file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.execute.shifts import Shifted, shifted
from cyclesim.execute.state import DISCARD, State
from cyclesim.ir import (
    FIRST_VIRTUAL_REGISTER,
    ZERO_REGISTER,
    Immediate,
    Label,
    Literal,
    Memory,
    Name,
    Operand,
    Register,
    RegisterList,
    Shift,
)
from cyclesim.isa.names import type_bits
from cyclesim.isa.notation import Token
from cyclesim.isa.plan import Plan
from cyclesim.record import NamedTuple

GENERAL_BITS = {"r": 32, "w": 32, "x": 64}
SCALAR_BITS = {"b": 8, "h": 16, "s": 32, "d": 64, "q": 128}
ELEMENT_BITS = {"b": 8, "h": 16, "s": 32, "d": 64, "q": 64}
"""An element of 128 bits (`1q`) is two of 64."""

KINDS = {"s": "s", "u": "u", "f": "f", "bf": "u", "i": "u", "p": "u", "": "u"}


UPPER_HALVES = {
    "vcvtt.f32.f16": "source", "vcvtt.f16.f32": "target", "vmovx.f16": "source", "vins.f16": "target",
}  # fmt: skip
"""Where A32 uses the upper 16 bits of an S register."""


class LanesAt(NamedTuple):
    """Lanes of the register file: `count` of `bits` from byte `offset`. `whole`: bytes of the register that a write
    of this operand defines (an A64 write of less clears the rest); `register`: byte where the register starts."""

    kind: str
    bits: int
    offset: int
    count: int  # type: ignore[assignment]
    register: int
    whole: int

    def cast(self, kind: str, bits: int = 0) -> LanesAt:
        """The same bytes as other lanes."""
        bits = bits or self.bits
        return self._replace(kind=kind, bits=bits, count=max(1, self.bits * self.count // bits))


class General(NamedTuple):
    """A general register: `number` as in `State.general`, `bits` 32 or 64."""

    number: int
    bits: int


class Piece(NamedTuple):
    """An operand of a form bound to an instruction's. `lanes` or `general` when it is a register; `constant` when its
    value is known; `source` is Python text otherwise; `carry` is the shifter's carry, empty when it leaves it."""

    token: Token
    lanes: tuple[LanesAt, ...] = ()
    general: General | None = None
    constant: int | float | None = None
    source: str = ""
    carry: str = ""


class Operands(NamedTuple):
    """The operands of one instruction by name. `memory`: its address operand; `shift`: a shift behind an operand."""

    pieces: Mapping[str, Piece]
    memory: Memory | None
    shift: Shift | None


class CantExecute(Exception):
    """An instruction that can't be executed, and why."""


def bind_operands(state: State, plan: Plan, operands: Sequence[Operand], place: Place) -> Operands:
    """The operands of an instruction by the names of its form. Raises CantExecute."""
    types = _Types(state.isa, plan)
    pieces: dict[str, Piece] = {}
    memory, shift = None, None
    for token, at in plan.binding:
        operand = operands[at]
        if isinstance(operand, Memory):
            memory = operand
        elif isinstance(operand, Shift):
            shift = operand
            if "op2" in pieces:
                pieces["op2"] = _flexible(token, operands[at - 1], operand, place)
        elif token.lane and isinstance(operand, Register) and operand.lane is not None:
            pieces[token.name] = Piece(token, (types.lane(token, operand),))
            pieces.setdefault(token.lane, Piece(token, constant=operand.lane))
        elif token.kind == "op2":
            pieces["op2"] = _flexible(token, operand, None, place)
        else:
            pieces[token.name or token.kind] = _piece(state, types, token, operand, place)
    return Operands(pieces, memory, shift)


class Place(NamedTuple):
    """Where an instruction stands: what pc-relative operands need. `pc`: what reading r15 gives, 0 in A64; `address`:
    its own; `target`: the address that its label names, when that is known; `labels`: name to address."""

    pc: int
    address: int
    target: int | None
    labels: Mapping[str, int]

    def address_of(self, name: str) -> int:
        """The address of the label operand. Raises CantExecute."""
        address = self.labels.get(name) if self.target is None else self.target
        if address is None:
            raise CantExecute(f"undefined symbol `{name}`")
        return address


def _flexible(token: Token, operand: Operand, shift: Shift | None, place: Place) -> Piece:
    """The second operand of A32 data processing: an immediate, or a register that may be shifted."""
    if isinstance(operand, Immediate):
        value = _integer(operand) & 0xFFFFFFFF
        return Piece(token, constant=value, carry=str(value >> 31) if value > 255 else "")
    if not isinstance(operand, Register):
        raise CantExecute(f"no value of `{operand}`")
    source = read_general(General(operand.number, 32), place)
    second = Shifted(source, "") if shift is None else shifted(source, shift, 32, lambda r: f"R[{r.number}]")
    return Piece(token, source=second.source, carry=second.carry)


def _integer(operand: Immediate) -> int:
    if not isinstance(operand.value, int):
        raise CantExecute(f"only a linker knows the value of `{operand.text}`")
    return operand.value


def _piece(state: State, types: _Types, token: Token, operand: Operand, place: Place) -> Piece:
    if isinstance(operand, Register):
        if operand.number >= FIRST_VIRTUAL_REGISTER:
            raise CantExecute(f"`{operand.text}` stands for a register that only a compiler chooses")
        if operand.kind in GENERAL_BITS:
            return Piece(token, general=general_of(operand))
        return Piece(token, (types.register(token, operand),))
    if isinstance(operand, RegisterList) and operand.registers[0].kind == "r":
        return Piece(token)
    if isinstance(operand, RegisterList):
        return Piece(token, tuple(types.listed(token, operand)))
    if isinstance(operand, Immediate):
        if operand.value is None:
            raise CantExecute(f"only a linker knows the value of `{operand.text}`")
        return Piece(token, constant=operand.value)
    if isinstance(operand, Literal):
        return Piece(token, constant=literal_value(operand, place))
    if isinstance(operand, Label):
        constant = place.labels.get(operand.name) if place.target is None else place.target
        return Piece(token, constant=constant, source=operand.name)
    if isinstance(operand, Name):
        return Piece(token, source=operand.text)
    raise CantExecute(f"no value of `{operand}`")


def literal_value(operand: Literal, place: Place) -> int:
    """The constant of `=value`, or the address of the label that it names. Raises CantExecute."""
    if operand.value is not None:
        return operand.value
    name = operand.text.lstrip("= ")
    if name not in place.labels:
        raise CantExecute(f"undefined symbol `{name}`")
    return place.labels[name]


def general_of(register: Register) -> General:
    """A general register operand."""
    bits = GENERAL_BITS[register.kind]
    return General(DISCARD if register.number == ZERO_REGISTER else register.number, bits)


def read_general(register: General, place: Place) -> str:
    """The expression of a general register's value."""
    if register.number == DISCARD:
        return "0"
    if register.bits == 64:
        return f"R[{register.number}]"
    if register.number == 15 and place.pc:
        return str(place.pc)
    return f"R[{register.number}]" if place.pc else f"(R[{register.number}] & 0xffffffff)"


class _Types:
    """The element types of an instruction's SIMD operands."""

    def __init__(self, isa: str, plan: Plan) -> None:
        self.isa = isa
        self._upper = plan.pattern.mnemonic in ("fmlal2", "fmlsl2")
        self._half = UPPER_HALVES.get(plan.pattern.mnemonic, "")
        self._scalar = plan.pattern.row.class_.startswith("fp-")
        words = plan.pattern.mnemonic.partition(".")[2].split(".") if isa == "armv7" else []
        self._words = [word for word in words if word]
        widths = [
            SCALAR_BITS[token.register]
            for token, _ in plan.binding
            if token.register in SCALAR_BITS and not token.lane and token.kind == "register"
        ]
        sources = [
            SCALAR_BITS[token.register]
            for token, _ in plan.binding
            if token.register in SCALAR_BITS and not token.lane and token.kind == "register" and token.access != "="
        ]
        # The data type of an A32 instruction is that of its narrowest source. Source: DDI 0406C, A2.6.1.
        self._narrowest = min(sources or widths or [64])

    def register(self, token: Token, operand: Register) -> LanesAt:
        if self.isa == "armv7":
            return self._a32(token, operand)
        lanes = _a64(token, operand)
        if token.arrangement == "2h" and self._upper:
            # The upper half of what `fmlal2` of two results takes: lanes 2 and 3. Source: DDI 0487, C7.2 (FMLAL2).
            return lanes._replace(offset=lanes.offset + 4)
        return lanes

    def listed(self, token: Token, operand: RegisterList) -> list[LanesAt]:
        return [
            self.lane(token, register._replace(lane=operand.lane))
            if operand.lane is not None
            else self.register(token, register)
            for register in operand.registers
        ]

    def lane(self, token: Token, operand: Register) -> LanesAt:
        """One lane of a register, or the group of elements that a lane index counts (`v0.4b[1]`)."""
        index = operand.lane or 0
        if self.isa == "armv7":
            bits = type_bits(self._words[0]) if self._words else 32
            bits = bits or 32
            start = _a32_start(operand)
            return LanesAt(self._kind(0), bits, start + index * bits // 8, 1, start, 8)
        element = ELEMENT_BITS[token.arrangement[-1]]
        count = int(token.arrangement.rstrip("bhsdq") or 1)
        start = 16 * operand.number
        return LanesAt("u", element, start + index * element * count // 8, count, start, 16)

    def _kind(self, place: int) -> str:
        words = self._words
        return KINDS[words[min(place, len(words) - 1)].rstrip("0123456789")] if words else "u"

    def _a32(self, token: Token, operand: Register) -> LanesAt:
        width = SCALAR_BITS[operand.kind]
        start = _a32_start(operand)
        place = 1 if len(self._words) > 1 and not token.access else 0
        bits = type_bits(self._words[place]) if self._words else 0
        if not bits:
            return LanesAt("u", min(width, 64), start, max(1, width // 64), start, width // 8)
        if len(self._words) == 1 and operand.kind != "s" and token.kind == "register":
            bits = bits * width // self._narrowest
        bits = min(max(bits, 8), width, 64)
        count = 1 if self._scalar else width // bits
        if bits == 16 and self._half == ("target" if token.access else "source"):
            start += 2
        return LanesAt(self._kind(place), bits, start, count, start, width // 8)


def _a32_start(register: Register) -> int:
    return {"s": 4, "d": 8, "q": 16}[register.kind] * register.number


def _a64(token: Token, operand: Register) -> LanesAt:
    start = 16 * operand.number
    if operand.kind != "v":
        width = SCALAR_BITS[operand.kind]
        return LanesAt("u", min(width, 64), start, max(1, width // 64), start, 16)
    bits = ELEMENT_BITS[token.arrangement[-1]]
    count = int(token.arrangement.rstrip("bhsdq") or 1) * (2 if token.arrangement == "1q" else 1)
    if token.high:
        return LanesAt("u", bits, start + 8, 64 // bits, start + 8, 8)
    return LanesAt("u", bits, start, count, start, 16)
