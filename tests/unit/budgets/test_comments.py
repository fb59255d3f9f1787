"""Budgets in comments: found in every comment style, read strictly, compared in the precision they are written in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cyclesim.asm import Flags
from cyclesim.asm.program import build_program
from cyclesim.budgets import attach
from cyclesim.budgets.comments import find, holds, read_budget
from cyclesim.budgets.nouns import BudgetError
from cyclesim.ir import Program, Span


@pytest.mark.parametrize(
    "line",
    [
        "@ cyclesim: a53 <= 60 cycles",
        "  add r0, r0, #1 // cyclesim: a53 <= 60 cycles",
        "/* cyclesim: a53<=60 cycles */",
        " * CYCLESIM:  a53 <= 60  cycles",
        "# cyclesim: a53 <= 60 cycle.",
        '  "; cyclesim: a53 <= 60 cycles\\n"',
    ],
)
def test_a_budget_is_found_in_every_comment_style(line: str):
    (budget,), errors = find(f"nop\n{line}\n", "k.s")
    assert (budget.core, budget.relation, budget.amount, budget.unit) == ("a53", "<=", 60, "cycles")
    assert not errors and budget.span.line == 2
    assert line[budget.span.column - 1 :].startswith("a53")


def test_one_comment_states_several_budgets():
    budgets, errors = find("// cyclesim: a53 <= 60 cycles, a55 >= 6.4 ops per cycle,a7 == 40 instructions", "k.s")
    assert [(one.core, one.relation, one.unit) for one in budgets] == [
        ("a53", "<=", "cycles"),
        ("a55", ">=", "ops/cycle"),
        ("a7", "==", "instructions"),
    ]
    assert not errors


@pytest.mark.parametrize(
    "line", ["cyclesim: nop", '.ascii "cyclesim: a53 <= 1 cycles"', "// see docs/cyclesim: x", "// mycyclesim: x"]
)
def test_what_is_no_comment_is_no_budget(line: str):
    assert find(line, "k.s") == ([], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a53 < 60 cycles", "`<` is not known"),
        ("a53 <= 60", "is no budget"),
        ("a53 <= 60 apples", "`apples` is no unit"),
        ("a53 <= 6.4.2 cycles", "is no number"),
        ("a53 <= 6/0 cycles", "is no number"),
        ("<= 60 cycles", "is no budget"),
        ("", "a budget is missing"),
        ("see the wiki", "is no budget"),
    ],
)
def test_a_malformed_budget_is_an_error_with_its_place(text: str, message: str):
    budgets, errors = find(f"nop\n// cyclesim: {text}", "k.s")
    assert not budgets
    (error,) = errors
    assert isinstance(error, BudgetError) and message in error.message
    assert error.span is not None and (error.span.line, error.span.column) == (2, 14)
    assert error.source_line.startswith("// cyclesim:")


@pytest.mark.parametrize(
    ("budget", "amount", "kept"),
    [
        ("a <= 60 cycles", "60", True),
        ("a <= 60 cycles", "60.2", False),
        ("a <= 58.5 cycles", "117/2", True),
        ("a <= 58.5 cycles", "58.54", True),
        ("a <= 58.5 cycles", "58.56", False),
        ("a >= 6.887 ops/cycle", "3168/460", True),
        ("a >= 6.888 ops/cycle", "3168/460", False),
        ("a >= 6 ops/cycle", "5.9", False),
        ("a == 117/2 cycles", "117/2", True),
        ("a == 117/2 cycles", "58", False),
        ("a <= 117/2 cycles", "58.51", False),
    ],
)
def test_a_figure_is_compared_in_the_precision_of_the_budget(budget: str, amount: str, kept: bool):
    assert holds(read_budget(budget, Span("k.s", 1)), Fraction(amount)) is kept


TEXT = """\
// one
first: add x0, x0, #1
 b.ne first
// two
second: add x1, x1, #1
 // inside
 sub x2, x2, #1
 b.ne second
// behind
 ret
"""


def parsed(text: str = TEXT) -> Program:
    return build_program(text, "k.s", "aarch64", Flags())


@pytest.mark.parametrize(("line", "name"), [(1, "first"), (2, "first"), (4, "second"), (6, "second"), (8, "second")])
def test_a_comment_means_the_region_around_it_or_the_next_one(line: int, name: str):
    budget = read_budget("a <= 1 cycles", Span("k.s", line))
    assert attach.region_of(parsed(), budget).name == name


def test_a_comment_behind_the_last_region_is_an_error():
    with pytest.raises(BudgetError) as caught:
        attach.region_of(parsed(), read_budget("a <= 1 cycles", Span("k.s", 9)))
    assert "first, second" in caught.value.hint and caught.value.source_line == "// behind"


def test_a_comment_in_a_text_without_loops_means_all_of_it():
    program = parsed("nop\n// here\nnop\nnop\n")
    region = attach.region_of(program, read_budget("a <= 1 cycles", Span("k.s", 2)))
    assert (region.start, region.end) == (0, 3)


def test_a_comment_in_front_of_a_marked_region_means_that_region():
    program = parsed("// budget\n// cyclesim-begin inner\nadd x0, x0, #1\n// cyclesim-end\nx: b x\n")
    assert attach.region_of(program, read_budget("a <= 1 cycles", Span("k.s", 1))).name == "inner"
