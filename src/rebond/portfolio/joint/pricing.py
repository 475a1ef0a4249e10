"""What an undertaking would do at given prices of the shared budgets: its best plan there, and a bound on any other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.blocks import Block

_OPTIONS: tuple[tuple[str, bool | int | float | str], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    # A block has a few dozen choices: searching for good solutions costs more than the proof.
    ("mip_heuristic_effort", 0.0),
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_allow_restart", False),
    ("mip_detect_symmetry", False),
    ("mip_feasibility_tolerance", 1e-7),
)
MARGIN = 0.001
"""Thousands of euros added to what a plan takes from a budget: rounding to whole euros may ask for one more."""
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """A way for an undertaking to finance some of its projects whole."""

    block: int
    financed: tuple[bool, ...]
    value: float
    spent: tuple[tuple[int, float], ...]
    """(Rank of a shared budget, thousands of euros)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """The best way of a block at given prices; ``bound``: value less price that no way of it can pass."""

    block: int
    way: Way | None
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard a block is looked at."""

    gap: float = 1e-4
    seconds: float = 2.0


class Pricer(Protocol):
    """Answers for many blocks at once."""

    def ask(self, prices: np.ndarray, blocks: Sequence[int] | None, effort: Effort) -> Iterable[Answer]:
        """What the blocks (all of them: ``None``) would do at the prices."""

    def within(self, room: np.ndarray, block: int, effort: Effort) -> Way | None:
        """The best way of a block that takes no more than the room left in each budget."""


class Here:
    """Blocks looked at one after the other, in this process."""

    def __init__(self, blocks: Sequence[Block], budgets: np.ndarray) -> None:
        self._blocks, self._budgets, self._count = blocks, budgets, len(budgets)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in _OPTIONS:
            self._highs.setOptionValue(option, value)

    def ask(self, prices: np.ndarray, blocks: Sequence[int] | None, effort: Effort) -> Iterable[Answer]:
        """What the blocks (all of them: ``None``) would do at the prices."""
        return [self._answer(number, prices, effort) for number in (blocks or range(len(self._blocks)))]

    def within(self, room: np.ndarray, block: int, effort: Effort) -> Way | None:
        """The best way of a block that takes no more than the room left in each budget."""
        chosen = self._blocks[block]
        tiny = np.full(self._count, 1e-6 * max(1.0, chosen.most) / max(1.0, float(room.max(initial=1.0))))
        return self._solve(block, tiny, effort, room)[0]

    def _answer(self, number: int, prices: np.ndarray, effort: Effort) -> Answer:
        way, bound = self._solve(number, prices, effort, None)
        return Answer(block=number, way=way, bound=bound)

    def _solve(
        self, number: int, prices: np.ndarray, effort: Effort, room: np.ndarray | None
    ) -> tuple[Way | None, float]:
        block, highs = self._blocks[number], self._highs
        highs.passModel(block.programme())
        width = len(block.column_upper)
        highs.changeColsCost(width, np.arange(width, dtype=np.int32), block.costs(prices))
        if room is not None:
            self._limit(block, room)
        highs.setOptionValue("mip_rel_gap", effort.gap)
        highs.setOptionValue("mip_abs_gap", effort.gap * max(1.0, block.most) / 10)
        highs.setOptionValue("time_limit", highs.getRunTime() + effort.seconds)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            raise SolverError(f"HiGHS s'est arrêté sur « {highs.modelStatusToString(status)} » ({block.projects[0]})")
        bound = min(-info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf, block.most)
        # The empty plan is always possible: nothing taken, nothing financed.
        bound = max(0.0, bound)
        if info.primal_solution_status != highspy.kSolutionStatusFeasible:
            return None, bound
        point = np.array(highs.getSolution().col_value)
        chosen = point[block.financed] > 0.5
        if not chosen.any():
            return None, bound
        return self._exact(number, point, chosen), bound

    def _limit(self, block: Block, room: np.ndarray) -> None:
        for rank in np.unique(block.budget_of):
            columns = block.spending[block.budget_of == rank]
            high = max(0.0, float(room[rank]))
            if high < self._budgets[rank]:
                high = max(0.0, high - MARGIN)
            self._highs.addRow(-highspy.kHighsInf, high, len(columns), columns, np.ones(len(columns)))

    def _exact(self, number: int, point: np.ndarray, chosen: np.ndarray) -> Way | None:
        """The way with its choices made whole: no ``0.999999`` may carry a big amount."""
        block, highs = self._blocks[number], self._highs
        whole = np.flatnonzero(block.integer).astype(np.int32)
        values = np.round(point[whole])
        highs.changeColsBounds(len(whole), whole, values, values)
        kinds = np.full(len(whole), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        highs.changeColsIntegrality(len(whole), whole, kinds)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        spent = block.spent(np.array(highs.getSolution().col_value), self._count)
        return Way(
            block=number,
            financed=tuple(bool(each) for each in chosen),
            value=float(block.values[chosen].sum()),
            spent=tuple(
                (int(rank), min(float(spent[rank]) + MARGIN, float(self._budgets[rank])))
                for rank in np.flatnonzero(spent > _NOTHING)
            ),
        )
