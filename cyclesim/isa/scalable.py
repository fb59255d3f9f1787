"""Recognising the scalable extensions, SVE and SME: they are refused by name.

Source: Arm Architecture Reference Manual DDI 0487, chapters C8 and C9.
"""

from __future__ import annotations

import re

from cyclesim.errors import UnknownInstruction
from cyclesim.ir import Instruction

_REGISTER = re.compile(
    r"(?<![\w.#$])(?:z(?:[12]?\d|3[01])|pn?(?:\d|1[0-5]))(?:\.[bhsdq]|/[mz])?(?![\w.$])", re.IGNORECASE
)
_STORAGE = re.compile(r"(?<![\w.#$])(?:za(?:\d+[hv]?)?|zt0)(?:\.[bhsdq])?(?![\w$])", re.IGNORECASE)
_COUNTING = re.compile(
    r"(?:(?:cnt|inc|dec|[us]q(?:inc|dec))[bhwd]|rdvl|addvl|addpl|ctermeq|ctermne|while(?:ge|gt|hi|hs|le|lo|ls|lt|rw|wr))"
)
_STREAMING = re.compile(r"smstart|smstop|rdsvl|addsvl|addspl|zero")


class Scalable(UnknownInstruction):
    """An instruction of SVE or SME."""

    code = "scalable"


def refusal(instruction: Instruction) -> Scalable | None:
    """Why a scalable instruction is refused; None when it is none of SVE and SME."""
    text, mnemonic = instruction.text, instruction.mnemonic
    if _STREAMING.fullmatch(mnemonic) or _STORAGE.search(text, len(mnemonic)):
        name = "SME"
    elif _COUNTING.fullmatch(mnemonic) or _REGISTER.search(text, len(mnemonic)):
        name = "SVE"
    else:
        return None
    span = instruction.span._replace(length=len(mnemonic))
    hint = "vectors of unknown length are not modelled; none of the cores here has them"
    return Scalable(f"`{mnemonic}` is an instruction of {name}, which is not supported", span, hint)
