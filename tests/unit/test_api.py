"""The library: typed results with the names of the JSON, tables of data, and pictures for notebooks."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest

import cyclesim
from cyclesim.cli import main
from cyclesim.errors import AsmError, RegionError, UnknownInstruction, UsageError

LOOP = "1: ldr q0, [x1], #16\nfadd v1.4s, v1.4s, v0.4s\nsubs x0, x0, #4\nb.ne 1b\n"
KERNEL = "sgemm_6x8-a53.s"


class Tags(HTMLParser):
    """Checks that tags match and keeps the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.seen: set[str] = set()
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_estimate_has_the_attributes_of_the_json(capsys):
    found = cyclesim.estimate(KERNEL, uarch="a53")
    assert main(["estimate", KERNEL, "--uarch", "a53", "--format", "json"]) == 0
    (printed,) = json.loads(capsys.readouterr().out)["estimates"]
    assert found.to_dict() == printed
    for name, value in printed.items():
        held = getattr(found, name)
        if isinstance(value, dict) and not isinstance(held, dict):
            assert {key: getattr(held, key) for key in value} == value
        elif name == "bounds":
            assert [vars(one) for one in held] == value
        else:
            assert held == (tuple(value) if isinstance(value, list) else value)
    assert found.cycles == printed["schedule"]["cycles"]


def test_text_paths_and_kernels_are_told_apart(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("sum.s").write_text(LOOP)
    text, path = cyclesim.estimate(LOOP, uarch="a55"), cyclesim.estimate(Path("sum.s"), uarch="a55")
    assert text.schedule == path.schedule == cyclesim.estimate("sum.s", uarch="a55").schedule
    assert (text.file, path.file) == ("<text>", "sum.s")
    assert cyclesim.estimate("add x0, x0, #1", uarch="a53").instructions == 1


def test_several_regions_or_cores_need_the_plural():
    with pytest.raises(UsageError, match="2 estimates"):
        cyclesim.estimate(KERNEL, uarch="a53,a7")
    found = cyclesim.estimates(KERNEL, uarch=["a53", "a7"])
    assert [one.uarch for one in found] == ["cortex-a53", "cortex-a7"]
    assert len(found) == 2 and found[0].uarch == "cortex-a53" and len(found[:1]) == 1
    assert [one["uarch"] for one in found.to_dict()["estimates"]] == ["cortex-a53", "cortex-a7"]  # type: ignore[attr-defined]


def test_records_are_flat_and_have_the_same_figures():
    (record,) = cyclesim.estimate(LOOP, uarch="a53").records()
    assert all(not isinstance(value, (dict, list, tuple)) for value in record.values())
    assert record["schedule_cycles"] == sum(value for name, value in record.items() if name.startswith("stalls_"))  # type: ignore[misc]
    rows = cyclesim.explain(LOOP, uarch="a53").records()
    assert [row["text"] for row in rows] == LOOP.replace("1: ", "").splitlines()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}, "every row has the same columns"


def test_options_are_those_of_the_command_line():
    two = f"// cyclesim-begin a ops=5\n{LOOP}// cyclesim-end\n// cyclesim-begin b\nadd x0, x0, #1\n// cyclesim-end\n"
    assert cyclesim.estimate(two, uarch="a53", region="a").operations == 5
    assert cyclesim.estimate(two, uarch="a53", lines=(2, 5)).region_kind == "lines"
    with pytest.raises(RegionError):
        cyclesim.estimate(two, uarch="a53", region="c")
    odd = "vfoo v0.4s, v1.4s\n"
    with pytest.raises(UnknownInstruction):
        cyclesim.estimate(odd, uarch="a53", isa="aarch64")
    assert cyclesim.estimate(odd, uarch="a53", isa="aarch64", assume={"VFOO": "simd-alu"}).notes
    assert cyclesim.estimate(odd + "nop\n", uarch="a53", isa="aarch64", ignore_unknown=True).instructions == 1
    assert cyclesim.estimate("udp4a v0.4s, v1.16b, v2.4b[0]\n", uarch="a53", whatif=["dp4a"]).instructions == 1


def test_c_text_is_read_when_it_is_said_to_be_c():
    found = cyclesim.estimate('void f() { asm("fmla v0.4s, v1.4s, v2.4s"); }', uarch="a53", language="c")
    assert (found.region, found.instructions) == ("f:1", 1)


def test_errors_are_raised_not_printed(capsys):
    with pytest.raises(AsmError):
        cyclesim.estimate("add r0, [\n", uarch="a7", isa="armv7")
    assert capsys.readouterr() == ("", "")


def test_pictures_for_notebooks_are_well_formed_and_escaped():
    text = LOOP.replace("1:", "lt$amp:").replace("1b", "lt$amp")
    found = cyclesim.estimate(text, uarch="a53")
    shown = Tags(found._repr_html_())
    assert "waiting for an operand" in shown.text and "lt$amp" in shown.text
    assert "script" not in shown.seen
    ElementTree.fromstring(found._repr_svg_())
    explained = found.explain()
    assert "why not earlier" in Tags(explained._repr_html_()).text
    ElementTree.fromstring(explained._repr_svg_())
    assert Tags(cyclesim.estimates(text, uarch="a53,a55")._repr_html_()).text.count("<text>") == 2


def test_the_text_of_a_result_is_the_report(capsys):
    assert main(["estimate", KERNEL, "--uarch", "a53"]) == 0
    assert str(cyclesim.estimate(KERNEL, uarch="a53")) in capsys.readouterr().out
    assert main(["explain", KERNEL, "--uarch", "a53"]) == 0
    assert str(cyclesim.explain(KERNEL, uarch="a53")) in capsys.readouterr().out


def test_importing_the_package_imports_nothing_else():
    code = "import sys; before = set(sys.modules); import cyclesim; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["cyclesim"]


def test_the_package_shows_what_it_has():
    assert {"estimate", "estimates", "explain"} <= set(dir(cyclesim))
    with pytest.raises(AttributeError):
        _ = cyclesim.nothing  # type: ignore[attr-defined]
