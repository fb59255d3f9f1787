"""The pages that stand alone, in a real browser: drawn, quiet on the console, worked by mouse and keyboard, harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim.issue.window import Extent
from cyclesim.views import report, timeline_html, timeline_svg
from tests.browser.webdriver import Browser
from tests.unit.views.pictures import DOT, timeline_of
from tests.unit.views.test_report import story_of

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
SIDE = "return document.querySelector('.tl-side').innerText"
KEYS = {"down": "\ue015", "escape": "\ue00c"}


def opened(browser: Browser, folder: Path, text: str, name: str = "page.html") -> None:
    browser.log()
    (folder / name).write_text(text, encoding="utf-8")
    browser.open((folder / name).as_uri())


def drawn(browser: Browser) -> int:
    """How many shapes the viewer has drawn, once it has drawn some."""
    return int(str(browser.wait("return document.querySelectorAll('.tl-svg rect').length")))


def test_a_timeline_is_drawn_and_the_console_stays_empty(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, timeline_html.render([timeline_of()], []))
    assert drawn(browser) > 50
    assert browser.log() == []


def test_a_page_lays_out_little_at_first(browser: Browser, tmp_path: Path) -> None:
    """First paint takes 0.1 to 0.5 s; a count of elements says the same on every machine."""
    body = "".join(f"fmla v{8 + n % 20}.4s, v{n % 4}.4s, v{4 + n % 4}.4s\n" for n in range(58))
    opened(browser, tmp_path, timeline_html.render([timeline_of(f".L:\n{body}subs x0, x0, #1\nb.ne .L\n")], []))
    drawn(browser)
    shapes = browser.run("return document.querySelectorAll('*').length")
    assert int(str(shapes)) < 3_000, "what the browser has to lay out at first"


def test_keys_choose_an_instruction_and_say_what_it_waits_for(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, timeline_html.render([timeline_of()], []))
    drawn(browser)
    for _ in range(3):
        browser.type(".tl-scroll", KEYS["down"])
    browser.wait(f"{SIDE}.includes('fmla v2.4s')")
    side = str(browser.run(SIDE))
    assert "needs v1.4s from line 3" in side and "slack" in side and "feeds" in side
    browser.wait("return document.querySelectorAll('.arrow.binding').length === 1")
    browser.type(".tl-scroll", "p")
    browser.wait(f"{SIDE}.includes('ldr q1')")
    browser.type(".tl-scroll", KEYS["escape"])
    browser.wait(f"{SIDE}.includes('Point at an instruction')")
    assert browser.log() == []


def test_colour_zoom_and_theme_change_the_picture(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, timeline_html.render([timeline_of()], []))
    drawn(browser)
    assert browser.run("return document.querySelectorAll('.f-data').length")
    browser.type(".tl-scroll", "c")
    browser.wait("return document.querySelectorAll('.tl-svg g .f-u0').length > 0")
    width = "return document.querySelector('.tl-space').offsetWidth"
    before = int(str(browser.run(width)))
    browser.type(".tl-scroll", "+")
    browser.wait(f"{width} > {before}")
    paper = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(paper)
    browser.type(".tl-scroll", "t")
    assert browser.run(paper) != light


def test_a_long_run_is_drawn_in_part_and_scrolls(browser: Browser, tmp_path: Path) -> None:
    shown = timeline_of(extent=Extent(0, 4_000))
    page = timeline_html.render([shown], [])
    assert "application/x-deflate" in page
    opened(browser, tmp_path, page)
    assert drawn(browser) < 4_000, "only what is in view"
    browser.run("const s = document.querySelector('.tl-scroll'); s.scrollTop = s.scrollHeight")
    browser.wait("return [...document.querySelectorAll('.tl-svg text')].some((one) => Number(one.textContent) > 31900)")
    assert browser.log() == []


def test_a_print_sets_the_whole_window(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, timeline_html.render([timeline_of(extent=Extent(1, 20))], []))
    drawn(browser)
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    rows = "return [...document.querySelectorAll('.tl-svg text')].filter((one) => one.textContent.startsWith('fmla')).length"
    assert browser.run(rows) == 20
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert int(str(browser.run(rows))) < 20


def test_a_report_is_drawn_and_the_console_stays_empty(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, report.render([story_of()], []))
    drawn(browser)
    assert browser.run("return document.querySelectorAll('.arcs .arc').length")
    browser.click("[data-theme-button]")
    assert browser.run("return document.documentElement.dataset.theme") in ("dark", "light")
    assert browser.log() == []


@pytest.mark.parametrize("kind", ["timeline", "report"])
def test_hostile_text_is_shown_and_not_run(browser: Browser, tmp_path: Path, kind: str) -> None:
    shown = timeline_of()
    shown = shown._replace(
        title=HOSTILE,
        items=tuple(item._replace(text=HOSTILE, reads=(HOSTILE,), note=HOSTILE) for item in shown.items),
        bars=tuple(bar._replace(reason=HOSTILE) for bar in shown.bars),
        arrows=tuple(arrow._replace(label=HOSTILE) for arrow in shown.arrows),
    )
    if kind == "timeline":
        page = timeline_html.render([shown], [HOSTILE])
    else:
        page = report.render([story_of(DOT + f"// {HOSTILE}\n", f"{HOSTILE}.s", timeline=shown)], [HOSTILE])
    opened(browser, tmp_path, page)
    drawn(browser)
    browser.type(".tl-scroll", KEYS["down"])
    browser.wait(f"{SIDE}.includes('</script>')")
    assert browser.run("return document.title") != "owned"
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.log() == []


def test_a_policy_stands_behind_the_escaping(browser: Browser, tmp_path: Path) -> None:
    """Markup that came in by mistake would not run either."""
    page = timeline_html.render([timeline_of()], []).replace("<main>", f"<main>{HOSTILE}")
    opened(browser, tmp_path, page)
    assert browser.run("return document.title") != "owned"
    assert any("Content Security Policy" in line for line in browser.log())


def test_an_svg_is_drawn(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, timeline_svg.render(timeline_of()), "picture.svg")
    assert browser.run(
        "return document.documentElement.getBBox().width > 300 && document.querySelectorAll('rect').length > 50"
    )
    assert browser.log() == []
