"""What our macro layer and preprocessor make of each construct is what GNU as makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim import asm
from tests.differential import gnu_as

SOURCES = Path(__file__).resolve().parent / "sources"
CASES = sorted(path.relative_to(SOURCES) for isa in gnu_as.PREFIX for path in (SOURCES / isa).glob("*.S"))


@pytest.mark.parametrize("name", CASES, ids=str)
def test_the_expanded_instructions_are_equal(name: Path, tmp_path: Path) -> None:
    isa = name.parts[0]
    if not gnu_as.available(isa):
        pytest.skip(f"no {gnu_as.PREFIX[isa]} compiler and binutils")
    pytest.importorskip("capstone", reason="encodings are decoded by capstone")
    source = SOURCES / name
    program = asm.parse(source.read_text(), str(source), isa, asm.Flags(include=(str(SOURCES / "include"),)))
    assert len(program.instructions) > 10
    assert gnu_as.compare(source, program, tmp_path, [f"-I{SOURCES / 'include'}"]) == ""


@pytest.mark.parametrize(
    ("theirs", "ours", "words"),
    [
        (["add\tr0, r1"], ["add\tr0, r1"], ""),
        (["add\tr0, r1"], ["add\tr0, r2"], "instruction 0: GNU as has `add\tr0, r1`, we have `add\tr0, r2`"),
        (["nop"], [], "GNU as has 1 instructions, we have 0"),
        (["sub\tr0, r1, #124"], ["sub\tr0, r1, #0"], ""),
    ],
)
def test_differences_are_seen(theirs: list[str], ours: list[str], words: str) -> None:
    assert gnu_as.difference(theirs, ours) == words
