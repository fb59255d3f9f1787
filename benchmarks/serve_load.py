"""Load of the local page: many clients that edit one loop, each edit different. Run by hand.

    python benchmarks/serve_load.py                  200 edits a second from 8 clients for 60 s
    python benchmarks/serve_load.py --seconds 10

Prints the median and the slowest answers, failed requests, and the memory of the server's processes before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time

import psutil


def loop(edit: int) -> str:
    """A loop of 60 instructions; every number gives another text with another schedule."""
    body = [f"fmla v{8 + n % 20}.4s, v{(n + edit) % 4}.4s, v{4 + (n * edit) % 4}.s[{n % 4}]" for n in range(40)]
    body += [f"ldr d{n % 4}, [x1, #{8 * n}]" for n in range(8)]
    body += [f"add x{3 + n}, x{3 + (n + edit) % 8}, #{edit % 4000}" for n in range(8)]
    return "\n".join(
        [".Lloop:", *body, "add x1, x1, #64", "prfm pldl1keep, [x1]", "subs x0, x0, #1", "b.ne .Lloop", ""]
    )


def request_of(edit: int) -> bytes:
    body = json.dumps({"text": loop(edit), "cores": ["cortex-a53"]}).encode()
    fields = ["Host: {host}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(["POST /api/estimate HTTP/1.1", *fields, "", ""]).encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """(status, body) of one HTTP answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
    return int(lines[0].split()[1]), await reader.readexactly(length)


async def client(number: int, options: argparse.Namespace, host: str, port: int) -> list[tuple[float, bool]]:
    """(seconds, whether it went well) of each edit. A client that is late doesn't skip edits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    period, start, done = options.clients / options.rate, time.perf_counter(), list[tuple[float, bool]]()
    for edit in range(int(options.rate * options.seconds / options.clients)):
        await asyncio.sleep(max(start + edit * period + number * period / options.clients - time.perf_counter(), 0))
        request = request_of(edit * options.clients + number).replace(b"{host}", host.encode(), 1)
        began = time.perf_counter()
        writer.write(request)
        status, body = await answer(reader)
        done.append((time.perf_counter() - began, status == 200 and b'"timeline"' in body))
    writer.close()
    return done


def memory(process: psutil.Process) -> float:
    """Resident megabytes of a process and its children."""
    return float(sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 1e6)


def processor(process: psutil.Process) -> list[float]:
    """Processor seconds so far of this process, of the server, and of its workers together."""

    def used(one: psutil.Process) -> float:
        times = one.cpu_times()
        return float(times.user + times.system)

    return [used(psutil.Process()), used(process), sum(map(used, process.children(recursive=True)))]


async def measure(options: argparse.Namespace, server: psutil.Process, host: str, port: int) -> None:
    warm = argparse.Namespace(**{**vars(options), "seconds": 3.0})
    await asyncio.gather(*[client(number, warm, host, port) for number in range(options.clients)])
    before, began, used = memory(server), time.perf_counter(), processor(server)
    found = await asyncio.gather(*[client(number, options, host, port) for number in range(options.clients)])
    took, after = time.perf_counter() - began, memory(server)
    times = sorted(1000 * seconds for one in found for seconds, _ in one)
    each = [1000 * (now - then) / len(times) for now, then in zip(processor(server), used, strict=True)]
    failed, late = sum(not well for one in found for _, well in one), times[int(len(times) * 0.99)]
    print(f"edits      {len(times)} in {took:.1f} s, {len(times) / took:.0f} a second from {options.clients} clients")
    print(f"answers    median {statistics.median(times):.1f} ms, 99 % {late:.1f} ms, slowest {times[-1]:.1f} ms")
    print(f"failed     {failed}")
    print(f"memory     {before:.0f} MB before, {after:.0f} MB after ({100 * (after / before - 1):+.1f} %)")
    print(f"processor  clients {each[0]:.1f} ms, server {each[1]:.1f} ms, workers {each[2]:.1f} ms an edit")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rate", type=float, default=200, help="edits a second, all clients together")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=0)
    options = parser.parse_args()
    command = [sys.executable, "-m", "cyclesim", "serve", "--port", "0", "--workers", str(options.workers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        host = process.stdout.readline().split("//")[1].split("/")[0]
        time.sleep(2)
        asyncio.run(measure(options, psutil.Process(process.pid), host, int(host.split(":")[1])))
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
