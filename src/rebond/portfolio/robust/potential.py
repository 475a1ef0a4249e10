"""The best portfolio for every weight, when marks are known: decomposition of the set of weights (Benson 1998).

The best value is a convex function of the weights, the highest of the values of finitely many portfolios. The region
above the portfolios known so far is kept by its corners; at each corner the best portfolio is sought: a better one cuts
the corner off, else the corner is settled. When all are, every weight is. No programme per project is needed.

Where several limits overlap, proving the best at each corner takes too long, and is more than is asked: a corner is
settled too when no portfolio worth as much puts a project on a side where none was seen yet. What a rival is worth
beside a known portfolio is linear in the weights: beaten at every corner where that one leads, it is beaten wherever
that one leads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from functools import reduce
from math import gcd
from operator import and_, or_

import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.choosing.alike import Alike, Looked, items_of
from rebond.portfolio.choosing.binary import Choice, Chooser, NoChoiceInTimeError
from rebond.portfolio.choosing.few import EXACT
from rebond.portfolio.choosing.relaxation import Relaxation
from rebond.portfolio.choosing.row import Decided, Row
from rebond.portfolio.robust.cone import Cone, Ray, dot, primitive
from rebond.portfolio.robust.model import NoPortfolioError, Portfolio, RobustProblem, Witness

_MACHINE = 2**62
_WRONG = "la meilleure sélection connue ne tient plus : la relaxation a décidé à tort"
_SHORT = "trop de poids à examiner pour le temps donné"
_ABOUT = 1e-9
"""Relative distance under which two values in floats are compared again in whole numbers."""
_HARD = 3
"""Corners handed back one by one after which the best at each corner is no longer sought for itself: a count, not a
time, so that the same problem is answered alike on any machine."""


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


@dataclass(frozen=True, slots=True)
class _Tight:
    """A corner that no portfolio passes: projects that one of the best holds, or leaves (bits), some that show it."""

    inside: int
    outside: int
    shown: tuple[Portfolio, ...]


class Decomposition:
    """What the search knows, kept: the same question on a part of the weights then costs little."""

    def __init__(self, problem: RobustProblem, weights: Cone, deadline: float) -> None:
        self._problem, self._deadline = problem, deadline
        self._count = len(problem.projects)
        self._chooser = Chooser(self._count, problem.rows)
        self._alike = Alike(self._count, problem.rows)
        self._relaxation = Relaxation(self._count, problem.rows)
        common = gcd(*(mark for row in problem.low for mark in row)) or 1
        self._low = tuple(tuple(mark // common for mark in row) for row in problem.low)
        """Marks in the largest unit that keeps them whole: floats hold more of their sums."""
        self._marks = np.array(self._low, dtype=object).reshape(self._count, len(problem.criteria))
        self._largest = max((abs(mark) for row in self._low for mark in row), default=0)
        self._table = np.zeros((0, len(problem.criteria)))
        self._weights = weights
        self._cone: Cone | None = None
        self._known: dict[Portfolio, list[int]] = {}
        self._portfolios: dict[int, Portfolio] = {}
        self._settled: set[Ray] = set()
        self._tight: dict[Ray, _Tight] = {}
        """Settled corners with all their equals told; of the other settled ones they are sought one by one."""
        self._sure: frozenset[int] = frozenset()
        self._handed_back = 0
        self._beaten: set[Ray] = set()
        """Corners settled only because no rival there changes what is seen."""
        self._inside = self._outside = 0
        """Projects seen in, and out, of a portfolio that is the best somewhere (bits)."""
        self.found = Potential()
        with suppress(TimeoutError):
            self._run()

    def within(self, row: Sequence[int], *, deadline: float) -> Potential | None:
        """The same on the weights that keep one more row, once all is known; ``None``: unknown, or no weight keeps it.

        Where the best value is already known for every weight, only ties at the new corners are still sought.
        """
        if not self.found.complete or self._cone is None:
            return None
        return copy(self)._narrowed(self._cone.copy(), row, deadline)  # noqa: SLF001  # a copy of itself

    def _narrowed(self, cone: Cone, row: Sequence[int], deadline: float) -> Potential | None:
        # What is in, or out, whatever the weights stays so for fewer of them.
        self._sure = frozenset(project for project, _ in self._unsettled())
        was, self.found, self._inside, self._outside = self.found, Potential(), 0, 0
        self._deadline = cone.deadline = deadline
        try:
            cone.cut((*row, 0))
            corners = self._corners(cone, set())
            if not corners:
                return None
            if self._beaten:
                self._known, self._settled, self._beaten = dict(self._known), set(self._tight), set()
                for portfolio, weights in was.witnesses.items():
                    if dot(row, weights) >= 0:
                        self._witness(portfolio, weights)
                if not self.found.witnesses:
                    self._look_at_the_middle(cone, corners)
                self._cut_all(cone)
                return self.found
            new = []
            for corner in corners:
                if tight := self._tight.get(corner):
                    self._tell(tight, corner[:-1])
                else:
                    new.append(corner)
            self._settle(new)
            self.found.complete = self._look_at_equals(corners)
        except TimeoutError:
            return None
        return self.found

    def _look_at_the_middle(self, cone: Cone, corners: Sequence[Ray]) -> None:
        """A first witness, without which nothing is seen on any side."""
        weights = primitive(list(map(sum, zip(*(corner[:-1] for corner in corners), strict=True))))
        values, start = self._values(weights), self._best_known(weights)
        choice = self._chooser.best(values, seconds=self._left(), start=start)
        if choice is None or not choice.proven:
            raise TimeoutError(_SHORT)
        self._know(choice.chosen)
        self._witness(choice.chosen, weights)
        cone.cut((*(-height for height in self._known[choice.chosen]), 1))

    def _run(self) -> None:
        centre = tuple(map(sum, zip(*self._weights.rays, strict=True)))
        start = self._chooser.best(self._problem.values(self._problem.low, centre), seconds=self._left())
        if start is None:
            raise NoPortfolioError
        self._know(start.chosen)
        if start.proven:
            self._witness(start.chosen, centre)
        cone = Cone.above(self._weights, self._known[start.chosen])
        self._cut_all(cone)
        self._cone = cone

    def _cut_all(self, cone: Cone) -> None:
        """Cut the region until every corner of it is settled."""
        while pending := self._corners(cone, self._settled):
            for better in self._settle(pending):
                cone.cut((*(-height for height in self._known[better]), 1))
        self.found.complete = self._look_at_equals(self._corners(cone, set()))

    @staticmethod
    def _corners(cone: Cone, settled: set[Ray]) -> list[Ray]:
        """Those to look at; the oldest last, which is looked at first: the extreme weights cut most off."""
        return [ray for ray in reversed(cone.rays) if ray not in settled and any(ray[:-1])]

    def _settle(self, corners: Sequence[Ray]) -> list[Portfolio]:
        """Look at corners: those that no portfolio passes are settled, the better ones come back, all of them known.

        Raises ``TimeoutError`` when time is short.
        """
        found: list[Portfolio] = []
        alike = self._alike.exact and not self._is_hard
        for corner in self._settle_alike(corners, found) if alike else corners:
            if time.monotonic() > self._deadline:
                raise TimeoutError(_SHORT)
            if any(dot(self._known[each], corner[:-1]) > corner[-1] for each in found):
                continue
            found += self._settle_one(corner)
        return found

    @property
    def _is_hard(self) -> bool:
        return self._handed_back >= _HARD

    def _settle_one(self, corner: Ray) -> list[Portfolio]:
        rival = self._rival(corner) if self._is_hard else None
        if self._is_hard and rival is None:
            self._beaten.add(corner)
            self._settled.add(corner)
            return []
        better = self._better(corner, rival)
        if better is None:
            self._settled.add(corner)
        return [] if better is None else [better]

    def _rival(self, corner: Ray) -> Choice | None:
        """The best portfolio that is worth a corner and shows a project on a side not seen; ``None``: there is none."""
        weights, height = corner[:-1], corner[-1]
        values = self._values(weights)
        decided = self._relaxation.decided(values, height)
        lacking = {project: held for project, held in self._unsettled() if project not in decided.fixed}
        if not lacking:
            return None
        worth = Row("valeur", {p: value for p, value in enumerate(values) if value}, low=height)
        sides = {project: -1 if held else 1 for project, held in lacking.items()}
        other = Row("côté", sides, low=1 - sum(lacking.values()))
        chooser = Chooser(self._count, [*self._problem.rows, worth, other])
        try:
            choice = chooser.best(values, seconds=self._left(), decided=decided)
        except NoChoiceInTimeError:
            raise TimeoutError(_SHORT) from None
        if choice is not None and not choice.proven:
            raise TimeoutError(_SHORT)
        return choice

    def _settle_alike(self, corners: Sequence[Ray], found: list[Portfolio]) -> list[Ray]:
        """The same for all that floats hold exactly, many at once; those that are left come back."""
        most = EXACT / max(1, self._largest * self._count)
        near = [corner for corner in corners if sum(corner[:-1]) < most]
        apart = [corner for corner in corners if sum(corner[:-1]) >= most]
        if not near:
            return apart
        weights = np.array([corner[:-1] for corner in near], dtype=float)
        places = weights / weights.sum(axis=1)[:, None]
        reached = np.array([corner[-1] for corner in near], dtype=float)
        wanted = np.ones(len(near), dtype=bool)
        for looked in self._alike.look(weights @ self._marks.T.astype(float), places, reached, wanted):
            if time.monotonic() > self._deadline:
                raise TimeoutError(_SHORT)
            self._handed_back += isinstance(looked, int)
            new = self._settle_one(near[looked]) if isinstance(looked, int) else self._read(looked, near)
            for portfolio in new:
                # A corner that it passes will be cut off: nothing is asked of it any more.
                wanted &= weights @ np.array(self._known[portfolio], dtype=float) <= reached
            found += new
        return apart

    def _read(self, looked: Looked, corners: Sequence[Ray]) -> list[Portfolio]:
        """What a group of corners says: new portfolios, each the best at a corner; the others are settled."""
        new: list[Portfolio] = []
        if not len(looked.worth):
            raise SolverError(_WRONG)
        for rank, worth in zip(looked.ranks.tolist(), looked.worth.T, strict=True):
            corner, best = corners[rank], worth.max()
            weights, height = corner[:-1], corner[-1]
            if best < height:
                raise SolverError(_WRONG)
            places = np.flatnonzero(worth == best).tolist()
            if best > height:
                if not any(dot(self._known[each], weights) > height for each in new):
                    new.append(self._portfolio(looked.mask(places[0])))
                    self._know(new[-1])
                    self._witness(new[-1], weights)
                continue
            self._settled.add(corner)
            shown = looked.differing(places)
            self._tight[corner] = _Tight(
                reduce(or_, shown), ~reduce(and_, shown), tuple(self._portfolio(mask) for mask in shown)
            )
            self._tell(self._tight[corner], weights)
        return new

    def _portfolio(self, mask: int) -> Portfolio:
        """The projects of a mask, the same tuple for the same one."""
        if mask not in self._portfolios:
            self._portfolios[mask] = items_of(mask)
        return self._portfolios[mask]

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _values(self, weights: Sequence[int]) -> list[int]:
        """What each project is worth, by machine integers where none can overflow."""
        if self._largest * len(weights) * sum(weights) < _MACHINE:
            found: list[int] = (self._marks.astype(np.int64) @ np.array(weights, dtype=np.int64)).tolist()
            return found
        return self._problem.values(self._low, weights)

    def _best_known(self, weights: Sequence[int]) -> Portfolio:
        """The best portfolio known, the first of equals."""
        if len(self._table) != len(self._known):
            self._table = np.array(list(self._known.values()), dtype=float)
        every, about = list(self._known), self._table @ np.array(weights, dtype=float)
        near = np.flatnonzero(about >= about.max() - abs(about.max()) * _ABOUT)
        return max((every[rank] for rank in near), key=lambda each: dot(self._known[each], weights))

    def _know(self, portfolio: Portfolio) -> None:
        """Keep a portfolio, with its value for each criterion alone."""
        width = len(self._problem.criteria)
        self._known[portfolio] = [sum(self._low[p][c] for p in portfolio) for c in range(width)]

    def _better(self, corner: Ray, rival: Choice | None = None) -> Portfolio | None:
        """A portfolio worth more than the corner under its weights; ``None``: proven to be none."""
        weights = corner[:-1]
        values = self._values(weights)
        best = self._best_known(weights)
        reached = dot(self._known[best], weights)
        if rival is not None and rival.value >= reached:
            best, reached = rival.chosen, rival.value
            self._know(best)
        decided = self._relaxation.decided(values, reached)
        choice = self._chooser.best(values, seconds=self._left(), start=best, decided=decided)
        if choice is None:
            raise SolverError(_WRONG)
        if choice.value > reached:
            self._know(choice.chosen)
            if choice.proven:
                self._witness(choice.chosen, weights)
            return choice.chosen
        if not choice.proven:
            raise TimeoutError(_SHORT)
        self._witness(best, weights)
        return best if reached > corner[-1] else None

    def _tell(self, tight: _Tight, weights: Ray) -> None:
        """What a corner adds to the witnesses."""
        if tight.inside & ~self._inside or tight.outside & ~self._outside:
            for portfolio in tight.shown:
                self._witness(portfolio, weights)

    def _witness(self, portfolio: Portfolio, weights: Ray) -> None:
        self.found.witnesses.setdefault(portfolio, weights)
        inside = set(portfolio)
        mask = sum(1 << project for project in portfolio)
        self._inside, self._outside = self._inside | mask, self._outside | ~mask
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
            if corner in self._tight or corner in self._beaten:
                continue
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
