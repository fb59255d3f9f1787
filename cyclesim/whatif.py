"""What the meanings of a what-if file's rows are worth before anything runs: every form is compiled once on sample
registers, which finds unknown names, operands that aren't there and lanes that don't fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from cyclesim import asm, isa
from cyclesim.errors import CyclesimError, TableError
from cyclesim.ir import Span
from cyclesim.isa.notation import Token
from cyclesim.isa.rows import expand_row, parse_operands
from cyclesim.machine.overlay import Overlay

MOST_SAMPLES = 64
"""Forms of a row that are tried; those of one row differ in element types, and an error shows in the first ones."""


def meaning_errors(overlay: Overlay) -> list[CyclesimError]:
    """What is wrong with the meanings of a what-if file, at the lines of their rows. Rows without a meaning, and forms
    whose operands are more than registers and immediates, are left to whoever runs them."""
    errors: list[CyclesimError] = []
    for name, rows in overlay.rows.items():
        instruction_set = isa.load(name, rows)
        for values, file, line in rows:
            if not values.get("meaning"):
                continue
            first = next(_row_errors(name, instruction_set, values), None)
            errors += [] if first is None else [TableError(first, Span(file, line))]
    return errors


def _row_errors(name: str, instruction_set: isa.InstructionSet, values: Mapping[str, object]) -> Iterator[str]:
    from cyclesim.execute.errors import ExecutionError
    from cyclesim.execute.image import image_of_text
    from cyclesim.execute.run import Machine

    for mnemonic, operands in islice(expand_row(values), MOST_SAMPLES):
        text = _sample(name, parse_operands(str(values["form"]), operands))
        if text is None:
            continue
        program = asm.parse(f"{mnemonic} {text}\n", "sample", name)
        try:
            Machine(image_of_text(program), instruction_set, []).compiler.block(0)
        except ExecutionError as error:
            yield error.message


def _sample(name: str, tokens: Sequence[Token]) -> str | None:
    """Operands that fit a form, None when that takes more than registers and immediates."""
    texts = []
    for number, token in enumerate(tokens):
        if token.kind == "immediate":
            texts.append(f"#{1 if token.value is None else token.value}")
        elif token.kind == "register" and not (token.writeback or token.next):
            texts.append(_register(token, number + 1 if name == "armv7" or token.register != "v" else number))
        else:
            return None
    return ", ".join(texts)


def _register(token: Token, number: int) -> str:
    lane = "[0]" if token.lane else ""
    arrangement = f".{token.arrangement}" if token.arrangement else ""
    return f"{token.register}{number}{arrangement}{lane}"
