"""One request of the page answered: text, cores and changes in; figures, reasons and timelines out.

Requests come from a browser and are checked here; every mistake in them is a `Refused` with a sentence.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cyclesim import asm, isa, machine, resources
from cyclesim.analysis import Analysis, analyse, resolve_region
from cyclesim.asm import regions
from cyclesim.errors import CyclesimError, InputError, ManyErrors, UsageError
from cyclesim.issue.window import Extent, Window, record_window, steady_extent
from cyclesim.machine import overlay
from cyclesim.machine.changes import overused
from cyclesim.machine.load import core_files, load_document
from cyclesim.machine.timing import Core
from cyclesim.record import NamedTuple
from cyclesim.serve.parameters import parameters_of, settings_section
from cyclesim.units import decimal_text, exact_text
from cyclesim.views.timeline_build import FAMILIES, build_timeline
from cyclesim.views.timeline_json import compact
from cyclesim.views.wording import STALL_WORDS, reason_text, region_text

MOST_CHARACTERS = 200_000
MOST_INSTRUCTIONS = 5_000
MOST_CORES = 6
MOST_WHATIFS = 4
MOST_ERRORS = 50
MOST_KEPT = 32
"""Cores and instruction sets that are kept between requests."""

FILE = "<editor>"
"""What messages call the text. No file has this name, so no text can include one."""


class Refused(Exception):
    """A request that no page of ours sends; the message is for a programmer."""


class Wanted(NamedTuple):
    """A request after its checks. `changes`: core to parameter to value. `shown`: the core of reasons and timeline."""

    text: str
    isa: str | None
    region: str | None
    cores: tuple[str, ...]
    whatifs: tuple[str, ...]
    changes: Mapping[str, Mapping[str, object]]
    shown: str


class Answerer:
    """Answers requests; keeps what several of them share. `whatifs`: name to what-if file."""

    def __init__(self, whatifs: Mapping[str, str]) -> None:
        self.whatifs = whatifs
        self._cores: dict[tuple[object, ...], Core] = {}
        self._sets: dict[tuple[object, ...], isa.InstructionSet] = {}
        self._overlays: dict[str, overlay.Overlay] = {}

    def answer(self, request: object) -> dict[str, object]:
        """The answer to one request. Raises Refused."""
        wanted = read_request(request, self.whatifs)
        try:
            return self._estimates(wanted)
        except CyclesimError as error:
            return {"errors": error_records(error), "estimates": [], "notes": []}

    def _estimates(self, wanted: Wanted) -> dict[str, object]:
        program = asm.parse(wanted.text, FILE, wanted.isa)
        region = regions.choose(program, wanted.region, None)[0]
        if region.end - region.start > MOST_INSTRUCTIONS:
            raise InputError(
                f"{region.end - region.start} instructions; the page takes {MOST_INSTRUCTIONS}",
                hint="mark a region, or use the command line",
            )
        resolution = resolve_region(program, region, self._instruction_set(program.isa, wanted.whatifs))
        estimates, errors = [], []
        for name in wanted.cores:
            try:
                core = self._core(name, wanted)
                analysis = analyse(program, region, resolution, core)
            except CyclesimError as error:
                errors += [{**record, "core": name} for record in error_records(error)]
                continue
            estimates.append(_estimate(analysis, name, name == wanted.shown))
        others = [one.name for one in regions.loops(program)] + [one.name for one in program.regions]
        return {
            "errors": errors,
            "estimates": estimates,
            "notes": list(program.notes),
            "isa": program.isa,
            "region": region.name,
            "region_text": region_text(analysis) if estimates else "",
            "regions": list(dict.fromkeys(others)),
        }

    def _overlay(self, name: str) -> overlay.Overlay:
        if name not in self._overlays:
            self._overlays[name] = overlay.read(self.whatifs[name])
        return self._overlays[name]

    def _instruction_set(self, name: str, whatifs: tuple[str, ...]) -> isa.InstructionSet:
        key = (name, whatifs)
        if key not in self._sets:
            rows = [row for one in whatifs for row in self._overlay(one).rows.get(name, ())]
            _keep(self._sets, key, isa.load(name, rows))
        return self._sets[key]

    def _core(self, name: str, wanted: Wanted) -> Core:
        given = wanted.changes.get(name, {})
        key = (name, wanted.whatifs, tuple(sorted(given.items())))
        if key not in self._cores:
            overlays = [self._overlay(one) for one in wanted.whatifs]
            if given:
                overlays.append(changed_core(name, given, machine.load(name, overlays)))
            _keep(self._cores, key, machine.load(name, overlays))
        return self._cores[key]


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    """Add to a bounded store; the oldest goes."""
    if len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
    kept[key] = value


def changed_core(name: str, given: Mapping[str, object], core: Core) -> overlay.Overlay:
    """Parameters as a what-if of `core`. Raises UsageError for what the core doesn't have or could not be."""
    for parameter in given:
        kind, _, what = parameter.partition(" ")
        if what and what not in (core.units if kind == "units" else core.rows):
            raise UsageError(f"{core.title} has no {parameter[:80]}")
    section = {**settings_section(given), "status": "inferred", "source": "set on the page"}
    found = overlay.Overlay("set on the page", "page", {}, {}, {}, {(name, ""): 0}, {name: section})
    impossible = overused(found.applied(load_document(core.file)))
    if impossible:
        raise UsageError(impossible[0])
    return found


def read_request(request: object, whatifs: Iterable[str]) -> Wanted:
    """Check a request. Raises Refused."""
    if not isinstance(request, Mapping):
        raise Refused("a request is an object")
    text = _text(request, "text", MOST_CHARACTERS)
    isa_name = request.get("isa") or None
    if isa_name not in (None, "armv7", "aarch64"):
        raise Refused("isa is armv7, aarch64 or nothing")
    cores, names = _names(request, "cores", MOST_CORES), _names(request, "whatifs", MOST_WHATIFS)
    if not cores or not set(cores) <= set(core_names()):
        raise Refused("cores are some of the shipped ones")
    if not set(names) <= set(whatifs):
        raise Refused("what-ifs are some of those that the server offers")
    changes = request.get("changes") or {}
    if not isinstance(changes, Mapping) or not all(isinstance(one, Mapping) for one in changes.values()):
        raise Refused("changes map a core to parameters")
    region = _text(request, "region", 200) if request.get("region") else None
    shown = str(request.get("shown") or cores[0])
    checked = {str(core): _checked(values) for core, values in changes.items() if core in cores}
    return Wanted(text, isa_name, region, cores, names, checked, shown if shown in cores else cores[0])


def _checked(values: Mapping[str, object]) -> dict[str, object]:
    from cyclesim.serve.parameters import check_value

    try:
        return {str(name): check_value(str(name), value) for name, value in values.items()}
    except ValueError as error:
        raise Refused(str(error)) from None


def _text(request: Mapping[str, object], key: str, most: int) -> str:
    value = request.get(key)
    if not isinstance(value, str) or len(value) > most:
        raise Refused(f"{key} is a text of at most {most} characters")
    return value


def _names(request: Mapping[str, object], key: str, most: int) -> tuple[str, ...]:
    value = request.get(key) or []
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
        raise Refused(f"{key} is a list of at most {most} names")
    return tuple(dict.fromkeys(value))


def core_names() -> tuple[str, ...]:
    """The shipped cores that run assembly."""
    return tuple(name for name, _, _ in shipped_cores())


def shipped_cores() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(name, title, instruction sets) of each, read once."""
    if not _SHIPPED:
        for path in core_files():
            document = load_document(path)
            if document["kind"] == "in-order":
                _SHIPPED.append((document["name"], document["title"], tuple(document["isas"])))
    return tuple(_SHIPPED)


_SHIPPED: list[tuple[str, str, tuple[str, ...]]] = []
"""Filled once, from files that ship with the program."""


def error_records(error: CyclesimError) -> list[dict[str, object]]:
    """Errors with their places, for the page to show under the lines."""
    errors: Sequence[CyclesimError] = error.errors if isinstance(error, ManyErrors) else (error,)
    records: list[dict[str, object]] = []
    for one in errors[:MOST_ERRORS]:
        span = one.span.root() if one.span else None
        inside = span is not None and span.file == FILE
        records.append(
            {
                "line": span.line if span and inside else 0,
                "column": span.column if span and inside else 0,
                "length": span.length if span and inside else 0,
                "code": one.code,
                "message": one.message[:500],
                "hint": one.hint[:500],
            }
        )
    return records


def _estimate(analysis: Analysis, name: str, shown: bool) -> dict[str, object]:
    schedule, bound, operations = analysis.schedule, analysis.bounds.binding, analysis.operations
    record: dict[str, object] = {
        "core": name,
        "title": analysis.core.title,
        "instructions": len(analysis.body.operations),
        "operations": operations,
        "loop": analysis.region.loop,
        "schedule": decimal_text(schedule.cycles, 3),
        "schedule_exact": exact_text(schedule.cycles),
        "period": schedule.period,
        "bound": decimal_text(bound.cycles, 3),
        "limit": bound.limit,
        "sentence": bound.sentence,
        "rate": decimal_text(operations / schedule.cycles, 3) if operations and schedule.cycles else "",
        "share": decimal_text(100 * bound.cycles / schedule.cycles, 1) if schedule.cycles else "",
        "stalls": [
            [kind, float(cycles), FAMILIES[kind], STALL_WORDS[kind]] for kind, cycles in schedule.stalls.items()
        ],
        "evidence": dict(analysis.evidence),
        "notes": list(analysis.notes),
    }
    if shown:
        extent = steady_extent(analysis.body, schedule)
        window = record_window(analysis.body, schedule, extent)
        record["lines"] = _lines(analysis, window, extent)
        record["timeline"] = compact(build_timeline(analysis, window))
        record["parameters"] = parameters_of(analysis)
    return record


def _lines(analysis: Analysis, window: Window, extent: Extent) -> list[list[object]]:
    """For each instruction of the first iteration: line, cycle, slot, waited, family, reason, slack."""
    per_cycle = analysis.body.ticks_per_cycle
    rows: list[list[object]] = []
    for step in window.steps:
        if step.iteration != extent.first:
            break
        span = analysis.body.resolved[step.position].instruction.span.root()
        silent = not step.waited and step.binding.kind in ("order", "start")
        rows.append(
            [
                span.line if span.file == FILE else 0,
                round(step.tick / per_cycle, 3),
                step.slot,
                round(step.waited / per_cycle, 3),
                FAMILIES[step.binding.kind] if step.waited else "none",
                "" if silent else reason_text(analysis, step.position, step.binding),
                None if step.slack is None else round(step.slack / per_cycle, 3),
            ]
        )
    return rows


def kernels() -> list[list[str]]:
    """[instruction set, file name, what-if it needs] of each shipped kernel."""
    found = []
    for isa_name in ("armv7", "aarch64"):
        folder = os.path.join(resources.data_folder("kernels_asm"), isa_name)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".s"):
                found.append([isa_name, name, _needed(os.path.join(folder, name))])
    return found


def _needed(path: str) -> str:
    """The what-if that a kernel's sidecar names, empty for a real kernel."""
    try:
        with open(os.path.splitext(path)[0] + ".yaml", encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("whatif:")), "")


def kernel_text(isa_name: str, name: str) -> str:
    """The text of a shipped kernel. Raises Refused when there is none of that name."""
    if [isa_name, name] not in [row[:2] for row in kernels()]:
        raise Refused("no such kernel")
    return asm.read_source(f"{resources.data_folder('kernels_asm')}/{isa_name}/{name}")
