"""The AArch64 dialect, with Apple's short form `fmla.4s v0, v1, v2`."""

from __future__ import annotations

import re

from cyclesim.asm.dialect import ADDRESS, BRANCH, JUMPS, PLAIN, Dialect, Word
from cyclesim.ir import ZERO_REGISTER, Operand, Register, RegisterList

_ARRANGEMENTS = "1b 1h 2b 4b 8b 16b 2h 4h 8h 1s 2s 4s 1d 2d 1q b h s d q"


def _registers() -> dict[str, tuple[str, int]]:
    names = {f"{kind}{number}": (kind, number) for kind in "bhsdqv" for number in range(32)}
    names |= {f"{kind}{number}": (kind, number) for kind in "wx" for number in range(31)}
    names |= {"sp": ("x", 31), "wsp": ("w", 31), "xzr": ("x", ZERO_REGISTER), "wzr": ("w", ZERO_REGISTER)}
    # Source: Arm AAPCS64, section 6.1.1.
    names |= {"fp": ("x", 29), "lr": ("x", 30), "ip0": ("x", 16), "ip1": ("x", 17)}
    return names


_ADDRESS = frozenset(("adr", "adrp", "ldr", "ldrsw", "prfm"))
_SUFFIXES = frozenset(("8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d", "1q", "b", "h", "s", "d"))


def read_word(name: str) -> Word:
    """The mnemonic `name` (lower case) and how its operands are read."""
    if name in JUMPS or name == "bl":
        return Word(name, BRANCH)
    if name in _ADDRESS:
        return Word(name, ADDRESS)
    short, _, suffix = name.partition(".")
    return Word(short, PLAIN, suffix) if suffix in _SUFFIXES else Word(name)


# The suffix of the short form is the arrangement of the result. Sources of long, wide and narrow operations differ
# from it as their names say. Source: Arm ARM DDI 0487, C7.2, the assembler symbols <Ta> and <Tb>.
_LONG = r"[su](?:addl|subl|mull|mlal|mlsl|abdl|abal|shll|xtl)2?|sqdm(?:ull|lal|lsl)2?|p?mull2?|shll2?|fcvtl2?"
_WIDE = r"[su](?:add|sub)w2?"
_NARROW = r"[su]q(?:xtn|r?shrn)2?|sq(?:xtun|r?shrun)2?|xtn2?|r?shrn2?|r?(?:add|sub)hn2?|fcvtx?n2?"
_PAIRS = r"[su](?:addlp|adalp)"
_DOT = r"(?:[su]|us|su)dot"

_HALF = {"8h": "8b", "4s": "4h", "2d": "2s", "1q": "1d"}
_UPPER_HALF = {"8h": "16b", "4s": "8h", "2d": "4s", "1q": "2d"}
_DOUBLE = {"8b": "8h", "4h": "4s", "2s": "2d", "16b": "8h", "8h": "4s", "4s": "2d"}
_QUARTERS = {"4h": "8b", "8h": "16b", "2s": "4h", "4s": "8h", "1d": "2s", "2d": "4s"}
_BYTES = {"2s": "8b", "4s": "16b"}


def fill(word: Word, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
    """Put the arrangement of a short-form mnemonic on the vector registers that state none."""
    if not word.arrangement:
        return operands
    filled = []
    for position, operand in enumerate(operands):
        arrangement = _arrangement(word, position, len(operands))
        # A lane of a dot product is a group of four bytes: v2.4b[1].
        lane = "4b" if re.fullmatch(_DOT, word.mnemonic) else arrangement[-1]
        if isinstance(operand, Register):
            operand = _arranged(operand, arrangement, lane)
        elif isinstance(operand, RegisterList):
            arrangement = "16b" if word.mnemonic in ("tbl", "tbx") else arrangement
            registers = tuple(_arranged(register, arrangement, lane) for register in operand.registers)
            operand = operand._replace(registers=registers)
        filled.append(operand)
    return tuple(filled)


def _arrangement(word: Word, position: int, count: int) -> str:
    name, result = word.mnemonic, word.arrangement
    if position == 0 or (re.fullmatch(_WIDE, name) and position < count - 1):
        return result
    if re.fullmatch(_LONG, name) or re.fullmatch(_WIDE, name):
        return (_UPPER_HALF if name.endswith("2") else _HALF).get(result, result)
    if re.fullmatch(_NARROW, name):
        return _DOUBLE.get(result, result)
    if re.fullmatch(_PAIRS, name):
        return _QUARTERS.get(result, result)
    if re.fullmatch(_DOT, name):
        return _BYTES.get(result, result)
    return result


def _arranged(register: Register, arrangement: str, lane: str) -> Register:
    if register.kind != "v" or register.arrangement:
        return register
    return register._replace(arrangement=arrangement if register.lane is None else lane)


DIALECT = Dialect(
    isa="aarch64",
    title="AArch64",
    registers=_registers(),
    register_hint="AArch64 has x0-x30, w0-w30, sp, xzr, v0-v31 and their views b, h, s, d and q",
    lookalike=r"(?i)[rsdqvxwbh]\d+|[zp]\d+|pn\d+|za(?:\d+[hv]?)?|zt0",
    foreign="r",
    placeholder=None,
    at_comments=False,
    expands_pairs=False,
    alignments=False,
    subtracts=False,
    arrangements=frozenset(_ARRANGEMENTS.split()),
    word=read_word,
    fill=fill,
)
