"""Measured against estimated: a calls file, one core after the other.

One constant per core stands for the harness (argument set-up, call, return); it is fitted on all rows of that core at
once, never per function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from cyclesim import isa, machine
from cyclesim.errors import CyclesimError
from cyclesim.execute import measure
from cyclesim.execute.calls import Case
from cyclesim.execute.prepare import Libraries
from cyclesim.execute.session import Session
from cyclesim.machine.timing import Core
from cyclesim.record import NamedTuple

HARNESS_LIMIT = 15
"""Cycles: the most that the harness may take. Source: pairs of functions that differ in their loop count alone leave 6
to 10 cycles on an in-order core."""

LEAST_CYCLES = 100
"""Rows of fewer measured cycles are left out of summaries: the harness is too large a part of them."""

NOISE = 0.01
"""Effects smaller than this are repeatability, not signal."""

STRONG = 0.04
"""Effects of this size are well above it."""


class Estimate(NamedTuple):
    """One function on one core. `estimated` without the harness; units: cycles of a call, instructions of a call."""

    id: str
    core: str
    tier: str
    instructions: float
    expected: float | None
    estimated: float
    measured: float


class Skipped(NamedTuple):
    """A function that could not be run, or not on this core."""

    id: str
    reason: str


class Row(NamedTuple):
    """An estimate with its harness: `error` is estimated / measured - 1; `status`: `ok`, or `count` when the dynamic
    instruction count is not the expected one."""

    id: str
    core: str
    tier: str
    instructions: float
    expected: float | None
    estimated: float
    measured: float
    error: float
    status: str


class Summary(NamedTuple):
    """The rows of one core that count: tier A and at least LEAST_CYCLES. `harness` in cycles; errors are shares."""

    core: str
    harness: float
    count: int  # type: ignore[assignment]
    median_abs_error: float
    p90_abs_error: float
    bias: float
    kendall_tau: float


class Pair(NamedTuple):
    """Two versions of one function. Effects are shares of the older one's cycles: (newer - older) / older."""

    older: str
    newer: str
    core: str
    measured: float
    predicted: float

    @property
    def sign_right(self) -> bool:
        """Whether the predicted change has the direction of the measured one."""
        return (self.measured > 0) == (self.predicted > 0) if self.measured else abs(self.predicted) < NOISE


class Validation(NamedTuple):
    """Everything that a validation found."""

    rows: tuple[Row, ...]
    summaries: tuple[Summary, ...]
    skipped: tuple[Skipped, ...]
    pairs: tuple[Pair, ...]


def cores_for(names: Sequence[str], cases: Sequence[Case]) -> tuple[list[Core], list[str]]:
    """The cores to validate on, and the measured cores that there is no model of. Without names: every core of the
    calls file that has a model."""
    if names:
        return [machine.load(name) for name in names], []
    found, missing = [], []
    for name in sorted({one.core for case in cases for one in case.measured}):
        try:
            found.append(machine.load(name.lower()))
        except CyclesimError:
            missing.append(name)
    return [core for core in found if core.kind == "in-order"], missing


def estimate_case(
    case: Case, root: str, cores: Sequence[Core], libraries: Libraries
) -> tuple[list[Estimate], list[Skipped]]:
    """Run one function and time it on every core that it was measured on."""
    wanted = [(core, measured) for core in cores if (measured := _measured_on(case, core)) is not None]
    if not wanted:
        return [], []
    try:
        loaded = libraries.function(case, root)
        instruction_set = isa.load(loaded.image.isa)
        session = Session(loaded.image, loaded.start, instruction_set, case.buffers)
        execution = measure.execute(session, instruction_set, case.calls)
    except CyclesimError as error:
        return [], [Skipped(case.id, _reason(error))]
    estimates, skipped = [], []
    for core, measured in wanted:
        try:
            timing = measure.time_on(execution, core)
        except CyclesimError as error:
            skipped.append(Skipped(case.id, f"{core.name}: {_reason(error)}"))
            continue
        estimates.append(
            Estimate(
                case.id,
                core.name,
                case.tier,
                execution.instructions,
                case.instructions,
                float(timing.cycles),
                measured,
            )
        )
    return estimates, skipped


def _reason(error: CyclesimError) -> str:
    return (f"{error.span}: " if error.span else "") + error.message


def _measured_on(case: Case, core: Core) -> float | None:
    """The published cycles on a core; names are compared without regard to case."""
    names = {core.name.lower(), *(alias.lower() for alias in core.aliases)}
    return next((one.cycles for one in case.measured if one.core.lower() in names), None)


def estimate_cases(
    cases: Sequence[Case], root: str, cores: Sequence[Core], advance: Callable[[], object]
) -> tuple[list[Estimate], list[Skipped]]:
    """All functions, one after the other; `advance` is called after each."""
    libraries = Libraries()
    estimates: list[Estimate] = []
    skipped: list[Skipped] = []
    for case in cases:
        found, left = estimate_case(case, root, cores, libraries)
        estimates += found
        skipped += left
        advance()
    return estimates, skipped


def evaluate(estimates: Sequence[Estimate], skipped: Sequence[Skipped], cases: Sequence[Case]) -> Validation:
    """Fit the harness of each core, and say how far the estimates are off."""
    rows: list[Row] = []
    summaries = []
    for core in dict.fromkeys(one.core for one in estimates):
        own = [one for one in estimates if one.core == core]
        harness = fit_harness(own)
        made = [_row(one, harness) for one in own]
        rows += made
        summaries.append(_summary(core, harness, made))
    return Validation(tuple(rows), tuple(summaries), tuple(skipped), tuple(_pairs(estimates, cases)))


def fit_harness(estimates: Sequence[Estimate]) -> float:
    """The constant, in half cycles up to HARNESS_LIMIT, that makes the median error of all rows of a core least."""
    rows = [one for one in estimates if one.tier in ("A", "")] or list(estimates)

    def median_error(harness: float) -> float:
        return _median([abs((one.estimated + harness) / one.measured - 1) for one in rows])

    return min((step / 2 for step in range(2 * HARNESS_LIMIT + 1)), key=median_error)


def _row(one: Estimate, harness: float) -> Row:
    total = one.estimated + harness
    counted = one.expected is None or abs(one.instructions - one.expected) < 0.001
    return Row(
        one.id,
        one.core,
        one.tier,
        one.instructions,
        one.expected,
        total,
        one.measured,
        total / one.measured - 1,
        "ok" if counted else "count",
    )


def _summary(core: str, harness: float, rows: Sequence[Row]) -> Summary:
    counted = [row for row in rows if row.tier in ("A", "") and row.measured >= LEAST_CYCLES] or list(rows)
    errors = [row.error for row in counted]
    sizes = sorted(abs(error) for error in errors)
    return Summary(
        core,
        harness,
        len(counted),
        _median(sizes),
        sizes[min(len(sizes) - 1, int(0.9 * len(sizes)))],
        sum(errors) / len(errors),
        kendall_tau([(row.estimated, row.measured) for row in counted]),
    )


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def kendall_tau(pairs: Sequence[tuple[float, float]]) -> float:
    """Rank correlation: the share of pairs in the same order less the share in the opposite one."""
    agreeing = total = 0
    for place, (estimated, measured) in enumerate(pairs):
        for other_estimated, other_measured in pairs[place + 1 :]:
            product = (estimated - other_estimated) * (measured - other_measured)
            agreeing += (product > 0) - (product < 0)
            total += 1
    return agreeing / total if total else 1.0


def _pairs(estimates: Sequence[Estimate], cases: Sequence[Case]) -> Iterable[Pair]:
    """Versions of one function with equal calls, measured on one core: the harness cancels out."""
    by_id: Mapping[str, Case] = {case.id: case for case in cases}
    found = {(one.id, one.core): one for one in estimates}
    for case in cases:
        for other in case.others:
            if other not in by_id or by_id[other].calls != case.calls or not _is_older(case.id, other):
                continue
            for core in dict.fromkeys(one.core for one in estimates):
                old, new = found.get((case.id, core)), found.get((other, core))
                if old and new:
                    yield Pair(
                        case.id,
                        other,
                        core,
                        _effect(old.measured, new.measured, old.measured),
                        _effect(old.estimated, new.estimated, old.measured),
                    )


def _is_older(first: str, second: str) -> bool:
    """Whether the version in the first id is the lower one."""
    return _version(first) < _version(second)


def _version(text: str) -> tuple[list[int], str]:
    import re

    found = re.search(r"-(\d+(?:\.\d+)*)-", text)
    return ([int(part) for part in found[1].split(".")] if found else [], text)


def _effect(old: float, new: float, base: float) -> float:
    return (new - old) / base
