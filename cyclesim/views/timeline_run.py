"""From the recorded beginning of an executed run to a `Timeline`."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.execute.window import RunWindow
from cyclesim.timeline import Timeline
from cyclesim.units import Cycles, counted, decimal_text
from cyclesim.views import timeline_html, timeline_json, timeline_svg
from cyclesim.views.timeline_build import Subject, draw


def build_run(name: str, run: RunWindow) -> Timeline:
    """The picture's data of a run; `name` is what was called."""
    cycles = decimal_text(Cycles(run.window.end, run.body.ticks_per_cycle))
    facts = (
        f"first call, executed from an empty pipeline: {counted(run.instructions, 'instruction')}",
        f"{counted(run.executed, 'instruction')} in {cycles} cycles shown",
    )
    rest = run.instructions - run.executed
    notes = [f"the last {counted(rest, 'instruction')} of the call left out"] if rest > 0 else []
    return draw(Subject(run.body, f"{name} on {run.core.title}", facts, notes, False), run.window)


def render(timelines: Sequence[Timeline], path: str) -> str:
    """The pictures in the form that the name of the file says: SVG (the first), JSON, otherwise a page."""
    if path.endswith(".svg"):
        return timeline_svg.render(timelines[0])
    if path.endswith(".json"):
        return timeline_json.render(timelines, ())
    return timeline_html.render(timelines, ())
