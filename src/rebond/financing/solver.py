"""A thin layer over HiGHS: named rows and columns, lexicographic objectives, a status that is checked.

The only module that imports ``highspy``. Floats live here and nowhere else. Traps that this layer guards against
(facts/algorithms.md §6): a status other than optimal is never read as a solution; a bound counts only when it is
finite; the number of threads never changes within a process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import highspy
import numpy as np

from rebond.errors import SolverError

INFINITY = highspy.kHighsInf
INTEGRALITY = 1e-9
"""How far from a whole number an integer may be: times an amount of ten million euros, one cent."""
_NOISE = 1e-6
"""Relative error of a bound below which it is rounding noise; a bound further under its solution is no bound."""
_POLISH_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverReport:
    """How sure an optimum is: proven ``bound`` on the objective, relative ``gap``, time in seconds."""

    status: str
    proven: bool
    objective: float
    bound: float
    gap: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One objective of the lexicographic order: column → weight, to be maximised."""

    name: str
    weights: Mapping[int, float]
    grain: float = 1e-3
    """Two values closer than this are the same: a tenth of a cent."""
    most: float = INFINITY
    """What the goal cannot pass, known beforehand: reaching it is a proof."""


@dataclass(slots=True)
class Solution:
    """Column values, and one report per goal."""

    values: Sequence[float]
    reports: tuple[SolverReport, ...]


@dataclass(slots=True)
class MilpModel:
    """A mixed-integer programme being written: columns and rows are numbered as they are added."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    row_names: list[str] = field(default_factory=list)
    _row_lower: list[float] = field(default_factory=list)
    _row_upper: list[float] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])
    _columns: list[int] = field(default_factory=list)
    _weights: list[float] = field(default_factory=list)

    def column(self, name: str, *, upper: float = INFINITY, integer: bool = False) -> int:
        """Add a column bounded below by 0; returns its number."""
        self.lower.append(0.0)
        self.upper.append(upper)
        self.integer.append(integer)
        self.names.append(name)
        return len(self.names) - 1

    def binary(self, name: str) -> int:
        """Add a 0/1 column."""
        return self.column(name, upper=1.0, integer=True)

    def row(
        self, name: str, weights: Iterable[tuple[int, float]], *, low: float = -INFINITY, high: float = INFINITY
    ) -> None:
        """Add ``low ≤ Σ weight·column ≤ high``; an empty row that holds is left out."""
        merged: dict[int, float] = {}
        for column, weight in weights:
            merged[column] = merged.get(column, 0.0) + weight
        merged = {column: weight for column, weight in merged.items() if weight}
        if not merged and low <= 0.0 <= high:
            return
        self._columns.extend(merged)
        self._weights.extend(merged.values())
        self._starts.append(len(self._columns))
        self._row_lower.append(low)
        self._row_upper.append(high)
        self.row_names.append(name)

    def solve(self, goals: Sequence[Goal], *, tie_break: Goal, time_limit: float = 60.0) -> Solution | None:
        """Maximise the goals in order, each without giving up what the ones before reached.

        ``tie_break`` then picks one among equals (with the integers fixed), so that the same input gives the same
        answer.

        ``None`` when the rows contradict each other. When time runs out the best solution found comes back and its
        report says ``proven=False`` with the gap; ``SolverError`` when there is not even one.
        """
        deadline = time.monotonic() + time_limit
        whole, fixed = self._highs(), self._highs()
        reports: list[SolverReport] = []
        values: Sequence[float] = ()
        for goal in goals:
            report = self._known_best(fixed, goal) if reports else None
            if report is None:
                if reports:
                    _start_from(whole, values)
                report = _run(whole, goal, len(self.names), max(0.5, deadline - time.monotonic()))
                if report is None and not reports:
                    return None
                if report is None:
                    raise SolverError(f"l'objectif « {goal.name} » a rendu le modèle infaisable")
                self._fix(fixed, whole.getSolution().col_value)
                report = self._settle(fixed, goal, report)
            values = list(fixed.getSolution().col_value)
            reports.append(report)
            for solver in (whole, fixed):
                _lock(solver, goal, report.objective)
        if _run(fixed, tie_break, len(self.names), _POLISH_SECONDS) is not None:
            values = list(fixed.getSolution().col_value)
        return Solution(values=values, reports=tuple(reports))

    def _fix(self, solver: highspy.Highs, values: Sequence[float]) -> None:
        """Fix the integers at whole values: no ``0.999999`` may carry a big amount."""
        columns = [column for column, is_integer in enumerate(self.integer) if is_integer]
        whole = np.array([float(round(values[column])) for column in columns])
        index = np.array(columns, dtype=np.int32)
        solver.changeColsBounds(len(columns), index, whole, whole)
        kinds = np.full(len(columns), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        solver.changeColsIntegrality(len(columns), index, kinds)

    def _settle(self, fixed: highspy.Highs, goal: Goal, report: SolverReport) -> SolverReport:
        """The report with what the goal reaches once the integers are whole."""
        exact = _run(fixed, goal, len(self.names), _POLISH_SECONDS)
        if exact is None:
            raise SolverError(f"objectif « {goal.name} » : la solution ne tient pas avec des choix entiers")
        gap = _gap(exact.objective, report.bound)
        return replace(report, objective=exact.objective, bound=max(report.bound, exact.objective), gap=gap)

    def _known_best(self, fixed: highspy.Highs, goal: Goal) -> SolverReport | None:
        """The report of a goal that the choices already made bring to the most that it can be."""
        if goal.most == INFINITY:
            return None
        report = _run(fixed, goal, len(self.names), _POLISH_SECONDS)
        if report is None or report.objective < goal.most - goal.grain:
            return None
        return replace(report, bound=goal.most, gap=_gap(report.objective, goal.most))

    def _highs(self) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 20231004),
            ("mip_rel_gap", 0.0),
            ("mip_feasibility_tolerance", INTEGRALITY),
        ):
            solver.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.names), len(self.row_names)
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = np.array(self.lower), np.array(self.upper)
        lp.row_lower_, lp.row_upper_ = np.array(self._row_lower), np.array(self._row_upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self._columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self._weights)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[is_integer] for is_integer in self.integer]
        solver.passModel(lp)
        return solver


def _run(solver: highspy.Highs, goal: Goal, width: int, seconds: float) -> SolverReport | None:
    """Maximise one goal (posed as a minimisation: see the traps); ``None`` when infeasible."""
    cost = np.zeros(width)
    for column, weight in goal.weights.items():
        cost[column] = -weight
    solver.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
    solver.setOptionValue("mip_abs_gap", goal.grain / 2)
    solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
    started = time.monotonic()
    solver.run()
    elapsed = time.monotonic() - started
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    info = solver.getInfo()
    optimal = status == highspy.HighsModelStatus.kOptimal
    out_of_time = status == highspy.HighsModelStatus.kTimeLimit
    if not optimal and not (out_of_time and info.primal_solution_status == highspy.kSolutionStatusFeasible):
        raise SolverError(f"HiGHS s'est arrêté sur « {solver.modelStatusToString(status)} » (objectif « {goal.name} »)")
    objective = -info.objective_function_value
    # Without integers HiGHS sets no bound of its own: an optimal status is the proof.
    bound = objective if optimal and info.mip_node_count < 0 else -info.mip_dual_bound
    return SolverReport(
        status="optimal" if optimal else "temps écoulé",
        proven=optimal,
        objective=objective,
        bound=bound,
        gap=_gap(objective, bound),
        seconds=elapsed,
    )


def _gap(objective: float, bound: float) -> float:
    """Relative distance to the bound; a bound below the solution proves nothing and must not pass for a zero gap."""
    if not math.isfinite(bound):
        return math.inf
    gap = (bound - objective) / max(1.0, abs(objective))
    if gap < -_NOISE:
        raise SolverError(f"borne {bound} sous la solution {objective} : ce n'est pas une borne")
    return max(0.0, gap)


def _start_from(solver: highspy.Highs, values: Sequence[float]) -> None:
    """Give the solver the solution of the goals before."""
    solution = highspy.HighsSolution()
    solution.col_value = list(values)
    solver.setSolution(solution)


def _lock(solver: highspy.Highs, goal: Goal, reached: float) -> None:
    """Keep what a goal reached, up to its grain, while the next one is sought."""
    columns = [column for column, weight in goal.weights.items() if weight]
    if not columns:
        return
    weights = np.array([goal.weights[column] for column in columns], dtype=float)
    solver.addRow(reached - goal.grain, INFINITY, len(columns), np.array(columns, dtype=np.int32), weights)
