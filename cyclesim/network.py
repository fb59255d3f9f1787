"""A network on several cores: per layer the time by the kernels' scheduled rates, the memory ceiling and the launch."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from cyclesim import isa, machine, resources
from cyclesim.analysis import analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.errors import InputError, UsageError
from cyclesim.gpu import launch
from cyclesim.gpu.estimate import Estimate, estimate
from cyclesim.gpu.network import Layer, Network, System, systems
from cyclesim.gpu.shipped import read_listing
from cyclesim.machine.timing import Core
from cyclesim.machine.warps import WarpCore, is_warps, load_warps
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles

BYTES: Mapping[str, int] = {"f32": 4, "f16": 2, "i8": 1}
"""Element type to the bytes of a value, weights and images alike."""
ELEMENTS: Mapping[str, tuple[str, ...]] = {"f32": ("f32",), "f16": ("f16",), "i8": ("u8", "s8")}
COMPUTE, MEMORY, LAUNCH = "compute", "memory", "launch"
KIB = 1024


class Level(NamedTuple):
    """A memory level. `bytes`: of one core, or of the chip when it is shared."""

    name: str
    bytes: int


class Runner(NamedTuple):
    """What a layer runs on. Rates in multiply-adds a second of all cores together: `rate` of the kernel as scheduled,
    `low` and `high` where the core's numbers are uncertain, `bound` if only its floor held, `peak` of the multipliers
    (None where it isn't known). `memory`: bytes a second, None when unknown. `launch`: seconds a layer."""

    name: str
    title: str
    cores: int
    kernel: str
    clock: int
    rate: Cycles
    low: Cycles
    high: Cycles
    bound: Cycles
    limit: str
    peak: Cycles | None
    memory: Cycles | None
    launch: Cycles
    levels: tuple[Level, ...]
    gpu: Estimate | None
    source: str


class LayerTime(NamedTuple):
    """One row of layers on one runner. Units: seconds of one layer. `bound`: what takes longest."""

    compute: Cycles
    memory: Cycles
    launch: Cycles
    low: Cycles
    high: Cycles
    bound: str

    @property
    def seconds(self) -> Cycles:
        return max(self.compute, self.memory) + self.launch


class Study(NamedTuple):
    """A network on several runners. `times[r][l]`: row l on runner r. `bytes`: of a value."""

    network: Network
    element: str
    bytes: int
    runners: tuple[Runner, ...]
    times: tuple[tuple[LayerTime, ...], ...]
    notes: tuple[str, ...]

    def total(self, runner: int, what: str = "seconds") -> Cycles:
        """The sum over all layers of a runner. Units: seconds."""
        rows = zip(self.network.layers, self.times[runner], strict=True)
        return sum((getattr(time, what) * layer.repeat for layer, time in rows), Cycles(0))


def study(network: Network, cores: Sequence[str], count: int, element: str = "f32") -> Study:
    """Times of every layer on every core. `count`: CPU cores that share a layer. Raises UsageError for an element type
    that has no kernel on a core."""
    if not 1 <= count <= 1024:
        raise UsageError(f"--cores {count}: from 1 to 1024")
    runners = tuple(_gpu(name, element) if is_warps(name) else _cpu(name, count, element) for name in cores)
    times = tuple(tuple(_time(layer, runner, BYTES[element]) for layer in network.layers) for runner in runners)
    return Study(network, element, BYTES[element], runners, times, _notes(network, runners))


def _notes(network: Network, runners: Sequence[Runner]) -> tuple[str, ...]:
    notes = []
    if any(layer.kind == "depthwise" for layer in network.layers):
        notes.append("depthwise layers are counted at the rate of a matrix product, which they don't reach")
    notes += [
        f"memory bandwidth of {runner.name} is unknown: no memory bound" for runner in runners if runner.memory is None
    ]
    return tuple(notes)


def moved(layer: Layer, each: int) -> int:
    """Bytes that a layer moves if everything passes through memory once: input, weights, output."""
    return (layer.inputs + layer.parameters + layer.outputs) * each


def _time(layer: Layer, runner: Runner, each: int) -> LayerTime:
    compute = layer.multiply_adds / runner.rate
    memory = moved(layer, each) / runner.memory if runner.memory else Cycles(0)
    bound = max(((compute, COMPUTE), (memory, MEMORY), (runner.launch, LAUNCH)), key=lambda pair: pair[0])[1]
    low, high = (max(layer.multiply_adds / rate, memory) + runner.launch for rate in (runner.high, runner.low))
    return LayerTime(compute, memory, runner.launch, low, high, bound)


def fits(runner: Runner, size: int) -> str:
    """The smallest memory level that holds so many bytes."""
    return next((level.name for level in runner.levels if size <= level.bytes), "memory")


# GPU -----------------------------------------------------------------------------------------------------------------


def _kernels() -> Mapping[str, Mapping[str, str]]:
    import yaml

    path = os.path.join(resources.data_folder("kernels_asm"), "networks", f"{KERNELS}.yaml")
    with open(path, encoding="utf-8") as file:
        document: Mapping[str, Mapping[str, str]] = yaml.safe_load(file)["kernels"]
    return document


KERNELS = "kernels"


def _gpu(name: str, element: str) -> Runner:
    core = load_warps(name)
    kernels = _kernels()["bifrost"]
    if element not in kernels:
        raise UsageError(f"no shipped listing of element type {element}", hint=f"there are {', '.join(kernels)}")
    listing, _, launched = read_listing(kernels[element])
    shape = launch.dispatch(launched.get("threads"), launched.get("group"), core)
    one = estimate(listing, core, shape, launched.get("trips") or {}, launched.get("memory_bytes"))
    rates = [gpu_rate(one, cycles) for cycles in _engine_cycles(one)]
    floor = max((floor for floor in one.point.floors if floor.limit != MEMORY), key=lambda floor: floor.cycles)
    numbers = core.numbers
    return Runner(
        core.name,
        core.title,
        core.whole("cores"),
        listing.file,
        core.whole("clock"),
        rates[0],
        min(rates),
        max(rates),
        gpu_rate(one, floor.cycles),
        floor.limit,
        gpu_peak(core, element),
        numbers["dram"].value * 1_000_000 if "dram" in numbers else None,
        numbers["launch"].value / 1_000_000 if "launch" in numbers else Cycles(0),
        _gpu_levels(core),
        one,
        numbers["load_store_threads"].source,
    )


def _engine_cycles(one: Estimate) -> list[Cycles]:
    """The schedule without memory, whose share a layer's own bytes decide, at the value and the ends of the range."""
    found = []
    for point in (one.point, one.fast, one.slow):
        floors = [floor.cycles for floor in point.floors if floor.limit != MEMORY]
        found.append(max([point.engine, *floors]))
    return found


def gpu_rate(one: Estimate, cycles: Cycles) -> Cycles:
    """Multiply-adds a second of a dispatch that takes so many cycles."""
    multiply_adds = Cycles(one.executed.operations, 2) * one.dispatch.total
    return multiply_adds / (cycles / (one.core.number("clock") * 1_000_000))


def gpu_peak(core: WarpCore, element: str) -> Cycles | None:
    """Multiply-adds a second if every tuple held one in every lane: two of 16 bits, four of 8 where there is a dot
    product."""
    each = {"f32": 1, "f16": 2, "i8": core.whole("int8_dot")}[element]
    lanes = core.whole("cores") * core.whole("engines") * core.whole("lanes")
    return lanes * each * core.number("clock") * 1_000_000 if each else None


def _gpu_levels(core: WarpCore) -> tuple[Level, ...]:
    names = (("L1", "load_store_cache"), ("L2", "second_level_cache"))
    return tuple(Level(name, core.whole(key) * KIB) for name, key in names if key in core.numbers)


def register_file(core: WarpCore) -> int:
    """Bytes of the registers of one core: those of all resident threads at the greatest occupancy."""
    threads = core.whole("engines") * core.whole("warps") * core.whole("lanes")
    return threads * core.whole("registers") * 4


# CPU -----------------------------------------------------------------------------------------------------------------


def _cpu(name: str, count: int, element: str) -> Runner:
    core = machine.load(name)
    system = systems().get(core.name)
    if system is None:
        raise InputError(
            f"no system figures of {core.name}", hint="kernels_asm/networks/systems.yaml has clock and caches"
        )
    kernel, rate, bound, limit = best_kernel(core, element)
    second = system.clock * 1_000_000 * count
    return Runner(
        core.name,
        f"{core.title}, {system.chip}",
        count,
        kernel,
        system.clock,
        rate * second,
        rate * second,
        rate * second,
        bound * second,
        limit,
        None,
        _memory(system, count),
        Cycles(0),
        (Level("L1", system.first_level_cache * KIB), Level("L2", system.second_level_cache * KIB)),
        None,
        system.source,
    )


def _memory(system: System, count: int) -> Cycles | None:
    """Bytes a second of `count` cores."""
    if system.memory_one is None or system.memory_all is None:
        return None
    return Cycles(min(system.memory_one * count, system.memory_all) * 1_000_000)


def best_kernel(core: Core, element: str) -> tuple[str, Cycles, Cycles, str]:
    """The shipped matrix product of this element type that is scheduled fastest: its path, and multiply-adds a cycle as
    scheduled and by its bound, and the bound's limit. Raises UsageError when there is none."""
    best: tuple[str, Cycles, Cycles, str] | None = None
    for path in _products(core, element):
        program = read_program(path).program
        region = regions.choose(program)[0]
        analysis = analyse(program, region, resolve_region(program, region, isa.load(program.isa)), core)
        bound = analysis.bounds.binding
        rate = Cycles(analysis.operations, 2) / analysis.schedule.cycles
        if best is None or rate > best[1]:
            best = resources.shown(path), rate, Cycles(analysis.operations, 2) / bound.cycles, bound.limit
    if best is None:
        raise UsageError(f"no shipped kernel of element type {element} for {core.name}", hint="--type f32 or i8")
    return best


def _products(core: Core, element: str) -> list[str]:
    """Shipped kernels of real instructions whose panels have this element type."""
    import yaml

    found = []
    for isa_name in core.isas:
        folder = os.path.join(resources.data_folder("kernels_asm"), isa_name)
        for file in sorted(os.listdir(folder)):
            if not file.endswith(".yaml"):
                continue
            with open(os.path.join(folder, file), encoding="utf-8") as stream:
                sidecar = yaml.safe_load(stream)
            arguments = (sidecar.get("function") or {}).get("arguments") or []
            panels = {one.get("element") for one in arguments if one.get("kind") == "panel"}
            if panels and panels <= set(ELEMENTS[element]) and "whatif" not in sidecar:
                found.append(os.path.join(folder, file.removesuffix(".yaml") + ".s"))
    return found
