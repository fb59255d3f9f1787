"""Finished points on disk: a journal that only grows, a line a point.

The lines of a task are written by one call and forced to the disk before the task counts as done. A line that an
interruption cut short is dropped when the journal is opened again, and its point is computed once more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from types import TracebackType

from cyclesim.errors import InputError
from cyclesim.sweep.cases import Result

VERSION = 1


class Journal:
    """The results of a sweep so far, by number. Without a path they are kept in memory alone."""

    def __init__(self, path: str | None, fingerprint: str, points: int, *, fresh: bool = False) -> None:
        """Open or begin a journal. Raises InputError when it can't be used or belongs to another sweep."""
        self.path = path
        self.points = points
        self.results: dict[int, Result] = {}
        self._file: int | None = None
        if path is None:
            return
        header = json.dumps({"sweep": VERSION, "fingerprint": fingerprint, "points": points})
        try:
            if fresh and os.path.exists(path):
                os.unlink(path)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            self._lock()
            self._load(header)
        except OSError as error:
            self.close()
            raise InputError(f"can't use the journal {path}: {error.strerror}") from None
        except InputError:
            self.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def add(self, results: Iterable[Result]) -> int:
        """Keep results; how many of them are new."""
        new = [one for one in results if one.number not in self.results]
        if self._file is not None and new:
            self._write("".join(f"{json.dumps(list(one))}\n" for one in new))
        self.results.update((one.number, one) for one in new)
        return len(new)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """The sweep is over and its table is written."""
        self.close()
        if self.path is not None and os.path.exists(self.path):
            os.unlink(self.path)

    def _lock(self) -> None:
        """One sweep a journal."""
        try:
            import fcntl
        except ImportError:
            return
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"another sweep is writing {self.path}", hint="wait for it, or choose another --journal"
            ) from None

    def _load(self, header: str) -> None:
        assert self._file is not None and self.path is not None
        with open(self.path, "rb") as file:
            first = file.readline()
            if not first.endswith(b"\n"):
                if first and not header.encode().startswith(first):
                    raise self._foreign()
                os.ftruncate(self._file, 0)
                self._write(f"{header}\n")
                return
            if first.decode("utf-8", "replace").strip() != header:
                raise self._foreign()
            whole = len(first)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                one = _result(line, self.points)
                if one is not None:
                    self.results.setdefault(one.number, one)
        os.ftruncate(self._file, whole)

    def _foreign(self) -> InputError:
        return InputError(
            f"the journal {self.path} belongs to another sweep",
            hint="the plan, a kernel or a core has changed since; --fresh starts over",
        )

    def _write(self, text: str) -> None:
        assert self._file is not None
        data = memoryview(text.encode())
        while data:
            data = data[os.write(self._file, data) :]
        os.fsync(self._file)


def _result(line: bytes, points: int) -> Result | None:
    """A line as a result, None when it is damaged."""
    try:
        number, *texts = json.loads(line)
    except ValueError:
        return None
    fits = isinstance(number, int) and 0 <= number < points and len(texts) == len(Result._fields) - 1
    return Result(number, *texts) if fits and all(isinstance(text, str) for text in texts) else None
