"""Whatever the text: the C reader ends, with a program or with an error that has a place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim.asm.inline import parse_inline
from cyclesim.asm.inline.template import build_template
from cyclesim.asm.inline.tokens import read_text, tokens
from cyclesim.errors import CyclesimError, InputError, ManyErrors

PIECES = [
    "asm", "__asm__", "volatile", "goto", "(", ")", "{", "}", "[", "]", ";", ":", "::", ",", '"', "'", "\\", "\n", " ",
    '"add x0, x0, #1\\n"', '"%0"', '"%[n]"', "%w[n]", '"=r"', '"w"', '"m"', '"0"', "[n]", "(x)", 'R"(', ')"', "/*",
    "*/", "//", "#", "##", "#define", "#if", "#else", "#endif", "#undef", "#include", "M", "M(", "defined", "&&", "0",
    "1", "namespace", "struct", "void f()", "register int x", "-", "<<", "%%", "\\n", "1:", "b 1b", "q0", "{q0-q1}",
]  # fmt: skip

soup = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)
statement = st.lists(st.sampled_from(PIECES), max_size=20).map(lambda inner: f"void f() {{ asm({' '.join(inner)}); }}")


@settings(max_examples=300, deadline=None)
@given(st.one_of(soup, statement, st.text(max_size=200)), st.sampled_from(["armv7", "aarch64", None]))
def test_every_text_is_a_program_or_an_error_with_a_place(text: str, isa: str | None) -> None:
    try:
        found = parse_inline(text, "k.c", isa)
    except ManyErrors as error:
        assert all(one.span for one in error.errors)
    except CyclesimError as error:
        assert error.span is not None or isinstance(error, InputError)
    else:
        lines = text.count("\n") + 1
        assert all(1 <= one.span.root().line <= lines for one in found.instructions)


@settings(max_examples=200, deadline=None)
@given(st.one_of(soup, st.text(max_size=300)))
def test_tokens_cover_everything_but_blanks_and_stay_in_order(text: str) -> None:
    found = [one for token in tokens(read_text("k.c", text)) for one in (token, *token.inner)]
    covered = 0
    for token in found:
        if token.kind == "line":
            continue
        assert text[token.offset : token.offset + len(token.text)] == token.text
        assert token.offset >= covered
        covered = token.offset + len(token.text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet='ab \\n0x7%"#{', max_size=12), min_size=1, max_size=4))
def test_every_character_of_a_template_has_a_place_in_its_literal(parts: list[str]) -> None:
    text = "\n".join('"' + part.replace('"', "").rstrip("\\") + '"' for part in parts)
    strings = [token for token in tokens(read_text("k.c", text)) if token.kind == "string"]
    template = build_template(strings)
    lines = text.split("\n")
    for position, character in enumerate(template.text):
        span = template.place(position)
        written = lines[span.line - 1][span.column - 1]
        assert written in (character, "\\"), (position, character, span)
