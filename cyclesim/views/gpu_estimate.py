"""`estimate` of a GPU listing: time, bound, what a thread executes, occupancy, and the range of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.gpu.estimate import ARITHMETIC, Estimate, Point
from cyclesim.gpu.memory import LOAD_STORE, TEXTURE, VARYING
from cyclesim.units import Cycles, counted, decimal_text, exact_text
from cyclesim.views.wording import STALL_WORDS, evidence_text, wrap

UNIT_LETTERS = ((ARITHMETIC, "A"), (LOAD_STORE, "LS"), (VARYING, "V"), (TEXTURE, "T"))
"""Units as Arm's offline compiler abbreviates them."""


def render(estimates: Sequence[Estimate], notes: Sequence[str], format: str = "text") -> str:
    """One report per estimate, or one comparison table when there are several."""
    if format == "json":
        import json

        records = [record(one) for one in estimates]
        return json.dumps({"schema_version": 1, "estimates": records, "notes": list(notes)}, indent=1)
    if format != "text" or len(estimates) > 1:
        return comparison(estimates, notes, format)
    return "\n".join([*[line for note in notes for line in wrap(f"note: {note}")], report(estimates[0])])


def head_lines(one: Estimate) -> list[str]:
    """Which listing, on what, launched how."""
    loops = ", ".join(f"{name} {rounds} times" for name, rounds in one.trips.items())
    trips = f", loops: {loops}" if loops else ""
    clauses = counted(len(one.listing.clauses), "clause")
    tuples = counted(int(one.statistics["tuples"]), "tuple")
    return [
        *wrap(f"{one.listing.file}: {clauses}, {tuples}{trips}"),
        *wrap(f"{one.core.title} ({one.core.isas[0]}): {one.dispatch.text}"),
    ]


def report(one: Estimate) -> str:
    """One listing on one GPU, in at most 100 columns."""
    lines = [*head_lines(one), "", *_time_lines(one), "", *_floor_lines(one), "", *_thread_lines(one)]
    lines += ["", *_occupancy_lines(one), "", "where the cycles of the busiest core go", *stall_lines(one), ""]
    lines += wrap(f"evidence: {evidence_text(one.evidence)}")
    for note in one.notes:
        lines += wrap(f"note: {note}")
    return "\n".join(line.rstrip() for line in lines)


def _milliseconds(seconds: Cycles) -> str:
    return f"{decimal_text(seconds * 1000, 3)} ms"


def _time_lines(one: Estimate) -> list[str]:
    point, executed = one.point, one.executed
    rate = f"{decimal_text(_operations(one) / point.seconds / 10**9)} G operations/s" if point.seconds else ""
    lines = [f"time       {_milliseconds(point.seconds):>12}   {rate}".rstrip()]
    if one.fast.seconds != one.slow.seconds:
        span = f"{_milliseconds(one.fast.seconds)} to {_milliseconds(one.slow.seconds)}"
        lines += wrap(f"range      {span}, by what is uncertain of the core: {', '.join(one.matters)}")
    if "launch" in one.core.numbers and point.seconds:
        launch = one.core.number("launch") / 1_000_000
        share = f"{decimal_text(100 * launch / point.seconds, 1)} % of the time"
        lines.append(f"launch     {_milliseconds(launch):>12}   {share}")
    tuples = one.dispatch.total * executed.tuples
    if tuples and point.seconds:
        lines.append(f"{'':26}{decimal_text(tuples / point.seconds / 10**9)} G thread-tuples/s")
    return lines


def _operations(one: Estimate) -> int:
    return one.executed.operations * one.dispatch.total


def _floor_lines(one: Estimate) -> list[str]:
    """Schedule and bound in cycles of the busiest core, and every floor."""
    point = one.point
    share = f"{decimal_text(100 * point.binding.cycles / point.schedule, 1)} % of schedule" if point.schedule else ""
    lines = [
        f"schedule   {decimal_text(point.schedule, 0):>12} cycles of the busiest core",
        f"bound      {decimal_text(point.binding.cycles, 0):>12} cycles, limit: {point.binding.limit}; {share}",
    ]
    ranked = sorted(point.floors, key=lambda floor: -floor.cycles)
    return lines + [f"{decimal_text(floor.cycles, 0):>23} {floor.limit}: {floor.sentence}" for floor in ranked]


def unit_cycles(one: Estimate, point: Point) -> Mapping[str, Cycles]:
    """Core cycles a thread keeps each unit busy: the figures that Arm's offline compiler prints."""
    busiest = {floor.limit: floor.cycles for floor in point.floors}
    groups = -(-one.dispatch.groups // one.core.whole("cores"))
    threads = groups * one.dispatch.group_threads
    return {letter: busiest.get(limit, Cycles(0)) / threads for limit, letter in UNIT_LETTERS}


def _thread_lines(one: Estimate) -> list[str]:
    executed, stated = one.executed, one.statistics
    rows: list[tuple[str, Mapping[str, float | Cycles]]] = [
        ("executed", unit_cycles(one, one.point)),
        ("loops once", {"A": stated["arith"], "LS": stated["ldst"], "V": stated["vary"], "T": stated["texture"]}),
    ]
    lines = [f"{'core cycles of a thread':24}" + "".join(f"{letter:>10}" for _, letter in UNIT_LETTERS) + "   bound"]
    for name, cycles in rows:
        cells = "".join(f"{_three(cycles[letter]):>10}" for _, letter in UNIT_LETTERS)
        limit = max(UNIT_LETTERS, key=lambda pair: cycles[pair[1]])[1] if any(cycles.values()) else "-"
        lines.append(f"  {name:22}{cells}   {limit}")
    slots = 2 * executed.tuples
    if slots:
        empty = slots - executed.instructions
        lines += wrap(
            f"slots: FMA {_percent(executed.fma, executed.tuples)} filled, "
            f"ADD {_percent(executed.add, executed.tuples)}; {_percent(empty, slots)} NOP; "
            f"{executed.instructions} instructions in {executed.tuples} tuples; "
            f"{counted(executed.operations, 'operation')}, {counted(executed.integer_operations, 'integer operation')}"
        )
    lines.append(f"16-bit arithmetic: {decimal_text(Cycles(str(round(100 * one.sixteen_bit, 1))), 1)} %")
    return lines


def _three(value: float | Cycles) -> str:
    return decimal_text(Cycles(value), 3)


def _percent(part: int, whole: int) -> str:
    return f"{decimal_text(Cycles(100 * part, whole), 1)} %"


def _occupancy_lines(one: Estimate) -> list[str]:
    holds = one.occupancy
    lines = wrap(
        f"occupancy: {holds.registers} registers a thread, {holds.threads} threads a core; "
        f"{decimal_text(holds.warps, 1)} of {holds.most} warps per engine, "
        f"{counted(holds.group_warps, 'warp')} a group"
        + ("" if holds.lanes == 1 else f", {decimal_text(100 * holds.lanes, 1)} % of the lanes filled")
    )
    if one.cliff and one.point.seconds:
        other = "more than" if holds.registers == one.core.whole("registers") else "no more than"
        ratio = decimal_text(one.cliff.seconds / one.point.seconds, 2)
        limit = one.core.whole("registers")
        lines += wrap(
            f"with {other} {limit} registers it would take {_milliseconds(one.cliff.seconds)}, {ratio} times this", 2
        )
    return lines


def stall_lines(one: Estimate) -> list[str]:
    """The reasons; they add up to the schedule."""
    rows = [f"  {decimal_text(cycles, 0):>12}  {kind:<14} {STALL_WORDS[kind]}" for kind, cycles in one.stalls.items()]
    return [*rows, f"  {decimal_text(one.point.schedule, 0):>12}  in all"]


def comparison(estimates: Sequence[Estimate], notes: Sequence[str], format: str) -> str:
    """One row per listing and core."""
    from cyclesim.views import table

    headers = ["file", "core", "threads", "group", "tuples", "bound", "limit", "schedule", "ms", "low", "high", "warps"]
    rows = [
        [
            one.listing.file.rpartition("/")[2][:24] if format == "text" else one.listing.file,
            one.core.name,
            one.dispatch.total,
            one.dispatch.group_threads,
            one.executed.tuples,
            decimal_text(one.point.binding.cycles, 0),
            one.point.binding.limit,
            decimal_text(one.point.schedule, 0),
            decimal_text(one.point.seconds * 1000, 3),
            decimal_text(one.fast.seconds * 1000, 3),
            decimal_text(one.slow.seconds * 1000, 3),
            decimal_text(one.occupancy.warps, 1),
        ]
        for one in estimates
    ]
    text = table.render(headers, rows, format)
    if format == "csv":
        return text
    remarks = dict.fromkeys([*notes, *[f"{one.listing.file}: {note}" for one in estimates for note in one.notes]])
    return "\n".join([text, *[line for remark in remarks for line in wrap(f"note: {remark}")]])


def record(one: Estimate) -> dict[str, object]:
    """The versioned form of one estimate; keys are a contract (docs/reference/json.md)."""
    point, executed, holds = one.point, one.executed, one.occupancy
    operations = _operations(one)
    return {
        "file": one.listing.file,
        "region": "all",
        "region_kind": "listing",
        "isa": one.core.isas[0],
        "uarch": one.core.name,
        "instructions": executed.instructions,
        "operations": operations,
        "bound": {
            "cycles": float(point.binding.cycles),
            "cycles_exact": exact_text(point.binding.cycles),
            "limit": point.binding.limit,
        },
        "bounds": [
            {"limit": floor.limit, "cycles": float(floor.cycles), "cycles_exact": exact_text(floor.cycles)}
            for floor in point.floors
        ],
        "schedule": {
            "cycles": float(point.schedule),
            "cycles_exact": exact_text(point.schedule) if point.run is None or point.run.exact else None,
            "transient_iterations": 0,
            "period_iterations": None,
        },
        "ops_per_cycle": {
            "bound": float(operations / point.binding.cycles) if point.binding.cycles else None,
            "schedule": float(operations / point.schedule) if point.schedule else None,
        },
        "stalls": {kind: float(cycles) for kind, cycles in one.stalls.items()},
        "evidence": dict(one.evidence),
        "statistics": dict(one.statistics),
        "time": _time_record(one),
        "dispatch": {
            "threads": list(one.dispatch.threads),
            "group": list(one.dispatch.group),
            "groups": one.dispatch.groups,
            "trips": dict(one.trips),
        },
        "thread": {
            "tuples": executed.tuples,
            "fma": executed.fma,
            "add": executed.add,
            "nop": 2 * executed.tuples - executed.instructions,
            "operations": executed.operations,
            "integer_operations": executed.integer_operations,
            "messages": dict(executed.messages),
            "memory_bytes": executed.memory_bytes,
            "core_cycles": {letter: float(cycles) for letter, cycles in unit_cycles(one, point).items()},
            "sixteen_bit_share": one.sixteen_bit,
        },
        "occupancy": {
            "registers": holds.registers,
            "threads_per_core": holds.threads,
            "warps_per_engine": float(holds.warps),
            "most_warps_per_engine": holds.most,
            "warps_per_group": holds.group_warps,
            "lanes": float(holds.lanes),
            "other_ms": float(one.cliff.seconds * 1000) if one.cliff else None,
        },
        "notes": list(one.notes),
    }


def _time_record(one: Estimate) -> dict[str, object]:
    launch = one.core.numbers.get("launch")
    return {
        "ms": float(one.point.seconds * 1000),
        "ms_exact": exact_text(one.point.seconds * 1000),
        "low_ms": float(one.fast.seconds * 1000),
        "high_ms": float(one.slow.seconds * 1000),
        "uncertain": list(one.matters),
        "launch_ms": float(launch.value / 1000) if launch else None,
    }
