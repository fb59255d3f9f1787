"""Which registers messages still read or write when a clause touches them."""

from __future__ import annotations

from collections.abc import Iterator

from cyclesim.gpu.control_flow import END, successors
from cyclesim.gpu.nouns import Clause, Instruction, Listing
from cyclesim.gpu.opcodes import Table, load
from cyclesim.ir import Span

Pending = frozenset[tuple[int, int, bool]]
"""Scoreboard slot, register, and whether the message writes it (else it reads it)."""


def pending_messages(listing: Listing) -> Iterator[tuple[str, Span]]:
    """A register of a message is left alone until the message is through with it: `dwb` of its slot waits at the end of
    a clause for messages, `osrb` until all have read their staging registers (bi_scoreboard.c; bi_pack.c)."""
    for clause, pending in zip(listing.clauses, _pending(listing), strict=True):
        if pending:
            yield from _touched(clause, pending, load())


def _pending(listing: Listing) -> list[Pending]:
    """What may be under way where each clause begins, over all paths that lead to it."""
    begins: list[Pending] = [frozenset()] * len(listing.clauses)
    waiting = list(range(len(listing.clauses)))
    while waiting:
        place = waiting.pop(0)
        ends = _behind(listing.clauses[place], begins[place])
        for follower in successors(listing, place):
            if follower != END and not ends <= begins[follower]:
                begins[follower] |= ends
                waiting.append(follower)
    return begins


def _behind(clause: Clause, pending: Pending) -> Pending:
    """What is under way behind a clause and its waits."""
    table, header = load(), clause.header
    message = table.message(clause)
    if message is not None:
        staging = table.staging(message)
        pending |= {(header.slot, number, True) for number in staging.writes}
        pending |= {(header.slot, number, False) for number in staging.reads}
    kept = (one for one in pending if one[0] not in header.waits)
    return frozenset(one for one in kept if one[2] or not header.staging_barrier)


def _touched(clause: Clause, pending: Pending, table: Table) -> Iterator[tuple[str, Span]]:
    written = {register: slot for slot, register, writes in pending if writes}
    read = {register: slot for slot, register, writes in pending if not writes}
    for pair in clause.tuples:
        for slot in pair:
            uses, results = _registers(slot, table)
            for number in sorted(uses & written.keys() | results & written.keys()):
                yield f"r{number} is not there yet: a message of slot {written[number]} writes it", slot.span
            for number in sorted(results & read.keys() - written.keys()):
                yield f"r{number} may not have been read yet by a message of slot {read[number]}", slot.span


def _registers(slot: Instruction, table: Table) -> tuple[set[int], set[int]]:
    """Registers that an instruction reads and writes, staging registers included."""
    uses = {source.number for source in slot.sources if source.kind == "register"}
    results = set() if slot.destination.register is None else {slot.destination.register}
    if slot.staging is not None:
        staging = table.staging(slot)
        uses.update(staging.reads)
        results.update(staging.writes)
    return uses, results
