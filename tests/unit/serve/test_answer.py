"""Answers to the page's requests, without a server: figures, places of errors, limits, nothing kept for ever."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cyclesim import resources
from cyclesim.serve import answer, worker
from cyclesim.serve.answer import Answerer, Refused
from cyclesim.serve.parameters import check_value
from tests.unit.views.pictures import DOT

WHATIFS = {"dp4a": f"{resources.data_folder('uarch')}/whatif/dp4a.yaml"}


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer(WHATIFS)


def ask(answerer: Answerer, **given: object) -> dict[str, Any]:
    """An answer as the page gets it."""
    found = answerer.answer({"text": DOT, "cores": ["cortex-a53"], **given})
    decoded: dict[str, Any] = json.loads(json.dumps(found))
    return decoded


def test_an_answer_has_cycles_reasons_and_a_timeline(answerer: Answerer) -> None:
    found = ask(answerer, cores=["cortex-a53", "cortex-a55"])
    assert not found["errors"] and found["isa"] == "aarch64"
    first, second = found["estimates"]
    assert (first["schedule"], first["limit"]) == ("8", "issue") or float(first["schedule"]) == 8
    assert "timeline" in first and "timeline" not in second, "only the core that is shown has one"
    assert [row[0] for row in first["lines"]] == [2, 3, 4, 5, 6]
    assert first["lines"][2][5] == "needs v1.4s from line 3"


def test_the_core_that_is_asked_for_is_shown(answerer: Answerer) -> None:
    found = ask(answerer, cores=["cortex-a53", "cortex-a55"], shown="cortex-a55")
    assert ["timeline" in one for one in found["estimates"]] == [False, True]


def test_errors_have_their_places(answerer: Answerer) -> None:
    found = ask(answerer, text=DOT.replace("fmla ", "fmlaa").replace("subs  ", "subsss"))
    assert [(one["line"], one["column"], one["code"]) for one in found["errors"]] == [
        (4, 9, "unknown-instruction"),
        (5, 9, "unknown-instruction"),
    ]
    assert found["estimates"] == []


def test_a_core_that_can_not_run_it_does_not_hide_the_others(answerer: Answerer) -> None:
    found = ask(answerer, cores=["cortex-a53", "cortex-a7"])
    assert [one["core"] for one in found["estimates"]] == ["cortex-a53"]
    assert found["errors"][0]["core"] == "cortex-a7"


def test_a_slider_changes_the_schedule(answerer: Answerer) -> None:
    found = ask(answerer, changes={"cortex-a53": {"latency simd-load": "12", "cycles simd-load": "4"}})
    assert float(found["estimates"][0]["schedule"]) > 8
    names = {row[0]: row[1] for row in found["estimates"][0]["parameters"]}
    assert names["latency simd-load"] == "12" and names["issue_width"] == "2"
    assert float(ask(answerer)["estimates"][0]["schedule"]) == 8, "the core itself is as it was"


def test_a_what_if_adds_its_instruction(answerer: Answerer) -> None:
    text = "vdp4a.u8 q0, q1, d4[0]\nvadd.i32 q2, q0, q0\n"
    assert ask(answerer, text=text)["errors"]
    assert ask(answerer, text=text, whatifs=["dp4a"])["estimates"]


def test_no_text_reads_a_file(answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.inc").write_text("a secret: not assembly\n")
    monkeypatch.chdir(tmp_path)
    for line in ('.include "secret.inc"', '#include "secret.inc"', '.include "/etc/passwd"', '.incbin "secret.inc"'):
        found = ask(answerer, text=f"{line}\n{DOT}")
        assert "a secret" not in json.dumps(found) and "root:" not in json.dumps(found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 3},
        {"text": "x" * (answer.MOST_CHARACTERS + 1)},
        {"cores": []},
        {"cores": ["/etc/passwd"]},
        {"cores": "cortex-a53"},
        {"cores": ["mali-g52"]},
        {"whatifs": ["../secret"]},
        {"isa": "x86"},
        {"region": 5},
        {"changes": {"cortex-a53": {"latency simd-load": 1000}}},
        {"changes": {"cortex-a53": {"latency simd-load": "nan"}}},
        {"changes": {"cortex-a53": {"file": 1}}},
        {"changes": {"cortex-a53": {"issue_width": "1.5"}}},
        {"changes": [1]},
    ],
)
def test_requests_that_no_page_sends_are_refused(answerer: Answerer, wrong: Mapping[str, object]) -> None:
    with pytest.raises(Refused):
        ask(answerer, **wrong)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("units nothing", 2, "has no units nothing"),
        ("latency nothing", 2, "has no latency nothing"),
        ("units neon", 1, "want 2 of neon, and the core would have 1"),
    ],
)
def test_a_core_that_can_not_be_is_an_error(answerer: Answerer, name: str, value: int, words: str) -> None:
    (error,) = ask(answerer, changes={"cortex-a53": {name: value}})["errors"]
    assert words in error["message"] and error["core"] == "cortex-a53"


def test_values_keep_their_exactness() -> None:
    assert check_value("latency simd-mull", "2.2") == "11/5"
    assert check_value("units neon", "3") == 3


def test_too_many_instructions_are_an_error_of_the_text(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "MOST_INSTRUCTIONS", 4)
    assert "the page takes 4" in ask(answerer)["errors"][0]["message"]


def test_what_is_kept_between_requests_is_bounded(answerer: Answerer) -> None:
    for number in range(3 * answer.MOST_KEPT):
        ask(answerer, changes={"cortex-a53": {"latency simd-load": f"{1 + number / 10:.1f}"}})
    assert len(answerer._cores) <= answer.MOST_KEPT


def test_a_worker_answers_line_by_line_whatever_it_gets(answerer: Answerer) -> None:
    lines = [b"not json", b"[]", b"{}", json.dumps({"text": DOT, "cores": ["cortex-a53"]}).encode()]
    out = io.BytesIO()
    worker.serve(WHATIFS, io.BytesIO(b"\n".join(lines) + b"\n"), out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [sorted(one)[0] for one in found] == ["refused", "refused", "refused", "errors"]


def test_shipped_kernels_are_offered_with_what_they_need() -> None:
    rows = answer.kernels()
    assert ["armv7", "u8gemm_6x4_dp4a.s", "dp4a"] in rows and ["aarch64", "sgemm_6x8.s", ""] in rows
    assert "vdp4a" in answer.kernel_text("armv7", "u8gemm_6x4_dp4a.s")
    for isa_name, name in (("armv7", "../../uarch/cortex-a53.yaml"), ("..", "pyproject.toml")):
        with pytest.raises(Refused):
            answer.kernel_text(isa_name, name)
