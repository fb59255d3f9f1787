"""Parameters of a core that the page has sliders for: width, units, latencies and issue cycles of the classes in use.

A parameter is named `issue_width`, `taken_bubble`, `units NAME`, `latency CLASS` or `cycles CLASS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cyclesim.analysis import Analysis
from cyclesim.units import Cycles, decimal_text, parse_cycles

RANGES: Mapping[str, tuple[int, int]] = {
    "issue_width": (1, 4),
    "taken_bubble": (0, 8),
    "units": (1, 8),
    "latency": (1, 24),
    "cycles": (1, 16),
}
"""Least and most of each kind."""

NAMED = ("units", "latency", "cycles")


def check_value(name: str, value: object) -> object:
    """The value of a parameter, as a number of cycles in text or a whole count. Raises ValueError."""
    kind, _, what = name.partition(" ")
    if kind not in RANGES or bool(what) != (kind in NAMED) or not isinstance(value, (int, float, str)):
        raise ValueError(f"no parameter {name[:80]!r}")
    least, most = RANGES[kind]
    number = parse_cycles(value)
    if not least <= number <= most or number.denominator > 10:
        raise ValueError(f"{kind} is from {least} to {most}")
    if kind in ("issue_width", "units"):
        if number.denominator != 1:
            raise ValueError(f"{kind} is a whole number")
        return int(number)
    return str(number)


def settings_section(given: Mapping[str, object]) -> dict[str, Any]:
    """Parameters as the `set` section of a what-if file."""
    section: dict[str, Any] = {}
    for name, value in given.items():
        kind, _, what = name.partition(" ")
        if kind == "units":
            section.setdefault("units", {})[what] = value
        elif kind in ("latency", "cycles"):
            section.setdefault("classes", {}).setdefault(what, {})[kind] = value
        else:
            section[kind] = value
    return section


def parameters_of(analysis: Analysis) -> list[list[object]]:
    """[name, present value, least, most, step] for the sliders of one core, those that this code uses."""
    core = analysis.core
    found: list[list[object]] = [
        _row("issue_width", Cycles(core.issue_width)),
        _row("taken_bubble", core.branches.taken_bubble),
    ]
    used = {unit for timing in analysis.body.timings for unit, _ in timing.uses}
    found += [_row(f"units {unit}", Cycles(count)) for unit, count in core.units.items() if unit in used]
    seen = {timing.class_: timing for timing in analysis.body.timings}
    for class_, timing in seen.items():
        if timing.latency is not None:
            found.append(_row(f"latency {class_}", timing.latency))
        found.append(_row(f"cycles {class_}", timing.cycles))
    return found


def _row(name: str, value: Fraction) -> list[object]:
    least, most = RANGES[name.partition(" ")[0]]
    step = 1 if value.denominator == 1 else 0.1
    return [name, decimal_text(value, 3), least, most, step]
