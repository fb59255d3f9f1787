"""Tasks on this machine: in this process, or in several."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from cyclesim.errors import InputError
from cyclesim.sweep.cases import Result, Task
from cyclesim.sweep.evaluate import evaluate

Done = Callable[[list[Result]], None]
AHEAD = 4
"""Tasks that wait for each process, so that none is idle and few are held in memory."""


def run(tasks: Iterable[Task], done: Done, jobs: int = 1) -> None:
    """Evaluate all tasks; `done` gets the results of each, in any order.

    Raises InputError when a process dies; what was done is done.
    """
    if jobs <= 1:
        for task in tasks:
            done(evaluate(task))
        return
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    waiting: Iterator[Task] = iter(tasks)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts) as pool:
        try:
            running = {pool.submit(evaluate, task) for task in islice(waiting, jobs * AHEAD)}
            while running:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for one in finished:
                    done(one.result())
                running |= {pool.submit(evaluate, task) for task in islice(waiting, len(finished))}
        except BrokenProcessPool:
            raise InputError(
                "a process of the sweep was killed",
                hint="the same command goes on where it was; fewer --jobs need less memory",
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts() -> None:
    """An interrupt from the keyboard reaches every process; this one's parent deals with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
