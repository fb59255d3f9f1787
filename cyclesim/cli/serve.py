"""`cyclesim serve [FILE]`: the page on this machine."""

from __future__ import annotations

import argparse
import os
import socket

from cyclesim import asm, resources
from cyclesim.errors import UsageError

PORT = 8753
MOST_WORKERS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="assembly text to start with")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"port on 127.0.0.1, 0 for any free one (default: {PORT})"
    )
    parser.add_argument("--whatif", metavar="FILE", action="append", default=[], help="offer this what-if file too")
    parser.add_argument(
        "--workers", type=int, metavar="N", default=0, help="processes (default: one a processor, 4 at most)"
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="limit on one answer (default: 5)")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


def run(arguments: argparse.Namespace) -> int:
    try:
        import uvicorn

        from cyclesim.serve.app import build_app
    except ImportError as error:
        raise UsageError(f"serve needs {error.name}", hint="pip install 'cyclesim[web]'") from None
    from cyclesim.serve.pool import Pool

    if not 0 <= arguments.port <= 65535 or not 0 <= arguments.workers <= MOST_WORKERS or not arguments.seconds > 0:
        raise UsageError("--port is from 0 to 65535, --workers at most 64, --seconds more than 0")
    first = (arguments.file, asm.read_source(arguments.file)) if arguments.file else ("", "")
    workers = arguments.workers or min(os.cpu_count() or 1, 4)
    pool = Pool(_whatifs(arguments.whatif), workers, arguments.seconds)
    listener = _listener(arguments.port)
    port = listener.getsockname()[1]
    app = build_app(pool, port, first)
    print(f"cyclesim is at http://127.0.0.1:{port}/ (Ctrl+C ends it)", flush=True)
    if arguments.open:
        import webbrowser

        webbrowser.open(f"http://127.0.0.1:{port}/")
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws="none")
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _listener(port: int) -> socket.socket:
    """A socket of the loopback interface."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise UsageError(f"can't listen on port {port}: {error.strerror}", hint="--port 0 takes any free one") from None
    return listener


def _whatifs(files: list[str]) -> dict[str, str]:
    """What-if files by the name that the page shows: the shipped ones and those of the command line."""
    folder = os.path.join(resources.data_folder("uarch"), "whatif")
    found = {
        name.removesuffix(".yaml"): os.path.join(folder, name)
        for name in sorted(os.listdir(folder))
        if name.endswith(".yaml")
    }
    for file in files:
        if not os.path.isfile(file) and not resources.shipped_whatif(file):
            raise UsageError(f"no what-if file {file}")
        if os.path.isfile(file):
            found[os.path.basename(file)] = os.path.abspath(file)
    return found
