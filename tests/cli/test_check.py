"""`cyclesim check`: quiet when all is well, readable and with exit code 3 when a kernel got slower."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from cyclesim.cli import main

LOOP = """\
// cyclesim: a53 <= BUDGET cycles
.Ldot:
        ldr     q0, [x1], #16
        ldr     q1, [x2], #16
        fmla    v16.4s, v0.4s, v1.4s
        subs    x0, x0, #4
        b.ne    .Ldot
"""
SLOWER = LOOP.replace("        fmla", "        fmul    v3.4s, v0.4s, v1.4s\n        fmla").replace(
    "v1.4s\n        subs", "v3.4s\n        subs"
)


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str, budget: str = "8") -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text.replace("BUDGET", budget))


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["check", "--jobs", "1", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_kernels_within_their_budgets_are_quiet(kernels: Path, capsys):
    write("a.s", LOOP)
    write("deep/b.s", LOOP)
    write("other.s", "nop\n")
    assert check(capsys, ".") == (0, "2 checks of 2 files passed\n", "")


def test_a_kernel_above_its_budget_is_told_with_where_the_cycles_go(kernels: Path, capsys):
    write("a.s", LOOP, "7")
    code, out, err = check(capsys, "a.s")
    assert (code, err) == (3, "")
    assert "a.s:1: .Ldot on cortex-a53: 8 cycles (1 ops/cycle), allowed a53 <= 7 cycles" in out
    assert "4 cycles line 5 `fmla v16.4s, v0.4s, v1.4s`: needs v1.4s from line 4" in out
    assert out.endswith("0 checks of 1 file passed, 1 failed\n")


def test_an_unchanged_kernel_passes_its_baseline_and_a_slower_one_says_what_grew(kernels: Path, capsys):
    write("a.s", LOOP, "99")
    assert check(capsys, ".", "--baseline", "base.json", "--update", "--uarch", "a53,a55")[0] == 0
    assert check(capsys, ".", "--baseline", "base.json") == (0, "3 checks of 1 file passed\n", "")
    write("a.s", "\n\n" + SLOWER, "99")
    code, out, _ = check(capsys, ".", "--baseline", "base.json")
    assert code == 3
    assert "allowed baseline 8 cycles" in out and "cycles more than the baseline:" in out
    assert "`fmul v3.4s, v0.4s, v1.4s` is new: needs v1.4s from line 6" in out


def test_a_faster_kernel_passes_and_asks_to_keep_the_gain(kernels: Path, capsys):
    write("a.s", SLOWER, "99")
    check(capsys, ".", "--baseline", "base.json", "--update", "--uarch", "a53")
    write("a.s", LOOP, "99")
    code, out, _ = check(capsys, ".", "--baseline", "base.json")
    assert code == 0 and "4 cycles less than the baseline" in out and "--update" in out


def test_a_new_kernel_is_told_and_a_lost_region_fails(kernels: Path, capsys):
    write("a.s", LOOP, "99")
    check(capsys, ".", "--baseline", "base.json", "--update", "--uarch", "a53")
    write("b.s", LOOP, "99")
    assert "1 kernel without a baseline" in check(capsys, ".", "--baseline", "base.json", "--uarch", "a53")[1]
    write("a.s", LOOP.replace("Ldot", "Lother"), "99")
    code, out, _ = check(capsys, "a.s", "--baseline", "base.json")
    assert code == 3 and ".Ldot on cortex-a53 is gone (baseline 8 cycles)" in out


def test_an_update_keeps_the_files_that_were_not_checked(kernels: Path, capsys):
    write("a.s", LOOP, "99")
    write("b.s", LOOP, "99")
    check(capsys, ".", "--baseline", "base.json", "--update", "--uarch", "a53")
    write("a.s", SLOWER, "99")
    assert check(capsys, "a.s", "--baseline", "base.json", "--update")[0] == 0
    found = {one["file"]: one["cycles"] for one in json.loads(Path("base.json").read_text())["kernels"]}
    assert found["b.s"] == "8" and float(found["a.s"]) > 8


def test_a_baseline_is_written_whole_or_not_at_all(kernels: Path, capsys):
    write("a.s", LOOP, "99")
    check(capsys, ".", "--baseline", "base.json", "--update", "--uarch", "a53")
    before = Path("base.json").read_text()
    write("b.s", LOOP.replace("fmla", "fmlaa"), "99")
    code, _, err = check(capsys, ".", "--baseline", "base.json", "--update")
    assert code == 1 and "fmlaa" in err and "base.json is left as it was" in err
    assert Path("base.json").read_text() == before
    assert not list(kernels.glob("*.tmp"))


def test_the_baseline_knows_its_files_from_every_folder(kernels: Path, capsys, monkeypatch):
    write("lib/a.s", LOOP, "99")
    check(capsys, "lib", "--baseline", "lib/base.json", "--update", "--uarch", "a53")
    monkeypatch.chdir(kernels / "lib")
    assert check(capsys, ".", "--baseline", "base.json") == (0, "2 checks of 1 file passed\n", "")


def test_errors_have_places_and_the_other_files_are_checked_all_the_same(kernels: Path, capsys):
    write("a.s", LOOP.replace("<=", "<"))
    write("b.s", LOOP)
    write("c.s", LOOP.replace("a53", "a54"))
    code, out, err = check(capsys, ".")
    assert code == 1
    assert "a.s:1:14: error[budget]: `<` is not known" in err
    assert "c.s:1:14: error[budget]: no core named 'a54'" in err
    assert out == "1 check of 3 files passed, 2 errors\n"


@pytest.mark.parametrize(
    "words",
    [
        ("a.s", "--update"),
        ("a.s", "--uarch", "a53"),
        ("a.s", "--baseline", "base.json", "--update"),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(kernels: Path, capsys, words: tuple[str, ...]):
    write("a.s", LOOP)
    assert check(capsys, *words)[0] == 2


def test_a_path_that_is_not_there_is_an_error(kernels: Path, capsys):
    assert check(capsys, "nowhere")[0] == 1


def test_the_json_has_its_keys(kernels: Path, capsys):
    write("a.s", LOOP, "7")
    code, out, _ = check(capsys, ".", "--format", "json")
    found = json.loads(out)
    assert code == 3 and found["schema_version"] == 1
    assert found["summary"] == {"files": 1, "checks": 1, "failed": 1, "errors": 0}
    (one,) = found["checks"]
    assert (one["state"], one["cycles"], one["limit"]) == ("failed", 8.0, "a53 <= 7 cycles")
    assert sum(one["stalls"].values()) == pytest.approx(one["cycles"])


def test_junit_has_a_case_a_check_and_escapes_names(kernels: Path, capsys):
    write('a<&".s', LOOP.replace(".Ldot", ".Ld$t"), "7")
    write("bad.s", LOOP.replace("fmla", "fmlaa"))
    code, out, _ = check(capsys, ".", "--format", "junit")
    root = ElementTree.fromstring(out)
    assert code == 1
    suites = {suite.get("name"): suite for suite in root}
    assert suites['a<&".s'].find("testcase/failure") is not None
    assert suites["bad.s"].find("testcase/error") is not None
    assert suites['a<&".s'].get("failures") == "1"


def test_annotations_of_github_have_file_line_and_escaped_text(kernels: Path, capsys):
    write("a.s", LOOP, "7")
    write("bad.s", LOOP.replace("<=", "<"))
    _, out, err = check(capsys, ".", "--format", "github")
    lines = out.splitlines()
    assert not err
    assert lines[0].startswith("::error file=a.s,line=1,title=.Ldot on cortex-a53%3A 8 cycles")
    assert "%0A" in lines[0]
    assert lines[1].startswith("::error file=bad.s,line=1,col=14,title=budget::")


def test_inline_assembly_has_budgets_too(kernels: Path, capsys):
    write(
        "k.cc",
        'void run() {\n  // cyclesim: a53 <= 4 cycles, a7 <= 4 cycles\n  asm("1: add %0, %0, #1\\n"\n      "subs %0, %0, #1\\n"\n      "bne 1b" : "+r"(x));\n}\n',
    )
    assert check(capsys, ".") == (0, "2 checks of 1 file passed\n", "")


def test_several_processes_find_the_same(kernels: Path, capsys):
    for number in range(40):
        write(f"k{number:02}.s", LOOP, "7" if number % 10 == 0 else "9")
    one = check(capsys, ".")
    assert main(["check", ".", "--jobs", "2"]) == one[0] == 3
    assert capsys.readouterr().out == one[1]


def test_a_what_if_file_counts(kernels: Path, capsys):
    text = "// cyclesim: a53 <= 999 cycles\n1: udp4a v0.4s, v1.16b, v2.4b[0]\nsubs x0, x0, #1\nb.ne 1b\n"
    write("a.s", text)
    assert check(capsys, ".")[0] == 1
    assert check(capsys, ".", "--whatif", "dp4a")[0] == 0
