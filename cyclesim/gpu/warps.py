"""One shader core: engines that issue clauses of resident warps, and why not earlier.

Each engine issues one clause at a time, of the warp that has been ready for longest. A rule never says no; it says not
before which tick: the engine is free (`not-selected`: it issues another warp's clause; `no-ready-warp`: none is
there), the slots that the warp waits for are clear (`clause-wait`), or the unit in front of them is (`unit`). The
latest answer is the reason. While an engine issues, the others of its warps are not selected; while it doesn't, the
time is charged to the reason of the clause that ends the pause. So the reasons add up to the total.

Time is in ticks. Where the state at the end of a loop's round, or at the admission of a work-group, recurs, the rounds
or groups between are skipped: two equal states have equal futures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from heapq import heappop, heappush

from cyclesim.gpu.program import Program, Step, Turn
from cyclesim.gpu.residents import (
    CLAUSE_WAIT,
    NO_READY_WARP,
    NOT_SELECTED,
    REASONS,
    UNIT,
    Engine,
    Group,
    Seen,
    Totals,
    Warp,
    engine_state,
)
from cyclesim.record import NamedTuple

KINDS = ("not-selected", "no-ready-warp", "clause-wait", "unit")
BARRIER = "barrier"
ENGINES = "engines"
MOST_ISSUES = 7_000
"""Issues in search of a recurrence of whole work-groups; then the others go on as busy as the latest were."""
MOST_ROUNDS = 4_000
"""Issues in search of a recurrence of a loop's rounds; then the others take as long as the latest did."""
NOTHING_PENDING = (0, "", 0)
NOTHING = Step(0, 0, 0, "", 0, 0, 0, (), False)
START = "start"


class Event(NamedTuple):
    """One clause of one warp: `start` and `end` of its issue in ticks, and why it did not start earlier."""

    engine: int
    warp: int
    clause: int
    start: int
    end: int
    reason: str
    detail: str


class Run(NamedTuple):
    """One core's share of a dispatch. Units: ticks.

    `stalls`: ticks of the engine that ends last by reason; they add up to `ticks`. `by_clause`: the same by clause and
    reason. `exact`: no mean was needed. `issues`: clauses that were stepped through. `events`: the window asked for.
    """

    ticks: int
    stalls: Mapping[str, int]
    by_clause: Mapping[tuple[int, str], int]
    exact: bool
    issues: int
    events: tuple[Event, ...]


class Core:
    """The state of one core and its run."""

    def __init__(
        self, program: Program, engines: int, groups: int, group_warps: int, resident: int, window: int, patience: int
    ) -> None:
        self.program = program
        self.engines = [Engine(number, len(program.code)) for number in range(engines)]
        self.groups_left = groups
        self.group_warps = group_warps
        self.resident = resident
        self.units: dict[str, int] = {}
        self.coupled = [_coupled(program, loop) for loop in range(len(program.loops))]
        self.rounds = [one.rounds for one in program.code if isinstance(one, Turn)]
        self.admitted = self.order = self.issues = self.now = 0
        self.groups_seen: dict[tuple[object, ...], Seen] = {}
        self.worked: list[tuple[int, list[int]]] = []
        self.most_issues = self.search_ends = patience
        self.most_rounds = min(patience, MOST_ROUNDS)
        self.steps = [NOTHING if isinstance(one, Turn) else one for one in program.code]
        self.plain = [not isinstance(one, Turn) for one in program.code[1:]]
        self.plain = [True, *self.plain, False]
        self.issued = [0] * len(program.code)
        self.exact = True
        self.window = window
        self.events: list[Event] = []

    # Admission ------------------------------------------------------------------------------------------------

    def admit(self, now: int) -> None:
        """Take the next work-group: its warps go to the engines with the fewest."""
        group = Group(self.admitted, self.group_warps)
        self.admitted += 1
        self.groups_left -= 1
        for _ in range(self.group_warps):
            engine = min(self.engines, key=lambda one: len(one.warps))
            warp = Warp(self.order, group, len(self.program.loops))
            engine.warps.append(warp)
            engine.seen.clear()
            self.push(engine, warp, now)

    def push(self, engine: Engine, warp: Warp, ready: int) -> None:
        heappush(engine.queue, (ready, self.order, warp))
        self.order += 1

    # The run --------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Issue everything; returns the tick at which the last clause has issued."""
        for _ in range(min(self.resident, self.groups_left)):
            self.admit(0)
        while True:
            best, start = None, 0
            for engine in self.engines:
                if engine.queue:
                    ready = engine.queue[0][0]
                    at = ready if ready > engine.free else engine.free
                    if best is None or at < start:
                        best, start = engine, at
            if best is None:
                return max(engine.free for engine in self.engines)
            self.issue(best, start)

    def issue(self, engine: Engine, start: int) -> None:
        """The engine issues the next clause of the warp that has been ready for longest."""
        ready, _, warp = heappop(engine.queue)
        place = warp.place
        clause, length, alone, unit, service, latency, slot, waits, drains = self.steps[place]
        waited = ready > engine.free
        if waited:
            reason = warp.reason
        elif engine.last == warp.number:
            reason = NO_READY_WARP
        else:
            reason = NOT_SELECTED
        if waited:
            engine.spent[place * REASONS + reason] += ready - engine.free
        engine.spent[place * REASONS + NOT_SELECTED] += length
        end = start + length
        if self.issues < self.window:
            kind = KINDS[reason] if engine.last >= 0 else START
            self.events.append(Event(engine.number, warp.number, clause, start, end, kind, warp.unit if waited else ""))
        engine.free, engine.last = end, warp.number
        # Nothing issues before this any more: states are taken relative to it.
        self.now = start
        self.issues += 1
        self.issued[place] += 1
        after = start + alone if alone > length else end
        warp.reason = NO_READY_WARP
        if unit and unit != BARRIER:
            free = self.units.get(unit, 0)
            begin = free if free > end else end
            served = self.units[unit] = begin + service
            warp.clear[slot] = (served + latency, unit if begin > end else "", served)
        for wanted in waits:
            clear, busy, _ = warp.clear.pop(wanted, NOTHING_PENDING)
            if clear > after:
                after, warp.unit, warp.reason = clear, busy or f"slot {wanted}", UNIT if busy else CLAUSE_WAIT
        if drains:
            for _, busy, served in warp.clear.values():
                if served > after:
                    after, warp.unit, warp.reason = served, busy or "staging registers", UNIT if busy else CLAUSE_WAIT
        place += 1
        if self.plain[place] and unit != BARRIER:
            warp.place = place
            heappush(engine.queue, (after, self.order, warp))
            self.order += 1
        else:
            self.advance(engine, warp, after, end, unit == BARRIER)

    def advance(self, engine: Engine, warp: Warp, after: int, end: int, barrier: bool) -> None:
        """To the warp's next clause, through turns of loops; or its end."""
        code = self.program.code
        place = warp.place + 1
        turned = -1
        while place < len(code):
            turn = code[place]
            if not isinstance(turn, Turn):
                break
            warp.counts[turn.loop] += 1
            if warp.counts[turn.loop] < turn.rounds:
                place, turned = turn.start, turn.loop
                break
            warp.counts[turn.loop] = 0
            place += 1
        warp.place = place
        if place == len(code):
            self.finish(engine, warp, end)
        elif barrier:
            self.arrive(engine, warp, after)
        else:
            self.push(engine, warp, after)
            if turned >= 0 and warp is engine.warps[0] and (engine.number == 0 or not self.coupled[turned]):
                self.skip_rounds(engine, turned, self.now)

    def arrive(self, engine: Engine, warp: Warp, after: int) -> None:
        """At a barrier: go on when all warps of the group that are not finished have come."""
        group = warp.group
        warp.reason, warp.unit = CLAUSE_WAIT, BARRIER
        group.arrived.append((warp, engine.number))
        self.release(group, after)

    def release(self, group: Group, after: int) -> None:
        if group.arrived and len(group.arrived) == group.left:
            for one, number in group.arrived:
                self.push(self.engines[number], one, after)
            group.arrived = []

    def finish(self, engine: Engine, warp: Warp, end: int) -> None:
        """The warp has ended; the last of a group makes room for the next one."""
        engine.warps.remove(warp)
        engine.seen.clear()
        warp.group.left -= 1
        if warp.group.left:
            self.release(warp.group, end)
        elif self.groups_left:
            self.admit(end)
            if not self.admitted % self.resident:
                self.skip_groups(self.now)

    # Steady state ---------------------------------------------------------------------------------------------

    def skip_rounds(self, engine: Engine, loop: int, now: int) -> None:
        """Skip whole periods of a loop when the state recurs with all warps inside it.

        Without a message in the loop the engines have nothing to do with one another: each is looked at alone.
        """
        scope = self.engines if self.coupled[loop] else [engine]
        first, last = self.program.loops[loop]
        warps = [warp for one in scope for warp in one.warps]
        if any(not first <= warp.place <= last or warp.group.arrived for warp in warps):
            return
        base = engine.warps[0].counts[loop]
        left = min(self.rounds[loop] - 1 - warp.counts[loop] for warp in warps)
        key = self.state(scope, now, loop, base, 0)
        seen = engine.seen.setdefault(loop, {})
        found = seen.get(key)
        if found is None:
            seen[key] = (now, base, self.totals(scope))
            if len(seen) < 3 or len(seen) * len(warps) * (last - first + 1) < self.most_rounds:
                return
            # What has not recurred once is not searched for as long again.
            self.most_rounds //= 4
            found, self.exact = list(seen.values())[len(seen) // 2], False
        before, count, totals = found
        periods = left // (base - count) if base > count else 0
        if periods > 0:
            for warp in warps:
                warp.counts[loop] += periods * (base - count)
            for place in range(first, last + 1):
                inner = _times(self.program.code[: last + 1], place)
                self.issued[place] += periods * (base - count) * len(warps) * inner
            self.repeat(scope, periods, now - before, totals)
        seen.clear()

    def skip_groups(self, now: int) -> None:
        """Skip whole periods of admissions when the state recurs."""
        key = self.state(self.engines, now, -1, 0, self.admitted)
        found = self.groups_seen.get(key)
        if found is None:
            self.groups_seen[key] = (now, self.admitted, self.totals(self.engines))
            self.worked.append((now, list(self.issued)))
            if len(self.worked) > 2 and self.issues > self.search_ends and self.groups_left:
                self.continue_as_busy(now)
            return
        before, admitted, totals = found
        period = self.admitted - admitted
        periods = self.groups_left // period
        if periods > 0:
            self.groups_left -= periods * period
            self.repeat(self.engines, periods, now - before, totals)
        self.groups_seen.clear()
        self.worked.clear()
        self.search_ends = self.issues + self.most_issues

    def continue_as_busy(self, now: int) -> None:
        """No recurrence: the other groups take their work on the busiest resource, as busy as it was of late."""
        middle = len(self.worked) // 4
        before, issued = self.worked[middle]
        totals = list(self.groups_seen.values())[middle][2]
        code = self.program.code
        once = [0 if isinstance(one, Turn) else self.group_warps * _times(code, at) for at, one in enumerate(code)]
        each = self.work(once)
        done = self.work([new - old for new, old in zip(self.issued, issued, strict=True)])
        busiest = max(done, key=lambda what: Fraction(done[what], self.capacity(what)))
        ticks = int(self.groups_left * Fraction(each[busiest] * (now - before), done[busiest]))
        self.groups_left, self.exact = 0, False
        for engine, old in zip(self.engines, totals, strict=True):
            gains = [(new - one) * ticks // (now - before) for new, one in zip(engine.spent, old, strict=True)]
            engine.spent = [spent + gain for spent, gain in zip(engine.spent, gains, strict=True)]
            engine.move(ticks)
        self.units = {unit: free + ticks for unit, free in self.units.items()}

    def work(self, issued: Sequence[int]) -> dict[str, int]:
        """Ticks of the engines and of each unit that so many issues of each step take."""
        work: dict[str, int] = {}
        for step, times in zip(self.program.code, issued, strict=True):
            if isinstance(step, Turn):
                continue
            work[ENGINES] = work.get(ENGINES, 0) + step.issue * times
            if step.unit and step.unit != BARRIER:
                work[step.unit] = work.get(step.unit, 0) + step.service * times
        return work

    def capacity(self, what: str) -> int:
        """How much of it is there: engines, or one unit."""
        return len(self.engines) if what == ENGINES else 1

    def state(self, scope: Sequence[Engine], now: int, loop: int, base: int, group: int) -> tuple[object, ...]:
        """Everything that the future depends on, relative to now, to the leader's round and to the newest group."""
        engines = tuple(engine_state(engine, now, loop, base, group) for engine in scope)
        units = tuple((unit, max(0, free - now)) for unit, free in sorted(self.units.items()))
        groups = dict.fromkeys(warp.group for engine in scope for warp in engine.warps)
        waiting = tuple((one.number - group, number, warp.place) for one in groups for warp, number in one.arrived)
        return engines, units, waiting

    def totals(self, scope: Sequence[Engine]) -> list[Totals]:
        return [list(engine.spent) for engine in scope]

    def repeat(self, scope: Sequence[Engine], periods: int, ticks: int, totals: list[Totals]) -> None:
        """What has happened in `scope` since `totals` happens so many times more."""
        for engine, before in zip(scope, totals, strict=True):
            engine.spent = [new + periods * (new - old) for new, old in zip(engine.spent, before, strict=True)]
            engine.move(periods * ticks)
        if len(scope) == len(self.engines):
            self.units = {unit: free + periods * ticks for unit, free in self.units.items()}


def _times(code: Sequence[Step | Turn], place: int) -> int:
    """How often a step runs, by the loops of `code` that it is in."""
    times = 1
    for turn in code[place:]:
        if isinstance(turn, Turn) and turn.start <= place:
            times *= turn.rounds
    return times


def _coupled(program: Program, loop: int) -> bool:
    """Whether a loop has messages or barriers, through which engines wait for one another."""
    first, last = program.loops[loop]
    return any(one.unit for one in program.code[first : last + 1] if not isinstance(one, Turn))


def run(
    program: Program,
    engines: int,
    groups: int,
    group_warps: int,
    resident: int,
    window: int = 0,
    patience: int = MOST_ISSUES,
) -> Run:
    """Execute `groups` work-groups of `group_warps` warps on one core with `resident` groups at a time.

    `window`: so many issues are kept as events. `patience`: so many are stepped through in search of a recurrence.
    """
    core = Core(program, engines, groups, group_warps, resident, window, patience)
    ticks = core.run()
    last = max(core.engines, key=lambda engine: engine.free)
    by_clause: dict[tuple[int, str], int] = {}
    for place, step in enumerate(program.code):
        for reason in range(REASONS):
            spent = last.spent[place * REASONS + reason]
            if spent and isinstance(step, Step):
                key = (step.clause, KINDS[reason])
                by_clause[key] = by_clause.get(key, 0) + spent
    stalls = {kind: sum(spent for (_, one), spent in by_clause.items() if one == kind) for kind in KINDS}
    rest = ticks - sum(stalls.values())
    # At a mean rate the reasons are means too: what rounding leaves goes to the largest.
    stalls[max(stalls, key=lambda kind: stalls[kind])] += rest
    stalls = {kind: spent for kind, spent in sorted(stalls.items(), key=lambda item: -item[1]) if spent}
    return Run(ticks, stalls, by_clause, core.exact, core.issues, tuple(core.events))
