"""Terminal sessions in Markdown: found, run, and compared with what the document shows.

A block ```` ```LANGUAGE file=NAME ```` is a file of the document's own folder. A block ```` ```console ```` is a session: lines
`$ command` and their output, diagnostics included. Commands are `cyclesim …` (in this process), `python NAME` (a file
of the document), `cat NAME` and `echo $?`; `< NAME` and `> NAME` redirect. ```` ```console head=N ```` shows the first N lines
of every output and `…` for the rest.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cyclesim.cli import main

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*) *(?P<words>[^`]*)$")
TIMEOUT = 60


class Block(NamedTuple):
    """A fenced block. `start` and `end` are the indices of its first line and of its closing fence; `lines` are without
    the `indent` of the fence."""

    language: str
    words: dict[str, str]
    indent: str
    start: int
    end: int
    lines: list[str]


def blocks_of(text: str) -> Iterator[Block]:
    lines = text.split("\n")
    opened: tuple[int, re.Match[str]] | None = None
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened = number + 1, fence
        elif opened is not None and line.strip() == "```":
            start, first = opened
            words = dict(word.partition("=")[::2] for word in first["words"].split())
            body = [one.removeprefix(first["indent"]) for one in lines[start:number]]
            yield Block(first["language"], words, first["indent"], start, number, body)
            opened = None
    assert opened is None, f"line {opened and opened[0]}: the block never ends"


class Terminal:
    """Runs commands in the current folder and remembers the exit code of the last."""

    def __init__(self) -> None:
        self.code = 0

    def run(self, command: str) -> str:
        words, standard_input, output_file = redirections(shlex.split(command))
        if words[0] == "echo" and words[1:] == ["$?"]:
            return f"{self.code}\n"
        if words[0] == "cat":
            return "".join(Path(name).read_text(encoding="utf-8") for name in words[1:])
        if words[0] == "python":
            text = self._python(words[1:])
        else:
            assert words[0] == "cyclesim", f"`$ {command}`: sessions run cyclesim, python, cat and echo $?"
            text = self._cyclesim(words[1:], standard_input, output_file)
        return text

    def _cyclesim(self, words: list[str], standard_input: str, output_file: str) -> str:
        both = io.StringIO()
        out = io.StringIO() if output_file else both
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", "100")
            if standard_input:
                patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(standard_input).read_bytes())))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(both):
                self.code = main(words)
        if output_file:
            Path(output_file).write_text(out.getvalue(), encoding="utf-8")
        return both.getvalue()

    def _python(self, words: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        self.code = done.returncode
        return done.stdout


def redirections(words: list[str]) -> tuple[list[str], str, str]:
    """The words of a command without `< NAME` and `> NAME`, and those names."""
    named = {"<": "", ">": ""}
    rest: list[str] = []
    for word in words:
        if rest and rest[-1] in named:
            named[rest.pop()] = word
        else:
            rest.append(word)
    return rest, named["<"], named[">"]


def played(text: str) -> str:
    """The document with every session as it runs now. Files go to the current folder as they come."""
    lines, shift, terminal = text.split("\n"), 0, Terminal()
    for block in blocks_of(text):
        if "file" in block.words:
            Path(block.words["file"]).write_text("\n".join([*block.lines, ""]), encoding="utf-8")
        if block.language != "console":
            continue
        now: list[str] = []
        for line in block.lines:
            if line.startswith("$ "):
                now += [line, *shown(terminal.run(line[2:]), int(block.words.get("head", 0)))]
        lines[block.start + shift : block.end + shift] = [(block.indent + line).rstrip() for line in now]
        shift += len(now) - len(block.lines)
    return "\n".join(lines)


def shown(output: str, head: int) -> list[str]:
    lines = [line.rstrip() for line in output.rstrip("\n").split("\n")] if output.strip() else []
    return [*lines[:head], "…"] if head and len(lines) > head else lines
