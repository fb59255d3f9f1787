"""The ASGI application of the local page. It listens on the loopback interface only, and a page of another origin can't
use it: requests carry a Host that is ours, and those with a body an Origin that is."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cyclesim import __version__
from cyclesim.serve import answer
from cyclesim.serve.pool import Busy, Pool, TooLong
from cyclesim.views import page

MOST_BODY = 1_000_000
STATIC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "static")
FILES = {
    "app.css": (STATIC, "text/css"),
    "app.js": (STATIC, "text/javascript"),
    "page.css": (page.FOLDER, "text/css"),
    "timeline.js": (page.FOLDER, "text/javascript"),
}
"""What the page may load, and from where it comes: no path of a request reaches the file system."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses requests that name another host (DNS rebinding) or come from another origin; adds `HEADERS`."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}
        self.origins = {b"http://" + host for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if headers.get(b"host", b"").lower() not in self.hosts:
            await PlainTextResponse("this page is for this machine alone", 421)(scope, receive, send)
            return
        foreign = headers.get(b"origin", next(iter(self.origins))) not in self.origins
        if foreign or headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            await PlainTextResponse("requests come from the page itself", 403)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self.app(scope, receive, guarded)


class Texts:
    """What the page is opened with. `first`: name and text of the user's own file, both empty for none."""

    def __init__(self, whatifs: Mapping[str, str], first: tuple[str, str]) -> None:
        self.whatifs, self.first = whatifs, first

    def start(self) -> dict[str, object]:
        """What the page can offer."""
        return {
            "version": __version__,
            "cores": [[name, title, list(isas)] for name, title, isas in answer.shipped_cores()],
            "kernels": answer.kernels(),
            "whatifs": list(self.whatifs),
            "first": list(self.first),
        }


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), status, media_type="application/json")


def build_app(pool: Pool, port: int, first: tuple[str, str] = ("", "")) -> Starlette:
    """The application; it starts and ends the processes of `pool`. `port` is where it will be reached."""
    texts = Texts(pool.whatifs, first)

    async def index(request: Request) -> Response:
        return Response(_read(STATIC, "index.html"), media_type="text/html")

    async def asset(request: Request) -> Response:
        folder, kind = FILES.get(request.path_params["name"], ("", ""))
        if not folder:
            return PlainTextResponse("no such file", 404)
        return Response(_read(folder, request.path_params["name"]), media_type=kind)

    async def start(request: Request) -> Response:
        return _json(texts.start())

    async def kernel(request: Request) -> Response:
        try:
            return PlainTextResponse(answer.kernel_text(request.path_params["isa"], request.path_params["name"]))
        except answer.Refused as error:
            return PlainTextResponse(str(error), 404)

    async def estimate(request: Request) -> Response:
        return await _estimate(request, pool)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.stop()

    get: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/", index),
        ("/static/{name}", asset),
        ("/api/start", start),
        ("/api/kernel/{isa}/{name}", kernel),
    ]
    routes = [Route(path, handler, methods=["GET"]) for path, handler in get]
    routes.append(Route("/api/estimate", estimate, methods=["POST"]))
    return Starlette(routes=routes, middleware=[Middleware(Guard, port=port)], lifespan=lifespan)


def _read(folder: str, name: str) -> bytes:
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


async def _estimate(request: Request, pool: Pool) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _json({"refused": "a request is JSON"}, 415)
    try:
        body = await _body(request)
    except ClientDisconnect:
        return _json({"refused": "the client left"}, 400)
    if body is None:
        return _json({"refused": f"a request has at most {MOST_BODY} bytes"}, 413)
    try:
        reply = await pool.ask(body)
    except TooLong:
        return _json({"refused": f"stopped: it took longer than {pool.seconds:g} seconds or too much memory"}, 422)
    except Busy:
        return _json({"refused": "busy; try again"}, 503)
    status = 400 if reply.startswith(b'{"refused"') else 200
    return Response(reply, status, media_type="application/json")


async def _body(request: Request) -> bytes | None:
    """The body, None when it is too large; nothing beyond the bound is kept."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
