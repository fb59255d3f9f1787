"""Collecting the lines of a block, and the values that they name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy

from cyclesim.execute.language import BadMeaning
from cyclesim.execute.operands import LanesAt
from cyclesim.execute.shifts import shift_by_register
from cyclesim.execute.state import Helper, State


class Writer:
    """Collects the lines of a block and the values that they name."""

    def __init__(self, state: State, helpers: Mapping[str, Helper]) -> None:
        self.state = state
        self.lines: list[str] = []
        self.names: dict[str, object] = {"R": state.general, "F": state.flags, "shift_by_register": shift_by_register}
        self.helpers = helpers
        self.samples: dict[str, object] = {}
        self._views: dict[LanesAt, str] = {}
        self._indent = "    "
        self._temporaries = 0

    def line(self, text: str) -> None:
        self.lines.append(self._indent + text)

    def indent(self, by: int) -> None:
        self._indent = " " * (len(self._indent) + by)

    def temporary(self, sample: object = 0) -> str:
        """A new local name; `sample` is a value of the kind that it will hold."""
        self._temporaries += 1
        self.samples[f"t{self._temporaries}"] = sample
        return f"t{self._temporaries}"

    def keep(self, source: str) -> str:
        """A new local name that holds the value of an expression."""
        name = self.temporary(self.sample(source))
        self.line(f"{name} = {source}")
        return name

    def sample(self, source: str) -> object:
        """The value that an expression has for the registers as they are: its lanes decide how it is written.

        The source is our own, made of operands and helpers alone. Raises BadMeaning.
        """
        flags = list(self.state.flags)
        try:
            with numpy.errstate(all="ignore"):
                return eval(source, self.names, self.samples)
        except (TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
            raise BadMeaning(f"`{source}`: {error}") from None
        finally:
            self.state.flags[:] = flags

    def view(self, lanes: LanesAt) -> str:
        """The name of a view of the register file. Raises BadMeaning."""
        if lanes.kind == "f" and lanes.bits < 16:
            raise BadMeaning(f"floating-point lanes have 16 bits or more, not {lanes.bits}")
        if lanes not in self._views:
            name = f"v{len(self._views)}"
            self._views[lanes] = name
            self.names[name] = self.state.view(lanes.kind, lanes.bits, lanes.offset, lanes.count)
        return self._views[lanes]

    def spread(self, lanes: LanesAt, count: int) -> str:
        """The name of a single lane seen as `count` equal ones."""
        name = f"{self.view(lanes)}x{count}"
        return self.value(name, numpy.broadcast_to(self.state.view(*lanes[:4]), count))

    def value(self, name: str, value: object) -> str:
        """A value by a name of its own."""
        self.names[name] = value
        return name

    def helper(self, name: str) -> str:
        if name not in self.helpers:
            raise BadMeaning(f"there is no helper `{name}`")
        self.names[name] = self.helpers[name]
        return name
