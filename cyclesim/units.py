"""Exact cycles: `Fraction` at the edges, integer ticks inside the engine, decimals only in views."""

from __future__ import annotations

from fractions import Fraction

Cycles = Fraction


def parse_cycles(value: object) -> Cycles:
    """`3`, `2.2`, `"1/2"` or `"2.2"` as an exact number of cycles.

    A float is taken by its shortest decimal spelling, so that 2.2 in a YAML file is 11/5.
    Raises ValueError for anything else, for negative values and for values that are not finite.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"not a number of cycles: {value!r}")
    try:
        cycles = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"not a number of cycles: {value!r}") from None
    if cycles < 0:
        raise ValueError(f"cycles can't be negative: {value!r}")
    return cycles


def exact_text(cycles: Cycles) -> str:
    """`117/2`, `60`: the exact value."""
    return str(cycles)


def decimal_text(cycles: Cycles, digits: int = 2) -> str:
    """At most `digits` decimals, trailing zeros dropped: `58.5`, `60`, `16.33`."""
    text = f"{float(cycles):.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted(number: int | Cycles, noun: str) -> str:
    """`1 cycle`, `3 cycles`, `58.5 cycles`."""
    text = decimal_text(Cycles(number), 3)
    return f"{text} {noun}" if number == 1 else f"{text} {noun}s"
