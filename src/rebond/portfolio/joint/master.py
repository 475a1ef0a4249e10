"""The ways found so far, chosen among under the shared budgets: as shares, for prices, or whole, for a choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.pricing import Way

_SMALL = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """The best mix of known ways: its value, and the price of a thousand euros of each budget there."""

    value: float
    prices: np.ndarray


class Master:
    """At most one way a block, within every budget."""

    def __init__(self, blocks: int, budgets: np.ndarray) -> None:
        self.blocks, self._budgets = blocks, budgets
        self.ways: list[Way] = []
        self._seen: set[tuple[object, ...]] = set()
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 20231004)):
            self._highs.setOptionValue(option, value)
        rows = np.concatenate([budgets, np.ones(blocks)])
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = len(rows), 0
        lp.row_lower_, lp.row_upper_ = np.full(len(rows), -highspy.kHighsInf), rows
        lp.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        self._highs.passModel(lp)

    def add(self, ways: Sequence[Way]) -> int:
        """Take in the ways that are new; how many were."""
        count = 0
        for way in ways:
            key = (way.block, way.financed, tuple((rank, round(amount, 3)) for rank, amount in way.spent))
            if key in self._seen:
                continue
            self._seen.add(key)
            self.ways.append(way)
            count += 1
            index = np.array([*(rank for rank, _ in way.spent), len(self._budgets) + way.block], dtype=np.int32)
            weights = np.array([*(amount for _, amount in way.spent), 1.0])
            self._highs.addCol(-way.value, 0.0, highspy.kHighsInf, len(index), index, weights)
        return count

    def shares(self) -> Shares:
        """The best mix."""
        self._highs.run()
        if self._highs.getModelStatus() not in _DONE:
            raise SolverError("le partage des budgets n'a pas de solution : la sélection vide devrait en être une")
        duals = np.array(self._highs.getSolution().row_dual)[: len(self._budgets)]
        return Shares(value=-self._highs.getInfo().objective_function_value, prices=np.maximum(0.0, -duals))

    def choice(self, seconds: float, start: Sequence[Way] = ()) -> tuple[list[Way], float]:
        """The best whole choice among the known ways, or the best found; with a bound on such choices."""
        if not self.ways:
            return [], 0.0
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 20231004)):
            highs.setOptionValue(option, value)
        lp = self._highs.getLp()
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.ways)
        lp.col_upper_ = np.ones(len(self.ways))
        highs.passModel(lp)
        highs.setOptionValue("time_limit", seconds)
        highs.setOptionValue("mip_rel_gap", 1e-6)
        if start:
            kept = set(map(id, start))
            solution = highspy.HighsSolution()
            solution.col_value = [float(id(way) in kept) for way in self.ways]
            highs.setSolution(solution)
        highs.run()
        info = highs.getInfo()
        bound = -info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf
        if info.primal_solution_status != highspy.kSolutionStatusFeasible:
            return list(start), bound
        point = highs.getSolution().col_value
        return [way for way, at in zip(self.ways, point, strict=True) if at > 0.5], bound


_DONE = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
