"""Words that several views share: reasons as a kernel writer says them, places, evidence."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.ir import Instruction, Read, Write
from cyclesim.issue.notbefore import NotBefore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.analysis import Analysis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from cyclesim.issue.body import Body

    class Scheduled(Protocol):
        """What has a body to name instructions of: an analysis, an executed run."""

        @property
        def body(self) -> Body: ...


WIDTH = 100

STALL_WORDS: Mapping[str, str] = {
    "start": "the first cycle",
    "order": "in order",
    "unit": "waiting for a busy unit",
    "blocked": "issue closed by an instruction that takes both slots for several cycles",
    "branch": "after a taken branch",
    "operand": "waiting for an operand",
    "accumulate": "waiting for an accumulator",
    "flag": "waiting for flags",
    "memory": "waiting for stored bytes",
    "write-order": "waiting for an older write of the same register",
    "no-co-issue": "could not share the cycle before it",
    "slot": "all slots of the cycle before were taken",
    "end": "issue cycles of the last instructions",
    "not-selected": "the engine issues other warps: full speed",
    "no-ready-warp": "no resident warp is ready",
    "clause-wait": "waiting for the message of an earlier clause",
}


def wrap(text: str, indent: int = 0) -> list[str]:
    """Lines of at most `WIDTH` columns; lines after the first are indented two more."""
    words, lines, current = text.split(), [], " " * indent
    for word in words:
        if len(current) + 1 + len(word) > WIDTH and current.strip():
            lines.append(current)
            current = " " * (indent + 2)
        current += word if not current.strip() else f" {word}"
    return [*lines, current]


def place_text(instruction: Instruction) -> str:
    """`line 12`; of code in an object `+0x1c`."""
    span = instruction.span
    return f"line {span.place}" if span.column else span.place


def lines_text(analysis: Analysis) -> str:
    """`34-98`: the first and last source line of the region's instructions; of code in an object `+0x1c to +0x30`."""
    instructions = analysis.program.instructions[analysis.region.start : analysis.region.end]
    if not instructions:
        return ""
    places = sorted((instruction.span.root().line, instruction.span.place) for instruction in instructions)
    first, last = places[0][1], places[-1][1]
    if first == last:
        return first
    return f"{first} to {last}" if first.startswith("+") else f"{first}-{last}"


def region_text(analysis: Analysis) -> str:
    """Which part of the file this is, and how it was chosen."""
    region, lines = analysis.region, lines_text(analysis)
    lines = lines if lines.startswith("+") else f"lines {lines}"
    how = {
        "marked": f"region {region.name}, {lines}",
        "loop": f"innermost loop {region.name}, {lines}",
        "lines": lines,
        "straight": f"no loop, all of it once, {lines}",
        "part": f"{region.name}, all of it once, {lines}",
    }
    return how[region.kind]


def evidence_text(evidence: Mapping[str, int]) -> str:
    """`48 instructions talk, 7 measured`."""
    ranked = sorted(evidence.items(), key=lambda item: -item[1])
    return ", ".join(f"{count} {status}" for status, count in ranked) + " (instructions by status of their timing)"


def reason_text(analysis: Scheduled, index: int, answer: NotBefore) -> str:
    """One answer in words: `needs d0 from line 12`."""
    where = _producer_text(analysis, answer)
    kind = answer.kind
    if kind in ("operand", "flag"):
        return f"needs {_operand_name(analysis, index, answer.detail)} from {where}"
    if kind == "accumulate":
        return f"accumulates on {_operand_name(analysis, index, answer.detail)} from {where}"
    if kind == "memory":
        return f"loads what {where} stored"
    if kind == "write-order":
        return f"{_operand_name(analysis, index, answer.detail)} is still to be written by {where}"
    if kind == "unit":
        return f"{answer.detail} busy with {where}"
    if kind == "blocked":
        return f"{where} closes issue"
    if kind == "branch":
        return f"target of the taken branch at {where}"
    if kind == "no-co-issue":
        return f"no co-issue: {_refusal_text(analysis, index, answer.detail)}"
    return {"slot": "slots full", "start": "", "order": ""}[kind]


def _producer_text(analysis: Scheduled, answer: NotBefore) -> str:
    if answer.producer < 0:
        return "before"
    place = place_text(analysis.body.resolved[answer.producer].instruction)
    ago = {0: "", 1: " (iteration before)"}.get(answer.ago, f" ({answer.ago} iterations before)")
    return f"{place}{ago}"


def _refusal_text(analysis: Scheduled, index: int, detail: str) -> str:
    mnemonic = analysis.body.resolved[index].instruction.mnemonic
    if detail == "follows":
        alone = analysis.body.timings[index].slots == "alone"
        return f"{mnemonic} issues alone" if alone else f"{mnemonic} issues only first in a cycle"
    if detail == "leads":
        before = analysis.body.resolved[index - 1].instruction.mnemonic
        alone = analysis.body.timings[index - 1].slots == "alone"
        return f"{before} issues alone" if alone else f"{before} closes its cycle"
    return detail


def _operand_name(analysis: Scheduled, index: int, cell: str) -> str:
    """The operand of the instruction as the user wrote it; the cell's own name when no operand shows it."""
    resolved = analysis.body.resolved[index]
    touches: tuple[Read | Write, ...] = (*resolved.reads, *resolved.writes)
    for touched in touches:
        if cell in touched.cells and touched.operand:
            return touched.operand
    return {"nzcv": "flags"}.get(cell, cell)
