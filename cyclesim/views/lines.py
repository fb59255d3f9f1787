"""JSON Lines: one object a line, for editors and other programs that read as one types.

Every object has a `type`: `estimate` (keys as in the JSON of `estimate`), `error` (with its place) or `note`.
"""

from __future__ import annotations

from cyclesim.errors import CyclesimError, ManyErrors


def estimates(text: str) -> str:
    """The JSON of `estimate` as one line an estimate, then one a note."""
    import json

    document = json.loads(text)
    found = [{"type": "estimate", **one} for one in document["estimates"]]
    found += [{"type": "note", "message": note} for note in document["notes"]]
    return "\n".join(json.dumps(one) for one in found)


def errors(error: CyclesimError) -> str:
    """One line an error. `line`, `column` and `end_column` count from 1; they are null where there is no place. What a
    macro or an include brings stands at its call, in the file that was given."""
    import json

    every = error.errors if isinstance(error, ManyErrors) else (error,)
    return "\n".join(json.dumps(_record(one)) if not isinstance(one, ManyErrors) else errors(one) for one in every)


def _record(error: CyclesimError) -> dict[str, object]:
    span = error.span.root() if error.span else None
    return {
        "type": "error",
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_column": span.column + max(span.length, 1) if span else None,
        "severity": "error",
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
    }
