"""Plan de financement : temps jusqu'à l'optimum prouvé, et le même modèle par PuLP et CBC.

The 77 projects of the sample mission one by one, through the mission's own builder, then generated problems
(``_plan_problems``). A time covers everything: the model, its three objectives proven, the audit of the plan. CBC
solves the same programme (``_plan_cbc``) on the first problems of each set; the optima are compared. What a person
waits for beside the plan is timed too: its explanation (each rule sought again without it) and its variants.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench._plan_cbc import cbc_optimum
from bench._plan_problems import problems
from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import load_layout, read_census, regime_codes
from rebond.data import data_folder
from rebond.financing.explaining.explain import explain_plan
from rebond.financing.explaining.variants import compare_variants
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.mission import load_rulebook, run_mission
from rebond.regimes.de_minimis import known_rooms

MEDIAN_GOAL_MS, P95_GOAL_MS = 50, 200
WORDS_GOAL_MS = 1000
GAP_GOAL = 1e-6
SAME_OPTIMUM = 1e-6
"""Relative difference below which two optima in floats are the same."""
LEAST_DIFFERENCE = 0.05
"""Euros below which they are the same whatever the amount."""


@dataclass(frozen=True)
class Run:
    """One problem solved: wall time of the engine, processor time, its plan."""

    wall: float
    processor: float
    plan: FinancingPlan


def main(*, rapide: bool) -> None:
    """Print both tables."""
    _report("projets de l'échantillon", list(sample_problems()), compared=8 if rapide else 77)
    count = 30 if rapide else 1000
    _report(f"{count} problèmes engendrés", list(problems(count)), compared=8 if rapide else 100)


def sample_problems() -> Iterable[FinancingProblem]:
    """Each project of the sample mission alone, as the mission builds it."""
    rulebook = load_rulebook(data_folder())
    referentials = data_folder() / "referentiels"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "echantillon.xlsx"
        write_sample(file)
        layout = load_layout(referentials, regimes=regime_codes(data_folder() / "regimes"))
        census = read_census(file, layout=layout, gazetteer=rulebook.catalogue.gazetteer)
    result = run_mission(census, rulebook, on=census.settings.committee_on)
    rooms = known_rooms(firm.account for firm in result.firms)
    budgets = rulebook.catalogue.budgets
    for project in result.projects:
        yield FinancingProblem(projects=(project.built.problem,), de_minimis_room=rooms, budgets=budgets)


def _report(title: str, subjects: Sequence[FinancingProblem], *, compared: int) -> None:
    runs = [_run(subject) for subject in subjects]
    wall = sorted(run.wall for run in runs)
    processor = sorted(run.processor for run in runs)
    unproven = sum(not run.plan.proven or run.plan.gap_to_bound > GAP_GOAL for run in runs)
    load = os.getloadavg()[0]
    print(f"{title} : {len(runs)} plans, {unproven} sans preuve à {GAP_GOAL:g} près (charge {load:.1f})")
    _times("temps écoulé", wall)
    _times("temps processeur", processor)
    print(f"  but : médiane sous {MEDIAN_GOAL_MS} ms, p95 sous {P95_GOAL_MS} ms")
    first = list(zip(subjects[:compared], runs[:compared], strict=True))
    _times("explication", sorted(_seconds(explain_plan, run.plan, subject) for subject, run in first))
    _times("variantes", sorted(_seconds(compare_variants, subject, run.plan) for subject, run in first))
    print(f"  but : explication et variantes sous {WORDS_GOAL_MS} ms")
    _compare(subjects[:compared], runs[:compared])


def _times(name: str, ordered: Sequence[float]) -> None:
    median, high, most = (
        _milliseconds(seconds) for seconds in (statistics.median(ordered), _percentile(ordered, 0.95), ordered[-1])
    )
    print(f"  {name:17} médiane {median:7.1f} ms   p95 {high:7.1f} ms   maximum {most:7.1f} ms")


def _seconds(work: Callable[..., object], *subjects: object) -> float:
    started = time.perf_counter()
    work(*subjects)
    return time.perf_counter() - started


def _compare(subjects: Sequence[FinancingProblem], runs: Sequence[Run]) -> None:
    """The same programmes through PuLP and CBC: a ratio of times, and the optima that differ."""
    times: list[float] = []
    engine = 0.0
    different = failed = 0
    pairs = [(subject, run) for subject, run in zip(subjects, runs, strict=True) if run.plan.reports]
    for subject, run in pairs:
        started = time.perf_counter()
        try:
            found = cbc_optimum(subject)
        except RuntimeError:
            failed += 1
            continue
        times.append(time.perf_counter() - started)
        engine += run.wall
        mine = [report.objective for report in run.plan.reports]
        different += any(
            abs(a - b) > max(LEAST_DIFFERENCE, SAME_OPTIMUM * abs(a)) for a, b in zip(mine, found, strict=True)
        )
    if not times:
        print("  PuLP et CBC : aucune comparaison")
        return
    median, high = _milliseconds(statistics.median(times)), _milliseconds(_percentile(sorted(times), 0.95))
    ratio = sum(times) / engine
    print(f"  PuLP et CBC       médiane {median:7.1f} ms   p95 {high:7.1f} ms   ({len(times)} problèmes)")
    print(f"  rapport des temps {ratio:.1f} ; optimums différents : {different} ; échecs de CBC : {failed}")


def _run(subject: FinancingProblem) -> Run:
    started, busy = time.perf_counter(), time.process_time()
    plan = optimise_plan(subject)
    return Run(wall=time.perf_counter() - started, processor=time.process_time() - busy, plan=plan)


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _milliseconds(seconds: float) -> float:
    return seconds * 1000
