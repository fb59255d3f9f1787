"""Compiling the YAML tables of an instruction set to an index by mnemonic, and adding rows of a user's to one.

The index is plain data (it goes to the cache as JSON): `forms` maps a mnemonic to lines `row operands`, so that loading
it builds few values; patterns are parsed when their mnemonic is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from cyclesim import resources
from cyclesim.errors import CyclesimError, ManyErrors, TableError
from cyclesim.ir import Span
from cyclesim.isa.clash import find_clash
from cyclesim.isa.notation import BadForm, split_form
from cyclesim.isa.rows import Problem, Row, Source, check_row, expand_row, make_row, parse_operands, row_spellings
from cyclesim.record import NamedTuple

SPELLINGS = "spellings.yaml"
CLASSES = "classes.yaml"


class Index(NamedTuple):
    """The compiled tables of an instruction set.

    `forms`: mnemonic to lines of row number, space, operands. `spellings`: source mnemonic to table mnemonic. `types`:
    an A32 data type to the wider ones that an assembler takes it for. `inner_tails`: what pre-UAL syntax writes behind
    a condition (`ldreqb`)."""

    isa: str
    rows: list[Row]
    forms: dict[str, str]
    spellings: dict[str, str]
    types: dict[str, list[str]]
    inner_tails: list[str]


class GivenRow(NamedTuple):
    """A row as it was written."""

    values: Mapping[str, object]
    source: Source


def table_files(isa: str) -> list[str]:
    """Paths of the files that decide an instruction set, in a fixed order."""
    folder = resources.isa_folder(isa)
    names = sorted(name for name in os.listdir(folder) if name.endswith(".yaml"))
    return [os.path.join(resources.PACKAGE, "isa", CLASSES), *(os.path.join(folder, name) for name in names)]


def compile_tables(isa: str) -> Index:
    """The index of the shipped tables. Raises ManyErrors with everything that is wrong with them."""
    index, errors = check_tables(isa)
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return index


def check_tables(isa: str) -> tuple[Index, list[CyclesimError]]:
    """The index of the rows that are sound, and what is wrong with the others."""
    classes = set(read_classes())
    index = Index(isa, [], {}, {}, {}, [])
    errors: list[CyclesimError] = []
    for path in table_files(isa)[1:]:
        shown = f"isa/{isa}/{os.path.basename(path)}"
        if os.path.basename(path) == SPELLINGS:
            errors += _add_spellings(index, path, shown)
            continue
        rows, problems = read_rows(path, shown)
        errors += problems
        errors += add_rows(index, rows, classes)
    errors += [
        TableError(
            f"the spelling `{name}` stands for `{mnemonic}`, which has no form", Span(f"isa/{isa}/{SPELLINGS}", 1)
        )
        for name, mnemonic in index.spellings.items()
        if mnemonic not in index.forms and not any(form.startswith(f"{mnemonic}.") for form in index.forms)
    ]
    return index, errors


def read_classes() -> dict[str, str]:
    """Timing classes with what each stands for."""
    classes: dict[str, str] = {}
    with open(os.path.join(resources.PACKAGE, "isa", CLASSES), encoding="utf-8") as file:
        for line in file:
            # Classes stand one level deep, each on one line; reading them so spares the import of a YAML parser.
            if line.startswith("  "):
                name, _, meaning = line.strip().partition(": ")
                classes[name] = meaning
    return classes


def read_rows(path: str, shown: str) -> tuple[list[GivenRow], list[CyclesimError]]:
    """The rows of a YAML file, each with its line, and what can't be read as one."""
    import yaml

    try:
        with open(path, encoding="utf-8") as file:
            loader = yaml.SafeLoader(file.read())
        node = loader.get_single_node()
        children = node.value if isinstance(node, yaml.SequenceNode) else None
        given = [(child, loader.construct_object(child, deep=True)) for child in children or ()]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        span = Span(shown, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1)
        hint = "a form that starts with a brace or holds ` #` is quoted"
        return [], [TableError(f"not YAML: {getattr(error, 'problem', error)}", span, hint)]
    if children is None:
        return [], [TableError("a table is a list of rows", Span(shown, 1))]
    rows: list[GivenRow] = []
    errors: list[CyclesimError] = []
    for child, values in given:
        line = child.start_mark.line + 1
        if isinstance(values, dict):
            rows.append(GivenRow(values, Source(shown, line, _form_column(child))))
        else:
            errors.append(TableError("a row maps keys to values", Span(shown, line)))
    return rows, errors


def _form_column(node: object) -> int:
    """The column at which the text of the form starts, 0 when it doesn't stand on the first line of the row."""
    for key, value in getattr(node, "value", ()):
        if key.value == "form" and value.start_mark.line == key.start_mark.line:
            return int(value.start_mark.column) + 1 + (getattr(value, "style", None) in ("'", '"'))
    return 0


def add_rows(index: Index, rows: Iterable[GivenRow], classes: Iterable[str] | None) -> list[CyclesimError]:
    """Add rows to an index; a row with errors is left out, and its errors returned."""
    errors: list[CyclesimError] = []
    for row in rows:
        problems = check_row(row.values, classes) or _add_row(index, row)
        errors += [_table_error(row, problem) for problem in problems]
    return errors


def _table_error(row: GivenRow, problem: Problem) -> TableError:
    source = row.source
    if problem.offset < 0 or not source.column:
        return TableError(problem.message, Span(source.file, source.line))
    length = next((len(text) for text, at in split_form(str(row.values["form"]))[1] if at == problem.offset), 1)
    return TableError(problem.message, Span(source.file, source.line, source.column + problem.offset, max(1, length)))


def _add_row(index: Index, given: GivenRow) -> list[Problem]:
    row = make_row(given.values, given.source)
    number = len(index.rows)
    added: dict[str, list[str]] = {}
    for mnemonic, operands in expand_row(given.values):
        line = f"{number} {', '.join(operands)}"
        if clash := _clash(index, row, mnemonic, operands, added.get(mnemonic, [])):
            return [Problem(f"`{mnemonic} {', '.join(operands)}` clashes with {clash}")]
        added.setdefault(mnemonic, []).append(line)
    index.rows.append(row)
    for mnemonic, lines in added.items():
        before = [index.forms[mnemonic]] if mnemonic in index.forms else []
        index.forms[mnemonic] = "\n".join(before + lines)
    index.spellings.update(row_spellings(given.values))
    return []


def _clash(index: Index, row: Row, mnemonic: str, operands: Sequence[str], added: Sequence[str]) -> str:
    """The form that takes some of the same operands, with its place; empty when there is none."""
    lines = [*index.forms.get(mnemonic, "").splitlines(), *added]
    others = []
    for line in lines:
        number, _, text = line.partition(" ")
        other = index.rows[int(number)] if int(number) < len(index.rows) else row
        others.append((other, parse_operands(other.form, split_operands(text)), text))
    return find_clash(mnemonic, row, parse_operands(row.form, operands), others)


def split_operands(text: str) -> list[str]:
    """The operands of an expanded form."""
    return [piece for piece, _ in split_form(f"x {text}")[1]]


def _add_spellings(index: Index, path: str, shown: str) -> list[CyclesimError]:
    """`spellings.yaml`: mnemonics (brace notation, zipped), data types and pre-UAL tails."""
    import yaml

    with open(path, encoding="utf-8") as file:
        values = yaml.safe_load(file)
    errors: list[CyclesimError] = []
    for name, mnemonic in values.get("mnemonics", {}).items():
        try:
            names = [text for text, _ in expand_row({"form": name})]
            mnemonics = [text for text, _ in expand_row({"form": mnemonic})]
        except BadForm as problem:
            errors.append(TableError(problem.message, Span(shown, 1)))
            continue
        mnemonics = mnemonics * len(names) if len(mnemonics) == 1 else mnemonics
        if len(mnemonics) != len(names):
            errors.append(TableError(f"`{name}` and `{mnemonic}` are not equally many", Span(shown, 1)))
            continue
        index.spellings.update(zip(names, mnemonics, strict=True))
    index.types.update({str(name): [str(wider) for wider in many] for name, many in values.get("types", {}).items()})
    index.inner_tails.extend(str(tail) for tail in values.get("behind_conditions", []))
    return errors
