"""The sentence that ends a network's report: which is ahead and why, and where the GPU's limit lies."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.gpu.estimate import ARITHMETIC
from cyclesim.network import COMPUTE, LAUNCH, MEMORY, Runner, Study, gpu_rate
from cyclesim.units import Cycles


def verdict(one: Study) -> str:
    """Which is ahead and why, and where the GPU's limit lies; empty without a GPU among the runners."""
    gpus = [place for place, runner in enumerate(one.runners) if runner.gpu]
    cpus = [place for place, runner in enumerate(one.runners) if not runner.gpu]
    if not gpus:
        return ""
    gpu = one.runners[gpus[0]]
    assert gpu.gpu is not None
    text = f"{_against(one, gpus[0], cpus)}{_limit_text(gpu)}"
    return f"{text} {_memory_text(one, gpus[0])}"


def _against(one: Study, gpu: int, cpus: Sequence[int]) -> str:
    if not cpus:
        return ""
    best = min(cpus, key=one.total)
    cpu, gpu_seconds, cpu_seconds = one.runners[best], one.total(gpu), one.total(best)
    ahead, behind = (cpu, one.runners[gpu]) if cpu_seconds < gpu_seconds else (one.runners[gpu], cpu)
    ratio = max(gpu_seconds, cpu_seconds) / min(gpu_seconds, cpu_seconds)
    low, high = (one.total(gpu, end) for end in ("low", "high"))
    sure = "" if (low < cpu_seconds) == (high < cpu_seconds) else " (within the GPU's range either may be)"
    share = _percent(cpu.rate / cpu.bound)
    return (
        f"{_named(ahead)} is {float(ratio):.1f} times as fast as {_named(behind)}{sure}: the CPU's kernel runs at "
        f"{share} % of its bound, {_giga(cpu.rate)} G multiply-adds a second. "
    )


def _named(runner: Runner) -> str:
    return runner.title.split(",")[0].split(" (")[0] + (f" x {runner.cores}" if runner.gpu is None else "")


def _limit_text(gpu: Runner) -> str:
    """How much of the GPU's multipliers the kernel uses, and what takes the rest."""
    assert gpu.gpu is not None and gpu.peak is not None
    executed = gpu.gpu.executed
    arithmetic = next(floor.cycles for floor in gpu.gpu.point.floors if floor.limit == ARITHMETIC)
    issue = gpu_rate(gpu.gpu, arithmetic)
    span = f" ({_giga(gpu.low)} to {_giga(gpu.high)})" if gpu.low != gpu.high else ""
    return (
        f"The GPU's multipliers could do {_giga(gpu.peak)} G a second; the kernel's {executed.tuples} tuples a thread "
        f"leave {_giga(issue)} G ({_percent(issue / gpu.peak)} %: in the others the multiplier idles for addresses and "
        f"loop control), and with its messages it does {_giga(gpu.rate)} G{span}, limit: {gpu.limit}."
    )


def _memory_text(one: Study, gpu: int) -> str:
    rows = list(zip(one.network.layers, one.times[gpu], strict=True))
    counted = sum(layer.repeat for layer, _ in rows)
    bound = {
        kind: sum(layer.repeat for layer, time in rows if time.bound == kind) for kind in (COMPUTE, MEMORY, LAUNCH)
    }
    memory = one.total(gpu, "memory") / one.total(gpu)
    where = "issue and load/store, not memory" if bound[COMPUTE] >= bound[MEMORY] else "memory"
    return (
        f"Memory bandwidth binds {bound[MEMORY]} of {counted} layers and would take {_percent(memory)} % of the time; "
        f"the GPU's limit is {where}."
    )


def _percent(share: Cycles) -> str:
    return f"{float(100 * share):.0f}"


def _giga(rate: Cycles) -> str:
    return f"{float(rate / 10**9):.1f}"
