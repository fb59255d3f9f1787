"""Estimates of whole listings: what is executed, floors, ranges, and that the parts add up."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cyclesim.errors import CyclesimError
from cyclesim.gpu import control_flow, listing
from cyclesim.gpu.estimate import Estimate, estimate
from cyclesim.gpu.launch import dispatch
from cyclesim.gpu.memory import message_of
from cyclesim.gpu.path import Path as GpuPath
from cyclesim.gpu.path import path_of
from cyclesim.gpu.shipped import read_listing
from cyclesim.machine.warps import load_warps

G52 = load_warps("g52")
LISTINGS = sorted((Path(__file__).parent / "listings").glob("*.txt"))


def read(path: Path) -> listing.Listing:
    return listing.parse(path.read_text(encoding="utf-8"), path.name)


def estimated(path: Path, rounds: int = 6, threads: str = "128x128", group: str = "8x8", core: str = "g52") -> Estimate:
    shape = dispatch(threads, group, load_warps(core))
    return estimate(read(path), load_warps(core), shape, {"all": rounds})


def counts(path: GpuPath, times: int = 1) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in path:
        inner = {part: times} if isinstance(part, int) else counts(part[0], times * part[1])
        for number, runs in inner.items():
            found[number] = found.get(number, 0) + runs
    return found


@pytest.mark.parametrize("path", LISTINGS, ids=lambda path: path.stem)
def test_the_path_runs_every_clause_as_often_as_the_control_flow_says(path: Path) -> None:
    one = read(path)
    executed = {number: runs for number, runs in control_flow.executed(one, {"all": 5}).items() if runs}
    assert counts(path_of(one, {"all": 5})) == executed


@pytest.mark.parametrize("path", LISTINGS, ids=lambda path: path.stem)
def test_reasons_add_up_and_no_floor_is_above_the_schedule(path: Path) -> None:
    one = estimated(path)
    assert sum(one.stalls.values()) == one.point.schedule
    assert all(floor.cycles <= one.point.schedule for floor in one.point.floors)
    assert one.fast.seconds <= one.point.seconds <= one.slow.seconds
    assert sum(one.evidence.values()) == one.executed.instructions


def test_an_empty_listing_takes_the_launch_alone() -> None:
    (path,) = [path for path in LISTINGS if path.stem == "empty"]
    one = estimated(path)
    assert one.point.seconds == Fraction(515, 1_000_000)
    assert "no clause" in one.notes[0]


ONE_LOAD = """clause_0:
ds(0) nbb load ncph dwb(0)
{
    *NOP t0
    +LOAD.i128 t1, u0.w0, u0.w1, @r0
}

clause_2:
ds(0) eos store
{
    *NOP t0
    +STORE.i128 t1, r0, u1.w0, u1.w1, @r0
}
"""


def test_a_vec4_load_serves_one_thread_a_cycle_or_a_line_a_cycle() -> None:
    """128 bytes a warp: two lines, or eight threads; the compiler's own count takes the threads."""
    one = estimate(listing.parse(ONE_LOAD, "one.txt"), G52, dispatch("256x256", "64", G52), {}, memory_bytes=0)
    floors = {floor.limit: floor.cycles for floor in one.point.floors}
    assert floors["load/store"] == 16 * 4096
    fast = {floor.limit: floor.cycles for floor in one.fast.floors}
    assert fast["load/store"] == 4 * 4096
    assert "load_store_threads" in one.matters


def test_messages_outside_loops_are_traffic_unless_the_user_knows_better() -> None:
    one = estimate(listing.parse(ONE_LOAD, "one.txt"), G52, dispatch("256x256", "64", G52), {})
    assert one.executed.memory_bytes == 32
    assert one.point.binding.limit == "memory"
    assert one.point.binding.cycles == Fraction(32 * 65536 * 800, 7100)
    assert message_of(one.listing.clauses[0]).bytes == 16  # type: ignore[union-attr]


def test_more_registers_leave_fewer_warps_to_hide_the_fetch() -> None:
    """T5 has 64 registers a thread: 16 warps per engine, and its 193 tuples take 1.33 cycles each."""
    one_listing, _, launched = read_listing("t5")
    one = estimate(
        one_listing, G52, dispatch(launched["threads"], launched["group"], G52), {}, launched["memory_bytes"]
    )
    assert (one.occupancy.registers, one.occupancy.warps) == (64, 16)
    assert Fraction(13, 10) < one.point.engine / one.point.floors[0].cycles < Fraction(135, 100)
    assert one.cliff is not None and one.cliff.seconds < one.point.seconds
    assert one.matters and "fetch" in one.matters


def test_a_loop_without_a_trip_count_is_named() -> None:
    (path,) = [path for path in LISTINGS if path.stem == "sgemm_4x4"]
    with pytest.raises(CyclesimError, match="clause_9 has no trip count"):
        estimate(read(path), G52, dispatch(None, None, G52), {})


def test_unknown_launch_and_memory_are_left_out_and_said() -> None:
    (path,) = [path for path in LISTINGS if path.stem == "sgemm_4x4"]
    one = estimated(path, core="g72")
    assert one.point.seconds == one.point.schedule / (746 * 1_000_000)
    assert any("launch" in note for note in one.notes) and any("bandwidth" in note for note in one.notes)


def test_twice_the_cores_or_the_clock_is_twice_as_fast() -> None:
    (path,) = [path for path in LISTINGS if path.stem == "julia_unroll4"]
    one = estimated(path, rounds=50, threads="256x256")
    assert one.point.binding.limit == "arithmetic"
    more = G52._replace(
        numbers={
            **G52.numbers,
            "cores": G52.numbers["cores"]._replace(value=Fraction(4), low=Fraction(4), high=Fraction(4)),
        }
    )
    shape = dispatch("256x256", "8x8", G52)
    other = estimate(one.listing, more, shape, {"all": 50})
    assert abs(one.point.schedule / other.point.schedule - 2) < Fraction(1, 50)
