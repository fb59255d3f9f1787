"""Projects with NEON assembly: which of their files are kernels, and how they are built."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from cyclesim.asm import Flags
from cyclesim.record import NamedTuple

CONFIG = Path(__file__).resolve().parent / "config"


class Project(NamedTuple):
    """`armv7`, `aarch64`: what the path of a kernel has in it. `roots`: folders of `-I`, from the project's own.

    `templates`: file names (or their ends) that only other files include. `package`: Debian's source package.
    `shares`: the least share of files and of instructions that must be read and resolved.
    """

    armv7: str
    aarch64: str
    roots: Mapping[str, tuple[str, ...]]
    defines: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    package: str = ""
    shares: tuple[float, float] = (1.0, 1.0)


class Kernel(NamedTuple):
    """A file and how it is read."""

    path: Path
    isa: str
    flags: Flags


def _same(*roots: str) -> dict[str, tuple[str, ...]]:
    return {"armv7": roots, "aarch64": roots}


PROJECTS = {
    "xnnpack": Project("aarch32", "aarch64", _same(".")),
    "qnnpack": Project("aarch32", "aarch64", _same("src", "include")),
    "dav1d": Project("src/arm/32/", "src/arm/64/", _same(".", "src"), (), ("util.S",), "dav1d"),
    "ffmpeg": Project("/arm/", "/aarch64/", _same("."), (), ("asm.S", "_template.S", "neontest.S", "_common.S"), "ffmpeg"),
    "x264": Project(
        "common/arm/",
        "common/aarch64/",
        {"armv7": (".", "common/arm"), "aarch64": (".", "common/aarch64")},
        ("BIT_DEPTH=8", "HIGH_BIT_DEPTH=0"),
        ("asm.S",),
        "x264",
    ),
    "openh264": Project(
        "/arm/",
        "/arm64/",
        {"armv7": ("codec/common/arm",), "aarch64": ("codec/common/arm64",)},
        ("HAVE_NEON", "HAVE_NEON_AARCH64"),
        (),
        "openh264",
    ),
    "boringssl": Project("-armv4-linux|-armv7-linux|-neon-linux", "-armv8-linux|-aarch64-linux", _same("include")),
}  # fmt: skip


def kernels(name: str, folder: Path) -> Iterator[Kernel]:
    """The kernels of a project whose sources are in `folder`."""
    project = PROJECTS[name]
    config = (str(CONFIG / name),) if (CONFIG / name).is_dir() else ()
    for path in sorted(folder.rglob("*.S")):
        inside = f"/{path.relative_to(folder).as_posix()}"
        if "checkasm" in inside or path.name.endswith(project.templates or ("\0",)):
            continue
        for isa in ("armv7", "aarch64"):
            if any(part in inside for part in getattr(project, isa).split("|")):
                roots = tuple(str(folder / root) for root in project.roots[isa])
                yield Kernel(path, isa, Flags((*config, *roots), project.defines))


def find(name: str, cache: Path) -> Path | None:
    """The sources of a project: below `CYCLESIM_CORPUS`, or from Debian where that says `debian`; None without."""
    corpus = os.environ.get("CYCLESIM_CORPUS", "")
    if corpus != "debian":
        folder = Path(corpus) / name
        return folder if corpus and folder.is_dir() else None
    package = PROJECTS[name].package
    return _download(package, cache / name) if package and shutil.which("apt-get") and shutil.which("tar") else None


def _download(package: str, folder: Path) -> Path | None:
    """Unpack a Debian source package with the system's client and its configured mirror."""
    folder.mkdir(parents=True)
    sources = Path("/etc/apt/sources.list.d/debian.sources")
    if not sources.is_file():
        return None
    (folder / "list").mkdir()
    (folder / "list" / "src.sources").write_text(sources.read_text().replace("Types: deb\n", "Types: deb-src\n"))
    (folder / "lists" / "partial").mkdir(parents=True)
    options = [
        *("-o", f"Dir::State::Lists={folder / 'lists'}", "-o", "Dir::Etc::SourceList=/dev/null"),
        *("-o", f"Dir::Etc::SourceParts={folder / 'list'}"),
    ]
    for command in (["update"], ["source", "--download-only", package]):
        done = subprocess.run(
            ["apt-get", *options, *command], cwd=folder, capture_output=True, check=False, timeout=300
        )
        if done.returncode:
            return None
    (folder / "tree").mkdir()
    archives = [path for path in folder.iterdir() if ".orig.tar." in path.name and not path.name.endswith(".asc")]
    for archive in archives:
        subprocess.run(["tar", "-C", folder / "tree", "--strip-components=1", "-xf", archive], check=True, timeout=300)
    return folder / "tree"
