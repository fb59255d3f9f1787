"""Loads and stores: addresses, write-back, and how registers and bytes correspond.

What a load or store does follows from its operands: a list of vectors is a structure access, a list of general
registers a block transfer, registers one behind the other a pair. A row's meaning, where it has one, says what is done
with `memory`, the loaded value (sign extension, an atomic operation).
"""

from __future__ import annotations

import numpy

from cyclesim.execute.emit import Meaning, Writer
from cyclesim.execute.operands import CantExecute, General, LanesAt, Operands, Piece, Place, general_of, literal_value
from cyclesim.execute.shifts import shifted
from cyclesim.ir import Immediate, Label, Literal, Register, RegisterList, Resolved
from cyclesim.ir import Memory as Address
from cyclesim.isa.plan import Plan
from cyclesim.isa.sizes import access_kinds, structure_of, transferred_bytes


class Transfer:
    """Emits one load, store or prefetch."""

    def __init__(self, writer: Writer, one: Resolved, plan: Plan, operands: Operands, place: Place) -> None:
        self.writer = writer
        self.one = one
        self.plan = plan
        self.operands = operands
        self.place = place
        self.kinds = access_kinds(plan.pattern)
        self.bytes = transferred_bytes(plan.pattern, plan.binding, one.instruction.operands)
        self.meaning = Meaning(writer, one, plan, operands, place)

    def emit(self) -> None:
        """Lines for the access and the write-back. Raises CantExecute and BadMeaning."""
        if self.kinds == ["prefetch"]:
            self._prefetch()
            return
        address, after = self._address()
        kind = self.kinds[-1] if len(self.kinds) == 1 else "store"
        self._check(address, kind)
        if "load" in self.kinds:
            self._load(address, after)
        else:
            self._store(address)
            self._write_back(after)
            if self.plan.pattern.row.meaning:
                self.meaning.emit()

    def _prefetch(self) -> None:
        """A prefetch touches no architectural state; only a written-back address remains."""
        if self.operands.memory is not None and self.operands.memory.mode != "offset":
            self._write_back(self._address()[1])

    # Addresses

    def _address(self) -> tuple[str, tuple[General, str] | None]:
        """The name of the first byte's address and, for a write-back, the base and its new value."""
        memory = self.operands.memory
        if memory is not None:
            return self._addressed(memory)
        for token, at in self.plan.binding:
            operand = self.one.instruction.operands[at]
            if token.writeback and isinstance(operand, Register):
                return self._block(operand)
            if isinstance(operand, Label):
                return self.writer.keep(str(self.place.address_of(operand.name))), None
        base = next((int(read.cells[0][1:]) for read in self.one.reads if read.role == "address"), None)
        if base is None:
            raise CantExecute("the address is not known")
        return self._block(Register("", "r", base, writeback=True))

    def _addressed(self, memory: Address) -> tuple[str, tuple[General, str] | None]:
        keep, base = self.writer.keep, general_of(memory.base)
        start = self._base(memory.base)
        step = self._step(memory)
        mask = f"{(1 << base.bits) - 1:#x}"
        if memory.mode == "offset":
            return keep(f"{start} + {step} & {mask}" if step else start), None
        if memory.mode == "post" or (memory.offset is None and memory.index is None):
            address = keep(start)
            return address, (base, f"{address} + {step or self.bytes} & {mask}")
        address = keep(f"{start} + {step} & {mask}" if step else start)
        return address, (base, address)

    def _base(self, register: Register) -> str:
        if register.kind == "r" and register.number == 15:
            # Literals are addressed from the word-aligned pc. Source: DDI 0406C, A8.3.1 (Align(PC, 4)).
            return str(self.place.pc & ~3)
        return f"R[{general_of(register).number}]"

    def _step(self, memory: Address) -> str:
        if memory.index is not None:
            index = general_of(memory.index)
            bits = general_of(memory.base).bits
            source = f"R[{index.number}]" if index.bits == 64 or bits == 32 else f"(R[{index.number}] & 0xffffffff)"
            if memory.shift is not None:
                source = shifted(source, memory.shift, bits, lambda r: f"R[{r.number}]").source
            return f"(-{source})" if memory.subtract else source
        if memory.offset is None:
            return ""
        if not isinstance(memory.offset.value, int):
            raise CantExecute(f"only a linker knows the value of `{memory.offset.text}`")
        return f"({memory.offset.value})" if memory.offset.value else ""

    def _block(self, register: Register) -> tuple[str, tuple[General, str] | None]:
        """ldm, stm, push, pop and their SIMD relatives."""
        order = str(self.plan.pattern.row.keys.get("order", "ia"))
        first = {"ia": 0, "ib": 4, "da": 4 - self.bytes, "db": -self.bytes}[order]
        base = f"R[{register.number}]"
        address = self.writer.keep(f"{base} + {first} & 0xffffffff" if first else base)
        if not register.writeback:
            return address, None
        change = self.bytes if order[0] == "i" else -self.bytes
        return address, (General(register.number, 32), f"{base} + {change} & 0xffffffff")

    def _check(self, address: str, kind: str) -> None:
        """The access is recorded and lies within an area."""
        line = self.writer.line
        starts, ends = ("WS", "WE") if kind == "store" else ("LS", "LE")
        line(f"P({address}); o = {address} - BASE")
        line(f"if o + {self.bytes} > {ends}[bisect({starts}, o)] or o < 0: fault({address}, {self.bytes}, {kind!r})")

    def _write_back(self, after: tuple[General, str] | None) -> None:
        if after is not None:
            self.writer.line(f"R[{after[0].number}] = {after[1]}")

    # Data

    def _data(self) -> list[Piece]:
        """The operands that are loaded or stored, in order."""
        load = "load" in self.kinds
        pieces = [piece for name, piece in self.operands.pieces.items() if piece.lanes or piece.general is not None]
        return [
            piece
            for piece in pieces
            if not piece.token.writeback and bool(piece.token.access) == load and piece.token.kind != "cond"
        ]

    def _list(self) -> RegisterList | None:
        for operand in self.one.instruction.operands:
            if isinstance(operand, RegisterList):
                return operand
        return None

    def _load(self, address: str, after: tuple[General, str] | None) -> None:
        registers = self._list()
        if registers is not None and registers.registers[0].kind == "r":
            self._load_many(registers, after)
            return
        if self.plan.pattern.row.meaning:
            self._load_by_meaning(after)
            return
        structure = structure_of(self.plan.pattern.mnemonic) if registers is not None else 0
        if structure and registers is not None:
            self._structure(registers, structure, load=True)
        else:
            self._load_plain()
        self._write_back(after)

    def _load_by_meaning(self, after: tuple[General, str] | None) -> None:
        self.meaning.memory_value = self.writer.keep(self._integer(0, self.bytes))
        self._write_back(after)
        self.meaning.emit()
        if "store" in self.kinds:
            self.writer.line(
                f"M[o:o + {self.bytes}] = ({self.meaning.memory_value} & {(1 << 8 * self.bytes) - 1:#x})"
                f".to_bytes({self.bytes}, 'little')"
            )

    def _integer(self, offset: int, size: int) -> str:
        """`size` bytes of memory as an unsigned integer."""
        self.writer.names.setdefault("M", memoryview(bytes(64)))
        self.writer.samples.setdefault("o", 0)
        at = f"o + {offset}" if offset else "o"
        return f"from_bytes(M[{at}:o + {offset + size}], 'little')"

    def _load_plain(self) -> None:
        """One register behind the other."""
        data = self._data()
        if len(data) == 1 and data[0].token.next and data[0].general is not None:
            first = data[0]
            data = [first, first._replace(general=General(first.general.number + 1, 32))]  # type: ignore[union-attr]
        lists = [piece for piece in data if piece.token.kind == "list"]
        lanes = [one for piece in lists for one in piece.lanes]
        if lists:
            self._vectors(lanes, load=True)
            return
        size, loaded = self.bytes // max(1, len(data)), []
        for number, piece in enumerate(data):
            if piece.general is not None:
                loaded.append((piece, self.writer.keep(self._integer(number * size, size))))
            else:
                self._vector(piece.lanes[0], number * size, size)
        for piece, value in loaded:
            self.meaning.write(piece, value)

    def _vector(self, lanes: LanesAt, offset: int, size: int) -> None:
        """One SIMD register from memory; A64 clears the rest of it."""
        end = lanes.register + size
        self.writer.line(f"V[{lanes.register}:{end}] = M[o + {offset}:o + {offset + size}]")
        if self.writer.state.isa == "aarch64" and size < 16:
            self.writer.line(f"V[{end}:{lanes.register + 16}] = ZEROS[:{16 - size}]")

    def _vectors(self, lanes: list[LanesAt], load: bool) -> None:
        """Whole registers of a list; neighbours move together."""
        size = self.bytes // len(lanes)
        offset, at = 0, 0
        while at < len(lanes):
            run = 1
            while (
                at + run < len(lanes)
                and lanes[at + run].register == lanes[at].register + run * size
                and (self.writer.state.isa == "armv7" or size == 16)
            ):
                run += 1
            start, moved = lanes[at].register, run * size
            if load and run == 1:
                self._vector(lanes[at], offset, size)
            elif load:
                self.writer.line(f"V[{start}:{start + moved}] = M[o + {offset}:o + {offset + moved}]")
            else:
                self.writer.line(f"M[o + {offset}:o + {offset + moved}] = V[{start}:{start + moved}]")
            offset, at = offset + moved, at + run

    def _load_many(self, registers: RegisterList, after: tuple[General, str] | None) -> None:
        """ldm and pop: lowest register from the lowest address; a base in the list keeps what was loaded."""
        values = []
        for number, register in enumerate(sorted(registers.registers, key=lambda one: one.number)):
            values.append((register.number, self.writer.keep(self._integer(4 * number, 4))))
        self._write_back(after)
        for number, value in values:
            self.writer.line(f"R[{number}] = {value}")

    def _store(self, address: str) -> None:
        registers = self._list()
        if registers is not None and registers.registers[0].kind == "r":
            for number, register in enumerate(sorted(registers.registers, key=lambda one: one.number)):
                self._store_integer(4 * number, 4, f"R[{register.number}]")
            return
        structure = structure_of(self.plan.pattern.mnemonic) if registers is not None else 0
        if structure and registers is not None:
            self._structure(registers, structure, load=False)
            return
        data = self._data()
        if len(data) == 1 and data[0].token.next and data[0].general is not None:
            first = data[0]
            data = [first, first._replace(general=General(first.general.number + 1, 32))]  # type: ignore[union-attr]
        lists = [one for piece in data if piece.token.kind == "list" for one in piece.lanes]
        if lists:
            self._vectors(lists, load=False)
            return
        size = self.bytes // max(1, len(data))
        for number, piece in enumerate(data):
            if piece.general is not None:
                self._store_integer(
                    number * size, size, "0" if piece.general.number == 32 else f"R[{piece.general.number}]"
                )
            else:
                start = piece.lanes[0].register
                self.writer.line(f"M[o + {number * size}:o + {number * size + size}] = V[{start}:{start + size}]")

    def _store_integer(self, offset: int, size: int, source: str) -> None:
        mask = f" & {(1 << 8 * size) - 1:#x}"
        self.writer.line(f"M[o + {offset}:o + {offset + size}] = ({source}{mask}).to_bytes({size}, 'little')")

    def _structure(self, registers: RegisterList, structure: int, load: bool) -> None:
        """ld1-ld4, st1-st4: interleaved elements, one lane, or one element to all lanes."""
        pieces = next(piece for piece in self.operands.pieces.values() if piece.token.kind == "list")
        lanes, token = list(pieces.lanes), pieces.token
        replicate = registers.all_lanes or self.plan.pattern.row.class_.endswith("-replicate")
        if registers.lane is not None:
            size = self.bytes // len(lanes)
            for number, one in enumerate(lanes):
                vector, place = (
                    f"V[{one.offset}:{one.offset + size}]",
                    f"M[o + {number * size}:o + {(number + 1) * size}]",
                )
                self.writer.line(f"{vector} = {place}" if load else f"{place} = {vector}")
        elif replicate:
            self._replicate(lanes, structure)
        elif structure == 1:
            self._vectors(lanes, load)
        else:
            self._interleaved(lanes, structure, load)
        del token

    def _replicate(self, lanes: list[LanesAt], structure: int) -> None:
        """`ld1r`: element i goes to all lanes of register i; `vld1 {d0[], d1[]}` fills both with the only one."""
        size = self.bytes // structure
        self._bytes_name()
        for number, one in enumerate(lanes):
            offset = (number % structure if structure > 1 else 0) * size
            view = self.writer.view(one.cast("u", 8 * size))
            self.writer.line(f"{view}[:] = {self._integer(offset, size)}")
            self._clear(one)

    def _interleaved(self, lanes: list[LanesAt], structure: int, load: bool) -> None:
        """Element i of a structure belongs to register i. Two registers further apart (`vld2 {d0-d3}`) form two halves
        of one long vector for each element. Source: DDI 0406C, A8.8.322."""
        per, bits = len(lanes) // structure, lanes[0].bits
        count = lanes[0].count
        self._bytes_name()
        dtype = self.writer.value(f"u{bits}_type", numpy.dtype(f"<u{bits // 8}"))
        whole = self.writer.temporary()
        self.writer.line(f"{whole} = frombuffer(B, {dtype}, {count * len(lanes)}, o).reshape({-1}, {structure})")
        for number, one in enumerate(lanes):
            # D registers of a vld2 of four: d0 and d1 hold the first elements, d2 and d3 the second ones.
            element, part = (number // per, number % per) if per > 1 else (number, 0)
            view = self.writer.view(one.cast("u"))
            part_of = f"{whole}[{part * count}:{(part + 1) * count}, {element}]"
            self.writer.line(f"{view}[:] = {part_of}" if load else f"{part_of} = {view}")
            if load:
                self._clear(one)

    def _clear(self, one: LanesAt) -> None:
        if self.writer.state.isa == "aarch64" and one.bits * one.count == 64:
            self.writer.line(f"V[{one.register + 8}:{one.register + 16}] = ZEROS[:8]")

    def _bytes_name(self) -> None:
        self.writer.names["frombuffer"] = numpy.frombuffer


def literal_load(meaning: Meaning, one: Resolved, place: Place) -> bool:
    """`ldr r0, =value`: the value itself; whether this is one."""
    for operand in one.instruction.operands:
        if isinstance(operand, Literal):
            target = next(piece for piece in meaning.operands.pieces.values() if piece.token.access)
            value = literal_value(operand, place)
            bits = target.general.bits if target.general else target.lanes[0].bits * target.lanes[0].count
            if bits > 64:
                # A constant of at most 64 bits: the rest of the register is zero.
                low = target.lanes[0]._replace(bits=64, count=1)
                target = target._replace(lanes=(low,))
                meaning.writer.line(f"V[{low.register}:{low.register + 16}] = ZEROS")
                meaning.writer.line(f"{meaning.writer.view(low.cast('u'))}[0] = {value & (1 << 64) - 1}")
                return True
            meaning.write(target, str(value & (1 << bits) - 1))
            return True
    return False


__all__ = ["Immediate", "Transfer", "literal_load"]
