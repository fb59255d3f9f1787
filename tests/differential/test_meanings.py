"""Every form computes what Unicorn computes: registers, flags and memory after single instructions, bit by bit.

What isn't compared stands with its reason in `not_judged.yaml`; a form that could be judged may not stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from cyclesim.isa import meanings
from tests.differential import unicorn_judge

EXAMPLES = 2
STATES = 12
PER_EXAMPLE = 3
"""States of an example; floating-point forms take twice as many."""

GAPS = Path(__file__).parent / "not_judged.yaml"
KINDS = {"a32": ("armv7", False), "t32": ("armv7", True), "a64": ("aarch64", False)}


class Verdicts(NamedTuple):
    """`wrong`: examples that differ, with how; `judged`: forms compared; `unjudged`: form to what came instead."""

    kind: str
    wrong: list[str]
    judged: set[str]
    unjudged: dict[str, str]


def states_of(number: int, class_: str) -> list[int]:
    count = PER_EXAMPLE * (1 + ("fp" in class_))
    return [(number * 5 + 7 * step) % STATES for step in range(count)]


def judge_all(kind: str, folder: Path) -> Verdicts:
    isa_name, thumb = KINDS[kind]
    bench = unicorn_judge.Bench(isa_name, folder, EXAMPLES, thumb=thumb)
    bench.add_starts(unicorn_judge.starts(isa_name, STATES))
    wrong, judged, unjudged = [], set(), {}
    ignored = load_gaps()["differences"]
    for number, example in enumerate(bench.examples):
        form = example.pattern.text
        verdict = bench.judge(example, states_of(number, example.pattern.row.class_))
        if not verdict:
            judged.add(form)
        elif verdict.startswith("different") or verdict.startswith("failed"):
            if example.pattern.mnemonic in ignored.get(isa_name, {}):
                unjudged[form] = "different"
            else:
                wrong.append(f"{example.text}: {verdict}")
        else:
            unjudged.setdefault(form, verdict)
    for pattern in bench.unassembled:
        unjudged.setdefault(pattern.text, "not assembled")
    return Verdicts(kind, wrong, judged, {form: why for form, why in unjudged.items() if form not in judged})


def load_gaps() -> dict[str, dict[str, dict[str, str]]]:
    loaded = yaml.safe_load(GAPS.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module", params=list(KINDS))
def verdicts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verdicts]:
    pytest.importorskip("unicorn", reason="the unicorn package judges meanings")
    if tool := unicorn_judge.missing_tools(KINDS[request.param][0]):
        pytest.skip(f"{tool} assembles the examples and isn't here")
    yield judge_all(request.param, tmp_path_factory.mktemp(request.param))


def test_meanings_agree_with_unicorn(verdicts: Verdicts) -> None:
    Path("/tmp/work/meaning/wr_"+verdicts.kind).write_text("\n".join(verdicts.wrong))
    assert not verdicts.wrong, "\n".join(verdicts.wrong[:20])


def test_what_is_not_judged_has_a_reason(verdicts: Verdicts, capsys: pytest.CaptureFixture[str]) -> None:
    gaps = load_gaps()
    isa_name, thumb = KINDS[verdicts.kind]
    known = {**gaps["forms"].get(isa_name, {}), **(gaps["forms"].get("t32", {}) if thumb else {})}
    differences = gaps["differences"].get(isa_name, {})
    reasons: Counter[str] = Counter()
    unexplained = []
    for form, why in verdicts.unjudged.items():
        reason = known.get(form) or known.get(form.partition(" ")[0]) or differences.get(form.partition(" ")[0])
        reason = reason or pattern_reason(form, gaps["patterns"].get(isa_name, {}))
        if reason is None:
            unexplained.append(f"{form}: {why}")
        else:
            reasons[reason] += 1
    with capsys.disabled():
        print(f"\n{verdicts.kind}: {len(verdicts.judged)} forms judged, {sum(reasons.values())} not:")
        for reason, count in reasons.most_common():
            print(f"  {count:4} {reason}")
    Path("/tmp/work/meaning/un_"+verdicts.kind).write_text("\n".join(unexplained))
    assert not unexplained, "\n".join(unexplained)


def pattern_reason(form: str, patterns: dict[str, str]) -> str | None:
    import fnmatch

    return next((reason for pattern, reason in patterns.items() if fnmatch.fnmatch(form, pattern)), None)


def test_forms_without_meaning_are_few_and_known() -> None:
    for isa_name in ("armv7", "aarch64"):
        without = meanings.without_meaning(isa_name)
        known = set(load_gaps()["without"].get(isa_name, {}))
        assert {form.partition(" ")[0] for form in without} <= known, without
