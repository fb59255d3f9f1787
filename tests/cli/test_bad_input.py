"""Bad input has one shape: a message with its place on standard error, the documented exit code, nothing half-printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from cyclesim.cli import main

ROOT = Path(__file__).resolve().parents[2]
LOOP = ".Lloop:\n    fmla v0.4s, v1.4s, v2.4s\n    subs x0, x0, #1\n    b.ne .Lloop\n"


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def cyclesim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Outcome:
        code = main(words)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return run


def refused(outcome: Outcome, code: int, first: str) -> None:
    """`first` is a pattern of the first line on standard error."""
    assert outcome.code == code, outcome
    assert outcome.out == ""
    assert re.match(first, outcome.err), outcome.err
    assert "Traceback" not in outcome.err


def process(*words: str, text: str | bytes = b"", timeout: int = 120) -> subprocess.CompletedProcess[bytes]:
    data = text.encode() if isinstance(text, str) else text
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "cyclesim", *words],
        input=data,
        capture_output=True,
        env=environment,
        timeout=timeout,
        check=False,
    )


@pytest.mark.parametrize("verb", ["estimate", "explain", "graph"])
def test_a_missing_file(cyclesim, verb: str) -> None:
    refused(cyclesim(verb, "nowhere.s", "--uarch", "a53"), 1, r"error\[input\]: nowhere\.s doesn't exist")


def test_a_directory(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "folder.s").mkdir()
    refused(cyclesim("estimate", "folder.s", "--uarch", "a53"), 1, r"error\[input\]: folder\.s is a directory")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"bad\.s:1:1: error\[input\]: bad\.s is empty"),
        (b" \n\t\n", r"bad\.s:1:1: error\[input\]: bad\.s holds only blanks"),
        (b"// nothing but a comment\n", r"error\[input\]: nothing in this text tells ARMv7 from AArch64"),
        (b"\x7fELF\x01\x01\x01\0", r"error\[input\]: bad\.s is a corrupt ELF file: the file header is cut off"),
        (bytes(range(256)), r"bad\.s:1:1: error\[input\]: bad\.s is not text: a zero byte"),
        (LOOP.encode("utf-16"), r"error\[input\]: bad\.s is UTF-16 text"),
        (b"\x81\x8d\xe3" * 40, r"bad\.s:1:1: error\[input\]: bad\.s is not text"),
    ],
)
def test_a_file_that_is_no_assembly_text(cyclesim, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "bad.s").write_bytes(content)
    refused(cyclesim("estimate", "bad.s", "--uarch", "a53"), 1, message)


def test_line_ends_and_byte_order_mark_change_nothing(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    plain = cyclesim("estimate", "a.s", "--uarch", "a53")
    for content in (LOOP.replace("\n", "\r\n").encode(), LOOP.encode("utf-8-sig")):
        (tmp_path / "a.s").write_bytes(content)
        assert cyclesim("estimate", "a.s", "--uarch", "a53") == plain
    assert plain.code == 0


@pytest.mark.parametrize(
    ("line", "code", "place", "message"),
    [
        ("vpadal.s16 q7, q4, q0", "wrong-operands", "1:20", "vpadal takes two operands"),
        ("vmla.f32 q0, q1, d16[0]", "wrong-operands", "1:18", "d0-d15, not d16"),
        ("vmla.f32 q0, q1, d1[2]", "wrong-operands", "1:18", "lanes 0 to 1"),
        ("vadd.f32 q0, q1, q16", "syntax", "1:18", "q16"),
        ("vmal.u8 q0, d1, d2", "unknown-instruction", "1:1", "unknown instruction `vmal.u8`"),
        ("vld1.32 {d0-d1, [r1]", "syntax", r"1:\d+", ""),
        ("vld1.32 {d0}, [r1", "syntax", r"1:\d+", ""),
        ("vadd.f32 q0, q1, q2 /* for ever", "syntax", "1:21", "comment"),
        ("vadd.f32 q0,, q2", "syntax", r"1:\d+", ""),
    ],
)
def test_a_wrong_line_is_shown_with_a_caret(
    cyclesim, tmp_path: Path, line: str, code: str, place: str, message: str
) -> None:
    (tmp_path / "bad.s").write_text(f"{line}\n")
    outcome = cyclesim("estimate", "bad.s", "--isa", "armv7", "--uarch", "a7")
    refused(outcome, 1, rf"bad\.s:{place}: error\[{code}\]: ")
    first, source, caret, *_ = outcome.err.splitlines()
    assert message in first
    assert source.strip() == line
    column = int(first.split(":")[2])
    assert caret.index("^") == 4 + column - 1


def test_all_errors_of_all_files_come_together(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "one.s").write_text("ldr x0, [x1\nfadd v0.4s,, v1.4s\n")
    (tmp_path / "two.s").write_text("bar x1\nfadd v0.4s, v1.4s\n")
    outcome = cyclesim("estimate", "one.s", "two.s", "nowhere.s", "--isa", "aarch64", "--uarch", "a53")
    refused(outcome, 1, r"one\.s:1:9: error\[syntax\]")
    first_lines = [line for line in outcome.err.splitlines() if "error[" in line]
    places = [line.partition(" error[")[0] for line in first_lines]
    assert places == ["one.s:1:9:", "one.s:2:12:", "two.s:1:1:", "two.s:2:1:", "error[input]: nowhere.s doesn't exist"]


def test_unknown_instructions_are_all_named_and_refuse_the_total(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "bad.s").write_text("fadd v0.4s, v1.4s, v2.4s\nfoo x1\nbar x2\n")
    outcome = cyclesim("estimate", "bad.s", "--isa", "aarch64", "--uarch", "a53")
    refused(outcome, 1, r"bad\.s:2:1: error\[unknown-instruction\]")
    assert "bad.s:3:1: error[unknown-instruction]" in outcome.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("// cyclesim-begin a\n" + LOOP, r"bad\.s:1:4: error\[region\]: the region 'a' never ends"),
        (LOOP + "// cyclesim-end\n", r"bad\.s:5:4: error\[region\]: this region end has no begin"),
        ("// cyclesim-begin a\n// cyclesim-end\n" + LOOP, r"bad\.s:1:4: error\[region\]: the region 'a' holds no"),
        ("// cyclesim-begin a ops=many\n" + LOOP + "// cyclesim-end\n", r"bad\.s:1:4: error\[region\]: `ops=many`"),
    ],
)
def test_region_markers_without_partner(cyclesim, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.s").write_text(text)
    refused(cyclesim("estimate", "bad.s", "--uarch", "a53"), 1, message)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--region", "nowhere"), 1, r"a\.s:1:1: error\[region\]: a\.s has no region 'nowhere'"),
        (("--lines", "90-99"), 1, r"a\.s:90:1: error\[region\]: no instruction in lines 90 to 99"),
        (("--lines", "9-3"), 2, r"error\[usage\]: --lines 9-3"),
        (("--lines", "some"), 2, r"error\[usage\]: --lines takes A-B"),
        (("--assume", "foo"), 2, r"error\[usage\]: --assume takes MNEMONIC=CLASS"),
        (("--assume", "foo=simd-alv"), 2, r"error\[usage\]: --assume foo=simd-alv: no timing class"),
        (("--format", "xml"), 2, r"usage: cyclesim estimate"),
        (("--whatif", "nowhere.yaml"), 1, r"error\[input\]: .*nowhere\.yaml"),
    ],
)
def test_options_that_make_no_sense(cyclesim, tmp_path: Path, words: tuple[str, ...], code: int, message: str) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    refused(cyclesim("estimate", "a.s", "--uarch", "a53", *words), code, message)


def test_an_unknown_core_names_the_nearest(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    outcome = cyclesim("estimate", "a.s", "--uarch", "a54")
    refused(outcome, 2, r"error\[unknown-core\]: no core named 'a54'")
    assert "a53" in outcome.err.splitlines()[1]


def test_a_core_of_another_instruction_set(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    refused(cyclesim("estimate", "a.s", "--uarch", "a7"), 2, r"error\[unknown-core\]: cortex-a7 does not run aarch64")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("issue_width: 2", "issue_width: two"), r"\./core\.yaml:\d+:\d+: error\[core-file\]: issue_width"),
        (("issue_width: 2", "issue_widht: 2"), r"\./core\.yaml:\d+:\d+: error\[core-file\]"),
        (("latency: 1", "latency: -1"), r"\./core\.yaml:\d+:\d+: error\[core-file\]: latency can't be negative"),
        (("uses: {multiply: 1}", "uses: {multiplier: 1}"), r"\./core\.yaml:\d+:\d+: error\[core-file\]: no unit"),
        (("timings:", "timings: ["), r"\./core\.yaml:\d+:\d+: error\[core-file\]"),
        (("name: cortex-a53", "name: &a [*a]"), r"\./core\.yaml:\d+:\d+: error\[core-file\]"),
    ],
)
def test_a_broken_core_file(cyclesim, tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = (ROOT / "uarch" / "cortex-a53.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "core.yaml").write_text(text.replace(*change, 1))
    (tmp_path / "a.s").write_text(LOOP)
    refused(cyclesim("estimate", "a.s", "--uarch", "./core.yaml"), 1, message)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"- a list\n", b"text"])
def test_a_file_that_is_no_core_file(cyclesim, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "core.yaml").write_bytes(content)
    (tmp_path / "a.s").write_text(LOOP)
    refused(
        cyclesim("estimate", "a.s", "--uarch", "./core.yaml"),
        1,
        r"\./core\.yaml:1:1: error\[core-file\]",
    )


def test_ten_megabytes_of_one_line(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "long.s").write_text("fadd v0.4s, v1.4s, " + "v" * 10_000_000)
    outcome = cyclesim("estimate", "long.s", "--isa", "aarch64", "--uarch", "a53")
    refused(outcome, 1, r"long\.s:1:20: error\[wrong-operands\]")
    assert len(outcome.err) < 2000


def test_a_comment_of_ten_megabytes_is_nothing(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    plain = cyclesim("estimate", "a.s", "--uarch", "a53")
    (tmp_path / "a.s").write_text(LOOP + "// " + "long " * 2_000_000 + "\n")
    assert cyclesim("estimate", "a.s", "--uarch", "a53") == plain


def test_two_hundred_thousand_instructions(cyclesim, tmp_path: Path) -> None:
    """As many as the four of a loop 50,000 times: exact, and the same per four."""
    body = "    fmla v0.4s, v1.4s, v2.4s\n    add x1, x1, #4\n    add x2, x2, #4\n    add x3, x3, #4\n"
    (tmp_path / "huge.s").write_text(f".Lloop:\n{body * 50_000}    b .Lloop\n")
    outcome = cyclesim("estimate", "huge.s", "--uarch", "a53", "--format", "csv")
    assert outcome.code == 0, outcome.err
    assert ",200001," in outcome.out


def test_standard_input() -> None:
    good = process("estimate", "-", "--uarch", "a53", text=LOOP)
    assert (good.returncode, good.stderr) == (0, b"")
    assert b"<stdin>: innermost loop .Lloop" in good.stdout
    bad = process("estimate", "-", "--uarch", "a53", text=LOOP.replace("v2.4s", "v42.4s"))
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert bad.stderr.startswith(b"<stdin>:2:24: error[syntax]")
    empty = process("estimate", "-", "--uarch", "a53")
    assert (empty.returncode, empty.stdout) == (1, b"")
    assert b"error[input]: <stdin> is empty" in empty.stderr


def test_a_failed_estimate_leaves_an_older_result_alone(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "bad.s").write_text("foo x1\n")
    (tmp_path / "result.txt").write_text("the older result")
    outcome = cyclesim("estimate", "bad.s", "--isa", "aarch64", "--uarch", "a53", "-o", "result.txt")
    refused(outcome, 1, r"bad\.s:1:1: ")
    assert (tmp_path / "result.txt").read_text() == "the older result"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.s", "result.txt"]


@pytest.mark.parametrize("target", ["nowhere/result.txt", "folder"])
def test_an_output_that_cannot_be_written(cyclesim, tmp_path: Path, target: str) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    (tmp_path / "folder").mkdir()
    refused(cyclesim("estimate", "a.s", "--uarch", "a53", "-o", target), 1, rf"error\[input\]: can't write {target}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.s", "folder"]


def test_a_result_file_is_the_printed_result(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    printed = cyclesim("estimate", "a.s", "--uarch", "a53")
    written = cyclesim("estimate", "a.s", "--uarch", "a53", "-o", "result.txt")
    assert (written.code, written.out, written.err) == (0, "", "")
    assert (tmp_path / "result.txt").read_text() == printed.out


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """`| head`: the pipe is closed before the first byte is written."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "cyclesim", "explain", "u8gemm_6x4.s", "--uarch", "a53"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full: a full disk can't be had here")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cyclesim", "estimate", "u8gemm_6x4.s", "--uarch", "a53"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"error[output]: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", [(), ("guess",), ("estimate",), ("estimate", "a.s"), ("isa",), ("uarch", "guess")])
def test_usage(cyclesim, words: tuple[str, ...]) -> None:
    refused(cyclesim(*words), 2, r"usage: cyclesim")


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "bad.yaml"),
        ("network", "bad.yaml", "--uarch", "g52"),
        ("validate", "bad.yaml"),
        ("run", "a.s", "--uarch", "a55", "--call", "bad.yaml"),
        ("estimate", "a.s", "--uarch", "a55", "--whatif", "bad.yaml"),
        ("estimate", "a.s", "--uarch", "./bad.yaml"),
        ("check", "a.s", "--baseline", "bad.yaml", "--uarch", "a55"),
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\0\1", b"[" * 5000, b"a: &a [*a]\n", b"!!python/object/apply:os.getcwd []\n", b"a: 1\na: 2\n", b"7"],
    ids=["empty", "binary", "deep", "itself", "tag", "twice", "number"],
)
def test_a_broken_data_file_of_every_verb(cyclesim, tmp_path: Path, words: tuple[str, ...], content: bytes) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    (tmp_path / "bad.yaml").write_bytes(content)
    outcome = cyclesim(*words)
    assert outcome.code in (1, 2), outcome
    assert outcome.out == ""
    assert "error[" in outcome.err and "Traceback" not in outcome.err
    assert len(outcome.err) < 20_000


@pytest.mark.parametrize(
    "verb", ["estimate", "explain", "graph", "timeline", "sensitivity", "compare", "report", "run"]
)
@pytest.mark.parametrize("name", ["t6", "bifrost/t6.bifrost.txt", "mine.txt"])
def test_a_listing_on_a_core_is_one_error(cyclesim, tmp_path: Path, verb: str, name: str) -> None:
    text = (ROOT / "kernels_asm" / "bifrost" / "t6.bifrost.txt").read_text(encoding="utf-8")
    (tmp_path / "mine.txt").write_text(text)
    outcome = cyclesim(verb, name, "--uarch", "a55")
    refused(outcome, 1, rf"error\[input\]: {re.escape(name)} is a GPU listing, and these cores run assembly")
    assert len(outcome.err.splitlines()) == 2


@pytest.mark.parametrize("verb", ["graph", "sensitivity", "compare", "report", "run"])
def test_a_gpu_where_assembly_is_wanted(cyclesim, verb: str) -> None:
    refused(cyclesim(verb, "t6", "--uarch", "g52"), 2, r"error\[unknown-core\]: mali-g52 schedules warps")


@pytest.mark.parametrize(
    "words",
    [("sweep", "plan.yaml"), ("check", "a.s"), ("isa", "coverage", "a.s"), ("validate", "calls.json")],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("jobs", ["0", "-3", "99999999999999999999"])
def test_a_number_of_processes(cyclesim, tmp_path: Path, words: tuple[str, ...], jobs: str) -> None:
    (tmp_path / "a.s").write_text(LOOP)
    refused(cyclesim(*words, "--jobs", jobs), 2, rf"error\[usage\]: --jobs {jobs}: at least 1 and at most")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("f: ldr q0, table\n ret\ntable: .quad 1, 2\n", "load of 16 bytes"),
        (".data\ntable: .word 1\n.text\nf: ldr x0, =table\n ldr w1, [x0]\n ret\n", "load of 4 bytes"),
        ("f: adrp x0, table\n add x0, x0, :lo12:table\n ret\n", "can't be executed"),
    ],
)
def test_tables_of_a_text_want_an_object(cyclesim, tmp_path: Path, code: str, message: str) -> None:
    (tmp_path / "code.s").write_text(code)
    outcome = cyclesim("run", "code.s", "--symbol", "f", "--uarch", "a55")
    refused(outcome, 1, r"code\.s:\d+:\d+: error\[execution\]: ")
    assert message in outcome.err and "--via cc" in outcome.err


def test_tables_are_there_in_what_a_compiler_makes(cyclesim, tmp_path: Path) -> None:
    pytest.importorskip("ziglang", reason="the extra `compile` is not installed")
    pytest.importorskip("capstone", reason="the extra `objects` is not installed")
    (tmp_path / "code.s").write_text("f: ldr x0, table\n ret\ntable: .quad 99\n")
    outcome = cyclesim("run", "code.s", "--via", "cc", "--symbol", "f", "--uarch", "a55")
    assert outcome.code == 0 and "returns 0x63" in outcome.out
    (tmp_path / "code.c").write_text("static const char t[4] = {1, 2, 3, 77};\nint f(int i) { return t[i & 3]; }\n")
    for isa, core in (("aarch64", "a55"), ("armv7", "a7")):
        outcome = cyclesim("run", "code.c", "--via", "cc", "--isa", isa, "--symbol", "f", "--arg", "3", "--uarch", core)
        assert outcome.code == 0 and "returns 0x4d" in outcome.out, outcome


def test_a_run_on_a_core_of_another_instruction_set(cyclesim, tmp_path: Path) -> None:
    (tmp_path / "code.s").write_text("f: add x0, x0, x1\n ret\n")
    refused(cyclesim("run", "code.s", "--uarch", "a7"), 2, r"error\[unknown-core\]: cortex-a7 does not run aarch64")


@pytest.mark.parametrize(("mnemonic", "types"), [("vld1", "vld1.8, vld1.16"), ("vmla", "vmla.f16, vmla.f32")])
def test_a_mnemonic_that_wants_its_type(cyclesim, mnemonic: str, types: str) -> None:
    outcome = cyclesim("isa", "show", mnemonic)
    refused(outcome, 1, rf"error\[unknown-instruction\]: no form of `{mnemonic}`")
    assert f"with its type: {types}" in outcome.err


@pytest.mark.parametrize("mnemonic", ["fmla", "vmla.f32", "ldr", "add"])
def test_forms_fit_into_a_hundred_columns(cyclesim, mnemonic: str) -> None:
    outcome = cyclesim("isa", "show", mnemonic, "--isa", "aarch64" if mnemonic != "vmla.f32" else "armv7")
    assert outcome.code == 0
    assert max(map(len, outcome.out.splitlines())) <= 100
