"""Networks as tables of layers: shapes, parameters, multiply-adds and bytes, from nothing but the shapes."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cyclesim import resources
from cyclesim.errors import CyclesimError, InputError, ManyErrors
from cyclesim.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cyclesim.machine.nodes import Node
    from cyclesim.machine.report import Report

KINDS = ("convolution", "depthwise", "linear", "average-pool", "max-pool")
LAYER_KEYS = ("name", "kind", "channels", "kernel", "stride", "repeat", "bias")
TOP_KEYS = ("title", "source", "input", "layers")
SYSTEMS = "systems"
TABLES = (SYSTEMS, "kernels")
"""Files of the folder that are no networks."""


class Layer(NamedTuple):
    """One row: `repeat` layers of one shape. Sizes are of a square image; a linear layer has size 1."""

    name: str
    kind: str
    in_channels: int
    out_channels: int
    kernel: int
    stride: int
    in_size: int
    out_size: int
    repeat: int
    bias: bool

    @property
    def weights(self) -> int:
        """Weights of one layer, biases not counted."""
        if self.kind.endswith("pool"):
            return 0
        inputs = 1 if self.kind == "depthwise" else self.in_channels
        return inputs * self.out_channels * self.kernel**2

    @property
    def parameters(self) -> int:
        return self.weights + (self.out_channels if self.bias else 0)

    @property
    def multiply_adds(self) -> int:
        """Of one layer; padded borders counted as everywhere else."""
        return self.weights * self.out_size**2

    @property
    def inputs(self) -> int:
        """Values that one layer reads."""
        return self.in_channels * self.in_size**2

    @property
    def outputs(self) -> int:
        return self.out_channels * self.out_size**2


class Network(NamedTuple):
    """A network: its rows in order."""

    name: str
    title: str
    source: str
    layers: tuple[Layer, ...]

    @property
    def convolutions(self) -> tuple[Layer, ...]:
        return tuple(layer for layer in self.layers if layer.kind in ("convolution", "depthwise"))

    def total(self, what: str) -> int:
        """The sum of a property over all layers, repeated ones as often as they are."""
        return sum(int(getattr(layer, what)) * layer.repeat for layer in self.layers)


def names() -> list[str]:
    """The shipped networks."""
    folder = os.path.join(resources.data_folder("kernels_asm"), "networks")
    return sorted(file.removesuffix(".yaml") for file in os.listdir(folder) if file[:-5] not in TABLES)


def path_of(name: str) -> str:
    """The file of a shipped network, or the path itself. Raises InputError with the nearest names."""
    path = os.path.join(resources.data_folder("kernels_asm"), "networks", f"{name}.yaml")
    if os.path.basename(name) == name and name not in TABLES and os.path.isfile(path):
        return path
    if name.endswith((".yaml", ".yml")):
        return name
    import difflib

    close = difflib.get_close_matches(name, names(), 3, 0.3)
    hint = f"did you mean {', '.join(close)}? " if close else ""
    raise InputError(f"no network {name!r}", hint=f"{hint}networks: {', '.join(names())}; or a path ending in .yaml")


def read(name: str) -> Network:
    """A network by name or path. Raises InputError, or ManyErrors with everything that is wrong with the file."""
    from cyclesim.machine.nodes import parse_yaml, read_text
    from cyclesim.machine.report import Report

    path = path_of(name)
    try:
        text = read_text(path)
    except OSError as error:
        raise InputError(f"can't read network {path}: {error.strerror}") from None
    document = parse_yaml(text, resources.shown(path))
    report = Report(document.errors)
    network = _network(os.path.basename(path).rpartition(".")[0], document.root, report)
    errors = [_with_line(error, text.splitlines()) for error in report.in_order()]
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return network


def _with_line(error: CyclesimError, lines: list[str]) -> CyclesimError:
    if error.span and error.span.line <= len(lines):
        error.source_line = lines[error.span.line - 1]
    return error


def _network(name: str, root: Node, report: Report) -> Network:
    report.mapping(root, "a network")
    report.known_keys(root, TOP_KEYS, "a network")
    report.required(root, TOP_KEYS, "the network")
    title, source = (report.text(root.get(key), key) or "" for key in ("title", "source"))
    given = report.mapping(root.get("input"), "input")
    channels = report.whole(given.get("channels"), "channels of input")
    size = report.whole(given.get("size"), "size of input")
    if root.get("input") is not None and (channels is None or size is None):
        report.add("input has whole numbers `channels` and `size`", root.keys["input"])
    layers: list[Layer] = []
    node = root.get("layers")
    if node is not None and not isinstance(node.value, list):
        report.add("layers is a list", node.span)
        return Network(name, title, source, ())
    channels, size = channels or 1, size or 1
    for row in node.elements() if node is not None else ():
        layer = _layer(row, channels, size, report)
        if layer:
            layers.append(layer)
            channels, size = layer.out_channels, layer.out_size
    return Network(name, title, source, tuple(layers))


def _layer(row: Node, channels: int, size: int, report: Report) -> Layer | None:
    """One row, its input being the output of the row before. None for a row that can't be understood."""
    report.mapping(row, "a layer")
    report.known_keys(row, LAYER_KEYS, "a layer")
    report.required(row, ("name", "kind"), "a layer")
    kind, name = row.get("kind"), report.text(row.get("name"), "name of a layer") or ""
    report.one_of(kind, KINDS, "kind of a layer")
    report.truth(row.get("bias"), "bias")
    numbers = {
        key: report.whole(row.get(key), f"{key} of layer {name}") for key in ("channels", "kernel", "stride", "repeat")
    }
    if kind is None or kind.value not in KINDS:
        return None
    whole = kind.value in ("linear", "average-pool")
    if kind.value == "linear":
        channels, size = channels * size**2, 1
    kernel = size if kind.value == "average-pool" else (numbers["kernel"] or 1)
    stride, repeat = numbers["stride"] or 1, numbers["repeat"] or 1
    out = numbers["channels"] or channels
    if kind.value in ("convolution", "linear") and row.get("channels") is None:
        report.add(f"layer {name} has no `channels`", row.span)
    if kind.value not in ("convolution", "linear") and out != channels:
        report.add(f"layer {name}: {kind.value} keeps the {channels} channels", row.span)
    if repeat > 1 and (out != channels or stride != 1):
        report.add(f"layer {name} is repeated, but its output has another shape than its input", row.span)
    bias = row.get("bias")
    # Padded as usual: the output has a pixel for every `stride` of the input.
    out_size = 1 if whole else -(-size // stride)
    return Layer(
        name, kind.value, channels, out, kernel, stride, size, out_size, repeat, bias is not None and bias.value is True
    )


class System(NamedTuple):
    """The chip around a CPU core. Units: MHz, KiB per core and shared, MB/s of one core and of all; None is unknown."""

    chip: str
    clock: int
    first_level_cache: int
    second_level_cache: int
    memory_one: int | None
    memory_all: int | None
    status: str
    source: str


def systems() -> Mapping[str, System]:
    """Core name to the chip that it is looked at in."""
    import yaml

    path = os.path.join(resources.data_folder("kernels_asm"), "networks", f"{SYSTEMS}.yaml")
    with open(path, encoding="utf-8") as file:
        rows = yaml.safe_load(file)["systems"]
    return {name: _system(row) for name, row in rows.items()}


def _system(row: Mapping[str, Any]) -> System:
    one, all_ = (None if row[key] == "unknown" else int(row[key]) for key in ("memory_one", "memory_all"))
    first, second = (int(row[f"{level}_level_cache"]) for level in ("first", "second"))
    return System(row["chip"], int(row["clock"]), first, second, one, all_, row["status"], row["source"])
