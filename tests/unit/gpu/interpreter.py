"""Executes a Bifrost listing for one thread: enough of the instruction set for the shipped kernels.

Registers change as on the hardware: what a tuple writes arrives while the next one executes, so a listing that reads a
register one tuple too early computes something else.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping

from cyclesim.gpu.nouns import Clause, Instruction, Listing, Operand
from cyclesim.gpu.opcodes import load

Words = Mapping[int, int]


def bits(value: float) -> int:
    """The 32 bits of the nearest float32."""
    if abs(value) > 3.4028235677973366e38:
        value = math.copysign(math.inf, value)
    return int(struct.unpack("<I", struct.pack("<f", value))[0])


def number(word: int) -> float:
    """The float32 of 32 bits."""
    return float(struct.unpack("<f", struct.pack("<I", word & 0xFFFFFFFF))[0])


def signed(word: int) -> int:
    return word - (1 << 32) if word & 0x80000000 else word


class Thread:
    """One thread. `uniforms`: (number, word) to value; `memory`: byte address to 32-bit word; `block`: byte offset in
    the uniform block to word; `image`: (x, y) to four floats, read; `stored`: the same, written."""

    def __init__(self, position: tuple[int, int, int], uniforms: Mapping[tuple[int, int], int]) -> None:
        self.registers = [0] * 64
        self.registers[60:63] = position
        self.uniforms = uniforms
        self.memory: dict[int, int] = {}
        self.block: dict[int, int] = {}
        self.image: dict[tuple[int, int], tuple[float, ...]] = {}
        self.stored: dict[tuple[int, int], tuple[float, ...]] = {}
        self.clauses_run: dict[int, int] = {}

    def run(self, listing: Listing, most_clauses: int = 10_000) -> None:
        """From the first clause to the end of the program."""
        place = 0
        for _ in range(most_clauses):
            clause = listing.clauses[place]
            self.clauses_run[clause.number] = self.clauses_run.get(clause.number, 0) + 1
            target = self.run_clause(clause)
            if clause.header.ends or target == -1:
                return
            place = place + 1 if target is None else listing.places[target]
        raise AssertionError("the listing doesn't end")

    def run_clause(self, clause: Clause) -> int | None:
        """Returns the number of the clause that is jumped to, -1 for the end of the program, None without a jump."""
        pending: list[tuple[int, int]] = []
        message: tuple[Instruction, list[int]] | None = None
        results = (0, 0)
        target: int | None = None
        for pair in clause.tuples:
            writes = []
            fma = self.value(pair.fma, results, 0)
            add: int | None = None
            if pair.add.opcode in ("JUMP", "BRANCHZ"):
                target = self.branch(pair.add, results, fma)
            elif load().is_message(pair.add):
                message = pair.add, [self.raw(source, results, fma) for source in pair.add.sources]
            else:
                add = self.value(pair.add, results, fma)
            for slot, result in ((pair.fma, fma), (pair.add, add)):
                if slot.destination.register is not None:
                    assert result is not None, slot
                    writes.append((slot.destination.register, result))
            for register, value in pending:
                self.registers[register] = value
            pending, results = writes, (fma or 0, add or 0)
        for register, value in pending:
            self.registers[register] = value
        # Staging registers are read and written behind the clause: the tuple before the message may still write them.
        for register, value in self.message(*message) if message else ():
            self.registers[register] = value
        return target

    def raw(self, source: Operand, results: tuple[int, int], same: int | None) -> int:
        """The 32 bits of an operand without its modifiers."""
        return {
            "register": lambda: self.registers[source.number],
            "temporary": lambda: results[source.number],
            "same": lambda: same or 0,
            "zero": lambda: 0,
            "literal": lambda: source.number,
            "uniform": lambda: self.uniforms[source.number, source.word],
        }[source.kind]()

    def value(self, slot: Instruction, results: tuple[int, int], same: int | None) -> int | None:
        if slot.idle:
            return None
        words = [self.raw(source, results, same) for source in slot.sources]
        if slot.name in INTEGER:
            return INTEGER[slot.name](*words) & 0xFFFFFFFF
        if slot.opcode == "IDP":
            assert [source.modifiers for source in slot.sources] == [("sext",), ("sext",)]
            halves = [struct.unpack("<4b", struct.pack("<I", word)) for word in words]
            return sum(a * b for a, b in zip(*halves, strict=True)) & 0xFFFFFFFF
        floats = [self.modified(number(word), source) for word, source in zip(words, slot.sources, strict=True)]
        if slot.opcode == "FMA_RSCALE":
            return bits((floats[0] * floats[1] + floats[2]) * 2.0 ** signed(words[3]))
        result = FLOAT[slot.opcode](*floats)
        if slot.opcode == "FCMP":
            return 0xFFFFFFFF if result else 0
        low, high = CLAMPS.get(slot.modifiers[-1], (-math.inf, math.inf))
        return bits(min(max(result, low), high))

    def modified(self, value: float, source: Operand) -> float:
        value = abs(value) if "abs" in source.modifiers else value
        return -value if "neg" in source.modifiers else value

    def branch(self, slot: Instruction, results: tuple[int, int], same: int | None) -> int | None:
        goal = slot.sources[-1]
        target = goal.number if goal.kind == "label" else -1
        if slot.opcode == "JUMP":
            return target
        assert slot.name == "BRANCHZ.i16.eq" and slot.sources[0].modifiers == ("h0",)
        return target if self.raw(slot.sources[0], results, same) & 0xFFFF == 0 else None

    def message(self, slot: Instruction, words: list[int]) -> list[tuple[int, int]]:
        """What arrives in staging registers; stores are done."""
        first = slot.staging or 0
        staging = load().staging(slot)
        if slot.opcode == "LD_ATTR_TEX":
            texel = self.image[words[0] & 0xFFFF, words[0] >> 16]
            return [(first + place, bits(value)) for place, value in enumerate(texel)]
        if slot.opcode == "LEA_ATTR_TEX":
            return [(first, words[0]), (first + 1, 0), (first + 2, 0)]
        if slot.opcode == "ST_CVT":
            self.stored[words[0] & 0xFFFF, words[0] >> 16] = tuple(number(self.registers[one]) for one in staging.reads)
            return []
        if "ubo" in slot.modifiers:
            return [(one, self.block[words[0] + 4 * place]) for place, one in enumerate(staging.writes)]
        address = words[0] | words[1] << 32
        if slot.opcode == "STORE":
            for place, one in enumerate(staging.reads):
                self.memory[address + 4 * place] = self.registers[one]
        return [(one, self.memory[address + 4 * place]) for place, one in enumerate(staging.writes)]


def sine(word: float) -> float:
    """The table has 64 steps a turn, indexed by the low bits of a float near 3 * 2^18."""
    return math.sin((bits(word) & 63) * math.tau / 64)


def cosine(word: float) -> float:
    return math.cos((bits(word) & 63) * math.tau / 64)


CLAMPS = {"clamp_0_inf": (0.0, math.inf), "clamp_m1_1": (-1.0, 1.0), "clamp_0_1": (0.0, 1.0)}
FLOAT: dict[str, Callable[..., float]] = {
    "FMA": lambda a, b, c: a * b + c,
    "FADD": lambda a, b: a + b,
    "FCMP": lambda a, b: a < b,
    "FRCP": lambda a: 1 / a,
    "FSIN_TABLE": sine,
    "FCOS_TABLE": cosine,
}
INTEGER: dict[str, Callable[..., int]] = {
    "MOV.i32": lambda a: a,
    "DTSEL_IMM.attribute_1": lambda a: a,
    "IADD.s32": lambda a, b: a + b,
    "IMUL.i32": lambda a, b: a * b,
    "IABS.s32": lambda a: abs(signed(a)),
    "LSHIFT_OR.i32": lambda a, b, c: (a << c) | b,
    "RSHIFT_OR.i32": lambda a, b, c: (a >> c) | b,
    "MKVEC.v2i16": lambda a, b: (a & 0xFFFF) | b << 16,
    "MUX.i32": lambda a, b, mask: b if mask else a,
    "ICMP.u32.gt": lambda a, b: a > b,
    "ICMP.s32.m1.ge": lambda a, b: -(signed(a) >= signed(b)),
    "CSEL.s32.gt": lambda a, b, c, d: c if signed(a) > signed(b) else d,
    "CSEL.i32.eq": lambda a, b, c, d: c if a == b else d,
    "S32_TO_F32": lambda a: bits(float(signed(a))),
    "U32_TO_F32": lambda a: bits(float(a)),
}
"""Opcodes on integers, and copies, by their whole name."""
