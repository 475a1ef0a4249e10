"""The best point of one undertaking's programme: its relaxation, what the relaxation uses, then all of it.

A relaxation takes a millisecond and its bound is near: what is missing is a point. Where one is known that is as near
as is asked, nothing is searched; else one is sought among the choices that the relaxation makes in part (relaxation
induced neighbourhoods: Danna, Rothberg and Le Pape 2005; Berthold 2014), which is a few times quicker than among all.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.blocks import Block

OPTIONS: tuple[tuple[str, bool | int | float | str], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    # A block has a few dozen choices: searching for good solutions costs more than the proof. What rounds a relaxation
    # costs nothing, and ends most searches at the root.
    ("mip_heuristic_effort", 0.0),
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_heuristic_run_zi_round", True),
    ("mip_heuristic_run_shifting", True),
    ("mip_allow_restart", False),
    ("mip_detect_symmetry", False),
    # Cuts of a few dozen rows are soon found again: keeping many makes every linear programme slower.
    ("mip_pool_age_limit", 5),
    ("mip_pool_soft_limit", 100),
    ("mip_feasibility_tolerance", 1e-7),
)
_UNUSED = 1e-7
_NOTHING = 1e-9
_COARSE = 2e-3
"""Relative gap under which what the relaxation uses seldom holds a point near enough: all is searched at once."""
_DONE = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """At most so much of the sum of some columns."""

    columns: np.ndarray
    most: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sought:
    """A programme to maximise: what HiGHS minimises, limits beside its rows, a point known of it, how near to stop."""

    block: Block
    costs: np.ndarray
    limits: Sequence[Limit]
    known: np.ndarray | None
    worth: float
    """Of the point known; 0 without one: to do nothing is always possible."""
    gap: float
    until: float
    """On the clock ``time.monotonic``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """The best point found, the one known included, and what none passes."""

    point: np.ndarray | None
    bound: float
    fresh: bool
    """Whether the point was found now: the programme then stands in ``Searcher.highs``, with any limits."""


class Searcher:
    """Programmes searched one after the other, in the same solver."""

    def __init__(self) -> None:
        self.highs, self.linear = highspy.Highs(), highspy.Highs()  # type: ignore[no-untyped-call]  # partial types
        for option, value in OPTIONS:
            self.highs.setOptionValue(option, value)
            self.linear.setOptionValue(option, value)
        self.linear.setOptionValue("presolve", "off")

    def relax(self, block: Block, costs: np.ndarray, limits: Sequence[Limit] = ()) -> tuple[np.ndarray, float] | None:
        """The best point when choices may be shared, and what it is worth: a bound. ``None``: the solver found none."""
        lp = block.programme()
        lp.integrality_ = []
        lp.col_cost_ = costs
        self.linear.passModel(lp)
        add_limits(self.linear, limits)
        self.linear.run()
        if self.linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        worth = -self.linear.getInfo().objective_function_value
        return np.array(self.linear.getSolution().col_value), max(0.0, min(block.most, worth + _NOTHING * block.most))

    def search(self, sought: Sought) -> Seen:
        """A point as near to the best as is asked, if time allows. Raises ``SolverError`` where HiGHS gives up."""
        block = sought.block
        relaxed = self.relax(block, sought.costs, sought.limits)
        bound = block.most if relaxed is None else relaxed[1]
        best = Seen(point=sought.known, bound=bound, fresh=False)
        near = _tolerance(sought.gap, block.most, bound)
        if bound - sought.worth <= near:
            return best
        self.highs.passModel(block.programme())
        width = len(block.column_upper)
        self.highs.changeColsCost(width, np.arange(width, dtype=np.int32), sought.costs)
        add_limits(self.highs, sought.limits)
        worth = sought.worth
        if relaxed is not None and sought.known is None and sought.gap >= _COARSE:
            # One that is known was found among more choices than these: the search of all of them starts from it.
            unused = np.flatnonzero(block.integer & (relaxed[0] < _UNUSED)).astype(np.int32)
            self._open(unused, np.zeros(len(unused)))
            point, value, _ = self._run(sought, None)
            self._open(unused, block.column_upper[unused])
            if point is not None and value > worth:
                best, worth = Seen(point=point, bound=bound, fresh=True), value
            if bound - worth <= near:
                return best
        point, value, proven = self._run(sought, best.point)
        bound = max(0.0, min(bound, proven))
        if point is not None and value > worth + _NOTHING * max(1.0, worth):
            return Seen(point=point, bound=bound, fresh=True)
        return Seen(point=best.point, bound=bound, fresh=best.fresh)

    def _open(self, columns: np.ndarray, upper: np.ndarray) -> None:
        self.highs.changeColsBounds(len(columns), columns, np.zeros(len(columns)), upper)

    def _run(self, sought: Sought, start: np.ndarray | None) -> tuple[np.ndarray | None, float, float]:
        """The point found, its worth, and the bound."""
        highs, left = self.highs, sought.until - time.monotonic()
        if left <= 0:
            return None, 0.0, math.inf
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = start.tolist()
            highs.setSolution(solution)
        highs.setOptionValue("mip_rel_gap", sought.gap)
        highs.setOptionValue("mip_abs_gap", sought.gap * max(1.0, sought.block.most) / 10)
        highs.setOptionValue("time_limit", left)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status not in _DONE:
            told = highs.modelStatusToString(status)
            raise SolverError(f"HiGHS s'est arrêté sur « {told} » ({sought.block.projects[0]})")
        bound = -info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf
        if info.primal_solution_status != highspy.kSolutionStatusFeasible:
            return None, 0.0, bound
        return np.array(highs.getSolution().col_value), -info.objective_function_value, bound


def add_limits(highs: highspy.Highs, limits: Sequence[Limit]) -> None:
    """A row for each."""
    for limit in limits:
        count = len(limit.columns)
        highs.addRow(-highspy.kHighsInf, limit.most, count, limit.columns, np.ones(count))


def _tolerance(gap: float, most: float, bound: float) -> float:
    """As HiGHS's own: relative to what is found, or to all that could be."""
    return gap * max(abs(bound), max(1.0, most) / 10)
