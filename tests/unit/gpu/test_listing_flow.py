"""Loops and branches of listings, and how often clauses run."""

from __future__ import annotations

import pytest

from cyclesim.errors import CyclesimError, ManyErrors, TripError
from cyclesim.gpu.control_flow import END, executed, indirect_jumps, loops, open_branches, reachable, successors
from cyclesim.gpu.listing import parse
from cyclesim.gpu.nouns import Listing
from tests.unit.gpu.reading import NAMES, clause, compiled


def listing(*clauses: tuple[int, str]) -> Listing:
    """Clauses of one tuple: label and what its ADD slot holds; `eos` ends the program."""
    text = ""
    for number, add in clauses:
        header = "ds(0) eos" if add == "eos" else "ds(0) nbb"
        slot = "+NOP t1" if add == "eos" else f"+{add}"
        text += clause("*NOP t0", slot, header=header, label=f"clause_{number}") + "\n"
    return parse(text, "x.txt")


def jump(number: int) -> str:
    return f"JUMP t1, clause_{number}"


def branch(number: int) -> str:
    return f"BRANCHZ.i16.eq t1, r0.h0, clause_{number}"


def test_the_compilers_loop() -> None:
    found = loops(compiled("softmax_row"))
    assert [(one.name, one.once_more, one.body, one.outer) for one in found] == [
        ("clause_6", (6,), (11, 16), ()),
        ("clause_21", (21,), (26, 31, 36), ()),
        ("clause_41", (41,), (45, 50), ()),
    ]
    times = executed(compiled("softmax_row"), {"clause_6": 4, "clause_21": 0, "all": 10})
    assert times == {
        0: 1,
        6: 5,
        9: 1,
        11: 4,
        16: 4,
        19: 1,
        21: 1,
        24: 1,
        26: 0,
        31: 0,
        36: 0,
        39: 1,
        41: 11,
        44: 1,
        45: 10,
        50: 10,
    }


@pytest.mark.parametrize("name", NAMES)
def test_compiled_loops_have_one_shape(name: str) -> None:
    """The header ends in a branch into the body, a clause that jumps out follows it, the body jumps back."""
    one = compiled(name)
    for loop in loops(one):
        last = one.clauses[one.places[loop.once_more[-1]]]
        body, exit_ = (one.clauses[place].number for place in successors(one, one.places[last.number]))
        assert body in loop.body and exit_ not in loop.clauses
        assert one.clauses[one.places[exit_]].last.opcode == "JUMP"
        assert one.clauses[one.places[loop.body[-1]]].last.opcode == "JUMP"


def nested() -> Listing:
    return listing(
        (0, "NOP t1"),
        *((2, branch(6)), (4, jump(20))),
        *((6, "NOP t1"), (8, branch(12)), (10, jump(16))),
        *((12, jump(8)), (16, jump(2)), (20, "eos")),
    )


def test_nested_loops_multiply() -> None:
    one = nested()
    assert [(loop.name, loop.outer) for loop in loops(one)] == [("clause_2", ()), ("clause_8", (2,))]
    times = executed(one, {"clause_2": 3, "clause_8": 5})
    assert times == {0: 1, 2: 4, 4: 1, 6: 3, 8: 18, 10: 3, 12: 15, 16: 3, 20: 1}


def test_a_break_doesn_t_change_the_header() -> None:
    one = listing((0, branch(4)), (2, jump(10)), (4, branch(8)), (6, jump(10)), (8, jump(0)), (10, "eos"))
    (loop,) = loops(one)
    assert (loop.once_more, loop.body) == ((0,), (4, 8))
    assert executed(one, {"all": 7})[0] == 8


def test_a_loop_that_is_closed_by_its_condition() -> None:
    one = listing((0, "NOP t1"), (2, "NOP t1"), (4, branch(2)), (6, "eos"))
    (loop,) = loops(one)
    assert (loop.once_more, loop.body) == ((), (2, 4))
    assert executed(one, {"clause_2": 9}) == {0: 1, 2: 9, 4: 9, 6: 1}


def test_a_loop_of_one_clause() -> None:
    one = listing((0, "NOP t1"), (2, branch(2)), (4, "eos"))
    assert executed(one, {"clause_2": 6}) == {0: 1, 2: 6, 4: 1}


def test_a_header_of_several_clauses() -> None:
    one = listing((0, "NOP t1"), (2, branch(6)), (4, jump(8)), (6, jump(0)), (8, "eos"))
    assert executed(one, {"all": 3}) == {0: 4, 2: 4, 4: 1, 6: 3, 8: 1}


def test_both_sides_of_an_if_run() -> None:
    one = compiled("nested_branches")
    assert open_branches(one) == (4, 10, 16, 31, 44)
    assert set(executed(one, {}).values()) == {1}
    assert open_branches(compiled("julia_escape")) == ()


def test_what_nothing_leads_to_runs_never() -> None:
    one = listing((0, jump(4)), (2, "NOP t1"), (4, "eos"))
    assert reachable(one) == {0, 4}
    assert executed(one, {}) == {0: 1, 2: 0, 4: 1}


def test_successors() -> None:
    one = listing((0, branch(4)), (2, "JUMP t1, #0.x"), (4, "BRANCHZ.i16.eq t1, r0.h0, #0.x"), (6, "eos"))
    assert [successors(one, place) for place in range(4)] == [(2, 1), (END,), (END, 3), (END,)]


def refusal(one: Listing, trips: dict[str, int]) -> list[CyclesimError]:
    with pytest.raises(CyclesimError) as caught:
        executed(one, trips)
    return list(caught.value.errors) if isinstance(caught.value, ManyErrors) else [caught.value]


def test_missing_trip_counts_name_the_loops() -> None:
    found = refusal(nested(), {})
    assert [error.message for error in found] == ["loop clause_2 has no trip count", "loop clause_8 has no trip count"]
    assert all(isinstance(error, TripError) and error.exit_code == 1 for error in found)
    assert "--trip clause_2=N" in found[0].hint and "--trip all=N for 2 loops" in found[0].hint
    assert found[1].span is not None and found[1].source_line == "clause_8:"


def test_trip_counts_of_no_loop() -> None:
    (error,) = refusal(nested(), {"clause_9": 3, "all": 1})
    assert error.message == "no loop clause_9" and error.hint == "loops: clause_2, clause_8"
    (error,) = refusal(compiled("copy_vec4"), {"clause_0": 3})
    assert error.hint == "this listing has no loop"
    (error,) = refusal(nested(), {"all": -1})
    assert "negative" in error.message


def test_jumps_to_registers_are_refused() -> None:
    one = listing((0, "JUMP t1, r3"), (2, "eos"))
    (error,) = refusal(one, {})
    assert error.message == "JUMP to an address in r3" and error.span is not None and error.span.column == 15
    assert indirect_jumps(compiled("softmax_row")) == []
