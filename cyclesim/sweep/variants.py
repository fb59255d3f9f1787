"""From the points of a task to machine variants: timings of the few instructions that the core tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cyclesim.ir import Resolved
from cyclesim.machine.changes import VECTOR_LOADS, Evidence, Setting, changed, matching
from cyclesim.machine.load import core_of
from cyclesim.machine.rows import merged, to_timing
from cyclesim.machine.timing import Core, Timing
from cyclesim.record import NamedTuple
from cyclesim.sweep.cases import Case, Task, settings_at
from cyclesim.units import Cycles, parse_cycles

EVIDENCE = Evidence("inferred", "a sweep")


class Variant(NamedTuple):
    """One point as a machine. `timings[d]`: of the instructions with number `d` in `Variants.numbers`; `units`: counts.

    `removed`: names of co-issue refusals that don't hold.
    """

    point: int
    timings: tuple[Timing, ...]
    width: int
    units: tuple[int, ...]
    removed: frozenset[str]
    bubble: Cycles
    store_to_load: Cycles | None


class Variants:
    """Makes the variants of a case. Rows and timings that several points share are worked out once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.core = core_of(dict(case.document), "")
        kinds: dict[tuple[object, ...], int] = {}
        self.samples: list[Resolved] = []
        numbers = []
        for one in case.instructions:
            rows = case.document["timings"][one.form.class_]
            asked = sorted({feature for row in rows for feature in row.get("when", ())})
            key = (one.form.class_, *[str(one.features.get(feature, "")) for feature in asked])
            if key not in kinds:
                kinds[key] = len(kinds)
                self.samples.append(one)
            numbers.append(kinds[key])
        self.numbers = tuple(numbers)
        self._timings: dict[tuple[object, ...], Timing] = {}

    def of(self, task: Task) -> Iterator[tuple[int, Variant | str]]:
        """Every point of a task with its variant, or with why there can't be one."""
        for point in range(task.start, task.stop):
            variant = self._variant(point, settings_at(task.parameters, point))
            yield point, self._impossible(variant) or variant

    def _variant(self, point: int, settings: Sequence[Setting]) -> Variant:
        simple = {setting.path: setting.value for setting in settings if setting.path[0] not in ("classes",)}
        wait = simple.get(("store_to_load",))
        bubble = simple.get(("taken_bubble",))
        core = self.core
        return Variant(
            point,
            tuple([self._timing(number, settings) for number in range(len(self.samples))]),
            int(simple.get(("issue_width",), core.issue_width)),
            tuple([int(simple.get(("units", unit), count)) for unit, count in core.units.items()]),
            frozenset(path[2] for path in simple if path[0] == "co_issue"),
            core.branches.taken_bubble if bubble is None else parse_cycles(bubble),
            core.memory.store_to_load if wait is None else None if wait == "unknown" else parse_cycles(wait),
        )

    def _timing(self, number: int, settings: Sequence[Setting]) -> Timing:
        class_ = self.samples[number].form.class_
        own = [setting for setting in settings if _concerns(setting, class_)]
        key = (number, *[(setting.path, str(setting.value)) for setting in own])
        timing = self._timings.get(key)
        if timing is None:
            rows = self._rows(class_, own)
            timing = self._timings[key] = to_timing(class_, merged(rows, self.samples[number].features))
        return timing

    def _rows(self, class_: str, settings: Sequence[Setting]) -> Any:
        timings: Mapping[str, Any] = self.case.document["timings"]
        if not settings:
            return timings[class_]
        given = {name: rows for name, rows in timings.items() if name in (class_, "simd-ld1")}
        return changed({"timings": given}, settings, EVIDENCE)["timings"][class_]

    def _impossible(self, variant: Variant) -> str:
        counts = dict(zip(self.core.units, variant.units, strict=True))
        for timing in variant.timings:
            for unit, count in timing.uses:
                if count > counts[unit]:
                    return f"{timing.class_} wants {count} of {unit}, but there would be {counts[unit]}"
        return ""

    def core_of(self, variant: Variant) -> Core:
        """The core as the engine takes it."""
        core = self.core
        return core._replace(
            issue_width=variant.width,
            units=dict(zip(core.units, variant.units, strict=True)),
            refusals=tuple(one for one in core.refusals if one.name not in variant.removed),
            branches=core.branches._replace(taken_bubble=variant.bubble),
            memory=core.memory._replace(store_to_load=variant.store_to_load),
        )


def _concerns(setting: Setting, class_: str) -> bool:
    if setting.path[0] == "classes":
        return bool(matching(setting.path[1], (class_,)))
    return setting.path[0] == "load_width" and class_ in VECTOR_LOADS
