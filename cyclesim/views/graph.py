"""`graph`: the dependence graph as text, Graphviz dot, JSON or GraphML."""

from __future__ import annotations

from cyclesim.analysis import Analysis
from cyclesim.bounds import edge_latency, recurrence_bound
from cyclesim.depgraph import Edge
from cyclesim.units import Cycles, counted, decimal_text, exact_text
from cyclesim.views.wording import place_text, region_text, wrap


def render(analysis: Analysis, format: str = "text", anti: bool = False) -> str:
    """`anti`: also the edges that carry no value (an older read or write of the same cells)."""
    edges = analysis.graph.edges if anti else analysis.graph.true_edges()
    if format == "dot":
        return _dot(analysis, edges)
    if format == "json":
        return _json(analysis, edges)
    if format == "graphml":
        return _graphml(analysis, edges)
    return _text(analysis, edges)


def critical_cycle(analysis: Analysis) -> tuple[int, ...]:
    """The instructions around the slowest loop-carried dependence, empty without one or with unknown latencies."""
    if not analysis.region.loop or any(bound.limit == "recurrence" for bound in analysis.bounds.all) is False:
        return ()
    return recurrence_bound(analysis.body, analysis.graph).witness


def _latency(analysis: Analysis, edge: Edge) -> str:
    if edge.kind in ("write-order", "overwrite"):
        return ""
    return decimal_text(edge_latency(edge, analysis.body.timings, analysis.core.memory.store_to_load))


def _text(analysis: Analysis, edges: tuple[Edge, ...]) -> str:
    lines = [f"{analysis.program.file}: {region_text(analysis)}; latencies of {analysis.core.title}", ""]
    by_consumer: dict[int, list[Edge]] = {}
    for edge in edges:
        by_consumer.setdefault(edge.consumer, []).append(edge)
    for index, resolved in enumerate(analysis.body.resolved):
        instruction = resolved.instruction
        lines.append(f"{instruction.span.place:>6}  {' '.join(instruction.text.split())}")
        lines += [_edge_line(analysis, edge) for edge in by_consumer.get(index, [])]
    cycle = critical_cycle(analysis)
    if cycle:
        bound = next(bound for bound in analysis.bounds.all if bound.limit == "recurrence")
        around = " -> ".join(analysis.body.resolved[index].instruction.span.place for index in cycle)
        lines += ["", *wrap(f"slowest loop-carried dependence: {bound.sentence}: lines {around}")]
    return "\n".join(lines)


def _edge_line(analysis: Analysis, edge: Edge) -> str:
    place = place_text(analysis.body.resolved[edge.producer].instruction)
    ago = {0: "", 1: ", iteration before"}.get(edge.distance, f", {edge.distance} iterations before")
    latency = _latency(analysis, edge)
    return f"          {edge.kind} {' '.join(edge.cells)} from {place}{ago}" + (
        f", {counted(Cycles(latency), 'cycle')}" if latency else ""
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _dot(analysis: Analysis, edges: tuple[Edge, ...]) -> str:
    critical = set(critical_cycle(analysis))
    lines = [
        f"digraph {_quoted(analysis.region.name)} {{",
        '  node [shape=box, fontname="monospace", fontsize=10];',
        '  edge [fontname="monospace", fontsize=9];',
    ]
    for index, resolved in enumerate(analysis.body.resolved):
        text = " ".join(resolved.instruction.text.split())
        style = ", color=red, penwidth=2" if index in critical else ""
        lines.append(f"  n{index} [label={_quoted(f'{resolved.instruction.span.place}: {text}')}{style}];")
    for edge in edges:
        dashed = ", style=dashed, constraint=false" if edge.distance else ""
        label = _latency(analysis, edge) + (f" (+{edge.distance})" if edge.distance else "")
        lines.append(f"  n{edge.producer} -> n{edge.consumer} [label={_quoted(label)}{dashed}];")
    return "\n".join([*lines, "}"])


def _json(analysis: Analysis, edges: tuple[Edge, ...]) -> str:
    import json

    nodes = [
        {
            "index": index,
            "line": resolved.instruction.span.root().line,
            "text": resolved.instruction.text,
            "class": resolved.form.class_,
        }
        for index, resolved in enumerate(analysis.body.resolved)
    ]
    records = [_edge_record(analysis, edge) for edge in edges]
    return json.dumps(
        {
            "schema_version": 1,
            "file": analysis.program.file,
            "region": analysis.region.name,
            "uarch": analysis.core.name,
            "nodes": nodes,
            "edges": records,
            "critical_cycle": list(critical_cycle(analysis)),
        },
        indent=1,
    )


def _edge_record(analysis: Analysis, edge: Edge) -> dict[str, object]:
    timed = edge.kind not in ("write-order", "overwrite")
    latency = edge_latency(edge, analysis.body.timings, analysis.core.memory.store_to_load) if timed else None
    return {
        "producer": edge.producer,
        "consumer": edge.consumer,
        "kind": edge.kind,
        "distance": edge.distance,
        "cells": list(edge.cells),
        "latency": None if latency is None else float(latency),
        "latency_exact": None if latency is None else exact_text(latency),
    }


def _graphml(analysis: Analysis, edges: tuple[Edge, ...]) -> str:
    import networkx

    graph = analysis.graph._replace(edges=edges).to_networkx()
    return "\n".join(networkx.generate_graphml(graph))
