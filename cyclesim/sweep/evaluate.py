"""The results of a task: schedules in arrays where that is exact, by the engine where not, and their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cyclesim import depgraph
from cyclesim.bounds import chain_bound, issue_bound, pairing_bound, recurrence_bound, unit_bounds
from cyclesim.depgraph import DependenceGraph, Edge
from cyclesim.issue.body import Body, build_body
from cyclesim.issue.schedule import schedule
from cyclesim.machine.timing import Timing
from cyclesim.record import NamedTuple
from cyclesim.sweep.batch import Program, cycles_once, fits, shape_of, steady_cycles, ticks_per_cycle
from cyclesim.sweep.cases import Case, Result, Task
from cyclesim.sweep.variants import Variant, Variants
from cyclesim.units import Cycles, exact_text

FEW = 4
"""Variants of a group below which the engine is quicker than arrays."""


class Timed(NamedTuple):
    """A schedule: cycles per iteration (a loop) or in all, and a remark where they are no exact figure."""

    cycles: Cycles
    note: str = ""


def evaluate(task: Task) -> list[Result]:
    """The results of all points of a task, in order. Needs no file and raises nothing a plan can cause."""
    work = _Work(task.case)
    results, variants = [], list[Variant]()
    for point, variant in work.variants.of(task):
        if isinstance(variant, str):
            results.append(Result(task.offset + point, "", "", "", variant))
        else:
            variants.append(variant)
    for one, timed in zip(variants, schedules(work, variants), strict=True):
        bound, limit = work.floors.binding(one)
        results.append(Result(task.offset + one.point, exact_text(timed.cycles), exact_text(bound), limit, timed.note))
    return sorted(results)


class _Work:
    """A case made ready: what all its variants share."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.variants = Variants(case)
        self.graph = depgraph.build(case.instructions, case.loop)
        self.floors = _Floors(self)

    def body(self, variant: Variant) -> Body:
        """The body as the engine takes it."""
        timings = [variant.timings[number] for number in self.variants.numbers]
        core = self.variants.core_of(variant)
        return build_body(core, self.case.instructions, timings, self.graph.edges, self.case.taken)


def schedules(work: _Work, variants: Sequence[Variant]) -> list[Timed]:
    """The schedule of every variant."""
    groups: dict[object, list[int]] = {}
    for place, variant in enumerate(variants):
        groups.setdefault(shape_of(variant), []).append(place)
    found: list[Timed | None] = [None] * len(variants)
    for places in groups.values():
        group = [variants[place] for place in places]
        if len(group) < FEW or not work.case.instructions or not fits(group):
            continue
        for place, cycles in zip(places, _in_arrays(work, group), strict=True):
            found[place] = None if cycles is None else Timed(cycles)
    return [_by_engine(work, variant) if one is None else one for variant, one in zip(variants, found, strict=True)]


def _in_arrays(work: _Work, group: Sequence[Variant]) -> list[Cycles | None]:
    core = work.variants.core
    program = Program(
        work.case.instructions,
        work.variants.numbers,
        work.graph,
        work.case.taken,
        group,
        tuple(core.units),
        core.refusals,
    )
    return steady_cycles(program) if work.case.loop else cycles_once(program)


def _by_engine(work: _Work, variant: Variant) -> Timed:
    found = schedule(work.body(variant), work.case.loop)
    if found.period:
        return Timed(found.cycles)
    return Timed(found.cycles, f"not periodic within {found.transient} iterations: a mean, not an exact figure")


class _Floors:
    """Bounds of variants. Those that hold for the same resources, or the same latencies around a dependence cycle, are
    worked out once."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._circles = _in_circles(work.graph) if work.case.loop else work.graph
        self._in_circle = {n for edge in self._circles.edges for n in (edge.producer, edge.consumer)}
        read = {edge.producer for edge in work.graph.true_edges() if edge.write_role == "result"}
        self._read = {work.variants.numbers[index] for index in read}
        self._signatures: dict[object, int] = {}
        self._known: dict[tuple[str, int], tuple[Timing, int]] = {}
        self._resources: dict[object, tuple[Cycles, str]] = {}
        self._chains: dict[object, Cycles] = {}
        self._body: Body | None = None

    def binding(self, variant: Variant) -> tuple[Cycles, str]:
        """The highest floor and its kind, as `bounds.find_bounds` gives them."""
        found = self._of_resources(variant)
        if any(variant.timings[number].latency is None for number in self._read):
            return found
        chain = self._of_latencies(variant)
        limit = "recurrence" if self._work.case.loop else "dependence chain"
        return (chain, limit) if chain > found[0] else found

    def _of_resources(self, variant: Variant) -> tuple[Cycles, str]:
        signature = tuple([self._signature("r", timing) for timing in variant.timings])
        key = (signature, variant.width, variant.units, variant.removed)
        if key not in self._resources:
            body = self._work.body(variant)
            bounds = [*unit_bounds(body), issue_bound(body), pairing_bound(body)]
            best = max(bounds, key=lambda bound: bound.cycles)
            self._resources[key] = best.cycles, best.limit
        return self._resources[key]

    def _of_latencies(self, variant: Variant) -> Cycles:
        numbers = self._work.variants.numbers
        used = sorted({numbers[index] for index in self._in_circle})
        signature = tuple([self._signature("l", variant.timings[number]) for number in used])
        key = (signature, variant.store_to_load)
        if key not in self._chains:
            self._chains[key] = self._chain(variant)
        return self._chains[key]

    def _chain(self, variant: Variant) -> Cycles:
        if self._body is None:
            self._body = self._work.body(variant)
        body = self._body._replace(
            timings=tuple(variant.timings[number] for number in self._work.variants.numbers),
            core=self._work.variants.core_of(variant),
            ticks_per_cycle=ticks_per_cycle([variant]),
        )
        found = recurrence_bound if self._work.case.loop else chain_bound
        return found(body, self._circles).cycles

    def _signature(self, kind: str, timing: Timing) -> int:
        """Timings with the same number have the same resources (`r`) or latencies (`l`)."""
        known = self._known.get((kind, id(timing)))
        if known is None or known[0] is not timing:
            content: tuple[object, ...] = (
                kind,
                timing.cycles,
                timing.uses,
                timing.slots,
                timing.blocks,
                timing.pairs_as,
            )
            if kind == "l":
                needs = tuple(sorted(timing.needs.items()))
                early = (timing.accumulate, timing.forward, timing.base, timing.flags)
                content = (kind, timing.latency, timing.latency is None and timing.cycles, needs, *early)
            number = self._signatures.setdefault(content, len(self._signatures))
            known = self._known[kind, id(timing)] = timing, number
        return known[1]


def _in_circles(graph: DependenceGraph) -> DependenceGraph:
    """The graph with those edges alone that lie on a dependence cycle."""
    edges = graph.true_edges()
    after: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for edge in edges:
        after.setdefault(edge.producer, []).append(edge.consumer)
        before.setdefault(edge.consumer, []).append(edge.producer)
    component: dict[int, int] = {}
    for node in reversed(_finished(after)):
        if node not in component:
            for reached in _reach(node, before, component):
                component[reached] = node
    kept: tuple[Edge, ...] = tuple(edge for edge in edges if component[edge.producer] == component[edge.consumer])
    return DependenceGraph(graph.instructions, kept)


def _finished(after: Mapping[int, Sequence[int]]) -> list[int]:
    """Nodes in the order in which a depth-first walk leaves them."""
    order, seen = [], set[int]()
    for start in sorted({*after, *(node for nodes in after.values() for node in nodes)}):
        stack = [(start, iter(after.get(start, ())))] if start not in seen else []
        seen.add(start)
        while stack:
            node, successors = stack[-1]
            following = next((one for one in successors if one not in seen), None)
            if following is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(after.get(following, ()))))
    return order


def _reach(start: int, before: Mapping[int, Sequence[int]], taken: Mapping[int, int]) -> Iterable[int]:
    """What leads to a node and is in no component yet."""
    found, waiting = {start}, [start]
    while waiting:
        for node in before.get(waiting.pop(), ()):
            if node not in found and node not in taken:
                found.add(node)
                waiting.append(node)
    return found
