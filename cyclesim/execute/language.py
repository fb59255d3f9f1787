"""The language of meanings: from the text of a table row to a checked expression tree.

    meaning: d + widen(n) * widen(m)        the value of the written operand
    meaning: l, h = halves(n * m)           of several
    meaning: add(n, ~op2, 1)                no operand is written: flags alone

Operands are called as in the form, with or without the letter of their kind (`Qd` or `d`). Braces choose by what the
braces of the mnemonic chose: `{s,u}(n)` takes the `s` or `u` that stands in the mnemonic, `n {add:+,sub:-} m` the text
behind the alternative; an entry with an empty key is taken when no other fits. Statements are separated by `;`.
Nothing but operands, whole numbers, the helpers of `library` and operators can be named, so that a meaning of a
user's can compute lanes and nothing else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from cyclesim.record import NamedTuple

LONGEST = 1000
"""Characters of a meaning: enough for every instruction, too few to compute for long."""

DEEPEST = 30
"""Levels of an expression."""

LARGEST = 1 << 128

_GROUP = re.compile(r"\{([^{}]*)\}")
_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Invert, ast.USub,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip


class BadMeaning(Exception):
    """A meaning that doesn't follow the language."""


class Assignment(NamedTuple):
    """`targets` receive the value, or the values of a tuple; none: evaluated for its flags. Targets are
    (name, view) with an empty view, or a view's name as in `s32(d)`."""

    targets: tuple[tuple[str, str], ...]
    value: ast.expr


def chosen(meaning: str, form: str, mnemonic: str) -> str:
    """A meaning without braces, for one mnemonic of a form. Raises BadMeaning."""
    if "{" not in meaning:
        return meaning
    spelled = form.partition(" ")[0]
    groups = [frozenset(inner.split(",")) for inner in _GROUP.findall(spelled)]
    taken = alternatives(spelled, mnemonic)

    def choose(group: re.Match[str]) -> str:
        entries = [entry.strip() for entry in _entries(group[1])]
        pairs = [entry.partition(":")[::2] if ":" in entry else (entry, entry) for entry in entries]
        keys = {key.strip() for key, _ in pairs} - {""}
        # The first braces of the mnemonic that have all the keys decide; keys of several braces are looked up in all.
        own = [one for one, known in zip(taken, groups, strict=False) if keys <= known]
        here = own[:1] or taken
        for key, text in pairs:
            if key.strip() and key.strip() in here:
                return text.strip()
        for key, text in pairs:
            if not key.strip():
                return text.strip()
        raise BadMeaning(f"`{group[0]}`: the mnemonic `{mnemonic}` has none of these alternatives")

    return _GROUP.sub(choose, meaning)


def _entries(inner: str) -> list[str]:
    """What stands between the commas of a group; commas inside parentheses separate arguments."""
    entries, depth = [""], 0
    for character in inner:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            entries.append("")
        else:
            entries[-1] += character
    return entries


@lru_cache(maxsize=4096)
def alternatives(spelled: str, mnemonic: str) -> tuple[str, ...]:
    """What the braces in the mnemonic of a form stand for in one of its mnemonics."""
    pattern, at = "", 0
    for group in _GROUP.finditer(spelled):
        pattern += re.escape(spelled[at : group.start()])
        inner = group[1]
        pattern += "(.*)" if inner[:1].isupper() else "(" + "|".join(map(re.escape, inner.split(","))) + ")"
        at = group.end()
    found = re.fullmatch(pattern + re.escape(spelled[at:]), mnemonic)
    return found.groups() if found else ()


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Assignment, ...]:
    """The statements of a meaning without braces. Raises BadMeaning."""
    if len(text) > LONGEST:
        raise BadMeaning(f"a meaning has at most {LONGEST} characters")
    return tuple(_statement(part.strip()) for part in text.split(";") if part.strip())


def _statement(text: str) -> Assignment:
    left, right = "", text
    # `=` that isn't part of a comparison separates targets from the value.
    if split := re.match(r"([\w\s,()]+?)=(?!=)(.*)", text, re.DOTALL):
        left, right = split[1], split[2]
    targets = tuple(_target(part.strip()) for part in left.split(",")) if left else ()
    try:
        tree = ast.parse(right.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadMeaning(f"`{text}` is no expression") from None
    _check(tree)
    return Assignment(targets, tree)


def _target(text: str) -> tuple[str, str]:
    parts = re.fullmatch(r"(\w+)|(\w+)\((\w+)\)", text)
    if parts is None:
        raise BadMeaning(f"`{text}` can't be assigned to")
    return (parts[1], "") if parts[1] else (parts[3], parts[2])


def _depth(tree: ast.AST) -> int:
    """Levels of a tree, without recursion: what is too deep is met before anything walks down."""
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _check(tree: ast.expr) -> None:
    if _depth(tree) > DEEPEST:
        raise BadMeaning(f"an expression has at most {DEEPEST} levels")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.keywords:
                raise BadMeaning("only helpers are called, with plain arguments")
        elif isinstance(node, ast.Constant):
            if not isinstance(node.value, int) or isinstance(node.value, bool) or abs(node.value) >= LARGEST:
                raise BadMeaning(f"`{node.value!r}` is no whole number of at most 128 bits")
        elif not isinstance(
            node,
            (ast.BinOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Load, ast.Tuple, ast.IfExp, *_OPERATORS),
        ):
            raise BadMeaning(f"{type(node).__name__.lower()} is not part of the language of meanings")


def names_in(tree: ast.expr) -> set[str]:
    """The names of an expression that aren't called."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}


def operand_name(written: str, known: Collection[str] | Mapping[str, object]) -> str:
    """`Qd` or `d` as the form calls it: `d`. Raises BadMeaning."""
    if written in known:
        return written
    if written[:1].isupper() and written[1:] in known:
        return written[1:]
    raise BadMeaning(f"the form has no operand `{written}`")
