"""Changes worth trying are tried on the engine, and only legal ones."""

from __future__ import annotations

from cyclesim import depgraph
from cyclesim.analysis import Analysis, Resolution
from cyclesim.bounds import find_bounds
from cyclesim.hints import find_hints
from cyclesim.ir import Program, Region, Span
from cyclesim.issue.body import build_body
from cyclesim.issue.schedule import schedule
from tests.unit.issue.build import core, instruction, timing

MACHINE = core({"neon": 2, "load-store": 1, "alu": 2, "branch": 1})
MULTIPLY = timing({"neon": 2}, latency=4, slots="older")
LOAD = timing({"load-store": 1}, latency=3)
ALU = timing({"alu": 1})


def analysis(*operations, loop=True):
    resolved = tuple(one for one, _ in operations)
    graph = depgraph.build(resolved, loop)
    taken = [index for index, one in enumerate(resolved) if one.features.get("branch")]
    body = build_body(MACHINE, resolved, [one for _, one in operations], graph.edges, taken)
    program = Program("armv7", "test.s", tuple(one.instruction for one in resolved), {}, (), {})
    region = Region("test", 0, len(resolved), "marked", loop, Span("test.s", 1))
    resolution = Resolution(resolved, tuple(range(len(resolved))), (), ())
    bounds = find_bounds(body, graph, loop)
    return Analysis(program, region, resolution, MACHINE, body, graph, bounds, schedule(body, loop), 0, {}, ())


def test_spreading_loads_under_multiplies_is_found():
    region = analysis(
        *[(instruction(writes=f"s{n}"), MULTIPLY) for n in range(3)],
        *[(instruction(writes=f"r{n}"), LOAD) for n in range(3)],
    )
    assert region.schedule.cycles == 5
    hints = find_hints(region)
    assert hints.moves[0].cycles == 4
    assert hints.reordered == 3
    assert sorted(hints.order) == list(range(6))


def test_a_loop_at_its_bound_has_nothing_to_reorder():
    region = analysis(*[(instruction(writes=f"s{n}"), MULTIPLY) for n in range(3)])
    hints = find_hints(region)
    assert hints.moves == ()
    assert hints.reordered is None


def test_dependences_of_every_kind_keep_their_order():
    region = analysis(
        (instruction(writes="r0"), LOAD),
        (instruction(reads="r0", writes="r1"), ALU),
        (instruction(writes="r0"), LOAD),
        (instruction(reads="r0", writes="r2"), ALU),
    )
    for move in find_hints(region).moves:
        assert {move.moved, move.beside} not in ({0, 1}, {1, 2}, {2, 3}, {0, 2})


def test_a_load_does_not_cross_a_store_that_may_touch_its_bytes():
    region = analysis(
        (instruction(writes="s0"), MULTIPLY),
        (instruction(writes="s1"), MULTIPLY),
        (instruction(store=("r1", 0)), LOAD),
        (instruction(writes="r3", load=("r2", 0)), LOAD),
        (instruction(reads="r3", writes="r4"), ALU),
    )
    assert all(not (move.moved == 3 and move.beside <= 2) for move in find_hints(region).moves)


def test_a_load_crosses_a_store_of_other_bytes():
    region = analysis(
        (instruction(writes="s0"), MULTIPLY),
        (instruction(writes="s1"), MULTIPLY),
        (instruction(store=("r1", 0)), LOAD),
        (instruction(writes="r3", load=("r1", 4)), LOAD),
        (instruction(reads="r3", writes="r4"), ALU),
    )
    assert any(move.moved == 3 and move.beside <= 2 for move in find_hints(region).moves)


def test_the_branch_that_closes_the_loop_stays_last():
    branch = (instruction("bne", flags_read=True, branch="taken"), timing({"branch": 1}))
    region = analysis(
        (instruction(writes="r0"), LOAD),
        (instruction(reads="r0", writes="r1"), ALU),
        (instruction(writes="r5"), ALU),
        branch,
    )
    hints = find_hints(region)
    assert hints.moves
    assert all(move.moved != 3 and not (move.beside == 3 and move.after) for move in hints.moves)
    assert not hints.order or hints.order[-1] == 3


def test_the_search_is_bounded_by_count_and_says_so():
    operations = [(instruction(writes=f"s{n % 8}", reads=f"s{(n * 3) % 8}"), MULTIPLY) for n in range(2000)]
    hints = find_hints(analysis(*operations))
    assert hints.trials <= 201
    assert not hints.complete
