"""The GNU assembler as the judge of expansion and of parsing.

A source is assembled twice: by GNU as as it is, and from our instructions in canonical spelling. The two disassemblies
must be equal, but for what is not compared: data, padding, and the addresses of branch targets and literals.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cyclesim.asm.encodings import ends_flow
from cyclesim.asm.printer import format_operand
from cyclesim.ir import Immediate, Label, Operand, Program

PREFIX = {"armv7": "arm-linux-gnueabihf", "aarch64": "aarch64-linux-gnu"}
ARCHITECTURE = {
    "armv7": ("-march=armv8.2-a+fp16+dotprod", "-mfpu=crypto-neon-fp-armv8"),
    "aarch64": ("-march=armv8.6-a+crypto+sha3+fp16+i8mm+bf16",),
}
# The preprocessor is told what ours assumes: ARMv7, and code that does not care where it stands.
COMPILER = {
    "armv7": ("-mfloat-abi=hard", "-marm", "-U__ARM_ARCH", "-D__ARM_ARCH=7", "-fno-pic", "-fno-pie"),
    "aarch64": ("-fno-pic", "-fno-pie"),
}
_DATA = (".word", ".short", ".byte", ".inst", ".long")
_PADDING = ("mov\tr0, r0", "udf\t#0")
_ADDRESS = re.compile(r"\b[0-9a-f]+ <[^>]*>$")


def available(isa: str) -> bool:
    """Whether the tools for an instruction set are installed."""
    return all(shutil.which(f"{PREFIX[isa]}-{tool}") for tool in ("gcc", "as", "objdump"))


def assemble(source: Path, output: Path, isa: str, arguments: Sequence[str] = ()) -> str:
    """Assemble a source with the preprocessor; what the compiler complains about, empty when it does not."""
    command = [
        f"{PREFIX[isa]}-gcc",
        *ARCHITECTURE[isa],
        *COMPILER[isa],
        *arguments,
        "-c",
        str(source),
        "-o",
        str(output),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return "" if done.returncode == 0 else done.stderr or "failed"


def assemble_flat(program: Program, folder: Path) -> tuple[Path | None, str]:
    """Assemble our instructions; the object, or what the assembler complains about."""
    source, output = folder / "flat.s", folder / "flat.o"
    source.write_text(flat_text(program))
    command = [f"{PREFIX[program.isa]}-as", *ARCHITECTURE[program.isa], str(source), "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return (output, "") if done.returncode == 0 else (None, done.stderr)


def flat_text(program: Program) -> str:
    """Canonical text of all instructions, with the local labels that they use. Encodings of data are left out, as
    objdump takes them for data."""
    targets = {operand.target for one in program.instructions for operand in one.operands if isinstance(operand, Label)}
    named: dict[int, list[str]] = {}
    for name, index in program.labels.items():
        if name.startswith(".L"):
            named.setdefault(index, []).append(name)
    lines = [".syntax unified" if program.isa == "armv7" else ".text"]
    for index, one in enumerate(program.instructions):
        lines += [f"{name}:" for name in named.get(index, ())]
        if index in targets:
            lines.append(f".Lc{index}:")
        if not one.text.startswith(_DATA[:3]):
            lines.append(f" {one.mnemonic} {', '.join(_operand(operand, one.mnemonic) for operand in one.operands)}")
        if ends_flow(one):
            lines.append(" .ltorg")
    lines += [f"{name}: .word 0" for name in _undefined(lines, program)]
    return "\n".join([*lines, ""])


def _operand(operand: Operand, mnemonic: str) -> str:
    if isinstance(operand, Label):
        if mnemonic.startswith(("adr", "ldr", "vldr", "fld")) and mnemonic != "adrp":
            # Data are left out, so any place will do for what is not compared.
            return "."
        if operand.target is not None:
            return f".Lc{operand.target}"
        return operand.name
    if isinstance(operand, Immediate) and operand.value is None and ":" not in operand.text:
        return "#0"
    return format_operand(operand)


def _undefined(lines: Sequence[str], program: Program) -> list[str]:
    text = "\n".join(lines)
    defined = set(re.findall(r"(?m)^(\.L[\w.$]+):", text))
    return sorted(set(re.findall(r"\.L[\w.$]+", text)) - defined)


def disassemble(path: Path, isa: str) -> list[str]:
    """The instructions of all sections, without data, padding and addresses."""
    command = [f"{PREFIX[isa]}-objdump", "-d", "-w", str(path)]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    rows = re.findall(r"(?m)^\s*[0-9a-f]+:\t[0-9a-f ]+\t(.*)$", text)
    found = [_row(row) for row in rows if not row.startswith(_DATA)]
    return [row for row in found if row and not row.startswith("nop") and row not in _PADDING]


def _row(row: str) -> str:
    row = re.sub(r"\s*(?:@|;|//).*$", "", row).strip()
    row = _ADDRESS.sub("PLACE", row)
    row = re.sub(r"\[pc, #-?\d+\]", "PLACE", row).replace("#-0]", "#0]").replace(", #0]", "]")
    return re.sub(r"^(?:add|sub)w?(\w\w)?\t(\w+), pc, #\d+$", r"adr\1 \2", row)


def difference(theirs: Sequence[str], ours: Sequence[str]) -> str:
    """The first place where two disassemblies differ, empty when they are equal. A constant that only a linker knows
    stands as 0 in ours."""
    for index, (one, two) in enumerate(zip(theirs, ours, strict=False)):
        linked = one.split()[0] == two.split()[0] and two.endswith(("#0", "#0x0"))
        if one != two and not linked:
            return f"instruction {index}: GNU as has `{one}`, we have `{two}`"
    if len(theirs) != len(ours):
        return f"GNU as has {len(theirs)} instructions, we have {len(ours)}"
    return ""


def compare(source: Path, program: Program, folder: Path, arguments: Sequence[str] = ()) -> str:
    """How our reading of a source differs from GNU as's; empty when it does not."""
    reference = folder / "reference.o"
    complaint = assemble(source, reference, program.isa, arguments)
    if complaint:
        return f"GNU as refuses it: {complaint}"
    flat, complaint = assemble_flat(program, folder)
    if flat is None:
        return f"GNU as refuses our text: {complaint}"
    return difference(disassemble(reference, program.isa), disassemble(flat, program.isa))
