"""What is dispatched: threads in work-groups, and what the hardware allows of them."""

from __future__ import annotations

from cyclesim.errors import LaunchError, UsageError
from cyclesim.machine.warps import WarpCore
from cyclesim.record import NamedTuple

DEFAULT_THREADS = (256, 256)
DEFAULT_GROUP = (64,)
"""Arm's GPU Best Practices take 64 threads as the baseline of a work-group."""


class Dispatch(NamedTuple):
    """`threads` and `group` by dimension. `total`: threads in all; `group_threads`: of a group; `groups`: how many."""

    threads: tuple[int, ...]
    group: tuple[int, ...]

    @property
    def total(self) -> int:
        return _product(self.threads)

    @property
    def group_threads(self) -> int:
        return _product(self.group)

    @property
    def groups(self) -> int:
        return self.total // self.group_threads

    @property
    def text(self) -> str:
        return f"{shape_text(self.threads)} threads in groups of {shape_text(self.group)}"


def _product(numbers: tuple[int, ...]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product


def shape_text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def total_of(threads: str) -> int:
    """`256x256` as 65536."""
    return _product(_shape(threads, "--threads"))


def dispatch(threads: str | None, group: str | None, core: WarpCore) -> Dispatch:
    """The dispatch that two options ask for, `256x256` and `16x16`. A missing group is 64 threads, or the greatest
    smaller power of two that divides.

    Raises LaunchError when the threads are not whole groups or a group is more than the hardware takes.
    """
    wanted = _shape(threads, "--threads") if threads else DEFAULT_THREADS
    chosen = _shape(group, "--group") if group else _baseline(wanted)
    most = core.whole("group_threads")
    if _product(chosen) > most:
        message = f"a work-group of {shape_text(chosen)} is {_product(chosen)} threads; {core.name} takes {most}"
        raise LaunchError(message, hint=f"--group {most // 2 if most > 1 else 1} or fewer")
    _check_divides(wanted, chosen)
    return Dispatch(wanted, chosen)


def _baseline(threads: tuple[int, ...]) -> tuple[int, ...]:
    """64 threads along the first dimensions, in powers of two that divide them."""
    left, group = _product(DEFAULT_GROUP), []
    for extent in threads:
        size = left
        while extent % size:
            size //= 2
        group.append(size)
        left //= size
    return tuple(group)


def _shape(text: str, option: str) -> tuple[int, ...]:
    parts = text.lower().split("x")
    if not 1 <= len(parts) <= 3 or not all(part.strip().isdecimal() and part.isascii() for part in parts):
        raise UsageError(f"{option} takes one to three numbers, not {text!r}", hint=f"for example {option} 256x256")
    shape = tuple(int(part) for part in parts)
    if not all(0 < number < 1 << 31 for number in shape):
        raise LaunchError(f"{option} {text}: every dimension is at least 1 and below 2^31")
    return shape


def _check_divides(threads: tuple[int, ...], group: tuple[int, ...]) -> None:
    """Whole groups along every dimension. A group of fewer dimensions is one of size 1 in the others; threads in one
    dimension may be given as their number alone."""
    extents = (*threads, *[1] * (len(group) - len(threads)))
    if len(threads) == 1 and len(group) > 1:
        extents, group = threads, (_product(group),)
    sizes = (*group, *[1] * (len(extents) - len(group)))
    for axis, extent, size in zip("xyz", extents, sizes, strict=False):
        if extent % size:
            message = f"{shape_text(threads)} threads are not whole groups of {shape_text(group)}"
            below = extent - extent % size
            near = f"{below} or {below + size}" if below else str(size)
            raise LaunchError(message, hint=f"in {axis}, {extent} is no multiple of {size}; {near} is")
