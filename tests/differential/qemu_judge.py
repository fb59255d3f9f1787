"""A second judge for what Unicorn refuses: QEMU's user mode, one process for all cases of a bench.

The program loads a state, executes one instruction and stores the state behind it, case after case; then it writes all
of them to its standard output. Instructions that touch memory or branch aren't judged here.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.differential.assembling import MARCH, TOOLS, assembler
from tests.differential.states import STATE, Start
from tests.differential.unicorn_judge import Bench, Example

EMULATOR = {"aarch64": "qemu-aarch64", "armv7": "qemu-arm"}
BLOCKS = 0x10000000
HALF = 1024
"""Bytes of a state; those after the instruction follow those before it."""

Case = tuple[Example, int]
"""An example and the number of its state."""


def available(isa_name: str) -> bool:
    return shutil.which(EMULATOR[isa_name]) is not None


def run(bench: Bench, cases: Sequence[Case], folder: Path) -> list[bytes]:
    """The states after each case, as `Bench` packs its own."""
    write = {"aarch64": _write_a64, "armv7": _write_a32}[bench.isa]
    lines = [
        MARCH[bench.isa],
        ".thumb" if bench.thumb else ".text",
        ".globl _start",
        ".thumb_func" if bench.thumb else "",
        "_start:",
    ]
    blocks = bytearray()
    for number, (example, start) in enumerate(cases):
        blocks += _packed(bench.isa, bench.starts[start]).ljust(2 * HALF, b"\0")
        lines += write(bench.words.get(example.text) or example.text, BLOCKS + 2 * HALF * number)
    lines += _exit(bench.isa, len(blocks))
    (folder / "blocks.bin").write_bytes(blocks)
    lines += ['.section .blocks, "aw"', f'.incbin "{folder / "blocks.bin"}"']
    source, linked = folder / "cases.s", folder / "cases"
    source.write_text("\n".join(lines) + "\n")
    tools = TOOLS[bench.isa]
    subprocess.run([*assembler(bench.isa), "-o", f"{linked}.o", str(source)], check=True, capture_output=True)
    subprocess.run(
        [tools + "ld", f"--section-start=.blocks={BLOCKS:#x}", "-o", str(linked), f"{linked}.o"],
        check=True,
        capture_output=True,
    )
    done = subprocess.run([EMULATOR[bench.isa], "-cpu", "max", str(linked)], check=True, capture_output=True)
    after = [done.stdout[at + HALF : at + 2 * HALF] for at in range(0, len(blocks), 2 * HALF)]
    return [_compared(bench, one) for one in after]


def _packed(isa_name: str, start: Start) -> bytes:
    if isa_name == "aarch64":
        return start.vectors + struct.pack("<34Q", *start.general, start.nzcv << 28, 0)
    return start.vectors + struct.pack("<17I", *start.general, start.nzcv << 28 | start.greater << 16, 0)


def _compared(bench: Bench, after: bytes) -> bytes:
    masked = bench.masked(after)
    if bench.isa == "aarch64":
        at = 512 + 8 * 28
        masked = masked[:at] + struct.pack("<Q", STATE) + masked[at + 8 :]
    return masked


def _write_a64(instruction: str, block: int) -> list[str]:
    offsets = [(number, 512 + 8 * number) for number in range(31) if number != 28]
    return [
        f"movz x28, #{block & 0xFFFF}",
        f"movk x28, #{block >> 16}, lsl #16",
        f"ldr x0, [x28, #{512 + 8 * 32}]",
        "msr nzcv, x0",
        "msr fpsr, xzr",
        f"ldr x0, [x28, #{512 + 8 * 31}]",
        "mov sp, x0",
        *(f"ldp q{number}, q{number + 1}, [x28, #{16 * number}]" for number in range(0, 32, 2)),
        *(f"ldr x{number}, [x28, #{offset}]" for number, offset in offsets),
        instruction,
        f"add x28, x28, #{HALF}",
        *(f"stp q{number}, q{number + 1}, [x28, #{16 * number}]" for number in range(0, 32, 2)),
        *(f"str x{number}, [x28, #{offset}]" for number, offset in offsets),
        "mov x0, sp",
        f"str x0, [x28, #{512 + 8 * 31}]",
        "mrs x0, nzcv",
        f"str x0, [x28, #{512 + 8 * 32}]",
        "mrs x0, fpsr",
        f"str x0, [x28, #{512 + 8 * 33}]",
    ]


def _write_a32(instruction: str, block: int) -> list[str]:
    offsets = [(number, 256 + 4 * number) for number in range(14, -1, -1) if number != 9]
    return [
        f"movw r9, #{block & 0xFFFF}",
        f"movt r9, #{block >> 16}",
        f"ldr r0, [r9, #{256 + 4 * 15}]",
        "msr APSR_nzcvqg, r0",
        "mov r0, #0",
        "vmsr fpscr, r0",
        "vldmia r9, {d0-d15}",
        "add r0, r9, #128",
        "vldmia r0, {d16-d31}",
        *(f"ldr r{number}, [r9, #{offset}]" for number, offset in offsets),
        instruction,
        f"add r9, r9, #{HALF}",
        *(f"str r{number}, [r9, #{offset}]" for number, offset in offsets),
        "mrs r0, apsr",
        f"str r0, [r9, #{256 + 4 * 15}]",
        "vmrs r0, fpscr",
        f"str r0, [r9, #{256 + 4 * 16}]",
        "vstmia r9, {d0-d15}",
        "add r0, r9, #128",
        "vstmia r0, {d16-d31}",
    ]


def _exit(isa_name: str, size: int) -> list[str]:
    """Write the blocks to standard output and end. Numbers of the calls: Linux, arm64 and arm EABI."""
    if isa_name == "aarch64":
        where = [f"movz x1, #{BLOCKS >> 16}, lsl #16", f"movz x2, #{size & 0xFFFF}", f"movk x2, #{size >> 16}, lsl #16"]
        return ["mov x0, #1", *where, "mov x8, #64", "svc #0", "mov x0, #0", "mov x8, #93", "svc #0"]
    where = [
        f"movw r1, #{BLOCKS & 0xFFFF}",
        f"movt r1, #{BLOCKS >> 16}",
        f"movw r2, #{size & 0xFFFF}",
        f"movt r2, #{size >> 16}",
    ]
    return ["mov r0, #1", *where, "mov r7, #4", "svc #0", "mov r0, #0", "mov r7, #1", "svc #0"]
