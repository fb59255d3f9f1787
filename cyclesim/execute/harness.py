"""A C program that measures a function on a board: what `cyclesim measure` writes.

It builds by one command, needs nothing but a C library, reads cycles from perf_event, and refuses to report any where
the kernel offers no counter.
"""

from __future__ import annotations

from collections.abc import Sequence

from cyclesim.execute.buffers import Buffer
from cyclesim.execute.calls import Argument

BATCH = 4
"""Calls between two readings of the counter, as the common benchmarks of codec libraries do it."""

TEMPLATE = """\
/* Measures the cycles of {symbol}.

     {build}
     ./measure > results.csv      cycles of every call: minimum, median, ninth decile of {runs} batches of {batch} calls
     ./measure --check            runs every call once and prints a hash of every buffer instead

   Cycles come from perf_event_open; where that offers no cycle counter, nothing is reported and the exit code is 3.
   Pin the process to a core and fix its clock: taskset -c 0 ./measure. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/perf_event.h>

typedef uintptr_t word;
extern word {symbol}({parameters});
static word nothing({parameters_named}) {{ {unused}return 0; }}

enum {{ RUNS = {runs}, BATCH = {batch}, WARM_UP = 16 }};

{buffers}

static uint32_t state;
__attribute__((unused)) static unsigned char next_byte(void) {{
    state = (uint32_t)(((uint64_t)state * 1103515245u + 12345u) & 0x7fffffffu);
    return (unsigned char)(state >> 16);
}}

static void fill(void) {{
    size_t i;
    (void)i;
{fills}
}}

static void call(int number, word (*function)({parameters})) {{
    switch (number) {{
{calls}
    }}
}}

static int counter(void) {{
    struct perf_event_attr wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof wanted;
    wanted.config = PERF_COUNT_HW_CPU_CYCLES;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
}}

static uint64_t now(int file) {{
    uint64_t cycles = 0;
    if (read(file, &cycles, sizeof cycles) != sizeof cycles) {{
        fprintf(stderr, "the cycle counter can't be read: %s\\n", strerror(errno));
        exit(3);
    }}
    return cycles;
}}

static int by_value(const void *a, const void *b) {{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}}

static double quantile(double *sorted, double share) {{ return sorted[(int)(share * (RUNS - 1))]; }}

static void measure(int file, int number, word (*function)({parameters}), double *cycles) {{
    for (int run = -WARM_UP; run < RUNS; run++) {{
        uint64_t before = now(file);
        for (int i = 0; i < BATCH; i++) call(number, function);
        uint64_t after = now(file);
        if (run >= 0) cycles[run] = (double)(after - before) / BATCH;
    }}
    qsort(cycles, RUNS, sizeof *cycles, by_value);
}}

static uint64_t hash(const unsigned char *bytes, size_t size) {{
    uint64_t value = 14695981039346656037u;
    for (size_t i = 0; i < size; i++) value = (value ^ bytes[i]) * 1099511628211u;
    return value;
}}

static int check(void) {{
    for (int number = 0; number < {count}; number++) {{
        fill();
        call(number, {symbol});
{hashes}
    }}
    return 0;
}}

int main(int argc, char **argv) {{
    if (argc > 1 && strcmp(argv[1], "--check") == 0) return check();
    int file = counter();
    if (file < 0) {{
        fprintf(stderr, "no cycle counter: %s (perf_event_paranoid may forbid it); nothing is reported\\n",
                strerror(errno));
        return 3;
    }}
    ioctl(file, PERF_EVENT_IOC_ENABLE, 0);
    static double empty[RUNS], cycles[RUNS];
    printf("symbol,call,minimum,median,ninth_decile,empty\\n");
    for (int number = 0; number < {count}; number++) {{
        fill();
        measure(file, number, nothing, empty);
        measure(file, number, {symbol}, cycles);
        printf("{symbol},%d,%.2f,%.2f,%.2f,%.2f\\n", number, cycles[0], quantile(cycles, 0.5), quantile(cycles, 0.9),
               quantile(empty, 0.5));
    }}
    return 0;
}}
"""


def harness(
    symbol: str, calls: Sequence[Sequence[Argument]], buffers: Sequence[Buffer], build: str, runs: int = 1000
) -> str:
    """The C source. All calls of a function take the same number of arguments.

    Raises ValueError when they don't, or when the symbol is no name of C.
    """
    counts = {len(call) for call in calls}
    if len(counts) != 1:
        raise ValueError("all calls of a harness take the same number of arguments")
    if not symbol.isidentifier():
        raise ValueError(f"`{symbol}` is no name of C")
    (count,) = counts
    names = [f"a{place}" for place in range(count)]
    return TEMPLATE.format(
        symbol=symbol,
        build=build,
        runs=runs,
        batch=BATCH,
        parameters=", ".join(["word"] * count) or "void",
        parameters_named=", ".join(f"word {name}" for name in names) or "void",
        unused="".join(f"(void){name}; " for name in names),
        buffers="\n".join(_buffer(one) for one in buffers) or "/* no buffers */",
        fills="\n".join(f"    {_fill(one)}" for one in buffers) or "    /* no buffers */",
        calls="\n".join(
            f"    case {number}: function({', '.join(_argument(one) for one in call)}); break;"
            for number, call in enumerate(calls)
        ),
        count=len(calls),
        hashes="\n".join(_hash(one) for one in buffers),
    )


def _name(buffer: Buffer) -> str:
    return f"buffer_{buffer.name}"


def _buffer(buffer: Buffer) -> str:
    return f"static unsigned char {_name(buffer)}[{buffer.bytes}] __attribute__((aligned({max(64, buffer.align)})));"


def _fill(buffer: Buffer) -> str:
    name = _name(buffer)
    loop = f"for (i = 0; i < sizeof {name}; i++)"
    if buffer.fill == "ramp-u32":
        return f"{loop} {name}[i] = (unsigned char)((i / 4) >> (8 * (i % 4)));"
    if buffer.fill == "hex":
        data = bytes.fromhex(buffer.data)[: buffer.bytes]
        values = ", ".join(map(str, data)) or "0"
        return (
            f"{{ static const unsigned char data[] = {{{values}}}; memset({name}, 0, sizeof {name}); "
            f"memcpy({name}, data, {len(data)}); }}"
        )
    if buffer.fill == "random-u8":
        value = f"next_byte() % {buffer.maximum + 1}" if buffer.maximum else "next_byte()"
        return f"state = {buffer.seed}; {loop} {name}[i] = (unsigned char)({value});"
    if buffer.fill == "random-u16":
        low, high = buffer.mask & 255, buffer.mask >> 8 & 255
        return f"state = {buffer.seed}; {loop} {name}[i] = next_byte() & (i % 2 ? {high} : {low});"
    return f"memset({name}, 0, sizeof {name});"


def _hash(buffer: Buffer) -> str:
    value = f"(unsigned long long)hash({_name(buffer)}, sizeof {_name(buffer)})"
    return f'        printf("%d,{buffer.name},%016llx\\n", number, {value});'


def _argument(argument: Argument) -> str:
    if isinstance(argument, int):
        return f"(word){argument}" if -(1 << 31) <= argument < 1 << 31 else f"(word){argument}u"
    return f"(word)(buffer_{argument[0]} + {argument[1]})"


def fnv(data: bytes) -> str:
    """The hash that the program prints of a buffer."""
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"
