"""Judging meanings: one instruction at a time, executed here and by Unicorn from the same states.

`Bench(isa, thumb)` holds a program of example instructions, assembled once; `judge(index)` compares all registers,
flags and memory after one of them, from several states.
"""

from __future__ import annotations

import ctypes
import itertools
import re
import struct
import subprocess
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cyclesim import asm, isa
from cyclesim.errors import CyclesimError
from cyclesim.execute.blocks import Compiler
from cyclesim.execute.image import CODE_ADDRESS, Contents, Image, Placed
from cyclesim.execute.library import library
from cyclesim.execute.memory import Area, Memory
from cyclesim.execute.state import CARRY, FP_FLAGS, GREATER, SATURATED, STICKY, State
from cyclesim.ir import Instruction, Label
from cyclesim.isa.patterns import Pattern
from tests.differential.assembling import MARCH, TOOLS, accepted, assembler, encoded, primed, spread
from tests.differential.examples import texts
from tests.differential.states import DATA, DATA_BYTES, STATE, Start


class Example(NamedTuple):
    """One instruction of a bench: where it stands, the form it was made for."""

    text: str
    pattern: Pattern
    index: int
    address: int
    branch: bool
    prime: int


def indirect(example: Example) -> int | None:
    """The register that an indirect branch reads its target from."""
    if not example.branch or "," in example.text:
        return None
    found = re.fullmatch(r"\w+ [rx](\d+)", example.text)
    return int(found[1]) if found else 30 if example.text == "ret" else None


class Bench:
    """Example instructions of an instruction set, assembled and ready to run on both machines."""

    def __init__(self, isa_name: str, folder: Path, count: int = 3, only: str = "", thumb: bool = False) -> None:
        self.isa = isa_name
        self.thumb = thumb
        self.instruction_set = isa.load(isa_name)
        self.unassembled: list[Pattern] = []
        self.patterns = [
            pattern
            for name in self.instruction_set.mnemonics()
            for pattern in self.instruction_set.patterns(name)
            if only in pattern.text and pattern.row.class_ and not name.startswith("it")
        ]
        chosen = self._choose(folder, count)
        self._assemble(chosen, folder)
        self._own()
        self._unicorn()

    def _choose(self, folder: Path, count: int) -> list[tuple[str, Pattern]]:
        offered: list[tuple[str, Pattern]] = []
        for pattern in self.patterns:
            for text in texts(pattern, self.isa):
                offered.append((text, pattern))
        fine = accepted(self.isa, [text for text, _ in offered], self.thumb, folder)
        taken = {id(pattern) for (_, pattern), good in zip(offered, fine, strict=True) if good}
        others = [text for text, pattern in offered if id(pattern) not in taken and "target" not in text]
        self.words = {} if self.thumb else encoded(self.isa, others)
        fine = [good or text in self.words for (text, _), good in zip(offered, fine, strict=True)]
        chosen = []
        place = 0
        for _, group in itertools.groupby(offered, key=lambda one: id(one[1])):
            entries = list(group)
            good = [i for i in range(len(entries)) if fine[place + i]]
            read = [i for i in spread(good, count) if self._reads(entries[i][0])]
            read = read or spread([i for i in good if self._reads(entries[i][0])], count)
            if not read:
                self.unassembled.append(entries[0][1])
            chosen += [entries[i] for i in read]
            place += len(entries)
        return chosen

    def _reads(self, text: str) -> bool:
        """Whether the tables take the text too."""
        try:
            program = asm.parse(f"{text}\ntarget:\n nop\n", "example", self.isa)
            self.instruction_set.plan(program.instructions[0])
        except CyclesimError:
            return False
        return True

    def _assemble(self, chosen: Sequence[tuple[str, Pattern]], folder: Path) -> None:
        """The examples one behind the other, each with a symbol; those that name a label with one of their own."""
        lines, mine = [], []
        for number, (text, pattern) in enumerate(chosen):
            lines.append(f"I{len(mine)}: {self.words.get(text) or text.replace('target', f'L{number}')}")
            mine.append(text.replace("target", f"L{number}"))
            if "target" in text or pattern.row.keys.get("branch"):
                for extra in (0, 1, 2):
                    label = f"L{number}: " if extra == 2 else ""
                    lines.append(f"{label}I{len(mine)}: nop")
                    mine.append(f"{label}nop")
            lines.append(f"N{len(mine) - 1}: b EPILOGUE")
            if "=0x" in text:
                lines.append(".ltorg\n.balign 8")
        source = folder / "bench.s"
        lines.append("E: b .")
        lines += [f"P{number}: {before}" for number, (text, _) in enumerate(chosen) if (before := primed(text))]
        source.write_text(
            MARCH[self.isa]
            + "\n"
            + (".thumb" if self.thumb else ".text")
            + "\n.globl _start\n_start:\n"
            + "\n".join(lines)
            + "\n"
            + self._epilogue()
        )
        tools = TOOLS[self.isa]
        subprocess.run(
            [*assembler(self.isa), "-o", str(folder / "bench.o"), str(source)], check=True, capture_output=True
        )
        subprocess.run(
            [tools + "ld", f"-Ttext={CODE_ADDRESS:#x}", "-o", folder / "bench", folder / "bench.o"],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            [tools + "objcopy", "-O", "binary", "-j", ".text", folder / "bench", folder / "bench.bin"], check=True
        )
        self.code = (folder / "bench.bin").read_bytes()
        listed = subprocess.run([tools + "nm", folder / "bench"], check=True, capture_output=True, text=True).stdout
        symbols = {line.split()[2]: int(line.split()[0], 16) for line in listed.splitlines()}
        self.end = symbols["EPILOGUE_END"]
        self.program = asm.parse("\n".join(mine) + "\n", "bench", self.isa)
        assert len(self.program.instructions) == len(mine)
        self.addresses = [symbols[f"I{number}"] for number in range(len(mine))]
        self.symbols = symbols
        self.examples = []
        at = 0
        for text, pattern in chosen:
            branch = bool(pattern.row.keys.get("branch"))
            self.examples.append(
                Example(text, pattern, at, self.addresses[at], branch, symbols.get(f"P{len(self.examples)}", 0))
            )
            at += 4 if "target" in text or branch else 1

    def _epilogue(self) -> str:
        if self.isa == "aarch64":
            pairs = "\n".join(f"stp q{n}, q{n + 1}, [x28, #{16 * n}]" for n in range(0, 32, 2))
            general = "\n".join(f"str x{n}, [x28, #{512 + 8 * n}]" for n in range(31))
            return f"""EPILOGUE:
{pairs}
{general}
mov x0, sp
str x0, [x28, #{512 + 8 * 31}]
mrs x0, nzcv
str x0, [x28, #{512 + 8 * 32}]
mrs x0, fpsr
str x0, [x28, #{512 + 8 * 33}]
EPILOGUE_END: nop
"""
        general = "\n".join(f"str r{n}, [r9, #{256 + 4 * n}]" for n in [*range(9), 10, 11, 12, 13, 14])
        return f"""EPILOGUE:
{general}
mrs r0, apsr
str r0, [r9, #{256 + 4 * 15}]
vmrs r0, fpscr
str r0, [r9, #{256 + 4 * 16}]
vstmia r9, {{d0-d15}}
add r9, r9, #128
vstmia r9, {{d16-d31}}
EPILOGUE_END: nop
"""

    # This side

    def _own(self) -> None:
        kind = "a64" if self.isa == "aarch64" else "thumb" if self.thumb else "arm"
        size = -(-len(self.code) // 4096) * 4096
        area = Area("code", CODE_ADDRESS, size, False)
        labels = {name: value for name, value in self.symbols.items() if name[0] == "L" and name[1:].isdigit()}
        following = [*self.addresses[1:], self.symbols["E"]]
        ends = [self.symbols.get(f"N{number}", address) for number, address in enumerate(following)]
        placed = [
            Placed(one, address, end - address if self.thumb else 4, self._target(one, labels))
            for one, address, end in zip(self.program.instructions, self.addresses, ends, strict=True)
        ]
        image = Image(self.isa, kind, placed, labels, [Contents(area, self.code)])
        image.leaders.update(range(len(placed)))
        self.state = State(self.isa)
        self.memory = Memory([area, Area("data", DATA, DATA_BYTES, True)])
        self.memory.fill(CODE_ADDRESS, self.code)
        self.compiler = Compiler(
            image, self.instruction_set, self.state, self.memory, library(self.state), lambda address: None, [0]
        )

    def _target(self, one: Instruction, labels: dict[str, int]) -> int | None:
        return next((labels.get(operand.name) for operand in one.operands if isinstance(operand, Label)), None)

    # The other side

    def _unicorn(self) -> None:
        import unicorn

        self.unicorn = unicorn
        self.data = ctypes.create_string_buffer(DATA_BYTES)
        self.block = ctypes.create_string_buffer(4096)
        if self.isa == "aarch64":
            from unicorn import arm64_const as const

            machine = unicorn.Uc(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM)
            machine.ctl_set_cpu_model(const.UC_CPU_ARM64_MAX)
        else:
            from unicorn import arm_const as const  # type: ignore[no-redef]

            machine = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB if self.thumb else unicorn.UC_MODE_ARM)
            machine.ctl_set_cpu_model(const.UC_CPU_ARM_MAX)
        self.const: Any = const
        machine.mem_map(CODE_ADDRESS, -(-(len(self.code) + 4096) // 4096) * 4096)
        machine.mem_write(CODE_ADDRESS, self.code)
        machine.mem_map(DATA, DATA_BYTES)
        machine.mem_map(STATE, 4096)
        if self.isa == "aarch64":
            machine.reg_write(const.UC_ARM64_REG_CPACR_EL1, 3 << 20)
        else:
            machine.reg_write(const.UC_ARM_REG_C1_C0_2, machine.reg_read(const.UC_ARM_REG_C1_C0_2) | 0xF << 20)
            machine.reg_write(const.UC_ARM_REG_FPEXC, 1 << 30)
        self.machine = machine
        self.starts: list[Start] = []
        self.contexts: list[Any] = []

    def add_starts(self, starts: Iterable[Start]) -> None:
        for start in starts:
            self.starts.append(start)
            self._write(start)
            self.contexts.append(self.machine.context_save())

    def _write(self, start: Start) -> None:
        const, machine = self.const, self.machine
        if self.isa == "aarch64":
            for number in range(29):
                machine.reg_write(const.UC_ARM64_REG_X0 + number, start.general[number])
            machine.reg_write(const.UC_ARM64_REG_X28, STATE)
            machine.reg_write(const.UC_ARM64_REG_X29, start.general[29])
            machine.reg_write(const.UC_ARM64_REG_X30, start.general[30])
            machine.reg_write(const.UC_ARM64_REG_SP, start.general[31])
            for number in range(32):
                machine.reg_write(
                    const.UC_ARM64_REG_Q0 + number,
                    int.from_bytes(start.vectors[16 * number : 16 * number + 16], "little"),
                )
            machine.reg_write(const.UC_ARM64_REG_NZCV, start.nzcv << 28)
            machine.reg_write(const.UC_ARM64_REG_FPSR, 0)
            return
        for number in range(13):
            machine.reg_write(const.UC_ARM_REG_R0 + number, start.general[number])
        machine.reg_write(const.UC_ARM_REG_SP, start.general[13])
        machine.reg_write(const.UC_ARM_REG_LR, start.general[14])
        machine.reg_write(const.UC_ARM_REG_R9, STATE)
        for number in range(32):
            machine.reg_write(
                const.UC_ARM_REG_D0 + number, int.from_bytes(start.vectors[8 * number : 8 * number + 8], "little")
            )
        status = machine.reg_read(const.UC_ARM_REG_CPSR) & ~0xF80F0000
        machine.reg_write(const.UC_ARM_REG_CPSR, status | start.nzcv << 28 | start.greater << 16)
        machine.reg_write(const.UC_ARM_REG_FPSCR, 0)

    def _run_there(self, example: Example, start: int) -> bytes | str:
        machine = self.machine
        machine.context_restore(self.contexts[start])
        machine.mem_write(DATA, self.starts[start].data)
        if example.prime:
            self._prime(example, self.starts[start])
        first = example.address | (1 if self.thumb else 0)
        until = 0
        if (register := indirect(example)) is not None:
            until = self.addresses[0]
            base = self.const.UC_ARM64_REG_X0 if self.isa == "aarch64" else self.const.UC_ARM_REG_R0
            number = self.const.UC_ARM64_REG_X30 if register == 30 else base + register
            machine.reg_write(number, self.addresses[0] | (1 if self.thumb else 0))
        try:
            if example.branch:
                if until:
                    machine.emu_start(first, until)
                else:
                    machine.emu_start(first, 0, count=1)
                counter = self.const.UC_ARM64_REG_PC if self.isa == "aarch64" else self.const.UC_ARM_REG_PC
                where = machine.reg_read(counter)
                link = self.const.UC_ARM64_REG_X30 if self.isa == "aarch64" else self.const.UC_ARM_REG_LR
                return struct.pack("<QQ", where, machine.reg_read(link))
            machine.emu_start(first, self.end)
        except self.unicorn.UcError as error:
            return str(error)
        return bytes(machine.mem_read(STATE, 1024)) + bytes(machine.mem_read(DATA, DATA_BYTES))

    def _prime(self, example: Example, start: Start) -> None:
        """An exclusive load before an exclusive store; its registers get their values back."""
        bit = 1 if self.thumb else 0
        self.machine.emu_start(example.prime | bit, example.prime + 4)
        first = self.const.UC_ARM64_REG_X0 if self.isa == "aarch64" else self.const.UC_ARM_REG_R0
        for number in range(9):
            self.machine.reg_write(first + number, start.general[number])

    def _run_here(self, example: Example, start: Start, run: Any) -> bytes:
        state = self.state
        state.general[:32] = list(start.general) + [0] * (32 - len(start.general))
        state.vectors[: len(start.vectors)] = start.vectors
        state.flags[:] = [
            start.nzcv >> 3,
            start.nzcv >> 2 & 1,
            start.nzcv >> 1 & 1,
            start.nzcv & 1,
            0,
            start.greater,
            0,
            0,
        ]
        self.memory.fill(DATA, start.data)
        if (register := indirect(example)) is not None:
            state.general[register] = self.addresses[0] | (1 if self.thumb else 0)
        with np.errstate(all="ignore"):
            index = run()
        if example.branch:
            link = state.general[30 if self.isa == "aarch64" else 14]
            return struct.pack("<QQ", self.addresses[index], link)
        return self._packed() + bytes(self.memory.view[DATA - CODE_ADDRESS : DATA - CODE_ADDRESS + DATA_BYTES])

    def _packed(self) -> bytes:
        """This state as the epilogue stores the other one."""
        state, flags = self.state, [int(flag) for flag in self.state.flags]
        nzcv = flags[0] << 31 | flags[1] << 30 | flags[CARRY] << 29 | flags[3] << 28
        if self.isa == "aarch64":
            general = list(state.general[:32])
            general[28] = STATE
            packed = bytes(state.vectors) + struct.pack("<34Q", *general, nzcv, flags[SATURATED] << 27)
        else:
            general = list(state.general[:15])
            general[9] = 0
            status = nzcv | flags[STICKY] << 27 | flags[GREATER] << 16
            fpscr = flags[FP_FLAGS] << 28 | flags[SATURATED] << 27
            packed = bytes(state.vectors[:256]) + struct.pack("<17I", *general, status, fpscr)
        return packed.ljust(1024, b"\0")

    def masked(self, there: bytes) -> bytes:
        """What Unicorn stored without what isn't compared: exception flags, r9 and x28."""
        if self.isa == "aarch64":
            status = struct.unpack_from("<Q", there, 512 + 8 * 33)[0] & 1 << 27
            return there[: 512 + 8 * 33] + struct.pack("<Q", status) + there[512 + 8 * 34 :]
        apsr, fpscr = struct.unpack_from("<2I", there, 256 + 4 * 15)
        head = there[:256] + there[256 : 256 + 36] + bytes(4) + there[256 + 40 : 256 + 60]
        return head + struct.pack("<2I", apsr & 0xF80F0000, fpscr & 0xF8000000) + there[256 + 68 :]

    def judge_state(self, example: Example, start: int, there: bytes) -> str:
        """The first difference from a state that another machine left; memory isn't compared."""
        try:
            run = self.compiler.block(example.index).run
        except CyclesimError as error:
            return f"not executed: {error.message}"
        try:
            here = self._run_here(example, self.starts[start], run)[:1024]
        except Exception as error:
            return f"failed: {type(error).__name__}: {error}"
        if here == there:
            return ""
        return f"different from state {start}: " + self._difference(here, there, False, self.starts[start])

    def judge(self, example: Example, starts: Sequence[int]) -> str:
        """The first difference, `refused: …` when Unicorn doesn't run it, or nothing."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run = self.compiler.block(example.index).run
        except CyclesimError as error:
            return f"not executed: {error.message}"
        for number in starts:
            there = self._run_there(example, number)
            if isinstance(there, str):
                return f"refused: {there}"
            try:
                here = self._run_here(example, self.starts[number], run)
            except Exception as error:
                return f"failed: {type(error).__name__}: {error}"
            if not example.branch:
                there = self.masked(there)
            if here != there:
                return f"different from state {number}: " + self._difference(
                    here, there, example.branch, self.starts[number]
                )
        return ""

    def _difference(self, here: bytes, there: bytes, branch: bool, start: Start) -> str:
        if branch:
            return f"pc, link {[hex(v) for v in struct.unpack('<QQ', here)]}, expected {[hex(v) for v in struct.unpack('<QQ', there)]}"
        vectors = 512 if self.isa == "aarch64" else 256
        size = 16 if self.isa == "aarch64" else 8
        found = []
        for number in range(0, vectors, size):
            if here[number : number + size] != there[number : number + size]:
                found.append(
                    f"v{number // size} = {here[number : number + size][::-1].hex()}, expected {there[number : number + size][::-1].hex()}, was {start.vectors[number : number + size][::-1].hex()}"
                )
        word = 8 if self.isa == "aarch64" else 4
        count = 34 if self.isa == "aarch64" else 17
        for number in range(count):
            at = vectors + number * word
            if here[at : at + word] != there[at : at + word]:
                name = {count - 2: "nzcv", count - 1: "fpsr"}.get(number, f"r{number}")
                found.append(
                    f"{name} = {here[at : at + word][::-1].hex()}, expected {there[at : at + word][::-1].hex()}"
                )
        changed = [at for at in range(1024, len(here)) if here[at] != there[at]]
        if changed:
            found.append(
                f"memory at +{changed[0] - 1024}: {here[changed[0] : changed[0] + 8].hex()}, expected {there[changed[0] : changed[0] + 8].hex()}"
            )
        return "; ".join(found[:3])
