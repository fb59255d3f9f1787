"""The figures printed of a GPU and of a network on it, each derived again from the core file and the listings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cyclesim import resources
from cyclesim.gpu import launch, network
from cyclesim.gpu.estimate import Estimate, estimate
from cyclesim.gpu.shipped import read_listing, shipped_path, sidecar
from cyclesim.machine.warps import WarpCore, load_warps
from cyclesim.record import NamedTuple
from cyclesim.reproduce import like
from cyclesim.units import Cycles

KIB = 1024
HALF = 2
"""Bytes of a value in the text's own count of a network: 16 bits."""


class Row(NamedTuple):
    """One printed figure. `agrees`: our figure rounds to it or lies within its tolerance. `explained`: where it does
    not, the note says why. `exact`: ours; `estimated`: with as many decimals as are printed."""

    row: str
    core: str
    printed: str
    estimated: str
    exact: Cycles
    unit: str
    agrees: bool
    explained: bool
    note: str


class Grid(NamedTuple):
    """Published rates of one work-group size, all its shapes, and ours. Units: 10^9 thread-tuples of the loop a second.
    `errors`: ours over each of them, less one."""

    test: str
    group: int
    points: tuple[Cycles, ...]
    estimated: Cycles
    errors: tuple[Cycles, ...]


class Figures(NamedTuple):
    """Everything that `reproduce mali` prints."""

    source: str
    rows: tuple[Row, ...]
    grids: tuple[Grid, ...]

    @property
    def median_error(self) -> Cycles:
        """The middle of the sizes of all errors of the grids."""
        sizes = sorted(abs(error) for grid in self.grids for error in grid.errors)
        middle = len(sizes) // 2
        return sizes[middle] if len(sizes) % 2 else (sizes[middle - 1] + sizes[middle]) / 2


def printed_figures(name: str) -> Figures:
    """Every figure and grid point of the table `name` among the kernels. Raises CyclesimError for a broken file."""
    import yaml

    with open(os.path.join(resources.data_folder("kernels_asm"), f"{name}.yaml"), encoding="utf-8") as file:
        document = yaml.safe_load(file)
    bench = Bench(load_warps(document["core"]), network.read(document["network"]))
    rows = tuple(_row(bench, entry) for entry in document["rows"])
    return Figures(document["source"], rows, tuple(_grid(bench, entry) for entry in document["grids"]))


class Bench:
    """The core, the network, and the tests that have been run on it."""

    def __init__(self, core: WarpCore, layers: network.Network) -> None:
        self.core = core
        self.network = layers
        self._run: dict[tuple[str, str], Estimate] = {}

    def test(self, name: str, group: str) -> Estimate:
        """A shipped test in work-groups of `group`, as its sidecar launches it otherwise."""
        if (name, group) not in self._run:
            listing, _, launched = read_listing(name)
            threads = launched["threads"]
            if "x" not in group:
                threads = str(launch.total_of(threads))
            shape = launch.dispatch(threads, group, self.core)
            trips = launched.get("trips") or {}
            self._run[name, group] = estimate(listing, self.core, shape, trips, launched.get("memory_bytes"))
        return self._run[name, group]

    def loop_tuples(self, name: str) -> int:
        """Tuples that a thread of a test executes in its loop, which is what its author counts."""
        beside = sidecar(shipped_path(name))
        (rounds,) = beside["launch"]["trips"].values()
        return int(beside["iteration"]["tuples"]) * int(rounds)


def _row(bench: Bench, entry: Mapping[str, Any]) -> Row:
    exact = FIGURES[entry["figure"]](bench, entry)
    printed = str(entry["printed"])
    estimated = like(printed, exact)
    error = exact / Cycles(printed) - 1
    agrees = estimated == printed or abs(error) <= Cycles(str(entry.get("tolerance", 0)))
    words = [str(entry.get("why", "")), str(entry.get("note", ""))]
    if estimated != printed and "why" not in entry:
        words.append(f"{float(100 * error):+.1f} %")
    note = "; ".join(word for word in words if word)
    return Row(entry["row"], bench.core.name, printed, estimated, exact, entry["unit"], agrees, "why" in entry, note)


def _grid(bench: Bench, entry: Mapping[str, Any]) -> Grid:
    one = bench.test(entry["test"], str(entry["group"]))
    rate = Cycles(bench.loop_tuples(entry["test"]) * one.dispatch.total) / one.point.seconds / 10**9
    points = tuple(Cycles(str(point)) for point in entry["points"])
    return Grid(entry["test"], int(entry["group"]), points, rate, tuple(rate / point - 1 for point in points))


# Derivations ---------------------------------------------------------------------------------------------------------


def _rate(bench: Bench, each: int) -> Cycles:
    """10^9 a second when every lane does so many a cycle."""
    core = bench.core
    return core.whole("cores") * core.whole("engines") * core.whole("lanes") * each * core.number("clock") / 1000


def _loop_rate(bench: Bench) -> Cycles:
    """10^9 thread-tuples of T6's loop a second."""
    one = bench.test("t6", "16x16")
    return Cycles(bench.loop_tuples("t6") * one.dispatch.total) / one.point.seconds / 10**9


def _multiply_add_rate(bench: Bench) -> Cycles:
    beside = sidecar(shipped_path("t6"))["iteration"]
    return _loop_rate(bench) * Cycles(int(beside["operations"]), 2 * int(beside["tuples"]))


def _cache_bandwidth(bench: Bench, bytes_: int) -> Cycles:
    """GiB a second of all cores when each moves so many bytes a cycle."""
    return bench.core.whole("cores") * bytes_ * bench.core.number("clock") * 1_000_000 / KIB**3


def _threads(bench: Bench, share: int) -> Cycles:
    core = bench.core
    return Cycles(core.whole("engines") * core.whole("warps") * core.whole("lanes"), share)


def _register_file(bench: Bench) -> Cycles:
    """KiB of one core: its threads at full occupancy with their registers of 4 bytes."""
    return _threads(bench, 1) * bench.core.whole("registers") * 4 / KIB


def _first_level(bench: Bench) -> Cycles:
    return bench.core.number("load_store_cache") + bench.core.number("texture_cache")


def _weights(bench: Bench) -> Cycles:
    return Cycles(sum(layer.weights * layer.repeat for layer in bench.network.convolutions))


def _intermediates(bench: Bench) -> Cycles:
    return Cycles(sum(layer.inputs * layer.repeat for layer in bench.network.convolutions))


def _largest(bench: Bench) -> network.Layer:
    """The row of layers that takes most of the multiply-adds."""
    return max(bench.network.convolutions, key=lambda layer: layer.multiply_adds * layer.repeat)


def _time(bench: Bench, entry: Mapping[str, Any]) -> Cycles:
    return bench.test(entry["test"], entry["group"]).point.seconds * 1000


FIGURES: Mapping[str, Callable[[Bench, Mapping[str, Any]], Cycles]] = {
    "peak_instructions": lambda bench, entry: _rate(bench, 2),
    "peak_multiplications": lambda bench, entry: _rate(bench, 1),
    "measured_instructions": lambda bench, entry: 2 * _loop_rate(bench),
    "measured_multiply_adds": lambda bench, entry: _multiply_add_rate(bench),
    "second_level_cache": lambda bench, entry: bench.core.number("second_level_cache"),
    "first_level_cache": lambda bench, entry: bench.core.number("load_store_cache"),
    "first_level_caches": lambda bench, entry: bench.core.number("cores") * _first_level(bench),
    "line_bandwidth": lambda bench, entry: _cache_bandwidth(bench, bench.core.whole("line")),
    "thread_bandwidth": lambda bench, entry: _cache_bandwidth(bench, 16 * bench.core.whole("load_store_threads")),
    "threads_full": lambda bench, entry: _threads(bench, 1),
    "threads_half": lambda bench, entry: _threads(bench, 2),
    "registers_full": lambda bench, entry: bench.core.number("registers"),
    "register_file_core": lambda bench, entry: _register_file(bench),
    "register_file": lambda bench, entry: bench.core.number("cores") * _register_file(bench),
    "operations": lambda bench, entry: Cycles(bench.network.total("multiply_adds"), 10**9),
    "parameters": lambda bench, entry: _weights(bench) * HALF / KIB / 1000,
    "intermediates": lambda bench, entry: _intermediates(bench) * HALF / KIB / 1000,
    "layers": lambda bench, entry: Cycles(sum(layer.repeat for layer in bench.network.convolutions)),
    "largest_layers": lambda bench, entry: Cycles(_largest(bench).repeat),
    "layer_weights": lambda bench, entry: Cycles(_largest(bench).weights * HALF, KIB**2),
    "time": _time,
}
"""The derivation of each figure by the name that the table of printed figures gives it."""


def unexplained(rows: Sequence[Row]) -> list[Row]:
    """Rows that neither agree nor say why."""
    return [row for row in rows if not row.agrees and not row.explained]
