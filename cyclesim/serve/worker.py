"""A process that answers requests: a line of JSON in, a line of JSON out, until its input ends.

It can't write files (the limit on their size is 0) and has a bound on memory, so that a text that expands without end
ends this process and nothing else.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from typing import IO

from cyclesim.serve.answer import MOST_CORES, Answerer, Refused, shipped_cores

MEMORY_BYTES = 1 << 30


def restrict() -> None:
    """Bound memory and forbid writing files, where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def respond(answerer: Answerer, line: bytes) -> dict[str, object]:
    """The answer to one line; what goes wrong inside is an answer too."""
    try:
        return answerer.answer(json.loads(line))
    except (Refused, ValueError) as error:
        return {"refused": str(error)[:300]}
    except (MemoryError, RecursionError) as error:
        return {"refused": f"the text needs too much memory ({type(error).__name__})"}


def serve(whatifs: Mapping[str, str], requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until `requests` ends."""
    answerer = Answerer(whatifs)
    for line in requests:
        reply = json.dumps(respond(answerer, line), separators=(",", ":"))
        answers.write(reply.encode() + b"\n")
        answers.flush()


def warm_up(whatifs: Mapping[str, str]) -> None:
    """Load the tables and the shipped cores once, so that their cache exists before writing is forbidden."""
    answerer = Answerer(whatifs)
    for isa_name, text in (("armv7", "add r0, r0, #1\n"), ("aarch64", "add x0, x0, #1\n")):
        cores = [name for name, _, isas in shipped_cores() if isa_name in isas]
        answerer.answer({"text": text, "isa": isa_name, "cores": cores[:MOST_CORES]})


def main() -> None:
    """The process: its only argument maps names to what-if files."""
    whatifs = json.loads(sys.argv[1])
    warm_up(whatifs)
    restrict()
    # What is loaded stays; the collector looks at it no more, and seldom at what an answer makes and drops.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    serve(whatifs, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
