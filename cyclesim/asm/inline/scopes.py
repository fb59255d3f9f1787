"""In which function of which class a token of C or C++ stands, from brackets and names alone."""

from __future__ import annotations

from cyclesim.asm.inline.tokens import Token
from cyclesim.record import NamedTuple

_CLASS_WORDS = frozenset(("class", "struct", "union", "namespace", "enum"))
_ACCESS_WORDS = frozenset(("public", "private", "protected"))
_NO_FUNCTIONS = frozenset(
    ("__attribute__", "__declspec", "alignas", "noexcept", "decltype", "sizeof", "throw", "requires", "asm", "__asm__")
)


class _Head(NamedTuple):
    """What has been seen since the last `;` or brace outside of functions. `function`: the last name in front of a
    parenthesis; `class_word`: `struct` and the like; `name`: the last name; `ended`: a colon stands behind it."""

    function: str = ""
    class_word: str = ""
    class_name: str = ""
    name: str = ""
    parens: int = 0
    ended: bool = False
    colon: int = -1


class Scopes:
    """Fed with the tokens one by one. Unbalanced brackets never fail; the names are then those of the last function."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, str]] = []
        self.registers: dict[str, str] = {}
        """Local variables of the function that are bound to a register: `register int x asm("r4")`."""
        self._head = _Head()
        self._inside = 0
        """How deep in a function: 0 outside."""

    def save(self) -> tuple[list[tuple[str, str]], _Head, int]:
        """The state at an `#if`, so that every branch starts in the same place."""
        return list(self.stack), self._head, self._inside

    def restore(self, state: tuple[list[tuple[str, str]], _Head, int]) -> None:
        self.stack, self._head, self._inside = list(state[0]), state[1], state[2]

    def function(self) -> str:
        """`Class::name`; empty outside of functions."""
        names = [name for kind, name in self.stack if kind in ("class", "function") and name]
        return "::".join(names) if self._inside else ""

    def feed(self, token: Token) -> None:
        if token.kind == "mark":
            self._mark(token)
        elif token.kind == "name" and not self._inside:
            self._name(token.text)

    def _name(self, text: str) -> None:
        head = self._head
        if head.parens or head.ended:
            return
        if text in _CLASS_WORDS:
            self._head = head._replace(class_word=text, class_name="")
        elif text not in _NO_FUNCTIONS:
            self._head = head._replace(name=text, class_name=text if head.class_word else "")
        else:
            self._head = head._replace(name="")

    def _mark(self, token: Token) -> None:
        if token.text == "{":
            self._open()
        elif token.text == "}":
            self._close()
        elif not self._inside:
            self._outside(token)

    def _outside(self, token: Token) -> None:
        head, text = self._head, token.text
        if text == "(":
            function = head.name if not head.parens and not head.ended and head.name else head.function
            self._head = head._replace(function=function, parens=head.parens + 1)
        elif text == ")":
            self._head = head._replace(parens=max(0, head.parens - 1))
        elif text == ";" and not head.parens:
            self._head = _Head()
        elif text == ":" and not head.parens:
            if head.colon == token.offset - 1:
                self._head = head._replace(ended=False, colon=-1)
            elif head.name in _ACCESS_WORDS:
                self._head = _Head()
            else:
                self._head = head._replace(ended=bool(head.function or head.class_word), colon=token.offset)

    def _open(self) -> None:
        head = self._head
        if self._inside:
            self._inside += 1
            self.stack.append(("block", ""))
        elif head.function and not head.parens and head.class_word != "namespace":
            self.stack.append(("function", head.function))
            self._inside, self.registers = 1, {}
        elif head.class_word and head.class_word not in ("namespace", "enum"):
            self.stack.append(("class", head.class_name))
        else:
            self.stack.append(("other", ""))
        self._head = _Head()

    def _close(self) -> None:
        if self.stack:
            self.stack.pop()
        self._inside = max(0, self._inside - 1)
        self._head = _Head()
