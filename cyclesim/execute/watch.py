"""Watching a run: every instruction with the registers that it changed."""

from __future__ import annotations

from cyclesim.execute.blocks import LEFT
from cyclesim.execute.session import Session

MOST_LINES = 100_000
"""Lines that are kept; a longer trace says what it left out."""


class Watcher:
    """Called behind every instruction of a session that runs in single steps. `lines` is the trace as text."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._state = session.machine.state
        self._general = list(self._state.general)
        self._vectors = bytes(self._state.vectors)
        self._flags = list(self._state.flags)
        self.lines: list[str] = []
        self._left_out = 0

    def __call__(self, index: int) -> None:
        if index == LEFT:
            for forget in (self._general_changes, self._vector_changes, self._flag_changes):
                forget()
            return
        if len(self.lines) >= MOST_LINES:
            self._left_out += 1
            self.lines[-1] = f"… and {self._left_out + 1} more instructions"
            return
        placed = self._session.machine.image.placed[index]
        changes = [*self._general_changes(), *self._vector_changes(), *self._flag_changes()]
        self.lines.append(f"{placed.address:#8x}  {placed.instruction.text:<44} {' '.join(changes)}".rstrip())

    def _general_changes(self) -> list[str]:
        letter = "x" if self._state.isa == "aarch64" else "r"
        count = 32 if letter == "x" else 16
        changed = [
            f"{'sp' if number == 31 else f'{letter}{number}'}={self._state.general[number]:#x}"
            for number in range(count)
            if self._state.general[number] != self._general[number]
        ]
        self._general = list(self._state.general)
        return changed

    def _vector_changes(self) -> list[str]:
        now = bytes(self._state.vectors)
        letter = "v" if self._state.isa == "aarch64" else "q"
        changed = [
            f"{letter}{number}={int.from_bytes(now[16 * number : 16 * number + 16], 'little'):#034x}"
            for number in range(32)
            if now[16 * number : 16 * number + 16] != self._vectors[16 * number : 16 * number + 16]
        ]
        self._vectors = now
        return changed

    def _flag_changes(self) -> list[str]:
        now = list(self._state.flags)
        changed = now != self._flags
        self._flags = now
        letters = "".join(letter if value else letter.lower() for letter, value in zip("NZCV", now[:4], strict=True))
        return [letters] if changed else []
