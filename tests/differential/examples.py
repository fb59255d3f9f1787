"""Concrete instructions for a form: text that covers its registers, lanes, immediates, shifts and address modes.

Values that a form doesn't allow are made as well; an assembler sorts them out. Conventions that a judge relies on:
addresses start at r10 and x10 (or sp), small offsets lie in r11 and x12, an index to be extended in w13; r9 and x28
appear nowhere.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

from cyclesim.isa.notation import Token
from cyclesim.isa.patterns import Pattern

VARIANTS = 24
PLAIN_VARIANTS = 9
"""Examples of a form with nothing to vary but registers."""

INTEGERS = (
    "1", "0", "1.0", "2", "3", "0xffffff00", "4", "5", "7", "8", "12", "15", "-2.5", "16", "17", "24", "31", "32", "33", "48", "63", "64", "90", "180",
    "270", "255", "0x55", "0x80", "0xff00", "0xab00", "0xff0000", "0xff000000", "0xff", "0x5555", "0xabcd", "0x55555555",
    "0x7fffffff", "0xff00ff00ff00ff00", "0x00ff00ff0000ff00", "0xfff", "0xffff", "4095", "0xffffff00", "0xffff00ff", "-0.125", "31.0", "-2.5",
)  # fmt: skip
A64_SHIFTS = ("lsl #3", "lsr #5", "asr #31", "ror #7", "lsl #12", "lsl #16", "lsl #48", "lsl #8", "msl #8", "msl #16",
              "uxtb", "uxth #1", "uxtw #2", "sxtb #3", "sxth #4", "sxtw", "sxtw #1", "lsl #0", "asr #63", "lsr #1")  # fmt: skip
A32_SHIFTS = ("lsl #3", "asr #5", "lsl #31", "asr #32", "ror #8", "ror #16", "ror #24", "lsr #1", "lsr #32", "rrx",
              "lsl r4", "lsr r4", "asr r4", "ror r4", "ror #13")  # fmt: skip
OP2 = ("#1", "r3", "#0xff000000", "r3, lsl #3", "r3, lsr #32", "#255", "r3, asr #31", "r3, ror #7", "r3, rrx",
       "r3, lsl r4", "r3, lsr r4", "r3, asr r4", "r3, ror r4", "r3, asr #32", "#0", "#0x3fc00")  # fmt: skip
CONDITIONS = ("eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le")
NAMES = {
    "dmb": ("ish", "sy"), "dsb": ("ish", "sy"), "isb": ("sy",), "bti": ("c",), "prfm": ("pldl1keep",), "prfum": ("pldl1keep",),
    "vmrs": ("APSR_nzcv", "fpscr"), "vmsr": ("fpscr",),
}  # fmt: skip
OTHER_NAMES = ("nzcv", "fpcr", "fpsr", "tpidr_el0", "cpsr", "apsr_nzcvq", "CPSR_f", "fpscr", "sy", "p15", "c13", "c0")
PAIRS = {
    **dict.fromkeys(["strexd", "stlexd", "ldrexd", "ldaexd", "ldrd", "strd"], (("t",), ("u",))),
    **dict.fromkeys(["casp", "caspa", "caspl", "caspal"], (("s", "t"), ("s2", "t2"))),
}
"""Operands that take a register of even number, and those that take the one after it."""
FLAG_NAMES = {"aarch64": ("nzcv",), "armv7": ("APSR_nzcvq", "apsr")}
LISTS = {"r": ((0, 1, 2, 3), (1, 4, 7), (5,), (2, 3), (0, 10), (4, 5, 6, 8))}
FIRST = (3, 8, 16, 0, 21)


def texts(pattern: Pattern, isa: str) -> Iterator[str]:
    """Different texts of a form, the plainest ones first."""
    seen = set()
    plain = all(token.kind in ("register", "list", "label") for token in pattern.tokens)
    for variant in range(PLAIN_VARIANTS if plain else VARIANTS):
        source = _Example(pattern, isa, variant)
        text = source.text()
        if text not in seen:
            seen.add(text)
            yield text


class _Example:
    def __init__(self, pattern: Pattern, isa: str, variant: int) -> None:
        self.pattern = pattern
        self.isa = isa
        self.variant = variant
        self.random = random.Random(zlib.crc32(pattern.text.encode()) + variant)
        # Every third example has the same register more than once.
        self.overlap = variant % 3 == 2 and sum(token.access == "+" for token in pattern.tokens) < 2
        self.general = [0, 1, 2, 3, 4, 5, 6, 7, 8]
        self.vectors = self.random.sample(range(16), 12) if variant % 2 else self.random.sample(range(32), 12)
        if isa == "armv7":
            self.general = [0, 1, 2, 3, 4, 5, 6, 7, 8]
        self.random.shuffle(self.general)
        self.first: dict[str, int] = {}

    def text(self) -> str:
        operands = [self._operand(token) for token in self.pattern.tokens]
        operands = [operand for operand in operands if operand]
        return f"{self._mnemonic()} {', '.join(operands)}".strip()

    def _mnemonic(self) -> str:
        mnemonic = self.pattern.mnemonic
        conditional = self.pattern.row.keys.get("conditional", True)
        # NEON instructions of A32 aren't conditional, though an assembler may take them.
        if self.pattern.row.class_.startswith("simd-"):
            return mnemonic
        if self.isa == "armv7" and conditional and (self.variant % 4 == 3 or conditional == "only"):
            head, dot, rest = mnemonic.partition(".")
            return head + CONDITIONS[self.variant % len(CONDITIONS)] + dot + rest
        return mnemonic

    def _pick(self, choices: tuple[str, ...] | list[str], spread: bool = False) -> str:
        if self.variant < len(choices) and not spread:
            return choices[self.variant]
        return self.random.choice(list(choices))

    def _operand(self, token: Token) -> str:
        made = getattr(self, "_" + token.kind)(token)
        assert isinstance(made, str)
        return made

    def _number(self, kind: str) -> int:
        """A register number; the same one as before where registers overlap."""
        if self.overlap and kind in self.first and self.random.random() < 0.7:
            return self.first[kind]
        pool = self.general if kind in "rwx" else self.vectors
        number = pool.pop()
        self.first.setdefault(kind, number)
        return number

    def _register(self, token: Token) -> str:
        kind = token.register
        if (pair := self._paired(token)) is not None:
            return f"{kind}{pair}"
        if token.writeback:
            return "r10!" if self.variant % 2 else "r10"
        if token.next:
            return f"r{self.random.choice([0, 2, 4, 6])}"
        if kind in "wx" and kind:
            if self.variant % 8 == 7 and self.random.random() < 0.4:
                return f"x{self._number(kind)}" if self.pattern.row.keys.get("branch") else f"{kind}zr"
            return f"{kind}{self._number(kind)}"
        if kind == "r":
            return f"r{self._number(kind)}"
        number = self._number("v")
        if self.isa == "armv7":
            number %= {"s": 32, "d": 32, "q": 16}[kind]
            if token.lane:
                number %= 8 if self.pattern.row.keys.get("scalar") else 32
                return f"d{number}[{self._lane(token)}]"
            return f"{kind}{number}"
        if token.lane:
            number %= 16
            return f"v{number}.{token.arrangement}[{self._lane(token)}]"
        return f"v{number}.{token.arrangement}" if kind == "v" else f"{kind}{number}"

    def _paired(self, token: Token) -> int | None:
        """The number of a register of a pair, when the form has pairs."""
        mnemonic = self.pattern.mnemonic
        singles = mnemonic == "vmov" and token.register == "s" and len(self.pattern.tokens) == 4
        if singles:
            return {"d": 5, "e": 6, "n": 20, "m": 21}[token.name] + 2 * (self.variant % 3)
        if "vand.i" in mnemonic or "vorn.i" in mnemonic:
            return 4 + self.variant % 8 if any(one.kind == "immediate" for one in self.pattern.tokens) else None
        evens, odds = PAIRS.get(mnemonic, ((), ()))
        if token.name not in (*evens, *odds):
            return None
        names = evens if token.name in evens else odds
        return 2 * ((self.variant + 2 * names.index(token.name)) % 4) + (token.name in odds)

    def _lane(self, token: Token) -> int:
        arrangement = token.arrangement
        if not arrangement:
            size = "".join(one for one in self.pattern.mnemonic.partition(".")[2].partition(".")[0] if one.isdigit())
            count = 64 // int(size or 32)
        else:
            bits = {"b": 8, "h": 16, "s": 32, "d": 64}[arrangement[-1]] * int(arrangement[:-1] or 1)
            count = 128 // bits
        return (count - 1, 0, self.random.randrange(count))[self.variant % 3]

    def _list(self, token: Token) -> str:
        low, high = token.counts
        if token.register == "r":
            numbers = LISTS["r"][self.variant % len(LISTS["r"])]
            return "{" + ", ".join(f"r{number}" for number in numbers) + "}"
        high = min(high, 4 if low > 1 or high <= 4 else 16)
        count = low + self.variant % (high - low + 1)
        first = FIRST[self.variant % len(FIRST)]
        top = 32
        step = (
            2
            if self.isa == "armv7"
            and self.variant % 5 == 4
            and not self.pattern.mnemonic.startswith(("vldm", "vstm", "vp", "vtb"))
            else 1
        )
        suffix = ("." + token.arrangement) if token.arrangement else ""
        behind = "[]" if self.isa == "armv7" and token.all_lanes else ""
        inside = [f"{token.register}{(first + step * number) % top}{suffix}" for number in range(count)]
        if token.lane and self.isa == "armv7":
            behind = f"[{self._lane(token)}]"
            return "{" + ", ".join(name + behind for name in inside) + "}"
        outside = f"[{self._lane(token)}]" if token.lane else ""
        return "{" + ", ".join(name + behind for name in inside) + "}" + outside

    def _immediate(self, token: Token) -> str:
        if token.value is not None:
            return f"#{token.value}"
        named = self.pattern.row.keys.get("ranges")
        if isinstance(named, dict) and token.name in named and str(named[token.name]).split("..")[1].isdigit():
            low, high = map(int, str(named[token.name]).split(".."))
            return f"#{(low, high, self.random.randint(low, high))[self.variant % 3]}"
        if token.name == "address" and self.pattern.row.keys.get("branch"):
            return "target"
        others = sum(one.kind == "immediate" for one in self.pattern.tokens) > 1
        return f"#{self._pick(INTEGERS[:18] if others else INTEGERS, spread=others)}"

    def _op2(self, token: Token) -> str:
        return self._pick(OP2)

    def _shift(self, token: Token) -> str:
        if token.optional and self.variant % 2 == 0:
            return ""
        return self.random.choice(A64_SHIFTS if self.isa == "aarch64" else A32_SHIFTS)

    def _label(self, token: Token) -> str:
        return "target"

    def _cond(self, token: Token) -> str:
        return CONDITIONS[self.variant % len(CONDITIONS)]

    def _name(self, token: Token) -> str:
        mnemonic = self.pattern.mnemonic
        names = FLAG_NAMES[self.isa] if mnemonic in ("mrs", "msr") else NAMES.get(mnemonic, OTHER_NAMES)
        return self._pick(list(names), spread=sum(one.kind == "name" for one in self.pattern.tokens) > 1)

    def _literal(self, token: Token) -> str:
        return "=0x12345678"

    def _memory(self, token: Token) -> str:
        if token.modes == ("label",):
            return "target"
        modes = ["", *(mode for mode in token.modes if mode != "label")]
        mode = modes[self.variant % len(modes)]
        return self._a64_address(mode) if self.isa == "aarch64" else self._a32_address(mode)

    def _a64_address(self, mode: str) -> str:
        base = "sp" if self.variant % 5 == 4 else "x10"
        offset = self.random.choice(["#16", "#8", "#-32", "#1", "#64", "#32", "#4", "#24", "#48", "#2"])
        if mode == "offset":
            return f"[{base}, {offset}]"
        if mode == "index":
            return f"[{base}, {self.random.choice(['x12', 'x12, lsl #3', 'w13, uxtw', 'w13, sxtw', 'w13, sxtw #2', 'x12, lsl #4', 'x12, lsl #1', 'x12, sxtx'])}]"
        if mode == "pre":
            return f"[{base}, {offset}]!"
        if mode == "post":
            return f"[{base}], #{self.random.choice([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64])}"
        return f"[{base}], x12" if mode == "post-register" else f"[{base}]"

    def _a32_address(self, mode: str) -> str:
        offset = self.random.choice(["#16", "#8", "#-32", "#1", "#64", "#4", "#-4"])
        index = self.random.choice(["r11", "-r11", "r11, lsl #2", "r11, lsl #1", "r11, lsr #1", "-r11, asr #2"])
        if "register" in mode and self.pattern.mnemonic.startswith(("vld", "vst")):
            index = "r11"
        table = {
            "offset": f"[r10, {offset}]", "index": f"[r10, {index}]", "pre": f"[r10, {offset}]!",
            "pre-register": f"[r10, {index}]!", "post": f"[r10], {offset}", "post-register": f"[r10], {index}",
            "increment": "[r10]!", "": "[r10]",
        }  # fmt: skip
        return table[mode]
