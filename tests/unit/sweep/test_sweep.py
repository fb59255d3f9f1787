"""The verb: formats, interruption, processes, pictures."""

from __future__ import annotations

import csv
import io
import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from cyclesim.cli import main
from cyclesim.sweep import cases, evaluate, local

PLAN = """\
title: VPADAL & co
kernels: [u8gemm_3x8, sgemm_6x8]
cores: [a53, a7]
parameters:
  classes.simd-padal.cycles: 1..3 step 1/2
  units.neon: [1, 2, 4]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    monkeypatch.setattr(cases, "TASK_POINTS", 4)
    return tmp_path


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def test_every_point_is_in_the_table_in_order(folder: Path):
    assert main(["sweep", "plan.yaml", "-o", "out.csv"]) == 0
    rows = csv_rows(folder / "out.csv")
    assert len(rows) == 60
    assert not (folder / "out.csv.journal").exists()
    assert [row["units.neon"] for row in rows[:4]] == ["1", "2", "4", "1"]
    for row in rows:
        if row["schedule"]:
            assert float(row["bound"]) <= float(row["schedule"])
            assert float(row["ops_per_cycle"]) == pytest.approx(int(row["operations"]) / float(row["schedule"]))
        else:
            assert row["core"] == "cortex-a53" and row["units.neon"] == "1"
            assert "wants 2 of neon, but there would be 1" in row["note"]


def test_the_formats_agree(folder: Path, capsys: pytest.CaptureFixture[str]):
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    for name in ("out.csv", "out.json", "out.parquet"):
        assert main(["sweep", "plan.yaml", "-o", name]) == 0
    rows = csv_rows(folder / "out.csv")
    found = json.loads((folder / "out.json").read_text())
    table = parquet.read_table(folder / "out.parquet").to_pylist()
    assert len(found["points"]) == len(table) == len(rows)
    for row, point, line in zip(rows, found["points"], table, strict=True):
        named = dict(zip(found["columns"], point, strict=True))
        assert row["schedule_exact"] == (named["schedule_exact"] or "") == (line["schedule_exact"] or "")
        assert row["units.neon"] == str(named["units.neon"]) == line["units.neon"]
        assert line["schedule"] == named["schedule"]
    capsys.readouterr()
    assert main(["sweep", "plan.yaml"]) == 0
    text = capsys.readouterr().out
    assert "VPADAL & co: 60 points" in text and "10 points can't be" in text
    assert max(map(len, text.splitlines())) <= 100


def test_an_interrupted_sweep_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert main(["sweep", "plan.yaml", "-o", "whole.csv"]) == 0
    done: list[int] = []
    real = evaluate.evaluate

    def interrupted(task: cases.Task) -> list[cases.Result]:
        if len(done) >= 20:
            raise KeyboardInterrupt
        found = real(task)
        done.extend(one.number for one in found)
        return found

    monkeypatch.setattr(local, "evaluate", interrupted)
    assert main(["sweep", "plan.yaml", "-o", "out.csv"]) == 130
    assert not (folder / "out.csv").exists()
    first = set(done)
    assert 20 <= len(first) < 60
    done.clear()
    monkeypatch.setattr(local, "evaluate", lambda task: (done.extend(range(task.start, task.stop)), real(task))[1])
    with (folder / "out.csv.journal").open("a") as file:
        file.write("[59, ")
    assert main(["sweep", "plan.yaml", "-o", "out.csv"]) == 0
    assert len(done) == 60 - len(first)
    assert (folder / "out.csv").read_text() == (folder / "whole.csv").read_text()


def test_a_journal_of_its_own_is_kept_and_used(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    assert main(["sweep", "plan.yaml", "--journal", "points", "-o", "one.csv"]) == 0
    monkeypatch.setattr(local, "evaluate", lambda task: pytest.fail("computed again"))
    assert main(["sweep", "plan.yaml", "--journal", "points", "-o", "two.csv"]) == 0
    assert "60 of 60 points are in points" in capsys.readouterr().err
    assert (folder / "one.csv").read_text() == (folder / "two.csv").read_text()


def test_several_processes_give_the_same_table(folder: Path):
    assert main(["sweep", "plan.yaml", "-o", "one.csv"]) == 0
    assert main(["sweep", "plan.yaml", "-o", "two.csv", "--jobs", "2"]) == 0
    assert (folder / "one.csv").read_text() == (folder / "two.csv").read_text()


def die(task: cases.Task) -> list[cases.Result]:
    os._exit(1)


def test_a_killed_process_loses_no_finished_point(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(local, "evaluate", die)
    assert main(["sweep", "plan.yaml", "-o", "out.csv", "--jobs", "2"]) == 1
    assert "a process of the sweep was killed" in capsys.readouterr().err
    assert (folder / "out.csv.journal").exists()


def test_the_picture_names_every_kernel_and_core(folder: Path):
    assert main(["sweep", "plan.yaml", "-o", "out.csv", "--plot", "out.svg"]) == 0
    root = ElementTree.parse(folder / "out.svg").getroot()
    texts = [element.text or "" for element in root.iter() if element.tag.endswith(("text", "title"))]
    assert "VPADAL & co" in texts and "operations per cycle" in texts
    for name in ("u8gemm_3x8 cortex-a53 neon=2", "sgemm_6x8 cortex-a7 neon=4"):
        assert name in texts
    points = [element for element in root.iter() if element.tag.endswith("title")]
    assert len([one for one in points if " on cortex-" in (one.text or "")]) == 50


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--jobs", "0"], "--jobs 0: at least 1"),
        (["--format", "parquet"], "--format parquet needs a file"),
    ],
)
def test_usage_errors(folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str):
    assert main(["sweep", "plan.yaml", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_scheduler_that_is_not_there_is_an_error_of_the_input(folder: Path, capsys, monkeypatch):
    pytest.importorskip("distributed", reason="--dask needs Dask")
    from cyclesim.sweep import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    assert main(["sweep", "plan.yaml", "--dask", "tcp://127.0.0.1:9"]) == 1
    assert "no Dask scheduler at tcp://127.0.0.1:9" in capsys.readouterr().err
