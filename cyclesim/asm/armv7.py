"""The ARMv7 dialect: unified syntax of A32 and T32."""

from __future__ import annotations

from cyclesim.asm.dialect import ADDRESS, BRANCH, CONDITIONS, PLAIN, STRUCTURE, Dialect, Word, is_jump
from cyclesim.asm.fault import Fault
from cyclesim.ir import Operand, Register, RegisterList

# Names of the procedure call standard: a1-a4 are r0-r3, v1-v8 are r4-r11. Source: Arm AAPCS32, section 6.1.1.
_ROLES = {"fp": 11, "ip": 12, "sp": 13, "lr": 14, "pc": 15, "sl": 10, "sb": 9, "wr": 7}


def _registers() -> dict[str, tuple[str, int]]:
    names = {f"r{number}": ("r", number) for number in range(16)}
    names |= {f"a{number}": ("r", number - 1) for number in range(1, 5)}
    names |= {f"v{number}": ("r", number + 3) for number in range(1, 9)}
    names |= {role: ("r", number) for role, number in _ROLES.items()}
    names |= {f"s{number}": ("s", number) for number in range(32)}
    names |= {f"d{number}": ("d", number) for number in range(32)}
    names |= {f"q{number}": ("q", number) for number in range(16)}
    return names


_CALLS = frozenset(name + condition for name in ("bl", "blx") for condition in ("", *CONDITIONS))
_STRUCTURES = frozenset(f"v{way}{count}" for way in ("ld", "st") for count in range(1, 5))


def read_word(name: str) -> Word:
    """The mnemonic `name` (lower case) and how its operands are read."""
    if is_jump(name) or name.removesuffix(".w") in _CALLS:
        return Word(name, BRANCH)
    if name.startswith(("ldr", "adr", "pld", "pli", "vldr", "fldd", "flds")):
        return Word(name, ADDRESS)
    if name.partition(".")[0] in _STRUCTURES:
        return Word(name, STRUCTURE)
    return Word(name, PLAIN)


def fill(word: Word, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
    """`vld1.32 d0, [r1]` without braces is a list of one register (a Q register: of its two halves)."""
    if word.context == STRUCTURE and operands and isinstance(operands[0], Register) and operands[0].kind in "dq":
        first = operands[0]
        if first.kind == "q" and (first.lane is not None or first.all_lanes):
            raise Fault("lanes belong to D registers here", first.column, len(first.text))
        registers = halves(first) if first.kind == "q" else (first,)
        return (RegisterList(first.text, registers, first.lane, first.all_lanes, first.column), *operands[1:])
    return operands


def halves(register: Register) -> tuple[Register, Register]:
    """The two D registers of a Q register. Source: Arm ARM DDI 0406C, A2.6.2."""
    low = 2 * register.number
    return (
        Register(f"d{low}", "d", low, column=register.column),
        Register(f"d{low + 1}", "d", low + 1, column=register.column),
    )


DIALECT = Dialect(
    isa="armv7",
    title="ARMv7",
    registers=_registers(),
    register_hint="ARMv7 has r0-r15, s0-s31, d0-d31 and q0-q15",
    lookalike=r"(?i)[rsdqvxwbh]\d+|sp_?|xzr|wzr|wsp",
    foreign="xw",
    placeholder=r"r[A-Z]\w*",
    at_comments=True,
    expands_pairs=True,
    alignments=True,
    subtracts=True,
    arrangements=frozenset(),
    word=read_word,
    fill=fill,
)
