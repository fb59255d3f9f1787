from cyclesim.machine.load import load, require_isa
from cyclesim.machine.rows import flat_sum_of, timing_of
