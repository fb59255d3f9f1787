"""`timeline` as one page that needs nothing else: the data, one style sheet, one script."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.timeline import Timeline
from cyclesim.views.page import document, escape, json_script
from cyclesim.views.timeline_json import compact


def render(timelines: Sequence[Timeline], notes: Sequence[str]) -> str:
    """A page with a picture for each timeline."""
    body = []
    for number, timeline in enumerate(timelines):
        body += [heading(timeline), *viewer(f"timeline-{number}", timeline)]
    body += [f'<p class="note">{escape(note)}</p>' for note in notes]
    return document(" and ".join(timeline.title for timeline in timelines), body)


def heading(timeline: Timeline) -> str:
    """Title and facts."""
    facts = "".join(f'<p class="facts">{escape(fact)}</p>' for fact in timeline.facts)
    return f"<header><h1>{escape(timeline.title)}</h1>{facts}</header>"


def viewer(name: str, timeline: Timeline, embedded: bool = False) -> list[str]:
    """The markup of one picture and its data. `name`: unique on the page; `embedded`: without a theme button."""
    notes = [f'<p class="note">{escape(note)}</p>' for note in timeline.notes]
    mode = " data-embedded" if embedded else ""
    return [f'<div data-timeline="{escape(name)}"{mode}></div>', *notes, json_script(name, compact(timeline))]
