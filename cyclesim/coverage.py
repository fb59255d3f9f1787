"""How much of a user's own code is read and known: files, folders, objects and archives.

Three numbers per file: instructions that were parsed or decoded, those that resolve to a form, and what is unknown in
the order of use. A file that can't be read is a row with its reason, never left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from cyclesim import asm, isa
from cyclesim.analysis import Reading, read_program
from cyclesim.errors import CyclesimError, InputError, ManyErrors
from cyclesim.ir import Instruction
from cyclesim.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from concurrent.futures import Future

ASSEMBLY = (".s", ".S", ".asm", ".sx")
SOURCES = (".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".inc")
OBJECTS = (".o", ".a", ".so", ".obj", ".lo")
MEMBERS_AT_ONCE = 50
"""Members of an archive that are one piece of work."""


class Unknown(NamedTuple):
    """A mnemonic that doesn't resolve. `reason`: what is said of its first occurrence, which is at `place`."""

    mnemonic: str
    count: int  # type: ignore[assignment]
    reason: str
    place: str


class FileCoverage(NamedTuple):
    """One file in one instruction set. `scalable`: how many of the unresolved are SVE or SME; `undecoded`: how many
    encodings of an object are no known instruction. `errors`: how many mistakes keep the file, or a part of it, from
    being read; `error` is the first. Such a file has no instructions here unless it is an archive."""

    file: str
    isa: str
    instructions: int
    resolved: int
    scalable: int
    undecoded: int
    unknown: tuple[Unknown, ...]
    errors: int = 0
    error: str = ""

    @property
    def share(self) -> float:
        """The resolved share, 0 to 1; 1 of nothing."""
        return self.resolved / self.instructions if self.instructions else 1.0


class Task(NamedTuple):
    """A piece of work: a file, or the archive members `first <= ordinal < last`."""

    path: str
    isa: str | None
    reading: Reading
    first: int = 0
    last: int | None = None


def find_files(paths: Sequence[str]) -> list[str]:
    """The files to measure: files as named, and from folders what looks like assembly, C with assembly statements, an
    object or an archive by its name or first bytes; links are not followed. Raises InputError."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            found += _in_folder(path)
        elif os.path.exists(path):
            found.append(path)
        else:
            raise InputError(f"{path} doesn't exist")
    if not found:
        raise InputError("there is no assembly, object or archive here", hint="name files, or a folder that has some")
    return list(dict.fromkeys(found))


def _in_folder(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if not os.path.islink(path) and os.path.isfile(path) and _is_code(path):
                yield path


def _is_code(path: str) -> bool:
    suffix = os.path.splitext(path)[1]
    if suffix in ASSEMBLY:
        return True
    if suffix in SOURCES:
        return _has_statements(path)
    named_object = suffix in OBJECTS or ".so." in os.path.basename(path) or not suffix
    return named_object and asm.is_object(path)


def _has_statements(path: str) -> bool:
    from cyclesim.asm import inline

    try:
        return inline.has_inline_assembly(asm.read_source(path))
    except InputError:
        return False


def tasks_of(path: str, isa_name: str | None, reading: Reading) -> list[Task]:
    """A file as pieces of work of similar size. A corrupt archive is one piece, which says so."""
    whole = Task(path, isa_name, reading)
    if not asm.is_object(path):
        return [whole]
    from cyclesim.asm.objects import archive, open_object

    try:
        object = open_object(path)
        count = len(archive.members(object.data, path)) if object.kind == "archive" else 0
    except InputError:
        return [whole]
    starts = range(0, count, MEMBERS_AT_ONCE)
    return [Task(path, isa_name, reading, first, first + MEMBERS_AT_ONCE) for first in starts] or [whole]


def measure(task: Task) -> list[FileCoverage]:
    """Coverage of one piece of work, a record per instruction set that it holds. Never raises for bad input."""
    if asm.is_object(task.path):
        return [_object_coverage(task)]
    if os.path.splitext(task.path)[1] in SOURCES and task.reading.via != "cc":
        return _source_coverage(task)
    return [_text_coverage(task, task.isa)]


def _text_coverage(task: Task, isa_name: str | None) -> FileCoverage:
    try:
        program = read_program(task.path, isa_name, task.reading).program
    except CyclesimError as error:
        return _refused(task, isa_name or "", error)
    count = Counter(program.isa)
    count.add(program.instructions)
    return count.result(task.path)


def _source_coverage(task: Task) -> list[FileCoverage]:
    """C and C++: their assembly statements, in each instruction set."""
    found = [_text_coverage(task, name) for name in ((task.isa,) if task.isa else isa.ISAS)]
    readable = [one for one in found if one.instructions or one.errors > 1]
    return readable or found[:1]


def _refused(task: Task, isa_name: str, error: CyclesimError) -> FileCoverage:
    errors = error.errors if isinstance(error, ManyErrors) else (error,)
    where = f"{errors[0].span}: " if errors[0].span else ""
    return FileCoverage(task.path, isa_name, 0, 0, 0, 0, (), len(errors), f"{where}{errors[0].message}")


def _object_coverage(task: Task) -> FileCoverage:
    from cyclesim.asm import objects
    from cyclesim.asm.objects import archive

    count: Counter | None = None
    try:
        object = objects.open_object(task.path)
        count = Counter(object.isa or "aarch64")
        members = archive.objects(object, task.first, task.last) if object.kind == "archive" else iter((object,))
        for member in members:
            if member.isa == count.isa and task.isa in (None, count.isa):
                for section in objects.code_sections(member):
                    code = objects.decode(member, section)
                    count.undecoded += code.undecoded
                    count.add(code.program_instructions())
    except CyclesimError as error:
        refused = _refused(task, count.isa if count else "", error)
        done = count.result(task.path) if count else refused
        return done._replace(errors=refused.errors, error=refused.error)
    return count.result(task.path)


class Counter:
    """Adds up instructions of one instruction set."""

    def __init__(self, isa_name: str) -> None:
        self.isa = isa_name
        self.tables = isa.load(isa_name)
        self.instructions = self.resolved = self.scalable = self.undecoded = 0
        self.unknown: dict[str, Unknown] = {}

    def add(self, instructions: Iterable[Instruction]) -> None:
        for instruction in instructions:
            self.instructions += 1
            try:
                self.tables.resolve(instruction)
                self.resolved += 1
            except CyclesimError as error:
                self._miss(instruction, error)

    def _miss(self, instruction: Instruction, error: CyclesimError) -> None:
        self.scalable += error.code == "scalable"
        mnemonic = instruction.mnemonic
        known = self.unknown.get(mnemonic)
        if known:
            self.unknown[mnemonic] = known._replace(count=known.count + 1)
        else:
            self.unknown[mnemonic] = Unknown(mnemonic, 1, error.message, str(instruction.span))

    def result(self, path: str) -> FileCoverage:
        return FileCoverage(
            path,
            self.isa,
            self.instructions,
            self.resolved,
            self.scalable,
            self.undecoded,
            ranked(self.unknown.values()),
        )


def ranked(unknown: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Most used first."""
    return tuple(sorted(unknown, key=lambda one: (-one.count, one.mnemonic)))


def joined(file: str, parts: Sequence[FileCoverage]) -> FileCoverage:
    """Several records as one, called `file`."""
    unknown: dict[str, Unknown] = {}
    for part in parts:
        for one in part.unknown:
            known = unknown.get(one.mnemonic)
            unknown[one.mnemonic] = known._replace(count=known.count + one.count) if known else one
    isas = list(dict.fromkeys(part.isa for part in parts if part.isa))
    return FileCoverage(
        file,
        isas[0] if len(isas) == 1 else "",
        sum(part.instructions for part in parts),
        sum(part.resolved for part in parts),
        sum(part.scalable for part in parts),
        sum(part.undecoded for part in parts),
        ranked(unknown.values()),
        sum(part.errors for part in parts),
        next((part.error for part in parts if part.error), ""),
    )


def measure_all(tasks: Sequence[Task], jobs: int, done: Callable[[], object]) -> list[FileCoverage]:
    """Coverage of all files in their order, pieces of a file joined. `jobs` processes work; `done` is called after
    every piece."""
    pieces: list[list[FileCoverage]] = []
    if jobs <= 1 or len(tasks) <= 1:
        for task in tasks:
            pieces.append(measure(task))
            done()
    else:
        pieces = _parallel(tasks, jobs, done)
    by_file: dict[tuple[str, str], list[FileCoverage]] = {}
    for piece in pieces:
        for one in piece:
            by_file.setdefault((one.file, one.isa), []).append(one)
    return [joined(file, parts) for (file, _), parts in by_file.items()]


def _parallel(tasks: Sequence[Task], jobs: int, done: Callable[[], object]) -> list[list[FileCoverage]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    def finished(_: Future[list[FileCoverage]]) -> None:
        done()

    with ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(measure, task) for task in tasks]
        try:
            for one in waiting:
                one.add_done_callback(finished)
            return [one.result() for one in waiting]
        except BaseException:
            # What has not begun is not worth waiting for.
            pool.shutdown(cancel_futures=True)
            raise
