"""A thin layer over HiGHS: named rows and columns, lexicographic objectives, a status that is checked.

The only module that imports ``highspy``. Floats live here and nowhere else. Traps that this layer guards against: a
status other than optimal is never read as a solution; a bound counts only when it is finite; the number of threads
never changes within a process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
_ATTEMPTS = ((1e-9, "choose"), (1e-7, "choose"), (1e-9, "off"))
"""How far from a whole number a choice may be, and whether HiGHS presolves: tried in turn until an answer holds.

At 1e-7 the choice of a million euros carries ten cents too many, more than a goal's grain, so that the next goal would
take what the first one has not; at 1e-9 HiGHS sometimes calls infeasible a programme that has a solution.
"""
_NOISE = 1e-6
"""Relative error of a bound below which it is rounding noise; a bound further under its solution is no bound."""
_POLISH_SECONDS = 30.0
_LAST_SLACKS = (0.01, 0.1, 1.0)
"""Of a grain, what the choice among equals may take of each goal, the first that is possible.

A whole one lets it move a quarter of a euro between supports, of which rounding then keeps nothing.
"""
_WIDER_SLACKS = (10.0, 100.0)
"""Grains given back on the goals already reached when the next one finds no solution at all: up to ten cents."""
_PROBE_FROM = 1
"""Nodes of the last search above which choices are probed: under it, the next search is quicker than the probing."""
_WHOLE = 1e-7
"""Distance from 0 or 1 at which a choice of the relaxation takes that value."""
_PROBE_SLACK = 10
"""Grains given back on the goals reached while choices are tried one by one: no rounding may rule one out."""


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


@dataclass(slots=True)
class Solution:
    """Column values, and one report per goal."""

    values: Sequence[float]
    reports: tuple[SolverReport, ...]

    @property
    def proven(self) -> bool:
        """Whether every goal is proven the best, time having stopped none."""
        return all(report.proven for report in self.reports)


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

    def room(self, values: Sequence[float]) -> list[float]:
        """What each column may still gain in a solution, the others as they are, before a row or its bound stops it."""
        room = np.array(self.upper) - np.array(values)
        columns, weights = np.array(self._columns, dtype=np.int32), np.array(self._weights)
        rows = np.repeat(np.arange(len(self.row_names)), np.diff(self._starts))
        reached = np.bincount(rows, weights=weights * np.array(values)[columns], minlength=len(self.row_names))
        above = np.array(self._row_upper)[rows] - reached[rows]
        below = reached[rows] - np.array(self._row_lower)[rows]
        np.minimum.at(room, columns, np.where(weights > 0, above, below) / np.abs(weights))
        return [float(value) for value in room]

    def solve(self, goals: Sequence[Goal], *, tie_break: Goal, time_limit: float = 60.0) -> Solution | None:
        """Maximise the goals in order, each without giving up what the ones before reached.

        ``tie_break`` then picks one among equals (with the integers fixed), so that the same input gives the same
        answer.

        ``None`` when the rows contradict each other. When time runs out the best solution found comes back and its
        report says ``proven=False`` with the gap; ``SolverError`` when there is not even one.
        """
        deadline = time.monotonic() + time_limit
        whole, fixed, probe = _Engine(self), _Engine(self), _Probe(self)
        reports: list[SolverReport] = []
        for goal in goals:
            report = fixed.known_best(goal) if reports else None
            if report is None:
                if reports:
                    whole.start_from(fixed)
                    if whole.branched:
                        whole.fix(probe.decided(deadline))
                report = _search(whole, fixed, goal, deadline)
            if report is None and not reports:
                return None
            report = report or _search_wider(whole, fixed, goal, deadline)
            if report is None:
                raise SolverError(f"l'objectif « {goal.name} » a rendu le modèle infaisable")
            reports.append(report)
            for engine in (whole, fixed):
                engine.lock(goal, report.objective)
            probe.lock(goal, report.objective)
        values = fixed.values()
        for slack in _LAST_SLACKS:
            fixed.relock(slack)
            if fixed.run(tie_break, _POLISH_SECONDS) is not None:
                values = fixed.values()
                break
        return Solution(values=values, reports=tuple(reports))

    def arrays(self) -> tuple[highspy.HighsLp, np.ndarray, np.ndarray]:
        """The programme in thousands of euros, with the scale of each column and whether it is an integer.

        HiGHS's tolerances are absolute: on rows of millions of euros they ask for more digits than a float has, and
        wrong answers come back as optimal. In thousands of euros a tolerance of 1e-7 is a hundredth of a cent.
        """
        integer = np.array(self.integer, dtype=bool)
        scale = np.where(integer, 1.0, THOUSAND)
        columns = np.array(self._columns, dtype=np.int32)
        starts = np.array(self._starts, dtype=np.int32)
        row_of = np.repeat(np.arange(len(self.row_names)), np.diff(starts))
        in_euros = np.zeros(len(self.row_names), dtype=bool)
        in_euros[row_of[~integer[columns]]] = True
        shrink = np.where(in_euros, 1 / THOUSAND, 1.0)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.names), len(self.row_names)
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = np.array(self.lower) / scale, np.array(self.upper) / scale
        lp.row_lower_, lp.row_upper_ = np.array(self._row_lower) * shrink, np.array(self._row_upper) * shrink
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = starts, columns
        lp.a_matrix_.value_ = np.array(self._weights) * scale[columns] * shrink[row_of]
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[is_integer] for is_integer in self.integer]
        return lp, scale, integer


class _Engine:
    """One HiGHS on one programme: euros outside, thousands of euros inside."""

    def __init__(self, model: MilpModel) -> None:
        lp, self._scale, self._integer = model.arrays()
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        self._highs.passModel(lp)
        self._locks: list[tuple[int, float, float]] = []
        """Row, value reached and grain of each goal kept, inside unit."""
        self.branched = False
        """Whether the last run had to try choices one against the other."""

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
        highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
        started = time.monotonic()
        highs.run()
        elapsed = time.monotonic() - started
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        info = highs.getInfo()
        self.branched = info.mip_node_count > _PROBE_FROM
        optimal = status == highspy.HighsModelStatus.kOptimal
        out_of_time = status == highspy.HighsModelStatus.kTimeLimit
        if not optimal and not (out_of_time and info.primal_solution_status == highspy.kSolutionStatusFeasible):
            words = highs.modelStatusToString(status)
            raise SolverError(f"HiGHS s'est arrêté sur « {words} » (objectif « {goal.name} »)")
        objective = -info.objective_function_value / shrink
        # Without integers HiGHS sets no bound of its own: an optimal status is the proof.
        bound = objective if optimal and info.mip_node_count < 0 else -info.mip_dual_bound / shrink
        if objective < bound < objective + goal.step / 2:
            bound = objective
        return SolverReport(
            status="optimal" if optimal else "temps écoulé",
            proven=optimal,
            objective=objective,
            bound=bound,
            gap=_gap(objective, bound),
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
        # Each run differs from the one before by a bound: starting from its basis beats presolving anew.
        self._highs.setOptionValue("presolve", "off")

    def feasible(self) -> np.ndarray | None:
        """A point that keeps every row, inside unit; ``None`` when there is none."""
        self._highs.run()
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        return np.array(self._highs.getSolution().col_value)

    def fix_integers(self, other: _Engine) -> None:
        """Fix the integers at the whole values of another's solution: no ``0.999999`` may carry a big amount."""
        found = np.array(other._highs.getSolution().col_value)
        columns = np.flatnonzero(self._integer).astype(np.int32)
        whole = np.round(found[columns])
        self._highs.changeColsBounds(len(columns), columns, whole, whole)
        kinds = np.full(len(columns), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        self._highs.changeColsIntegrality(len(columns), columns, kinds)

    def start_from(self, other: _Engine) -> None:
        """Begin with the solution of another."""
        solution = highspy.HighsSolution()
        solution.col_value = list(other._highs.getSolution().col_value)
        self._highs.setSolution(solution)

    def settle(self, goal: Goal, report: SolverReport) -> SolverReport | None:
        """The report with what the goal reaches once the integers are whole; ``None`` when nothing is left then."""
        exact = self.run(goal, _POLISH_SECONDS)
        if exact is None:
            return None
        gap = _gap(exact.objective, report.bound)
        return replace(report, objective=exact.objective, bound=max(report.bound, exact.objective), gap=gap)

    def known_best(self, goal: Goal) -> SolverReport | None:
        """The report of a goal that the choices already made bring to the most that it can be."""
        if goal.most == INFINITY:
            return None
        report = self.run(goal, _POLISH_SECONDS)
        if report is None or report.objective < goal.most - goal.grain:
            return None
        return replace(report, bound=goal.most, gap=_gap(report.objective, goal.most))

    def _shrink(self, goal: Goal) -> float:
        """Goals in euros are sought in thousands; counts and values as they are."""
        in_euros = any(weight and not self._integer[column] for column, weight in goal.weights.items())
        return 1 / THOUSAND if in_euros else 1.0


class _Probe:
    """The choices that the goals already reached leave no say in.

    Each choice is tried both ways in the linear relaxation, with those goals kept: a value that contradicts them is
    ruled out for good. Two choices in five fall so, and the proof of the goals that follow takes a third of the time.
    """

    def __init__(self, model: MilpModel) -> None:
        self._model = model
        self._locks: list[tuple[Goal, float]] = []
        self._known: dict[int, float] = {}
        self._choices = [c for c, whole in enumerate(model.integer) if whole and model.upper[c] == 1.0]

    def lock(self, goal: Goal, reached: float) -> None:
        """Keep what a goal reached."""
        self._locks.append((goal, reached - _PROBE_SLACK * goal.grain))

    def decided(self, deadline: float) -> Mapping[int, float]:
        """Column → the only value left to it; what time allowed to find."""
        engine = _Engine(self._model)
        engine.relax()
        engine.fix(self._known)
        for goal, reached in self._locks:
            engine.lock(goal, reached)
        seen: dict[float, set[int]] = {0.0: set(), 1.0: set()}
        for column in self._choices:
            if column in self._known:
                continue
            for value, columns in seen.items():
                if column in columns or time.monotonic() > deadline:
                    continue
                engine.fix({column: value})
                found = engine.feasible()
                if found is None:
                    self._known[column] = 1.0 - value
                    break
                for at, there in seen.items():
                    there.update(np.flatnonzero(np.abs(found - at) < _WHOLE))
            if column in self._known:
                engine.fix({column: self._known[column]})
            else:
                engine.free(column)
        return self._known


def _search(whole: _Engine, fixed: _Engine, goal: Goal, deadline: float) -> SolverReport | None:
    """The best of a goal, first with choices, then with those choices whole in ``fixed``.

    ``None`` when the rows contradict each other: every attempt must say so, one of them may be wrong.
    """
    contradicted = 0
    for integrality, presolve in _ATTEMPTS:
        whole.attempt(integrality, presolve)
        found = whole.run(goal, max(0.5, deadline - time.monotonic()))
        if found is None:
            contradicted += 1
            continue
        fixed.fix_integers(whole)
        settled = fixed.settle(goal, found)
        if settled is not None:
            return settled
    if contradicted == len(_ATTEMPTS):
        return None
    raise SolverError(f"objectif « {goal.name} » : la solution ne tient pas avec des choix entiers")


def _search_wider(whole: _Engine, fixed: _Engine, goal: Goal, deadline: float) -> SolverReport | None:
    """The best of a goal when the ones before leave none: what they reached carries the solver's own tolerance."""
    for slack in _WIDER_SLACKS:
        for engine in (whole, fixed):
            engine.relock(slack)
        report = _search(whole, fixed, goal, deadline)
        if report is not None:
            return report
    return None


def _gap(objective: float, bound: float) -> float:
    """Relative distance to the bound; a bound below the solution proves nothing and must not pass for a zero gap."""
    if not math.isfinite(bound):
        return math.inf
    gap = (bound - objective) / max(1.0, abs(objective))
    if gap < -_NOISE:
        raise SolverError(f"borne {bound} sous la solution {objective} : ce n'est pas une borne")
    return max(0.0, gap)
