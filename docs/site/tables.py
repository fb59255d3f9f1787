"""Markdown tables of generated pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """The lines of a table, without columns that are empty throughout."""
    used = [at for at in range(len(headers)) if any(row[at] not in ("", None) for row in rows)]
    yield line([headers[at] for at in used])
    yield line(["---"] * len(used))
    for row in rows:
        yield line([row[at] for at in used])
    yield ""


def line(cells: Sequence[object]) -> str:
    return "| " + " | ".join("" if cell is None else str(cell).replace("|", "\\|") for cell in cells) + " |"


def code(text: object) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{text}`" if text not in ("", None) else ""


def plain(text: object) -> str:
    """Text that Markdown takes for itself."""
    written = " ".join(str(text or "").split())
    for character in "\\`*_<>[]":
        written = written.replace(character, "\\" + character)
    return written
