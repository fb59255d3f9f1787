"""Listings by path or by the name of a shipped one, and how the file beside a shipped one says it is launched."""

from __future__ import annotations

import os

from cyclesim import asm, resources
from cyclesim.errors import InputError
from cyclesim.gpu import listing
from cyclesim.gpu.nouns import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ENDINGS = ("", ".txt", ".bifrost.txt")
FOLDER = "bifrost"


def read_listing(name: str) -> tuple[Listing, str, dict[str, Any]]:
    """A listing by path, `-`, or the name of a shipped one; a remark; and the launch that the YAML file beside it
    states. Raises InputError, AsmError or ManyErrors."""
    path, note = name, ""
    if name != "-" and not os.path.exists(name):
        shipped = shipped_path(name)
        if not shipped:
            raise InputError(f"no such file: {name}", hint="cyclesim takes a listing, or the name of a shipped one")
        path = shipped
        note = f"{name} is the shipped listing {resources.shown(path)}"
    text = asm.read_source(path)
    launched = sidecar(path).get("launch") or {}
    shown = resources.shown(path) if note else ("<stdin>" if name == "-" else path)
    return listing.parse(text, shown), note, launched


def shipped_path(name: str) -> str:
    """Path of the shipped listing of this name; empty when there is none."""
    folder = os.path.join(resources.data_folder("kernels_asm"), FOLDER)
    stem = name.removeprefix(f"{FOLDER}/")
    paths = [os.path.join(folder, stem + ending) for ending in ENDINGS] if os.path.basename(stem) == stem else []
    return next((path for path in paths if os.path.isfile(path)), "")


def sidecar(path: str) -> dict[str, Any]:
    """The YAML file beside a shipped listing; empty without one."""
    stem = path.removesuffix(".txt").removesuffix(".bifrost")
    try:
        with open(f"{stem}.yaml", encoding="utf-8") as file:
            import yaml

            document = yaml.safe_load(file)
    except FileNotFoundError:
        return {}
    return document if isinstance(document, dict) else {}
