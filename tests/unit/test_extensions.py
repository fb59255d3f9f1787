"""Cores and views of other packages: found by their entry points, and only when a name is unknown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cyclesim import extensions, resources
from cyclesim.cli import main

MODULE = """
import pathlib
def core():
    return pathlib.Path(__file__).with_name("mine.yaml")
number = 7
def view(document):
    return "\\n".join(f"<{one['region']} {one['schedule']['cycles']:g}>" for one in document["estimates"])
def broken(document):
    raise RuntimeError("no picture")
"""
ENTRY_POINTS = """
[cyclesim.cores]
mine = other_package:core
seven = other_package:number
gone = other_package:nothing
[cyclesim.views]
angle = other_package:view
broken = other_package:broken
seven = other_package:number
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package that adds a core and views."""
    (tmp_path / "other_package.py").write_text(MODULE)
    core = Path(resources.data_folder("uarch"), "cortex-a53.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(
        core.replace("name: cortex-a53", "name: mine").replace("aliases: [a53]", "aliases: []")
    )
    metadata = tmp_path / "other_package-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("other_package", None)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_a_core_of_another_package_has_its_name(package: Path, run: Run):
    code, out, _ = run("estimate", "sgemm_6x8-a53.s", "--uarch", "mine")
    assert code == 0 and "16 cycles" in out


def test_a_view_of_another_package_is_a_format(package: Path, run: Run):
    assert run("estimate", "sgemm_6x8-a53.s", "--uarch", "a53", "--format", "angle")[:2] == (0, "<sgemm_6x8_a53 16>\n")


@pytest.mark.parametrize("name", ["seven", "gone"])
def test_a_core_that_is_no_path_is_an_error_with_its_name(package: Path, run: Run, name: str):
    code, _, err = run("estimate", "sgemm_6x8-a53.s", "--uarch", name)
    assert code == 1 and "error[extension]" in err and name in err


@pytest.mark.parametrize("name", ["broken", "seven"])
def test_a_view_that_fails_is_an_error_with_its_name(package: Path, run: Run, name: str):
    code, out, err = run("estimate", "sgemm_6x8-a53.s", "--uarch", "a53", "--format", name)
    assert (code, out) == (1, "") and "error[extension]" in err and name in err


def test_known_names_look_nothing_up(monkeypatch: pytest.MonkeyPatch, run: Run):
    def refuse(group: str, name: str) -> object:
        raise AssertionError(f"{group} {name} was looked up")

    monkeypatch.setattr(extensions, "find", refuse)
    assert run("estimate", "sgemm_6x8-a53.s", "--uarch", "a53", "--format", "csv")[0] == 0


def test_an_unknown_name_stays_unknown(run: Run):
    assert run("estimate", "sgemm_6x8-a53.s", "--uarch", "nothing")[0] == 2
    assert run("estimate", "sgemm_6x8-a53.s", "--uarch", "a53", "--format", "nothing")[0] == 2


def test_names_are_listed(package: Path):
    assert extensions.names(extensions.VIEWS) == ["angle", "broken", "seven"]
