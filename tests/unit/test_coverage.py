"""How much of a user's own code is read: every file is a row, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim import coverage
from cyclesim.analysis import Reading
from cyclesim.coverage import FileCoverage, Unknown
from cyclesim.errors import InputError
from tests.unit.asm.objects.elfs import A64_LOOP, Sec, Sym, archive, elf, member, words

LOOP = elf("aarch64", [Sec(".text", A64_LOOP)], [Sym("sum", 0, 20)])
MIXED = elf("aarch64", [Sec(".text", words(0x2518E3E0, 0xFFFFFFFF, 0xD65F03C0))], [Sym("f", 0, 12)])


def measured(*paths: Path, isa: str | None = None, jobs: int = 1) -> list[FileCoverage]:
    files = coverage.find_files([str(path) for path in paths])
    tasks = [task for file in files for task in coverage.tasks_of(file, isa, Reading())]
    calls: list[int] = []
    found = coverage.measure_all(tasks, jobs, lambda: calls.append(1))
    assert len(calls) == len(tasks)
    return found


def test_a_text_counts_what_resolves_and_what_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text("add x0, x0, x1\nvfoo x0\nvfoo x1\nvbar x0\nld1w x0\n")
    (found,) = measured(tmp_path / "a.s")
    assert (found.isa, found.instructions, found.resolved, found.share) == ("aarch64", 5, 1, 0.2)
    assert [(one.mnemonic, one.count) for one in found.unknown] == [("vfoo", 2), ("ld1w", 1), ("vbar", 1)]
    assert found.unknown[0].place.endswith("a.s:2:1") and "unknown instruction" in found.unknown[0].reason


def test_a_text_that_cannot_be_read_is_a_row_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text("add x0, x0, #\nfmla v0.4q, v1.4s, v2.4s\n")
    (found,) = measured(tmp_path / "a.s")
    assert (found.instructions, found.errors) == (0, 2) and "a.s:1:" in found.error


def test_an_object_counts_scalable_and_undecoded_apart(tmp_path: Path) -> None:
    pytest.importorskip("capstone", reason="capstone is not installed")
    (tmp_path / "x.o").write_bytes(MIXED)
    (found,) = measured(tmp_path / "x.o")
    assert (found.instructions, found.resolved, found.scalable, found.undecoded) == (3, 1, 1, 1)


def test_an_archive_is_one_row_in_however_many_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("capstone", reason="capstone is not installed")
    (tmp_path / "lib.a").write_bytes(archive(*[member(b"m%d.o/" % number, LOOP) for number in range(7)]))
    (whole,) = measured(tmp_path / "lib.a")
    monkeypatch.setattr(coverage, "MEMBERS_AT_ONCE", 2)
    assert len(coverage.tasks_of(str(tmp_path / "lib.a"), None, Reading())) == 4
    assert measured(tmp_path / "lib.a") == [whole]
    assert (whole.instructions, whole.resolved) == (35, 35)


def test_processes_find_the_same(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.s").write_text("add x0, x0, x1\n" * (number + 1))
    assert measured(tmp_path, jobs=2) == measured(tmp_path)


def test_a_corrupt_member_keeps_the_others(tmp_path: Path) -> None:
    pytest.importorskip("capstone", reason="capstone is not installed")
    (tmp_path / "lib.a").write_bytes(archive(member(b"a.o/", LOOP), member(b"b.o/", LOOP[:100])))
    (found,) = measured(tmp_path / "lib.a")
    assert (found.instructions, found.errors) == (5, 1) and "lib.a(b.o) is a corrupt ELF file" in found.error


def test_a_folder_is_searched_for_code(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.S").write_text("add x0, x0, x1\n")
    (inner / "b.c").write_text("int f(int x) { return x; }\n")
    (inner / "c.cc").write_text('void f() { asm volatile("nop\\n"); }\n')
    (inner / "x.o").write_bytes(LOOP)
    (inner / "libx.so.1.2").write_bytes(LOOP)
    (inner / "not.o").write_bytes(b"hello")
    (inner / "notes.txt").write_text("add x0, x0, x1\n")
    (inner / "link.s").symlink_to(inner / "a.S")
    names = [Path(path).name for path in coverage.find_files([str(tmp_path), str(inner / "a.S")])]
    assert names == ["a.S", "c.cc", "libx.so.1.2", "x.o"]


def test_a_path_that_is_missing_or_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="doesn't exist"):
        coverage.find_files([str(tmp_path / "nowhere")])
    with pytest.raises(InputError, match="no assembly, object or archive"):
        coverage.find_files([str(tmp_path)])


def test_inline_assembly_is_measured_in_its_instruction_set(tmp_path: Path) -> None:
    (tmp_path / "a.cc").write_text(
        'void f(long x) { asm volatile("1:\\nsubs %[x], %[x], #1\\nb.ne 1b\\n" : [x] "+r"(x)); }\n'
    )
    assert {(one.isa, one.instructions, one.resolved) for one in measured(tmp_path / "a.cc", isa="aarch64")} == {
        ("aarch64", 2, 2)
    }


def test_joining_adds_up() -> None:
    one = FileCoverage("a", "armv7", 10, 8, 0, 1, (Unknown("x", 2, "why", "a:1"),))
    two = FileCoverage(
        "b", "aarch64", 5, 4, 1, 0, (Unknown("y", 1, "so", "b:1"), Unknown("x", 3, "why", "b:2")), 1, "bad"
    )
    total = coverage.joined("total", [one, two])
    assert total == FileCoverage(
        "total", "", 15, 12, 1, 1, (Unknown("x", 5, "why", "a:1"), Unknown("y", 1, "so", "b:1")), 1, "bad"
    )
    assert coverage.joined("none", []).share == 1.0
