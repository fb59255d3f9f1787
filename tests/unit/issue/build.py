"""Small machines and instructions built by hand, so that each rule is tested alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from cyclesim import depgraph
from cyclesim.ir import Access, Form, Instruction, Read, Resolved, Span, Write
from cyclesim.issue.body import Body, build_body
from cyclesim.machine.timing import Branches, CoIssueRefusal, Core, MemorySystem, Timing


def core(
    units: Mapping[str, int],
    width: int = 2,
    refusals: Sequence[CoIssueRefusal] = (),
    bubble: int = 0,
    store_to_load: Fraction | None = None,
) -> Core:
    return Core(
        "test-core",
        (),
        "A core for tests",
        "in-order",
        "",
        ("armv7",),
        width,
        dict(units),
        {},
        tuple(refusals),
        Branches(Fraction(bubble), "inferred", "test"),
        MemorySystem(64, 8, Fraction(1), store_to_load, "inferred", "test"),
        {},
        {},
        "test.yaml",
    )


def refusal(older: str, younger: str, sentence: str = "never together") -> CoIssueRefusal:
    return CoIssueRefusal(f"{older}+{younger}", frozenset({older}), frozenset({younger}), sentence, "inferred", "test")


def timing(
    uses: Mapping[str, int] | None = None,
    latency: Fraction | int | None = 1,
    cycles: Fraction | int = 1,
    slots: str = "either",
    blocks: bool = False,
    accumulate: int | None = None,
    forward: str = "",
    pairs_as: str = "any",
    needs: Mapping[str, int] | None = None,
    status: str = "inferred",
) -> Timing:
    return Timing(
        "test-class",
        None if latency is None else Fraction(latency),
        None if accumulate is None else Fraction(accumulate),
        forward,
        Fraction(1),
        Fraction(1),
        tuple((uses or {}).items()),
        Fraction(cycles),
        slots,
        blocks,
        {role: Fraction(need) for role, need in (needs or {}).items()},
        pairs_as,
        status,
        "test",
        "test.yaml:1",
    )


def instruction(
    text: str = "op",
    reads: str = "",
    writes: str = "",
    accumulator: str = "",
    flags_read: bool = False,
    flags_written: bool = False,
    load: tuple[str, int] | None = None,
    store: tuple[str, int] | None = None,
    branch: str = "",
) -> Resolved:
    """Registers by cell name, blank-separated; a memory access as (base cell, offset), four bytes wide."""
    all_reads = [Read((cell,), "source", cell) for cell in reads.split()]
    all_reads += [Read((cell,), "accumulator", cell) for cell in accumulator.split()]
    all_writes = [Write((cell,), "result", cell) for cell in [*writes.split(), *accumulator.split()]]
    if flags_read:
        all_reads.append(Read(("nzcv",), "flags", "flags"))
    if flags_written:
        all_writes.append(Write(("nzcv",), "flags", "flags"))
    accesses = [Access(kind, at[0], at[1], 4) for kind, at in (("load", load), ("store", store)) if at]
    return Resolved(
        Instruction(text, (), Span("test.s", 1), text),
        Form(text, text, "test-class", "", "", "test.yaml:1"),
        tuple(all_reads),
        tuple(all_writes),
        tuple(accesses),
        {"branch": branch} if branch else {},
        0,
    )


def body(machine: Core, *operations: tuple[Resolved, Timing], loop: bool = True) -> Body:
    resolved = [one for one, _ in operations]
    graph = depgraph.build(resolved, loop)
    taken = [index for index, one in enumerate(resolved) if one.features.get("branch") == "taken"]
    return build_body(machine, resolved, [one for _, one in operations], graph.edges, taken)
