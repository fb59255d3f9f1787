"""Core files by name, alias or path; compiled once and kept in the user's cache."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping, Sequence

from cyclesim import resources
from cyclesim.errors import CoreError, CyclesimError, ManyErrors, UnknownCore
from cyclesim.ir import Span
from cyclesim.machine.timing import Branches, CoIssueRefusal, Core, MemorySystem
from cyclesim.units import parse_cycles

FORMAT = 1
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cyclesim.machine.overlay import Overlay

Document = dict[str, "Any"]


def core_files() -> list[str]:
    """Paths of the shipped core files."""
    folder = resources.data_folder("uarch")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".yaml")]


def load(name: str, overlays: Sequence[Overlay] = ()) -> Core:
    """A core by name (any case, `cortex-` optional), alias, or path of a core file; overlays applied in order.

    Raises UnknownCore with the nearest names, ManyErrors or CoreError for a broken file.
    """
    document, path = load_document(name)
    for overlay in overlays:
        document = overlay.applied(document)
    return _core(document, path)


def load_document(name: str) -> tuple[Document, str]:
    if os.path.sep in name or name.endswith((".yaml", ".yml")):
        return _compiled(name), name
    folder = resources.data_folder("uarch")
    wanted = name.strip().lower()
    for stem in (wanted, f"cortex-{wanted}", f"mali-{wanted}"):
        path = os.path.join(folder, f"{stem}.yaml")
        if stem and os.path.isfile(path):
            return _compiled(path), path
    names = []
    for path in core_files():
        document = _compiled(path)
        known = [document["name"], *document.get("aliases", [])]
        if wanted in known:
            return document, path
        names += known
    import difflib

    close = difflib.get_close_matches(wanted, names, 3, 0.4)
    hint = f"did you mean {', '.join(close)}? " if close else ""
    raise UnknownCore(f"no core named {name!r}", hint=f"{hint}cores: {', '.join(names)}")


def _compiled(path: str) -> Document:
    """The checked document of a core file, from the cache when the file is unchanged."""
    try:
        if os.path.getsize(path) > 1_000_000:
            raise CoreError("larger than 1000000 bytes", Span(path, 1))
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise UnknownCore(f"can't read core file {path}: {error.strerror}") from None
    key = f"{FORMAT} {len(content)} {zlib.crc32(content):x} {zlib.adler32(content):x}"
    cache = os.path.join(resources.cache_folder(), f"core-{os.path.basename(path).removesuffix('.yaml')}.json")
    cached = _read_cache(cache, key)
    if cached is not None:
        return cached
    document = compile_text(_text(content, path), path)
    _write_cache(cache, key, document)
    return document


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CoreError(f"not UTF-8 at byte {error.start}", Span(path, 1)) from None


def compile_text(text: str, path: str) -> Document:
    """Parse and check a core file, resolve `shape` and `like`. Raises every error together."""
    from cyclesim.isa import class_names
    from cyclesim.machine.schema import errors_of, parse_yaml

    root = parse_yaml(text, path)
    based_on = root.value.get("based_on") if isinstance(root.value, dict) else None
    base = load_document(str(based_on.value))[0] if based_on else {}
    errors: list[CyclesimError] = list(errors_of(root, tuple(class_names()), base))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    document: Document = root.plain()
    document["shapes"] = {**base.get("shapes", {}), **document.get("shapes", {})}
    for section in ("timings", "flat_sums"):
        nodes = root.value[section].value if section in root.value else {}
        rows = {class_: _rows(class_, document[section], document, nodes, path) for class_ in nodes}
        document[section] = {**base.get(section, {}), **rows}
    document["sources"] = {**base.get("sources", {}), **document["sources"]}
    return document


def _rows(
    class_: str, section: Mapping[str, Any], document: Document, nodes: Mapping[str, Any], path: str
) -> list[Any]:
    """The rows of a class with `shape` and `like` written out."""
    given = section[class_] if isinstance(section[class_], list) else [section[class_]]
    out: list[Any] = []
    where = f"{os.path.basename(path)}:{nodes[class_].span.line}"
    first = dict(given[0])
    if like := first.pop("like", None):
        out += [dict(row) for row in _rows(like, section, document, nodes, path)]
    if shape := first.pop("shape", None):
        out += [dict(row) for row in document["shapes"][shape]]
    base = {**document.get("defaults", {}), **(out[0] if out else {}), **first, "where": where}
    return [base, *out[1:], *[dict(row) for row in given[1:]]]


def _core(document: Document, path: str) -> Core:
    branches, memory = document["branches"], document["memory"]
    refusals = [
        CoIssueRefusal(
            one["name"],
            frozenset(one["older"]),
            frozenset(one["younger"]),
            one["sentence"],
            one["status"],
            one["source"],
        )
        for one in document.get("co_issue", [])
    ]
    store_to_load = memory.get("store_to_load")
    return Core(
        document["name"],
        tuple(document.get("aliases", [])),
        document["title"],
        document["kind"],
        document["picture"],
        tuple(document["isas"]),
        int(document["issue_width"]),
        {unit: int(value["count"]) for unit, value in document["units"].items()},
        document["timings"],
        tuple(refusals),
        Branches(parse_cycles(branches["taken_bubble"]), branches["status"], branches["source"]),
        MemorySystem(
            int(memory["line_bytes"]),
            int(memory["unaligned_boundary"]),
            parse_cycles(memory["unaligned_cycles"]),
            None if store_to_load in (None, "unknown") else parse_cycles(store_to_load),
            memory["status"],
            memory["source"],
        ),
        document.get("flat_sums", {}),
        document["sources"],
        path,
    )


def require_isa(core: Core, isa: str) -> None:
    """Raises UnknownCore (usage) when the core doesn't run this instruction set."""
    if isa not in core.isas:
        raise UnknownCore(f"{core.name} does not run {isa}", hint=f"it runs {', '.join(core.isas)}")


def _read_cache(path: str, key: str) -> Document | None:
    try:
        with open(path, encoding="utf-8") as file:
            if file.readline() != f"{key}\n":
                return None
            value = json.load(file)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _write_cache(path: str, key: str, value: Document) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(f"{key}\n{json.dumps(value, separators=(',', ':'))}")
        os.replace(temporary, path)
    except OSError:
        return
