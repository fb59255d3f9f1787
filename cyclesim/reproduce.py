"""The talk's tables again: from the instruction mixes of the shipped kernels and the cores' additive rows.

The talk counts issue cycles per instruction and adds them up: no dependences, no loop control. That model is the
`flat_sums` section of a core file; what it can't say is beside it, from the schedule.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence

from cyclesim import isa, machine, resources
from cyclesim.analysis import Analysis, analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.ir import Resolved
from cyclesim.machine import overlay
from cyclesim.machine.timing import Core
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, decimal_text

MEASURED_TOLERANCE = Cycles(5, 100)
"""A measured row agrees when the schedule of the shipped kernel is this close; the measured kernel itself was never
published."""


class Row(NamedTuple):
    """One figure of a slide. Units: operations per cycle; `cycles` per unit of work.

    `kind`: `estimated` (compared by the additive sum) or `measured` (compared with the scheduled kernel).
    `estimated` has as many decimals as `printed`. `cells`: the slide's own entries, (instruction, printed, ours).
    """

    row: str
    slide: int
    core: str
    kind: str
    printed: str
    estimated: str
    exact: Cycles
    cycles: Cycles
    unit: str
    agrees: bool
    kernel: str
    cells: tuple[tuple[str, str, str], ...]
    note: str


class Claim(NamedTuple):
    """A sentence of the slides in figures: `ratio` of the rates of two rows of one core, `rows` names them."""

    slide: int
    core: str
    says: str
    ratio: Cycles
    rows: str


def talk_rows() -> list[Row]:
    """Every printed figure of slides 14 and 16, in the order of the slides.

    Raises CyclesimError when a shipped kernel, core or what-if file is broken.
    """
    rows = []
    for path, sidecar in _sidecars():
        figures = [*_mappings(sidecar.get("printed")), *_mappings(sidecar.get("measured"))]
        for figure in figures:
            rows.append(_row(path, sidecar, figure))
    return sorted(_unique(rows), key=lambda row: (row.slide, ROW_ORDER[row.kind], row.row))


ROW_ORDER = {"measured": 0, "estimated": 1}


def _unique(rows: Sequence[Row]) -> list[Row]:
    """One row per printed figure: of several kernels that stand for it the first (ARMv7, the talk's ISA)."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        first.setdefault((row.row, row.slide, row.core, row.kind), row)
    return list(first.values())


def _sidecars() -> Iterator[tuple[str, Mapping[str, object]]]:
    import yaml

    folder = resources.data_folder("kernels_asm")
    for isa_name in ("armv7", "aarch64"):
        for name in sorted(os.listdir(os.path.join(folder, isa_name))):
            if name.endswith(".yaml"):
                path = os.path.join(folder, isa_name, name)
                with open(path, encoding="utf-8") as file:
                    yield path.removesuffix(".yaml") + ".s", yaml.safe_load(file)


def _mappings(value: object) -> list[Mapping[str, object]]:
    return list(value) if isinstance(value, list) else []


def _row(path: str, sidecar: Mapping[str, object], figure: Mapping[str, object]) -> Row:
    overlays = [overlay.read(resources.shipped_whatif(str(name))) for name in _names(sidecar.get("whatif"))]
    core = machine.load(str(figure["core"]), overlays)
    analysis = _analysis(path, core, overlays)
    shape = sidecar["shape"]
    assert isinstance(shape, dict)
    steps = int(shape["steps_per_iteration"])
    if figure["kind"] == "measured":
        return _measured_row(path, figure, analysis, steps)
    return _estimated_row(path, figure, analysis, steps)


def _names(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _analysis(path: str, core: Core, overlays: Sequence[overlay.Overlay]) -> Analysis:
    program = read_program(path).program
    rows = [row for one in overlays for row in one.rows.get(program.isa, ())]
    region = regions.choose(program)[0]
    resolution = resolve_region(program, region, isa.load(program.isa, rows))
    return analyse(program, region, resolution, core)


def flat_cycles(core: Core, instructions: Sequence[Resolved], rounded_up: Sequence[str] = ()) -> dict[str, Cycles]:
    """Issue cycles by instruction name in the additive model, uncounted classes left out.

    `rounded_up`: classes whose sum a slide rounds up to whole cycles. Units: cycles for these instructions.
    """
    sums: dict[str, Cycles] = {}
    classes: dict[str, str] = {}
    for one in instructions:
        share = machine.flat_sum_of(core, one)
        if share.counted:
            name = one.instruction.mnemonic
            sums[name] = sums.get(name, Cycles(0)) + share.cycles
            classes[name] = one.form.class_
    return {name: Cycles(math.ceil(sums[name])) if classes[name] in rounded_up else sums[name] for name in sums}


def _estimated_row(path: str, figure: Mapping[str, object], analysis: Analysis, steps: int) -> Row:
    rounding = figure.get("rounding")
    rounded_up = list(rounding) if isinstance(rounding, dict) else []
    sums = flat_cycles(analysis.core, analysis.resolution.instructions, rounded_up)
    cycles = sum(sums.values(), Cycles(0)) / steps
    exact = Cycles(analysis.operations, steps) / cycles
    printed = str(figure["printed"])
    estimated = like(printed, exact)
    cells = figure.get("cells")
    printed_cells = cells if isinstance(cells, dict) else {}
    compared = tuple(
        (str(name), str(cell), decimal_text(sums.get(str(name), Cycles(0)) / steps))
        for name, cell in printed_cells.items()
    )
    return _common(
        path, figure, estimated, exact, cycles, estimated == printed, compared, str(figure.get("note") or "")
    )


def _measured_row(path: str, figure: Mapping[str, object], analysis: Analysis, steps: int) -> Row:
    cycles = analysis.schedule.cycles / steps
    exact = Cycles(analysis.operations, steps) / cycles
    printed = str(figure["printed"])
    error = exact / Cycles(printed) - 1
    note = (
        f"measured; beside it the schedule of {os.path.basename(path)}, loop control included: "
        f"{decimal_text(cycles)} cycles, {float(100 * error):+.1f} %"
    )
    if figure.get("note"):
        note += f". {str(figure['note']).strip()}"
    return _common(path, figure, like(printed, exact), exact, cycles, abs(error) <= MEASURED_TOLERANCE, (), note)


def _common(
    path: str,
    figure: Mapping[str, object],
    estimated: str,
    exact: Cycles,
    cycles: Cycles,
    agrees: bool,
    cells: tuple[tuple[str, str, str], ...],
    note: str,
) -> Row:
    return Row(
        str(figure["row"]),
        int(str(figure["slide"])),
        str(figure["core"]),
        str(figure["kind"]),
        str(figure["printed"]),
        estimated,
        exact,
        cycles,
        str(figure["unit"]),
        agrees,
        "/".join(path.replace(os.sep, "/").split("/")[-2:]),
        cells,
        " ".join(note.split()),
    )


def like(printed: str, value: Cycles) -> str:
    """`value` with as many decimals as `printed` has, halves rounded away from zero as people do."""
    decimals = len(printed.partition(".")[2])
    scaled = math.floor(value * 10**decimals + Cycles(1, 2))
    whole, part = divmod(scaled, 10**decimals)
    return f"{whole}.{part:0{decimals}d}" if decimals else str(whole)


def talk_claims(rows: Sequence[Row]) -> list[Claim]:
    """The slides' sentences about speed-ups in figures, from the additive sums of `rows`."""
    import yaml

    with open(os.path.join(resources.data_folder("kernels_asm"), "talk.yaml"), encoding="utf-8") as file:
        claims = yaml.safe_load(file)["claims"]
    rates = {(row.core, row.row): row.exact for row in rows if row.kind == "estimated"}
    return [_claim(claim, rates) for claim in claims]


def _claim(claim: Mapping[str, object], rates: Mapping[tuple[str, str], Cycles]) -> Claim:
    core = str(claim["core"])
    faster = {name: rates[core, str(name)] for name in _names(claim["faster"])}
    than = {name: rates[core, str(name)] for name in _names(claim["than"])}
    best, beside = max(faster, key=lambda name: faster[name]), max(than, key=lambda name: than[name])
    return Claim(
        int(str(claim["slide"])), core, str(claim["says"]), faster[best] / than[beside], f"{best} against {beside}"
    )
