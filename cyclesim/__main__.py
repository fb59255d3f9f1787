"""`python -m cyclesim`."""

from cyclesim.cli import entry

entry()
