"""Disassembly round about: every form assembled, decoded, printed by us and assembled again gives the same encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim import isa
from cyclesim.asm import objects
from cyclesim.asm.objects import Code
from cyclesim.asm.printer import format_instruction
from tests.differential import capstone_judge as judge


class Decoded:
    """Examples of all forms, decoded from their encodings."""

    def __init__(self, isa_name: str, folder: Path) -> None:
        tables = isa.load(isa_name)
        patterns = [pattern for name in tables.mnemonics() for pattern in tables.patterns(name)]
        self.isa, self.folder = isa_name, folder
        self.examples, code, _ = judge.examples(isa_name, patterns, folder)
        state = "a64" if isa_name == "aarch64" else "arm"
        self.code: Code = objects.decode_bytes(code[: 4 * len(self.examples)], 0, isa_name, state)


@pytest.fixture(scope="module", params=isa.ISAS)
def decoded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Decoded:
    if reason := judge.missing(request.param):
        pytest.skip(reason)
    return Decoded(request.param, tmp_path_factory.mktemp("text"))


def test_every_form_decodes(decoded: Decoded) -> None:
    assert len(decoded.code.instructions) == len(decoded.examples) > 9000
    assert decoded.code.undecoded == 0


def test_every_form_that_was_decoded_resolves(decoded: Decoded) -> None:
    tables = isa.load(decoded.isa)
    for instruction in decoded.code.program_instructions():
        assert tables.resolve(instruction).form.mnemonic


def test_what_we_print_of_it_has_the_same_encoding(decoded: Decoded) -> None:
    plain = [one for one in decoded.code.instructions if one.target is None]
    lines = [format_instruction(one.instruction) for one in plain]
    output = decoded.folder / "again.o"
    assert judge.assemble(decoded.isa, lines, output) == set()
    section = objects.open_object(str(output)).section(".judged")
    assert section is not None
    wrong = [
        (line, one.encoding.hex(), section.data[4 * place : 4 * place + 4].hex())
        for place, (line, one) in enumerate(zip(lines, plain, strict=True))
        if section.data[4 * place : 4 * place + 4] != one.encoding
    ]
    assert wrong == []
