"""What well-known headers of projects define, for texts whose headers are not at hand.

A word that opens or closes a function holds no instruction. `definitions` and `macros` stand in for names that the
texts use in operands; a header that is found takes their place.
"""

from __future__ import annotations

OPENING = frozenset(
    (
        *("BEGIN_FUNCTION", "function", "FUNCTION", "asm_function", "ENTRY", "const"),
        *("WELS_ASM_FUNC_BEGIN", "WELS_ASM_AARCH64_FUNC_BEGIN"),
    )
)
"""Their first name is a label."""

CLOSING = frozenset(
    (
        *("END_FUNCTION", "endfunc", "ENDFUNC", "endconst", "END", "PROLOGUE", "EPILOGUE"),
        *("WELS_ASM_FUNC_END", "WELS_ASM_AARCH64_FUNC_END"),
    )
)

# Headers of FFmpeg, dav1d, x264 and their kin; BoringSSL's.
_CODECS = ("asm.S", "util.S", "neon.S")
_CRYPTOGRAPHY = ("asm_base.h", "arm_arch.h", "target.h")

_DEFINITIONS = {
    ("codecs", "armv7"): "X(s) s|EXT(s) s|L(s) .L ## s|EXTERN_ASM|EXTERN|ELF|FUNC|A|T @|VFP|NOVFP @",
    ("codecs", "aarch64"): "X(s) s|EXT(s) s|L(s) .L ## s|EXTERN_ASM|EXTERN|ELF|FUNC|AARCH64_VALID_CALL_TARGET"
    "|AARCH64_VALID_JUMP_TARGET|AARCH64_VALID_JUMP_CALL_TARGET|AARCH64_SIGN_LINK_REGISTER|AARCH64_VALIDATE_LINK_REGISTER",
    ("cryptography", "armv7"): "OPENSSL_ARM 1|OPENSSL_32_BIT 1|__ARM_MAX_ARCH__ 8|ARM(x...) x|THUMB(x...)",
    ("cryptography", "aarch64"): "OPENSSL_AARCH64 1|OPENSSL_64_BIT 1|__ARM_MAX_ARCH__ 8|AARCH64_VALID_CALL_TARGET"
    "|AARCH64_SIGN_LINK_REGISTER|AARCH64_VALIDATE_LINK_REGISTER",
}


def kind_of(header: str) -> str:
    """Whose header this is, `codecs` or `cryptography`; empty for any other."""
    name = header.rpartition("/")[2]
    return "codecs" if name in _CODECS else "cryptography" if name in _CRYPTOGRAPHY else ""


def definitions(isa: str, kind: str) -> list[tuple[str, str]]:
    """Preprocessor macros as (name, what follows `#define`)."""
    lines = _DEFINITIONS.get((kind, isa), "").split("|")
    return [(line.partition("(")[0].split(None, 1)[0], line) for line in lines if line]


def macros(isa: str) -> list[tuple[str, list[str]]]:
    """Assembler macros of codecs as (name and parameters, statements)."""
    if isa == "armv7":
        address = ["movw \\rd, #:lower16:\\val+\\offset", "movt \\rd, #:upper16:\\val+\\offset"]
        return [
            ("movrel rd, val, offset=0", address),
            ("movrel_local rd, val, offset=0", address),
            ("movrelx rd, val, gp", [line.replace("+\\offset", "") for line in address]),
            ("mov32 rd, val", ["movw \\rd, #(\\val) & 0xffff", "movt \\rd, #(\\val) >> 16"]),
        ]
    address = ["adrp \\rd, \\val+(\\offset)", "add \\rd, \\rd, :lo12:\\val+(\\offset)"]
    return [("movrel rd, val, offset=0", address)]
