"""Checking files: their budgets, and their figures against a baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cyclesim import asm, isa, machine, resources
from cyclesim.analysis import Analysis, Reading, analyse, read_program, resolve_region
from cyclesim.asm import regions
from cyclesim.budgets import attach, changes, comments, paths
from cyclesim.budgets.baseline import Baseline
from cyclesim.budgets.changes import Sentence
from cyclesim.budgets.nouns import Budget, BudgetError, Check, Figure, Outcome, Problem, problems_of
from cyclesim.errors import CyclesimError, UnknownCore
from cyclesim.ir import Program, Region
from cyclesim.isa import InstructionSet
from cyclesim.machine.timing import Core
from cyclesim.record import NamedTuple
from cyclesim.units import Cycles, counted

MOST_JOBS = 64


class Settings(NamedTuple):
    """`cores`: of figures for a baseline. `whatif`: paths of what-if files. `update`: figures with their instructions
    are wanted. `sentence`: how a reason is said."""

    sentence: Sentence
    cores: tuple[str, ...] = ()
    isa: str | None = None
    whatif: tuple[str, ...] = ()
    baseline: Baseline | None = None
    update: bool = False
    reading: Reading = Reading()


def check_paths(names: Sequence[str], settings: Settings, jobs: int = 1) -> list[Outcome]:
    """Every file of the paths, in their order. Files without a budget and without a place in the baseline have no
    checks. Raises InputError when a path isn't there."""
    files = paths.expand(names, settings.baseline is not None)
    parts = _parts(files, min(max(jobs, 1), MOST_JOBS))
    if len(parts) == 1:
        return check_files(files, settings)
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(parts))) as pool:
        return [outcome for part in pool.map(check_files, parts, [settings] * len(parts)) for outcome in part]


def _parts(files: Sequence[str], jobs: int) -> list[Sequence[str]]:
    """Files in portions: few enough that the tables are loaded rarely, enough that no process waits for long."""
    least = 8
    count = min(4 * jobs, len(files) // least) if jobs > 1 else 1
    if count < 2:
        return [files]
    size = -(-len(files) // count)
    return [files[start : start + size] for start in range(0, len(files), size)]


def check_files(files: Sequence[str], settings: Settings) -> list[Outcome]:
    """The files one by one, with cores and tables loaded once."""
    bench = Bench(settings)
    return [_FileCheck(file, bench).run() for file in files]


class Bench:
    """Cores and instruction sets, each loaded when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        from cyclesim.machine import overlay

        self.overlays = [overlay.read(resources.shipped_whatif(path) or path) for path in settings.whatif]
        self._cores: dict[str, Core] = {}
        self._sets: dict[str, InstructionSet] = {}

    def core(self, name: str) -> Core:
        if name not in self._cores:
            self._cores[name] = machine.load(name, self.overlays)
        return self._cores[name]

    def instruction_set(self, name: str) -> InstructionSet:
        if name not in self._sets:
            rows = [row for one in self.overlays for row in one.rows.get(name, ())]
            self._sets[name] = isa.load(name, rows)
        return self._sets[name]


class _FileCheck:
    def __init__(self, path: str, bench: Bench) -> None:
        self.path, self.bench, self.settings = path, bench, bench.settings
        self.checks: list[Check] = []
        self.figures: list[Figure] = []
        self.problems: list[Problem] = []
        self._programs: dict[tuple[str, ...], Program] = {}
        self._analyses: dict[tuple[str, int, int, str], Analysis] = {}

    def run(self) -> Outcome:
        """Everything about the file; whatever is wrong with it is a problem, never an exception."""
        try:
            text = asm.read_source(self.path)
            budgets, errors = comments.find(text, self.path)
            for error in errors:
                self._keep(error)
            self._budgets(budgets)
            if self.settings.baseline:
                self._baseline(self.settings.baseline)
        except CyclesimError as error:
            self._keep(error)
        problems = tuple(dict.fromkeys(self.problems))
        return Outcome(self.path, tuple(self.checks), problems, tuple(self.figures))

    def _keep(self, error: CyclesimError) -> None:
        self.problems += problems_of(error, self.path)

    def _budgets(self, budgets: Sequence[Budget]) -> None:
        for budget in budgets:
            try:
                self.checks.append(self._budget(budget))
            except UnknownCore as error:
                self._keep(BudgetError(error.message, budget.span, error.hint))
            except CyclesimError as error:
                self._keep(error)

    def _budget(self, budget: Budget) -> Check:
        core = self.bench.core(budget.core)
        program = self._program(core)
        region = attach.region_of(program, budget)
        analysis = self._analysis(program, region, core)
        figure = changes.figure_of(analysis, self.path)
        if comments.holds(budget, figure.amount(budget.unit)):
            return Check("budget", budget.span.line, budget.text, "passed", figure)
        detailed = changes.figure_of(analysis, self.path, self.settings.sentence)
        return Check("budget", budget.span.line, budget.text, "failed", detailed, stalls=analysis.schedule.stalls)

    def _program(self, core: Core) -> Program:
        key = core.isas
        if key not in self._programs:
            shipped = resources.shown(core.file) != core.file
            reading = self.settings.reading._replace(core=core.name if shipped else "", isas=_preferred(core.isas))
            self._programs[key] = read_program(self.path, self.settings.isa, reading).program
        return self._programs[key]

    def _analysis(self, program: Program, region: Region, core: Core) -> Analysis:
        key = (program.isa, region.start, region.end, core.name)
        if key not in self._analyses:
            resolution = resolve_region(program, region, self.bench.instruction_set(program.isa))
            self._analyses[key] = analyse(program, region, resolution, core)
        return self._analyses[key]

    def _baseline(self, baseline: Baseline) -> None:
        """Figures of the regions that `estimate` takes by default."""
        name = baseline.name_of(self.path)
        known = {key[1:]: figure for key, figure in baseline.figures.items() if key[0] == name}
        cores = list(
            dict.fromkeys([self.bench.core(one).name for one in self.settings.cores] or [key[1] for key in known])
        )
        seen = set()
        for core_name in cores:
            core = self.bench.core(core_name)
            program = self._program(core)
            if program.isa not in core.isas and not any(key[1] == core_name for key in known):
                continue
            chosen = regions.choose(program)
            for stable, region in zip(stable_names(chosen), chosen, strict=True):
                analysis = self._analysis(program, region, core)
                seen.add((stable, core_name))
                self._against(known.get((stable, core_name)), analysis, name, stable)
        self._gone({key: figure for key, figure in known.items() if key not in seen and key[1] in cores})

    def _against(self, before: Figure | None, analysis: Analysis, name: str, region: str) -> None:
        settings = self.settings
        now = changes.figure_of(analysis, name)
        unchanged = before is not None and before.cycles == now.cycles
        if not unchanged or settings.update:
            now = changes.figure_of(analysis, name, settings.sentence)
        now = now._replace(region=region)
        self.figures.append(now)
        line = analysis.region.span.root().line
        if before is None:
            self.checks.append(Check("baseline", line, "", "new", now._replace(file=self.path)))
            return
        state = "passed" if unchanged else "failed" if now.cycles > before.cycles else "faster"
        grown = changes.compare(before.lines, now.lines) if state == "failed" else ()
        stalls = analysis.schedule.stalls if state == "failed" else {}
        limit = f"baseline {counted(before.cycles, 'cycle')}"
        found = now._replace(file=self.path)
        self.checks.append(Check("baseline", line, limit, state, found, before.cycles, grown, stalls))

    def _gone(self, missing: Mapping[tuple[str, str], Figure]) -> None:
        """Regions of the baseline that the file no longer has."""
        if self.settings.update:
            return
        for figure in missing.values():
            lost = figure._replace(file=self.path, cycles=Cycles(0), lines=())
            limit = f"baseline {counted(figure.cycles, 'cycle')}"
            self.checks.append(Check("baseline", 1, limit, "gone", lost, figure.cycles))


def stable_names(chosen: Sequence[Region]) -> list[str]:
    """Names that survive lines added above: of `loop@35`, `run:120` the line gives way to a count, `run#1`."""
    names: list[str] = []
    for region in chosen:
        found = re.fullmatch(r"(?s)(.+)[@:]\d+(?:\.\d+)?", region.name)
        if found is None:
            names.append(region.name)
            continue
        count = sum(name.rpartition("#")[0] == found[1] for name in names)
        names.append(f"{found[1]}#{count + 1}")
    return names


def _preferred(isas: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(isas, key=lambda name: name != "aarch64"))
