"""Changes to a core: the `set` section of what-if files, and the steps of sweeps and sensitivity.

A setting is a path and a value: `issue_width`, `units.NAME`, `classes.PATTERN.KEY`, `classes.PATTERN.uses.UNIT`,
`co_issue.remove.NAME`, `co_issue.add`, `load_width`, `taken_bubble`, `store_to_load`. They are laid over the
compiled document of a core.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from cyclesim.machine.expand import Row
from cyclesim.machine.rows import merged
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, parse_cycles

CLASS_KEYS = (
    "latency", "accumulate", "base", "flags", "cycles", "forward", "uses", "slots", "blocks", "needs", "pairs_as",
)  # fmt: skip
"""What a setting of a class may say."""

VECTOR_LOADS = ("simd-load", "simd-load-pair", "simd-load-multiple", "simd-ld1")
"""Loads whose issue cycles are their bytes over the width of the load path. Loads that interleave take longer than
their bytes, and a wider path would not make them shorter by itself."""

LOAD_WIDTHS = (32, 64, 128, 256, 512)
MOST_WIDE, MOST_UNITS, MOST_REGISTERS = 16, 64, 1024
DEFAULTS: Mapping[str, object] = {"cycles": 1, "slots": "either", "blocks": False}


class Setting(NamedTuple):
    """One change. `value` is plain data as a what-if file states it."""

    path: tuple[str, ...]
    value: Any


class Evidence(NamedTuple):
    """What the changed rows say of themselves."""

    status: str
    source: str
    where: str = ""


def settings_of(section: Mapping[str, Any]) -> list[Setting]:
    """The settings of one core's `set` section, in the order in which they apply."""
    found = [
        Setting((key,), section[key]) for key in ("issue_width", "taken_bubble", "store_to_load") if key in section
    ]
    found += [Setting(("units", unit), count) for unit, count in section.get("units", {}).items()]
    if "load_width" in section:
        found.append(Setting(("load_width",), section["load_width"]))
    for pattern, changes in section.get("classes", {}).items():
        found += [Setting(("classes", pattern, key), value) for key, value in changes.items()]
    refusals = section.get("co_issue", {})
    found += [Setting(("co_issue", "remove", name), True) for name in refusals.get("remove", ())]
    found += [Setting(("co_issue", "add"), refusal) for refusal in refusals.get("add", ())]
    return found


def changed(document: Mapping[str, Any], settings: Sequence[Setting], evidence: Evidence) -> dict[str, Any]:
    """The document of a core with the settings in it; the given one stays as it is."""
    result = dict(document)
    for setting in settings:
        _APPLY[setting.path[0]](result, setting, evidence)
    return result


def matching(pattern: str, classes: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """The classes that a pattern names; `*` stands for any text."""
    return [class_ for class_ in classes if class_ == pattern or ("*" in pattern and _fits(class_, pattern))]


def _fits(class_: str, pattern: str) -> bool:
    return fnmatchcase(class_, pattern.replace("[", "[[]").replace("?", "[?]"))


def overused(document: Mapping[str, Any]) -> list[str]:
    """Units that rows want more of than there are, as sentences."""
    counts = {unit: int(value["count"]) for unit, value in document["units"].items()}
    wanted: dict[tuple[str, int], list[str]] = {}
    for class_, rows in document["timings"].items():
        for unit, count in dict.fromkeys(use for row in rows for use in (row.get("uses") or {}).items()):
            if int(count) > counts.get(unit, 0):
                wanted.setdefault((unit, int(count)), []).append(class_)
    return [
        f"{classes[0]}{f' and {len(classes) - 1} more' if len(classes) > 1 else ''} would want {count} of {unit}, "
        f"and the core would have {counts.get(unit, 0)}"
        for (unit, count), classes in wanted.items()
    ]


def load_bits(document: Mapping[str, Any]) -> int:
    """Bits that the load path of the vector unit brings a cycle: those of an LD1 of two 64-bit registers over its
    issue cycles."""
    row = merged(document["timings"]["simd-ld1"], {"width": 64, "registers": 2})
    return int(128 / parse_cycles(row.get("cycles", 1)))


def set_key(rows: Sequence[Row], key: str, value: Any, evidence: Evidence) -> list[Row]:
    """The rows of a class with a key set: to one value in all of them, or, given as old to new values, where it has
    an old one."""
    if isinstance(value, dict) and key not in ("uses", "needs"):
        return [_replaced(row, key, value, evidence) for row in rows]
    base = {**rows[0], key: value, **_stated(evidence)}
    others = [{name: old for name, old in row.items() if name not in (key, "status", "source")} for row in rows[1:]]
    return [base, *[row for row in others if set(row) > {"when"}]]


def has_value(row: Row, key: str, old: str) -> bool:
    """Whether a row has this value of a key; the first row of a class has the default of what it doesn't state."""
    present = row.get(key, DEFAULTS.get(key) if "when" not in row else None)
    if present is None:
        return False
    try:
        return parse_cycles(present) == parse_cycles(old)
    except ValueError:
        return str(present).lower() == old.lower()


def _replaced(row: Row, key: str, values: Mapping[str, Any], evidence: Evidence) -> Row:
    for old, new in values.items():
        if has_value(row, key, old):
            return {**row, key: new, **_stated(evidence)}
    return dict(row)


def _stated(evidence: Evidence) -> Row:
    where = {"where": evidence.where} if evidence.where else {}
    return {"status": evidence.status, "source": evidence.source, **where}


def _set_width(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    document["issue_width"] = setting.value


def _set_unit(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    name = setting.path[1]
    unit = {**document["units"][name], "count": setting.value, "status": evidence.status, "source": evidence.source}
    document["units"] = {**document["units"], name: unit}


def _set_class(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    _, pattern, key, *unit = setting.path
    timings = dict(document["timings"])
    for class_ in matching(pattern, timings):
        if unit:
            timings[class_] = [_using(row, unit[0], setting.value, evidence) for row in timings[class_]]
        else:
            timings[class_] = set_key(timings[class_], key, setting.value, evidence)
    document["timings"] = timings


def _using(row: Row, unit: str, count: int, evidence: Evidence) -> Row:
    """A row with another number of a unit that it holds."""
    uses = row.get("uses") or {}
    return {**row, "uses": {**uses, unit: count}, **_stated(evidence)} if unit in uses else dict(row)


def _set_refusals(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    refusals = document.get("co_issue") or []
    if setting.path[1] == "add":
        document["co_issue"] = [*refusals, {**_stated(evidence), **setting.value}]
    else:
        document["co_issue"] = [one for one in refusals if one["name"] != setting.path[2]]


def _set_bubble(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    document["branches"] = {**document["branches"], "taken_bubble": setting.value, **_stated(evidence)}


def _set_store_to_load(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    document["memory"] = {**document["memory"], "store_to_load": setting.value, **_stated(evidence)}


def _set_load_width(document: dict[str, Any], setting: Setting, evidence: Evidence) -> None:
    """Issue cycles follow the bytes; a load that comes down to one cycle issues like the core's one-cycle load."""
    present = load_bits(document)
    if setting.value == present:
        return
    timings = dict(document["timings"])
    long_load = merged(timings["simd-ld1"], {"width": 64, "registers": 2})
    for class_ in VECTOR_LOADS:
        if class_ in timings:
            timings[class_] = _rewidened(timings[class_], Cycles(present, setting.value), long_load, evidence)
    document["timings"] = timings


def _rewidened(rows: Sequence[Row], factor: Cycles, long_load: Mapping[str, object], evidence: Evidence) -> list[Row]:
    before = _number(rows[0].get("cycles", 1))
    found = []
    for row in rows:
        if "when" in row and "cycles" not in row:
            found.append(dict(row))
            continue
        cycles = _number(row.get("cycles", 1))
        after = Cycles(max(1, math.ceil(cycles * factor)))
        if after == cycles:
            found.append(dict(row))
            continue
        one = {**row, "cycles": str(after), **_stated(evidence)}
        if "latency" in row and row["latency"] != "unknown":
            one["latency"] = str(max(Cycles(1), _number(row["latency"]) + after - cycles))
        if "when" in row and after == 1 == before and factor < 1:
            one = {key: value for key, value in one.items() if key not in ("slots", "blocks", "pairs_as", "uses")}
        if after > 1 == cycles:
            one.update({key: long_load[key] for key in ("slots", "blocks", "pairs_as") if key in long_load})
        found.append(one)
    return found


def _number(value: object) -> Cycles:
    return parse_cycles(value)


_APPLY = {
    "issue_width": _set_width,
    "units": _set_unit,
    "classes": _set_class,
    "co_issue": _set_refusals,
    "taken_bubble": _set_bubble,
    "store_to_load": _set_store_to_load,
    "load_width": _set_load_width,
}
