"""A source is text, or there is a clear reason why not."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cyclesim import asm
from cyclesim.errors import InputError


def written(folder: Path, data: bytes) -> str:
    path = folder / "kernel.s"
    path.write_bytes(data)
    return str(path)


def refusal(path: str) -> InputError:
    with pytest.raises(InputError) as caught:
        asm.read_source(path)
    return caught.value


def test_utf8_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    assert asm.read_source(written(tmp_path, "nop // µkernel\n".encode())) == "nop // µkernel\n"
    assert asm.read_source(written(tmp_path, b"\xef\xbb\xbfnop\n")) == "nop\n"


def test_latin1_in_a_comment_is_read(tmp_path: Path) -> None:
    text = asm.read_source(written(tmp_path, b"@ Andr\xe9 wrote this kernel\nadd r0, r0, r1\n"))
    assert text.startswith("@ André wrote")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"add r0, r0, r1\n")))
    assert asm.read_source("-") == "add r0, r0, r1\n"


def test_an_empty_standard_input_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert refusal("-").message == "<stdin> is empty"


def test_missing_file_directory_and_empty_file(tmp_path: Path) -> None:
    assert refusal(str(tmp_path / "none.s")).message.endswith("none.s doesn't exist")
    assert refusal(str(tmp_path)).message.endswith("is a directory")
    assert refusal(written(tmp_path, b"")).message.endswith("kernel.s is empty")
    assert refusal(written(tmp_path, b" \n\t\n")).message.endswith("holds only blanks")


def test_a_zero_byte_is_named_by_its_offset_and_place(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"nop\nadd\0r0\n"))
    assert "a zero byte at offset 7" in error.message
    assert error.span is not None and (error.span.line, error.span.column) == (2, 4)


def test_bytes_that_are_neither_utf8_nor_latin1_text(tmp_path: Path) -> None:
    assert "byte 0xe9, which is not UTF-8 at offset 4" in refusal(written(tmp_path, b"nop\n\xe9\x01\x02")).message
    assert "is not text" in refusal(written(tmp_path, bytes(range(128, 256)) * 4)).message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x7fELF\x01\x01\x01\x00", "object file or archive"),
        (b"!<arch>\nfoo.o/", "object file or archive"),
        ("nop\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_known_other_formats_are_named(tmp_path: Path, data: bytes, words: str) -> None:
    error = refusal(written(tmp_path, data))
    assert words in error.message and error.hint


def test_a_name_with_a_zero_byte_is_refused() -> None:
    assert "can't be read" in refusal("a\0b.s").message
