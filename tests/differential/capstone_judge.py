"""Register access as capstone 6 sees it, beside ours: what one instruction reads and writes.

Both sides are brought to the same cells: A32 general registers and 32-bit SIMD cells `s0`-`s63`; A64 general registers
and whole SIMD registers `v0`-`v31`; `nzcv` for flags. What neither an in-order core nor a kernel depends on is left out:
the program counter, control and status registers of floating point, and what is read only because a condition fails.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cyclesim import asm, isa
from cyclesim.asm import objects
from cyclesim.errors import CyclesimError
from cyclesim.ir import Instruction, Memory, Register, RegisterList
from cyclesim.isa import InstructionSet
from cyclesim.isa.patterns import Pattern
from tests.differential.examples import texts

TOOLS = {"aarch64": "aarch64-linux-gnu-as", "armv7": "arm-linux-gnueabihf-as"}
HEADERS = {
    "aarch64": ".arch armv8.6-a+crypto+fp16+sha3+sm4+fp16fml+i8mm+bf16\n",
    "armv7": ".syntax unified\n.arch armv8.6-a\n.fpu crypto-neon-fp-armv8\n.arch_extension fp16\n.arch_extension fp16fml\n"
    ".arch_extension crc\n.arm\n",
}
EXTRA = {
    "aarch64": (),
    "armv7": (
        "adr r3, target",
        "vshll.i8 q3, d2, #8",
        "vshll.i16 q3, d2, #16",
        "vshll.i32 q3, d2, #32",
        "mrc p15, 0, r1, c13, c0, 3",
        "mcr p15, 0, r1, c7, c10, 5",
        "mrrc p15, 1, r2, r3, c14",
        "mcrr p15, 0, r2, r3, c2",
        "nop",
    ),
}
"""Examples of forms whose operands have to fit each other."""

VARIANTS = 6
"""Examples of a form that are judged, when the assembler takes so many."""


class Sets(NamedTuple):
    """What an instruction reads and writes, as cells."""

    reads: frozenset[str]
    writes: frozenset[str]


class Example(NamedTuple):
    """One instruction that the assembler has taken, with its encoding's address."""

    pattern: Pattern
    text: str
    address: int


class Verdict(NamedTuple):
    """A disagreement about a form. `difference`: what only we (`+`) and what only capstone (`-`) says is read and
    written, in words that don't depend on the registers of the example: `reads +nzcv; writes +operand 1 -base`."""

    form: str
    text: str
    difference: str


def missing(isa_name: str) -> str:
    """Why this judge can't sit, or nothing."""
    if shutil.which(TOOLS[isa_name]) is None:
        return f"{TOOLS[isa_name]} is not installed"
    try:
        import capstone
    except ImportError:
        return "capstone is not installed"
    major = capstone.cs_version()[0]
    return "" if major >= 6 else f"capstone {major} has wrong register lists; 6 is needed"


def examples(isa_name: str, patterns: Iterable[Pattern], folder: Path) -> tuple[list[Example], bytes, list[Pattern]]:
    """Assembled examples of forms, their code, and the forms of which the assembler takes none."""
    # An IT instruction is judged by what follows it; alone, the assembler refuses it.
    patterns = [one for one in patterns if not re.fullmatch("it[te]{0,3}", one.mnemonic)]
    candidates = [(pattern, text) for pattern in patterns for text in texts(pattern, isa_name)]
    taken = _accepted(isa_name, [text for _, text in candidates], folder)
    counts: dict[int, int] = {}
    chosen: list[tuple[Pattern, str]] = _extra(isa_name, patterns)
    counts.update((id(pattern), VARIANTS) for pattern, _ in chosen)
    for place in taken:
        pattern, text = candidates[place]
        if counts.get(id(pattern), 0) < VARIANTS:
            counts[id(pattern)] = counts.get(id(pattern), 0) + 1
            chosen.append((pattern, text))
    path = folder / "chosen.o"
    assemble(isa_name, [text for _, text in chosen], path)
    section = objects.open_object(str(path)).section(".judged")
    # Literal pools stand behind the code.
    assert section is not None and len(section.data) >= 4 * len(chosen)
    found = [Example(pattern, text, 4 * place) for place, (pattern, text) in enumerate(chosen)]
    return found, section.data, [pattern for pattern in patterns if id(pattern) not in counts]


def _extra(isa_name: str, patterns: Sequence[Pattern]) -> list[tuple[Pattern, str]]:
    tables, found = isa.load(isa_name), []
    by_form = {one.form.text: one for one in patterns}
    for text in EXTRA[isa_name]:
        instruction = asm.parse(f"target:\n{text}\n", "extra.s", isa_name).instructions[0]
        if pattern := by_form.get(tables.resolve(instruction).form.text):
            found.append((pattern, text))
    return found


def _accepted(isa_name: str, lines: Sequence[str], folder: Path) -> list[int]:
    """The positions of the lines that the assembler takes."""
    refused = assemble(isa_name, lines, folder / "candidates.o")
    good = [place for place in range(len(lines)) if place not in refused]
    # Errors of a second stage (ranges of displacements) show only when the first finds none.
    while refused := assemble(isa_name, [lines[place] for place in good], folder / "candidates.o"):
        good = [place for number, place in enumerate(good) if number not in refused]
    return good


def assemble(isa_name: str, lines: Sequence[str], output: Path) -> set[int]:
    """Assemble lines into a section `.judged`; the positions of those that are refused."""
    source = output.with_suffix(".s")
    header = f'{HEADERS[isa_name]}.section .judged, "ax"\ntarget:\n'
    source.write_text(header + "\n".join(lines) + "\n")
    command = [TOOLS[isa_name], "-W", str(source), "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first = header.count("\n") + 1
    places = {int(number) - first for number in re.findall(r"\.s:(\d+): (?:Error|Internal error)", done.stderr)}
    assert not done.returncode or min(places, default=-1) >= 0, done.stderr[-600:]
    return places & set(range(len(lines)))


def disagreements(isa_name: str, judged: Sequence[Example], code: bytes) -> list[Verdict]:
    """Where capstone's sets differ from ours, one verdict a form and difference."""
    tables = isa.load(isa_name)
    program = asm.parse("target:\n" + "\n".join(one.text for one in judged) + "\n", "judged.s", isa_name)
    found: dict[tuple[str, str], Verdict] = {}
    engine = _engine(isa_name)
    for one, instruction in zip(judged, program.instructions, strict=True):
        theirs = _capstone_sets(isa_name, engine, code[one.address : one.address + 4])
        ours = _our_sets(tables, instruction, one.pattern)
        if theirs is not None and ours != theirs:
            difference = _difference(isa_name, instruction, ours, theirs)
            found.setdefault((one.pattern.form.text, difference), Verdict(one.pattern.form.text, one.text, difference))
    return list(found.values())


def _difference(isa_name: str, instruction: Instruction, ours: Sets, theirs: Sets) -> str:
    names = _operand_names(isa_name, instruction)
    parts = []
    for side, mine, other in (("reads", ours.reads, theirs.reads), ("writes", ours.writes, theirs.writes)):
        more = sorted({names.get(cell, cell) for cell in mine - other})
        less = sorted({names.get(cell, cell) for cell in other - mine})
        if more or less:
            parts.append(" ".join([side, *(f"+{name}" for name in more), *(f"-{name}" for name in less)]))
    return "; ".join(parts)


def _operand_names(isa_name: str, instruction: Instruction) -> dict[str, str]:
    """What the cells of an instruction's operands are called in a difference; of several names the first."""
    names: dict[str, str] = {}
    for place, operand in enumerate(instruction.operands, 1):
        if isinstance(operand, Memory):
            named = [(operand.base, "base")] + ([(operand.index, "index")] if operand.index else [])
        elif isinstance(operand, RegisterList):
            named = [(register, f"operand {place}") for register in operand.registers]
        else:
            named = [(operand, f"operand {place}")] if isinstance(operand, Register) else []
        for register, name in named:
            text = f"{register.kind}{register.number}" if register.number >= 0 else "xzr"
            for cell in _cells(isa_name, "sp" if text in ("x31", "w31") else text):
                names.setdefault(cell, name)
    return names


def unreadable(isa_name: str, judged: Sequence[Example]) -> list[str]:
    """Examples that the assembler takes and we don't."""
    tables, found = isa.load(isa_name), []
    for one in judged:
        try:
            tables.resolve(asm.parse(f"target:\n{one.text}\n", "judged.s", isa_name).instructions[0])
        except CyclesimError as error:
            found.append(f"{one.text}: {error.message}")
    return found


def _engine(isa_name: str) -> list[Any]:
    import capstone

    if isa_name == "aarch64":
        engines = [capstone.Cs(capstone.CS_ARCH_AARCH64, capstone.CS_MODE_ARM)]
    else:
        engines = [capstone.Cs(capstone.CS_ARCH_ARM, mode) for mode in (capstone.CS_MODE_V8, capstone.CS_MODE_ARM)]
    for engine in engines:
        engine.detail = True
    return engines


def _capstone_sets(isa_name: str, engines: Sequence[Any], encoding: bytes) -> Sets | None:
    """None when capstone doesn't know the encoding."""
    for engine in engines:
        for instruction in engine.disasm(encoding, 0, 1):
            reads, writes = instruction.regs_access()
            names = [{instruction.reg_name(number).lower() for number in side} for side in (reads, writes)]
            if instruction.mnemonic.startswith(("vmrs", "vmsr")):
                # Moved as a whole, the status register isn't what arithmetic leaves in it by the way.
                names = [{"fpscr_nzcv" if name == "fpscr" else name for name in side} for side in names]
            return Sets(*(frozenset(cell for name in side for cell in _cells(isa_name, name)) for side in names))
    return None


_IGNORED = frozenset(("pc", "r15", "fpcr", "fpsr", "fpscr", "itstate", "spsr", "fpexc", "fpsid", "mvfr0", "mvfr1", "wzr", "xzr",
                      "fpscr_rm", "fpscr_nzcv_nzcvqc"))  # fmt: skip


def _cells(isa_name: str, name: str) -> list[str]:
    """A register of capstone's as cells."""
    if name in _IGNORED:
        return []
    if name in ("nzcv", "cpsr", "apsr", "apsr_nzcv"):
        return ["nzcv"]
    if name == "fpscr_nzcv":
        return ["fpscr"]
    words = {"lr": "r14", "sp": "r13", "ip": "r12", "sb": "r9", "sl": "r10", "fp": "r11", "wsp": "sp"}
    if isa_name == "aarch64":
        words = {"lr": "x30", "fp": "x29", "wsp": "sp"}
    name = words.get(name, name)
    parts = re.fullmatch(r"([a-z]+)(\d+)", name)
    if parts is None:
        return [name]
    kind, number = parts[1], int(parts[2])
    if isa_name == "aarch64":
        return [f"x{number}"] if kind in "wx" else [f"v{number}"] if kind in "bhsdqv" else [name]
    width = {"s": 1, "d": 2, "q": 4}.get(kind)
    return [f"s{number * width + part}" for part in range(width)] if width else [name]


def _our_sets(tables: InstructionSet, instruction: Instruction, pattern: Pattern) -> Sets:
    """Of a conditional instruction those of its unconditional twin, and the flags: that it keeps what it doesn't write
    is no business of capstone's."""
    resolved = tables.resolve(instruction)
    flags = set()
    if resolved.condition and pattern.row.keys.get("conditional") != "only":
        flags = {"nzcv"}
        resolved = tables.resolve(instruction._replace(mnemonic=pattern.mnemonic))
    reads = {cell for read in resolved.reads for cell in read.cells} | flags
    writes = {cell for write in resolved.writes for cell in write.cells}
    return Sets(*(frozenset(filter(None, (_coarse(tables.isa, cell) for cell in side))) for side in (reads, writes)))


def _coarse(isa_name: str, cell: str) -> str:
    if cell in ("r15", "ge"):
        return ""
    return cell.partition(".")[0] if isa_name == "aarch64" else cell
