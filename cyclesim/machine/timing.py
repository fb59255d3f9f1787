"""What one core says of one instruction: plain values between the core file and the issue engine."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

STATUSES = ("vendor", "measured", "talk", "compiler-model", "inferred", "fitted", "unknown")
SLOTS = ("either", "older", "younger", "alone")
REDIRECTS = ("call", "return", "exchange", "indirect")
NEED_ROLES = ("source", "accumulator", "address", "data", "flags", "merge")


class Timing(NamedTuple):
    """The timing of one resolved instruction on one core. Units: cycles from its own issue.

    `latency`: until the result can be a source (None: unknown). `accumulate`: the shorter latency to the
    accumulator of an instruction of the same `forward` group, None without such forwarding. `base`: until a
    written-back address is usable. `flags`: until flags are usable. `uses`: how many of which unit are held, for
    `cycles` (the issue cycles, which is the reciprocal throughput of a lone stream). `slots`: which position of an
    issue group it may take. `blocks`: no other instruction issues during its `cycles`. `needs`: cycles after issue
    at which an operand of a role is needed (negative: that much before issue). `pairs_as`: its name in co-issue rules.
    """

    class_: str
    latency: Cycles | None
    accumulate: Cycles | None
    forward: str
    base: Cycles
    flags: Cycles
    uses: tuple[tuple[str, int], ...]
    cycles: Cycles
    slots: str
    blocks: bool
    needs: Mapping[str, Cycles]
    pairs_as: str
    status: str
    source: str
    where: str


class CoIssueRefusal(NamedTuple):
    """Two instructions that never share a cycle although slots and units would let them.

    `older` and `younger` are names as in `Timing.pairs_as`; `sentence` is what a kernel writer reads.
    """

    name: str
    older: frozenset[str]
    younger: frozenset[str]
    sentence: str
    status: str
    source: str


class Branches(NamedTuple):
    """What a taken branch does: it ends its issue group, and `taken_bubble` cycles pass without issue.

    `redirects`: so many cycles more until the target issues, by how the target is found: `call`, `return`,
    `exchange` (A32's BX and BLX of a register other than the link register), `indirect`.
    """

    taken_bubble: Cycles
    status: str
    source: str
    redirects: Mapping[str, Cycles] = {}


class CacheLevel(NamedTuple):
    """One level of data cache. `bytes` and `ways` of it; `latency`: cycles that an access served by it takes longer
    than one served by the first level."""

    bytes: int
    ways: int
    latency: Cycles


class MemorySystem(NamedTuple):
    """L1-resident memory. Units: bytes, cycles. `store_to_load`: from the issue of a store to the issue of a load of
    the same bytes, beyond which there is no wait; None when unknown. `unaligned_cycles`: of each `unaligned_boundary`
    bytes of an unaligned access. It counts where addresses are known. `levels` and `beyond` (cycles that memory takes
    longer than the first level) serve runs that ask for a hierarchy; no levels when nothing is known."""

    line_bytes: int
    unaligned_boundary: int
    unaligned_cycles: Cycles
    store_to_load: Cycles | None
    status: str
    source: str
    levels: tuple[CacheLevel, ...] = ()
    beyond: Cycles = Cycles(0)


class FlatSum(NamedTuple):
    """A class's share in the talk's additive model. Units: issue cycles per instruction; `counted` False for what the
    slides leave out (loop control, pointer updates)."""

    cycles: Cycles
    counted: bool
    status: str
    source: str


class Core(NamedTuple):
    """A microarchitecture as its file describes it; `machine.timing_of(core, resolved)` times an instruction on it."""

    name: str
    aliases: tuple[str, ...]
    title: str
    kind: str
    picture: str
    isas: tuple[str, ...]
    issue_width: int
    units: Mapping[str, int]
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
    refusals: tuple[CoIssueRefusal, ...]
    branches: Branches
    memory: MemorySystem
    flat_sums: Mapping[str, tuple[Mapping[str, object], ...]]
    sources: Mapping[str, str]
    file: str
