"""Potentially optimal portfolios when marks are intervals: a portfolio and weights that no rival beats, together.

A portfolio is the best for some marks exactly when it is the best for those that favour it most: the highest for its
projects, the lowest for the others. What is left is one programme in the portfolio and the weights (their products made
linear, which is exact for a 0-1 choice), with one row a rival; rivals come as they are needed. A portfolio that it
proposes counts only once it is proven the best under exact weights, and a project is core or exterior only once the
programme is proven to have no answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.choosing.binary import LEAST_SECONDS, Chooser, programme, row_scales
from rebond.portfolio.choosing.relaxation import Relaxation
from rebond.portfolio.robust.cone import Cone, Ray
from rebond.portfolio.robust.model import NoPortfolioError, Portfolio, RobustProblem, Witness
from rebond.portfolio.robust.potential import Potential


def potentially_optimal_in_intervals(problem: RobustProblem, weights: Cone, *, deadline: float) -> Potential:
    """Every project's witnesses; ``complete`` when each that lacks is proven impossible."""
    search = _Certificates(problem, weights, deadline)
    with suppress(TimeoutError):
        search.run()
    return search.found


_NO_ANSWER: Portfolio = (-1,)
_ROUND, _TIE = 1e-7, 1e-6
"""What floats may have lost of a share, and of a lead: ties are looked at, then counted again in whole numbers."""


class _Certificates:
    def __init__(self, problem: RobustProblem, weights: Cone, deadline: float) -> None:
        self._problem, self._weights, self._deadline = problem, weights, deadline
        self._count, self._width = len(problem.projects), len(problem.criteria)
        self._chooser = Chooser(self._count, problem.rows)
        self._rivals: list[Portfolio] = []
        self.found = Potential()
        self._highs = self._master()

    def run(self) -> None:
        self._look_around()
        self._settle_at_once()
        for project, held in list(self._lacking()):
            if (project, held) not in set(self._lacking()):
                continue
            if not self._settle(project, held):
                return
            if (project, held) in set(self._lacking()):
                self.found.settled.add(project)
        self.found.complete = True

    def _lacking(self) -> Iterator[tuple[int, bool]]:
        """Projects without a witness of a side: to be in (true), to be out (false)."""
        for project in range(self._count):
            if project in self.found.settled:
                continue
            if project not in self.found.inside:
                yield project, True
            if project not in self.found.outside:
                yield project, False

    def _look_around(self) -> None:
        """The best portfolios at the extreme weights and their centre, for marks at an end: most witnesses at once."""
        rays = list(self._weights.rays)
        centre: Ray = tuple(map(sum, zip(*rays, strict=True)))
        for ray in (centre, *rays):
            for marks in (self._problem.low, self._problem.high):
                self._best_under(ray, self._problem.values(marks, ray))
        for project, held in list(self._lacking()):
            low, high = (
                self._problem.values(self._problem.low, centre),
                self._problem.values(self._problem.high, centre),
            )
            values = [high[p] if (p == project) == held else low[p] for p in range(self._count)]
            self._best_under(centre, values)

    def _settle_at_once(self) -> None:
        """Sides that nobody can win beside one of the portfolios known, by the relaxation alone.

        What a portfolio leads a known one by, at best, is linear in the weights: behind at every extreme weight, it is
        behind everywhere.
        """
        relaxation = Relaxation(self._count, self._problem.rows)
        for known in list(self._rivals):
            inside, kept = set(known), set(range(self._count)) - self.found.settled
            for ray in self._weights.rays:
                if time.monotonic() > self._deadline:
                    raise TimeoutError
                low, high = self._problem.values(self._problem.low, ray), self._problem.values(self._problem.high, ray)
                values = [low[p] if p in inside else high[p] for p in range(self._count)]
                kept &= relaxation.decided(values, sum(low[p] for p in known)).fixed.keys()
                if not kept:
                    break
            for project in kept:
                held = project in inside
                if project not in (self.found.outside if held else self.found.inside):
                    self.found.settled.add(project)
                    self._highs.changeColBounds(project, float(held), float(held))

    def _best_under(self, weights: Ray, values: list[int]) -> None:
        if time.monotonic() > self._deadline:
            return
        choice = self._chooser.best(values, seconds=self._left())
        if choice is None:
            raise NoPortfolioError
        self._add_rival(choice.chosen)
        if choice.proven:
            self._witness(choice.chosen, weights)

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _witness(self, portfolio: Portfolio, weights: Ray) -> None:
        self.found.witnesses.setdefault(portfolio, weights)
        inside = set(portfolio)
        for project in range(self._count):
            found = self.found.inside if project in inside else self.found.outside
            found.setdefault(project, Witness(weights=weights, portfolio=portfolio))

    def _settle(self, project: int, held: bool) -> bool:  # noqa: FBT001  # the side sought
        """Whether it is established that some portfolio has the project on that side, or that none does."""
        self._highs.changeColBounds(project, float(held), float(held))
        try:
            while (proposed := self._propose()) is not None:
                if proposed == _NO_ANSWER:
                    return True
                if time.monotonic() > self._deadline:
                    return False
                answer = self._is_best_somewhere(proposed)
                if answer is None:
                    return False
                if answer:
                    return True
                self._leave_out(proposed)
            return False
        finally:
            self._highs.changeColBounds(project, 0.0, 1.0)

    def _leave_out(self, portfolio: Portfolio) -> None:
        """A portfolio proven to be the best nowhere is not proposed again, whatever tolerance let it pass."""
        inside = set(portfolio)
        terms = np.array([-1.0 if p in inside else 1.0 for p in range(self._count)])
        columns = np.arange(self._count, dtype=np.int32)
        self._highs.addRow(1.0 - len(inside), highspy.kHighsInf, self._count, columns, terms)

    def _propose(self) -> Portfolio | None:
        """A portfolio no known rival beats for all weights; ``_NO_ANSWER``: proven to be none; ``None``: no time."""
        highs = self._highs
        highs.setOptionValue("time_limit", max(LEAST_SECONDS, self._left()))
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return _NO_ANSWER
        if status == highspy.HighsModelStatus.kTimeLimit:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS s'est arrêté sur « {highs.modelStatusToString(status)} »")
        columns = highs.getSolution().col_value
        return tuple(p for p in range(self._count) if round(columns[p]) == 1)

    def _is_best_somewhere(self, portfolio: Portfolio) -> bool | None:
        """Whether a portfolio is the best for some weights, exactly; ``None`` when time ran out."""
        cone = self._weights.copy()
        for rival in self._rivals:
            cone.cut(self._problem.lead(portfolio, rival))
        marks = self._problem.best_marks_of(portfolio)
        while (centre := cone.centre) is not None:
            values = self._problem.values(marks, centre)
            choice = self._chooser.best(values, seconds=self._left(), start=portfolio)
            if choice is None or (not choice.proven and choice.value <= sum(values[p] for p in portfolio)):
                return None
            if choice.value <= sum(values[p] for p in portfolio):
                self._witness(portfolio, centre)
                return True
            self._add_rival(choice.chosen)
            cone.cut(self._problem.lead(portfolio, choice.chosen))
        return False

    def _column(self, project: int, criterion: int) -> int:
        """The product of a project's choice and a weight."""
        return self._count + self._width + project * self._width + criterion

    def _master(self) -> highspy.Highs:
        """Projects, weights, their products; rivals are rows added later.

        The products of a project are weights that are possible if it is chosen and zero if not, and so is what they
        leave of the weights if it is not: rows on weights hold for both, and limits hold once times each weight. A
        whole choice says as much with fewer rows; these leave far less to the relaxation (Sherali and Adams 1990).
        """
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (("output_flag", False), ("threads", 1), ("mip_feasibility_tolerance", 1e-9)):
            highs.setOptionValue(option, value)
        highs.passModel(programme(self._count, self._problem.rows))
        for _ in range(self._width * (self._count + 1)):
            highs.addCol(0.0, 0.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        infinity = highspy.kHighsInf

        def row(low: float, high: float, terms: dict[int, float]) -> None:
            highs.addRow(low, high, len(terms), np.array(list(terms), dtype=np.int32), np.array(list(terms.values())))

        weight = [self._count + c for c in range(self._width)]
        shares = np.array([[value / sum(ray) for value in ray] for ray in self._weights.rays])
        least, most = shares.min(axis=0) - _ROUND, shares.max(axis=0) + _ROUND
        row(1.0, 1.0, dict.fromkeys(weight, 1.0))
        normals = [
            {c: value / (max(map(abs, normal)) or 1) for c, value in enumerate(normal) if value}
            for normal in self._problem.weight_rows
            if any(normal)
        ]
        for normal in normals:
            row(-_ROUND, infinity, {weight[c]: value for c, value in normal.items()})
        for project in range(self._count):
            both = [self._column(project, c) for c in range(self._width)]
            row(0.0, 0.0, {**dict.fromkeys(both, 1.0), project: -1.0})
            for c in range(self._width):
                row(-infinity, 0.0, {both[c]: 1.0, project: -most[c]})
                row(0.0, infinity, {both[c]: 1.0, project: -least[c]})
                row(-infinity, -least[c], {both[c]: 1.0, weight[c]: -1.0, project: -least[c]})
                row(-most[c], infinity, {both[c]: 1.0, weight[c]: -1.0, project: -most[c]})
            for normal in normals:
                row(-_ROUND, infinity, {both[c]: value for c, value in normal.items()})
                row(
                    -_ROUND,
                    infinity,
                    {weight[c]: v for c, v in normal.items()} | {both[c]: -v for c, v in normal.items()},
                )
        for limit, scale in zip(self._problem.rows, row_scales(self._problem.rows), strict=True):
            for c in range(self._width):
                used = {self._column(project, c): value / scale for project, value in limit.terms.items()}
                if limit.high is not None:
                    row(-infinity, _TIE, {**used, weight[c]: -limit.high / scale})
                if limit.low is not None:
                    row(-_TIE, infinity, {**used, weight[c]: -limit.low / scale})
        return highs

    def _add_rival(self, rival: Portfolio) -> None:
        """No portfolio that this rival beats, for the weights taken, is an answer."""
        if rival in self._rivals:
            return
        self._rivals.append(rival)
        theirs, terms = set(rival), {}
        scale = max((abs(v) for row in self._problem.high for v in row), default=1) or 1
        for c in range(self._width):
            for project in range(self._count):
                low, high = self._problem.low[project][c] / scale, self._problem.high[project][c] / scale
                # In both: nothing. In the rival alone: minus its low. In the portfolio alone: plus its high.
                terms[self._column(project, c)] = low if project in theirs else high
            terms[self._count + c] = -sum(self._problem.low[p][c] for p in rival) / scale
        columns = np.array(list(terms), dtype=np.int32)
        self._highs.addRow(-_TIE, highspy.kHighsInf, len(terms), columns, np.array(list(terms.values())))
