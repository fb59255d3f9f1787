"""`network`: a table of layers, their shapes and bytes, their time on each core, and what binds."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.network import KIB, Runner, Study, fits, moved
from cyclesim.units import Cycles, decimal_text, exact_text
from cyclesim.views import table
from cyclesim.views.network_answer import verdict
from cyclesim.views.wording import wrap

MILLION = 1_000_000


def render(study: Study, format: str = "text") -> str:
    """`text` has the layers, the cores, totals, and the answer; `csv` and `markdown` one row a layer and core."""
    if format == "json":
        return _json(study)
    if format != "text":
        return _long(study, format)
    return "\n".join(line.rstrip() for line in _lines(study))


def _lines(study: Study) -> list[str]:
    network = study.network
    convolutions = sum(layer.repeat for layer in network.convolutions)
    lines = wrap(f"{network.name}: {network.title}")
    lines += wrap(f"source: {network.source}")
    lines += wrap(
        f"{convolutions} convolutional layers, {network.total('parameters')} parameters, "
        f"{decimal_text(Cycles(network.total('multiply_adds'), MILLION), 1)} M multiply-adds; {study.element}"
    )
    lines += ["", table.render(_shape_headers(study), _shape_rows(study)), "", *_runner_lines(study), ""]
    lines += [table.render(_time_headers(study), _time_rows(study)), ""]
    answer = verdict(study)
    remarks = [line for note in study.notes for line in wrap(f"note: {note}")]
    return [*lines, *remarks, *([""] if remarks and answer else []), *(wrap(answer) if answer else [])]


SHORT = {
    "convolution": "conv",
    "depthwise": "depth",
    "linear": "full",
    "average-pool": "mean",
    "max-pool": "max",
    "memory": "mem",
}
"""Words of the table of shapes, whose columns have to fit a line."""


def _shape_headers(study: Study) -> list[str]:
    return ["layer", "times", "in", "out", "kernel", "MMAC", "weights", "input", "output", "KiB; fits"]


def _shape_rows(study: Study) -> list[list[object]]:
    rows = []
    for layer in study.network.layers:
        stride = f"/{layer.stride}" if layer.stride > 1 else ""
        sizes = [part * study.bytes for part in (layer.parameters, layer.inputs, layer.outputs)]
        where = " ".join(SHORT.get(level := fits(study.runners[0], size), level) if size else "-" for size in sizes)
        rows.append(
            [
                layer.name,
                layer.repeat,
                f"{layer.in_size}^2x{layer.in_channels}",
                f"{layer.out_size}^2x{layer.out_channels}",
                f"{layer.kernel}{stride} {SHORT[layer.kind]}",
                decimal_text(Cycles(layer.multiply_adds, MILLION), 1),
                *[decimal_text(Cycles(size, KIB), 0) for size in sizes],
                where,
            ]
        )
    totals = [study.network.total(what) * study.bytes for what in ("parameters", "inputs", "outputs")]
    kib = [decimal_text(Cycles(total, KIB), 0) for total in totals]
    macs = decimal_text(Cycles(study.network.total("multiply_adds"), MILLION), 1)
    rows.append(["in all", sum(layer.repeat for layer in study.network.layers), "", "", "", macs, *kib, ""])
    return rows


def _runner_lines(study: Study) -> list[str]:
    lines = []
    for runner in study.runners:
        memory = f"memory {decimal_text(runner.memory / 10**9, 1)} GB/s" if runner.memory else "memory unknown"
        levels = ", ".join(f"{level.name} {level.bytes // KIB} KiB" for level in runner.levels)
        lines += wrap(
            f"{runner.name}: {runner.title}; {runner.cores} cores at {runner.clock} MHz, {levels}, {memory}; "
            f"{runner.kernel}: {_giga(runner.rate)} G multiply-adds a second{_span(runner)}, limit {runner.limit}"
        )
    return lines


def _giga(rate: Cycles) -> str:
    return decimal_text(rate / 10**9, 2)


def _span(runner: Runner) -> str:
    return "" if runner.low == runner.high else f" ({_giga(runner.low)} to {_giga(runner.high)})"


def _time_headers(study: Study) -> list[str]:
    headers = ["layers"]
    for runner in study.runners:
        headers += [f"{runner.name} ms", "bound", *(["range"] if runner.low != runner.high else [])]
    return headers


def _time_rows(study: Study) -> list[list[object]]:
    rows: list[list[object]] = []
    for place, layer in enumerate(study.network.layers):
        row: list[object] = [layer.name]
        for runner, times in zip(study.runners, study.times, strict=True):
            time = times[place]
            seconds, low, high = (part * layer.repeat for part in (time.seconds, time.low, time.high))
            row += [_ms(seconds), time.bound, *_range_cell(runner, low, high)]
        rows.append(row)
    last: list[object] = ["in all"]
    for number, runner in enumerate(study.runners):
        ends = (study.total(number, end) for end in ("low", "high"))
        last += [_ms(study.total(number)), "", *_range_cell(runner, *ends)]
    return [*rows, last]


def _range_cell(runner: Runner, low: Cycles, high: Cycles) -> list[str]:
    """The cell of the range column, which only an uncertain core has."""
    if runner.low == runner.high:
        return []
    return ["" if low == high else f"{_ms(low)}-{_ms(high)}"]


def _ms(seconds: Cycles) -> str:
    return decimal_text(seconds * 1000, 1)


LONG = [
    "layer",
    "core",
    "repeat",
    "multiply_adds",
    "weights",
    "bytes",
    "ms",
    "low_ms",
    "high_ms",
    "bound",
    "weights_fit",
]


def _long(study: Study, format: str) -> str:
    rows: list[Sequence[object]] = [
        [
            layer.name,
            runner.name,
            layer.repeat,
            layer.multiply_adds,
            layer.weights,
            moved(layer, study.bytes),
            *[decimal_text(part * 1000, 4) for part in (time.seconds, time.low, time.high)],
            time.bound,
            fits(runner, layer.parameters * study.bytes) if layer.parameters else "",
        ]
        for runner, times in zip(study.runners, study.times, strict=True)
        for layer, time in zip(study.network.layers, times, strict=True)
    ]
    text = table.render(LONG, rows, format)
    return text if format == "csv" else "\n".join([text, "", verdict(study)])


def _json(study: Study) -> str:
    import json

    network = study.network
    record = {
        "schema_version": 1,
        "network": network.name,
        "title": network.title,
        "source": network.source,
        "element": study.element,
        "convolutional_layers": sum(layer.repeat for layer in network.convolutions),
        "parameters": network.total("parameters"),
        "multiply_adds": network.total("multiply_adds"),
        "cores": [_runner_record(study, number) for number in range(len(study.runners))],
        "layers": [_layer_record(study, place) for place in range(len(network.layers))],
        "answer": verdict(study),
        "notes": list(study.notes),
    }
    return json.dumps(record, indent=1)


def _runner_record(study: Study, number: int) -> dict[str, object]:
    runner = study.runners[number]
    return {
        "core": runner.name,
        "cores": runner.cores,
        "kernel": runner.kernel,
        "multiply_adds_per_second": float(runner.rate),
        "low": float(runner.low),
        "high": float(runner.high),
        "bound_per_second": float(runner.bound),
        "limit": runner.limit,
        "peak_per_second": float(runner.peak) if runner.peak is not None else None,
        "memory_bytes_per_second": float(runner.memory) if runner.memory else None,
        "levels": {level.name: level.bytes for level in runner.levels},
        "ms": float(study.total(number) * 1000),
        "ms_exact": exact_text(study.total(number) * 1000),
        "low_ms": float(study.total(number, "low") * 1000),
        "high_ms": float(study.total(number, "high") * 1000),
        "source": runner.source,
    }


def _layer_record(study: Study, place: int) -> dict[str, object]:
    layer = study.network.layers[place]
    times = {}
    for runner, row in zip(study.runners, study.times, strict=True):
        sizes = {"weights": layer.parameters, "input": layer.inputs, "output": layer.outputs}
        times[runner.name] = {
            "ms": float(row[place].seconds * 1000),
            "low_ms": float(row[place].low * 1000),
            "high_ms": float(row[place].high * 1000),
            "compute_ms": float(row[place].compute * 1000),
            "memory_ms": float(row[place].memory * 1000),
            "bound": row[place].bound,
            "fits": {name: fits(runner, values * study.bytes) for name, values in sizes.items() if values},
        }
    return {
        **{key: getattr(layer, key) for key in ("name", "kind", "in_channels", "out_channels", "kernel", "stride")},
        **{
            key: getattr(layer, key)
            for key in ("in_size", "out_size", "repeat", "weights", "parameters", "multiply_adds")
        },
        "bytes": moved(layer, study.bytes),
        "cores": times,
    }
