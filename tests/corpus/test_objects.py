"""Libraries as Debian ships them: all NEON code decodes, and nearly every instruction resolves.

A slice of each library: members with assembly first, as many as fit in `SLICE` bytes of code. Skips are counted and
printed by pytest; the shares are ratchets.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cyclesim import isa
from cyclesim.asm import objects
from cyclesim.asm.objects import ObjectFile, Section, Selection, archive, program
from cyclesim.errors import CyclesimError
from tests.corpus import packages

pytest.importorskip("capstone", reason="capstone is not installed")

SLICE = 100_000
"""Bytes of code that are read of each library."""

RESOLVED = 0.998
LIBRARIES = ("libx264.a", "libvpx.a", "libavcodec.a", "libopenblas*-r*.a")


class Counts(NamedTuple):
    """Instructions of a slice: all, resolved, of SVE or SME, undecoded; functions with SIMD code: all, decoded."""

    instructions: int
    resolved: int
    scalable: int
    undecoded: int
    functions: int
    decoded: int


def members(path: Path) -> Iterator[ObjectFile]:
    """Members of an archive, those that assembly is made into first."""
    file = objects.open_object(str(path))
    names = archive.members(file.data, str(path))
    order = sorted(names, key=lambda one: ("neon" not in one.name and "-a-" not in one.name, one.ordinal))
    for one in order:
        yield from archive.objects(file, one.ordinal, one.ordinal + 1)


def measured(path: Path) -> Counts:
    total, left = Counts(0, 0, 0, 0, 0, 0), SLICE
    for member in members(path):
        for section in objects.code_sections(member):
            total = added(total, counts(member, section))
            left -= len(section.data)
        if left < 0:
            break
    return total


def counts(member: ObjectFile, section: Section) -> Counts:
    tables = isa.load(member.isa)
    code = objects.decode(member, section)
    resolved, scalable, vector = 0, 0, set[int]()
    for one in code.instructions:
        try:
            form = tables.resolve(one.instruction).form
            resolved += 1
            if form.class_.startswith("simd"):
                vector.add(one.address)
        except CyclesimError as error:
            scalable += error.code == "scalable"
    bad = {one.address for one in code.instructions if one.instruction.mnemonic == ".inst"}
    ranges = [
        range(one.address, one.section.address + one.end) for one in objects.functions(member) if one.section == section
    ]
    held = [one for one in ranges if any(place in one for place in vector)]
    decoded = sum(not any(place in one for place in bad) for one in held)
    return Counts(len(code.instructions), resolved, scalable, code.undecoded, len(held), decoded)


def added(one: Counts, other: Counts) -> Counts:
    return Counts(*(a + b for a, b in zip(one, other, strict=True)))


@pytest.mark.parametrize("architecture", packages.ARCHITECTURES)
@pytest.mark.parametrize("name", LIBRARIES)
def test_neon_functions_decode_and_instructions_resolve(name: str, architecture: str) -> None:
    found = measured(packages.library(name, architecture))
    assert found.instructions > 10_000 and found.undecoded == 0
    assert found.functions > 2 and found.decoded == found.functions
    assert found.resolved >= RESOLVED * (found.instructions - found.scalable), found


@pytest.mark.parametrize("architecture", packages.ARCHITECTURES)
def test_a_stripped_library_is_read_from_its_own_pointers(architecture: str) -> None:
    """libdav1d keeps no symbols of its assembly: its function pointers are followed, with their jump tables."""
    file = objects.open_object(str(packages.library("libdav1d.so.*.*", architecture)))
    text = file.section(".text")
    assert text is not None
    pointers = {one.addend for one in file.relocations() if one.type == "RELATIVE" and one.addend}
    starts = sorted(one for one in pointers if one and text.address <= one < text.address + text.size)
    assert len(starts) > 300
    tables, total, resolved, opaque = isa.load(file.isa), 0, 0, 0
    for start in starts[:: len(starts) // 60]:
        found = program.read(file, Selection(address=hex(start)))
        for instruction in found.instructions:
            total += 1
            opaque += instruction.mnemonic == ".inst"
            try:
                tables.resolve(instruction)
                resolved += 1
            except CyclesimError:
                pass
    assert total > 5_000 and opaque == 0 and resolved >= RESOLVED * total
