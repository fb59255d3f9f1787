"""From a recorded window of a schedule to a `Timeline`: names, sentences, lanes. Nothing is scheduled here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.analysis import Analysis
from cyclesim.ir import Read, Resolved, Write
from cyclesim.issue.body import Body
from cyclesim.issue.window import Step, Window
from cyclesim.machine.timing import Timing
from cyclesim.record import NamedTuple
from cyclesim.timeline import Arrow, Bar, Hold, Item, Kind, Lane, Timeline
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views.wording import STALL_WORDS, reason_text, region_text

FAMILIES: Mapping[str, str] = {
    "start": "none",
    "order": "none",
    "unit": "unit",
    "blocked": "unit",
    "branch": "front",
    "operand": "data",
    "accumulate": "data",
    "flag": "data",
    "memory": "data",
    "write-order": "data",
    "no-co-issue": "issue",
    "slot": "issue",
    "end": "none",
    "not-selected": "none",
    "no-ready-warp": "issue",
    "clause-wait": "data",
}
"""What sort of limit each reason is; pictures give a family one colour."""

MOST_ARROWS = 250_000
"""A picture with more keeps the arrows of binding dependences alone."""


class Subject(NamedTuple):
    """What a picture is of: scheduled instructions and the words around them. `loop`: iterations are marked."""

    body: Body
    title: str
    facts: tuple[str, ...]
    notes: Sequence[str]
    loop: bool


def build_timeline(analysis: Analysis, window: Window) -> Timeline:
    """The picture's data of one window of an analysis."""
    title = f"{analysis.region.name} on {analysis.core.title}"
    left_out = [f"{counted(window.left_out, 'issue')} of these iterations left out"] if window.left_out else []
    facts, notes = _facts(analysis, window), [*analysis.notes, *left_out]
    return draw(Subject(analysis.body, title, facts, notes, analysis.region.loop), window)


def draw(subject: Subject, window: Window) -> Timeline:
    """The picture's data of a window."""
    kinds = {step.binding.kind for step in window.steps} | {s.kind for step in window.steps for s in step.supplies}
    lanes, (items, numbers) = _lanes(subject.body, window), _items(subject.body)
    arrows, notes = _arrows(subject, window, numbers), list(subject.notes)
    if len(arrows) > MOST_ARROWS:
        notes.append("only the dependences that were waited for are drawn")
        arrows = [arrow for arrow in arrows if arrow.binding]
    return Timeline(
        subject.title,
        subject.facts,
        subject.body.ticks_per_cycle,
        window.end,
        tuple(lanes),
        tuple(items),
        tuple(_bar(subject, step, numbers[step.position]) for step in window.steps),
        tuple(_holds(subject.body, window, lanes)),
        tuple(arrows),
        {kind: Kind(STALL_WORDS[kind], FAMILIES[kind]) for kind in FAMILIES if kind in kinds},
        tuple((tick, f"iteration {number + 1}") for number, tick in window.starts) if subject.loop else (),
        tuple(notes),
    )


def _facts(analysis: Analysis, window: Window) -> tuple[str, ...]:
    schedule, per_cycle = analysis.schedule, analysis.body.ticks_per_cycle
    facts = [f"{analysis.program.file}: {region_text(analysis)}"]
    cycles = counted(schedule.cycles, "cycle")
    if not schedule.loop:
        return (*facts, f"executed once, {cycles}")
    first, last = window.starts[0][0] + 1 if window.starts else 0, window.starts[-1][0] + 1 if window.starts else 0
    which = f"iteration {first}" if first == last else f"iterations {first} to {last}"
    steady = "steady state" if first > schedule.transient else "from an empty pipeline"
    shown = decimal_text(Cycles(window.end, per_cycle))
    return (*facts, f"{cycles} per iteration; {which}, {steady}, {shown} cycles shown")


def _lanes(body: Body, window: Window) -> list[Lane]:
    used = {(held.unit, held.instance) for step in window.steps for held in step.held}
    lanes = [Lane(f"slot {slot}", "issue", f"issue slot {slot}") for slot in range(body.core.issue_width)]
    for unit, count in body.core.units.items():
        for instance in range(count):
            if any((unit, one) in used for one in range(count)):
                name = f"{unit} {instance}" if count > 1 else unit
                lanes.append(Lane(name, "units", f"{unit}, {instance + 1} of {count}" if count > 1 else unit))
    return lanes


def _items(body: Body) -> tuple[list[Item], list[int]]:
    """Distinct instructions, and which of them each position has: an executed run has one at many positions."""
    items, numbers, known = list[Item](), list[int](), dict[int, int]()
    for resolved, timing in zip(body.resolved, body.timings, strict=True):
        number = known.setdefault(id(resolved), len(items))
        if number == len(items):
            items.append(_item(resolved, timing))
        numbers.append(number)
    return items, numbers


def _item(resolved: Resolved, timing: Timing) -> Item:
    return Item(
        instruction_text(resolved),
        resolved.instruction.span.place,
        operands(resolved.reads),
        operands(resolved.writes),
        timing.uses[0][0] if timing.uses else "",
        f"{timing.class_}; {timing.status}: {timing.source}",
    )


def instruction_text(resolved: Resolved) -> str:
    """The user's own spelling with single blanks."""
    return " ".join(resolved.instruction.text.split())


def operands(touched: Sequence[Read | Write]) -> tuple[str, ...]:
    """Operands as written, each once; flags by that name."""
    names = [one.operand or ("flags" if one.role == "flags" else "") for one in touched]
    return tuple(dict.fromkeys(name for name in names if name))


def _bar(subject: Subject, step: Step, item: int) -> Bar:
    blocks = subject.body.timings[step.position].blocks
    one_cycle = step.tick + subject.body.ticks_per_cycle
    silent = not step.waited and step.binding.kind in ("order", "start")
    return Bar(
        item,
        step.slot,
        step.iteration + 1,
        step.tick,
        max(step.busy, one_cycle) if blocks else one_cycle,
        step.ready,
        step.waited,
        max(step.waited - subject.body.ticks_per_cycle, 0),
        step.binding.kind,
        "" if silent else reason_text(subject, step.position, step.binding),
        step.slack,
    )


def _holds(body: Body, window: Window, lanes: Sequence[Lane]) -> list[Hold]:
    numbers = {lane.name: number for number, lane in enumerate(lanes)}
    counts = body.core.units
    return [
        Hold(
            index,
            numbers[f"{held.unit} {held.instance}" if counts[held.unit] > 1 else held.unit],
            held.start,
            held.end,
        )
        for index, step in enumerate(window.steps)
        for held in step.held
        if held.end > held.start
    ]


def _arrows(subject: Subject, window: Window, items: Sequence[int]) -> list[Arrow]:
    bars = {(step.position, step.iteration): index for index, step in enumerate(window.steps)}
    arrows = []
    for index, step in enumerate(window.steps):
        arrows += _values(subject.body, bars, index, step, items)
        arrows += _other(bars, index, step, items)
    return arrows


def _values(
    body: Body, bars: Mapping[tuple[int, int], int], index: int, step: Step, items: Sequence[int]
) -> list[Arrow]:
    """The values that a step reads."""
    binding, resolved = step.binding, body.resolved[step.position]
    waited_for = (binding.producer, step.iteration - binding.ago, binding.kind)
    return [
        Arrow(
            bars.get((supply.producer, supply.born), -1),
            items[supply.producer],
            index,
            supply.kind,
            ", ".join(operand_names(resolved, supply.cells)),
            supply.tick,
            bool(step.waited) and waited_for == (supply.producer, supply.born, supply.kind),
        )
        for supply in step.supplies
    ]


NOT_VALUES = ("unit", "blocked", "branch", "write-order")


def _other(bars: Mapping[tuple[int, int], int], index: int, step: Step, items: Sequence[int]) -> list[Arrow]:
    """Whom a step waited for without reading from it."""
    binding = step.binding
    if not step.waited or binding.producer < 0 or binding.kind not in NOT_VALUES:
        return []
    producer = bars.get((binding.producer, step.iteration - binding.ago), -1)
    return [Arrow(producer, items[binding.producer], index, binding.kind, binding.detail, step.tick, True)]


def operand_names(resolved: Resolved, cells: Sequence[str]) -> tuple[str, ...]:
    """Cells as the instruction writes them: its own operand where one shows the cell."""
    names = []
    for cell in cells:
        shown = next((read.operand for read in resolved.reads if cell in read.cells and read.operand), "")
        names.append(shown or {"nzcv": "flags"}.get(cell, cell))
    return tuple(dict.fromkeys(names))
