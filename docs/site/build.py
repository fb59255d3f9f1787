"""The site: which pages there are, how they hang together, and their files."""

from __future__ import annotations

import html
import json
import os
import posixpath
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import NamedTuple

from docs.site import reference
from docs.site.markdown import Rendered, render

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ASSETS = ("style.css", "site.js")
OTHERS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "kernels_asm/README.md", "benchmarks/README.md")
"""Documents outside `docs/`, by their place in the checkout."""
SECTIONS = {
    "tutorials": "Tutorials",
    "course": "Course",
    "howto": "How to",
    "reference": "Reference",
    "tables": "Tables",
    "explanation": "Explanation",
    "project": "Project",
}
WORDS_OF_A_PAGE = 4000
"""Characters of a page that its entry in the search holds; the tables' pages have long ones."""


class BrokenLinks(Exception):
    """Links that lead nowhere: a line each, the document and the target."""


class Page(NamedTuple):
    """`source`: place in the checkout (of generated pages: where they would stand); `output`: place in the site."""

    source: str
    output: str
    section: str
    text: str


def build(folder: Path) -> list[Page]:
    """Write the whole site to `folder`, which is replaced. Raises BrokenLinks, after writing."""
    pages = [*documents(), *generated()]
    outputs = {page.source: page.output for page in pages}
    copied: set[str] = set()
    broken: list[str] = []
    rendered = {page.output: render(page.text, _linker(page, outputs, copied, broken)) for page in pages}
    frame = Template((HERE / "page.html").read_text(encoding="utf-8"))
    if folder.exists():
        shutil.rmtree(folder)
    for page in pages:
        _write(folder / page.output, _framed(frame, page, pages, rendered))
    for name in ASSETS:
        _write(folder / name, (HERE / name).read_text(encoding="utf-8"))
    _write(folder / "search.js", _search_index(pages, rendered))
    for source in sorted(copied):
        _write(folder / "files" / source, (ROOT / source).read_text(encoding="utf-8"))
    if broken:
        raise BrokenLinks("\n".join(broken))
    return pages


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def documents() -> Iterator[Page]:
    """The written pages, in the order in which the index names them."""
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    yield Page("docs/README.md", "index.html", "", index)
    for target in dict.fromkeys(re.findall(r"\]\(([\w/.-]+\.md)\)", index)):
        text = (ROOT / "docs" / target).read_text(encoding="utf-8")
        yield Page(f"docs/{target}", f"{target.removesuffix('.md')}.html", target.partition("/")[0], text)
    for name in OTHERS:
        output = f"project/{name.removesuffix('.md').replace('/', '-').lower()}.html"
        yield Page(name, output, "project", (ROOT / name).read_text(encoding="utf-8"))


def generated() -> Iterator[Page]:
    """The pages that the tables, cores and kernels make."""
    for name, text in reference.pages().items():
        yield Page(f"docs/tables/{name}.md", f"tables/{name}.html", "tables", text)


def _linker(page: Page, outputs: Mapping[str, str], copied: set[str], broken: list[str]) -> Callable[[str], str]:
    """Targets in a page of the checkout to targets in the site. Files that are no pages are added to `copied`, targets
    that don't exist to `broken`."""

    def link(target: str) -> str:
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return target
        file, hash_, place = target.partition("#")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(page.source), file))
        if source in outputs:
            output = outputs[source]
        elif (ROOT / source).is_file():
            copied.add(source)
            output = f"files/{source}"
        else:
            broken.append(f"{page.source}: {target}")
            return target
        return _relative(page, output) + hash_ + place

    return link


def _relative(page: Page, output: str) -> str:
    return posixpath.relpath(output, posixpath.dirname(page.output) or ".")


def _framed(frame: Template, page: Page, pages: Sequence[Page], rendered: Mapping[str, Rendered]) -> str:
    this = rendered[page.output]
    root = posixpath.relpath(".", posixpath.dirname(page.output) or ".")
    return frame.substitute(
        title=html.escape(this.title if page.output != "index.html" else "cyclesim"),
        root=root,
        navigation=_navigation(page, pages, rendered),
        body=this.body,
        contents=_contents(this),
        around=_around(page, pages, rendered),
        section=html.escape(SECTIONS.get(page.section, "")),
    )


def _navigation(page: Page, pages: Sequence[Page], rendered: Mapping[str, Rendered]) -> str:
    parts = []
    for section, title in SECTIONS.items():
        members = [one for one in pages if one.section == section]
        items = "".join(_item(page, one, rendered[one.output].title) for one in members)
        opened = " open" if section == page.section or (not page.section and section in ("tutorials", "course")) else ""
        parts.append(f"<details{opened}><summary>{title}</summary><ul>{items}</ul></details>")
    return "\n".join(parts)


def _item(page: Page, one: Page, title: str) -> str:
    current = ' aria-current="page"' if one.output == page.output else ""
    return f'<li><a href="{_relative(page, one.output)}"{current}>{html.escape(title)}</a></li>'


def _contents(this: Rendered) -> str:
    """The second-level headings, when there are enough of them to choose from."""
    wanted = [one for one in this.headings if one.level in (2, 3)]
    wanted = wanted if len(wanted) <= 40 else [one for one in wanted if one.level == 2]
    if len(wanted) < 3:
        return ""
    items = "".join(
        f'<li class="h{one.level}"><a href="#{one.anchor}">{html.escape(one.text)}</a></li>' for one in wanted
    )
    return f'<nav class="contents" aria-label="On this page"><p>On this page</p><ul>{items}</ul></nav>'


def _around(page: Page, pages: Sequence[Page], rendered: Mapping[str, Rendered]) -> str:
    """Links to the pages before and after of the same section."""
    members = [one for one in pages if one.section == page.section]
    place = members.index(page)
    before = members[place - 1] if place else None
    after = members[place + 1] if place + 1 < len(members) else None
    parts = []
    for one, word in ((before, "before"), (after, "next")):
        if one is not None:
            title = html.escape(rendered[one.output].title)
            parts.append(f'<a class="{word}" href="{_relative(page, one.output)}"><small>{word}</small>{title}</a>')
    return "".join(parts)


def _search_index(pages: Sequence[Page], rendered: Mapping[str, Rendered]) -> str:
    """A script, not a data file: pages opened from a disk may load the one and not the other."""
    entries = [
        {
            "page": page.output,
            "title": rendered[page.output].title,
            "section": SECTIONS.get(page.section, ""),
            "headings": [[one.text, one.anchor] for one in rendered[page.output].headings[1:]],
            "text": rendered[page.output].text[:WORDS_OF_A_PAGE],
        }
        for page in pages
    ]
    return f"window.searchIndex = {json.dumps(entries, ensure_ascii=False, separators=(',', ':'))}{os.linesep}"
