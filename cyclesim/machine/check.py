"""Everything wrong with core files, without the cache."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from cyclesim.errors import CoreError, CyclesimError
from cyclesim.ir import Span
from cyclesim.machine.compiling import compile_text
from cyclesim.machine.load import core_files
from cyclesim.machine.nodes import parse_yaml, read_text


def check_file(path: str) -> list[CyclesimError]:
    """Everything wrong with one core file, in the order of its lines."""
    from cyclesim.isa import class_names

    try:
        text = read_text(path)
        compiled = compile_text(text, path, class_names())
    except CyclesimError as error:
        return [error]
    except (OSError, ValueError) as error:
        return [CoreError(f"can't read it: {getattr(error, 'strerror', error)}", Span(path, 1))]
    never = _never_matching(text, path, compiled.document) if "timings" in compiled.document else ()
    return [*compiled.errors, *never]


def check_files(paths: Sequence[str] = ()) -> dict[str, list[CyclesimError]]:
    """Path to its errors; all shipped files when none is named, and then also names that two of them claim."""
    found = {path: check_file(path) for path in paths or core_files()}
    if not paths:
        for path, errors in _clashes(core_files()):
            found[path].append(errors)
    return found


def _clashes(paths: Sequence[str]) -> list[tuple[str, CyclesimError]]:
    """Names and aliases that an earlier file has already taken."""
    taken: dict[str, str] = {}
    clashes: list[tuple[str, CyclesimError]] = []
    for path in paths:
        try:
            root = parse_yaml(read_text(path), path).root
        except (CyclesimError, OSError):
            continue
        aliases = root.get("aliases")
        for node in [root.get("name"), *(aliases.elements() if aliases is not None else ())]:
            if node is None or not isinstance(node.value, str):
                continue
            if node.value in taken:
                message = f"{node.value!r} already names the core of {os.path.basename(taken[node.value])}"
                clashes.append((path, CoreError(message, node.span)))
            taken.setdefault(node.value, path)
    return clashes


def _never_matching(text: str, path: str, document: Mapping[str, Any]) -> list[CyclesimError]:
    """Conditions on mnemonics that no instruction of the class has."""
    mnemonics = _mnemonics(document["isas"])
    errors: list[CyclesimError] = []
    timings = parse_yaml(text, path).root.get("timings")
    for class_, rows in timings.items() if timings is not None else ():
        for row in rows.elements():
            when = row.get("when")
            wanted = when.get("mnemonic") if when is not None else None
            for value in wanted.elements() if wanted is not None else ():
                if str(value.value) not in mnemonics.get(class_, ()):
                    errors.append(CoreError(f"no instruction of class {class_} is named {value.value!r}", value.span))
    return errors


def _mnemonics(isas: Sequence[str]) -> dict[str, set[str]]:
    """Class to the mnemonics of its instructions, as the feature `mnemonic` gives them."""
    from cyclesim import isa

    found: dict[str, set[str]] = {}
    for name in isas:
        if name in isa.ISAS:
            instruction_set = isa.load(name)
            for mnemonic in instruction_set.mnemonics():
                for pattern in instruction_set.known(mnemonic).patterns:
                    found.setdefault(pattern.row.class_, set()).add(pattern.mnemonic.partition(".")[0])
    return found
