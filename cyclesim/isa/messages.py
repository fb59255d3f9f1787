"""What a user is told of an instruction that no form takes. Only imported when there is something to tell."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cyclesim.errors import CyclesimError, UnknownInstruction, WrongOperands
from cyclesim.ir import Instruction, Operand, Register, RegisterList, Shift, Span
from cyclesim.isa.checks import Check, checks_of
from cyclesim.isa.match import Bound, Mismatch, bind, bind_short
from cyclesim.isa.names import read_mnemonic
from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern

if TYPE_CHECKING:
    from cyclesim.isa.instruction_set import InstructionSet

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")
SHOWN_FORMS = 6

_KINDS = {
    "r": "a general register (r0-r15)",
    "s": "an S register",
    "d": "a D register",
    "q": "a Q register",
    "w": "a W register",
    "x": "an X register",
    "b": "a B register",
    "h": "an H register",
    "op2": "a register or an immediate",
    "immediate": "an immediate",
    "shift": "a shift",
    "memory": "an address",
    "label": "a label",
    "name": "a name",
    "cond": "a condition",
    "literal": "a literal (=value)",
    "list": "a register list",
}


def misfit(instruction_set: InstructionSet, instruction: Instruction) -> CyclesimError:
    """Why `instruction` has no form."""
    known = instruction_set.known(instruction.mnemonic)
    if known.patterns:
        return _wrong_operands(known.patterns, instruction, instruction_set.isa)
    reading = read_mnemonic(instruction.mnemonic, instruction_set.index)
    if reading.mnemonics:
        never = "can't be conditional" if reading.condition else "needs a condition"
        return UnknownInstruction(f"`{instruction.mnemonic}`: `{reading.mnemonics[0]}` {never}", instruction.span)
    return _unknown(instruction_set, instruction)


def _unknown(instruction_set: InstructionSet, instruction: Instruction) -> UnknownInstruction:
    mnemonic, mnemonics = instruction.mnemonic, instruction_set.mnemonics()
    span = instruction.span._replace(length=len(mnemonic))
    head, dot, _ = mnemonic.partition(".")
    types = [name.partition(".")[2] for name in mnemonics if name.startswith(f"{head}.")]
    if dot and (types or head in mnemonics):
        what = f"`{head}` has no type `{mnemonic[len(head) + 1 :]}`"
        return UnknownInstruction(what, span, hint=f"{head} has {_listed(types)}" if types else f"{head} takes no type")
    spelled = [*mnemonics, *instruction_set.index.spellings]
    close = difflib.get_close_matches(mnemonic, spelled, 3) or difflib.get_close_matches(head, spelled, 3, 0.5)
    hint = f"did you mean {_listed(close, 'or')}?" if close else f"cyclesim isa list --isa {instruction_set.isa}"
    return UnknownInstruction(f"unknown instruction `{mnemonic}`", span, hint=hint)


def _listed(words: Sequence[str], last: str = "and") -> str:
    words = list(dict.fromkeys(word for word in words if word))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _wrong_operands(patterns: Sequence[Pattern], instruction: Instruction, isa: str) -> WrongOperands:
    """The complaint about the form that fits furthest."""
    failed = _failed_check(patterns, instruction.operands, isa)
    if failed:
        span = _span(instruction, failed.place)
        return WrongOperands(_sentence(instruction, failed), span, hint=_forms_hint(patterns))
    counts = {count for pattern in patterns for count in _counts(pattern.tokens)}
    given = len([operand for operand in instruction.operands if not isinstance(operand, Shift)])
    if given not in counts and len(counts) == 1:
        return _wrong_count(patterns, instruction, counts.pop(), given)
    furthest = max(_places(patterns, instruction.operands), key=lambda mismatch: mismatch.place)
    place = furthest.place
    wanted = [
        mismatch.token for mismatch in _places(patterns, instruction.operands) if mismatch.place == place
    ]
    message = f"wrong operands for `{instruction.mnemonic}`: {_complaint(instruction.operands, place, wanted)}"
    return WrongOperands(message, _span(instruction, place), hint=_forms_hint(patterns))


def _failed_check(patterns: Sequence[Pattern], operands: Sequence[Operand], isa: str) -> Check | None:
    """The first demand on a value that fails in a form whose operand kinds all fit."""
    for pattern in patterns:
        bound: list[Bound] | Mismatch | None = bind(pattern.tokens, operands)
        if isinstance(bound, Mismatch) and isa == "armv7":
            bound = bind_short(pattern.tokens, operands)
        if isinstance(bound, list):
            return next((check for check in checks_of(pattern, bound, isa) if not check.passes(operands)), None)
    return None


def _sentence(instruction: Instruction, check: Check) -> str:
    operand = instruction.operands[check.place]
    text = getattr(operand, "text", "")
    shown = text.partition("[")[0] if check.what == "number" else text
    return f"{check.sentence}, not {shown}"


def _places(patterns: Sequence[Pattern], operands: Sequence[Operand]) -> list[Mismatch]:
    found = (bind(pattern.tokens, operands) for pattern in patterns)
    return [mismatch for mismatch in found if isinstance(mismatch, Mismatch)]


def _counts(tokens: Sequence[Token]) -> set[int]:
    """Numbers of operands, shifts not counted."""
    return {sum(token.kind != "shift" for token in tokens)}


def _wrong_count(patterns: Sequence[Pattern], instruction: Instruction, wanted: int, given: int) -> WrongOperands:
    mnemonic = instruction.mnemonic.partition(".")[0]
    forms = _listed([pattern.text for pattern in patterns[:3]], "or")
    noun = "operand" if wanted == 1 else "operands"
    message = f"{mnemonic} takes {NUMBERS[wanted]} {noun}: {forms}"
    hint = f"{NUMBERS[given] if given < len(NUMBERS) else given} are given"
    if any(pattern.row.keys.get("accumulates") for pattern in patterns):
        hint = f"{mnemonic} adds to its first operand, which is a source as well"
    return WrongOperands(message, _span(instruction, min(wanted, given)), hint=hint)


def _complaint(operands: Sequence[Operand], place: int, wanted: Sequence[Token | None]) -> str:
    kinds = _listed([_kind(token) for token in wanted if token], "or") if any(wanted) else ""
    if place >= len(operands):
        return f"{kinds} is missing"
    shown = getattr(operands[place], "text", None) or getattr(operands[place], "name", "this operand")
    return f"`{shown}` stands where {kinds} is expected" if kinds else f"`{shown}` is one operand too many"


def _kind(token: Token) -> str:
    if token.kind == "immediate" and token.value is not None:
        return f"#{token.value}"
    if token.lane:
        return f"a lane {token.text}"
    if token.kind == "list":
        return f"a list {token.text}"
    if token.register == "v":
        return f"a vector .{token.arrangement}"
    return _KINDS[token.register or token.kind]


def _forms_hint(patterns: Sequence[Pattern]) -> str:
    texts = list(dict.fromkeys(pattern.text for pattern in patterns))
    more = f" and {len(texts) - SHOWN_FORMS} more" if len(texts) > SHOWN_FORMS else ""
    return f"forms: {'; '.join(texts[:SHOWN_FORMS])}{more}"


def _span(instruction: Instruction, place: int) -> Span:
    """The place of an operand; of the mnemonic when there is no such operand."""
    if place >= len(instruction.operands):
        return instruction.span
    operand = instruction.operands[place]
    text = getattr(operand, "text", None) or getattr(operand, "name", " ")
    if not operand.column:
        return instruction.span
    length = len(text) if isinstance(operand, (Register, RegisterList)) else max(1, len(text))
    return instruction.span._replace(column=operand.column, length=length)
