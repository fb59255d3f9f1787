"""The `set` section of what-if files: what each change does to a core, each mistake, and hostile files."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclesim import machine, resources
from cyclesim.errors import CyclesimError, ManyErrors
from cyclesim.ir import Form, Instruction, Resolved, Span
from cyclesim.machine import overlay
from cyclesim.machine.changes import load_bits
from cyclesim.machine.load import find_file, load_document
from cyclesim.machine.timing import Core, Timing

SET = """\
set:
  a53:
    issue_width: 3
    units: {neon: 4}
    load_width: 128
    classes:
      simd-padal: {cycles: 1}
      "simd-ml*": {slots: {older: either}, latency: {4: 3}}
    co_issue:
      remove: [vector-load-under-q-form]
      add:
      - {name: two-multiplies, older: [simd-q], younger: [simd-q], sentence: one multiplier}
    taken_bubble: 1/2
    store_to_load: 6
    registers: {simd: 64}
    status: inferred
    source: a guess
"""


def read(folder: Path, text: str) -> overlay.Overlay:
    path = folder / "what.yaml"
    path.write_text(text)
    return overlay.read(str(path))


def changed(folder: Path, text: str = SET, name: str = "a53") -> Core:
    return machine.load(name, [read(folder, text)])


def one_line(core: str, settings: str) -> str:
    return f"set: {{{core}: {{{settings}, status: inferred, source: a guess}}}}\n"


def timing(core: Core, class_: str, **features: object) -> Timing:
    instruction = Instruction("any", (), Span("x.s", 1), "any")
    return machine.timing_of(core, Resolved(instruction, Form("", "", class_, "", "", ""), (), (), (), features, 0))


def test_a_core_has_what_is_set(tmp_path: Path):
    core = changed(tmp_path)
    assert core.issue_width == 3
    assert core.units["neon"] == 4
    assert core.branches.taken_bubble == Fraction(1, 2)
    assert core.memory.store_to_load == 6
    assert [one.name for one in core.refusals] == ["two-multiplies"]
    assert core.refusals[0].status == "inferred"
    assert read(tmp_path, SET).registers("cortex-a53", "simd") == 64
    assert read(tmp_path, SET).registers("cortex-a53", "general") is None


def test_a_class_that_is_set_has_the_evidence_of_the_file(tmp_path: Path):
    found = timing(changed(tmp_path), "simd-padal", width=128)
    assert (found.cycles, found.latency, found.status, found.source) == (1, 4, "inferred", "a guess")
    assert found.where == "what.yaml:2"


def test_old_values_are_replaced_where_they_are_and_others_left(tmp_path: Path):
    core, before = changed(tmp_path), machine.load("a53")
    assert timing(before, "simd-mlal").slots == "older" and timing(core, "simd-mlal").slots == "either"
    assert timing(core, "simd-mlal").latency == 3
    assert timing(core, "simd-mla", width=64).slots == "either"
    assert timing(core, "simd-mull") == timing(before, "simd-mull")


def test_other_cores_are_left_alone(tmp_path: Path):
    assert changed(tmp_path, name="a7")._replace(rows={}) == machine.load("a7")._replace(rows={})


def test_settings_come_before_timings_of_the_same_file(tmp_path: Path):
    text = one_line("a53", "classes: {simd-mull: {cycles: 3}}")
    text += "timings: {a53: {simd-new: {like: simd-mull, latency: 9, status: inferred, source: a guess}}}\n"
    found = timing(changed(tmp_path, text), "simd-new")
    assert (found.cycles, found.latency) == (3, 9)


def test_a_pattern_reaches_the_classes_of_files_before(tmp_path: Path):
    dp4a = overlay.read(resources.shipped_whatif("dp4a"))
    wide = read(tmp_path, one_line("a53", 'classes: {"simd-*": {slots: {older: either}}}'))
    assert timing(machine.load("a53", [dp4a, wide]), "simd-dp4a").slots == "either"
    assert timing(machine.load("a53", [wide, dp4a]), "simd-dp4a").slots == "either"


@pytest.mark.parametrize(
    ("core", "width", "features", "cycles", "blocks"),
    [
        ("a53", 64, {"width": 128}, 2, True),
        ("a53", 128, {"width": 128}, 1, False),
        ("a53", 128, {"width": 64}, 1, False),
        ("a53", 32, {"width": 64}, 2, True),
        ("a53", 32, {"width": 128}, 4, True),
        ("a7", 128, {"width": 64}, 1, True),
    ],
)
def test_loads_take_as_long_as_their_bytes(
    tmp_path: Path, core: str, width: int, features: dict[str, object], cycles: int, blocks: bool
):
    found = timing(changed(tmp_path, one_line(core, f"load_width: {width}"), core), "simd-load", **features)
    assert (found.cycles, found.blocks) == (cycles, blocks)


@pytest.mark.parametrize(("registers", "cycles"), [(1, 1), (2, 1), (3, 2), (4, 2)])
def test_several_registers_share_a_wider_path(tmp_path: Path, registers: int, cycles: int):
    core = changed(tmp_path, one_line("a53", "load_width: 128"))
    found = timing(core, "simd-ld1", width=64, registers=registers)
    assert found.cycles == cycles
    assert found.slots == ("either" if cycles == 1 else "alone")


@pytest.mark.parametrize("name", ["a7", "a53", "a55"])
def test_the_load_paths_of_the_shipped_cores_are_64_bits_wide(name: str):
    assert load_bits(load_document(find_file(name))) == 64


@pytest.mark.parametrize("name", ["a53-dual-neon", "a7-128bit", "a53-vpadal-1", "a53-sdot", "dp4a", "smlasd"])
def test_shipped_what_if_files_read(name: str):
    found = overlay.read(resources.shipped_whatif(name))
    assert found.title and (found.settings or found.timings)


MISTAKES = [
    ("issue_width: 3", "issue_width: 17", "3:18 issue_width is at most 16, not 17"),
    ("issue_width: 3", "issue_width: 0", "3:18 issue_width is at least 1, not 0"),
    ("issue_width: 3", "issue_with: 3", "3:5 unknown key 'issue_with' in set of a53"),
    ("{neon: 4}", "{neno: 4}", "4:13 no unit 'neno'"),
    ("{neon: 4}", "{neon: 999999999999}", "4:19 count of neon is at most 64"),
    ("{neon: 4}", "{neon: 1}", "3:5 simd-alu and 65 more would want 2 of neon, and the core would have 1"),
    ("load_width: 128", "load_width: 100", "5:17 load_width is '100'"),
    ("simd-padal:", "simd-padl:", "7:7 no class 'simd-padl'"),
    ("{cycles: 1}", "{cycles: -1}", "7:28 cycles can't be negative: -1"),
    ("{cycles: 1}", "{colour: 1}", "7:20 unknown key 'colour' in changes of simd-padal"),
    ("{cycles: 1}", "{uses: {gpu: 1}}", "7:27 no unit 'gpu'"),
    ("{cycles: 1}", "{uses: {neon: 9}}", "3:5 simd-padal would want 9 of neon, and the core would have 4"),
    ("{cycles: 1}", "{accumulate: 1}", "3:5 class simd-padal: `accumulate` and `forward` go together"),
    ("{cycles: 1}", "{cycles: }", "7:28 cycles has no value"),
    ("{older: either}", "{oldest: either}", "8:28 no row of simd-ml* has slots oldest"),
    ("{older: either}", "{older: first}", "8:35 slots is 'first'"),
    ('"simd-ml*"', '"dsp-*"', "8:7 no class 'dsp-*'"),
    ("remove: [vector-load-under-q-form]", "remove: [vector-load]", "10:16 no refusal 'vector-load'"),
    ("older: [simd-q], younger", "older: [simd-k], younger", "12:40 no row that pairs as 'simd-k'"),
    (", sentence: one multiplier", "", "12:9 a refusal has no `sentence`"),
    ("registers: {simd: 64}", "registers: {vector: 64}", "15:17 unknown key 'vector' in registers"),
    ("    source: a guess\n", "", "3:5 set of a53 has no `source`"),
    ("status: inferred", "status: sure", "16:13 unknown status 'sure'"),
    ("  a53:\n", "  a54:\n", "2:3 no core named 'a54'"),
    ("  a53:\n", "  g52:\n", "3:5 mali-g52 schedules warps"),
    (
        "set:\n  a53:\n",
        "set:\n  cortex-a53: {status: inferred, source: a guess}\n  a53:\n",
        "3:3 'a53' is the same core",
    ),
]


def errors(folder: Path, text: str) -> list[str]:
    with pytest.raises(CyclesimError) as caught:
        read(folder, text)
    found = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    return [f"{one.span.line}:{one.span.column} {one.message}" for one in found if one.span]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[mistake[2] for mistake in MISTAKES])
def test_a_mistake_is_reported_where_it_stands(tmp_path: Path, old: str, new: str, message: str):
    assert old in SET
    found = errors(tmp_path, SET.replace(old, new, 1))
    assert any(one.startswith(message) for one in found), found


def test_all_mistakes_come_together(tmp_path: Path):
    text = (
        SET.replace("issue_width: 3", "issue_width: 0").replace("simd-padal:", "simd-padl:").replace("taken_", "took_")
    )
    assert [one.partition(" ")[0] for one in errors(tmp_path, text)] == ["3:18", "7:7", "13:5"]


ROWS = """\
isa:
- isa: armv7
  form: {form}
  class: simd-mlal
  {more}
"""


@pytest.mark.parametrize(
    ("form", "more", "message"),
    [
        ("vmlal.u16 +Qd, Dn, Dm[x]", "", "`vmlal.u16 +Qd, Dn, Dm[x]` clashes with"),
        ("vnew.u8 +Qd, Dn, Kn", "", "`Kn` is no operand of the notation"),
        ("vnew.u8 +Qd, Dn", "operations: 2/Dx", "the form has no operand `x`"),
        ("vnew.u8 +Qd, Dn", "colour: blue", "unknown key `colour`"),
        ('"v{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b} +Qd"', "", "stand for more than 1000 forms"),
        (
            '"v{' + ",".join("abcdefgh" for _ in range(90)) + "}.{s8,u8} +Qd, {" + ",".join(["Dn"] * 30) + '}"',
            "",
            "forms",
        ),
        (
            "vT +Qd, Dn",
            "types: {T: [" + ", ".join(f"t{n}" for n in range(1100)) + "]}",
            "stand for more than 1000 forms",
        ),
        ("vT +Qd, Dn", "types: {'(T+)+': [a]}", "the type name '(T+)+' is no word"),
        ("vnew.u8 " + "+Qd, " * 400 + "Dn", "", "a text of more than 1000 characters"),
        ("vnew.u8 +Qd, Dn", "access: [{a: b}]", "`access` is nested too deeply"),
        ("vnew.u8 +Qd, Dn", "ranges: {x: [[1]]}", "nested too deeply"),
        ('"vnew.u8 {=Dd*1-99999999999}"', "operations: 3", None),
        ('"vnew.u8 +Qd, #imm"', "ranges: {imm: 0..99999999999999999999}", None),
    ],
)
def test_rows_that_can_not_be_and_rows_that_could_do_harm(tmp_path: Path, form: str, more: str, message: str | None):
    before = time.process_time()
    text = ROWS.format(form=form, more=more)
    if message is None:
        assert read(tmp_path, text).rows
    else:
        assert any(message in one for one in errors(tmp_path, text))
    assert time.process_time() - before < 20  # Far above what it takes: a bomb takes for ever.


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "title: !!python/object/apply:os.system [true]\n",
        "<<: {title: merged}\n",
        "set: {a53: {issue_width: 1e9, status: inferred, source: x}}\n",
        "set: {a53: {issue_width: 0x7fffffffffffffff, status: inferred, source: x}}\n",
        "set: {a53: {issue_width: " + "9" * 5000 + ", status: inferred, source: x}}\n",
        "set: {a53: {classes: {simd-alu: {latency: 1/0}}, status: inferred, source: x}}\n",
        "set: {a53: {classes: {simd-alu: {latency: " + "1" * 400 + "}}, status: inferred, source: x}}\n",
        "set: {a53: {classes: {'" + "*a" * 400 + "': {latency: 1}}, status: inferred, source: x}}\n",
        "set: {/etc/passwd: {issue_width: 1, status: inferred, source: x}}\n",
        "timings: {/dev/zero: {simd-alu: {like: simd-alu}}}\n",
        "set: [a]\n",
        "set: {a53: [a]}\n",
        "set: {a53: {units: [a], classes: 3, co_issue: 4, registers: 5, status: [], source: {}}}\n",
        "set: {a53: {classes: {simd-alu: []}, co_issue: {add: [3, []], remove: {}}, status: inferred, source: x}}\n",
    ],
)
def test_a_hostile_file_is_an_error_of_the_input(tmp_path: Path, text: str):
    assert errors(tmp_path, text)


def test_a_secret_is_not_quoted_by_an_error(tmp_path: Path):
    (tmp_path / "secret.txt").write_text("the password is swordfish\n" * 3)
    path = tmp_path / "what.yaml"
    path.write_text(f"set: {{{tmp_path}/secret.txt: {{issue_width: 1, status: inferred, source: x}}}}\n")
    with pytest.raises(CyclesimError) as caught:
        overlay.read(str(path))
    assert "swordfish" not in caught.value.render()


JUNK = st.recursive(
    st.sampled_from(["a53", "simd-alu", "inferred", "x", "", "{a,b}", "+Qd", 1, 10**14, -1, True, None, "1/0", "older"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["set", "isa", "timings", "title", "a53", "classes", "simd-alu", "form", "class", "units", "neon", "uses",
             "co_issue", "add", "remove", "status", "source", "types", "cycles", "like", "when", "ranges", "flat_sums"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JUNK)
def test_no_file_breaks_the_reader(tmp_path_factory, junk: object):
    import yaml

    path = tmp_path_factory.mktemp("junk") / "what.yaml"
    path.write_text(yaml.safe_dump(junk))
    try:
        found = overlay.read(str(path))
        machine.load("a53", [found])
    except CyclesimError:
        pass
