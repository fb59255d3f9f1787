"""The generated reference: every form, class, core and shipped kernel, as Markdown from the tables themselves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from cyclesim.execute.language import chosen
from cyclesim.gpu import opcodes
from cyclesim.isa import ISAS, load
from cyclesim.isa.instruction_set import InstructionSet, Known
from cyclesim.isa.patterns import Pattern
from cyclesim.isa.tables import read_classes
from cyclesim.machine.load import core_files, load_document
from cyclesim.views import gpu_uarch
from cyclesim.views import isa as isa_view
from cyclesim.views import uarch as uarch_view
from docs.site import kernels
from docs.site.tables import code, plain, table

Document = Mapping[str, Any]
ISA_TITLES = {"armv7": "Armv7", "aarch64": "AArch64"}


class FormRow(NamedTuple):
    """A form with the file and the line of its row."""

    isa: str
    file: str
    pattern: Pattern
    effects: Mapping[str, Any]


@cache
def pages() -> Mapping[str, str]:
    """Name to Markdown, in the order of the navigation."""
    found = {"overview": overview(), "classes": classes()}
    for isa in ISAS:
        files = dict.fromkeys(one.file for one in forms(isa))
        found |= {f"{isa}-{file}": forms_page(isa, file) for file in files}
    found["bifrost-opcodes"] = opcodes_page()
    found |= {f"core-{one['name']}": core_page(one) for one in cores()}
    found["whatif"] = kernels.whatif_page()
    found["kernels"] = kernels.page(issuing_cores(), ISA_TITLES)
    found["gpu-listings"] = kernels.listings_page([one for one in cores() if one["kind"] == "warps"])
    return found


@cache
def cores() -> tuple[Document, ...]:
    """The shipped cores, in the order of their files."""
    return tuple(load_document(path) for path in core_files())


def short(document: Document) -> str:
    """The name that fits a column."""
    return str(document.get("aliases", [document["name"]])[0])


def issuing_cores() -> list[Document]:
    """Those that have timing classes."""
    return [one for one in cores() if "timings" in one]


@cache
def forms(isa: str) -> tuple[FormRow, ...]:
    """Every form of an instruction set, in the order of the tables' files and rows."""
    loaded = load(isa)
    found = [_form_row(loaded, pattern) for name in loaded.mnemonics() for pattern in loaded.patterns(name)]
    return tuple(sorted(found, key=lambda one: (one.file, int(one.pattern.row.where.rpartition(":")[2]))))


def _form_row(loaded: InstructionSet, pattern: Pattern) -> FormRow:
    shown = isa_view.render_forms(pattern.mnemonic, [(loaded, Known("", (pattern,)))], "json")
    file = os.path.basename(pattern.row.where.rpartition(":")[0]).removesuffix(".yaml")
    return FormRow(loaded.isa, file, pattern, json.loads(shown)["forms"][0])


def by_class(rows: Iterable[FormRow]) -> dict[str, list[FormRow]]:
    """Forms by timing class, in the order of the tables."""
    found: dict[str, list[FormRow]] = {}
    for row in rows:
        found.setdefault(row.pattern.row.class_, []).append(row)
    return found


def overview() -> str:
    lines = ["# All tables", ""]
    lines += ["These pages are made from the tables, core files and kernels that the program works with.", ""]
    rows: list[list[object]] = []
    for isa in ISAS:
        files = dict.fromkeys(one.file for one in forms(isa))
        links = ", ".join(f"[{_spoken(file)}]({isa}-{file}.md)" for file in files)
        rows.append([ISA_TITLES[isa], len(forms(isa)), len(load(isa).mnemonics()), links])
    lines += table(["instruction set", "forms", "mnemonics", "tables"], rows)
    lines += ["## Cores", ""]
    lines += table(
        ["core", "kind", "runs", "numbers by evidence"],
        [
            [
                f"[{one['title']}](core-{one['name']}.md)",
                one["kind"],
                ", ".join(one["isas"]),
                ", ".join(f"{count} {status}" for status, count in uarch_view.evidence(one).items()),
            ]
            for one in cores()
        ],
    )
    lines += [
        "## More",
        "",
        "- [Timing classes](classes.md): what instructions have in common, side by side for all cores.",
        "- [Opcodes of Bifrost](bifrost-opcodes.md).",
        "- [What-if files](whatif.md) that ship with the program.",
        "- [Kernels](kernels.md) and [GPU listings](gpu-listings.md): bound and schedule on every core.",
        '- [Reasons](../reference/reasons.md): every answer to "why not earlier".',
        "",
    ]
    return "\n".join(lines)


def _spoken(file: str) -> str:
    return file.replace("simd", "SIMD").replace("vfp", "VFP").replace("-", " ")


def forms_page(isa: str, file: str) -> str:
    """One table file: its forms by class, each class with its timing on every core that runs them."""
    rows = [one for one in forms(isa) if one.file == file]
    able = [one for one in issuing_cores() if isa in one["isas"]]
    described = read_classes()
    lines = [f"# {ISA_TITLES[isa]}: {_spoken(file)}", ""]
    lines += [f"{len(rows)} forms of `cyclesim/isa/{isa}/{file}.yaml`, by timing class.", "", FORMS_NOTE, ""]
    for class_, members in by_class(rows).items():
        lines += [f"## {class_}", "", _sentence(plain(described[class_])), ""]
        lines += table(FORM_HEADERS, [_form_cells(one) for one in members])
        lines += ["Timing; below the first line of a core, what differs when a condition holds:", ""]
        lines += _timing_table(class_, able)
    return "\n".join(lines)


FORMS_NOTE = (
    "The words of a form and of a meaning: [ISA tables](../reference/isa-tables.md). "
    "Of a timing row: [core files](../reference/core-files.md)."
)
FORM_HEADERS = ("form", "reads", "writes", "flags", "address", "operations", "meaning")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _form_cells(one: FormRow) -> list[object]:
    effects = one.effects
    return [
        code(one.pattern.text),
        code(effects["reads"]),
        code(effects["writes"]),
        effects["flags"],
        " ".join(filter(None, [effects["access"], code(effects["addresses"])])),
        effects["operations"] or "",
        code(chosen(one.pattern.row.meaning, one.pattern.row.form, one.pattern.mnemonic)),
    ]


TIMING_HEADERS = ("core", "when", "latency", "accumulate", "cycles", "units", "slots", "status", "source")


def _timing_table(class_: str, documents: Sequence[Document]) -> list[str]:
    rows = [cells for one in documents for cells in _timing_rows(one, class_)]
    return list(table(TIMING_HEADERS, rows))


def _timing_rows(document: Document, class_: str) -> Iterator[list[object]]:
    """A line a row of the core file; below the first, what a condition changes."""
    for number, row in enumerate(document["timings"].get(class_, ())):
        shown = row if number else {"cycles": 1, "slots": "either", **row}
        uses = shown.get("uses")
        yield [
            "" if number else f"[{short(document)}](core-{document['name']}.md)",
            plain(uarch_view.when_text(row)),
            shown.get("latency"),
            shown.get("accumulate"),
            shown.get("cycles"),
            ", ".join(f"{unit} {count}" for unit, count in uses.items()) if uses else None,
            shown.get("slots"),
            shown.get("status"),
            "; ".join(plain(shown[key]) for key in ("source", "note") if shown.get(key)),
        ]


def classes() -> str:
    """Every class: what it stands for, its forms, the latency and issue cycles of its first row on each core."""
    documents = issuing_cores()
    used: dict[str, dict[str, int]] = {}
    for isa in ISAS:
        for row in forms(isa):
            of_class = used.setdefault(row.pattern.row.class_, {})
            name = f"{isa}-{row.file}"
            of_class[name] = of_class.get(name, 0) + 1
    headers = ["class", *[short(one) for one in documents], "forms", "stands for"]
    rows: list[list[object]] = []
    for class_, meaning in read_classes().items():
        where = [f"[{count}]({page}.md#{class_})" for page, count in used.get(class_, {}).items()]
        figures = [_figure(one, class_) for one in documents]
        rows.append([code(class_), *figures, ", ".join(where), plain(meaning)])
    head = (
        "Latency / issue cycles of the plainest form of each class; the pages of the forms have every case with its "
        "source. `-`: no timing."
    )
    return "\n".join(["# Timing classes", "", head, "", *table(headers, rows)])


def _figure(document: Document, class_: str) -> str:
    rows = document["timings"].get(class_)
    return f"{rows[0].get('latency', '-')} / {rows[0].get('cycles', 1)}" if rows else "-"


def core_page(document: Document) -> str:
    """What a core file says, in tables."""
    runs = " and ".join(document["isas"])
    names = ", ".join(code(name) for name in [document["name"], *document.get("aliases", [])])
    lines = [f"# {document['title']}", "", f"{document['kind'].capitalize()}, runs {runs}. Names: {names}.", ""]
    lines += ["```text", document["picture"].rstrip("\n"), "```", "", "## Sources", ""]
    lines += table(["tag", "source"], [[tag, plain(text)] for tag, text in document["sources"].items()])
    if document["kind"] == "warps":
        return "\n".join([*lines, *_numbers(document)])
    return "\n".join([*lines, *_machine(document), *_all_timings(document)])


def _numbers(document: Document) -> Iterator[str]:
    records = json.loads(gpu_uarch.render_core(document, "json"))["core"]
    yield from ("## Numbers", "")
    keys = ("value", "low", "high", "status", "source", "note")
    rows = [[code(name), *[plain(one.get(key)) for key in keys]] for name, one in records["numbers"].items()]
    yield from table(["number", *keys], rows)
    yield from ("## Instruction fetch", "")
    fetch = ("warps", "cycles", "low", "high", "status", "source", "note")
    yield from table(fetch, [[plain(row.get(key)) for key in fetch] for row in records["fetch"]])


def _machine(document: Document) -> Iterator[str]:
    """Units, pairs that are refused, branches and memory."""
    keys = ("status", "source", "note")
    yield from (f"{document['issue_width']} instructions a cycle.", "", "## Units", "")
    units = [
        [code(name), unit["count"], plain(unit["title"]), *[plain(unit.get(key)) for key in keys]]
        for name, unit in document["units"].items()
    ]
    yield from table(["unit", "count", "what it is", *keys], units)
    refusals = [
        [
            plain(_sentence(one["sentence"])),
            code(", ".join(one["older"])),
            code(", ".join(one["younger"])),
            *[plain(one.get(key)) for key in keys],
        ]
        for one in document.get("co_issue", [])
    ]
    yield from ("## Co-issue", "")
    yield from (
        table(["rule", "older", "younger", *keys], refusals) if refusals else ("Slots and units decide alone.", "")
    )
    for title, part in (("Branches", document["branches"]), ("Memory", document["memory"])):
        facts = [[plain(name.replace("_", " ")), plain(_text(value))] for name, value in part.items()]
        yield from (f"## {title}", "", *table(["fact", "value"], facts))


def _text(value: object) -> str:
    return ", ".join(f"{name} {one}" for name, one in value.items()) if isinstance(value, Mapping) else str(value)


def _all_timings(document: Document) -> Iterator[str]:
    headers = ["class", *TIMING_HEADERS[1:]]
    rows = [
        ["" if number else code(class_), *cells[1:]]
        for class_ in document["timings"]
        for number, cells in enumerate(_timing_rows(document, class_))
    ]
    yield from ("## Timing", "", *table(headers, rows))


def opcodes_page() -> str:
    loaded = opcodes.load()
    headers = ["opcode", "slot", "types", "sources", "kind", "message", "operations", "status", "meaning"]
    rows: list[list[object]] = [
        [
            code(one.name),
            one.unit,
            code(" ".join(one.types)),
            " or ".join(map(str, one.sources)),
            one.kind,
            one.message,
            one.operations or "",
            one.status,
            plain(one.meaning),
        ]
        for one in loaded.opcodes.values()
    ]
    columns = "[Bifrost listings](../reference/bifrost-listings.md)"
    head = f"{len(rows)} opcodes of `cyclesim/gpu/opcodes.yaml`. What the columns mean: {columns}."
    return "\n".join(["# Opcodes of Bifrost", "", head, "", *table(headers, rows)])
