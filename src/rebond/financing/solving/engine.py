"""One HiGHS on one programme: its options, one goal at a time, a status that is checked, a bound that is one.

Traps that it guards against: a status other than optimal is never read as a solution; a bound counts only when it is
finite; the number of threads never changes within a process; a time limit is told as each kind of run counts it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.financing.solving.proof import SolverReport

INFINITY = highspy.kHighsInf
THOUSAND = 1000.0
_OPTIONS: tuple[tuple[str, bool | int | float], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    ("mip_rel_gap", 0.0),
)
_SMALL_OPTIONS: tuple[tuple[str, bool | int | float], ...] = (
    # A plan has a few dozen choices: searching for good solutions costs more than the proof itself.
    ("mip_heuristic_effort", 0.0),
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_heuristic_run_rins", False),
    ("mip_heuristic_run_rens", False),
    ("mip_heuristic_run_root_reduced_cost", False),
    ("mip_allow_restart", False),
    ("mip_detect_symmetry", False),
    ("mip_pscost_minreliable", 0),
)
_NOISE = 1e-6
"""Relative error of a bound below which it is rounding noise; a bound further under its solution is no bound."""
POLISH_SECONDS = 30.0
LARGE = 400
"""Choices from which a good solution is searched for: the proof of a joint plan is long, and may never come."""


class OutOfTimeError(SolverError):
    """Time ran out before the first solution; ``bound`` is what no solution can pass."""

    def __init__(self, goal: str, bound: float) -> None:
        self.bound = bound
        super().__init__(f"aucune solution trouvée dans le temps donné (objectif « {goal} »)")


class Programme(Protocol):
    """What an engine is made from."""

    search_from: int
    """Choices from which good solutions are searched for: fewer, the proof alone is quicker."""

    def arrays(self) -> tuple[highspy.HighsLp, np.ndarray, np.ndarray]:
        """The programme in thousands of euros, the scale of each column, which are integers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One objective of the lexicographic order: column → weight, to be maximised."""

    name: str
    weights: Mapping[int, float]
    grain: float = 1e-3
    """Two values closer than this are the same: a tenth of a cent."""
    step: float = 0.0
    """Its values are whole multiples of this (0: of nothing): a bound less than a step away proves the optimum."""
    most: float = INFINITY
    """What the goal cannot pass, known beforehand: reaching it is a proof."""


class Engine:
    """One HiGHS on one programme: euros outside, thousands of euros inside."""

    def __init__(self, model: Programme) -> None:
        lp, self._scale, self._integer = model.arrays()
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        small = int(self._integer.sum()) < model.search_from
        for option, value in (*_OPTIONS, *(_SMALL_OPTIONS if small else ())):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(lp)
        self._choosing = bool(self._integer.any())
        self._locks: list[tuple[int, float, float]] = []
        """Row, value reached and grain of each goal kept, inside unit."""
        self.nodes = 0
        """Choices that the last run had to try one against the other."""

    def values(self) -> list[float]:
        """The columns of the last solution, in euros."""
        return [float(value) for value in np.array(self._highs.getSolution().col_value) * self._scale]

    def attempt(self, integrality: float, presolve: str) -> None:
        """The settings of the runs that follow."""
        self._highs.setOptionValue("mip_feasibility_tolerance", integrality)
        self._highs.setOptionValue("presolve", presolve)

    def run(self, goal: Goal, seconds: float) -> SolverReport | None:
        """Maximise one goal (posed as a minimisation: see the traps); ``None`` when infeasible."""
        highs, shrink = self._highs, self._shrink(goal)
        width = len(self._scale)
        cost = np.zeros(width)
        for column, weight in goal.weights.items():
            cost[column] = -weight * self._scale[column] * shrink
        highs.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
        highs.setOptionValue("mip_abs_gap", goal.grain / 2 * shrink)
        # HiGHS counts the time of a linear programme from its first run, that of one with integers from this run.
        highs.setOptionValue("time_limit", seconds + (0.0 if self._choosing else highs.getRunTime()))
        started = time.monotonic()
        highs.run()
        elapsed = time.monotonic() - started
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        info = highs.getInfo()
        self.nodes = info.mip_node_count
        optimal = status == highspy.HighsModelStatus.kOptimal
        out_of_time = status == highspy.HighsModelStatus.kTimeLimit
        if out_of_time and info.primal_solution_status != highspy.kSolutionStatusFeasible:
            raise OutOfTimeError(goal.name, _dual_bound(info) / shrink)
        if not optimal and not out_of_time:
            words = highs.modelStatusToString(status)
            raise SolverError(f"HiGHS s'est arrêté sur « {words} » (objectif « {goal.name} »)")
        objective = -info.objective_function_value / shrink
        # Without integers HiGHS sets no bound of its own: an optimal status is the proof.
        bound = objective if optimal and info.mip_node_count < 0 else _dual_bound(info) / shrink
        if objective < bound < objective + goal.step / 2:
            bound = objective
        return SolverReport(
            status="optimal" if optimal else "temps écoulé",
            proven=optimal,
            objective=objective,
            bound=bound,
            gap=gap_to(objective, bound, goal.grain),
            seconds=elapsed,
            goal=goal.name,
        )

    def lock(self, goal: Goal, reached: float) -> None:
        """Keep what a goal reached, up to its grain, while the next one is sought."""
        columns = [column for column, weight in goal.weights.items() if weight]
        if not columns:
            return
        shrink = self._shrink(goal)
        weights = np.array([goal.weights[column] * self._scale[column] * shrink for column in columns], dtype=float)
        low = (reached - goal.grain) * shrink
        self._locks.append((self._highs.getNumRow(), reached * shrink, goal.grain * shrink))
        self._highs.addRow(low, INFINITY, len(columns), np.array(columns, dtype=np.int32), weights)

    def relock(self, slack: float) -> None:
        """Keep what the goals reached, up to that part of their grain."""
        for row, reached, grain in self._locks:
            self._highs.changeRowBounds(row, reached - slack * grain, INFINITY)

    def fix(self, decided: Mapping[int, float]) -> None:
        """Fix the columns that can take one value only."""
        columns = np.array(list(decided), dtype=np.int32)
        values = np.array(list(decided.values()))
        self._highs.changeColsBounds(len(columns), columns, values, values)

    def free(self, choice: int) -> None:
        """Give a choice both its values back."""
        self._highs.changeColBounds(choice, 0.0, 1.0)

    def relax(self) -> None:
        """Forget that choices are whole, and what is sought: only what is possible is asked of this engine."""
        every = np.arange(len(self._scale), dtype=np.int32)
        continuous = np.full(len(every), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        self._highs.changeColsIntegrality(len(every), every, continuous)
        self._choosing = False
        # Each run differs from the one before by a bound: starting from its basis beats presolving anew.
        self._highs.setOptionValue("presolve", "off")

    def feasible(self) -> np.ndarray | None:
        """A point that keeps every row, inside unit; ``None`` when there is none."""
        self._highs.run()
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        return np.array(self._highs.getSolution().col_value)

    def fix_integers(self, other: Engine) -> None:
        """Fix the integers at the whole values of another's solution: no ``0.999999`` may carry a big amount."""
        self._fix_integers(np.array(other._highs.getSolution().col_value))

    def fix_integers_at(self, values: Sequence[float]) -> None:
        """Fix the integers at the values of a point known to keep every row, in euros."""
        self._fix_integers(np.array(values) / self._scale)

    def _fix_integers(self, found: np.ndarray) -> None:
        columns = np.flatnonzero(self._integer).astype(np.int32)
        whole = np.round(found[columns])
        self._highs.changeColsBounds(len(columns), columns, whole, whole)
        kinds = np.full(len(columns), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        self._highs.changeColsIntegrality(len(columns), columns, kinds)
        self._choosing = False

    def start_from(self, other: Engine) -> None:
        """Begin with the solution of another."""
        solution = highspy.HighsSolution()
        solution.col_value = list(other._highs.getSolution().col_value)
        self._highs.setSolution(solution)

    def start_at(self, values: Sequence[float]) -> None:
        """Begin with a point known to keep every row, in euros; with none when it is empty."""
        if not values:
            return
        # Its choices alone: HiGHS then finds amounts within its own tolerances, which those of a cent would pass.
        columns = np.flatnonzero(self._integer).astype(np.int32)
        self._highs.setSolution(len(columns), columns, np.round((np.array(values) / self._scale)[columns]))

    def settle(self, goal: Goal, report: SolverReport) -> SolverReport | None:
        """The report with what the goal reaches once the integers are whole; ``None`` when nothing is left then."""
        exact = self.run(goal, POLISH_SECONDS)
        if exact is None:
            return None
        gap = gap_to(exact.objective, report.bound, goal.grain)
        return replace(report, objective=exact.objective, bound=max(report.bound, exact.objective), gap=gap)

    def known_best(self, goal: Goal) -> SolverReport | None:
        """The report of a goal that the choices already made bring to the most that it can be."""
        if goal.most == INFINITY:
            return None
        report = self.run(goal, POLISH_SECONDS)
        if report is None or report.objective < goal.most - goal.grain:
            return None
        return replace(report, bound=goal.most, gap=gap_to(report.objective, goal.most, goal.grain))

    def keep_choices(self, goal: Goal, bound: float) -> SolverReport | None:
        """The best of a goal with the choices already made, when no time was left for others."""
        report = self.run(goal, POLISH_SECONDS)
        if report is None:
            return None
        gap = gap_to(report.objective, bound, goal.grain)
        bound = max(bound, report.objective)
        return replace(report, status="temps écoulé", proven=gap == 0, bound=bound, gap=gap)

    def _shrink(self, goal: Goal) -> float:
        """Goals in euros are sought in thousands; counts and values as they are."""
        in_euros = any(weight and not self._integer[column] for column, weight in goal.weights.items())
        return 1 / THOUSAND if in_euros else 1.0


def _dual_bound(info: highspy.HighsInfo) -> float:
    """What no solution can pass, inside unit; infinite when HiGHS had no time for a bound."""
    bound = -info.mip_dual_bound
    return bound if math.isfinite(bound) else math.inf


def gap_to(objective: float, bound: float, grain: float = 0.0) -> float:
    """Relative distance to the bound; a bound below the solution proves nothing and must not pass for a zero gap.

    ``grain``: values closer than that are the same. A goal worth nothing reaches a thousandth of a cent by the
    tolerances of its rows, against a bound of zero: noise too, and a whole mission must not stop on it.
    """
    if not math.isfinite(bound):
        return math.inf
    gap = (bound - objective) / max(1.0, abs(objective))
    if gap < -_NOISE and objective - bound > grain:
        raise SolverError(f"borne {bound} sous la solution {objective} : ce n'est pas une borne")
    return max(0.0, gap)
