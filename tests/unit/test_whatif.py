"""Meanings of what-if files are checked before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim import resources
from cyclesim.cli import main
from cyclesim.machine import overlay
from cyclesim.whatif import meaning_errors

ROW = """\
isa:
- isa: {isa}
  form: "{form}"
  class: simd-mull
  meaning: "{meaning}"
"""


def errors(folder: Path, meaning: str, form: str = "vnew.{s8,u8} +Qd, Qn, Dm[x]", name: str = "armv7") -> list[str]:
    path = folder / "what.yaml"
    path.write_text(ROW.format(isa=name, form=form, meaning=meaning))
    return [f"{one.span.line} {one.message}" for one in meaning_errors(overlay.read(str(path))) if one.span]


@pytest.mark.parametrize("name", ["dp4a", "smlasd"])
def test_meanings_of_shipped_files_hold(name: str):
    assert meaning_errors(overlay.read(resources.shipped_whatif(name))) == []


@pytest.mark.parametrize(
    ("form", "meaning"),
    [
        ("vnew.{s8,u8} +Qd, Qn, Dm[x]", "s32(d) + dot4(n, quad(m, x))"),
        ("vnew.s32 =Qd, Qn, #imm", "n + imm"),
        ("vnew.s32 =Qd, Qn", ""),
    ],
)
def test_a_meaning_that_fits_is_left_alone(tmp_path: Path, form: str, meaning: str):
    assert errors(tmp_path, meaning, form) == []


@pytest.mark.parametrize(
    ("meaning", "message"),
    [
        ("d + dot4(n, quad(m, x))", "could not be broadcast together"),
        ("s32(d) + n", "could not be broadcast together"),
        ("join(n, n)", "32 lanes don't fill 128 bits"),
        ("s32(d) + dot4(k, n)", "the form has no operand `k`"),
        ("s32(d) +", "is no expression"),
        ("n[0]", "subscript is not part of the language"),
        ("__import__('os').system('true')", "only helpers are called"),
        ("open('/etc/passwd')", "is no whole number"),
        ("d.__class__", "attribute is not part of the language"),
        ("[n for n in n]", "is not part of the language"),
        ("s32(d) + (1 << 99999999999)", "is wrong"),
        ("9**9**9**9", "is not part of the language"),
        ("(" * 300 + "n" + ")" * 300, "is no expression"),
    ],
)
def test_a_meaning_that_does_not_fit_or_is_no_meaning_is_refused(tmp_path: Path, meaning: str, message: str):
    (found,) = errors(tmp_path, meaning)
    assert found.startswith("2 ") and message in found


def test_compare_refuses_a_file_with_a_wrong_meaning(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "what.yaml"
    path.write_text(ROW.format(isa="aarch64", form="new +Vd.4s, Vn.16b", meaning="d + n"))
    assert main(["compare", "sgemm_6x8", "--whatif", str(path), "--uarch", "a53"]) in (1, 3)
    assert "what.yaml:2" in capsys.readouterr().err
