"""Times and memory of the main job, against a bare interpreter and llvm-mca on the same loop in the same run.

    make bench

prints the Markdown table of benchmarks/README.md. Commands alternate, round by round, so that a busy machine slows all
of them alike; figures are medians. Nothing here is a test: wall time is read by people.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from cyclesim import asm, isa, machine, resources
from cyclesim.analysis import Analysis, analyse, resolve_region
from cyclesim.asm import regions
from cyclesim.issue import inorder
from cyclesim.issue.body import Body
from cyclesim.issue.schedule import schedule
from cyclesim.issue.scoreboard import Scoreboard

LOOPS = {"armv7": "armv7/u8gemm_6x4.s", "aarch64": "aarch64/u8gemm_6x4.s"}
COMMENT = {"armv7": "@", "aarch64": "//"}
CORE = "a53"
ENGINE_ITERATIONS = 200
LONG_COPIES = 31
"""Of the 65 instructions before the branch: a body of 2,016."""
PEAK_MEMORY = (
    "import sys; from cyclesim.cli import main; main(sys.argv[1:]);"
    "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')), file=sys.stderr)"
)

Row = tuple[str, str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=41, help="runs of each command (default: 41)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        loops = {name: write_loop(name, kernel, Path(folder)) for name, kernel in LOOPS.items()}
        rows = [*process_rows(loops, rounds), *memory_rows(loops), *engine_rows(rounds)]
    print("| what | median | against | target |")
    print("|---|---:|---:|---:|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def write_loop(name: str, kernel: str, folder: Path) -> Path:
    """The marked region of a shipped kernel with its label, between markers that both tools know."""
    lines = (Path(resources.data_folder("kernels_asm")) / kernel).read_text(encoding="utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if "cyclesim-begin" in line)
    end = next(number for number, line in enumerate(lines) if "cyclesim-end" in line)
    mark = COMMENT[name]
    body = [lines[begin - 1], f"{mark} LLVM-MCA-BEGIN", *lines[begin + 1 : end], f"{mark} LLVM-MCA-END", ""]
    path = folder / f"{name}.s"
    path.write_text("\n".join(body), encoding="utf-8")
    return path


def process_rows(loops: Mapping[str, Path], rounds: int) -> Iterator[Row]:
    """Whole processes, alternating."""
    script = shutil.which("cyclesim", path=os.path.dirname(sys.executable))
    if script is None:
        sys.exit("no cyclesim beside this Python: make bench runs this in the environment that has it")
    estimate = {
        f"`cyclesim estimate`, {name} loop": [script, "estimate", str(path), "--uarch", CORE]
        for name, path in loops.items()
    }
    commands = {"bare": [sys.executable, "-I", "-c", "pass"], **estimate}
    mca = shutil.which("llvm-mca")
    if mca:
        commands["mca"] = [mca, "-mtriple=aarch64", "-mcpu=cortex-a53", str(loops["aarch64"])]
    times = alternate(commands, rounds)
    bare, peer = times["bare"], times.get("mca")
    yield "bare `python -I -c pass`", milliseconds(bare), "", ""
    if peer is not None:
        yield "`llvm-mca`, aarch64 loop", milliseconds(peer), "", ""
    for name in estimate:
        yield name, milliseconds(times[name]), f"{times[name] / bare:.2f} x bare", "5 x"
        if peer is not None and "aarch64" in name:
            yield "the same, aarch64 loop", "", f"{times[name] / peer:.2f} x llvm-mca", "2.5 x"


def alternate(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each command; the first round only warms caches."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            if number:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def memory_rows(loops: Mapping[str, Path]) -> Iterator[Row]:
    """Peak resident memory of the process, as the kernel counts it."""
    if not os.path.exists("/proc/self/status"):
        return
    for name, path in loops.items():
        command = [sys.executable, "-c", PEAK_MEMORY, "estimate", str(path), "--uarch", CORE]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
        yield f"peak memory, {name} loop", f"{int(done.stderr) / 1024:.1f} MB", "", "60 MB"


def engine_rows(rounds: int) -> Iterator[Row]:
    """The issue engine inside one process."""
    for name in LOOPS:
        body = analyse_loop(name, 1).body
        seconds = median_seconds(partial(issue_repeatedly, body, Scoreboard(body)), rounds)
        rate = len(body.operations) * ENGINE_ITERATIONS / seconds / 1e6
        yield f"engine, {name} loop", f"{rate:.2f} M instructions/s", "", "1.5 M/s"
    for name in LOOPS:
        body = analyse_loop(name, LONG_COPIES).body
        seconds = median_seconds(partial(schedule, body, True), rounds)
        yield f"exact answer, {len(body.operations)}-instruction {name} body", milliseconds(seconds), "", "20 ms"


def issue_repeatedly(body: Body, board: Scoreboard) -> None:
    for _ in range(ENGINE_ITERATIONS):
        inorder.run(body, board)


def median_seconds(call: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def analyse_loop(name: str, copies: int) -> Analysis:
    """The loop with its body `copies` times before the branch that closes it."""
    with tempfile.TemporaryDirectory() as folder:
        lines = write_loop(name, LOOPS[name], Path(folder)).read_text(encoding="utf-8").splitlines()
    *body, branch = lines[2:-1]
    program = asm.parse("\n".join([lines[0], *body * copies, branch]), name)
    (region,) = regions.choose(program)
    return analyse(program, region, resolve_region(program, region, isa.load(program.isa)), machine.load(CORE))


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
