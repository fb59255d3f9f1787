"""Debian's binary packages of media and numeric libraries, for tests that read real code.

`CYCLESIM_PACKAGES` names a folder: of packages unpacked, or an empty one that Debian's own client fills (about 40 MB, with
package lists of its own beside them). Without the variable nothing is fetched and the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ARCHITECTURES = ("arm64", "armhf")
NAMES = ("libdav1d6", "libavcodec-dev", "libx264-dev", "libvpx-dev", "libopenblas-pthread-dev")
TIMEOUT = 300


def folder() -> Path:
    """The folder of unpacked packages. Skips with the reason when there is none."""
    named = os.environ.get("CYCLESIM_PACKAGES")
    if not named:
        pytest.skip("CYCLESIM_PACKAGES names no folder of unpacked Debian packages")
    place = Path(named)
    if not any(place.rglob("*.a")):
        _fetch(place)
    return place


def _fetch(place: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip(f"{place} holds no packages and Debian's client is not installed")
    for architecture in ARCHITECTURES:
        lists = place / f"lists-{architecture}"
        (lists / "partial").mkdir(parents=True, exist_ok=True)
        options = [
            f"APT::Architecture={architecture}",
            f"APT::Architectures={architecture}",
            f"Dir::State::Lists={lists}",
        ]
        client = ["apt-get", *(word for option in options for word in ("-o", option))]
        _run([*client, "update"], place)
        for name in NAMES:
            _run([*client, "download", f"{name}:{architecture}"], place)
    for package in sorted(place.glob("*.deb")):
        _run(["dpkg-deb", "-x", str(package), str(place / package.stem)], place)
    if not any(place.rglob("*.a")):
        pytest.skip("Debian's client fetches no packages here")


def _run(command: list[str], place: Path) -> None:
    subprocess.run(command, cwd=place, capture_output=True, timeout=TIMEOUT, check=False)


def library(name: str, architecture: str) -> Path:
    """The file of a library, the first whose path holds the architecture's folder. Skips when it isn't there."""
    triplet = {"arm64": "aarch64-linux-gnu", "armhf": "arm-linux-gnueabihf"}[architecture]
    for path in sorted(folder().rglob(name)):
        if triplet in str(path) and path.is_file() and not path.is_symlink():
            return path
    pytest.skip(f"no {name} of {architecture} among the packages")
