"""The server: its checks of headers, its limits, its processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from cyclesim.serve.pool import Pool, TooLong
from tests.unit.views.pictures import DOT

starlette = pytest.importorskip("starlette", reason="the extra `web` is not installed")
testclient = pytest.importorskip("starlette.testclient", reason="httpx is not installed")

PORT = 8753
HOST = f"http://127.0.0.1:{PORT}"
REQUEST = json.dumps({"text": DOT, "cores": ["cortex-a53"]}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    from cyclesim.serve.app import build_app

    with testclient.TestClient(build_app(Pool({}, 1, 30.0), PORT, ("mine.s", DOT)), base_url=HOST) as opened:
        yield opened


def test_the_page_and_its_files_are_served_with_a_strict_policy(client) -> None:
    for path in ("/", "/static/app.js", "/static/app.css", "/static/page.css", "/static/timeline.js", "/api/start"):
        found = client.get(path)
        assert found.status_code == 200, path
        policy = found.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert found.headers["x-content-type-options"] == "nosniff"
    page = client.get("/").text
    assert "<script>" not in page and "style=" not in page and "onclick" not in page


def test_the_page_starts_with_the_users_file(client) -> None:
    offers = client.get("/api/start").json()
    assert offers["first"] == ["mine.s", DOT]
    assert "cortex-a53" in [row[0] for row in offers["cores"]]


def test_an_estimate_is_answered(client) -> None:
    found = client.post("/api/estimate", content=REQUEST, headers=JSON)
    assert found.status_code == 200 and float(found.json()["estimates"][0]["schedule"]) == 8


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:8753", ""]
)
def test_another_host_is_refused(client, host: str) -> None:
    assert client.get("/api/start", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_origin_is_refused(client, headers: dict[str, str]) -> None:
    assert client.post("/api/estimate", content=REQUEST, headers={**JSON, **headers}).status_code == 403


def test_a_form_of_another_page_can_not_ask(client) -> None:
    found = client.post("/api/estimate", content=REQUEST, headers={"Content-Type": "text/plain"})
    assert found.status_code == 415


def test_a_request_that_is_too_large_is_refused(client) -> None:
    found = client.post("/api/estimate", content=b" " * 1_000_001, headers=JSON)
    assert found.status_code == 413


def test_a_request_that_makes_no_sense_is_refused(client) -> None:
    found = client.post("/api/estimate", content=b"[1]", headers=JSON)
    assert found.status_code == 400 and "refused" in found.json()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../answer.py",
        "/static/%2e%2e%2fapp.py",
        "/static/index.html",
        "/api/kernel/armv7/..%2fREADME.md",
        "/api/kernel/bifrost/x",
    ],
)
def test_no_path_reaches_other_files(client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_kernels_are_text(client) -> None:
    found = client.get("/api/kernel/armv7/sgemm_6x8.s")
    assert found.status_code == 200 and found.headers["content-type"].startswith("text/plain")


def test_a_request_that_takes_too_long_is_stopped_and_the_next_one_answered() -> None:
    async def scene() -> tuple[bool, set[int], set[int], bytes]:
        pool = Pool({}, 1, 30.0)
        await pool.start()
        try:
            await pool.ask(REQUEST)
            before, pool.seconds, stopped = set(pool.processes()), 0.0005, False
            try:
                await pool.ask(REQUEST)
            except TooLong:
                stopped = True
            pool.seconds = 30.0
            return stopped, before, set(pool.processes()), await pool.ask(REQUEST)
        finally:
            await pool.stop()

    stopped, before, after, reply = asyncio.run(scene())
    assert stopped and len(after) == 1 and not before & after
    assert json.loads(reply)["estimates"]


def test_a_process_that_dies_is_replaced() -> None:
    async def scene() -> tuple[bool, bytes]:
        pool, died = Pool({}, 1, 30.0), False
        await pool.start()
        try:
            await pool.ask(REQUEST)
            (process,) = pool._all
            process.kill()
            try:
                await pool.ask(REQUEST)
            except TooLong:
                died = True
            return died, await pool.ask(REQUEST)
        finally:
            await pool.stop()

    died, reply = asyncio.run(scene())
    assert died and json.loads(reply)["estimates"]


def test_a_text_that_needs_too_much_memory_ends_nothing_but_itself() -> None:
    bomb = ".macro m a\n m \\a\\a\n.endm\n m aaaaaaaaaaaaaaaa\n"

    async def scene() -> tuple[bytes, bytes]:
        pool = Pool({}, 1, 30.0)
        await pool.start()
        try:
            request = json.dumps({"text": bomb, "isa": "aarch64", "cores": ["cortex-a53"]}).encode()
            try:
                first = await pool.ask(request)
            except TooLong:
                first = b'{"refused": "stopped"}'
            return first, await pool.ask(REQUEST)
        finally:
            await pool.stop()

    first, second = asyncio.run(scene())
    found = json.loads(first)
    assert found.get("refused") or found["errors"]
    assert json.loads(second)["estimates"]
