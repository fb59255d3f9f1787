"""The site in a real browser, opened from a disk: search, light and dark, a narrow window."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("markdown_it", reason="the extra `docs` is not installed")

from docs.site import build as site
from tests.browser.webdriver import Browser

RESULTS = "return [...document.querySelectorAll('.results a')].map(one => one.textContent)"
PAPER = "return getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    site.build(made)
    return made


def opened(browser: Browser, folder: Path, page: str) -> None:
    browser.log()
    browser.open((folder / page).as_uri())


def test_a_search_finds_a_heading_and_leads_to_it(browser: Browser, folder: Path) -> None:
    opened(browser, folder, "howto/mali.html")
    browser.type(".search input", "no-co-issue")
    found = browser.wait(f"const found = (() => {{ {RESULTS} }})(); return found.length ? found : null")
    assert isinstance(found, list) and "Reasons" in found[0]
    browser.click(".results a")
    assert str(browser.run("return location.href")).endswith("/reference/reasons.html#no-co-issue")
    assert browser.log() == []


def test_light_and_dark_are_remembered(browser: Browser, folder: Path) -> None:
    opened(browser, folder, "index.html")
    before = browser.run(PAPER)
    browser.click("button.theme")
    after = browser.run(PAPER)
    assert before != after
    opened(browser, folder, "course/3-co-issue.html")
    assert browser.run(PAPER) == after
    browser.click("button.theme")
    assert browser.log() == []


def test_answers_are_hidden_until_they_are_opened(browser: Browser, folder: Path) -> None:
    opened(browser, folder, "course/3-co-issue.html")
    seen = "return document.querySelector('main details figure').checkVisibility()"
    assert browser.run(seen) is False
    browser.click("main details summary")
    assert browser.run(seen) is True


def test_no_page_is_wider_than_a_narrow_window(browser: Browser, folder: Path) -> None:
    """Tables and listings scroll in themselves."""
    browser.devtools("Emulation.setDeviceMetricsOverride", width=420, height=800, deviceScaleFactor=1, mobile=False)
    try:
        for page in (
            "index.html",
            "tables/armv7-simd-multiply.html",
            "tables/core-cortex-a53.html",
            "reference/cli.html",
        ):
            opened(browser, folder, page)
            assert (
                browser.run("const html = document.documentElement; return html.scrollWidth - html.clientWidth") == 0
            ), page
    finally:
        browser.devtools("Emulation.clearDeviceMetricsOverride")
