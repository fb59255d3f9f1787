"""Analytic floors of a loop, each with its witness: if this were the only limit, no schedule could be faster.

bound <= schedule always (a property test).
"""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.depgraph import DependenceGraph, Edge
from cyclesim.issue.body import Body, Pairing, memory_locations, write_latency
from cyclesim.machine.timing import Timing
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, counted


class Bound(NamedTuple):
    """One floor. Units: cycles per iteration. `limit`: a unit's name, `issue`, `pairing` or `recurrence`.

    `witness`: indices of the instructions that make it up, in order (a recurrence: around the cycle).
    `sentence`: the arithmetic in words.
    """

    limit: str
    cycles: Cycles
    witness: tuple[int, ...]
    sentence: str


class Bounds(NamedTuple):
    """All floors, the highest first; `notes` say which could not be computed and why."""

    all: tuple[Bound, ...]
    notes: tuple[str, ...]

    @property
    def binding(self) -> Bound:
        return self.all[0]


def find_bounds(body: Body, graph: DependenceGraph, loop: bool) -> Bounds:
    """The floors of a region; straight-line code has no recurrence, but its longest dependence chain instead."""
    found = [*unit_bounds(body), issue_bound(body), pairing_bound(body)]
    notes = []
    unknown = [
        index for index, timing in enumerate(body.timings) if timing.latency is None and _has_reader(index, graph)
    ]
    if unknown:
        lines = ", ".join(sorted({body.resolved[index].form.mnemonic for index in unknown}))
        notes.append(f"no dependence bound: the latency of {lines} is unknown on {body.core.name}")
    elif loop:
        found.append(recurrence_bound(body, graph))
    else:
        found.append(chain_bound(body, graph))
    ranked = sorted((bound for bound in found if bound.cycles), key=lambda bound: -bound.cycles)
    return Bounds(tuple(ranked) or (found[0],), tuple(notes))


def _has_reader(index: int, graph: DependenceGraph) -> bool:
    return any(edge.producer == index and edge.write_role == "result" for edge in graph.true_edges())


def _counted(body: Body) -> list[tuple[Timing, int]]:
    """Distinct timings and how many instructions have each."""
    counts: dict[int, int] = {}
    for timing in body.timings:
        counts[id(timing)] = counts.get(id(timing), 0) + 1
    return [(timing, counts[id(timing)]) for timing in {id(timing): timing for timing in body.timings}.values()]


def unit_bounds(body: Body) -> list[Bound]:
    """Each unit is held for so many cycles; its instances share that evenly at best."""
    held: dict[str, Cycles] = {unit: Cycles(0) for unit in body.unit_names}
    for timing, number in _counted(body):
        for unit, count in timing.uses:
            held[unit] += number * count * timing.cycles
    users: dict[str, list[int]] = {unit: [] for unit in body.unit_names}
    for index, timing in enumerate(body.timings):
        for unit, _ in timing.uses:
            users[unit].append(index)
    return [
        Bound(unit, cycles / count, tuple(users[unit]), _unit_sentence(unit, len(users[unit]), cycles, count))
        for unit, count, cycles in zip(body.unit_names, body.unit_counts, held.values(), strict=True)
    ]


def _unit_sentence(unit: str, users: int, cycles: Cycles, count: int) -> str:
    share = f", shared by {count}" if count > 1 else ""
    verb = "holds" if users == 1 else "hold"
    return f"{counted(users, 'instruction')} {verb} {unit} for {counted(cycles, 'cycle')}{share}"


def issue_bound(body: Body) -> Bound:
    """An issue group has as many slots as the core is wide; some operations need a group, or several cycles, alone."""
    width = body.core.issue_width
    closed, shared = Cycles(0), 0
    for timing, number in _counted(body):
        closed += number * max(timing.cycles - 1, Cycles(0)) if timing.blocks else 0
        if timing.slots == "alone":
            closed += number
        else:
            shared += number
    cycles = closed + Cycles(shared, width)
    sentence = f"{counted(shared, 'instruction')} in {counted(width, 'slot')} a cycle"
    sentence += f", {counted(closed, 'cycle')} of issue alone" if closed else ""
    return Bound("issue", cycles, tuple(range(len(body.timings))), sentence)


class _Kind(NamedTuple):
    """Instructions alike for pairing."""

    pairing: Pairing
    cycles: Cycles
    members: tuple[int, ...]


def pairing_bound(body: Body) -> Bound:
    """The heaviest set of instructions of which no two can ever share a cycle, whatever their order."""
    kinds = _pairing_kinds(body)
    conflicts = [[_never_pair(body, one, other) for other in kinds] for one in kinds]
    chosen = _heaviest_clique([kind.cycles * len(kind.members) for kind in kinds], conflicts)
    members = tuple(sorted(index for number in chosen for index in kinds[number].members))
    cycles = sum((kinds[number].cycles * len(kinds[number].members) for number in chosen), Cycles(0))
    counts: dict[str, int] = {}
    for index in members:
        name = body.timings[index].pairs_as
        counts[name] = counts.get(name, 0) + 1
    listed = " + ".join(f"{count} {name}" for name, count in counts.items())
    return Bound("pairing", cycles, members, f"no two of these ever share a cycle: {listed}" if listed else "")


def _pairing_kinds(body: Body) -> list[_Kind]:
    """Only kinds that can't pair with themselves can be in the set as a whole. A lone instruction can't, as long as its
    next iteration is too far away for one issue group."""
    lone = len(body.operations) >= body.core.issue_width
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, operation in enumerate(body.operations):
        alike = (operation.pairing, body.timings[index].uses, operation.cycles, operation.blocks)
        groups.setdefault(alike, []).append(index)
    kinds = []
    for members in groups.values():
        operation, timing = body.operations[members[0]], body.timings[members[0]]
        cycles = max(timing.cycles, Cycles(1)) if timing.blocks else Cycles(1)
        kind = _Kind(operation.pairing, cycles, tuple(members))
        if (lone and len(members) == 1) or _never_pair(body, kind, kind):
            kinds.append(kind)
    return kinds


def _never_pair(body: Body, one: _Kind, other: _Kind) -> bool:
    def allowed(older: Pairing, younger: Pairing) -> bool:
        return older.leads and younger.follows and not body.refusals[older.name][younger.name]

    if not (allowed(one.pairing, other.pairing) or allowed(other.pairing, one.pairing)):
        return True
    return _units_clash(body, one.members[0], other.members[0])


def _units_clash(body: Body, one: int, other: int) -> bool:
    """Whether two operations need more of a unit than there is (each holds it for a cycle or more)."""
    needed: dict[str, int] = {}
    for timing in (body.timings[one], body.timings[other]):
        if timing.cycles >= 1:
            for unit, count in timing.uses:
                needed[unit] = needed.get(unit, 0) + count
    return any(count > body.core.units[unit] for unit, count in needed.items())


def _heaviest_clique(weights: Sequence[Cycles], conflicts: Sequence[Sequence[bool]]) -> list[int]:
    """Exact branch and bound over the few kinds a loop has; the heaviest kinds are tried first."""
    order = sorted(range(len(weights)), key=lambda number: -weights[number])
    best: list[int] = []
    best_weight = Cycles(0)
    steps = 0

    def extend(chosen: list[int], weight: Cycles, candidates: list[int]) -> None:
        nonlocal best, best_weight, steps
        steps += 1
        if weight > best_weight:
            best, best_weight = list(chosen), weight
        remaining = sum((weights[number] for number in candidates), Cycles(0))
        for position, number in enumerate(candidates):
            if weight + remaining <= best_weight or steps > CLIQUE_STEPS:
                return
            remaining -= weights[number]
            rest = [other for other in candidates[position + 1 :] if conflicts[number][other]]
            extend([*chosen, number], weight + weights[number], rest)

    extend([], Cycles(0), order)
    return best


CLIQUE_STEPS = 20_000
"""Bound on the search; what is found by then is still a valid floor."""


class _TimedEdge(NamedTuple):
    """Units: ticks."""

    producer: int
    consumer: int
    latency: int
    distance: int


def edge_latency(edge: Edge, timings: Sequence[Timing], store_to_load: Cycles | None) -> Cycles:
    """Cycles from the issue of the producer to the earliest issue of the consumer. Units: cycles."""
    producer, consumer = timings[edge.producer], timings[edge.consumer]
    if edge.kind == "memory":
        return store_to_load or Cycles(0)
    need = consumer.needs.get(edge.read_role, Cycles(0))
    forwarded = (
        edge.read_role == "accumulator"
        and edge.write_role == "result"
        and consumer.accumulate is not None
        and producer.accumulate is not None
        and producer.forward
        and producer.forward == consumer.forward
    )
    latency = producer.accumulate if forwarded and producer.accumulate is not None else None
    return (write_latency(producer, edge.write_role) if latency is None else latency) - need


def timed_edges(body: Body, graph: DependenceGraph) -> list[_TimedEdge]:
    """The true dependences with their latencies on this core, in ticks."""
    memory = set(memory_locations(graph.edges))
    store_to_load, known = body.core.memory.store_to_load, dict[tuple[int, int, str, str], int]()
    timed = []
    for edge in graph.true_edges():
        if edge.kind == "memory" and (edge.producer, edge.consumer) not in memory:
            continue
        alike = (id(body.timings[edge.producer]), id(body.timings[edge.consumer]), edge.write_role, edge.read_role)
        if alike not in known:
            known[alike] = int(edge_latency(edge, body.timings, store_to_load) * body.ticks_per_cycle)
        timed.append(_TimedEdge(edge.producer, edge.consumer, known[alike], edge.distance))
    return timed


def recurrence_bound(body: Body, graph: DependenceGraph) -> Bound:
    """The largest latency per iteration around any dependence cycle (maximum cycle ratio), and that cycle."""
    edges = timed_edges(body, graph)
    ratio, witness = (0, 1), list[_TimedEdge]()
    while found := _faster_cycle(len(body.operations), edges, *ratio):
        ratio = sum(edge.latency for edge in found), sum(edge.distance for edge in found)
        witness = found
    indices = tuple(edge.producer for edge in witness)
    total, distance = Cycles(ratio[0], body.ticks_per_cycle), ratio[1]
    sentence = (
        f"{counted(total, 'cycle')} of latency around {counted(len(indices), 'instruction')}"
        if indices
        else "no dependence cycle"
    )
    if distance > 1:
        sentence += f" over {distance} iterations"
    return Bound("recurrence", total / distance, indices, sentence)


def _faster_cycle(nodes: int, edges: Sequence[_TimedEdge], ticks: int, iterations: int) -> list[_TimedEdge]:
    """A cycle with more latency per iteration than `ticks` in `iterations`, or [] when there is none."""
    gains = [(edge, edge.latency * iterations - ticks * edge.distance) for edge in edges]
    best = [0] * nodes
    via: list[_TimedEdge | None] = [None] * nodes
    improved = True
    while improved:
        improved = False
        for edge, gain in gains:
            if best[edge.producer] + gain > best[edge.consumer]:
                best[edge.consumer] = best[edge.producer] + gain
                via[edge.consumer] = edge
                improved = True
        if improved and (found := _cycle_among(via)):
            return found
    return []


def _cycle_among(via: Sequence[_TimedEdge | None]) -> list[_TimedEdge]:
    """Follow each node's last improving edge back until a walk meets itself."""
    met = [-1] * len(via)
    for start in range(len(via)):
        node, edge = start, via[start]
        while edge is not None and met[node] < 0:
            met[node] = start
            node = edge.producer
            edge = via[node]
        if edge is not None and met[node] == start:
            cycle = [edge]
            while cycle[-1].producer != node:
                previous = via[cycle[-1].producer]
                assert previous is not None
                cycle.append(previous)
            return cycle[::-1]
    return []


def chain_bound(body: Body, graph: DependenceGraph) -> Bound:
    """The longest chain of dependences in straight-line code, to the issue of its last instruction, which takes one
    cycle."""
    finish = [body.ticks_per_cycle] * len(body.operations)
    via = [-1] * len(body.operations)
    for edge in sorted(timed_edges(body, graph), key=lambda edge: edge.consumer):
        if finish[edge.producer] + edge.latency > finish[edge.consumer]:
            finish[edge.consumer] = finish[edge.producer] + edge.latency
            via[edge.consumer] = edge.producer
    last = max(range(len(finish)), key=lambda index: finish[index], default=-1)
    chain = []
    node = last
    while node >= 0:
        chain.append(node)
        node = via[node]
    return Bound(
        "dependence chain",
        Cycles(finish[last], body.ticks_per_cycle) if last >= 0 else Cycles(0),
        tuple(reversed(chain)),
        f"a chain of {counted(len(chain), 'instruction')}",
    )
