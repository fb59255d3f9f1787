"""The helpers that meanings may name.

A helper takes lanes (numpy arrays) and integers and answers new lanes or integers; it touches nothing but, where it
says so, the saturation flag. Lanes that would leave 64 bits are Python integers.
"""

from __future__ import annotations

from cyclesim.execute import crypto, estimates, floats, lanes, polynomial, rounding, saturation, scalar, standard
from cyclesim.execute.state import Helper, State


def library(state: State) -> dict[str, Helper]:
    """All helpers, bound to the flags of one state."""
    parts = (lanes, floats, rounding, estimates, standard, polynomial, scalar, crypto)
    helpers: dict[str, Helper] = {function.__name__.rstrip("_"): function for part in parts for function in part.PLAIN}
    helpers |= saturation.saturating(state.flags)
    helpers |= scalar.sticky(state.flags)
    return helpers
