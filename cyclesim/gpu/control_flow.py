"""Which clauses follow which, which of them form loops, and how often each one runs.

The compiler's loops: the header (one or many clauses) runs once more than the body; its last clause branches into the
body, and else falls into a clause that jumps to the exit. That clause lies between header and body and runs once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cyclesim.errors import AsmError, CyclesimError, ManyErrors, TripError
from cyclesim.gpu.nouns import Clause, Listing, Operand
from cyclesim.gpu.opcodes import load
from cyclesim.ir import Span
from cyclesim.record import NamedTuple
from cyclesim.units import counted

END = -1
"""The successor that is the end of the program."""


class Loop(NamedTuple):
    """A loop by clause numbers, in order of address.

    `header`: the clause that is jumped back to, and the loop's name `clause_<header>`. `once_more`: clauses that run
    once more than the body, for they find out that the loop is over; empty when the jump back is itself conditional.
    `body`: the other clauses. `outer`: headers of the loops around it, the outermost first.
    """

    header: int
    once_more: tuple[int, ...]
    body: tuple[int, ...]
    outer: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"clause_{self.header}"

    @property
    def clauses(self) -> tuple[int, ...]:
        """All clauses of the loop."""
        return tuple(sorted(self.once_more + self.body))


def target_of(clause: Clause) -> Operand | None:
    """The operand that a clause's branch goes to, None without a branch. Kind `label`, or `zero`: the program ends."""
    row = load().find(clause.last)
    if clause.last.sources and row is not None and row.kind == "branch":
        return clause.last.sources[-1]
    slots = [slot for pair in clause.tuples for slot in pair]
    return next((source for slot in slots for source in slot.sources if source.kind == "label"), None)


def successors(listing: Listing, place: int) -> tuple[int, ...]:
    """Places in `listing.clauses` that may follow one, the branch target first; `END` for the end of the program."""
    clause = listing.clauses[place]
    follower = place + 1 if place + 1 < len(listing.clauses) else END
    target = target_of(clause)
    if clause.header.ends:
        return (END,)
    if target is None:
        return (follower,)
    taken = listing.places.get(target.number, END) if target.kind == "label" else END
    return (taken,) if clause.last.opcode == "JUMP" else (taken, follower)


def indirect_jumps(listing: Listing) -> list[CyclesimError]:
    """An error for every branch to an address in a register: where it goes, no listing tells."""
    errors: list[CyclesimError] = []
    for clause in listing.clauses:
        target = target_of(clause)
        if target is not None and target.kind not in ("label", "zero"):
            span = Span(listing.file, clause.last.span.line, target.column, len(target.text))
            text = listing.lines[span.line - 1]
            errors.append(AsmError(f"{clause.last.opcode} to an address in {target.text}", span, INDIRECT, text))
    return errors


INDIRECT = "the control flow of a listing is followed by its labels only"


def loops(listing: Listing) -> tuple[Loop, ...]:
    """All loops, in order of address; every jump to a clause at or before its own makes one."""
    after = [successors(listing, place) for place in range(len(listing.clauses))]
    back: dict[int, list[int]] = {}
    for place, followers in enumerate(after):
        for follower in followers:
            if follower != END and follower <= place:
                back.setdefault(follower, []).append(place)
    if not back:
        return ()
    before: list[list[int]] = [[] for _ in after]
    for place, followers in enumerate(after):
        for follower in followers:
            if follower != END:
                before[follower].append(place)
    members = {header: _members(header, tails, after, before) for header, tails in sorted(back.items())}
    return tuple(_loop(listing, header, members, after, back[header]) for header in sorted(back))


def _members(header: int, tails: list[int], after: list[tuple[int, ...]], before: list[list[int]]) -> frozenset[int]:
    """Places that lead to a jump back without passing the header, and that the header leads to."""
    backwards = _reach(tails, before, header)
    forwards = _reach([header], after, END)
    return (backwards & forwards) | {header, *tails}


def _reach(starts: Iterable[int], following: list[tuple[int, ...]] | list[list[int]], stop: int) -> frozenset[int]:
    """Everything that some places lead to, themselves included; nothing is followed through `stop`."""
    found, waiting = set(starts), list(starts)
    while waiting:
        place = waiting.pop()
        for follower in () if place == stop else following[place]:
            if follower != END and follower not in found:
                found.add(follower)
                waiting.append(follower)
    return frozenset(found)


def _loop(
    listing: Listing,
    header: int,
    members: Mapping[int, frozenset[int]],
    after: list[tuple[int, ...]],
    tails: list[int],
) -> Loop:
    """The parts of one loop. It is left at its first exit; a later one is a break."""
    inside = members[header]
    exits = [place for place in sorted(inside) if any(one not in inside for one in after[place])]
    once_more: frozenset[int] = frozenset()
    if exits and exits[0] not in tails:
        before: list[list[int]] = [[] for _ in after]
        for place in inside:
            for follower in after[place]:
                if follower in inside and follower != header:
                    before[follower].append(place)
        once_more = _reach([exits[0]], before, header)
    numbers = [clause.number for clause in listing.clauses]
    outer = [one for one, places in members.items() if header in places and one != header]
    outer.sort(key=lambda one: (-len(members[one]), one))
    return Loop(
        numbers[header],
        tuple(numbers[place] for place in sorted(once_more)),
        tuple(numbers[place] for place in sorted(inside - once_more)),
        tuple(numbers[one] for one in outer),
    )


def executed(listing: Listing, trips: Mapping[str, int]) -> dict[int, int]:
    """How often a thread's warp runs each clause, by clause number, for trip counts by loop name.

    A trip count says how often the body runs, each time the loop is entered. `all` stands for every loop that isn't
    named. Of an `if` both sides run, as they do in a warp that takes both; clauses that nothing leads to run 0 times.
    Raises TripError (all of them together) for a loop without a trip count and for a name of no loop, AsmError for a
    jump to an address in a register.
    """
    found = loops(listing)
    errors = [*indirect_jumps(listing), *_trip_errors(listing, found, trips)]
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    reached = reachable(listing)
    times = {clause.number: int(clause.number in reached) for clause in listing.clauses}
    for loop in found:
        trip = trips.get(loop.name, trips.get("all", 0))
        for number in loop.body:
            times[number] *= trip
        for number in loop.once_more:
            times[number] *= trip + 1
    return times


def reachable(listing: Listing) -> frozenset[int]:
    """Numbers of the clauses that the first one leads to."""
    if not listing.clauses:
        return frozenset()
    after = [successors(listing, place) for place in range(len(listing.clauses))]
    return frozenset(listing.clauses[place].number for place in _reach([0], after, END))


def _trip_errors(listing: Listing, found: tuple[Loop, ...], trips: Mapping[str, int]) -> list[CyclesimError]:
    names = [loop.name for loop in found]
    known = f"loops: {', '.join(names)}" if names else "this listing has no loop"
    errors: list[CyclesimError] = [
        TripError(f"no loop {name}", hint=known) for name in trips if name != "all" and name not in names
    ]
    errors += [TripError(f"a trip count can't be negative: {name}={trip}") for name, trip in trips.items() if trip < 0]
    missing = [] if "all" in trips else [loop for loop in found if loop.name not in trips]
    for loop in missing:
        clause = listing.clauses[listing.places[loop.header]]
        text = listing.lines[clause.span.line - 1]
        hint = f"--trip {loop.name}=N, how often its body runs, or --trip all=N for {counted(len(found), 'loop')}"
        errors.append(TripError(f"loop {loop.name} has no trip count", clause.span, hint, text))
    return errors


def open_branches(listing: Listing) -> tuple[int, ...]:
    """Numbers of the clauses whose conditional branch leaves no loop and closes none: the `if`s of the program."""
    found = loops(listing)
    deciding = set()
    for loop in found:
        inside = set(loop.clauses)
        for number in inside:
            place = listing.places[number]
            targets = {listing.clauses[one].number if one != END else END for one in successors(listing, place)}
            if not targets <= inside or loop.header in targets:
                deciding.add(number)
    return tuple(
        clause.number
        for place, clause in enumerate(listing.clauses)
        if len(successors(listing, place)) > 1 and clause.number not in deciding
    )
