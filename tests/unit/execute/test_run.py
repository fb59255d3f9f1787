"""Running code: results, limits, and what is said when it can't go on."""

from __future__ import annotations

import pytest

from cyclesim.errors import CyclesimError
from cyclesim.execute.buffers import Buffer
from cyclesim.execute.errors import ExecutionError
from tests.unit.execute.programs import COPY, SUM, executed, session


def failure(
    text: str, isa_name: str, arguments: list[object], buffers: tuple[Buffer, ...] = (), limit: int = 1000
) -> CyclesimError:
    made = session(text, isa_name, buffers)
    with pytest.raises(ExecutionError) as caught:
        made.call(arguments, limit)  # type: ignore[arg-type]
    return caught.value


def test_a_copy_moves_every_byte() -> None:
    made = session(COPY, "aarch64", (Buffer("to", 64), Buffer("from", 64, fill="random-u8", seed=7)))
    trace = made.call([("to", 0), ("from", 0), 64])
    assert made.contents("to") == made.contents("from") != "00" * 64
    assert trace.instructions == 4 * 4 + 1


def test_the_result_is_what_register_0_holds() -> None:
    made = session(SUM, "armv7", (Buffer("words", 32, fill="ramp-u32"),))
    made.call([("words", 0), 8])
    assert made.result() == sum(range(8))


def test_arguments_beyond_the_registers_go_to_the_stack() -> None:
    made = session("f:\n ldr r0, [sp, #4]\n bx lr\n", "armv7")
    made.call([1, 2, 3, 4, 5, 66])
    assert made.result() == 66
    made = session("f:\n ldr x0, [sp, #8]\n ret\n", "aarch64")
    made.call([1, 2, 3, 4, 5, 6, 7, 8, 9, 1010])
    assert made.result() == 1010


def test_calls_start_from_fresh_buffers_and_registers() -> None:
    execution = executed(COPY, "aarch64", [("to", 0), ("from", 0), 32], (Buffer("to", 32), Buffer("from", 32)), calls=3)
    assert [trace.instructions for trace in execution.traces] == [9, 9, 9]
    assert execution.instructions == 9


def test_an_access_outside_names_the_buffer_and_the_line() -> None:
    error = failure(COPY, "aarch64", [("to", 0), ("from", 0), 64], (Buffer("to", 64), Buffer("from", 48)))
    assert error.message.startswith("load of 16 bytes at")
    assert error.span is not None and error.span.line == 2
    assert error.hint == "that is 16 bytes past the end of `from` (48 bytes)"
    assert "ldr     q0, [x1], #16" in error.render()


def test_an_access_below_a_buffer_is_outside_too() -> None:
    error = failure("f:\n ldrb w0, [x0, #-1]\n ret\n", "aarch64", [("a", 0)], (Buffer("a", 16),))
    assert error.hint == "that is 1 bytes before `a` (16 bytes)"


def test_code_cannot_be_written() -> None:
    error = failure("f:\n adr x1, f\n str w0, [x1]\n ret\n", "aarch64", [1])
    assert error.message.startswith("store of 4 bytes at")


def test_an_endless_loop_reaches_the_limit_and_says_where() -> None:
    error = failure("f:\n nop\nloop:\n b loop\n", "aarch64", [], limit=10_000)
    assert error.message == "still running after 10,000 instructions"
    assert error.span is not None and error.span.line == 4


def test_code_without_a_return_runs_past_its_end() -> None:
    error = failure("f:\n mov x0, #1\n", "aarch64", [])
    assert error.message == "the code runs past its end"
    assert error.hint == "end it with a return"


def test_a_jump_into_nowhere() -> None:
    error = failure("f:\n mov x1, #64\n br x1\n", "aarch64", [])
    assert error.message == "jump to 0x40, where the code has no instruction"


def test_an_undefined_symbol() -> None:
    error = failure("f:\n bl elsewhere\n ret\n", "aarch64", [])
    assert "undefined symbol `elsewhere`" in error.message
    assert error.span is not None and error.span.line == 2


def test_a_call_returns_behind_itself() -> None:
    text = "f:\n mov x9, x30\n bl g\n add x0, x0, #1\n mov x30, x9\n ret\ng:\n mov x0, #40\n ret\n"
    made = session(text, "aarch64")
    made.call([])
    assert made.result() == 41


def test_an_untaken_condition_does_nothing() -> None:
    made = session("f:\n cmp r0, #5\n moveq r1, #7\n ldrne r1, [r2]\n mov r0, r1\n bx lr\n", "armv7")
    trace = made.call([5, 1, 0])
    assert made.result() == 7
    assert trace.addresses == [0]
    assert trace.instructions == 5


def test_registers_can_be_looked_at() -> None:
    made = session("f:\n movi v3.16b, #1\n mov x4, #255\n ret\n", "aarch64")
    made.call([])
    assert made.contents("v3") == "0x" + "01" * 16
    assert made.contents("x4") == "0xff"
    assert made.contents("v99") is None
