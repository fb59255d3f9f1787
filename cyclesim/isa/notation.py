"""The notation of a form: text to tokens.

A form is a mnemonic and operands. `=Rd` is written, `+Rd` read and written, `Rd` read.

    R S D Q<name>        registers of A32; `D<name>[x]` a lane; `R<name>+1` together with the register after it
    W X B H S D Q<name>  registers of A64; `V<name>.4s` a vector, `V<name>.s[x]` a lane; `:high` behind a vector:
                         its upper 64 bits alone
    R<name>!?            an address that may be written back
    {=Dd*1-4} {R*}       a list of 1 to 4 registers, of any number; `{+Dd[x]*2}` of lanes, `{=Dd[]*1}` of all lanes
    #name #0             an immediate, that very immediate
    op2 shift shift?     a flexible second operand; a shift; a shift that may be absent
    mem(offset, …)       an address; `[base]` is always allowed, the modes in `MODES` as they are named
    label name cond =literal

`{a,b}` in the mnemonic are alternatives, crossed; in operands they vary together. Names of the row's `types` stand for
lists that vary together in the whole form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from cyclesim.record import NamedTuple

MODES = ("offset", "index", "pre", "pre-register", "post", "post-register", "increment", "label")
MANY = 32

_ADDRESSES = {
    "offset": "[base, #offset]",
    "index": "[base, index]",
    "pre": "[base, #offset]!",
    "pre-register": "[base, index]!",
    "post": "[base], #offset",
    "post-register": "[base], index",
    "increment": "[base]!",
    "label": "label",
}


class Token(NamedTuple):
    """One operand of a form. `access`: `=` `+` or nothing; `register`: the kind, as in `ir.Register`; `counts`: fewest
    and most registers of a list; `value`: of `#0`; `next`: the register after it as well; `high`: upper half alone."""

    text: str
    kind: str
    name: str = ""
    access: str = ""
    register: str = ""
    arrangement: str = ""
    lane: str = ""
    all_lanes: bool = False
    high: bool = False
    next: bool = False
    writeback: bool = False
    counts: tuple[int, int] = (1, 1)
    value: int | None = None
    modes: tuple[str, ...] = ()
    optional: bool = False


class BadForm(Exception):
    """A form that does not follow the notation. `offset`: where in its text, from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


_REGISTER = re.compile(
    r"(?P<access>[=+]?)(?P<kind>[RSDQWXBHV])(?P<name>[a-z]\w*)(?:\.(?P<arrangement>\w+))?"
    r"(?:\[(?P<lane>[a-z])\])?(?P<suffix>:high|\+1|!\?)?"
)
_LIST = re.compile(
    r"\{(?P<access>[=+]?)(?P<kind>[RSDQV])(?P<name>[a-z]\w*)?(?:\.(?P<arrangement>\w+))?"
    r"(?:\[(?P<lane>[a-z]?)\])?\*(?:(?P<low>\d+)(?:-(?P<high>\d+))?)?\}"
)
_IMMEDIATE = re.compile(r"#(?:(?P<value>-?\d+)|(?P<name>[a-z]\w*))")
_MEMORY = re.compile(r"mem\((?P<modes>[a-z, -]*)\)")
_WORDS = {
    "op2": Token("op2", "op2", "op2"),
    "shift": Token("shift", "shift", "shift"),
    "shift?": Token("shift?", "shift", "shift", optional=True),
    "label": Token("label", "label"),
    "name": Token("name", "name"),
    "cond": Token("cond", "cond"),
    "=literal": Token("=literal", "literal"),
}
_GROUP = re.compile(r"\{([^{}]*)\}")


def parse_operand(text: str) -> Token:
    """One operand of an expanded form. Raises BadForm."""
    if text in _WORDS:
        return _WORDS[text]
    if parts := _REGISTER.fullmatch(text):
        return _register(parts)
    if parts := _LIST.fullmatch(text):
        return _list(parts)
    if parts := _IMMEDIATE.fullmatch(text):
        value = parts["value"]
        return Token(text, "immediate", parts["name"] or "", value=None if value is None else int(value))
    if parts := _MEMORY.fullmatch(text):
        modes = _modes(parts["modes"])
        return Token("label" if modes == ("label",) else "[address]", "memory", modes=modes)
    if not text:
        raise BadForm("an operand is empty (in YAML ` #` starts a comment: quote the form)")
    raise BadForm(f"`{text}` is no operand of the notation")


def _register(parts: re.Match[str]) -> Token:
    suffix = parts["suffix"] or ""
    kind = parts["kind"].lower()
    if (parts["arrangement"] is None) == (kind == "v"):
        raise BadForm(f"`{parts[0]}`: V registers, and only they, have an arrangement")
    return Token(
        parts[0].lstrip("=+").removesuffix("!?").removesuffix(":high"),
        "register",
        parts["name"],
        parts["access"],
        kind,
        parts["arrangement"] or "",
        parts["lane"] or "",
        high=suffix == ":high",
        next=suffix == "+1",
        writeback=suffix == "!?",
    )


def _list(parts: re.Match[str]) -> Token:
    low = int(parts["low"] or 1)
    high = int(parts["high"] or parts["low"] or MANY)
    kind = parts["kind"].lower()
    if (parts["arrangement"] is None) == (kind == "v"):
        raise BadForm(f"`{parts[0]}`: V registers, and only they, have an arrangement")
    if not 1 <= low <= high:
        raise BadForm(f"`{parts[0]}`: a list has {low} to {high} registers")
    return Token(
        _list_text(parts, low, high),
        "list",
        parts["name"] or "",
        parts["access"],
        kind,
        parts["arrangement"] or "",
        parts["lane"] or "",
        all_lanes=parts["lane"] == "",
        counts=(low, high),
    )


def _list_text(parts: re.Match[str], low: int, high: int) -> str:
    """`{Dd}`, `{Dd, Dd+1}`, `{Dd, …}`: how a reader knows lists."""
    element = parts["kind"] + (parts["name"] or "")
    suffix = "" if parts["arrangement"] is None else f".{parts['arrangement']}"
    lane = "" if parts["lane"] is None else f"[{parts['lane']}]"
    if high == 1:
        return f"{{{element}{suffix}{lane}}}"
    count = "" if high == MANY else f" ({low})" if low == high else f" ({low}-{high})"
    return f"{{{element}{suffix}{lane}, …}}{count}"


def _modes(text: str) -> tuple[str, ...]:
    modes = tuple(mode.strip() for mode in text.split(",") if mode.strip())
    for mode in modes:
        if mode not in MODES:
            raise BadForm(f"`{mode}` is no address mode; there are {', '.join(MODES)}")
    return modes


def addresses_of(token: Token) -> list[str]:
    """The addresses that an operand takes, as users write them."""
    plain = [] if token.modes == ("label",) else ["[base]"]
    return plain + [_ADDRESSES[mode] for mode in token.modes]


def split_form(form: str) -> tuple[str, list[tuple[str, int]]]:
    """The mnemonic and the operands of a form, not expanded, each operand with its offset."""
    mnemonic, _, _ = form.partition(" ")
    pieces: list[tuple[str, int]] = []
    depth, start = 0, len(mnemonic)
    for offset in range(start, len(form) + 1):
        character = form[offset] if offset < len(form) else ","
        depth += (character in "{[(") - (character in "}])")
        if character == "," and (depth == 0 or offset == len(form)):
            piece = form[start:offset]
            pieces.append((piece.strip(), start + len(piece) - len(piece.lstrip())))
            start = offset + 1
    return mnemonic, [] if len(pieces) == 1 and not pieces[0][0] else pieces


def expand(form: str, types: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
    """Every (mnemonic, operands) that a form with its types stands for. Raises BadForm."""
    mnemonic, pieces = split_form(form)
    texts = [mnemonic, *(piece for piece, _ in pieces)]
    for values in zip(*types.values(), strict=True) if types else [()]:
        named = dict(zip(types, values, strict=True))
        first, *operands = [_substitute(text, named) for text in texts]
        offsets = [offset for _, offset in pieces]
        for spelled in _crossed(first):
            for together in _zipped(operands, offsets):
                yield spelled, together


def unused_types(form: str, types: Mapping[str, Sequence[str]]) -> list[str]:
    """Names of `types` that the form doesn't mention."""
    return [name for name in types if not re.search(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])", form)]


def _substitute(text: str, named: Mapping[str, str]) -> str:
    for name, value in named.items():
        text = re.sub(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])", value, text)
    return text


def _crossed(mnemonic: str) -> list[str]:
    parts = _GROUP.split(mnemonic)
    if any(character in part for part in parts for character in "{}"):
        raise BadForm(f"braces don't match in `{mnemonic}`")
    choices = [part.split(",") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(choice) for choice in product(*choices)]


def _is_list(inner: str) -> bool:
    return "*" in inner


def _zipped(operands: Sequence[str], offsets: Sequence[int]) -> Iterator[list[str]]:
    """The operands with the n-th alternative of every group, for all n."""
    lengths = {}
    for text, offset in zip(operands, offsets, strict=True):
        for group in _GROUP.findall(text):
            if not _is_list(group):
                lengths[group.count(",") + 1] = offset
    if len(lengths) > 1:
        raise BadForm("alternatives in operands vary together: their numbers must be equal", max(lengths.values()))

    def choose(text: str, number: int) -> str:
        return _GROUP.sub(lambda group: group[0] if _is_list(group[1]) else group[1].split(",")[number].strip(), text)

    for number in range(next(iter(lengths), 1)):
        yield [choose(text, number) for text in operands]
