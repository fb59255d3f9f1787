"""Whether two forms of a mnemonic take some of the same operands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cyclesim.isa.notation import Token
from cyclesim.isa.rows import RANGE, Row


def find_clash(
    mnemonic: str, row: Row, tokens: Sequence[Token], others: Iterable[tuple[Row, Sequence[Token], str]]
) -> str:
    """The first of the other forms that overlaps, as a text with its place; empty when none does."""
    for other, their_tokens, text in others:
        if {row.keys.get("conditional", True), other.keys.get("conditional", True)} == {False, "only"}:
            continue
        if _overlap(tokens, their_tokens, row, other):
            return f"`{mnemonic} {text}` ({other.where})"
    return ""


def _overlap(first: Sequence[Token], second: Sequence[Token], row: Row, other: Row) -> bool:
    """Whether some operands fit both, position by position; optional shifts may be absent."""
    if not first or not second:
        return all(token.optional for token in (*first, *second))
    if first[0].optional and _overlap(first[1:], second, row, other):
        return True
    if second[0].optional and _overlap(first, second[1:], row, other):
        return True
    if first[0].kind == "op2" and second[0].kind != "op2":
        return _overlap(_flat_op2(second[0], first), second, row, other)
    if second[0].kind == "op2" and first[0].kind != "op2":
        return _overlap(first, _flat_op2(first[0], second), row, other)
    return _tokens_overlap(first[0], second[0], row, other) and _overlap(first[1:], second[1:], row, other)


def _flat_op2(opposite: Token, tokens: Sequence[Token]) -> list[Token]:
    """The tokens with `op2` spelled out as the kind that stands opposite."""
    kind = Token("Rm", "register", "op2", register="r")
    shift = Token("shift?", "shift", "op2", optional=True)
    value = Token("#imm", "immediate", "op2")
    return [value, *tokens[1:]] if opposite.kind == "immediate" else [kind, shift, *tokens[1:]]


def _tokens_overlap(first: Token, second: Token, row: Row, other: Row) -> bool:
    if first.kind != second.kind:
        return {first.kind, second.kind} == {"name", "cond"}
    if first.kind in ("register", "list"):
        same = (first.register, first.arrangement, bool(first.lane), first.all_lanes)
        counts = first.counts[0] <= second.counts[1] and second.counts[0] <= first.counts[1]
        return counts and same == (second.register, second.arrangement, bool(second.lane), second.all_lanes)
    if first.kind == "immediate":
        return not _disjoint(_values(first, row), _values(second, other))
    if first.kind == "memory":
        only_labels = ("label",) in (first.modes, second.modes)
        return not only_labels or bool(set(first.modes) & set(second.modes))
    return True


def _values(token: Token, row: Row) -> tuple[int, int] | None:
    """The values that an immediate takes, None when any."""
    if token.value is not None:
        return token.value, token.value
    ranges = row.keys.get("ranges")
    found = RANGE.fullmatch(str(ranges.get(token.name, ""))) if isinstance(ranges, dict) else None
    return (int(found[1]), int(found[2])) if found and found[2].isdigit() else None


def _disjoint(first: tuple[int, int] | None, second: tuple[int, int] | None) -> bool:
    return first is not None and second is not None and (first[1] < second[0] or second[1] < first[0])
