"""The library: one call from a text or a file to typed results.

estimate(text, uarch=…)  -> Estimate      one region on one core
estimates(text, uarch=…) -> Estimates     every region on every core
explain(text, uarch=…)   -> Explanation   when each instruction issues, and why not earlier

Results are plain values: their attributes have the names of the JSON keys (docs/reference/json.md), `to_dict()` is that
JSON object, `records()` a list of flat dictionaries, as tables of data take them. Notebooks show them by `_repr_html_`
and `_repr_svg_`. Every error of an input is a `cyclesim.errors.CyclesimError`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from cyclesim import asm, machine, resources
from cyclesim import isa as instruction_sets
from cyclesim.analysis import Analysis, Reading, Unknowns, analyse, read_program, resolve_region
from cyclesim.asm import inline, regions
from cyclesim.errors import UsageError
from cyclesim.hints import find_hints
from cyclesim.ir import Program
from cyclesim.issue.replay import explain_schedule
from cyclesim.issue.window import record_window, steady_extent
from cyclesim.machine import overlay
from cyclesim.views import estimate as estimate_view
from cyclesim.views import explain as explain_view
from cyclesim.views import notebook, timeline_build, timeline_svg
from cyclesim.views.explain import Explained

__all__ = [
    "Estimate",
    "Estimates",
    "Explanation",
    "Figure",
    "Rates",
    "ScheduleFigure",
    "estimate",
    "estimates",
    "explain",
]


@dataclass(frozen=True)
class Figure:
    """A floor. `cycles_exact`: a fraction as text, `117/2`. Units: cycles per iteration of a loop, else in all."""

    limit: str
    cycles: float
    cycles_exact: str


@dataclass(frozen=True)
class ScheduleFigure:
    """What the simulation says. `cycles_exact` and `period_iterations` are None when no state recurred: `cycles` is a
    mean then."""

    cycles: float
    cycles_exact: str | None
    transient_iterations: int
    period_iterations: int | None


@dataclass(frozen=True)
class Rates:
    """Operations per cycle; None when there are no cycles."""

    bound: float | None
    schedule: float | None


@dataclass(frozen=True)
class Estimate:
    """One region on one core. Attributes are those of the JSON of `cyclesim estimate`."""

    file: str
    region: str
    region_kind: str
    lines: str
    isa: str
    uarch: str
    instructions: int
    operations: int
    bound: Figure
    bounds: tuple[Figure, ...]
    schedule: ScheduleFigure
    ops_per_cycle: Rates
    stalls: Mapping[str, float]
    evidence: Mapping[str, int]
    notes: tuple[str, ...]
    analysis: Analysis = field(repr=False, compare=False)
    """The whole analysis, for what the figures leave out. Not part of the stable interface."""

    @property
    def cycles(self) -> float:
        """The schedule's cycles, the figure that is asked for most."""
        return self.schedule.cycles

    def to_dict(self) -> dict[str, object]:
        """The JSON object of `cyclesim estimate --format json`, without its envelope."""
        return _estimate_record(self.analysis)

    def records(self) -> list[dict[str, object]]:
        """One flat dictionary, in a list."""
        return [_flat(self.to_dict())]

    def explain(self) -> Explanation:
        """Why it takes that long, instruction by instruction."""
        return _explanation(self.analysis)

    def __str__(self) -> str:
        return estimate_view.report(self.analysis)

    def _repr_html_(self) -> str:
        return notebook.estimate(self.analysis)

    def _repr_svg_(self) -> str:
        return _svg(self.analysis)


@dataclass(frozen=True)
class Estimates(Sequence[Estimate]):
    """Several estimates, in the order of regions, then cores."""

    items: tuple[Estimate, ...]
    notes: tuple[str, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Estimate: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Estimate, ...]: ...

    def __getitem__(self, index: int | slice) -> Estimate | tuple[Estimate, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.items)

    def to_dict(self) -> dict[str, object]:
        """The JSON object of `cyclesim estimate --format json`."""
        return json.loads(estimate_view.as_json([one.analysis for one in self.items], self.notes))  # type: ignore[no-any-return]

    def records(self) -> list[dict[str, object]]:
        """One flat dictionary an estimate."""
        return [record for one in self.items for record in one.records()]

    def __str__(self) -> str:
        return estimate_view.render([one.analysis for one in self.items], self.notes)

    def _repr_html_(self) -> str:
        return notebook.table(self.records())


@dataclass(frozen=True)
class Explanation:
    """One region on one core, instruction by instruction. `issued`: the rows of the JSON of `cyclesim explain`."""

    file: str
    region: str
    uarch: str
    issued: tuple[Mapping[str, object], ...]
    analysis: Analysis = field(repr=False, compare=False)
    explained: Explained = field(repr=False, compare=False)

    def to_dict(self) -> dict[str, object]:
        """The JSON object of `cyclesim explain --format json`, without its envelope."""
        return _explain_record(self.explained)

    def records(self) -> list[dict[str, object]]:
        """One flat dictionary an instruction of the period."""
        return [_flat(dict(row)) for row in self.issued]

    def __str__(self) -> str:
        return explain_view.render([self.explained], ())

    def _repr_html_(self) -> str:
        return notebook.explanation(str(self))

    def _repr_svg_(self) -> str:
        return _svg(self.analysis)


def estimate(
    source: str | os.PathLike[str],
    uarch: str,
    *,
    region: str | None = None,
    lines: tuple[int, int] | None = None,
    isa: str | None = None,
    whatif: Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    ignore_unknown: bool = False,
    language: str = "",
) -> Estimate:
    """Bound, schedule and limits of one region on one core.

    `source`: assembly text, or a path, or the name of a shipped kernel; text is what has a line end or a blank in it,
    and a `pathlib.Path` is always a path. `language="c"`: the text is C with assembly statements. `whatif`: names or
    paths of what-if files. `assume`: unknown mnemonic to timing class.
    Raises UsageError when there are several regions or cores; a CyclesimError for everything wrong with the input.
    """
    found = estimates(
        source,
        uarch,
        region=region,
        lines=lines,
        isa=isa,
        whatif=whatif,
        assume=assume,
        ignore_unknown=ignore_unknown,
        language=language,
    )
    if len(found) > 1:
        names = ", ".join(dict.fromkeys(f"{one.region} on {one.uarch}" for one in found))
        raise UsageError(f"{len(found)} estimates: {names}", hint="name one region and one core, or call estimates()")
    return found[0]


def estimates(
    source: str | os.PathLike[str],
    uarch: str | Sequence[str],
    *,
    region: str | None = None,
    lines: tuple[int, int] | None = None,
    isa: str | None = None,
    whatif: Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    ignore_unknown: bool = False,
    language: str = "",
) -> Estimates:
    """The same for every region that `cyclesim estimate` takes, on every core named (`"NAME,NAME"` or a sequence)."""
    overlays = _overlays(whatif)
    names = [name.strip() for name in uarch.split(",")] if isinstance(uarch, str) else list(uarch)
    cores = [machine.load(name, overlays) for name in names if name]
    if not cores:
        raise UsageError("uarch names no core")
    program, notes = _program(source, isa, tuple(cores[0].isas) if len(cores) == 1 else (), language)
    rows = [row for one in overlays for row in one.rows.get(program.isa, ())]
    instruction_set = instruction_sets.load(program.isa, rows)
    unknowns = Unknowns({name.lower(): class_ for name, class_ in (assume or {}).items()}, ignore_unknown)
    found = []
    for one in regions.choose(program, region, lines):
        resolution = resolve_region(program, one, instruction_set, unknowns)
        found += [_estimate(analyse(program, one, resolution, core)) for core in cores]
    return Estimates(tuple(found), notes)


def explain(source: str | os.PathLike[str], uarch: str, **options: object) -> Explanation:
    """Why each instruction of one region issues when it does; the options are those of `estimate`."""
    return estimate(source, uarch, **options).explain()  # type: ignore[arg-type]


def _overlays(names: Sequence[str]) -> list[overlay.Overlay]:
    return [overlay.read(resources.shipped_whatif(name) or name) for name in names]


def _program(
    source: str | os.PathLike[str], isa_name: str | None, isas: Sequence[str], language: str
) -> tuple[Program, tuple[str, ...]]:
    text = os.fspath(source)
    has_blanks = isinstance(source, str) and any(blank in source for blank in "\n \t")
    if has_blanks and not os.path.exists(source):
        name = "<text>"
        program = inline.parse_inline(text, name, isa_name) if language == "c" else asm.parse(text, name, isa_name)
        return program, program.notes
    read = read_program(text, isa_name, Reading(isas=isas))
    return read.program, (*([read.note] if read.note else []), *read.program.notes)


def _estimate(analysis: Analysis) -> Estimate:
    record = _estimate_record(analysis)
    values: dict[str, object] = {name: record[name] for name in _SIMPLE}
    schedule, rates, bounds = record["schedule"], record["ops_per_cycle"], record["bounds"]
    assert isinstance(schedule, dict) and isinstance(rates, dict) and isinstance(bounds, list)
    values |= {
        "bound": Figure(**record["bound"]),  # type: ignore[arg-type]
        "bounds": tuple(Figure(**one) for one in bounds),
        "schedule": ScheduleFigure(**schedule),
        "ops_per_cycle": Rates(**rates),
        "notes": tuple(analysis.notes),
        "analysis": analysis,
    }
    return Estimate(**values)  # type: ignore[arg-type]


_SIMPLE = (
    "file",
    "region",
    "region_kind",
    "lines",
    "isa",
    "uarch",
    "instructions",
    "operations",
    "stalls",
    "evidence",
)


def _explanation(analysis: Analysis) -> Explanation:
    schedule = analysis.schedule
    rows = explain_schedule(analysis.body, analysis.region.loop, schedule.transient, schedule.period)
    explained = Explained(analysis, rows, find_hints(analysis))
    issued = _explain_record(explained)["issued"]
    assert isinstance(issued, list)
    return Explanation(
        analysis.program.file, analysis.region.name, analysis.core.name, tuple(issued), analysis, explained
    )


def _estimate_record(analysis: Analysis) -> dict[str, object]:
    return json.loads(estimate_view.as_json([analysis], ()))["estimates"][0]  # type: ignore[no-any-return]


def _explain_record(explained: Explained) -> dict[str, object]:
    return json.loads(explain_view.render([explained], (), "json"))["explanations"][0]  # type: ignore[no-any-return]


def _svg(analysis: Analysis) -> str:
    window = record_window(analysis.body, analysis.schedule, steady_extent(analysis.body, analysis.schedule))
    return timeline_svg.render(timeline_build.build_timeline(analysis, window))


def _flat(record: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Nested objects by joined names (`schedule_cycles`); lists as text."""
    flat: dict[str, object] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}_")
        elif isinstance(value, (list, tuple)):
            if not any(isinstance(one, (Mapping, list)) for one in value):
                flat[f"{prefix}{name}"] = "; ".join(map(str, value))
        else:
            flat[f"{prefix}{name}"] = value
    return flat
