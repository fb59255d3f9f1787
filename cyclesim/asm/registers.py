"""Reading registers and register lists."""

from __future__ import annotations

import re

from cyclesim.asm.dialect import Dialect
from cyclesim.asm.expressions import Scope, evaluate
from cyclesim.asm.fault import Fault
from cyclesim.asm.pieces import split
from cyclesim.ir import FIRST_VIRTUAL_REGISTER, Register, RegisterList
from cyclesim.record import NamedTuple

_REGISTER = re.compile(
    r"(?P<name>[A-Za-z_$][\w$]*)(?:\.(?P<arrangement>\w+))?(?:[ \t]*\[(?P<lane>[^\]]*)\])?[ \t]*(?P<writeback>!)?",
    re.ASCII,
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_LIST = r"(?s)\{(?P<inner>[^}]*)\}[ \t]*(?:\[(?P<lane>[^\]]*)\])?(?P<rest>.*)"

_MOST_IN_LIST = 32

# Lanes of 128 bits. Source: Arm ARM DDI 0487, C1.2.5.
_LANES = {"b": 16, "h": 8, "s": 4, "d": 2, "q": 1, "4b": 4, "2h": 4, "2b": 8}
_MOST_ARMV7_LANES = {"d": 8, "q": 16}


class Alias(NamedTuple):
    """One `.req`, or with `target` None one `.unreq`. `type` and `lane` are what `.dn` and `.qn` add."""

    name: str
    target: tuple[str, int] | None
    type: str = ""
    lane: int | None = None


class RegisterReader:
    """Register names of one text: those of the dialect and those that `.req` gives."""

    def __init__(self, dialect: Dialect, scope: Scope) -> None:
        self.dialect, self.scope = dialect, scope
        self.journal: list[Alias] = []
        self.typed: dict[str, Alias] = {}
        """Names that `.dn` and `.qn` gave a type or a lane."""
        self._aliases: dict[str, tuple[str, int]] = {}
        self._variants: dict[str, tuple[str, int]] = {}
        self._placeholders: dict[str, tuple[str, int]] = {}

    def alias(self, alias: Alias) -> None:
        """Name a register, or forget its name. The GNU assembler knows the name in upper and lower case, too."""
        name, target = alias.name, alias.target
        self.journal.append(alias)
        for variant in (name, name.lower(), name.upper()) if alias.type or self.typed else ():
            self.typed.pop(variant, None)
            if alias.type or alias.lane is not None:
                self.typed[variant] = alias
        for variant in (name.lower(), name.upper()):
            if target:
                self._variants[variant] = target
            else:
                self._variants.pop(variant, None)
        if target:
            self._aliases[name] = target
        else:
            self._aliases.pop(name, None)

    def rewind(self) -> list[Alias]:
        """Forget all aliases; the journal of them is returned, to be told again."""
        journal, self.journal = self.journal, []
        self._aliases, self._variants = {}, {}
        self.typed.clear()
        return journal

    def named(self, name: str) -> tuple[str, int] | None:
        """What `name` stands for by definition or by `.req`."""
        return self._aliases.get(name) or self.dialect.registers.get(name.lower())

    def is_alias(self, name: str) -> bool:
        return name in self._aliases

    def find(self, name: str) -> tuple[str, int] | None:
        """Kind and number of a register name; a symbolic register such as `rA` gets a number of its own."""
        found = self.named(name) or self._variants.get(name) or self._placeholders.get(name)
        if found is None and self.dialect.placeholder and re.fullmatch(self.dialect.placeholder, name):
            found = self._placeholders[name] = ("r", FIRST_VIRTUAL_REGISTER + len(self._placeholders))
        return found

    def read(self, text: str, column: int) -> Register | None:
        """`text` as a register operand; None when it isn't one."""
        parts = _REGISTER.fullmatch(text)
        if parts is None:
            return None
        found = self.find(parts["name"])
        if found is None:
            return None
        kind, number = found
        arrangement = self._arrangement(parts, kind, column)
        lane, all_lanes = self._lane(parts, kind, arrangement, column)
        if self.typed and lane is None and parts["name"] in self.typed:
            lane = self.typed[parts["name"]].lane
        writeback = parts["writeback"] is not None
        if writeback and kind not in "rx":
            raise Fault(
                f"`{parts['name']}` has no write-back", column + len(text) - 1, 1, "only general registers take `!`"
            )
        return Register(text, kind, number, arrangement, lane, all_lanes, writeback, column)

    def require(self, text: str, column: int, what: str) -> Register:
        """`text` as a register; a Fault says that `what` must be one."""
        register = self.read(text, column)
        if register is None:
            raise self.lookalike(text, column) or Fault(
                f"{what} is a register, not `{text}`", column, len(text), self.dialect.register_hint
            )
        return register

    def lookalike(self, text: str, column: int) -> Fault | None:
        """A fault for names that only a register would have, such as `d32`."""
        name = _NAME.match(text)
        if name is None or not re.fullmatch(self.dialect.lookalike, name[0]) or self.find(name[0]):
            return None
        if self.dialect.isa == "aarch64" and name[0][0] in "zZpP":
            message = f"`{name[0]}` is an {'SME' if name[0][1].lower() in 'at' else 'SVE'} register"
            return Fault(message, column, len(name[0]), "SVE and SME are not supported")
        message = f"{self.dialect.title} has no register `{name[0]}`"
        return Fault(message, column, len(name[0]), self._register_hint(name[0]))

    def _register_hint(self, name: str) -> str:
        if name[0].lower() not in self.dialect.foreign:
            return self.dialect.register_hint
        other = "armv7" if self.dialect.isa == "aarch64" else "aarch64"
        return f"this text is read as {self.dialect.title}; --isa {other} reads it as the other instruction set"

    def _arrangement(self, parts: re.Match[str], kind: str, column: int) -> str:
        written = parts["arrangement"]
        if written is None:
            return ""
        arrangement = written.lower()
        start = column + parts.start("arrangement")
        if kind not in "vbhsdq" or not self.dialect.arrangements:
            raise Fault(f"`{parts['name']}` takes no `.{written}`", start - 1, len(written) + 1)
        if arrangement not in self.dialect.arrangements:
            raise Fault(f"`{written}` is no arrangement", start, len(written), "for example 16b, 8h, 4s, 2d or s[0]")
        return arrangement

    def _lane(self, parts: re.Match[str], kind: str, arrangement: str, column: int) -> tuple[int | None, bool]:
        written = parts["lane"]
        if written is None:
            return None, False
        start = column + parts.start("lane")
        if kind not in "vdq" or (kind != "v" and self.dialect.arrangements):
            raise Fault(f"`{parts['name']}` has no lanes", start - 1, len(written) + 2)
        if not written.strip():
            if self.dialect.arrangements:
                raise Fault("a lane number is missing", start, 1, "for example v0.s[1]")
            return None, True
        most = _LANES.get(arrangement, 16) if kind == "v" else _MOST_ARMV7_LANES[kind]
        return self.lane(written, start, most), False

    def lane(self, text: str, column: int, most: int) -> int:
        """A lane number below `most`."""
        value = evaluate(text, column, self.scope)
        if not isinstance(value, int) or not 0 <= value < most:
            hint = f"lanes count from 0 to {most - 1}"
            raise Fault(f"there is no lane {text.strip()}", column, len(text), hint)
        return value

    def read_list(self, text: str, column: int) -> RegisterList:
        """`{d0-d3}`, `{d0[1], d2[1]}`, `{v0.s, v1.s}[1]`, `{r4-r11, lr}`; Q registers of ARMv7 become D pairs."""
        parts = re.match(_LIST, text)
        if parts is None:
            raise Fault("`{` is never closed", column, 1, "write the matching `}`")
        if parts["rest"].strip():
            raise self._after_list(parts, column)
        if not parts["inner"].strip():
            raise Fault("this register list is empty", column, len(text))
        registers: list[Register] = []
        for piece, place in split(parts["inner"], column + 1, "register"):
            registers += self._element(piece, place)
            if len(registers) > _MOST_IN_LIST:
                raise Fault(f"a register list holds at most {_MOST_IN_LIST} registers", place, len(piece))
        return self._lanes_of_list(text, column, registers, parts)

    def _after_list(self, parts: re.Match[str], column: int) -> Fault:
        rest = parts["rest"].strip()
        place = column + parts.start("rest") + parts["rest"].index(rest[0])
        if rest == "^":
            return Fault("`^` (user-mode registers) is not supported", place)
        return Fault(f"`{rest}` is not expected behind a register list", place, len(rest), "is a comma missing?")

    def _element(self, piece: str, column: int) -> list[Register]:
        """One register or a range of a list."""
        dash = _find_dash(piece)
        first_text, last_text = (piece, "") if dash < 0 else (piece[:dash], piece[dash + 1 :])
        first = self.require(first_text.strip(), column, "an element of a list")
        if first.writeback:
            raise Fault("no write-back inside a list", column + len(first_text.rstrip()) - 1)
        if dash < 0:
            return self._halves(first)
        place = column + len(first_text) + 1
        if not last_text.strip():
            raise Fault("the range has no end", place - 1, 1, "for example {d0-d3}")
        place += len(last_text) - len(last_text.lstrip())
        last = self.require(last_text.strip(), place, "the end of a range")
        if (first.kind, first.arrangement, first.lane) != (last.kind, last.arrangement, last.lane):
            raise Fault(f"the range starts with `{first.text}` but ends with `{last.text}`", place, len(last.text))
        return [half for register in self._range(first, last, place) for half in self._halves(register)]

    def _range(self, first: Register, last: Register, column: int) -> list[Register]:
        # AArch64 lists wrap around from v31 to v0. Source: Arm ARM DDI 0487, C1.2.5.
        count = last.number - first.number + 1
        if self.dialect.arrangements:
            count %= 32
        if count < 1 or max(first.number, last.number) >= FIRST_VIRTUAL_REGISTER:
            hint = "ranges go from the lower number to the higher"
            raise Fault(f"`{first.text}-{last.text}` is no range", column, len(last.text), hint)
        suffix = f".{first.arrangement}" if first.arrangement else ""
        numbers = [(first.number + step) % 32 for step in range(count)]
        return [first._replace(text=f"{first.kind}{number}{suffix}", number=number) for number in numbers]

    def _halves(self, register: Register) -> list[Register]:
        if not self.dialect.expands_pairs or register.kind != "q":
            return [register]
        from cyclesim.asm.armv7 import halves

        if register.lane is not None or register.all_lanes:
            raise Fault("lanes belong to D registers here", register.column, len(register.text))
        return list(halves(register))

    def _lanes_of_list(self, text: str, column: int, registers: list[Register], parts: re.Match[str]) -> RegisterList:
        first = registers[0]
        for register in registers[1:]:
            if (register.lane, register.all_lanes) != (first.lane, first.all_lanes):
                raise Fault("all registers of a list name the same lane", register.column, len(register.text))
        lane = first.lane
        if parts["lane"] is not None:
            start = column + parts.start("lane")
            if lane is not None or first.all_lanes or not self.dialect.arrangements:
                raise Fault("no lane number behind this list", start - 1, len(parts["lane"]) + 2)
            lane = self.lane(parts["lane"], start, _LANES.get(first.arrangement, 16))
            registers = [register._replace(lane=lane) for register in registers]
        return RegisterList(text, tuple(registers), lane, first.all_lanes, column)


def _find_dash(piece: str) -> int:
    """Where the `-` of a range stands, -1 when there is none: a lane number may hold another `-`."""
    dash, bracket = piece.find("-"), piece.find("[")
    return piece.find("-", piece.find("]")) if 0 <= bracket < dash else dash
