"""Core files by name, alias or path; compiled once and kept in the user's cache."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cyclesim import extensions, resources
from cyclesim.errors import SchedulesWarps, UnknownCore
from cyclesim.machine import cache
from cyclesim.machine.rows import Rows
from cyclesim.machine.timing import Branches, CacheLevel, CoIssueRefusal, Core, MemorySystem
from cyclesim.units import parse_cycles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cyclesim.machine.overlay import Overlay

Document = dict[str, "Any"]
PREFIXES = ("", "cortex-", "mali-")


def core_files() -> list[str]:
    """Paths of the shipped core files."""
    folder = resources.data_folder("uarch")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".yaml")]


def load(name: str, overlays: Sequence[Overlay] = ()) -> Core:
    """A core by name (any case, `cortex-` optional), alias, or path of a core file; overlays applied in order.

    Raises UnknownCore with the nearest names, ManyErrors or CoreError for a broken file.
    """
    path = find_file(name)
    document = load_document(path)
    if document["kind"] == "warps":
        hint = "it takes a compiler's listing: cyclesim estimate LISTING --uarch " + document["name"]
        raise SchedulesWarps(f"{document['name']} schedules warps and does not run assembly", hint=hint)
    for overlay in overlays:
        document = overlay.applied(document)
    return core_of(document, path)


def find_file(name: str) -> str:
    """The core file of a name, an alias or a path. Raises UnknownCore."""
    if os.path.sep in name or name.endswith((".yaml", ".yml")):
        return name
    folder = resources.data_folder("uarch")
    wanted = name.strip().lower()
    for prefix in PREFIXES if wanted else ():
        path = os.path.join(folder, f"{prefix}{wanted}.yaml")
        if os.path.isfile(path):
            return path
    names = []
    for path in core_files():
        document = load_document(path)
        known = [document["name"], *document.get("aliases", [])]
        if wanted in known:
            return path
        names += known
    if path_of_other := extensions.core_file(wanted):
        return path_of_other
    import difflib

    close = difflib.get_close_matches(wanted, names, 3, 0.4)
    hint = f"did you mean {', '.join(close)}? " if close else ""
    raise UnknownCore(f"no core named {name!r}", hint=f"{hint}cores: {', '.join(names)}")


def schedules_warps(name: str) -> bool:
    """Whether a core file says `kind: warps`, seen from its text alone: quicker than its document. False for a name of
    no core."""
    try:
        with open(find_file(name), "rb") as file:
            return any(line.split() == [b"kind:", b"warps"] for line in file)
    except (OSError, ValueError, UnknownCore):
        return False


def load_document(path: str) -> Document:
    """The checked document of a core file, from the cache when the file and those it is based on are unchanged."""
    try:
        with open(path, "rb") as file:
            content = file.read(1_000_001)
    except (OSError, ValueError) as error:
        raise UnknownCore(f"can't read core file {path}: {getattr(error, 'strerror', error)}") from None
    key = cache.fingerprint(content)
    file_of_cache = cache.cache_file(path)
    document = cache.read(file_of_cache, key, _fingerprint_of)
    if document is None:
        from cyclesim.isa import class_names
        from cyclesim.machine.compiling import compile_text, raised
        from cyclesim.machine.nodes import decode

        compiled = compile_text(decode(content, path), path, class_names())
        if compiled.errors:
            raise raised(compiled.errors)
        document = compiled.document
        cache.write(file_of_cache, key, [(base, _fingerprint_of(base)) for base in compiled.bases], document)
    return document


def _fingerprint_of(name: str) -> str:
    """The present fingerprint of the file that a core is based on; empty when there is none."""
    try:
        with open(find_file(name), "rb") as file:
            return cache.fingerprint(file.read(1_000_001))
    except (OSError, UnknownCore):
        return ""


def core_of(document: Document, path: str) -> Core:
    """The core of a checked document; `path` is the file that it came from."""
    branches, memory = document["branches"], document["memory"]
    store_to_load = memory["store_to_load"]
    return Core(
        document["name"],
        tuple(document.get("aliases", [])),
        document["title"],
        document["kind"],
        document["picture"],
        tuple(document["isas"]),
        int(document["issue_width"]),
        {unit: int(value["count"]) for unit, value in document["units"].items()},
        Rows(document["timings"]),
        tuple(_refusal(one) for one in document.get("co_issue", [])),
        Branches(
            parse_cycles(branches["taken_bubble"]),
            branches["status"],
            branches["source"],
            {kind: parse_cycles(late) for kind, late in branches.get("redirects", {}).items()},
        ),
        MemorySystem(
            int(memory["line_bytes"]),
            int(memory["unaligned_boundary"]),
            parse_cycles(memory["unaligned_cycles"]),
            None if store_to_load == "unknown" else parse_cycles(store_to_load),
            memory["status"],
            memory["source"],
            tuple(
                CacheLevel(int(level["bytes"]), int(level["ways"]), parse_cycles(level["latency"]))
                for level in document.get("caches", {}).get("levels", ())
            ),
            parse_cycles(document.get("caches", {}).get("beyond", "0")),
        ),
        document["flat_sums"],
        document["sources"],
        path,
    )


def _refusal(one: Document) -> CoIssueRefusal:
    older, younger = frozenset(one["older"]), frozenset(one["younger"])
    return CoIssueRefusal(one["name"], older, younger, one["sentence"], one["status"], one["source"])


def require_isa(core: Core, isa: str) -> None:
    """Raises UnknownCore (usage) when the core doesn't run this instruction set."""
    if isa not in core.isas:
        raise UnknownCore(f"{core.name} does not run {isa}", hint=f"it runs {', '.join(core.isas)}")
