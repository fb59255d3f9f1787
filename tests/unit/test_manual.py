"""The manual page and the completion files: as the parsers are now, and accepted by the programs that read them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from cyclesim.cli import VERBS, manual, verb_parser

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "shell"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return manual.texts()


@pytest.mark.parametrize("name", manual.FILES)
def test_the_files_are_those_of_the_parsers(texts: dict[str, str], name: str, update_golden: bool):
    if update_golden:
        (FOLDER / name).write_text(texts[name], encoding="utf-8")
    assert (FOLDER / name).read_text(encoding="utf-8") == texts[name], "make manual writes them anew"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_is_in_every_file(texts: dict[str, str], verb: str):
    for name, text in texts.items():
        assert verb in text
        for action in verb_parser(verb)._actions:
            for word in action.option_strings:
                shown = {"cyclesim.1": word.replace("-", "\\-"), "cyclesim.fish": word.lstrip("-")}.get(name, word)
                assert shown in text, (name, word)


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def complete(line: str) -> list[str]:
    """What bash offers behind a line."""
    words = line.split(" ")
    script = (
        f"source {shlex.quote(str(FOLDER / 'cyclesim.bash'))}; COMP_WORDS=({' '.join(repr(word) for word in words)}); "
        f"COMP_CWORD={len(words) - 1}; _cyclesim; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run([tool("bash"), "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert not done.stderr
    return done.stdout.split()


def test_bash_offers_verbs_options_cores_and_formats():
    assert complete("cyclesim est") == ["estimate"]
    assert "--ignore-unknown" in complete("cyclesim estimate k.s --ig")
    assert complete("cyclesim estimate k.s --uarch cortex-a5") == ["cortex-a53", "cortex-a55"]
    assert complete("cyclesim graph k.s --format g") == ["graphml"]
    assert "list" in complete("cyclesim uarch li")
    assert "--class" in complete("cyclesim isa list --cl")


def test_fish_and_zsh_accept_their_files():
    checked = 0
    for name, file in (("zsh", "_cyclesim"), ("fish", "cyclesim.fish")):
        if path := shutil.which(name):
            subprocess.run([path, "-n", str(FOLDER / file)], check=True, timeout=30)
            checked += 1
    if not checked:
        pytest.skip("neither zsh nor fish is installed")


def test_man_has_nothing_to_complain_about():
    done = subprocess.run(
        [tool("groff"), "-man", "-Tutf8", "-ww", str(FOLDER / "cyclesim.1")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not done.stderr
    # A bold letter is printed twice, with a backspace between.
    assert "EXIT STATUS" in re.sub(".\b", "", done.stdout)
