"""Calls files: what they mean, and everything that is wrong with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.execute.arguments import parse_arguments
from cyclesim.execute.buffers import Buffer, contents
from cyclesim.execute.calls import read_calls

GOOD = {
    "schema_version": 1,
    "functions": [
        {
            "id": "lib-1.0-copy",
            "file": "lib.a",
            "member": "copy.o",
            "symbol": "copy",
            "address": None,
            "isa": "aarch64",
            "state": "a64",
            "calls": [[{"buffer": "to"}, {"buffer": "from", "offset": 16}, 64]],
            "buffers": {"to": {"bytes": 64}, "from": {"bytes": 128, "fill": "random-u8", "seed": 1}},
            "stack_arguments": 0,
            "measured": [{"core": "Cortex-A53", "cycles": 40.5}],
        }
    ],
}


def write(folder: Path, document: object) -> str:
    path = folder / "calls.json"
    path.write_text(json.dumps(document, indent=1))
    return str(path)


def messages(path: str) -> list[str]:
    with pytest.raises(CyclesimError) as caught:
        read_calls(path)
    error = caught.value
    return [one.render() for one in (error.errors if isinstance(error, ManyErrors) else [error])]


def test_a_good_file(tmp_path: Path) -> None:
    (case,) = read_calls(write(tmp_path, GOOD))
    assert case.calls == ((("to", 0), ("from", 16), 64),)
    assert case.buffers[1] == Buffer("from", 128, 64, "random-u8", 1)
    assert case.measured[0].cycles == 40.5
    assert case.address is None


def test_one_function_alone(tmp_path: Path) -> None:
    (case,) = read_calls(write(tmp_path, {"calls": [[1]], "symbol": "f"}))
    assert (case.id, case.calls) == ("f", ((1,),))


def test_all_errors_of_a_file_come_together_with_their_lines(tmp_path: Path) -> None:
    bad = json.loads(json.dumps(GOOD))
    function = bad["functions"][0]
    function["state"] = "x86"
    function["buffers"]["to"]["bytes"] = 0
    function["buffers"]["from"]["fill"] = "noise"
    function["calls"][0][0]["buffer"] = "nowhere"
    function["measured"][0]["cycles"] = -1
    found = messages(write(tmp_path, bad))
    assert len(found) == 5
    text = (tmp_path / "calls.json").read_text().splitlines()
    for message in found:
        line = int(message.split("calls.json:")[1].split(":")[0])
        assert text[line - 1].strip(), message
    assert any("no buffer `nowhere`" in message for message in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "a calls file is an object with `functions`, or one function"),
        ('{"schema_version": 9, "functions": []}', "schema version 9 isn't known"),
        ('{"functions": [{"calls": []}]}', "at least one"),
        ('{"functions": [{"calls": [[true]]}]}', "an integer or names a buffer"),
        ('{"functions": [{"calls": [[1, 2]], "isa": "armv7", "stack_arguments": 3}]}', "leave 0 for the stack, not 3"),
        ('{"functions": [{"id": "a", "calls": [[1]]}, {"id": "a", "calls": [[1]]}]}', "`a` stands twice"),
    ],
)
def test_what_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "calls.json"
    path.write_text(text)
    assert any(said in message for message in messages(str(path)))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    path.write_text("[" * 100_000)
    assert messages(str(path))


def test_fills() -> None:
    assert contents(Buffer("a", 4)) == bytes(4)
    assert contents(Buffer("a", 6, fill="ramp-u32")) == bytes([0, 0, 0, 0, 1, 0])
    assert contents(Buffer("a", 3, fill="hex", data="0aff")) == bytes([10, 255, 0])
    # x = (x * 1103515245 + 12345) mod 2^31 from 1: 1103527590, bits 16-23 are 0xc6.
    first = (1 * 1103515245 + 12345) % (1 << 31)
    assert contents(Buffer("a", 2, fill="random-u8", seed=1))[0] == first >> 16 & 255 == 0xC6
    assert set(contents(Buffer("a", 200, fill="random-u8", seed=1, maximum=3))) == {0, 1, 2, 3}
    halves = contents(Buffer("a", 400, fill="random-u16", seed=5, mask=0x3FF))
    assert max(halves[1::2]) <= 3 and max(halves[0::2]) > 200


def test_arguments_of_the_command_line() -> None:
    values, buffers = parse_arguments(["0x10", "a:64", "b:32:random-u8:9", "a+16", "-3"])
    assert values == (16, ("a", 0), ("b", 0), ("a", 16), -3)
    assert buffers == (Buffer("a", 64, seed=1), Buffer("b", 32, fill="random-u8", seed=9))


@pytest.mark.parametrize("text", ["a", "a:0", "a:9:noise", "x y", "a+b", str(1 << 65)])
def test_bad_arguments(text: str) -> None:
    with pytest.raises(CyclesimError) as caught:
        parse_arguments([text])
    assert caught.value.exit_code == 2
