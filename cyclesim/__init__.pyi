from cyclesim.api import Estimate as Estimate
from cyclesim.api import Estimates as Estimates
from cyclesim.api import Explanation as Explanation
from cyclesim.api import estimate as estimate
from cyclesim.api import estimates as estimates
from cyclesim.api import explain as explain

__version__: str
