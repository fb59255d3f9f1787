"""The documents as pages: every link leads somewhere, nothing comes from outside, the tables' pages are complete."""

from __future__ import annotations

import contextlib
import json
import posixpath
import re
import xml.etree.ElementTree
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("markdown_it", reason="the extra `docs` is not installed")

from cyclesim.isa import ISAS, load
from cyclesim.isa.tables import read_classes
from cyclesim.issue.notbefore import KINDS
from cyclesim.machine.load import core_files, load_document
from docs.site import build as site
from docs.site import reference
from docs.site.markdown import render

LOADING = {
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
    ("object", "data"),
}
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Parsed(HTMLParser):
    """What a page says of itself. `targets`: (element, attribute, value); `anchors`: its ids; `unclosed`: elements whose
    end doesn't match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[tuple[str, str, str]] = []
        self.anchors: list[str] = []
        self.open: list[str] = []
        self.mismatched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.targets += [(tag, name, values[name]) for name in ("href", "src", "data") if name in values]
        self.anchors += [values["id"]] if "id" in values else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mismatched.append(tag)


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return reference.pages()


class Built(NamedTuple):
    folder: Path
    pages: dict[str, Parsed]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("site")
    # The pages are there all the same; one test names the links.
    with contextlib.suppress(site.BrokenLinks):
        site.build(folder)
    found = sorted(folder.rglob("*.html"))
    return Built(
        folder, {path.relative_to(folder).as_posix(): Parsed(path.read_text(encoding="utf-8")) for path in found}
    )


def test_every_document_has_a_page(built: Built) -> None:
    documents = {
        path.relative_to(site.ROOT / "docs").with_suffix(".html").as_posix()
        for path in (site.ROOT / "docs").rglob("*.md")
    }
    assert documents - {"README.html"} <= set(built.pages)
    assert "index.html" in built.pages


def inside(page: str, value: str) -> bool:
    return not re.match(r"[a-z]+:", value)


def test_every_link_leads_somewhere(built: Built) -> None:
    broken = []
    for page, parsed in built.pages.items():
        for _, _, value in parsed.targets:
            if not inside(page, value):
                continue
            file, _, place = value.partition("#")
            path = (built.folder / page).parent / file if file else built.folder / page
            name = path.resolve().relative_to(built.folder.resolve()).as_posix()
            if not path.is_file() or (place and place not in built.pages[name].anchors):
                broken.append(f"{page}: {value}")
    assert not broken, "\n".join(broken)


def test_no_page_loads_anything_from_outside(built: Built) -> None:
    loaded = {
        (page, value)
        for page, parsed in built.pages.items()
        for tag, name, value in parsed.targets
        if (tag, name) in LOADING
    }
    assert {(page, value) for page, value in loaded if not inside(page, value) and value != "data:,"} == set()
    assert loaded, "pages have a style and a script"


def test_styles_and_scripts_name_no_address(built: Built) -> None:
    for name in site.ASSETS:
        text = (built.folder / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|//\w+\.|@import|url\(", text), name


def test_elements_are_closed_and_anchors_stand_once(built: Built) -> None:
    for page, parsed in built.pages.items():
        assert not parsed.mismatched and not parsed.open, page
        assert len(parsed.anchors) == len(set(parsed.anchors)), page


def test_every_page_can_be_reached_from_the_first(built: Built) -> None:
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        page = waiting.pop()
        folder = posixpath.dirname(page)
        files = {
            value.partition("#")[0] for tag, _, value in built.pages[page].targets if tag == "a" and inside(page, value)
        }
        named = {posixpath.normpath(posixpath.join(folder, file)) for file in files if file.endswith(".html")}
        waiting += [name for name in sorted(named - reached) if name in built.pages]
        reached |= named & set(built.pages)
    assert reached == set(built.pages)


def test_the_search_knows_every_page(built: Built) -> None:
    text = (built.folder / "search.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("window.searchIndex = "))
    assert {entry["page"] for entry in entries} == set(built.pages)
    assert all(entry["title"] for entry in entries)


def test_two_builds_are_equal(made: Mapping[str, str]) -> None:
    reference.forms.cache_clear()
    reference.cores.cache_clear()
    assert reference.pages.__wrapped__() == made


def test_a_broken_link_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = site.Page("docs/x.md", "x.html", "project", "# X\n\n[nowhere](nowhere.md)\n")
    monkeypatch.setattr(site, "documents", lambda: iter([broken]))
    monkeypatch.setattr(site, "generated", lambda: iter([]))
    with pytest.raises(site.BrokenLinks, match=r"docs/x\.md: nowhere\.md"):
        site.build(tmp_path / "site")


def rows_of(text: str, header: str) -> Iterator[str]:
    """First cells of the rows of all tables whose first column has this header."""
    inside_table = False
    for line in text.splitlines():
        if line.startswith(f"| {header} |"):
            inside_table = True
        elif not line.startswith("|"):
            inside_table = False
        elif inside_table and not line.startswith("| ---"):
            yield re.split(r"(?<!\\) \|(?: |$)", line.removeprefix("| "))[0].strip("`").replace("\\|", "|")


@pytest.mark.parametrize("isa", ISAS)
def test_every_form_stands_on_its_page_once(made: Mapping[str, str], isa: str) -> None:
    shown = Counter(form for name, text in made.items() if name.startswith(f"{isa}-") for form in rows_of(text, "form"))
    loaded = load(isa)
    assert shown == Counter(pattern.text for name in loaded.mnemonics() for pattern in loaded.patterns(name))


def test_every_class_stands_in_the_list_of_classes(made: Mapping[str, str]) -> None:
    assert list(rows_of(made["classes"], "class")) == list(read_classes())


def test_every_core_shows_every_row_of_its_timing_and_its_source(made: Mapping[str, str]) -> None:
    for path in core_files():
        document = load_document(path)
        text = made[f"core-{document['name']}"]
        assert document["picture"].rstrip("\n") in text
        assert list(rows_of(text, "tag")) == list(document["sources"])
        if "timings" in document:
            assert len(list(rows_of(text, "class"))) == sum(map(len, document["timings"].values()))
            assert len(list(rows_of(text, "rule"))) == len(document.get("co_issue", []))
            assert list(rows_of(text, "unit")) == list(document["units"])
        else:
            assert list(rows_of(text, "number")) == list(document["numbers"])


def test_the_timing_of_a_form_stands_below_it(made: Mapping[str, str]) -> None:
    """VPADAL holds the pipeline of a Cortex-A53 for two cycles."""
    text = made["armv7-simd-arithmetic"]
    section = text.partition("## simd-padal")[2].partition("\n## ")[0]
    assert "`vpadal.u16 Qd, Qm`" in section
    row = next(line for line in section.splitlines() if line.startswith("| [a53](core-cortex-a53.md)"))
    assert "neon 2" in row


def test_every_kernel_has_a_schedule_or_says_why_not(made: Mapping[str, str]) -> None:
    text = made["kernels"]
    folder = site.ROOT / "kernels_asm"
    names = [name.partition("]")[0].lstrip("[") for name in rows_of(text, "kernel") if name]
    assert names == [path.stem for isa in ISAS for path in sorted((folder / isa).glob("*.yaml"))]
    assert " 117 | pairing | 117 |" in text, "the kernel of the README's table"


def test_the_reasons_are_linked_and_complete(built: Built) -> None:
    assert set(KINDS) <= set(built.pages["reference/reasons.html"].anchors)


def test_sessions_tell_what_was_typed() -> None:
    body = render("# x\n\n```console\n$ cyclesim estimate a.s\nprinted <b>\n```\n", lambda target: target).body
    figure = xml.etree.ElementTree.fromstring(body[body.index("<figure") :])
    typed = figure.find(".//b")
    assert typed is not None and "".join(typed.itertext()) == "$ cyclesim estimate a.s"
    assert "printed <b>" in "".join(figure.itertext())


def test_assembly_shows_labels_mnemonics_and_comments() -> None:
    body = render(
        "# x\n\n```asm file=a.s\nloop:\n        vadd.i32 q0, q1, q2  @ <sum>\n```\n", lambda target: target
    ).body
    for part in (
        '<span class="nl">loop:</span>',
        '<span class="k">vadd.i32</span>',
        '<span class="c">@ &lt;sum&gt;</span>',
    ):
        assert part in body
    assert "<figcaption>a.s</figcaption>" in body
