"""One row of the tables: its keys checked, its form expanded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cyclesim.isa.notation import BadForm, Token, expand, parse_operand, split_form, unused_types
from cyclesim.record import NamedTuple

FLAG_WORDS = ("read", "write", "write-if-s")
ACCESSES = ("load", "store", "prefetch")
BRANCHES = ("taken", "conditional", "call", "return", "indirect")
ORDERS = ("ia", "ib", "da", "db")
RANGE = re.compile(r"(\d+)\.\.(\d+|size|size-1|size/2)")
STEP = re.compile(r"[A-Z]([a-z]\w*) ([+-]) #?(\w+)")
OPERATIONS = re.compile(r"(\d+(?:\.5)?)(?:/[A-Z]([a-z]\w*))?")


class Source(NamedTuple):
    """Where a row comes from: its file as users know it, its line, the column of its form."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Row(NamedTuple):
    """A row as the compiled tables keep it. `keys`: what the row says beyond form, class, meaning and operations."""

    form: str
    class_: str
    meaning: str
    operations: str
    where: str
    keys: Mapping[str, object]


class Problem(NamedTuple):
    """What is wrong with a row; `offset` counts from 0 in its form, -1: the row as a whole."""

    message: str
    offset: int = -1


def _texts(value: object) -> list[str] | None:
    """A list of texts (numbers count as text), None when it isn't one."""
    if not isinstance(value, list) or not all(isinstance(item, (str, int)) for item in value):
        return None
    return [str(item) for item in value]


def _check_flags(value: object) -> str:
    words = _texts(value)
    wrong = words is None or not set(words) <= set(FLAG_WORDS)
    return f"must be a list of {', '.join(FLAG_WORDS)}" if wrong else ""


def _check_truth(value: object) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _check_access(value: object) -> str:
    kinds = value if isinstance(value, list) else [value]
    return "" if kinds and set(kinds) <= set(ACCESSES) else f"must be one of {', '.join(ACCESSES)}, or a list of them"


def _check_ranges(value: object) -> str:
    fine = isinstance(value, dict) and all(RANGE.fullmatch(str(text)) for text in value.values())
    return "" if fine else "must map names to LOW..HIGH (HIGH a number, size, size-1 or size/2)"


def _check_implicit(value: object) -> str:
    fine = isinstance(value, dict) and set(value) <= {"reads", "writes"}
    fine = fine and isinstance(value, dict) and all(_texts(cells) is not None for cells in value.values())
    return "" if fine else "must be {reads: [cells], writes: [cells]}"


def _check_features(value: object) -> str:
    fine = isinstance(value, dict) and all(isinstance(item, (str, int, bool)) for item in value.values())
    return "" if fine else "must map names to words or numbers"


def _check_word(*words: object) -> object:
    return lambda value: "" if value in words else f"must be one of {', '.join(map(str, words))}"


_CHECKS: dict[str, object] = {
    "accumulates": _check_truth,
    "merge": _check_truth,
    "scalar": _check_truth,
    "conditional": _check_word(True, False, "only"),
    "access": _check_access,
    "bytes": lambda value: "" if isinstance(value, int) and value > 0 else "must be a positive number",
    "flags": _check_flags,
    "fp-flags": _check_flags,
    "ge-flags": _check_flags,
    "branch": _check_word(*BRANCHES),
    "order": _check_word(*ORDERS),
    "step": lambda value: "" if STEP.fullmatch(str(value)) else "must be like `Rn + imm`",
    "ranges": _check_ranges,
    "implicit": _check_implicit,
    "features": _check_features,
    "spellings": lambda value: "" if _texts(value) else "must be a list of mnemonics",
    "types": lambda value: "",
}
KEYS = ("form", "class", "meaning", "operations", *_CHECKS)


def check_row(given: Mapping[str, object], classes: Iterable[str] | None) -> list[Problem]:
    """Everything wrong with a row as it was written. `classes` None: any class will do."""
    form = given.get("form")
    if not isinstance(form, str) or not form.strip():
        return [Problem("a row needs a `form`, a text (quote it when it starts with a brace)")]
    problems = [Problem(f"unknown key `{key}`; rows have {', '.join(KEYS)}") for key in given if key not in KEYS]
    for key, check in _CHECKS.items():
        if key in given and callable(check) and (message := check(given[key])):
            problems.append(Problem(f"`{key}` {message}"))
    class_ = given.get("class")
    if not isinstance(class_, str):
        problems.append(Problem("a row needs a `class`"))
    elif classes is not None and class_ not in classes:
        problems.append(Problem(f"unknown class `{class_}`{_nearest(class_, classes)}"))
    problems += _check_types(form, given.get("types", {}))
    return problems or _check_forms(given)


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _check_types(form: str, types: object) -> list[Problem]:
    if not isinstance(types, dict) or any(not _texts(values) for values in types.values()):
        return [Problem("`types` must map names to lists")]
    if len({len(values) for values in types.values()}) > 1:
        return [Problem("the lists of `types` vary together: they must be equally long")]
    return [Problem(f"the form doesn't mention `{name}` of `types`") for name in unused_types(form, types)]


def _check_forms(given: Mapping[str, object]) -> list[Problem]:
    """Problems of the expanded forms and of keys that name their operands."""
    try:
        expanded = list(expand_row(given))
        for _, operands in expanded:
            parse_operands(str(given["form"]), operands)
    except BadForm as problem:
        return [Problem(problem.message, problem.offset)]
    tokens = parse_operands(str(given["form"]), expanded[0][1])
    names = {token.name for token in tokens} | {token.lane for token in tokens}
    used = [str(name) for name in _mapping(given.get("ranges"))]
    if step := STEP.fullmatch(str(given.get("step", ""))):
        used += [step[1], step[3]]
    rule = OPERATIONS.fullmatch(str(given.get("operations", 0)))
    if rule is None:
        return [Problem("`operations` must be a number or like 2/Dn, two for every lane of operand Dn")]
    used += [rule[2]] if rule[2] else []
    problems = [Problem(f"the form has no operand `{name}`") for name in used if name not in names]
    spellings = given.get("spellings")
    if isinstance(spellings, list) and len(dict.fromkeys(name for name, _ in expanded)) not in (1, len(spellings)):
        problems.append(Problem("`spellings` needs one name for each mnemonic, or a form with a single mnemonic"))
    return problems


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def parse_operands(form: str, operands: Sequence[str]) -> tuple[Token, ...]:
    """The operands of an expanded form. Raises BadForm with the offset in the form as written."""
    tokens = []
    for place, text in enumerate(operands):
        try:
            tokens.append(parse_operand(text))
        except BadForm as problem:
            raise BadForm(problem.message, split_form(form)[1][place][1]) from None
    return tuple(tokens)


def expand_row(given: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Every (mnemonic, operands) of a row. Raises BadForm."""
    types = {str(name): _texts(values) or [] for name, values in _mapping(given.get("types")).items()}
    return expand(str(given["form"]), types)


def make_row(given: Mapping[str, object], source: Source) -> Row:
    """A row that `check_row` has nothing against."""
    plain = ("form", "class", "meaning", "operations", "types", "spellings")
    keys = {key: value for key, value in given.items() if key not in plain}
    operations = str(given.get("operations", ""))
    return Row(str(given["form"]), str(given["class"]), str(given.get("meaning", "")), operations, str(source), keys)


def row_spellings(given: Mapping[str, object]) -> dict[str, str]:
    """Source spelling to mnemonic."""
    names = _texts(given.get("spellings")) or []
    mnemonics = list(dict.fromkeys(name for name, _ in expand_row(given)))
    if len(mnemonics) == 1:
        return dict.fromkeys(names, mnemonics[0])
    return dict(zip(names, mnemonics, strict=True)) if names else {}
