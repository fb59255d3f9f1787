"""Every form computes what Unicorn computes: registers, flags and memory after single instructions, bit by bit.

What isn't compared stands with its reason in `not_judged.yaml`.
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from cyclesim.isa import meanings
from cyclesim.isa.sizes import access_kinds
from tests.differential import assembling, qemu_judge, states, unicorn_judge

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
    bench.add_starts(states.starts(isa_name, STATES))
    wrong: list[str] = []
    judged: set[str] = set()
    unjudged: dict[str, str] = {}
    refused: list[tuple[int, unicorn_judge.Example]] = []
    ignored = load_gaps()["differences"][isa_name] | load_gaps()["unjudged"].get(kind, {})
    for number, example in enumerate(bench.examples):
        form = example.pattern.text
        verdict = bench.judge(example, states_of(number, example.pattern.row.class_))
        if not verdict:
            judged.add(form)
        elif not verdict.startswith(("different", "failed")) or reason_of(form, ignored) or waits(form):
            unjudged.setdefault(form, verdict)
            if verdict.startswith("refused"):
                refused.append((number, example))
        else:
            wrong.append(f"{example.text}: {verdict}")
    for example, verdict in second_opinions(bench, refused, folder):
        if verdict:
            wrong.append(f"{example.text}: {verdict} (QEMU)")
        else:
            judged.add(example.pattern.text)
    for pattern in bench.unassembled:
        unjudged.setdefault(pattern.text, "not assembled")
    return Verdicts(kind, wrong, judged, {form: why for form, why in unjudged.items() if form not in judged})


def second_opinions(
    bench: unicorn_judge.Bench, refused: Sequence[tuple[int, unicorn_judge.Example]], folder: Path
) -> Iterator[tuple[unicorn_judge.Example, str]]:
    """What QEMU says of examples that Unicorn refused, where it is there."""
    if not qemu_judge.available(bench.isa):
        return
    plain = [
        (number, example)
        for number, example in refused
        if not (
            example.branch
            or access_kinds(example.pattern)
            or example.pattern.row.meaning in ("nothing", "system(name)")
        )
    ]
    cases = [(example, state) for number, example in plain for state in states_of(number, "fp")]
    if not cases:
        return
    for (example, state), after in zip(cases, qemu_judge.run(bench, cases, folder), strict=True):
        yield example, bench.judge_state(example, state, after)


def waits(form: str) -> bool:
    """Whether Unicorn ends the run at it."""
    return form in ("wfi", "wfe", "yield")


def load_gaps() -> dict[str, dict[str, dict[str, str]]]:
    loaded = yaml.safe_load(GAPS.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def reason_of(form: str, reasons: dict[str, str]) -> str | None:
    """The reason whose pattern fits a form."""
    return next((reason for pattern, reason in reasons.items() if fnmatch.fnmatchcase(form, pattern)), None)


@pytest.fixture(scope="module", params=list(KINDS))
def verdicts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    pytest.importorskip("unicorn", reason="the unicorn package judges meanings")
    if tool := assembling.missing_tools(KINDS[request.param][0]):
        pytest.skip(f"{tool} assembles the examples and isn't here")
    return judge_all(request.param, tmp_path_factory.mktemp(request.param))


def test_meanings_agree_with_unicorn(verdicts: Verdicts) -> None:
    assert not verdicts.wrong, "\n".join(verdicts.wrong[:20])


def test_what_is_not_judged_has_a_reason(verdicts: Verdicts, capsys: pytest.CaptureFixture[str]) -> None:
    gaps = load_gaps()
    isa_name = KINDS[verdicts.kind][0]
    known = gaps["without"][isa_name] | gaps["unjudged"].get(verdicts.kind, {}) | gaps["unjudged"][isa_name]
    reasons = {form: reason_of(form, known | gaps["differences"][isa_name]) for form in verdicts.unjudged}
    unexplained = [f"{form}: {verdicts.unjudged[form]}" for form, reason in reasons.items() if reason is None]
    counts = Counter(reason for reason in reasons.values() if reason)
    with capsys.disabled():
        print(f"\n{verdicts.kind}: {len(verdicts.judged)} forms judged, {len(reasons)} not:")
        for reason, count in counts.most_common():
            print(f"  {count:4} {reason}")
    assert not unexplained, "\n".join(unexplained)


@pytest.mark.parametrize("isa_name", ["armv7", "aarch64"])
def test_forms_without_a_meaning_are_known(isa_name: str) -> None:
    known = load_gaps()["without"][isa_name]
    missing = [form for form in meanings.meanings_of(isa_name).without if reason_of(form, known) is None]
    assert not missing, missing
