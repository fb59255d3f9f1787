"""The pytest plug-in, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cyclesim.pytest_plugin import assert_cycles

LOOP = "1: ldr q0, [x1], #16\nfadd v1.4s, v1.4s, v0.4s\nsubs x0, x0, #4\nb.ne 1b\n"

TESTS = '''
LOOP = """{}"""

def test_kept(assert_cycles):
    assert assert_cycles(LOOP, uarch="a53", at_most=6, at_least_ops=0.66).cycles == 6

def test_broken(assert_cycles):
    assert_cycles(LOOP, uarch="a53", at_most=4.5, at_least_ops=2)
'''


def test_the_fixture_fails_a_test_with_a_readable_message(tmp_path: Path):
    (tmp_path / "test_kernels.py").write_text(TESTS.format(LOOP))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "cyclesim.pytest_plugin",
        "-p",
        "no:cacheprovider",
        str(tmp_path),
    ]
    # An installed package registers the plug-in by itself; here it is loaded by name alone, installed or not.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False, env=environment
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "6 cycles, at most 4.5 are allowed; 0.6667 ops/cycle, at least 2 are required" in done.stdout
    assert "where the cycles go" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_function_can_be_imported_and_returns_the_estimate():
    assert assert_cycles(LOOP, uarch="a55", at_most=100).uarch == "cortex-a55"


def test_a_limit_is_needed():
    with pytest.raises(ValueError, match="at_most or at_least_ops"):
        assert_cycles(LOOP, uarch="a53")
