"""Networks: totals from shapes, times by rates and ceilings, and what is wrong with a table."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.gpu import network
from cyclesim.machine.warps import load_warps
from cyclesim.network import LAUNCH, MEMORY, Study, fits, gpu_peak, moved, register_file, study
from cyclesim.views.network_answer import verdict

REPVGG = [
    ("stage0", 3, 64, 224, 112, 1, 1728, 21676032),
    ("stage1.0", 64, 96, 112, 56, 1, 55296, 173408256),
    ("stage1.1", 96, 96, 56, 56, 1, 82944, 260112384),
    ("stage2.0", 96, 192, 56, 28, 1, 165888, 130056192),
    ("stage2.1-3", 192, 192, 28, 28, 3, 331776, 260112384),
    ("stage3.0", 192, 384, 28, 14, 1, 663552, 130056192),
    ("stage3.1-13", 384, 384, 14, 14, 13, 1327104, 260112384),
    ("stage4.0", 384, 1408, 14, 7, 1, 4866048, 238436352),
]
"""Layer, channels in and out, sizes, repeats, weights and multiply-adds, from the picture beside the published text."""


def test_repvgg_a2_layer_by_layer() -> None:
    layers = network.read("repvgg-a2").convolutions
    assert [
        (
            one.name,
            one.in_channels,
            one.out_channels,
            one.in_size,
            one.out_size,
            one.repeat,
            one.weights,
            one.multiply_adds,
        )
        for one in layers
    ] == REPVGG


@pytest.mark.parametrize(
    ("name", "layers", "parameters", "multiply_adds"),
    [
        ("repvgg-a2", 22, 25_499_944, 5_116_951_552),
        ("vgg16", 13, 138_357_544, 15_470_264_320),
        ("mobilenet", 27, 4_210_088, 568_740_352),
    ],
)
def test_totals_are_the_published_ones(name: str, layers: int, parameters: int, multiply_adds: int) -> None:
    one = network.read(name)
    assert sum(layer.repeat for layer in one.convolutions) == layers
    assert one.total("parameters") == parameters
    assert one.total("multiply_adds") == multiply_adds


@pytest.fixture(scope="module")
def repvgg() -> Study:
    return study(network.read("repvgg-a2"), ["mali-g52", "a53", "a7"], 4)


def test_a_layer_takes_what_its_slowest_part_takes(repvgg: Study) -> None:
    for runner, times in zip(repvgg.runners, repvgg.times, strict=True):
        for layer, time in zip(repvgg.network.layers, times, strict=True):
            assert time.compute == layer.multiply_adds / runner.rate
            assert time.seconds == max(time.compute, time.memory) + runner.launch
            assert time.low <= time.seconds <= time.high


def test_memory_passes_everything_once(repvgg: Study) -> None:
    (linear,) = [layer for layer in repvgg.network.layers if layer.kind == "linear"]
    place = repvgg.network.layers.index(linear)
    assert moved(linear, 4) == 4 * (1_409_000 + 1408 + 1000)
    assert repvgg.times[0][place].memory == Fraction(moved(linear, 4), 7_100_000_000)
    assert repvgg.times[0][place].bound == MEMORY
    assert repvgg.times[0][place - 1].bound == LAUNCH


def test_the_cpu_rate_is_the_best_shipped_kernel_as_scheduled(repvgg: Study) -> None:
    a53, a7 = repvgg.runners[1:]
    assert a53.rate == Fraction(192, 2 * 31) * 1_800_000_000 * 4
    assert a53.kernel.startswith("kernels_asm/") and "sgemm" in a53.kernel
    assert a7.rate < a53.rate and a7.memory is None


def test_the_gpu_is_far_below_its_multipliers(repvgg: Study) -> None:
    gpu = repvgg.runners[0]
    assert gpu.peak == gpu_peak(load_warps("g52"), "f32") == 38_400_000_000
    assert gpu.low <= gpu.rate <= gpu.high < gpu.peak * Fraction(6, 10)
    assert gpu_peak(load_warps("g52"), "i8") == 4 * gpu.peak
    assert gpu_peak(load_warps("g72"), "i8") is None


def test_four_times_as_many_cores_share_a_layer() -> None:
    one, four = (study(network.read("vgg16"), ["a53"], cores) for cores in (1, 4))
    assert one.times[0][1].compute == 4 * four.times[0][1].compute


def test_tensors_fit_the_smallest_level_that_holds_them(repvgg: Study) -> None:
    gpu = repvgg.runners[0]
    assert [fits(gpu, size) for size in (16384, 16385, 131072, 131073)] == ["L1", "L2", "L2", "memory"]
    assert register_file(load_warps("g52")) == 96 * 1024


def test_the_report_ends_with_the_answer(repvgg: Study) -> None:
    answer = verdict(repvgg)
    assert answer.startswith("Arm Cortex-A53 x 4 is")
    assert answer.endswith("the GPU's limit is issue and load/store, not memory.")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{name: a, kind: blur}", "kind of a layer is 'blur'"),
        ("{name: a, kind: convolution}", "layer a has no `channels`"),
        ("{name: a, kind: convolution, channels: 8, repeat: 2}", "another shape than its input"),
        ("{name: a, kind: depthwise, channels: 8}", "keeps the 3 channels"),
        ("{name: a, kind: max-pool, kernels: 2}", "unknown key 'kernels'"),
        ("{name: a, kind: max-pool, stride: 0}", "at least 1"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: mine\nsource: mine\ninput: {{channels: 3, size: 8}}\nlayers:\n- {row}\n", encoding="utf-8")
    with pytest.raises(CyclesimError) as caught:
        network.read(str(path))
    errors = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    assert any(message in error.message for error in errors)
    assert all(error.span is not None and error.source_line for error in errors)


def test_an_unknown_network_names_the_nearest() -> None:
    with pytest.raises(CyclesimError, match="no network 'repvgg'") as caught:
        network.read("repvgg")
    assert "repvgg-a2" in caught.value.hint


def test_a_type_without_a_kernel_is_refused() -> None:
    with pytest.raises(CyclesimError, match="f16"):
        study(network.read("vgg16"), ["g52"], 4, "f16")
    with pytest.raises(CyclesimError, match="--cores 0"):
        study(network.read("vgg16"), ["a53"], 0)
