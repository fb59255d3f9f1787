"""From an object and what was asked for to a program."""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.asm.objects import decoding, flow, symbols
from cyclesim.asm.objects.nouns import ARM, THUMB, Code, Function, ObjectFile, Range, Section, Selection
from cyclesim.errors import InputError, UsageError
from cyclesim.ir import Program, Span

LISTED = 12
"""Functions that a message names."""


def read_file(path: str, isa: str | None, selection: Selection | None) -> Program:
    """See `cyclesim.asm.read_object`."""
    from cyclesim.asm import objects

    object = objects.open_object(path)
    if isa and object.isa and isa != object.isa:
        raise UsageError(
            f"{path} holds {object.isa} code, not {isa}", hint="leave --isa out: an object says what it is"
        )
    return read(object, selection or Selection())


def read(object: ObjectFile, selection: Selection) -> Program:
    """The selected code. Raises InputError, or UsageError when the selection doesn't fit the object."""
    if object.kind == "archive" and not object.isa:
        raise InputError(f"{object.path} holds no ELF object of Arm code")
    if selection.address:
        if selection.symbol:
            raise UsageError("--symbol and --address exclude each other")
        return _by_address(_one_member(object, selection.member), selection.address)
    return of_function(_choose(object, selection))


def of_function(function: Function) -> Program:
    """The code of a function as a program; targets outside of it have no index."""
    code = decoding.decode(function.object, function.section, function.start, function.end, None, function.title)
    if not code.instructions:
        code = decoding.decode(
            function.object, function.section, function.start, function.end, function.state, function.title
        )
    return of_code(code)


def of_code(code: Code, notes: Sequence[str] = ()) -> Program:
    """Decoded instructions as a program; they have addresses for lines and no source text."""
    instructions = tuple(one.instruction for one in code.instructions)
    if not instructions:
        raise InputError(f"{code.name} holds no instructions", Span(code.name, 0, 0))
    return Program(code.isa, code.name, instructions, code.labels, (), {}, tuple(notes))


def list_functions(object: ObjectFile, member: str = "") -> list[Function]:
    """All named code of an object or archive, or of the members of that name."""
    return [function for one in members_named(object, member) for function in symbols.functions(one)]


def members_named(object: ObjectFile, name: str) -> list[ObjectFile]:
    """The members called `name` (all when it is empty); `name#2` is the second. Raises UsageError."""
    members = list(object.members())
    if not name:
        return members
    plain, _, number = name.rpartition("#")
    if plain and number.isdigit():
        found = [one for one in members if one.member == plain][int(number) - 1 : int(number)]
    else:
        found = [one for one in members if one.member == name]
    if not found:
        import difflib

        if object.kind != "archive":
            raise UsageError(f"{object.path} is no archive: it has no members")
        close = difflib.get_close_matches(name, {one.member for one in members}, 3)
        raise UsageError(f"{object.path} has no member {name!r}", hint=_meant(close, "--list-symbols names them"))
    return found


def _meant(close: Sequence[str], otherwise: str) -> str:
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def _one_member(object: ObjectFile, name: str) -> ObjectFile:
    found = members_named(object, name)
    if len(found) == 1:
        return found[0]
    hint = f"name one by --member{f' {name}#2' if name else ' NAME'}"
    raise UsageError(f"{object.path} has {len(found)} {'members of that name' if name else 'members'}", hint=hint)


def _choose(object: ObjectFile, selection: Selection) -> Function:
    every = list_functions(object, selection.member)
    if selection.symbol and not any(one.name == selection.symbol for one in every):
        members = members_named(object, selection.member)
        every += [one for member in members for one in symbols.functions(member, selection.symbol)]
    every = every or [one for member in members_named(object, selection.member) for one in symbols.nameless(member)]
    if not every:
        raise InputError(
            f"{object.title} has no symbols of functions",
            hint="give the address of the code: --address 0x1234, or --address 0x1234-0x1280",
        )
    found = [one for one in every if one.name == selection.symbol] if selection.symbol else every
    if not found:
        import difflib

        close = difflib.get_close_matches(selection.symbol, {one.name for one in every}, 3)
        raise UsageError(
            f"{object.title} has no function {selection.symbol!r}", hint=_meant(close, "--list-symbols names them")
        )
    places = {(one.object.ordinal, one.section.index, one.start): one for one in found}
    if len(places) > 1:
        raise UsageError(*_several(object, found))
    return found[0]


def _several(object: ObjectFile, found: Sequence[Function]) -> tuple[str, None, str]:
    """Message, no place, and hint."""
    names = list(dict.fromkeys(one.name for one in found))
    if len(names) == 1:
        members = ", ".join(_numbered(object, found)[:LISTED])
        message = f"{object.title} has {len(found)} functions {names[0]!r}: in {members}"
        return message, None, "choose one by --member NAME"
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    message = f"{object.title} has {len(names)} functions: {', '.join(names[:LISTED])}{more}"
    return message, None, "choose one by --symbol NAME; --list-symbols lists them all"


def _numbered(object: ObjectFile, functions: Sequence[Function]) -> list[str]:
    """Where functions are: member names, the second member of a name as `name#2`."""
    titles, counts = {}, dict[str, int]()
    for one in object.members():
        counts[one.member] = counts.get(one.member, 0) + 1
        number = "" if counts[one.member] == 1 else f"#{counts[one.member]}"
        titles[one.ordinal] = f"{one.member or one.path}{number}"
    return [titles[one.object.ordinal] for one in functions]


def _by_address(object: ObjectFile, text: str) -> Program:
    """Code at a virtual address; of a relocatable object, at an offset of its code section."""
    start, end = _addresses(text)
    thumb = object.isa == "armv7" and bool(start & 1)
    start -= thumb
    section = _section_at(object, start)
    offset = start - (0 if object.kind == "relocatable" else section.address)
    function = next((one for one in symbols.functions(object) if (one.section, one.start) == (section, offset)), None)
    if function and function.stated and end is None:
        return of_function(function)
    state = THUMB if thumb else _state_at(object, section, offset)
    if offset % flow.state_step(state):
        raise UsageError(f"no {state} instruction starts at {start:#x}", hint="instructions are aligned")
    name = f"{object.title}:{start:#x}"
    if end is not None:
        stop = offset + end - start
        code = decoding.decode(object, section, offset, stop, state, name)
        return of_code(code)
    found = flow.follow(object, section, offset, *_limits(object, section, offset), state)
    code = decoding.decode_ranges(object, section, found.ranges, offset, name)
    return of_code(code, _indirect_notes(name, found.indirect, start - offset))


def _indirect_notes(name: str, indirect: Sequence[int], base: int) -> list[str]:
    if not indirect:
        return []
    places = ", ".join(f"{base + offset:#x}" for offset in indirect[:LISTED])
    return [
        f"{name}: indirect jumps at {places}: what only they reach is left out; --address START-END takes all between"
    ]


def _addresses(text: str) -> tuple[int, int | None]:
    first, dash, last = text.partition("-")
    try:
        start, end = int(first, 0), int(last, 0) if dash else None
    except ValueError:
        raise UsageError(f"--address takes START or START-END, not {text!r}", hint="--address 0x1234") from None
    if start < 0 or (end is not None and end <= start):
        raise UsageError(f"--address {text}: the end is not behind the start")
    return start, end


def _section_at(object: ObjectFile, address: int) -> Section:
    sections = symbols.code_sections(object)
    if object.kind == "relocatable":
        found = [one for one in sections if one.name == ".text" and one.size] or sections
        found = [one for one in found[:1] if address < one.size]
    else:
        found = [one for one in sections if one.address <= address < one.address + one.size]
    if found:
        return found[0]
    if object.kind == "relocatable":
        limits = ", ".join(f"{one.name} has {one.size:#x} bytes" for one in sections[:LISTED])
    else:
        limits = ", ".join(f"{one.name} {one.address:#x}-{one.address + one.size:#x}" for one in sections[:LISTED])
    raise UsageError(f"{object.title} has no code at {address:#x}", hint=limits or "it has no code at all")


def _state_at(object: ObjectFile, section: Section, offset: int) -> str:
    """The state of code at an even offset: as mapping symbols or the function around it say, else A32 or A64."""
    mapped = any(one.section == section.index and symbols.mapping_state(one) for one in object.symbols)
    if object.isa == "aarch64" or mapped:
        inside = [one for one in symbols.ranges(object, section) if one.start <= offset < one.end]
        return next((one.state for one in inside if not _is_data(one)), symbols.default_state(object, section))
    around = [one for one in symbols.functions(object) if one.section.index == section.index and one.stated]
    return next((one.state for one in around if one.start <= offset < one.end), ARM)


def _limits(object: ObjectFile, section: Section, offset: int) -> tuple[int, int]:
    """Where code around an offset begins at the earliest and ends at the latest: between named functions, before
    literal data."""
    named = [one for one in symbols.functions(object) if one.section.index == section.index]
    ends = [one.start for one in symbols.ranges(object, section) if _is_data(one)] + [one.start for one in named]
    starts = [one.end if one.stated else one.start for one in named if one.start <= offset]
    low = max((place for place in starts if place <= offset), default=0)
    return low, min((place for place in ends if place > offset), default=section.size)


def _is_data(one: Range) -> bool:
    return one.state == symbols.DATA
