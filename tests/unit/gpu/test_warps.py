"""The warp engine on programs of a few clauses, each case with its reason."""

from __future__ import annotations

import random

import pytest

from cyclesim.gpu.program import Repeat, Step, flatten
from cyclesim.gpu.warps import KINDS, Run, run


def step(
    issue: int,
    clause: int = 0,
    unit: str = "",
    service: int = 0,
    latency: int = 0,
    slot: int = 0,
    waits: tuple[int, ...] = (),
    drains: bool = False,
    alone: int = 0,
) -> Step:
    return Step(clause, issue, max(issue, alone), unit, service, latency, slot, waits, drains)


def on_one_engine(path: list[Step | Repeat], warps: int, groups: int = 1, **options: int) -> Run:
    return run(flatten(path), 1, groups, warps, options.pop("resident", groups), **options)


def test_an_engine_issues_a_tuple_a_cycle_whatever_the_warps() -> None:
    for warps in (1, 2, 7):
        done = on_one_engine([step(8), step(3, 1)], warps)
        assert done.ticks == 11 * warps


def test_with_other_warps_ready_the_reason_is_not_selected() -> None:
    done = on_one_engine([step(8), step(3, 1)], 2, window=9)
    assert done.stalls == {"not-selected": 22}
    assert [event.reason for event in done.events] == ["start", *["not-selected"] * 3]


def test_the_warp_that_has_been_ready_for_longest_issues_next() -> None:
    done = on_one_engine([step(2), step(5, 1)], 3, window=9)
    assert [(event.clause, event.start) for event in done.events] == [(0, 0), (0, 2), (0, 4), (1, 6), (1, 11), (1, 16)]


def test_one_warp_alone_has_nobody_to_give_way_to() -> None:
    done = on_one_engine([step(4, alone=12), step(4, 1)], 1, window=2)
    assert done.stalls == {"not-selected": 8, "no-ready-warp": 8}
    assert done.events[1].reason == "no-ready-warp"


def test_tuples_of_one_warp_keep_their_distance_and_others_fill_it() -> None:
    path = [step(4, alone=12), step(4, 1, alone=12)]
    assert on_one_engine(path, 1).ticks == 16
    assert on_one_engine(path, 3).ticks == 24


def test_a_warp_waits_for_its_message_at_the_end_of_the_clause_that_says_so() -> None:
    path = [step(1, unit="load/store", service=8, latency=100, waits=(0,)), step(1, 1)]
    done = on_one_engine(path, 1, window=2)
    assert done.ticks == 1 + 8 + 100 + 1
    assert done.stalls == {"clause-wait": 108, "not-selected": 2}
    assert (done.events[1].reason, done.events[1].detail) == ("clause-wait", "slot 0")


def test_a_message_that_nobody_waits_for_takes_no_time() -> None:
    assert on_one_engine([step(1, unit="load/store", service=8, latency=100), step(1, 1)], 1).ticks == 2


def test_a_wait_for_another_slot_is_no_wait() -> None:
    path = [step(1, unit="load/store", service=8, latency=100, slot=1, waits=(0,)), step(1, 1)]
    assert on_one_engine(path, 1).ticks == 2


def test_two_messages_at_a_time_make_the_second_wait_for_the_unit() -> None:
    path = [step(1, unit="load/store", service=50, waits=(0,)), step(1, 1)]
    done = on_one_engine(path, 2, window=4)
    assert done.ticks == 1 + 50 + 50 + 1
    assert (done.events[-1].reason, done.events[-1].detail) == ("unit", "load/store")
    assert done.stalls["unit"] == 49


def test_engines_of_a_core_share_its_units() -> None:
    path = [step(1, unit="load/store", service=50, waits=(0,)), step(1, 1)]
    assert run(flatten(path), 2, 1, 2, 1).ticks == run(flatten(path), 1, 1, 2, 1).ticks == 102


def test_staging_registers_are_free_when_the_message_has_been_served() -> None:
    path = [step(1, unit="load/store", service=8, latency=100, drains=True), step(1, 1)]
    assert on_one_engine(path, 1).ticks == 1 + 8 + 1


def test_a_barrier_waits_for_the_whole_group_and_for_no_other() -> None:
    slow = step(1, unit="load/store", service=30, waits=(0,))
    path = [slow, step(1, 1, unit="barrier"), step(1, 2)]
    done = on_one_engine(path, 3, window=20)
    last = [event.start for event in done.events if event.clause == 2]
    arrivals = [event.end for event in done.events if event.clause == 1]
    assert min(last) >= max(arrivals)
    assert done.events[-1].reason in ("clause-wait", "not-selected")


def test_a_group_is_admitted_when_one_has_ended() -> None:
    done = on_one_engine([step(10)], 1, groups=3, resident=1, window=3)
    assert [event.start for event in done.events] == [0, 10, 20]


def test_a_thousand_rounds_are_not_stepped_through() -> None:
    """65,536 threads of 1,000 rounds: 8,192 warps on six engines."""
    body = (step(2, 1), step(3, 2), step(8, 3))
    path = [step(6), Repeat(body, 1000), step(4, 4), step(4, 5, unit="load/store", service=8)]
    done = run(flatten(path), 3, 128, 32, 3)
    least = (6 + 13_000 + 8) * 128 * 32 / 3
    assert least <= done.ticks <= 1.001 * least
    assert done.issues < 60_000


def unrolled(path: tuple[Step | Repeat, ...]) -> list[Step | Repeat]:
    flat: list[Step | Repeat] = []
    for part in path:
        flat += unrolled(part.body) * part.rounds if isinstance(part, Repeat) else [part]
    return flat


@pytest.mark.parametrize("seed", range(24))
def test_skipping_rounds_gives_what_stepping_gives(seed: int) -> None:
    """A loop and the same steps written out, in which nothing is skipped."""
    dice = random.Random(seed)

    def some(first: int) -> tuple[Step, ...]:
        steps = []
        for number in range(dice.randint(1, 3)):
            message = dice.random() < 0.4
            steps.append(
                step(
                    dice.randint(1, 8),
                    first + number,
                    unit="load/store" if message else "",
                    service=dice.choice((1, 4, 8)) if message else 0,
                    latency=dice.choice((0, 20, 90)) if message else 0,
                    waits=(0,) if dice.random() < 0.6 else (),
                )
            )
        return tuple(steps)

    inner = Repeat(some(10), dice.randint(1, 9))
    path = (*some(0), Repeat((*some(5), inner), dice.randint(2, 40)), *some(20))
    engines, warps, groups = dice.choice(((1, 3, 2), (3, 4, 1), (2, 5, 2)))
    folded = run(flatten(path), engines, groups, warps, groups, patience=10**9)
    plain = run(flatten(unrolled(path)), engines, groups, warps, groups, patience=10**9)
    assert folded.ticks == plain.ticks
    assert sum(folded.stalls.values()) == folded.ticks
    assert folded.exact and plain.exact


@pytest.mark.parametrize("service", [1, 40])
def test_a_rate_that_is_not_exact_says_so_and_is_near(service: int) -> None:
    path = [step(3, unit="load/store", service=service, latency=11, waits=(0,)), step(5, 1), step(7, 2)]
    exact = run(flatten(path), 3, 900, 2, 12, patience=10**9)
    guess = run(flatten(path), 3, 900, 2, 12, patience=60)
    assert exact.exact
    assert abs(guess.ticks / exact.ticks - 1) < 0.02
    assert sum(guess.stalls.values()) == guess.ticks


def test_reasons_are_a_closed_set() -> None:
    assert set(KINDS) == {"not-selected", "no-ready-warp", "clause-wait", "unit"}
