"""Resident warps by registers and work-groups, and what can be dispatched at all."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim.errors import CyclesimError
from cyclesim.gpu.launch import Dispatch, dispatch
from cyclesim.gpu.occupancy import Occupancy, occupancy
from cyclesim.machine.warps import load_warps

G52 = load_warps("g52")


def holds(group: int, full: bool = True, whole: bool = True, threads: int = 1 << 20) -> Occupancy:
    return occupancy(G52, Dispatch((threads,), (group,)), full, whole)


def test_up_to_32_registers_a_core_has_768_threads_above_half_of_them() -> None:
    """Arm GPU Datasheet: 0-32 work registers 768 threads, 33-64 384; the printed cliff at 64 is wrong."""
    assert (holds(256).threads, holds(256, full=False).threads) == (768, 384)
    assert (holds(256).warps, holds(256, full=False, whole=False).warps) == (32, 16)


@pytest.mark.parametrize(("group", "warps"), [(1, 8), (8, 8), (16, 16), (32, 32), (64, 32), (256, 32)])
def test_groups_of_one_and_two_warps_leave_contexts_empty(group: int, warps: int) -> None:
    assert holds(group).warps == warps


def test_with_64_registers_a_group_of_two_warps_fills_its_contexts() -> None:
    assert holds(16, full=False).warps == holds(64, full=False).warps == 16


def test_a_group_with_a_barrier_is_taken_whole_and_others_are_split() -> None:
    assert holds(256, full=False, whole=True).warps == Fraction(32, 3)
    assert holds(256, full=False, whole=False).warps == 16


def test_lanes_without_a_thread_are_lost() -> None:
    assert holds(1).lanes == Fraction(1, 8)
    assert holds(20).lanes == Fraction(20, 24)


def test_a_small_dispatch_fills_what_it_has() -> None:
    assert holds(64, threads=64).warps == Fraction(8, 3)


def test_a_core_without_a_cliff_has_one_occupancy() -> None:
    g72 = load_warps("g72")
    shape = Dispatch((1 << 16,), (64,))
    assert occupancy(g72, shape, True) == occupancy(g72, shape, False)


@pytest.mark.parametrize(
    ("threads", "group", "message", "code"),
    [
        ("256x256", "32x16", "512 threads; mali-g52 takes 384", 1),
        ("100x100", "16x16", "100x100 threads are not whole groups of 16x16", 1),
        ("64x64", "7", "not whole groups", 1),
        ("0x4", None, "at least 1", 1),
        ("64x", None, "one to three numbers", 2),
        ("1x2x3x4", None, "one to three numbers", 2),
        ("-64", None, "one to three numbers", 2),
        ("64", "x", "one to three numbers", 2),
    ],
)
def test_what_can_not_be_dispatched_says_why(threads: str, group: str | None, message: str, code: int) -> None:
    with pytest.raises(CyclesimError, match=message) as caught:
        dispatch(threads, group, G52)
    assert caught.value.exit_code == code


def test_without_a_group_64_threads_go_together() -> None:
    assert dispatch(None, None, G52).group_threads == 64
    assert dispatch("30x100", None, G52).group == (2, 4)


def test_threads_in_one_dimension_take_a_group_by_its_size() -> None:
    assert dispatch("65536", "16x16", G52).groups == 256
