"""The wheel alone, in an empty environment outside the checkout, runs the main job."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_SHIPPED = {".pyc"}


def run(command: list[str | Path], folder: Path) -> str:
    """Standard output of a command in an environment that knows nothing of this one."""
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR") if name in os.environ
    }
    environment["XDG_CACHE_HOME"] = str(folder / "cache")
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(sdist, wheel); the wheel is built from the sdist, so both are complete or neither is."""
    folder = tmp_path_factory.mktemp("built")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", ROOT], folder)
    (sdist,), (wheel,) = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def environment(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment `venv` that holds the wheel and what its metadata asks for, nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", symlinks=os.name != "nt")
    python = folder / "venv" / "bin" / "python"
    run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", built[1]],
        folder,
    )
    site = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip())
    (site / "dependencies.pth").write_text(f"{_dependencies(built[1], folder)}\n")
    return folder


def _dependencies(wheel: Path, folder: Path) -> Path:
    """A folder with links to the installed packages that the wheel requires without extras."""
    links = folder / "dependencies"
    links.mkdir()
    for name in requirements(wheel):
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
        for top in tops:
            (links / top).symlink_to(str(distribution.locate_file(top)))
    return links


def requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(name).decode()
    needed = [
        line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist: ")
    ]
    return [re.split(r"[^\w.-]", line)[0] for line in needed if "extra ==" not in line]


def checkout_files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED
    }


def test_the_wheel_has_every_file_of_the_package_and_its_data(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name and ".data/" not in name}
    data = {f"cyclesim/_data/{name}" for name in checkout_files("uarch") | checkout_files("kernels_asm")}
    assert shipped == checkout_files("cyclesim") | data


def test_the_sdist_has_tests_documents_and_makefile(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".ci/run", "pyproject.toml"}
    folders = ("cyclesim", "uarch", "kernels_asm", "docs", "tests", "benchmarks")
    for folder in folders:
        wanted |= checkout_files(folder)
    assert wanted <= names


def test_the_console_script_estimates_a_shipped_kernel(environment: Path) -> None:
    script = environment / "venv" / "bin" / "cyclesim"
    report = run([script, "estimate", "u8gemm_6x4.s", "--uarch", "a53"], environment)
    assert "kernels_asm/armv7/u8gemm_6x4.s: region u8gemm_6x4" in report
    assert "384 operations per iteration" in report
    place = run(
        [environment / "venv" / "bin" / "python", "-c", "import cyclesim; print(cyclesim.__file__)"], environment
    )
    assert Path(place.strip()).is_relative_to(environment / "venv")


@pytest.mark.parametrize(
    "words",
    [
        "estimate u8gemm_6x4.s aarch64/sgemm_6x8-a53.s --uarch a53,a55",
        "estimate u8gemm_6x4.s --uarch a53,a7 --format json",
        "estimate u8gemm_6x4_dp4a.s --uarch a7 --whatif dp4a",
        "explain sgemm_6x8-a53.s --uarch a53",
        "graph sgemm_6x6.s --uarch a7 --format graphml",
        "reproduce talk",
        "isa check",
        "isa coverage",
        "uarch list",
        "uarch show a53",
    ],
)
def test_it_says_what_the_checkout_says(environment: Path, words: str) -> None:
    installed = run([environment / "venv" / "bin" / "cyclesim", *words.split()], environment)
    checkout = run([sys.executable, "-c", CHECKOUT, str(ROOT), *words.split()], environment)
    assert installed == checkout
    assert installed


def test_its_core_files_have_no_error(environment: Path) -> None:
    report = run([environment / "venv" / "bin" / "cyclesim", "uarch", "check"], environment)
    assert report.count("no errors") == len(list((ROOT / "uarch").glob("*.yaml")))


CHECKOUT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from cyclesim.cli import main; sys.exit(main())"
