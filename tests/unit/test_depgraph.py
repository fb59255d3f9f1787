"""Who needs what from whom: kinds, roles and distances of dependences."""

from __future__ import annotations

from cyclesim.depgraph import Edge, build
from tests.unit.issue.build import instruction


def edges(*instructions, loop=False, kinds=("operand", "accumulate", "flag", "memory")):
    graph = build(instructions, loop)
    return [(e.producer, e.consumer, e.kind, e.distance) for e in graph.edges if e.kind in kinds]


def test_a_reader_depends_on_the_last_writer_alone():
    found = edges(instruction(writes="r0"), instruction(writes="r0"), instruction(reads="r0"))
    assert found == [(1, 2, "operand", 0)]


def test_a_loop_carries_a_value_to_the_next_iteration():
    found = edges(instruction(reads="r0"), instruction(writes="r0"), loop=True)
    assert found == [(1, 0, "operand", 1)]


def test_straight_line_code_carries_nothing_round():
    assert edges(instruction(reads="r0"), instruction(writes="r0"), loop=False) == []


def test_an_accumulator_depends_on_itself_one_iteration_before():
    assert edges(instruction(accumulator="s0"), loop=True) == [(0, 0, "accumulate", 1)]


def test_flags_are_an_edge_of_their_own_kind():
    assert edges(instruction(flags_written=True), instruction(flags_read=True)) == [(0, 1, "flag", 0)]


def test_partial_registers_keep_their_writers_apart():
    graph = build([instruction(writes="s0"), instruction(writes="s1"), instruction(reads="s0 s1")], False)
    assert [(edge.producer, edge.cells) for edge in graph.true_edges()] == [(0, ("s0",)), (1, ("s1",))]


def test_a_load_of_stored_bytes_depends_on_the_store():
    found = edges(instruction(store=("r0", 4)), instruction(writes="r1", load=("r0", 4)))
    assert found == [(0, 1, "memory", 0)]


def test_overlap_counts_in_bytes():
    found = edges(instruction(store=("r0", 4)), instruction(writes="r1", load=("r0", 6)))
    assert found == [(0, 1, "memory", 0)]
    assert edges(instruction(store=("r0", 4)), instruction(writes="r1", load=("r0", 8))) == []


def test_another_base_register_is_not_assumed_to_alias():
    assert edges(instruction(store=("r0", 4)), instruction(writes="r1", load=("r2", 4))) == []


def test_addresses_are_followed_through_constant_steps():
    step = instruction(reads="r0", writes="r0")._replace(steps={"r0": ("r0", 16)})
    found = edges(instruction(store=("r0", 16)), step, instruction(writes="r1", load=("r0", 0)))
    assert (0, 2, "memory", 0) in found


def test_an_unknown_write_of_the_base_ends_what_is_known_of_it():
    found = edges(
        instruction(store=("r0", 4)), instruction(writes="r0", reads="r5"), instruction(writes="r1", load=("r0", 4))
    )
    assert all(kind != "memory" for _, _, kind, _ in found)


def test_a_store_of_the_last_iteration_is_found_through_the_step():
    step = instruction(reads="r0", writes="r0")._replace(steps={"r0": ("r0", 4)})
    found = edges(instruction(writes="r1", load=("r0", -4)), instruction(store=("r0", 0)), step, loop=True)
    assert (1, 0, "memory", 1) in found


def test_edges_without_value_are_kept_apart():
    graph = build([instruction(reads="r0"), instruction(writes="r0"), instruction(writes="r0")], False)
    assert [(edge.kind, edge.producer, edge.consumer) for edge in graph.edges] == [
        ("overwrite", 0, 1),
        ("write-order", 1, 2),
    ]
    assert graph.true_edges() == ()


def test_the_networkx_export_has_every_node_and_edge():
    graph = build([instruction(writes="r0"), instruction(reads="r0", writes="r0")], True)
    exported = graph.to_networkx()
    assert exported.number_of_nodes() == 2
    assert exported.number_of_edges() == len(graph.edges)
    assert {data["kind"] for _, _, data in exported.edges(data=True)} == {edge.kind for edge in graph.edges}


def test_edges_are_plain_values():
    graph = build([instruction(writes="r0"), instruction(reads="r0")], False)
    assert graph.edges == (Edge(0, 1, "operand", 0, "result", "source", ("r0",)),)
