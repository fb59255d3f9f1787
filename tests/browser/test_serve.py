"""The local page from end to end: load, edit, error, core, what-if slider, compare, link."""

from __future__ import annotations

from tests.browser.webdriver import Browser

CYCLES = "return [...document.querySelectorAll('.pane')].map((one) => one.querySelector('.big')?.textContent)"
EDIT = """
const [from, to] = arguments, area = document.querySelector('textarea');
area.value = area.value.replace(from, to);
area.dispatchEvent(new Event('input'));
"""
PRESS = "[...document.querySelectorAll('.row button')].filter((one) => one.textContent.startsWith(arguments[0])).at(-1).click()"
SLIDE = """
const input = [...document.querySelectorAll('[data-parameter]')].filter((one) => one.dataset.parameter === arguments[0]).at(-1);
input.value = arguments[1];
input.dispatchEvent(new Event('input'));
"""


def loaded(browser: Browser, address: str) -> None:
    browser.log()
    browser.open("about:blank")
    browser.open(address)
    browser.wait(f"const found = (() => {{ {CYCLES} }})(); return found[0] === '8'")


def cycles_are(browser: Browser, *expected: str) -> None:
    wanted = ",".join(expected)
    browser.wait(f"const found = (() => {{ {CYCLES} }})(); return found.join() === '{wanted}'")


def test_the_page_opens_with_the_users_file_and_its_reasons(browser: Browser, server: str) -> None:
    loaded(browser, server)
    assert "needs v1.4s from line 3" in str(browser.run("return document.querySelector('.why').textContent"))
    assert "pipeline" not in str(browser.run("return document.querySelector('.problems').textContent"))
    browser.wait("return document.querySelectorAll('.tl-svg rect').length > 50")
    assert browser.log() == []


def test_an_edit_changes_the_cycles(browser: Browser, server: str) -> None:
    loaded(browser, server)
    browser.run(EDIT, "        ldr     q1, [x1], #16\n", "")
    cycles_are(browser, "6")
    browser.run(EDIT, "v0.4s, v1.4s", "v3.4s, v1.4s")
    browser.wait(f"const found = (() => {{ {CYCLES} }})(); return Number(found[0]) < 6")
    assert browser.log() == []


def test_typing_is_an_edit(browser: Browser, server: str) -> None:
    loaded(browser, server)
    browser.run("const area = document.querySelector('textarea'); area.setSelectionRange(7, 7); area.focus()")
    browser.type("textarea", "add x9, x9, #1 // ")
    browser.wait("return document.querySelector('textarea').value.includes('add x9')")
    assert browser.run("return document.querySelector('.code pre').textContent") == browser.run(
        "return document.querySelector('textarea').value"
    )


def test_an_error_stands_under_its_line_and_goes_with_it(browser: Browser, server: str) -> None:
    loaded(browser, server)
    browser.run(EDIT, "fmla ", "fmlaa")
    browser.wait("return document.querySelector('.under')")
    assert "unknown instruction" in str(browser.run("return document.querySelector('.under').textContent"))
    line = "const box = (one) => document.querySelector(one).getBoundingClientRect();"
    assert browser.run(f"{line} return Math.round(box('.under').top - box('.bad').bottom)") in range(-6, 8)
    assert "line 4" in str(browser.run("return document.querySelector('.problems').textContent"))
    assert browser.run("return document.querySelector('.pane').classList.contains('stale')")
    browser.run(EDIT, "fmlaa", "fmla ")
    browser.wait("return !document.querySelector('.under') && !document.querySelector('.stale')")
    assert browser.log() == []


def test_a_slider_is_a_what_if(browser: Browser, server: str) -> None:
    loaded(browser, server)
    browser.run(PRESS, "machine")
    browser.wait("return document.querySelector('[data-parameter=\"latency simd-load\"]')")
    browser.run(SLIDE, "latency simd-load", "12")
    browser.wait(f"const found = (() => {{ {CYCLES} }})(); return Number(found[0]) > 8")
    assert "changed" in str(browser.run("return document.querySelector('.sums').textContent"))
    assert browser.log() == []


def test_two_kernels_stand_side_by_side_and_a_link_restores_them(browser: Browser, server: str) -> None:
    loaded(browser, server)
    browser.click("#compare")
    cycles_are(browser, "8", "8")
    browser.run(PRESS, "machine")
    browser.wait("return document.querySelectorAll('.pane')[1].querySelector('[data-parameter=\"latency simd-load\"]')")
    browser.run(SLIDE, "latency simd-load", "12")
    browser.wait(f"const found = (() => {{ {CYCLES} }})(); return found[0] === '8' && Number(found[1]) > 8")
    browser.wait("return document.getElementById('verdict').textContent.includes('left is')")
    before = browser.run(CYCLES)
    browser.click("#link")
    browser.wait("return document.getElementById('link').textContent === 'copied'")
    link = str(browser.run("return location.href"))
    browser.open("about:blank")
    browser.open(link)
    browser.wait("return document.querySelectorAll('.pane .big').length === 2")
    assert browser.run(CYCLES) == before
    assert browser.log() == []


def test_a_link_of_somebody_else_can_not_do_more_than_show_text(browser: Browser, server: str) -> None:
    loaded(browser, server)
    hostile = "// </script><img src=x onerror=document.title='owned'>\\n\\\"><img src=x>: add x0, x0, #1"
    script = f"""
    const stream = new Blob([JSON.stringify([{{text: "{hostile}", cores: ["nowhere"], whatifs: 3, changes: "x"}}])]).stream();
    window.made = new Response(stream.pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer().then((bytes) => {{
      window.fragment = btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
    }});"""
    browser.run(script)
    fragment = browser.wait("return window.fragment")
    browser.open("about:blank")
    browser.open(f"{server}#s={fragment}")
    browser.wait("return document.querySelector('.pane')?.dataset.answers")
    assert "</script>" in str(browser.run("return document.querySelector('.code pre').textContent"))
    assert browser.run("return document.title") == "cyclesim"
    assert browser.run("return document.querySelectorAll('img').length") == 0


def test_a_shipped_kernel_opens_at_its_loop(browser: Browser, server: str) -> None:
    loaded(browser, server)
    browser.run(
        "const list = document.querySelector('select'); list.value = 'armv7/u8gemm_3x8.s'; list.dispatchEvent(new Event('change'))"
    )
    browser.wait("return document.querySelector('.facts').textContent.includes('u8gemm_3x8')")
    browser.wait("return document.querySelector('.editor').scrollTop > 400")
    assert browser.log() == []
