"""Regions: marked ones, loops, lines, everything."""

from __future__ import annotations

import pytest

from cyclesim.asm import regions
from cyclesim.errors import RegionError
from cyclesim.ir import Program, Region
from tests.unit.asm.build import errors, only_error, place, program


def spans(found: list[Region] | tuple[Region, ...]) -> list[tuple[str, int, int, str, bool]]:
    return [(region.name, region.start, region.end, region.kind, region.loop) for region in found]


def refusal(text: Program, name: str | None = None, lines: tuple[int, int] | None = None) -> RegionError:
    with pytest.raises(RegionError) as caught:
        regions.choose(text, name, lines)
    return caught.value


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("@ cyclesim-begin gemm", "@ cyclesim-end"),
        ("// cyclesim-begin gemm", "// cyclesim-end gemm"),
        ("# cyclesim-begin gemm", "# cyclesim-end"),
        ("/* cyclesim-begin gemm */", "/* cyclesim-end */"),
        ("@CYCLESIM-BEGIN gemm", "@ *** cyclesim-end"),
        ("# LLVM-MCA-BEGIN gemm", "# LLVM-MCA-END"),
        ("// LLVM-MCA-BEGIN gemm", "// LLVM-MCA-END gemm"),
        ("@ OSACA-BEGIN gemm", "@ OSACA-END"),
        ("# LLVM-MCA-BEGIN: gemm", "# LLVM-MCA-END"),
    ],
)
def test_markers_in_every_comment_style(begin: str, end: str) -> None:
    found = program(f"nop\n{begin}\nadd r0, r0, r1\nsub r0, r0, r1\n{end}\nnop")
    assert spans(found.regions) == [("gemm", 1, 3, "marked", True)]
    assert regions.choose(found) == list(found.regions)


def test_markers_behind_instructions_belong_behind_them() -> None:
    found = program("nop @ cyclesim-begin a\nadd r0, r0, r1\nsub r0, r0, r1 @ cyclesim-end\nnop")
    assert spans(found.regions) == [("a", 1, 3, "marked", True)]


def test_markers_between_statements_of_a_line() -> None:
    found = program("nop; /* cyclesim-begin a */ nop; nop /* cyclesim-end */; nop")
    assert spans(found.regions) == [("a", 1, 3, "marked", True)]


def test_operations_and_missing_names() -> None:
    markers = [("@ cyclesim-begin a ops=384", "@ cyclesim-end"), ("@ OSACA-BEGIN", "@ OSACA-END")]
    markers.append(("@ cyclesim-begin ops=2", "@ cyclesim-end"))
    text = "".join(f"{begin}\nnop\n{end}\n" for begin, end in markers)
    found = program(text).regions
    assert [(region.name, region.operations) for region in found] == [("a", 384), ("region-2", None), ("region-3", 2)]


def test_a_name_of_llvm_mca_may_have_blanks() -> None:
    assert program("# LLVM-MCA-BEGIN inner loop\nnop\n# LLVM-MCA-END inner loop").regions[0].name == "inner loop"


def test_a_word_in_prose_is_no_marker() -> None:
    assert program("@ put cyclesim-begin in front\nnop\n@ and cyclesim-end behind").regions == ()


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("nop\n @ cyclesim-begin a\nnop", (2, 4), "the region 'a' never ends"),
        ("nop\n// cyclesim-end\nnop", (2, 4), "this region end has no begin"),
        ("@ cyclesim-begin a\nnop\n@ cyclesim-begin b\nnop\n@ cyclesim-end", (3, 3), "a region starts inside another"),
        ("@ cyclesim-begin a\n@ cyclesim-end\nnop", (1, 3), "the region 'a' holds no instruction"),
        ("@ cyclesim-begin a\nnop\n@ cyclesim-end b", (3, 3), "this ends 'b', but 'a' is open"),
        ("@ cyclesim-begin a ops=x\nnop\n@ cyclesim-end", (1, 3), "`ops=x` is not understood"),
        ("@ cyclesim-begin a ops=-1\nnop\n@ cyclesim-end", (1, 3), "`ops=-1` is not understood"),
        ("@ cyclesim-begin a size=4\nnop\n@ cyclesim-end", (1, 3), "`size=4` is not understood"),
        ("@ cyclesim-begin a b\nnop\n@ cyclesim-end", (1, 3), "a region name is one word, not 'a b'"),
        ("@ cyclesim-start a\nnop", (1, 3), "`cyclesim-start` is no region marker"),
    ],
)
def test_mistakes_in_markers(text: str, where: tuple[int, int], words: str) -> None:
    (error,) = errors(text)
    assert isinstance(error, RegionError)
    assert (place(error), error.message) == (where, words) and error.source_line


def test_two_regions_of_one_name() -> None:
    line, column, message, _ = only_error(
        "@ cyclesim-begin a\nnop\n@ cyclesim-end\n@ cyclesim-begin a\nnop\n@ cyclesim-end"
    )
    assert (line, column, message) == (4, 3, "two regions are called 'a'")


def test_errors_of_markers_and_statements_come_together_in_order() -> None:
    found = errors("@ cyclesim-end\nadd r0, r99\n@ cyclesim-begin a")
    assert [place(error)[0] for error in found] == [1, 2, 3]


LOOPS = """
entry:  push {r4}
outer:  mov r1, #8
inner:  vmla.f32 q0, q1, d0[0]
        subs r1, r1, #1
        bne inner
        subs r0, r0, #1
        bne outer
rest:   ldr r2, [r3], #4
        add r4, r4, r2
        subs r5, r5, #1
        bgt rest
        cmp r4, #0
        beq done
1:      subs r6, r6, #1
        bne 1b
done:   bx lr
"""


def test_innermost_loops_include_their_branch() -> None:
    assert spans(regions.loops(program(LOOPS))) == [
        ("inner", 2, 5, "loop", True),
        ("rest", 7, 11, "loop", True),
        ("loop@15", 13, 15, "loop", True),
    ]


def test_the_largest_innermost_loop_is_chosen() -> None:
    assert [region.name for region in regions.choose(program(LOOPS))] == ["rest"]


def test_a_loop_is_chosen_by_its_label() -> None:
    assert spans(regions.choose(program(LOOPS), "inner")) == [("inner", 2, 5, "loop", True)]
    assert spans(regions.choose(program(LOOPS), "loop@15")) == [("loop@15", 13, 15, "loop", True)]


def test_a_marked_region_is_chosen_by_its_name() -> None:
    found = program("@ cyclesim-begin a\nnop\n@ cyclesim-end\n@ cyclesim-begin b\nnop\n@ cyclesim-end\nl: b l")
    assert [region.name for region in regions.choose(found)] == ["a", "b"]
    assert [region.name for region in regions.choose(found, "b")] == ["b"]
    assert [region.name for region in regions.choose(found, "l")] == ["l"]


@pytest.mark.parametrize("branch", ["b", "bne", "b.ne", "bhs", "cbnz x0,", "cbz w0,", "tbnz x0, #3,", "tbz x0, #3,"])
def test_branches_that_close_a_loop(branch: str) -> None:
    assert spans(regions.loops(program(f"top: nop\n{branch} top\nret", "aarch64"))) == [("top", 0, 2, "loop", True)]


@pytest.mark.parametrize("branch", ["bl top", "br x0", "ret", "b puts", "b .", "adr x0, top", "blr x1"])
def test_other_branches_close_none(branch: str) -> None:
    assert regions.loops(program(f"top: nop\n{branch}", "aarch64")) == []


def test_forward_branches_close_none() -> None:
    assert regions.loops(program("b end\nnop\nend: nop")) == []


def test_a_branch_to_itself_is_a_loop_of_one() -> None:
    assert spans(regions.loops(program("nop\nhang: b hang"))) == [("hang", 1, 2, "loop", True)]


def test_of_two_branches_to_one_head_the_first_closes_the_innermost() -> None:
    assert spans(regions.loops(program("top: nop\nbeq top\nnop\nbne top"))) == [("top", 0, 2, "loop", True)]


def test_code_without_loops_is_taken_as_a_whole_and_once() -> None:
    assert spans(regions.choose(program("nop\nadd r0, r0, r1"))) == [("whole text", 0, 2, "straight", False)]


def test_lines() -> None:
    found = program(LOOPS)
    assert spans(regions.choose(found, lines=(4, 6))) == [("lines 4-6", 2, 5, "lines", True)]
    assert spans(regions.choose(found, lines=(4, 5))) == [("lines 4-5", 2, 4, "lines", False)]
    assert spans(regions.choose(found, lines=(1, 99))) == [("lines 1-99", 0, 16, "lines", False)]
    assert spans(regions.choose(found, lines=(5, 6))) == [("lines 5-6", 3, 5, "lines", False)]


def test_what_cannot_be_chosen() -> None:
    found = program(LOOPS)
    error = refusal(found, "outer2")
    assert "no region 'outer2'" in error.message and error.hint == "known regions: inner, rest, loop@15"
    assert refusal(program("nop"), "x").hint == "no region is marked and there is no loop"
    assert refusal(found, lines=(40, 50)).message == "no instruction in lines 40 to 50"
    assert refusal(program("label:\n.text\n")).message == "test.s has no instructions"


def test_many_loops() -> None:
    text = "".join(f"l{number}: nop\nbne l{number}\n" for number in range(20_000))
    assert len(regions.loops(program(text))) == 20_000
