"""The ways found so far, chosen among under the shared budgets: as shares, for prices, or whole, for a choice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.ways import Way

_DONE = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
_OPTIONS = (("output_flag", False), ("threads", 1), ("random_seed", 20231004))
_CENT = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """The best mix of known ways: its value, the price of a thousand euros of each budget there, each way's share."""

    value: float
    prices: np.ndarray
    of_way: np.ndarray


class Master:
    """At most one way a block, within every budget."""

    def __init__(self, blocks: int, budgets: np.ndarray) -> None:
        self.blocks, self.budgets = blocks, np.maximum(0.0, budgets)
        self.ways: list[Way] = []
        self._seen: set[tuple[object, ...]] = set()
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)
        rows = np.concatenate([self.budgets, np.ones(blocks)])
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = len(rows), 0
        lp.row_lower_, lp.row_upper_ = np.full(len(rows), -highspy.kHighsInf), rows
        lp.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        self._highs.passModel(lp)
        self._box()

    def _box(self) -> None:
        """Two columns a budget, shut at first: more of it bought, some of it sold, at the ends of a box of prices."""
        for sign in (-1.0, 1.0):
            for rank in range(len(self.budgets)):
                self._highs.addCol(0.0, 0.0, 0.0, 1, np.array([rank], dtype=np.int32), np.array([sign]))

    def prices_within(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Prices of the budgets at the best mix, none of them out of the box: the mix of few ways says them badly."""
        count = len(self.budgets)
        box = np.arange(2 * count, dtype=np.int32)
        self._highs.changeColsCost(2 * count, box, np.concatenate([high, -low]))
        self._highs.changeColsBounds(2 * count, box, np.zeros(2 * count), np.full(2 * count, highspy.kHighsInf))
        prices = self.shares().prices
        self._highs.changeColsBounds(2 * count, box, np.zeros(2 * count), np.zeros(2 * count))
        within: np.ndarray = np.clip(prices, low, high)
        return within

    def add(self, ways: Iterable[Way]) -> int:
        """Take in the ways that are new; how many were."""
        fresh: list[Way] = []
        for way in ways:
            key = _key(way)
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(way)
        if not fresh:
            return 0
        self.ways += fresh
        starts = np.cumsum([0, *(len(way.spent) + 1 for way in fresh)][:-1]).astype(np.int32)
        index = [row for way in fresh for row in (*(rank for rank, _ in way.spent), len(self.budgets) + way.block)]
        weights = [weight for way in fresh for weight in (*(amount for _, amount in way.spent), 1.0)]
        count = len(fresh)
        self._highs.addCols(
            count,
            -np.array([way.value for way in fresh]),
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            len(index),
            starts,
            np.array(index, dtype=np.int32),
            np.array(weights),
        )
        return count

    def shares(self) -> Shares:
        """The best mix."""
        self._highs.run()
        if self._highs.getModelStatus() not in _DONE:
            raise SolverError("le partage des budgets n'a pas de solution : la sélection vide devrait en être une")
        solution = self._highs.getSolution()
        duals = np.array(solution.row_dual)[: len(self.budgets)]
        return Shares(
            value=-self._highs.getInfo().objective_function_value,
            prices=np.maximum(0.0, -duals),
            of_way=np.array(solution.col_value)[2 * len(self.budgets) :],
        )

    def prune(self, most: int) -> bool:
        """Forget the ways farthest from entering the mix, beyond ``most`` of them; whether there were more."""
        if len(self.ways) <= most:
            return False
        first = 2 * len(self.budgets)
        costs = np.array(self._highs.getSolution().col_dual)[first:]
        used = np.array(self._highs.getSolution().col_value)[first:] > 0.0
        order = np.lexsort((costs, ~used))
        dropped = np.sort(order[most:]).astype(np.int32)
        self._highs.deleteCols(len(dropped), dropped + first)
        gone = set(dropped.tolist())
        for rank in gone:
            self._seen.discard(_key(self.ways[rank]))
        self.ways = [way for rank, way in enumerate(self.ways) if rank not in gone]
        return True

    def choice(self, seconds: float, start: Sequence[Way] = (), room: np.ndarray | None = None) -> list[Way]:
        """The best whole choice among the known ways that time allowed to find, ``start`` at the least.

        ``room``: what it may take of each budget; all of it, when that is not said.
        """
        room = self.budgets if room is None else room
        usable = [way for way in self.ways if all(amount <= room[rank] for rank, amount in way.spent)]
        if not usable:
            return list(start)
        apart = Master(self.blocks, room)
        apart.add([*usable, *start])
        highs, count, first = apart._highs, len(apart.ways), 2 * len(self.budgets)
        whole = np.arange(first, first + count, dtype=np.int32)
        highs.changeColsIntegrality(count, whole, np.ones(count, dtype=np.uint8))
        highs.setOptionValue("time_limit", seconds)
        highs.setOptionValue("mip_rel_gap", 1e-6)
        # A choice made whole within the solver's tolerance must not pass a budget by a euro.
        highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
        highs.setOptionValue("mip_feasibility_tolerance", 1e-9)
        if start:
            kept = {_key(way) for way in start}
            solution = highspy.HighsSolution()
            solution.col_value = [0.0] * first + [float(_key(way) in kept) for way in apart.ways]
            highs.setSolution(solution)
        highs.run()
        if highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return list(start)
        point = highs.getSolution().col_value[first:]
        chosen = [way for way, at in zip(apart.ways, point, strict=True) if round(at)]
        taken = sum((way.taken(len(self.budgets)) for way in chosen), np.zeros(len(self.budgets)))
        better = math.fsum(way.value for way in chosen) > math.fsum(way.value for way in start)
        return chosen if better and (taken <= room + _CENT).all() else list(start)


def _key(way: Way) -> tuple[object, ...]:
    return way.block, way.financed, round(way.value, 4), tuple((rank, round(amount, 3)) for rank, amount in way.spent)
