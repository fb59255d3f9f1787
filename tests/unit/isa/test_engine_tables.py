"""Reading tables: the notation, and every error of a file with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim.isa.check import check_all, unused_classes
from cyclesim.isa.notation import BadForm, Token, expand, parse_operand
from cyclesim.isa.tables import Index, add_rows, read_rows


def empty_index() -> Index:
    return Index("armv7", [], {}, {}, {}, [])


def expanded(form: str, **types: list[str]) -> list[str]:
    return [f"{mnemonic} {', '.join(operands)}".strip() for mnemonic, operands in expand(form, types)]


def test_the_shipped_tables_have_no_errors() -> None:
    assert [error.render() for error in check_all()] == []


def test_a_class_that_no_row_uses_is_an_error() -> None:
    errors = unused_classes(set())
    assert errors[0].message == "no row has the class `alu`"
    assert errors[0].span is not None
    assert errors[0].span.file == "isa/classes.yaml"


EXPANSIONS = {
    "nop": ["nop"],
    "add{,s} =Rd, Rn": ["add =Rd, Rn", "adds =Rd, Rn"],
    "{s,u}x{a,b} Rn": ["sxa Rn", "sxb Rn", "uxa Rn", "uxb Rn"],
    "vadd.i8 ={D,Q}d, {D,Q}n": ["vadd.i8 =Dd, Dn", "vadd.i8 =Qd, Qn"],
    "vld1.8 {=Dd*1-4}, mem(increment, post-register)": ["vld1.8 {=Dd*1-4}, mem(increment, post-register)"],
    "b {label,#address}": ["b label", "b #address"],
}


@pytest.mark.parametrize(("form", "forms"), EXPANSIONS.items())
def test_alternatives_cross_in_the_mnemonic_and_vary_together_in_operands(form: str, forms: list[str]) -> None:
    assert expanded(form) == forms


def test_the_lists_of_types_vary_together_in_the_whole_form() -> None:
    found = expanded("{s,u}mlal{High} +Vd.Ta, Vn.Tb", High=["", "2"], Ta=["8h", "4s"], Tb=["8b", "8h:high"])
    assert found == [
        "smlal +Vd.8h, Vn.8b",
        "umlal +Vd.8h, Vn.8b",
        "smlal2 +Vd.4s, Vn.8h:high",
        "umlal2 +Vd.4s, Vn.8h:high",
    ]


TOKENS = {
    "=Rd": Token("Rd", "register", "d", "=", "r"),
    "+Vd.4s": Token("Vd.4s", "register", "d", "+", "v", "4s"),
    "Vn.8h:high": Token("Vn.8h", "register", "n", "", "v", "8h", high=True),
    "Dm[x]": Token("Dm[x]", "register", "m", "", "d", lane="x"),
    "Rn!?": Token("Rn", "register", "n", "", "r", writeback=True),
    "=Rt+1": Token("Rt+1", "register", "t", "=", "r", next=True),
    "{=Dd*1-4}": Token("{Dd, …} (1-4)", "list", "d", "=", "d", counts=(1, 4)),
    "{+Vd.b[x]*1}": Token("{Vd.b[x]}", "list", "d", "+", "v", "b", lane="x"),
    "{R*}": Token("{R, …}", "list", register="r", counts=(1, 32)),
    "#shift": Token("#shift", "immediate", "shift"),
    "#0": Token("#0", "immediate", value=0),
    "mem(offset)": Token("[address]", "memory", modes=("offset",)),
    "mem(label)": Token("label", "memory", modes=("label",)),
}


@pytest.mark.parametrize(("text", "token"), TOKENS.items())
def test_operands_of_the_notation(text: str, token: Token) -> None:
    assert parse_operand(text) == token


@pytest.mark.parametrize("text", ["", "Zd", "=", "Rd.4s", "Vd", "{=Dd*4-1}", "{=Dd}", "mem(sideways)", "Rd Rn", "#"])
def test_what_is_no_operand_is_refused(text: str) -> None:
    with pytest.raises(BadForm):
        parse_operand(text)


# What stands in the file | line:column | part of the message
BAD_ROWS = {
    "form: {a,b}\n  class: alu": ("1:1", "needs a `form`"),
    "form: foo Rn\n  class: alu\n  colour: red": ("1:1", "unknown key `colour`"),
    "form: foo Rn\n  class: aluu": ("1:1", "unknown class `aluu`; did you mean `alu`?"),
    "form: foo Rn": ("1:1", "needs a `class`"),
    "form: foo Rn, Zm, Rx\n  class: alu": ("1:17", "`Zm` is no operand"),
    'form: "foo Rn, Zm"\n  class: alu': ("1:18", "`Zm` is no operand"),
    "form: foo Rn, #imm\n  class: alu": ("1:16", "` #` starts a comment"),
    "form: foo {D,Q}n, {S,D,Q}m\n  class: alu": ("1:21", "their numbers must be equal"),
    "form: fo{o Rn\n  class: alu": ("1:9", "braces don't match"),
    "form: foo Vd.T\n  class: alu\n  types: {T: [4s], U: [8h]}": ("1:1", "doesn't mention `U`"),
    "form: foo Vd.T\n  class: alu\n  types: {T: [4s, 8h], U: [8h]}": ("1:1", "equally long"),
    "form: foo Rn\n  class: alu\n  flags: [reed]": ("1:1", "`flags` must be a list of"),
    "form: foo Rn\n  class: alu\n  operations: 2/Dm": ("1:1", "no operand `m`"),
    "form: foo Rn\n  class: alu\n  operations: many": ("1:1", "`operations` must be a number"),
    "form: foo Rn\n  class: alu\n  step: Rn + imm": ("1:1", "no operand `imm`"),
    "form: foo Rn\n  class: alu\n  ranges: {n: 1-4}": ("1:1", "`ranges` must map names to LOW..HIGH"),
    "form: foo Rn\n  class: alu\n  access: lode": ("1:1", "`access` must be one of"),
    "form: foo Rn\n  class: alu\n  bytes: -1": ("1:1", "`bytes` must be a positive number"),
    "form: foo Rn\n  class: alu\n  branch: sideways": ("1:1", "`branch` must be one of"),
    "form: foo Rn\n  class: alu\n  conditional: maybe": ("1:1", "`conditional` must be one of"),
    "form: foo Rn\n  class: alu\n  merge: 3": ("1:1", "`merge` must be true or false"),
    "form: foo Rn\n  class: alu\n  implicit: {reeds: [r1]}": ("1:1", "`implicit` must be"),
    'form: "{foo,bar} Rn"\n  class: alu\n  spellings: [a, b, c]': ("1:1", "`spellings` needs one name for each"),
    "just text": ("1:3", "a row maps keys to values"),
}


@pytest.mark.parametrize(("row", "expected"), BAD_ROWS.items())
def test_a_bad_row_is_told_with_its_place(row: str, expected: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(f"- {row}\n", encoding="utf-8")
    index = empty_index()
    rows, errors = read_rows(str(path), "table.yaml")
    errors += add_rows(index, rows, {"alu"})
    assert len(errors) == 1
    assert expected[1] in errors[0].message
    if row != "just text":
        assert str(errors[0].span) == f"table.yaml:{expected[0]}"
    assert index.forms == {}


def test_all_bad_rows_of_a_file_are_told_and_the_good_ones_kept(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text("- form: a Zn\n  class: alu\n- form: b Rn\n  class: alu\n- form: c\n  class: x\n")
    index = empty_index()
    rows, _ = read_rows(str(path), "table.yaml")
    errors = add_rows(index, rows, {"alu"})
    assert [error.span.line for error in errors if error.span] == [1, 5]
    assert list(index.forms) == ["b"]


@pytest.mark.parametrize("text", ["- [", "a: b", "- form: !!python/name:os.system x", "", "- {? [a] : b}"])
def test_a_file_that_is_no_table_is_one_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(text)
    rows, errors = read_rows(str(path), "table.yaml")
    assert (rows, len(errors)) == ([], 1)


# Two forms, and whether some operands fit both.
CLASHES = [
    ("foo Rn, Rm", "foo Rx, Ry", True),
    ("foo Rn, Rm", "foo Rn, #imm", False),
    ("foo Rn, op2", "foo Rn, Rm", True),
    ("foo Rn, op2", "foo Rn, #imm", True),
    ("foo Rn, op2", "foo Rn, Rm, shift", True),
    ("foo Rn, Rm", "foo Rn, Rm, shift?", True),
    ("foo Rn, Rm", "foo Rn, Rm, shift", False),
    ("foo Rn, #0", "foo Rn, #imm", True),
    ("foo Rn, #0", "foo Rn, #1", False),
    ("foo Dn", "foo Dn[x]", False),
    ("foo {=Dd*1-2}", "foo {=Dd*2}", True),
    ("foo {=Dd*2}", "foo {=Dd*4}", False),
    ("foo {=Dd[]*2}", "foo {=Dd*2}", False),
    ("foo mem(offset)", "foo mem(pre)", True),
    ("foo mem(offset)", "foo mem(label)", False),
    ("foo name", "foo cond", True),
    ("foo Rn", "foo", False),
]


@pytest.mark.parametrize(("first", "second", "clash"), CLASHES)
def test_two_forms_clash_when_some_operands_fit_both(first: str, second: str, clash: bool, tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(f'- form: "{first}"\n  class: alu\n- form: "{second}"\n  class: alu\n')
    rows, _ = read_rows(str(path), "table.yaml")
    errors = add_rows(empty_index(), rows, {"alu"})
    assert [error.message.partition(" clashes with")[1] for error in errors] == ([" clashes with"] if clash else [])


def test_forms_of_which_one_is_always_conditional_and_the_other_never_do_not_clash(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(
        "- {form: b label, class: alu, conditional: false}\n- {form: b label, class: alu, conditional: only}\n"
    )
    rows, _ = read_rows(str(path), "table.yaml")
    assert add_rows(empty_index(), rows, {"alu"}) == []
