"""A small core file that checks clean, and ways to spoil it."""

from __future__ import annotations

import re

from cyclesim.machine.compiling import compile_text

CLASSES = ("alu", "load", "simd-mla")
CORE = """\
name: tiny
aliases: [t1]
title: A tiny core
kind: in-order
isas: [armv7]
picture: one box
sources:
  LAB: measured in a laboratory
  book: a book
issue_width: 2
units:
  pipe: {count: 2, title: pipelines, source: LAB, status: measured}
branches: {taken_bubble: 0, source: LAB, status: measured}
memory: {line_bytes: 64, unaligned_boundary: 8, unaligned_cycles: 1, store_to_load: 4, source: LAB, status: measured}
defaults: {base: 1, flags: 1}
co_issue:
- name: two-loads
  older: [load]
  younger: [memory]
  sentence: two loads do not co-issue
  source: LAB
  status: measured
shapes:
  one: [{uses: {pipe: 1}, cycles: 1}]
timings:
  alu:
  - {shape: one, latency: 1, source: LAB, status: measured}
  - {when: {shift: immediate}, latency: 2}
  load: {uses: {pipe: 1}, latency: 3, pairs_as: memory, source: "book: page 1", status: vendor}
  simd-mla: {shape: one, latency: 4, accumulate: 1, forward: mla, source: LAB, status: measured}
flat_sums:
  alu: {cycles: 1, source: LAB, status: talk}
"""


def spoiled(old: str, new: str, text: str = CORE) -> str:
    """The small core file with one passage changed."""
    assert old in text, old
    return text.replace(old, new, 1)


def errors(text: str, classes: tuple[str, ...] = CLASSES) -> list[str]:
    """`line:column message` of every error of a core file."""
    found = compile_text(text, "tiny.yaml", classes).errors
    return [f"{one.span.line}:{one.span.column} {one.message}" for one in found if one.span]


def place(text: str, passage: str) -> str:
    """`line:column` of a passage marked by `@` before it."""
    match = re.search(re.escape(passage), text)
    assert match, passage
    before = text[: match.start()]
    return f"{before.count(chr(10)) + 1}:{len(before) - (before.rfind(chr(10)) + 1) + 1}"
