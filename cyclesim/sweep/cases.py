"""Kernels on cores, as plain values that another process can work on without any file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cyclesim import __version__, isa
from cyclesim.analysis import analyse, resolve_region
from cyclesim.asm import regions
from cyclesim.compare import Column, Reader, column_of
from cyclesim.errors import CyclesimError, ManyErrors, UsageError
from cyclesim.ir import Resolved
from cyclesim.machine.changes import VECTOR_LOADS, Setting
from cyclesim.machine.load import core_of, find_file, load_document
from cyclesim.record import NamedTuple
from cyclesim.sweep.plan import Parameter, Plan, Value

TASK_POINTS = 1000
"""Points of a task: enough for one pass of arrays, few enough to lose little with an interruption."""

UNCHANGED = ("simd-ld1", *VECTOR_LOADS)


class Case(NamedTuple):
    """One kernel on one core. `document`: of the core, what-ifs applied, with the timings that this kernel can meet."""

    kernel: str
    core: str
    isa: str
    instructions: tuple[Resolved, ...]
    loop: bool
    taken: tuple[int, ...]
    operations: int
    document: Mapping[str, Any]


class Task(NamedTuple):
    """Points `start` to `stop` of a case, counted from the `offset` of its first point in the whole sweep."""

    case: Case
    parameters: tuple[Parameter, ...]
    offset: int
    start: int
    stop: int


class Result(NamedTuple):
    """One point, by its number in the whole sweep. `cycles` and `bound` are exact texts per iteration, empty where the
    point can't be (`note` says why); a `note` beside figures tells that they are a mean."""

    number: int
    cycles: str
    bound: str
    limit: str
    note: str


def build(plan: Plan) -> tuple[list[Case], list[str]]:
    """Every kernel on every core that runs it, and remarks. Raises every error of all kernels together."""
    reader, errors, cases, left_out = Reader(), list[CyclesimError](), list[Case](), list[str]()
    for text in plan.kernels:
        try:
            column = column_of(text, plan.whatifs)
            for name in plan.cores:
                case = _case(plan, column, name, reader)
                if case is None:
                    left_out.append(f"{name} does not run {text}: left out")
                else:
                    cases.append(case)
        except CyclesimError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return cases, [*dict.fromkeys(reader.notes), *left_out]


def _case(plan: Plan, column: Column, name: str, reader: Reader) -> Case | None:
    program = reader.program(column.file)
    overlays = [reader.overlay(one) for one in column.whatifs]
    path = find_file(name)
    document = load_document(path)
    for overlay in overlays:
        document = overlay.applied(document)
    if program.isa not in document["isas"]:
        return None
    rows = [row for one in overlays for row in one.rows.get(program.isa, ())]
    chosen = regions.choose(program, plan.region or None)
    if len(chosen) > 1:
        names = ", ".join(one.name for one in chosen)
        raise UsageError(f"{program.file} has several regions: {names}", hint="`region: NAME` in the plan chooses one")
    resolution = resolve_region(program, chosen[0], isa.load(program.isa, rows))
    analysis = analyse(program, chosen[0], resolution, core_of(document, path))
    taken = tuple(index for index, one in enumerate(analysis.body.operations) if one.ends_group)
    return Case(
        column.text,
        document["name"],
        program.isa,
        resolution.instructions,
        chosen[0].loop,
        taken,
        analysis.operations,
        _slim(document, {one.form.class_ for one in resolution.instructions}),
    )


def _slim(document: Mapping[str, Any], classes: set[str]) -> dict[str, Any]:
    kept = {class_: rows for class_, rows in document["timings"].items() if class_ in classes or class_ in UNCHANGED}
    return {**document, "timings": kept, "flat_sums": {}, "shapes": {}, "sources": {}, "picture": ""}


def tasks(cases: Sequence[Case], plan: Plan, done: Mapping[int, object]) -> Iterator[Task]:
    """The work that is left. `done`: the finished points by number."""
    for number, case in enumerate(cases):
        offset = number * plan.combinations
        for start in range(0, plan.combinations, TASK_POINTS):
            stop = min(start + TASK_POINTS, plan.combinations)
            for first, last in _gaps(offset, start, stop, done):
                yield Task(case, plan.parameters, offset, first, last)


def _gaps(offset: int, start: int, stop: int, done: Mapping[int, object]) -> Iterator[tuple[int, int]]:
    """Runs of unfinished points."""
    first = None
    for point in range(start, stop + 1):
        finished = point == stop or offset + point in done
        if not finished and first is None:
            first = point
        elif finished and first is not None:
            yield first, point
            first = None


def values_at(parameters: Sequence[Parameter], point: int) -> tuple[Value, ...]:
    """The values of a point; the last parameter varies fastest."""
    found: list[Value] = []
    for parameter in reversed(parameters):
        point, place = divmod(point, len(parameter.values))
        found.append(parameter.values[place])
    return tuple(reversed(found))


ORDER = ("issue_width", "taken_bubble", "store_to_load", "units", "load_width", "classes", "co_issue")


def settings_at(parameters: Sequence[Parameter], point: int) -> list[Setting]:
    """The changes of a point, in the order of a what-if file's."""
    given = zip(parameters, values_at(parameters, point), strict=True)
    found = [setting for parameter, value in given if (setting := parameter.setting(value)) is not None]
    return sorted(found, key=lambda setting: ORDER.index(setting.path[0]))


def fingerprint(cases: Sequence[Case], plan: Plan) -> str:
    """A text that changes with anything that decides a result."""
    digest = hashlib.sha256(__version__.encode())
    for parameter in plan.parameters:
        digest.update(repr((parameter.name, parameter.values)).encode())
    for case in cases:
        body = [(one.instruction.text, one.form.text, one.form.class_, one.operations) for one in case.instructions]
        digest.update(repr((case.kernel, case.core, case.isa, body, case.loop, case.taken, case.operations)).encode())
        digest.update(json.dumps(case.document, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:32]
