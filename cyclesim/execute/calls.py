"""Calls files: functions with their arguments, buffers and measured cycles.

The document is an object with `schema_version` 1 and `functions`, or one function alone. See docs/reference/calls.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.execute.buffers import FILLS, LARGEST, Buffer
from cyclesim.execute.errors import CallError
from cyclesim.ir import Span
from cyclesim.record import NamedTuple

SCHEMA_VERSION = 1
STATES = ("arm", "thumb", "a64")

Argument = int | tuple[str, int]
"""An integer, or (buffer, offset in bytes)."""


class Measured(NamedTuple):
    """A published figure. `cycles`: the mean over all calls of the function."""

    core: str
    cycles: float


class Case(NamedTuple):
    """One function with its calls. `calls`: argument lists; a figure is the mean over them. `instructions`: the mean
    dynamic count that is expected, None when the file states none. `others`: ids of other code of the same function.
    `tier`: how far a figure can be trusted, A best."""

    id: str
    folder: str
    file: str
    member: str
    symbol: str
    address: int | None
    sha256: str
    isa: str
    state: str
    tier: str
    calls: tuple[tuple[Argument, ...], ...]
    buffers: tuple[Buffer, ...]
    stack_arguments: int
    instructions: float | None
    instructions_per_call: tuple[int, ...]
    measured: tuple[Measured, ...]
    others: tuple[str, ...]


Path = tuple[str | int, ...]
Problem = tuple[Path, str]


def read_calls(path: str) -> tuple[Case, ...]:
    """The functions of a calls file. Raises InputError when it can't be read, CallError (all together) when it is
    malformed, each with its line."""
    from cyclesim.asm import read_source

    text = read_source(path)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise CallError(f"not JSON: {error.msg}", Span(path, error.lineno, error.colno)) from None
    except RecursionError:
        raise CallError("nested too deeply", Span(path, 1)) from None
    given, root = _functions(document)
    problems: list[Problem] = []
    if given is None:
        problems.append(((), "a calls file is an object with `functions`, or one function"))
    problems += _version(document)
    cases: list[Case] = []
    for number, one in enumerate(given or ()):
        where = (*root, number) if root else ()
        found = list(_check(one, where))
        problems += found
        if not found and isinstance(one, dict):
            cases.append(_case(one))
    problems += _repeated(cases, root)
    if problems:
        raise _located(problems, text, path)
    return tuple(cases)


def _functions(document: object) -> tuple[list[object] | None, Path]:
    if isinstance(document, dict) and isinstance(document.get("functions"), list):
        return document["functions"], ("functions",)
    if isinstance(document, dict) and "calls" in document:
        return [document], ()
    return None, ()


def _version(document: object) -> Iterator[Problem]:
    if isinstance(document, dict) and document.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        yield ("schema_version",), f"schema version {document['schema_version']!r} isn't known; this reads 1"


def _repeated(cases: Sequence[Case], root: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, case in enumerate(cases):
        if case.id in seen:
            yield (*root, number, "id"), f"`{case.id}` stands twice"
        seen.add(case.id)


def _check(given: object, where: Path) -> Iterator[Problem]:
    """Everything wrong with one function."""
    if not isinstance(given, dict):
        yield where, "a function is an object"
        return
    if given.get("state", "a64") not in STATES:
        yield (*where, "state"), f"`state` is one of {', '.join(STATES)}"
    for key in ("id", "file", "symbol", "folder", "isa"):
        if given.get(key) is not None and not isinstance(given[key], str):
            yield (*where, key), f"`{key}` is a text"
    if given.get("address") is not None and _integer(given["address"]) is None:
        yield (*where, "address"), "`address` is a number"
    buffers = given.get("buffers", {})
    if not isinstance(buffers, dict):
        yield (*where, "buffers"), "`buffers` maps names to buffers"
        buffers = {}
    for name, buffer in buffers.items():
        yield from _check_buffer(buffer, (*where, "buffers", name))
    yield from _check_calls(given, buffers, where)
    yield from _check_measured(given.get("measured", []), (*where, "measured"))


def _check_buffer(buffer: object, where: Path) -> Iterator[Problem]:
    if not isinstance(buffer, dict):
        yield where, "a buffer is an object"
        return
    size = buffer.get("bytes")
    if not isinstance(size, int) or not 0 < size <= LARGEST:
        yield where, f"`bytes` is a number from 1 to {LARGEST:,}"
    align = buffer.get("align", 64)
    if not isinstance(align, int) or align < 1 or align & align - 1 or align > 4096:
        yield (*where, "align"), "`align` is a power of two up to 4096"
    if buffer.get("fill", "zeros") not in FILLS:
        yield (*where, "fill"), f"`fill` is one of {', '.join(FILLS)}"
    for key in ("seed", "max", "mask"):
        if not isinstance(buffer.get(key, 0), int):
            yield (*where, key), f"`{key}` is a number"
    if buffer.get("fill") == "hex":
        try:
            bytes.fromhex(str(buffer.get("data", "")))
        except ValueError:
            yield (*where, "data"), "`data` is pairs of hexadecimal digits"


def _check_calls(given: Mapping[str, object], buffers: Mapping[str, object], where: Path) -> Iterator[Problem]:
    calls = given.get("calls")
    if not isinstance(calls, list) or not calls:
        yield (*where, "calls"), "`calls` is a list of argument lists, at least one"
        return
    for number, call in enumerate(calls):
        if not isinstance(call, list):
            yield (*where, "calls", number), "a call is a list of arguments"
            continue
        for place, argument in enumerate(call):
            message = _argument_problem(argument, buffers)
            if message:
                yield (*where, "calls", number, place), message
        stack = given.get("stack_arguments")
        registers = 4 if given.get("isa") == "armv7" else 8
        if isinstance(stack, int) and stack != max(0, len(call) - registers):
            yield (
                (*where, "calls", number),
                f"{len(call)} arguments leave {max(0, len(call) - registers)} for the stack, not {stack}",
            )


def _argument_problem(argument: object, buffers: Mapping[str, object]) -> str:
    if isinstance(argument, bool):
        return "an argument is an integer or names a buffer"
    if isinstance(argument, int):
        return "" if -(1 << 63) <= argument < 1 << 64 else "an argument has at most 64 bits"
    if not isinstance(argument, dict) or "buffer" not in argument:
        return "an argument is an integer or names a buffer"
    if argument["buffer"] not in buffers:
        return f"there is no buffer `{argument['buffer']}`"
    return "" if isinstance(argument.get("offset", 0), int) else "`offset` is a number"


def _check_measured(measured: object, where: Path) -> Iterator[Problem]:
    if not isinstance(measured, list):
        yield where, "`measured` is a list"
        return
    for number, one in enumerate(measured):
        fine = (
            isinstance(one, dict) and isinstance(one.get("core"), str) and isinstance(one.get("cycles"), (int, float))
        )
        if not fine or not one["cycles"] > 0:
            yield (*where, number), "a measurement has a `core` and positive `cycles`"


def _integer(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(str(value), 0)
    except ValueError:
        return None


def _case(given: Mapping[str, object]) -> Case:
    """A function that `_check` has nothing against."""
    get: Mapping[str, object] = given
    hashes = get.get("sha256")
    return Case(
        str(get.get("id") or get.get("symbol") or "call"),
        str(get.get("folder") or ""),
        str(get.get("file") or ""),
        str(get.get("member") or ""),
        str(get.get("symbol") or ""),
        _integer(get["address"]) if get.get("address") is not None else None,
        str(hashes.get("value", "")) if isinstance(hashes, dict) else str(hashes or ""),
        str(get.get("isa") or ""),
        str(get.get("state") or ""),
        str(get.get("tier") or ""),
        tuple(tuple(_argument(one) for one in call) for call in get["calls"]),  # type: ignore[attr-defined]
        tuple(_buffer(name, one) for name, one in get.get("buffers", {}).items()),  # type: ignore[attr-defined]
        int(get.get("stack_arguments") or 0),  # type: ignore[call-overload]
        None if get.get("instructions") is None else float(get["instructions"]),  # type: ignore[arg-type]
        tuple(get.get("instructions_per_call") or ()),  # type: ignore[arg-type]
        tuple(Measured(one["core"], float(one["cycles"])) for one in get.get("measured", ())),  # type: ignore[attr-defined]
        tuple(get.get("other_code_of_the_same_function") or ()),  # type: ignore[arg-type]
    )


def _argument(given: object) -> Argument:
    return given if isinstance(given, int) else (given["buffer"], given.get("offset", 0))  # type: ignore[index, attr-defined]


def _buffer(name: str, given: Mapping[str, object]) -> Buffer:
    def number(key: str, default: int) -> int:
        return int(given.get(key, default))  # type: ignore[call-overload, no-any-return]

    return Buffer(
        name,
        number("bytes", 0),
        number("align", 64),
        str(given.get("fill", "zeros")),
        number("seed", 0),
        number("max", 0),
        number("mask", 0xFFFF),
        str(given.get("data", "")),
    )


def _located(problems: Sequence[Problem], text: str, path: str) -> CyclesimError:
    """The problems as errors with their lines, which only a second reading knows."""
    import yaml

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        root = None
    lines = text.splitlines()
    errors: list[CyclesimError] = []
    for where, message in problems:
        mark = _mark(root, where)
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        source = lines[line - 1] if line <= len(lines) else ""
        errors.append(CallError(message, Span(path, line, column), source_line=source))
    return errors[0] if len(errors) == 1 else ManyErrors(errors)


def _mark(node: Any, where: Path) -> Any:
    """Where the value at a path starts; of a path that leads nowhere, the last part that exists."""
    mark = getattr(node, "start_mark", None)
    for step in where:
        children = getattr(node, "value", None)
        if not isinstance(children, list):
            break
        if isinstance(step, int) and step < len(children):
            node = children[step]
        elif isinstance(step, str):
            node = next((value for key, value in children if getattr(key, "value", None) == step), None)
        if node is None:
            break
        mark = node.start_mark
    return mark
