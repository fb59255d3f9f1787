"""Which region a comment means: the one it stands in, else the next one."""

from __future__ import annotations

from cyclesim.asm import regions
from cyclesim.budgets.nouns import Budget, BudgetError
from cyclesim.ir import Program, Region


def region_of(program: Program, budget: Budget) -> Region:
    """The smallest region around the comment, else the first that starts behind it; the only one of a text without
    loops. Raises BudgetError when there is none."""
    candidates = [*program.regions, *regions.loops(program), *program.parts] or regions.choose(program)
    line = budget.span.line
    if len(candidates) == 1 and candidates[0].kind == "straight":
        return candidates[0]
    placed = [(_first(program, region), _last(program, region), region) for region in candidates]
    around = [(last - first, region) for first, last, region in placed if first <= line <= last]
    if around:
        return min(around, key=lambda item: item[0])[1]
    behind = [(first, number, region) for number, (first, _, region) in enumerate(placed) if first > line]
    if not behind:
        names = ", ".join(dict.fromkeys(region.name for region in candidates))
        hint = f"write it in or in front of one: {names}"
        raise BudgetError("no region or loop follows this budget", budget.span, hint, _line(program, line))
    return min(behind, key=lambda item: item[:2])[2]


def _first(program: Program, region: Region) -> int:
    """The first line: that of the marker, else of the instructions."""
    lines = [region.span.root().line] if region.kind == "marked" else []
    return min([*lines, *_lines(program, region)], default=0)


def _last(program: Program, region: Region) -> int:
    return max(_lines(program, region), default=0)


def _lines(program: Program, region: Region) -> list[int]:
    return [one.span.root().line for one in program.instructions[region.start : region.end]]


def _line(program: Program, line: int) -> str:
    lines = program.sources.get(program.file, ())
    return lines[line - 1] if 0 < line <= len(lines) else ""
