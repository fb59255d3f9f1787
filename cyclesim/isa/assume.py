"""Effects of an instruction that no table knows, by the custom of Arm syntax: results come first."""

from __future__ import annotations

from cyclesim.ir import Form, Instruction, Memory, Operand, Read, Register, RegisterList, Resolved, Shift, Write
from cyclesim.isa.cells import Cells, CellTables

_WIDTHS = {"s": 32, "d": 64, "q": 128, "v": 128, "w": 32, "r": 32, "x": 64, "h": 16, "b": 8}


def resolve_as(instruction: Instruction, isa: str, class_: str) -> Resolved:
    """`instruction` with the effects its operands suggest: the first register or list is read and written (only read
    by a store), everything else is read, addresses are written back as their syntax says."""
    tables = CellTables()
    reads: list[Read] = []
    writes: list[Write] = []
    first = True
    for operand in instruction.operands:
        if isinstance(operand, (Register, RegisterList)):
            registers = operand.registers if isinstance(operand, RegisterList) else (operand,)
            cells = tuple(cell for register in registers for cell in _cells(tables, register, isa))
            reads.append(Read(cells, "source", operand.text))
            if first and "store" not in class_ and "simd-st" not in class_:
                writes.append(Write(cells, "result", operand.text))
            first = False
        elif isinstance(operand, Memory):
            address = [operand.base, *([operand.index] if operand.index else [])]
            reads += [Read(_cells(tables, register, isa), "address", register.text) for register in address]
            if operand.mode != "offset":
                writes.append(Write(_cells(tables, operand.base, isa), "base", operand.base.text))
        elif isinstance(operand, Shift) and operand.register:
            reads.append(Read(_cells(tables, operand.register, isa), "source", operand.register.text))
    form = Form(instruction.text, instruction.mnemonic, class_, "", "", "assumed")
    features = {"mnemonic": instruction.mnemonic.partition(".")[0], "width": _width(instruction.operands)}
    return Resolved(
        instruction,
        form,
        tuple(read for read in reads if read.cells),
        tuple(write for write in writes if write.cells),
        (),
        features,
        0,
    )


def _cells(tables: CellTables, register: Register, isa: str) -> Cells:
    if isa == "armv7":
        return tables.registers("r" if register.kind == "r" else f"A32 {register.kind}")(register)
    return tables.registers("x" if register.kind in "wx" else "both")(register)


def _width(operands: tuple[Operand, ...]) -> int:
    kinds = [operand.kind for operand in operands if isinstance(operand, Register)]
    kinds += [operand.registers[0].kind for operand in operands if isinstance(operand, RegisterList)]
    simd = [_WIDTHS[kind] for kind in kinds if kind in "sdqv"]
    return max(simd or [_WIDTHS[kind] for kind in kinds] or [0])
