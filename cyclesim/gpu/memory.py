"""Messages: which unit serves one, for how long, and how many bytes of a thread it moves."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.gpu.nouns import Clause
from cyclesim.gpu.opcodes import load
from cyclesim.machine.warps import WarpCore
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

LOAD_STORE, TEXTURE, VARYING, BARRIER = "load/store", "texture", "varying", "barrier"
UNITS: Mapping[str, str] = {
    "load": LOAD_STORE,
    "store": LOAD_STORE,
    "attr": LOAD_STORE,
    "atomic": LOAD_STORE,
    "tex": TEXTURE,
    "vartex": TEXTURE,
    "vary": VARYING,
    "barrier": BARRIER,
}
"""Message kind to the unit that serves it. Attributes and images go through load/store (Mesa's own count)."""
ON_CHIP = ("wls", "tl", "ubo")
"""Segments that are not counted as memory traffic: shared memory, scratch and uniform blocks stay in caches."""
REGISTER_BYTES = 4


class Message(NamedTuple):
    """The message of a clause. `bytes`: what a thread moves. `memory`: whether that is traffic with memory."""

    kind: str
    unit: str
    bytes: int
    memory: bool


def message_of(clause: Clause) -> Message | None:
    """The message of a clause, None without one."""
    kind = clause.header.message
    if not kind:
        return None
    table = load()
    instruction = table.message(clause)
    if instruction is None:
        return Message(kind, UNITS.get(kind, LOAD_STORE), 0, False)
    staging = table.staging(instruction)
    moved = REGISTER_BYTES * len(set(staging.reads) | set(staging.writes))
    # LEA computes an address; what it leaves in registers has not been in memory.
    elsewhere = instruction.opcode.startswith("LEA") or any(one in ON_CHIP for one in instruction.modifiers)
    memory = UNITS.get(kind) == LOAD_STORE and not elsewhere
    return Message(kind, UNITS.get(kind, LOAD_STORE), moved, memory)


def service(core: WarpCore, message: Message, numbers: Mapping[str, Cycles]) -> Cycles:
    """Cycles for which a warp's message holds its unit.

    Load/store serves whole cache lines, and a limited number of threads a cycle; which of the two binds is not known
    of every core, hence the range of `load_store_threads`.
    """
    lanes = core.whole("lanes")
    if message.unit == TEXTURE:
        return lanes / numbers["samples"]
    if message.unit == VARYING:
        return Cycles(max(message.bytes, REGISTER_BYTES)) / numbers["varying"]
    if message.kind == "atomic":
        return lanes * numbers["atomic_cycles"]
    lines = Cycles(-(-lanes * message.bytes // core.whole("line")))
    return max(lanes / numbers["load_store_threads"], lines)
