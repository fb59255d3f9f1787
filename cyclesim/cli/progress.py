"""A progress bar on standard error: on a terminal only, and only when it takes long.

    for file in progress.bar(files, "reading"):
        …
    with progress.bar(len(tasks), "reading") as advance:
        advance()

Standard output never sees it, and a pipe or a log file gets nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Generic, TextIO, TypeVar, overload

PATIENCE = 0.5
"""Seconds before the bar shows: what is over sooner needs none."""

STEP = 0.1
"""Seconds between two drawings."""

WIDTH = 30

T = TypeVar("T")


class Bar(Generic[T]):
    """Progress through a collection (iterate over it) or towards a total (call it). `title` stands before the bar."""

    def __init__(self, items: Collection[T] | int, title: str, stream: TextIO | None = None) -> None:
        self.items = None if isinstance(items, int) else items
        self.total = items if isinstance(items, int) else len(items)
        self.title, self.done = title, 0
        self.stream = sys.stderr if stream is None else stream
        self.visible = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._next = time.monotonic() + PATIENCE
        self._drawn = False

    def __iter__(self) -> Iterator[T]:
        with self:
            for item in self.items or ():
                yield item
                self()

    def __enter__(self) -> Bar[T]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.clear()

    def __call__(self, steps: int = 1) -> None:
        """So many steps more are done."""
        self.done += steps
        if self.visible and time.monotonic() >= self._next:
            self._next = time.monotonic() + STEP
            self._drawn = True
            self.stream.write(f"\r{self.text()}\x1b[K")
            self.stream.flush()

    def text(self) -> str:
        """`reading [#####-----]  50 % 12 of 24`."""
        share = min(1.0, self.done / self.total) if self.total else 1.0
        filled = round(WIDTH * share)
        return f"{self.title} [{'#' * filled}{'-' * (WIDTH - filled)}] {share:4.0%} {self.done} of {self.total}"

    def clear(self) -> None:
        """Take the bar off the terminal."""
        if self._drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self._drawn = False


@overload
def bar(items: Collection[T], title: str) -> Bar[T]: ...
@overload
def bar(items: int, title: str) -> Bar[int]: ...
def bar(items: Collection[T] | int, title: str) -> Bar[T] | Bar[int]:
    """A bar for a collection, which is iterated over, or for a total, to be called after every step."""
    return Bar(items, title)
