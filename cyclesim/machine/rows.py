"""Which timing row holds for an instruction: base row, then `when` rows by rising number of conditions."""

from __future__ import annotations

from collections.abc import Mapping

from cyclesim.errors import UntimedInstruction
from cyclesim.ir import Resolved
from cyclesim.machine.timing import Core, FlatSum, Timing
from cyclesim.units import Cycles, parse_cycles

_MEMO: dict[tuple[object, ...], Timing] = {}


def matches(when: Mapping[str, object], features: Mapping[str, object]) -> bool:
    """Whether every condition holds; a missing feature is False or empty."""
    for name, wanted in when.items():
        value = features.get(name, False)
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if value not in allowed and str(value) not in [str(one) for one in allowed]:
            return False
    return True


def merged(rows: object, features: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    assert isinstance(rows, (list, tuple))
    for row in sorted(rows, key=lambda row: len(row.get("when", {}))):
        if matches(row.get("when", {}), features):
            found.update({key: value for key, value in row.items() if key != "when"})
    return found


def timing_of(core: Core, resolved: Resolved) -> Timing:
    """Raises UntimedInstruction when the core has no row for the class."""
    class_ = resolved.form.class_
    rows = core.rows.get(class_)
    if rows is None:
        raise UntimedInstruction(
            f"{core.name} has no timing for {resolved.form.mnemonic} (class {class_})", resolved.instruction.span
        )
    return to_timing(class_, merged(rows, resolved.features))


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
    rows = core.flat_sums.get(resolved.form.class_)
    if rows is None:
        return FlatSum(Cycles(0), False, "unknown", "")
    row = merged(rows, resolved.features)
    counted = bool(row.get("counted", True))
    return FlatSum(
        parse_cycles(row.get("cycles", 0)), counted, str(row.get("status", "talk")), str(row.get("source", ""))
    )
