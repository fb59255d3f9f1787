"""Which timing row holds for an instruction: base row, then `when` rows by rising number of conditions."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.errors import UntimedInstruction
from cyclesim.ir import Resolved
from cyclesim.machine.timing import Core, FlatSum, Timing
from cyclesim.units import Cycles, parse_cycles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Sections = dict[str, Any]
else:
    Sections = dict

ABSENT = ("", "False", "0")


class Rows(Sections):
    """The rows of one loaded core by class. It remembers the timings it has given out, so that instructions that
    differ in nothing the rows ask about share one Timing; they go when the core goes."""

    __slots__ = ("_asked", "_timings")

    def __init__(self, rows: Mapping[str, Any]) -> None:
        super().__init__(rows)
        self._asked: dict[str, tuple[str, ...]] = {}
        self._timings: dict[tuple[str, ...], Timing] = {}

    def timing(self, class_: str, features: Mapping[str, object]) -> Timing:
        """The timing of an instruction of a class that has rows."""
        asked = self._asked.get(class_)
        if asked is None:
            asked = tuple(sorted({feature for row in self[class_] for feature in row.get("when", ())}))
            self._asked[class_] = asked
        key = (class_, *[str(features.get(feature, "")) for feature in asked])
        timing = self._timings.get(key)
        if timing is None:
            timing = self._timings[key] = to_timing(class_, merged(self[class_], features))
        return timing


def matches(when: Mapping[str, object], features: Mapping[str, object]) -> bool:
    """Whether every condition holds; a missing feature is false, zero or empty."""
    for name, wanted in when.items():
        allowed = [str(one) for one in wanted] if isinstance(wanted, list) else [str(wanted)]
        value = features.get(name)
        if str(value) not in allowed if value is not None else not any(one in ABSENT for one in allowed):
            return False
    return True


def merged(rows: object, features: Mapping[str, object]) -> dict[str, object]:
    """The keys of all rows that hold, the more specific row last; of two as specific, the later one."""
    found: dict[str, object] = {}
    assert isinstance(rows, (list, tuple))
    for row in sorted(rows, key=lambda row: len(row.get("when", {}))):
        if matches(row.get("when", {}), features):
            found.update({key: value for key, value in row.items() if key != "when"})
    return found


def timing_of(core: Core, resolved: Resolved) -> Timing:
    """The same Timing for all instructions of a class that the core doesn't tell apart.

    Raises UntimedInstruction when the core has no row for the class.
    """
    class_, rows = resolved.form.class_, core.rows
    if class_ not in rows:
        raise UntimedInstruction(
            f"{core.name} has no timing for {resolved.form.mnemonic} (class {class_})", resolved.instruction.span
        )
    if isinstance(rows, Rows):
        return rows.timing(class_, resolved.features)
    return to_timing(class_, merged(rows[class_], resolved.features))


def to_timing(class_: str, row: Mapping[str, object]) -> Timing:
    latency = row.get("latency", "unknown")
    uses, needs = row.get("uses") or {}, row.get("needs") or {}
    assert isinstance(uses, dict) and isinstance(needs, dict)
    return Timing(
        class_,
        None if latency == "unknown" else parse_cycles(latency),
        None if row.get("accumulate") is None else parse_cycles(row["accumulate"]),
        str(row.get("forward") or ""),
        parse_cycles(row.get("base", 1)),
        parse_cycles(row.get("flags", 1)),
        tuple((str(unit), int(count)) for unit, count in uses.items()),
        parse_cycles(row.get("cycles", 1)),
        str(row.get("slots", "either")),
        bool(row.get("blocks", False)),
        {str(role): Cycles(str(need)) for role, need in needs.items()},
        str(row.get("pairs_as") or class_),
        str(row.get("status", "unknown")),
        str(row.get("source", "")),
        str(row.get("where", "")),
    )


def flat_sum_of(core: Core, resolved: Resolved) -> FlatSum:
    """The class's share in the talk's additive model; zero cycles of unknown evidence when the talk is silent."""
    rows = core.flat_sums.get(resolved.form.class_)
    if rows is None:
        return FlatSum(Cycles(0), False, "unknown", "")
    row = merged(rows, resolved.features)
    counted = bool(row.get("counted", True))
    return FlatSum(
        parse_cycles(row.get("cycles", 0)), counted, str(row.get("status", "talk")), str(row.get("source", ""))
    )
