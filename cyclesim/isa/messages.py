"""What a user is told of an instruction that no form takes. Only imported when there is something to tell."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from cyclesim.errors import CyclesimError, UnknownInstruction, WrongOperands
from cyclesim.ir import Instruction, Memory, Operand, Shift, Span
from cyclesim.isa.checks import Check, checks_of
from cyclesim.isa.match import Bound, Mismatch, bind, bind_short
from cyclesim.isa.names import read_mnemonic
from cyclesim.isa.notation import Token, addresses_of
from cyclesim.isa.patterns import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.isa.instruction_set import InstructionSet

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")
SHOWN_FORMS = 5

_KINDS = {
    "r": "a general register",
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
    if instruction_set.isa == "aarch64":
        from cyclesim.isa import scalable

        if refused := scalable.refusal(instruction):
            return refused
    known = instruction_set.known(instruction.mnemonic)
    if known.patterns:
        return _wrong_operands(known.patterns, instruction, instruction_set.isa)
    reading = read_mnemonic(instruction.mnemonic, instruction_set.index)
    if reading.mnemonics:
        never = "can't be conditional" if reading.condition else "needs a condition"
        span = instruction.span._replace(length=len(instruction.mnemonic))
        return UnknownInstruction(f"`{instruction.mnemonic}`: {reading.mnemonics[0]} {never}", span)
    return _unknown(instruction_set, instruction)


def _unknown(instruction_set: InstructionSet, instruction: Instruction) -> UnknownInstruction:
    mnemonic, mnemonics = instruction.mnemonic, instruction_set.mnemonics()
    span = instruction.span._replace(length=len(mnemonic))
    head, dot, type_ = mnemonic.partition(".")
    types = [name.partition(".")[2] for name in mnemonics if name.startswith(f"{head}.")]
    if types and instruction_set.isa == "armv7":
        what = f"`{head}` has no data type `{type_}`" if dot else f"`{head}` needs a data type"
        return UnknownInstruction(what, span, hint=f"it has {_listed(types)}; for example {head}.{types[0]}")
    return UnknownInstruction(f"unknown instruction `{mnemonic}`", span, hint=nearest([instruction_set], mnemonic))


def nearest(sets: Sequence[InstructionSet], mnemonic: str) -> str:
    """A hint that names the nearest mnemonics of the given instruction sets, those of the tables first."""
    full = [name for one in sets for name in one.mnemonics()]
    heads = list(dict.fromkeys(name.partition(".")[0] for name in full))
    spelled = [name for one in sets for name in one.index.spellings]
    head = mnemonic.partition(".")[0]
    typed = [name for name in full if name.partition(".")[0] == mnemonic]
    if typed:
        return f"with its type: {_listed(typed, 'or')}"
    close = difflib.get_close_matches(mnemonic, full if "." in mnemonic else heads, 3, 0.7)
    close = close or difflib.get_close_matches(head, heads + spelled, 3)
    return f"did you mean {_listed(close, 'or')}?" if close else "cyclesim isa list names the known ones"


def _listed(words: Sequence[str], last: str = "and") -> str:
    words = list(dict.fromkeys(word for word in words if word))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _wrong_operands(patterns: Sequence[Pattern], instruction: Instruction, isa: str) -> WrongOperands:
    """The complaint about the form that fits furthest."""
    operands = instruction.operands
    if failed := _failed_check(patterns, operands, isa):
        pattern, check = failed
        hint = check.hint or f"form: {pattern.text}"
        return WrongOperands(_sentence(instruction, check), _span(instruction, check.place), hint=hint)
    ranked = _nearest(patterns, operands)
    counts = {_count(pattern.tokens) for pattern in patterns}
    given = sum(not isinstance(operand, Shift) for operand in operands)
    if counts == {max(counts)} and given not in counts:
        return _wrong_count(ranked, instruction, max(counts), given)
    place = _misfit_place(ranked[0], operands)
    wanted = [pattern.tokens for pattern in ranked if _misfit_place(pattern, operands) == place]
    message = f"wrong operands for `{instruction.mnemonic}`: {_complaint(operands, place, wanted)}"
    return WrongOperands(message, _span(instruction, place), hint=_forms_hint(ranked))


def _failed_check(patterns: Sequence[Pattern], operands: Sequence[Operand], isa: str) -> tuple[Pattern, Check] | None:
    """The first demand on a value that fails in a form whose operand kinds all fit."""
    for pattern in patterns:
        bound: list[Bound] | Mismatch | None = bind(pattern.tokens, operands)
        if isinstance(bound, Mismatch) and isa == "armv7":
            bound = bind_short(pattern.tokens, operands)
        if isinstance(bound, list):
            return next((pattern, check) for check in checks_of(pattern, bound, isa) if not check.passes(operands))
    return None


def _sentence(instruction: Instruction, check: Check) -> str:
    text = str(getattr(instruction.operands[check.place], "text", ""))
    return f"{check.sentence}, not {text.partition('[')[0].partition('.')[0] if check.what == 'number' else text}"


def _misfit_place(pattern: Pattern, operands: Sequence[Operand]) -> int:
    found = bind(pattern.tokens, operands)
    return found.place if isinstance(found, Mismatch) else len(operands)


def _nearest(patterns: Sequence[Pattern], operands: Sequence[Operand]) -> list[Pattern]:
    """The forms, those that fit most operands first."""
    return sorted(patterns, key=lambda pattern: -_misfit_place(pattern, operands))


def _count(tokens: Sequence[Token]) -> int:
    """The number of operands, shifts not counted."""
    return sum(token.kind != "shift" for token in tokens)


def _wrong_count(patterns: Sequence[Pattern], instruction: Instruction, wanted: int, given: int) -> WrongOperands:
    mnemonic = instruction.mnemonic.partition(".")[0]
    forms = _listed([pattern.text for pattern in patterns[:2]], "or")
    message = f"{mnemonic} takes {_operands(wanted)}: {forms}"
    are = "is" if given == 1 else "are"
    hint = f"{_operands(given)} {are} given; cyclesim isa show {instruction.mnemonic} lists the forms"
    if patterns[0].row.keys.get("accumulates") and given == wanted + 1:
        hint = f"{mnemonic} adds to its first operand, which is a source as well"
    return WrongOperands(message, _span(instruction, min(wanted, given)), hint=hint)


def _operands(count: int) -> str:
    return f"{NUMBERS[count] if count < len(NUMBERS) else count} {'operand' if count == 1 else 'operands'}"


def _complaint(operands: Sequence[Operand], place: int, forms: Sequence[Sequence[Token]]) -> str:
    wanted = [mismatch.token for mismatch in (bind(form, operands) for form in forms) if isinstance(mismatch, Mismatch)]
    tokens = [token for token in wanted if token]
    kinds = _listed([_kind(token) for token in tokens], "or") if tokens else ""
    if place >= len(operands):
        return f"{kinds} is missing"
    shown = getattr(operands[place], "text", None) or getattr(operands[place], "name", "this operand")
    if isinstance(operands[place], Memory) and tokens and tokens[0].kind == "memory":
        return f"the address `{shown}` must be {_listed(addresses_of(tokens[0]), 'or')}"
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
    if not operand.column:
        return instruction.span
    text = str(getattr(operand, "text", None) or getattr(operand, "name", None) or " ")
    return instruction.span._replace(column=operand.column, length=len(text))
