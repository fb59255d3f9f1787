"""The words a core file may use: keys of each section, features of `when` and the values they can have."""

from __future__ import annotations

import re

KINDS = ("in-order", "out-of-order", "warps")
ISAS = ("armv7", "aarch64", "bifrost")
REQUIRED_KEYS = (
    "name",
    "title",
    "kind",
    "isas",
    "picture",
    "sources",
    "issue_width",
    "units",
    "branches",
    "memory",
    "timings",
)
TOP_KEYS = (
    *REQUIRED_KEYS,
    "aliases",
    "based_on",
    "caches",
    "confirms",
    "co_issue",
    "defaults",
    "shapes",
    "flat_sums",
)
CYCLE_KEYS = ("latency", "accumulate", "base", "flags", "cycles")
SHAPE_KEYS = (
    "when",
    *CYCLE_KEYS,
    "forward",
    "uses",
    "slots",
    "blocks",
    "needs",
    "pairs_as",
)
EVIDENCE_KEYS = ("status", "source", "note")
ROW_KEYS = (*SHAPE_KEYS, "like", "shape", *EVIDENCE_KEYS)
FLAT_KEYS = ("when", "like", "cycles", "counted", *EVIDENCE_KEYS)
DEFAULT_KEYS = ("base", "flags", "needs")
UNIT_KEYS = ("count", "title", *EVIDENCE_KEYS)
BRANCH_KEYS = ("taken_bubble", "redirects", *EVIDENCE_KEYS)
CACHE_KEYS = ("levels", "beyond", *EVIDENCE_KEYS)
LEVEL_KEYS = ("bytes", "ways", "latency")
MEMORY_KEYS = (
    "line_bytes",
    "unaligned_boundary",
    "unaligned_cycles",
    "store_to_load",
    *EVIDENCE_KEYS,
)
REFUSAL_KEYS = ("name", "older", "younger", "sentence", *EVIDENCE_KEYS)
CONFIRM_KEYS = ("classes", *EVIDENCE_KEYS)

ELEMENT = re.compile(r"(s|u|i|f|p|bf)?(8|16|32|64|128)")
MNEMONIC = re.compile(r"[a-z][a-z0-9]*")
WORD = re.compile(r"[a-z0-9][a-z0-9_-]*")
MODES = ("", "offset", "index", "pre", "post", "post-register", "increment", "label")
SHIFTS = ("", "immediate", "register", "extend")
BRANCHES = ("", "taken", "conditional", "call", "return", "indirect")
FEATURE_VALUES: dict[str, tuple[object, ...] | re.Pattern[str]] = {
    "width": (8, 16, 32, 64, 128),
    "element": ELEMENT,
    "registers": tuple(range(33)),
    "lane": (True, False),
    "mode": MODES,
    "shift": SHIFTS,
    "bytes": tuple(range(257)),
    "mnemonic": MNEMONIC,
    "immediate": (True, False),
    "sets_flags": (True, False),
    "conditional": (True, False),
    "structure": (1, 2, 3, 4),
    "branch": BRANCHES,
}
FEATURES = tuple(FEATURE_VALUES)


def can_be(feature: str, value: object) -> bool:
    """Whether an instruction's feature can have this value."""
    known = FEATURE_VALUES[feature]
    if isinstance(known, re.Pattern):
        return not isinstance(value, bool) and value is not None and bool(known.fullmatch(str(value)))
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in known)


def value_text(feature: str) -> str:
    """The possible values of a feature as a user reads them."""
    known = FEATURE_VALUES[feature]
    if isinstance(known, re.Pattern):
        return "an element such as s8, f32 or 16" if feature == "element" else "a mnemonic without its type"
    if len(known) > 8:
        return f"{known[0]} to {known[-1]}"
    return ", ".join(str(one).lower() if isinstance(one, bool) else str(one) or '""' for one in known)
