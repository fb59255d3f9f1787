"""What the hardware and its encoding ask of a clause, as rules with a reason each.

A violation never stops an estimate: the listing may be hand-written, or be of a compiler that knows more. The rules
hold without exception on code of Mesa 22.2 and 22.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cyclesim.gpu.hazards import pending_messages
from cyclesim.gpu.nouns import Clause, Instruction, Listing, Operand, Tuple
from cyclesim.gpu.opcodes import load
from cyclesim.gpu.statistics import constant_pairs, count, differences, quadwords
from cyclesim.ir import Span
from cyclesim.record import NamedTuple
from cyclesim.units import counted


class Violation(NamedTuple):
    """A broken rule: its name, what is wrong, why that can't be encoded or executed, and where."""

    rule: str
    message: str
    reason: str
    span: Span


Found = Iterator[tuple[str, Span]]


def check(listing: Listing) -> tuple[Violation, ...]:
    """Every violation of every rule, in the order of the source."""
    violations = [
        Violation(_name(rule), message, reason, span)
        for rule, reason in CLAUSE_RULES.items()
        for clause in listing.clauses
        for message, span in rule(clause)
    ]
    violations += [
        Violation(_name(rule), message, reason, span)
        for rule, reason in LISTING_RULES.items()
        for message, span in rule(listing)
    ]
    return tuple(sorted(violations, key=lambda one: (one.span.line, one.span.column, one.rule)))


def remark(listing: Listing) -> str:
    """One line for a report when rules are broken, empty when none is."""
    broken = check(listing)
    names = ", ".join(dict.fromkeys(one.rule for one in broken))
    return f"{counted(len(broken), 'broken rule')} of the hardware: {names} (cyclesim isa check)" if broken else ""


def _name(rule: Callable[..., Found]) -> str:
    return rule.__name__.replace("_", "-")


def clause_size(clause: Clause) -> Found:
    """One to eight tuples (the formats of disassemble.c hold no more)."""
    if len(clause.tuples) > MOST_TUPLES:
        yield f"{clause.label} has {len(clause.tuples)} tuples", clause.tuples[MOST_TUPLES].fma.span


MOST_TUPLES = 8


def one_message(clause: Clause) -> Found:
    """At most one message instruction a clause (bi_schedule.c, `bi_schedule_clause`)."""
    messages = [pair.add for pair in clause.tuples if load().is_message(pair.add)]
    for later in messages[1:]:
        yield f"a second message in {clause.label}: {later.name}", later.span


def message_in_header(clause: Clause) -> Found:
    """The header names the kind of the clause's message, and none without one (bi_pack.c, `bi_pack_header`)."""
    table = load()
    messages = [pair.add for pair in clause.tuples if table.is_message(pair.add)]
    if not messages and clause.header.message:
        yield f"the header says {clause.header.message}, and no instruction is a message", clause.header.span
    for message in messages[:1]:
        kind = table.message_kind(message)
        if not clause.header.message:
            yield f"{message.name} is a message, and the header names none", message.span
        elif kind and kind != clause.header.message:
            yield f"{message.name} is a message of kind {kind}, the header says {clause.header.message}", message.span


def staging_untouched(clause: Clause) -> Found:
    """Behind its message a clause leaves the message's staging registers alone, and the FMA slot beside it doesn't
    write them: they are read and written at a time of the message unit's choosing (bi_schedule.c, `bi_write_count`)."""
    table = load()
    message = table.message(clause)
    if message is None:
        return
    staging = table.staging(message)
    taken = set(staging.reads) | set(staging.writes)
    behind = False
    for pair in clause.tuples:
        if behind:
            for slot in pair:
                yield from _touched(slot, taken)
        elif pair.add is message:
            behind = True
            if pair.fma.destination.register in taken:
                yield f"{pair.fma.name} writes staging register r{pair.fma.destination.register}", pair.fma.span


def _touched(slot: Instruction, registers: set[int]) -> Found:
    named = {source.number for source in slot.sources if source.kind == "register"} | {slot.destination.register}
    for number in sorted(one for one in named if one is not None and one in registers):
        yield f"{slot.name} touches staging register r{number} of the message before it", slot.span


def branch_at_end(clause: Clause) -> Found:
    """A branch stands in the last tuple (`last` in ISA.xml; atomics and barriers, marked so too, need not)."""
    table = load()
    for pair in clause.tuples[:-1]:
        for slot in pair:
            row = table.find(slot)
            if row is not None and row.last and row.kind == "branch":
                yield f"{slot.name} is not in the last tuple of {clause.label}", slot.span


def register_reads(clause: Clause) -> Found:
    """A tuple reads at most three registers: ports 0 and 1 read, port 2 reads or writes (bifrost.h,
    `bifrost_reg_ctrl_23`). Staging registers don't use the ports."""
    for pair in clause.tuples:
        reads = _reads(pair)
        if len(reads) > MOST_READS:
            names = ", ".join(f"r{number}" for number in sorted(reads))
            yield f"the tuple reads {len(reads)} registers: {names}", _pair_span(pair)


MOST_READS = 3


def register_ports(clause: Clause) -> Found:
    """What a tuple writes goes through the ports beside what the next one reads, four in all; what the last one writes
    goes beside the reads of the clause's first (disassemble.c, `dump_clause`; bi_schedule.c)."""
    pairs = clause.tuples
    for place, pair in enumerate(pairs):
        following = pairs[(place + 1) % len(pairs)]
        used = len(_writes(pair)) + len(_reads(following))
        if used > PORTS and len(_reads(following)) <= MOST_READS:
            where = "the next tuple" if place + 1 < len(pairs) else "the clause's first tuple"
            yield f"{len(_writes(pair))} writes and {len(_reads(following))} reads of {where}", _pair_span(pair)


PORTS = 4


def last_tuple_writes(clause: Clause) -> Found:
    """The last tuple writes at most one register: its writes are encoded in the first tuple's register block, whose
    format has one write port (bi_schedule.c)."""
    last = clause.tuples[-1]
    if len(_writes(last)) > 1:
        yield f"the last tuple of {clause.label} writes two registers", _pair_span(last)


def temporaries_exist(clause: Clause) -> Found:
    """`t0` and `t1` are results of the previous tuple of the same clause: there are none in the first tuple, and none
    of an empty slot or a message (bi_schedule.c)."""
    table = load()
    previous: Tuple | None = None
    for pair in clause.tuples:
        for slot in pair:
            for source in slot.sources:
                if source.kind == "temporary":
                    yield from _temporary(table.is_message, previous, slot, source)
                elif source.kind == "same" and pair.fma.idle:
                    yield "`t` is the result of an empty FMA slot", _place(slot, source)
        previous = pair


def _temporary(
    is_message: Callable[[Instruction], bool], previous: Tuple | None, slot: Instruction, source: Operand
) -> Found:
    name = f"`t{source.number}`"
    if previous is None:
        yield f"{name} in the first tuple of a clause", _place(slot, source)
        return
    producer = previous[source.number]
    if producer.idle:
        yield f"{name} is the result of an empty slot", _place(slot, source)
    elif is_message(producer):
        yield f"{name} is the result of {producer.name}, a message", _place(slot, source)


def value_of_previous_tuple(clause: Clause) -> Found:
    """What the previous tuple wrote is read as `t0` or `t1`: its register is written only while this tuple executes
    (bi_schedule.c, `bi_use_passthrough`)."""
    for before, pair in zip(clause.tuples, clause.tuples[1:], strict=False):
        fresh = _writes(before)
        for slot in pair:
            for source in slot.sources:
                if source.kind == "register" and source.number in fresh:
                    yield f"r{source.number} is written by the tuple before this one", _place(slot, source)


def constant_port(clause: Clause) -> Found:
    """One 64-bit value a tuple comes through the constant port: a uniform pair, or a special (the zero `#0.x` is one),
    or up to two 32-bit constants of the clause (a branch offset is one), never two of these (bi_schedule.c)."""
    for pair in clause.tuples:
        values: dict[str, None] = {}
        words: dict[str, None] = {}
        for slot in pair:
            for source in slot.sources:
                if source.kind in ("literal", "label"):
                    words[source.text.partition(" ")[0]] = None
                elif source.kind == "uniform":
                    values[f"u{source.number}"] = None
                elif source.constant_port:
                    values[source.name if source.kind == "special" else "#0"] = None
        if words:
            values["constants"] = None
        if len(values) > 1:
            yield f"through one constant port: {', '.join(values)}", _pair_span(pair)
        elif len(words) > 2:
            yield f"{len(words)} constants in one tuple", _pair_span(pair)


def constants_of_clause(clause: Clause) -> Found:
    """64-bit constants share the clause's words with its tuples: at most six, at most five beside eight tuples
    (disassemble.c, the constant formats)."""
    tuples, constants = len(clause.tuples), constant_pairs(clause)
    if constants > MOST_CONSTANTS or tuples + constants > TUPLES_AND_CONSTANTS:
        yield f"{clause.label} has {constants} 64-bit constants and {tuples} tuples", clause.span
    elif quadwords(clause) > MOST_QUADWORDS:
        yield f"{clause.label} has {quadwords(clause)} quadwords", clause.span


MOST_CONSTANTS = 6
TUPLES_AND_CONSTANTS = 13
MOST_QUADWORDS = 8


def one_end(listing: Listing) -> Found:
    """Exactly one clause ends the program (checked on Mesa 22.2 and 22.3)."""
    ends = [clause for clause in listing.clauses if clause.header.ends]
    for later in ends[1:]:
        yield f"a second clause ends the program: {later.label}", later.header.span


def addresses(listing: Listing) -> Found:
    """A label is the address of its clause (disassemble.c): the one before it plus that one's size in quadwords. A gap
    means that clauses are missing, or that a listing was written by hand."""
    for before, clause in zip(listing.clauses, listing.clauses[1:], strict=False):
        due = before.number + quadwords(before)
        if clause.number != due:
            yield f"{clause.label} follows {before.label}, whose size puts clause_{due} here", clause.span


def runs_off_the_end(listing: Listing) -> Found:
    """The last clause ends the program or jumps: behind it there is only padding (bifrost_compile.c)."""
    if listing.clauses:
        last = listing.clauses[-1]
        if not last.header.ends and last.last.opcode != "JUMP":
            yield f"{last.label} is the last one and neither ends the program nor jumps", last.span


def unreachable_clauses(listing: Listing) -> Found:
    """The compiler drops blocks that nothing leads to (checked on Mesa 22.2 and 22.3)."""
    from cyclesim.gpu.control_flow import reachable

    reached = reachable(listing)
    for clause in listing.clauses:
        if clause.number not in reached:
            yield f"no clause leads to {clause.label}", clause.span


def next_message(listing: Listing) -> Found:
    """`next_X` names the message kind of the first successor: of the branch target, else of the clause that follows
    (bi_pack.c, `bi_pack_header`)."""
    from cyclesim.gpu.control_flow import END, successors

    for place, clause in enumerate(listing.clauses):
        first = successors(listing, place)[0]
        due = listing.clauses[first].header.message if first != END else ""
        if clause.header.next_message not in ("", due):
            yield (
                f"next_{clause.header.next_message}, and the next clause's message is {due or 'none'}",
                _header(clause),
            )


def recount(listing: Listing) -> Found:
    """The compiler's statistics line agrees with the listing (bifrost_compile.c, `bi_print_stats`). Scratch accesses of
    a local array look like spills: they are left out."""
    if listing.stated and listing.clauses:
        for name, counted, stated in differences(count(listing), listing.stated):
            if name not in ("spills", "fills"):
                yield (
                    f"the statistics line says {stated:g} {name}, the listing has {counted:g}",
                    listing.clauses[0].span,
                )


def _reads(pair: Tuple) -> set[int]:
    """Registers that a tuple reads through the ports."""
    return {source.number for slot in pair for source in slot.sources if source.kind == "register"}


def _writes(pair: Tuple) -> set[int]:
    """Registers that a tuple writes through the ports."""
    return {slot.destination.register for slot in pair if slot.destination.register is not None}


def _place(slot: Instruction, source: Operand) -> Span:
    return Span(slot.span.file, slot.span.line, source.column, len(source.text))


def _pair_span(pair: Tuple) -> Span:
    return pair.add.span if pair.fma.idle else pair.fma.span


def _header(clause: Clause) -> Span:
    return clause.header.span


CLAUSE_RULES: dict[Callable[[Clause], Found], str] = {
    clause_size: "a clause holds one to eight tuples",
    one_message: "a clause has one message at most: its header has room for one kind and one scoreboard slot",
    message_in_header: "the message unit is chosen by the clause's header",
    staging_untouched: "staging registers belong to the message until its slot is clear",
    branch_at_end: "a branch ends its clause",
    register_reads: "a tuple has three read ports",
    register_ports: "a tuple's writes share four ports with the next tuple's reads",
    last_tuple_writes: "the register block of a first tuple has one write port for the last one's result",
    temporaries_exist: "t0 and t1 hold results of the previous tuple of the same clause, t that of the FMA slot beside",
    value_of_previous_tuple: "a register is written while the next tuple executes: its value comes as t0 or t1",
    constant_port: "a tuple has one 64-bit constant port",
    constants_of_clause: "tuples and constants share the clause's eight quadwords",
}
"""Rules of one clause, with the reason that a user is told."""

LISTING_RULES: dict[Callable[[Listing], Found], str] = {
    one_end: "one clause ends the program",
    addresses: "a label is the clause's address in quadwords",
    runs_off_the_end: "behind the last clause there is only padding",
    unreachable_clauses: "the compiler drops code that nothing leads to",
    next_message: "the header announces the message of the clause that comes next",
    pending_messages: "the scoreboard is the only thing that keeps a message and later clauses apart",
    recount: "the compiler counted the same listing",
}
"""Rules of a whole listing."""
