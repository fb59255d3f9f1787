"""Which instructions grew: two lists of issue gaps, side by side."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from cyclesim.analysis import Analysis
from cyclesim.budgets.nouns import Change, Figure, Line
from cyclesim.issue.notbefore import NotBefore
from cyclesim.issue.replay import explain_schedule
from cyclesim.units import Cycles

Sentence = Callable[[Analysis, int, NotBefore], str]
"""An answer in words."""


def figure_of(analysis: Analysis, file: str, sentence: Sentence | None = None) -> Figure:
    """The figure of a region on a core; with its instructions when `sentence` is given."""
    return Figure(
        file,
        analysis.region.name,
        analysis.core.name,
        analysis.program.isa,
        analysis.schedule.cycles,
        analysis.operations,
        len(analysis.body.operations),
        _lines(analysis, sentence) if sentence else (),
    )


def _lines(analysis: Analysis, sentence: Sentence) -> tuple[Line, ...]:
    """Gap and reason of every instruction; over a period of several iterations, the mean gap and the longest wait's
    reason."""
    schedule = analysis.schedule
    rows = explain_schedule(analysis.body, analysis.region.loop, schedule.transient, schedule.period)
    iterations = max(schedule.period, 1)
    lines = []
    for position, one in enumerate(analysis.body.resolved):
        own = [row for row in rows if row.position == position]
        longest = max(own, key=lambda row: row.waited)
        gap = sum((row.waited for row in own), Cycles(0)) / iterations
        text = " ".join(one.instruction.text.split())
        said = sentence(analysis, position, longest.binding) if gap else ""
        lines.append(Line(one.instruction.span.root().line, text, gap, longest.binding.kind, said))
    return tuple(lines)


def compare(before: Sequence[Line], after: Sequence[Line]) -> tuple[Change, ...]:
    """Every instruction whose gap changed, came or went; the greatest growth first."""
    matcher = difflib.SequenceMatcher(None, [one.text for one in before], [one.text for one in after], autojunk=False)
    changes: list[Change] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(before[first:last], after[start:end], strict=True)
            changes += [_changed(old, new) for old, new in pairs if old.gap != new.gap]
            continue
        changes += [Change(one.line, one.text, one.gap, None, one.reason, "", "") for one in before[first:last]]
        changes += [Change(one.line, one.text, None, one.gap, "", one.reason, one.sentence) for one in after[start:end]]
    return tuple(sorted(changes, key=lambda change: -change.growth))


def _changed(old: Line, new: Line) -> Change:
    return Change(new.line, new.text, old.gap, new.gap, old.reason, new.reason, new.sentence)
