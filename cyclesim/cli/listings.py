"""From the options of a command line to estimates of GPU listings: what `estimate` and `explain` share for them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from cyclesim.cli.options import core_names
from cyclesim.errors import CyclesimError, ManyErrors, UsageError
from cyclesim.gpu import launch, opcodes, validity
from cyclesim.gpu.estimate import Estimate, estimate
from cyclesim.gpu.nouns import Listing
from cyclesim.gpu.shipped import read_listing
from cyclesim.machine.warps import WarpCore, load_warps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


MOST_BYTES = 1 << 40


def estimates(arguments: argparse.Namespace, files: Sequence[str], window: int = 0) -> tuple[list[Estimate], list[str]]:
    """Every listing on every core, and remarks on where the input came from. All errors are raised together."""
    _refuse_other_options(arguments)
    cores = [load_warps(name) for name in core_names(arguments.uarch)]
    trips = trip_counts(arguments.trip)
    found, notes, errors = [], [], []
    for file in files:
        try:
            one, note, launched = read_listing(file)
            if not arguments.ignore_unknown:
                opcodes.require_known(one)
            given = {**launched, **_given(arguments)}
            rounds = {**(launched.get("trips") or {}), **trips} if not trips.get("all") else trips
            found += [_estimate(one, core, rounds, given, window) for core in cores]
        except CyclesimError as error:
            errors.append(error)
            continue
        notes += [note] if note else []
        broken = validity.remark(one)
        notes += [f"{one.file}: {broken}"] if broken else []
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return found, notes


def _estimate(
    one: Listing, core: WarpCore, trips: Mapping[str, int], given: Mapping[str, Any], window: int
) -> Estimate:
    shape = launch.dispatch(given.get("threads"), given.get("group"), core)
    return estimate(one, core, shape, trips, given.get("memory_bytes"), window)


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("threads", "group", "memory_bytes")
    return {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}


def _refuse_other_options(arguments: argparse.Namespace) -> None:
    """Options that choose a part of assembly mean nothing for a listing."""
    if arguments.memory_bytes is not None and not 0 <= arguments.memory_bytes <= MOST_BYTES:
        raise UsageError(f"--memory-bytes {arguments.memory_bytes}: from 0 to {MOST_BYTES} bytes a thread")
    for option in ("region", "lines", "isa", "symbol", "member", "address"):
        if getattr(arguments, option, None):
            raise UsageError(f"--{option} is for assembly; a listing is estimated whole")
    for option in ("whatif", "assume"):
        if getattr(arguments, option, None):
            raise UsageError(f"--{option} is for assembly; GPU listings have no timing classes")


def trip_counts(texts: Sequence[str]) -> dict[str, int]:
    """`clause_8=1000`, `all=4` as loop name to rounds of its body."""
    trips = {}
    for text in (one for several in texts for one in several.split(",")):
        name, equals, count = text.strip().partition("=")
        if not equals or not name.strip() or not (count.strip().isdecimal() and count.strip().isascii()):
            raise UsageError(
                f"--trip takes LOOP=N, not {text!r}", hint="for example --trip clause_8=1000 or --trip all=4"
            )
        if len(count.strip()) > 12:
            raise UsageError(f"--trip {text}: more than 10^12 rounds")
        trips[name.strip()] = int(count)
    return trips
