"""The dependence graph as an arc diagram: instructions in order down the middle, values of the same iteration on the
right, values from earlier iterations on the left, the slowest loop-carried cycle marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cyclesim.analysis import Analysis
from cyclesim.bounds import edge_latency
from cyclesim.depgraph import Edge
from cyclesim.units import counted, decimal_text
from cyclesim.views.graph import critical_cycle
from cyclesim.views.page import escape
from cyclesim.views.svg import CHARACTER, box, element, number, text
from cyclesim.views.timeline_build import instruction_text
from cyclesim.views.wording import place_text

ROW, SIDE, PADDING = 17, 210, 12
MOST_ROWS = 400
MOST_TEXT = 44


class Arcs:
    """The picture of one graph; `left_out` instructions are beyond its end."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.texts = [instruction_text(one) for one in analysis.body.resolved][:MOST_ROWS]
        self.left_out = len(analysis.body.resolved) - len(self.texts)
        self.cycle = critical_cycle(analysis)
        self.steps = set(zip(self.cycle, (*self.cycle[1:], *self.cycle[:1]), strict=True))
        longest = max((min(len(one), MOST_TEXT) for one in self.texts), default=8)
        self.code = (longest + 6) * CHARACTER
        self.width = 2 * SIDE + self.code
        self.height = ROW * len(self.texts) + 2 * PADDING

    def svg(self) -> str:
        edges = self._edges()
        marked = [edge for edge in edges if self._critical(edge)]
        plain = [edge for edge in edges if not self._critical(edge)]
        parts = [*self._rows(), *map(self._arc, plain), *map(self._arc, marked), *self._labels(marked)]
        view = f"0 0 {number(self.width)} {number(self.height)}"
        label = "dependence graph: values of the same iteration on the right, from earlier iterations on the left"
        return (
            f'<svg class="arcs" viewBox="{view}" width="{number(self.width)}" height="{number(self.height)}" '
            f'role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
        )

    def _edges(self) -> list[Edge]:
        """One edge for each pair of instructions and distance."""
        found: dict[tuple[int, int, int], Edge] = {}
        for edge in self.analysis.graph.true_edges():
            if max(edge.producer, edge.consumer) < len(self.texts):
                key = (edge.producer, edge.consumer, edge.distance)
                other = found.get(key)
                found[key] = edge if other is None else other._replace(cells=(*other.cells, *edge.cells))
        return list(found.values())

    def _critical(self, edge: Edge) -> bool:
        wraps = edge.producer >= edge.consumer
        return (edge.producer, edge.consumer) in self.steps and wraps == bool(edge.distance)

    def _y(self, row: int) -> float:
        return PADDING + ROW * (row + 0.5)

    def _rows(self) -> Iterator[str]:
        on_cycle = set(self.cycle)
        for row, words in enumerate(self.texts):
            y = self._y(row)
            if row in on_cycle:
                yield box(SIDE, y - ROW / 2 + 1, self.code, ROW - 2, "on-cycle", rx=3)
            place = self.analysis.body.resolved[row].instruction.span.place
            yield text(SIDE + 4.5 * CHARACTER, y, place, "faint end")
            yield text(SIDE + 5.3 * CHARACTER, y, words if len(words) <= MOST_TEXT else words[: MOST_TEXT - 1] + "…")

    def _arc(self, edge: Edge) -> str:
        carried = edge.distance > 0
        edge_x = SIDE - 2.0 if carried else SIDE + self.code + 2.0
        y1, y2 = self._y(edge.producer) + 2.5, self._y(edge.consumer) - 2.5
        reach = min(16 + abs(edge.consumer - edge.producer) * 4.2, SIDE - 14.0) * 1.33
        bend = edge_x + (-reach if carried else reach)
        points = [(edge_x, y1), (bend, y1), (bend, y2), (edge_x, y2)]
        start, *curve = [f"{number(x)} {number(y)}" for x, y in points]
        path = f"M{start}C{' '.join(curve)}"
        tip = 5 if carried else -5
        path += f"m{-tip} -2.4l{tip} 2.4l{-tip} 2.4"
        style = "arc critical" if self._critical(edge) else "arc carried" if carried else "arc"
        return element("path", element("title", escape(self._sentence(edge))), class_=style, d=path)

    def _latency(self, edge: Edge) -> str:
        timings, store_to_load = self.analysis.body.timings, self.analysis.core.memory.store_to_load
        return decimal_text(edge_latency(edge, timings, store_to_load))

    def _sentence(self, edge: Edge) -> str:
        ends = [place_text(self.analysis.body.resolved[index].instruction) for index in (edge.producer, edge.consumer)]
        ago = f", {counted(edge.distance, 'iteration')} later" if edge.distance else ""
        cells = " ".join(dict.fromkeys(edge.cells))
        return f"{ends[0]} to {ends[1]}{ago}: {edge.kind} {cells}, {self._latency(edge)} cycles"

    def _labels(self, marked: Sequence[Edge]) -> Iterator[str]:
        """The latencies around the critical cycle."""
        for edge in marked:
            carried = edge.distance > 0
            reach = min(16 + abs(edge.consumer - edge.producer) * 4.2, SIDE - 14.0)
            x = SIDE - 6 - reach if carried else SIDE + self.code + 6 + reach
            y = (self._y(edge.producer) + self._y(edge.consumer)) / 2
            yield text(x, y, self._latency(edge), "latency end" if carried else "latency")
