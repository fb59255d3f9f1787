"""Hostile surroundings: closed streams, locales, links, pipes, caches and extras that are broken or missing."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_bad_input import LOOP, ROOT
from tests.cli.test_bad_input import cyclesim as cyclesim

PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def test_a_link_stays_a_link_and_permissions_stay(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    (tmp_path / "result.txt").write_text("the older result")
    (tmp_path / "result.txt").chmod(0o640)
    (tmp_path / "link.txt").symlink_to("result.txt")
    assert cyclesim("estimate", "a.s", "--uarch", "a55", "-o", "link.txt").code == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert "Cortex-A55" in (tmp_path / "result.txt").read_text()
    assert (tmp_path / "result.txt").stat().st_mode & 0o777 == 0o640


@PIPES
def test_a_pipe_as_output_is_written_not_replaced(cyclesim, tmp_path: Path) -> None:
    """What is no ordinary file, a device or a pipe, stays what it is."""
    (tmp_path / "a.s").write_text(LOOP)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert cyclesim("estimate", "a.s", "--uarch", "a55", "-o", "pipe").code == 0
    assert b"Cortex-A55" in os.read(reader, 100_000)
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def shell(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of shell in which `$CYCLESIM` is the program."""
    command = f"{shlex.quote(sys.executable)} -m cyclesim"
    return subprocess.run(
        ["sh", "-c", script.replace("$CYCLESIM", command)],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [
        ("estimate a.s --uarch a55 >&-", 1, "error[output]: "),
        ("estimate - --uarch a55 <&-", 1, "error[input]: standard input is closed"),
        ("estimate nowhere.s --uarch a55 2>&-", 1, ""),
    ],
    ids=["stdout", "stdin", "stderr"],
)
def test_a_closed_stream(tmp_path: Path, closed: str, code: int, said: str) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    done = shell(f"$CYCLESIM {closed}", tmp_path)
    assert done.returncode == code
    assert done.stderr.startswith(said) and "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_a_locale_that_cannot_spell_the_result(tmp_path: Path, encoding: dict[str, str]) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    done = shell("$CYCLESIM timeline a.s --uarch a55", tmp_path, PYTHONCOERCECLOCALE="0", **encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "fmla v0.4s, v1.4s, v2.4s" in done.stdout


@pytest.mark.parametrize("content", ["", "{", "null", "[]", '{"key": 1}', "\0\1\2"])
def test_a_broken_cache_is_made_anew(cyclesim, tmp_path: Path, monkeypatch, content: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "a.s").write_text(LOOP)
    plain = cyclesim("estimate", "a.s", "--uarch", "a55")
    files = list((tmp_path / "cache").rglob("*.json"))
    assert plain.code == 0 and files
    for file in files:
        file.write_text(content)
    assert cyclesim("estimate", "a.s", "--uarch", "a55") == plain


def test_a_cache_that_cannot_be_written(cyclesim, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cyclesim("estimate", "a.s", "--uarch", "a55").code == 0


@pytest.mark.parametrize(
    ("blocked", "words", "said"),
    [
        ("capstone", ("estimate", "code.o", "--uarch", "a55"), ""),
        ("ziglang", ("estimate", "code.c", "--uarch", "a55"), "ziglang"),
        ("starlette", ("serve", "--port", "0"), "cyclesim[web]"),
        ("uvicorn", ("serve", "--port", "0"), "cyclesim[web]"),
        ("pyarrow", ("sweep", "plan.yaml", "-o", "out.parquet"), "cyclesim[sweep]"),
        ("dask", ("sweep", "plan.yaml", "--dask", "tcp://127.0.0.1:1"), "cyclesim[sweep]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_missing_extra_is_named(
    cyclesim, tmp_path: Path, monkeypatch, blocked: str, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    (tmp_path / "code.o").write_bytes(b"\x7fELF\x02\x01\x01")
    (tmp_path / "code.c").write_text("int f(int a) { return a; }\n")
    (tmp_path / "plan.yaml").write_text("title: t\nkernels: [a.s]\ncores: [a55]\nparameters: {issue_width: [1, 2]}\n")
    for name in [one for one in sys.modules if one.partition(".")[0] in (blocked, "distributed")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, blocked, None)
    if words[0] == "serve":
        for name in [one for one in sys.modules if one.startswith("cyclesim.serve")]:
            monkeypatch.delitem(sys.modules, name)
    outcome = cyclesim(*words)
    assert outcome.code in (1, 2), outcome
    assert said in outcome.err and "Traceback" not in outcome.err
    assert not (tmp_path / "out.parquet").exists()
