"""The worker processes and the limit on time: a request that takes longer ends its process, and a new one starts."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping

MOST_REPLY_BYTES = 64 << 20
WAIT_SECONDS = 20.0
"""How long a request waits for a free process."""


class Busy(Exception):
    """All processes have more to do than they can."""


class TooLong(Exception):
    """The request took longer than it may."""


class Pool:
    """`count` processes; `seconds` is the limit for one request."""

    def __init__(self, whatifs: Mapping[str, str], count: int, seconds: float) -> None:
        self.whatifs, self.count, self.seconds = whatifs, count, seconds
        self._idle: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()
        self._all: set[asyncio.subprocess.Process] = set()

    async def start(self) -> None:
        for _ in range(self.count):
            await self._add()

    async def stop(self) -> None:
        """End all processes."""
        for process in list(self._all):
            await self._end(process)

    def processes(self) -> list[int]:
        """Their ids."""
        return [process.pid for process in self._all]

    async def ask(self, request: bytes) -> bytes:
        """The answer to one request, both one line of JSON. Raises Busy and TooLong."""
        try:
            process = await asyncio.wait_for(self._idle.get(), WAIT_SECONDS)
        except TimeoutError:
            raise Busy from None
        answered = False
        try:
            reply = await asyncio.wait_for(self._exchange(process, request), self.seconds)
            answered = bool(reply)
        except (TimeoutError, ConnectionError, ValueError):
            reply = b""
        finally:
            if answered:
                self._idle.put_nowait(process)
            else:
                await self._end(process)
                await self._add()
        if not answered:
            raise TooLong
        return reply

    async def _exchange(self, process: asyncio.subprocess.Process, request: bytes) -> bytes:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request.replace(b"\n", b" ") + b"\n")
        await process.stdin.drain()
        return await process.stdout.readline()

    async def _add(self) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cyclesim.serve.worker",
            json.dumps(dict(self.whatifs)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=MOST_REPLY_BYTES,
        )
        self._all.add(process)
        self._idle.put_nowait(process)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self._all.discard(process)
        if process.returncode is None:
            process.kill()
        await process.wait()
