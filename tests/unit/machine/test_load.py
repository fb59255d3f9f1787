"""Finding cores, the cache, inheritance, and which row holds."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from cyclesim import asm, isa, machine
from cyclesim.errors import CyclesimError, ManyErrors, UnknownCore
from cyclesim.ir import Resolved
from cyclesim.machine import cache
from cyclesim.machine.check import check_file
from cyclesim.machine.load import find_file, load_document
from cyclesim.machine.rows import Rows, matches, merged
from tests.unit.machine.build import CORE, spoiled


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cyclesim"


def resolved(line: str, isa_name: str = "aarch64") -> Resolved:
    return isa.load(isa_name).resolve(asm.parse(line + "\n", "line.s", isa_name).instructions[0])


CHILD = """\
name: child
title: A child
kind: in-order
based_on: {base}
isas: [armv7]
picture: one box
sources: {{OWN: its own guide}}
issue_width: 2
units:
  neon: {{count: 2, title: halves, source: OWN, status: vendor}}
branches: {{taken_bubble: 0, source: OWN, status: vendor}}
memory: {{line_bytes: 64, unaligned_boundary: 8, unaligned_cycles: 1, store_to_load: unknown, source: OWN, status: vendor}}
confirms: [{{source: OWN, status: vendor, classes: [simd-alu]}}]
timings:
  simd-mla: {{shape: simd, latency: 9, source: OWN, status: vendor}}
"""


def child(folder: Path, base: str = "cortex-a53") -> str:
    path = folder / "child.yaml"
    path.write_text(CHILD.format(base=base))
    return str(path)


@pytest.mark.parametrize("name", ["cortex-a53", "a53", "A53", "Cortex-A53", " a53 "])
def test_a_core_is_found_by_name_and_alias_in_any_case(name: str):
    assert machine.load(name).name == "cortex-a53"


def test_an_unknown_core_is_answered_with_the_nearest():
    with pytest.raises(UnknownCore) as caught:
        machine.load("cortex-a54")
    assert "cortex-a53" in caught.value.hint
    with pytest.raises(UnknownCore, match="no core named ''"):
        machine.load("")


@pytest.mark.parametrize("path", ["/nowhere/core.yaml", "/", "bad\0name.yaml"])
def test_a_path_that_is_no_file_is_an_error_of_use(path: str):
    with pytest.raises(UnknownCore, match="can't read core file"):
        machine.load(path)


def test_a_broken_file_reports_every_mistake(tmp_path: Path):
    path = tmp_path / "tiny.yaml"
    path.write_text(spoiled("count: 2", "count: two", spoiled("kind: in-order", "kind: slow", CORE)))
    with pytest.raises(ManyErrors) as caught:
        machine.load(str(path))
    assert f"{path}:4:7: error[core-file]: kind is 'slow'" in caught.value.render()
    assert len(check_file(str(path))) == len(caught.value.errors)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"a: \xff\n", "not UTF-8"), (b"x" * 1_000_001, "larger than 1000000 bytes"), (b"", "empty file")],
)
def test_hostile_content_is_one_error(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "core.yaml"
    path.write_bytes(content)
    (error,) = check_file(str(path))
    assert message in error.message
    with pytest.raises(CyclesimError, match=message):
        machine.load(str(path))


def test_checking_a_folder_says_so(tmp_path: Path):
    (error,) = check_file(str(tmp_path))
    assert "Is a directory" in error.message


def test_where_a_byte_is_not_utf_8_is_named(tmp_path: Path):
    path = tmp_path / "core.yaml"
    path.write_bytes(b"name: x\ntitle: \xff\n")
    (error,) = check_file(str(path))
    assert str(error.span) == f"{path}:2:8"


def test_a_condition_on_a_mnemonic_of_another_class_never_matches(tmp_path: Path):
    path = tmp_path / "core.yaml"
    text = Path(find_file("a7")).read_text()
    path.write_text(spoiled("{when: {mnemonic: clz}", "{when: {mnemonic: vclz}", text))
    (error,) = check_file(str(path))
    assert error.message == "no instruction of class count-bits is named 'vclz'"
    assert error.span is not None
    assert path.read_text().splitlines()[error.span.line - 1][error.span.column - 1 :].startswith("vclz")


# The cache


def test_the_second_load_reads_the_cache(own_cache: Path, monkeypatch: pytest.MonkeyPatch):
    first = load_document(find_file("a53"))
    assert [path.name[:15] for path in own_cache.iterdir()] == ["core-cortex-a53"]
    monkeypatch.setattr("cyclesim.machine.compiling.compile_text", None)
    assert load_document(find_file("a53")) == first


@pytest.mark.parametrize("spoil", [b"", b"\xff\xfe", b"{}", None])
def test_a_corrupt_cache_is_ignored(own_cache: Path, spoil: bytes | None):
    first = load_document(find_file("a53"))
    (file,) = own_cache.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[:-1000] + b" " * 1000 if spoil is None else spoil)
    assert load_document(find_file("a53")) == first
    assert file.read_bytes() == content


def test_a_cache_that_can_not_be_written_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert machine.load("a7").name == "cortex-a7"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/nonexistent/home")
    assert machine.load("a7").name == "cortex-a7"
    monkeypatch.delenv("HOME")
    assert machine.load("a7").name == "cortex-a7"


def test_files_of_one_name_have_caches_of_their_own(tmp_path: Path):
    assert cache.cache_file(str(tmp_path / "a" / "x.yaml")) != cache.cache_file(str(tmp_path / "b" / "x.yaml"))


def test_a_change_of_the_base_file_reaches_the_files_based_on_it(tmp_path: Path):
    base = tmp_path / "base.yaml"
    text = Path(find_file("a53")).read_text()
    base.write_text(text)
    path = child(tmp_path, str(base))
    row = "simd-alu: {shape: simd, latency: 2"
    assert machine.load(path).rows["simd-alu"][0]["latency"] == 2
    base.write_text(spoiled(row, row.replace("2", "5"), text))
    assert machine.load(path).rows["simd-alu"][0]["latency"] == 5
    base.unlink()
    with pytest.raises(CyclesimError, match="based_on"):
        machine.load(path)


def test_the_warm_path_imports_no_yaml_and_no_checks():
    program = (
        "import sys; from cyclesim import machine; machine.load('a55'); "
        "print([name for name in sys.modules if name == 'yaml' or 'schema' in name or 'compiling' in name])"
    )
    for expected in ("yaml", "[]"):
        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
        )
        assert expected in run.stdout


# Inheritance


def test_an_inherited_row_is_an_inference_unless_a_source_of_the_core_states_it(tmp_path: Path):
    rows = machine.load(child(tmp_path)).rows
    assert (rows["simd-alu"][0]["status"], rows["simd-alu"][0]["source"]) == ("vendor", "OWN")
    assert rows["simd-padal"][0]["status"] == "inferred"
    assert rows["simd-padal"][0]["source"].startswith("as on cortex-a53 (IB")
    assert rows["simd-mla"][0]["latency"] == 9
    assert rows["simd-dot"][0]["status"] == "unknown"


def test_based_on_may_not_go_round_in_a_circle(tmp_path: Path):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(CHILD.format(base=second))
    second.write_text(CHILD.format(base=first))
    messages = [error.message for error in check_file(str(first))]
    assert any("based_on" in message for message in messages)
    path = child(tmp_path, str(tmp_path / "child.yaml"))
    assert "circle: child.yaml -> child.yaml" in " ".join(error.message for error in check_file(path))


# Which row holds


def test_the_more_specific_row_holds_wherever_it_stands():
    rows = [
        {"latency": 1, "cycles": 1},
        {"when": {"width": 128, "lane": True}, "latency": 3},
        {"when": {"width": [64, 128]}, "latency": 2, "cycles": 2},
    ]
    assert merged(rows, {"width": 32}) == {"latency": 1, "cycles": 1}
    assert merged(rows, {"width": 128}) == {"latency": 2, "cycles": 2}
    assert merged(rows, {"width": 128, "lane": True}) == {"latency": 3, "cycles": 2}


@pytest.mark.parametrize(
    ("when", "features", "holds"),
    [
        ({"lane": False}, {}, True),
        ({"shift": ""}, {}, True),
        ({"registers": 0}, {}, True),
        ({"lane": True}, {}, False),
        ({"width": 64}, {}, False),
        ({"element": "64"}, {"element": "64"}, True),
        ({"element": ["32", "64"]}, {"element": 64}, True),
        ({"lane": True}, {"lane": 1}, False),
    ],
)
def test_a_missing_feature_is_false_zero_or_empty(when: dict[str, object], features: dict[str, object], holds: bool):
    assert matches(when, features) is holds


def test_instructions_that_the_rows_do_not_tell_apart_share_one_timing():
    core = machine.load("a53")
    first = machine.timing_of(core, resolved("add v0.4s, v1.4s, v2.4s"))
    assert machine.timing_of(core, resolved("sub v3.8h, v1.8h, v2.8h")) is first
    assert machine.timing_of(core, resolved("add v0.2s, v1.2s, v2.2s")) is not first
    assert machine.timing_of(machine.load("a53"), resolved("add v0.4s, v1.4s, v2.4s")) is not first


def test_rows_without_a_memory_serve_as_well():
    core = machine.load("a53")
    plain = core._replace(rows=dict(core.rows))
    one = resolved("ldr q0, [x1]")
    assert isinstance(core.rows, Rows)
    assert machine.timing_of(plain, one) == machine.timing_of(core, one)


def test_a_stated_key_holds_for_all_rows_that_a_shape_brings():
    padal = machine.timing_of(machine.load("a53"), resolved("sadalp v0.2s, v1.4h"))
    assert (padal.cycles, padal.uses) == (Fraction(2), (("neon", 1),))
