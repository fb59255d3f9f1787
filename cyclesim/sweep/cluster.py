"""Tasks on a Dask cluster. A task holds all it needs, so that any worker can do it, and do it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from cyclesim.errors import InputError
from cyclesim.sweep.cases import Result, Task
from cyclesim.sweep.evaluate import evaluate

ATTEMPTS = 5
"""How often a task is given out when workers die under it; the scheduler moves it between living ones by itself."""

AHEAD = 8
"""Tasks that wait for each thread of the cluster."""

PATIENCE = 10
"""Seconds to reach the scheduler."""


def run(tasks: Iterable[Task], done: Callable[[list[Result]], None], address: str) -> None:
    """Evaluate all tasks on the cluster at `address`; `done` gets the results of each, once, in any order.

    Raises InputError when Dask is not installed, the scheduler can't be reached, or a task fails everywhere.
    """
    try:
        import distributed
    except ImportError:
        raise InputError("--dask needs Dask", hint="pip install 'cyclesim[sweep]'") from None
    try:
        made: Any = distributed.Client
        client = made(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"no Dask scheduler at {address}: {error}", hint="dask scheduler prints its address") from None
    with client:
        _run(client, iter(tasks), done, address)


def _run(client: Any, tasks: Iterator[Task], done: Callable[[list[Result]], None], address: str) -> None:
    import distributed

    running: dict[Any, tuple[Task, int]] = {}

    def submit(task: Task, attempt: int) -> Any:
        future = client.submit(evaluate, task, pure=False, retries=2)
        running[future] = task, attempt
        return future

    threads = sum(client.nthreads().values()) or 1
    in_turn: Any = distributed.as_completed
    completed = in_turn([submit(task, 1) for task in islice(tasks, threads * AHEAD)], loop=client.loop)
    for future in completed:
        task, attempt = running.pop(future)
        if future.status == "finished":
            done(future.result())
            for following in islice(tasks, 1):
                completed.add(submit(following, 1))
        elif attempt < ATTEMPTS:
            completed.add(submit(task, attempt + 1))
        else:
            reason = future.exception() if future.status == "error" else future.status
            raise InputError(
                f"the cluster at {address} can't do {task.case.kernel} on {task.case.core}: {reason}",
                hint="are its workers of the same version? finished points are kept",
            )
        future.release()
