"""Models of cores: their files, what they say of an instruction, and what-if files laid over them.

load(name)               -> Core
timing_of(core, form)    -> Timing
flat_sum_of(core, form)  -> FlatSum, the talk's additive model
overlay.read(path)       -> Overlay
check.check_file(path)   -> everything wrong with a core file

Timings of one core are shared objects: instructions that its rows don't tell apart have the same one.
"""

from cyclesim.machine.load import load, require_isa
from cyclesim.machine.rows import flat_sum_of, timing_of

__all__ = ["flat_sum_of", "load", "require_isa", "timing_of"]
