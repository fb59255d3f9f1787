"""Errors of a run."""

from __future__ import annotations

from cyclesim.errors import CyclesimError


class ExecutionError(CyclesimError):
    """An instruction that can't be executed, an access outside of the buffers, a limit that was reached."""

    code = "execution"


class CallError(CyclesimError):
    """A call or a calls file that is malformed."""

    code = "call"
