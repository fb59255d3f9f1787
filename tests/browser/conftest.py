"""One headless browser for all tests of pages; without one they are skipped, and say so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.webdriver import Browser, missing


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `cyclesim serve` on a free port."""
    pytest.importorskip("starlette", reason="the extra `web` is not installed")
    pytest.importorskip("uvicorn", reason="the extra `web` is not installed")
    folder = tmp_path_factory.mktemp("serve")
    (folder / "dot.s").write_text(DOT, encoding="utf-8")
    command = [sys.executable, "-m", "cyclesim", "serve", "dot.s", "--port", "0", "--workers", "1", "--seconds", "30"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=_environment())
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line, line
        yield line.split()[3]
        assert [path.name for path in folder.iterdir()] == ["dot.s"], "nothing is written"
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


DOT = """\
.Ldot:
        ldr     q0, [x0], #16
        ldr     q1, [x1], #16
        fmla    v2.4s, v0.4s, v1.4s
        subs    x2, x2, #4
        b.ne    .Ldot
"""
