"""What a reader of the project finds: finished text, sizes one can read, and a start without luggage."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import cyclesim

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {"__pycache__", "build", "dist"}
KEPT_HIDDEN = {".ci", ".gitignore"}

UNFINISHED = [
    "TO" + "DO",
    "FIX" + "ME",
    "X" * 3,
    "HA" + "CK",
    "not " + "implemented",
    "Not" + "ImplementedError",
    "place" + "holder",
]

TECHNICAL = {
    "place" + "holder": "the operands of inline assembly have this name; files that read or explain them may use it",
}
TECHNICAL_FILES = {"cyclesim/ir.py", "cyclesim/isa/cells.py", "docs/site/page.html"}
TECHNICAL_FOLDERS = ("cyclesim/asm/", "tests/unit/asm/", "tests/unit/isa/")

MOST_LINES = 500
"""Of a module. 300 is the habit; a module beyond 500 is split by noun."""

NEVER_AT_START = ("numpy", "networkx", "yaml", "tabulate", "rich", "dataclasses", "inspect", "pathlib", "typing")
"""Modules that a text `estimate` with warm caches does without: each one costs milliseconds that a user waits for."""


def files() -> Iterator[Path]:
    """Every file that belongs to the project."""
    for folder, subfolders, names in os.walk(ROOT):
        top = Path(folder) == ROOT
        subfolders[:] = sorted(
            name
            for name in subfolders
            if name not in SKIPPED_FOLDERS and (name[0] != "." or (top and name in KEPT_HIDDEN))
        )
        for name in sorted(names):
            if name[0] != "." or name in KEPT_HIDDEN:
                yield Path(folder, name)


def text_lines() -> Iterator[tuple[str, int, str]]:
    for path in files():
        if path.suffix == ".pyc" or path.name == "LICENSE":
            continue
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield name, number, line


def test_nothing_is_left_unfinished() -> None:
    word = re.compile("|".join(rf"\b{text}" for text in UNFINISHED), re.IGNORECASE)
    exact = {text for text in UNFINISHED if text.isupper()}
    found = []
    for name, number, line in text_lines():
        for match in word.finditer(line):
            shouted = match[0].upper() in exact
            technical = match[0].lower() in TECHNICAL and (
                name in TECHNICAL_FILES or name.startswith(TECHNICAL_FOLDERS)
            )
            if not technical and (not shouted or match[0].isupper()):
                found.append(f"{name}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


def test_no_file_knows_a_machine() -> None:
    """No absolute path of somebody's home or workspace."""
    path = re.compile(r"(?<![\w.}/-])/(?:home|root|Users|work|mnt|tmp|var|opt)/[\w.-]")
    found = [f"{name}:{number}: {line.strip()}" for name, number, line in text_lines() if path.search(line)]
    assert not found, "\n".join(found)


def test_modules_stay_readable() -> None:
    sizes = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for path in files()
        if path.suffix == ".py"
    }
    big = {name: lines for name, lines in sizes.items() if lines > MOST_LINES}
    assert not big


def test_every_python_file_is_annotated_from_the_future() -> None:
    """Annotations that aren't evaluated cost nothing at start-up."""
    missing = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.suffix == ".py"
        and ": " in path.read_text(encoding="utf-8")
        and "def " in path.read_text(encoding="utf-8")
        if "from __future__ import annotations" not in path.read_text(encoding="utf-8")
        if path.name != "record.py"  # it makes the annotations into fields and has no other
        if path != ROOT / "cyclesim" / "__init__.py"  # importing the package imports nothing, not even that
    ]
    assert not missing


def test_the_version_is_stated_once() -> None:
    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    assert project["version"] == cyclesim.__version__
    assert f"## {cyclesim.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("[", "").replace(
        "]", ""
    )


def run_python(code: str, cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60, check=False
    )


@pytest.mark.parametrize("kernel", ["armv7/u8gemm_6x4.s", "aarch64/sgemm_6x8-a53.s"])
def test_an_estimate_starts_without_luggage(tmp_path: Path, kernel: str) -> None:
    code = (
        "import sys; before = set(sys.modules); from cyclesim.cli import main;"
        f"code = main(['estimate', {kernel!r}, '--uarch', 'a53']);"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr); sys.exit(code)"
    )
    cold = run_python(code, tmp_path)
    warm = run_python(code, tmp_path)
    assert (cold.returncode, warm.returncode) == (0, 0), cold.stderr + warm.stderr
    assert cold.stdout == warm.stdout
    loaded = set(warm.stderr.split())
    assert "cyclesim.bounds" in loaded
    assert not loaded & set(NEVER_AT_START)
    assert "yaml" in set(cold.stderr.split()), "the first run compiles the tables, so the second proves the cache"


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the cache folder would be")
    run = run_python("from cyclesim.cli import main; main(['estimate', 'sgemm_6x8.s', '--uarch', 'a53'])", blocked)
    assert (run.returncode, run.stderr) == (0, "")
    assert "Cortex-A53" in run.stdout


def test_a_broken_cache_is_made_again(tmp_path: Path) -> None:
    code = "from cyclesim.cli import main; main(['estimate', 'sgemm_6x8.s', '--uarch', 'a53'])"
    first = run_python(code, tmp_path)
    caches = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert caches
    for path in caches:
        path.write_bytes(path.read_bytes()[:200] + b"\xff")
    second = run_python(code, tmp_path)
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")
