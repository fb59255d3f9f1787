"""What-if files: what they add to a core, and each mistake once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cyclesim import machine, resources
from cyclesim.errors import CyclesimError, InputError, ManyErrors
from cyclesim.ir import Form, Instruction, Resolved, Span
from cyclesim.machine import overlay
from cyclesim.machine.overlay import Overlay
from cyclesim.machine.timing import Core
from tests.unit.machine.build import place, spoiled

WHATIF = """\
title: a faster multiply
isa:
- isa: aarch64
  form: fast +Vd.4s, Vn.4s
  class: simd-fast
timings:
  a53:
    simd-fast: {like: simd-mull, cycles: 3, status: inferred, source: a guess}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def read(folder: Path, text: str) -> Overlay:
    path = folder / "what.yaml"
    path.write_text(text)
    return overlay.read(str(path))


def errors(folder: Path, text: str) -> list[str]:
    with pytest.raises(CyclesimError) as caught:
        read(folder, text)
    found = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    return [f"{one.span.line}:{one.span.column} {one.message}" for one in found if one.span]


def of_class(class_: str, **features: object) -> Resolved:
    instruction = Instruction("fast", (), Span("x.s", 1), "fast")
    return Resolved(instruction, Form("fast", "fast", class_, "", "", ""), (), (), (), features, 0)


def core(folder: Path, text: str, name: str = "cortex-a53") -> Core:
    return machine.load(name, [read(folder, text)])


def test_a_class_like_another_has_its_rows_and_what_is_stated_beside(tmp_path: Path):
    timing = machine.timing_of(core(tmp_path, WHATIF), of_class("simd-fast"))
    assert (timing.latency, timing.cycles, timing.status, timing.source) == (4, 3, "inferred", "a guess")
    assert timing.where == "what.yaml:8"


@pytest.mark.parametrize("given", ["a53", "cortex-a53", "A53"])
@pytest.mark.parametrize("asked", ["a53", "cortex-a53"])
def test_a_core_may_be_given_by_any_of_its_names(tmp_path: Path, given: str, asked: str):
    text = spoiled("  a53:", f"  {given}:", WHATIF)
    assert "simd-fast" in core(tmp_path, text, asked).rows


def test_other_cores_are_left_alone(tmp_path: Path):
    assert "simd-fast" not in core(tmp_path, WHATIF, "a7").rows


def test_it_counts_in_the_talks_sums_like_its_model(tmp_path: Path):
    found = machine.flat_sum_of(core(tmp_path, WHATIF), of_class("simd-fast"))
    assert (found.cycles, found.status, found.source) == (1, "inferred", "a guess")


def test_a_new_class_may_state_its_own_rows(tmp_path: Path):
    rows = """\
    simd-fast:
    - {uses: {neon: 2}, latency: 5, cycles: 3/2, slots: older, status: inferred, source: a guess}
    - {when: {width: 64}, uses: {neon: 1}, cycles: 1}
  a7: {simd-fast: {shape: simd, latency: 6, status: inferred, source: a guess}}
flat_sums:
  a53: {simd-fast: {cycles: 3/2, status: inferred, source: a guess}}
"""
    text = spoiled(WHATIF.splitlines(keepends=True)[-1], rows, WHATIF)
    found = core(tmp_path, text)
    assert machine.timing_of(found, of_class("simd-fast", width=128)).cycles == Fraction(3, 2)
    assert machine.timing_of(found, of_class("simd-fast", width=64)).uses == (("neon", 1),)
    assert machine.flat_sum_of(found, of_class("simd-fast")).cycles == Fraction(3, 2)
    assert machine.timing_of(core(tmp_path, text, "a7"), of_class("simd-fast", width=64)).cycles == 1


def test_a_class_of_the_core_may_be_changed(tmp_path: Path):
    text = "timings: {a53: {simd-padal: {like: simd-padal, cycles: 1, status: inferred, source: a guess}}}\n"
    timing = machine.timing_of(core(tmp_path, text), of_class("simd-padal", width=128))
    assert (timing.latency, timing.cycles) == (4, 1)


def test_overlays_apply_in_order(tmp_path: Path):
    first = read(tmp_path, WHATIF)
    second = read(tmp_path, spoiled("cycles: 3", "cycles: 5", WHATIF))
    found = machine.load("a53", [first, second])
    assert machine.timing_of(found, of_class("simd-fast")).cycles == 5
    assert "simd-fast" not in machine.load("a53").rows


@pytest.mark.parametrize("name", ["dp4a", "smlasd"])
def test_shipped_what_if_files_read_and_cover_every_core(name: str):
    found = overlay.read(resources.shipped_whatif(name))
    assert set(found.rows) == {"armv7", "aarch64"}
    assert set(found.timings) == {"cortex-a7", "cortex-a53", "cortex-a55"}


MISTAKES = [
    ("title: a faster", "subtitle: a faster", "subtitle", "unknown key 'subtitle' in a what-if file"),
    ("title: a faster multiply", "title: [a]", "[a]", "title is a text, not a list"),
    ("- isa: aarch64", "- isa: mips", "mips", "isa is 'mips'"),
    ("- isa: aarch64\n  form", "- form", "form", "an instruction row has no `isa`"),
    ("  form: fast +Vd.4s, Vn.4s\n", "", "isa: aarch64", "an instruction row has no `form`"),
    ("  class: simd-fast", "  class: simd-fats", "simd-fats", "no class 'simd-fats'"),
    ("isa:\n", "isa: 3\nx:\n", "3\nx", "isa is a list of rows, not '3'"),
    ("isa:\n", "isa:\n- word\n", "word", "an instruction row is a mapping, not 'word'"),
    ("  a53:", "  a52:", "a52", "no core named 'a52'"),
    ("like: simd-mull", "like: simd-mul1", "simd-mul1", "no class 'simd-mul1'"),
    ("like: simd-mull", "like: simd-fast", "simd-fast, cyc", "no class 'simd-fast'"),
    ("like: simd-mull, ", "", "{cycles", "class simd-fast has no `latency`"),
    ("cycles: 3", "cycels: 3", "cycels", "unknown key 'cycels' in a row of class simd-fast"),
    ("cycles: 3", "uses: {gpu: 1}", "gpu", "no unit 'gpu'"),
    ("cycles: 3", "cycles: -3", "-3", "cycles can't be negative: -3"),
    ("status: inferred, ", "", "{like", "class simd-fast has no `status`"),
    (", source: a guess", "", "{like", "class simd-fast has no `source`"),
    ("status: inferred", "status: certain", "certain", "unknown status 'certain'"),
    (
        "{like: simd-mull, cycles: 3, status: inferred, source: a guess}",
        "5",
        "5\n",
        "a row of class simd-fast is a mapping",
    ),
    ("timings:\n", "timings: 3\nx:\n", "3\nx", "timings is a mapping, not '3'"),
    ("    simd-fast: {", "    - {", "- {like", "timings of a53 is a mapping, not a list"),
]


@pytest.mark.parametrize(("old", "new", "pointed", "message"), MISTAKES, ids=[mistake[3] for mistake in MISTAKES])
def test_a_mistake_is_reported_where_it_stands(tmp_path: Path, old: str, new: str, pointed: str, message: str):
    text = spoiled(old, new, WHATIF)
    found = errors(tmp_path, text)
    assert [one for one in found if one.startswith(f"{place(text, pointed)} ") and message in one], found


def test_two_classes_may_not_be_like_each_other(tmp_path: Path):
    line = "    {}: {{like: {}, status: inferred, source: a guess}}\n"
    text = "timings:\n  a53:\n" + line.format("simd-one", "simd-two") + line.format("simd-two", "simd-one")
    assert any("circle: simd-one -> simd-two -> simd-one" in one for one in errors(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty file"),
        (b"\xff", "not UTF-8"),
        (b"a: [", "not YAML"),
        (b"[" * 4000, "nested too deeply"),
        (b"x" * 1_000_001, "larger than"),
    ],
)
def test_hostile_content_is_an_input_error(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "what.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        overlay.read(str(path))


def test_missing_files_and_folders_are_input_errors(tmp_path: Path):
    for path in (tmp_path / "nothing.yaml", tmp_path):
        with pytest.raises(InputError, match="can't read what-if file"):
            overlay.read(str(path))


@pytest.mark.parametrize("text", ["just words", "- a\n"])
def test_a_file_that_is_no_mapping_says_so(tmp_path: Path, text: str):
    assert errors(tmp_path, text) == ["1:1 a what-if file is a mapping"]


def test_a_file_that_says_nothing_is_refused(tmp_path: Path):
    assert errors(tmp_path, "title: nothing\n") == [
        "1:1 neither instructions (`isa`) nor `timings` nor changes to a core (`set`)"
    ]
