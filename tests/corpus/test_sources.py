"""Real sources are read as they are.

`CYCLESIM_CORPUS=FOLDER` names a folder with a subfolder for each project (dav1d, ffmpeg, …); `CYCLESIM_CORPUS=debian`
gets Debian's source packages with the system's client. Without it these tests are skipped.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from cyclesim import asm, isa
from cyclesim.errors import CyclesimError
from cyclesim.ir import Program
from tests.corpus import projects
from tests.differential import gnu_as

SAMPLE = 8
"""Every eighth file is compared with GNU as."""

LEAST_EQUAL = 0.99


@pytest.fixture(scope="module", params=list(projects.PROJECTS))
def kernels(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[projects.Kernel]:
    name = request.param
    folder = projects.find(name, tmp_path_factory.mktemp("corpus"))
    if folder is None:
        pytest.skip(f"no sources of {name}: CYCLESIM_CORPUS names a folder with them, or `debian`")
    found = list(projects.kernels(name, folder))
    assert found, f"{folder} has no kernels"
    return found


@functools.cache
def tables(name: str) -> isa.InstructionSet:
    return isa.load(name)


def parsed(kernel: projects.Kernel) -> Program:
    return asm.parse(asm.read_source(str(kernel.path)), str(kernel.path), kernel.isa, kernel.flags)


def test_files_are_read_and_instructions_resolve(
    kernels: list[projects.Kernel], request: pytest.FixtureRequest
) -> None:
    project = projects.PROJECTS[request.node.callspec.params["kernels"]]
    whole, count, resolved = 0, 0, 0
    problems = []
    for kernel in kernels:
        try:
            program = parsed(kernel)
        except CyclesimError as error:
            problems.append(f"{kernel.path}: {error.render().splitlines()[0]}")
            continue
        unknown = 0
        for instruction in program.instructions:
            try:
                tables(kernel.isa).resolve(instruction)
            except CyclesimError as error:
                unknown += 1
                problems.append(f"{instruction.span}: {error.message}")
        whole += not unknown
        count += len(program.instructions)
        resolved += len(program.instructions) - unknown
    print(f"{whole} of {len(kernels)} files, {resolved} of {count} instructions")
    files, instructions = project.shares
    assert whole >= files * len(kernels) and resolved >= instructions * count, "\n".join(problems[:40])


def test_expanded_instructions_are_those_of_gnu_as(kernels: list[projects.Kernel], tmp_path: Path) -> None:
    sample = [kernel for kernel in kernels[::SAMPLE] if gnu_as.available(kernel.isa)]
    if not sample:
        pytest.skip("no Arm compilers and binutils")
    differences = []
    for kernel in sample:
        include, define, _ = kernel.flags
        arguments = [*[f"-D{name}" for name in define], *[f"-I{root}" for root in include]]
        difference = gnu_as.compare(kernel.path, parsed(kernel), tmp_path, arguments)
        if difference:
            differences.append(f"{kernel.path}: {difference}")
    assert len(differences) <= (1 - LEAST_EQUAL) * len(sample), "\n".join(differences)
