"""The linear relaxation of a 0-1 programme: which choices can still matter, at the price of a millisecond."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from rebond.portfolio.choosing.binary import programme, row_scales
from rebond.portfolio.choosing.row import Decided, Row

_WHOLE = 1e-7
_MARGIN = 1e-6
"""Of the value, what is left to the solver's tolerance."""


class Relaxation:
    """The relaxation over the same rows, solved again from the last basis as values change."""

    def __init__(self, count: int, rows: Sequence[Row]) -> None:
        self._count, self._columns = count, np.arange(count, dtype=np.int32)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        lp = programme(count, rows)
        self._scales = row_scales(rows)
        lp.integrality_ = []
        self._highs.passModel(lp)

    def decided(self, values: Sequence[int], reached: int) -> Decided:
        """What any choice worth at least ``reached`` looks like; nothing at all when HiGHS fails.

        An item at 0 or 1 in the relaxation whose reduced cost is more than the distance to the bound stays there; the
        reduced costs of all those that leave add up to no more than that distance.
        """
        highs = self._highs
        largest = max((abs(value) for value in values), default=0) or 1
        if not self._solved(np.array([value / largest for value in values])):
            return Decided()
        solution = highs.getSolution()
        level, duals = np.array(solution.col_value), np.abs(np.array(solution.col_dual))
        bound = -highs.getInfo().objective_function_value
        slack = bound - reached / largest + _MARGIN * max(1.0, abs(bound))
        at_end = np.abs(level - np.round(level)) < _WHOLE
        fixed = {int(item): round(level[item]) for item in np.flatnonzero(at_end & (duals > slack))}
        leaving = {
            int(item): (round(level[item]), float(duals[item] / slack)) if at_end[item] else (0, 0.0)
            for item in range(self._count)
            if item not in fixed
        }
        return Decided(fixed=fixed, leaving=leaving)

    def prices(self, values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """What one more of each row is worth, items being from ``low`` to ``high``.

        Above 0 for an upper limit, under it for a lower one; 0 if HiGHS fails.
        """
        self._highs.changeColsBounds(self._count, self._columns, low.astype(float), high.astype(float))
        if not self._solved(values):
            return np.zeros(len(self._scales))
        prices: np.ndarray = -np.array(self._highs.getSolution().row_dual) / self._scales
        return prices

    def _solved(self, values: np.ndarray) -> bool:
        highs = self._highs
        highs.changeColsCost(self._count, self._columns, -values)
        highs.run()
        return bool(highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)
