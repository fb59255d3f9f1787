"""Documents say what the program does: sessions run as printed, every word of an interface has its place, links hold."""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import cyclesim
from cyclesim.cli import VERBS, main, verb_parser
from cyclesim.errors import CyclesimError
from cyclesim.gpu import warps
from cyclesim.isa import notation
from cyclesim.isa import rows as isa_rows
from cyclesim.issue.notbefore import KINDS
from cyclesim.machine import timing, vocabulary
from tests.unit.sessions import blocks_of, played

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
    *sorted((ROOT / "benchmarks").glob("*.md")),
    *sorted((ROOT / "kernels_asm").glob("*.md")),
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path | str) -> str:
    return (DOCS / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_sessions_run_as_printed(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if (files := document.with_suffix("")).is_dir():
        # A document may have a folder of its name with the files that its sessions use.
        shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    text = document.read_text(encoding="utf-8")
    now = played(text)
    if update_golden and now != text:
        document.write_text(now, encoding="utf-8")
    elif now != text:
        changes = difflib.unified_diff(text.splitlines(), now.splitlines(), name_of(document), "now", lineterm="")
        pytest.fail("\n".join(changes) + "\n(after a look at the changes: pytest --update-golden)", pytrace=False)


def test_the_main_documents_show_real_sessions() -> None:
    """A document that loses its sessions would pass everything else."""
    for name in ("README.md", "docs/tutorials/first-estimate.md", "docs/reference/cli.md"):
        assert any(block.language == "console" for block in blocks_of((ROOT / name).read_text(encoding="utf-8"))), name


def headings(text: str) -> list[str]:
    """Headings outside fenced blocks, without their marks."""
    fenced = {number for block in blocks_of(text) for number in range(block.start, block.end)}
    lines = [line for number, line in enumerate(text.split("\n")) if number not in fenced]
    return [line.lstrip("# ").strip() for line in lines if re.match(r"#+ ", line)]


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                yield document, target


def test_links_lead_somewhere() -> None:
    broken = []
    for document, target in links():
        file, _, place = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        if not path.exists() or not path.is_relative_to(ROOT):
            broken.append(f"{name_of(document)}: {target}")
        elif place and place not in map(anchor, headings(path.read_text(encoding="utf-8"))):
            broken.append(f"{name_of(document)}: no heading {target}")
    assert not broken, "\n".join(broken)


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    targets = [(document, (document.parent / target.partition("#")[0]).resolve()) for document, target in links()]
    while waiting:
        document = waiting.pop()
        reached.add(document)
        waiting += [target for source, target in targets if source == document and target not in reached]
    assert {name_of(path) for path in DOCUMENTS if path not in reached} == set()


def test_paths_in_documents_exist() -> None:
    folders = "cyclesim|uarch|kernels_asm|tests|docs|benchmarks"
    missing = []
    for document in DOCUMENTS:
        for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", document.read_text(encoding="utf-8")):
            if not (ROOT / path).exists():
                missing.append(f"{name_of(document)}: {path}")
    assert not missing, "\n".join(missing)


def test_make_targets_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        commands = [line for block in blocks_of(text) if block.language == "sh" for line in block.lines]
        quoted = re.findall(r"`(make [a-z-]+)`", text)
        named = {match[1] for line in [*commands, *quoted] if (match := re.match(r"make ([a-z-]+)", line))}
        assert named <= targets, name_of(document)


def test_every_reason_has_a_heading_and_a_next_step() -> None:
    found = sections(read("reference/reasons.md"))
    of_warps = [kind for kind in warps.KINDS if kind not in KINDS]
    assert tuple(found) == (*KINDS, *of_warps), "the order decides between equal answers, so the document has it too"
    assert [kind for kind, text in found.items() if "\nWhat to do: " not in text] == []


def test_the_index_lists_every_document() -> None:
    listed = {target for document, target in links() if document == DOCS / "README.md"}
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"README.md"}
    assert {target.partition("#")[0] for target in listed} == there


def sections(text: str) -> dict[str, str]:
    """Second-level headings to their text."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {heading.strip().strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """All actions of a parser and of its subparsers; a subparser's name comes as an action too."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                yield from actions(sub)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_is_in_the_reference(verb: str) -> None:
    text = sections(read("reference/cli.md"))
    place = text[verb] + text["Options of several verbs"]
    missing = []
    for action in actions(verb_parser(verb)):
        words = list(action.option_strings) if action.option_strings else list(action.choices or [])
        missing += [word for word in words if word not in ("-h", "--help") and f"`{word}" not in place]
    assert not missing


def test_the_reference_lists_no_verb_that_does_not_exist() -> None:
    others = {"Options of several verbs", "Exit codes", "Environment", "Input"}
    assert set(sections(read("reference/cli.md"))) - others == set(VERBS)


def error_classes() -> list[type[CyclesimError]]:
    """Every class of errors that is printed: neither the bare base nor a bundle of several."""
    for module in pkgutil.walk_packages(cyclesim.__path__, "cyclesim."):
        if module.name != "cyclesim.__main__":
            importlib.import_module(module.name)
    found, waiting = [], [CyclesimError]
    while waiting:
        class_ = waiting.pop()
        waiting += class_.__subclasses__()
        found.append(class_)
    return [class_ for class_ in found if class_.code not in ("error", "many")]


OUTPUT_ERROR = ("output", 1)
"""Printed by the command line itself, when standard output fails."""


def test_every_error_code_has_a_heading() -> None:
    found = {heading.strip("`") for heading in headings(read("reference/errors.md")) if heading.startswith("`")}
    assert found == {OUTPUT_ERROR[0], *(class_.code for class_ in error_classes())}


def test_the_exit_code_of_every_error_is_stated() -> None:
    rows = re.findall(r"^\| (\[`.*) \| (\d) \|$", read("reference/errors.md"), re.MULTILINE)
    stated = {(code, int(number)) for codes, number in rows for code in re.findall(r"\[`([\w-]+)`\]", codes)}
    assert stated == {OUTPUT_ERROR, *((class_.code, class_.exit_code) for class_ in error_classes())}


def quoted(text: str) -> set[str]:
    """Words in backticks, those of a list too: `a`, `b | c`, `key: value`."""
    return {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"[\s:|,\[\]{}()]+", code)}


def test_every_key_of_a_core_file_is_described() -> None:
    keys = {name for group in dir(vocabulary) if group.endswith("_KEYS") for name in getattr(vocabulary, group)}
    words = {*keys, *vocabulary.FEATURES, *vocabulary.KINDS, *timing.STATUSES, *timing.SLOTS, *timing.NEED_ROLES}
    words |= {*vocabulary.ISAS, *vocabulary.MODES, *vocabulary.SHIFTS, *vocabulary.BRANCHES} - {""}
    assert words - quoted(read("reference/core-files.md")) == set()


def test_every_key_and_mode_of_an_isa_row_is_described() -> None:
    words = {*isa_rows.KEYS, *isa_rows.FLAG_WORDS, *isa_rows.ACCESSES, *isa_rows.BRANCHES, *isa_rows.ORDERS}
    words |= set(notation.MODES)
    assert words - quoted(read("reference/isa-tables.md")) == set()


FREE_NAMES = {
    "numbers",
    "trips",
    "messages",
    "core_cycles",
    "levels",
    "cores",
    "fits",
    "stalls",
    "evidence",
    "sources",
    "units",
    "timings",
    "shapes",
    "flat_sums",
    "uses",
    "needs",
    "when",
}
"""Maps whose keys are names, not words of the schema."""


def keys_of(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from keys_of(item)
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            # `rows` of `uarch list` is a map by status, elsewhere it is a list.
            if key not in FREE_NAMES and not (key == "rows" and isinstance(item, dict)):
                yield from keys_of(item)


@pytest.mark.parametrize(
    "words",
    [
        "estimate u8gemm_6x4.s --uarch a53",
        "explain u8gemm_6x4.s --uarch a53",
        "graph u8gemm_6x4.s --uarch a53",
        "reproduce talk",
        "reproduce mali",
        "estimate t6 --uarch g52",
        "explain t6 --uarch g52",
        "network repvgg-a2 --uarch g52,a53",
        "uarch show g52",
        "isa list --isa armv7",
        "isa show vmla.f32",
        "isa check",
        "isa coverage",
        "compare u8gemm_6x4 aarch64/u8gemm_6x4 u8gemm_6x4_dp4a@dp4a --uarch a7,a53",
        "sensitivity u8gemm_3x8 --uarch a53",
        "uarch list",
        "uarch show a53",
        "uarch show a53 --class simd-load",
        "uarch check",
    ],
)
def test_every_json_key_is_described(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words.split(), "--format", "json"]) == 0
    described = quoted(read("reference/json.md"))
    if words.startswith("uarch show"):
        described |= quoted(read("reference/core-files.md")) | quoted(read("reference/warps-core-files.md"))
    assert set(keys_of(json.loads(capsys.readouterr().out))) - described == set()


def test_every_json_key_of_a_failed_check_is_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: broken\nunits: many\n", encoding="utf-8")
    assert main(["uarch", "check", str(broken), "--format", "json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["errors"]
    assert set(keys_of(report)) - quoted(read("reference/json.md")) == set()


def test_a_stall_table_in_json_names_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    main(["estimate", "u8gemm_6x4.s", "--uarch", "a53", "--format", "json"])
    (estimate,) = json.loads(capsys.readouterr().out)["estimates"]
    assert estimate["stalls"]
    assert set(estimate["stalls"]) <= set(KINDS)
    assert set(estimate["evidence"]) <= set(timing.STATUSES)
