"""The shipped listings compute what their sidecars say, and are what they say of themselves."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
import yaml

from cyclesim import resources
from cyclesim.gpu import control_flow, opcodes, statistics, validity
from cyclesim.gpu.listing import parse
from cyclesim.gpu.nouns import Listing
from tests.unit.gpu.interpreter import Thread, bits, number

FOLDER = Path(resources.data_folder("kernels_asm")) / "bifrost"
NAMES = sorted(path.name.removesuffix(".bifrost.txt") for path in FOLDER.glob("*.bifrost.txt"))

PUBLISHED = {
    # clause sizes, FMA- and ADD-slot instructions, FMA.f32 of the published tests; two first clauses of loads in T1,
    # three in the others (collabora/compute-benchmarks, nbs/A1 and nbs/A2)
    "t1": ([2, 2, 2, 8, 8, 3], 22, 8, 16),
    "t2": ([2, 2, 3, *[8] * 7, 2], 57, 16, 48),
    "t3": ([2, 7, *[8] * 15], 115, 32, 107),
    "t4": ([2, 6, 4, 4, *[8] * 22, 5], 178, 37, 169),
    "t5": ([1, 6, 4, 6, *[8] * 22], 177, 34, 169),
    "t5b": ([2, 3, 6, 2, *[8] * 37], 273, 60, 261),
    "t6": ([6, 2, 1, 3, 8, 4, 8, 8, 8, 4], 37, 38, 27),
    "t7": ([6, 7, 1, 1, 8, 8, 8, 4, 8, 8, 8, 4], 55, 51, 39),
}


@cache
def kernel(name: str) -> Listing:
    path = FOLDER / f"{name}.bifrost.txt"
    return parse(path.read_text(encoding="utf-8"), path.name)


def sidecar(name: str) -> dict[str, object]:
    document = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("name", NAMES)
def test_known_valid_and_recounted(name: str) -> None:
    listing = kernel(name)
    opcodes.require_known(listing)
    assert validity.check(listing) == ()
    assert listing.stated
    assert statistics.differences(statistics.count(listing), listing.stated) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_sidecar_describes_the_listing(name: str) -> None:
    listing, document = kernel(name), sidecar(name)
    shape, launch = document["shape"], document["launch"]
    assert isinstance(shape, dict) and isinstance(launch, dict)
    assert shape["clauses"] == [len(clause.tuples) for clause in listing.clauses]
    assert shape["tuples"] == sum(shape["clauses"])
    assert shape["work_registers"] == (32 if statistics.full_occupancy(listing) else 64)
    times = control_flow.executed(listing, launch.get("trips", {}))
    table = opcodes.load()
    counted = sum(
        times[clause.number] * table.operations(slot)
        for clause in listing.clauses
        for pair in clause.tuples
        for slot in pair
    )
    assert counted == document["operations_per_thread"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_shape_is_the_published_one(name: str) -> None:
    sizes, fma, add, multiplies = PUBLISHED[name]
    listing = kernel(name)
    pairs = [pair for clause in listing.clauses for pair in clause.tuples]
    assert [len(clause.tuples) for clause in listing.clauses] == sizes
    assert sum(not pair.fma.idle for pair in pairs) == fma
    assert sum(not pair.add.idle for pair in pairs) == add
    assert sum(pair.fma.name.startswith("FMA.f32") for pair in pairs) == multiplies


def test_published_iterations() -> None:
    tuples = {"t6": 13041, "t7": 8046}
    for name, count in tuples.items():
        listing = kernel(name)
        times = control_flow.executed(listing, {"clause_6": 1000 if name == "t6" else 250})
        assert sum(times[clause.number] * len(clause.tuples) for clause in listing.clauses) == count


ORDERS = ((0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0))
Vector = list[float]


def dots(a: Sequence[float], b: Sequence[float]) -> Vector:
    return [sum(a[k] * b[order[k]] for k in range(4)) for order in ORDERS]


def total(*vectors: Sequence[float]) -> Vector:
    return [sum(parts) for parts in zip(*vectors, strict=True)]


def quarter(vector: Sequence[float]) -> Vector:
    return [one / 4 for one in vector]


def expected_texel(name: str, x: Vector, y: Vector, z: Vector) -> Vector:
    """What T1-T5b store, from their description."""
    if name == "t1":
        return dots(x, y)
    first = dots(x, y)
    result = total(first, dots(x, z), dots(y, z))
    if name == "t2":
        return result
    own = {"x": dots(x, x), "y": dots(y, y), "z": dots(z, z)}
    texels = {"x": x, "y": y, "z": z}
    result = total(result, *own.values(), quarter(dots(first, z)))
    result[0] += -5.0 if name == "t3" else 9.0
    for mine in own if name != "t3" else ():
        for other in texels if name == "t5b" else mine:
            result = total(result, quarter(dots(own[mine], texels[other])))
    return result


@pytest.mark.parametrize("name", ["t1", "t2", "t3", "t4", "t5", "t5b"])
def test_image_kernels_compute_their_texel(name: str) -> None:
    choice = random.Random(name)
    step = {"t1": 2, "t5": 1, "t5b": 1}.get(name, 3)
    thread = Thread((3, 5, 0), {})
    # Whole numbers of few bits: every sum is exact, whatever its order.
    texels = [[float(choice.randint(-4, 4)) for _ in range(4)] for _ in range(3)]
    for place, texel in enumerate(texels):
        thread.image[3 * step + place, 5] = tuple(texel)
    thread.run(kernel(name))
    assert thread.stored == {(3, 5): tuple(expected_texel(name, *texels))}


def julia(x: float, y: float, steps: int) -> int:
    inside = 0
    single = lambda value: number(bits(value))  # noqa: E731
    for _ in range(steps):
        inside += single(x * x + y * y) < 10
        x, y = single(x * x - y * y + 0.7885), single(2 * x * y)
        if max(abs(x), abs(y)) > 1e15:
            break
    return inside


@pytest.mark.parametrize(("name", "each"), [("t6", 1), ("t7", 4)])
@pytest.mark.parametrize("place", [(128, 128), (0, 0), (100, 140), (60, 200)])
def test_julia_colours(name: str, each: int, place: tuple[int, int]) -> None:
    """Points that leave the disc early, late and soon; the colour shows the count."""
    steps = 8
    thread = Thread((*place, 0), {(0, 0): steps})
    thread.run(kernel(name))
    inside = julia((place[0] / 256 - 0.5) * 3, (place[1] / 256 - 0.5) * 3, steps)
    angle = inside / steps * 4
    colour = [0.5 - math.cos(angle * turn) / 2 for turn in (75, 120, 165)]
    assert thread.stored[place] == pytest.approx([*colour, 1.0], abs=2e-3)
    header = kernel(name).clauses[1].number
    assert thread.clauses_run[header] == steps // each + 1


def words_of(values: Sequence[float]) -> list[int]:
    return [bits(value) for value in values]


def put(thread: Thread, address: int, words: Sequence[int]) -> None:
    thread.memory.update({address + 4 * place: word for place, word in enumerate(words)})


A, B, C = 0x1_FFFF_FFC0, 0x3_0000_0000, 0x5_FFFF_FFF0
"""Buffers; two of them lie across 4 GiB, so that the carry of an address counts."""


def addresses() -> dict[tuple[int, int], int]:
    pairs = {0: A, 1: B, 2: C}
    return {(one, word): value >> 32 * word & 0xFFFFFFFF for one, value in pairs.items() for word in (0, 1)}


def test_sgemm_4x4() -> None:
    depth, pitch = 5, 2
    choice = random.Random(1)
    a = [[float(choice.randint(-9, 9)) for _ in range(4)] for _ in range(depth)]
    b = [[float(choice.randint(-9, 9)) for _ in range(4)] for _ in range(depth)]
    thread = Thread((1, 1, 0), {**addresses(), (3, 0): depth, (3, 1): pitch})
    put(thread, A + 16 * depth, words_of([one for row in a for one in row]))
    put(thread, B + 16 * depth, words_of([one for row in b for one in row]))
    thread.run(kernel("sgemm_4x4"))
    for row in range(4):
        at = C + 16 * (4 * pitch + 1 + row * pitch)
        got = [number(thread.memory[at + 4 * column]) for column in range(4)]
        assert got == [sum(a[k][row] * b[k][column] for k in range(depth)) for column in range(4)]


def test_attention_scores() -> None:
    quads, tokens, scale = 4, 8, 0.125
    choice = random.Random(2)
    query, key = ([[float(choice.randint(-3, 3)) for _ in range(4 * quads)] for _ in range(tokens)] for _ in range(2))
    thread = Thread((1, 1, 0), {**addresses(), (3, 0): quads, (3, 1): tokens, (4, 0): bits(scale)})
    put(thread, A, words_of([one for row in query for one in row]))
    put(thread, B, words_of([one for row in key for one in row]))
    thread.run(kernel("attention_scores"))
    for y in (2, 3):
        for x in (2, 3):
            got = number(thread.memory[C + 4 * (y * tokens + x)])
            dot = sum(p * q for p, q in zip(query[y], key[x], strict=True)) * scale
            assert got == (dot if x <= y else pytest.approx(-1e30))


@pytest.mark.parametrize("bias", [-1000.0, 7.0])
def test_conv3x3_relu(bias: float) -> None:
    width, height, channel = 6, 5, 2
    choice = random.Random(3)
    image = [[float(choice.randint(-5, 5)) for _ in range(width)] for _ in range(height)]
    weights = [float(choice.randint(-5, 5)) for _ in range(9)]
    uniforms = {(0, 0): A & 0xFFFFFFFF, (0, 1): A >> 32, (1, 0): C & 0xFFFFFFFF, (1, 1): C >> 32}
    thread = Thread((2, 1, channel), {**uniforms, (2, 0): width, (2, 1): height})
    put(thread, A, words_of([one for row in image for one in row]))
    thread.block = {48 * channel + 4 * place: bits(one) for place, one in enumerate([*weights, bias, 0.0, 0.0])}
    thread.run(kernel("conv3x3_relu"))
    summed = sum(weights[3 * i + j] * image[1 + i][2 + j] for i in range(3) for j in range(3)) + bias
    assert number(thread.memory[C + 4 * ((channel * height + 1) * width + 2)]) == max(summed, 0.0)


def test_i8dot_2x2() -> None:
    length, pitch = 32, 48
    choice = random.Random(4)
    a, b = ([[choice.randint(-128, 127) for _ in range(pitch)] for _ in range(4)] for _ in range(2))
    thread = Thread((1, 1, 0), {**addresses(), (3, 0): length, (3, 1): pitch, (4, 0): 16})
    for address, rows in ((A, a), (B, b)):
        packed = b"".join(struct.pack(f"<{pitch}b", *row) for row in rows)
        put(thread, address, [word for (word,) in struct.iter_unpack("<I", packed)])
    thread.run(kernel("i8dot_2x2"))
    for y in (2, 3):
        for x in (2, 3):
            got = struct.unpack("<i", struct.pack("<I", thread.memory[C + 16 * y + 4 * x]))[0]
            assert got == sum(p * q for p, q in zip(a[y][:length], b[x][:length], strict=True))
    assert thread.clauses_run[kernel("i8dot_2x2").clauses[2].number] == length // 16 + 1
