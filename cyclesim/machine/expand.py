"""Writing out what rows share: `shape`, `like` and defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]


class Circle(Exception):
    """`like` leads back to its own class."""


def listed(rows: Any) -> list[Row]:
    """Rows of a class as a list of mappings; what isn't a mapping is left to the checks."""
    return [row for row in (rows if isinstance(rows, list) else [rows]) if isinstance(row, dict)]


def expanded(
    class_: str,
    given: Mapping[str, Any],
    known: Mapping[str, Sequence[Row]],
    shapes: Mapping[str, Any],
    defaults: Mapping[str, Any],
    seen: tuple[str, ...] = (),
) -> list[Row]:
    """The rows of `class_` in `given`, with `like` and `shape` written out over the defaults.

    `known`: rows that are already written out. A key that a row states beside `like` or `shape` holds for all the
    rows it brings along. Raises Circle; names that are nowhere bring nothing.
    """
    if class_ in seen:
        raise Circle(" -> ".join((*seen[seen.index(class_) :], class_)))
    rows = listed(given[class_])
    if not rows:
        return []
    first = dict(rows[0])
    like, shape = first.pop("like", None), first.pop("shape", None)
    brought: list[Row] = []
    if isinstance(like, str) and like in given and (like != class_ or like not in known):
        brought += expanded(like, given, known, shapes, defaults, (*seen, class_))
    elif isinstance(like, str) and like in known:
        brought += [dict(row) for row in known[like]]
    if isinstance(shape, str) and shape in shapes:
        brought += [dict(row) for row in listed(shapes[shape])]
    base = {**defaults, **_base(brought), **first}
    others = [{key: value for key, value in row.items() if key not in first} for row in brought if "when" in row]
    return [base, *[row for row in others if set(row) > {"when"}], *[dict(row) for row in rows[1:]]]


def _base(rows: Sequence[Row]) -> Row:
    return {key: value for row in rows if "when" not in row for key, value in row.items()}
