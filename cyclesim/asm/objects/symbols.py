"""Which bytes are code, in which state, and under which names.

Mapping symbols say it exactly: `$a` A32, `$t` T32, `$x` A64, `$d` data, each from its address on. Where a stripped
file has none, function symbols do (bit 0 is Thumb), and else the file as a whole.
Source: ELF for the Arm Architecture (IHI 0044), 5.5.5; ELF for the Arm 64-bit Architecture (IHI 0056), 5.5.4.
"""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.asm.objects.nouns import A64, ARM, THUMB, Function, ObjectFile, Range, Section, Symbol

DATA = "data"

_MAPPINGS = {"$a": ARM, "$t": THUMB, "$x": A64, "$d": DATA}


def mapping_state(symbol: Symbol) -> str:
    """The state that a mapping symbol (`$a`, `$d.realdata`) starts; empty for any other symbol."""
    name = symbol.name
    return _MAPPINGS.get(name[:2], "") if name[:1] == "$" and name[2:3] in ("", ".") else ""


def ranges(object: ObjectFile, section: Section) -> tuple[Range, ...]:
    """See `cyclesim.asm.objects.ranges`."""
    start = _origin(object, section)
    marks = [
        (one.value - start, mapping_state(one))
        for one in object.symbols
        if one.section == section.index and mapping_state(one)
    ]
    if not marks:
        marks = [
            (one.value - start, THUMB if one.thumb else ARM)
            for one in object.symbols
            if object.isa == "armv7" and one.section == section.index and one.kind == "function"
        ]
    return _cut(marks, default_state(object, section), section.size)


def _cut(marks: list[tuple[int, str]], before: str, size: int) -> tuple[Range, ...]:
    """Ranges between marks, neighbours of one state joined. Of two marks at one place the later one counts."""
    places = dict([(0, before), *sorted((place, state) for place, state in marks if 0 <= place < size)])
    order = sorted(places)
    cut: list[Range] = []
    for place, end in zip(order, [*order[1:], size], strict=True):
        if cut and cut[-1].state == places[place]:
            cut[-1] = cut[-1]._replace(end=end)
        elif place < end:
            cut.append(Range(place, end, places[place]))
    return tuple(cut)


def _origin(object: ObjectFile, section: Section) -> int:
    """What symbol values of the section count from."""
    return 0 if object.kind == "relocatable" else section.address


def default_state(object: ObjectFile, section: Section | None = None) -> str:
    """The state of code that no symbol tells about: that of most functions (of the section, else of the object), else
    that of the entry."""
    if object.isa == "aarch64":
        return A64
    functions = [one for one in object.symbols if one.kind == "function" and one.place == "defined"]
    inside = [one for one in functions if section is None or one.section == section.index]
    thumb = [one.thumb for one in inside or functions]
    if thumb:
        return THUMB if 2 * sum(thumb) > len(thumb) else ARM
    return THUMB if object.entry & 1 or _profile(object) == "M" else ARM


_TEXT_TAGS = (4, 5, 65, 67)
_PROFILE_TAG = 7


def _profile(object: ObjectFile) -> str:
    """`A`, `R` or `M`, as the build attributes of the file state it; empty when they don't.

    Source: Addenda to the ABI for the Arm Architecture (IHI 0045), 2.2 and 2.3.
    """
    section = object.section(".ARM.attributes")
    data = section.data if section else b""
    vendor = data.find(b"aeabi\0")
    # Behind the vendor: the tag of a list for the whole file, and its length of four bytes.
    at = vendor + 6 + 5 if vendor >= 0 else len(data)
    while at < len(data) - 1:
        tag, at = data[at], at + 1
        if tag == _PROFILE_TAG:
            return chr(data[at])
        if tag in _TEXT_TAGS:
            at = data.find(b"\0", at) + 1 or len(data)
            continue
        while at < len(data) and data[at] & 0x80:
            at += 1
        at += 1
    return ""


def code_sections(object: ObjectFile) -> list[Section]:
    """Sections of instructions that are in the file."""
    return [one for one in object.sections if one.executable and one.allocated and one.data]


def nameless(object: ObjectFile) -> list[Function]:
    """The code sections of a relocatable object that names no function, each as one piece called by the section."""
    if object.kind != "relocatable":
        return []
    return [
        Function(object, one.name, one, 0, one.size, default_state(object, one), False, "local")
        for one in code_sections(object)
    ]


def functions(object: ObjectFile, label: str = "") -> tuple[Function, ...]:
    """See `cyclesim.asm.objects.functions`; `label` names a local label that counts as a function, too."""
    found: list[Function] = []
    by_section: dict[int, list[Symbol]] = {}
    for symbol in object.symbols:
        if symbol.section is not None and (_is_code_name(symbol) or (label and symbol.name == label)):
            by_section.setdefault(symbol.section, []).append(symbol)
    for section in code_sections(object):
        if section.index in by_section:
            found += _functions_of(object, section, by_section[section.index])
    return tuple(found)


def _is_code_name(symbol: Symbol) -> bool:
    """Functions, and what hand-written assembly exports without a type; local names without one are jump targets."""
    if not symbol.name or symbol.name[0] == "$" or symbol.place != "defined":
        return False
    return symbol.kind in ("function", "ifunc") or (symbol.kind == "notype" and symbol.binding != "local")


def _functions_of(object: ObjectFile, section: Section, symbols: Sequence[Symbol]) -> list[Function]:
    origin, code = _origin(object, section), [one for one in ranges(object, section) if one.state != DATA]
    order = sorted(symbols, key=lambda one: (one.value, one.name))
    starts = sorted({one.value - origin for one in order})
    following = dict(zip(starts, [*starts[1:], section.size], strict=True))
    found: dict[tuple[str, int], Function] = {}
    for symbol in order:
        start = symbol.value - origin
        state = _state_at(code, start)
        if not 0 <= start < section.size or not state:
            continue
        if symbol.kind == "function" and object.isa == "armv7":
            state = THUMB if symbol.thumb else ARM
        end = min(section.size, start + symbol.size) if symbol.size else following[start]
        found[symbol.name, start] = Function(
            object, symbol.name, section, start, end, state, bool(symbol.size), symbol.binding
        )
    return list(found.values())


def _state_at(code: Sequence[Range], offset: int) -> str:
    """The state of the code at an offset; empty in data."""
    from bisect import bisect_right

    at = bisect_right([one.start for one in code], offset) - 1
    return code[at].state if at >= 0 and offset < code[at].end else ""


def names_in(object: ObjectFile, section: Section) -> dict[int, str]:
    """Names of places in a section, by offset: functions first, then other labels."""
    origin = _origin(object, section)
    ranked: dict[int, tuple[int, str]] = {}
    for symbol in object.symbols:
        if symbol.section != section.index or not symbol.name or symbol.name[0] == "$" or symbol.kind == "section":
            continue
        offset = symbol.value - origin
        rank = (symbol.kind not in ("function", "ifunc")) * 2 + (symbol.binding == "local")
        if offset not in ranked or rank < ranked[offset][0]:
            ranked[offset] = (rank, symbol.name)
    return {offset: name for offset, (_, name) in ranked.items()}
