"""A real Dask cluster of two workers, of which one is killed in the middle."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cyclesim.cli import main
from cyclesim.sweep import cases, cluster, plan
from cyclesim.sweep.evaluate import evaluate

PLAN = """\
kernels: [u8gemm_3x8]
cores: [a53]
parameters: {classes.simd-padal.cycles: 1..3 step 1/16, issue_width: [1, 2, 3], units.neon: [2, 4]}
"""


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="a cluster needs Dask")
    import dask

    quiet = {"distributed.comm.timeouts.connect": 30, "distributed.logging.distributed": "critical"}
    with dask.config.set(quiet), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # What Dask and tornado say of their own insides is not ours to judge.
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=0
        ) as found:
            yield found


def test_the_verb_runs_on_a_cluster(workers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    assert main(["sweep", "plan.yaml", "-o", "here.csv"]) == 0
    assert main(["sweep", "plan.yaml", "-o", "there.csv", "--dask", workers.scheduler_address]) == 0
    assert (tmp_path / "here.csv").read_text() == (tmp_path / "there.csv").read_text()


def test_a_worker_that_dies_loses_no_point(workers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cases, "TASK_POINTS", 6)
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    wanted = plan.read(str(path))
    found, _ = cases.build(wanted)
    results: list[cases.Result] = []
    killed: list[int] = []

    def done(some: list[cases.Result]) -> None:
        results.extend(some)
        if len(results) >= 30 and not killed:
            killed.append(next(iter(workers.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    cluster.run(cases.tasks(found, wanted, {}), done, workers.scheduler_address)
    assert killed
    expected = evaluate(cases.Task(found[0], wanted.parameters, 0, 0, wanted.combinations))
    assert sorted(results) == expected
