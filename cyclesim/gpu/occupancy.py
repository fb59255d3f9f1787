"""How many warps are resident, from a kernel's registers and its work-groups."""

from __future__ import annotations

from cyclesim.gpu.launch import Dispatch
from cyclesim.gpu.nouns import Listing
from cyclesim.machine.warps import WarpCore
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles


class Occupancy(NamedTuple):
    """What one core holds while it is full.

    `registers`: those that a thread is given. `threads`: most threads of a core in that mode. `group_warps`: warps of
    one work-group. `admitted_warps`: warps that are taken together, a group or a part of one. `resident`: how many of
    these at a time. `warps`: resident on one engine, a fraction when they don't
    divide. `lanes`: share of the lanes that have a thread.
    """

    registers: int
    threads: int
    group_warps: int
    admitted_warps: int
    resident: int
    warps: Cycles
    lanes: Cycles

    most: int


def contexts(core: WarpCore, full: bool) -> int:
    """Register contexts that a warp takes: one, or two above the core's limit of registers.

    Mali-G52: 768 threads with up to 32 work registers, 384 with 33 to 64 (Arm GPU Datasheet).
    """
    return 1 if full or core.whole("registers") >= core.whole("most_registers") else 2


def occupancy(core: WarpCore, dispatch: Dispatch, full: bool, whole: bool = True) -> Occupancy:
    """`full`: a thread manages with the registers at which all warps are resident. `whole`: groups have barriers or
    shared memory, and are taken whole; others may be split (Arm GPU Best Practices, section 10.2).

    A work-group takes its contexts in multiples of the granule, which is what groups of one and two warps lose by.
    """
    lanes, engines = core.whole("lanes"), core.whole("engines")
    each, places = contexts(core, full), engines * core.whole("warps")
    group_warps = -(-dispatch.group_threads // lanes)
    granule = core.whole("granule")
    taken = -(-group_warps * each // granule) * granule
    admitted = group_warps
    if not whole and group_warps * each == taken:
        admitted, taken = granule // each, granule
    resident = max(1, places // taken)
    busiest = -(-dispatch.groups // core.whole("cores")) * (group_warps // admitted)
    # A dispatch smaller than the core leaves engines with fewer warps than there is place for.
    warps = Cycles(min(resident, busiest) * admitted, engines)
    registers = core.whole("registers") if each == 1 else core.whole("most_registers")
    return Occupancy(
        registers,
        places // each * lanes,
        group_warps,
        admitted,
        resident,
        warps,
        Cycles(dispatch.group_threads, group_warps * lanes),
        core.whole("warps"),
    )


def taken_whole(listing: Listing) -> bool:
    """Whether the listing has a barrier or touches shared memory."""
    slots = (slot for clause in listing.clauses for pair in clause.tuples for slot in pair)
    barrier = any(clause.header.message == "barrier" for clause in listing.clauses)
    return barrier or any("wls" in slot.modifiers for slot in slots)
