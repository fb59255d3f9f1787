"""The pytest plug-in: hold the cycles of a kernel in a test.

    def test_dot(assert_cycles):
        assert_cycles("kernels/dot.s", uarch="CORE", at_most=60)

`assert_cycles` can also be imported from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cyclesim.api import Estimate


def assert_cycles(
    source: str | os.PathLike[str],
    *,
    uarch: str,
    at_most: float | None = None,
    at_least_ops: float | None = None,
    region: str | None = None,
    isa: str | None = None,
    whatif: Sequence[str] = (),
) -> Estimate:
    """Estimate a file or a text on one core and fail the test when it takes more than `at_most` cycles or does fewer
    than `at_least_ops` operations per cycle. The message says where the cycles go. Returns the estimate."""
    __tracebackhide__ = True
    from cyclesim.api import estimate

    if at_most is None and at_least_ops is None:
        raise ValueError("assert_cycles needs at_most or at_least_ops")
    found = estimate(source, uarch, region=region, isa=isa, whatif=whatif)
    rate = found.ops_per_cycle.schedule or 0.0
    wrong = []
    if at_most is not None and found.schedule.cycles > at_most:
        wrong.append(f"{found.schedule.cycles:g} cycles, at most {at_most:g} are allowed")
    if at_least_ops is not None and rate < at_least_ops:
        wrong.append(f"{rate:.4g} ops/cycle, at least {at_least_ops:g} are required")
    if wrong:
        pytest.fail(f"{found.region} on {found.uarch}: {'; '.join(wrong)}\n\n{found}", pytrace=False)
    return found


@pytest.fixture(name="assert_cycles", scope="session")
def _assert_cycles() -> Callable[..., Estimate]:
    """`assert_cycles(path_or_text, uarch=…, at_most=…, at_least_ops=…)`."""
    return assert_cycles
