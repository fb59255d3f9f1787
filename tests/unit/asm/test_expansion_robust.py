"""Any mixture of constructs is read or refused with a message, never a traceback."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim import asm
from cyclesim.errors import CyclesimError

PIECES = (
    ".macro m a, b=2, c:vararg", ".macro n", ".macro m", ".endm", ".exitm", ".purgem m", " m 1", " m r0, r1, r2", " n",
    ' m "x y" b=3', " m %(1+N)", ".rept 2", ".rept N", ".endr", ".irp a, 1, 2", ".irpc a, xyz", ".if 1", ".if N", ".if \\a",
    ".ifc \\a, 1", ".ifb \\b", ".ifdef N", ".else", ".elseif 0", ".elseif X", ".endif", ".set N, 2", ".set N, N + 1",
    "N = \\a", ".altmacro", ".noaltmacro", "LOCAL q", " mov r\\a, #\\b", " mov r0, #N", "l\\@: b l\\@", "1: b 1b",
    "\\c", " add r0, r0, \\()1", "#define A(x) x ## 1", "#define A(x...) x", "#define B A(B)", "#define N 3", "#undef A",
    " A(mov r0, r1)", " A(", " B", ")", "#if N", "#if A(1)", "#ifdef A", "#elif 1", "#else", "#endif", '#include "x"',
    "// cyclesim-begin r", "// cyclesim-end", "/* LLVM-MCA-BEGIN */ nop", "/*", "*/", '"', "'", "\\", ";", "%%", "",
    "t .req r0", ".unreq t", "t .dn d0.s16", " vadd t, t, t", ".inst 0xe1a00000", ".word 1", "x\x01y", ".end",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("\n".join)
CHARACTERS = st.text(alphabet="\\#.()@&%<>\"'!,;: \n\tamN01_=+-/*", max_size=60)


def read(text: str, isa: str) -> None:
    try:
        asm.parse(text, "test.S", isa)
    except CyclesimError as error:
        assert error.render()


@given(TEXTS, st.sampled_from(("armv7", "aarch64")))
@settings(max_examples=150, deadline=None)
def test_any_mixture_of_constructs(text: str, isa: str) -> None:
    read(text, isa)


@given(CHARACTERS, CHARACTERS)
@settings(max_examples=100, deadline=None)
def test_any_arguments_and_bodies(body: str, arguments: str) -> None:
    read(f".macro m a, b\n{body}\n.endm\n m {arguments}\n", "armv7")
    read(f"#define M(a, b) {body}\n M({arguments})\n#if {arguments}\n#endif\n", "aarch64")
