"""Markdown to HTML: CommonMark with tables, anchors as on code hosts, sessions and listings in colour."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

LEXERS = {"c": "c", "python": "python", "yaml": "yaml", "json": "json", "sh": "bash", "toml": "toml"}


class Heading(NamedTuple):
    """`level` counts from 1; `text` is plain."""

    level: int
    anchor: str
    text: str


class Rendered(NamedTuple):
    """A page without its frame. `text` is what a search reads."""

    title: str
    body: str
    headings: tuple[Heading, ...]
    text: str


def anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def render(source: str, link: Callable[[str], str]) -> Rendered:
    """The HTML of a document. `link` turns a link's target as written into one of the site."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(anchors_plugin, max_level=4, slug_func=anchor)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("table_open", lambda *_: '<div class="table"><table>\n')
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    tokens = parser.parse(source)
    for token in tokens:
        for child in token.children or ():
            for name in ("href", "src"):
                if name in child.attrs:
                    child.attrSet(name, link(str(child.attrs[name])))
    headings = tuple(_headings(tokens))
    title = headings[0].text if headings else ""
    return Rendered(title, parser.renderer.render(tokens, parser.options, {}), headings, _words(tokens))


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    pairs = pairwise(tokens)
    return [
        Heading(int(opening.tag[1:]), str(opening.attrs.get("id", "")), _plain(inline))
        for opening, inline in pairs
        if opening.type == "heading_open"
    ]


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _words(tokens: Sequence[Token]) -> str:
    """The prose of a page, without its listings."""
    return " ".join(_plain(token) for token in tokens if token.type == "inline")


def _fence(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    token = tokens[index]
    language, *words = token.info.split() or [""]
    names = [word.removeprefix("file=") for word in words if word.startswith("file=")]
    caption = f"<figcaption>{html.escape(names[0])}</figcaption>" if names else ""
    body = _session(token.content) if language == "console" else _coloured(token.content, language)
    kind = html.escape(language or "text")
    return f'<figure class="code {kind}">{caption}<pre tabindex="0"><code>{body}</code></pre></figure>\n'


def _session(text: str) -> str:
    """What was typed stands out from what was printed."""
    lines = []
    for line in text.rstrip("\n").split("\n"):
        shown = html.escape(line, quote=False)
        lines.append(f'<b class="typed"><i>$</i>{shown[1:]}</b>' if line.startswith("$ ") else shown)
    return "\n".join(lines) + "\n"


def _coloured(text: str, language: str) -> str:
    if language == "asm":
        return _assembly(text)
    if language not in LEXERS:
        return html.escape(text, quote=False)
    return str(highlight(text, get_lexer_by_name(LEXERS[language], stripnl=False), HtmlFormatter(nowrap=True)))


LINE = re.compile(r"^(?P<label>\s*[\w.$]+:)?(?P<space>\s*)(?P<word>[.\w]+)?(?P<rest>.*?)(?P<comment>(?://|@|/\*).*)?$")


def _assembly(text: str) -> str:
    """Labels, mnemonics and comments of assembly lines; no lexer of Pygments knows the comments of both dialects."""
    return "\n".join(_assembly_line(line) for line in text.rstrip("\n").split("\n")) + "\n"


def _assembly_line(line: str) -> str:
    parts = LINE.match(line)
    assert parts is not None, "every part may be absent"
    classes = (("label", "nl"), ("space", ""), ("word", "k"), ("rest", ""), ("comment", "c"))
    shown = [(html.escape(parts[name] or "", quote=False), kind) for name, kind in classes]
    return "".join(f'<span class="{kind}">{text}</span>' if kind and text else text for text, kind in shown)
