"""A thin layer over HiGHS: named rows and columns, lexicographic objectives, a status that is checked.

The only module that imports ``highspy``. Floats live here and nowhere else. Traps that this layer guards against
(facts/algorithms.md §6): a status other than optimal is never read as a solution; a bound counts only when it is
finite; the number of threads never changes within a process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from rebond.errors import SolverError

INFINITY = highspy.kHighsInf
INTEGRALITY = 1e-6
ABSOLUTE_GAP = 1e-3
"""Euros (or files) below which two objective values are the same."""
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
        solver = self._highs()
        reports: list[SolverReport] = []
        values: Sequence[float] = ()
        for rank, goal in enumerate(goals):
            report = _run(solver, goal, len(self.names), max(0.5, deadline - time.monotonic()))
            if report is None:
                if rank == 0:
                    return None
                raise SolverError(f"l'objectif « {goal.name} » a rendu le modèle infaisable")
            reports.append(report)
            values = list(solver.getSolution().col_value)
            _lock(solver, goal, report.objective)
        values = self._polish(solver, tie_break, values)
        return Solution(values=values, reports=tuple(reports))

    def _highs(self) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 20231004),
            ("mip_rel_gap", 1e-7),
            ("mip_abs_gap", ABSOLUTE_GAP / 10),
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

    def _polish(self, solver: highspy.Highs, tie_break: Goal, values: Sequence[float]) -> Sequence[float]:
        """Fix the integers at whole values and solve the rest again: no ``0.999999`` may carry a big amount."""
        for column, is_integer in enumerate(self.integer):
            if is_integer:
                whole = float(round(values[column]))
                solver.changeColBounds(column, whole, whole)
                solver.changeColIntegrality(column, highspy.HighsVarType.kContinuous)
        if _run(solver, tie_break, len(self.names), _POLISH_SECONDS) is None:
            return values
        return list(solver.getSolution().col_value)


def _run(solver: highspy.Highs, goal: Goal, width: int, seconds: float) -> SolverReport | None:
    """Maximise one goal (posed as a minimisation: see the traps); ``None`` when infeasible."""
    cost = np.zeros(width)
    for column, weight in goal.weights.items():
        cost[column] = -weight
    solver.changeColsCost(width, np.arange(width, dtype=np.int32), cost)
    solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
    started = time.monotonic()
    solver.run()
    elapsed = time.monotonic() - started
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    info = solver.getInfo()
    if status == highspy.HighsModelStatus.kOptimal:
        objective = -info.objective_function_value
        bound = objective if not math.isfinite(info.mip_dual_bound) or info.mip_node_count < 0 else -info.mip_dual_bound
        return SolverReport(
            status="optimal",
            proven=True,
            objective=objective,
            bound=bound,
            gap=_gap(objective, bound),
            seconds=elapsed,
        )
    if status == highspy.HighsModelStatus.kTimeLimit and info.primal_solution_status == highspy.kSolutionStatusFeasible:
        objective, bound = -info.objective_function_value, -info.mip_dual_bound
        return SolverReport(
            status="temps écoulé",
            proven=False,
            objective=objective,
            bound=bound,
            gap=_gap(objective, bound),
            seconds=elapsed,
        )
    raise SolverError(f"HiGHS s'est arrêté sur « {solver.modelStatusToString(status)} » (objectif « {goal.name} »)")


def _gap(objective: float, bound: float) -> float:
    if not math.isfinite(bound):
        return math.inf
    return max(0.0, bound - objective) / max(1.0, abs(objective))


def _lock(solver: highspy.Highs, goal: Goal, reached: float) -> None:
    """Keep what a goal reached, up to a tenth of a cent, while the next one is sought."""
    columns = [column for column, weight in goal.weights.items() if weight]
    weights = [goal.weights[column] for column in columns]
    solver.addRow(
        reached - ABSOLUTE_GAP,
        INFINITY,
        len(columns),
        np.array(columns, dtype=np.int32),
        np.array(weights, dtype=float),
    )
