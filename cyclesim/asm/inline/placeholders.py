"""Operands of an assembly statement as virtual registers, constants and addresses.

The template is handed to the parser with every `%0`, `%w[n]` replaced by a name of the same length, so that columns
hold; texts of operands get their own spelling back afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cyclesim.asm.fault import Fault
from cyclesim.asm.inline.template import _parts
from cyclesim.asm.inline.tokens import Token
from cyclesim.errors import AsmError
from cyclesim.ir import FIRST_VIRTUAL_REGISTER
from cyclesim.record import NamedTuple

_SECOND = 500
"""Added to the number of an operand for the upper register of a 64-bit pair (`%R0`, `%H0`)."""

_MOST_OPERANDS = 400

PLACEHOLDER = re.compile(
    r"%(?:(?P<modifier>[a-zA-Z]?)(?:\[(?P<name>\w*)\]|(?P<number>\d+))|(?P<other>[=%{|}]))", re.ASCII
)
_LIST_OF_HALVES = re.compile(r"(_e\w+)([ \t]*)-([ \t]*_f)")

REGISTER, SIMD, SINGLE, CONSTANT, MEMORY, LABEL = "register", "simd", "single", "constant", "memory", "label"

# Constraints by what they allow; the first that fits a register counts, then memory, then constants.
# Source: GCC manual, "Machine Constraints", AArch64 family and ARM family, and "Simple Constraints".
_REGISTERS = {"armv7": "rlhkcqbg", "aarch64": "rkg"}
_SIMD = {"armv7": "wxy", "aarch64": "wxy"}
_MEMORIES = "moVQp<>"
_CONSTANTS = "inIJKLMNOPGHsSYZXEF"


class Operand(NamedTuple):
    """One operand: its `kind`, the number of its virtual register, its name, and the register that a variable is
    bound to (`register float32x4_t v asm("v8")`)."""

    kind: str
    number: int
    name: str = ""
    bound: str = ""


class Meaning(NamedTuple):
    """What a spelling stands for. `register`: kind and number; None for a constant, with `base` the register of an
    address."""

    register: tuple[str, int] | None
    base: tuple[str, int] | None = None
    label: bool = False


class Replaced(NamedTuple):
    """`text`: as long as the template; `meanings`: name in it to what it stands for; `spelled`: to the user's own."""

    text: str
    meanings: Mapping[str, Meaning]
    spelled: Mapping[str, str]


def read_operands(sections: Sequence[Sequence[Token]], isa: str, registers: Mapping[str, str]) -> list[Operand]:
    """The operands of a statement (outputs, inputs, labels) in the order of their numbers. Raises AsmError."""
    operands: list[Operand] = []
    for section in sections[1:3]:
        for piece in _split(section):
            operands.append(_operand(piece, operands, isa, registers))
    for piece in _split(sections[4]) if len(sections) > 4 else []:
        operands.append(Operand(LABEL, len(operands), piece[0].text))
    if len(operands) > _MOST_OPERANDS:
        raise AsmError(f"{len(operands)} operands are too many", sections[1][0].place())
    return operands


def _split(section: Sequence[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in section:
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == "," and not depth:
                pieces.append([])
                continue
        pieces[-1].append(token)
    return [piece for piece in pieces if piece]


def _operand(piece: Sequence[Token], before: Sequence[Operand], isa: str, registers: Mapping[str, str]) -> Operand:
    """`[name] "constraint" (expression)`."""
    at, name = 0, ""
    if piece[0].text == "[" and len(piece) > 2:
        name, at = piece[1].text, 3
    strings = []
    while at < len(piece) and piece[at].kind == "string":
        strings.append("".join(text for text, _ in _parts(piece[at].text)))
        at += 1
    if not strings:
        raise AsmError(
            f"`{piece[0].text}` is no operand", piece[0].place(), 'an operand is [name] "constraint" (expression)'
        )
    constraint = "".join(strings).strip("=+&%*! ,")
    matching = re.match(r"(?a)(?:(\d+)|\[(\w+)\])", constraint)
    if matching:
        return _matched(matching[1] or matching[2], before, piece[0])._replace(name=name)
    expression = [token.text for token in piece[at:]]
    bound = registers.get(expression[1], "") if len(expression) == 3 else ""
    return Operand(_kind(constraint, isa, piece[0]), len(before), name, bound.lower())


def _matched(name: str, before: Sequence[Operand], token: Token) -> Operand:
    """The operand that a constraint such as "0" or "[sum]" ties to."""
    for number, operand in enumerate(before):
        if name == str(number) or (operand.name and operand.name == name):
            return operand
    raise AsmError(f"no operand {name} stands before this one", token.place())


def _kind(constraint: str, isa: str, token: Token) -> str:
    letters = re.sub(r"U[a-z]{1,2}|D[a-z]|@\w+|\^", lambda found: _folded(found[0]), constraint)
    for letter in letters:
        if letter in _REGISTERS[isa]:
            return REGISTER
        if letter in _SIMD[isa]:
            return SIMD
        if letter == "t" and isa == "armv7":
            return SINGLE
    if any(letter in _MEMORIES for letter in letters):
        return MEMORY
    if any(letter in _CONSTANTS for letter in letters):
        return CONSTANT
    if constraint.startswith("@cc"):
        return CONSTANT
    raise AsmError(f"the constraint {token.text} is not one of {isa}", token.place())


def _folded(text: str) -> str:
    """Constraints of several letters: memory (`Um`, `Utq`), constants (`Us`, `Dn`); predicates of SVE stay unknown."""
    if text[0] == "@":
        return "i"
    if text[0] == "D" or text in ("Us", "Uc", "Uv2"):
        return "i"
    return "" if text.startswith(("Up", "Uc")) else "m"


def replace(text: str, operands: Sequence[Operand], isa: str) -> Replaced:
    """Names for the placeholders of a template. Raises Fault; its column is the position in the text."""
    names = {one.name: one for one in operands if one.name}
    meanings: dict[str, Meaning] = {}
    spelled: dict[str, str] = {}

    def name_of(found: re.Match[str]) -> str:
        if found["other"]:
            return {"=": "_0", "%": " %"}.get(found["other"], " " + found["other"])
        operand = _find(found, operands, names)
        name = f"_{found['modifier']}" + (f"_{found['name']}_" if found["name"] is not None else found["number"])
        if name not in meanings:
            meanings[name] = _meaning(found, operand, isa)
            spelled[name] = found[0]
        return name

    replaced = PLACEHOLDER.sub(name_of, text)
    return Replaced(_LIST_OF_HALVES.sub(r"\1\2,\3", replaced), meanings, spelled)


def _find(found: re.Match[str], operands: Sequence[Operand], names: Mapping[str, Operand]) -> Operand:
    if found["name"] is not None:
        operand = names.get(found["name"])
        if operand is None and found["modifier"] == "l":
            return Operand(LABEL, 0, found["name"])
        if operand is None:
            hint = f"named operands: {', '.join(names)}" if names else "no operand has a name"
            raise Fault(f"no operand is named `{found['name']}`", found.start(), len(found[0]), hint)
        return operand
    number = int(found["number"][:6])
    if number >= len(operands):
        message = f"there is no operand {number}"
        raise Fault(message, found.start(), len(found[0]), f"this statement has {len(operands)} operands")
    return operands[number]


# What a modifier prints. Source: GCC manual, "AArch64 Operand Modifiers"; for Arm, the comments of
# arm_print_operand in GCC: e and f are the halves of a Q register, P the D register, Q and R the halves of a pair.
_A64_SIMD = {"": "v", "b": "b", "h": "h", "s": "s", "d": "d", "q": "q", "Z": "v"}
_A64_GENERAL = {"": "x", "x": "x", "w": "w"}


def _meaning(found: re.Match[str], operand: Operand, isa: str) -> Meaning:
    modifier, number = found["modifier"], FIRST_VIRTUAL_REGISTER + operand.number
    if operand.kind == LABEL or modifier == "l":
        return Meaning(None, label=True)
    general = "r" if isa == "armv7" else "x"
    if operand.kind == MEMORY:
        base = (general, number)
        return Meaning(base) if modifier == "m" else Meaning(None, base)
    if operand.kind == CONSTANT or modifier == "c":
        return Meaning(None)
    if modifier == "a":
        return Meaning(None, (general, number))
    if operand.bound and (number_of := re.fullmatch(r"(?:[bhsdqvxwr])(\d{1,2})", operand.bound)):
        number = int(number_of[1])
    register = _a32(modifier, operand, number) if isa == "armv7" else _a64(modifier, operand, number)
    if register is None:
        message = f"the modifier `{modifier}` of `{found[0]}` is not one of a {operand.kind} operand"
        raise Fault(message, found.start(), len(found[0]))
    return Meaning(register)


def _a64(modifier: str, operand: Operand, number: int) -> tuple[str, int] | None:
    if operand.kind == REGISTER and modifier == "H":
        return "x", number + _SECOND
    kind = (_A64_SIMD if operand.kind == SIMD else _A64_GENERAL).get(modifier)
    # An operand that may be in either kind of register prints as the modifier says.
    kind = kind or (_A64_GENERAL if operand.kind == SIMD else _A64_SIMD).get(modifier)
    return (kind, number) if kind else None


def _a32(modifier: str, operand: Operand, number: int) -> tuple[str, int] | None:
    if operand.kind == REGISTER:
        if modifier in ("", "Q", "r", "m"):
            return "r", number
        if modifier in ("R", "H"):
            return "r", number + _SECOND
    first = number if operand.bound.startswith("q") or not operand.bound else number // 2
    low = ("d", 2 * first)
    halves = {"e": low, "f": ("d", 2 * first + 1), "q": ("q", first), "P": low, "p": low}
    if operand.bound.startswith("d"):
        halves |= {"P": ("d", number), "": ("d", number)}
    if modifier in ("", "s", "y"):
        return ("s", 4 * first) if operand.kind == SINGLE or modifier else halves.get("", low)
    return halves.get(modifier)
