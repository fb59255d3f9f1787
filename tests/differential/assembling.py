"""Cross assemblers: which texts they take, and their words for them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

TOOLS = {"aarch64": "aarch64-linux-gnu-", "armv7": "arm-linux-gnueabihf-"}
MARCH = {
    "aarch64": ".arch armv8.6-a+crypto+fp16+sha3+sm4+fp16fml+profile+i8mm+bf16",
    "armv7": ".syntax unified\n.arch armv8.6-a\n.fpu crypto-neon-fp-armv8\n.arch_extension fp16\n"
    ".arch_extension fp16fml\n.arch_extension i8mm\n.arch_extension crc",
}


def missing_tools(isa_name: str) -> str:
    """The tool that isn't there, or nothing."""
    for tool in ("as", "ld", "nm", "objcopy"):
        if shutil.which(TOOLS[isa_name] + tool) is None:
            return TOOLS[isa_name] + tool
    return ""


def assembler(isa_name: str) -> list[str]:
    """GNU as; T32 code gets its IT instructions from it."""
    return [TOOLS[isa_name] + "as", *(["-mimplicit-it=always"] if isa_name == "armv7" else [])]


def accepted(isa_name: str, lines: Sequence[str], thumb: bool, folder: Path) -> list[bool]:
    """Which of the lines the assembler takes."""
    alive = [True] * len(lines)
    for _ in range(20):
        head = [*MARCH[isa_name].split("\n"), ".thumb" if thumb else ".text"]
        body = [line if fine else "nop" for line, fine in zip(lines, alive, strict=True)]
        source = folder / "try.s"
        source.write_text(
            "\n".join([*head, *("nop" if "=0x" in one else one.replace("target", ".+8") for one in body)]) + "\n"
        )
        done = subprocess.run(
            [*assembler(isa_name), "-o", str(folder / "try.o"), str(source)], capture_output=True, text=True
        )
        complaints = [part.split(":") for part in done.stderr.splitlines() if not part.endswith("Assembler messages:")]
        wrong = {int(parts[1]) - len(head) - 1 for parts in complaints if len(parts) > 2 and parts[1].isdigit()}
        wrong = {one for one in wrong if 0 <= one < len(lines) and alive[one]}
        if not wrong:
            return alive
        for one in wrong:
            alive[one] = False
    raise AssertionError("the assembler never comes to an end")


def encoded(isa_name: str, lines: Sequence[str]) -> dict[str, str]:
    """Lines that GNU as has no word for, as words of LLVM's assembler where it is there; none otherwise."""
    if shutil.which("llvm-mc") is None or not lines:
        return {}
    target = (
        ["-triple=aarch64", "-mattr=+v8.6a,+crypto,+fullfp16"]
        if isa_name == "aarch64"
        else ["-triple=armv8a", "-mattr=+neon,+fp-armv8"]
    )
    source = "\n".join(f"L{number}:\n{line}" for number, line in enumerate(lines)) + "\n"
    done = subprocess.run(["llvm-mc", *target, "--show-encoding"], input=source, capture_output=True, text=True)
    words, place = {}, -1
    for line in done.stdout.splitlines():
        if label := re.fullmatch(r"L(\d+):", line.strip()):
            place = int(label[1])
        elif found := re.search(r"encoding: \[([0-9a-fx,]+)\]", line):
            number = int.from_bytes(bytes(int(byte, 16) for byte in found[1].split(",")), "little")
            words[lines[place]] = f".inst {number:#x}"
    return words


def spread(items: Sequence[int], count: int) -> list[int]:
    """The first ones and some from all over the rest."""
    if len(items) <= count:
        return list(items)
    return sorted({items[round(place * (len(items) - 1) / (count - 1))] for place in range(count)})


def primed(text: str) -> str:
    """The exclusive load that an exclusive store needs before it; empty for other instructions."""
    mnemonic, _, operands = text.partition(" ")
    found = re.fullmatch(r"(stl?xr|stl?xp|strex|stlex)(b|h|d|)(..)?", mnemonic)
    if found is None:
        return ""
    load = {"stxr": "ldxr", "stlxr": "ldxr", "stxp": "ldxp", "stlxp": "ldxp", "strex": "ldrex", "stlex": "ldrex"}[
        found[1]
    ]
    return f"{load}{found[2]} {operands.partition(', ')[2]}"
