"""Any text gives a Program or a CyclesimError; long texts take linear work."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cyclesim import asm
from cyclesim.asm import regions
from cyclesim.asm.source import decode
from cyclesim.errors import CyclesimError
from cyclesim.ir import Program
from tests.unit.asm.build import errors, program

ISAS = ("armv7", "aarch64")

PIECES = [
    "vmla.f32",
    "fmla",
    "fmla.4s",
    "ld1",
    "vld1.32",
    "ldr",
    "b",
    "bne",
    "b.eq",
    "push",
    "q0",
    "d0",
    "d32",
    "v0.4s",
    "v1",
    "r0",
    "rA",
    "x0",
    "sp",
    "w31",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "[r0",
    "[x0]",
    "]!",
    "!",
    ",",
    ", ",
    "#",
    "#4",
    "#-1.5",
    "0x",
    "1b",
    "1f",
    "1:",
    "a:",
    "a",
    ":lo12:",
    ":128",
    "@",
    "@128]",
    "//",
    "/*",
    "*/",
    "'",
    "'a'",
    '"',
    ";",
    "=",
    "=4",
    ".req",
    ".set",
    ".unreq",
    ".macro",
    ".endm",
    ".if",
    ".endif",
    "#if",
    "#endif",
    "#define",
    ".end",
    "-",
    "+",
    "*",
    "<<",
    "lsl",
    "uxtw",
    "cyclesim-begin",
    "cyclesim-end",
    "LLVM-MCA-BEGIN",
    "\n",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\\",
    "\x0b",
    "é",
    "\x1c",
    "function",
    "BEGIN_FUNCTION",
    "L(",
    "²",
    "٣",
]


def check(text: str) -> None:
    """Parse in both dialects and by detection; every error can be shown."""
    for isa in (*ISAS, None):
        try:
            found = asm.parse(text, "random.s", isa)
        except CyclesimError as error:
            assert error.render()
            continue
        assert isinstance(found, Program)
        if found.instructions:
            assert regions.choose(found)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("# /* ' \" @")
@example("add r0, [r1], ")
@example("1:1:1b:")
@example(".set a, a\n mov r0, #a")
@example("a .req a")
def test_random_assembly(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_random_words(text: str) -> None:
    check(text)


@given(st.text(max_size=200))
def test_random_text(text: str) -> None:
    check(text)


@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    try:
        text = decode(data, "random.s")
    except CyclesimError as error:
        assert error.render()
    else:
        check(text)


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "{",
        "(",
        "#(",
        "'",
        '"',
        "/*",
        "*/",
        "@",
        "//",
        "# ",
        "#",
        "a:",
        "1:",
        ",",
        ", ",
        ";",
        "!",
        "-",
        "~",
        "{d0-",
        "[r0,",
        "d0[",
        "mov r0, #4 #4;",
        "x=1;",
        "b 1f;",
        "nop;",
        ":128",
        "nop # x;",
        "/* cyclesim-begin a */",
        '\\"',
        "a.",
    ],
)
def test_one_long_line_of_anything(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    for isa in ISAS:
        try:
            asm.parse(text, "long.s", isa)
        except CyclesimError as error:
            assert len(error.render()) < 2_000_000


def test_a_statement_of_a_megabyte() -> None:
    (error,) = errors("add r0, " + "(" * 1_000_000)
    assert "never closed" in error.message
    (error,) = errors("vldm r0, {" + "d0-d31, " * 100_000 + "d0}")
    assert "at most 32 registers" in error.message
    assert len(program("mov r0, #" + "1+" * 300_000 + "1").instructions) == 1


def test_many_instructions_on_one_line_and_on_many() -> None:
    assert len(program("add r0, r0, r1;" * 50_000).instructions) == 50_000
    assert len(program("add r0, r0, r1\n" * 50_000).instructions) == 50_000


def test_many_definitions() -> None:
    text = "".join(
        f".set N{number}, {number}\nt{number} .req r1\nmov t{number}, #LATE+N{number}\n" for number in range(5_000)
    )
    found = program(text + "LATE = 1\n")
    assert len(found.instructions) == 5_000


def test_only_what_is_needed_is_imported() -> None:
    script = (
        "import sys; import cyclesim.asm; first = set(sys.modules)\n"
        "cyclesim.asm.parse('add x0, x0, x1', 'a.s')\n"
        "print(*sorted(name for name in first if name.startswith('cyclesim.asm')))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('cyclesim.asm.a')))\n"
        "print(*sorted({'dataclasses', 'pathlib', 'inspect', 'numpy', 'yaml'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["cyclesim.asm", "cyclesim.asm.aarch64", ""]
