"""C with intrinsics: a compiler's assembly at the places of the C source."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import stat
import sys
from pathlib import Path

import pytest

from cyclesim.asm import Flags, compile
from cyclesim.asm.compile import run
from cyclesim.asm.compile.lines import code_only, with_source_lines
from cyclesim.asm.program import build_program
from cyclesim.cli import main
from cyclesim.errors import CompileError, InputError, UsageError

SOURCE = """#include <arm_neon.h>
void axpy(float *y, const float *x, float a, int n) {
  for (int i = 0; i < n; i += 4)
    vst1q_f32(y + i, vmlaq_n_f32(vld1q_f32(y + i), vld1q_f32(x + i), a));
}
"""

OUTPUT = """\t.file 1 "FOLDER" "k.c"
\t.section .rodata
.LC0: .4byte 7
\t.text
\t.type axpy, %function
axpy:
\tnop
\t.loc 1 2 9 is_stmt 1
\tadd x0, x0, #1
.L3:
\t.loc 1 0 9
\tsub x1, x1, #1
\t.loc 2 900 3
\tmul x2, x2, x2
\t.loc 1 3 5 // cyclesim-kernels/k.c:3
\tb.ne .L3
\t.file 2 "/usr/lib/arm_neon.h"
\t.section .debug_info,"",@progbits
\t.4byte 1
"""


@pytest.fixture
def ziglang() -> None:
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("ziglang (extra compile) is not installed")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "k.c"
    path.write_text(SOURCE)
    return path


def script(folder: Path, text: str, name: str = "aarch64-linux-gnu-gcc") -> str:
    """A compiler of our own."""
    path = folder / name
    script = path.with_suffix(".py")
    script.write_text(f"import sys\nout = sys.argv[sys.argv.index('-o') + 1]\n{text}\n")
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_instructions_take_the_places_of_the_c_source(tmp_path: Path):
    (tmp_path / "k.c").write_text(SOURCE)
    text = code_only(OUTPUT.replace("FOLDER", str(tmp_path)))
    program = build_program(text, "k.c (compiled)", "aarch64", Flags())
    placed = with_source_lines(program, str(tmp_path / "k.c"), "k.c")
    found = {one.mnemonic: (one.span.file, one.span.line, one.span.column) for one in placed.instructions}
    # Line 0 and the lines of intrinsics' headers stand for the place before.
    assert found["add"] == found["sub"] == found["mul"] == ("k.c", 2, 9)
    assert found["b.ne"] == ("k.c", 3, 5)
    assert found["nop"][0] == "k.c (compiled)"
    assert placed.sources["k.c"][1].startswith("void axpy")
    assert placed.labels["axpy:2"] == 2


def test_data_and_debug_sections_are_left_out():
    kept = code_only(OUTPUT).split("\n")
    assert not [line for line in kept if "4byte" in line]
    assert len(kept) == len(OUTPUT.split("\n"))
    assert "cyclesim-kernels" not in "".join(kept)


def test_a_compiled_loop_is_estimated_with_c_lines(ziglang: None, source: Path, capsys, monkeypatch):
    monkeypatch.chdir(source.parent)
    before = set(os.listdir(source.parent))
    assert main(["explain", "k.c", "--uarch", "a53", "--format", "json"]) == 0
    import json

    printed = json.loads(capsys.readouterr().out)["explanations"][0]
    assert printed["region"] == "axpy:3"
    assert {row["line"] for row in printed["issued"]} <= {3, 4}
    assert set(os.listdir(source.parent)) == before, "nothing but the report is left behind"


@pytest.mark.parametrize(("core", "isa"), [("a7", "armv7"), ("a53,a55", "aarch64"), ("a53,a7", "armv7")])
def test_the_cores_decide_the_instruction_set(ziglang: None, source: Path, capsys, core: str, isa: str):
    assert main(["estimate", str(source), "--uarch", core, "--format", "json"]) == 0
    assert f'"isa": "{isa}"' in capsys.readouterr().out


def test_the_compilers_messages_are_shown(ziglang: None, tmp_path: Path, capsys):
    path = tmp_path / "bad.c"
    path.write_text("int f(int a) { return b; }\n")
    assert main(["estimate", str(path), "--uarch", "a53"]) == 1
    said = capsys.readouterr().err
    assert "error[compile]" in said and "use of undeclared identifier 'b'" in said


def test_macros_and_flags_reach_the_compiler(ziglang: None, tmp_path: Path, capsys):
    path = tmp_path / "k.c"
    path.write_text(
        "#ifndef GOOD\n#error no\n#endif\n#ifndef FINE\n#error no\n#endif\nint f(const int *p) { int s = 0; while (*p) s ^= *p++; return s; }\n"
    )
    assert main(["estimate", str(path), "--uarch", "a53", "-D", "GOOD", "--cflags=-DFINE -O1 -fno-vectorize"]) == 0
    assert "f:" in capsys.readouterr().out


def test_standard_input_is_compiled_when_asked(ziglang: None, capsys, monkeypatch):
    import io

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SOURCE.encode())))
    assert main(["estimate", "-", "--via", "cc", "--uarch", "a53"]) == 0
    assert "<stdin>: innermost loop axpy:3, lines 3-4" in capsys.readouterr().out


def test_markers_of_llvm_mca_in_c_mark_the_compiled_region(ziglang: None, tmp_path: Path, capsys):
    path = tmp_path / "k.c"
    marked = SOURCE.replace("    vst1q", '    { __asm volatile("# LLVM-MCA-BEGIN body"); vst1q')
    path.write_text(marked.replace(", a));", ', a)); __asm volatile("# LLVM-MCA-END body"); }'))
    assert main(["estimate", str(path), "--uarch", "a53"]) == 0
    assert "region body" in capsys.readouterr().out


@pytest.mark.parametrize(("isa", "name"), [("aarch64", "aarch64-linux-gnu-gcc"), ("armv7", "arm-linux-gnueabihf-gcc")])
def test_an_installed_cross_compiler_can_be_named(source: Path, capsys, isa: str, name: str):
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    assert main(["estimate", str(source), "--uarch", "a53", "--cc", name, "--format", "json"]) == 0
    printed = capsys.readouterr().out
    assert f'"isa": "{isa}"' in printed and '"region": "axpy:3"' in printed


def test_assembly_is_assembled_when_asked(ziglang: None, tmp_path: Path, capsys):
    pytest.importorskip("capstone", reason="capstone (extra objects) is not installed")
    path = tmp_path / "k.S"
    path.write_text(
        "#define STEP 4\n.text\n.global f\n.type f, %function\nf: subs x0, x0, #STEP\n b.ne f\n ret\n.size f, .-f\n"
    )
    assert main(["estimate", str(path), "--via", "cc", "--uarch", "a53", "--isa", "aarch64"]) == 0
    assert "2 instructions" in capsys.readouterr().out


def test_a_compiler_that_does_not_end_is_ended(tmp_path: Path, source: Path, monkeypatch):
    monkeypatch.setattr(run, "TIMEOUT", 0.5)
    options = compile.Options(script(tmp_path, "import time; time.sleep(600)"))
    with pytest.raises(CompileError, match="took longer"):
        compile.compile_program(str(source), SOURCE, "k.c", "aarch64", options)


def test_a_compiler_that_writes_nothing_is_an_error(tmp_path: Path, source: Path):
    with pytest.raises(CompileError, match="wrote no assembly"):
        compile.compile_program(str(source), SOURCE, "k.c", "aarch64", compile.Options(script(tmp_path, "")))


def test_warnings_become_notes_and_the_command_is_as_documented(tmp_path: Path, source: Path):
    body = "open(out, 'w').write('\\n'.join(['# ' + word for word in sys.argv[1:]] + ['ret', '']))\nprint('k.c:1:1: warning: odd', file=sys.stderr)"
    options = compile.Options(script(tmp_path, body), "-O3 -DX='a b'", "cortex-a53", {"N": "4", "E": ""}, ("inc",))
    program = compile.compile_program(str(source), SOURCE, "k.c", "aarch64", options)
    assert program.notes == ("k.c:1:1: warning: odd",)
    words = [line[2:] for line in program.sources["k.c (compiled)"] if line.startswith("# ")]
    assert words[:6] == ["-mcpu=cortex-a53", "-DN=4", "-DE", "-Iinc", "-S", "-O2"]
    assert words.index("-O3") > words.index("-O2") and "-DX=a b" in words


def test_without_a_shipped_core_no_core_is_named_to_the_compiler():
    words = run.command_line(run.Compiler(("cc",), "gcc"), "armv7", compile.Options())
    assert not [word for word in words if "mcpu" in word]


def test_without_the_extra_the_message_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ziglang", None)
    with pytest.raises(InputError) as caught:
        run.find_compiler("")
    assert "pip install cyclesim[compile]" in caught.value.hint


def test_a_compiler_that_is_not_there_is_named():
    with pytest.raises(InputError, match="no compiler 'nowhere-gcc'"):
        run.find_compiler("nowhere-gcc")


def test_flags_with_an_open_quote_are_a_usage_error(tmp_path: Path, source: Path):
    options = compile.Options(script(tmp_path, ""), "-DX='a")
    with pytest.raises(UsageError):
        compile.compile_program(str(source), SOURCE, "k.c", "aarch64", options)


@pytest.mark.parametrize(
    ("name", "isa"),
    [("arm-linux-gnueabihf-gcc", "armv7"), ("bin/aarch64-linux-gnu-gcc-12", "aarch64"), ("clang", None), ("", None)],
)
def test_the_name_of_a_cross_compiler_tells_its_instruction_set(name: str, isa: str | None):
    assert compile.native_isa(name) == isa
