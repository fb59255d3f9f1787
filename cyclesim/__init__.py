"""cyclesim: instruction-level cycle estimation for Arm NEON code, with reasons."""

__version__ = "0.1.0"
