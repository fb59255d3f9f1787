"""The timeline's data and its forms: text, JSON, compact columns, SVG, Konata, trace events."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from itertools import accumulate
from pathlib import Path

import pytest

from cyclesim.issue.window import Extent
from cyclesim.timeline import Bar, Item, Kind, Lane, Timeline
from cyclesim.views import konata, perfetto, timeline, timeline_html, timeline_json, timeline_svg
from tests.unit.views.pictures import DOT, STRAIGHT, analysis_of, timeline_of

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = "</script><script>document.title='owned'</script>"


def test_stalls_of_a_period_add_up_to_the_schedule() -> None:
    shown, analysis = timeline_of(extent=Extent(1, 1)), analysis_of(DOT)
    assert sum(bar.waited for bar in shown.bars) == analysis.schedule.cycles * shown.ticks_per_cycle
    charged: dict[str, int] = {}
    for bar in shown.bars:
        charged[bar.kind] = charged.get(bar.kind, 0) + bar.waited
    assert {kind: ticks for kind, ticks in charged.items() if ticks} == {
        kind: cycles * shown.ticks_per_cycle for kind, cycles in analysis.schedule.stalls.items()
    }


def test_the_arrow_of_a_wait_leads_to_the_instruction_that_is_named() -> None:
    shown = timeline_of(extent=Extent(1, 1))
    arrow = next(arrow for arrow in shown.arrows if arrow.consumer == 2 and arrow.binding)
    assert shown.items[shown.bars[arrow.producer].item].text.startswith("ldr q1")
    assert (arrow.kind, arrow.label) == ("operand", "v1.4s")
    assert shown.bars[2].reason == "needs v1.4s from line 3"


def test_a_producer_before_the_window_is_named_by_its_item() -> None:
    shown = timeline_of(extent=Extent(1, 1))
    outside = [arrow for arrow in shown.arrows if arrow.producer < 0]
    assert {shown.items[arrow.source].place for arrow in outside} == {"2", "3", "4", "5", "6"}


def test_items_say_what_they_read_and_write() -> None:
    load, _, multiply, count, branch = timeline_of().items
    assert (load.reads, load.writes, load.place, load.unit) == (("x0",), ("q0", "x0"), "2", "load-store")
    assert set(multiply.reads) == {"v2.4s", "v0.4s", "v1.4s"} and multiply.writes == ("v2.4s",)
    assert "flags" in count.writes and branch.reads == ("flags",)
    assert "measured" in load.note or "compiler-model" in load.note


def test_text_marks_a_stall_with_its_length_and_reason() -> None:
    lines = timeline.picture(timeline_of(extent=Extent(1, 1)))
    lost = [line for line in lines if "lost" in line]
    assert len(lost) == 2
    assert "1 cycle lost" in lost[0] and lost[0].endswith("unit load-store, line 2")
    assert "3 cycles lost" in lost[1] and lost[1].endswith("operand v1, line 3")
    assert any("4 fmla v2.4s" in line and "5 subs x2" in line for line in lines), "two in one cycle on one line"


def test_text_fits_a_hundred_columns_even_with_long_operands() -> None:
    long = "add v31.16b, v30.16b, v29.16b\nsqrdmulh v28.8h, v31.8h, v15.h[7]\nadd x28, x28, x27, lsl #2\n" * 3
    lines = timeline.picture(timeline_of(long))
    assert max(map(len, lines)) <= 100
    assert any("…" in line for line in lines)


def test_a_long_text_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_ROWS", 5)
    assert any(
        re.fullmatch(r"… \d+ lines more: --from and --to choose the cycles", one)
        for one in timeline.picture(timeline_of())
    )


def warps(count: int = 5) -> Timeline:
    """A picture as another engine would give it: many lanes of a group, no slots, no units."""
    lanes = tuple(Lane(f"warp {number}", "warps", f"warp {number}") for number in range(count))
    items = tuple(Item(f"clause {number}", "", (), (), "engine", "") for number in range(3))
    bars = tuple(
        Bar(step % 3, step % count, 1, 8 * step, 8 * step + 8, None, 0, 0, "order", "", None) for step in range(40)
    )
    return Timeline(
        "warps", ("five warps",), 1, 320, lanes, items, bars, (), (), {"order": Kind("in order", "none")}, (), ()
    )


def test_many_lanes_are_drawn_across() -> None:
    lines = timeline.picture(warps())
    assert max(map(len, lines)) <= 100
    rows = [line for line in lines if line.startswith("warp ")]
    assert len(rows) == 5
    assert rows[0].split()[2][:2] == "AA" and "clause 0" in lines[-1]


@pytest.mark.parametrize("shown", [timeline_of(), timeline_of(STRAIGHT), timeline_of(core="a55"), warps()])
def test_every_form_takes_every_timeline(shown: Timeline) -> None:
    assert timeline.render([shown], [])
    assert ElementTree.fromstring(timeline_svg.render(shown)).tag.endswith("svg")
    assert konata.render(shown).startswith("Kanata\t0004\nC=\t0\n")
    assert json.loads(perfetto.render([shown]))["traceEvents"]
    assert "<!DOCTYPE html>" in timeline_html.render([shown], ["a note"])
    assert json.loads(timeline_json.render([shown], []))["timelines"][0]["title"] == shown.title


def test_compact_columns_hold_the_same_as_the_bars() -> None:
    shown = timeline_of()
    packed = timeline_json.compact(shown)
    bars, holds, arrows = packed["bars"], packed["holds"], packed["arrows"]
    assert isinstance(bars, dict) and isinstance(holds, dict) and isinstance(arrows, dict)
    assert list(accumulate(bars["start"])) == [bar.start for bar in shown.bars]
    assert list(accumulate(bars["item"])) == [bar.item for bar in shown.bars]
    texts = packed["texts"]
    assert isinstance(texts, list)
    assert [texts[why] for why in bars["why"]] == [bar.reason for bar in shown.bars]
    consumers = list(accumulate(arrows["to"]))
    producers = [to - back if back else -1 for to, back in zip(consumers, arrows["from"], strict=True)]
    assert list(zip(producers, consumers, strict=True)) == [(one.producer, one.consumer) for one in shown.arrows]
    owners = list(accumulate(holds["bar"]))
    starts = [shown.bars[bar].start + offset for bar, offset in zip(owners, holds["start"], strict=True)]
    assert starts == [hold.start for hold in shown.holds]


def test_every_json_key_is_described() -> None:
    text = (ROOT / "docs/reference/json.md").read_text(encoding="utf-8")
    described = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"[\s:|,]+", code)}
    record = json.loads(timeline_json.render([timeline_of()], []))
    (one,) = record["timelines"]
    keys = {*record, *one, *(key for kind in one["kinds"].values() for key in kind)}
    for name in ("lanes", "items", "bars", "holds", "arrows", "marks"):
        keys |= set(one[name][0])
    assert keys - described == set()


def test_a_konata_log_starts_and_retires_every_instruction_once_and_in_order() -> None:
    shown = timeline_of()
    lines = [line.split("\t") for line in konata.render(shown).splitlines()]
    started = [line[1] for line in lines if line[0] == "I"]
    retired = [line[1] for line in lines if line[0] == "R"]
    assert started == retired == [str(number) for number in range(len(shown.bars))]
    assert sum(int(line[1]) for line in lines if line[0] == "C") >= shown.bars[-1].end
    opened = sum(line[0] == "S" for line in lines)
    assert opened == sum(line[0] == "E" for line in lines) > len(shown.bars)


def test_a_core_with_fractions_of_cycles_has_a_log_in_ticks() -> None:
    shown = timeline_of()
    halves = shown._replace(
        ticks_per_cycle=2, bars=tuple(bar._replace(start=bar.start + bar.start % 2) for bar in shown.bars)
    )
    assert "2 steps of the log are a cycle" in konata.render(halves._replace(bars=(shown.bars[1]._replace(start=3),)))


def test_trace_events_name_lanes_and_connect_who_waits() -> None:
    shown = timeline_of(extent=Extent(1, 1))
    events = json.loads(perfetto.render([shown]))["traceEvents"]
    names = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
    assert {"issue slot 0", "load-store", "neon, 2 of 2"} <= names
    assert sum(event["ph"] == "X" for event in events) == len(shown.bars) + len(shown.holds)
    starts = [event["id"] for event in events if event["ph"] == "s"]
    assert starts and starts == [event["id"] for event in events if event["ph"] == "f"]


def test_an_svg_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_svg, "MOST_ROWS", 4)
    shown = timeline_of()
    assert f"{len(shown.bars) - 4} issues more left out of the picture" in timeline_svg.render(shown)


def test_an_svg_is_drawn_by_another_renderer(tmp_path: Path) -> None:
    if not shutil.which("rsvg-convert"):
        pytest.skip("rsvg-convert is not installed")
    (tmp_path / "dot.svg").write_text(timeline_svg.render(timeline_of()), encoding="utf-8")
    command = ["rsvg-convert", tmp_path / "dot.svg", "-o", tmp_path / "dot.png"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert (tmp_path / "dot.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", [HOSTILE, '"><img src=x onerror=alert(1)>', "<!--", "]]>&lt;\x00\x1b"])
def test_text_of_the_input_is_never_markup(name: str) -> None:
    shown = timeline_of(file=name)
    hostile = shown._replace(
        title=name,
        items=tuple(item._replace(text=name, reads=(name,), note=name) for item in shown.items),
        bars=tuple(bar._replace(reason=name) for bar in shown.bars),
        notes=(name,),
    )
    page = timeline_html.render([hostile], [name])
    assert page.count("<script") == 2 and page.count("</script>") == 2, "the data and the viewer"
    assert "<img" not in page and "<!--" not in page
    picture = ElementTree.fromstring(timeline_svg.render(hostile))
    assert {element.tag.rpartition("}")[2] for element in picture.iter()} <= {
        "svg",
        "title",
        "style",
        "rect",
        "text",
        "line",
        "path",
    }


def test_a_page_allows_its_own_script_alone() -> None:
    page = timeline_html.render([timeline_of()], [])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    assert not re.search(r'(?:src|href)="(?!data:)', page), "nothing is fetched"
    assert " style=" not in page and " onclick" not in page


def test_a_page_of_a_loop_is_small() -> None:
    body = "".join(f"fmla v{8 + n % 20}.4s, v{n % 4}.4s, v{4 + n % 4}.s[{n % 4}]\n" for n in range(58))
    page = timeline_html.render([timeline_of(f".Lloop:\n{body}subs x0, x0, #1\nb.ne .Lloop\n")], [])
    assert len(page.encode()) < 300_000


def test_a_page_of_a_long_run_stays_below_its_bound() -> None:
    """100,000 issues of a run that hardly repeats itself."""
    chance = random.Random(7)
    body = "".join(
        f"{chance.choice(('fmla', 'fmul', 'fadd'))} v{chance.randrange(32)}.4s, v{chance.randrange(32)}.4s, v1.4s\n"
        for _ in range(2_000)
    )
    page = timeline_html.render([timeline_of(body)], [])
    fixed = len(timeline_html.render([timeline_of()], []).encode())
    assert 'type="application/x-deflate"' in page
    assert 50 * (len(page.encode()) - fixed) + fixed < 5_000_000


def test_a_picture_of_very_many_arrows_keeps_those_that_were_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclesim.views.timeline_build.MOST_ARROWS", 3)
    shown = timeline_of()
    assert shown.arrows and all(arrow.binding for arrow in shown.arrows)
    assert "only the dependences that were waited for are drawn" in shown.notes
