"""cyclesim: instruction-level cycle estimation for Arm NEON code, with reasons.

estimate, estimates, explain and their results are those of `cyclesim.api`; they are imported when they are first asked
for, so that `import cyclesim` itself costs nothing.
"""

__version__ = "0.1.0"

_API = ("Estimate", "Estimates", "Explanation", "estimate", "estimates", "explain")


def __getattr__(name: str) -> object:
    if name in _API:
        from cyclesim import api

        return getattr(api, name)
    raise AttributeError(f"module 'cyclesim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_API])
