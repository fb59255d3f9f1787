"""`#include` and `.include`: where files are looked for, and what is never read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cyclesim import asm
from cyclesim.errors import CyclesimError
from cyclesim.ir import Program


def parsed(path: Path, *roots: Path, isa: str = "armv7") -> Program:
    return asm.parse(path.read_text(), str(path), isa, asm.Flags(include=tuple(map(str, roots))))


def refused(path: Path, *roots: Path) -> CyclesimError:
    with pytest.raises(CyclesimError) as caught:
        parsed(path, *roots)
    return caught.value


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def texts(program: Program) -> list[str]:
    return [" ".join(item.text.split()) for item in program.instructions]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "project" / "src").mkdir(parents=True)
    return tmp_path / "project" / "src"


def test_beside_the_file_and_below_it(home: Path) -> None:
    write(home / "a.h", "#define N 4\n")
    write(home / "sub" / "b.S", '#include "c.inc"\n')
    write(home / "sub" / "c.inc", ".macro m\n mov r0, #N\n.endm\n")
    main = write(home / "k.S", '#include "a.h"\n#include "sub/b.S"\n m\n')
    found = parsed(main)
    assert texts(found) == ["mov r0, #4"] and found.notes == ()
    assert set(found.sources) == {str(home / name) for name in ("k.S", "a.h", "sub/b.S", "sub/c.inc")}


def test_below_the_roots_in_their_order(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "one" / "n.h", "#define N 1\n")
    write(tmp_path / "two" / "n.h", "#define N 2\n")
    main = write(home / "k.S", "#include <n.h>\n mov r0, #N\n")
    assert texts(parsed(main, tmp_path / "two", tmp_path / "one")) == ["mov r0, #2"]
    assert texts(parsed(main, tmp_path / "one", tmp_path / "two")) == ["mov r0, #1"]


def test_the_name_may_come_from_a_macro(home: Path) -> None:
    write(home / "a.h", " nop\n")
    assert texts(parsed(write(home / "k.S", '#define FILE "a.h"\n#include FILE\n'))) == ["nop"]


def test_include_of_the_assembler(home: Path) -> None:
    write(home / "a.inc", "#if this were the preprocessor\n.macro m\n nop\n.endm\n m @ comment\n")
    assert texts(parsed(write(home / "k.s", '.include "a.inc"\n m\n'))) == ["nop", "nop"]


def test_once_and_guards(home: Path) -> None:
    write(home / "once.h", "#pragma once\n nop\n")
    write(home / "guard.h", "#ifndef G\n#define G\n wfi\n#endif\n")
    text = '#include "once.h"\n#include "guard.h"\n' * 2
    assert texts(parsed(write(home / "k.S", text))) == ["nop", "wfi"]


def test_a_missing_header_is_a_note(home: Path) -> None:
    found = parsed(write(home / "k.S", ' nop\n#include "config.h"\n#include <stdint.h>\n.include "x.inc"\n'))
    assert texts(found) == ["nop"] and found.missing == ("config.h", "stdint.h", "x.inc")
    assert found.notes[0] == f"{home}/k.S:2: config.h was not found and is left out (-I DIR says where)"


def test_the_note_names_the_folder_above_that_has_the_header(home: Path) -> None:
    write(home.parent / "include" / "asm.h", "")
    write(home.parent / "src" / "lib" / "asm.S", "")
    main = write(home / "arm" / "k.S", '#include "src/lib/asm.S"\n nop\n')
    shown = min(str(home.parent), os.path.relpath(home.parent), key=len)
    assert f"-I {shown} finds it" in parsed(main).notes[0]


def test_errors_that_a_missing_header_may_cause_say_so(home: Path) -> None:
    error = refused(write(home / "k.S", '#include "asm.S"\n LOAD4(r0)\n'))
    assert error.hint == "asm.S was not found and may define it: -I DIR says where it is"
    error = refused(write(home / "k.S", '#include "asm.S"\n mov r0, #=\n'))
    assert error.hint == "asm.S was not found: -I DIR says where it is"


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../secret.h", "sub/../../secret.h", "link.h", "linked/secret.h", "/dev/zero"]
)
@pytest.mark.parametrize("directive", ["#include", ".include"])
def test_nothing_outside_is_read(home: Path, directive: str, name: str) -> None:
    write(home.parent / "secret.h", "#error secret\n.error secret\n")
    (home / "sub").mkdir()
    (home / "link.h").symlink_to("../secret.h")
    (home / "linked").symlink_to("..")
    error = refused(write(home / "k.S", f' nop\n{directive} "{name}"\n'))
    assert error.message.startswith("this include is refused") and "below -I" in error.hint
    assert error.span is not None and error.span.line == 2 and "secret\n" not in error.render()


def test_a_root_makes_the_outside_an_inside(home: Path) -> None:
    write(home.parent / "shared.h", " nop\n")
    main = write(home / "k.S", '#include "../shared.h"\n')
    assert f"-I {home.parent} allows this one" in refused(main).hint
    assert texts(parsed(main, home.parent)) == ["nop"]


def test_what_is_no_regular_file_is_refused(home: Path) -> None:
    os.mkfifo(home / "pipe.h")
    assert "is no regular file" in refused(write(home / "k.S", '#include "pipe.h"\n')).message
    assert "is no regular file" in refused(write(home / "k.S", '.include "."\n')).message


def test_binary_files_are_refused(home: Path) -> None:
    (home / "a.h").write_bytes(b"\x00\x01")
    assert "is not text" in refused(write(home / "k.S", '#include "a.h"\n')).message


def test_a_text_without_a_file_includes_from_roots_only(home: Path) -> None:
    write(home / "a.h", " nop\n")
    text = '#include "a.h"\n wfi\n'
    assert texts(asm.parse(text, "<stdin>", "armv7")) == ["wfi"]
    assert texts(asm.parse(text, "<stdin>", "armv7", asm.Flags(include=(str(home),)))) == ["nop", "wfi"]


def test_a_file_that_includes_itself(home: Path) -> None:
    error = refused(write(home / "k.S", ' nop\n#include "k.S"\n'))
    assert error.message == "includes are nested more than 40 deep"
    lines = error.render().split("\n")
    assert len(lines) < 16 and f"included at {home}/k.S:2:1" in lines[-2] and "does a file include itself?" in lines[-1]


def test_a_file_that_includes_itself_in_the_assembler(home: Path) -> None:
    error = refused(write(home / "k.s", ' nop\n.include "k.s"\n'))
    assert "nested more than" in error.message


def test_stand_ins_for_headers_of_well_known_projects(home: Path) -> None:
    text = '#include "asm.S"\nfunction X(f), export=1\n movrel r0, table\n bl X(g)\nA nop\nT wfi\nendfunc\n'
    found = parsed(write(home / "k.S", text))
    assert texts(found) == ["movw r0, #:lower16:table+0", "movt r0, #:upper16:table+0", "bl g", "nop"]
    text = (
        "#include <openssl/asm_base.h>\n#if defined(OPENSSL_AARCH64)\nf:\n AARCH64_SIGN_LINK_REGISTER\n ret\n#endif\n"
    )
    assert texts(parsed(write(home / "k.S", text), isa="aarch64")) == ["ret"]


def test_a_header_that_is_there_takes_the_place_of_a_stand_in(home: Path) -> None:
    write(home / "asm.S", "#define X(s) prefix_ ## s\n.macro movrel rd, v\n adr \\rd, \\v\n.endm\n")
    text = '#include "missing.h"\n#include "asm.S"\n movrel r0, t\n bl X(g)\nt: nop\n'
    assert texts(parsed(write(home / "k.S", text))) == ["adr r0, t", "bl prefix_g", "nop"]


def test_only_a_header_that_would_define_them_brings_stand_ins(home: Path) -> None:
    """`A` and `T` are names like any other where no asm.S is asked for."""
    text = '#include "config.h"\n.set A, 4\n.macro m T\n mov r0, #A + \\T\n.endm\n m 1\n'
    assert texts(parsed(write(home / "k.S", text))) == ["mov r0, #A + 1"]
