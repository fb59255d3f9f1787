"""Registers as cells, the smallest places that are tracked.

A32: `r0`-`r15`; SIMD and VFP registers in 32-bit cells `s0`-`s63`, of which D holds two and Q four.
A64: `x0`-`x30`, `sp`; SIMD registers in 64-bit halves `v0.l` `v0.h`.
"""

from __future__ import annotations

from collections.abc import Callable

from cyclesim.ir import ZERO_REGISTER, Operand, Register, RegisterList

Cells = tuple[str, ...]
Getter = Callable[[Operand], Cells]

HALF_BITS = 64


class CellTable(dict[int, Cells]):
    """The cells of a register by its number, made when first asked for (placeholders have any number)."""

    def __init__(self, make: Callable[[int], Cells]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> Cells:
        cells = self[number] = self._make(number)
        return cells


def _general64(number: int) -> Cells:
    if number == ZERO_REGISTER:
        return ()
    return ("sp",) if number == 31 else (f"x{number}",)


_MAKERS: dict[str, Callable[[int], Cells]] = {
    "r": lambda number: (f"r{number}",),
    "r+1": lambda number: (f"r{number}", f"r{number + 1}"),
    "x": _general64,
    "A32 s": lambda number: (f"s{number}",),
    "A32 d": lambda number: (f"s{2 * number}", f"s{2 * number + 1}"),
    "A32 q": lambda number: tuple(f"s{4 * number + part}" for part in range(4)),
    "low": lambda number: (f"v{number}.l",),
    "high": lambda number: (f"v{number}.h",),
    "both": lambda number: (f"v{number}.l", f"v{number}.h"),
}


class CellTables:
    """The cell tables of one instruction set."""

    def __init__(self) -> None:
        self._tables = {name: CellTable(make) for name, make in _MAKERS.items()}

    def registers(self, name: str) -> Getter:
        """The cells of a register operand by the table `name`."""
        table = self._tables[name]
        return lambda operand: table[operand.number]  # type: ignore[union-attr]

    def lists(self, name: str) -> Getter:
        """The cells of all registers of a list."""
        table = self._tables[name]
        return lambda operand: tuple(
            cell
            for register in operand.registers  # type: ignore[union-attr]
            for cell in table[register.number]
        )

    def lanes(self, bits: int) -> Getter:
        """The half of an A64 register that the lane of an operand lies in. `bits`: size of a lane."""
        low, high = self._tables["low"], self._tables["high"]

        def cells(operand: Operand) -> Cells:
            if not isinstance(operand, (Register, RegisterList)):
                return ()
            table = high if (operand.lane or 0) * bits >= HALF_BITS else low
            registers = operand.registers if isinstance(operand, RegisterList) else (operand,)
            return tuple(cell for register in registers for cell in table[register.number])

        return cells
