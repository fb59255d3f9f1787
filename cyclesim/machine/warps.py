"""Cores that schedule warps: their numbers as values, each with its range and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.errors import UnknownCore
from cyclesim.machine.load import Document, find_file, load_document
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, parse_cycles


class Number(NamedTuple):
    """One number of a core file. `low` and `high`: the range it may have; both are `value` when it is certain."""

    value: Cycles
    low: Cycles
    high: Cycles
    status: str
    source: str

    @property
    def certain(self) -> bool:
        return self.low == self.high


class Fetch(NamedTuple):
    """Issue cycles that a quadword of instructions takes with `warps` warps resident on an engine."""

    warps: int
    cycles: Number


class WarpCore(NamedTuple):
    """A GPU as its file describes it. `numbers` holds those of `machine.schema_warps.NUMBERS` that are known.
    `fetch`: by falling number of resident warps."""

    name: str
    aliases: tuple[str, ...]
    title: str
    kind: str
    picture: str
    isas: tuple[str, ...]
    numbers: Mapping[str, Number]
    fetch: tuple[Fetch, ...]
    sources: Mapping[str, str]
    file: str

    def number(self, name: str) -> Cycles:
        """The value of a number. Raises KeyError when it is unknown."""
        return self.numbers[name].value

    def whole(self, name: str) -> int:
        return int(self.numbers[name].value)


def is_warps(name: str) -> bool:
    """Whether the core of this name, alias or path schedules warps. Raises UnknownCore."""
    return bool(load_document(find_file(name))["kind"] == "warps")


def load_warps(name: str) -> WarpCore:
    """A core of `kind: warps` by name, alias or path. Raises UnknownCore for others, ManyErrors for a broken file."""
    path = find_file(name)
    document = load_document(path)
    if document["kind"] != "warps":
        raise UnknownCore(
            f"{document['name']} does not schedule warps", hint=f"it runs {', '.join(document['isas'])} assembly"
        )
    return WarpCore(
        document["name"],
        tuple(document.get("aliases", [])),
        document["title"],
        document["kind"],
        document["picture"],
        tuple(document["isas"]),
        {name: _number(entry, "value") for name, entry in document["numbers"].items() if entry["value"] != "unknown"},
        tuple(Fetch(int(row["warps"]), _number(row, "cycles")) for row in document["fetch"]),
        document["sources"],
        path,
    )


def _number(entry: Document, key: str) -> Number:
    value = parse_cycles(entry[key])
    low, high = (parse_cycles(entry.get(end, entry[key])) for end in ("low", "high"))
    return Number(value, low, high, entry["status"], entry["source"])
