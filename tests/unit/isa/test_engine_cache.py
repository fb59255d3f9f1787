"""The cache of the compiled tables: it speeds loading up and never decides what is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cyclesim import resources
from cyclesim.isa import cache, load
from cyclesim.isa.tables import Index, compile_tables


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "cyclesim"


def content(index: Index) -> list[object]:
    """An index as plain values."""
    return [[tuple(row) for row in index.rows], *index[2:]]


def test_a_cached_index_is_the_compiled_one(folder: Path) -> None:
    first = cache.load_index("armv7")
    assert (folder / "isa-armv7.json").is_file()
    assert content(cache.load_index("armv7")) == content(first) == content(compile_tables("armv7"))


def test_a_second_load_compiles_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load_index("armv7")
    monkeypatch.setattr(cache, "compile_tables", lambda isa: pytest.fail("compiled again"))
    assert cache.load_index("armv7").forms


def test_loading_from_the_cache_imports_no_yaml_parser(folder: Path) -> None:
    cache.load_index("armv7")
    script = "import sys; from cyclesim import isa; isa.load('armv7'); sys.exit('yaml' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(resources.PACKAGE)}
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0


@pytest.mark.parametrize("damage", ["", "{", "[]", "\x00\x01", "cut", "flip", "key"])
def test_a_damaged_cache_is_ignored_and_replaced(folder: Path, damage: str) -> None:
    cache.load_index("armv7")
    path = folder / "isa-armv7.json"
    sound = path.read_text(encoding="utf-8")
    damaged = {
        "cut": sound[: len(sound) // 2],
        "flip": sound.replace("simd-mla", "simd-mlb", 1),
        "key": "0 " + sound,
    }
    path.write_text(damaged.get(damage, damage), encoding="utf-8")
    assert content(cache.load_index("armv7")) == content(compile_tables("armv7"))
    assert path.read_text(encoding="utf-8") == sound


def test_a_cache_that_is_not_text_is_ignored(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "isa-armv7.json").write_bytes(b"\xff\xfe\xff")
    assert cache.load_index("armv7").forms


def test_a_cache_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert load("armv7").forms("nop")
    assert blocked.read_text() == "not a folder"


def test_no_temporary_file_is_left_behind(folder: Path) -> None:
    cache.load_index("armv7")
    assert [path.name for path in folder.iterdir()] == ["isa-armv7.json"]


def test_every_byte_of_the_tables_counts(tmp_path: Path) -> None:
    table = tmp_path / "a.yaml"
    table.write_text("- form: a\n")
    before = cache.fingerprint([str(table)])
    table.write_text("- form: b\n")
    assert cache.fingerprint([str(table)]) != before
    table.rename(tmp_path / "b.yaml")
    table.with_name("b.yaml").write_text("- form: a\n")
    assert cache.fingerprint([str(tmp_path / "b.yaml")]) != before
