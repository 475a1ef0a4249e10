"""A thin layer over HiGHS: named rows and columns, lexicographic objectives, the best found when time is short.

Floats live here and in ``engine`` (which tells the traps of HiGHS) and nowhere else in financing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.financing.solving.engine import INFINITY, LARGE, POLISH_SECONDS, THOUSAND, Engine, Goal, OutOfTimeError
from rebond.financing.solving.proof import SolverReport

__all__ = ["INFINITY", "Goal", "MilpModel", "Solution"]

_ATTEMPTS = ((1e-9, "choose"), (1e-7, "choose"), (1e-9, "off"))
"""How far from a whole number a choice may be, and whether HiGHS presolves: tried in turn until an answer holds.

At 1e-7 the choice of a million euros carries ten cents too many, more than a goal's grain, so that the next goal would
take what the first one has not; at 1e-9 HiGHS sometimes calls infeasible a programme that has a solution.
"""
_LAST_SLACKS = (0.01, 0.1, 1.0)
"""Of a grain, what the choice among equals may take of each goal, the first that is possible.

A whole one lets it move a quarter of a euro between supports, of which rounding then keeps nothing.
"""
_WIDER_SLACKS = (10.0, 100.0)
"""Grains given back on the goals already reached when the next one finds no solution at all: up to ten cents."""
_SHARE_OF_TIME = 0.7
"""Of the time left, what a goal may take that others follow."""
_PROBE_FROM = 1
"""Nodes of the last search above which choices are probed: under it, the next search is quicker than the probing."""
_WHOLE = 1e-7
"""Distance from 0 or 1 at which a choice of the relaxation takes that value."""
_CENT = 0.01
_PROBE_SLACK = 10
"""Grains given back on the goals reached while choices are tried one by one: no rounding may rule one out."""


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
    search_from: int = LARGE
    """Choices from which good solutions are searched for: fewer, the proof alone is quicker."""
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
        terms = list(weights)
        merged = dict(terms)
        if len(merged) < len(terms):
            merged = dict.fromkeys(merged, 0.0)
            for column, weight in terms:
                merged[column] += weight
        if 0.0 in merged.values():
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

    def holds(self, values: Sequence[float]) -> bool:
        """Whether a point keeps every row, bound and whole choice, up to a cent."""
        point = np.array(values)
        columns, weights = np.array(self._columns, dtype=np.int32), np.array(self._weights)
        rows = np.repeat(np.arange(len(self.row_names)), np.diff(self._starts))
        reached = np.bincount(rows, weights=weights * point[columns], minlength=len(self.row_names))
        whole = np.array(self.integer, dtype=bool)
        return bool(
            np.all(point >= np.array(self.lower) - _CENT)
            and np.all(point <= np.array(self.upper) + _CENT)
            and np.all(np.abs(point - np.round(point))[whole] <= _WHOLE)
            and np.all(reached >= np.array(self._row_lower) - _CENT)
            and np.all(reached <= np.array(self._row_upper) + _CENT)
        )

    def solve(
        self,
        goals: Sequence[Goal],
        *,
        tie_break: Goal,
        time_limit: float = 60.0,
        known: Mapping[str, float] | None = None,
    ) -> Solution | None:
        """Maximise the goals in order, each without giving up what the ones before reached.

        ``tie_break`` then picks one among equals (with the integers fixed), so that the same input gives the same
        answer. ``known``: a point (column name → value) that the search starts from where it keeps the rows.

        ``None`` when the rows contradict each other. When time runs out the best solution found comes back and its
        report says ``proven=False`` with the gap. Not even one found: the ``known`` point, else nothing at all, when
        the rows allow it; ``SolverError`` when they do not.
        """
        deadline = time.monotonic() + time_limit
        whole, fixed, probe = Engine(self), Engine(self), _Probe(self)
        start = self._start(known)
        whole.start_at(start)
        reports: list[SolverReport] = []
        for goal in goals:
            report = fixed.known_best(goal) if reports else None
            if report is None:
                if reports:
                    whole.start_from(fixed)
                    if whole.nodes > _PROBE_FROM:
                        whole.fix(probe.decided(deadline))
                try:
                    within = _within(deadline, last=goal is goals[-1])
                    report = _search(whole, fixed, goal, within)
                    if report is None and not reports:
                        return None
                    report = report or _search_wider(whole, fixed, goal, within)
                except OutOfTimeError as stop:
                    if not reports:
                        fixed.fix_integers_at(self._known_point(known, stop))
                    report = fixed.keep_choices(goal, min(stop.bound, goal.most))
            if report is None:
                raise SolverError(f"l'objectif « {goal.name} » a rendu le modèle infaisable")
            reports.append(report if reports else _no_worse(report, goal, fixed, start))
            report = reports[-1]
            for engine in (whole, fixed):
                engine.lock(goal, report.objective)
            probe.lock(goal, report.objective)
        values = fixed.values()
        for slack in _LAST_SLACKS:
            fixed.relock(slack)
            if fixed.run(tie_break, POLISH_SECONDS) is not None:
                values = fixed.values()
                break
        return Solution(values=values, reports=tuple(reports))

    def _point(self, known: Mapping[str, float]) -> Sequence[float]:
        return [known.get(name, 0.0) for name in self.names]

    def _start(self, known: Mapping[str, float] | None) -> Sequence[float]:
        """The known point where it keeps the rows; empty: none."""
        point = self._point(known) if known else []
        return point if known and self.holds(point) else []

    def _known_point(self, known: Mapping[str, float] | None, stop: OutOfTimeError) -> Sequence[float]:
        """A point that keeps every row, found without a search; raises the stop when there is none."""
        points = (self._point(known or {}), [0.0] * len(self.names))
        for point in points:
            if self.holds(point):
                return point
        raise stop

    @property
    def scale(self) -> np.ndarray:
        """Units of each column in one of the programme that is solved: a thousand euros, or a choice."""
        return np.where(self.integer, 1.0, THOUSAND)

    def arrays(self) -> tuple[highspy.HighsLp, np.ndarray, np.ndarray]:
        """The programme in thousands of euros, with the scale of each column and whether it is an integer.

        HiGHS's tolerances are absolute: on rows of millions of euros they ask for more digits than a float has, and
        wrong answers come back as optimal. In thousands of euros a tolerance of 1e-7 is a hundredth of a cent.
        """
        integer = np.array(self.integer, dtype=bool)
        scale = self.scale
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
        engine = Engine(self._model)
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


def _no_worse(report: SolverReport, goal: Goal, fixed: Engine, start: Sequence[float]) -> SolverReport:
    """What was known, where a search was cut short before it was even as good."""
    if report.proven or not start or report.objective >= _reached(goal, start) - goal.grain:
        return report
    fixed.fix_integers_at(start)
    return fixed.keep_choices(goal, report.bound) or report


def _reached(goal: Goal, values: Sequence[float]) -> float:
    """What a goal is worth at a point."""
    return sum(weight * values[column] for column, weight in goal.weights.items())


def _within(deadline: float, *, last: bool) -> float:
    """When the search of a goal stops: a first one that is hard leaves some time to the others."""
    now = time.monotonic()
    return deadline if last else now + _SHARE_OF_TIME * max(0.0, deadline - now)


def _search(whole: Engine, fixed: Engine, goal: Goal, deadline: float) -> SolverReport | None:
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


def _search_wider(whole: Engine, fixed: Engine, goal: Goal, deadline: float) -> SolverReport | None:
    """The best of a goal when the ones before leave none: what they reached carries the solver's own tolerance."""
    for slack in _WIDER_SLACKS:
        for engine in (whole, fixed):
            engine.relock(slack)
        report = _search(whole, fixed, goal, deadline)
        if report is not None:
            return report
    return None
