"""The words and checks of core files of `kind: warps`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cyclesim.errors import CyclesimError
from cyclesim.machine.nodes import Document, Node
from cyclesim.machine.report import Report, kind_of
from cyclesim.machine.schema import check_citations, check_head, check_sources
from cyclesim.machine.vocabulary import EVIDENCE_KEYS
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, parse_cycles


class Meaning(NamedTuple):
    """What a number of a core file says. `whole`: it counts things. `optional`: `unknown` is allowed."""

    says: str
    unit: str
    whole: bool = True
    optional: bool = False


NUMBERS: Mapping[str, Meaning] = {
    "cores": Meaning("shader cores", ""),
    "engines": Meaning("execution engines per core", ""),
    "lanes": Meaning("threads of a warp", ""),
    "clock": Meaning("clock", "MHz", whole=False),
    "tuple_cycles": Meaning("issue cycles of a tuple on its engine", "cycles", whole=False),
    "tuple_latency": Meaning("least distance of two tuples of one warp", "cycles", whole=False),
    "warps": Meaning("warps per engine while a thread has at most `registers` registers", ""),
    "registers": Meaning("registers of a thread up to which all warps are resident; above it half of them", ""),
    "most_registers": Meaning("registers that a thread can have", ""),
    "granule": Meaning("register contexts that a work-group takes a multiple of", "contexts"),
    "group_threads": Meaning("most threads of a work-group", ""),
    "load_store_threads": Meaning("threads of a message that the load/store unit serves a cycle", "threads"),
    "line": Meaning("bytes of a cache line, of which the load/store unit serves one a cycle", "bytes"),
    "samples": Meaning("texture samples a cycle and core", "", whole=False),
    "varying": Meaning("bytes of a varying per thread and cycle", "bytes"),
    "atomic_cycles": Meaning("cycles of an atomic per thread", "cycles", whole=False),
    "message_latency": Meaning("from the service of a message to its result", "cycles", whole=False),
    "load_store_cache": Meaning("load/store cache per core", "KiB", optional=True),
    "texture_cache": Meaning("texture cache per core", "KiB", optional=True),
    "second_level_cache": Meaning("second-level cache of the GPU", "KiB", optional=True),
    "dram": Meaning("memory bandwidth that the GPU reaches", "MB/s", whole=False, optional=True),
    "launch": Meaning("time of a dispatch beside its threads", "us", whole=False, optional=True),
    "int8_dot": Meaning("multiply-adds of an 8-bit dot product per lane and tuple; 0: no such instruction", ""),
}
REQUIRED_KEYS = ("name", "title", "kind", "isas", "picture", "sources", "numbers", "fetch")
TOP_KEYS = (*REQUIRED_KEYS, "aliases", "based_on")
NUMBER_KEYS = ("value", "low", "high", *EVIDENCE_KEYS)
FETCH_KEYS = ("warps", "cycles", "low", "high", *EVIDENCE_KEYS)


def errors_of(document: Document, base: Mapping[str, Any], *, whole: bool = True) -> list[CyclesimError]:
    """Every mistake of the file of a core that schedules warps, by place. `base`: the compiled file it is based on."""
    report, root = Report(document.errors), document.root
    report.known_keys(root, TOP_KEYS, "the file of a core of warps")
    report.required(root, [key for key in REQUIRED_KEYS if key not in ("numbers", "fetch") or not base], "the file")
    check_head(root, report)
    own = check_sources(root.get("sources"), report)
    tags = tuple(dict.fromkeys((*base.get("sources", ()), *own))) if whole else None
    _check_numbers(root, tags, base, report)
    _check_fetch(root.get("fetch"), tags, report)
    check_citations(root, report)
    return report.in_order()


def _check_numbers(root: Node, tags: Sequence[str] | None, base: Mapping[str, Any], report: Report) -> None:
    node = root.get("numbers")
    found = report.mapping(node, "numbers")
    for name, entry in found.items():
        assert node is not None
        if name not in NUMBERS:
            report.add(f"unknown number {name!r}", node.keys[name], f"known: {', '.join(NUMBERS)}")
        elif isinstance(entry.value, dict):
            report.known_keys(entry, NUMBER_KEYS, f"number {name}")
            report.required(entry, ("value",), f"number {name}")
            report.evidence(entry, tags, f"number {name}")
            _check_range(entry, "value", name, NUMBERS[name], report)
        else:
            report.add(f"number {name} is a mapping with value, status and source, not {kind_of(entry)}", entry.span)
    for name in NUMBERS:
        if node is not None and name not in found and name not in base.get("numbers", {}):
            report.add(f"no number {name}: {NUMBERS[name].says}", root.keys["numbers"])


def _check_range(entry: Node, key: str, what: str, meaning: Meaning, report: Report) -> None:
    """A value with its range: low <= value <= high."""
    node = entry.get(key)
    if node is not None and node.value == "unknown":
        if not meaning.optional:
            report.add(f"{what} can't be unknown: give a value and the range it may have", node.span)
        return
    ends = [_checked(entry.get(name), f"{name} of {what}", meaning, report) for name in ("low", key, "high")]
    known = [end for end in ends if end is not None]
    if known != sorted(known):
        report.add(f"{what}: low <= {key} <= high does not hold", entry.span)


def _checked(node: Node | None, what: str, meaning: Meaning, report: Report) -> Cycles | None:
    """The value of one end of a range; None when it is missing or wrong."""
    if node is None:
        return None
    if meaning.whole:
        value = report.whole(node, what, least=0)
        return None if value is None else Cycles(value)
    before = len(report.errors)
    report.cycles(node, what)
    return parse_cycles(node.value) if len(report.errors) == before else None


def _check_fetch(node: Node | None, tags: Sequence[str] | None, report: Report) -> None:
    """Rows by falling number of resident warps."""
    if node is None:
        return
    if not isinstance(node.value, list) or not node.value:
        report.add("fetch is a list of rows", node.span)
        return
    warps: list[int] = []
    for row in node.value:
        report.known_keys(row, FETCH_KEYS, "a row of fetch")
        report.required(row, ("warps", "cycles"), "a row of fetch")
        report.evidence(row, tags, "a row of fetch")
        count = report.whole(row.get("warps"), "warps")
        if isinstance(row.value, dict):
            _check_range(row, "cycles", "fetch", Meaning("", "", whole=False), report)
        if count is not None and warps and count >= warps[-1]:
            report.add("rows of fetch stand by falling number of warps", row.span)
        warps += [] if count is None else [count]


def written_out(document: dict[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what it inherits: a number of another core is an inference on this one."""
    numbers = {name: _carried_over(entry, base["name"]) for name, entry in base.get("numbers", {}).items()}
    fetch = document.get("fetch") or [_carried_over(row, base["name"]) for row in base["fetch"]]
    merged = {**numbers, **document.get("numbers", {})}
    return {
        **document,
        "numbers": {name: merged[name] for name in NUMBERS},
        "fetch": fetch,
        "sources": {**base.get("sources", {}), **document["sources"]},
    }


def _carried_over(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    status = "unknown" if entry["value" if "value" in entry else "cycles"] == "unknown" else "inferred"
    return {**entry, "source": f"as on {name} ({entry['source']})", "status": status}
