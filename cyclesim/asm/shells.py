"""Words by which projects open and close functions: macros of their headers that hold no instruction."""

from __future__ import annotations

OPENING = frozenset(("BEGIN_FUNCTION", "function", "FUNCTION", "asm_function", "ENTRY", "const"))
"""Their first name is a label."""

CLOSING = frozenset(("END_FUNCTION", "endfunc", "ENDFUNC", "endconst", "END", "PROLOGUE", "EPILOGUE"))
