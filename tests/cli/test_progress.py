"""A progress bar is seen on a terminal when it takes long, and nowhere else."""

from __future__ import annotations

import io

import pytest

from cyclesim.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "STEP", 0.0)


def test_a_bar_is_drawn_over_and_taken_away() -> None:
    stream = Terminal()
    assert list(progress.Bar(["a", "b"], "reading", stream)) == ["a", "b"]
    drawn = stream.getvalue()
    assert "reading [###############---------------]  50% 1 of 2" in drawn and "100% 2 of 2" in drawn
    assert drawn.endswith("\r\x1b[K") and "\n" not in drawn


def test_a_total_is_counted_by_calls() -> None:
    stream = Terminal()
    with progress.Bar(4, "reading", stream) as advance:
        advance(3)
        assert advance.text().endswith("75% 3 of 4")
    assert progress.Bar(0, "reading", stream).text().endswith("100% 0 of 0")


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    list(progress.Bar(range(5), "reading", stream))
    assert stream.getvalue() == ""
    dumb = Terminal()
    monkeypatch.setenv("TERM", "dumb")
    list(progress.Bar(range(5), "reading", dumb))
    assert dumb.getvalue() == ""


def test_what_is_over_soon_needs_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    stream = Terminal()
    list(progress.Bar(range(5), "reading", stream))
    assert stream.getvalue() == ""


def test_an_error_takes_the_bar_away() -> None:
    stream = Terminal()

    def fail() -> None:
        with progress.Bar(2, "reading", stream) as advance:
            advance()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert stream.getvalue().endswith("\r\x1b[K")
