"""The best portfolio for every weight, when marks are known: decomposition of the set of weights (Benson 1998).

The best value is a convex function of the weights, the highest of the values of finitely many portfolios. The region
above the portfolios known so far is kept by its corners; at each corner the best portfolio is sought: a better one cuts
the corner off, else the corner is settled. When all are, every weight is. No programme per project is needed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.choosing.binary import Chooser
from rebond.portfolio.choosing.relaxation import Relaxation
from rebond.portfolio.choosing.row import Decided, Row
from rebond.portfolio.robust.cone import Cone, Ray, dot
from rebond.portfolio.robust.model import NoPortfolioError, Portfolio, RobustProblem, Witness

_MACHINE = 2**62
_ABOUT = 1e-9
"""Relative distance under which two values in floats are compared again in whole numbers."""


@dataclass(slots=True)
class Potential:
    """What the decomposition knows."""

    complete: bool = False
    witnesses: dict[Portfolio, Ray] = field(default_factory=dict)
    """Portfolio → weights under which it is proven the best."""
    inside: dict[int, Witness] = field(default_factory=dict)
    outside: dict[int, Witness] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)
    """Projects for which a missing witness is proven impossible, whether or not all is complete."""


class Decomposition:
    """What the search knows, kept: the same question on a part of the weights then costs little."""

    def __init__(self, problem: RobustProblem, weights: Cone, deadline: float) -> None:
        self._problem, self._deadline = problem, deadline
        self._count = len(problem.projects)
        self._chooser = Chooser(self._count, problem.rows)
        self._relaxation = Relaxation(self._count, problem.rows)
        self._marks = np.array(problem.low, dtype=object)
        self._largest = len(problem.criteria) * max((abs(mark) for row in problem.low for mark in row), default=0)
        if self._largest < _MACHINE:
            self._marks = self._marks.astype(np.int64)
        self._table = np.zeros((0, len(problem.criteria)))
        self._weights = weights
        self._cone: Cone | None = None
        self._known: dict[Portfolio, list[int]] = {}
        self._sure: frozenset[int] = frozenset()
        self.found = Potential()
        with suppress(TimeoutError):
            self._run()

    def within(self, row: Sequence[int], *, deadline: float) -> Potential | None:
        """The same on the weights that keep one more row, once all is known; ``None``: unknown, or no weight keeps it.

        The best value is already known for every weight: only ties at the new corners are still sought.
        """
        if not self.found.complete or self._cone is None:
            return None
        return copy(self)._narrowed(self._cone.copy(), row, deadline)  # noqa: SLF001  # a copy of itself

    def _narrowed(self, cone: Cone, row: Sequence[int], deadline: float) -> Potential | None:
        # What is in, or out, whatever the weights stays so for fewer of them.
        self._sure = frozenset(project for project, _ in self._unsettled())
        self.found = Potential()
        self._deadline = cone.deadline = deadline
        try:
            cone.cut((*row, 0))
            corners = [ray for ray in cone.rays if any(ray[:-1])]
            if not corners:
                return None
            for corner in corners:
                for portfolio, heights in self._known.items():
                    if dot(heights, corner[:-1]) == corner[-1]:
                        self._witness(portfolio, corner[:-1])
            self.found.complete = self._look_at_equals(corners)
        except TimeoutError:
            return None
        return self.found

    def _run(self) -> None:
        centre = tuple(map(sum, zip(*self._weights.rays, strict=True)))
        start = self._chooser.best(self._problem.values(self._problem.low, centre), seconds=self._left())
        if start is None:
            raise NoPortfolioError
        known = {start.chosen: self._heights(start.chosen)}
        cone = Cone.above(self._weights, self._heights(start.chosen))
        settled: set[Ray] = set()
        pending = self._corners(cone, settled)
        while pending:
            if time.monotonic() > self._deadline:
                return
            corner = pending.pop()
            better = self._better(corner, known)
            if better is None:
                if time.monotonic() > self._deadline:
                    return
                settled.add(corner)
            else:
                known[better] = self._heights(better)
                cone.cut((*(-height for height in known[better]), 1))
                pending = self._corners(cone, settled)
        self.found.complete = self._look_at_equals([ray for ray in cone.rays if any(ray[:-1])])
        self._cone, self._known = cone, known

    @staticmethod
    def _corners(cone: Cone, settled: set[Ray]) -> list[Ray]:
        """Those to look at; the oldest last, which is looked at first: the extreme weights cut most off."""
        return [ray for ray in reversed(cone.rays) if ray not in settled and any(ray[:-1])]

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _values(self, weights: Sequence[int]) -> list[int]:
        """What each project is worth, by machine integers where none can overflow."""
        if self._largest * sum(weights) < _MACHINE:
            found: list[int] = (self._marks @ np.array(weights, dtype=np.int64)).tolist()
            return found
        return self._problem.values(self._problem.low, weights)

    def _best_known(self, known: dict[Portfolio, list[int]], weights: Sequence[int]) -> Portfolio:
        """The best portfolio known, the first of equals."""
        if len(self._table) != len(known):
            self._table = np.array(list(known.values()), dtype=float)
        every, about = list(known), self._table @ np.array(weights, dtype=float)
        near = np.flatnonzero(about >= about.max() - abs(about.max()) * _ABOUT)
        return max((every[rank] for rank in near), key=lambda each: dot(known[each], weights))

    def _heights(self, portfolio: Portfolio) -> list[int]:
        """The value of a portfolio for each criterion alone."""
        marks = self._problem.low
        return [sum(marks[p][c] for p in portfolio) for c in range(len(self._problem.criteria))]

    def _better(self, corner: Ray, known: dict[Portfolio, list[int]]) -> Portfolio | None:
        """A portfolio worth more than the corner under its weights; ``None`` when there is none, or no time."""
        weights = corner[:-1]
        values = self._values(weights)
        best = self._best_known(known, weights)
        reached = dot(known[best], weights)
        decided = self._relaxation.decided(values, reached)
        choice = self._chooser.best(values, seconds=self._left(), start=best, decided=decided)
        if choice is None:
            raise SolverError("la meilleure sélection connue ne tient plus : la relaxation a décidé à tort")
        if choice.value > reached:
            return choice.chosen
        if choice.proven:
            self._witness(best, weights)
        else:
            self._deadline = min(self._deadline, time.monotonic())
        return None

    def _witness(self, portfolio: Portfolio, weights: Ray) -> None:
        self.found.witnesses.setdefault(portfolio, weights)
        inside = set(portfolio)
        for project in range(self._count):
            found = self.found.inside if project in inside else self.found.outside
            found.setdefault(project, Witness(weights=weights, portfolio=portfolio))

    def _unsettled(self) -> Iterator[tuple[int, bool]]:
        """Projects seen on one side only, with that side."""
        for project in range(self._count):
            if project in self._sure:
                continue
            if project not in self.found.outside:
                yield project, True
            elif project not in self.found.inside:
                yield project, False

    def _look_at_equals(self, corners: list[Ray]) -> bool:
        """At each corner, whether a portfolio of equal value holds or leaves a project that no other did.

        The best value less the best value with (or without) a project is, between corners, concave: it reaches zero at
        a corner or nowhere.
        """
        for corner in corners:
            if not any(True for _ in self._unsettled()):
                break
            weights, height = corner[:-1], corner[-1]
            values = self._values(weights)
            decided = self._relaxation.decided(values, height)
            while True:
                wanted = {p: -1 if held else 1 for p, held in self._unsettled() if p not in decided.fixed}
                if not wanted:
                    break
                if time.monotonic() > self._deadline:
                    return False
                equal = self._equal(values, height, wanted, decided)
                if equal is None:
                    break
                self._witness(equal, weights)
        return True

    def _equal(self, values: list[int], height: int, wanted: dict[int, int], decided: Decided) -> Portfolio | None:
        """A portfolio of that value that changes the side of most of the projects asked; ``None``: proven to be none.

        Raises ``TimeoutError`` when time stopped the search before it found one or proved that there is none.
        """
        row = Row("valeur", {p: value for p, value in enumerate(values) if value}, low=height)
        chooser = Chooser(self._count, [*self._problem.rows, row])
        gains = [wanted.get(p, 0) for p in range(self._count)]
        before = sum(1 for gain in wanted.values() if gain < 0)
        known = next((each for each in self.found.witnesses if dot_of(values, each) == height), None)
        choice = chooser.best(gains, seconds=max(self._left(), 0.2), start=known, decided=decided)
        if choice is not None and choice.value + before > 0:
            return choice.chosen
        if choice is not None and not choice.proven:
            raise TimeoutError("trop de sélections de même valeur pour le temps donné")
        return None


def dot_of(values: list[int], portfolio: Portfolio) -> int:
    """The value of a portfolio."""
    return sum(values[p] for p in portfolio)
