"""Assemble a shipped kernel with GNU as and execute it under Unicorn, with guard pages around every buffer."""

from __future__ import annotations

import importlib
import importlib.util
import random
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

PAGE = 0x1000
CODE = 0x0010_0000
STACK_TOP = 0x0080_0000
FIRST_BUFFER = 0x0100_0000
RETURN_ADDRESS = 0x0070_0000
PREFIXES = {"armv7": "arm-linux-gnueabihf-", "aarch64": "aarch64-linux-gnu-"}
INSTRUCTION_LIMIT = 10_000_000


class Code(NamedTuple):
    """Machine code of one function. `entry`: its offset in `text`, in bytes. `later`: it asks its assembler for more
    than the base of its instruction set."""

    isa: str
    text: bytes
    entry: int
    later: bool = False


class Machine(NamedTuple):
    """The register names and conventions of one instruction set, as Unicorn and the procedure call standard have them."""

    emulator: Any
    arguments: tuple[int, ...]
    saved: tuple[int, ...]
    stack_pointer: int
    link: int
    counter: int
    word: str


def missing_tool(isa: str) -> str | None:
    """Name what a run of `isa` code needs and this computer lacks, None when it has everything."""
    if importlib.util.find_spec("unicorn") is None:
        return "the Python package unicorn"
    missing = [PREFIXES[isa] + tool for tool in ("as", "objcopy", "nm") if shutil.which(PREFIXES[isa] + tool) is None]
    return missing[0] if missing else None


def assemble(source: Path, isa: str, symbol: str, folder: Path) -> Code:
    """The code of `symbol`, assembled without options: what the file needs, its own directives say."""
    prefix, linked, binary = PREFIXES[isa], folder / f"{symbol}.o", folder / f"{symbol}.bin"
    subprocess.run([f"{prefix}as", "--fatal-warnings", "-o", linked, source], check=True)
    subprocess.run([f"{prefix}objcopy", "-O", "binary", "-j", ".text", linked, binary], check=True)
    names = subprocess.run([f"{prefix}nm", linked], check=True, capture_output=True, text=True).stdout
    addresses = {line.split()[-1]: int(line.split()[0], 16) for line in names.splitlines() if len(line.split()) == 3}
    later = ".arch   armv8.2-a" in source.read_text(encoding="utf-8")
    return Code(isa, binary.read_bytes(), addresses[symbol], later)


def _module(name: str) -> Any:
    return importlib.import_module(name)


def armv7_machine() -> Machine:
    """A Cortex-A7 with NEON switched on: full access to coprocessors 10 and 11 (CPACR), then FPEXC.EN."""
    unicorn, arm = _module("unicorn"), _module("unicorn.arm_const")
    emulator = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_ARM)
    emulator.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_A7)
    emulator.reg_write(arm.UC_ARM_REG_C1_C0_2, emulator.reg_read(arm.UC_ARM_REG_C1_C0_2) | 0xF << 20)
    emulator.reg_write(arm.UC_ARM_REG_FPEXC, 1 << 30)
    general = [getattr(arm, f"UC_ARM_REG_R{number}") for number in range(12)]
    vectors = [getattr(arm, f"UC_ARM_REG_D{number}") for number in range(8, 16)]
    saved = (*general[4:], *vectors)
    return Machine(emulator, tuple(general[:4]), saved, arm.UC_ARM_REG_SP, arm.UC_ARM_REG_LR, arm.UC_ARM_REG_PC, "<I")


def aarch64_machine(later: bool = False) -> Machine:
    """A Cortex-A53, or a core with later extensions, with SIMD instructions enabled at EL1 (CPACR_EL1.FPEN)."""
    unicorn, arm = _module("unicorn"), _module("unicorn.arm64_const")
    emulator = unicorn.Uc(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM)
    emulator.ctl_set_cpu_model(arm.UC_CPU_ARM64_MAX if later else arm.UC_CPU_ARM64_A53)
    emulator.reg_write(arm.UC_ARM64_REG_CPACR_EL1, 3 << 20)
    general = [getattr(arm, f"UC_ARM64_REG_X{number}") for number in range(29)]
    vectors = [getattr(arm, f"UC_ARM64_REG_D{number}") for number in range(8, 16)]
    saved = (*general[19:], arm.UC_ARM64_REG_X29, *vectors)
    counter, link = arm.UC_ARM64_REG_PC, arm.UC_ARM64_REG_LR
    return Machine(emulator, tuple(general[:8]), saved, arm.UC_ARM64_REG_SP, link, counter, "<Q")


def map_against_guard(emulator: Any, address: int, content: bytes) -> int:
    """Map `content` so that it ends where its pages end: one byte further faults. Gives its address."""
    pages = -(-len(content) // PAGE) * PAGE
    emulator.mem_map(address, pages)
    start = address + pages - len(content)
    emulator.mem_write(start, content)
    return start


class Answer(NamedTuple):
    """What a call left behind. `buffers` in the order given; `disturbed`: callee-saved registers that changed."""

    buffers: list[bytes]
    disturbed: int


def call(code: Code, arguments: list[int | bytes]) -> Answer:
    """Call the function with integers and buffers (each passed by address). Any access outside the buffers raises."""
    machine = armv7_machine() if code.isa == "armv7" else aarch64_machine(code.later)
    emulator = machine.emulator
    emulator.mem_map(CODE, -(-len(code.text) // PAGE) * PAGE)
    emulator.mem_write(CODE, code.text)
    emulator.mem_map(STACK_TOP - 4 * PAGE, 4 * PAGE)
    places: list[tuple[int, int]] = []
    values: list[int] = []
    for argument in arguments:
        if isinstance(argument, int):
            values.append(argument)
            continue
        places.append((map_against_guard(emulator, FIRST_BUFFER * (1 + len(places)), argument), len(argument)))
        values.append(places[-1][0])
    return _run(machine, CODE + code.entry, values, places)


def _run(machine: Machine, entry: int, values: list[int], places: list[tuple[int, int]]) -> Answer:
    emulator, in_registers = machine.emulator, len(machine.arguments)
    for register, value in zip(machine.arguments, values, strict=False):
        emulator.reg_write(register, value)
    stack = STACK_TOP - 64
    emulator.mem_write(stack, b"".join(struct.pack(machine.word, value) for value in values[in_registers:]))
    emulator.reg_write(machine.stack_pointer, stack)
    emulator.reg_write(machine.link, RETURN_ADDRESS)
    before = _scramble(machine)
    emulator.emu_start(entry, RETURN_ADDRESS, count=INSTRUCTION_LIMIT)
    assert emulator.reg_read(machine.counter) == RETURN_ADDRESS, "the function did not return"
    after = [emulator.reg_read(register) for register in machine.saved]
    disturbed = sum(old != new for old, new in zip(before, after, strict=True))
    disturbed += emulator.reg_read(machine.stack_pointer) != stack
    return Answer([bytes(emulator.mem_read(address, length)) for address, length in places], disturbed)


def _scramble(machine: Machine) -> list[int]:
    """Give every callee-saved register a value of its own and read them back (some are 32 bits wide)."""
    values = random.Random(len(machine.saved))
    for register in machine.saved:
        machine.emulator.reg_write(register, values.getrandbits(31))
    return [machine.emulator.reg_read(register) for register in machine.saved]
