"""The report page: every section has its figures, and nothing of the input is markup."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cyclesim.hints import find_hints
from cyclesim.issue.replay import explain_schedule
from cyclesim.sidecar import Measured, measured_figures
from cyclesim.units import Cycles
from cyclesim.views import report, report_graph
from cyclesim.views.timeline_build import build_timeline
from tests.unit.views.pictures import DOT, analysis_of, window_of

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def story_of(text: str = DOT, file: str = "dot.s", **changes: object) -> report.Story:
    analysis = analysis_of(text, file=file)
    schedule = analysis.schedule
    rows = explain_schedule(analysis.body, analysis.region.loop, schedule.transient, schedule.period)
    timeline = build_timeline(analysis, window_of(analysis))
    other = analysis_of(text, core="a55", file=file)
    compared = [report.Compared(one.core.title, "", one, "") for one in (analysis, other)]
    story = report.Story(analysis, rows, find_hints(analysis), timeline, (), compared)
    return story._replace(**changes)


def text_of(page: str) -> str:
    """What a reader sees, tags away."""
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)))


def test_the_page_has_every_section_with_its_figures() -> None:
    story = story_of()
    words = text_of(report.render([story], ["a remark"]))
    for heading in (
        "Bound, schedule, measurement", "Where the cycles go", "Timeline", "Listing", "Changes worth trying",
        "Unit pressure", "Dependences", "Cores and what-ifs", "Evidence",
    ):  # fmt: skip
        assert heading in words
    assert re.search(r"schedule\s+8\s", words) and "needs v1.4s from line 3" in words
    assert "Arm Cortex-A55" in words and "a remark" in words
    assert "No measurement on Arm Cortex-A53" in words


def test_a_measured_figure_stands_beside_the_estimate() -> None:
    measured = Measured("cortex-a53", Cycles(10), "0.8", "OPS/cycle", "Raspberry Pi 3", "median of 20")
    words = text_of(report.render([story_of(measured=(measured,))], []))
    assert "0.8 OPS/cycle, Raspberry Pi 3; estimated -20.0 %. median of 20" in words


def test_the_slowest_loop_carried_cycle_is_marked() -> None:
    story = story_of()
    arcs = report_graph.Arcs(story.analysis)
    assert [story.analysis.body.resolved[index].instruction.span.line for index in arcs.cycle] == [4]
    picture = arcs.svg()
    assert picture.count('class="arc critical"') == 1 and picture.count('class="on-cycle"') == 1
    assert "line 4 to line 4, 1 iteration later: accumulate" in picture


def test_a_long_graph_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_graph, "MOST_ROWS", 3)
    assert "2 instructions more left out of the graph" in report.render([story_of()], [])


def test_a_long_listing_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_LINES", 2)
    assert "3 lines more left out of the listing" in report.render([story_of()], [])


def test_what_can_not_be_compared_says_why() -> None:
    story = story_of()
    rows = [*story.compared, report.Compared("without it", "", None, "only in the what-if")]
    assert "only in the what-if" in text_of(report.render([story._replace(compared=rows)], []))


class _Elements(HTMLParser):
    """Counts elements and collects the names of attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("place", ["label", "comment", "file", "marker", "measured", "note"])
def test_untrusted_text_stays_text(place: str) -> None:
    code, file = DOT, "dot.s"
    if place == "label":
        code = DOT.replace(".Ldot", '"</script><img src=x onerror=alert(2)>"')
    elif place == "comment":
        code = DOT.replace("fmla    v2.4s, v0.4s, v1.4s", f"fmla v2.4s, v0.4s, v1.4s // {HOSTILE}")
    elif place == "marker":
        code = f"// LLVM-MCA-BEGIN {HOSTILE}\n{DOT}// LLVM-MCA-END\n"
    elif place == "file":
        file = f"{HOSTILE}.s"
    try:
        story = story_of(code, file)
    except Exception as error:
        assert place == "label", error
        story = story_of(DOT.replace(".Ldot", "$Ldot"))
        story = story._replace(analysis=story.analysis._replace(region=story.analysis.region._replace(name=HOSTILE)))
    if place == "measured":
        story = story._replace(measured=(Measured(HOSTILE, Cycles(9), HOSTILE, HOSTILE, HOSTILE, HOSTILE),))
    page = report.render([story], [HOSTILE] if place == "note" else [])
    found = _Elements()
    found.feed(page)
    assert found.names.count("script") == 2 and "img" not in found.names
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    assert "alert(1)</script>" not in page


def test_measured_figures_come_from_the_neighbour_of_the_kernel(tmp_path: Path) -> None:
    kernel = tmp_path / "k.s"
    kernel.write_text("nop\n")
    assert measured_figures(str(kernel), "cortex-a53", 96) == ()
    (tmp_path / "k.yaml").write_text(
        'measured:\n- {row: board, core: cortex-a53, printed: "6", unit: OPS/cycle}\n'
        '- {row: other, core: cortex-a7, printed: "1", unit: OPS/cycle}\n- {row: odd, printed: fast, unit: OPS/cycle}\n- 3\n'
    )
    (figure,) = measured_figures(str(kernel), "cortex-a53", 96)
    assert (figure.cycles, figure.source, figure.printed) == (16, "board", "6")


def test_a_shipped_kernel_has_its_measurement() -> None:
    (figure,) = measured_figures("kernels_asm/armv7/sgemm_6x8-a53.s", "cortex-a53", 96)
    assert figure.cycles == Cycles(96) / Cycles("5.888")
    assert "slide 14" in figure.source


@pytest.mark.parametrize("text", ["- just a list\n", "measured: 3\n", "measured: [unclosed\n", "\x00"])
def test_a_neighbour_that_is_something_else_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "k.s").write_text("nop\n")
    (tmp_path / "k.yaml").write_text(text)
    assert measured_figures(str(tmp_path / "k.s"), "cortex-a53", 96) == ()
