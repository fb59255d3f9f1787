"""Small functions for the tests of execution."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim import asm, isa
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.calls import Argument
from cyclesim.execute.measure import Execution, execute
from cyclesim.execute.prepare import function_of_text
from cyclesim.execute.session import Session

COPY = """\
copy:                           // x0 to, x1 from, x2 bytes
        ldr     q0, [x1], #16
        subs    x2, x2, #16
        str     q0, [x0], #16
        b.gt    copy
        ret
"""
SUM = """\
sum:                            @ r0 words, r1 count
        mov     r2, #0
again:
        ldr     r3, [r0], #4
        subs    r1, r1, #1
        add     r2, r2, r3
        bne     again
        mov     r0, r2
        bx      lr
"""


def session(text: str, isa_name: str, buffers: Sequence[Buffer] = (), symbol: str = "") -> Session:
    """A text ready to be called."""
    loaded = function_of_text(asm.parse(text, "t.s", isa_name), symbol)
    return Session(loaded.image, loaded.start, isa.load(isa_name), buffers)


def executed(
    text: str, isa_name: str, arguments: Sequence[Argument], buffers: Sequence[Buffer] = (), calls: int = 1
) -> Execution:
    """A text executed `calls` times with the same arguments."""
    return execute(session(text, isa_name, buffers), isa.load(isa_name), [arguments] * calls)
