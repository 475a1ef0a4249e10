"""The portfolio whose greatest regret is least: what it may lose beside the best one, were the truth known.

For a portfolio and a rival, the loss is linear in the weights and greatest at an extreme one, with the rival's own
marks at their highest and those of the portfolio alone at their lowest. Rivals come one by one, as they are needed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction

import highspy
import numpy as np

from rebond.portfolio.choosing.alike import Alike, Looked, items_of
from rebond.portfolio.choosing.binary import LEAST_SECONDS, Chooser, programme
from rebond.portfolio.choosing.few import EXACT
from rebond.portfolio.choosing.relaxation import Relaxation
from rebond.portfolio.robust.cone import Ray
from rebond.portfolio.robust.model import NoPortfolioError, Portfolio, Regret, RobustProblem

_ENOUGH = 1e-6
"""Relative distance between the regret of the portfolio and the bound under which it is proven."""


def least_regret(problem: RobustProblem, weights: Sequence[Ray], *, deadline: float) -> Regret:
    """The portfolio of least greatest regret, in the unit of the marks; unproven when time ran out."""
    return _Search(problem, weights, deadline).run()


class _Search:
    def __init__(self, problem: RobustProblem, weights: Sequence[Ray], deadline: float) -> None:
        self._count, self._deadline = len(problem.projects), deadline
        self._chooser = Chooser(self._count, problem.rows)
        self._relaxation = Relaxation(self._count, problem.rows)
        self._rivals: dict[Portfolio, None] = {}
        self._alike = Alike(self._count, problem.rows)
        self._low = np.array([problem.values(problem.low, ray) for ray in weights], dtype=object)
        self._high = np.array([problem.values(problem.high, ray) for ray in weights], dtype=object)
        self._sums = [sum(ray) for ray in weights]
        self._places = np.array(
            [[value / total for value in ray] for ray, total in zip(weights, self._sums, strict=True)]
        )
        self._scale = float(
            max((abs(v) / s for m, s in zip(self._high, self._sums, strict=True) for v in m), default=1)
        )
        self._scale = self._scale or 1.0
        self._unit = problem.unit
        self._master = self._new_master(problem)

    def run(self) -> Regret:
        best: tuple[Fraction, Portfolio] | None = None
        bound = 0.0
        middle = [
            sum((Fraction(m[p], s) for m, s in zip(self._low, self._sums, strict=True)), Fraction(0))
            for p in range(self._count)
        ]
        common = math.lcm(*(value.denominator for value in middle))
        start = self._chooser.best([int(value * common) for value in middle], seconds=self._left())
        if start is None:
            raise NoPortfolioError
        portfolio = start.chosen
        seen: set[Portfolio] = set()
        while portfolio not in seen:
            seen.add(portfolio)
            most, sure = self._greatest(portfolio)
            if sure and (best is None or most < best[0]):
                best = (most, portfolio)
            if self._reached(best, bound) or time.monotonic() > self._deadline:
                break
            found = self._next()
            if found is None:
                break
            portfolio, bound = found[0], max(bound, found[1])
        proven = self._reached(best, bound)
        if best is not None:
            best = self._completed(best, middle)
        if best is None:
            most, _ = self._greatest(portfolio)
            return Regret(portfolio=portfolio, most=most * self._unit, bound=0.0, proven=False)
        told = float(best[0] * self._unit) if proven else bound * self._scale * float(self._unit)
        return Regret(portfolio=best[1], most=best[0] * self._unit, bound=told, proven=proven)

    def _completed(self, best: tuple[Fraction, Portfolio], middle: Sequence[Fraction]) -> tuple[Fraction, Portfolio]:
        """Among equals, one that leaves out nothing that still fits: what costs no regret is worth having."""
        kept = set(best[1])
        for project in sorted(range(self._count), key=lambda p: -middle[p]):
            worth = all(low[project] >= 0 for low in self._low)
            if project not in kept and worth and self._chooser.feasible(sorted({*kept, project})):
                kept.add(project)
        portfolio = tuple(sorted(kept))
        if portfolio == best[1]:
            return best
        most, sure = self._greatest(portfolio)
        return (most, portfolio) if sure and most <= best[0] else best

    def _reached(self, best: tuple[Fraction, Portfolio] | None, bound: float) -> bool:
        return best is not None and float(best[0]) / self._scale <= bound + _ENOUGH

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _greatest(self, portfolio: Portfolio) -> tuple[Fraction, bool]:
        """What the regret of a portfolio cannot pass, and whether it is that; its rivals are kept for the next ones."""
        inside, most, sure = np.zeros(self._count, dtype=bool), Fraction(0), True
        inside[list(portfolio)] = True
        values = np.where(inside, self._low, self._high)
        floats = values.astype(float)
        if self._alike.exact and np.abs(floats).sum(axis=1).max() < EXACT:
            every = np.array([[p in each for p in range(self._count)] for each in (portfolio, *self._rivals)])
            reached = (floats @ every.T).max(axis=1)
            look = self._alike.look(floats, self._places, reached, np.ones(len(values), dtype=bool))
        else:
            look = iter(range(len(values)))
        for looked in look:
            if isinstance(looked, int):
                rivals = {looked: self._greatest_of(values[looked].tolist(), portfolio)}
            else:
                rivals = dict(_best_of_each(looked))
            for rank, (chosen, reached_there, proven) in rivals.items():
                sure = sure and proven
                self._rivals[chosen] = None
                mine = sum(int(self._low[rank][p]) for p in portfolio)
                most = max(most, Fraction(reached_there - mine, self._sums[rank]))
                self._add(chosen, rank)
        return most, sure

    def _greatest_of(self, values: list[int], portfolio: Portfolio) -> tuple[Portfolio, int, bool]:
        """The best rival under such values, what none can pass, and whether that is proven to be it."""
        known = max([portfolio, *self._rivals], key=lambda each: sum(values[p] for p in each))
        decided = self._relaxation.decided(values, sum(values[p] for p in known))
        rival = self._chooser.best(values, seconds=self._left(), start=known, decided=decided)
        if rival is None:
            raise NoPortfolioError
        # Of a rival that time did not prove the best, what none can pass: a regret told as the worst must be.
        return rival.chosen, rival.value if rival.proven else math.ceil(rival.bound), rival.proven

    def _new_master(self, problem: RobustProblem) -> highspy.Highs:
        """Projects, then the greatest regret."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-9),
            ("mip_feasibility_tolerance", 1e-9),
        ):
            highs.setOptionValue(option, value)
        highs.passModel(programme(self._count, problem.rows))
        highs.addCol(1.0, 0.0, highspy.kHighsInf, 0, np.array([], dtype=np.int32), np.array([]))
        return highs

    def _add(self, rival: Portfolio, rank: int) -> None:
        """The greatest regret is at least what this rival wins under these weights."""
        theirs, low, high = set(rival), self._low[rank], self._high[rank]
        unit = self._scale * self._sums[rank]
        # regret + Σ in rival high·x + Σ out of rival low·x ≥ Σ in rival high
        weights = [(high[p] if p in theirs else low[p]) / unit for p in range(self._count)]
        columns = np.arange(self._count + 1, dtype=np.int32)
        floor = sum(high[p] for p in rival) / unit
        self._master.addRow(floor, highspy.kHighsInf, self._count + 1, columns, np.array([*weights, 1.0]))

    def _next(self) -> tuple[Portfolio, float] | None:
        """A portfolio of least regret against the rivals known, and what no portfolio can be under."""
        highs = self._master
        highs.setOptionValue("time_limit", max(LEAST_SECONDS, self._left()))
        highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        columns = highs.getSolution().col_value
        portfolio = tuple(p for p in range(self._count) if round(columns[p]) == 1)
        bound = info.mip_dual_bound
        return (portfolio, bound if math.isfinite(bound) else 0.0) if self._chooser.feasible(portfolio) else None


def _best_of_each(looked: Looked) -> Iterator[tuple[int, tuple[Portfolio, int, bool]]]:
    """By value of a group, the best choice."""
    if not len(looked.worth):
        raise NoPortfolioError
    for rank, worth in zip(looked.ranks.tolist(), looked.worth.T, strict=True):
        best = int(worth.argmax())
        yield rank, (items_of(looked.mask(best)), int(worth[best]), True)
