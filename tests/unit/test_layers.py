"""The import ladder: every part of the package sees only what lies below it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from cyclesim.machine.load import core_files, load_document

PACKAGE = Path(__file__).resolve().parents[2] / "cyclesim"

LADDER = (
    ("record",),
    ("ir", "units", "resources"),
    ("errors", "timeline"),
    ("asm", "extensions", "isa"),
    ("depgraph", "machine", "pressure"),
    ("issue",),
    ("gpu", "execute"),
    ("bounds", "whatif"),
    ("analysis",),
    ("budgets", "compare", "coverage", "hints", "reproduce", "sensitivity", "sidecar", "validate"),
    ("network", "printed", "sweep"),
    ("views",),
    ("api", "serve"),
    ("cli", "pytest_plugin"),
    ("__main__",),
)
"""Lowest first. A part imports from lower rows only; neighbours in a row don't see each other. Imports inside
functions and for type checkers count like all others."""

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(importing module, imported part) to the reason why this one import may go up or sideways."""

CORES_NAMED = {
    "asm/detect.py": "a leaf: `.cpu cortex-a7` in a source tells its instruction set",
    "cli/reproduce.py": "a leaf: the name of the tables that it prints",
    "machine/load.py": "`a53` finds cortex-a53.yaml without opening every file: the prefixes of the makers' families",
}
"""Modules that may name a core, and why. Everything else learns names from uarch/."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The package or top-level module that a file belongs to; empty for cyclesim/__init__.py itself."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imported_parts(path: Path) -> Iterator[tuple[str, int]]:
    """Every part of cyclesim that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            words = name.split(".")
            if words[0] == "cyclesim" and len(words) > 1 and words[1] != "__version__":
                yield words[1], node.lineno


def test_the_ladder_holds_every_part_once() -> None:
    listed = [part for row in LADDER for part in row]
    assert sorted(listed) == sorted({part_of(path) for path in modules()} - {""})


def test_imports_go_down_only() -> None:
    rank = {part: height for height, row in enumerate(LADDER) for part in row}
    wrong = [
        f"cyclesim/{path.relative_to(PACKAGE)}:{line}: {part_of(path)} imports {imported}"
        for path in modules()
        for imported, line in imported_parts(path)
        if part_of(path) and imported != part_of(path) and rank[imported] >= rank[part_of(path)]
        if (str(path.relative_to(PACKAGE)), imported) not in EXCEPTIONS
    ]
    assert not wrong, "\n".join(wrong)


def test_the_package_itself_imports_nothing_until_it_is_asked() -> None:
    assert {part for part, _ in imported_parts(PACKAGE / "__init__.py")} == {"api"}
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_only_the_command_line_imports_by_name() -> None:
    """An import that is computed escapes the ladder; entry points are those of other packages."""
    dynamic = re.compile(r"\bimportlib\b|\b__import__\b")
    found = {part_of(path) for path in modules() if dynamic.search(path.read_text(encoding="utf-8"))}
    assert found <= {"cli", "extensions"}


def test_only_the_command_line_prints_and_exits() -> None:
    wrong = [
        f"cyclesim/{path.relative_to(PACKAGE)}:{node.lineno}: {ast.unparse(node.func)}"
        for path in modules()
        if part_of(path) not in ("cli", "__main__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "sys.exit", "sys.stdout.write", "sys.stderr.write", "os._exit")
    ]
    assert not wrong, "\n".join(wrong)


def code_words(path: Path) -> Iterator[tuple[str, int]]:
    """Names and string literals of a file, without comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    prose = {
        node.value.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        words = token.type in (tokenize.NAME, tokenize.STRING) or token.type >= tokenize.OP + 1
        if words and token.type != tokenize.COMMENT and token.start[0] not in prose:
            yield token.string, token.start[0]


@pytest.fixture(scope="module")
def core_name() -> re.Pattern[str]:
    """What counts as naming a core: every name and alias in uarch/, and their makers' families."""
    names = {
        name
        for path in core_files()
        for core in [load_document(path)]
        for name in (core["name"], *core.get("aliases", ()))
    }
    return re.compile(
        rf"(?<![0-9a-z])({'|'.join(sorted(map(re.escape, names)))}|cortex|mali)(?![0-9a-z])", re.IGNORECASE
    )


def named_cores(core_name: re.Pattern[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in modules():
        for text, line in code_words(path):
            if core_name.search(text):
                found.setdefault(path.relative_to(PACKAGE).as_posix(), []).append(f"line {line}: {text}")
    return found


def test_nothing_outside_the_leaves_names_a_core(core_name: re.Pattern[str]) -> None:
    wrong = {file: places for file, places in named_cores(core_name).items() if file not in CORES_NAMED}
    assert not wrong


def test_every_exception_is_still_needed(core_name: re.Pattern[str]) -> None:
    assert set(CORES_NAMED) <= set(named_cores(core_name))
    imports = {(str(path.relative_to(PACKAGE)), part) for path in modules() for part, _ in imported_parts(path)}
    assert set(EXCEPTIONS) <= imports


def test_the_instruction_sets_never_mention_a_cycle() -> None:
    cycle = re.compile(r"\b(cycles?|latency|latencies)\b", re.IGNORECASE)
    wrong = [
        f"cyclesim/{path.relative_to(PACKAGE)}: {text}"
        for path in modules()
        if part_of(path) == "isa"
        for text, _ in code_words(path)
        if cycle.search(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_core_files_never_mention_a_meaning() -> None:
    for path in core_files():
        assert not re.search(r"\bmeaning\s*:", Path(path).read_text(encoding="utf-8")), path
