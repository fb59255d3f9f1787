"""The figures of the compiler's statistics line, counted again from a listing.

What each figure means is `bi_print_stats` in Mesa's bifrost_compile.c; checked on listings of Mesa 22.3.6. Loop bodies
count once, whatever the trip count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cyclesim.gpu.nouns import Clause, Listing, Tuple
from cyclesim.gpu.opcodes import load

KEYS = (
    *("inst", "tuples", "clauses", "cycles", "arith", "texture", "vary", "ldst"),
    *("quadwords", "threads", "preloads", "loops", "spills", "fills"),
)

TUPLES_A_CYCLE = 24
"""Arithmetic tuples of threads that a core of three engines with eight lanes issues a cycle."""
TEXELS_A_CYCLE = 2
VARYING_HALVES_A_CYCLE = 16
LOAD_STORE_MESSAGES = frozenset({"attr", "load", "store", "atomic"})
"""Message kinds that the load/store unit serves. Attributes count, barriers don't."""

QUADWORDS_OF_TUPLES = (0, 1, 2, 3, 3, 4, 5, 5, 6)
"""16-byte words of a clause with so many tuples and no constants (the formats of disassemble.c)."""
SPARE_CONSTANT = frozenset({3, 5, 6, 8})
"""Numbers of tuples whose format leaves room for one 64-bit constant."""
PADDED_CLAUSE = 8
"""The code is padded for a prefetch of 128 bytes: the last clause counts as eight quadwords."""


def count(listing: Listing) -> dict[str, float]:
    """The figures of the statistics line under its own names; `cycles`, `arith`, `texture`, `vary` and `ldst` are
    cycles of a core for a thread, rounded to the six decimals that the compiler prints."""
    clauses = listing.clauses
    arithmetic = sum(_arithmetic(clause) for clause in clauses) / TUPLES_A_CYCLE
    texture = sum(clause.header.message in ("tex", "vartex") for clause in clauses) / TEXELS_A_CYCLE
    varying = sum(_varying_halves(clause) for clause in clauses) / VARYING_HALVES_A_CYCLE
    messages = sum(clause.header.message in LOAD_STORE_MESSAGES for clause in clauses)
    slots = [slot for clause in clauses for pair in clause.tuples for slot in pair]
    scratch = [slot.opcode for slot in slots if "tl" in slot.modifiers and slot.opcode in ("LOAD", "STORE")]
    return {
        "inst": sum(not slot.idle for slot in slots),
        "tuples": sum(len(clause.tuples) for clause in clauses),
        "clauses": len(clauses),
        "cycles": round(max(arithmetic, texture, varying, messages), 6),
        "arith": round(arithmetic, 6),
        "texture": round(texture, 6),
        "vary": round(varying, 6),
        "ldst": float(messages),
        "quadwords": clauses[-1].number + PADDED_CLAUSE if clauses else 0,
        "threads": 2 if full_occupancy(listing) else 1,
        "preloads": 0,
        "loops": len(loop_targets(listing)),
        "spills": scratch.count("STORE"),
        "fills": scratch.count("LOAD"),
    }


def _arithmetic(clause: Clause) -> int:
    """Tuples that count as arithmetic: all but a message's own, that one too when its FMA slot is used."""
    message = load().message(clause)
    return sum(pair.add is not message or not pair.fma.idle for pair in clause.tuples)


def _varying_halves(clause: Clause) -> int:
    """16-bit channels that a varying message interpolates."""
    message = load().message(clause)
    if message is None or clause.header.message not in ("vary", "vartex"):
        return 0
    lanes = next((int(word[1]) for word in message.modifiers if word in ("v2", "v3", "v4")), 1)
    return lanes * (1 if "f16" in message.modifiers else 2)


def loop_targets(listing: Listing) -> tuple[int, ...]:
    """Numbers of the clauses that a JUMP from a clause at or behind them goes to, in order of address."""
    found = {
        source.number
        for clause in listing.clauses
        if clause.last.opcode == "JUMP"
        for source in clause.last.sources
        if source.kind == "label" and source.number <= clause.number
    }
    return tuple(sorted(found))


HALF_OCCUPANCY_REGISTERS = range(16, 48)
"""With up to 32 work registers a thread has r0-r15 and r48-r63; r16-r47 are there only at half occupancy (bi_ra.c)."""


def work_registers(listing: Listing) -> frozenset[int]:
    """Registers that any instruction or message names, staging ranges included."""
    return frozenset(number for clause in listing.clauses for pair in clause.tuples for number in _registers(pair))


def full_occupancy(listing: Listing) -> bool:
    """Whether the kernel runs with 32 registers a thread, which is what full occupancy takes."""
    return not any(number in HALF_OCCUPANCY_REGISTERS for number in work_registers(listing))


def _registers(pair: Tuple) -> Iterator[int]:
    for slot in pair:
        if slot.destination.register is not None:
            yield slot.destination.register
        for source in slot.sources:
            if source.kind == "register":
                yield source.number
        if slot.staging is not None:
            staging = load().staging(slot)
            yield slot.staging
            yield from staging.reads
            yield from staging.writes


def sixteen_bit_share(listing: Listing) -> float:
    """Share of the arithmetic instructions that work on at most 16 bits, 0 when there is none."""
    table = load()
    rows = [(slot, table.find(slot)) for clause in listing.clauses for pair in clause.tuples for slot in pair]
    arithmetic = [slot for slot, row in rows if row and row.kind in ARITHMETIC_KINDS]
    return sum(table.sixteen_bit(slot) for slot in arithmetic) / len(arithmetic) if arithmetic else 0.0


ARITHMETIC_KINDS = frozenset({"float", "dot", "integer", "shift", "compare", "convert", "special"})


def quadwords(clause: Clause) -> int:
    """Size of a clause in 16-byte words: its tuples and the 64-bit constants that find no room beside them."""
    tuples = min(len(clause.tuples), 8)
    constants = constant_pairs(clause)
    spare = 1 if tuples in SPARE_CONSTANT and constants else 0
    return QUADWORDS_OF_TUPLES[tuples] + (constants - spare + 1) // 2


def constant_pairs(clause: Clause) -> int:
    """64-bit constants of a clause after merging, as the packer does it (bi_schedule.c).

    A tuple with two words (a branch offset is one) takes a pair, equal pairs are shared. Then tuples with one word, in
    order, share a pair that has it (not the branch's) or complete the single word of an earlier tuple.
    """
    words = [_constant_words(pair) for pair in clause.tuples]
    pairs: list[tuple[int, ...]] = []
    for one in words:
        if len(one) == 2 and one not in pairs and one[::-1] not in pairs:
            pairs.append(one)
    pending: list[int] = []
    for word in (one[0] for one in words if len(one) == 1):
        if word in pending or any(word in pair and BRANCH_WORD not in pair for pair in pairs):
            continue
        if pending:
            pairs.append((pending.pop(), word))
        else:
            pending.append(word)
    pairs += [(word,) for word in pending]
    if pairs and BRANCH_WORD in pairs[0] and len(clause.tuples) in (5, 8):
        # The format of these sizes has room for constant 0 only without a branch's modifier.
        return max(len(pairs), 2)
    return len(pairs)


BRANCH_WORD = -1


def _constant_words(pair: Tuple) -> tuple[int, ...]:
    """The distinct 32-bit constants of a tuple; a branch offset stands as `BRANCH_WORD`."""
    words: dict[int, None] = {}
    for slot in pair:
        for source in slot.sources:
            if source.kind == "label":
                words[BRANCH_WORD] = None
            elif source.kind == "literal":
                words[source.number] = None
    return tuple(words)


def differences(counted: Mapping[str, float], stated: Mapping[str, float]) -> list[tuple[str, float, float]]:
    """Figures of the compiler's own line that counting doesn't give: name, counted, stated."""
    return [
        (name, counted[name], value)
        for name, value in stated.items()
        if name in counted and abs(counted[name] - value) > 1e-6
    ]
