"""The tables' reads, writes, flags and write-back against capstone 6, form by form; every difference is classified."""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from cyclesim import isa
from cyclesim.isa import coverage
from cyclesim.isa.patterns import Pattern
from tests.differential import capstone_judge as judge

CLASSIFIED = yaml.safe_load(Path(__file__).with_name("capstone-disagreements.yaml").read_text(encoding="utf-8"))


class Bench:
    """All forms of an instruction set, assembled."""

    def __init__(self, isa_name: str, folder: Path) -> None:
        self.isa = isa_name
        tables = isa.load(isa_name)
        self.patterns = [pattern for name in tables.mnemonics() for pattern in tables.patterns(name)]
        examples, self.code, without = judge.examples(isa_name, self.patterns, folder)
        self.without = {pattern.form.text for pattern in without}
        self.refused = judge.unreadable(isa_name, examples)
        texts = {line.partition(": ")[0] for line in self.refused}
        self.examples = [one for one in examples if one.text not in texts]
        self.verdicts = judge.disagreements(isa_name, self.examples, self.code)


@pytest.fixture(scope="module", params=isa.ISAS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    if reason := judge.missing(request.param):
        pytest.skip(reason)
    return Bench(request.param, tmp_path_factory.mktemp("judge"))


def listed(kind: str, isa_name: str) -> list[dict[str, Any]]:
    return [entry for entry in CLASSIFIED[kind] if entry["isa"] == isa_name]


def test_every_disagreement_is_classified_and_every_classification_needed(bench: Bench) -> None:
    entries = listed("disagreements", bench.isa)
    owners = [[entry for entry in entries if covers(entry, verdict)] for verdict in bench.verdicts]
    assert [one for one, owner in zip(bench.verdicts, owners, strict=True) if len(owner) != 1] == []
    needed = [owner[0]["example"] for owner in owners]
    assert [entry["example"] for entry in entries if entry["example"] not in needed] == []


def covers(entry: dict[str, Any], verdict: judge.Verdict) -> bool:
    same = entry["difference"] == verdict.difference
    return same and matches(entry["mnemonics"], verdict.form.partition(" ")[0])


def matches(patterns: list[str], mnemonic: str) -> bool:
    return any(fnmatch.fnmatchcase(mnemonic, pattern) for pattern in patterns)


def test_classifications_say_who_is_right_and_why() -> None:
    for entry in CLASSIFIED["disagreements"]:
        assert entry["right"] in ("ours", "capstone", "both")
        assert "DDI 0" in entry["answer"], entry


def test_what_the_assembler_takes_the_tables_take(bench: Bench) -> None:
    known = [pattern for entry in listed("refused", bench.isa) for pattern in entry["mnemonics"]]
    assert [line for line in bench.refused if not matches(known, line.partition(" ")[0])] == []


def test_every_word_of_real_code_is_judged(bench: Bench) -> None:
    tables = isa.load(bench.isa)
    words = [word.form for word in coverage.read_frequencies(bench.isa) if coverage.resolves(word.form, tables)]
    missed = {
        word for word in words if all(one.form.text in bench.without for one in patterns_of_word(bench.isa, word))
    }
    assert missed <= {word for entry in listed("unjudged", bench.isa) for word in entry["words"]}
    assert len(words) > 500 and len(bench.examples) > 9000


def patterns_of_word(isa_name: str, word: str) -> tuple[Pattern, ...]:
    tables = isa.load(isa_name)
    mnemonic = word.replace(coverage.CONDITION, "eq").partition(" ")[0]
    return tables.known(mnemonic).patterns or tables.known(mnemonic.partition(".")[0]).patterns


def test_the_tables_resolve_what_real_code_uses() -> None:
    for name in isa.ISAS:
        assert coverage.share(name).share >= 0.995
