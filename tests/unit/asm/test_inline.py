"""Assembly inside C: strings joined, operands as virtual registers, macros, conditions, places in the C text."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyclesim import isa
from cyclesim.asm import regions
from cyclesim.asm.inline import NoAssembly, Options, has_inline_assembly, parse_inline
from cyclesim.asm.inline.conditions import Known, combined, evaluate
from cyclesim.asm.inline.tokens import read_text, tokens
from cyclesim.errors import AsmError, CyclesimError, InputError, ManyErrors, RegionError
from cyclesim.ir import Immediate, Instruction, Memory, Program, Register, RegisterList


def program(text: str, isa_name: str | None = None, **options: object) -> Program:
    return parse_inline(text, "k.cc", isa_name, Options(**options))  # type: ignore[arg-type]


def block(template: str, operands: str = "", isa_name: str = "aarch64") -> tuple[Instruction, ...]:
    """The instructions of one statement in a function."""
    return program(f"void f() {{ asm volatile({template} {operands}); }}", isa_name).instructions


def register(operand: object) -> tuple[str, int]:
    assert isinstance(operand, Register)
    return operand.kind, operand.number


def refusal(text: str, isa_name: str | None = "aarch64") -> CyclesimError:
    with pytest.raises(CyclesimError) as caught:
        program(text, isa_name)
    return caught.value


def test_strings_are_joined_and_escapes_replaced():
    found = block(r'"add x0, " "x1,\t#1\n\t" u8"sub x2, x2, \0431"')
    assert [one.text for one in found] == ["add x0, x1,\t#1", "sub x2, x2, #1"]


def test_a_raw_string_keeps_its_lines():
    found = block('R"(\n  add x0, x0, #1\n  ret)"')
    assert [(one.mnemonic, one.span.line, one.span.column) for one in found] == [("add", 2, 3), ("ret", 3, 3)]


@pytest.mark.parametrize(
    ("constraint", "written", "kind"),
    [('"r"', "%0", "x"), ('"r"', "%w0", "w"), ('"r"', "%x0", "x"), ('"+r"', "%0", "x"), ('"=&r"', "%w0", "w")],
)
def test_general_operands_of_aarch64_print_by_their_modifier(constraint: str, written: str, kind: str):
    (one,) = block(f'"add {written}, {written}, #1\\n"', f": {constraint}(n)")
    assert register(one.operands[0]) == (kind, 1000)
    assert one.text == f"add {written}, {written}, #1"


@pytest.mark.parametrize("kind", "bhsdq")
def test_simd_operands_of_aarch64_print_by_their_modifier(kind: str):
    (one,) = block(f'"str %{kind}0, [x1]"', ': : "w"(v)')
    assert register(one.operands[0]) == (kind, 1000)
    (plain,) = block('"fadd %0.4s, %0.4s, v1.4s"', ': "+w"(v)')
    assert register(plain.operands[0]) == ("v", 1000)


def test_simd_operands_of_armv7_overlap_as_their_halves_do():
    found = block('"vmla.f32 %q0, %q1, %e0[0]\\nvadd.f32 %f0, %e0, %P1"', ': "+w"(a) : "w"(b)', "armv7")
    assert [register(one) for one in found[0].operands] == [("q", 1000), ("q", 1001), ("d", 2000)]
    assert [register(one) for one in found[1].operands] == [("d", 2001), ("d", 2000), ("d", 2002)]
    resolved = isa.load("armv7").resolve(found[0])
    assert set(resolved.reads[-1].cells) <= {cell for read in resolved.writes for cell in read.cells}


def test_single_precision_operands_are_s_registers():
    (one,) = block('"vmul.f32 %0, %0, s1"', ': "+t"(x)', "armv7")
    assert register(one.operands[0]) == ("s", 4000)


def test_a_pair_of_general_registers_has_two_numbers():
    (one,) = block('"adds %Q0, %Q0, %R0"', ': "+r"(wide)', "armv7")
    assert [register(operand)[1] for operand in one.operands] == [1000, 1000, 1500]


def test_named_and_numbered_operands_are_the_same_register():
    (one,) = block('"add %[sum], %0, %w[n], uxtw"', ': [sum] "+r"(s) : [n] "r"(n)')
    assert register(one.operands[0]) == register(one.operands[1]) == ("x", 1000)
    assert register(one.operands[2]) == ("w", 1001)
    assert one.operands[0].text == "%[sum]"  # type: ignore[union-attr]


@pytest.mark.parametrize("tie", ['"0"(p)', '"[p]"(p)'])
def test_tied_operands_share_a_register(tie: str):
    (one,) = block('"add %0, %1, #4"', f': [p] "=r"(p) : {tie}')
    assert register(one.operands[0]) == register(one.operands[1])


def test_constants_are_symbolic_and_memory_has_a_virtual_base():
    load, add = block('"ldr w0, %1\\nadd x0, x0, #%c2"', ': "=r"(x) : "m"(*p), "i"(sizeof(S))')
    memory = load.operands[1]
    assert isinstance(memory, Memory) and register(memory.base) == ("x", 1001) and memory.text == "%1"
    assert add.operands[2] == Immediate("#%c2", None, add.operands[2].column)  # type: ignore[union-attr]
    resolved = isa.load("aarch64").resolve(load)
    assert [(access.kind, access.base, access.offset) for access in resolved.accesses] == [("load", "x1001", 0)]


def test_variables_bound_to_a_register_are_that_register():
    text = """
    void f() { register int8x16_t acc asm("v16"); register long n __asm__("x3");
      asm volatile("add %0.16b, %0.16b, %0.16b\\n subs %1, %1, #1" : "+w"(acc), "+r"(n)); }"""
    found = program(text).instructions
    assert register(found[0].operands[0]) == ("v", 16)
    assert register(found[1].operands[0]) == ("x", 3)


def test_lists_take_placeholders_and_their_halves():
    (one,) = block('"ld1 {%0.4s, %1.4s}, [%2], #32"', ': "=w"(a), "=w"(b), "+r"(p)')
    held = one.operands[0]
    assert isinstance(held, RegisterList) and [one.number for one in held.registers] == [1000, 1001]
    (pair,) = block('"vld1.32 {%e0-%f0}, [%1]"', ': "=w"(a) : "r"(p)', "armv7")
    assert [(one.text, one.number) for one in pair.operands[0].registers] == [("%e0", 2000), ("%f0", 2001)]  # type: ignore[union-attr]
    (whole,) = block('"vld1.32 {%q0}, [%1]"', ': "=w"(a) : "r"(p)', "armv7")
    assert [(one.text, one.number) for one in whole.operands[0].registers] == [("%e0", 2000), ("%f0", 2001)]  # type: ignore[union-attr]


def test_percent_stands_for_itself_and_unique_labels_are_labels():
    found = program('void f() { asm("1: subs %0, %0, #7 %% 4\\n .Lx%=: b.ne .Lx%=" : "+r"(n)); }').instructions
    assert found[0].operands[2].value == 3  # type: ignore[union-attr]
    assert found[1].operands[0].target == 1  # type: ignore[union-attr]


def test_basic_assembly_has_no_operands():
    (one,) = program('asm(".text\\n add x0, x0, #7 % 4\\n");').instructions
    assert one.operands[2].value == 3  # type: ignore[union-attr]


def test_goto_labels_are_labels():
    (one,) = program('int f() { asm goto("cbz %0, %l[done]" : : "r"(x) : : done); done: return 0; }').instructions
    assert one.operands[1].target is None  # type: ignore[union-attr]


def test_places_point_into_the_c_text():
    text = 'void f() {\n  asm("add x0, x0, #1\\n"\n      "  mul x2, x2, x2\\n\\tsub x1, x1, #1");\n}\n'
    spans = [(one.span.line, one.span.column) for one in program(text).instructions]
    assert spans == [(2, 8), (3, 10), (3, 28)]
    for instruction, (line, column) in zip(program(text).instructions, spans, strict=True):
        assert text.split("\n")[line - 1][column - 1 :].startswith(instruction.text)


MACROS = """
#define LOOP "3"
#define STR(x) STR_(x)
#define STR_(x) #x
#define OFFSET 16
#define ZERO(reg) "movi " #reg ".4s, #0\\n"
#define JOIN(a, b) a##b
void kernel(int* p) {
  asm volatile(
#define TWICE(...) __VA_ARGS__ __VA_ARGS__
    ZERO(v1) JOIN(ZE, RO)(v2)
    LOOP ":\\n"
    "ldr q0, [%[p], #" STR(OFFSET) "]\\n"
    TWICE("fadd v1.4s, v1.4s, v0.4s\\n")
#undef TWICE
    "subs x0, x0, #1\\n"
    "bne " LOOP "b\\n"
    : : [p] "r"(p) : "cc");
}
"""


def test_macros_between_the_strings_are_expanded():
    found = program(MACROS).instructions
    assert [one.text for one in found] == [
        "movi v1.4s, #0",
        "movi v2.4s, #0",
        "ldr q0, [%[p], #16]",
        "fadd v1.4s, v1.4s, v0.4s",
        "fadd v1.4s, v1.4s, v0.4s",
        "subs x0, x0, #1",
        "bne 3b",
    ]


def test_an_expanded_instruction_knows_its_macro_and_its_call():
    found = program(MACROS).instructions[0]
    assert (found.span.line, found.span.root().line) == (6, 11)
    assert found.span.parent is not None and found.span.parent.via == "ZERO"


def test_the_loop_is_named_by_function_and_line():
    found = program(MACROS)
    assert [(region.name, region.kind, region.start, region.end) for region in found.regions] == [
        ("kernel:13", "loop", 2, 7)
    ]


def test_macros_that_nothing_defines_are_guessed_and_said():
    found = program('void f() { asm("add x0, x0, #" MY_STR(SIZE) "\\n" PREFETCH("prfm pldl1keep, [x1]\\n") ::); }')
    assert [one.mnemonic for one in found.instructions] == ["add", "prfm"]
    assert len(found.notes) == 2 and "MY_STR" in found.notes[0]
    assert found.instructions[0].operands[2].value is None  # type: ignore[union-attr]


def test_a_macro_that_is_no_string_is_refused_at_its_place():
    error = refusal('void f() {\n asm("add x0, x0, #1\\n"\n  BODY ::); }')
    assert error.span is not None and (error.span.line, error.span.column) == (3, 3)
    assert "`BODY`" in error.message and "-D" in error.hint
    assert program("void f() { asm(BODY ::); }", "aarch64", defines={"BODY": '"ret"'}).instructions[0].mnemonic == "ret"


def test_a_macro_may_hold_the_whole_statement():
    text = '#define NOP2() asm volatile("nop\\n nop\\n" ::: "memory")\nvoid f() {\n  NOP2();\n}\n'
    found = program(text, "aarch64")
    assert [(one.span.line, one.span.root().line) for one in found.instructions] == [(1, 3), (1, 3)]
    assert found.parts[0].name == "f:3"


@pytest.mark.parametrize(
    "text",
    [
        "#define A B\n#define B A\nvoid f() { asm(A ::); }",
        "#define D(x) x x\nvoid f() { asm(" + "D(" * 45 + '"nop\\n"' + ")" * 45 + " ::); }",
        '#define A0 "nop\\n"\n'
        + "".join(f"#define A{n + 1} A{n} A{n}\n" for n in range(30))
        + "void f() { asm(A30 ::); }",
    ],
)
def test_macros_that_never_end_are_an_error(text: str):
    assert isinstance(refusal(text), AsmError)


def test_headers_are_read_from_the_folders_named_and_from_nowhere_else(tmp_path: Path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "beside.h").write_text('#define SIZE "64"\n')
    (tmp_path / "above.h").write_text('#define SIZE "32"\n')
    kernel = str(tmp_path / "inner" / "k.c")
    text = '#include "HEADER"\nvoid f() { asm("add x0, x0, #" SIZE ::); }'
    assert parse_inline(text.replace("HEADER", "beside.h"), kernel, "aarch64").instructions[0].text.endswith("#64")
    outside = text.replace("HEADER", "../above.h")
    with pytest.raises(AsmError):
        parse_inline(outside, kernel, "aarch64")
    allowed = Options({}, (str(tmp_path),))
    assert parse_inline(outside, kernel, "aarch64", allowed).instructions[0].text.endswith("#32")


def test_a_header_that_includes_itself_is_read_a_few_times(tmp_path: Path):
    (tmp_path / "k.h").write_text('#include "k.h"\n#define ONE "nop"\n')
    text = '#include "k.h"\nvoid f() { asm(ONE ::); }'
    assert parse_inline(text, str(tmp_path / "k.c"), "armv7").instructions[0].mnemonic == "nop"


BOTH = """
void both() {
#if __aarch64__
  asm("add %0, %0, #1" : "+r"(x));
#else
  asm("sub %0, %0, #1" : "+r"(x));
#endif
}
void v8() { asm("fmla v0.4s, v1.4s, v2.4s"); }
#ifdef __arm__
void v7() { asm("vmla.f32 q0, q1, q2"); }
#endif
"""


def test_conditions_decide_which_blocks_an_instruction_set_has():
    assert [one.mnemonic for one in program(BOTH, "aarch64").instructions] == ["add", "fmla"]
    assert [one.mnemonic for one in program(BOTH, "armv7").instructions] == ["sub", "vmla.f32"]


def test_a_text_of_both_is_read_as_aarch64_and_says_what_it_leaves_out():
    found = program(BOTH)
    assert found.isa == "aarch64"
    assert found.notes == ("k.cc: 1 block of armv7 left out (--isa armv7 reads them)",)


def test_the_words_of_a_block_tell_its_instruction_set():
    assert program('void f() { asm("vmla.f32 q0, q1, d4[0]" ::); }').isa == "armv7"
    assert program('void f() { asm("prfm pldl1keep, [%0]" :: "r"(p)); }').isa == "aarch64"


def test_other_processors_are_left_alone():
    error = refusal('void f() { asm("movl %%eax, %0" : "=r"(x)); }', None)
    assert isinstance(error, InputError) and "not for Arm" in error.message


def test_unknown_conditions_keep_both_branches_outside_and_one_inside_of_a_template():
    text = """
    #if FAST
    void f() { asm("add x0, x0, #1"); }
    #else
    void f() { asm("sub x0, x0, #1"); }
    #endif
    void g() { asm(
    #if DOT
      "sdot v0.4s, v1.16b, v2.16b"
    #else
      "smlal v0.8h, v1.8b, v2.8b"
    #endif
    ::); }"""
    assert [one.mnemonic for one in program(text, "aarch64").instructions] == ["add", "sub", "smlal"]
    known = program(text, "aarch64", defines={"DOT": "1", "FAST": "0"})
    assert [one.mnemonic for one in known.instructions] == ["sub", "sdot"]


def test_functions_are_named_with_their_class():
    text = """
    namespace n { struct Kernel : Base { Kernel() : a(1), b{2} { } ;
     public:
      __attribute__((noinline)) static void Run(const int* p) const override { if (p) { asm("nop"); } }
    }; }
    template <int N> inline int g(int (*f)(int)) noexcept { asm("nop"); return 0; }
    static const int table[] = { 1, 2 };
    extern "C" { void c_one(void) { for (;;) asm("nop"); } }
    asm("nop");
    """
    names = [part.name for part in program(text, "aarch64").parts]
    assert names == ["Kernel::Run:4", "g:6", "c_one:8", "asm:9"]


LOOPS = """
struct A { void run() {
  asm("1: subs x0, x0, #1\\n b.ne 1b\\n nop\\n 2: add x1, x1, #1\\n subs x0, x0, #1\\n b.ne 2b");
} };
void run() {
  asm("3: ldr q0, [x1], #16\\n"
      "subs x0, x0, #1\\n"
      "b.ne 3b");
  asm("nop");
}
"""


def test_the_largest_innermost_loop_of_every_block_is_taken():
    found = program(LOOPS)
    assert [(one.name, one.start, one.end) for one in regions.choose(found)] == [("A::run:3.2", 3, 6), ("run:6", 6, 9)]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("run:6", [(6, 9)]),
        ("run:7", [(6, 9)]),
        ("run:9", [(9, 10)]),
        ("A::run", [(0, 2), (3, 6)]),
        ("run", [(0, 2), (3, 6), (6, 9), (9, 10)]),
    ],
)
def test_regions_are_chosen_by_function_and_line(name: str, chosen: list[tuple[int, int]]):
    assert [(one.start, one.end) for one in regions.choose(program(LOOPS), name)] == chosen


def test_an_unknown_function_is_an_error_that_names_the_known_ones():
    with pytest.raises(RegionError) as caught:
        regions.choose(program(LOOPS), "walk")
    assert "A::run:3" in caught.value.hint


def test_markers_in_c_comments_mark_regions():
    text = 'void f() { asm(\n // cyclesim-begin inner ops=4\n "add x0, x0, #1\\n"\n // cyclesim-end\n "nop"); }'
    (region,) = program(text, "aarch64").regions
    assert (region.name, region.start, region.end, region.operations) == ("inner", 0, 1, 4)


def test_comments_inside_the_template_are_comments():
    found = block('"add x0, x0, #1 // one\\n /* two */ sub x0, x0, #1\\n"')
    assert [one.mnemonic for one in found] == ["add", "sub"]
    found = block('"add r0, r0, #1 @ one\\n"', isa_name="armv7")
    assert [one.mnemonic for one in found] == ["add"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('asm("add %1, %0, #1" : "=r"(x));', "there is no operand 1"),
        ('asm("add %[b], %[a], #1" : [a] "=r"(x));', "no operand is named `b`"),
        ('asm("add x0, x0, %z0" : "=r"(x));', "the modifier `z`"),
        ('asm("add %0, %0, #1" : "Upl"(x));', "the constraint"),
        ('asm("add %0, %0, #1" : "=r"(x) : "3"(x));', "no operand 3"),
        ('asm("add x0, x0, # \\n nop" ::);', "a value is missing"),
        ('asm("add x0, x0, #1" + 1);', "is not expected in an assembly template"),
        ('asm("nop" : : : : : : );', "at most five parts"),
    ],
)
def test_mistakes_are_errors_with_a_place_in_the_c_text(statement: str, message: str):
    error = refusal(f"void f() {{\n  {statement}\n}}")
    assert message in error.message
    assert error.span is not None and error.span.line == 2


def test_messages_show_the_users_spelling():
    error = refusal('void f() { asm("ldr x0, [%[n]]" : [n] "+w"(n)); }', "aarch64")
    assert "`%[n]` can't be the base of an address" in error.message


def test_all_errors_of_a_text_are_reported():
    error = refusal('void f() { asm("b 9f"); asm("nop"); asm("add x0, [" ::); }')
    assert isinstance(error, ManyErrors) and len(error.errors) == 2


@pytest.mark.parametrize("text", ["int x;", "// asm(\n", 'int f(void) asm("g");', "", 'void f() { asm(""); }'])
def test_a_text_without_instructions_says_so(text: str):
    with pytest.raises(NoAssembly):
        program(text)


def test_the_quick_look_finds_every_way_to_write_a_statement():
    for text in ("asm(", "asm volatile (", "__asm__ __volatile__(", "__asm goto\n("):
        assert has_inline_assembly(f"void f() {{ {text}")
    assert not has_inline_assembly("int asmx(int plasma);")


def known(**values: int) -> Known:
    return Known(values, frozenset(("NOT",)))


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("A", 2),
        ("defined(A) && !defined NOT", 1),
        ("UNKNOWN", None),
        ("UNKNOWN && 0", 0),
        ("UNKNOWN || A", 1),
        ("UNKNOWN || NOT", None),
        ("F(1, (2)) && 1", None),
        ("A * 3 - 1 == 5 && (A << 2 | 1) == 9", 1),
        ("-7 / 2 == -3 && -7 % 2 == -1", 1),
        ("1 / 0", None),
        ("__x86_64__ || defined(__SSE2__)", 0),
        ("0x10UL > 15", 1),
        ("1 +", None),
        ("(" * 5000 + "1" + ")" * 5000, None),
        ("1 << 999999999", None),
    ],
)
def test_conditions_are_true_false_or_unknown(condition: str, value: int | None):
    assert evaluate(list(tokens(read_text("k.c", condition))), known(A=2)) == value


def test_what_is_unknown_is_false_where_a_compiler_decides():
    line = list(tokens(read_text("k.c", "UNKNOWN || F(1)")))
    assert evaluate(line, Known({}, frozenset(), strict=True)) == 0


@pytest.mark.parametrize(("left", "right"), [(0, None), (None, 0)])
def test_a_false_half_decides_a_conjunction(left: int | None, right: int | None):
    assert combined("&&", left, right) == 0
    assert combined("||", left, right) is None
