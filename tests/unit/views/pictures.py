"""What the tests of pictures share: kernels made small, and their timelines."""

from __future__ import annotations

from cyclesim import asm, isa, machine
from cyclesim.analysis import Analysis, analyse, resolve_region
from cyclesim.asm import regions
from cyclesim.issue.window import Extent, Window, record_window, steady_extent
from cyclesim.timeline import Timeline
from cyclesim.views.timeline_build import build_timeline

DOT = """\
.Ldot:
        ldr     q0, [x0], #16
        ldr     q1, [x1], #16
        fmla    v2.4s, v0.4s, v1.4s
        subs    x2, x2, #4
        b.ne    .Ldot
"""

STRAIGHT = "ldr d0, [x0]\nfmul v1.2s, v0.2s, v0.2s\nfadd v2.2s, v1.2s, v1.2s\nadd x0, x0, #8\n"


def analysis_of(text: str, core: str = "a53", file: str = "dot.s") -> Analysis:
    program = asm.parse(text, file)
    region = regions.choose(program, None, None)[0]
    return analyse(program, region, resolve_region(program, region, isa.load(program.isa)), machine.load(core))


def window_of(analysis: Analysis, extent: Extent | None = None) -> Window:
    chosen = steady_extent(analysis.body, analysis.schedule) if extent is None else extent
    return record_window(analysis.body, analysis.schedule, chosen)


def timeline_of(text: str = DOT, core: str = "a53", extent: Extent | None = None, file: str = "dot.s") -> Timeline:
    analysis = analysis_of(text, core, file)
    return build_timeline(analysis, window_of(analysis, extent))
