"""The header line of a clause."""

from __future__ import annotations

import re

from cyclesim.errors import AsmError
from cyclesim.gpu.nouns import Header
from cyclesim.ir import Span

WORD = re.compile(r"dwb\([^)]*\)?|\S+")
SLOT = re.compile(r"ds\((\d+)u?\)$")
WAITS = re.compile(r"dwb\((\d+(?:, *\d+)*)\)$")

FLOWS = ("eos", "nbb", "bb", "we")
RECONVERGENCES = ("br_pc", "r_uncond")
MESSAGES = (
    *("vary", "attr", "tex", "vartex", "load", "store", "atomic", "barrier"),
    *("blend", "tile", "z_stencil", "atest", "job", "64"),
)
"""Message kinds as `bi_message_type_name` (bi_print_common.c) spells them."""

MODES = (
    *("inf_suppress", "nan_suppress", "ftz_dx11", "ftz_hsa", "ftz_au"),
    *("fpe_ts", "fpe_pd", "fpe_psqr"),
)
SLOTS = 8
"""Scoreboard slots of a warp: 0-5 general, 6 depth, 7 colour and barriers (bi_scoreboard.c)."""


def parse_header(text: str, line: Span) -> Header:
    """The facts of a header line. Words that no table has are kept in `unknown`. Raises AsmError."""
    slot, flow, reconverge, message, next_message = -1, "", "", "", ""
    waits: tuple[int, ...] = ()
    flags, modes, unknown = set(), [], []
    for match in WORD.finditer(text):
        word = match[0]
        place = Span(line.file, line.line, match.start() + 1, len(word))
        if word.startswith("ds("):
            slot = _slot(word, place)
        elif word.startswith("dwb("):
            waits = _waits(word, place)
        elif word in FLOWS:
            flow = word
        elif word in RECONVERGENCES:
            reconverge = word
        elif word in MESSAGES:
            message = word
        elif word.removeprefix("next_") in MESSAGES:
            next_message = word.removeprefix("next_")
        elif word in ("osrb", "ncph", "td"):
            flags.add(word)
        elif word in MODES:
            modes.append(word)
        else:
            unknown.append(word)
    _complete(text, line, slot, flow, unknown)
    span = Span(line.file, line.line, 1, max(1, len(text.rstrip())))
    barrier, prefetch, terminate = ("osrb" in flags, "ncph" in flags, "td" in flags)
    return Header(
        *(slot, flow, reconverge, message, next_message, waits, barrier, prefetch, terminate),
        *(tuple(modes), tuple(unknown), span),
    )


def _complete(text: str, line: Span, slot: int, flow: str, unknown: list[str]) -> None:
    """A header names its slot and its flow; a line with neither is something else."""
    if slot >= 0 and flow:
        return
    span = Span(line.file, line.line, 1, max(1, len(text.rstrip())))
    missing = "`ds(N)`" if slot < 0 else f"a flow word ({', '.join(FLOWS)})"
    hint = f"not known here: {', '.join(unknown[:5])}" if unknown else "for example `ds(0) nbb ncph`"
    raise AsmError(f"a header without {missing}", span, hint)


def _slot(word: str, place: Span) -> int:
    match = SLOT.match(word)
    if not match or int(match[1]) >= SLOTS:
        raise AsmError(f"no scoreboard slot: {word}", place, f"slots are 0-{SLOTS - 1}: `ds(0)`")
    return int(match[1])


def _waits(word: str, place: Span) -> tuple[int, ...]:
    match = WAITS.match(word)
    slots = tuple(int(one) for one in match[1].split(",")) if match else ()
    if not match or max(slots) >= SLOTS:
        raise AsmError(f"no list of scoreboard slots: {word}", place, f"slots are 0-{SLOTS - 1}: `dwb(0, 1)`")
    return slots
