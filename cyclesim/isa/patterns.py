"""A form of the index, parsed: operands, the row it comes from, how it is shown to users."""

from __future__ import annotations

from cyclesim.ir import Form
from cyclesim.isa.notation import Token
from cyclesim.isa.rows import Row, parse_operands
from cyclesim.isa.tables import Index, split_operands
from cyclesim.record import NamedTuple


class Pattern(NamedTuple):
    """`text`: the form for readers, `vmla.f32 Qd, Qn, Dm[x]`. `sets_flags`: nzcv is written."""

    mnemonic: str
    tokens: tuple[Token, ...]
    row: Row
    form: Form
    text: str
    sets_flags: bool


def patterns_of(index: Index, mnemonic: str) -> list[Pattern]:
    """The forms of a mnemonic of the tables, in the order of the tables."""
    patterns = []
    for line in index.forms.get(mnemonic, "").splitlines():
        number, _, operands = line.partition(" ")
        row = index.rows[int(number)]
        patterns.append(_pattern(index, mnemonic, row, operands))
    return patterns


def _pattern(index: Index, mnemonic: str, row: Row, operands: str) -> Pattern:
    tokens = parse_operands(row.form, split_operands(operands))
    text = f"{mnemonic} {', '.join(token.text for token in tokens)}".strip()
    form = Form(f"{mnemonic} {operands}".strip(), mnemonic, row.class_, row.meaning, row.operations, row.where)
    flags = row.keys.get("flags")
    words = flags if isinstance(flags, list) else []
    head = mnemonic.partition(".")[0]
    with_s = "write-if-s" in words and head.endswith("s") and _has_plain(index, mnemonic, row)
    return Pattern(mnemonic, tokens, row, form, text, "write" in words or with_s)


def _has_plain(index: Index, mnemonic: str, row: Row) -> bool:
    """Whether the row also stands for the mnemonic without its `s`: `adds` beside `add`, not `mls` alone."""
    plain = index.forms.get(mnemonic[:-1], "")
    return any(index.rows[int(line.partition(" ")[0])] is row for line in plain.splitlines())
