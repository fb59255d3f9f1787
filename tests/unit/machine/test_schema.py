"""Each mistake of a core file once, with its place."""

from __future__ import annotations

import pytest

from cyclesim.errors import CoreError
from cyclesim.machine.check import check_files
from cyclesim.machine.compiling import compile_text
from cyclesim.machine.load import core_files
from tests.unit.machine.build import CLASSES, CORE, errors, place, spoiled


def test_the_small_core_file_is_clean():
    assert errors(CORE) == []


def test_every_shipped_file_checks_clean():
    found = check_files()
    assert sorted(found) == sorted(core_files())
    assert {path: [error.render() for error in some] for path, some in found.items() if some} == {}


MISTAKES = [
    # (passage, what stands there instead, the passage the error points at, message)
    ("kind: in-order", "kind: in-order\nspeed: 3", "speed", "unknown key 'speed' in a core file"),
    ("title: A tiny core\n", "", "name", "the file has no `title`"),
    ("kind: in-order", "kind: fast", "fast", "kind is 'fast'"),
    ("kind: in-order", "kind: [in-order]", "[in-order]", "kind is a list"),
    ("name: tiny", "name: Tiny Core", "Tiny", "name 'Tiny Core' is not lower-case letters, digits and hyphens"),
    ("aliases: [t1]", "aliases: 3", "3\n", "aliases is a list, not '3'"),
    ("aliases: [t1]", "aliases: [T 1]", "T 1", "alias 'T 1' is not lower-case letters, digits and hyphens"),
    ("isas: [armv7]", "isas: armv9", "armv9", "isas is a list, not 'armv9'"),
    ("isas: [armv7]", "isas: [armv9]", "armv9", "an instruction set is 'armv9'"),
    ("isas: [armv7]", "isas: []", "[]", "isas is empty"),
    ("issue_width: 2", "issue_width: two", "two\n", "issue_width is a whole number, not 'two'"),
    ("issue_width: 2", "issue_width: 0", "0\n", "issue_width is at least 1, not 0"),
    ("picture: one box", "picture: {}", "{}", "picture is a text, not a mapping"),
    ("count: 2", "count: -1", "-1", "count of pipe is at least 1, not -1"),
    ("count: 2, title: pipelines", "count: 2", "{count", "unit pipe has no `title`"),
    (
        "pipe: {count: 2, title: pipelines, source: LAB, status: measured}",
        "pipe: 2",
        "2\nbr",
        "unit pipe is a mapping, ",
    ),
    ("taken_bubble: 0", "taken_bubble: -2", "-2", "taken_bubble can't be negative: -2"),
    ("taken_bubble: 0", "taken_bubble: soon", "soon", "taken_bubble is a number of cycles (3, 2.2 or 1/2), not 'soon'"),
    ("branches: {taken_bubble: 0, source: LAB", "branches: {taken_bubble: 0", "{taken", "branches has no `source`"),
    ("branches: {taken", "branches: 5\nx: {taken", "5\nx", "branches is a mapping, not '5'"),
    ("line_bytes: 64", "line_bytes: yes", "yes", "line_bytes is a whole number, not true"),
    ("store_to_load: 4, ", "", "{line_bytes", "memory has no `store_to_load`"),
    ("defaults: {base: 1", "defaults: {latency: 1, base: 1", "latency: 1, base", "unknown key 'latency' in defaults"),
    ("  LAB: measured", "  LA B: measured", "LA B", "tag 'LA B' is not one word"),
    ("  book: a book", "  book: a book\n  film: a film", "film:", "no row cites source film"),
    ('source: "book: page 1"', "source: page 1", "page 1", "source 'page 1' starts with none of the tags in `sources`"),
    (
        "{when: {shift: immediate}, latency: 2}",
        "{when: {shift: immediate}, latency: 2, source: web}",
        "web",
        "source 'web'",
    ),
    ("status: vendor", "status: rumour", "rumour", "unknown status 'rumour'"),
    (
        "{when: {shift: immediate}, latency: 2}",
        "{when: {shift: immediate}, status: rumour}",
        "rumour",
        "unknown status",
    ),
    (", status: vendor", "", "{uses: {pipe: 1}, latency: 3", "class load has no `status`"),
    ("co_issue:\n", "co_issue: x\nx:\n", "x\nx", "co_issue is a list of refusals"),
    ("younger: [memory]", "younger: [memories]", "memories", "no row pairs as 'memories'"),
    ("older: [load]", "older: load", "load\n", "older is a list, not 'load'"),
    ("  sentence: two loads do not co-issue\n", "", "name: two", "a refusal has no `sentence`"),
    ("shapes:\n", "shapes:\n  two: [{uses: {pipe: 2}}]\n", "two:", "no row uses shape two"),
    ("shapes:\n", "shapes:\n  one: 3\nx:\n", "3\nx", "a row of shape one is a mapping, not '3'"),
    ("  load: {uses: {pipe: 1}, latency: 3", "  lode: {uses: {pipe: 1}, latency: 3", "lode", "unknown class 'lode'"),
    (
        "  load: {uses: {pipe: 1}, latency: 3",
        "  lode: {uses: {pipe: 1}, latency: 3",
        "timings",
        "no timing row for class load",
    ),
    ("latency: 3, pairs_as", "latncy: 3, pairs_as", "latncy", "unknown key 'latncy' in a row of class load"),
    ("latency: 3, pairs_as", "pairs_as", "{uses: {pipe: 1}, pairs_as", "class load has no `latency`"),
    ("uses: {pipe: 1}, latency: 3", "latency: 3", "{latency: 3", "class load has no `uses`"),
    ("latency: 3,", "latency: x,", "x,", "latency is a number of cycles (3, 2.2 or 1/2 or unknown), not 'x'"),
    ("latency: 3,", "latency: 1/0,", "1/0", "latency is a number of cycles"),
    ("latency: 3,", "latency: 1e99999999,", "1e9", "latency is a number of cycles"),
    ("latency: 3,", "latency: .inf,", ".inf", "latency is a number of cycles"),
    ("latency: 3,", "latency: -3,", "-3", "latency can't be negative: -3"),
    ("latency: 3,", "latency: [3],", "[3]", "latency is a number of cycles"),
    ("latency: 3,", "latency: 3, slots: middle,", "middle", "slots is 'middle'"),
    ("latency: 3,", "latency: 3, blocks: 1,", "1, pairs", "blocks is true or false, not '1'"),
    ("latency: 3,", "latency: 3, needs: {addres: -1},", "addres", "unknown role 'addres'"),
    ("latency: 3,", "latency: 3, needs: {address: late},", "late}", "need of address is a number of cycles"),
    ("latency: 3,", "latency: 3, accumulate: 1,", "accumulate: 1, pairs", "class load: `accumulate` and `forward` go"),
    ("load: {uses: {pipe: 1}", "load: {uses: {pump: 1}", "pump", "no unit 'pump'"),
    ("load: {uses: {pipe: 1}", "load: {uses: {pipe: 3}", "3},", "3 of pipe, but the core has 2"),
    ("load: {uses: {pipe: 1}", "load: {uses: {pipe: 0}", "0},", "number of pipe is at least 1, not 0"),
    ("load: {uses: {pipe: 1}", "load: {uses: [a]", "[a]", "uses is a mapping, not a list"),
    ("{when: {shift: immediate}", "{when: 5", "5, latency", "`when` of class alu is a mapping, not '5'"),
    ("{when: {shift: immediate}", "{when: {}", "{}, latency", "`when` of class alu is empty"),
    ("{when: {shift: immediate}", "{when: {colour: red}", "colour", "unknown feature 'colour'"),
    ("{when: {shift: immediate}", "{when: {shift: sideways}", "sideways", "shift is never 'sideways'"),
    ("{when: {shift: immediate}", "{when: {width: 100}", "100", "width is never '100'"),
    ("{when: {shift: immediate}", "{when: {width: [64, 100]}", "100", "width is never '100'"),
    ("{when: {shift: immediate}", "{when: {lane: 1}", "1}, latency: 2", "lane is never '1'"),
    ("{when: {shift: immediate}", "{when: {registers: true}", "true", "registers is never true"),
    ("{when: {shift: immediate}", "{when: {registers: []}", "[]", "registers has no value"),
    ("{when: {shift: immediate}", "{when: {element: q8}", "q8", "element is never 'q8'"),
    ("- {when: {shift: immediate}, ", "- {", "{latency: 2", "class alu: only the first row may lack `when`"),
    (
        "- {shape: one, latency: 1",
        "- {when: {lane: true}, shape: one, latency: 1",
        "when: {lane",
        "class alu: the first row",
    ),
    (
        "{when: {shift: immediate}, latency",
        "{when: {shift: immediate}, shape: one, latency",
        "shape: one, latency: 2",
        "`shape`",
    ),
    ("simd-mla: {shape: one", "simd-mla: {shape: won", "won", "no shape 'won'"),
    ("simd-mla: {shape: one", "simd-mla: {like: lode", "lode", "no class 'lode'"),
    (
        "simd-mla: {shape: one",
        "simd-mla: {like: simd-mla",
        "like",
        "`like` goes round in a circle: simd-mla -> simd-mla",
    ),
    ("simd-mla: {shape: one", "simd-mla: {shape: 1", "1, latency: 4", "shape is a text, not '1'"),
    ("simd-mla: {shape", "simd-mla: []\n  zzz: {shape", "[]", "class simd-mla has no row"),
    ("simd-mla: {shape", "simd-mla: 7\n  zzz: {shape", "7\n", "a row of class simd-mla is a mapping, not '7'"),
    ("timings:\n", "timings: 3\nx:\n", "3\nx", "timings is a mapping, not '3'"),
    ("alu: {cycles: 1", "alu: {latency: 1", "latency: 1, source: LAB, status: talk", "unknown key 'latency' in a row"),
    ("alu: {cycles: 1", "alu: {counted: true", "{counted", "class alu has no `cycles`"),
    ("alu: {cycles: 1", "alu: {cycles: 1, counted: perhaps", "perhaps", "counted is true or false, not 'perhaps'"),
    ("kind: in-order", "kind: in-order\nbased_on: nobody", "nobody", "based_on 'nobody': no core named 'nobody'"),
    ("kind: in-order", "kind: in-order\nbased_on: 3", "3\n", "based_on is a text, not '3'"),
    (
        "defaults:",
        "confirms: [{source: LAB, status: vendor, classes: [alu]}]\ndefaults:",
        "alu]",
        "no inherited row of",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "pointed", "message"), MISTAKES, ids=[f"{m[1][:30]}: {m[3][:30]}" for m in MISTAKES]
)
def test_a_mistake_is_reported_where_it_stands(old: str, new: str, pointed: str, message: str):
    text = spoiled(old, new)
    where = place(text, pointed)
    assert [one for one in errors(text) if one.startswith(f"{where} ") and message in one], errors(text)


def test_rows_of_equal_specificity_may_not_disagree():
    line = "  - {when: {shift: immediate}, latency: 2}\n"
    text = spoiled(line, line + "  - {when: {lane: true}, latency: 3}\n")
    assert errors(text) == [
        f"{place(text, 'latency: 3}')} class alu: this and the row of line 28 can both hold and state a different `latency`"
    ]


@pytest.mark.parametrize(
    "second",
    ["{when: {shift: register}, latency: 3}", "{when: {lane: true}, latency: 2}", "{when: {lane: true}, cycles: 3}"],
)
def test_rows_that_exclude_each_other_or_agree_are_fine(second: str):
    line = "  - {when: {shift: immediate}, latency: 2}\n"
    assert errors(spoiled(line, line + f"  - {second}\n")) == []


def test_all_mistakes_come_together_in_the_order_of_the_file():
    text = spoiled("kind: in-order", "kind: slow")
    text = spoiled("latency: 3,", "latency: x,", text)
    text = spoiled("issue_width: 2", "issue_width: two", text)
    assert [one.split(":")[0] for one in errors(text)] == ["4", "10", "29"]


def test_a_longer_circle_of_like_is_named():
    text = spoiled(
        "load: {uses: {pipe: 1}", "load: {like: simd-mla", spoiled("simd-mla: {shape: one", "simd-mla: {like: load")
    )
    assert any("circle: load -> simd-mla -> load" in one for one in errors(text))


def test_a_duplicate_key_points_at_the_second():
    text = spoiled("kind: in-order", "kind: in-order\nkind: warps")
    assert f"{place(text, 'kind: warps')} duplicate key 'kind'" in errors(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty file"),
        ("# only a remark\n", "empty file"),
        ("a: [1, 2\nb: 3\n", "not YAML"),
        ("a: 'x\n", "not YAML"),
        ("a: \x07\n", "not YAML"),
        ("[" * 5000, "nested too deeply"),
        ("{a: " * 5000, "nested too deeply"),
        ("- " * 100_000, "nested too deeply"),
        ("x" * 1_000_001, "larger than 1000000 bytes"),
    ],
)
def test_text_that_is_no_core_file_is_refused_whole(text: str, message: str):
    with pytest.raises(CoreError, match=message):
        compile_text(text, "tiny.yaml", CLASSES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b\n", "1:1 a core file is a mapping"),
        ("just words", "1:1 a core file is a mapping"),
        (CORE + "---\nname: two\n", "33:1 a second document; one file holds one"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "1:4 unexpected tag tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("a: !!int 3\n", "1:4 unexpected tag tag:yaml.org,2002:int"),
        ("? [a, b]\n: c\n", "1:3 a key is a plain word"),
        ("a: &x [1]\nb: [*x, *x]\n", "2:5 an alias (*x); `like` and `shape` repeat rows"),
    ],
)
def test_yaml_beyond_plain_data_is_refused_by_name(text: str, message: str):
    assert message in errors(text)


def test_a_flood_of_aliases_does_not_expand():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert sum("an alias" in one for one in errors("\n".join(levels))) == 29 * 9
