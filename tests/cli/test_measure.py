"""`measure`: the program it writes works as far as an emulator goes, and refuses where there is no counter."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cyclesim.cli import main
from cyclesim.errors import CyclesimError
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.harness import fnv, harness
from cyclesim.execute.results import into_sidecar, mean_cycles, read_results
from tests.unit.execute.programs import COPY, session

RESULTS = (
    "symbol,call,minimum,median,ninth_decile,empty\ncopy,0,40.00,41.50,44.00,1.50\ncopy,1,80.00,81.50,84.00,1.50\n"
)
CALLS = {
    "symbol": "copy",
    "calls": [[{"buffer": "to"}, {"buffer": "from"}, 32], [{"buffer": "to"}, {"buffer": "from", "offset": 8}, 64]],
    "buffers": {
        "to": {"bytes": 96},
        "from": {"bytes": 96, "fill": "random-u16", "mask": 1023, "seed": 4},
        "unused": {"bytes": 7, "fill": "hex", "data": "0102"},
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "copy.s").write_text(f".arch armv8-a\n.text\n.global copy\n{COPY}")
    (tmp_path / "calls.json").write_text(json.dumps(CALLS))
    return tmp_path


def written(folder: Path) -> Path:
    out = folder / "out"
    words = [
        "measure",
        str(folder / "copy.s"),
        "--symbol",
        "copy",
        "--call",
        str(folder / "calls.json"),
        "-o",
        str(out),
    ]
    assert main(words) == 0
    return out


def built(out: Path) -> list[str]:
    """The command that runs the program under an emulator."""
    for tool in ("aarch64-linux-gnu-gcc", "qemu-aarch64"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    command = [
        "aarch64-linux-gnu-gcc",
        "-O2",
        "-static",
        "-Wall",
        "-Wextra",
        "-Werror",
        "measure.c",
        "copy.s",
        "-o",
        "measure",
    ]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return ["qemu-aarch64", str(out / "measure")]


def test_the_program_computes_what_the_executor_computes(folder: Path) -> None:
    done = subprocess.run([*built(written(folder)), "--check"], capture_output=True, text=True, check=True)
    made = session(
        COPY,
        "aarch64",
        (
            Buffer("to", 96),
            Buffer("from", 96, fill="random-u16", mask=1023, seed=4),
            Buffer("unused", 7, fill="hex", data="0102"),
        ),
    )
    expected = []
    for number, call in enumerate(([("to", 0), ("from", 0), 32], [("to", 0), ("from", 8), 64])):
        made.reset()
        made.call(call)
        for name in ("to", "from", "unused"):
            expected.append(f"{number},{name},{fnv(bytes.fromhex(str(made.contents(name))))}")
    assert done.stdout.split() == expected


def test_without_a_counter_nothing_is_reported(folder: Path) -> None:
    done = subprocess.run(built(written(folder)), capture_output=True, text=True)
    if done.returncode == 0:
        pytest.skip("this emulator passes a cycle counter on")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "no cycle counter" in done.stderr


def test_what_is_needed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure"]) == 2
    assert "measure needs FILE, --symbol and -o DIR" in capsys.readouterr().err
    assert main(["measure", "--read", "x.csv"]) == 2


def test_a_symbol_that_is_not_there_writes_nothing(folder: Path) -> None:
    words = ["measure", str(folder / "copy.s"), "--symbol", "paste", "--arg", "1", "-o", str(folder / "out")]
    assert main(words) == 1
    assert not (folder / "out").exists()


def test_calls_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="same number of arguments"):
        harness("f", [[1], [1, 2]], [], "cc")
    with pytest.raises(ValueError, match="no name of C"):
        harness("f;g", [[1]], [], "cc")


def test_results_are_read_back_into_a_calls_file(folder: Path) -> None:
    (folder / "results.csv").write_text(RESULTS)
    words = [
        "measure",
        "--read",
        str(folder / "results.csv"),
        "--into",
        str(folder / "calls.json"),
        "--core",
        "Cortex-A53",
    ]
    assert main([*words, "--source", "a board"]) == 0
    stored = json.loads((folder / "calls.json").read_text())
    assert stored["measured"] == [{"core": "Cortex-A53", "cycles": 60.0, "sources": [{"what": "a board"}]}]
    assert main(words) == 0
    assert len(json.loads((folder / "calls.json").read_text())["measured"]) == 1


def test_results_are_read_back_into_a_sidecar() -> None:
    results = read_results(RESULTS, "r.csv")
    assert mean_cycles(results) == 60.0
    text = into_sidecar("title: copy\n", results, "cortex-a53", 'a "board"')
    assert text.endswith('runs:\n- core: cortex-a53\n  cycles: 60.0\n  unit: cycles/call\n  source: "a \\"board\\""\n')


@pytest.mark.parametrize("text", ["", "a,b\n", RESULTS.replace("41.50", "soon"), RESULTS.replace(",1.50\n", "\n")])
def test_bad_results(text: str) -> None:
    with pytest.raises(CyclesimError):
        read_results(text, "r.csv")
