"""Objects on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cyclesim.cli import main
from tests.unit.asm.objects.elfs import A64_LOOP, Sec, Sym, archive, elf, member, words

pytest.importorskip("capstone", reason="capstone is not installed")

LOOP = elf("aarch64", [Sec(".text", A64_LOOP)], [Sym("sum", 0, 20)])
TEXT_OF_LOOP = "sum:\nldr q0, [x0], #16\nfadd v1.4s, v1.4s, v0.4s\nsubs x1, x1, #4\nb.ne sum\nret\n"
SVE = elf("aarch64", [Sec(".text", words(0x2518E3E0, 0xD65F03C0))], [Sym("vector", 0, 8)])


class Run:
    """One command: exit code and both outputs."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *words: str) -> None:
        self.code = main(list(words))
        self.out, self.err = capsys.readouterr()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.o").write_bytes(LOOP)
    (tmp_path / "sve.o").write_bytes(SVE)
    (tmp_path / "lib.a").write_bytes(archive(member(b"a.o/", LOOP), member(b"b.o/", LOOP), member(b"sve.o/", SVE)))
    (tmp_path / "sum.s").write_text(TEXT_OF_LOOP)
    return tmp_path


def test_an_object_is_estimated_like_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    command = ("estimate", "x.o", "sum.s", "--uarch", "a53,a55", "--format", "json")
    found = json.loads(Run(capsys, *command).out)["estimates"]
    half = len(found) // 2
    for ours, source in zip(found[:half], found[half:], strict=True):
        for key in ("isa", "uarch", "instructions", "operations", "bound", "schedule", "stalls", "evidence", "region"):
            assert ours[key] == source[key], key


def test_places_are_distances_in_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    done = Run(capsys, "explain", "x.o", "--uarch", "a53")
    assert done.code == 0 and "x.o:sum: innermost loop sum, +0x0 to +0xc" in done.out
    assert "needs v1.4s from +0x4" in done.out or "from +0x0" in done.out
    assert "line +" not in done.out


def test_a_graph_of_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert "+0x8  subs x1, x1, #4" in Run(capsys, "graph", "x.o", "--uarch", "a53").out


def test_symbols_are_listed_without_a_core(capsys: pytest.CaptureFixture[str]) -> None:
    done = Run(capsys, "estimate", "lib.a", "x.o", "--list-symbols", "--format", "json")
    found = json.loads(done.out)["symbols"]
    assert [(one["symbol"], one["member"], one["bytes"], one["state"]) for one in found] == [
        ("sum", "a.o", 20, "a64"),
        ("sum", "b.o", 20, "a64"),
        ("vector", "sve.o", 8, "a64"),
        ("sum", "x.o", 20, "a64"),
    ]
    text = Run(capsys, "estimate", "lib.a", "--list-symbols", "--member", "b.o").out
    assert text.splitlines()[2].split() == ["sum", "b.o", "0x0", "20", "a64", "global"]


def test_without_the_list_a_core_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(capsys, "estimate", "x.o").code == 2


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["lib.a"], 2, "error[usage]: lib.a has 2 functions: sum, vector"),
        (["lib.a", "--symbol", "sum"], 2, "2 functions 'sum': in a.o, b.o"),
        (["lib.a", "--symbol", "sun"], 2, "did you mean sum?"),
        (["sum.s", "--symbol", "sum"], 2, "choose code of an object or archive"),
        (["sve.o"], 1, "sve.o:vector+0x0: error[scalable]: `ptrue` is an instruction of SVE, which is not supported"),
    ],
)
def test_refusals(capsys: pytest.CaptureFixture[str], options: list[str], code: int, words: str) -> None:
    done = Run(capsys, "estimate", *options, "--uarch", "a53")
    assert (done.code, done.out) == (code, "") and words in done.err


def test_a_corrupt_object_is_an_error_without_a_traceback(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "bad.o").write_bytes(LOOP[:90])
    done = Run(capsys, "estimate", "bad.o", "--uarch", "a53")
    assert done.code == 1 and done.err.startswith("error[input]: bad.o is a corrupt ELF file")
