"""The dependence graph of a region: who needs what from whom, how many iterations later.

Edges carry kinds, roles and distances, no cycles: those come from a core (`bounds`, `issue`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cyclesim.ir import Access, Resolved
from cyclesim.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import networkx

EDGE_KINDS = ("operand", "accumulate", "flag", "memory", "write-order", "overwrite")


class Edge(NamedTuple):
    """`consumer` depends on `producer` of `distance` iterations before.

    `kind`: `operand`, `accumulate` (the addend of a multiply-accumulate), `flag`, `memory` (a load of what a store
    wrote), `write-order` (both write the same cells), `overwrite` (the consumer writes what the producer reads).
    `write_role` and `read_role` as in `ir.Write` and `ir.Read`; `cells` the cells involved.
    """

    producer: int
    consumer: int
    kind: str
    distance: int
    write_role: str
    read_role: str
    cells: tuple[str, ...]


class DependenceGraph(NamedTuple):
    """Nodes are the indices of `instructions`; edges are in the order of their consumers."""

    instructions: tuple[Resolved, ...]
    edges: tuple[Edge, ...]

    def true_edges(self) -> tuple[Edge, ...]:
        """The edges that carry a value."""
        return tuple(edge for edge in self.edges if edge.kind not in ("write-order", "overwrite"))

    def to_networkx(self) -> networkx.MultiDiGraph[int]:
        """The graph for networkx's algorithms and exporters; attributes are plain strings and numbers."""
        import networkx

        graph: networkx.MultiDiGraph[int] = networkx.MultiDiGraph()
        for index, resolved in enumerate(self.instructions):
            graph.add_node(index, text=resolved.instruction.text, line=resolved.instruction.span.root().line)
        for edge in self.edges:
            graph.add_edge(
                edge.producer, edge.consumer, kind=edge.kind, distance=edge.distance, cells=" ".join(edge.cells)
            )
        return graph


class _Store(NamedTuple):
    """A store seen in the walk: its address is `root` + `offset`, where `root` names a value of a base register."""

    position: int
    iteration: int
    root: tuple[str, int]
    offset: int
    bytes: int


def build(instructions: Sequence[Resolved], loop: bool) -> DependenceGraph:
    """The dependences of one iteration; in a loop also those on earlier iterations (distance 1 and more).

    Two passes over the body find every register dependence: within one iteration every cell is rewritten or kept,
    so nothing reaches further back than the last iteration's writers.
    """
    edges: dict[tuple[int, int, str, int, str, str], list[str]] = {}
    walk = _Walk(instructions)
    for iteration in range(2 if loop else 1):
        walk.iterate(iteration, edges if iteration == (1 if loop else 0) else {})
        if loop and iteration == 0:
            continue
    merged = [Edge(*key[:4], key[4], key[5], tuple(cells)) for key, cells in edges.items()]
    merged.sort(key=lambda edge: (edge.consumer, edge.producer, edge.distance))
    return DependenceGraph(tuple(instructions), tuple(merged))


class _Walk:
    """The state of the walk: last writer and readers of each cell, known stores, followed pointers."""

    def __init__(self, instructions: Sequence[Resolved]) -> None:
        self.instructions = instructions
        self.writers: dict[str, tuple[int, int, str]] = {}
        self.readers: dict[str, list[tuple[int, int, str]]] = {}
        self.stores: list[_Store] = []
        self.pointers = PointerTracker()

    def iterate(self, iteration: int, edges: dict[tuple[int, int, str, int, str, str], list[str]]) -> None:
        for index, resolved in enumerate(self.instructions):
            self._reads(index, iteration, resolved, edges)
            self._memory(index, iteration, resolved, edges)
            self._writes(index, iteration, resolved, edges)
            self.pointers.step(resolved)

    def _reads(
        self,
        index: int,
        iteration: int,
        resolved: Resolved,
        edges: dict[tuple[int, int, str, int, str, str], list[str]],
    ) -> None:
        for read in resolved.reads:
            kind = READ_KINDS.get(read.role, "operand")
            for cell in read.cells:
                if cell in self.writers:
                    producer, born, role = self.writers[cell]
                    key = (producer, index, kind, iteration - born, role, read.role)
                    edges.setdefault(key, []).append(cell)
                self.readers.setdefault(cell, []).append((index, iteration, read.role))

    def _writes(
        self,
        index: int,
        iteration: int,
        resolved: Resolved,
        edges: dict[tuple[int, int, str, int, str, str], list[str]],
    ) -> None:
        for write in resolved.writes:
            for cell in write.cells:
                if cell in self.writers:
                    producer, born, role = self.writers[cell]
                    if (producer, born) != (index, iteration):
                        key = (producer, index, "write-order", iteration - born, role, write.role)
                        edges.setdefault(key, []).append(cell)
                for reader, born, role in self.readers.pop(cell, ()):
                    if (reader, born) != (index, iteration):
                        key = (reader, index, "overwrite", iteration - born, role, write.role)
                        edges.setdefault(key, []).append(cell)
                self.writers[cell] = (index, iteration, write.role)

    def _memory(
        self,
        index: int,
        iteration: int,
        resolved: Resolved,
        edges: dict[tuple[int, int, str, int, str, str], list[str]],
    ) -> None:
        for access in resolved.accesses:
            place = self.pointers.address(access)
            if place is None or access.kind == "prefetch":
                continue
            root, offset = place
            if access.kind == "load":
                store = self._last_overlap(root, offset, access.bytes)
                if store:
                    key = (store.position, index, "memory", iteration - store.iteration, "memory", "memory")
                    edges.setdefault(key, []).append(access.base)
            else:
                self.stores.append(_Store(index, iteration, root, offset, access.bytes))

    def _last_overlap(self, root: tuple[str, int], offset: int, size: int) -> _Store | None:
        for store in reversed(self.stores):
            if store.root == root and store.offset < offset + size and offset < store.offset + store.bytes:
                return store
        return None


READ_KINDS: Mapping[str, str] = {"accumulator": "accumulate", "flags": "flag"}


class PointerTracker:
    """Follows base registers through constant steps, so that equal addresses are seen to be equal.

    A register's value is (root, offset): `root` is (register, version), a new version whenever the register is
    written by anything but a constant step or a write-back.
    """

    def __init__(self) -> None:
        self._values: dict[str, tuple[tuple[str, int], int]] = {}
        self._versions = 0

    def address(self, access: Access) -> tuple[tuple[str, int], int] | None:
        """Root and offset in bytes of an access, None when a register or a linker decides the offset."""
        if access.offset is None or not access.base:
            return None
        root, offset = self._value(access.base)
        return root, offset + access.offset

    def step(self, resolved: Resolved) -> None:
        """Account for what the instruction writes."""
        for write in resolved.writes:
            for cell in write.cells:
                step = resolved.steps.get(cell)
                if step is None:
                    self._versions += 1
                    self._values[cell] = ((cell, self._versions), 0)
                else:
                    source, amount = step
                    root, offset = self._value(source)
                    self._values[cell] = (root, offset + amount)

    def _value(self, cell: str) -> tuple[tuple[str, int], int]:
        return self._values.get(cell, ((cell, 0), 0))
